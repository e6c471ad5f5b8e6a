/* test_example.c - the pair of states that shows a finding is minimal: whatever is not 0 in it, or
 * not where all are (PC 1000, SP 2000), is needed. Put back alone, each part of the state, and each
 * bit of the memory that is read, leaves a state that does not show the finding any more.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "pg/impl.h"

static struct pg *make(struct pg_config config)
{
    struct pg *pg = NULL;
    struct err err = {0};

    config.guest = MODE_U;
    config.samples = 24;
    config.seed = 3;
    assert_int_equal(pg_new(&pg, &config, &err), 0);
    return pg;
}

struct found {
    struct pg *pg;
    u16 word;
    u32 finding;
    struct pg_state state; /* the first of the pair, of which the second follows */
    unsigned needed;       /* parts that are not 0 */
};

static bool shows(struct found *f, const struct pg_state *state)
{
    return pg_examine(f->pg, state) & f->finding;
}

/* A state with a part put back. It is another state only if the pair is another. */
static void check_part(struct found *f, const char *part, unsigned n,
                       const struct pg_state *changed)
{
    struct pg_state was[2], is[2];

    pg_vary(f->pg, &f->state, f->finding, was);
    pg_vary(f->pg, changed, f->finding, is);
    if (memcmp(&was[0], &is[0], sizeof was[0]) == 0)
        return;
    f->needed++;
    if (shows(f, changed))
        fail_msg("word %06o, finding %06o: shown without %s %u", f->word, f->finding, part, n);
}

static void check_word(struct found *f, const char *part, unsigned n, u16 *at, u16 value)
{
    struct pg_state changed = f->state;

    memcpy((u8 *)&changed + ((u8 *)at - (u8 *)&f->state), &value, sizeof value);
    if (at == &f->state.r[SP])
        changed.sp[changed.mode] = value;
    check_part(f, part, n, &changed);
}

static void check_flags(struct found *f)
{
    struct pg_state changed = f->state;

    changed.set = false;
    check_part(f, "register set", 1, &changed);
    changed = f->state;
    changed.split = false;
    check_part(f, "D spaces", 0, &changed);
    changed = f->state;
    changed.cc = 0;
    check_part(f, "condition codes", f->state.cc, &changed);
    changed = f->state;
    changed.prio = 0;
    check_part(f, "priority", f->state.prio, &changed);
    changed = f->state;
    changed.slr = changed.vusl = 0;
    check_part(f, "stack limit", f->state.slr, &changed);
    changed = f->state;
    changed.prev = changed.mode;
    check_part(f, "previous mode", f->state.prev, &changed);
}

static void check_minimal(struct found *f)
{
    if (!shows(f, &f->state))
        fail_msg("word %06o, finding %06o: not shown", f->word, f->finding);
    check_flags(f);
    for (unsigned i = 0; i < 6; i++) {
        check_word(f, "register", i, &f->state.r[i], 0);
        check_word(f, "other register", i, &f->state.alt[i], 0);
    }
    check_word(f, "PC", 0, &f->state.r[PC], 01000);
    check_word(f, "SP", 0, &f->state.r[SP], 02000);
    for (unsigned mode = 0; mode < 4; mode++)
        if (mode != f->state.mode)
            check_word(f, "stack pointer", mode, &f->state.sp[mode], 0);
    for (unsigned i = 0; i < f->state.pokes; i++)
        for (unsigned left = f->state.poke[i].value; left; left &= left - 1)
            check_word(f, "memory", i, &f->state.poke[i].value,
                       (u16)(f->state.poke[i].value & ~(left & -left)));
}

/* All findings of each word of some; the number of parts that pairs need. */
static unsigned check_words(struct pg *pg, const u16 *words, unsigned count)
{
    unsigned pairs = 0, needed = 0;

    for (unsigned i = 0; i < count; i++) {
        u32 found = pg_word(pg, words[i]) & (PG_SENSITIVE | PG_LIMIT | PG_HOMO);

        for (; found; found &= found - 1) {
            struct found f = {.pg = pg, .word = words[i], .finding = found & -found};
            struct pg_pair pair;

            assert_true(pg_example(pg, f.word, f.finding, &pair));
            f.state = pair.state[0];
            check_minimal(&f);
            needed += f.needed;
            pairs++;
        }
    }
    assert_true(pairs >= count);
    return needed;
}

/* A word of each instruction that is sensitive, and of the stack limit's. */
static void test_plain(void **state)
{
    static const u16 words[] = {0000002, 0000005, 0000006, 0000230, 0000237, 0006500,
                                0006506, 0006522, 0006606, 0006637, 0106506, 0106511,
                                0106606, 0106611, 0005016, 0005046, 0004767, 0010546};
    struct pg *pg = make((struct pg_config){.mmu = true, .homo = true});

    assert_true(check_words(pg, words, ARRAY_LEN(words)) > ARRAY_LEN(words));
    pg_free(pg);
}

/* Where the Hardware Virtualizer lets a guest's RESET and WAIT pass. */
static void test_virtual(void **state)
{
    static const u16 words[] = {0000005};
    struct pg *pg = make((struct pg_config){.mmu = true, .hv = true});

    check_words(pg, words, ARRAY_LEN(words));
    pg_free(pg);
}

/* Without relocation whatever writes memory writes another's. */
static void test_no_mmu(void **state)
{
    static const u16 words[] = {0010012, 0012737, 0005237, 0105046, 0004767, 0000002};
    struct pg *pg = make((struct pg_config){.mmu = false});

    assert_true(check_words(pg, words, ARRAY_LEN(words)) > 0);
    pg_free(pg);
}

/* With the KBS11-A but without one of its bits. */
static void test_kbs11a(void **state)
{
    static const u16 moves[] = {0006500, 0006512, 0006606, 0006623, 0106532, 0106606, 0106641},
                     limit[] = {0005016, 0010546, 0004767};
    struct pg *pg = make((struct pg_config){.mmu = true, .kbs = true, .vcsr = 047});

    check_words(pg, moves, ARRAY_LEN(moves));
    pg_free(pg);
    pg = make((struct pg_config){.mmu = true, .kbs = true, .vcsr = 0107, .homo = true});
    check_words(pg, limit, ARRAY_LEN(limit));
    pg_free(pg);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain),
        cmocka_unit_test(test_virtual),
        cmocka_unit_test(test_no_mmu),
        cmocka_unit_test(test_kbs11a),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
