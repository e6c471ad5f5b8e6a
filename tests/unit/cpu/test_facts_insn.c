/* test_facts_insn.c - facts about opcodes, addressing modes and the order inside instructions.
 *
 * A test is named after its row of the facts table (fNN_), or of the notes on the KB11-A's
 * microcode (n_S_N_, section and item). Sources of each row: the PDP-11/45 handbook, the KD11-E
 * manual's table of differences between models, the microcode, W (w11's notes on a real 11/70).
 */
#include "rig.h"

/* Executes `word` and expects the trap to 10, with nothing else changed. */
static void reserved(struct rig *rig, u16 word, u16 ps)
{
    struct cpu *cpu = &rig->cpu;

    rig_ps(rig, 0);
    cpu->r[SP] = RIG_STACK;
    for (u16 i = 0; i < 6; i++)
        cpu->r[i] = (u16)(04000 + 2 * i);
    RIG_CODE_IS(rig, word, 0, 0);
    rig_ps(rig, ps);
    rig_go(rig, RIG_CODE, 1);
    CHECK_FRAME(rig, 010, RIG_CODE + 2, ps);
    for (u16 i = 0; i < 6; i++)
        CHECK_REG(rig, i, 04000 + 2 * i);
    CHECK_REG(rig, SP, RIG_STACK - 4);
}

/* MFPT, CSM, TSTSET, WRTLCK, MTPS, MFPS belong to later processors. */
static void f05_no_later_instructions(void **state)
{
    struct rig *rig = *state;
    static const u16 words[] = {0000007, 0007000, 0007127, 0007200, 0007300, 0007411, 0007737,
                                0106400, 0106427, 0106477, 0106700, 0106737, 0106767};

    for (unsigned i = 0; i < ARRAY_LEN(words); i++) {
        reserved(rig, words[i], 0);
        reserved(rig, words[i], 0140017);
    }
}

static void reserved_range(struct rig *rig, unsigned from, unsigned to)
{
    for (unsigned word = from; word <= to; word++)
        reserved(rig, (u16)word, 012);
}

static void f07_reserved_words(void **state)
{
    struct rig *rig = *state;

    reserved_range(rig, 0000007, 0000077);
    reserved_range(rig, 0000210, 0000227);
    reserved_range(rig, 0007000, 0007777);
    reserved_range(rig, 0075000, 0076777);
    reserved_range(rig, 0106400, 0106477);
    reserved_range(rig, 0106700, 0107777);
}

/* And nothing else traps to 10 by its first word, but JMP and JSR to a register. */
static void f07_no_other_word_is_reserved(void **state)
{
    struct rig *rig = *state;
    struct cpu *cpu = &rig->cpu;
    unsigned count = 0;

    for (unsigned word = 0; word < 0170000; word++) {
        cpu->attention = 0;
        rig_ps(rig, 0);
        for (unsigned i = 0; i < 6; i++)
            cpu->r[i] = 04000;
        cpu->r[SP] = RIG_STACK;
        cpu->r[PC] = RIG_CODE;
        RIG_LOAD(rig, 010, RIG_HANDLER + 010, 0340); /* what the last word may have changed */
        RIG_LOAD(rig, 03776, 0, 0);
        RIG_CODE_IS(rig, (u16)word, 0, 0);
        (void)cpu_run(cpu, cpu->icount + 1);
        if (cpu->r[PC] == RIG_HANDLER + 010)
            count++;
    }
    /* 000007-77, 000210-227, 0070xx-77xx, 075-076, 1064xx, 1067xx, 107xxx; 8 JMP, 64 JSR. */
    CHECK(count, 071 + 020 + 01000 + 02000 + 0100 + 0100 + 01000 + 010 + 0100);
}

static void f06_jump_to_register_traps_to_10(void **state)
{
    struct rig *rig = *state;

    for (u16 reg = 0; reg < 8; reg++) {
        reserved(rig, (u16)(I_JMP | reg), 05);
        reserved(rig, (u16)(I_JMP | reg), 0140005);
        for (u16 link = 0; link < 8; link++)
            reserved(rig, (u16)(I_JSR | S(link) | reg), 0);
    }
}

