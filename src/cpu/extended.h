/* extended.h - MUL, DIV, ASH, ASHC with the source at hand: a register or register pair changes.
 *
 * With an odd register R and R|1 are the same: MUL keeps the low word, DIV the quotient, ASHC
 * the low word, because of the order of the two writes (F14-F16; microcode MUL, DIV, ASC).
 */
#ifndef VM11_CPU_EXTENDED_H
#define VM11_CPU_EXTENDED_H

#include "cpu/cpu.h"

static inline void extended_mul(struct cpu *cpu, unsigned reg, u16 src)
{
    u32 product = alu_mul(&cpu->cc, src, cpu->r[reg]);

    cpu->r[reg] = (u16)(product >> 16);
    cpu->r[reg | 1] = (u16)product;
}

static inline void extended_div(struct cpu *cpu, unsigned reg, u16 src)
{
    alu_div(&cpu->cc, src, &cpu->r[reg], &cpu->r[reg | 1]);
}

static inline void extended_ash(struct cpu *cpu, unsigned reg, u16 src)
{
    cpu->r[reg] = alu_ash(&cpu->cc, src, cpu->r[reg]);
}

static inline void extended_ashc(struct cpu *cpu, unsigned reg, u16 src)
{
    u32 pair = (u32)cpu->r[reg] << 16 | cpu->r[reg | 1];

    pair = alu_ashc(&cpu->cc, src, pair);
    cpu->r[reg] = (u16)(pair >> 16);
    cpu->r[reg | 1] = (u16)pair;
}

#endif
