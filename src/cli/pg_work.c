/* pg_work.c - the words are dealt out to threads, a block at a time; what is found of a word does
 * not depend on who looks at it. Then the verdict.
 */
#include "cli/pg_work.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/progress.h"
#include "cp/scan.h"

#define BLOCK       128u
#define THREADS_MAX 256u

struct share {
    struct pg_work *work;
    atomic_uint next; /* word */
    atomic_uint done;
};

struct worker {
    struct share *share;
    struct pg *pg;
    pthread_t thread;
    bool bar; /* this one draws it */
};

static void *run(void *ctx)
{
    struct worker *worker = ctx;
    struct share *share = worker->share;
    struct progress progress = {0};
    unsigned first;

    while ((first = atomic_fetch_add(&share->next, BLOCK)) < 65536) {
        for (unsigned word = first; word < first + BLOCK; word++)
            share->work->found[word] = pg_word(worker->pg, (u16)word);
        atomic_fetch_add(&share->done, BLOCK);
        if (worker->bar)
            progress_tell(&progress, "analysing", atomic_load(&share->done), 65536);
    }
    progress_end(&progress);
    return NULL;
}

static unsigned cores(void)
{
    cpu_set_t set;

    return sched_getaffinity(0, sizeof set, &set) == 0 ? (unsigned)CPU_COUNT(&set) : 1;
}

/* This thread is one of them. Where the host gives fewer, those do it. */
static int run_all(struct pg_work *work, unsigned threads, struct err *err)
{
    struct share share = {.work = work};
    struct worker *worker = calloc(threads, sizeof *worker);
    unsigned ready = 0, started = 1;
    int rc = 0;

    if (!worker)
        return err_set(err, ENOMEM, "no host memory for %u threads", threads);
    for (; ready < threads && rc == 0; ready += rc == 0) {
        worker[ready].share = &share;
        rc = pg_new(&worker[ready].pg, &work->config, err);
    }
    if (rc == 0) {
        worker[0].bar = true;
        while (started < threads &&
               pthread_create(&worker[started].thread, NULL, run, &worker[started]) == 0)
            started++;
        run(&worker[0]);
        for (unsigned i = 1; i < started; i++)
            pthread_join(worker[i].thread, NULL);
    }
    for (unsigned i = 0; i < ready; i++)
        pg_free(worker[i].pg);
    free(worker);
    return rc;
}

int pg_work_do(struct pg_work **made, const struct model *model, const struct pg_config *config,
               unsigned threads, struct err *err)
{
    struct pg_work *work = calloc(1, sizeof *work);
    int rc;

    *made = work;
    if (!work)
        return err_set(err, ENOMEM, "no host memory for an analysis");
    work->model = model;
    work->config = *config;
    threads = threads ? threads : cores();
    rc = run_all(work, threads < THREADS_MAX ? threads : THREADS_MAX, err);
    if (rc == 0)
        rc = pg_new(&work->pg, config, err);
    if (rc == 0)
        pg_sum(work->found, config->hv, work->insn);
    return rc;
}

void pg_work_free(struct pg_work *work)
{
    if (!work)
        return;
    pg_free(work->pg);
    free(work);
}

void pg_judge(const struct pg_work *work, struct pg_verdict *verdict)
{
    static const u32 homo[3] = {PG_HOMO_K, PG_HOMO_S, PG_HOMO_U};

    *verdict = (struct pg_verdict){0};
    for (unsigned word = 0; word < 65536; word++) {
        u32 found = work->found[word];
        verdict->unseen += !(found & PG_SEEN);
        verdict->limited += (found & PG_LIMIT) != 0;
        for (unsigned i = 0; i < 3; i++)
            verdict->homo[i] += (found & homo[i]) != 0;
    }
    for (unsigned i = 0; i < 3; i++) {
        for (unsigned op = 0; op < OP_COUNT; op++)
            verdict->offends[i] += work->insn[op].offends[i] != 0;
        verdict->theorem[i] = verdict->offends[i] == 0;
    }
}

void pg_machine_name(const struct pg_work *work, char *text, size_t size)
{
    const struct pg_config *config = &work->config;
    int n = snprintf(text, size, "%s, KT11 %s", work->model->name, config->mmu ? "on" : "off");

    if (config->kbs && n > 0 && (size_t)n < size)
        snprintf(text + n, size - (size_t)n, ", KBS11-A with VCSR %06o", config->vcsr);
    if (config->hv && n > 0 && (size_t)n < size)
        snprintf(text + n, size - (size_t)n, ", Hardware Virtualizer with CTL %06o", config->ctl);
}

const char *pg_guests(const struct pg_config *config)
{
    if (config->hv)
        return "a virtual machine";
    return config->guest == MODE_U ? "user mode" : "supervisor mode";
}

u32 pg_main_finding(u32 found)
{
    static const u32 order[] = {PG_CONTROL, PG_MODE, PG_PREV, PG_PLACE, PG_PRIO};

    for (unsigned i = 0; i < ARRAY_LEN(order); i++)
        if (found & order[i])
            return order[i];
    return 0;
}

const char *pg_finding_name(const struct pg_work *work, u32 finding)
{
    if (work->config.hv && finding == PG_MODE)
        return "differs from the bare machine";
    switch (finding) {
    case PG_CONTROL: return "changes a resource";
    case PG_MODE: return "differs by mode";
    case PG_PLACE: return "differs by location";
    case PG_PREV: return "differs by previous mode";
    case PG_PRIO: return "differs by priority";
    case PG_LIMIT: return "stack limit in kernel mode only";
    case PG_HOMO_K: return "a virtual kernel's, run directly";
    case PG_HOMO_S: return "a virtual supervisor's, run directly";
    case PG_HOMO_U: return "a virtual user's, run directly";
    default: return "is sensitive";
    }
}

static unsigned group_of(unsigned op)
{
    /* Of the MOVs it has those to the I/O page. */
    struct scan_item item = {.op = (enum op)op, .io = op == OP_MOV ? SCAN_IO_PAGE : 0};

    return scan_group(&item);
}

const char *pg_appendix_c(unsigned op)
{
    return scan_group_name(group_of(op));
}

const char *pg_agreement(const struct pg_work *work, unsigned op)
{
    const struct pg_insn *insn = &work->insn[op];
    bool traps = insn->privileged || insn->trapping;

    if (work->config.hv && !insn->offends[0] && group_of(op))
        return insn->privileged ? "VM-fault" : "its machine's own";
    switch (group_of(op)) {
    case 0: return insn->offends[0] ? "not in it" : "";
    case 1: return traps ? "agreed: traps" : "not agreed: does not trap";
    case 5:
        return insn->offends[0] ? "agreed: reaches the I/O page"
                                : "not agreed: no I/O page is mapped";
    default: break;
    }
    if (insn->offends[0])
        return "agreed: does not trap";
    if (traps)
        return "mended: traps";
    return op == OP_WAIT ? "not agreed: waits in every mode" : "not agreed: not sensitive";
}

bool pg_notable(const struct pg_work *work, unsigned op)
{
    const struct pg_insn *insn = &work->insn[op];

    return insn->privileged || insn->trapping || insn->offends[0] || insn->has[12] ||
           *pg_appendix_c(op);
}
