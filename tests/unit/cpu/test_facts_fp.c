/* test_facts_fp.c - facts about the FP11-B as the processor's part: exceptions and the trap to 244,
 * operands in memory, in registers, immediate; what aborts leave.
 *
 * fNN_ names a row of the facts table, n_S_N_ an item of the notes on the KB11-A's microcode. The
 * arithmetic is tested in isa/test_fp11.c.
 */
#include "rig.h"

#define PS_U  0140000u
#define ONE   0040200u /* first words of 1.0, 2.0, ... */
#define TWO   0040400u
#define THREE 0040500u
#define MINUS 0100000u
#define HUGE  0077600u /* 2 to the 126 */
#define TINY  0000200u /* 2 to the -128 */
#define UNDEF 0100000u /* -0 */
#define AC(n) ((n) << 6)

static void put_ac(struct rig *rig, unsigned n, u16 w0, u16 w1)
{
    rig->cpu.fp.ac[n] = (u64)w0 << 48 | (u64)w1 << 32;
}

#define CHECK_AC(rig, n, word)   CHECK((rig)->cpu.fp.ac[n] >> 48, word)
#define CHECK_FPS(rig, expected) CHECK((rig)->cpu.fp.fps, expected)

/* Executes `insn`, with `word` behind it, R1 = 4000 and an FPS; then the exception code, 0 where
 * there was none. With FID off it must have trapped to 244, FEA telling the address. */
static unsigned execute(struct rig *rig, u16 insn, u16 word, u16 fps)
{
    struct cpu *cpu = &rig->cpu;
    u32 next = RIG_CODE + 2 + 2 * isa_length(insn);

    RIG_CODE_IS(rig, NOP, insn, word, NOP);
    cpu->fp.fps = fps;
    cpu->fp.fec = cpu->fp.fea = 0;
    cpu->r[R1] = 04000;
    cpu->r[SP] = RIG_STACK;
    rig_ps(rig, 0);
    rig_go(rig, RIG_CODE + 2, 2);
    if (!(cpu->fp.fps & FP11_FER)) {
        CHECK(cpu->fp.fec, 0);
        CHECK(cpu->r[PC], next + 2);
        return 0;
    }
    CHECK(cpu->fp.fea, RIG_CODE + 2);
    if (fps & FP11_FID) {
        CHECK(cpu->r[PC], next + 2);
    } else {
        CHECK(cpu->r[PC], RIG_HANDLER + 0244 + 2);
        CHECK_MEM(rig, cpu->r[SP], next);
    }
    return cpu->fp.fec;
}

static void f76_exception(void **state)
{
    struct rig *rig = *state;
    u16 insn = I_DIVF | AC(1) | M1(R1);

    put_ac(rig, 1, ONE, 0);
    CHECK(execute(rig, insn, NOP, 0), FP11_DIV_ZERO);
    CHECK_FPS(rig, FP11_FER);
    CHECK_AC(rig, 1, ONE);
    /* without interrupt all else is the same */
    CHECK(execute(rig, insn, NOP, FP11_FID), FP11_DIV_ZERO);
    CHECK_FPS(rig, FP11_FER | FP11_FID);
}

/* FER stays: nothing but LDFPS clears it, not even RESET. */
static void f76_error_bit(void **state)
{
    struct rig *rig = *state;

    rig->cpu.fp.fps = FP11_FER | FP11_FID | 5;
    RIG_CODE_IS(rig, I_SETD, I_LDF | IMM, ONE, I_RESET, I_LDFPS | IMM, 0);
    rig_run(rig, 3);
    CHECK_FPS(rig, FP11_FER | FP11_FID | FP11_FD);
    rig_run(rig, 1);
    CHECK_FPS(rig, 0);
}

