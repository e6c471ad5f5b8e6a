/* test_facts_alu.c - facts about results that only a processor can show: odd registers, bytes in
 * registers, steps of byte addressing. The arithmetic itself is tested in isa/test_alu.c.
 *
 * fNN_ names a row of the facts table, n_S_N_ an item of the notes on the KB11-A's microcode.
 */
#include "rig.h"

/* The flags that an instruction leaves, begun with all clear and with all set. */
static void codes(struct rig *rig, u16 insn, u16 value, unsigned from_clear, unsigned from_set)
{
    rig->cpu.r[R1] = value;
    RIG_CODE_IS(rig, insn);
    rig_ps(rig, 0);
    rig_go(rig, RIG_CODE, 1);
    CHECK_CC(rig, from_clear);
    rig->cpu.r[R1] = value;
    rig_ps(rig, 017);
    rig_go(rig, RIG_CODE, 1);
    CHECK_CC(rig, from_set);
}

static void f14_mul_even_and_odd_register(void **state)
{
    struct rig *rig = *state;

    RIG_CODE_IS(rig, I_MUL | S(R2) | R1, I_MUL | S(R5) | R1);
    rig->cpu.r[R1] = 0001000;
    rig->cpu.r[R2] = 0001001;
    rig->cpu.r[R5] = 0001001;
    rig->cpu.r[R3] = rig->cpu.r[R4] = 0123;
    rig_run(rig, 1);
    CHECK_REG(rig, R2, 4);
    CHECK_REG(rig, R3, 01000);
    CHECK_CC(rig, 1);
    rig_run(rig, 1);
    CHECK_REG(rig, R4, 0123);
    CHECK_REG(rig, R5, 01000); /* the low word only; C, N and Z of the whole product */
    CHECK_CC(rig, 1);
}

static void f14_mul_of_its_own_operand(void **state)
{
    struct rig *rig = *state;

    RIG_CODE_IS(rig, I_MUL | S(R2) | R3);
    rig->cpu.r[R2] = 0177776;
    rig->cpu.r[R3] = 3;
    rig_run(rig, 1);
    CHECK_REG(rig, R2, 0177777);
    CHECK_REG(rig, R3, 0177772);
    CHECK_CC(rig, 010);
}

/* N and Z with V set are not asserted here: the handbook leaves them open, real machines differ
 * (test_alu.c has what the microcode says). */
static void f15_div_flags(void **state)
{
    struct rig *rig = *state;

    RIG_CODE_IS(rig, I_DIV | S(R2) | R1);
    rig->cpu.r[R2] = 0;
    rig->cpu.r[R3] = 0100;
    rig_ps(rig, 0);
    rig_run(rig, 1);
    CHECK(cpu_ps(&rig->cpu) & 3, 3);
    CHECK_REG(rig, R2, 0);
    CHECK_REG(rig, R3, 0100);
    rig->cpu.r[R2] = 1;
    rig->cpu.r[R1] = 1;
    rig_ps(rig, 1);
    rig_go(rig, RIG_CODE, 1);
    CHECK(cpu_ps(&rig->cpu) & 3, 2);
    rig->cpu.r[R2] = 0177777;
    rig->cpu.r[R3] = 0177767; /* -9 */
    rig->cpu.r[R1] = 2;
    rig_go(rig, RIG_CODE, 1);
    CHECK_REG(rig, R2, 0177774);
    CHECK_REG(rig, R3, 0177777);
    CHECK_CC(rig, 010);
}

static void f15_div_odd_register(void **state)
{
    struct rig *rig = *state;

    RIG_CODE_IS(rig, I_DIV | S(R3) | R1);
    rig->cpu.r[R2] = 0123;
    rig->cpu.r[R3] = 3;
    rig->cpu.r[R1] = 7;
    rig_run(rig, 1);
    CHECK_REG(rig, R2, 0123);
    CHECK_REG(rig, R3, (3 * 65536 + 3) / 7); /* the quotient is written last */
}

static void f16_ash_register(void **state)
{
    struct rig *rig = *state;

    RIG_CODE_IS(rig, I_ASH | S(R2) | IMM, 2, I_ASH | S(R3) | IMM, 0177775, I_ASH | S(PC) | R4, 0);
    rig->cpu.r[R2] = 0020001;
    rig->cpu.r[R3] = 0100004;
    rig_run(rig, 1);
    CHECK_REG(rig, R2, 0100004);
    CHECK_CC(rig, 012);
    rig_run(rig, 1);
    CHECK_REG(rig, R3, 0170000);
    CHECK_CC(rig, 011);
}

