/* history.c - the ring of the last instructions: see history.h. */
#include "monitor/history.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/trace_lines.h"

const struct history_entry *history_at(const struct history *h, u32 back)
{
    if (back >= h->count)
        return NULL;
    return &h->entry[(h->next + h->size - 1 - back) % h->size];
}

static void drop_last(struct history *h)
{
    h->next = (h->next + h->size - 1) % h->size;
    h->count--;
}

/* Is the entry of a later moment than the one with so many instructions and vectors behind? A trap
 * is part of the instruction before it. */
static bool is_later(const struct history_entry *e, u64 icount, unsigned flows)
{
    if (e->icount != icount)
        return e->icount > icount;
    return !e->entered || (e->cause != CAUSE_TRAP && e->flows > flows);
}

static void trim(struct history *h, u64 icount, unsigned flows)
{
    while (h->count && is_later(history_at(h, 0), icount, flows))
        drop_last(h);
}

void history_trim(struct history *h)
{
    if (h->entry)
        trim(h, h->machine->cpu.icount, debug_flows(&h->machine->cpu));
}

static struct history_entry *push(struct history *h)
{
    struct history_entry *e = &h->entry[h->next];

    h->next = (h->next + 1) % h->size;
    if (h->count < h->size)
        h->count++;
    *e = (struct history_entry){.icount = h->machine->cpu.icount};
    return e;
}

static void on_insn(void *ctx)
{
    struct history *h = ctx;
    const struct cpu *cpu = &h->machine->cpu;
    struct history_entry *e;

    trim(h, cpu->icount, debug_flows(cpu));
    e = push(h);
    memcpy(e->r, cpu->r, sizeof e->r);
    e->ps = cpu_ps(cpu);
    e->count = (u8)trace_fetch(h->machine, cpu_mode(cpu), cpu->r[PC], e->words);
}

/* The registers as the program with `ps` sees them, which a vector has just interrupted. */
static void interrupted(const struct cpu *cpu, u16 ps, u16 pc, u16 r[8])
{
    enum mode mode = (enum mode)(ps >> 14);

    memcpy(r, (ps ^ cpu->ps) & PS_SET ? cpu->alt : cpu->r, 6 * sizeof r[0]);
    r[SP] = cpu_get_sp(cpu, mode);
    if (mode == cpu_mode(cpu))
        r[SP] = (u16)(r[SP] + 4);
    r[PC] = pc;
}

static void on_vector(void *ctx, enum cpu_cause cause, u16 vector, u16 pc, u16 ps)
{
    struct history *h = ctx;
    const struct cpu *cpu = &h->machine->cpu;
    unsigned flows = debug_flows(cpu);
    struct history_entry *e;

    /* On a journey this moment may have been before. */
    trim(h, cpu->icount, cause == CAUSE_TRAP || flows == 0 ? 0 : flows - 1);
    if (cause == CAUSE_TRAP)
        while (h->count && history_at(h, 0)->icount == cpu->icount)
            drop_last(h);
    e = push(h);
    e->entered = true;
    e->flows = (u8)flows;
    e->cause = cause;
    e->vector = vector;
    e->ps = ps;
    interrupted(cpu, ps, pc, e->r);
    e->to_pc = cpu->r[PC];
    e->to_ps = cpu_ps(cpu);
}

void history_after(const struct history *h, u32 back, u16 r[8], u16 *ps)
{
    const struct cpu *cpu = &h->machine->cpu;

    if (back > 0) {
        const struct history_entry *next = history_at(h, back - 1);
        memcpy(r, next->r, sizeof next->r);
        *ps = next->ps;
        return;
    }
    memcpy(r, cpu->r, sizeof cpu->r);
    *ps = cpu_ps(cpu);
}

int history_on(struct history *h, struct machine *m, u32 size, struct err *err)
{
    struct history_entry *entry = calloc(size, sizeof *entry);

    if (!entry)
        return err_set(err, ENOMEM, "no host memory for a history of %u entries", size);
    history_off(h);
    *h = (struct history){.machine = m, .entry = entry, .size = size};
    h->watch = (struct cpu_watch){.insn = on_insn, .vector = on_vector, .ctx = h};
    cpu_watch_add(&m->cpu, &h->watch);
    return 0;
}

void history_off(struct history *h)
{
    if (!h->entry)
        return;
    cpu_watch_remove(&h->machine->cpu, &h->watch);
    free(h->entry);
    h->entry = NULL;
    h->count = 0;
}
