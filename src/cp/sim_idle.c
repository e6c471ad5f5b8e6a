/* sim_idle.c - HALT and WAIT: the VM has nothing to do, for good or for now.
 *
 * In the VM's kernel mode HALT ends the VM's run; in its other modes it is a trap to 4 of its own.
 * WAIT makes its processor wait in any mode, and the scheduler gives the bare one to another VM.
 */
#include "cp/sim.h"

bool sim_halt(struct vm *vm, u16 insn, enum cpu_exit *exit)
{
    return sim_turn(vm, VM_HALT, exit);
}

bool sim_wait(struct vm *vm, u16 insn, enum cpu_exit *exit)
{
    return sim_turn(vm, VM_WAIT, exit);
}

bool sim_halted(struct vm *vm, enum cpu_exit *exit)
{
    vm->stats.event[VM_HALT]++;
    *exit = EXIT_HALT;
    return true;
}

/* Its processor finds out whether a request ends it. */
bool sim_waiting(struct vm *vm, enum cpu_exit *exit)
{
    vm->stats.event[VM_WAIT]++;
    return false;
}
