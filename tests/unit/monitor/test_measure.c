/* test_measure.c - counts of programs that are known exactly. */
#include <stdio.h>
#include <string.h>

#include "monitor/measure.h"
#include "rig.h"

/* 11 instructions. */
static void load_loop(struct rig *rig)
{
    rig_do(rig, MONITOR_OK,
           "assemble 1000 mov #3,r0 \\ 1$: inc @#2000 \\ dec r0 \\ bne 1$ \\ halt");
    rig_do(rig, MONITOR_OK, "start 1000");
}

static u64 ops(const struct rig *rig, enum mode mode, enum op op)
{
    return rig->mon->measure->op[mode][op];
}

static void test_mix(void **state)
{
    struct rig *rig = *state;
    const struct measure *m = rig->mon->measure;

    load_loop(rig);
    rig_do(rig, MONITOR_OK, "measure on mix");
    rig_do(rig, MONITOR_OK, "continue");
    assert_int_equal(measure_insns(m), 11);
    assert_int_equal(m->insns[MODE_K], 11);
    assert_int_equal(ops(rig, MODE_K, OP_MOV), 1);
    assert_int_equal(ops(rig, MODE_K, OP_INC), 3);
    assert_int_equal(ops(rig, MODE_K, OP_DEC), 3);
    assert_int_equal(ops(rig, MODE_K, OP_BNE), 3);
    assert_int_equal(ops(rig, MODE_K, OP_HALT), 1);
    assert_int_equal(m->operand[MODE_K][0][measure_operand(027)], 1);
    assert_int_equal(m->operand[MODE_K][1][measure_operand(037)], 3);
    assert_int_equal(m->operand[MODE_K][1][measure_operand(0)], 4);
    assert_int_equal(m->hot[MODE_K][01004 / 2], 0); /* was not asked for */
    rig_prints(rig, "mix 2",
               "11 instructions; of all modes: kernel 11, supervisor 0, user 0\n"
               "by instruction\n"
               "  BNE                  3  27.27%\n"
               "  INC                  3  27.27%\n"
               "  and 3 more\n"
               "by addressing mode          source          destination\n"
               "  R                    0   0.00%           4  57.14%\n"
               "  @#a                  0   0.00%           3  42.86%\n"
               "  #n                   1 100.00%           0   0.00%\n"
               "by sensitivity\n"
               "  none                10  90.91%  the same in each mode\n"
               "  priv                 1   9.09%  privileged: traps in user mode\n");
}

/* Each addressing mode has its place. */
static void test_operands(void **state)
{
    static const u8 with_pc[8] = {0, 1, 8, 9, 4, 5, 10, 11};

    for (unsigned mode = 0; mode < 8; mode++) {
        for (unsigned reg = 0; reg < 7; reg++)
            assert_int_equal(measure_operand(mode << 3 | reg), mode);
        assert_int_equal(measure_operand(mode << 3 | 7), with_pc[mode]);
    }
}

static void test_hot(void **state)
{
    struct rig *rig = *state;

    load_loop(rig);
    rig_prints(rig, "hot", "nothing was counted: `measure on` begins\n");
    rig_do(rig, MONITOR_OK, "measure on hot");
    rig_do(rig, MONITOR_OK, "continue");
    rig_prints(rig, "hot 3",
               "11 instructions\nby address\n"
               "             3  27.27%  k 001004 \n"
               "             3  27.27%  k 001010 \n"
               "             3  27.27%  k 001012 \n"
               "  and 2 more\n");
    rig_do(rig, MONITOR_OK, "define loop 1004");
    rig_do(rig, MONITOR_OK, "define tail 1014");
    rig_prints(rig, "hot kernel 2",
               "11 instructions\nby symbol\n"
               "             9  81.82%  k 001004 loop\n"
               "             1   9.09%  k 001014 tail\n"
               "  and 1 more\nby address\n"
               "             3  27.27%  k 001004 loop\n"
               "             3  27.27%  k 001010 loop+4\n"
               "  and 3 more\n");
    rig_do(rig, MONITOR_OK, "hot");
    assert_non_null(strstr(rig->text, "             1   9.09%  k no symbol\n"));
    rig_prints(rig, "hot user", "0 instructions\nby symbol\nby address\n");
    rig_prints(rig, "mix", "nothing was counted: `measure on` begins\n");
}

