/* test_debug.c - a debugger's stops: where, and why. */
#include "cpu/debug.h"

#include "random.h"

#define POINT(kind_, ...)                                                                          \
    (struct debug_point)                                                                           \
    {                                                                                              \
        .kind = kind_, .modes = 017, .spaces = 3, __VA_ARGS__                                      \
    }
#define AT(address) .first = (address), .last = (address)

static struct cpu_debug *debug_of(struct rig *rig, struct debug_point *points, unsigned count)
{
    static struct cpu_debug debug;

    debug = (struct cpu_debug){0};
    for (unsigned i = 0; i < count; i++)
        debug_add(&debug, &points[i]);
    debug_use(&rig->cpu, &debug);
    return &debug;
}

static void test_break_before_the_instruction(void **state)
{
    struct rig *rig = *state;
    struct debug_point point = POINT(DEBUG_VIRTUAL, .access = DEBUG_EXEC, AT(RIG_CODE + 2));
    u64 before;

    RIG_CODE_IS(rig, I_INC | R1, I_INC | R2, BR(-3));
    rig_run(rig, 1);
    before = rig_digest(rig);
    rig_go(rig, RIG_CODE, 2);
    rig_reset(rig);
    RIG_CODE_IS(rig, I_INC | R1, I_INC | R2, BR(-3));
    debug_of(rig, &point, 1);
    CHECK(cpu_run(&rig->cpu, 100), EXIT_BREAK);
    assert_true(rig_digest(rig) == before);
    assert_true(point.hit);
    CHECK(point.at.access, DEBUG_EXEC);
    CHECK(point.at.pc, RIG_CODE + 2);
    CHECK(point.at.icount, 1);
    CHECK(cpu_run(&rig->cpu, 100), EXIT_BREAK); /* once around the loop */
    CHECK(rig->cpu.icount, 4);
    CHECK_REG(rig, R2, 1);
    debug_use(&rig->cpu, NULL);
    CHECK(cpu_run(&rig->cpu, 100), EXIT_LIMIT);
}

/* A limit at the same count comes first, and the break then. */
static void test_break_at_the_limit(void **state)
{
    struct rig *rig = *state;
    struct debug_point point = POINT(DEBUG_PHYSICAL, .access = DEBUG_EXEC, AT(RIG_CODE + 2));

    RIG_CODE_IS(rig, NOP, NOP, NOP);
    debug_of(rig, &point, 1);
    CHECK(cpu_run(&rig->cpu, 1), EXIT_LIMIT);
    CHECK(cpu_run(&rig->cpu, 2), EXIT_BREAK);
    CHECK(cpu_run(&rig->cpu, 2), EXIT_LIMIT);
    CHECK(rig->cpu.icount, 2);
}

static void test_pass(void **state)
{
    struct rig *rig = *state;
    struct debug_point point = POINT(DEBUG_VIRTUAL, .access = DEBUG_EXEC, AT(RIG_CODE));

    RIG_CODE_IS(rig, NOP, BR(-2));
    debug_of(rig, &point, 1);
    debug_pass(&rig->cpu);
    CHECK(cpu_run(&rig->cpu, 100), EXIT_BREAK);
    CHECK(rig->cpu.icount, 2);
    debug_pass(&rig->cpu);
    rig->cpu.r[PC] = RIG_CODE; /* where it is passed already */
    rig_run(rig, 2);
    rig->cpu.r[PC] = RIG_CODE + 2;
    CHECK(cpu_run(&rig->cpu, 100), EXIT_BREAK);
    CHECK(rig->cpu.icount, 5);
}