static void f16_ashc_even_register(void **state)
{
    struct rig *rig = *state;

    RIG_CODE_IS(rig, I_ASHC | S(R2) | IMM, 4, I_ASHC | S(R2) | IMM, 040, I_ASHC | S(R2) | R1);
    rig->cpu.r[R2] = 0123456;
    rig->cpu.r[R3] = 0123456;
    rig_run(rig, 1);
    CHECK_REG(rig, R2, 0x72ea);
    CHECK_REG(rig, R3, 0x72e0);
    rig->cpu.r[R2] = 0100000;
    rig_run(rig, 1); /* by -32 */
    CHECK_REG(rig, R2, 0177777);
    CHECK_REG(rig, R3, 0177777);
    CHECK_CC(rig, 011);
    rig_ps(rig, 3);
    rig_run(rig, 1); /* by 0 */
    CHECK_CC(rig, 010);
}

/* R|1 is R: both halves are loaded from it, the low word is what stays. A right shift rotates. */
static void f16_ashc_odd_register(void **state)
{
    struct rig *rig = *state;

    RIG_CODE_IS(rig, I_ASHC | S(R3) | R1);
    rig->cpu.r[R2] = 0777;
    for (u16 count = 1; count <= 16; count++) {
        u16 x = 0123461;
        rig->cpu.r[R3] = x;
        rig->cpu.r[R1] = (u16)-count;
        rig_go(rig, RIG_CODE, 1);
        CHECK_REG(rig, R3, count == 16 ? x : (u16)(x >> count | x << (16 - count)));
    }
    rig->cpu.r[R3] = 0100001;
    rig->cpu.r[R1] = 1;
    rig_go(rig, RIG_CODE, 1);
    CHECK_REG(rig, R3, 2);
    CHECK_CC(rig, 03); /* of 32 bits: 000003 000002 */
    CHECK_REG(rig, R2, 0777);
}

static void f18_movb_extends_other_bytes_do_not(void **state)
{
    struct rig *rig = *state;

    rig->cpu.r[R1] = 0000200;
    rig->cpu.r[R2] = 0123400;
    RIG_CODE_IS(rig, I_MOVB | S(R1) | R2, I_MOVB | S(IMM) | R3, 0177, I_BISB | S(IMM) | R4, 0377,
                I_CLRB | R5, I_COMB | R0);
    rig->cpu.r[R3] = 0177777;
    rig->cpu.r[R4] = 0012000;
    rig->cpu.r[R5] = 0177777;
    rig->cpu.r[R0] = 0052652;
    rig_run(rig, 5);
    CHECK_REG(rig, R2, 0177600);
    CHECK_REG(rig, R3, 0000177);
    CHECK_REG(rig, R4, 0012377);
    CHECK_REG(rig, R5, 0177400);
    CHECK_REG(rig, R0, 0052525);
}

/* Z of SXT is the complement of N; N and C stay, V is cleared. */
static void f21_sxt_of_a_register(void **state)
{
    struct rig *rig = *state;

    codes(rig, I_SXT | R1, 0123, 004, 011);
    CHECK_REG(rig, R1, 0177777);
}

static void f22_logic_and_moves_keep_c(void **state)
{
    struct rig *rig = *state;

    rig->cpu.r[R2] = 0100000;
    codes(rig, I_MOV | S(R2) | R1, 0, 010, 011);
    codes(rig, I_BIT | S(R2) | R1, 1, 004, 005);
    codes(rig, I_BIC | S(R2) | R1, 0100000, 004, 005);
    codes(rig, I_BIS | S(R2) | R1, 1, 010, 011);
    codes(rig, I_XOR | S(R2) | R1, 1, 010, 011);
    codes(rig, I_MFPI | R1, 0100000, 010, 011);
    codes(rig, I_MFPD | R1, 0, 004, 005);
    codes(rig, I_MTPI | R1, 0, 004, 005);
    codes(rig, I_MOVB | S(R1) | R2, 0377, 010, 011);
    codes(rig, I_BITB | S(R1) | R1, 0377, 010, 011);
    codes(rig, I_BICB | S(R1) | R1, 0377, 004, 005);
    codes(rig, I_BISB | S(R1) | R1, 0177400, 004, 005);
}

static void f19_compare_and_subtract(void **state)
{
    struct rig *rig = *state;

    rig->cpu.r[R2] = 1;
    codes(rig, I_CMP | S(R2) | R1, 2, 011, 011); /* 1 - 2 */
    codes(rig, I_SUB | S(R2) | R1, 2, 000, 000); /* 2 - 1 */
    CHECK_REG(rig, R1, 1);
    codes(rig, I_SUB | S(R2) | R1, 0, 011, 011);
    codes(rig, I_CMPB | S(R1) | R2, 0, 011, 011); /* 0 - 1 */
    rig->cpu.r[R2] = 0100000;
    codes(rig, I_CMP | S(R2) | R1, 1, 002, 002);
}

