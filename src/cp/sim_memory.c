/* sim_memory.c - instructions that are simulated for the sake of what they refer to: another mode's
 * space (MFPx, MTPx), the I/O page, memory that the shadow map leaves out, nothing at all.
 *
 * The bare machine's abort says only that the shadow map had no entry. The VM's own map says the
 * rest: its own abort is its own, beyond its memory is a time-out (trap 4, not 250), a device's
 * register is its device's.
 */
#include "cp/sim.h"

bool sim_space(struct vm *vm, u16 insn, enum cpu_exit *exit)
{
    return sim_turn(vm, VM_SPACE, exit);
}

/* What it was is known afterwards. */
static enum vm_event event_of(const struct vm *vm, u32 version)
{
    if (vm->device)
        return VM_DEVICE;
    if (vm->m->cpu.mmu.version != version)
        return VM_MAP;
    return vm->vector ? VM_FAULT : VM_PROCESSOR;
}

bool sim_memory(struct vm *vm, u16 insn, enum cpu_exit *exit)
{
    u32 version = vm->m->cpu.mmu.version;
    bool over;

    vm->device = vm->vector = false;
    over = sim_turn(vm, VM_FAULT, exit);
    vm->stats.event[VM_FAULT]--;
    vm->stats.event[event_of(vm, version)]++;
    return over;
}