/* Words of an instruction behind its first, and data, are not executed. */
static void test_only_first_words_are_executed(void **state)
{
    struct rig *rig = *state;
    struct debug_point point = POINT(DEBUG_VIRTUAL, .access = DEBUG_EXEC, AT(RIG_CODE + 2));

    RIG_CODE_IS(rig, I_MOV | S(IMM) | R1, NOP, I_MOV | S(ABS) | R2, RIG_CODE + 2, BR(-5));
    debug_of(rig, &point, 1);
    rig_run(rig, 30);
    CHECK_REG(rig, R2, NOP);
    point.access = DEBUG_READ; /* and the program's words are not read */
    point.first = RIG_CODE + 6, point.last = RIG_CODE + 7;
    debug_use(&rig->cpu, rig->cpu.debug);
    rig_run(rig, 30);
    point.first = RIG_CODE + 2, point.last = RIG_CODE + 3; /* but by the second MOV it is */
    debug_use(&rig->cpu, rig->cpu.debug);
    CHECK(cpu_run(&rig->cpu, 100), EXIT_WATCH);
    CHECK(point.at.pc, RIG_CODE + 4);
    CHECK(point.at.before, NOP);
}

/* References to other blocks stay fast: not one looks at the points. */
static void test_costs_nothing_elsewhere(void **state)
{
    struct rig *rig = *state;
    struct debug_point points[] = {
        POINT(DEBUG_VIRTUAL, .access = DEBUG_EXEC, AT(RIG_CODE + 0100)),
        POINT(DEBUG_PHYSICAL, .access = DEBUG_READ | DEBUG_WRITE, AT(03000)),
    };
    struct cpu_debug *debug = debug_of(rig, points, 2);
    u64 looks;

    RIG_CODE_IS(rig, I_MOV | S(ABS) | ABS, 03100, 03200, I_INC | ABS, 03102, BR(-6));
    rig_run(rig, 3);
    looks = debug->looks;
    rig_run(rig, 30000);
    assert_true(debug->looks == looks);
    rig_put(rig, RIG_CODE + 2, 03002); /* in the watched block, but not watched */
    rig_run(rig, 3000);
    assert_true(debug->looks > looks);
    assert_false(points[1].hit);
}

static void test_watch_writes(void **state)
{
    struct rig *rig = *state;
    static const struct {
        u16 insn[3];
        u32 at;
        bool byte, modified;
        u16 before, after;
    } rows[] = {
        {{I_MOV | S(R1) | ABS, 03000, NOP}, 03000, false, false, 1234, 0555},
        {{I_MOVB | S(R1) | ABS, 03001, NOP}, 03001, true, false, 1234 >> 8, 0155},
        {{I_INC | ABS, 03000, NOP}, 03001, false, true, 1234, 1235},
        {{I_DECB | ABS, 03000, NOP}, 03000, true, true, 1234 & 0377, 1233 & 0377},
        {{I_CLR | ABS, 03000, NOP}, 03000, false, true, 1234, 0},
    };

    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct debug_point point = POINT(DEBUG_PHYSICAL, .access = DEBUG_WRITE, AT(rows[i].at));

        rig_reset(rig);
        rig_load(rig, RIG_CODE, rows[i].insn, 3);
        rig_put(rig, 03000, 1234);
        rig->cpu.r[R1] = 0555;
        debug_of(rig, &point, 1);
        CHECK(cpu_run(&rig->cpu, 100), EXIT_WATCH);
        CHECK(rig->cpu.icount, 1); /* behind the instruction */
        assert_true(point.hit);
        CHECK(point.at.icount, 0);
        CHECK(point.at.pc, RIG_CODE);
        CHECK(point.at.byte, rows[i].byte);
        CHECK(point.at.before, rows[i].before);
        CHECK(point.at.after, rows[i].after);
        CHECK(!!(point.at.access & DEBUG_READ), rows[i].modified);
        debug_clear(&rig->cpu);
        rig_run(rig, 1);
    }
}

/* Watched as read, what is read and written back counts; a plain write does not. */
static void test_watch_reads(void **state)
{
    struct rig *rig = *state;
    struct debug_point point = POINT(DEBUG_VIRTUAL, .access = DEBUG_READ, AT(03000));

    RIG_CODE_IS(rig, I_MOV | S(R1) | ABS, 03000, I_TST | ABS, 03000, I_BIS | S(IMM) | ABS, 5,
                03000);
    debug_of(rig, &point, 1);
    CHECK(cpu_run(&rig->cpu, 100), EXIT_WATCH);
    CHECK(point.at.pc, RIG_CODE + 4);
    debug_clear(&rig->cpu);
    CHECK(cpu_run(&rig->cpu, 100), EXIT_WATCH);
    CHECK(point.at.pc, RIG_CODE + 010);
    CHECK(point.at.access, DEBUG_READ | DEBUG_WRITE);
    CHECK(point.at.after, 5);
}