static void f76_not_privileged(void **state)
{
    struct rig *rig = *state;

    RIG_CODE_IS(rig, I_LDFPS | IMM, 0177777, I_STFPS | R2, I_SETF, I_SETI, I_STFPS | R3, I_SETD,
                I_SETL, I_STFPS | R4, I_STST | R5, I_CFCC);
    rig->cpu.fp.fec = 012;
    rig_ps(rig, PS_U);
    rig_run(rig, 10);
    CHECK_REG(rig, R2, 0147777);
    CHECK_REG(rig, R3, 0147477);
    CHECK_REG(rig, R4, 0147777);
    CHECK_REG(rig, R5, 012);
    CHECK_PS(rig, PS_U | 017);
}

/* Before an interrupt at the same time, after the instruction. */
static void f76_service_order(void **state)
{
    struct rig *rig = *state;

    rig_put(rig, A_PIRQ, 0100000);
    rig_ps(rig, 0340);
    RIG_CODE_IS(rig, I_SPL | 0, 0170010);
    rig_run(rig, 3);
    CHECK_FRAME(rig, 0244, RIG_CODE + 4, 0);
}

/* They are not illegal: DEC's diagnostics execute LDUB in every subtest. */
static void f84_maintenance_instructions(void **state)
{
    struct rig *rig = *state;
    static const u16 insns[] = {I_LDUB, I_LDSC, I_STA0, I_MRS, I_STQ0};

    rig->cpu.r[R3] = 0123;
    for (unsigned i = 0; i < ARRAY_LEN(insns); i++) {
        CHECK(execute(rig, insns[i], NOP, 017), 0);
        CHECK_FPS(rig, 017);
    }
    CHECK(rig->cpu.fp.ubreak, 0123);
}

/* No word 170000-177777 traps to 10. The reserved ones address nothing. */
static void n_7_5_reserved_words(void **state)
{
    struct rig *rig = *state;

    for (u16 word = 0170000; word < 0170100; word++) {
        if (isa_op(word) != OP_NONE)
            continue;
        CHECK(execute(rig, word, NOP, 0), FP11_OPCODE);
        CHECK_REG(rig, R1, 04000);
    }
    for (unsigned word = 0170100; word < 0200000; word++)
        assert_true(isa_op((u16)word) != OP_NONE);
}

static void f85_accumulators_6_and_7(void **state)
{
    struct rig *rig = *state;
    static const u16 insns[] = {I_CLRF, I_TSTF, I_ABSF, I_NEGF, I_MULF, I_MODF,  I_ADDF,
                                I_LDF,  I_SUBF, I_CMPF, I_STF,  I_DIVF, I_STCFD, I_LDCDF};

    for (unsigned i = 0; i < ARRAY_LEN(insns); i++) {
        for (u16 n = 6; n < 8; n++) {
            CHECK(execute(rig, insns[i] | n, NOP, 0), FP11_OPCODE);
            CHECK_FPS(rig, FP11_FER);
        }
        CHECK(execute(rig, insns[i] | 5, NOP, 0) & ~(unsigned)FP11_DIV_ZERO, 0);
    }
}

/* -0 read from memory: with FIUV all but ABSF, NEGF, TSTF do nothing. Steps stay. */
static void f85_undefined_variable(void **state)
{
    struct rig *rig = *state;
    static const u16 insns[] = {I_MULF, I_MODF, I_ADDF, I_LDF, I_SUBF, I_CMPF, I_DIVF, I_LDCDF};

    rig_put(rig, 04000, UNDEF);
    for (unsigned i = 0; i < ARRAY_LEN(insns); i++) {
        put_ac(rig, 1, ONE, 3);
        CHECK(execute(rig, insns[i] | AC(1) | M2(R1), NOP, FP11_FIUV | 2), FP11_UNDEFINED);
        CHECK_AC(rig, 1, ONE);
        CHECK_FPS(rig, FP11_FER | FP11_FIUV | 2);
        CHECK_REG(rig, R1, insns[i] == I_LDCDF ? 04010 : 04004);
        put_ac(rig, 2, UNDEF, 0); /* an accumulator is not tested */
        CHECK(execute(rig, insns[i] | AC(1) | 2, NOP, FP11_FIUV), insns[i] == I_DIVF ? 4 : 0);
    }
    CHECK(execute(rig, I_LDF | AC(1) | M1(R1), NOP, 0), 0);
    CHECK_AC(rig, 1, UNDEF);
}

