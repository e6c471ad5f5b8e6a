/* hv_level.c - from level to level: LVMID up, VM-faults, timers and interrupts down; see hv.h.
 *
 * Going up, a machine that was suspended while it ran another one lets that run on: NEXT in its
 * VMCB names it. Going down to level k-1, all machines above are suspended, and NEXT is set in
 * those between, so that one LVMID goes back to where the fault was.
 */
#include "cpu/hv_impl.h"
#include "cpu/hv_note.h"

#include <string.h>

#include "base/assert.h"

#define BUDGET   1024u /* instructions, of HVTMR's unit */
#define SYLLABLE 0377u

void hv_update_due(struct hv *hv)
{
    hv->next_due = 0;
    for (unsigned i = 1; i <= hv->level; i++)
        if (hv->due[i] && (!hv->next_due || hv->due[i] < hv->next_due))
            hv->next_due = hv->due[i];
}

/* --- up ------------------------------------------------------------------------------------- */

/* There is no such machine: no fault of a map. */
static bool is_bad(struct hv_walk *walk)
{
    walk->code = HV_NONE;
    return false;
}

/* The VMCB of a child of the current level, and all that the maps need of it. */
static bool prepare(const struct cpu *cpu, unsigned syllable, struct hv_node *n,
                    struct hv_walk *walk)
{
    const struct hv *hv = cpu->hv;
    unsigned parent = hv->chain[hv->level];
    u32 entry = ((u32)hv->reg.root << 6) + 2 * syllable;
    u16 pin, stat, size, click;

    *n = (struct hv_node){
        .parent = (u16)parent, .syllable = (u16)syllable, .depth = (u16)(hv->level + 1)};
    *walk = (struct hv_walk){0};
    if (hv->level == HV_DEPTH || !syllable || syllable > SYLLABLE || syllable > hv->reg.tlen)
        return is_bad(walk);
    if (!hv_pin(cpu, parent, entry >> 6, 1, &pin, walk))
        return false;
    click = ram_get(cpu->ram, ((u32)pin << 6) + (entry & 077u));
    walk->write = true;
    if (!click || !hv_pin(cpu, parent, click, HV_PINS, n->vmcb, walk))
        return click ? false : is_bad(walk);
    stat = hv_pinned(cpu, n->vmcb, VMCB_STAT);
    n->type = stat & STAT_TYPE;
    if (!(stat & STAT_VALID) || n->type >= MAP_TYPES)
        return is_bad(walk);
    size = hv_pinned(cpu, n->vmcb, VMCB_SIZE);
    n->size = size < SIZE_MAX_CLICKS ? size : SIZE_MAX_CLICKS;
    n->ctl = hv_pinned(cpu, n->vmcb, VMCB_CTL);
    n->base = hv_pinned(cpu, n->vmcb, VMCB_BASE);
    n->len = hv_pinned(cpu, n->vmcb, VMCB_LEN);
    if (map_is_outside(n->type) &&
        !hv_pin(cpu, parent, n->base, n->type == MAP_1K ? 8 : 4, n->table, walk))
        return false;
    n->iomap = hv_pinned(cpu, n->vmcb, VMCB_IOMAP);
    walk->write = false;
    return !n->iomap || hv_pin(cpu, parent, n->iomap, IO_PINS, n->io, walk);
}

/* A place for a machine that is new: where none is free those that do not run are forgotten. */
static unsigned free_node(struct hv *hv)
{
    for (unsigned i = 1; i < HV_NODES; i++)
        if (!hv->node[i].depth)
            return i;
    for (unsigned i = 1; i < HV_NODES; i++)
        if (!hv_descends(hv, hv->chain[hv->level], i))
            hv_forget(hv, i);
    for (unsigned i = 1; i < HV_NODES; i++)
        if (!hv->node[i].depth)
            return i;
    base_assert(false); /* there are more nodes than levels */
    return 0;
}

/* The node of a machine. Where its map has become another all that was composed with it is void. */
static unsigned adopt(struct hv *hv, const struct hv_node *n)
{
    unsigned at = 0;
    struct hv_node was;

    for (unsigned i = 1; i < HV_NODES; i++)
        if (hv->node[i].depth && hv->node[i].parent == n->parent &&
            hv->node[i].syllable == n->syllable)
            at = i;
    if (!at)
        at = free_node(hv);
    was = hv->node[at];
    if (memcmp(&was, n, sizeof was) == 0)
        return at;
    hv->node[at] = *n;
    hv_watch_tables(hv);
    was.ctl = n->ctl;
    was.iomap = n->iomap;
    memcpy(was.io, n->io, sizeof was.io);
    if (memcmp(&was, n, sizeof was) != 0)
        hv_retag(hv, at);
    return at;
}

