/* test_facts_psw.c - facts about the processor status word and the instructions that depend on
 * it: HALT, WAIT, RESET, SPL, RTI, RTT outside kernel mode, register sets, condition codes.
 *
 * fNN_ names a row of the facts table, n_S_N_ an item of the notes on the KB11-A's microcode.
 */
#include "rig.h"

#define PS_S 0040000u
#define PS_U 0140000u

static const u16 outer[] = {PS_S, PS_U};

/* User and supervisor stacks for the tests that need them. */
static void stacks(struct rig *rig)
{
    cpu_put_sp(&rig->cpu, MODE_S, 05000);
    cpu_put_sp(&rig->cpu, MODE_U, 06000);
}

static void f01_halt_outside_kernel_traps_to_4(void **state)
{
    struct rig *rig = *state;

    RIG_CODE_IS(rig, 0);
    for (unsigned i = 0; i < ARRAY_LEN(outer); i++) {
        rig_ps(rig, outer[i] | 7);
        rig_go(rig, RIG_CODE, 1);
        CHECK_FRAME(rig, 4, RIG_CODE + 2, outer[i] | 7);
        rig->cpu.r[SP] = RIG_STACK;
    }
    rig_ps(rig, 0);
    rig->cpu.r[PC] = RIG_CODE;
    CHECK(cpu_run(&rig->cpu, rig->cpu.icount + 5), EXIT_HALT);
    CHECK_REG(rig, PC, RIG_CODE + 2);
    CHECK_REG(rig, SP, RIG_STACK);
}

/* The microcode has no branch on the mode in WAIT. */
static void f02_wait_waits_in_any_mode(void **state)
{
    struct rig *rig = *state;
    static const u16 modes[] = {0, PS_S, PS_U};

    RIG_CODE_IS(rig, I_WAIT, I_INC | R1);
    rig->vector[4] = 060;
    for (unsigned i = 0; i < ARRAY_LEN(modes); i++) {
        u64 start = rig->cpu.icount;
        rig_ps(rig, modes[i]);
        rig->cpu.r[PC] = RIG_CODE;
        CHECK(cpu_run(&rig->cpu, start + 10), EXIT_WAIT);
        CHECK(cpu_run(&rig->cpu, start + 10), EXIT_WAIT);
        assert_true(rig->cpu.icount == start + 1);
        cpu_set_br(&rig->cpu, 1 << 4);
        rig_run(rig, 1);
        CHECK_FRAME(rig, 060, RIG_CODE + 2, modes[i]);
        rig->cpu.r[SP] = RIG_STACK;
    }
    CHECK_REG(rig, R1, 0);
}

static void f03_reset_and_spl_do_nothing_outside_kernel(void **state)
{
    struct rig *rig = *state;

    RIG_CODE_IS(rig, I_RESET, I_SPL | 0, I_SPL | 7, NOP);
    rig_put(rig, A_SLR, 01000);
    for (unsigned i = 0; i < ARRAY_LEN(outer); i++) {
        rig_ps(rig, outer[i] | 0152);
        rig_go(rig, RIG_CODE, 4);
        CHECK_PS(rig, outer[i] | 0152);
        CHECK_REG(rig, PC, RIG_CODE + 010);
    }
    CHECK(rig->inits, 0);
    CHECK(rig_get(rig, A_SLR), 01000);
}

static void n_1_6_spl_loads_the_priority_only(void **state)
{
    struct rig *rig = *state;

    for (u16 level = 0; level < 8; level++) {
        RIG_CODE_IS(rig, I_SPL | level);
        rig_ps(rig, 034245);
        rig_go(rig, RIG_CODE, 1);
        CHECK_PS(rig, (034245u & ~PS_PRIO) | (u32)level << 5);
    }
}

static void f04_spl_lets_one_instruction_pass(void **state)
{
    struct rig *rig = *state;

    RIG_CODE_IS(rig, I_SPL | 0, I_INC | R1, I_INC | R1);
    rig_ps(rig, 0340);
    rig->vector[4] = 060;
    cpu_set_br(&rig->cpu, 1 << 4);
    rig_run(rig, 3);
    CHECK_FRAME(rig, 060, RIG_CODE + 4, 0);
    CHECK_REG(rig, R1, 1);
}

