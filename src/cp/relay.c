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

/* Who looks on at the VM, but CP's own watch. */
static void find_watches(struct relay *relay)
{
    const struct vm *vm = relay->vm;

    for (const struct cpu_watch *w = vm->m->cpu.watch; w; w = w->next) {
        if (w == &vm->watch)
            continue;
        relay->on |= w->vector || w->abort;
        relay->closely |= w->io && !w->devices;
        relay->devices |= w->io != NULL;
    }
}

void relay_begin(struct relay *relay, struct vm *vm, bool aborts)
{
    *relay = (struct relay){.watch = {.vector = tell_vector, .abort = aborts ? tell_abort : NULL},
                            .vm = vm};
    relay->watch.ctx = relay;
    find_watches(relay);
    if (relay->on)
        cpu_watch_add(&vm->host->hw.m->cpu, &relay->watch);
}

void relay_end(struct relay *relay)
{
    if (relay->on)
        cpu_watch_remove(&relay->vm->host->hw.m->cpu, &relay->watch);
}
