/* fast_flow.c - the short way of branches, jumps, subroutines, condition codes, traps and returns
 * from them: see fast.h.
 *
 * Nobody jumps to an odd address here, so PC stays even.
 */
#include "cpu/fast_impl.h"
#include "cpu/trap.h"

/* To the word displacement in <7:0>. */
FAST_INLINE enum fast_end branch_to(u32 insn, u32 *pc)
{
    *pc += 2 * (u32)(i8)(insn & 0377);
    return FAST_DONE;
}

/* BR . waits: idle.h. */
FAST_INLINE enum fast_end branch(struct cpu *cpu, u32 insn, u32 *pc, int none)
{
    return likely((insn & 0377) != 0377) ? branch_to(insn, pc) : FAST_MISS;
}

FAST_INLINE enum fast_end branch_on(const struct cpu *cpu, u32 insn, u32 *pc,
                                    bool (*condition)(const struct cc *))
{
    return condition(&cpu->cc) ? branch_to(insn, pc) : FAST_DONE;
}

FAST_INLINE enum fast_end loop(struct cpu *cpu, u32 insn, u32 *pc, int none)
{
    unsigned reg = insn >> 6 & 7;

    if (unlikely(reg == PC))
        return FAST_MISS;
    cpu->r[reg]--;
    if (cpu->r[reg])
        *pc -= 2 * (insn & 077);
    return FAST_DONE;
}

FAST_INLINE enum fast_end jump(struct cpu *cpu, u32 insn, u32 *pc, enum operand_kind kind)
{
    struct spot spot;

    if (unlikely(!fast_locate(cpu, kind, insn, 2, pc, &spot)))
        return FAST_MISS;
    if (unlikely(spot.va & 1)) {
        spot_undo(&spot);
        return FAST_MISS;
    }
    *pc = spot.va;
    return FAST_DONE;
}

/* JSR. The destination comes first, then the push; what SP has to do with it is not for here. */
FAST_INLINE enum fast_end call(struct cpu *cpu, u32 insn, u32 *pc, enum operand_kind kind)
{
    unsigned link = insn >> 6 & 7;
    struct spot spot;
    u8 *host;

    if (unlikely(link == SP || !fast_locate(cpu, kind, insn, 2, pc, &spot)))
        return FAST_MISS;
    host = spot.va & 1 ? NULL : fast_push(cpu);
    if (unlikely(!host)) {
        spot_undo(&spot);
        return FAST_MISS;
    }
    word_put(host, link == PC ? (u16)*pc : cpu->r[link]);
    cpu->r[link] = (u16)*pc;
    *pc = spot.va;
    return FAST_DONE;
}

FAST_INLINE enum fast_end return_to(struct cpu *cpu, u32 insn, u32 *pc, int none)
{
    unsigned link = insn & 7;
    const u8 *host = fast_word(cpu->map[SPACE_D]->read, cpu->r[SP]);
    u16 value, to;

    if (unlikely(!host || link == SP))
        return FAST_MISS;
    value = word_get(host);
    to = link == PC ? value : cpu->r[link];
    if (unlikely(to & 1))
        return FAST_MISS;
    cpu->r[SP] = (u16)(cpu->r[SP] + 2);
    cpu->r[link] = value;
    *pc = to;
    return FAST_DONE;
}

FAST_INLINE enum fast_end cc_change(struct cpu *cpu, u32 insn, u32 *pc, bool set)
{
    unsigned bits = insn & PS_CC, codes = cc_get(&cpu->cc);

    cc_set(&cpu->cc, set ? codes | bits : codes & ~bits);
    return FAST_DONE;
}

/* Load the PSW. */
FAST_INLINE enum fast_end load_ps(struct cpu *cpu, u16 ps)
{
    u16 before = cpu->ps;

    cpu_set_ps(cpu, ps);
    return cpu->ps == before ? FAST_DONE : FAST_LOOK;
}

/* Somebody else has a say in traps and in returns from them, or wants to hear of them. (There are
 * no requests: what asks for attention is a virtual machine, or a kernel outside.) */
static bool is_watched(const struct cpu *cpu)
{
    for (const struct cpu_watch *w = cpu->watch; w; w = w->next)
        if (w->vector)
            return true;
    return cpu->vmx || cpu->debug || cpu->attention;
}

/* RTI and RTT, as exec_mode.c does them. */
FAST_INLINE enum fast_end return_from(struct cpu *cpu, u32 insn, u32 *pc, bool trace)
{
    const map_entry *stack = cpu->map[SPACE_D]->read;
    u16 sp = cpu->r[SP], to, ps;
    const u8 *first = fast_word(stack, sp), *second = fast_word(stack, (u16)(sp + 2));

    if (unlikely(!first || !second || is_watched(cpu)))
        return FAST_MISS;
    to = word_get(first);
    ps = word_get(second);
    if (unlikely(to & 1))
        return FAST_MISS;
    if (cpu_mode(cpu) != MODE_K)
        ps = (u16)((ps & 0174037u) | (cpu->ps & 0174340u));
    cpu->r[SP] = (u16)(sp + 4);
    cpu->trace = trace;
    *pc = to;
    return load_ps(cpu, ps);
}

/* The place for a word of PSW or PC on the stack of a trap's mode, or NULL; `edge` as
 * cpu->stack_edge will be. */
FAST_INLINE u8 *frame_at(const struct mmu_map *map, u32 edge, u16 va)
{
    return likely((u16)(va + 2) >= edge) ? (u8 *)fast_word(map->write, va) : NULL;
}

/* EMT, TRAP, IOT, BPT, as trap.c does them. */
FAST_INLINE enum fast_end trap_to(struct cpu *cpu, u32 insn, u32 *pc, enum trap trap)
{
    struct mmu *mmu = &cpu->mmu;
    const map_entry *vectors = mmu->map[MODE_K][mmu_space(mmu, MODE_K, SPACE_D)].read;
    const u8 *at = fast_word(vectors, trap_vector[trap]);
    u16 old = cpu_ps(cpu), ps, to, sp;
    const struct mmu_map *map;
    u8 *first, *second;
    enum mode mode;
    u32 edge;

    if (unlikely(!at || is_watched(cpu)))
        return FAST_MISS;
    to = word_get(at);
    ps = word_get(at + 2);
    mode = (enum mode)(ps >> 14);
    map = &mmu->map[mode][mmu_space(mmu, mode, SPACE_D)];
    edge = ps & (PS_MODE | PS_SET) ? 0 : (u32)cpu->slr + 0402u;
    sp = (u16)(cpu_get_sp(cpu, mode) - 4);
    first = frame_at(map, edge, (u16)(sp + 2));
    second = frame_at(map, edge, sp);
    if (unlikely(!first || !second || to & 1))
        return FAST_MISS;
    word_put(first, old);
    word_put(second, (u16)*pc);
    cpu_put_sp(cpu, mode, sp);
    cpu->trace = true;
    *pc = to;
    return load_ps(cpu, (u16)((ps & ~PS_PREV) | (old >> 2 & PS_PREV)));
}

#define SHORT_JUMP(id, dst, way)                                                                   \
    FAST_HANDLER(fast_##id##_##dst, way(cpu, insn, &next, OPERAND_##dst))
#define SHORT_NONE(id, way, arg) FAST_HANDLER(fast_##id, way(cpu, insn, &next, arg))
#include "cpu/fast_each.h"
