/* test_facts_stack.c - facts about the stack limit: which references are checked, the yellow and
 * the red zone, fatal stack errors.
 *
 * fNN_ names a row of the facts table, n_S_N_ an item of the notes on the KB11-A's microcode. L is
 * the limit register's value: yellow is L+340 to L+377, red what is below.
 */
#include "rig.h"

#define PS_U 0140000u

enum zone { FREE, YELLOW, RED };

/* Executes `insn` in kernel mode with this SP; which zone it met. The words behind are `next`. */
static enum zone zone_of(struct rig *rig, u16 insn, u16 next, u16 sp)
{
    u16 length = (u16)(2 * isa_length(insn));

    RIG_CODE_IS(rig, insn, next, next);
    rig->cpu.attention = 0;
    rig->cpu.r[SP] = sp;
    rig->cpu.r[PC] = RIG_CODE;
    CHECK(cpu_run(&rig->cpu, rig->cpu.icount + 1), EXIT_LIMIT);
    if (rig->cpu.r[PC] == RIG_HANDLER + 4 && rig->cpu.r[SP] == 0) {
        CHECK_MEM(rig, 0, RIG_CODE + length);
        RIG_LOAD(rig, 0, RIG_HANDLER, 0340);
        return RED;
    }
    return rig->cpu.attention & ATTN_YELLOW ? YELLOW : FREE;
}

/* All writes through modes 1, 2, 4 and 6 are checked, by their address, not by SP. */
static void f41_stack_limit_modes(void **state)
{
    struct rig *rig = *state;
    static const u16 words[] = {I_MOV | S(R0), I_CLR,         I_ADD | S(R0), I_BIS | S(R0),
                                I_DEC,         I_XOR | S(R0), I_SXT,         I_SWAB};
    static const u16 bytes[] = {I_MOVB | S(R0), I_INCB, I_BISB | S(R0), I_CLRB};

    for (unsigned i = 0; i < ARRAY_LEN(words); i++) {
        CHECK(zone_of(rig, words[i] | M1(SP), 0, 0376), YELLOW);
        CHECK(zone_of(rig, words[i] | M1(SP), 0, 0400), FREE);
        CHECK(zone_of(rig, words[i] | M1(SP), 0, 0336), RED);
        CHECK(zone_of(rig, words[i] | M2(SP), 0, 0376), YELLOW);
        CHECK(zone_of(rig, words[i] | M2(SP), 0, 0400), FREE);
        CHECK(zone_of(rig, words[i] | M4(SP), 0, 0400), YELLOW);
        CHECK(zone_of(rig, words[i] | M4(SP), 0, 0402), FREE);
        CHECK(zone_of(rig, words[i] | M4(SP), 0, 0340), RED);
        CHECK(zone_of(rig, words[i] | M6(SP), (u16)-4, 0402), YELLOW);
        CHECK(zone_of(rig, words[i] | M6(SP), (u16)-2, 0402), FREE);
        CHECK(zone_of(rig, words[i] | M6(SP), 02000, 0), FREE);
        CHECK(zone_of(rig, words[i] | M6(SP), 0, 0336), RED);
    }
    for (unsigned i = 0; i < ARRAY_LEN(bytes); i++) {
        CHECK(zone_of(rig, bytes[i] | M1(SP), 0, 0377), YELLOW);
        CHECK(zone_of(rig, bytes[i] | M1(SP), 0, 0400), FREE);
        CHECK(zone_of(rig, bytes[i] | M1(SP), 0, 0337), RED);
        CHECK(zone_of(rig, bytes[i] | M2(SP), 0, 0376), YELLOW);
        CHECK(zone_of(rig, bytes[i] | M4(SP), 0, 0400), YELLOW);
        CHECK(zone_of(rig, bytes[i] | M6(SP), (u16)-5, 0404), YELLOW);
    }
}