/* MOV R,(R)+ and its like store what R was before. */
static void f08_source_register_is_the_initial_one(void **state)
{
    struct rig *rig = *state;

    RIG_LOAD(rig, 04000, 05000, 05002);
    RIG_CODE_IS(rig, I_MOV | S(R1) | M2(R1), I_MOV | S(R2) | M4(R2), I_MOV | S(R3) | M3(R3),
                I_MOV | S(R4) | M5(R4));
    rig->cpu.r[R1] = 06000;
    rig->cpu.r[R2] = 06010;
    rig->cpu.r[R3] = 04000; /* points to 5000 */
    rig->cpu.r[R4] = 04004; /* one before points to 5002 */
    rig_run(rig, 4);
    CHECK_MEM(rig, 06000, 06000);
    CHECK_REG(rig, R1, 06002);
    CHECK_MEM(rig, 06006, 06010);
    CHECK_REG(rig, R2, 06006);
    CHECK_MEM(rig, 05000, 04000);
    CHECK_REG(rig, R3, 04002);
    CHECK_MEM(rig, 05002, 04004);
    CHECK_REG(rig, R4, 04002);
}

static void f08_sp_as_source_of_its_push(void **state)
{
    struct rig *rig = *state;

    RIG_CODE_IS(rig, I_MOV | S(SP) | M4(SP), I_ADD | S(SP) | M2(SP));
    rig_run(rig, 1);
    CHECK_MEM(rig, RIG_STACK - 2, RIG_STACK);
    rig_run(rig, 1);
    CHECK_MEM(rig, RIG_STACK - 2, 2 * RIG_STACK - 2);
    CHECK_REG(rig, SP, RIG_STACK);
}

/* The address of the instruction + 2, whatever words follow. */
static void f09_mov_pc_stores_pc_plus_2(void **state)
{
    struct rig *rig = *state;

    rig->cpu.r[R1] = 04000;
    RIG_CODE_IS(rig, I_MOV | S(PC) | ABS, 04000, I_MOV | S(PC) | M6(R1), 2, I_MOV | S(PC) | M6(PC),
                04004 - 01014, I_MOV | S(PC) | M2(R1));
    rig_run(rig, 4);
    CHECK_MEM(rig, 04000, RIG_CODE + 016);
    CHECK_MEM(rig, 04002, RIG_CODE + 6);
    CHECK_MEM(rig, 04004, RIG_CODE + 012);
}

static void f10_jump_autoincrement_uses_the_initial_register(void **state)
{
    struct rig *rig = *state;

    RIG_CODE_IS(rig, I_JMP | M2(R1));
    rig->cpu.r[R1] = 04000;
    rig_run(rig, 1);
    CHECK_REG(rig, PC, 04000);
    CHECK_REG(rig, R1, 04002);
    RIG_LOAD(rig, 04000, I_JSR | S(R5) | M2(R2));
    rig->cpu.r[R2] = 05000;
    rig_run(rig, 1);
    CHECK_REG(rig, PC, 05000);
    CHECK_REG(rig, R2, 05002);
    CHECK_REG(rig, R5, 04002);
}

/* The target is an address: even that of a byte is only found odd by the fetch. */
static void f10_jump_does_not_read_its_target(void **state)
{
    struct rig *rig = *state;

    RIG_CODE_IS(rig, I_JMP | M1(R1));
    rig->cpu.r[R1] = 04001;
    rig_run(rig, 1);
    CHECK_REG(rig, PC, 04001);
    rig_run(rig, 1);
    CHECK_FRAME(rig, 04, 04001, 0);
}

/* Microcode JSR.00-30: the register is latched before SP moves. */
static void f11_jsr_sp_pushes_the_original_sp(void **state)
{
    struct rig *rig = *state;

    RIG_CODE_IS(rig, I_JSR | S(SP) | ABS, 04000);
    rig_run(rig, 1);
    CHECK_MEM(rig, RIG_STACK - 2, RIG_STACK);
    CHECK_REG(rig, SP, RIG_CODE + 4);
    CHECK_REG(rig, PC, 04000);
}

static void f12_jsr_destination_comes_first(void **state)
{
    struct rig *rig = *state;

    RIG_CODE_IS(rig, I_JSR | S(R1) | M2(R1));
    rig->cpu.r[R1] = 04000;
    rig_run(rig, 1);
    CHECK_MEM(rig, RIG_STACK - 2, 04002);
    CHECK_REG(rig, R1, RIG_CODE + 2);
    CHECK_REG(rig, PC, 04000);

    RIG_LOAD(rig, 04000, I_JSR | S(R2) | M3(R2));
    RIG_LOAD(rig, 05000, 06000);
    rig->cpu.r[R2] = 05000;
    rig_run(rig, 1);
    CHECK_MEM(rig, RIG_STACK - 4, 05002);
    CHECK_REG(rig, R2, 04002);
    CHECK_REG(rig, PC, 06000);
}

