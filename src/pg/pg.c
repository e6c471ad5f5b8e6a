/* pg.c - what a state and its variations show of an instruction: see pg.h.
 *
 * PG_HYBRID is theorem 3 for a monitor that enters a guest's supervisor and user code only while
 * its previous mode is not the kernel, and lets it run in the real supervisor and user mode: of the
 * resources only the kernel's are then not the guest's own. Outside kernel mode nothing lowers the
 * previous mode, so the monitor's condition, once true, stays so.
 *
 * PG_HOMO is Popek and Goldberg's homomorphism for a monitor that runs all of a guest, its kernel
 * too, directly in mode G: the instruction does the same as on the bare machine, or traps, and the
 * monitor then does it. That a monitor does all of it right is asked with one: mediate.c.
 */
#include <string.h>

#include "pg/impl.h"

static const enum mode modes[3] = {MODE_K, MODE_S, MODE_U};

/* The state in mode `mode`, with one map and one stack pointer for K and G. */
static struct pg_state in_mode(const struct pg *pg, const struct pg_state *s, enum mode mode)
{
    struct pg_state made = *s;

    made.shared = true;
    made.mode = mode;
    made.sp[MODE_K] = made.sp[pg->config.guest] = made.r[SP];
    return made;
}

void pg_vary(const struct pg *pg, const struct pg_state *s, u32 finding, struct pg_state pair[2])
{
    static const u8 others[4] = {1, 3, 0, 0};

    pair[0] = pair[1] = *s;
    if (pg->config.hv) {
        pair[0].virtual = finding == PG_PLACE;
        pair[1].virtual = true;
        pair[1].moved = finding == PG_PLACE;
        return;
    }
    switch (finding) {
    case PG_PLACE: pair[1].moved = true; break;
    case PG_PREV: pair[1].prev = (enum mode)others[s->prev]; break;
    case PG_PRIO: pair[1].prio = (u8)(s->prio ^ 7); break;
    case PG_MODE:
    case PG_LIMIT:
        pair[0] = in_mode(pg, s, MODE_K);
        pair[1] = in_mode(pg, s, pg->config.guest);
        break;
    case PG_HOMO_K:
    case PG_HOMO_S:
    case PG_HOMO_U:
        pair[0].mode = modes[finding == PG_HOMO_K ? 0 : finding == PG_HOMO_S ? 1 : 2];
        pair[0].sp[pair[0].mode] = pair[0].r[SP];
        pair[0].bare = true;
        pg_embed(pg, &pair[0], &pair[1]);
        break;
    default:
        if (s->mode == MODE_K) {
            pair[0] = in_mode(pg, s, MODE_K);
            pair[1] = in_mode(pg, s, pg->config.guest);
        }
        break;
    }
}

void pg_embed(const struct pg *pg, const struct pg_state *bare, struct pg_state *real)
{
    *real = *bare;
    real->mode = real->prev = pg->config.guest;
    real->bare = false;
    real->prio = 0;
    real->slr = 0;
    real->limited = bare->mode == MODE_K;
    for (unsigned mode = 0; mode < 4; mode++)
        real->sp[mode] = (u16)(01000 + 0400 * mode);
    real->sp[real->mode] = real->r[SP];
}

static bool ran(const struct pg_result *out)
{
    return out->trap == TRAP_NONE;
}

static bool keeps_mode(const struct pg_state *s, const struct pg_result *out)
{
    return out->ps >> 14 == s->mode;
}

/* Two runs from a pair of states: visibly different? */
static bool differ(const struct pg_state pair[2], const struct pg_result *a,
                   const struct pg_result *b)
{
    return ran(a) && ran(b) && keeps_mode(&pair[0], a) && keeps_mode(&pair[1], b) && !pg_same(a, b);
}