/* Modes 3, 5, 7 are not: neither the pointer nor what it points to. */
static void f41_deferred_modes_are_not_checked(void **state)
{
    struct rig *rig = *state;

    for (u16 at = 0300; at <= 0376; at += 2) {
        u16 kept = rig_get(rig, at);
        rig_put(rig, at, 0310);
        CHECK(zone_of(rig, I_CLRB | M3(SP), 0, at), FREE);
        CHECK(zone_of(rig, I_MOV | S(R0) | M5(SP), 0, at + 2), FREE);
        rig_put(rig, at, 0310);
        CHECK(zone_of(rig, I_INC | M7(SP), 4, at - 4), FREE);
        rig_put(rig, at, kept);
    }
}

/* Reads are not, nor writes through other registers. */
static void f41_reads_are_not_checked(void **state)
{
    struct rig *rig = *state;
    static const u16 insns[] = {I_TST | M1(SP),
                                I_TST | M2(SP),
                                I_CMP | S(M4(SP)) | R0,
                                I_BIT | S(R0) | M1(SP),
                                I_TSTB | M6(SP),
                                I_MOV | S(M1(SP)) | R0,
                                I_MTPI | R0,
                                I_RTS | R0,
                                I_MUL | M1(SP),
                                I_MOV | S(R0) | M1(R1),
                                I_CLR | M2(R1)};

    rig->cpu.r[R1] = 0300;
    for (unsigned i = 0; i < ARRAY_LEN(insns); i++)
        CHECK(zone_of(rig, insns[i], 0, 0300), FREE);
}

static void f41_implicit_pushes(void **state)
{
    struct rig *rig = *state;
    static const u16 insns[] = {I_JSR | S(R5) | ABS, I_MFPI | R0, I_MFPD | M1(R1)};

    rig->cpu.r[R1] = 04000;
    for (unsigned i = 0; i < ARRAY_LEN(insns); i++) {
        CHECK(zone_of(rig, insns[i], 05000, 0402), FREE);
        CHECK(zone_of(rig, insns[i], 05000, 0400), YELLOW);
        CHECK(zone_of(rig, insns[i], 05000, 0342), YELLOW);
        CHECK(zone_of(rig, insns[i], 05000, 0340), RED);
    }
}

/* Not known from a source: the microcode uses the same states for the destination of MTPx. */
static void f41_mtpi_through_sp(void **state)
{
    struct rig *rig = *state;

    CHECK(zone_of(rig, I_MTPI | M1(SP), 0, 0374), YELLOW);
    CHECK(zone_of(rig, I_MTPI | M1(SP), 0, 0376), FREE);
    CHECK(zone_of(rig, I_MTPI | M4(SP), 0, 0330), RED);
}

static void f41_only_in_kernel_mode(void **state)
{
    struct rig *rig = *state;
    static const u16 modes[] = {0040000, PS_U};

    for (unsigned i = 0; i < ARRAY_LEN(modes); i++) {
        rig_ps(rig, modes[i]);
        CHECK(zone_of(rig, I_CLR | M1(SP), 0, 0310), FREE);
        CHECK(zone_of(rig, I_JSR | S(R5) | ABS, 05000, 0310), FREE);
    }
}

static void f42_zones(void **state)
{
    struct rig *rig = *state;
    static const u16 limits[] = {0, 0400, 01400, 0137000};

    for (unsigned i = 0; i < ARRAY_LEN(limits); i++) {
        u16 l = limits[i];
        rig_put(rig, A_SLR, l);
        for (u16 at = 0; at < l + 0440; at = (u16)(at + (at < 040 || at >= l ? 2 : 062))) {
            u16 kept = at < RIG_RAM ? rig_get(rig, at) : 0;
            enum zone expected = at < l + 0340 ? RED : at < l + 0400 ? YELLOW : FREE;
            if (at >= RIG_CODE && at < RIG_CODE + 4)
                continue;
            CHECK(zone_of(rig, I_CLR | M1(SP), 0, at), expected);
            rig_put(rig, at, kept);
        }
    }
}

