/* access.h - the processor's references to memory: the fast way inline, the rest in access.c.
 *
 * A reference hits where the map has an entry for its 64-byte block and, for a word, the address
 * is even. Everything else (odd address, relocation, abort, trap, I/O page, time-out) is a miss.
 * `ref` is SPACE_I or SPACE_D, with REF_DST for the final reference to a destination operand,
 * which alone is relocated in maintenance mode.
 */
#ifndef VM11_CPU_ACCESS_H
#define VM11_CPU_ACCESS_H

#include "cpu/cpu.h"

#define REF_DST 2u

/* The slow way, in the current mode. */
enum trap access_read(struct cpu *cpu, unsigned ref, u16 va, u16 *value) must_check;
enum trap access_readb(struct cpu *cpu, unsigned ref, u16 va, u8 *value) must_check;
enum trap access_write(struct cpu *cpu, unsigned ref, u16 va, u16 value) must_check;
enum trap access_writeb(struct cpu *cpu, unsigned ref, u16 va, u8 value) must_check;

/* For an engine that looks into the maps by itself: enter the block of a reference to a byte or an
 * even word of memory, which mmu_probe() has led to `pa`, and return the entry. A write must be
 * sure to follow, and not be one to translated code. 0: it has none. */
map_entry access_enter(struct cpu *cpu, const struct mmu_ref *ref, u32 pa);

/* Begin the instruction at PC and fetch its first word. Else TRAP_BREAK, and nothing has begun. */
enum trap access_fetch(struct cpu *cpu, u16 *insn) must_check;

/* DATIP: read what will be written back by rmw_put(). *host is where it is in memory, or NULL for
 * the I/O page. */
enum trap access_modify(struct cpu *cpu, unsigned ref, u16 va, u8 **host, u16 *value) must_check;
enum trap access_modifyb(struct cpu *cpu, unsigned ref, u16 va, u8 **host, u8 *value) must_check;
/* The DATO after a DATIP in the I/O page. */
enum trap access_finish(struct cpu *cpu, u16 value) must_check;
enum trap access_finishb(struct cpu *cpu, u8 value) must_check;

/* A word in a named mode's space: MFPx, MTPx, vectors, pushes on another mode's stack. */
enum trap access_read_mode(struct cpu *cpu, enum mode mode, unsigned ref, u16 va,
                           u16 *value) must_check;
enum trap access_write_mode(struct cpu *cpu, enum mode mode, unsigned ref, u16 va,
                            u16 value) must_check;

/* The block of `va`, with the arithmetic in 32 bits, where compilers do not mask. */
static inline unsigned map_block(unsigned va)
{
    return va >> 6;
}

/* A slow read goes through a variable of its own, so that *value can stay in a register. */
static inline enum trap cpu_read(struct cpu *cpu, unsigned ref, u16 va, u16 *value)
{
    map_entry entry = cpu->map[ref & 1]->read[map_block(va)];

    if (unlikely(!entry || va & 1)) {
        u16 slow = 0;
        enum trap trap = access_read(cpu, ref, va, &slow);
        *value = slow;
        return trap;
    }
    *value = word_get((const u8 *)(entry + va));
    return TRAP_NONE;
}

static inline enum trap cpu_readb(struct cpu *cpu, unsigned ref, u16 va, u8 *value)
{
    map_entry entry = cpu->map[ref & 1]->read[map_block(va)];

    if (unlikely(!entry)) {
        u8 slow = 0;
        enum trap trap = access_readb(cpu, ref, va, &slow);
        *value = slow;
        return trap;
    }
    *value = *(const u8 *)(entry + va);
    return TRAP_NONE;
}

static inline enum trap cpu_write(struct cpu *cpu, unsigned ref, u16 va, u16 value)
{
    map_entry entry = cpu->map[ref & 1]->write[map_block(va)];

    if (unlikely(!entry || va & 1))
        return access_write(cpu, ref, va, value);
    word_put((u8 *)(entry + va), value);
    return TRAP_NONE;
}

static inline enum trap cpu_writeb(struct cpu *cpu, unsigned ref, u16 va, u8 value)
{
    map_entry entry = cpu->map[ref & 1]->write[map_block(va)];

    if (unlikely(!entry))
        return access_writeb(cpu, ref, va, value);
    *(u8 *)(entry + va) = value;
    return TRAP_NONE;
}

static inline enum trap cpu_modify(struct cpu *cpu, unsigned ref, u16 va, u8 **host, u16 *value)
{
    map_entry entry = cpu->map[ref & 1]->write[map_block(va)];

    if (unlikely(!entry || va & 1)) {
        u8 *at = NULL;
        u16 slow = 0;
        enum trap trap = access_modify(cpu, ref, va, &at, &slow);
        *host = at;
        *value = slow;
        return trap;
    }
    *host = (u8 *)(entry + va);
    *value = word_get(*host);
    return TRAP_NONE;
}

static inline enum trap cpu_modifyb(struct cpu *cpu, unsigned ref, u16 va, u8 **host, u8 *value)
{
    map_entry entry = cpu->map[ref & 1]->write[map_block(va)];

    if (unlikely(!entry)) {
        u8 *at = NULL, slow = 0;
        enum trap trap = access_modifyb(cpu, ref, va, &at, &slow);
        *host = at;
        *value = slow;
        return trap;
    }
    *host = (u8 *)(entry + va);
    *value = **host;
    return TRAP_NONE;
}

/* End a read-modify-write. The condition codes must be set before: a write to the PSW at 177776
 * prevails over them (F39). */
static inline must_check enum trap rmw_put(struct cpu *cpu, u8 *host, u16 value)
{
    if (unlikely(!host))
        return access_finish(cpu, value);
    word_put(host, value);
    return TRAP_NONE;
}

static inline must_check enum trap rmw_putb(struct cpu *cpu, u8 *host, u8 value)
{
    if (unlikely(!host))
        return access_finishb(cpu, value);
    *host = value;
    return TRAP_NONE;
}

/* Record a change of a register by an addressing mode, for MMR1. */
static inline void cpu_record(struct cpu *cpu, unsigned reg, int delta)
{
    u32 entry = ((u32)delta & 037u) << 3 | reg;

    cpu->changes |= entry << (cpu->changes >> 16) | 8u << 16;
}

/* The word at PC, and PC past it. An abort leaves PC where it is (F53). */
static inline enum trap cpu_fetch(struct cpu *cpu, u16 *word)
{
    enum trap trap = cpu_read(cpu, SPACE_I, cpu->r[PC], word);

    if (likely(!trap))
        cpu->r[PC] = (u16)(cpu->r[PC] + 2);
    return trap;
}

#endif
