/* hv.c - registers and instructions of the Hardware Virtualizer: see hv.h. */
#include "cpu/hv_impl.h"

#include <string.h>

#include "base/assert.h"
#include "cpu/exec.h"
#include "cpu/operand.h"

enum { HVCSR = 0, HVROOT = 2, HVTLEN = 4, HVVEC = 6, HVSYL = 010, HVFAL = 012, HVFAH = 014 };

#define VEC_FAULT 0110u
#define WAYS      4u

void hv_init(struct hv *hv, u32 base, unsigned slots)
{
    base_assert(slots <= HV_SLOTS);
    memset(hv, 0, sizeof *hv);
    hv->base = base;
    hv_init_io(hv);
    hv->ways = slots ? slots : WAYS;
    hv->sets = slots ? 1 : HV_SLOTS / WAYS;
}

void hv_reset(struct cpu *cpu)
{
    struct hv *hv = cpu->hv;

    if (hv->level) {
        hv->level = 0;
        hv_load(cpu);
    }
    hv->reg = (struct hv_regs){0};
    hv->flow = (struct hv_flow){0};
    memset(hv->csr, 0, sizeof hv->csr);
    memset(hv->ps, 0, sizeof hv->ps);
    memset(hv->br, 0, sizeof hv->br);
    memset(hv->due, 0, sizeof hv->due);
    memset(hv->since, 0, sizeof hv->since);
    memset(hv->chain, 0, sizeof hv->chain);
    memset(hv->bare, 0, sizeof hv->bare);
    memset(hv->owner, 0, sizeof hv->owner);
    memset(hv->node, 0, sizeof hv->node);
    memset(hv->tag, 0, sizeof hv->tag);
    memset(hv->watched, 0, sizeof hv->watched);
    hv->next_due = 0;
    hv_update_current(hv);
}

/* --- what was loaded from outside ----------------------------------------------------------- */

static bool pins_fit(const struct cpu *cpu, const struct hv_node *n)
{
    const u16 *lists[] = {n->vmcb, n->table, n->io};

    for (unsigned i = 0; i < ARRAY_LEN(lists); i++)
        for (unsigned k = 0; k < HV_PINS; k++)
            if (lists[i][k] >= cpu->ram->size >> 6)
                return false;
    return true;
}

/* A node is nearer to level 0 than its children, so that every walk ends. */
static bool node_fits(const struct cpu *cpu, const struct hv_node *n)
{
    if (n->depth > HV_DEPTH || n->parent >= HV_NODES || n->type >= MAP_TYPES ||
        n->size > SIZE_MAX_CLICKS)
        return false;
    return n->depth == 0 || (n->depth == cpu->hv->node[n->parent].depth + 1 && pins_fit(cpu, n));
}

static bool state_fits(const struct cpu *cpu)
{
    const struct hv *hv = cpu->hv;

    if (hv->level > HV_DEPTH || hv->chain[0] || hv->node[0].depth)
        return false;
    for (unsigned i = 1; i < HV_NODES; i++)
        if (!node_fits(cpu, &hv->node[i]))
            return false;
    for (unsigned i = 1; i <= hv->level; i++)
        if (hv->chain[i] >= HV_NODES || hv->node[hv->chain[i]].depth != i ||
            hv->node[hv->chain[i]].parent != hv->chain[i - 1])
            return false;
    return true;
}

bool hv_restored(struct cpu *cpu)
{
    struct hv *hv = cpu->hv;

    if (!state_fits(cpu)) {
        hv->level = 0;
        hv_reset(cpu);
        return false;
    }
    hv_watch_tables(hv);
    hv->reg.vec &= 0774u;
    hv_update_due(hv);
    hv_update_current(hv);
    hv_park(cpu);
    hv_forget_composed(cpu);
    cpu_update(cpu);
    return true;
}

void hv_forget_composed(struct cpu *cpu)
{
    struct hv *hv = cpu->hv;

    for (unsigned i = 1; i < HV_NODES; i++)
        hv->tag[i] = ++hv->serial;
    memset(hv->io, 0, sizeof hv->io);
    mmu_flush(&cpu->mmu);
}

