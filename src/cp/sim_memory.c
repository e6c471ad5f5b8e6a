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

bool sim_memory(struct vm *vm, u16 insn, enum cpu_exit *exit)
{
    bool over;

    vm->saw = VM_FAULT;
    over = sim_turn(vm, VM_FAULT, exit);
    vm->stats.event[VM_FAULT]--; /* what it was is known now */
    vm->stats.event[vm->saw]++;
    return over;
}
