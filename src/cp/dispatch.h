/* dispatch.h - the dispatcher: where control comes when direct execution of a VM has ended.
 *
 * It decides what the VM's own machine would be doing, and calls the simulator of that. Simulators
 * are called by nobody else (a rule of the tests).
 */
#ifndef VM11_CP_DISPATCH_H
#define VM11_CP_DISPATCH_H

#include "cp/vm.h"

/* The VM's registers are those before the next instruction, or after the last. Do what direct
 * execution could not. True: the engine returns *exit. */
bool dispatch(struct vm *vm, enum cpu_exit *exit);

/* Direct execution ended with a trap of hw->outside; the VM's registers are as it says. */
bool dispatch_trap(struct vm *vm, enum cpu_exit *exit);

/* Direct execution at level 1 of the Hardware Virtualizer ended with a VM-fault; the VM's state is
 * that of its VMCB. `flow`: which trap met the fault, if it is a valid one. */
bool dispatch_fault(struct vm *vm, enum hv_code code, const struct hv_flow *flow,
                    enum cpu_exit *exit);

#endif
