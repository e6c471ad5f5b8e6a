/* assist.h - VM-assist: what a monitor would do for a guest in the common cases, done by the
 * processor, as VM/370's microcode does it.
 *
 * The monitor runs a guest in real user mode with the KBS11-A and keeps the guest's virtual state
 * in a block of real memory (docs/kbs11a.md). An instruction that would trap to the monitor is done
 * on that block and on the guest's own stack; where anything is unusual nothing has happened yet,
 * and the trap is taken. Our own design, after the System/370's.
 */
#ifndef VM11_CPU_ASSIST_H
#define VM11_CPU_ASSIST_H

#include "cpu/cpu.h"

#define VACSR_ON    0001u
#define VACSR_USER  0002u /* the guest is in its supervisor or user mode: HALT, RESET, reserved */
#define VACSR_RTI   0004u /* RTI, RTT */
#define VACSR_SPL   0010u
#define VACSR_EMT   0020u /* EMT, TRAP, IOT, BPT */
#define VACSR_WRITE 0037u
#define VABLK_WRITE 0007777u /* address of the block, in units of 64 bytes */

/* Words of the block. */
enum {
    VAB_PS = 0,    /* mode, previous mode, priority of the virtual PSW */
    VAB_LEVEL = 2, /* 7:5 the highest level at which the guest has a request */
    VAB_MAP = 4,   /* 0 the map is good for all its modes; 1 USLE follows its kernel mode */
    VAB_BASE = 6,  /* added to its vectors */
    VAB_SP = 010,  /* its stack pointers, by mode: of the modes that are not current */
    VAB_SIZE = 020,
};
#define VAB_MAP_ONE   1u
#define VAB_MAP_LIMIT 2u

/* A trap to `vector` is to be taken, `by_insn`: BPT, IOT, EMT, TRAP or one of the ten. True: it was
 * done for the guest. */
bool assist_trap(struct cpu *cpu, u16 vector, bool by_insn);

#endif
