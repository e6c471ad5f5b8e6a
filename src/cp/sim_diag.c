/* sim_diag.c - reserved instructions: the VM's own trap to 10. */
#include "cp/sim.h"

bool sim_reserved(struct vm *vm, u16 insn, enum cpu_exit *exit)
{
    return sim_turn(vm, VM_RESERVED, exit);
}
