/* relay.c - see relay.h. Only where somebody but CP looks on: translated code is slower then. */
#include "cp/relay.h"

#include "cpu/watch.h"

/* The time is right; what is in the VM's registers is from the last entry. */
static struct cpu *shown(const struct relay *relay)
{
    struct cpu *cpu = &relay->vm->m->cpu;

    cpu->icount = relay->vm->host->hw.m->cpu.icount - relay->ahead;
    return cpu;
}

static void tell_vector(void *ctx, enum cpu_cause cause, u16 vector, u16 pc, u16 ps)
{
    watch_vector(shown(ctx), cause, vector, pc, ps);
}

static void tell_abort(void *ctx, const struct mmu_ref *ref)
{
    watch_abort(shown(ctx), ref);
}

/* References to the processor's own registers cannot be told of. */
static bool is_watched_closely(const struct vm *vm)
{
    for (const struct cpu_watch *w = vm->m->cpu.watch; w; w = w->next)
        if (w->io && !w->devices)
            return true;
    return false;
}

static bool is_io_watched(const struct vm *vm)
{
    for (const struct cpu_watch *w = vm->m->cpu.watch; w; w = w->next)
        if (w != &vm->watch && w->io)
            return true;
    return false;
}

static bool is_watched(const struct vm *vm)
{
    for (const struct cpu_watch *w = vm->m->cpu.watch; w; w = w->next)
        if (w != &vm->watch && (w->vector || w->abort))
            return true;
    return false;
}

void relay_begin(struct relay *relay, struct vm *vm, bool aborts)
{
    *relay = (struct relay){.watch = {.vector = tell_vector, .abort = aborts ? tell_abort : NULL},
                            .vm = vm,
                            .on = is_watched(vm),
                            .closely = is_watched_closely(vm),
                            .devices = is_io_watched(vm)};
    relay->watch.ctx = relay;
    if (relay->on)
        cpu_watch_add(&vm->host->hw.m->cpu, &relay->watch);
}

void relay_end(struct relay *relay)
{
    if (relay->on)
        cpu_watch_remove(&relay->vm->host->hw.m->cpu, &relay->watch);
}
