/* test_plan.c - where blocks go on and where they end, and which condition codes matter in them. */
#include <stdlib.h>

#include "jit_rig.h"

/* The plan at RIG_CODE; a cache with `used` of 100 bytes of code that knows of no word that
 * changes, but `written` unless 0. */
static struct plan plan_with(struct rig *rig, unsigned limit, u32 used, u32 written)
{
    struct cache *cache = calloc(1, sizeof *cache);
    struct plan plan;

    assert_non_null(cache);
    cache->hits = calloc(RAM_MAX / 2, 1);
    assert_non_null(cache->hits);
    cache->code.size = 100;
    cache->code.at = used;
    cache->parts = 2;
    cache->filled = 1;
    cache->hits[written >> 1] = 1;
    fill_maps(rig);
    assert_true(plan_make(&plan, &rig->cpu, cache, RIG_CODE, limit));
    free(cache->hits);
    free(cache);
    return plan;
}

static struct plan plan_of(struct rig *rig, unsigned limit)
{
    return plan_with(rig, limit, 0, 0);
}

static void test_what_ends_a_block(void **state)
{
    struct rig *rig = *state;
    /* The second instruction, and whether a third is taken. */
    static const struct {
        u16 words[2];
        bool goes_on;
    } list[] = {
        {{I_INC | R1}, true},
        {{I_MOV | S(R1) | ABS, 0100}, true},
        {{I_BEQ | 3}, true},     /* forward */
        {{I_BEQ | 0376}, false}, /* to itself */
        {{I_BEQ | 0375}, false}, /* back */
        {{I_SOB | S(R1) | 2}, false},
        {{I_SOB | S(R1)}, false}, /* to what follows: no less a loop */
        {{I_BR | 2}, true},       /* at its target */
        {{I_BR | 0376}, false},   /* that is in the block already */
        {{I_JMP | ABS, 01100}, true},
        {{I_JMP | M1(R1)}, false},
        {{I_JSR | S(PC) | ABS, 01100}, true},
        {{I_JSR | S(PC) | M1(R1)}, false},
        {{I_RTS | PC}, false},
        {{I_EMT}, false},
        {{I_RTI}, false},
        {{I_HALT}, false},
        {{I_WAIT}, false},
        {{I_ASH | S(R2) | R1}, true}, /* the interpreter's, within the block */
        {{0000007}, false},           /* no instruction */
    };

    for (unsigned i = 0; i < ARRAY_LEN(list); i++) {
        struct plan plan;

        rig_reset(rig);
        for (unsigned k = 0; k < 64; k++)
            rig_put(rig, RIG_CODE + 2 * k, I_INC | R2);
        RIG_LOAD(rig, RIG_CODE, I_INC | R0, list[i].words[0]);
        if (isa_length(list[i].words[0]) == 2)
            rig_put(rig, RIG_CODE + 4, list[i].words[1]);
        plan = plan_of(rig, PLAN_MAX);
        if ((plan.count > 2) != list[i].goes_on)
            print_error("word %06o: %u instructions\n", list[i].words[0], plan.count);
        assert_int_equal(plan.count > 2, list[i].goes_on);
        assert_true(plan.count >= 2);
    }
}

/* Over a branch, at the target of a jump, in the order in which it will run. */
static void test_the_way(void **state)
{
    struct rig *rig = *state;
    struct plan plan;

    RIG_CODE_IS(rig, I_TST | R0, I_BEQ | 5, I_INC | R1, BR(2), I_HALT, I_HALT, I_DEC | R1,
                I_RTS | PC);
    plan = plan_of(rig, PLAN_MAX);
    assert_int_equal(plan.count, 6);
    assert_int_equal(plan.insn[1].next, NEXT_SIDE);
    assert_int_equal(plan.insn[3].pc, RIG_CODE + 6);
    assert_int_equal(plan.insn[4].pc, RIG_CODE + 014);
    assert_int_equal(plan.insn[5].next, NEXT_ANYWHERE);
    assert_int_equal(plan.first, RIG_CODE);
    assert_int_equal(plan.last, RIG_CODE + 017);
}

/* From a routine that is called within the block it goes on behind the call. */
static void test_call(void **state)
{
    struct rig *rig = *state;
    struct plan plan;

    RIG_CODE_IS(rig, I_TST | R0, I_JSR | S(PC) | ABS, RIG_CODE + 014, I_DEC | R1, I_RTS | PC,
                I_HALT, I_INC | R1, I_RTS | PC);
    plan = plan_of(rig, PLAN_MAX);
    assert_int_equal(plan.count, 6);
    assert_int_equal(plan.insn[2].pc, RIG_CODE + 014);
    assert_int_equal(plan.insn[3].next, NEXT_INSN);
    assert_int_equal(plan.insn[4].pc, RIG_CODE + 06);
    assert_int_equal(plan.insn[5].next, NEXT_ANYWHERE);
    plan = plan_with(rig, PLAN_MAX, 20, 0); /* not where code memory is wanted for others, */
    assert_int_equal(plan.count, 2);
    assert_int_equal(plan.end, RIG_CODE + 014);
    plan = plan_with(rig, PLAN_MAX, 0, RIG_CODE + 016); /* nor into what is written now and then */
    assert_int_equal(plan.count, 3);
    for (unsigned i = 0; i < 32; i++)
        rig_put(rig, RIG_CODE + 014 + 2 * i, I_INC | R1);
    plan = plan_of(rig, PLAN_MAX);
    assert_int_equal(plan.count, 2 + 8);
}