static void test_heat(void **state)
{
    struct rig *rig = *state;

    load_loop(rig);
    rig_do(rig, MONITOR_OK, "measure on heat");
    rig_do(rig, MONITOR_OK, "continue");
    rig_prints(rig, "heat",
               "pages                        all                reads       writes      fetches\n"
               "  ki:000000-017777            21 100.00%            3            3           15\n"
               "blocks                       all                reads       writes      fetches\n"
               "  p:001000-001777             15  71.43%            0            0           15\n"
               "  p:002000-002777              6  28.57%            3            3            0\n");
    rig_do(rig, MONITOR_OK, "heat 1");
    assert_non_null(strstr(rig->text, "  and 1 more\n"));
}

static void counts(const u64 *got, u64 reads, u64 writes, u64 fetches)
{
    assert_int_equal(got[HEAT_READ], reads);
    assert_int_equal(got[HEAT_WRITE], writes);
    assert_int_equal(got[HEAT_FETCH], fetches);
}

/* User mode with spaces of its own, a trap into the kernel: modes, spaces and blocks apart. */
static void test_modes(void **state)
{
    struct rig *rig = *state;
    const struct measure *m = rig->mon->measure;

    rig_do(rig, MONITOR_OK, "deposit 34 1000 340");
    rig_do(rig, MONITOR_OK, "assemble 1000 inc @#2000 \\ rti");
    rig_do(rig, MONITOR_OK,
           "assemble 20000 inc r0 \\ mov r0,@#100 \\ add @#100,r1 \\ trap 1 \\ nop");
    rig_do(rig, MONITOR_OK, "set kipdr0 77406");
    rig_do(rig, MONITOR_OK, "set kdpdr0 77406");
    rig_do(rig, MONITOR_OK, "set uipdr0 77402");
    rig_do(rig, MONITOR_OK, "set udpdr0 77406");
    rig_do(rig, MONITOR_OK, "set uipar0 200");
    rig_do(rig, MONITOR_OK, "set udpar0 300");
    rig_do(rig, MONITOR_OK, "set mmr3 5");
    rig_do(rig, MONITOR_OK, "set mmr0 1");
    rig_do(rig, MONITOR_OK, "set ksp 1000");
    rig_do(rig, MONITOR_OK, "set ps 140000");
    rig_do(rig, MONITOR_OK, "set pc 0");
    rig_do(rig, MONITOR_OK, "measure on");
    rig_do(rig, MONITOR_OK, "step 5 into");
    assert_int_equal(m->insns[MODE_U], 4);
    assert_int_equal(m->insns[MODE_K], 1);
    assert_int_equal(ops(rig, MODE_U, OP_INC), 1);
    assert_int_equal(ops(rig, MODE_K, OP_INC), 1);
    assert_int_equal(m->hot[MODE_U][0], 1);
    assert_int_equal(m->hot[MODE_K][01000 / 2], 1);
    counts(m->page[MODE_U][SPACE_I][0], 0, 0, 6);
    counts(m->page[MODE_U][SPACE_D][0], 1, 1, 0);
    counts(m->page[MODE_K][SPACE_I][0], 0, 0, 2);
    counts(m->page[MODE_K][SPACE_D][0], 3, 3, 0);
    counts(m->block[020000 / MEASURE_BLOCK], 0, 0, 6);
    counts(m->block[030000 / MEASURE_BLOCK], 1, 1, 0);
    counts(m->block[002000 / MEASURE_BLOCK], 1, 1, 0);
    counts(m->block[000000 / MEASURE_BLOCK], 2, 2, 0);
    rig_do(rig, MONITOR_OK, "mix user");
    assert_non_null(strstr(rig->text, "4 instructions; of all modes: kernel 1, supervisor 0, "
                                      "user 4\n"));
    rig_do(rig, MONITOR_OK, "heat user");
    assert_non_null(strstr(rig->text, "  ui:000000-017777             6  75.00%"));
    assert_null(strstr(rig->text, "ki:"));
}

