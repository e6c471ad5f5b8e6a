/* assist.h - VM-assist: what a monitor would do for a guest in the common cases, done by the
 * processor, as VM/370's microcode does it.
 *
 * The monitor runs a guest in real user mode with the KBS11-A and keeps the guest's virtual state
 * in a block of real memory (docs/kbs11a.md). An instruction that would trap to the monitor is done
 * on that block and on the guest's own stack; a page that the real map lacks is entered there from
 * the guest's own map; the guest's PSW, PIRQ and stack limit are those of the block. Where anything
 * is unusual nothing has happened yet, and the trap is taken. Our own design, after the
 * System/370's.
 */
#ifndef VM11_CPU_ASSIST_H
#define VM11_CPU_ASSIST_H

#include "cpu/cpu.h"

#define VACSR_ON    0001u
#define VACSR_USER  0002u /* the guest is in its supervisor or user mode: HALT, RESET, reserved */
#define VACSR_RTI   0004u /* RTI, RTT */
#define VACSR_SPL   0010u
#define VACSR_EMT   0020u /* EMT, TRAP, IOT, BPT */
#define VACSR_PAGE  0040u /* pages that the real map lacks */
#define VACSR_PSW   0100u /* references to 777776 */
#define VACSR_REG   0200u /* references to PIRQ and the stack limit */
#define VACSR_REFER (VACSR_PAGE | VACSR_PSW | VACSR_REG)
#define VACSR_WRITE 0377u
#define VABLK_WRITE 0007777u /* address of the block, in units of 64 bytes */

#define ASSIST_PLACE 0100000000u /* beyond all physical addresses; to it a register's is added */

/* Words of the block. */
enum {
    VAB_PS = 0,       /* mode, previous mode, priority of the virtual PSW */
    VAB_LEVEL = 2,    /* 7:5 the highest level at which the guest has a request of a device */
    VAB_FLAGS = 4,    /* VAB_MAP_ bits */
    VAB_BASE = 6,     /* added to its vectors */
    VAB_SP = 010,     /* its stack pointers, by mode: of the modes that are not current */
    VAB_MMR0 = 020,   /* <0> its KT11 is on; <8> nothing is done */
    VAB_MMR3 = 022,   /* its D spaces */
    VAB_ORIGIN = 024, /* where its memory begins, and how long it is, in units of 64 bytes */
    VAB_LENGTH = 026,
    VAB_SLR = 030,
    VAB_PIRQ = 032, /* 15:9 */
    VAB_PAR = 0100, /* its KT11: kernel, supervisor, user; each I, D */
    VAB_PDR = 0240,
    VAB_SIZE = 0400,
};
#define VAB_MAP_ONE    1u /* the real map is good for all the guest's modes */
#define VAB_MAP_LIMIT  2u /* USLE follows the guest's kernel mode */
#define VAB_FIXED      8u /* neither the guest's mode nor its previous mode changes here */
#define VAB_MAP_SHADOW 4u /* the real map is the current mode's, and emptied for another */

/* A trap to `vector` is to be taken, `by_insn`: BPT, IOT, EMT, TRAP or one of the ten. True: it was
 * done for the guest. */
bool assist_trap(struct cpu *cpu, u16 vector, bool by_insn);

/* Before a reference is relocated. A page that the guest has and the real map lacks is entered
 * there. True: it is to one of the guest's own registers, at *pa, from ASSIST_PLACE on. */
bool assist_refer(struct cpu *cpu, const struct mmu_ref *ref, u32 *pa);

/* Such a register, as a word; written as registers_write() does. False: it is not to be done
 * here, and nothing was: the reference aborts. */
u16 assist_read(const struct cpu *cpu, u32 pa);
bool assist_write(struct cpu *cpu, u32 pa, const struct mmu_ref *ref, enum io_cycle cycle,
                  u16 value);

/* Between a DATIP and its DATO, which may yet be refused: the state at the DATIP is noted; or that
 * is the state again. */
void assist_note(struct cpu *cpu);
void assist_back(struct cpu *cpu);

#endif