static void f04_spl_lets_one_instruction_pass_in_user_mode(void **state)
{
    struct rig *rig = *state;

    stacks(rig);
    RIG_CODE_IS(rig, I_SPL | 0, I_INC | R1, I_INC | R1);
    rig_ps(rig, PS_U);
    rig->vector[4] = 060;
    rig_run(rig, 1);
    cpu_set_br(&rig->cpu, 1 << 4); /* the request comes with the SPL */
    rig_run(rig, 2);
    CHECK_FRAME(rig, 060, RIG_CODE + 4, PS_U);
    CHECK_REG(rig, R1, 1);
}

static void f82_spl_0_with_a_pending_request(void **state)
{
    struct rig *rig = *state;

    rig_ps(rig, 0340);
    rig_put(rig, A_PIRQ, 001000); /* level 1 */
    RIG_CODE_IS(rig, I_SPL | 0, I_INC | R1, I_INC | R1);
    rig_run(rig, 2);
    CHECK_REG(rig, R1, 1);
    CHECK_REG(rig, PC, RIG_CODE + 4);
    rig_run(rig, 1);
    CHECK_FRAME(rig, 0240, RIG_CODE + 4, 0);
}

/* The instruction behind SPL may be a SPL. */
static void n_1_6_spl_after_spl_postpones(void **state)
{
    struct rig *rig = *state;

    rig_ps(rig, 0340);
    rig_put(rig, A_PIRQ, 001000);
    RIG_CODE_IS(rig, I_SPL, I_SPL, I_SPL, I_SPL, NOP, NOP);
    rig_run(rig, 5);
    CHECK_REG(rig, PC, RIG_CODE + 012);
    rig_run(rig, 1);
    CHECK_FRAME(rig, 0240, RIG_CODE + 012, 0);
}

static void n_1_6_no_t_trap_after_spl(void **state)
{
    struct rig *rig = *state;

    RIG_CODE_IS(rig, I_SPL, NOP, NOP);
    rig_ps(rig, PS_T);
    rig_run(rig, 3);
    CHECK_FRAME(rig, 014, RIG_CODE + 4, PS_T);
}

static void restore(struct rig *rig, u16 insn, u16 old, u16 popped, u16 expected)
{
    RIG_CODE_IS(rig, insn);
    rig_ps(rig, old);
    rig->cpu.r[SP] = 04000;
    RIG_LOAD(rig, 04000, 05000, popped);
    rig_go(rig, RIG_CODE, 1);
    CHECK_PS(rig, expected);
    CHECK_REG(rig, PC, 05000);
}

/* Mode, previous mode and set are ORed, the priority stays, T and the codes are loaded. */
static void f28_rti_outside_kernel(void **state)
{
    struct rig *rig = *state;

    restore(rig, I_RTI, PS_U | 0240, 0, PS_U | 0240);
    restore(rig, I_RTI, PS_U | 0240 | 017, 0, PS_U | 0240);
    restore(rig, I_RTT, PS_U | 0240, 0377, PS_U | 0240 | PS_T | 017);
    restore(rig, I_RTI, PS_S, 0140000, PS_U);
    restore(rig, I_RTI, PS_S, 0100000, PS_U);
    restore(rig, I_RTI, PS_S, 0000000, PS_S);
    restore(rig, I_RTI, PS_S | 0010000, 0020340, PS_S | 0030000); /* PM with PM, not with CM */
    restore(rig, I_RTI, PS_U, 0, PS_U);
    restore(rig, I_RTT, PS_U | PS_T, 0, PS_U);
}

static void f28_rti_register_set_outside_kernel(void **state)
{
    struct rig *rig = *state;

    restore(rig, I_RTI, PS_U, PS_SET, PS_U | PS_SET);
    restore(rig, I_RTI, PS_U | PS_SET, 0, PS_U | PS_SET);
}

static void f28_rti_in_kernel_loads_all(void **state)
{
    struct rig *rig = *state;

    stacks(rig);
    restore(rig, I_RTT, 034357, 0, 0);
    restore(rig, I_RTT, 0, 0174377, 0174377);
}

