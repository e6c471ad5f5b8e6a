/* test_machines.c - several machines with a translator each in one process. Translated code knows
 * nothing of another machine's memory or structures: the same program at the same addresses, with
 * other data, is run in turns, machines come and go, and each ends in the state that the
 * interpreter alone leads to. The code of two machines is the same, byte for byte: what is a
 * machine's own is given to it when it is entered. And two run at once, in threads.
 */
#include <pthread.h>
#include <stdlib.h>

#include "jit_rig.h"

#define COUNT  60013u
#define TURN   701u
#define NUMBER 01400u /* in memory */

struct world {
    struct rig *rig;
    struct jit *jit;
    struct cache_watch watch;
    u64 code; /* a number for all code that was made, */
    unsigned blocks;
};

/* Of all kinds of things that translated code does: stores, also to code; functions of the host,
 * for the FP11 and for what is not in the map yet; the interpreter's steps, here to a device;
 * traps. */
static void load_program(struct rig *rig, u16 seed)
{
    RIG_CODE_IS(rig, I_SETD, I_MOV | S(IMM) | R2, 040000,       /* 1000 */
                I_MOV | S(R0) | M2(R2),                         /* 1006: the loop */
                I_ADD | S(R0) | R1,                             /* 1010 */
                I_JSR | S(PC) | ABS, 01200,                     /* 1012 */
                I_LDCIF | R0, I_ADDF | ABS, NUMBER,             /* 1016 */
                I_STF | ABS, NUMBER,                            /* 1024 */
                I_MOV | S(R0) | R4, I_MUL | S(R4) | R1,         /* 1030 */
                I_XOR | S(R4) | R3, I_MOV | S(R3) | ABS, A_DEV, /* 1034 */
                I_EMT, I_BIT | S(IMM) | R0, 077,                /* 1042 */
                I_BNE | 3,                                      /* 1050: to 1060 */
                I_MOV | S(IMM) | ABS, I_INC | R3, 01204,        /* 1052 */
                I_INC | R0,                                     /* 1060 */
                I_BIC | S(IMM) | R2, 0120000,                   /* 1062 */
                I_BIS | S(IMM) | R2, 0040000,                   /* 1066 */
                BR(-27));                                       /* 1072: to 1006 */
    RIG_LOAD(rig, 01200, I_INC | R4, I_TST | R4, NOP, I_RTS | PC);
    RIG_LOAD(rig, RIG_HANDLER + 030, I_ADD | S(R4) | R3, I_RTI);
    RIG_LOAD(rig, NUMBER, 040200, seed);
    rig_device(rig, A_DEV, 0);
    rig->cpu.r[0] = seed;
    rig->cpu.r[1] = (u16)(seed * 3);
}

static struct rig *make_rig(u16 seed)
{
    struct rig *rig = NULL;

    assert_int_equal(rig_setup((void **)&rig), 0);
    load_program(rig, seed);
    return rig;
}

/* What the state is to be. */
static u64 digest_of(u16 seed)
{
    struct rig *rig = make_rig(seed);
    u64 digest;

    CHECK(cpu_run(&rig->cpu, COUNT), EXIT_LIMIT);
    digest = rig_digest(rig);
    rig_teardown((void **)&rig);
    return digest;
}

static void on_translated(void *ctx, const struct plan *plan, const struct emit_result *result,
                          const struct code *code)
{
    struct world *world = ctx;

    for (u32 at = result->head; at < code->at; at++)
        world->code = (world->code ^ code->exec[at] ^ at << 8) * 0x9e3779b97f4a7c15u;
    world->blocks++;
}

static void begin(struct world *world, u16 seed)
{
    struct err err;

    *world = (struct world){.rig = make_rig(seed)};
    world->watch = (struct cache_watch){.translated = on_translated, .ctx = world};
    assert_int_equal(jit_new(&world->jit, &world->rig->cpu, NULL, &err), 0);
    jit_look(world->jit, &world->watch);
}

static void end(struct world *world)
{
    jit_free(world->jit);
    rig_teardown((void **)&world->rig);
}

static bool turn(struct world *world, u64 count)
{
    u64 until = world->rig->cpu.icount + TURN;

    return jit_run(world->jit, until < count ? until : count) == EXIT_LIMIT;
}

/* It is where the interpreter is, and most of the way there was translated. */
static void check(const struct world *world, u64 digest)
{
    struct jit_stats stats;

    jit_describe(world->jit, &stats);
    assert_true(rig_digest(world->rig) == digest);
    assert_true(world->rig->cpu.icount == COUNT && stats.interpreted < COUNT / 4);
    assert_true(stats.steps > 1000 && stats.cache.dropped > 10);
}

static void test_in_turns(void **state)
{
    const u64 digest[3] = {digest_of(5), digest_of(01234), digest_of(0177000)};
    struct world first, second, third;

    begin(&first, 5);
    begin(&second, 01234);
    while (second.rig->cpu.icount < COUNT / 3)
        assert_true(turn(&first, COUNT) && turn(&second, COUNT));
    while (first.rig->cpu.icount < COUNT)
        assert_true(turn(&first, COUNT));
    check(&first, digest[0]);
    end(&first);
    begin(&third, 0177000); /* likely where the first was */
    while (third.rig->cpu.icount < COUNT)
        assert_true(turn(&second, COUNT) && turn(&third, COUNT));
    check(&second, digest[1]);
    end(&second);
    check(&third, digest[2]);
    end(&third);
    assert_true(digest[0] != digest[1] && digest[1] != digest[2]);
}

static void test_same_code(void **state)
{
    struct world a, b;

    begin(&a, 5);
    begin(&b, 5);
    assert_true(a.rig->ram.base != b.rig->ram.base && a.jit != b.jit);
    while (b.rig->cpu.icount < COUNT)
        assert_true(turn(&a, COUNT) && turn(&b, COUNT));
    assert_true(a.blocks > 8 && a.blocks == b.blocks);
    assert_true(a.code == b.code);
    end(&a);
    end(&b);
}

static void *run_all(void *ctx)
{
    struct world *world = ctx;

    while (world->rig->cpu.icount < COUNT && turn(world, COUNT))
        ;
    return NULL;
}

static void test_at_once(void **state)
{
    static const u16 seeds[2] = {7, 0100};
    struct world world[2];
    pthread_t thread[2];

    for (unsigned i = 0; i < 2; i++)
        begin(&world[i], seeds[i]);
    for (unsigned i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&thread[i], NULL, run_all, &world[i]), 0);
    for (unsigned i = 0; i < 2; i++)
        assert_int_equal(pthread_join(thread[i], NULL), 0);
    for (unsigned i = 0; i < 2; i++) {
        check(&world[i], digest_of(seeds[i]));
        end(&world[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_in_turns),
        cmocka_unit_test(test_same_code),
        cmocka_unit_test(test_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
