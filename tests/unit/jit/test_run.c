/* test_run.c - the translator as an engine: where it stops, what it counts, that its memory is
 * never writable and executable while it works. That its states are the interpreter's is proven by
 * tests/lockstep.
 */
#include <stdlib.h>

#include "jit_rig.h"
#include "maps.h"
#include "mem/ram.h"

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
    assert_true(stats.cache.evicted > 0);
    jit_free(jit);
}

/* For the largest memory of 18 bits, code and all tables: 3 MB at most. The largest KT11-C system
 * is what UNIX V6 runs on. */
static void test_memory(void **state)
{
    struct rig *rig = *state;
    struct ram ram, *own = rig->cpu.ram;
    struct jit_stats stats;
    struct jit *jit;
    struct err err;

    assert_int_equal(ram_init(&ram, RAM_MAX, &err), 0);
    rig->cpu.ram = &ram;
    jit = make(rig, NULL);
    jit_describe(jit, &stats);
    assert_int_equal(stats.cache.size, 2u << 20);
    assert_true(stats.memory > stats.cache.size + sizeof(struct hot));
    assert_true(stats.memory <= 3000000);
    jit_free(jit);
    rig->cpu.ram = own;
    ram_fini(&ram);
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

/* A device: a word that tells the time, one that a number of reads changes, and one that stays. */
struct teller {
    struct cpu *cpu;
    unsigned reads, polls;
};

static bool teller_read(void *ctx, u32 pa, enum io_cycle cycle, u16 *value)
{
    struct teller *t = ctx;

    t->reads++;
    *value = pa == 0764000 ? (u16)t->cpu->icount : pa == 0764002 ? (u16)t->reads : 0;
    return pa <= 0764004;
}

static bool teller_poll(void *ctx, u32 pa, u16 *value)
{
    struct teller *t = ctx;

    t->polls++;
    *value = pa == 0764000 ? (u16)t->cpu->icount : 0;
    return pa == 0764000 || pa == 0764004;
}

static bool teller_write(void *ctx, u32 pa, enum io_cycle cycle, u16 value)
{
    return false;
}

static bool teller_timed(void *ctx, u32 pa)
{
    return pa == 0764000;
}

/* Run the program on both engines: the state is the same. */
static struct jit_stats run_polls(struct rig *rig, struct teller *t, const u16 *words, u64 count)
{
    static const struct io_ops ops = {
        .read = teller_read, .write = teller_write, .poll = teller_poll, .timed = teller_timed};
    struct jit_stats stats;
    struct rig_copy start;
    struct jit *jit;
    u64 digest, idled;

    rig_reset(rig);
    rig_load(rig, RIG_CODE, words, 8);
    rig->cpu.io = (struct io){&ops, t};
    rig_save(rig, &start);
    *t = (struct teller){.cpu = &rig->cpu};
    CHECK(cpu_run(&rig->cpu, count), EXIT_LIMIT);
    digest = rig_digest(rig);
    idled = rig->cpu.idled;
    rig_restore(rig, &start);
    mmu_flush(&rig->cpu.mmu);
    *t = (struct teller){.cpu = &rig->cpu};
    jit = make(rig, NULL);
    CHECK(jit_run(jit, count), EXIT_LIMIT);
    assert_true(rig_digest(rig) == digest);
    assert_int_equal(rig->cpu.idled > 0, idled > 0);
    jit_describe(jit, &stats);
    jit_free(jit);
    rig_discard(&start);
    return stats;
}

/* A device's register is read in translated code, at the time of the instruction that reads. */
static void test_polls(void **state)
{
    static const u16 known[8] = {I_ADD | S(ABS) | R1, 0164000, I_INC | R2, I_ADD | S(R1) | R3,
                                 I_XOR | S(R3) | R4,  NOP,     (u16)BR(-7)};
    static const u16 by_register[8] = {I_MOV | S(IMM) | R5,
                                       0164000,
                                       I_ADD | S(M1(R5)) | R1,
                                       I_INC | R2,
                                       I_MOVB | S(M2(R5)) | R0,
                                       I_XOR | S(R1) | R4,
                                       (u16)BR(-7)};
    static const u16 acts[8] = {I_ADD | S(ABS) | R1, 0164002, I_INC | R2, NOP, NOP, NOP,
                                (u16)BR(-7)};
    struct teller t;

    assert_true(run_polls(*state, &t, known, 30000).interpreted < 100);
    assert_true(t.polls > 4900 && t.reads < 100);
    assert_true(run_polls(*state, &t, by_register, 30000).interpreted < 100);
    assert_true(t.polls > 9900 && t.reads < 100);
    run_polls(*state, &t, acts, 30000);
    assert_true(t.reads == 5000); /* of the instructions, as many as in the interpreter */
}

/* Loops that wait are skipped, others are not; that what tells time never is. */
static void test_polls_of_idle_loops(void **state)
{
    static const u16 waits[8] = {I_TST | ABS, 0164004, I_BEQ | 0375};
    static const u16 works[8] = {I_TST | ABS, 0164004, I_INC | R1, (u16)BR(-4)};
    static const u16 times[8] = {I_BIT | S(IMM) | ABS, 0100000, 0164000, I_BEQ | 0374, (u16)BR(-5)};
    struct rig *rig = *state;
    struct jit_stats stats;
    struct teller t;

    run_polls(rig, &t, waits, 30000);
    assert_true(rig->cpu.idled > 29000 && t.reads + t.polls < 100);
    stats = run_polls(rig, &t, works, 30000);
    assert_true(rig->cpu.idled == 0 && stats.interpreted < 100);
    stats = run_polls(rig, &t, times, 30000);
    assert_true(rig->cpu.idled == 0 && stats.interpreted < 100 && t.polls > 9000);
}

/* PIRQ asks at a level that comes through at once, and at one that waits: only the ways into the
 * vector, and SPL 0 with what follows it, are the interpreter's. */
static void test_requests(void **state)
{
    struct rig *rig = *state;
    struct rig_copy start;
    struct jit_stats stats;
    struct jit *jit;
    u64 digest;

    RIG_CODE_IS(rig, I_MOV | S(IMM) | ABS, 0020000, A_PIRQ, I_SPL | 3, /* level 5 */
                I_BIS | S(IMM) | ABS, 0002000, A_PIRQ, I_INC | R2,     /* level 2 */
                I_BIC | S(IMM) | ABS, 0000400, A_PIRQ, I_SPL | 0, I_INC | R3, (u16)BR(-14));
    RIG_LOAD(rig, RIG_HANDLER + 0240, I_INC | R0, I_ADD | S(ABS) | R1, A_PIRQ, I_CLR | ABS, A_PIRQ,
             I_RTI);
    rig_save(rig, &start);
    CHECK(cpu_run(&rig->cpu, 30000), EXIT_LIMIT);
    digest = rig_digest(rig);
    for (u64 slice = 1; slice <= 30000; slice = slice * 13 + 1) {
        rig_restore(rig, &start);
        mmu_flush(&rig->cpu.mmu);
        jit = make(rig, NULL);
        for (u64 at = 0; at < 30000; at = rig->cpu.icount)
            CHECK(jit_run(jit, at + slice < 30000 ? at + slice : 30000), EXIT_LIMIT);
        assert_true(rig_digest(rig) == digest);
        jit_describe(jit, &stats);
        if (slice > 1000) /* of 16 instructions and two entries: 4 */
            assert_true(stats.interpreted < 30000 / 16 * 4 + 200);
        jit_free(jit);
    }
    rig_discard(&start);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(test_stops_exactly),
        RIG_TEST(test_other_exits),
        RIG_TEST(test_never_writable_and_executable),
        RIG_TEST(test_memory),
        RIG_TEST(test_block_limit),
        RIG_TEST(test_seen_from_now_on),
        RIG_TEST(test_requests),
        RIG_TEST(test_polls),
        RIG_TEST(test_polls_of_idle_loops),
    };
    if (!jit_supported()) {
        printf("1..0 # SKIP this host has no translator\n");
        return 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