static enum trap enter_fails(struct cpu *cpu, unsigned syllable, bool first,
                             const struct hv_walk *walk)
{
    struct hv *hv = cpu->hv;

    hv->fault = (struct hv_fault){.code = walk->code,
                                  .level = walk->level,
                                  .pa = walk->at << 6,
                                  .bits = walk->write ? HVCSR_WR : 0,
                                  .syllable = (u16)syllable,
                                  .restart = first};
    if (walk->code == HV_NONE) {
        hv->fault =
            (struct hv_fault){.code = HV_TABLE, .level = hv->level + 1u, .syllable = (u16)syllable};
    } else if (!first) {
        vmcb_put(cpu, hv->level, VMCB_NEXT, (u16)(NEXT_VALID | syllable));
    }
    if (!first)
        hv_load(cpu);
    return TRAP_VM;
}

/* One level up; `left` is the time that it has, in instructions from the next one on. */
static void ascend(struct cpu *cpu, const struct hv_node *n, u32 left)
{
    struct hv *hv = cpu->hv;
    unsigned node = adopt(hv, n);
    u64 from = cpu->icount + 1;

    hv->level++;
    hv->chain[hv->level] = (u16)node;
    if (!left)
        left = vmcb_get(cpu, hv->level, VMCB_LEFT) | (u32)vmcb_get(cpu, hv->level, VMCB_LEFT + 2)
                                                         << 16;
    hv->since[hv->level] = from;
    hv->due[hv->level] = left ? from + left : 0;
    hv_load_regs(cpu);
    vmcb_put(cpu, hv->level, VMCB_STAT, vmcb_get(cpu, hv->level, VMCB_STAT) | STAT_RUNNING);
}

enum trap hv_enter(struct cpu *cpu, unsigned syllable)
{
    struct hv *hv = cpu->hv;
    struct hv_walk walk;
    struct hv_node n;
    u32 left = hv->reg.tmr * BUDGET;
    u16 next;

    for (bool first = true;; first = false) {
        if (!prepare(cpu, syllable, &n, &walk))
            return enter_fails(cpu, syllable, first, &walk);
        if (first) {
            hv_save(cpu);
            hv_put_pinned(cpu, n.vmcb, VMCB_LEFT, 0);
            hv_put_pinned(cpu, n.vmcb, VMCB_LEFT + 2, 0);
        }
        ascend(cpu, &n, left);
        left = 0;
        next = vmcb_get(cpu, hv->level, VMCB_NEXT);
        if (!(next & NEXT_VALID))
            break;
        vmcb_put(cpu, hv->level, VMCB_NEXT, 0);
        syllable = next & SYLLABLE;
    }
    hv_load(cpu);
    hv_update_due(hv);
    hv->stats.entries++;
    return TRAP_NONE;
}

/* --- down ----------------------------------------------------------------------------------- */

/* The instruction has not been. A T trap before it has; without T nobody knows. */
static void undo(struct cpu *cpu)
{
    struct hv *hv = cpu->hv;

    memcpy(cpu->r, hv->r, sizeof hv->r);
    cpu->cc = hv->cc;
    if (cpu->attention & ~(u32)hv->held & ATTN_MMU)
        cpu->mmu.mmr0 &= (u16)~MMR0_TRAP;
    cpu->attention = (cpu->attention & ~ATTN_BY_INSN) | hv->held;
    if (cpu->ps & PS_T)
        cpu->trace = false;
}

/* The word at `va` of the program, which has been fetched; 0 where that was the fault. */
static u16 program_word(const struct cpu *cpu, u16 va)
{
    const struct mmu *mmu = &cpu->mmu;
    u32 pa = mmu_bare(mmu, va);

    if (mmu->mmr0 & MMR0_ENABLE)
        pa = mmu_mapped(mmu, cpu_mode(cpu), SPACE_I, va);
    return hv_look(cpu, &pa) ? ram_get(cpu->ram, pa & ~1u) : 0;
}

static void put_long(struct cpu *cpu, unsigned level, unsigned offset, u64 value)
{
    vmcb_put(cpu, level, offset, (u16)value);
    vmcb_put(cpu, level, offset + 2, (u16)(value >> 16));
}

/* One machine's time stands still. An instruction that is executed again takes none of it. */
static void stop_time(struct cpu *cpu, unsigned level, bool restart)
{
    struct hv *hv = cpu->hv;
    u64 now = cpu->icount - (restart && cpu->icount > hv->since[level]), due = hv->due[level];
    u64 total = vmcb_get(cpu, level, VMCB_TIME) | (u32)vmcb_get(cpu, level, VMCB_TIME + 2) << 16;

    if (hv->csr[level - 1] & HVCSR_STAT && now > hv->since[level])
        put_long(cpu, level, VMCB_TIME, total + (now - hv->since[level]));
    put_long(cpu, level, VMCB_LEFT, !due ? 0 : due > now ? due - now : 1);
    hv->due[level] = hv->since[level] = 0;
}