static void f12_jsr_coroutines(void **state)
{
    struct rig *rig = *state;

    RIG_CODE_IS(rig, I_JSR | S(PC) | M3(SP));
    rig->cpu.r[SP] = RIG_STACK - 2;
    rig_put(rig, RIG_STACK - 2, 04000);
    rig_run(rig, 1);
    CHECK_REG(rig, PC, 04000);
    CHECK_REG(rig, SP, RIG_STACK - 2);
    CHECK_MEM(rig, RIG_STACK - 2, RIG_CODE + 2);
}

static void f13_rts_sp(void **state)
{
    struct rig *rig = *state;

    RIG_CODE_IS(rig, I_RTS | SP);
    rig_put(rig, RIG_STACK, 04000);
    rig_run(rig, 1);
    CHECK_REG(rig, PC, RIG_STACK);
    CHECK_REG(rig, SP, 04000);
}

static void f13_rts_order(void **state)
{
    struct rig *rig = *state;

    RIG_CODE_IS(rig, I_RTS | R5);
    rig->cpu.r[R5] = 05000;
    rig_put(rig, RIG_STACK, 04000);
    RIG_LOAD(rig, 05000, I_RTS | PC);
    rig_put(rig, RIG_STACK + 2, 06000);
    rig_run(rig, 1);
    CHECK_REG(rig, PC, 05000);
    CHECK_REG(rig, R5, 04000);
    CHECK_REG(rig, SP, RIG_STACK + 2);
    rig_run(rig, 1);
    CHECK_REG(rig, PC, 06000);
}

/* SP := PC + 2n, PC := R5, R5 := (SP)+. */
static void f13_mark(void **state)
{
    struct rig *rig = *state;

    RIG_CODE_IS(rig, I_MARK | 3, 1, 2, 3, 0123456);
    rig->cpu.r[R5] = 05000;
    rig_run(rig, 1);
    CHECK_REG(rig, PC, 05000);
    CHECK_REG(rig, R5, 0123456);
    CHECK_REG(rig, SP, RIG_CODE + 012);
}

/* The cycles of one instruction on a device register. */
static void cycles(struct rig *rig, u16 insn, const char *expected)
{
    static const char *const names[] = {"DATI ", "DATIP ", "DATO ", "DATOB "};
    char text[64] = "";

    rig->cycles = 0;
    rig->cpu.r[R1] = A_DEV;
    RIG_CODE_IS(rig, insn);
    rig_go(rig, RIG_CODE, 1);
    for (unsigned i = 0; i < rig->cycles; i++) {
        CHECK(rig->log[i].pa, A_DEV + 0600000);
        strncat(text, names[rig->log[i].cycle], sizeof text - strlen(text) - 1);
    }
    assert_string_equal(text, expected);
}

/* A MOV only writes; all other writing instructions read first, even where the old value does
 * not matter: a DL11's receiver loses its character to CLR. */
static void f68_bus_cycles(void **state)
{
    struct rig *rig = *state;

    rig_device(rig, A_DEV, 0123);
    cycles(rig, I_MOV | M1(R1), "DATO ");
    cycles(rig, I_MOVB | M1(R1), "DATOB ");
    cycles(rig, I_CLR | M1(R1), "DATIP DATO ");
    cycles(rig, I_CLRB | M1(R1), "DATIP DATOB ");
    cycles(rig, I_SXT | M1(R1), "DATIP DATO ");
    cycles(rig, I_SWAB | M1(R1), "DATIP DATO ");
    cycles(rig, I_ADD | M1(R1), "DATIP DATO ");
    cycles(rig, I_BISB | M1(R1), "DATIP DATOB ");
    cycles(rig, I_XOR | M1(R1), "DATIP DATO ");
    cycles(rig, I_MOV | S(M1(R1)), "DATI ");
    cycles(rig, I_TST | M1(R1), "DATI ");
    cycles(rig, I_TSTB | M1(R1), "DATI ");
    cycles(rig, I_CMPB | M1(R1), "DATI ");
    cycles(rig, I_BIT | M1(R1), "DATI ");
    cycles(rig, I_MUL | M1(R1), "DATI ");
    cycles(rig, I_MTPI | M1(R1), "DATO ");
    cycles(rig, I_JMP | M1(R1), "");
}

