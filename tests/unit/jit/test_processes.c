/* test_processes.c - a system that switches its user page on every context switch does not lose its
 * translated code, as UNIX V6 with its `u` area: two processes give the processor to each other by
 * EMT; the kernel's stack and the words about a process are in page 6, whose PAR is another at each
 * switch, and so are the user's PAR and PDR. Both programs are at the same virtual addresses. When
 * each block has been seen often enough nothing is translated any more, and nothing is dropped.
 * Counts, no time.
 */
#include <stdlib.h>

#include "jit_rig.h"

#define SWITCH  01200u /* the handler of EMT */
#define SUM     01400u /* a subroutine of the kernel's */
#define NOW     01500u /* the process, 0 or 2 */
#define TABLES  01510u /* by process: PAR of kernel page 6, of user pages 0 and 1, PDR of 0 */
#define U       0140000u
#define U_SP    (U + 2)
#define U_USER  (U + 4)
#define STACK   (U + 01700u)
#define PLACE_U 0100000u /* in memory; the second process's is 10000 behind, */
#define TEXT    040000u  /* as are its text */
#define DATA    060000u  /* and its data */
#define BEHIND  010000u
#define COUNT   400009u

#define A_KPAR6 0172354u
#define A_UPDR0 0177600u
#define A_UPAR0 0177640u
#define A_UPAR1 0177642u

static void load_kernel(struct rig *rig)
{
    RIG_CODE_IS(rig, I_MOV | S(IMM) | SP, STACK, /* the first process begins */
                I_MOV | S(IMM) | M4(SP), 0170000, I_CLR | M4(SP), I_RTI);
    RIG_LOAD(rig, SWITCH, I_MOV | S(R0) | M4(SP), I_MOV | S(R1) | M4(SP), /* put away */
             I_INC | ABS, U, I_MOV | S(SP) | ABS, U_SP,                   /* */
             I_MFPI | SP, I_MOV | S(M2(SP)) | ABS, U_USER,                /* */
             I_MOV | S(IMM) | R0, 2, I_XOR | S(R0) | ABS, NOW,            /* the other one */
             I_MOV | S(ABS) | R1, NOW,                                    /* */
             I_MOV | S(M6(R1)) | ABS, TABLES, A_KPAR6,                    /* */
             I_MOV | S(M6(R1)) | ABS, TABLES + 4, A_UPAR0,                /* */
             I_MOV | S(M6(R1)) | ABS, TABLES + 010, A_UPAR1,              /* */
             I_MOV | S(M6(R1)) | ABS, TABLES + 014, A_UPDR0,              /* */
             I_MOV | S(ABS) | SP, U_SP, I_MOV | S(ABS) | M4(SP), U_USER,  /* */
             I_MTPI | SP, I_JSR | S(PC) | ABS, SUM,                       /* */
             I_MOV | S(M2(SP)) | R1, I_MOV | S(M2(SP)) | R0, I_RTI);
    RIG_LOAD(rig, SUM, I_MOV | S(IMM) | R1, U + 010, I_MOV | S(IMM) | R0, 4, I_ADD | S(R0) | M2(R1),
             I_SOB | S(R0) | 2, I_RTS | PC);
    RIG_LOAD(rig, TABLES, PLACE_U >> 6, (PLACE_U + BEHIND) >> 6, TEXT >> 6, (TEXT + BEHIND) >> 6,
             DATA >> 6, (DATA + BEHIND) >> 6, PDR_RW, PDR_RW);
    rig_vector(rig, 030, SWITCH, 0340);
}

/* The second has been away since it was to begin. */
static void load_processes(struct rig *rig)
{
    RIG_LOAD(rig, TEXT, I_INC | R2, I_MOV | S(R2) | ABS, 020000, I_ADD | S(R2) | R3,
             I_MOV | S(IMM) | R4, 3, I_SOB | S(R4) | 1, I_EMT, BR(-10));
    RIG_LOAD(rig, TEXT + BEHIND, I_DEC | R3, I_ADD | S(ABS) | R3, 020000, I_MOV | S(R3) | ABS,
             020000, I_BIT | S(IMM) | R3, 4, I_BEQ | 1, I_INC | R5, I_EMT, BR(-12));
    RIG_LOAD(rig, PLACE_U + BEHIND + 2, STACK - 010, 017000);
    RIG_LOAD(rig, PLACE_U + BEHIND + 01670, 0, 0, 0, 0170000); /* R1, R0, PC, PSW */
    RIG_LOAD(rig, DATA + BEHIND, 012345);
    rig_map(rig, 0);
    *rig_par(rig, MODE_K, SPACE_I, 6) = PLACE_U >> 6;
    *rig_par(rig, MODE_U, SPACE_I, 0) = TEXT >> 6;
    *rig_par(rig, MODE_U, SPACE_I, 1) = DATA >> 6;
}

/* By the words about both. */
static unsigned count_switches(struct rig *rig)
{
    return rig_get(rig, PLACE_U) + rig_get(rig, PLACE_U + BEHIND);
}

static struct jit_stats get_stats(const struct jit *jit)
{
    struct jit_stats stats;

    jit_describe(jit, &stats);
    return stats;
}

static void test_switches(void **state)
{
    struct rig *rig = *state;
    struct jit_stats warm, after;
    struct rig_copy start;
    struct jit *jit;
    struct err err;
    unsigned switches;
    u64 digest;

    load_kernel(rig);
    load_processes(rig);
    rig_save(rig, &start);
    assert_int_equal(jit_new(&jit, &rig->cpu, NULL, &err), 0);
    CHECK(jit_run(jit, 4000), EXIT_LIMIT);
    warm = get_stats(jit);
    switches = count_switches(rig);
    CHECK(jit_run(jit, COUNT), EXIT_LIMIT);
    switches = count_switches(rig) - switches;
    after = get_stats(jit);
    assert_true(switches > 5000 && warm.cache.blocks > 4);
    /* At its end a run goes one instruction a time, and there blocks may begin: a few, once. */
    assert_true(after.cache.blocks - warm.cache.blocks < 40);
    assert_true(after.cache.links - warm.cache.links < 40);
    assert_int_equal(after.cache.dropped + after.cache.revived + after.cache.flushes, 0);
    /* Of a switch the interpreter does the four writes of PAR and PDR, and pushes to new stacks. */
    assert_true(after.interpreted - warm.interpreted < 7 * switches);
    digest = rig_digest(rig);
    jit_free(jit);
    rig_restore(rig, &start);
    mmu_flush(&rig->cpu.mmu);
    CHECK(cpu_run(&rig->cpu, COUNT), EXIT_LIMIT);
    assert_true(rig_digest(rig) == digest);
    rig_discard(&start);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(test_switches),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