/* A hit by the last instruction before the limit is told at the limit. */
static void test_watch_at_the_limit(void **state)
{
    struct rig *rig = *state;
    struct debug_point point = POINT(DEBUG_VIRTUAL, .access = DEBUG_WRITE, AT(03000));

    RIG_CODE_IS(rig, NOP, I_CLR | ABS, 03000, NOP);
    debug_of(rig, &point, 1);
    CHECK(cpu_run(&rig->cpu, 1), EXIT_LIMIT);
    CHECK(cpu_run(&rig->cpu, 2), EXIT_WATCH);
    CHECK(rig->cpu.icount, 2);
    CHECK(cpu_run(&rig->cpu, 3), EXIT_LIMIT);
}

static void test_watch_the_io_page(void **state)
{
    struct rig *rig = *state;
    struct debug_point point =
        POINT(DEBUG_PHYSICAL, .access = DEBUG_READ | DEBUG_WRITE, AT(0600000u | A_DEV));

    rig_device(rig, A_DEV, 0123456);
    RIG_CODE_IS(rig, I_TST | ABS, A_DEV, I_MOV | S(IMM) | ABS, 7, A_DEV, I_INCB | ABS, A_DEV + 1);
    point.last++;
    debug_of(rig, &point, 1);
    CHECK(cpu_run(&rig->cpu, 100), EXIT_WATCH);
    CHECK(point.at.before, 0123456);
    debug_clear(&rig->cpu);
    CHECK(cpu_run(&rig->cpu, 100), EXIT_WATCH);
    CHECK(point.at.after, 7);
    CHECK(point.at.access, DEBUG_WRITE);
    debug_clear(&rig->cpu);
    CHECK(cpu_run(&rig->cpu, 100), EXIT_WATCH);
    CHECK(point.at.byte, true);
    CHECK(point.at.before, 0);
    CHECK(point.at.after, 1);
}

/* The same address in another mode, or the other space, is another place. */
static void test_modes_and_spaces(void **state)
{
    struct rig *rig = *state;
    struct debug_point user = POINT(DEBUG_VIRTUAL, .access = DEBUG_WRITE, AT(03000));
    struct debug_point insn = user;

    user.modes = 1 << MODE_U;
    rig_map(rig, 4);
    insn.spaces = 1 << SPACE_I;
    RIG_CODE_IS(rig, I_CLR | ABS, 03000, I_CLR | ABS, 03000);
    debug_of(rig, (struct debug_point[]){user, insn}, 2);
    rig_run(rig, 1);
    rig->cpu.mmu.mmr3 = 0; /* no D space: what was D is I */
    cpu_update(&rig->cpu);
    mmu_flush(&rig->cpu.mmu);
    CHECK(cpu_run(&rig->cpu, 2), EXIT_WATCH);
    debug_clear(&rig->cpu);
    rig->cpu.r[PC] = RIG_CODE;
    rig_ps(rig, 0140000);
    debug_of(rig, &user, 1);
    CHECK(cpu_run(&rig->cpu, 10), EXIT_WATCH);
    CHECK(user.at.mode, MODE_U);
}

static void test_physical_points_follow_the_mapping(void **state)
{
    struct rig *rig = *state;
    struct debug_point point = POINT(DEBUG_PHYSICAL, .access = DEBUG_EXEC, AT(RIG_CODE + 2));

    rig_map(rig, 0);
    *rig_par(rig, MODE_K, SPACE_I, 2) = RIG_CODE >> 6;
    RIG_CODE_IS(rig, NOP, NOP);
    debug_of(rig, &point, 1);
    rig->cpu.r[PC] = 040000;
    CHECK(cpu_run(&rig->cpu, 10), EXIT_BREAK);
    CHECK(point.at.va, 040002);
    CHECK(point.at.pa, RIG_CODE + 2);
}

