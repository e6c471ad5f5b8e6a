/* test_run.c - the translator as an engine: where it stops, what it counts, that its memory is
 * never writable and executable while it works. That its states are the interpreter's is proven by
 * tests/lockstep.
 */
#include <stdlib.h>

#include "jit_rig.h"
#include "maps.h"

/* A loop that stores, a subroutine, and a store into the program now and then. */
static void load_program(struct rig *rig)
{
    RIG_CODE_IS(rig, I_MOV | S(IMM) | R2, 040000,        /* 1000 */
                I_MOV | S(R0) | M2(R2),                  /* 1004: the loop */
                I_ADD | S(R0) | R1,                      /* 1006 */
                I_JSR | S(PC) | ABS, 01100,              /* 1010 */
                I_BIT | S(IMM) | R0, 0777,               /* 1014 */
                I_BNE | 3,                               /* 1020: to 1030 */
                I_MOV | S(IMM) | ABS, I_INC | R3, 01104, /* 1022 */
                I_INC | R0,                              /* 1030 */
                I_BIC | S(IMM) | R2, 0100000,            /* 1032 */
                I_BR | 0362);                            /* 1036: to 1004 */
    RIG_LOAD(rig, 01100, I_INC | R4, I_TST | R4, NOP, I_RTS | PC);
}

static struct jit *make(struct rig *rig, const struct jit_options *opt)
{
    struct jit *jit;
    struct err err;

    assert_int_equal(jit_new(&jit, &rig->cpu, opt, &err), 0);
    return jit;
}

/* Whatever the budgets: the count and the state are the interpreter's. */
static void test_stops_exactly(void **state)
{
    struct rig *rig = *state;
    struct rig_copy start;
    struct jit *jit;
    u64 digest;

    load_program(rig);
    rig_save(rig, &start);
    CHECK(cpu_run(&rig->cpu, 30011), EXIT_LIMIT);
    digest = rig_digest(rig);
    for (u64 slice = 1; slice < 20000; slice = slice * 3 + 1) {
        struct jit_stats stats;

        rig_restore(rig, &start);
        mmu_flush(&rig->cpu.mmu);
        jit = make(rig, NULL);
        while (rig->cpu.icount < 30011) {
            u64 until = rig->cpu.icount + slice < 30011 ? rig->cpu.icount + slice : 30011;

            assert_int_equal(jit_run(jit, until), EXIT_LIMIT);
            assert_true(rig->cpu.icount == until);
        }
        assert_true(rig_digest(rig) == digest);
        jit_describe(jit, &stats);
        if (slice > 100) /* or this would be a test of the interpreter */
            assert_true(stats.interpreted < 10000 && stats.entries > 0);
        jit_free(jit);
    }
    rig_discard(&start);
}

static void test_other_exits(void **state)
{
    struct rig *rig = *state;
    struct jit *jit = make(rig, &(struct jit_options){.threshold = 1});

    RIG_CODE_IS(rig, I_MOV | S(IMM) | R1, 1000, I_SOB | S(R1) | 1, I_HALT);
    CHECK(jit_run(jit, 100000), EXIT_HALT);
    CHECK(rig->cpu.icount, 1002);
    RIG_CODE_IS(rig, I_MOV | S(IMM) | R1, 1000, I_SOB | S(R1) | 1, I_WAIT);
    rig->cpu.r[PC] = RIG_CODE;
    CHECK(jit_run(jit, 100000), EXIT_WAIT);
    CHECK(rig->cpu.icount, 2004);
    jit_free(jit);
}

struct seen {
    unsigned blocks;
    u32 longest;
};

static void on_translated(void *ctx, const struct plan *plan, const struct emit_result *result,
                          const struct code *code)
{
    struct seen *seen = ctx;
    unsigned writable, executable;

    seen->blocks++;
    if (plan->count > seen->longest)
        seen->longest = plan->count;
    assert_true(result->head <= result->at[0] && result->rest <= code->at);
    assert_int_equal(maps_count(&writable, &executable), 0);
    assert_int_equal(writable, 1);
    assert_int_equal(executable, 1);
}

/* While blocks are made, dropped, linked and the memory is emptied. */
static void test_never_writable_and_executable(void **state)
{
    struct rig *rig = *state;
    struct seen seen = {0};
    const struct cache_watch watch = {.translated = on_translated, .ctx = &seen};
    struct jit *jit = make(rig, &(struct jit_options){.code_size = 4096, .threshold = 1});
    struct jit_stats stats;

    jit_look(jit, &watch);
    load_program(rig);
    CHECK(jit_run(jit, 20000), EXIT_LIMIT);
    jit_describe(jit, &stats);
    assert_true(seen.blocks == stats.cache.blocks && stats.cache.dropped > 1);
    assert_true(seen.blocks > 4);
    jit_look(jit, NULL);
    for (u32 at = 04000; at < 034000; at += 2)
        rig_put(rig, at, at % 32 == 30 ? BR(1) : I_INC | R1);
    rig->cpu.r[PC] = 04000;
    jit_look(jit, &watch);
    CHECK(jit_run(jit, 20000 + 05000), EXIT_LIMIT);
    jit_describe(jit, &stats);
    assert_true(stats.cache.flushes > 0);
    jit_free(jit);
}

static void test_block_limit(void **state)
{
    struct rig *rig = *state;
    struct seen seen = {0};
    const struct cache_watch watch = {.translated = on_translated, .ctx = &seen};

    for (u32 limit = 1; limit <= 3; limit++) {
        struct jit *jit = make(rig, &(struct jit_options){.threshold = 1, .block_limit = limit});

        jit_look(jit, &watch);
        load_program(rig);
        seen.longest = 0;
        rig->cpu.r[PC] = RIG_CODE;
        CHECK(jit_run(jit, rig->cpu.icount + 1000), EXIT_LIMIT);
        assert_int_equal(seen.longest, limit);
        jit_free(jit);
    }
}

static void on_io(void *ctx, u32 pa, enum io_cycle cycle, u16 value, bool answered)
{
    *(unsigned *)ctx += pa == 0777776;
}

/* Who begins to look on at the I/O page sees the PSW that translated code reads and writes. */
static void test_seen_from_now_on(void **state)
{
    struct rig *rig = *state;
    struct jit *jit = make(rig, NULL);
    struct jit_stats stats;
    unsigned seen = 0;
    struct cpu_watch watch = {.io = on_io, .ctx = &seen};

    RIG_CODE_IS(rig, I_MOV | S(ABS) | R1, A_PSW, I_INC | R2, BR(-4));
    CHECK(jit_run(jit, 3000), EXIT_LIMIT);
    jit_describe(jit, &stats);
    assert_true(stats.interpreted < 100);
    cpu_watch_add(&rig->cpu, &watch);
    CHECK(jit_run(jit, 6000), EXIT_LIMIT);
    assert_int_equal(seen, 1000);
    cpu_watch_remove(&rig->cpu, &watch);
    CHECK(jit_run(jit, 9000), EXIT_LIMIT);
    assert_int_equal(seen, 1000);
    jit_free(jit);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(test_stops_exactly),
        RIG_TEST(test_other_exits),
        RIG_TEST(test_never_writable_and_executable),
        RIG_TEST(test_block_limit),
        RIG_TEST(test_seen_from_now_on),
    };
    if (!jit_supported()) {
        printf("1..0 # SKIP this host has no translator\n");
        return 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
