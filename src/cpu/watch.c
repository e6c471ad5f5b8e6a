/* watch.c - the list of those who look on: see watch.h. */
#include "cpu/watch.h"

/* What the list as a whole wants to know. */
static void update(struct cpu *cpu)
{
    bool insns = false, references = false;

    for (const struct cpu_watch *w = cpu->watch; w; w = w->next) {
        insns = insns || w->insn;
        references = references || w->reference;
    }
    cpu->attention &= ~ATTN_WATCH;
    if (insns || references)
        cpu->attention |= ATTN_WATCH;
    if (references != cpu->referenced)
        mmu_flush(&cpu->mmu);
    cpu->referenced = references;
    cpu->mmu.version++; /* an engine may have noted that nobody looks on at the I/O page */
}

void cpu_watch_add(struct cpu *cpu, struct cpu_watch *watch)
{
    struct cpu_watch **link = &cpu->watch;

    while (*link && *link != watch)
        link = &(*link)->next;
    if (!*link) {
        watch->next = NULL;
        *link = watch;
    }
    update(cpu);
}

void cpu_watch_remove(struct cpu *cpu, struct cpu_watch *watch)
{
    struct cpu_watch **link = &cpu->watch;

    while (*link && *link != watch)
        link = &(*link)->next;
    if (*link)
        *link = watch->next;
    update(cpu);
}

void watch_insn(struct cpu *cpu)
{
    for (const struct cpu_watch *w = cpu->watch; w; w = w->next)
        if (w->insn)
            w->insn(w->ctx);
}

void watch_vector(struct cpu *cpu, enum cpu_cause cause, u16 vector, u16 pc, u16 ps)
{
    for (const struct cpu_watch *w = cpu->watch; w; w = w->next)
        if (w->vector)
            w->vector(w->ctx, cause, vector, pc, ps);
}

void watch_io(struct cpu *cpu, u32 pa, enum io_cycle cycle, u16 value, bool answered)
{
    for (const struct cpu_watch *w = cpu->watch; w; w = w->next)
        if (w->io)
            w->io(w->ctx, pa, cycle, value, answered);
}

void watch_abort(struct cpu *cpu, const struct mmu_ref *ref)
{
    for (const struct cpu_watch *w = cpu->watch; w; w = w->next)
        if (w->abort)
            w->abort(w->ctx, ref);
}

void watch_reference(struct cpu *cpu, const struct mmu_ref *ref, enum cpu_access access, u32 pa)
{
    for (const struct cpu_watch *w = cpu->watch; w; w = w->next)
        if (w->reference)
            w->reference(w->ctx, ref, access, pa);
}
