/* test_facts_abort.c - facts about addresses that are odd or that nobody answers, what aborts leave
 * behind, vectors that cannot be read, power, and which registers the processor has.
 *
 * fNN_ names a row of the facts table, n_S_N_ an item of the notes on the KB11-A's microcode.
 */
#include "rig.h"

#define PS_U 0140000u

static void f51_odd_word_addresses(void **state)
{
    struct rig *rig = *state;
    static const u16 insns[] = {I_TST | M1(R1), I_MOV | S(M2(R1)) | R0, I_MOV | S(R0) | M1(R1),
                                I_TST | M3(R1), I_CLR | M1(R1),         I_ADD | S(R0) | M4(R2)};

    for (unsigned i = 0; i < ARRAY_LEN(insns); i++) {
        rig->cpu.r[R1] = 04001;
        rig->cpu.r[R2] = 04003;
        rig->cpu.r[SP] = RIG_STACK;
        RIG_CODE_IS(rig, insns[i]);
        rig_ps(rig, 0);
        rig_go(rig, RIG_CODE, 1);
        CHECK_FRAME(rig, 4, RIG_CODE + 2, 0);
    }
    CHECK_MEM(rig, 04000, 0);
}

/* Bytes have no parity of address, in the I/O page neither. */
static void f51_odd_byte_addresses(void **state)
{
    struct rig *rig = *state;

    RIG_CODE_IS(rig, I_INCB | M1(R1), I_MOVB | S(IMM) | ABS, 0123, A_DEV + 1);
    rig->cpu.r[R1] = 04001;
    rig_device(rig, A_DEV, 0);
    rig_run(rig, 2);
    CHECK_MEM(rig, 04000, 0400);
    CHECK(rig_page(rig, A_DEV), 0123 << 8);
}

/* An odd PC, of a vector too, is found by the fetch; the pushed PC is it. */
static void f51_odd_pc(void **state)
{
    struct rig *rig = *state;

    rig_vector(rig, 030, 05001, 0140);
    RIG_CODE_IS(rig, I_EMT);
    rig_run(rig, 2);
    CHECK_FRAME(rig, 4, 05001, 0140);
    CHECK_OUTER(rig, 1, RIG_CODE + 2, 0);
}

/* Nobody answers at 140000. What the modes did to the registers stays. */
static void f52_time_out(void **state)
{
    struct rig *rig = *state;

    RIG_CODE_IS(rig, I_MOV | S(M2(R1)) | M2(R2));
    rig->cpu.r[R1] = 04000;
    rig->cpu.r[R2] = 0140000;
    rig_run(rig, 1);
    CHECK_FRAME(rig, 4, RIG_CODE + 2, 0);
    CHECK_REG(rig, R1, 04002);
    CHECK_REG(rig, R2, 0140002);
    RIG_CODE_IS(rig, I_CLR | M4(R3), I_TSTB | M4(R4));
    rig->cpu.r[R3] = A_DEV + 2;
    rig->cpu.r[R4] = 0160000;
    rig_go(rig, RIG_CODE, 1);
    CHECK_FRAME(rig, 4, RIG_CODE + 2, 0340);
    CHECK_REG(rig, R3, A_DEV);
    rig_go(rig, RIG_CODE + 2, 1);
    CHECK_FRAME(rig, 4, RIG_CODE + 4, 0340);
    CHECK_REG(rig, R4, 0157777);
}

static void f52_every_kind_of_reference_times_out(void **state)
{
    struct rig *rig = *state;
    static const u16 insns[] = {I_TST | M1(R1),         I_TSTB | M1(R1), I_CLR | M1(R1),
                                I_CLRB | M1(R1),        I_TST | M3(R1),  I_TST | M7(R1),
                                I_MOV | S(R0) | M1(R1), I_MFPI | M1(R1), I_MOVB | S(R0) | M1(R1),
                                I_JMP | M3(R1),         I_MTPI | M1(R1), I_JMP | M7(R1)};
    static const u16 places[] = {0140000, A_DEV};

    for (unsigned i = 0; i < ARRAY_LEN(insns); i++) {
        for (unsigned k = 0; k < ARRAY_LEN(places); k++) {
            rig->cpu.r[R1] = places[k];
            rig->cpu.r[SP] = RIG_STACK;
            RIG_CODE_IS(rig, insns[i], 0);
            rig_ps(rig, 0);
            rig_go(rig, RIG_CODE, 1);
            CHECK(rig->cpu.r[PC], RIG_HANDLER + 4);
        }
    }
}

