/* sim_psw.c - SPL, RTI and RTT: the virtual PSW changes, with the rules of the VM's mode. A mode
 * that it enters gets its shadow map when direct execution begins again; a request that its new
 * priority lets through is seen before (vm.c).
 */
#include "cp/sim.h"

bool sim_spl(struct vm *vm, u16 insn, enum cpu_exit *exit)
{
    return sim_turn(vm, VM_SPL, exit);
}

bool sim_return(struct vm *vm, u16 insn, enum cpu_exit *exit)
{
    return sim_turn(vm, VM_RETURN, exit);
}
