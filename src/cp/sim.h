/* sim.h - the simulators: one for each kind of sensitive instruction, each in the VM's own terms.
 *
 * What an instruction does stands once, in the processor's handlers (src/cpu/exec*.c). A simulator
 * has the VM's processor execute it, on the VM's registers, memory and devices, and does what CP
 * must do besides. All have the same form: true, and the engine returns *exit.
 */
#ifndef VM11_CP_SIM_H
#define VM11_CP_SIM_H

#include "cp/vm.h"

typedef bool sim_fn(struct vm *vm, u16 insn, enum cpu_exit *exit);

sim_fn sim_halt; /* sim_idle.c */
sim_fn sim_wait;
sim_fn sim_reset; /* sim_reset.c */
sim_fn sim_spl;   /* sim_psw.c */
sim_fn sim_return;
sim_fn sim_space;    /* sim_memory.c: MFPI, MFPD, MTPI, MTPD */
sim_fn sim_memory;   /* any other instruction, for the sake of what it refers to */
sim_fn sim_trap;     /* sim_trap.c: EMT, TRAP, BPT, IOT */
sim_fn sim_reserved; /* sim_diag.c: reserved instructions */
sim_fn sim_diag;

/* What the Hardware Virtualizer leaves to be done: a flow into a vector that met the I/O page, or
 * the rest of an instruction whose part inside the processor is done. */
bool sim_flow(struct vm *vm, const struct hv_flow *flow, enum cpu_exit *exit); /* sim_trap.c */
bool sim_halted(struct vm *vm, enum cpu_exit *exit);                           /* sim_idle.c */
bool sim_waiting(struct vm *vm, enum cpu_exit *exit);
bool sim_init(struct vm *vm, enum cpu_exit *exit); /* sim_reset.c */

/* One turn of the VM's processor by the interpreter: a request is served, or the instruction at PC
 * is executed; counted as `event`. */
bool sim_turn(struct vm *vm, enum vm_event event, enum cpu_exit *exit);

#endif