static void f53_pc_of_a_failed_fetch_is_not_advanced(void **state)
{
    struct rig *rig = *state;

    rig_go(rig, 0140000, 1);
    CHECK_FRAME(rig, 4, 0140000, 0);
    rig_go(rig, 01001, 1);
    CHECK_FRAME(rig, 4, 01001, 0340);
}

/* An index word that does not answer: PC stands on it. An immediate: past it (microcode S67.10
 * and S13.00). */
static void n_3_15_pc_of_a_failed_operand_fetch(void **state)
{
    struct rig *rig = *state;

    rig_put(rig, 0137776, I_TST | M6(R1));
    rig_go(rig, 0137776, 1);
    CHECK_FRAME(rig, 4, 0140000, 0);
    rig_put(rig, 0137776, I_TST | M7(R1));
    rig_go(rig, 0137776, 1);
    CHECK_FRAME(rig, 4, 0140000, 0340);
    rig_put(rig, 0137776, I_TST | IMM);
    rig_go(rig, 0137776, 1);
    CHECK_FRAME(rig, 4, 0140002, 0340);
}

static void f49_no_cpu_error_register(void **state)
{
    struct rig *rig = *state;
    static const u16 absent[] = {0177740, 0177742, 0177744, 0177746, 0177750,
                                 0177752, 0177760, 0177762, 0177764, 0177766};

    for (unsigned i = 0; i < ARRAY_LEN(absent); i++) {
        RIG_CODE_IS(rig, I_TST | ABS, absent[i]);
        rig->cpu.r[SP] = RIG_STACK;
        rig_ps(rig, 0);
        rig_go(rig, RIG_CODE, 1);
        CHECK_FRAME(rig, 4, RIG_CODE + 4, 0);
    }
}

static void f49_registers_that_exist(void **state)
{
    struct rig *rig = *state;
    static const u16 present[] = {A_PSW,  A_SLR,  A_PIRQ,  A_UBRK,  A_SWR,   A_MMR0, A_MMR1,
                                  A_MMR2, A_MMR3, 0172200, 0172376, 0177600, 0177676};

    for (unsigned i = 0; i < ARRAY_LEN(present); i++) {
        RIG_CODE_IS(rig, I_TST | ABS, present[i]);
        rig_go(rig, RIG_CODE, 1);
        CHECK_REG(rig, PC, RIG_CODE + 4);
    }
}

/* Neither by words nor by bytes. */
static void f50_general_registers_are_not_addressable(void **state)
{
    struct rig *rig = *state;

    for (u16 address = 0177700; address < 0177720; address++) {
        RIG_CODE_IS(rig, I_TSTB | ABS, address, I_CLRB | ABS, address);
        for (u16 i = 0; i < 2; i++) {
            rig->cpu.r[SP] = RIG_STACK;
            rig_ps(rig, 0);
            rig_go(rig, (u16)(RIG_CODE + 4 * i), 1);
            CHECK_FRAME(rig, 4, RIG_CODE + 4 * i + 4, 0);
        }
    }
}

/* A vector is two words of kernel D space. An odd one (a broken device's) or one that does not
 * answer is an abort inside the flow: 4, with the PC and PSW of the entry. */
static void f51_odd_vector(void **state)
{
    struct rig *rig = *state;
    static const u16 vectors[] = {061, 0140000};

    RIG_CODE_IS(rig, NOP);
    for (unsigned i = 0; i < ARRAY_LEN(vectors); i++) {
        rig->vector[4] = vectors[i];
        rig->cpu.r[SP] = RIG_STACK;
        rig_ps(rig, 3);
        cpu_set_br(&rig->cpu, 1 << 4);
        rig_go(rig, RIG_CODE, 1);
        CHECK_FRAME(rig, 4, RIG_CODE, 3);
        CHECK_REG(rig, SP, RIG_STACK - 4);
    }
}

/* A stack of another mode is no fatal error: 4, by way of the kernel's (if its vector is). */
static void f51_odd_stack_outside_kernel(void **state)
{
    struct rig *rig = *state;

    rig_vector(rig, 030, RIG_HANDLER + 030, PS_U);
    cpu_put_sp(&rig->cpu, MODE_U, 06001);
    RIG_CODE_IS(rig, I_EMT, I_JSR | S(PC) | ABS, 04000);
    rig_run(rig, 1);
    CHECK_FRAME(rig, 4, RIG_CODE + 2, 0);
    CHECK(cpu_get_sp(&rig->cpu, MODE_U), 06001 - 4);
    rig_ps(rig, PS_U);
    rig_go(rig, RIG_CODE + 2, 1);
    CHECK_FRAME(rig, 4, RIG_CODE + 6, PS_U);
    CHECK(cpu_get_sp(&rig->cpu, MODE_U), 06001 - 6);
}