static void f30_psw_write_cannot_change_t(void **state)
{
    struct rig *rig = *state;

    RIG_CODE_IS(rig, I_MOV | S(IMM) | ABS, 0377, A_PSW, I_BIS | S(IMM) | ABS, PS_T, A_PSW,
                I_MOVB | S(IMM) | ABS, PS_T, A_PSW);
    rig_run(rig, 1);
    CHECK_PS(rig, 0357);
    rig_run(rig, 1);
    CHECK_PS(rig, 0357);
    rig_run(rig, 1);
    CHECK_PS(rig, 0);
    RIG_CODE_IS(rig, I_CLR | ABS, A_PSW, I_CLRB | ABS, A_PSW, I_BIC | S(IMM) | ABS, PS_T, A_PSW);
    for (unsigned i = 0; i < 3; i++) {
        static const u16 at[] = {0, 4, 010};
        rig_ps(rig, 0357 | PS_T);
        rig_go(rig, (u16)(RIG_CODE + at[i]), 1);
        CHECK(cpu_ps(&rig->cpu) & PS_T, PS_T);
    }
}

static void f36_psw_bits(void **state)
{
    struct rig *rig = *state;

    stacks(rig);
    RIG_CODE_IS(rig, I_MOV | S(IMM) | ABS, 0177777, A_PSW, I_MOV | S(ABS) | R0, A_PSW);
    rig_run(rig, 2);
    CHECK_REG(rig, R0, 0174340 | 010 | 07); /* T is not written */
    rig_ps(rig, 0177777);
    CHECK_PS(rig, 0174377);
}

/* PM becomes the old CM, whatever the vector says; the new CM selects the stack. */
static void f37_trap_psw(void **state)
{
    struct rig *rig = *state;

    stacks(rig);
    RIG_CODE_IS(rig, I_EMT | 5);
    rig_vector(rig, 030, RIG_HANDLER + 030, 0077347); /* 10:8 and PM are not taken */
    rig_ps(rig, PS_U | 0011);
    rig_run(rig, 1);
    CHECK_PS(rig, PS_S | 0034347);
    CHECK_REG(rig, SP, 05000 - 4);
    CHECK_MEM(rig, 05000 - 2, PS_U | 0011);
    CHECK_MEM(rig, 05000 - 4, RIG_CODE + 2);
    rig_vector(rig, 030, RIG_HANDLER + 030, 0030000);
    rig_ps(rig, PS_S);
    rig_go(rig, RIG_CODE, 1);
    CHECK_PS(rig, 0010000);
    CHECK_REG(rig, SP, RIG_STACK - 4);
}

/* What is written to the PSW prevails over the instruction's own condition codes. */
static void f39_psw_write_prevails(void **state)
{
    struct rig *rig = *state;

    RIG_CODE_IS(rig, I_CLR | ABS, A_PSW, I_MOV | S(IMM) | ABS, 0013, A_PSW, I_BIS | S(IMM) | ABS, 4,
                A_PSW, I_ADD | S(IMM) | ABS, 1, A_PSW);
    rig_ps(rig, 017);
    rig_run(rig, 1);
    CHECK_PS(rig, 0);
    rig_run(rig, 1);
    CHECK_PS(rig, 0013);
    rig_run(rig, 1);
    CHECK_PS(rig, 0017);
    rig_run(rig, 1);
    CHECK_PS(rig, 0000); /* 017 + 1 = 020: T is not written */
}

static void f39_psw_bytes(void **state)
{
    struct rig *rig = *state;

    stacks(rig);
    RIG_CODE_IS(rig, I_MOVB | S(IMM) | ABS, 0251, A_PSW, I_MOVB | S(IMM) | ABS, 0377, A_PSW + 1,
                I_CLRB | ABS, A_PSW + 1, I_COMB | ABS, A_PSW, I_MOVB | S(ABS) | R0, A_PSW + 1);
    rig_run(rig, 1);
    CHECK_PS(rig, 0251);
    rig_run(rig, 1);
    CHECK_PS(rig, 0174251); /* the codes are the written low byte's, untouched: MOVB sets none */
    rig_run(rig, 1);
    CHECK_PS(rig, 0000244); /* the codes of CLRB: its byte is the other one */
}

