/* fast_impl.h - what the files of the short way share: the handlers' prototypes, and the addressing
 * modes, which give a value, or a host address, or a miss.
 *
 * Here the kind of an operand (isa.h) is known when the program is built. A register is changed as
 * its mode is evaluated, as operand.h does; what it was is kept in a struct spot, so that a miss
 * can take it back: the destination's first, then the source's.
 */
#ifndef VM11_CPU_FAST_IMPL_H
#define VM11_CPU_FAST_IMPL_H

#include "cpu/access.h"
#include "cpu/fast.h"
#include "cpu/operand.h"

#define SHORT_TWO(id, src, dst, way, alu) fast_fn fast_##id##_##src##dst;
#define SHORT_ONE(id, dst, way, alu)      fast_fn fast_##id##_##dst;
#define SHORT_JUMP(id, dst, way)          fast_fn fast_##id##_##dst;
#define SHORT_NONE(id, way, arg)          fast_fn fast_##id;
#include "cpu/fast_each.h"

#define FAST_INLINE static inline __attribute__((always_inline))

/* How a handler came out. */
enum fast_end {
    FAST_MISS, /* nothing has changed */
    FAST_DONE,
    FAST_LOOK, /* done, and the PSW has changed: look at everything anew */
};

FAST_INLINE u64 fast_stop(u32 pc, u32 left, bool look)
{
    return (u64)left << 32 | (look ? FAST_STOP_LOOK : 0) | (u16)pc;
}

FAST_INLINE u64 fast_go(struct cpu *cpu, u32 pc, u32 left, const map_entry *program)
{
    map_entry entry = program[map_block((u16)pc)];
    u16 insn;

    if (unlikely(!left || !entry))
        return fast_stop(pc, left, false);
    insn = word_get((const u8 *)(entry + (u16)pc));
    return fast_handler[isa_shape[insn]](cpu, insn, (u16)pc + 2u, left - 1, program);
}

/* A handler: `end` is an expression of `cpu`, `insn` and &next, the PC behind the first word. */
#define FAST_HANDLER(name, end)                                                                    \
    u64 name(struct cpu *cpu, u32 insn, u32 pc, u32 left, const map_entry *program)                \
    {                                                                                              \
        u32 next = pc;                                                                             \
        switch (end) {                                                                             \
        case FAST_MISS: break;                                                                     \
        case FAST_DONE: return fast_go(cpu, next, left, program);                                  \
        case FAST_LOOK: return fast_stop(next, left, true);                                        \
        }                                                                                          \
        return fast_stop(pc - 2, left + 1, false);                                                 \
    }

/* Where an operand in memory is. */
struct spot {
    u16 *reg; /* the register that may have changed, */
    u16 old;  /* and what it was */
    u16 va;
    const struct mmu_map *map;
};

FAST_INLINE bool spot_undo(const struct spot *spot)
{
    *spot->reg = spot->old;
    return false;
}

/* The host's address of the word at `va`, or NULL. */
FAST_INLINE u8 *fast_word(const map_entry *table, u16 va)
{
    map_entry entry = table[map_block(va)];

    return likely(entry && !(va & 1)) ? (u8 *)(entry + va) : NULL;
}

/* The next word of the program. */
FAST_INLINE bool fast_next(const struct cpu *cpu, u32 *pc, u16 *word)
{
    map_entry entry = cpu->map[SPACE_I]->read[map_block((u16)*pc)];

    if (unlikely(!entry))
        return false;
    *word = word_get((const u8 *)(entry + (u16)*pc));
    *pc = (u16)*pc + 2u;
    return true;
}

/* X(R) before the addition is done; X(PC) counts from behind the index word. */
FAST_INLINE bool fast_indexed(struct cpu *cpu, unsigned spec, u32 *pc, u16 *va)
{
    u16 index;

    if (!fast_next(cpu, pc, &index))
        return false;
    cpu->r[PC] = (u16)*pc;
    *va = (u16)(cpu->r[spec & 7] + index);
    return true;
}

/* (R), (R)+ and -(R), without a branch: mode 4 alone has bit 2 set, and mode 2 bit 1. */
FAST_INLINE void fast_pointer(struct cpu *cpu, unsigned spec, unsigned size, struct spot *spot)
{
    unsigned step = size == 2 || (spec & 7) == SP ? 2 : 1;
    unsigned down = spec >> 5 & 1 ? step : 0, up = spec >> 4 & 1 ? step : 0;

    spot->reg = &cpu->r[spec & 7];
    spot->old = *spot->reg;
    spot->va = (u16)(spot->old - down);
    *spot->reg = (u16)(spot->va + up);
}

