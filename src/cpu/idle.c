/* idle.c - see idle.h. */
#include "cpu/idle.h"

/* Nobody counts instructions or waits at one of them. */
static bool may_skip(const struct cpu *cpu)
{
    if (cpu->attention & ~ATTN_OUTSIDE || cpu->debug || cpu->until <= cpu->icount)
        return false;
    for (const struct cpu_watch *w = cpu->watch; w; w = w->next)
        if (w->insn || w->reference || (w->io && !w->devices))
            return false;
    return true;
}

/* The instruction under way is the last, or the last but one, before cpu->until. */
static void skip(struct cpu *cpu, u64 loop)
{
    u64 whole = (cpu->until - 1 - cpu->icount) / loop * loop;

    cpu->icount += whole;
    cpu->idled += whole;
}

void idle_branch(struct cpu *cpu)
{
    if (may_skip(cpu))
        skip(cpu, 1);
}

/* A register, or an address in a register or in the program: evaluated again it is the same. */
static bool is_fixed(unsigned spec)
{
    unsigned mode = spec >> 3 & 7;

    return mode < 2 || mode == 6 || spec == 027 || spec == 037;
}

/* The word of the program at `va`, if it is in memory. */
static bool program_at(const struct cpu *cpu, u16 va, u16 *word)
{
    map_entry entry = cpu->map[SPACE_I]->read[va >> 6];

    if (!entry || va & 1)
        return false;
    *word = word_get((const u8 *)(entry + va));
    return true;
}

/* An instruction that does the same again when its operands are the same. */
static bool repeats(unsigned insn)
{
    unsigned src = insn >> 6 & 077u, dst = insn & 077u;

    switch (isa_op((u16)insn)) {
    case OP_TST:
    case OP_TSTB: return is_fixed(dst);
    case OP_CMP:
    case OP_CMPB:
    case OP_BIT:
    case OP_BITB: return is_fixed(src) && is_fixed(dst);
    case OP_MOV:
    case OP_MOVB: return is_fixed(src) && dst < SP && (src & 7) != dst;
    default: return false;
    }
}

bool idle_loop(const struct cpu *cpu, u16 pc)
{
    u16 insn, branch, at;

    if (!program_at(cpu, pc, &insn) || !repeats(insn))
        return false;
    at = (u16)(pc + 2 * isa_length(insn));
    if (!program_at(cpu, at, &branch) || isa_info[isa_op(branch)].form != FORM_BR)
        return false;
    return (u16)(at + 2 + 2 * (i8)(branch & 0377)) == pc;
}

bool idle_waits(const struct cpu *cpu, u32 pa, u16 value)
{
    const struct idle *last = &cpu->idle;
    /* In another mode, or behind a vector, it was not the branch that led here. */
    bool again = last->start == cpu->start && last->icount + 2 == cpu->icount && last->pa == pa &&
                 last->value == value && last->mode == cpu_mode(cpu) &&
                 cpu->flows_at <= last->icount;

    return again && may_skip(cpu) && idle_loop(cpu, cpu->start) &&
           !(cpu->io.ops->timed && cpu->io.ops->timed(cpu->io.ctx, pa));
}

void idle_note(struct cpu *cpu, u32 pa, u16 value)
{
    cpu->idle = (struct idle){.icount = cpu->icount,
                              .pa = pa,
                              .start = cpu->start,
                              .value = value,
                              .mode = (u8)cpu_mode(cpu)};
}

void idle_poll(struct cpu *cpu, u32 pa, u16 value)
{
    if (idle_waits(cpu, pa, value))
        skip(cpu, 2);
    idle_note(cpu, pa, value);
}
