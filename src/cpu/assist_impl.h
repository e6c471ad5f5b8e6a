/* assist_impl.h - between the parts of VM-assist: the block, the guest's PSW, its map.
 *
 * assist.c does instructions, assist_map.c the guest's addresses, assist_reg.c its registers.
 */
#ifndef VM11_CPU_ASSIST_IMPL_H
#define VM11_CPU_ASSIST_IMPL_H

#include "cpu/assist.h"

/* What of the virtual PSW is in the block; the rest is in the real one. */
#define PS_VIRTUAL (PS_MODE | PS_PREV | PS_PRIO)

static inline u16 block_get(const struct cpu *cpu, unsigned at)
{
    return ram_get(cpu->ram, ((u32)cpu->vmx->vablk << 6) + at);
}

static inline void block_put(const struct cpu *cpu, unsigned at, u16 value)
{
    ram_put(cpu->ram, ((u32)cpu->vmx->vablk << 6) + at, value);
}

static inline enum mode block_mode(const struct cpu *cpu)
{
    return (enum mode)(block_get(cpu, VAB_PS) >> 14);
}

static inline bool block_flag(const struct cpu *cpu, unsigned flag)
{
    return block_get(cpu, VAB_FLAGS) & flag;
}

/* The part of VM-assist that `bit` is may act. */
bool assist_is_on(const struct cpu *cpu, unsigned bit);

/* The guest's PSW. */
u16 assist_ps(const struct cpu *cpu);

/* May the guest go on with this PSW, with no more than what is here? */
bool assist_is_usual(const struct cpu *cpu, u16 ps);

/* Load the guest's PSW; the register set, the stack pointer and the map follow. */
void assist_load_ps(struct cpu *cpu, u16 ps);

/* A word of the guest in one of its modes: would a reference to it succeed, in memory, without any
 * trap? */
bool assist_look(const struct cpu *cpu, enum mode mode, enum space space, u16 va, bool write,
                 u16 *value);

/* The real map is no longer that of the guest's current mode: W bits go to the block. */
void assist_empty(struct cpu *cpu);

/* Where a reference of the guest's current mode to the I/O page leads, in its own memory. False:
 * not there, or not without an abort or a trap. */
bool assist_io_address(const struct cpu *cpu, const struct mmu_ref *ref, u32 *pa);

/* The guest's page of a reference is written: the W bit in the block. */
void assist_mark(struct cpu *cpu, const struct mmu_ref *ref);

#endif
