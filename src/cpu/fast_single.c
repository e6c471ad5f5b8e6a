/* fast_single.c - the short way of single operand instructions, XOR, and MUL, DIV, ASH, ASHC: see
 * fast.h. */
#include "cpu/extended.h"
#include "cpu/fast_impl.h"

FAST_INLINE enum fast_end single_word(struct cpu *cpu, u32 insn, u32 *pc, enum operand_kind kind,
                                      u16 (*alu)(struct cc *, u16))
{
    u8 *host;

    if (kind == OPERAND_R) {
        cpu->r[insn & 7] = alu(&cpu->cc, cpu->r[insn & 7]);
        return FAST_DONE;
    }
    host = fast_target(cpu, kind, insn, 2, pc);
    if (unlikely(!host))
        return FAST_MISS;
    word_put(host, alu(&cpu->cc, word_get(host)));
    return FAST_DONE;
}

FAST_INLINE enum fast_end single_byte(struct cpu *cpu, u32 insn, u32 *pc, enum operand_kind kind,
                                      u8 (*alu)(struct cc *, u8))
{
    u8 *host;

    if (kind == OPERAND_R) {
        u16 *reg = &cpu->r[insn & 7];
        *reg = (u16)((*reg & 0177400u) | alu(&cpu->cc, (u8)*reg));
        return FAST_DONE;
    }
    host = fast_target(cpu, kind, insn, 1, pc);
    if (unlikely(!host))
        return FAST_MISS;
    *host = alu(&cpu->cc, *host);
    return FAST_DONE;
}

FAST_INLINE enum fast_end look_word(struct cpu *cpu, u32 insn, u32 *pc, enum operand_kind kind,
                                    void (*alu)(struct cc *, u16))
{
    struct spot spot;
    u16 value;

    if (unlikely(!fast_read(cpu, kind, insn, pc, &spot, &value)))
        return FAST_MISS;
    alu(&cpu->cc, value);
    return FAST_DONE;
}

FAST_INLINE enum fast_end look_byte(struct cpu *cpu, u32 insn, u32 *pc, enum operand_kind kind,
                                    void (*alu)(struct cc *, u8))
{
    struct spot spot;
    u8 value;

    if (unlikely(!fast_readb(cpu, kind, insn, pc, &spot, &value)))
        return FAST_MISS;
    alu(&cpu->cc, value);
    return FAST_DONE;
}

/* The source register's value is that before the destination changes it. */
FAST_INLINE enum fast_end xor_word(struct cpu *cpu, u32 insn, u32 *pc, enum operand_kind kind,
                                   u16 (*alu)(struct cc *, u16, u16))
{
    unsigned reg = insn >> 6 & 7;
    u16 src = cpu->r[reg];
    u8 *host;

    if (unlikely(reg == PC))
        return FAST_MISS;
    if (kind == OPERAND_R) {
        cpu->r[insn & 7] = alu(&cpu->cc, src, cpu->r[insn & 7]);
        return FAST_DONE;
    }
    host = fast_target(cpu, kind, insn, 2, pc);
    if (unlikely(!host))
        return FAST_MISS;
    word_put(host, alu(&cpu->cc, src, word_get(host)));
    return FAST_DONE;
}

/* Not where PC would be half of the register pair. */
FAST_INLINE enum fast_end extended(struct cpu *cpu, u32 insn, u32 *pc, enum operand_kind kind,
                                   void (*work)(struct cpu *, unsigned, u16))
{
    unsigned reg = insn >> 6 & 7;
    struct spot spot;
    u16 value;

    if (unlikely(reg >= SP || !fast_read(cpu, kind, insn, pc, &spot, &value)))
        return FAST_MISS;
    work(cpu, reg, value);
    return FAST_DONE;
}

#define SHORT_ONE(id, dst, way, alu)                                                               \
    FAST_HANDLER(fast_##id##_##dst, way(cpu, insn, &next, OPERAND_##dst, alu))
#include "cpu/fast_each.h"