/* All addressing modes with a step, for a byte instruction: R, SP, PC. */
static void f23_byte_steps(void **state)
{
    struct rig *rig = *state;
    struct cpu *cpu = &rig->cpu;

    RIG_LOAD(rig, 04000, 04010, 04011, 04012, 04013);
    RIG_CODE_IS(rig, I_TSTB | M2(R1), I_TSTB | M4(R1), I_TSTB | M3(R1), I_TSTB | M5(R1),
                I_TSTB | M2(SP), I_TSTB | M4(SP), I_TSTB | M3(SP), I_TSTB | M5(SP), I_TSTB | IMM, 0,
                I_TSTB | ABS, 04000, NOP, I_TSTB | M4(PC));
    cpu->r[R1] = 04000;
    cpu->r[SP] = 04004;
    rig_run(rig, 1);
    CHECK_REG(rig, R1, 04001);
    rig_run(rig, 1);
    CHECK_REG(rig, R1, 04000);
    rig_run(rig, 1);
    CHECK_REG(rig, R1, 04002);
    rig_run(rig, 1);
    CHECK_REG(rig, R1, 04000);
    rig_run(rig, 1);
    CHECK_REG(rig, SP, 04006);
    rig_run(rig, 1);
    CHECK_REG(rig, SP, 04004);
    rig_run(rig, 1);
    CHECK_REG(rig, SP, 04006);
    rig_run(rig, 1);
    CHECK_REG(rig, SP, 04004);
    rig_run(rig, 2);
    CHECK_REG(rig, PC, RIG_CODE + 030);
    rig_run(rig, 2);
    CHECK_REG(rig, PC, RIG_CODE + 032); /* stepped back onto itself */
}

static void f23_byte_on_the_stack(void **state)
{
    struct rig *rig = *state;

    rig->cpu.r[R1] = 0123456;
    RIG_CODE_IS(rig, I_MOVB | S(R1) | M4(SP), I_MOVB | S(M2(SP)) | R2, I_CMPB | S(M2(R3)) | M2(R3));
    rig_put(rig, RIG_STACK - 2, 0177777);
    rig->cpu.r[R3] = 04000;
    rig_run(rig, 1);
    CHECK_REG(rig, SP, RIG_STACK - 2);
    CHECK_MEM(rig, RIG_STACK - 2, 0177456);
    rig_run(rig, 1);
    CHECK_REG(rig, SP, RIG_STACK);
    CHECK_REG(rig, R2, 000056);
    rig_run(rig, 1);
    CHECK_REG(rig, R3, 04002);
}

static void f20_adc_sbc_of_memory(void **state)
{
    struct rig *rig = *state;

    RIG_LOAD(rig, 04000, 0077777, 0100000, 0);
    rig->cpu.r[R1] = 04000;
    RIG_CODE_IS(rig, I_ADC | M2(R1), I_SBC | M2(R1), I_SBC | M2(R1));
    rig_ps(rig, 1);
    rig_run(rig, 1);
    CHECK_CC(rig, 012);
    rig_ps(rig, 1);
    rig_run(rig, 1);
    CHECK_CC(rig, 002);
    rig_ps(rig, 1);
    rig_run(rig, 1);
    CHECK_CC(rig, 011);
    CHECK_MEM(rig, 04000, 0100000);
    CHECK_MEM(rig, 04002, 0077777);
    CHECK_MEM(rig, 04004, 0177777);
}

static void f17_swab_of_memory(void **state)
{
    struct rig *rig = *state;

    RIG_LOAD(rig, 04000, 0000600);
    rig->cpu.r[R1] = 04000;
    RIG_CODE_IS(rig, I_SWAB | M1(R1));
    rig_ps(rig, 017);
    rig_run(rig, 1);
    CHECK_MEM(rig, 04000, 0100001);
    CHECK_CC(rig, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(f14_mul_even_and_odd_register),
        RIG_TEST(f14_mul_of_its_own_operand),
        RIG_TEST(f15_div_flags),
        RIG_TEST(f15_div_odd_register),
        RIG_TEST(f16_ash_register),
        RIG_TEST(f16_ashc_even_register),
        RIG_TEST(f16_ashc_odd_register),
        RIG_TEST(f17_swab_of_memory),
        RIG_TEST(f18_movb_extends_other_bytes_do_not),
        RIG_TEST(f19_compare_and_subtract),
        RIG_TEST(f20_adc_sbc_of_memory),
        RIG_TEST(f21_sxt_of_a_register),
        RIG_TEST(f22_logic_and_moves_keep_c),
        RIG_TEST(f23_byte_steps),
        RIG_TEST(f23_byte_on_the_stack),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