static void f85_undefined_variable_in_place(void **state)
{
    struct rig *rig = *state;
    static const u16 insns[] = {I_ABSF, I_NEGF, I_TSTF};

    for (unsigned i = 0; i < ARRAY_LEN(insns); i++) {
        rig_put(rig, 04000, UNDEF);
        rig_put(rig, 04002, 0123);
        CHECK(execute(rig, insns[i] | M1(R1), NOP, FP11_FIUV | 013), FP11_UNDEFINED);
        CHECK(rig->cpu.fp.fps & FP11_FZ, FP11_FZ);
        CHECK_MEM(rig, 04000, insns[i] == I_TSTF ? UNDEF : 0);
        CHECK_MEM(rig, 04002, insns[i] == I_TSTF ? 0123 : 0);
    }
}

static void f85_overflow_and_underflow(void **state)
{
    struct rig *rig = *state;
    struct {
        u16 ac, src, enable, fec, wrapped; /* the first word of the product, exponent mod 256 */
        u8 cc;
    } rows[] = {{HUGE, HUGE, FP11_FIV, FP11_OVERFLOW, 037200, 2},
                {TINY, TINY, FP11_FIU, FP11_UNDERFLOW, 040200, 0}};

    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        put_ac(rig, 0, rows[i].ac, 0);
        rig_put(rig, 04000, rows[i].src);
        CHECK(execute(rig, I_MULF | M1(R1), NOP, 0), 0);
        CHECK_AC(rig, 0, 0);
        CHECK_FPS(rig, 4 | rows[i].cc);
        put_ac(rig, 0, rows[i].ac, 0);
        CHECK(execute(rig, I_MULF | M1(R1), NOP, rows[i].enable), rows[i].fec);
        CHECK_AC(rig, 0, rows[i].wrapped);
        CHECK_FPS(rig, FP11_FER | rows[i].enable | rows[i].cc);
    }
}

static void f85_conversion(void **state)
{
    struct rig *rig = *state;

    put_ac(rig, 0, HUGE, 0);
    RIG_LOAD(rig, 04000, 0777, 0777);
    CHECK(execute(rig, I_STCFI | M1(R1), NOP, 0), 0);
    CHECK_MEM(rig, 04000, 0);
    CHECK_FPS(rig, 5);
    rig_put(rig, 04000, 0777);
    CHECK(execute(rig, I_STCFI | M1(R1), NOP, FP11_FIC), FP11_CONVERT);
    CHECK_MEM(rig, 04000, 0);
    CHECK_FPS(rig, FP11_FER | FP11_FIC | 5);
}

/* The PSW gets the codes before the trap pushes it. */
static void f85_codes_of_stcfi_and_stexp(void **state)
{
    struct rig *rig = *state;

    put_ac(rig, 0, HUGE, 0);
    RIG_CODE_IS(rig, I_STCFI | R2, I_STEXP | R2, I_STCFI | R2, NOP);
    rig->cpu.fp.fps = FP11_FIC;
    rig_ps(rig, 012);
    rig_run(rig, 2);
    CHECK_FRAME(rig, 0244, RIG_CODE + 2, 5);
    rig->cpu.fp.fps = 0;
    rig_ps(rig, 012);
    rig_go(rig, RIG_CODE + 2, 1);
    CHECK_REG(rig, R2, 0177);
    CHECK_CC(rig, 0);
    put_ac(rig, 0, MINUS | ONE, 0);
    rig_run(rig, 1);
    CHECK_REG(rig, R2, 0177777);
    CHECK_CC(rig, 010);
}

