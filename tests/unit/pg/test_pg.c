/* test_pg.c - the analysis finds what Popek and Goldberg, the thesis and DEC found. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "isa/dis.h"
#include "pg/pg.h"

#define SAMPLES 24u
#define FEW     8u
#define FULL    0147u /* EN, TUSR, TSUP, USLE, MXE */

struct analysis {
    u32 found[65536];
    struct pg_insn insn[OP_COUNT];
};

static struct pg *make(struct pg_config config)
{
    struct pg *pg = NULL;
    struct err err = {0};

    config.guest = config.guest ? config.guest : MODE_U;
    config.samples = config.samples ? config.samples : SAMPLES;
    config.seed = 3;
    assert_int_equal(pg_new(&pg, &config, &err), 0);
    return pg;
}

static const struct analysis *analyse(struct pg_config config)
{
    static struct analysis a;
    struct pg *pg = make(config);

    for (unsigned word = 0; word < 65536; word++)
        a.found[word] = pg_word(pg, (u16)word);
    pg_sum(a.found, config.hv, a.insn);
    pg_free(pg);
    return &a;
}

/* The instructions against a theorem are those of `ops`, which ends with OP_NONE, and no others. */
static void check_offenders(const struct analysis *a, unsigned theorem, const u8 *ops)
{
    for (unsigned op = 0; op < OP_COUNT; op++) {
        bool wanted = op && strchr((const char *)ops, (int)op);
        if (wanted != (a->insn[op].offends[theorem] != 0))
            fail_msg("theorem %u: %s %s", theorem, pg_name(op), wanted ? "is missing" : "is there");
    }
}

static unsigned count(const struct analysis *a, u32 finding)
{
    unsigned n = 0;

    for (unsigned word = 0; word < 65536; word++)
        n += (a->found[word] & finding) != 0;
    return n;
}

static const u8 none[] = {0};
static const u8 moves[] = {OP_MFPI, OP_MFPD, OP_MTPI, OP_MTPD, 0};

static void test_plain(void **state)
{
    static const u8 eight[] = {OP_RTI,  OP_RTT,  OP_RESET, OP_SPL, OP_MFPI,
                               OP_MFPD, OP_MTPI, OP_MTPD,  0};
    static const u8 user[] = {OP_RTI, OP_RTT, OP_MFPI, OP_MFPD, OP_MTPI, OP_MTPD, 0};
    const struct analysis *a = analyse((struct pg_config){.mmu = true, .homo = true});
    unsigned off = 0;

    check_offenders(a, 0, eight);
    check_offenders(a, 1, user);
    check_offenders(a, 2, none);
    for (unsigned op = 0; op < OP_COUNT; op++) {
        off += a->insn[op].offends[0];
        assert_int_equal(a->insn[op].privileged, op == OP_HALT);
        assert_int_equal(a->insn[op].has[12], op == OP_WAIT);
    }
    /* RTI, RTT, RESET, eight SPL, four times what is not a register but SP, and ever runs. */
    assert_int_equal(off, 3 + 8 + 4 * 56);
    assert_int_equal(a->insn[OP_EMT].trapping, 256);
    assert_int_equal(a->insn[OP_JMP].trapping, 8);
    assert_int_equal(count(a, PG_PLACE | PG_PRIO), 0);
    assert_true(count(a, PG_LIMIT) > 2000);
    /* Less SPL and RESET, which do nothing outside the kernel, and WAIT. */
    assert_int_equal(count(a, PG_HOMO_S), off - 9 + 1);
    assert_int_equal(count(a, PG_HOMO_U), off - 9 + 1);
    assert_true(count(a, PG_HOMO_K) > 2000);
}

static void test_kbs11a(void **state)
{
    const struct analysis *a =
        analyse((struct pg_config){.mmu = true, .kbs = true, .vcsr = FULL, .homo = true});
    static const u8 ten[] = {OP_HALT, OP_WAIT, OP_RESET, OP_RTI,  OP_RTT, OP_SPL,
                             OP_MFPI, OP_MFPD, OP_MTPI,  OP_MTPD, 0};

    for (unsigned theorem = 0; theorem < 3; theorem++)
        check_offenders(a, theorem, none);
    for (unsigned op = 1; op < OP_COUNT; op++)
        assert_int_equal(a->insn[op].privileged != 0, strchr((const char *)ten, (int)op) != NULL);
    assert_int_equal(count(a, PG_LIMIT | PG_HOMO), 0);
}

static void test_without_a_limit(void **state)
{
    const struct analysis *a = analyse(
        (struct pg_config){.mmu = true, .kbs = true, .vcsr = FULL & ~VCSR_USLE, .homo = true});

    check_offenders(a, 0, none);
    assert_true(count(a, PG_LIMIT) > 2000);
    assert_true(count(a, PG_HOMO_K) > 2000);
    assert_int_equal(count(a, PG_HOMO_S | PG_HOMO_U), 0);
}