/* The instruction completes, then comes the trap. */
static void f43_yellow_completes(void **state)
{
    struct rig *rig = *state;

    rig_put(rig, A_SLR, 04000);
    RIG_CODE_IS(rig, I_MOV | S(IMM) | M4(SP), 0123456, I_INC | R1);
    rig->cpu.r[SP] = 04400;
    rig_ps(rig, 3);
    rig_run(rig, 2);
    CHECK_FRAME(rig, 4, RIG_CODE + 4, 011);
    CHECK_REG(rig, SP, 04372);
    CHECK_MEM(rig, 04376, 0123456);
    CHECK_REG(rig, R1, 0);
    rig_run(rig, 1); /* its own pushes asked for nothing */
    CHECK_REG(rig, PC, RIG_HANDLER + 4 + 4);
    CHECK_REG(rig, SP, 04372);
}

/* But they may reach the red zone: W A3.2. The PSW was written before the PC failed. */
static void f43_yellow_trap_goes_red(void **state)
{
    struct rig *rig = *state;

    rig_put(rig, A_SLR, 04000);
    rig_put(rig, 04336, 0777);
    RIG_CODE_IS(rig, I_CLR | M4(SP));
    rig->cpu.r[SP] = 04344;
    rig_ps(rig, 0140);
    rig_run(rig, 2);
    CHECK_FRAME(rig, 4, RIG_CODE + 2, 0144);
    CHECK_REG(rig, SP, 0);
    CHECK_MEM(rig, 04342, 0);
    CHECK_MEM(rig, 04340, 0144);
    CHECK_MEM(rig, 04336, 0777);
}

/* The push of any other flow in the yellow zone asks for a yellow trap, which comes before the
 * handler's first instruction (W A3.3.3). */
static void n_2_5_interrupt_into_the_yellow_zone(void **state)
{
    struct rig *rig = *state;

    rig_put(rig, A_SLR, 04000);
    RIG_CODE_IS(rig, NOP);
    rig->cpu.r[SP] = 04402;
    rig->vector[4] = 060;
    cpu_set_br(&rig->cpu, 1 << 4);
    rig_run(rig, 1);
    CHECK_FRAME(rig, 4, RIG_HANDLER + 060, 0340);
    CHECK_OUTER(rig, 1, RIG_CODE, 0);
}

static void f44_red_aborts_before_the_write(void **state)
{
    struct rig *rig = *state;

    rig_put(rig, A_SLR, 04000);
    rig_put(rig, 04336, 0777);
    RIG_CODE_IS(rig, I_MOV | S(IMM) | M4(SP), 0100000);
    rig->cpu.r[SP] = 04340;
    rig_ps(rig, 0105);
    rig_run(rig, 1);
    CHECK_FRAME(rig, 4, RIG_CODE + 4, 0105);
    CHECK_REG(rig, SP, 0);
    CHECK_MEM(rig, 0, RIG_CODE + 4);
    CHECK_MEM(rig, 2, 0105);
    CHECK_MEM(rig, 04336, 0777);
}

/* In a flow: PC and PSW of its entry, and the PM of the new PSW is the mode of its entry. */
static void f44_red_in_a_flow(void **state)
{
    struct rig *rig = *state;

    rig_put(rig, A_SLR, 04000);
    RIG_CODE_IS(rig, I_EMT);
    rig_vector(rig, 4, RIG_HANDLER + 4, 0340);
    rig->cpu.r[SP] = 04336;
    rig_ps(rig, PS_U | 5);
    rig->cpu.r[SP] = 06000;
    rig_run(rig, 1);
    CHECK_FRAME(rig, 4, RIG_CODE + 2, PS_U | 5);
    CHECK_REG(rig, SP, 0);
    CHECK_PS(rig, 0030340);
}