/* An immediate is one word, whatever the format; PC steps by 2. */
static void n_7_2_immediate_operands(void **state)
{
    struct rig *rig = *state;

    rig->cpu.fp.ac[0] = ~0ull;
    CHECK(execute(rig, I_LDF | IMM, THREE, FP11_FD), 0);
    assert_true(rig->cpu.fp.ac[0] == (u64)THREE << 48);
    rig->cpu.fp.ac[0] = 0x4161222233334444;
    CHECK(execute(rig, I_STF | IMM, 0, FP11_FD), 0);
    CHECK_MEM(rig, RIG_CODE + 4, 0x4161);
    CHECK_MEM(rig, RIG_CODE + 6, NOP);
    CHECK(execute(rig, I_LDCIF | IMM, 1, FP11_FL), 0); /* the high word of a long: 65536 */
    CHECK_AC(rig, 0, 0044200);
    CHECK(execute(rig, I_NEGF | IMM, ONE, FP11_FD), 0);
    CHECK_MEM(rig, RIG_CODE + 4, MINUS | ONE);
}

/* A general register is one word, the first of a long. */
static void n_7_3_general_registers(void **state)
{
    struct rig *rig = *state;

    RIG_CODE_IS(rig, I_LDCIF | R1, I_STCFI | R2, I_SETL, I_LDCIF | R1, I_STCFI | R2, I_LDEXP | R1,
                I_STEXP | R3, I_LDFPS | R4, I_STFPS | R5, I_STST | R2);
    rig->cpu.r[R1] = 3;
    rig->cpu.r[R4] = 0140213;
    rig->cpu.fp.fec = 010;
    rig->cpu.fp.fea = 0444;
    rig_run(rig, 1);
    CHECK_AC(rig, 0, THREE);
    rig_run(rig, 1);
    CHECK_REG(rig, R2, 3);
    rig_run(rig, 2);
    CHECK_AC(rig, 0, THREE + 16 * 0200);
    rig_run(rig, 1);
    CHECK_REG(rig, R2, 3);
    rig_run(rig, 2);
    CHECK_REG(rig, R3, 3);
    rig_run(rig, 3);
    CHECK_REG(rig, R5, 0140213);
    CHECK_REG(rig, R2, 010);
}

/* Every addressing mode finds an operand of 2 and of 4 words, and steps by its size. */
static void n_7_1_addressing_modes(void **state)
{
    struct rig *rig = *state;

    for (u16 fps = 0; fps <= FP11_FD; fps = (u16)(fps + FP11_FD)) {
        u16 size = fps ? 010 : 4;
        const struct {
            u16 spec, word, r1, after;
        } rows[] = {{M1(R1), NOP, 04000, 04000},     {M2(R1), NOP, 04000, 04000 + size},
                    {M3(R1), NOP, 05000, 05002},     {M4(R1), NOP, 04000 + size, 04000},
                    {M5(R1), NOP, 05002, 05000},     {M6(R1), 4, 03774, 03774},
                    {M7(R1), (u16)-4, 05004, 05004}, {ABS, 04000, 1, 1}};
        RIG_LOAD(rig, 04000, ONE, 1, 2, 3);
        rig_put(rig, 05000, 04000);
        for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
            RIG_CODE_IS(rig, I_LDF | AC(2) | rows[i].spec, rows[i].word);
            rig->cpu.fp.ac[2] = 0;
            rig->cpu.fp.fps = fps;
            rig->cpu.r[R1] = rows[i].r1;
            rig_go(rig, RIG_CODE, 1);
            CHECK_REG(rig, R1, rows[i].after);
            CHECK_AC(rig, 2, ONE);
            CHECK(rig->cpu.fp.ac[2], fps ? 0x20003 : 0); /* its low half */
        }
    }
}

/* On SP and PC the steps are the operand's size too; through PC the operand is I space. */
static void n_7_1_sp_and_pc(void **state)
{
    struct rig *rig = *state;

    put_ac(rig, 0, ONE, 7);
    RIG_CODE_IS(rig, I_STF | M4(SP), I_LDF | AC(1) | M2(SP), I_STF | M1(PC), NOP, 0,
                I_LDF | AC(2) | M4(PC));
    rig_run(rig, 1);
    CHECK_REG(rig, SP, RIG_STACK - 4);
    CHECK_MEM(rig, RIG_STACK - 4, ONE);
    CHECK_MEM(rig, RIG_STACK - 2, 7);
    rig_run(rig, 2);
    CHECK_REG(rig, SP, RIG_STACK);
    assert_true(rig->cpu.fp.ac[1] == rig->cpu.fp.ac[0]);
    CHECK_MEM(rig, RIG_CODE + 6, ONE);
    CHECK_MEM(rig, RIG_CODE + 010, 7);
    rig_go(rig, RIG_CODE + 012, 1);
    CHECK_REG(rig, PC, RIG_CODE + 010);
    CHECK_AC(rig, 2, 7);
}