/* Both vectors of the flow and of its abort unreadable: a real processor tries for ever. */
static void n_5_4_unreadable_vectors(void **state)
{
    struct rig *rig = *state;

    rig_map(rig, 4);
    *rig_pdr(rig, MODE_K, SPACE_D, 0) = 0;
    RIG_CODE_IS(rig, I_EMT);
    rig->cpu.r[PC] = RIG_CODE;
    CHECK(cpu_run(&rig->cpu, 10), EXIT_DOUBLE);
    CHECK_REG(rig, PC, RIG_CODE + 2);
    CHECK_PS(rig, 0);
    cpu_power_fail(&rig->cpu);
    CHECK(cpu_run(&rig->cpu, 10), EXIT_DOUBLE);
}

/* The same after the new PSW was loaded: that of the entry is back ("PS RESTORE"). */
static void n_5_4_unreadable_vector_of_an_abort(void **state)
{
    struct rig *rig = *state;

    rig_map(rig, 4);
    *rig_pdr(rig, MODE_K, SPACE_D, 0) = 6; /* 0 to 77 only: not 250 */
    *rig_pdr(rig, MODE_U, SPACE_I, 2) = 0;
    rig_vector(rig, 030, RIG_HANDLER, PS_U | PS_SET);
    cpu_put_sp(&rig->cpu, MODE_U, 040004);
    RIG_CODE_IS(rig, I_EMT);
    rig_ps(rig, 0040012);
    rig->cpu.r[R1] = 0123;
    rig->cpu.r[PC] = RIG_CODE;
    CHECK(cpu_run(&rig->cpu, 10), EXIT_DOUBLE);
    CHECK_PS(rig, 0040012);
    CHECK_REG(rig, PC, RIG_CODE + 2);
    CHECK_REG(rig, R1, 0123);
}

/* RTI pops the PC, then loads it, then pops the PSW: an abort of the second pop finds PC changed
 * (microcode RTI.30). */
static void n_1_9_rti_whose_psw_cannot_be_popped(void **state)
{
    struct rig *rig = *state;
    static const u16 insns[] = {I_RTI, I_RTT};

    rig_put(rig, 0137776, 04000);
    for (unsigned i = 0; i < ARRAY_LEN(insns); i++) {
        RIG_CODE_IS(rig, insns[i]);
        rig_ps(rig, PS_U);
        rig->cpu.r[SP] = 0137776;
        rig_go(rig, RIG_CODE, 1);
        CHECK_FRAME(rig, 4, 04000, PS_U);
        CHECK(cpu_get_sp(&rig->cpu, MODE_U), 0140002);
        rig_ps(rig, PS_U);
        rig->cpu.r[SP] = 0140000;
        rig_go(rig, RIG_CODE, 1);
        CHECK_FRAME(rig, 4, RIG_CODE + 2, PS_U);
        CHECK(cpu_get_sp(&rig->cpu, MODE_U), 0140002);
    }
}

/* RTS and MARK load PC before they pop. */
static void n_4_8_returns_that_cannot_pop(void **state)
{
    struct rig *rig = *state;

    RIG_CODE_IS(rig, I_RTS | R5);
    rig_ps(rig, PS_U);
    rig->cpu.r[SP] = 0140000;
    rig->cpu.r[R5] = 05000;
    rig_run(rig, 1);
    CHECK_FRAME(rig, 4, 05000, PS_U);
    CHECK(cpu_get_sp(&rig->cpu, MODE_U), 0140002);
    CHECK_REG(rig, R5, 05000);
    rig_put(rig, 0137774, I_MARK | 1);
    rig_ps(rig, PS_U);
    rig_go(rig, 0137774, 1);
    CHECK_FRAME(rig, 4, 05000, PS_U);
    CHECK_REG(rig, R5, 05000);
}

/* The register is popped and the destination finished before the abort (F69: SP first). */
static void f69_pop_moves_sp_before_the_read(void **state)
{
    struct rig *rig = *state;
    static const u16 insns[] = {I_MTPI | R0, I_MTPD | R0, I_RTI, I_RTS | R1};

    for (unsigned i = 0; i < ARRAY_LEN(insns); i++) {
        RIG_CODE_IS(rig, insns[i]);
        rig_ps(rig, PS_U);
        rig->cpu.r[SP] = 04001;
        rig_go(rig, RIG_CODE, 1);
        CHECK(rig->cpu.r[PC], RIG_HANDLER + 4);
        CHECK(cpu_get_sp(&rig->cpu, MODE_U), 04003);
    }
}

