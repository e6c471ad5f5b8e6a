/* operand.h - the addressing modes: from a 6-bit operand specifier to a value or an address.
 *
 * Register changes are applied as the mode is evaluated and stay when the reference aborts; they
 * are recorded for MMR1. Steps are 2, or 1 for bytes on R0-R5 (F23). References through PC are to
 * I space: modes 1, 2 and 4 with their operand, 3 and 5 with their pointer; index words too. All
 * else is D space (F24).
 */
#ifndef VM11_CPU_OPERAND_H
#define VM11_CPU_OPERAND_H

#include "cpu/access.h"

/* Stack references are those of modes 1, 2, 4 and 6 on SP (F41). */
static inline bool is_stack_ref(unsigned spec)
{
    return (spec & 7) == SP && (0126u >> (spec >> 3 & 7) & 1);
}

/* A write to the stack at `va` is about to happen: TRAP_RED, in user mode TRAP_LIMIT, or a yellow
 * request. `va` has been found below the edge. */
enum trap operand_stack_limit(struct cpu *cpu, u16 va) must_check;

/* Before a write through `spec` to `va`. */
static inline enum trap stack_guard(struct cpu *cpu, unsigned spec, u16 va)
{
    if (unlikely((u16)(va + 2) < cpu->stack_edge && is_stack_ref(spec)))
        return operand_stack_limit(cpu, va);
    return TRAP_NONE;
}

/* A kernel stack write that aborts for whatever reason is a fatal stack error (F45). One in user
 * mode is what it is, with the KBS11-A too: a monitor must see what it has not mapped. */
static inline enum trap stack_fault(const struct cpu *cpu, unsigned spec, enum trap trap)
{
    bool fatal = trap && trap != TRAP_VM && cpu->stack_edge && cpu_mode(cpu) == MODE_K;

    return fatal && is_stack_ref(spec) ? TRAP_RED : trap;
}

/* The address of an operand with mode 1-7, and the space it is in. */
static inline __attribute__((always_inline)) enum trap
operand_address(struct cpu *cpu, unsigned spec, unsigned size, u16 *va, unsigned *ref)
{
    unsigned reg = spec & 7, step = reg >= SP ? 2 : size;
    unsigned space = reg == PC ? SPACE_I : SPACE_D;
    enum trap trap;
    u16 index, address;

    *ref = SPACE_D;
    if (reg == PC && (spec & 060) == 020) { /* #n and @#n, the commonest of all */
        address = cpu->r[PC];
        cpu->r[PC] = (u16)(address + 2);
        cpu_record(cpu, PC, 2);
        if (spec & 010)
            return cpu_read(cpu, SPACE_I, address, va);
        *va = address;
        *ref = SPACE_I;
        return TRAP_NONE;
    }
    switch (spec >> 3 & 7) {
    case 1: /* (R) */
        *va = cpu->r[reg];
        *ref = space;
        return TRAP_NONE;
    case 2: /* (R)+ */
        *va = cpu->r[reg];
        *ref = space;
        cpu->r[reg] = (u16)(cpu->r[reg] + step);
        cpu_record(cpu, reg, (int)step);
        return TRAP_NONE;
    case 3: /* @(R)+ */
        address = cpu->r[reg];
        cpu->r[reg] = (u16)(address + 2);
        cpu_record(cpu, reg, 2);
        return cpu_read(cpu, space, address, va);
    case 4: /* -(R) */
        cpu->r[reg] = (u16)(cpu->r[reg] - step);
        cpu_record(cpu, reg, -(int)step);
        *va = cpu->r[reg];
        *ref = space;
        return TRAP_NONE;
    case 5: /* @-(R) */
        cpu->r[reg] = (u16)(cpu->r[reg] - 2);
        cpu_record(cpu, reg, -2);
        return cpu_read(cpu, space, cpu->r[reg], va);
    case 6: /* X(R) */
        trap = cpu_fetch(cpu, &index);
        *va = (u16)(cpu->r[reg] + index);
        return trap;
    case 7: /* @X(R) */
        trap = cpu_fetch(cpu, &index);
        if (trap)
            return trap;
        return cpu_read(cpu, SPACE_D, (u16)(cpu->r[reg] + index), va);
    }
    __builtin_unreachable(); /* mode 0 is the caller's */
}

