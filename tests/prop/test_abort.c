/* test_abort.c - every row with an operand in memory, in every mode, when that operand does not
 * answer: trap to 4, and nothing but the steps of the registers has changed.
 */
#include "one.h"

#include <string.h>

#define NOWHERE 0140000u
#define POINTER 0004000u

/* R1 such that the reference of a mode goes NOWHERE (with an index word of 0): that to the operand,
 * or, where only its address counts, that to the pointer. */
static void aim(struct rig *rig, unsigned op, unsigned mode, u16 step)
{
    bool deferred = mode == 3 || mode == 5 || mode == 7;

    rig_put(rig, POINTER, NOWHERE);
    rig->cpu.r[R1] = deferred && isa_info[op].dst != DST_A ? POINTER : NOWHERE;
    if (mode == 4 || mode == 5)
        rig->cpu.r[R1] = (u16)(rig->cpu.r[R1] + (mode == 4 ? step : 2));
}

static bool is_byte(unsigned op)
{
    return isa_info[op].dst == DST_R8 || isa_info[op].dst == DST_W8 || isa_info[op].dst == DST_RW8;
}

/* The step of modes 2 and 4. */
static u16 step_of(unsigned op, u16 fps)
{
    switch ((enum dst)isa_info[op].dst) {
    case DST_R8:
    case DST_W8:
    case DST_RW8: return 1;
    case DST_RF:
    case DST_WF:
    case DST_RWF: return (u16)(2 * fp11_float_words(fps));
    case DST_RX:
    case DST_WX: return (u16)(2 * fp11_other_words(fps));
    case DST_RI:
    case DST_WI: return (u16)(2 * fp11_int_words(fps));
    case DST_WS: return 4;
    case DST_NONE:
    case DST_A:
    case DST_R16:
    case DST_W16:
    case DST_RW16: break;
    }
    return 2;
}

/* The instruction at PC must trap to 4 from there, with R1 moved by `delta`. */
static void check_abort(struct bench *bench, u16 insn, int delta, u16 pushed)
{
    struct rig *rig = bench->rig;
    struct cpu before = rig->cpu;
    struct outcome out;

    rig_ps(rig, 0140000 | PS_SET | 013);
    rig->cpu.r[SP] = 05000;
    out = bench_run(bench);
    if (out.traps != 1 || out.vector != 4 || out.pc != pushed)
        print_error("%06o: %u traps, vector %o, PC %06o\n", insn, out.traps, out.vector, out.pc);
    CHECK(out.traps, 1);
    CHECK(out.vector, 4);
    CHECK(out.pc, pushed);
    CHECK_MEM(rig, rig->cpu.r[SP] + 2u, 0140000 | PS_SET | 013);
    assert_true(rig->cpu.fp.fps == before.fp.fps && rig->cpu.fp.fec == before.fp.fec);
    assert_memory_equal(rig->cpu.fp.ac, before.fp.ac, sizeof before.fp.ac);
    rig_ps(rig, PS_SET);
    CHECK_REG(rig, R1, (u16)(before.r[R1] + delta));
    for (unsigned i = 0; i < 6; i++) {
        if (i != R1)
            CHECK_REG(rig, i, before.r[i]);
    }
}

/* One operand, at `shift` in the word, the other (if there is) R0. */
static void operand(struct bench *bench, unsigned op, unsigned shift)
{
    struct rig *rig = bench->rig;

    for (unsigned mode = 1; mode < 8; mode++) {
        u16 insn = (u16)(isa_info[op].base | (mode << 3 | R1) << shift), step;
        int delta = 0;
        bool words = mode >= 6;

        if (isa_info[op].dst == DST_A && (mode == 1 || mode == 2 || mode == 4 || mode == 6))
            continue; /* not referred to */
        bench_state(bench, insn);
        cpu_put_sp(&rig->cpu, MODE_K, 03000);
        rig_ps(rig, PS_SET);
        step = shift && !is_byte(op) ? 2 : step_of(op, rig->cpu.fp.fps);
        rig_put(rig, rig->cpu.r[PC] + 2u, 0);
        aim(rig, op, mode, step);
        if (mode == 2 || mode == 4)
            delta = mode == 2 ? step : -(int)step;
        if (mode == 3 || mode == 5)
            delta = mode == 3 ? 2 : -2;
        check_abort(bench, insn, delta, (u16)(rig->cpu.r[PC] + (words ? 4 : 2)));
    }
}

/* An index word that does not answer: PC stands on it, nothing else is done. */
static void index_word(struct bench *bench, unsigned op, unsigned shift)
{
    struct rig *rig = bench->rig;

    for (unsigned mode = 6; mode < 8; mode++) {
        u16 insn = (u16)(isa_info[op].base | (mode << 3 | R1) << shift);
        bench_state(bench, insn);
        cpu_put_sp(&rig->cpu, MODE_K, 03000);
        rig_ps(rig, PS_SET);
        rig_put(rig, NOWHERE - 2, insn);
        rig->cpu.r[PC] = NOWHERE - 2;
        check_abort(bench, insn, 0, NOWHERE);
    }
}

static void test_operands_that_do_not_answer(void **state)
{
    for (unsigned op = OP_NONE + 1; op < OP_COUNT; op++) {
        const char *operands = isa_form[isa_info[op].form].operands;
        if (bench_has(op) && strpbrk(operands, "df"))
            operand(*state, op, 0);
        if (strchr(operands, 's'))
            operand(*state, op, 6);
    }
}

static void test_index_words_that_do_not_answer(void **state)
{
    for (unsigned op = OP_NONE + 1; op < OP_COUNT; op++) {
        const char *operands = isa_form[isa_info[op].form].operands;
        if (bench_has(op) && strpbrk(operands, "df"))
            index_word(*state, op, 0);
        if (strchr(operands, 's'))
            index_word(*state, op, 6);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BENCH_TEST(test_operands_that_do_not_answer),
        BENCH_TEST(test_index_words_that_do_not_answer),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