/* A flow whose first push is yellow and whose second is red: the red trap is all. */
static void n_2_6_red_forgets_the_flows_yellow(void **state)
{
    struct rig *rig = *state;

    rig_put(rig, A_SLR, 04000);
    RIG_CODE_IS(rig, NOP);
    rig->cpu.r[SP] = 04342;
    rig->vector[4] = 060;
    cpu_set_br(&rig->cpu, 1 << 4);
    rig_run(rig, 1);
    CHECK_FRAME(rig, 4, RIG_CODE, 0);
    CHECK_REG(rig, SP, 0);
    rig_run(rig, 1);
    CHECK_REG(rig, PC, RIG_HANDLER + 4 + 4);
}

/* Registers that the instruction changed stay changed. */
static void n_2_6_red_keeps_registers(void **state)
{
    struct rig *rig = *state;

    RIG_CODE_IS(rig, I_MOV | S(M2(R1)) | M4(SP));
    rig->cpu.r[R1] = 04000;
    rig->cpu.r[SP] = 0310;
    rig_run(rig, 1);
    CHECK_REG(rig, R1, 04002);
    CHECK_REG(rig, SP, 0);
}

/* A write through a bad kernel stack pointer: odd, missing, or forbidden by the KT11. */
static void f45_fatal_stack_errors(void **state)
{
    struct rig *rig = *state;
    static const u16 insns[] = {I_CLR | M4(SP), I_MOV | S(R0) | M4(SP), I_MFPI | R0,
                                I_EMT,          I_JSR | S(PC) | M1(R1), I_INC | M4(SP)};
    static const u16 stacks[] = {04003, 0140002};

    for (unsigned i = 0; i < ARRAY_LEN(insns); i++) {
        for (unsigned k = 0; k < ARRAY_LEN(stacks); k++) {
            RIG_CODE_IS(rig, insns[i]);
            rig->cpu.r[SP] = stacks[k];
            rig_ps(rig, 2);
            rig_go(rig, RIG_CODE, 1);
            CHECK_FRAME(rig, 4, RIG_CODE + 2, 2);
            CHECK_REG(rig, SP, 0);
        }
    }
}

static void f45_fatal_stack_error_by_the_kt11(void **state)
{
    struct rig *rig = *state;

    rig_map(rig, 0);
    *rig_pdr(rig, MODE_K, SPACE_I, 2) = 077402; /* read only */
    RIG_CODE_IS(rig, I_CLR | M4(SP), I_TST | M1(SP), I_EMT);
    rig->cpu.r[SP] = 050000;
    rig_run(rig, 1);
    CHECK_FRAME(rig, 4, RIG_CODE + 2, 0);
    CHECK_REG(rig, SP, 0);
    rig->cpu.r[SP] = 050000;
    rig_put(rig, A_MMR0, 1);
    rig_go(rig, RIG_CODE + 2, 1);
    CHECK_REG(rig, PC, RIG_CODE + 4);
    rig_run(rig, 1);
    CHECK_FRAME(rig, 4, RIG_CODE + 6, 0344);
    CHECK_REG(rig, SP, 0);
}

/* A read through a bad stack pointer is an ordinary abort; its push then is the fatal error. */
static void n_2_8_read_through_a_bad_stack(void **state)
{
    struct rig *rig = *state;

    RIG_CODE_IS(rig, I_TST | M1(SP));
    rig->cpu.r[SP] = 04001;
    rig_ps(rig, 011);
    rig_run(rig, 1);
    CHECK_FRAME(rig, 4, RIG_CODE + 2, 011);
    CHECK_REG(rig, SP, 0);
    RIG_CODE_IS(rig, I_TST | M1(SP));
    rig->cpu.r[SP] = 0140000; /* the abort's frame fits below */
    rig_go(rig, RIG_CODE, 1);
    CHECK_FRAME(rig, 4, RIG_CODE + 2, 0340);
    CHECK_REG(rig, SP, 0137774);
}