/* A place from which nothing can be fetched is an instruction that could not be. */
static void test_unread(void **state)
{
    struct rig *rig = *state;

    rig_do(rig, MONITOR_OK, "deposit 4 1000 340");
    rig_do(rig, MONITOR_OK, "set sp 1000");
    rig_do(rig, MONITOR_OK, "set pc 100000");
    rig_do(rig, MONITOR_OK, "measure on");
    rig_do(rig, MONITOR_OK, "step into");
    rig_do(rig, MONITOR_OK, "mix");
    assert_non_null(strstr(rig->text, "1 more were not in memory\n"));
    assert_int_equal(rig->mon->measure->hot[MODE_K][0100000 / 2], 1);
}

/* Off keeps the counts, on goes on, reset forgets. */
static void test_switch(void **state)
{
    struct rig *rig = *state;

    load_loop(rig);
    rig_prints(rig, "measure", "off, 0 instructions\n");
    rig_do(rig, MONITOR_OK, "measure on hot mix");
    assert_true(cpu_needs_interpreter(&rig->m->cpu));
    rig_do(rig, MONITOR_OK, "step 4");
    rig_prints(rig, "measure", "on: mix hot, 4 instructions\n");
    rig_do(rig, MONITOR_OK, "measure off");
    assert_false(cpu_needs_interpreter(&rig->m->cpu));
    rig_do(rig, MONITOR_OK, "step 2");
    rig_prints(rig, "measure", "off, 4 instructions\n");
    rig_do(rig, MONITOR_OK, "measure on");
    rig_do(rig, MONITOR_OK, "step");
    rig_prints(rig, "measure", "on: mix hot heat, 5 instructions\n");
    rig_do(rig, MONITOR_OK, "measure reset");
    rig_prints(rig, "measure", "on: mix hot heat, 0 instructions\n");
    rig_do(rig, MONITOR_OK, "step");
    rig_prints(rig, "measure", "on: mix hot heat, 1 instructions\n");
}

/* What is repeated on the way is not counted; what the user repeats is. */
static void test_journey(void **state)
{
    struct rig *rig = *state;

    load_loop(rig);
    rig_do(rig, MONITOR_OK, "record start");
    rig_do(rig, MONITOR_OK, "measure on");
    rig_do(rig, MONITOR_OK, "step 6");
    rig_do(rig, MONITOR_OK, "reverse-step 2");
    rig_do(rig, MONITOR_OK, "goto 2");
    rig_prints(rig, "measure", "on: mix hot heat, 6 instructions\n");
    rig_do(rig, MONITOR_OK, "step");
    rig_prints(rig, "measure", "on: mix hot heat, 7 instructions\n");
}

static void test_errors(void **state)
{
    struct rig *rig = *state;

    rig_fails(rig, "measure on mux", "mux: no such thing to measure; did you mean mix?");
    rig_fails(rig, "measure of of", "of: there is nothing to do with this word");
    rig_fails(rig, "hot 0", "0: the count of rows is 1 to 1000000");
    rig_fails(rig, "heat kernel user", "user: no such register or symbol; did you mean usp?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(test_mix),    RIG_TEST(test_operands), RIG_TEST(test_hot),
        RIG_TEST(test_heat),   RIG_TEST(test_modes),    RIG_TEST(test_unread),
        RIG_TEST(test_switch), RIG_TEST(test_journey),  RIG_TEST(test_errors),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
