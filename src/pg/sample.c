/* sample.c - states drawn at random, with a taste for what may matter: stack pointers near the
 * limit, pointers that are even, small and negative numbers, and without the KT11 the processor's
 * registers in the I/O page.
 */
#include "pg/impl.h"

struct random {
    u64 state;
};

/* xorshift64* */
static u32 next(struct random *r)
{
    r->state ^= r->state >> 12;
    r->state ^= r->state << 25;
    r->state ^= r->state >> 27;
    return (u32)(r->state * 0x2545f4914f6cdd1du >> 32);
}

static bool one_in(struct random *r, unsigned n)
{
    return next(r) % n == 0;
}

static u16 pick_value(const struct pg *pg, struct random *r)
{
    static const u16 processor[] = {0177776, 0177774, 0177772, 0177570, 0177572, 0172516,
                                    0172340, 0172300, 0177640, 0177600, 0164000, 0164004};
    u32 bits = next(r);

    if (!pg->config.mmu && bits >> 29 == 0)
        return processor[bits % ARRAY_LEN(processor)];
    switch (bits >> 16 & 7) {
    case 0: return (u16)(bits & 017);
    case 1: return (u16)(bits | 0177760);
    case 2: return (u16)bits;
    default: return (u16)(bits & ~1u);
    }
}

/* Where a stack limit can be met, mostly. */
static u16 pick_stack(const struct pg_state *s, struct random *r)
{
    u32 bits = next(r);

    if (bits >> 31)
        return (u16)(bits & 0177776);
    return (u16)(s->slr + (bits & 0776));
}

static enum mode pick_mode(struct random *r)
{
    static const enum mode modes[] = {MODE_K, MODE_S, MODE_U};

    return modes[next(r) % 3];
}

void pg_sample(const struct pg *pg, u16 word, unsigned n, struct pg_state *s)
{
    struct random r = {(pg->config.seed << 32 | (u32)word << 16) + n * 0x9e3779b97f4a7c15u + 1};
    u32 bits;

    next(&r);
    bits = next(&r);
    *s = (struct pg_state){.insn = word};
    s->mode = pick_mode(&r);
    s->prev = pick_mode(&r);
    s->prio = bits & 7;
    s->cc = bits >> 3 & 017;
    s->split = bits >> 7 & 1;
    s->set = (bits >> 8 & 7) == 0;
    s->slr = (u16)(bits >> 11 & 1 ? bits >> 16 & 0177400 : 0);
    s->vusl = s->slr;
    s->limited = true;
    for (unsigned i = 0; i < 6; i++) {
        s->r[i] = pick_value(pg, &r);
        s->alt[i] = (u16)next(&r);
    }
    s->r[SP] = pick_stack(s, &r);
    for (unsigned mode = 0; mode < 4; mode++)
        s->sp[mode] = (u16)(next(&r) & 0177776);
    s->sp[s->mode] = s->r[SP];
    do
        s->r[PC] = (u16)(next(&r) & 0177776);
    while (s->r[PC] >= 0157770);
    if (one_in(&r, 32)) /* the word itself as an operand */
        s->r[next(&r) % 6] = s->r[PC];
}
