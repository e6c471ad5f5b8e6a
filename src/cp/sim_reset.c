/* sim_reset.c - RESET: INIT on the VM's own bus; nothing in its other modes. The bare machine's
 * devices hear nothing of it. The VM's map is another afterwards, which shadow.c sees by its
 * version.
 */
#include "cp/sim.h"

bool sim_reset(struct vm *vm, u16 insn, enum cpu_exit *exit)
{
    return sim_turn(vm, VM_RESET, exit);
}

/* The bus is reset within the instruction, as far as its time goes. */
bool sim_init(struct vm *vm, enum cpu_exit *exit)
{
    struct cpu *cpu = &vm->m->cpu;

    vm->stats.event[VM_RESET]++;
    cpu->icount--;
    cpu->ops->init(cpu->ops_ctx);
    cpu->icount++;
    return false;
}
