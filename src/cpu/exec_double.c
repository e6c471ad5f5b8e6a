/* exec_double.c - double operand instructions, words and bytes, and XOR.
 *
 * The source is evaluated completely, side effects included, before the destination (F72); a
 * register source is its value before the destination changes it (F8, F9, F73).
 */
#include "cpu/exec.h"
#include "cpu/operand.h"

static inline u16 op_bic(struct cc *cc, u16 src, u16 dst)
{
    return alu_logic(cc, dst & (u16)~src);
}

static inline u16 op_bis(struct cc *cc, u16 src, u16 dst)
{
    return alu_logic(cc, dst | src);
}

static inline u8 op_bicb(struct cc *cc, u8 src, u8 dst)
{
    return alu_logicb(cc, dst & (u8)~src);
}

static inline u8 op_bisb(struct cc *cc, u8 src, u8 dst)
{
    return alu_logicb(cc, dst | src);
}

static inline void op_bit(struct cc *cc, u16 src, u16 dst)
{
    (void)alu_logic(cc, src & dst);
}

static inline void op_bitb(struct cc *cc, u8 src, u8 dst)
{
    (void)alu_logicb(cc, src & dst);
}

static inline u16 op_xor(struct cc *cc, u16 src, u16 dst)
{
    return alu_logic(cc, src ^ dst);
}

/* Registers are the commonest operands by far; what concerns memory is a function apart, so that
 * the short way saves no registers of the host. */
#define BOTH_REGISTERS(insn) (((insn)&07070) == 0)
#define MEMORY_PART          static __attribute__((noinline)) enum trap

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
    MEMORY_PART id##_memory(struct cpu *cpu, unsigned insn)                                        \
    {                                                                                              \
        u16 src, dst;                                                                              \
        u8 *host;                                                                                  \
        enum trap trap = operand_read(cpu, insn >> 6 & 077u, 0, &src);                             \
        if (unlikely(trap))                                                                        \
            return trap;                                                                           \
        MODIFY_WORD(alu);                                                                          \
    }                                                                                              \
    enum trap exec_##id(struct cpu *cpu, unsigned insn)                                            \
    {                                                                                              \
        u16 *reg = &cpu->r[insn & 7];                                                              \
        if (!BOTH_REGISTERS(insn))                                                                 \
            return id##_memory(cpu, insn);                                                         \
        *reg = alu(&cpu->cc, cpu->r[insn >> 6 & 7], *reg);                                         \
        return TRAP_NONE;                                                                          \
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
    MEMORY_PART id##_memory(struct cpu *cpu, unsigned insn)                                        \
    {                                                                                              \
        type src, dst;                                                                             \
        enum trap trap = read(cpu, insn >> 6 & 077u, 0, &src);                                     \
        if (unlikely(trap))                                                                        \
            return trap;                                                                           \
        trap = read(cpu, insn & 077, REF_DST, &dst);                                               \
        if (likely(!trap))                                                                         \
            alu(&cpu->cc, src, dst);                                                               \
        return trap;                                                                               \
    }                                                                                              \
    enum trap exec_##id(struct cpu *cpu, unsigned insn)                                            \
    {                                                                                              \
        if (!BOTH_REGISTERS(insn))                                                                 \
            return id##_memory(cpu, insn);                                                         \
        alu(&cpu->cc, (type)cpu->r[insn >> 6 & 7], (type)cpu->r[insn & 7]);                        \
        return TRAP_NONE;                                                                          \
    }

EXEC_WORD(ADD, alu_add)
EXEC_WORD(SUB, alu_sub)
EXEC_WORD(BIC, op_bic)
EXEC_WORD(BIS, op_bis)
EXEC_BYTE(BICB, op_bicb)
EXEC_BYTE(BISB, op_bisb)
EXEC_TEST(CMP, u16, operand_read, alu_cmp)
EXEC_TEST(CMPB, u8, operand_readb, alu_cmpb)
EXEC_TEST(BIT, u16, operand_read, op_bit)
EXEC_TEST(BITB, u8, operand_readb, op_bitb)

MEMORY_PART xor_memory(struct cpu *cpu, unsigned insn)
{
    u16 src = cpu->r[insn >> 6 & 7], dst;
    enum trap trap;
    u8 *host;

    MODIFY_WORD(op_xor);
}

enum trap exec_XOR(struct cpu *cpu, unsigned insn)
{
    u16 *reg = &cpu->r[insn & 7];

    if ((insn & 070) != 0)
        return xor_memory(cpu, insn);
    *reg = op_xor(&cpu->cc, cpu->r[insn >> 6 & 7], *reg);
    return TRAP_NONE;
}

/* MOV and MOVB write without reading (F68). The condition codes are loaded before the write, so
 * that one to the PSW prevails, and restored if the write aborts (F39, F40). */
MEMORY_PART mov_memory(struct cpu *cpu, unsigned insn)
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

enum trap exec_MOV(struct cpu *cpu, unsigned insn)
{
    if (!BOTH_REGISTERS(insn))
        return mov_memory(cpu, insn);
    cpu->r[insn & 7] = alu_logic(&cpu->cc, cpu->r[insn >> 6 & 7]);
    return TRAP_NONE;
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