static void test_limits(void **state)
{
    struct rig *rig = *state;
    struct plan plan;

    for (u32 at = RIG_CODE; at < RIG_CODE + 01000; at += 2)
        rig_put(rig, at, I_INC | R1);
    assert_int_equal(plan_of(rig, PLAN_MAX).count, PLAN_MAX);
    plan = plan_of(rig, 1);
    assert_int_equal(plan.count, 1);
    assert_int_equal(plan.end, RIG_CODE + 2);
    assert_int_equal(plan.last, RIG_CODE + 1);
}

/* Nothing is taken from another page, nor from where the map has no entry. */
static void test_ends_of_pages(void **state)
{
    struct rig *rig = *state;
    struct cache *cache = calloc(1, sizeof *cache);
    struct plan plan;

    assert_non_null(cache);
    cache->hits = calloc(RAM_MAX / 2, 1);
    assert_non_null(cache->hits);
    for (u32 at = 017760; at < 020020; at += 2)
        rig_put(rig, at, I_INC | R1);
    RIG_LOAD(rig, 017774, I_MOV | S(IMM) | R1); /* its second word is the page's last, */
    fill_maps(rig);
    assert_true(plan_make(&plan, &rig->cpu, cache, 017770, PLAN_MAX));
    assert_int_equal(plan.count, 3);
    assert_int_equal(plan.end, 020000);
    RIG_LOAD(rig, 017774, I_INC | R1, I_MOV | S(IMM) | R1); /* or in the next */
    assert_true(plan_make(&plan, &rig->cpu, cache, 017770, PLAN_MAX));
    assert_int_equal(plan.count, 3);
    assert_int_equal(plan.end, 017776);
    assert_false(plan_make(&plan, &rig->cpu, cache, 017776, PLAN_MAX));
    for (u32 at = 01060; at < 01120; at += 2)
        rig_put(rig, at, I_INC | R1);
    rig->cpu.map[SPACE_I]->read[01100 >> 6] = 0;
    assert_true(plan_make(&plan, &rig->cpu, cache, 01070, PLAN_MAX));
    assert_int_equal(plan.count, 4);
    assert_false(plan_make(&plan, &rig->cpu, cache, 01100, PLAN_MAX));
    free(cache->hits);
    free(cache);
}

/* What the interpreter does within a block, what it ends with, and words that change. */
static void test_who_does_it(void **state)
{
    struct rig *rig = *state;
    struct cache *cache = calloc(1, sizeof *cache);
    struct plan plan;

    assert_non_null(cache);
    cache->hits = calloc(RAM_MAX / 2, 1);
    assert_non_null(cache->hits);
    RIG_CODE_IS(rig, I_ADD | S(IMM) | R1, 5, 0270 /* SEN */, I_MOV | S(IMM) | R2, 7, I_HALT);
    fill_maps(rig);
    cache->hits[(RIG_CODE + 010) >> 1] = 0377;
    assert_true(plan_make(&plan, &rig->cpu, cache, RIG_CODE, PLAN_MAX));
    assert_int_equal(plan.count, 4);
    assert_false(plan.insn[0].step || plan.insn[0].leave || plan.insn[0].guarded);
    assert_true(plan.insn[1].step);
    assert_true(plan.insn[2].guarded);
    assert_true(plan.insn[3].leave);
    free(cache->hits);
    free(cache);
}

static void test_condition_codes(void **state)
{
    struct rig *rig = *state;
    struct plan plan;

    RIG_CODE_IS(rig, I_ADD | S(R0) | R1, /* C is for ADC, the others are overwritten by it */
                I_ADC | R2,              /* overwritten */
                I_MOV | S(R1) | R2,      /* C is still the ADC's; N and Z are for SXT */
                I_SXT | R3,              /* Z and V */
                I_CMP | S(R0) | R1,      /* all: a reference may miss */
                I_MOV | S(R0) | M1(R1),  /* all: the block ends */
                I_RTS | PC);
    plan = plan_of(rig, PLAN_MAX);
    assert_int_equal(plan.count, 7);
    assert_int_equal(plan.insn[0].live & LIVE_C, LIVE_C);
    assert_int_equal(plan.insn[0].live & (LIVE_NZ | LIVE_V), 0);
    assert_int_equal(plan.insn[1].live, 0);
    assert_int_equal(plan.insn[2].live & LIVE_NZ, LIVE_NZ);
    assert_int_equal(plan.insn[2].live & LIVE_C, 0);
    assert_int_equal(plan.insn[4].live, LIVE_ALL);
    assert_int_equal(plan.insn[6].live, LIVE_ALL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(test_what_ends_a_block),
        RIG_TEST(test_the_way),
        RIG_TEST(test_call),
        RIG_TEST(test_limits),
        RIG_TEST(test_ends_of_pages),
        RIG_TEST(test_who_does_it),
        RIG_TEST(test_condition_codes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
