/* trace.c - lines into a file, and counts: see trace.h. */
#include "cli/trace.h"

#include <errno.h>
#include <string.h>

static void put_line(void *ctx, const char *text, size_t len)
{
    struct trace *t = ctx;

    if (fwrite(text, 1, len, t->file) != len && !t->error)
        t->error = errno;
}

static void on_vector(void *ctx, enum cpu_cause cause, u16 vector, u16 pc, u16 ps)
{
    struct trace *t = ctx;

    (cause == CAUSE_INTERRUPT ? t->interrupts : t->traps)[vector / 4 % TRACE_VECTORS]++;
}

static void on_io(void *ctx, u32 pa, enum io_cycle cycle, u16 value, bool answered)
{
    struct trace *t = ctx;
    u64 idled = t->machine->cpu.idled - t->idled; /* by polls, if this is one: cpu/idle.h */

    t->idled += idled;
    if (pa == DL11_BASE && cycle != IO_DATO && cycle != IO_DATOB && !(value & 0200))
        t->polls += 1 + idled / 2;
}

static void on_abort(void *ctx, const struct mmu_ref *ref)
{
    ((struct trace *)ctx)->aborts++;
}

int trace_open(struct trace *t, struct machine *m, unsigned what, bool counts, const char *path,
               struct err *err)
{
    int rc = 0;

    memset(t, 0, sizeof *t);
    t->machine = m;
    if (what && path && strcmp(path, "-") == 0) {
        t->file = stdout;
    } else if (what && path) {
        t->file = fopen(path, "w");
        if (!t->file)
            return err_set(err, errno, "--trace-file %s: %s", path, strerror(errno));
        t->opened = true;
    } else if (what) {
        t->file = stderr;
    }
    t->watch = (struct cpu_watch){.io = on_io, .devices = true, .ctx = t};
    if (counts) {
        t->watch.vector = on_vector;
        t->watch.abort = on_abort;
    }
    cpu_watch_add(&m->cpu, &t->watch);
    if (what & TRACE_JIT)
        rc = trace_jit_start(&t->jit, m, t->file, err);
    if (what & TRACE_ALL) {
        t->tracer = (struct tracer){.what = what & TRACE_ALL, .line = put_line, .ctx = t};
        tracer_start(&t->tracer, m);
    }
    return rc;
}

bool trace_failed(const struct trace *t)
{
    return t->file && ferror(t->file);
}

int trace_close(struct trace *t, struct err *err)
{
    bool failed;

    if (!t->machine)
        return 0;
    trace_jit_stop(&t->jit);
    tracer_stop(&t->tracer);
    cpu_watch_remove(&t->machine->cpu, &t->watch);
    t->machine = NULL;
    if (!t->file)
        return 0;
    failed = trace_failed(t);
    errno = 0;
    if (t->opened ? fclose(t->file) : fflush(t->file))
        failed = true;
    t->file = NULL;
    if (!failed)
        return 0;
    if (!t->error)
        t->error = errno ? errno : EIO;
    return err_set(err, t->error, "the trace: %s", strerror(t->error));
}