/* A write that aborts has asked for nothing. Decided so, no source. */
static void n_2_10_no_yellow_after_an_abort(void **state)
{
    struct rig *rig = *state;

    rig_put(rig, A_SLR, 0140000);
    RIG_CODE_IS(rig, I_CLR | M1(SP));
    rig->cpu.r[SP] = 0140340;
    rig_run(rig, 2);
    CHECK_REG(rig, PC, RIG_HANDLER + 4 + 2);
    CHECK_REG(rig, SP, 0);
    rig_run(rig, 1);
    CHECK_REG(rig, PC, RIG_HANDLER + 4 + 4);
    CHECK_REG(rig, SP, 0);
}

/* Whatever the limit: a push from SP = 0 must not reach the PSW. */
static void f46_psw_is_red(void **state)
{
    struct rig *rig = *state;
    static const u16 limits[] = {0, 01000, 0177400};

    for (unsigned i = 0; i < ARRAY_LEN(limits); i++) {
        rig_ps(rig, 0005);
        rig_put(rig, A_SLR, limits[i]);
        CHECK(zone_of(rig, I_MOV | S(R0) | M4(SP), 0, 0), RED);
        CHECK_MEM(rig, 4, RIG_HANDLER + 4);
        CHECK_PS(rig, 0340);
        CHECK(zone_of(rig, I_CLR | M1(SP), 0, 0177776), RED);
        CHECK(zone_of(rig, I_CLRB | M1(SP), 0, 0177776), RED);
        CHECK(zone_of(rig, I_CLRB | M1(SP), 0, 0177777), RED);
        CHECK(zone_of(rig, I_MOVB | S(R0) | M6(SP), 1, 0177776), RED);
    }
    rig_put(rig, A_SLR, 0);
    CHECK(zone_of(rig, I_MOV | S(R0) | M1(SP), 0, 0177774), FREE);
}

static void f46_trap_with_sp_0(void **state)
{
    struct rig *rig = *state;

    RIG_CODE_IS(rig, I_EMT);
    rig->cpu.r[SP] = 0;
    rig_ps(rig, 3);
    rig_run(rig, 1);
    CHECK_FRAME(rig, 4, RIG_CODE + 2, 3);
    CHECK_REG(rig, SP, 0);
}

/* From a note in the 11/70's technical manual; the same logic family, so taken for the 11/45. */
static void f47_not_with_register_set_1(void **state)
{
    struct rig *rig = *state;

    rig_ps(rig, PS_SET);
    CHECK(zone_of(rig, I_CLR | M1(SP), 0, 0310), FREE);
    CHECK(zone_of(rig, I_CLR | M1(SP), 0, 0376), FREE);
    rig_ps(rig, 0);
    CHECK(zone_of(rig, I_CLR | M1(SP), 0, 0376), YELLOW);
}

static void f48_limit_register(void **state)
{
    struct rig *rig = *state;

    RIG_CODE_IS(rig, I_MOV | S(IMM) | ABS, 0123456, A_SLR, I_MOV | S(ABS) | R1, A_SLR,
                I_MOVB | S(IMM) | ABS, 0377, A_SLR, I_MOV | S(ABS) | R2, A_SLR,
                I_MOVB | S(IMM) | ABS, 2, A_SLR + 1, I_MOV | S(ABS) | R3, A_SLR);
    rig->cpu.r[SP] = 0137000;
    rig_run(rig, 6);
    CHECK_REG(rig, R1, 0123400);
    CHECK_REG(rig, R2, 0123400);
    CHECK_REG(rig, R3, 0001000);
    RIG_CODE_IS(rig, I_RESET);
    rig_go(rig, RIG_CODE, 1);
    CHECK(rig_get(rig, A_SLR), 0);
    CHECK(zone_of(rig, I_CLR | M1(SP), 0, 0400), FREE);
}