static void n_7_1_operands_through_pc_are_i_space(void **state)
{
    struct rig *rig = *state;

    rig_map(rig, 4);
    *rig_par(rig, MODE_K, SPACE_D, 0) = 0200;
    RIG_CODE_IS(rig, I_LDF | IMM, TWO, I_LDF | AC(1) | ABS, 04000, I_LDF | AC(2) | M1(PC), NOP,
                NOP);
    rig_put(rig, 020000 + 04000, THREE);
    rig_run(rig, 3);
    CHECK_AC(rig, 0, TWO);
    CHECK_AC(rig, 1, THREE);
    CHECK_AC(rig, 2, NOP);
}

/* An abort leaves FPS, FEC, FEA and accumulators; the register has moved (notes 7.1). */
static void n_7_1_aborts(void **state)
{
    struct rig *rig = *state;
    static const u16 insns[] = {I_LDF | AC(1), I_STF | AC(1), I_ABSF,        I_TSTF,  I_CLRF,
                                I_MODF,        I_ADDF,        I_LDCDF,       I_STCFD, I_LDCIF,
                                I_STCFI,       I_LDEXP,       I_STEXP,       I_LDFPS, I_STFPS,
                                I_STST,        I_NEGF,        I_CMPF | AC(1)};

    for (unsigned i = 0; i < ARRAY_LEN(insns); i++) {
        static const u16 specs[] = {M2(R1), M3(R1)};
        for (unsigned k = 0; k < 2; k++) {
            RIG_CODE_IS(rig, insns[i] | specs[k]);
            put_ac(rig, 0, ONE, 0);
            put_ac(rig, 1, TWO, 0);
            rig->cpu.fp.fps = 012;
            rig->cpu.fp.fec = 0777;
            rig->cpu.r[R1] = k ? 0140000 : 04001;
            rig->cpu.r[SP] = RIG_STACK;
            rig_ps(rig, 011);
            rig_go(rig, RIG_CODE, 1);
            CHECK_FRAME(rig, 4, RIG_CODE + 2, 011);
            CHECK(rig->cpu.r[R1] > (k ? 0140000 : 04001), true);
            CHECK_FPS(rig, 012);
            CHECK(rig->cpu.fp.fec, 0777);
            CHECK_AC(rig, 0, ONE);
            CHECK_AC(rig, 1, TWO);
        }
    }
}

/* ABSF and NEGF read, then write: what is read only aborts the write. */
static void n_7_1_abort_of_the_write_back(void **state)
{
    struct rig *rig = *state;

    rig_map(rig, 0);
    *rig_pdr(rig, MODE_K, SPACE_I, 2) = 077402;
    rig_put(rig, 040000, MINUS | ONE);
    RIG_CODE_IS(rig, I_ABSF | ABS, 040000, I_TSTF | ABS, 040000);
    rig->cpu.fp.fps = 2;
    rig_run(rig, 1);
    CHECK_FRAME(rig, 0250, RIG_CODE + 4, 0);
    CHECK(rig_get(rig, A_MMR0) & MMR0_FREEZE, MMR0_RO);
    CHECK_FPS(rig, 2);
    rig_go(rig, RIG_CODE + 4, 1);
    CHECK_REG(rig, PC, RIG_CODE + 010);
    CHECK_FPS(rig, 010);
}