/* An instruction that does not write the PSW but reads it. */
static void n_4_10_test_of_the_psw(void **state)
{
    struct rig *rig = *state;

    RIG_CODE_IS(rig, I_TST | ABS, A_PSW, I_BIT | S(IMM) | ABS, 017, A_PSW);
    rig_ps(rig, 017);
    rig_run(rig, 1);
    CHECK_PS(rig, 0);
    rig_run(rig, 1);
    CHECK_PS(rig, 4);
}

/* Each of these aborts at its odd destination; W details B3.1-4. */
static void f40_codes_unchanged_after_abort(void **state)
{
    struct rig *rig = *state;
    static const u16 insns[] = {
        I_MOV | S(R0) | M1(R1),  I_CLR | M1(R1),         I_SXT | M1(R1),
        I_INC | M1(R1),          I_ADD | S(R0) | M1(R1), I_CMP | S(R0) | M1(R1),
        I_TST | M1(R1),          I_BIT | S(R0) | M1(R1), I_XOR | S(R0) | M1(R1),
        I_MUL | S(R0) | M1(R1),  I_DIV | S(R2) | M1(R1), I_ASH | S(R0) | M1(R1),
        I_ASHC | S(R2) | M1(R1), I_MFPI | M1(R1),        I_MTPI | M1(R1),
        I_SWAB | M1(R1),         I_MTPD | M1(R1)};

    rig->cpu.r[R1] = 04001;
    for (unsigned i = 0; i < ARRAY_LEN(insns); i++) {
        for (u16 codes = 0; codes < 020; codes++) {
            rig->cpu.r[SP] = RIG_STACK;
            RIG_CODE_IS(rig, insns[i]);
            rig_ps(rig, codes);
            rig_go(rig, RIG_CODE, 1);
            CHECK_FRAME(rig, 4, RIG_CODE + 2, codes);
        }
    }
}

static void f40_byte_codes_unchanged_after_abort(void **state)
{
    struct rig *rig = *state;
    static const u16 insns[] = {I_MOVB | S(R0) | M1(R1), I_CLRB | M1(R1),
                                I_TSTB | M1(R1),         I_BISB | S(R0) | M1(R1),
                                I_CMPB | S(R0) | M1(R1), I_BITB | S(M1(R1)) | R0,
                                I_MOVB | S(M1(R1)) | R0, I_BICB | S(M1(R1)) | R0};

    rig->cpu.r[R1] = 0140000; /* nobody there */
    for (unsigned i = 0; i < ARRAY_LEN(insns); i++) {
        for (u16 codes = 0; codes < 020; codes++) {
            rig->cpu.r[SP] = RIG_STACK;
            RIG_CODE_IS(rig, insns[i]);
            rig_ps(rig, codes);
            rig_go(rig, RIG_CODE, 1);
            CHECK_FRAME(rig, 4, RIG_CODE + 2, codes);
        }
    }
}

static void f70_rti_pops_from_the_old_stack(void **state)
{
    struct rig *rig = *state;

    stacks(rig);
    RIG_CODE_IS(rig, I_RTI);
    rig->cpu.r[SP] = 04000;
    RIG_LOAD(rig, 04000, 05000, PS_U);
    rig_run(rig, 1);
    CHECK_REG(rig, SP, 06000);
    CHECK(cpu_get_sp(&rig->cpu, MODE_K), 04004);
}

static void f71_register_sets(void **state)
{
    struct rig *rig = *state;
    struct cpu *cpu = &rig->cpu;

    for (u16 i = 0; i < 6; i++)
        cpu->r[i] = (u16)(0100 + i);
    RIG_CODE_IS(rig, I_BIS | S(IMM) | ABS, PS_SET, A_PSW, I_MOV | S(IMM) | R0, 0200,
                I_BIC | S(IMM) | ABS, PS_SET, A_PSW);
    rig_run(rig, 1);
    for (u16 i = 0; i < 6; i++)
        CHECK_REG(rig, i, 0);
    CHECK_REG(rig, SP, RIG_STACK);
    rig_run(rig, 2);
    for (u16 i = 0; i < 6; i++)
        CHECK_REG(rig, i, 0100 + i);
    CHECK_REG(rig, SP, RIG_STACK);
    rig_ps(rig, PS_SET);
    CHECK_REG(rig, R0, 0200);
}

