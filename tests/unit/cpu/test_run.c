/* test_run.c - the contract of an engine: where it stops, why, and that it can be stopped anywhere.
 */
#include "random.h"

static void test_stops_exactly_at_the_limit(void **state)
{
    struct rig *rig = *state;

    RIG_CODE_IS(rig, I_INC | R1, BR(-2));
    for (u64 n = 0; n < 100; n += 7) {
        CHECK(cpu_run(&rig->cpu, n), EXIT_LIMIT);
        assert_true(rig->cpu.icount == n);
        CHECK_REG(rig, R1, (n + 1) / 2);
    }
    CHECK(cpu_run(&rig->cpu, 5), EXIT_LIMIT); /* in the past: nothing */
    CHECK(rig->cpu.icount, 98);
}

/* A reference to a device schedules an event: the engine must stop for it. */
static bool lower_limit(void *ctx, u32 pa, enum io_cycle cycle, u16 value)
{
    struct rig *rig = ctx;

    if (cycle == IO_DATO)
        cpu_limit(&rig->cpu, rig->cpu.icount + value);
    return true;
}

static void test_limit_lowered_while_it_runs(void **state)
{
    struct rig *rig = *state;
    struct io_ops ops = *rig->cpu.io.ops;

    ops.write = lower_limit;
    rig->cpu.io.ops = &ops;
    rig_device(rig, A_DEV, 0);
    RIG_CODE_IS(rig, NOP, I_MOV | S(IMM) | ABS, 5, A_DEV, I_INC | R1, BR(-2));
    CHECK(cpu_run(&rig->cpu, 100), EXIT_LIMIT);
    CHECK(rig->cpu.icount, 6); /* the second instruction was number 1 */
    rig->cpu.r[PC] = RIG_CODE + 2;
    rig_put(rig, RIG_CODE + 4, 200);
    CHECK(cpu_run(&rig->cpu, 100), EXIT_LIMIT); /* it is never raised */
    CHECK(rig->cpu.icount, 100);
}

static void test_halt(void **state)
{
    struct rig *rig = *state;

    RIG_CODE_IS(rig, NOP, I_HALT, I_INC | R1, I_HALT);
    CHECK(cpu_run(&rig->cpu, 100), EXIT_HALT);
    CHECK(rig->cpu.icount, 2);
    CHECK_REG(rig, PC, RIG_CODE + 4);
    CHECK(cpu_run(&rig->cpu, 100), EXIT_HALT); /* continue */
    CHECK_REG(rig, R1, 1);
    CHECK(rig->cpu.icount, 4);
}

static void test_halt_at_the_limit(void **state)
{
    struct rig *rig = *state;

    RIG_CODE_IS(rig, I_HALT, NOP);
    CHECK(cpu_run(&rig->cpu, 1), EXIT_HALT);
    CHECK(cpu_run(&rig->cpu, 1), EXIT_LIMIT);
}

static void test_wait_ends_with_a_request_only(void **state)
{
    struct rig *rig = *state;

    RIG_CODE_IS(rig, I_WAIT, I_INC | R1);
    rig_ps(rig, 0240);
    CHECK(cpu_run(&rig->cpu, 100), EXIT_WAIT);
    rig->vector[5] = 070;
    cpu_set_br(&rig->cpu, 1 << 5); /* held back by the priority */
    CHECK(cpu_run(&rig->cpu, 100), EXIT_WAIT);
    CHECK(rig->cpu.icount, 1);
    rig->vector[6] = 060;
    cpu_set_br(&rig->cpu, 1 << 5 | 1 << 6);
    rig_run(rig, 1);
    CHECK_FRAME(rig, 060, RIG_CODE + 2, 0240);
}

/* A WAIT as the last instruction before the limit is still waiting in the next call. */
static void test_wait_at_the_limit(void **state)
{
    struct rig *rig = *state;

    RIG_CODE_IS(rig, I_WAIT, NOP);
    CHECK(cpu_run(&rig->cpu, 1), EXIT_LIMIT);
    CHECK(cpu_run(&rig->cpu, 2), EXIT_WAIT);
}

/* The other requests end it too (notes 1.7). */
static void n_1_7_requests_that_end_a_wait(void **state)
{
    struct rig *rig = *state;
    static const struct {
        u32 bit;
        u16 vector;
    } rows[] = {{ATTN_POWER, 024}, {ATTN_FP, 0244}, {ATTN_YELLOW, 4}, {ATTN_MMU, 0250}};

    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        RIG_CODE_IS(rig, I_WAIT);
        rig->cpu.r[PC] = RIG_CODE;
        rig->cpu.r[SP] = RIG_STACK;
        rig_ps(rig, 0);
        CHECK(cpu_run(&rig->cpu, rig->cpu.icount + 5), EXIT_WAIT);
        rig->cpu.attention |= rows[i].bit;
        rig_run(rig, 1);
        CHECK_FRAME(rig, rows[i].vector, RIG_CODE + 2, 0);
    }
}

