/* fast_double.c - the short way of double operand instructions: see fast.h.
 *
 * The order is that of exec_double.c: the source completely, side effects included, then the
 * destination.
 */
#include "cpu/fast_impl.h"

typedef u16 word_alu(struct cc *cc, u16 src, u16 dst);
typedef u8 byte_alu(struct cc *cc, u8 src, u8 dst);

FAST_INLINE enum fast_end modify_word(struct cpu *cpu, u32 insn, u32 *pc, enum operand_kind from,
                                      enum operand_kind to, word_alu *alu)
{
    struct spot spot;
    u16 src;
    u8 *host;

    if (unlikely(!fast_read(cpu, from, insn >> 6, pc, &spot, &src)))
        return FAST_MISS;
    if (to == OPERAND_R) {
        cpu->r[insn & 7] = alu(&cpu->cc, src, cpu->r[insn & 7]);
        return FAST_DONE;
    }
    host = fast_target(cpu, to, insn, 2, pc);
    if (unlikely(!host)) {
        spot_undo(&spot);
        return FAST_MISS;
    }
    word_put(host, alu(&cpu->cc, src, word_get(host)));
    return FAST_DONE;
}

FAST_INLINE enum fast_end modify_byte(struct cpu *cpu, u32 insn, u32 *pc, enum operand_kind from,
                                      enum operand_kind to, byte_alu *alu)
{
    struct spot spot;
    u8 src, *host;

    if (unlikely(!fast_readb(cpu, from, insn >> 6, pc, &spot, &src)))
        return FAST_MISS;
    if (to == OPERAND_R) {
        u16 *reg = &cpu->r[insn & 7];
        *reg = (u16)((*reg & 0177400u) | alu(&cpu->cc, src, (u8)*reg));
        return FAST_DONE;
    }
    host = fast_target(cpu, to, insn, 1, pc);
    if (unlikely(!host)) {
        spot_undo(&spot);
        return FAST_MISS;
    }
    *host = alu(&cpu->cc, src, *host);
    return FAST_DONE;
}

FAST_INLINE enum fast_end move_word(struct cpu *cpu, u32 insn, u32 *pc, enum operand_kind from,
                                    enum operand_kind to, u16 (*alu)(struct cc *, u16))
{
    struct spot spot;
    u16 src;
    u8 *host;

    if (unlikely(!fast_read(cpu, from, insn >> 6, pc, &spot, &src)))
        return FAST_MISS;
    if (to == OPERAND_R) {
        cpu->r[insn & 7] = alu(&cpu->cc, src);
        return FAST_DONE;
    }
    host = fast_target(cpu, to, insn, 2, pc);
    if (unlikely(!host)) {
        spot_undo(&spot);
        return FAST_MISS;
    }
    word_put(host, alu(&cpu->cc, src));
    return FAST_DONE;
}

/* To a register MOVB extends the sign. */
FAST_INLINE enum fast_end move_byte(struct cpu *cpu, u32 insn, u32 *pc, enum operand_kind from,
                                    enum operand_kind to, u8 (*alu)(struct cc *, u8))
{
    struct spot spot;
    u8 src, *host;

    if (unlikely(!fast_readb(cpu, from, insn >> 6, pc, &spot, &src)))
        return FAST_MISS;
    if (to == OPERAND_R) {
        cpu->r[insn & 7] = (u16)(i8)alu(&cpu->cc, src);
        return FAST_DONE;
    }
    host = fast_target(cpu, to, insn, 1, pc);
    if (unlikely(!host)) {
        spot_undo(&spot);
        return FAST_MISS;
    }
    *host = alu(&cpu->cc, src);
    return FAST_DONE;
}

FAST_INLINE enum fast_end test_word(struct cpu *cpu, u32 insn, u32 *pc, enum operand_kind from,
                                    enum operand_kind to, void (*alu)(struct cc *, u16, u16))
{
    struct spot spot, other;
    u16 src, dst;

    if (unlikely(!fast_read(cpu, from, insn >> 6, pc, &spot, &src)))
        return FAST_MISS;
    if (unlikely(!fast_read(cpu, to, insn, pc, &other, &dst))) {
        spot_undo(&spot);
        return FAST_MISS;
    }
    alu(&cpu->cc, src, dst);
    return FAST_DONE;
}

FAST_INLINE enum fast_end test_byte(struct cpu *cpu, u32 insn, u32 *pc, enum operand_kind from,
                                    enum operand_kind to, void (*alu)(struct cc *, u8, u8))
{
    struct spot spot, other;
    u8 src, dst;

    if (unlikely(!fast_readb(cpu, from, insn >> 6, pc, &spot, &src)))
        return FAST_MISS;
    if (unlikely(!fast_readb(cpu, to, insn, pc, &other, &dst))) {
        spot_undo(&spot);
        return FAST_MISS;
    }
    alu(&cpu->cc, src, dst);
    return FAST_DONE;
}

#define SHORT_TWO(id, src, dst, way, alu)                                                          \
    FAST_HANDLER(fast_##id##_##src##dst, way(cpu, insn, &next, OPERAND_##src, OPERAND_##dst, alu))
#include "cpu/fast_each.h"