/* A trap takes the set from the vector's PSW. */
static void f71_register_set_of_a_handler(void **state)
{
    struct rig *rig = *state;

    RIG_CODE_IS(rig, I_TRAP);
    rig_vector(rig, 034, RIG_HANDLER + 034, PS_SET);
    RIG_LOAD(rig, RIG_HANDLER + 034, I_MOV | S(IMM) | R5, 055, I_RTI);
    rig->cpu.r[R5] = 011;
    rig_run(rig, 2);
    CHECK_REG(rig, R5, 055);
    rig_run(rig, 1);
    CHECK_REG(rig, R5, 011);
    CHECK_PS(rig, 0);
}

/* A change of priority counts at the end of the instruction that makes it (W D2.1). */
static void n_6_2_priority_written_to_the_psw(void **state)
{
    struct rig *rig = *state;

    rig_ps(rig, 0340);
    rig_put(rig, A_PIRQ, 004000);
    RIG_CODE_IS(rig, I_MOV | S(IMM) | ABS, 0140, A_PSW, I_MOV | S(IMM) | ABS, 0100, A_PSW, NOP);
    rig_run(rig, 2);
    CHECK_REG(rig, PC, RIG_CODE + 014);
    rig_run(rig, 1);
    CHECK_FRAME(rig, 0240, RIG_CODE + 014, 0100);
}

/* INIT clears PIRQ, the stack limit, MMR0 and MMR3; PSW, registers, PAR and PDR stay (F77). */
static void n_6_5_reset_in_kernel(void **state)
{
    struct rig *rig = *state;

    rig_put(rig, 0172340, 01234);
    rig_put(rig, 0172300, 077406);
    rig_put(rig, A_MMR3, 7);
    rig_put(rig, A_SLR, 01000);
    rig_put(rig, A_PIRQ, 0177000);
    rig_put(rig, A_MMR0, 001000);
    rig->cpu.fp.fps = 0140217;
    rig_ps(rig, 0357);
    RIG_CODE_IS(rig, I_RESET);
    rig->cpu.r[SP] = 04000;
    rig_run(rig, 1);
    CHECK(rig->inits, 1);
    CHECK_PS(rig, 0357);
    CHECK_REG(rig, SP, 04000);
    CHECK(rig_get(rig, A_PIRQ), 0);
    CHECK(rig_get(rig, A_SLR), 0);
    CHECK(rig_get(rig, A_MMR0), 0);
    CHECK(rig_get(rig, A_MMR3), 0);
    CHECK(rig_get(rig, 0172340), 01234);
    CHECK(rig_get(rig, 0172300), 077406);
    CHECK(rig->cpu.fp.fps, 0140217);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(f01_halt_outside_kernel_traps_to_4),
        RIG_TEST(f02_wait_waits_in_any_mode),
        RIG_TEST(f03_reset_and_spl_do_nothing_outside_kernel),
        RIG_TEST(f04_spl_lets_one_instruction_pass),
        RIG_TEST(f04_spl_lets_one_instruction_pass_in_user_mode),
        RIG_TEST(f28_rti_outside_kernel),
        RIG_TEST(f28_rti_register_set_outside_kernel),
        RIG_TEST(f28_rti_in_kernel_loads_all),
        RIG_TEST(f30_psw_write_cannot_change_t),
        RIG_TEST(f36_psw_bits),
        RIG_TEST(f37_trap_psw),
        RIG_TEST(f39_psw_write_prevails),
        RIG_TEST(f39_psw_bytes),
        RIG_TEST(f40_codes_unchanged_after_abort),
        RIG_TEST(f40_byte_codes_unchanged_after_abort),
        RIG_TEST(f70_rti_pops_from_the_old_stack),
        RIG_TEST(f71_register_sets),
        RIG_TEST(f71_register_set_of_a_handler),
        RIG_TEST(f82_spl_0_with_a_pending_request),
        RIG_TEST(n_1_6_spl_loads_the_priority_only),
        RIG_TEST(n_1_6_spl_after_spl_postpones),
        RIG_TEST(n_1_6_no_t_trap_after_spl),
        RIG_TEST(n_4_10_test_of_the_psw),
        RIG_TEST(n_6_2_priority_written_to_the_psw),
        RIG_TEST(n_6_5_reset_in_kernel),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