/* A request that has gone when it is granted: no vector, a WAIT goes on. */
static void n_6_9_passive_release(void **state)
{
    struct rig *rig = *state;

    RIG_CODE_IS(rig, I_WAIT, NOP);
    CHECK(cpu_run(&rig->cpu, 10), EXIT_WAIT);
    cpu_set_br(&rig->cpu, 1 << 4);
    CHECK(cpu_run(&rig->cpu, 10), EXIT_WAIT);
    CHECK(rig->grants, 1);
    CHECK(cpu_run(&rig->cpu, 10), EXIT_WAIT);
    CHECK(rig->grants, 1);
    CHECK_REG(rig, SP, RIG_STACK);
    rig->cpu.r[PC] = RIG_CODE + 2;
    rig->cpu.attention = 0;
    cpu_set_br(&rig->cpu, 1 << 4);
    rig_run(rig, 1);
    CHECK_REG(rig, PC, RIG_CODE + 4);
}

/* The console stops before pending requests, and they survive (notes 1.10). */
static void n_1_10_stop_before_requests(void **state)
{
    struct rig *rig = *state;

    RIG_CODE_IS(rig, NOP);
    rig->vector[4] = 060;
    cpu_set_br(&rig->cpu, 1 << 4);
    cpu_stop(&rig->cpu);
    CHECK(cpu_run(&rig->cpu, 10), EXIT_STOP);
    CHECK_REG(rig, PC, RIG_CODE);
    CHECK(rig->cpu.icount, 0);
    rig_run(rig, 1);
    CHECK_FRAME(rig, 060, RIG_CODE, 0);
}

static void test_stop_in_a_wait(void **state)
{
    struct rig *rig = *state;

    RIG_CODE_IS(rig, I_WAIT);
    CHECK(cpu_run(&rig->cpu, 10), EXIT_WAIT);
    cpu_stop(&rig->cpu);
    CHECK(cpu_run(&rig->cpu, 10), EXIT_STOP);
    CHECK(cpu_run(&rig->cpu, 10), EXIT_WAIT);
}

/* Interrupts cost no instruction, however many there are. */
static void test_interrupts_are_not_counted(void **state)
{
    struct rig *rig = *state;

    RIG_CODE_IS(rig, I_INC | R1, BR(-2));
    RIG_LOAD(rig, RIG_HANDLER + 060, I_RTI);
    rig->vector[4] = 060;
    for (unsigned i = 0; i < 100; i++) {
        cpu_set_br(&rig->cpu, 1 << 4);
        rig_run(rig, 3); /* RTI and two of the program */
    }
    CHECK_REG(rig, R1, 100);
}

/* A request that is never taken away, with a vector that does not raise the priority: no
 * instruction is executed, but time goes on. */
static void test_endless_vectors_end(void **state)
{
    struct rig *rig = *state;

    rig_vector(rig, 014, RIG_HANDLER + 014, PS_T);
    rig_ps(rig, PS_T | PS_SET); /* no stack limit */
    rig_vector(rig, 014, RIG_HANDLER + 014, PS_T | PS_SET);
    RIG_CODE_IS(rig, NOP);
    CHECK(cpu_run(&rig->cpu, 20), EXIT_LIMIT);
    CHECK(rig->cpu.icount, 20);
    CHECK_REG(rig, PC, RIG_HANDLER + 014);
}

/* Run to M in two pieces, split anywhere. */
static void split(struct rig *rig, u64 seed, const struct rig_copy *start, u64 limit)
{
    enum cpu_exit exit = cpu_run(&rig->cpu, limit);
    u64 digest = rig_digest(rig);

    for (u64 n = 0; n <= limit; n++) {
        enum cpu_exit part;
        rig_restore(rig, start);
        part = cpu_run(&rig->cpu, n);
        if (part == EXIT_LIMIT || part == EXIT_WAIT)
            part = cpu_run(&rig->cpu, limit);
        if (part != exit || rig_digest(rig) != digest)
            print_error("seed %u, split at %u\n", (unsigned)seed, (unsigned)n);
        CHECK(part, exit);
        assert_true(rig_digest(rig) == digest);
    }
}

static void test_two_runs_equal_one(void **state)
{
    struct rig *rig = *state;

    for (u64 seed = 0; seed < 300; seed++) {
        struct prng prng = prng_new(seed);
        struct rig_copy start;
        random_machine(rig, &prng);
        rig_save(rig, &start);
        split(rig, seed, &start, 24);
        rig_discard(&start);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(n_1_10_stop_before_requests),
        RIG_TEST(n_1_7_requests_that_end_a_wait),
        RIG_TEST(n_6_9_passive_release),
        RIG_TEST(test_endless_vectors_end),
        RIG_TEST(test_halt),
        RIG_TEST(test_halt_at_the_limit),
        RIG_TEST(test_interrupts_are_not_counted),
        RIG_TEST(test_limit_lowered_while_it_runs),
        RIG_TEST(test_stop_in_a_wait),
        RIG_TEST(test_stops_exactly_at_the_limit),
        RIG_TEST(test_two_runs_equal_one),
        RIG_TEST(test_wait_at_the_limit),
        RIG_TEST(test_wait_ends_with_a_request_only),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
