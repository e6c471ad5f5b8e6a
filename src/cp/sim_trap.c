/* sim_trap.c - EMT, TRAP, BPT, IOT: reflected. The VM's own vector, its own stacks, its own rules
 * for what goes wrong on the way.
 */
#include "cp/sim.h"

bool sim_trap(struct vm *vm, u16 insn, enum cpu_exit *exit)
{
    return sim_turn(vm, VM_TRAP, exit);
}