static void test_vectors(void **state)
{
    struct rig *rig = *state;
    struct debug_point points[] = {
        POINT(DEBUG_VECTOR, .causes = 1 << CAUSE_TRAP, AT(034)),
        POINT(DEBUG_VECTOR, .causes = 1 << CAUSE_INTERRUPT, .first = 0, .last = 0374),
    };

    RIG_CODE_IS(rig, I_EMT, I_TRAP);
    rig_vector(rig, 030, RIG_CODE + 2, 0);
    debug_of(rig, points, 2);
    CHECK(cpu_run(&rig->cpu, 10), EXIT_WATCH);
    CHECK_FRAME(rig, 034, RIG_CODE + 4, 0);
    CHECK(rig->cpu.icount, 2);
    assert_true(points[0].hit && !points[1].hit);
    debug_clear(&rig->cpu);
    rig->vector[5] = 070;
    cpu_set_br(&rig->cpu, 1 << 5);
    rig_ps(rig, 0);
    CHECK(cpu_run(&rig->cpu, 10), EXIT_WATCH);
    CHECK(rig->cpu.icount, 2); /* before the handler's first instruction */
    CHECK_REG(rig, PC, RIG_HANDLER + 070);
    CHECK(points[1].at.vector, 070);
    CHECK(points[1].at.cause, CAUSE_INTERRUPT);
    CHECK(points[1].at.flows, 1);
    CHECK(debug_flows(&rig->cpu), 1);
}

/* A push on the way into a vector is a write too. */
static void test_watch_a_flow(void **state)
{
    struct rig *rig = *state;
    struct debug_point point = POINT(DEBUG_VIRTUAL, .access = DEBUG_WRITE, AT(RIG_STACK - 2));

    RIG_CODE_IS(rig, I_IOT);
    debug_of(rig, &point, 1);
    CHECK(cpu_run(&rig->cpu, 10), EXIT_WATCH);
    assert_true(point.at.flow);
    CHECK(point.at.vector, 020);
    CHECK(point.at.icount, 1);
    CHECK(point.at.flows, 0);
    CHECK_FRAME(rig, 020, RIG_CODE + 2, 0);
}

static void test_modes_and_aborts(void **state)
{
    struct rig *rig = *state;
    struct debug_point points[] = {
        {.kind = DEBUG_MODE, .modes = 1 << MODE_U},
        POINT(DEBUG_ABORT, .first = 0, .last = 0177777),
    };

    rig_map(rig, 0);
    *rig_pdr(rig, MODE_U, SPACE_I, 2) = 0;
    RIG_CODE_IS(rig, I_BIS | S(IMM) | ABS, 0140000, A_PSW, I_TST | ABS, 040010);
    debug_of(rig, points, 2);
    CHECK(cpu_run(&rig->cpu, 10), EXIT_WATCH);
    CHECK(rig->cpu.icount, 1);
    CHECK(points[0].at.mode, MODE_U);
    debug_clear(&rig->cpu);
    CHECK(cpu_run(&rig->cpu, 10), EXIT_WATCH);
    assert_true(points[1].hit && !points[0].hit);
    CHECK(points[1].at.va, 040010);
    CHECK(points[1].at.mode, MODE_U);
    CHECK_REG(rig, PC, RIG_HANDLER + 0250);
}

static void test_npr_and_notes(void **state)
{
    struct rig *rig = *state;
    struct debug_point points[] = {
        POINT(DEBUG_PHYSICAL, .access = DEBUG_WRITE, AT(03001)),
        POINT(DEBUG_OTHER, .first = 0),
    };

    RIG_CODE_IS(rig, NOP, NOP);
    debug_of(rig, points, 2);
    debug_npr(&rig->cpu, 03000, false, 1, 1);
    debug_npr(&rig->cpu, 03002, true, 1, 2);
    assert_false(debug_pending(&rig->cpu));
    debug_npr(&rig->cpu, 03000, true, 1, 2);
    assert_true(debug_pending(&rig->cpu));
    CHECK(cpu_run(&rig->cpu, 10), EXIT_WATCH);
    CHECK(rig->cpu.icount, 0);
    assert_true(points[0].hit && points[0].at.npr);
    CHECK(points[0].at.after, 2);
    debug_clear(&rig->cpu);
    debug_note(&rig->cpu, &points[1]);
    CHECK(cpu_run(&rig->cpu, 10), EXIT_WATCH);
    assert_true(points[1].hit && !points[0].hit);
}