static void f68_byte_of_a_device_register(void **state)
{
    struct rig *rig = *state;

    rig_device(rig, A_DEV, 0123456);
    RIG_CODE_IS(rig, I_MOVB | S(ABS) | R0, A_DEV + 1, I_MOVB | S(ABS) | R1, A_DEV,
                I_BICB | S(IMM) | ABS, 0377, A_DEV + 1);
    rig_run(rig, 3);
    CHECK_REG(rig, R0, 0177647);
    CHECK_REG(rig, R1, 0000056);
    CHECK(rig->page[(A_DEV & 017777) / 2], 0000056);
    CHECK(rig->log[3].pa, A_DEV + 0600001);
}

/* The source is finished, side effects included, before the destination begins. */
static void f72_source_then_destination(void **state)
{
    struct rig *rig = *state;

    RIG_LOAD(rig, 04000, 1, 2, 04010, 0, 0);
    RIG_CODE_IS(rig, I_MOV | S(M2(R1)) | M2(R1), I_ADD | S(M2(R2)) | R2, I_MOV | S(M4(R3)) | M4(R3),
                I_ADD | S(M3(R4)) | R4);
    rig->cpu.r[R1] = 04000;
    rig_run(rig, 1);
    CHECK_MEM(rig, 04002, 1);
    CHECK_REG(rig, R1, 04004);
    rig->cpu.r[R2] = 04004;
    rig_run(rig, 1);
    CHECK_REG(rig, R2, 04006 + 04010);
    rig->cpu.r[R3] = 04006;
    rig_run(rig, 1);
    CHECK_MEM(rig, 04002, 04010);
    CHECK_REG(rig, R3, 04002);
    rig->cpu.r[R4] = 04004;
    rig_put(rig, 04010, 5);
    rig_run(rig, 1);
    CHECK_REG(rig, R4, 04006 + 5);
}

static void f73_xor_source_is_the_initial_register(void **state)
{
    struct rig *rig = *state;

    RIG_CODE_IS(rig, I_XOR | S(R1) | M2(R1), I_XOR | S(R2) | M4(R2));
    rig_put(rig, 04000, 0377);
    rig->cpu.r[R1] = 04000;
    rig->cpu.r[R2] = 04002;
    rig_run(rig, 1);
    CHECK_MEM(rig, 04000, 04377);
    rig_run(rig, 1);
    CHECK_MEM(rig, 04000, 04377 ^ 04002);
}

static void f74_next_word_may_be_written(void **state)
{
    struct rig *rig = *state;

    rig->cpu.r[R0] = I_INC | R3;
    RIG_CODE_IS(rig, I_MOV | S(R0) | M1(PC), 0);
    rig_run(rig, 2);
    CHECK_REG(rig, R3, 1);
    CHECK_REG(rig, PC, RIG_CODE + 4);

    /* Over a loop: the same place, executed before, changes. */
    rig->cpu.r[R1] = RIG_CODE + 4;
    RIG_LOAD(rig, RIG_CODE + 4, I_INC | R4, I_MOV | S(R0) | M1(R1), BR(-3));
    rig_run(rig, 4);
    CHECK_REG(rig, R4, 1);
    CHECK_REG(rig, R3, 2);
}

/* MOV R0,-(PC) overwrites itself, and what it wrote is executed next. */
static void f74_instruction_overwrites_itself(void **state)
{
    struct rig *rig = *state;

    rig->cpu.r[R0] = I_INC | R3;
    RIG_CODE_IS(rig, I_MOV | S(R0) | M4(PC), 0);
    rig_run(rig, 1);
    CHECK_REG(rig, PC, RIG_CODE);
    rig_run(rig, 1);
    CHECK_REG(rig, R3, 1);
}