/* Read a word operand; `dst` is REF_DST for a destination, 0 for a source. */
static inline __attribute__((always_inline)) enum trap operand_read(struct cpu *cpu, unsigned spec,
                                                                    unsigned dst, u16 *value)
{
    unsigned ref;
    enum trap trap;
    u16 va;

    if ((spec & 070) == 0) {
        *value = cpu->r[spec & 7];
        return TRAP_NONE;
    }
    trap = operand_address(cpu, spec, 2, &va, &ref);
    if (unlikely(trap))
        return trap;
    return cpu_read(cpu, ref | dst, va, value);
}

static inline __attribute__((always_inline)) enum trap operand_readb(struct cpu *cpu, unsigned spec,
                                                                     unsigned dst, u8 *value)
{
    unsigned ref;
    enum trap trap;
    u16 va;

    if ((spec & 070) == 0) {
        *value = (u8)cpu->r[spec & 7];
        return TRAP_NONE;
    }
    trap = operand_address(cpu, spec, 1, &va, &ref);
    if (unlikely(trap))
        return trap;
    return cpu_readb(cpu, ref | dst, va, value);
}

/* The address of an operand that will be written, checked against the stack limit. */
static inline __attribute__((always_inline)) enum trap
operand_target(struct cpu *cpu, unsigned spec, unsigned size, u16 *va, unsigned *ref)
{
    enum trap trap = operand_address(cpu, spec, size, va, ref);

    *ref |= REF_DST;
    if (unlikely(trap))
        return trap;
    return stack_guard(cpu, spec, *va);
}

/* Write a word operand in memory, modes 1-7. The condition codes are already those of the
 * instruction, so that a write to the PSW prevails (F39). */
static inline __attribute__((always_inline)) enum trap operand_write(struct cpu *cpu, unsigned spec,
                                                                     u16 value)
{
    unsigned ref;
    u16 va;
    enum trap trap = operand_target(cpu, spec, 2, &va, &ref);

    if (unlikely(trap))
        return trap;
    return stack_fault(cpu, spec, cpu_write(cpu, ref, va, value));
}

static inline __attribute__((always_inline)) enum trap operand_writeb(struct cpu *cpu,
                                                                      unsigned spec, u8 value)
{
    unsigned ref;
    u16 va;
    enum trap trap = operand_target(cpu, spec, 1, &va, &ref);

    if (unlikely(trap))
        return trap;
    return stack_fault(cpu, spec, cpu_writeb(cpu, ref, va, value));
}

/* Read a word operand in memory that rmw_put() will write back, modes 1-7. */
static inline __attribute__((always_inline)) enum trap
operand_modify(struct cpu *cpu, unsigned spec, u8 **host, u16 *value)
{
    unsigned ref;
    u16 va;
    enum trap trap = operand_target(cpu, spec, 2, &va, &ref);

    if (unlikely(trap))
        return trap;
    return stack_fault(cpu, spec, cpu_modify(cpu, ref, va, host, value));
}

static inline __attribute__((always_inline)) enum trap
operand_modifyb(struct cpu *cpu, unsigned spec, u8 **host, u8 *value)
{
    unsigned ref;
    u16 va;
    enum trap trap = operand_target(cpu, spec, 1, &va, &ref);

    if (unlikely(trap))
        return trap;
    return stack_fault(cpu, spec, cpu_modifyb(cpu, ref, va, host, value));
}

#define SPEC_PUSH 046u /* -(SP) */

/* Push a word on the current stack: SP and MMR1 change before the write. */
static inline enum trap operand_push(struct cpu *cpu, u16 value)
{
    enum trap trap;

    cpu->r[SP] = (u16)(cpu->r[SP] - 2);
    cpu_record(cpu, SP, -2);
    trap = stack_guard(cpu, SPEC_PUSH, cpu->r[SP]);
    if (unlikely(trap))
        return trap;
    return stack_fault(cpu, SPEC_PUSH, cpu_write(cpu, SPACE_D, cpu->r[SP], value));
}

/* Pop a word: SP and MMR1 change before the read (F69). */
static inline enum trap operand_pop(struct cpu *cpu, u16 *value)
{
    u16 va = cpu->r[SP];

    cpu->r[SP] = (u16)(va + 2);
    cpu_record(cpu, SP, 2);
    return cpu_read(cpu, SPACE_D, va, value);
}

#endif
