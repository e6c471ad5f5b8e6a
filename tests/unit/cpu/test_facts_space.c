/* test_facts_space.c - facts about instruction and data space and about the previous mode's: which
 * reference goes where, MFPI, MFPD, MTPI, MTPD.
 *
 * fNN_ names a row of the facts table, n_S_N_ an item of the notes on the KB11-A's microcode. With
 * spaces(), D space of each mode has its page 0 at DATA (and the vectors are there): what is read
 * at address A is memory A in I space, DATA + A in D space.
 */
#include "rig.h"

#include <string.h>

#define PS_U    0140000u
#define PS_PU   0030000u /* previous mode user */
#define DATA    020000u
#define USER    040000u /* user I space, page 0 */
#define USER_D  060000u
#define IN_I(a) ((u32)(a))
#define IN_D(a) ((u32)(DATA + (a)))

static void spaces(struct rig *rig)
{
    rig_map(rig, 7);
    memmove(rig->ram.base + DATA, rig->ram.base, 0400);
    *rig_par(rig, MODE_K, SPACE_D, 0) = DATA / 0100;
    *rig_par(rig, MODE_U, SPACE_I, 0) = USER / 0100;
    *rig_par(rig, MODE_U, SPACE_D, 0) = USER_D / 0100;
}

/* Modes 1, 2 and 4 on PC, and index words, are I space; the rest is D space. */
static void f24_pc_modes_as_source(void **state)
{
    struct rig *rig = *state;

    spaces(rig);
    RIG_CODE_IS(rig, I_MOV | S(M1(PC)) | R0, I_MOV | S(IMM) | R1, 0123, I_MOV | S(ABS) | R2, 04000,
                I_MOV | S(M6(PC)) | R3, 04000 - (RIG_CODE + 016), I_MOV | S(M7(PC)) | R4,
                04002 - (RIG_CODE + 022));
    rig_put(rig, IN_I(04000), 011);
    rig_put(rig, IN_D(04000), 022);
    rig_put(rig, IN_I(04002), 04000);
    rig_put(rig, IN_D(04002), 04004);
    rig_put(rig, IN_D(04004), 033);
    rig_run(rig, 5);
    CHECK_REG(rig, R0, I_MOV | S(IMM) | R1);
    CHECK_REG(rig, R1, 0123);
    CHECK_REG(rig, R2, 022);
    CHECK_REG(rig, R3, 022);
    CHECK_REG(rig, R4, 033);
}

static void f24_pc_modes_as_destination(void **state)
{
    struct rig *rig = *state;

    spaces(rig);
    rig->cpu.r[R0] = I_INC | R5;
    RIG_CODE_IS(rig, I_MOV | S(R0) | M1(PC), 0, I_BIS | S(R0) | IMM, 0, I_MOV | S(R0) | ABS, 04000,
                I_TST | M1(PC), I_CMP | S(R0) | M1(PC), I_INC | R5, I_MOV | S(R0) | M4(PC));
    rig_run(rig, 2);
    CHECK_REG(rig, R5, 1);
    rig_run(rig, 2);
    CHECK_MEM(rig, RIG_CODE + 6, I_INC | R5);
    CHECK_MEM(rig, IN_D(RIG_CODE + 6), 0);
    CHECK_MEM(rig, IN_D(04000), I_INC | R5);
    CHECK_MEM(rig, IN_I(04000), 0);
    rig_run(rig, 2);
    CHECK_CC(rig, 4); /* CMP R0,(PC): the word behind it, in I space */
    rig_run(rig, 2);
    CHECK_MEM(rig, RIG_CODE + 022, I_INC | R5);
    rig_run(rig, 1);
    CHECK_REG(rig, R5, 3);
}

