/* example.c - a pair of states that shows a finding, made small: one part after another of a state
 * that was found at random is put to 0, and stays so where the finding still shows; again, until
 * nothing is left that is not needed.
 */
#include <string.h>

#include "pg/impl.h"

#define ROUNDS 8u /* at most; two are usual */

/* A state that is tried: if the pair that is told shows the finding, then its first one is kept.
 * That may not be the state itself (pg_vary()), which can show what its pair does not.
 */
static bool try(struct pg *pg, const struct pg_state *tried, u32 finding, struct pg_state *state)
{
    struct pg_state pair[2];

    pg_vary(pg, tried, finding, pair);
    if (!(pg_examine(pg, &pair[0]) & finding))
        return false;
    *state = pair[0];
    return true;
}

static void shrink_word(struct pg *pg, u32 finding, struct pg_state *state, u16 *at, u16 value)
{
    size_t offset = (size_t)((u8 *)at - (u8 *)state);
    struct pg_state changed = *state;

    memcpy((u8 *)&changed + offset, &value, sizeof value);
    (void)try(pg, &changed, finding, state);
}

static void shrink_flags(struct pg *pg, u32 finding, struct pg_state *state)
{
    struct pg_state changed = *state;

    changed.set = false;
    (void)try(pg, &changed, finding, state);
    changed = *state;
    changed.split = false;
    (void)try(pg, &changed, finding, state);
    changed = *state;
    changed.cc = 0;
    (void)try(pg, &changed, finding, state);
    changed = *state;
    changed.prio = 0;
    (void)try(pg, &changed, finding, state);
    changed = *state;
    changed.slr = changed.vusl = 0;
    (void)try(pg, &changed, finding, state);
    changed = *state;
    changed.prev = changed.mode;
    (void)try(pg, &changed, finding, state);
}

static void shrink_registers(struct pg *pg, u32 finding, struct pg_state *state)
{
    for (unsigned i = 0; i < 6; i++) {
        shrink_word(pg, finding, state, &state->alt[i], 0);
        shrink_word(pg, finding, state, &state->r[i], 0);
    }
    shrink_word(pg, finding, state, &state->r[PC], 01000);
    shrink_word(pg, finding, state, &state->r[SP], 02000);
    for (unsigned mode = 0; mode < 4; mode++)
        if (mode != state->mode)
            shrink_word(pg, finding, state, &state->sp[mode], 0);
    state->sp[state->mode] = state->r[SP];
}

/* The words that the instruction reads, but the one that it is, become the state's own. */
static void own_memory(struct pg *pg, struct pg_state *state)
{
    struct pg_result out;
    u32 read[READS_MAX];
    unsigned reads;
    u32 insn = state->r[PC];

    pg_run(pg, state, &out);
    reads = pg->reads;
    memcpy(read, pg->read, sizeof read);
    insn = (pg->config.mmu ? insn % REGION_SIZE : insn) + (state->moved ? 2 * REGION_SIZE : 0);
    for (unsigned i = 0; i < reads && state->pokes < PG_WORDS; i++)
        if (read[i] != insn)
            state->poke[state->pokes++] =
                (struct pg_poke){(u8)(read[i] / REGION_SIZE), (u16)(read[i] % REGION_SIZE),
                                 ram_get(&pg->ram, read[i])};
}

/* The stack to 2000, with what is on it. */
static void move_stack(struct pg *pg, u32 finding, struct pg_state *state)
{
    struct pg_state changed = *state;
    u16 sp = state->r[SP] % REGION_SIZE;

    for (unsigned i = 0; i < changed.pokes; i++)
        if ((u16)(changed.poke[i].at - sp) < 4)
            changed.poke[i].at = (u16)(changed.poke[i].at - sp + 02000);
    changed.r[SP] = changed.sp[changed.mode] = 02000;
    (void)try(pg, &changed, finding, state);
}

static void take_memory(struct pg *pg, u32 finding, struct pg_state *state)
{
    struct pg_state changed = *state;

    own_memory(pg, &changed);
    if (try(pg, &changed, finding, state))
        move_stack(pg, finding, state);
}

static void shrink_memory(struct pg *pg, u32 finding, struct pg_state *state)
{
    for (unsigned i = 0; i < state->pokes; i++)
        for (unsigned bit = 16; bit-- > 0;)
            shrink_word(pg, finding, state, &state->poke[i].value,
                        (u16)(state->poke[i].value & ~(1u << bit)));
}

/* A state that shows it: one in kernel mode, which has a counterpart in the guest's, before others.
 */
static bool find(struct pg *pg, u16 word, u32 finding, struct pg_state *state)
{
    struct pg_state sample;

    for (unsigned pass = 0; pass < 2; pass++) {
        for (unsigned n = 0; n < pg->config.samples; n++) {
            pg_sample(pg, word, n, &sample);
            if ((pass || sample.mode == MODE_K) && try(pg, &sample, finding, state))
                return true;
        }
    }
    return false;
}

static bool find_small(struct pg *pg, u16 word, u32 finding, struct pg_state *state)
{
    struct pg_state before;

    if (!find(pg, word, finding, state))
        return false;
    shrink_flags(pg, finding, state);
    shrink_registers(pg, finding, state);
    take_memory(pg, finding, state);
    for (unsigned round = 0; round < ROUNDS; round++) {
        before = *state;
        shrink_memory(pg, finding, state);
        shrink_flags(pg, finding, state);
        shrink_registers(pg, finding, state);
        if (memcmp(&before, state, sizeof before) == 0)
            break;
    }
    return true;
}

const char *pg_mediated_example(struct pg *pg, u16 word, u32 finding, struct pg_state *state)
{
    struct pg_state pair[2];

    if (!find_small(pg, word, finding, state))
        return NULL;
    pg_vary(pg, state, finding, pair);
    *state = pair[0];
    return pg_mediated_differs(pg, state);
}

bool pg_example(struct pg *pg, u16 word, u32 finding, struct pg_pair *pair)
{
    struct pg_state state;

    if (!find_small(pg, word, finding, &state))
        return false;
    pg_vary(pg, &state, finding, pair->state);
    for (unsigned i = 0; i < 2; i++)
        pg_run(pg, &pair->state[i], &pair->result[i]);
    return true;
}
