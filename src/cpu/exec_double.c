/* exec_double.c - double operand instructions, words and bytes, and XOR.
 *
 * The source is evaluated completely, side effects included, before the destination (F72); a
 * register source is its value before the destination changes it (F8, F9, F73).
 */
#include "cpu/exec.h"
#include "cpu/operand.h"

/* dst := alu(src, dst), the source at hand. */
#define MODIFY_WORD(alu)                                                                           \
    do {                                                                                           \
        if ((insn & 070) == 0) {                                                                   \
            cpu->r[insn & 7] = alu(&cpu->cc, src, cpu->r[insn & 7]);                               \
            return TRAP_NONE;                                                                      \
        }                                                                                          \
        trap = operand_modify(cpu, insn & 077, &host, &dst);                                       \
        if (unlikely(trap))                                                                        \
            return trap;                                                                           \
        dst = alu(&cpu->cc, src, dst);                                                             \
        return rmw_put(cpu, host, dst);                                                            \
    } while (0)

#define EXEC_WORD(id, alu)                                                                         \
    enum trap exec_##id(struct cpu *cpu, unsigned insn)                                            \
    {                                                                                              \
        u16 src, dst;                                                                              \
        u8 *host;                                                                                  \
        enum trap trap = operand_read(cpu, insn >> 6 & 077u, 0, &src);                             \
        if (unlikely(trap))                                                                        \
            return trap;                                                                           \
        MODIFY_WORD(alu);                                                                          \
    }

#define EXEC_BYTE(id, alu)                                                                         \
    enum trap exec_##id(struct cpu *cpu, unsigned insn)                                            \
    {                                                                                              \
        u8 src, dst, *host;                                                                        \
        enum trap trap = operand_readb(cpu, insn >> 6 & 077u, 0, &src);                            \
        if (unlikely(trap))                                                                        \
            return trap;                                                                           \
        if ((insn & 070) == 0) {                                                                   \
            u16 *reg = &cpu->r[insn & 7];                                                          \
            *reg = (u16)((*reg & 0177400u) | alu(&cpu->cc, src, (u8)*reg));                        \
            return TRAP_NONE;                                                                      \
        }                                                                                          \
        trap = operand_modifyb(cpu, insn & 077, &host, &dst);                                      \
        if (unlikely(trap))                                                                        \
            return trap;                                                                           \
        dst = alu(&cpu->cc, src, dst);                                                             \
        return rmw_putb(cpu, host, dst);                                                           \
    }

/* Neither operand is written. */
#define EXEC_TEST(id, type, read, alu)                                                             \
    enum trap exec_##id(struct cpu *cpu, unsigned insn)                                            \
    {                                                                                              \
        type src, dst;                                                                             \
        enum trap trap = read(cpu, insn >> 6 & 077u, 0, &src);                                     \
        if (unlikely(trap))                                                                        \
            return trap;                                                                           \
        trap = read(cpu, insn & 077, REF_DST, &dst);                                               \
        if (likely(!trap))                                                                         \
            alu(&cpu->cc, src, dst);                                                               \
        return trap;                                                                               \
    }

EXEC_WORD(ADD, alu_add)
EXEC_WORD(SUB, alu_sub)
EXEC_WORD(BIC, alu_bic)
EXEC_WORD(BIS, alu_bis)
EXEC_BYTE(BICB, alu_bicb)
EXEC_BYTE(BISB, alu_bisb)
EXEC_TEST(CMP, u16, operand_read, alu_cmp)
EXEC_TEST(CMPB, u8, operand_readb, alu_cmpb)
EXEC_TEST(BIT, u16, operand_read, alu_bit)
EXEC_TEST(BITB, u8, operand_readb, alu_bitb)

enum trap exec_XOR(struct cpu *cpu, unsigned insn)
{
    u16 src = cpu->r[insn >> 6 & 7], dst;
    enum trap trap;
    u8 *host;

    MODIFY_WORD(alu_xor);
}

/* MOV and MOVB write without reading (F68). The condition codes are loaded before the write, so
 * that one to the PSW prevails, and restored if the write aborts (F39, F40). */
enum trap exec_MOV(struct cpu *cpu, unsigned insn)
{
    struct cc before = cpu->cc;
    u16 src;
    enum trap trap = operand_read(cpu, insn >> 6 & 077u, 0, &src);

    if (unlikely(trap))
        return trap;
    alu_logic(&cpu->cc, src);
    if ((insn & 070) == 0) {
        cpu->r[insn & 7] = src;
        return TRAP_NONE;
    }
    trap = operand_write(cpu, insn & 077, src);
    if (unlikely(trap))
        cpu->cc = before;
    return trap;
}

/* To a register MOVB extends the sign (F18). */
enum trap exec_MOVB(struct cpu *cpu, unsigned insn)
{
    struct cc before = cpu->cc;
    u8 src;
    enum trap trap = operand_readb(cpu, insn >> 6 & 077u, 0, &src);

    if (unlikely(trap))
        return trap;
    alu_logicb(&cpu->cc, src);
    if ((insn & 070) == 0) {
        cpu->r[insn & 7] = (u16)(i8)src;
        return TRAP_NONE;
    }
    trap = operand_writeb(cpu, insn & 077, src);
    if (unlikely(trap))
        cpu->cc = before;
    return trap;
}