/* --- the registers -------------------------------------------------------------------------- */

u16 hv_read(const struct hv *hv, unsigned offset)
{
    unsigned left = HV_DEPTH - hv->level;

    switch (offset) {
    case HVCSR: return (u16)((hv->reg.csr & ~HVCSR_DEPTH) | (left > 15 ? 15 : left) << 1);
    case HVROOT: return hv->reg.root;
    case HVTLEN: return hv->reg.tlen;
    case HVVEC: return hv->reg.vec ? hv->reg.vec : VEC_FAULT;
    case HVSYL: return hv->reg.syl;
    case HVFAL: return hv->reg.fal;
    case HVFAH: return hv->reg.fah;
    default: return hv->reg.tmr;
    }
}

static void merge(u16 *reg, u16 value, u16 mask)
{
    *reg = (u16)((*reg & ~mask) | (value & mask));
}

void hv_write(struct cpu *cpu, unsigned offset, u16 value, u16 mask)
{
    struct hv_regs *reg = &cpu->hv->reg;

    switch (offset) {
    case HVCSR:
        merge(&reg->csr, value, mask & HVCSR_WRITE);
        if (value & mask & HVCSR_VMF)
            reg->csr &= (u16)~HVCSR_VMF;
        return;
    case HVROOT: merge(&reg->root, value, mask); return;
    case HVTLEN: merge(&reg->tlen, value, mask); return;
    case HVVEC: merge(&reg->vec, value, mask & 0774u); return;
    case HVSYL:
    case HVFAL:
    case HVFAH: return; /* read only */
    default: merge(&reg->tmr, value, mask); return;
    }
}

void hv_init_level(struct cpu *cpu)
{
    cpu->hv->reg = (struct hv_regs){0};
}

/* --- the instructions ----------------------------------------------------------------------- */

enum trap hv_event(struct cpu *cpu, enum hv_code code)
{
    cpu->hv->fault = (struct hv_fault){.code = code, .level = cpu->hv->level};
    return TRAP_VM;
}

/* DIAG asks the parent for a service, if that has said that it gives any. */
static enum trap diagnose(struct cpu *cpu, unsigned number)
{
    if (!cpu->hv->level || !hv_exits(cpu->hv, HV_EXIT_DIAG) || hv_exits(cpu->hv, HV_PURE))
        return TRAP_RSVD;
    (void)hv_event(cpu, HV_DIAG);
    cpu->hv->fault.pa = number;
    return TRAP_VM;
}

static void invalidate(struct hv *hv, unsigned syllable)
{
    for (unsigned i = 1; i < HV_NODES; i++)
        if (hv->node[i].depth && hv->node[i].parent == hv->chain[hv->level] &&
            (!syllable || hv->node[i].syllable == syllable))
            hv_retag(hv, i);
}

/* Without the option, and outside kernel mode, the words are reserved. */
static bool is_reserved(const struct cpu *cpu)
{
    return !cpu->hv || cpu_mode(cpu) != MODE_K;
}

enum trap exec_DIAG(struct cpu *cpu, unsigned insn)
{
    return is_reserved(cpu) ? TRAP_RSVD : diagnose(cpu, insn & 077u);
}

/* The operand of LVMID or HVINV, at a level that has them. */
static enum trap child_of(struct cpu *cpu, unsigned insn, u16 *syllable)
{
    if (is_reserved(cpu) || !(cpu->hv->reg.csr & HVCSR_HVE))
        return TRAP_RSVD;
    return operand_read(cpu, insn & 077u, 0, syllable);
}

enum trap exec_LVMID(struct cpu *cpu, unsigned insn)
{
    u16 syllable;
    enum trap trap = child_of(cpu, insn, &syllable);

    return trap ? trap : hv_enter(cpu, syllable);
}

enum trap exec_HVINV(struct cpu *cpu, unsigned insn)
{
    u16 syllable;
    enum trap trap = child_of(cpu, insn, &syllable);

    if (!trap)
        invalidate(cpu->hv, syllable);
    return trap;
}
