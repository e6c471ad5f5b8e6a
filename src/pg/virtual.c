/* virtual.c - the analysis of guests that are machines of the Hardware Virtualizer: see pg.h.
 *
 * A state is that of a machine: all of it, its kernel mode too, its own. It is run on the bare
 * machine, and in a machine of level 1 whose memory is elsewhere in the real one. The instruction
 * is privileged if it ends in a VM-fault there and does not trap on the bare machine;
 * control-sensitive if from within it changes what is not its machine's; behaviour-sensitive if
 * without a VM-fault it is not what it is on the bare machine (PG_MODE), or not the same with the
 * machine's memory at another place (PG_PLACE). A trap that is taken within the machine is no more
 * than what an instruction does. So theorem 1 says what it says of user mode.
 *
 * No machine has children here: LVMID finds none.
 */
#include <string.h>

#include "cpu/hv_impl.h"
#include "pg/impl.h"

#define VMCB_AT (2 * GUEST_SIZE)

u32 pg_base(const struct pg_state *s)
{
    return s->virtual && !s->moved ? GUEST_SIZE : 0;
}

void pg_load_level(struct pg *pg, const struct pg_state *s)
{
    struct hv *hv = &pg->hv;
    struct hv_node *node = &hv->node[1];

    hv->level = s->virtual;
    hv->chain[0] = 0;
    hv->chain[1] = 1;
    hv->reg = (struct hv_regs){.csr = HVCSR_HVE};
    hv->csr[0] = HVCSR_HVE; /* no associator: what was composed before is void */
    hv->flow = (struct hv_flow){0};
    hv->fault = (struct hv_fault){0};
    memset(hv->bare, 0, sizeof hv->bare);
    *node = (struct hv_node){.syllable = 1,
                             .depth = 1,
                             .type = MAP_BOUNDS,
                             .base = (u16)(pg_base(s) >> 6),
                             .len = GUEST_SIZE >> 6,
                             .size = GUEST_SIZE >> 6,
                             .ctl = pg->config.ctl};
    for (unsigned i = 0; i < HV_PINS; i++)
        node->vmcb[i] = (u16)((VMCB_AT >> 6) + i);
    hv_update_current(hv);
}

static bool is_changed(const struct hv *hv)
{
    for (unsigned i = 0; i < sizeof hv->bare; i++)
        if (hv->bare[i])
            return true;
    return hv->csr[0] != HVCSR_HVE;
}

void pg_take_level(const struct pg *pg, const struct pg_state *s, struct pg_result *out)
{
    const struct hv *hv = &pg->hv;

    out->fault = out->trap == TRAP_VM ? (enum hv_code)hv->fault.code : HV_NONE;
    out->own = out->trap == TRAP_VM && hv->fault.level > (s->virtual ? 1u : 0u);
    out->left = pg->config.hv && (hv->level != (s->virtual ? 1u : 0u) || is_changed(hv));
}

/* It calls the machine's monitor. */
static bool is_fault(const struct pg_result *out)
{
    return out->trap == TRAP_VM && !out->own;
}

/* A map, which proves nothing. */
static bool is_memory_fault(const struct pg_result *out)
{
    return is_fault(out) && out->fault <= HV_BOUND;
}

/* All of two machines is the same. */
static bool same_machine(const struct pg_result *a, const struct pg_result *b)
{
    return a->trap == b->trap && a->fault == b->fault && pg_same(a, b) && a->ps == b->ps &&
           memcmp(a->sp, b->sp, sizeof a->sp) == 0 && a->slr == b->slr && a->mmr0 == b->mmr0 &&
           a->mmr3 == b->mmr3 && a->pirq == b->pirq && a->mapped == b->mapped &&
           a->inits == b->inits && a->waits == b->waits;
}

/* Its own machine is all that it may change. */
static bool escapes(const struct pg_result *out)
{
    return out->trap == TRAP_STOP || out->foreign || out->left || out->inits;
}

static u32 examine_place(struct pg *pg, const struct pg_state *s, const struct pg_result *at)
{
    struct pg_state pair[2];
    struct pg_result other;

    pg_vary(pg, s, PG_PLACE, pair);
    pg_run(pg, &pair[1], &other);
    return same_machine(at, &other) ? 0 : PG_PLACE;
}

u32 pg_examine_virtual(struct pg *pg, const struct pg_state *s)
{
    struct pg_state pair[2];
    struct pg_result bare, out;
    u32 found = PG_SEEN;

    pg_vary(pg, s, PG_MODE, pair);
    pg_run(pg, &pair[0], &bare);
    pg_run(pg, &pair[1], &out);
    if (is_memory_fault(&out) || (is_memory_trap(bare.trap) && is_memory_trap(out.trap)))
        return 0;
    if (is_fault(&out))
        return found | (is_insn_trap(bare.trap) ? PG_NOT_PRIV : PG_PRIV | PG_NOT_TRAP);
    found |= PG_NOT_PRIV | PG_NOT_TRAP;
    if (out.waits)
        found |= PG_IDLE;
    if (escapes(&out))
        found |= PG_CONTROL;
    if (!same_machine(&bare, &out))
        found |= PG_MODE;
    found |= examine_place(pg, s, &out);
    if (found & PG_SENSITIVE && s->mode != MODE_K)
        found |= PG_HYBRID | (s->mode == MODE_U ? PG_USER : 0);
    return found;
}
