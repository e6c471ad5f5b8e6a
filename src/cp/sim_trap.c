/* sim_trap.c - EMT, TRAP, BPT, IOT: reflected. The VM's own vector, its own stacks, its own rules
 * for what goes wrong on the way.
 */
#include "cp/sim.h"
#include "cpu/trap.h"

bool sim_trap(struct vm *vm, u16 insn, enum cpu_exit *exit)
{
    return sim_turn(vm, VM_TRAP, exit);
}

bool sim_flow(struct vm *vm, const struct hv_flow *flow, enum cpu_exit *exit)
{
    vm->stats.event[VM_TRAP]++;
    *exit = EXIT_DOUBLE;
    return !trap_resume(&vm->m->cpu, flow);
}