/* A push that aborts has moved SP; the linkage register and PC are as before. */
static void n_4_7_jsr_that_cannot_push(void **state)
{
    struct rig *rig = *state;

    RIG_CODE_IS(rig, I_JSR | S(R5) | M2(R1));
    rig_ps(rig, PS_U);
    rig->cpu.r[SP] = 0140002;
    rig->cpu.r[R5] = 05;
    rig->cpu.r[R1] = 04000;
    rig_run(rig, 1);
    CHECK_FRAME(rig, 4, RIG_CODE + 2, PS_U);
    CHECK(cpu_get_sp(&rig->cpu, MODE_U), 0140000);
    CHECK_REG(rig, R5, 05);
    CHECK_REG(rig, R1, 04002);
}

/* Decided: the codes stay. The microcode loads them before MFPI's push, so a real KB11-A may show
 * the new ones. */
static void n_4_9_mfpi_that_cannot_push(void **state)
{
    struct rig *rig = *state;

    for (u16 codes = 0; codes < 020; codes++) {
        RIG_CODE_IS(rig, I_MFPI | R1);
        rig_ps(rig, PS_U | codes);
        rig->cpu.r[SP] = 04001;
        rig->cpu.r[R1] = 0100000;
        rig_go(rig, RIG_CODE, 1);
        CHECK_FRAME(rig, 4, RIG_CODE + 2, PS_U | codes);
        rig->cpu.r[SP] = RIG_STACK;
    }
}

/* Power that returns: INIT, then the new PC and PSW from 24 and 26; failing: a trap to 24 after the
 * instruction. START and power-up forget what was pending. */
static void f75_power(void **state)
{
    struct rig *rig = *state;

    RIG_CODE_IS(rig, I_INC | R1, I_INC | R1);
    cpu_power_fail(&rig->cpu);
    rig_run(rig, 1);
    CHECK_FRAME(rig, 024, RIG_CODE, 0);
    rig_put(rig, A_SLR, 01000);
    rig_put(rig, A_PIRQ, 0177000);
    rig->cpu.attention |= ATTN_WAIT | ATTN_YELLOW | ATTN_MMU | ATTN_FP | ATTN_PROTECT;
    rig_vector(rig, 024, 04000, 0144);
    assert_true(cpu_power_up(&rig->cpu));
    CHECK_REG(rig, PC, 04000);
    CHECK_PS(rig, 0144);
    CHECK(rig->inits, 1);
    CHECK(rig->cpu.attention, 0);
    CHECK(rig_get(rig, A_SLR), 0);
}

static void f75_power_up_without_memory(void **state)
{
    struct rig *rig = *state;

    rig->ram.size = 0;
    assert_false(cpu_power_up(&rig->cpu));
}

static void n_6_6_start(void **state)
{
    struct rig *rig = *state;

    rig_ps(rig, PS_U | PS_T | 017);
    rig_put(rig, A_SLR, 01000);
    rig->cpu.attention |= ATTN_WAIT | ATTN_POWER;
    cpu_start(&rig->cpu, RIG_CODE);
    CHECK_REG(rig, PC, RIG_CODE);
    CHECK_PS(rig, 0);
    CHECK(rig->inits, 1);
    RIG_CODE_IS(rig, I_INC | R1);
    rig_run(rig, 1);
    CHECK_REG(rig, R1, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(f49_no_cpu_error_register),
        RIG_TEST(f49_registers_that_exist),
        RIG_TEST(f50_general_registers_are_not_addressable),
        RIG_TEST(f51_odd_byte_addresses),
        RIG_TEST(f51_odd_pc),
        RIG_TEST(f51_odd_stack_outside_kernel),
        RIG_TEST(f51_odd_vector),
        RIG_TEST(f51_odd_word_addresses),
        RIG_TEST(f52_every_kind_of_reference_times_out),
        RIG_TEST(f52_time_out),
        RIG_TEST(f53_pc_of_a_failed_fetch_is_not_advanced),
        RIG_TEST(f69_pop_moves_sp_before_the_read),
        RIG_TEST(f75_power),
        RIG_TEST(f75_power_up_without_memory),
        RIG_TEST(n_1_9_rti_whose_psw_cannot_be_popped),
        RIG_TEST(n_3_15_pc_of_a_failed_operand_fetch),
        RIG_TEST(n_4_7_jsr_that_cannot_push),
        RIG_TEST(n_4_8_returns_that_cannot_pop),
        RIG_TEST(n_4_9_mfpi_that_cannot_push),
        RIG_TEST(n_5_4_unreadable_vector_of_an_abort),
        RIG_TEST(n_5_4_unreadable_vectors),
        RIG_TEST(n_6_6_start),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