/* SPL's "next instruction first" holds across a break before that instruction. */
static void test_break_keeps_what_comes_first(void **state)
{
    struct rig *rig = *state;
    struct debug_point point = POINT(DEBUG_VIRTUAL, .access = DEBUG_EXEC, AT(RIG_CODE + 2));

    RIG_CODE_IS(rig, I_SPL | 0, I_INC | R1, I_INC | R2);
    rig_ps(rig, 0340);
    rig->vector[4] = 060;
    cpu_set_br(&rig->cpu, 1 << 4);
    debug_of(rig, &point, 1);
    CHECK(cpu_run(&rig->cpu, 10), EXIT_BREAK);
    CHECK(rig->cpu.icount, 1);
    assert_true(rig->cpu.attention & ATTN_PROTECT);
    rig_run(rig, 2);
    CHECK_REG(rig, R1, 1);
    CHECK_FRAME(rig, 060, RIG_CODE + 4, 0);
}

/* A traced instruction is traced once, whether or not there is a break before it. */
static void test_break_in_a_traced_program(void **state)
{
    struct rig *rig = *state;
    struct debug_point point = POINT(DEBUG_VIRTUAL, .access = DEBUG_EXEC, AT(RIG_CODE));

    RIG_CODE_IS(rig, I_INC | R1, I_INC | R2);
    rig_ps(rig, PS_T);
    debug_of(rig, &point, 1);
    CHECK(cpu_run(&rig->cpu, 10), EXIT_BREAK);
    assert_false(rig->cpu.trace);
    rig_run(rig, 2);
    CHECK_FRAME(rig, 014, RIG_CODE + 2, PS_T);
    CHECK_REG(rig, R1, 1);
    CHECK_REG(rig, R2, 0);
}

/* Stop on the way of several vectors without an instruction between. */
static void test_stop_after_so_many_vectors(void **state)
{
    struct rig *rig = *state;
    struct cpu_debug *debug = debug_of(rig, NULL, 0);

    RIG_CODE_IS(rig, NOP, NOP);
    rig_vector(rig, 0240, RIG_HANDLER + 0240, 0);
    rig->vector[5] = 070;
    rig->cpu.pirq = 1 << 15;
    cpu_set_br(&rig->cpu, 1 << 5);
    debug->flow_stop = true;
    debug->flow_icount = 0;
    debug->flow_count = 2;
    debug_use(&rig->cpu, debug);
    rig_vector(rig, 0240, RIG_HANDLER + 0240, 0340);
    rig_vector(rig, 070, RIG_HANDLER + 070, 0340);
    rig->cpu.pirq = 0;
    rig->cpu.attention |= ATTN_POWER;
    rig_vector(rig, 024, RIG_HANDLER + 024, 0);
    CHECK(cpu_run(&rig->cpu, 10), EXIT_WATCH);
    CHECK(rig->cpu.icount, 0);
    CHECK_REG(rig, PC, RIG_HANDLER + 070);
    CHECK(debug_flows(&rig->cpu), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(test_break_before_the_instruction),
        RIG_TEST(test_break_at_the_limit),
        RIG_TEST(test_pass),
        RIG_TEST(test_only_first_words_are_executed),
        RIG_TEST(test_costs_nothing_elsewhere),
        RIG_TEST(test_watch_writes),
        RIG_TEST(test_watch_reads),
        RIG_TEST(test_watch_at_the_limit),
        RIG_TEST(test_watch_the_io_page),
        RIG_TEST(test_modes_and_spaces),
        RIG_TEST(test_physical_points_follow_the_mapping),
        RIG_TEST(test_vectors),
        RIG_TEST(test_watch_a_flow),
        RIG_TEST(test_modes_and_aborts),
        RIG_TEST(test_npr_and_notes),
        RIG_TEST(test_break_keeps_what_comes_first),
        RIG_TEST(test_break_in_a_traced_program),
        RIG_TEST(test_stop_after_so_many_vectors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
