/* exec_eis.c - MUL, DIV, ASH, ASHC: a source operand and a register or register pair.
 *
 * With an odd register R and R|1 are the same: MUL keeps the low word, DIV the quotient, ASHC
 * the low word, because of the order of the two writes (F14-F16; microcode MUL, DIV, ASC).
 */
#include "cpu/exec.h"
#include "cpu/operand.h"

enum trap exec_MUL(struct cpu *cpu, unsigned insn)
{
    unsigned reg = insn >> 6 & 7;
    u16 src;
    enum trap trap = operand_read(cpu, insn & 077, REF_DST, &src);

    if (likely(!trap)) {
        u32 product = alu_mul(&cpu->cc, src, cpu->r[reg]);
        cpu->r[reg] = (u16)(product >> 16);
        cpu->r[reg | 1] = (u16)product;
    }
    return trap;
}

enum trap exec_DIV(struct cpu *cpu, unsigned insn)
{
    unsigned reg = insn >> 6 & 7;
    u16 src;
    enum trap trap = operand_read(cpu, insn & 077, REF_DST, &src);

    if (likely(!trap))
        alu_div(&cpu->cc, src, &cpu->r[reg], &cpu->r[reg | 1]);
    return trap;
}

enum trap exec_ASH(struct cpu *cpu, unsigned insn)
{
    u16 *reg = &cpu->r[insn >> 6 & 7], src;
    enum trap trap = operand_read(cpu, insn & 077, REF_DST, &src);

    if (likely(!trap))
        *reg = alu_ash(&cpu->cc, src, *reg);
    return trap;
}

enum trap exec_ASHC(struct cpu *cpu, unsigned insn)
{
    unsigned reg = insn >> 6 & 7;
    u16 src;
    enum trap trap = operand_read(cpu, insn & 077, REF_DST, &src);

    if (likely(!trap)) {
        u32 pair = (u32)cpu->r[reg] << 16 | cpu->r[reg | 1];
        pair = alu_ashc(&cpu->cc, src, pair);
        cpu->r[reg] = (u16)(pair >> 16);
        cpu->r[reg | 1] = (u16)pair;
    }
    return trap;
}
