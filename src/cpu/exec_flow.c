/* exec_flow.c - branches, jumps, subroutines, condition codes, and the instructions that trap. */
#include "cpu/exec.h"
#include "cpu/idle.h"
#include "cpu/operand.h"

/* The word displacement in <7:0>. */
static inline void branch(struct cpu *cpu, unsigned insn)
{
    cpu->r[PC] = (u16)(cpu->r[PC] + 2 * (i8)(insn & 0377));
}

#define EXEC_BRANCH(id, condition)                                                                 \
    enum trap exec_##id(struct cpu *cpu, unsigned insn)                                            \
    {                                                                                              \
        if (condition(&cpu->cc))                                                                   \
            branch(cpu, insn);                                                                     \
        return TRAP_NONE;                                                                          \
    }

enum trap exec_BR(struct cpu *cpu, unsigned insn)
{
    branch(cpu, insn);
    if (unlikely(cpu->r[PC] == cpu->start))
        idle_branch(cpu);
    return TRAP_NONE;
}

EXEC_BRANCH(BNE, alu_bne)
EXEC_BRANCH(BEQ, alu_beq)
EXEC_BRANCH(BGE, alu_bge)
EXEC_BRANCH(BLT, alu_blt)
EXEC_BRANCH(BGT, alu_bgt)
EXEC_BRANCH(BLE, alu_ble)
EXEC_BRANCH(BPL, alu_bpl)
EXEC_BRANCH(BMI, alu_bmi)
EXEC_BRANCH(BHI, alu_bhi)
EXEC_BRANCH(BLOS, alu_blos)
EXEC_BRANCH(BVC, alu_bvc)
EXEC_BRANCH(BVS, alu_bvs)
EXEC_BRANCH(BCC, alu_bcc)
EXEC_BRANCH(BCS, alu_bcs)

enum trap exec_SOB(struct cpu *cpu, unsigned insn)
{
    u16 *reg = &cpu->r[insn >> 6 & 7];

    if (--*reg != 0)
        cpu->r[PC] = (u16)(cpu->r[PC] - 2 * (insn & 077));
    return TRAP_NONE;
}

/* To a register: trap to 10 on this processor (F6). (R)+ jumps to what R was (F10). */
enum trap exec_JMP(struct cpu *cpu, unsigned insn)
{
    unsigned ref;
    enum trap trap;
    u16 va;

    if ((insn & 070) == 0)
        return TRAP_RSVD;
    trap = operand_address(cpu, insn & 077, 2, &va, &ref);
    if (likely(!trap))
        cpu->r[PC] = va;
    return trap;
}

/* The destination comes first; the linkage register is latched before SP moves, so JSR SP pushes
 * the original SP (F11, F12; microcode JSR.00-30). */
enum trap exec_JSR(struct cpu *cpu, unsigned insn)
{
    unsigned link = insn >> 6 & 7, ref;
    enum trap trap;
    u16 va;

    if ((insn & 070) == 0)
        return TRAP_RSVD;
    trap = operand_address(cpu, insn & 077, 2, &va, &ref);
    if (unlikely(trap))
        return trap;
    trap = operand_push(cpu, cpu->r[link]);
    if (unlikely(trap))
        return trap;
    cpu->r[link] = cpu->r[PC];
    cpu->r[PC] = va;
    return TRAP_NONE;
}

/* PC is loaded before the pop: an abort finds it changed (microcode RTS.00). */
enum trap exec_RTS(struct cpu *cpu, unsigned insn)
{
    unsigned link = insn & 7;
    enum trap trap;
    u16 value;

    cpu->r[PC] = cpu->r[link];
    trap = operand_pop(cpu, &value);
    if (likely(!trap))
        cpu->r[link] = value;
    return trap;
}

/* SP := PC + 2n, PC := R5, R5 popped (F13). */
enum trap exec_MARK(struct cpu *cpu, unsigned insn)
{
    enum trap trap;
    u16 value;

    cpu->r[SP] = (u16)(cpu->r[PC] + 2 * (insn & 077));
    cpu->r[PC] = cpu->r[R5];
    trap = operand_pop(cpu, &value);
    if (likely(!trap))
        cpu->r[R5] = value;
    return trap;
}

enum trap exec_CLCC(struct cpu *cpu, unsigned insn)
{
    cc_set(&cpu->cc, cc_get(&cpu->cc) & ~(insn & 017u));
    return TRAP_NONE;
}

enum trap exec_SECC(struct cpu *cpu, unsigned insn)
{
    cc_set(&cpu->cc, cc_get(&cpu->cc) | (insn & 017u));
    return TRAP_NONE;
}

enum trap exec_BPT(struct cpu *cpu, unsigned insn)
{
    return TRAP_BPT;
}

enum trap exec_IOT(struct cpu *cpu, unsigned insn)
{
    return TRAP_IOT;
}

enum trap exec_EMT(struct cpu *cpu, unsigned insn)
{
    return TRAP_EMT;
}

enum trap exec_TRAP(struct cpu *cpu, unsigned insn)
{
    return TRAP_TRAP;
}
