/* test_virtual.c - the analysis of the Hardware Virtualizer's machines: nothing but what calls the
 * monitor is other than on the bare machine.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "pg/pg.h"

#define SAMPLES 24u
#define CTL     (HV_EXIT_RESET | HV_EXIT_WAIT)

struct analysis {
    u32 found[65536];
    struct pg_insn insn[OP_COUNT];
};

static struct pg *make(bool mmu, u16 ctl)
{
    const struct pg_config config = {
        .mmu = mmu, .hv = true, .ctl = ctl, .guest = MODE_U, .samples = SAMPLES, .seed = 3};
    struct pg *pg = NULL;
    struct err err = {0};

    assert_int_equal(pg_new(&pg, &config, &err), 0);
    return pg;
}

static const struct analysis *analyse(bool mmu, u16 ctl)
{
    static struct analysis a;
    struct pg *pg = make(mmu, ctl);

    for (unsigned word = 0; word < 65536; word++)
        a.found[word] = pg_word(pg, (u16)word);
    pg_sum(a.found, true, a.insn);
    pg_free(pg);
    return &a;
}

static unsigned count(const struct analysis *a, u32 finding)
{
    unsigned n = 0;

    for (unsigned word = 0; word < 65536; word++)
        n += (a->found[word] & finding) != 0;
    return n;
}

static void check(const struct analysis *a)
{
    assert_int_equal(count(a, PG_SENSITIVE | PG_USER | PG_HYBRID | PG_LIMIT), 0);
    assert_true(count(a, PG_SEEN) > 60000);
    for (unsigned op = 0; op < OP_COUNT; op++) {
        bool calls = op == OP_HALT || op == OP_RESET || op == OP_WAIT;
        assert_int_equal(a->insn[op].privileged, calls ? 1 : 0);
        assert_int_equal(a->insn[op].trapping, 0); /* a trap is its machine's own */
    }
    assert_int_equal(a->insn[OP_LVMID].words, 64);
    assert_int_equal(a->insn[OP_DIAG].words, 64);
}

static void test_with_exits(void **state)
{
    check(analyse(true, CTL));
}

static void test_without_mmu(void **state)
{
    check(analyse(false, CTL));
}

/* A RESET that nobody hears of does not reach the bus; DIAG can be a way out. */
static void test_without_exits(void **state)
{
    const struct analysis *a = analyse(true, HV_EXIT_DIAG);

    for (unsigned op = 0; op < OP_COUNT; op++)
        assert_int_equal(a->insn[op].offends[0], op == OP_RESET);
    assert_int_equal(a->insn[OP_RESET].has[5], 1); /* PG_MODE */
    assert_int_equal(a->insn[OP_WAIT].has[12], 1); /* PG_IDLE */
    /* On the bare machine it traps: nothing is privileged, it is not as there, but it traps. */
    assert_int_equal(a->insn[OP_DIAG].privileged, 0);
    assert_int_equal(count(a, PG_USER), 0);
}

static void test_example(void **state)
{
    struct pg *pg = make(true, 0);
    struct pg_pair pair;
    char text[PG_TEXT];

    assert_true(pg_example(pg, 0000005, PG_MODE, &pair));
    assert_false(pair.state[0].virtual);
    assert_true(pair.state[1].virtual);
    assert_int_equal(pair.state[0].mode, MODE_K);
    assert_int_equal(pair.result[0].inits, 1);
    assert_int_equal(pair.result[1].inits, 0);
    pg_tell_state(pg, &pair.state[1], text, sizeof text);
    assert_non_null(strstr(text, "in a virtual machine"));
    pg_tell_result(&pair.state[0], &pair.result[0], text, sizeof text);
    assert_string_equal(text, "does not trap, INIT");
    assert_true(pg_example(pg, 0000000, PG_PRIV, &pair));
    pg_tell_result(&pair.state[1], &pair.result[1], text, sizeof text);
    assert_string_equal(text, "VM-fault: HALT");
    assert_false(pg_example(pg, 0000002, PG_SENSITIVE, &pair));
    pg_free(pg);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_with_exits),
        cmocka_unit_test(test_without_mmu),
        cmocka_unit_test(test_without_exits),
        cmocka_unit_test(test_example),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