/* Operands #n as destinations are words of the program (W basics B1). */
static void n_4_14_immediate_destinations(void **state)
{
    struct rig *rig = *state;

    RIG_CODE_IS(rig, I_ADD | S(IMM) | IMM, 1, 2, I_INC | IMM, 0177777, I_MOV | S(R0) | IMM, 0777);
    rig->cpu.r[R0] = 0321;
    rig_run(rig, 3);
    CHECK_MEM(rig, RIG_CODE + 2, 1);
    CHECK_MEM(rig, RIG_CODE + 4, 3);
    CHECK_MEM(rig, RIG_CODE + 010, 0);
    CHECK_MEM(rig, RIG_CODE + 014, 0321);
    CHECK_REG(rig, PC, RIG_CODE + 016);
}

static void n_4_14_mtpi_writes_the_next_word(void **state)
{
    struct rig *rig = *state;

    rig->cpu.r[SP] = RIG_STACK - 2;
    rig_put(rig, RIG_STACK - 2, I_INC | R3);
    RIG_CODE_IS(rig, I_MTPI | M1(PC), 0);
    rig_run(rig, 2);
    CHECK_REG(rig, R3, 1);
    CHECK_REG(rig, SP, RIG_STACK);
}

/* Index words come before the register is read: X(PC) is relative to the word behind it. */
static void n_4_13_pc_relative_operands(void **state)
{
    struct rig *rig = *state;

    RIG_CODE_IS(rig, I_MOV | S(M6(PC)) | M6(PC), 04000 - (RIG_CODE + 4), 04002 - (RIG_CODE + 6),
                I_CLR | M7(PC), 05000 - (RIG_CODE + 012));
    RIG_LOAD(rig, 04000, 0123, 0);
    RIG_LOAD(rig, 05000, 04000);
    rig_run(rig, 2);
    CHECK_MEM(rig, 04002, 0123);
    CHECK_MEM(rig, 04000, 0);
}

static void n_4_11_sob_keeps_the_codes(void **state)
{
    struct rig *rig = *state;

    RIG_CODE_IS(rig, SCC, I_SOB | S(R1) | 1, NOP);
    rig->cpu.r[R1] = 3;
    rig_run(rig, 4);
    CHECK_REG(rig, R1, 0);
    CHECK_REG(rig, PC, RIG_CODE + 4);
    CHECK_CC(rig, 017);
    rig->cpu.r[R1] = 0; /* 0 - 1 is not 0: 65536 rounds */
    rig_go(rig, RIG_CODE + 2, 1);
    CHECK_REG(rig, PC, RIG_CODE + 2);
    CHECK_REG(rig, R1, 0177777);
}

static void n_4_12_condition_code_operators(void **state)
{
    struct rig *rig = *state;

    for (u16 bits = 0; bits < 020; bits++) {
        RIG_CODE_IS(rig, SCC, I_CLCC | bits, CCC, I_SECC | bits);
        rig_go(rig, RIG_CODE, 2);
        CHECK_CC(rig, 017 & ~bits);
        rig_run(rig, 2);
        CHECK_CC(rig, bits);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(f05_no_later_instructions),
        RIG_TEST(f06_jump_to_register_traps_to_10),
        RIG_TEST(f07_reserved_words),
        RIG_TEST(f07_no_other_word_is_reserved),
        RIG_TEST(f08_source_register_is_the_initial_one),
        RIG_TEST(f08_sp_as_source_of_its_push),
        RIG_TEST(f09_mov_pc_stores_pc_plus_2),
        RIG_TEST(f10_jump_autoincrement_uses_the_initial_register),
        RIG_TEST(f10_jump_does_not_read_its_target),
        RIG_TEST(f11_jsr_sp_pushes_the_original_sp),
        RIG_TEST(f12_jsr_destination_comes_first),
        RIG_TEST(f12_jsr_coroutines),
        RIG_TEST(f13_rts_sp),
        RIG_TEST(f13_rts_order),
        RIG_TEST(f13_mark),
        RIG_TEST(f68_bus_cycles),
        RIG_TEST(f68_byte_of_a_device_register),
        RIG_TEST(f72_source_then_destination),
        RIG_TEST(f73_xor_source_is_the_initial_register),
        RIG_TEST(f74_next_word_may_be_written),
        RIG_TEST(f74_instruction_overwrites_itself),
        RIG_TEST(n_4_11_sob_keeps_the_codes),
        RIG_TEST(n_4_12_condition_code_operators),
        RIG_TEST(n_4_13_pc_relative_operands),
        RIG_TEST(n_4_14_immediate_destinations),
        RIG_TEST(n_4_14_mtpi_writes_the_next_word),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
