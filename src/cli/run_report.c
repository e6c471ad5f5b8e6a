/* run_report.c - what is told about a run that is over: --state and --stats. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "cli/run.h"
#include "cli/state.h"
#include "cp/report.h"

const char *run_end_name(const struct run *run)
{
    switch (run->end) {
    case END_NOT: break;
    case END_MACHINE: return state_stop_name(run->stop);
    case END_SCRIPT: return run->script == EXPECT_PASSED ? "expect" : "expect-failed";
    case END_ESCAPE:
    case END_UNTIL:
    case END_GDB:
    case END_QUIT: return "quit";
    case END_SIGNAL: return "signal";
    case END_HOST: return "host";
    }
    return "";
}

static void put_peek(json_t *object, u32 addr, json_t *value)
{
    char key[8];

    snprintf(key, sizeof key, "%06o", addr & (IO_SPACE - 1));
    json_object_set_new(object, key, value);
}

/* What the script noted, and the words of --peek: null beyond the end of memory. */
static json_t *peeks(const struct run *run)
{
    const struct ram *ram = &run->machine->ram;
    json_t *object = json_object();
    unsigned count = 0;
    const struct expect_peek *noted = run->expect ? expect_peeks(run->expect, &count) : NULL;

    for (unsigned i = 0; i < count; i++)
        put_peek(object, noted[i].addr, state_word(noted[i].value));
    for (unsigned i = 0; i < run->opt->peeks; i++) {
        const struct run_peek *peek = &run->opt->peek[i];
        for (u32 at = peek->addr; at < RAM_MAX && at < peek->addr + 2 * peek->count; at += 2)
            put_peek(object, at, at < ram->size ? state_word(ram_get(ram, at)) : json_null());
    }
    return object;
}

int run_open_state(struct run *run, struct err *err)
{
    const char *path = run->opt->state;

    if (!path)
        return 0;
    run->state_file = strcmp(path, "-") == 0 ? stdout : fopen(path, "w");
    if (run->state_file)
        return 0;
    return err_set(err, errno, "--state %s: %s", path, strerror(errno));
}

int run_write_state(struct run *run, struct err *err)
{
    json_t *state = state_make(run->machine, run_end_name(run));
    FILE *file = run->state_file;
    bool bad;

    if (!state)
        return err_set(err, ENOMEM, "no host memory for the state");
    json_object_set_new(state, "peek", peeks(run));
    state_add_hash(state, run->machine);
    errno = 0;
    bad = json_dumpf(state, file, JSON_COMPACT) != 0 || fputc('\n', file) == EOF;
    bad |= (file == stdout ? fflush(file) : fclose(file)) != 0;
    run->state_file = NULL;
    json_decref(state);
    if (!bad)
        return 0;
    return err_set(err, errno ? errno : EIO, "--state %s: %s", run->opt->state,
                   strerror(errno ? errno : EIO));
}

static void print_vectors(const char *what, const u64 *count)
{
    u64 sum = 0;

    for (unsigned i = 0; i < TRACE_VECTORS; i++)
        sum += count[i];
    fprintf(stderr, "%-14s%16" PRIu64 "\n", what, sum);
    for (unsigned i = 0; i < TRACE_VECTORS; i++)
        if (count[i])
            fprintf(stderr, "  vector %03o  %16" PRIu64 "\n", i * 4, count[i]);
}

static void print_count(const char *what, u64 count)
{
    fprintf(stderr, "%-14s%16" PRIu64 "\n", what, count);
}

static void print_translator(const struct machine *m)
{
    struct jit_stats s;
    u64 all = m->cpu.icount ? m->cpu.icount : 1;

    if (!m->jit)
        return;
    jit_describe(m->jit, &s);
    fprintf(stderr, "%-14s%16.3f %%\n", "translated",
            100 - 100 * (double)(s.interpreted + m->cpu.idled) / (double)all);
    print_count("  blocks", s.cache.blocks);
    print_count("  of insns", s.cache.insns);
    print_count("  dropped", s.cache.dropped);
    print_count("  revived", s.cache.revived);
    print_count("  links", s.cache.links);
    print_count("  flushes", s.cache.flushes);
    print_count("  evicted", s.cache.evicted);
    print_count("  entered", s.entries);
    print_count("  missed", s.misses);
    print_count("  stepped", s.steps);
    fprintf(stderr, "%-14s%15uK of %uK\n", "  code", s.cache.used / 1024, s.cache.size / 1024);
}

/* The associator's ratio is of the references that the processor's map tables do not hold. */
static void print_virtualizer(const struct machine *m)
{
    const struct hv_stats *s = m->hv ? &m->hv->hv.stats : NULL;
    u64 all = s ? s->hits + s->misses : 0;

    if (!s)
        return;
    print_count("VM entries", s->entries);
    print_count("  VM-faults", s->faults);
    print_count("  composed", all);
    fprintf(stderr, "%-14s%16.3f %%\n", "  associator",
            all ? 100 * (double)s->hits / (double)all : 0.0);
}

/* Of the virtual machine that `machine` is. */
static void print_vm(const struct vm *vm)
{
    struct account account = {0};
    char text[200];

    account_add(&account, vm);
    for (unsigned i = 0; report_line(&account, i, text, sizeof text); i++)
        fprintf(stderr, "%s\n", text);
}

void run_write_stats(const struct run *run)
{
    const struct machine *m = run->machine;
    const struct machine *bare = run->solo ? run->solo->bare : m;
    struct rusage usage;
    double cpu;

    getrusage(RUSAGE_SELF, &usage);
    cpu = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
          (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
    fprintf(stderr, "%-14s%16" PRIu64 "\n", "instructions", m->cpu.icount);
    if (m->cpu.idled)
        print_count("  idle loops", m->cpu.idled);
    fprintf(stderr, "%-14s%16.3f s\n", "guest time", (double)run_now(run) / EVENT_HZ);
    print_vectors("traps", run->trace.traps);
    print_vectors("interrupts", run->trace.interrupts);
    fprintf(stderr, "%-14s%16" PRIu64 "\n", "KT11 aborts", run->trace.aborts);
    print_translator(bare);
    print_virtualizer(bare);
    if (run->solo)
        print_vm(run->solo->vm);
    fprintf(stderr, "%-14s%16.3f s\n", "host CPU", cpu);
    fprintf(stderr, "%-14s%16.1f MIPS\n", "speed",
            cpu > 0 ? (double)m->cpu.icount / cpu / 1e6 : 0.0);
}