/* The same state in K and in G: does it trap? */
static u32 examine_modes(struct pg *pg, const struct pg_state *s)
{
    struct pg_state pair[2];
    struct pg_result k, g;
    bool limit_k, limit_g;

    pg_vary(pg, s, PG_MODE, pair);
    pg_run(pg, &pair[0], &k);
    pg_run(pg, &pair[1], &g);
    if (is_memory_trap(k.trap) || is_memory_trap(g.trap))
        return 0;
    limit_k = is_red(k.trap) || k.yellow;
    limit_g = is_red(g.trap) || g.yellow;
    if (is_insn_trap(g.trap)) {
        if (is_insn_trap(k.trap))
            return PG_SEEN | PG_NOT_PRIV;
        return limit_k ? 0 : PG_SEEN | PG_PRIV | PG_NOT_TRAP;
    }
    if (limit_k != limit_g || is_red(k.trap) != is_red(g.trap))
        return PG_SEEN | PG_LIMIT | PG_NOT_PRIV | PG_NOT_TRAP;
    if (is_red(k.trap))
        return 0;
    return PG_SEEN | PG_NOT_PRIV | PG_NOT_TRAP | (differ(pair, &k, &g) ? PG_MODE : 0);
}

static u32 examine_pair(struct pg *pg, const struct pg_state *s, u32 finding,
                        const struct pg_result *base)
{
    struct pg_state pair[2];
    struct pg_result other;

    pg_vary(pg, s, finding, pair);
    pg_run(pg, &pair[1], &other);
    return differ(pair, base, &other) ? finding : 0;
}

/* The guest in one of its modes, on the bare machine and directly in G. */
static bool breaks_homomorphism(struct pg *pg, const struct pg_state *s, u32 finding)
{
    struct pg_state pair[2];
    struct pg_result bare, real;

    pg_vary(pg, s, finding, pair);
    if (pg->config.monitor)
        return pg_mediated_differs(pg, &pair[0]) != NULL;
    pg_run(pg, &pair[1], &real);
    if (real.trap) /* the monitor does it */
        return false;
    pg_run(pg, &pair[0], &bare);
    if (real.foreign || real.waits || bare.trap || pg_controls(pg, &pair[0], &bare, false))
        return true;
    return !pg_same(&bare, &real);
}

u32 pg_examine(struct pg *pg, const struct pg_state *s)
{
    static const u32 homo[3] = {PG_HOMO_K, PG_HOMO_S, PG_HOMO_U};
    bool guest = s->mode == pg->config.guest;
    struct pg_result base;
    u32 found = 0, pairs = 0;

    if (pg->config.hv)
        return pg_examine_virtual(pg, s);
    pg_run(pg, s, &base);
    if (base.waits)
        found |= PG_IDLE;
    if (pg_controls(pg, s, &base, false))
        found |= PG_CONTROL | (guest ? PG_USER : 0);
    if (s->mode != MODE_K && s->prev != MODE_K && pg_controls(pg, s, &base, true))
        found |= PG_HYBRID;
    if (ran(&base)) {
        if (pg->config.mmu)
            pairs |= examine_pair(pg, s, PG_PLACE, &base);
        pairs |= examine_pair(pg, s, PG_PREV, &base);
        found |= pairs | examine_pair(pg, s, PG_PRIO, &base);
    }
    if (guest && pairs)
        found |= PG_USER;
    if (s->mode != MODE_K && s->prev != MODE_K && pairs & PG_PLACE)
        found |= PG_HYBRID;
    found |= examine_modes(pg, s);
    for (unsigned i = 0; pg->config.homo && i < 3; i++)
        if (breaks_homomorphism(pg, s, homo[i]))
            found |= homo[i];
    return found;
}

u32 pg_word(struct pg *pg, u16 word)
{
    struct pg_state state;
    u32 found = 0;

    for (unsigned n = 0; n < pg->config.samples; n++) {
        pg_sample(pg, word, n, &state);
        found |= pg_examine(pg, &state);
    }
    return found;
}