/* No source tells; decided: the first word of a store through SP is checked as any write. */
static void f41_floating_stores(void **state)
{
    struct rig *rig = *state;

    RIG_CODE_IS(rig, I_STF | M4(SP), NOP);
    rig->cpu.r[SP] = 0402;
    rig_run(rig, 2);
    CHECK_FRAME(rig, 4, RIG_CODE + 2, 0);
    rig_ps(rig, 0);
    rig->cpu.r[SP] = 0340;
    rig_go(rig, RIG_CODE, 1);
    CHECK_FRAME(rig, 4, RIG_CODE + 2, 0);
    CHECK_REG(rig, SP, 0);
}

/* Each kind of instruction once, F and D, by what it leaves. */
static void test_each_instruction(void **state)
{
    struct rig *rig = *state;
    static const struct {
        u16 insn;
        u16 ac0, ac1; /* afterwards; before 2.0 and 3.0, the operand is -1.0 */
        u16 operand;
        u8 fpcc;
    } rows[] = {{I_ADDF, ONE, THREE, MINUS | ONE, 0},
                {I_SUBF, THREE, THREE, MINUS | ONE, 0},
                {I_MULF, MINUS | TWO, THREE, MINUS | ONE, 8},
                {I_DIVF, MINUS | TWO, THREE, MINUS | ONE, 8},
                {I_CMPF, TWO, THREE, MINUS | ONE, 8},
                {I_LDF, MINUS | ONE, THREE, MINUS | ONE, 8},
                {I_LDCDF, MINUS | ONE, THREE, MINUS | ONE, 8},
                {I_STF, TWO, THREE, TWO, 2},
                {I_STCFD, TWO, THREE, TWO, 0},
                {I_CLRF, TWO, THREE, 0, 4},
                {I_TSTF, TWO, THREE, MINUS | ONE, 8},
                {I_ABSF, TWO, THREE, ONE, 0},
                {I_NEGF, TWO, THREE, ONE, 0},
                {I_MODF, 0, MINUS | TWO, MINUS | ONE, 4},
                {I_MODF | AC(1), TWO, 0, MINUS | ONE, 4}};

    for (unsigned i = 0; i < 2 * ARRAY_LEN(rows); i++) {
        u16 fps = i & 1 ? FP11_FD : 0;
        put_ac(rig, 0, TWO, 0);
        put_ac(rig, 1, THREE, 0);
        RIG_LOAD(rig, 04000, MINUS | ONE, 0, 0, 0);
        CHECK(execute(rig, rows[i / 2].insn | M1(R1), NOP, fps | 2), 0);
        CHECK_AC(rig, 0, rows[i / 2].ac0);
        CHECK_AC(rig, 1, rows[i / 2].ac1);
        CHECK_MEM(rig, 04000, rows[i / 2].operand);
        CHECK_FPS(rig, fps | rows[i / 2].fpcc);
        put_ac(rig, 0, TWO, 0);
        put_ac(rig, 4, MINUS | ONE, 0);
        CHECK(execute(rig, rows[i / 2].insn | 4, NOP, fps | 2), 0);
        CHECK_AC(rig, 4, rows[i / 2].operand);
        CHECK_FPS(rig, fps | rows[i / 2].fpcc);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(f41_floating_stores),
        RIG_TEST(f76_error_bit),
        RIG_TEST(f76_exception),
        RIG_TEST(f76_not_privileged),
        RIG_TEST(f76_service_order),
        RIG_TEST(f84_maintenance_instructions),
        RIG_TEST(f85_accumulators_6_and_7),
        RIG_TEST(f85_codes_of_stcfi_and_stexp),
        RIG_TEST(f85_conversion),
        RIG_TEST(f85_overflow_and_underflow),
        RIG_TEST(f85_undefined_variable),
        RIG_TEST(f85_undefined_variable_in_place),
        RIG_TEST(n_7_1_abort_of_the_write_back),
        RIG_TEST(n_7_1_aborts),
        RIG_TEST(n_7_1_addressing_modes),
        RIG_TEST(n_7_1_operands_through_pc_are_i_space),
        RIG_TEST(n_7_1_sp_and_pc),
        RIG_TEST(n_7_2_immediate_operands),
        RIG_TEST(n_7_3_general_registers),
        RIG_TEST(n_7_5_reserved_words),
        RIG_TEST(test_each_instruction),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