static void test_without_mxe(void **state)
{
    check_offenders(analyse((struct pg_config){.mmu = true, .kbs = true, .vcsr = FULL & ~VCSR_MXE}),
                    0, moves);
}

/* Not enabled, it is not there. */
static void test_disabled(void **state)
{
    static struct analysis plain;
    const struct analysis *a;

    plain = *analyse((struct pg_config){.mmu = true, .samples = 4});
    a = analyse(
        (struct pg_config){.mmu = true, .samples = 4, .kbs = true, .vcsr = FULL & ~VCSR_EN});
    assert_memory_equal(plain.found, a->found, sizeof a->found);
}

/* Guests in supervisor mode: the same list, and the limit is for user mode only. */
static void test_supervisor(void **state)
{
    const struct analysis *a = analyse((struct pg_config){
        .mmu = true, .kbs = true, .vcsr = FULL, .guest = MODE_S, .samples = FEW});

    check_offenders(a, 0, none);
    assert_true(count(a, PG_LIMIT) > 1000);
    a = analyse((struct pg_config){
        .mmu = true, .kbs = true, .vcsr = 0143, .guest = MODE_S, .samples = FEW});
    assert_int_equal(a->insn[OP_RTI].offends[0], 1); /* TSUP is clear */
}

/* Without relocation whatever writes memory writes another's. */
static void test_no_mmu(void **state)
{
    const struct analysis *a = analyse((struct pg_config){.mmu = false, .samples = FEW});

    assert_true(a->insn[OP_MOV].offends[0] > 2000);
    assert_int_equal(a->insn[OP_BR].offends[0], 0);
    assert_int_equal(a->insn[OP_TST].has[4], 0);
}

/* A pair shows the finding, and has nothing in it that does not matter. */
static void test_examples(void **state)
{
    static const u16 words[] = {0000002, 0000005, 0000234, 0006506, 0106611, 0005016};
    static const u32 findings[] = {PG_CONTROL, PG_CONTROL, PG_CONTROL,
                                   PG_PREV,    PG_CONTROL, PG_LIMIT};
    struct pg *pg = make((struct pg_config){.mmu = true});
    char text[PG_TEXT];

    for (unsigned i = 0; i < 6; i++) {
        struct pg_pair pair;
        assert_true(pg_example(pg, words[i], findings[i], &pair));
        for (unsigned k = 0; k < 2; k++) {
            assert_int_equal(pair.state[k].insn, words[i]);
            for (unsigned r = 0; r < 6; r++)
                if (r != (words[i] & 7))
                    assert_int_equal(pair.state[k].r[r] | pair.state[k].alt[r], 0);
            assert_false(pair.state[k].set);
        }
        pg_tell_state(pg, &pair.state[1], text, sizeof text);
        assert_memory_equal(text, "mode ", 5);
        pg_tell_result(&pair.state[1], &pair.result[1], text, sizeof text);
        assert_memory_equal(text, "does not trap", 13);
        if (findings[i] == PG_LIMIT)
            assert_true(pair.result[0].trap == TRAP_RED || pair.result[0].yellow);
    }
    /* SPL: the priority in kernel mode, nothing in user mode. */
    {
        struct pg_pair pair;
        assert_true(pg_example(pg, 0000234, PG_CONTROL, &pair));
        assert_int_equal(pair.state[0].mode, MODE_K);
        assert_int_equal(pair.result[0].ps >> 5 & 7, 4);
        assert_int_equal(pair.result[1].ps >> 5 & 7, 0);
    }
    assert_false(pg_example(pg, 0005000, PG_CONTROL, &(struct pg_pair){0}));
    pg_free(pg);
}

/* What is found of a word does not depend on what was looked at before. */
static void test_order(void **state)
{
    struct pg *a = make((struct pg_config){.mmu = true}),
              *b = make((struct pg_config){.mmu = true});
    u32 found[512];

    for (unsigned i = 0; i < 512; i++)
        found[i] = pg_word(a, (u16)(i * 127));
    for (unsigned i = 512; i-- > 0;)
        assert_int_equal(pg_word(b, (u16)(i * 127)), found[i]);
    pg_free(a);
    pg_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain),           cmocka_unit_test(test_kbs11a),
        cmocka_unit_test(test_without_a_limit), cmocka_unit_test(test_without_mxe),
        cmocka_unit_test(test_disabled),        cmocka_unit_test(test_supervisor),
        cmocka_unit_test(test_no_mmu),          cmocka_unit_test(test_examples),
        cmocka_unit_test(test_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
