/* trap.h - the guest's faults as values.
 *
 * A memory reference or an instruction that cannot go on returns one of these; the processor's
 * trap flow (cpu/trap.c) turns it into a vector. TRAP_NONE is 0, so a caller writes
 * `if (trap) return trap;`.
 */
#ifndef VM11_MEM_TRAP_H
#define VM11_MEM_TRAP_H

#define must_check __attribute__((warn_unused_result))

enum trap {
    TRAP_NONE,
    TRAP_ODD,   /* word reference to an odd address: 4 */
    TRAP_BUS,   /* bus time-out, nobody answered: 4 */
    TRAP_MMU,   /* abort by the KT11-C: 250 */
    TRAP_LIMIT, /* the KBS11-A's user stack limit, red zone: 4 */
    TRAP_RED,   /* stack limit red zone, or a kernel stack reference that aborted: 4, new stack */
    TRAP_HALT,  /* HALT outside kernel mode: 4 */
    TRAP_RSVD,  /* reserved instruction, JMP or JSR to a register: 10 */
    TRAP_BPT,   /* 14 */
    TRAP_IOT,   /* 20 */
    TRAP_EMT,   /* 30 */
    TRAP_TRAP,  /* 34 */
    TRAP_VMX,   /* one of the ten that the KBS11-A makes trap: 10 */
    TRAP_VM,    /* a VM-fault of the Hardware Virtualizer: to the level below's vector */
    TRAP_STOP,  /* no trap: HALT in kernel mode, the processor stops */
    TRAP_BREAK, /* no trap: a debugger's stop before the instruction */
    TRAP_COUNT
};

#endif
