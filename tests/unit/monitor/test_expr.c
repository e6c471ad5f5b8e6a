/* test_expr.c - expressions: values, precedence, names, what has no value. */
#include <string.h>

#include "monitor/expr.h"
#include "monitor/symbols.h"
#include "rig.h"

static void test_values(void **state)
{
    static const struct {
        const char *text;
        u64 value;
    } rows[] = {
        {"17", 017},
        {"17.", 17},
        {"0x1F", 0x1f},
        {"'A", 'A'},
        {"1+2*3", 7},
        {"(1+2)*3", 9},
        {"10 - 2 - 1", 5},
        {"100/4/2", 010},
        {"7%4", 3},
        {"1<<3+1", 020},
        {"200>>3", 020},
        {"2<3 == 1", 1},
        {"1|2^3&4", 3},
        {"4&5 == 5", 0},
        {"1&&0||1", 1},
        {"!0 + !5", 1},
        {"-1", 0177777},
        {"0-1", 0177777},
        {"~0", 0177777},
        {"~200000", ~(u64)0200000},
        {"200000-1", 0177777},
        {"177777+1", 0200000},
        {"1<<64.", 0},
        {"- -5", 5},
        {"0 && 1/0", 0},
        {"1 || @1", 1},
    };

    for (unsigned i = 0; i < ARRAY_LEN(rows); i++)
        if (rig_value(*state, rows[i].text) != rows[i].value)
            fail_msg("%s is not %llo", rows[i].text, (unsigned long long)rows[i].value);
}

static void test_memory(void **state)
{
    struct rig *rig = *state;

    ram_put(&rig->m->ram, 01000, 0123456);
    ram_put(&rig->m->ram, 02000, 01000);
    rig->m->cpu.r[R1] = 0776;
    rig->m->cpu.r[SP] = 02000;
    assert_int_equal(rig_value(rig, "@1000"), 0123456);
    assert_int_equal(rig_value(rig, "@(r1+2)"), 0123456);
    assert_int_equal(rig_value(rig, "@@sp"), 0123456);
    assert_int_equal(rig_value(rig, "@sp+2"), 01002);
    assert_int_equal(rig_value(rig, "@p:1000"), 0123456);
    assert_int_equal(rig_value(rig, "@ud:1000 == @ki:1000"), 1);
    assert_int_equal(rig_value(rig, "byte(1000)"), 056);
    assert_int_equal(rig_value(rig, "byte( p:1000 + 1 )"), 0247);
}

static void test_names(void **state)
{
    struct rig *rig = *state;
    struct err err = {0};

    rig->m->cpu.r[R0] = 5;
    assert_int_equal(symbols_define(rig->mon->symbols, "_main", 5, 01234, true, &err), 0);
    assert_int_equal(symbols_define(rig->mon->symbols, "r0", 2, 0777, true, &err), 0);
    assert_int_equal(symbols_define(rig->mon->symbols, "A.B", 3, 3, false, &err), 0);
    assert_int_equal(rig_value(rig, "_main"), 01234);
    assert_int_equal(rig_value(rig, "main"), 01234);
    assert_int_equal(rig_value(rig, "_MAIN+4"), 01240);
    assert_int_equal(rig_value(rig, "R0"), 5);
    assert_int_equal(rig_value(rig, "\\r0"), 0777);
    assert_int_equal(rig_value(rig, "a.b"), 3);
    assert_int_equal(rig_value(rig, "$none"), 0);
    assert_true(variable_set(rig->mon, "$x", 2, 42));
    assert_int_equal(rig_value(rig, "$x"), 42);
}

static void test_wrong(void **state)
{
    struct rig *rig = *state;

    rig_fails(rig, "p 8", "8: here a number should stand: octal, decimal with a final `.`, or 0x");
    rig_fails(rig, "p 1 +", "the expression ends where a number, a name, @ or ( should stand");
    rig_fails(rig, "p (1", "the expression ends where a ) is missing");
    rig_fails(rig, "p 5/0", "/: division by 0");
    rig_fails(rig, "p @1", "kd:000001: a word has an even address");
    rig_fails(rig, "p @100000", "kd:100000: no memory there");
    rig_fails(rig, "p @177560", "kd:177560: in the I/O page: name the register (see devices)");
    rig_fails(rig, "p nobody", "nobody: no such register or symbol");
    rig_fails(rig, "p rkcz", "rkcz: no such register or symbol; did you mean rkcs?");
    rig_fails(rig, "p 1 2", "2: there is nothing to do with this word");
}

/* Depth has a bound, whatever makes it. */
static void test_depth(void **state)
{
    static const char openers[] = "(-~!@";
    struct rig *rig = *state;
    char text[600] = "p ";

    for (const char *p = openers; *p; p++) {
        memset(text + 2, *p, 500);
        strcpy(text + 502, "1");
        rig_do(rig, MONITOR_ERROR, text);
        assert_non_null(strstr(rig->error, "too deep"));
    }
}

/* A check reads no memory, but knows what is no expression. */
static void test_check(void **state)
{
    struct rig *rig = *state;

    assert_true(expr_check(rig->mon, "@1 == 5 && 1/0"));
    assert_false(expr_check(rig->mon, "r0 =="));
    rig->mon->complaint[0] = 0;
    assert_false(expr_check(rig->mon, "r0 == 5 then"));
    rig->mon->complaint[0] = 0;
    assert_false(expr_check(rig->mon, "nobody"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(test_values), RIG_TEST(test_memory), RIG_TEST(test_names),
        RIG_TEST(test_wrong),  RIG_TEST(test_depth),  RIG_TEST(test_check),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