static void suspend(struct cpu *cpu, unsigned level)
{
    const struct hv *hv = cpu->hv;
    u16 stat = vmcb_get(cpu, level, VMCB_STAT) & (u16)~STAT_RUNNING;

    stop_time(cpu, level, hv->fault.restart);
    if (level < hv->level)
        vmcb_put(cpu, level, VMCB_NEXT,
                 (u16)(NEXT_VALID | hv->node[hv->chain[level + 1]].syllable));
    else if (hv->fault.code == HV_HALT)
        stat |= STAT_HALTED;
    vmcb_put(cpu, level, VMCB_STAT, stat);
}

/* What the monitor finds in the VMCB whose machine's map or event it was. */
static void report(struct cpu *cpu)
{
    const struct hv_fault *fault = &cpu->hv->fault;
    bool by_insn = fault->restart || (fault->code >= HV_HALT && fault->code <= HV_WAIT) ||
                   fault->code == HV_DIAG;

    vmcb_put(cpu, fault->level, VMCB_FCODE, (u16)fault->code);
    vmcb_put(cpu, fault->level, VMCB_FAL, (u16)fault->pa);
    vmcb_put(cpu, fault->level, VMCB_FAH, (u16)(fault->pa >> 16));
    vmcb_put(cpu, fault->level, VMCB_FIR, by_insn ? program_word(cpu, cpu->start) : 0);
    vmcb_put(cpu, fault->level, VMCB_FPC, by_insn ? cpu->start : cpu->r[PC]);
    vmcb_put(cpu, fault->level, VMCB_FMMR1, by_insn ? (u16)cpu->changes : 0);
}

u16 hv_leave(struct cpu *cpu)
{
    struct hv *hv = cpu->hv;
    const struct hv_fault fault = hv->fault;
    u16 syllable = fault.syllable;

    hv->stats.faults++;
    if (fault.level <= hv->level) {
        syllable = hv->node[hv->chain[fault.level]].syllable;
        report(cpu);
        if (fault.restart)
            undo(cpu);
        hv_save(cpu);
        for (unsigned level = hv->level; level >= fault.level; level--)
            suspend(cpu, level);
        hv->level = (u16)(fault.level - 1);
        hv_load(cpu);
        hv_update_due(hv);
    }
    hv->reg.csr &= HVCSR_WRITE;
    hv->reg.csr |= (u16)(HVCSR_VMF | fault.bits | fault.code << 8);
    hv->reg.syl = syllable;
    hv->reg.fal = (u16)fault.pa;
    hv->reg.fah = (u16)(fault.pa >> 16);
    return hv_read(hv, 6);
}

/* --- requests ------------------------------------------------------------------------------- */

void hv_update_current(struct hv *hv)
{
    unsigned level = 0;

    while (level < hv->level &&
           (!(hv->csr[level] & HVCSR_INTR) || hv->br[level] >> ((hv->ps[level] >> 5 & 7) + 1) == 0))
        level++;
    hv->asks = (u16)level;
    hv->exits = hv->level ? hv->node[hv->chain[hv->level]].ctl : 0;
}

bool hv_due(struct cpu *cpu, u32 attention)
{
    struct hv *hv = cpu->hv;
    unsigned level;

    if (hv->next_due && cpu->icount >= hv->next_due) {
        for (level = 1; !hv->due[level] || hv->due[level] > cpu->icount;)
            level++;
        hv->fault = (struct hv_fault){.code = HV_TIMER, .level = level};
        return true;
    }
    if (attention & ATTN_POWER) {
        hv->fault = (struct hv_fault){.code = HV_INTR, .level = 1};
        return true;
    }
    level = attention & ATTN_IRQ ? hv->asks : hv->level;
    hv->fault = (struct hv_fault){.code = HV_INTR, .level = level + 1};
    return level < hv->level;
}

u16 hv_grant(struct cpu *cpu, unsigned level)
{
    cpu->br &= (u8) ~(1u << level);
    vmcb_put(cpu, cpu->hv->level, VMCB_VIRQ, cpu->br);
    cpu_update(cpu);
    return vmcb_get(cpu, cpu->hv->level, VMCB_VECTORS + 2 * (level - 4)) & 0774u;
}

void hv_set_br(struct cpu *cpu, unsigned levels)
{
    if (cpu->hv->level) {
        cpu->hv->br[0] = (u16)levels;
        hv_update_current(cpu->hv);
    } else {
        cpu->br = (u8)levels;
    }
    cpu_update(cpu);
}
