/* sim_turn.c - what all simulators share: the VM's own processor does it, and it is counted. */
#include "cp/prep.h"
#include "cp/sim.h"

bool sim_turn(struct vm *vm, enum vm_event event, enum cpu_exit *exit)
{
    struct cpu *cpu = &vm->m->cpu;
    struct cpu *real = &vm->host->hw.m->cpu;
    u64 before = cpu->icount - cpu->idled, idled = cpu->idled;
    bool over;

    /* The FP11's registers are in the bare machine while the VM's engine runs (vm.c). */
    cpu->fp = real->fp;
    prep_lift(vm);
    over = cpu_turn(cpu, exit);
    prep_lower(vm);
    real->fp = cpu->fp;
    vm->stats.simulated += cpu->icount - cpu->idled - before;
    vm->stats.skipped += cpu->idled - idled;
    if (!over || *exit != EXIT_WAIT) /* it only goes on waiting */
        vm->stats.event[event]++;
    return over;
}