/* @(PC)+ is @#; @-(PC): the pointer is the instruction itself, in I space; its target D. */
static void f24_deferred_pc_modes(void **state)
{
    struct rig *rig = *state;
    u16 insn = I_MOV | S(M5(PC)) | R0;

    spaces(rig);
    rig_load(rig, 04000, (const u16[]){insn}, 1);
    rig_put(rig, IN_D(04000), 04100);
    rig_put(rig, IN_I(insn & 017776), 0111);
    rig_put(rig, IN_D(insn & 017776), 0222);
    rig_go(rig, 04000, 1);
    CHECK_REG(rig, R0, 0222);
    CHECK_REG(rig, PC, 04000);
}

static void f24_other_registers_are_d_space(void **state)
{
    struct rig *rig = *state;
    static const u16 insns[] = {I_MOV | S(M1(R1)) | R0, I_MOV | S(M2(R1)) | R0,
                                I_MOV | S(M3(R2)) | R0, I_MOV | S(M6(R1)) | R0,
                                I_MOV | S(M7(R2)) | R0};

    spaces(rig);
    rig_put(rig, IN_D(04000), 0222);
    rig_put(rig, IN_I(04000), 0111);
    rig_put(rig, IN_D(04002), 04000);
    for (unsigned i = 0; i < ARRAY_LEN(insns); i++) {
        rig->cpu.r[R1] = 04000;
        rig->cpu.r[R2] = 04002;
        rig->cpu.r[R0] = 0;
        RIG_CODE_IS(rig, insns[i], 0);
        rig_go(rig, RIG_CODE, 1);
        CHECK_REG(rig, R0, 0222);
    }
}

/* Vectors and the stack. */
static void f24_vectors_and_stack_are_d_space(void **state)
{
    struct rig *rig = *state;

    spaces(rig);
    RIG_LOAD(rig, 030, 01, 0); /* not the vector */
    RIG_CODE_IS(rig, I_EMT);
    RIG_LOAD(rig, RIG_HANDLER + 030, I_RTI);
    rig_run(rig, 1);
    CHECK_REG(rig, PC, RIG_HANDLER + 030);
    CHECK_MEM(rig, IN_D(RIG_STACK - 4), RIG_CODE + 2);
    CHECK_MEM(rig, IN_I(RIG_STACK - 4), 0);
    rig_run(rig, 1);
    CHECK_REG(rig, PC, RIG_CODE + 2);
}

/* A trap from user mode reads kernel D space, whatever the user's. */
static void f37_vectors_are_the_kernels(void **state)
{
    struct rig *rig = *state;

    spaces(rig);
    RIG_LOAD(rig, USER + RIG_CODE, I_TRAP);
    RIG_LOAD(rig, USER_D + 034, 05000, 0);
    rig_ps(rig, PS_U);
    rig_run(rig, 1);
    CHECK_REG(rig, PC, RIG_HANDLER + 034);
}

static void f25_mfpi_in_user_mode_reads_d_space(void **state)
{
    struct rig *rig = *state;

    spaces(rig);
    rig_put(rig, USER + 04000, 011);
    rig_put(rig, USER_D + 04000, 022);
    RIG_LOAD(rig, USER + RIG_CODE, I_MFPI | ABS, 04000, I_MFPD | ABS, 04000);
    rig_ps(rig, PS_U | PS_PU);
    rig->cpu.r[SP] = 05000;
    rig_run(rig, 2);
    CHECK_MEM(rig, USER_D + 04776, 022);
    CHECK_MEM(rig, USER_D + 04774, 022);
    /* the kernel, and the user with another previous mode, read I space */
    RIG_CODE_IS(rig, I_MFPI | ABS, 04000);
    rig_ps(rig, PS_PU);
    rig->cpu.r[SP] = 05000;
    rig_go(rig, RIG_CODE, 1);
    CHECK_MEM(rig, IN_D(04776), 011);
    rig_put(rig, IN_I(04000), 033);
    rig_ps(rig, PS_U);
    rig->cpu.r[SP] = 05000;
    rig_go(rig, RIG_CODE, 1);
    CHECK_MEM(rig, USER_D + 04776, 033);
}

