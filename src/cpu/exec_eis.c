/* exec_eis.c - MUL, DIV, ASH, ASHC: a source operand and a register or register pair. */
#include "cpu/extended.h"
#include "cpu/exec.h"
#include "cpu/operand.h"

#define EXEC_EIS(id, extended)                                                                     \
    enum trap exec_##id(struct cpu *cpu, unsigned insn)                                            \
    {                                                                                              \
        u16 src;                                                                                   \
        enum trap trap = operand_read(cpu, insn & 077, REF_DST, &src);                             \
        if (likely(!trap))                                                                         \
            extended(cpu, insn >> 6 & 7, src);                                                     \
        return trap;                                                                               \
    }

EXEC_EIS(MUL, extended_mul)
EXEC_EIS(DIV, extended_div)
EXEC_EIS(ASH, extended_ash)
EXEC_EIS(ASHC, extended_ashc)