/* The red handler's first instruction is executed whatever is pending. */
static void f67_first_instruction_of_the_red_handler(void **state)
{
    struct rig *rig = *state;

    rig_vector(rig, 4, 04000, 0);
    RIG_LOAD(rig, 04000, I_MOV | S(IMM) | SP, 05000, I_INC | R2);
    RIG_CODE_IS(rig, I_INC | M1(SP));
    rig_ps(rig, 0340);
    rig_put(rig, A_PIRQ, 01000);
    rig->cpu.r[SP] = 0300;
    rig_run(rig, 2);
    CHECK_REG(rig, PC, 04004);
    CHECK_REG(rig, SP, 05000);
    rig_run(rig, 1);
    CHECK_FRAME(rig, 0240, 04004, 0);
    CHECK_REG(rig, R2, 0);
}

static void f81_examples_of_the_diagnostic(void **state)
{
    struct rig *rig = *state;

    CHECK(zone_of(rig, I_CLR | M1(SP), 0, 0376), YELLOW);
    CHECK(zone_of(rig, I_TST | M1(SP), 0, 0376), FREE);
    CHECK(zone_of(rig, I_MOV | S(M6(SP)) | M6(SP), (u16)-10, 0410), YELLOW);
    CHECK(zone_of(rig, I_MOV | S(M6(SP)) | M6(SP), (u16)-8, 0410), FREE);
    rig->cpu.r[SP] = 0376;
    RIG_CODE_IS(rig, I_CLR | M1(SP), NOP);
    rig_ps(rig, 0);
    rig_go(rig, RIG_CODE, 2);
    CHECK_FRAME(rig, 4, RIG_CODE + 2, 4);
}

/* Mode 2 is checked at the address, before the increment. */
static void n_2_1_mode_2(void **state)
{
    struct rig *rig = *state;

    rig_put(rig, A_SLR, 01400);
    CHECK(zone_of(rig, I_MOV | S(M1(SP)) | M2(SP), 0, 01776), YELLOW);
    CHECK_REG(rig, SP, 02000);
    CHECK(zone_of(rig, I_MOV | S(M1(SP)) | M2(SP), 0, 02000), FREE);
}

/* The address is the virtual one: the KT11 comes later. */
static void n_2_2_virtual_addresses(void **state)
{
    struct rig *rig = *state;

    rig_map(rig, 0);
    *rig_par(rig, MODE_K, SPACE_I, 2) = 0; /* 40000 is 0 */
    CHECK(zone_of(rig, I_CLR | M1(SP), 0, 040300), FREE);
    *rig_par(rig, MODE_K, SPACE_I, 0) = 0;
    CHECK(zone_of(rig, I_CLR | M1(SP), 0, 0376), YELLOW);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(f41_deferred_modes_are_not_checked),
        RIG_TEST(f41_implicit_pushes),
        RIG_TEST(f41_mtpi_through_sp),
        RIG_TEST(f41_only_in_kernel_mode),
        RIG_TEST(f41_reads_are_not_checked),
        RIG_TEST(f41_stack_limit_modes),
        RIG_TEST(f42_zones),
        RIG_TEST(f43_yellow_completes),
        RIG_TEST(f43_yellow_trap_goes_red),
        RIG_TEST(f44_red_aborts_before_the_write),
        RIG_TEST(f44_red_in_a_flow),
        RIG_TEST(f45_fatal_stack_error_by_the_kt11),
        RIG_TEST(f45_fatal_stack_errors),
        RIG_TEST(f46_psw_is_red),
        RIG_TEST(f46_trap_with_sp_0),
        RIG_TEST(f47_not_with_register_set_1),
        RIG_TEST(f48_limit_register),
        RIG_TEST(f67_first_instruction_of_the_red_handler),
        RIG_TEST(f81_examples_of_the_diagnostic),
        RIG_TEST(n_2_10_no_yellow_after_an_abort),
        RIG_TEST(n_2_1_mode_2),
        RIG_TEST(n_2_2_virtual_addresses),
        RIG_TEST(n_2_5_interrupt_into_the_yellow_zone),
        RIG_TEST(n_2_6_red_forgets_the_flows_yellow),
        RIG_TEST(n_2_6_red_keeps_registers),
        RIG_TEST(n_2_8_read_through_a_bad_stack),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