static void f25_mtpi_in_user_mode_writes_i_space(void **state)
{
    struct rig *rig = *state;

    spaces(rig);
    RIG_LOAD(rig, USER + RIG_CODE, I_MTPI | ABS, 04000, I_MTPD | ABS, 04000);
    rig_ps(rig, PS_U | PS_PU);
    rig->cpu.r[SP] = 05000;
    rig_put(rig, USER_D + 05000, 0444);
    rig_put(rig, USER_D + 05002, 0555);
    rig_run(rig, 2);
    CHECK_MEM(rig, USER + 04000, 0444);
    CHECK_MEM(rig, USER_D + 04000, 0555);
}

static void f26_sp_is_the_previous_modes(void **state)
{
    struct rig *rig = *state;

    cpu_put_sp(&rig->cpu, MODE_S, 0111);
    cpu_put_sp(&rig->cpu, MODE_U, 0222);
    RIG_CODE_IS(rig, I_MFPI | SP, I_MTPI | SP, I_MFPD | R1, I_MTPD | R2);
    rig_ps(rig, PS_PU);
    rig->cpu.r[R1] = 0333;
    rig_run(rig, 1);
    CHECK_MEM(rig, RIG_STACK - 2, 0222);
    rig_put(rig, RIG_STACK - 2, 0777);
    rig_run(rig, 1);
    CHECK(cpu_get_sp(&rig->cpu, MODE_U), 0777);
    CHECK_REG(rig, SP, RIG_STACK);
    rig_run(rig, 2);
    CHECK_REG(rig, R2, 0333); /* other registers are those of the current set */
    rig_ps(rig, 0010000);
    rig_go(rig, RIG_CODE, 1);
    CHECK_MEM(rig, RIG_STACK - 2, 0111);
}

/* With the current mode's SP: MFPI pushes what SP was, MTPI leaves SP with the popped word. */
static void f26_sp_of_the_same_mode(void **state)
{
    struct rig *rig = *state;

    RIG_CODE_IS(rig, I_MFPI | SP, I_MTPI | SP);
    rig_run(rig, 1);
    CHECK_MEM(rig, RIG_STACK - 2, RIG_STACK);
    rig_put(rig, RIG_STACK - 2, 04000);
    rig_run(rig, 1);
    CHECK_REG(rig, SP, 04000);
}

/* An address through SP is formed with the current mode's. */
static void f26_addresses_use_the_current_sp(void **state)
{
    struct rig *rig = *state;

    rig_map(rig, 0);
    *rig_par(rig, MODE_U, SPACE_I, 0) = USER / 0100;
    rig_put(rig, USER + RIG_STACK, 0765);
    RIG_CODE_IS(rig, I_MFPI | M1(SP));
    rig_ps(rig, PS_PU);
    rig_run(rig, 1);
    CHECK_MEM(rig, RIG_STACK - 2, 0765);
}

static void f27_mtpi_pops_first(void **state)
{
    struct rig *rig = *state;

    RIG_CODE_IS(rig, I_MTPI | M6(SP), 4, I_MTPD | M2(SP), I_MFPI | M2(SP));
    RIG_LOAD(rig, RIG_STACK, 0777, 0, 0, 0);
    rig_run(rig, 1);
    CHECK_MEM(rig, RIG_STACK + 6, 0777);
    CHECK_REG(rig, SP, RIG_STACK + 2);
    RIG_LOAD(rig, RIG_STACK + 2, 0555, 0);
    rig_run(rig, 1);
    CHECK_MEM(rig, RIG_STACK + 4, 0555);
    CHECK_REG(rig, SP, RIG_STACK + 6);
    rig_put(rig, RIG_STACK + 4, 0);
    rig_run(rig, 1); /* reads at +6, steps, then pushes to +6 */
    CHECK_MEM(rig, RIG_STACK + 6, 0777);
    CHECK_REG(rig, SP, RIG_STACK + 6);
}