/* The deferred modes: the pointer's place in spot->va, and its map. */
FAST_INLINE bool fast_deferred(struct cpu *cpu, unsigned spec, u32 *pc, struct spot *spot)
{
    spot->reg = &cpu->r[spec & 7];
    spot->old = *spot->reg;
    spot->map = cpu->map[SPACE_D];
    switch (spec & 070) {
    case 030:
        spot->va = spot->old;
        *spot->reg = (u16)(spot->old + 2);
        return true;
    case 050:
        spot->va = (u16)(spot->old - 2);
        *spot->reg = spot->va;
        return true;
    default: return fast_indexed(cpu, spec, pc, &spot->va);
    }
}

/* The address of an operand of `kind`, which is in D space. */
FAST_INLINE bool fast_locate(struct cpu *cpu, enum operand_kind kind, unsigned spec, unsigned size,
                             u32 *pc, struct spot *spot)
{
    const u8 *pointer;

    spot->reg = &cpu->r[PC];
    spot->old = 0;
    switch (kind) {
    case OPERAND_P: fast_pointer(cpu, spec, size, spot); break;
    case OPERAND_X:
        if (!fast_indexed(cpu, spec, pc, &spot->va))
            return false;
        break;
    case OPERAND_D:
        if ((spec & 077) == 037) {
            if (!fast_next(cpu, pc, &spot->va))
                return false;
            break;
        }
        if (!fast_deferred(cpu, spec, pc, spot))
            return false;
        pointer = fast_word(spot->map->read, spot->va);
        if (unlikely(!pointer))
            return spot_undo(spot);
        spot->va = word_get(pointer);
        break;
    default: return false;
    }
    spot->map = cpu->map[SPACE_D];
    return true;
}

/* The word of an operand; on a miss nothing has changed. */
FAST_INLINE bool fast_read(struct cpu *cpu, enum operand_kind kind, unsigned spec, u32 *pc,
                           struct spot *spot, u16 *value)
{
    const u8 *host;

    spot->reg = &cpu->r[PC];
    spot->old = 0;
    if (kind == OPERAND_R) {
        *value = cpu->r[spec & 7];
        return true;
    }
    if (kind == OPERAND_I)
        return fast_next(cpu, pc, value);
    if (!fast_locate(cpu, kind, spec, 2, pc, spot))
        return false;
    host = fast_word(spot->map->read, spot->va);
    if (unlikely(!host))
        return spot_undo(spot);
    *value = word_get(host);
    return true;
}

FAST_INLINE bool fast_readb(struct cpu *cpu, enum operand_kind kind, unsigned spec, u32 *pc,
                            struct spot *spot, u8 *value)
{
    map_entry entry;
    u16 word;

    if (kind == OPERAND_R || kind == OPERAND_I) {
        bool hit = fast_read(cpu, kind, spec, pc, spot, &word);
        *value = (u8)word;
        return hit;
    }
    if (!fast_locate(cpu, kind, spec, 1, pc, spot))
        return false;
    entry = spot->map->read[map_block(spot->va)];
    if (unlikely(!entry))
        return spot_undo(spot);
    *value = *(const u8 *)(entry + spot->va);
    return true;
}

/* Where to write, or to read and write, an operand of 1 or 2 bytes; NULL on a miss, and then
 * nothing has changed. */
FAST_INLINE u8 *fast_target(struct cpu *cpu, enum operand_kind kind, unsigned spec, unsigned size,
                            u32 *pc)
{
    struct spot spot;
    map_entry entry;

    if (!fast_locate(cpu, kind, spec, size, pc, &spot))
        return NULL;
    entry = spot.map->write[map_block(spot.va)];
    if (unlikely(!entry || (size == 2 && spot.va & 1) ||
                 ((u16)(spot.va + 2) < cpu->stack_edge && is_stack_ref(spec)))) {
        spot_undo(&spot);
        return NULL;
    }
    return (u8 *)(entry + spot.va);
}

/* The place of a word to be pushed, and SP that far, or NULL. */
FAST_INLINE u8 *fast_push(struct cpu *cpu)
{
    return fast_target(cpu, OPERAND_P, SPEC_PUSH, 2, &(u32){0});
}

#endif