static void f27_flags(void **state)
{
    struct rig *rig = *state;
    static const struct {
        u16 value, codes;
    } rows[] = {{0, 5}, {0100000, 011}, {1, 1}};

    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        RIG_CODE_IS(rig, I_MFPI | ABS, 04000, I_SECC | 7, I_MTPD | ABS, 04002);
        rig->cpu.r[SP] = RIG_STACK;
        rig_put(rig, 04000, rows[i].value);
        rig_ps(rig, 017);
        rig_go(rig, RIG_CODE, 1);
        CHECK_CC(rig, rows[i].codes);
        rig_run(rig, 2);
        CHECK_CC(rig, rows[i].codes);
    }
}

/* Pointers and index words are the current mode's; only the operand is the previous one's. */
static void n_3_11_only_the_operand_is_elsewhere(void **state)
{
    struct rig *rig = *state;

    spaces(rig);
    rig_ps(rig, PS_PU);
    RIG_CODE_IS(rig, I_MFPI | M7(R1), 2, I_MFPD | M3(R2), I_MTPD | M5(R2));
    rig_put(rig, IN_D(04002), 04100);
    rig_put(rig, IN_D(04000), 04200);
    rig_put(rig, USER + 04100, 0666);
    rig_put(rig, USER_D + 04200, 0555);
    rig->cpu.r[R1] = rig->cpu.r[R2] = 04000;
    rig_run(rig, 2);
    CHECK_MEM(rig, IN_D(RIG_STACK - 2), 0666);
    CHECK_MEM(rig, IN_D(RIG_STACK - 4), 0555);
    rig_put(rig, IN_D(RIG_STACK - 4), 0123);
    rig_run(rig, 1);
    CHECK_MEM(rig, USER_D + 04200, 0123);
}

/* A D reference goes to I space where MMR3 does not separate them, in each mode by its bit. */
static void f61_d_space_bits(void **state)
{
    struct rig *rig = *state;
    static const u16 modes[] = {0, 0040000, PS_U};
    static const u16 bits[] = {4, 2, 1};

    rig_map(rig, 0);
    for (unsigned i = 0; i < 3; i++) {
        enum mode mode = (enum mode)(modes[i] >> 14);
        *rig_par(rig, mode, SPACE_D, 2) = (u16)(0300 + i);
    }
    rig->cpu.r[R1] = 040000;
    RIG_CODE_IS(rig, I_MOV | S(M1(R1)) | R0);
    rig_put(rig, 040000, 07);
    for (u16 i = 0; i < 3; i++)
        rig_put(rig, 030000 + 0100u * i, (u16)(1 + i));
    for (unsigned mmr3 = 0; mmr3 < 010; mmr3++) {
        rig_put(rig, A_MMR3, (u16)mmr3);
        for (unsigned i = 0; i < 3; i++) {
            rig_ps(rig, modes[i]);
            rig_go(rig, RIG_CODE, 1);
            CHECK_REG(rig, R0, mmr3 & bits[i] ? 1 + i : 07);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(f24_deferred_pc_modes),
        RIG_TEST(f24_other_registers_are_d_space),
        RIG_TEST(f24_pc_modes_as_destination),
        RIG_TEST(f24_pc_modes_as_source),
        RIG_TEST(f24_vectors_and_stack_are_d_space),
        RIG_TEST(f25_mfpi_in_user_mode_reads_d_space),
        RIG_TEST(f25_mtpi_in_user_mode_writes_i_space),
        RIG_TEST(f26_addresses_use_the_current_sp),
        RIG_TEST(f26_sp_is_the_previous_modes),
        RIG_TEST(f26_sp_of_the_same_mode),
        RIG_TEST(f27_flags),
        RIG_TEST(f27_mtpi_pops_first),
        RIG_TEST(f37_vectors_are_the_kernels),
        RIG_TEST(f61_d_space_bits),
        RIG_TEST(n_3_11_only_the_operand_is_elsewhere),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
