/* test_facts_mmr.c - facts about what the KT11-C tells after an abort: MMR0, MMR1, MMR2, what is
 * pushed, and aborts inside trap sequences.
 *
 * fNN_ names a row of the facts table, n_S_N_ an item of the notes on the KB11-A's microcode. The
 * programs run in user mode, mapped as unmapped but for page 2 (40000-57777), which is not
 * resident: BAD. A word of MMR1 is <delta of 5 bits, register> twice, the first change low.
 */
#include "rig.h"

#define PS_U    0140000u
#define PS_S    0040000u
#define BAD     040000u
#define GOOD    004000u
#define PDR_NR  077400u
#define USER_SP 006000u
#define NR_USER 0100145u /* MMR0: not resident, user, page 2 */

static void setup(struct rig *rig)
{
    rig_map(rig, 0);
    *rig_pdr(rig, MODE_U, SPACE_I, 2) = PDR_NR;
    *rig_pdr(rig, MODE_S, SPACE_I, 2) = PDR_NR;
    cpu_put_sp(&rig->cpu, MODE_U, USER_SP);
}

struct row {
    u16 words[3];
    u16 r1, r2, sp;
    u16 mmr1;
};

/* Each instruction aborts in user mode, with R1, R2 and SP as given. */
static void check_rows(struct rig *rig, const struct row *rows, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        const struct row *row = &rows[i];
        rig_load(rig, RIG_CODE, row->words, 3);
        rig_ps(rig, PS_U);
        rig->cpu.r[R1] = row->r1;
        rig->cpu.r[R2] = row->r2;
        rig->cpu.r[SP] = row->sp;
        rig_go(rig, RIG_CODE, 1);
        CHECK(rig->cpu.r[PC], RIG_HANDLER + 0250);
        CHECK(rig_get(rig, A_MMR0) & MMR0_FREEZE, MMR0_NR);
        if (rig_get(rig, A_MMR1) != row->mmr1)
            print_error("%06o (row %u):\n", row->words[0], i);
        CHECK(rig_get(rig, A_MMR1), row->mmr1);
        CHECK(rig_get(rig, A_MMR2), RIG_CODE);
        rig_put(rig, A_MMR0, MMR0_ENABLE);
        rig->cpu.r[SP] = RIG_STACK;
    }
}

static void f59_steps_of_the_modes(void **state)
{
    struct rig *rig = *state;
    static const struct row rows[] = {
        {{I_TST | M1(R1)}, BAD, 0, USER_SP, 0},
        {{I_TST | M2(R1)}, BAD, 0, USER_SP, 021},
        {{I_TST | M4(R1)}, BAD + 2, 0, USER_SP, 0361},
        {{I_TST | M3(R1)}, GOOD, 0, USER_SP, 021},
        {{I_TST | M5(R1)}, GOOD + 2, 0, USER_SP, 0361},
        {{I_TST | M3(R1)}, BAD, 0, USER_SP, 021},
        {{I_TST | M6(R1), 2}, BAD, 0, USER_SP, 0},
        {{I_TST | M7(R1), 2}, GOOD - 2, 0, USER_SP, 0},
        {{I_TSTB | M2(R1)}, BAD, 0, USER_SP, 011},
        {{I_TSTB | M4(R1)}, BAD + 1, 0, USER_SP, 0371},
        {{I_TSTB | M3(R1)}, GOOD, 0, USER_SP, 021},
        {{I_TSTB | M5(R1)}, GOOD + 2, 0, USER_SP, 0361},
        {{I_TSTB | M2(SP)}, 0, 0, BAD, 026},
        {{I_TSTB | M4(SP)}, 0, 0, BAD + 2, 0366},
        {{I_CLRB | M2(R1)}, BAD, 0, USER_SP, 011},
        {{I_CLR | M4(R1)}, BAD + 2, 0, USER_SP, 0361},
        {{I_ASH | M2(R1)}, BAD, 0, USER_SP, 021},
        {{I_JMP | M3(R1)}, BAD, 0, USER_SP, 021},
    };

    setup(rig);
    rig_put(rig, GOOD, BAD);
    check_rows(rig, rows, ARRAY_LEN(rows));
}

/* Two changes; the source's is the first. They are not added for one register. */
static void f59_two_changes(void **state)
{
    struct rig *rig = *state;
    static const struct row rows[] = {
        {{I_MOV | S(M2(R1)) | M2(R2)}, GOOD + 2, BAD, USER_SP, 011021},
        {{I_MOV | S(M2(R1)) | M2(R2)}, BAD, GOOD, USER_SP, 000021},
        {{I_MOV | S(M2(R1)) | M2(R1)}, BAD - 2, 0, USER_SP, 010421},
        {{I_MOV | S(M4(R1)) | ABS, BAD}, GOOD + 4, 0, USER_SP, 013761},
        {{I_MOVB | S(M2(R1)) | M4(R2)}, GOOD, BAD + 1, USER_SP, 0175011},
        {{I_CMP | S(M2(R1)) | M4(R2)}, GOOD, BAD + 2, USER_SP, 0171021},
        {{I_MOV | S(M2(R1)) | M4(SP)}, GOOD, 0, BAD + 2, 0173021},
        {{I_MOV | S(M6(R1)) | M2(R2), 2}, GOOD, BAD, USER_SP, 000022},
        {{I_ADD | S(R1) | M2(R2)}, 1, BAD, USER_SP, 000022},
        {{I_XOR | S(R1) | M3(R2)}, 1, GOOD, USER_SP, 000022},
    };

    setup(rig);
    rig_put(rig, GOOD, BAD);
    check_rows(rig, rows, ARRAY_LEN(rows));
}

/* #n and @#a count as (PC)+ and @(PC)+; index words do not. W: SIMH records nothing. */
static void f59_pc_modes(void **state)
{
    struct rig *rig = *state;
    static const struct row rows[] = {
        {{I_TST | ABS, BAD}, 0, 0, USER_SP, 027},
        {{I_MOV | S(IMM) | ABS, 0100000, BAD}, 0, 0, USER_SP, 013427},
        {{I_MOV | S(IMM) | M1(R1), 5}, BAD, 0, USER_SP, 027},
        {{I_CLR | M6(PC), BAD - (RIG_CODE + 4)}, 0, 0, USER_SP, 0},
        {{I_CLR | M7(PC), GOOD - (RIG_CODE + 4)}, 0, 0, USER_SP, 0},
        {{I_MOV | S(M6(PC)) | ABS, 0, BAD}, 0, 0, USER_SP, 027},
    };

    setup(rig);
    rig_put(rig, GOOD, BAD);
    check_rows(rig, rows, ARRAY_LEN(rows));
}

/* W mmu C2.2, C2.3, D1.1: SIMH gives 0 for the pops. */
static void f69_pushes_and_pops_in_mmr1(void **state)
{
    struct rig *rig = *state;
    static const struct row rows[] = {
        {{I_JSR | S(PC) | M1(R2)}, 0, GOOD, BAD + 2, 000366},
        {{I_JSR | S(PC) | M2(R2)}, 0, GOOD, BAD + 2, 0173022},
        {{I_JSR | S(R1) | ABS, GOOD}, 0, 0, BAD + 2, 0173027},
        {{I_RTS | R1}, GOOD, 0, BAD, 000026},
        {{I_MTPI | M1(R2)}, 0, GOOD, BAD, 000026},
        {{I_MTPD | M2(R2)}, 0, BAD, USER_SP, 011026},
        {{I_MFPI | M2(R1)}, GOOD, 0, BAD + 2, 0173021},
        {{I_MFPD | R1}, GOOD, 0, BAD + 2, 000366},
        {{I_RTI}, 0, 0, BAD, 000026},
        {{I_RTT}, 0, 0, BAD - 2, 013026},
    };

    setup(rig);
    *rig_pdr(rig, MODE_K, SPACE_I, 2) = PDR_NR; /* the previous mode */
    rig_put(rig, BAD - 2, RIG_CODE);
    check_rows(rig, rows, ARRAY_LEN(rows));
}

/* MARK's pop counts as a step of SP; its SP is lost, the instruction cannot be restarted. */
static void n_3_7_mark(void **state)
{
    struct rig *rig = *state;

    setup(rig);
    rig_put(rig, BAD - 4, I_MARK | 1);
    rig_ps(rig, PS_U);
    rig->cpu.r[R5] = GOOD;
    rig_go(rig, BAD - 4, 1);
    CHECK(rig_get(rig, A_MMR1), 026);
    CHECK(rig_get(rig, A_MMR2), BAD - 4);
    CHECK_FRAME(rig, 0250, GOOD, PS_U);
}

/* One entry for the whole floating operand, 2 words or 4 (S; notes 7.1). */
static void n_7_1_floating_operands(void **state)
{
    struct rig *rig = *state;
    static const struct row single[] = {
        {{I_LDF | M2(R1)}, BAD, 0, USER_SP, 041},
        {{I_LDF | M4(R1)}, BAD + 4, 0, USER_SP, 0341},
        {{I_STF | M2(R1)}, BAD, 0, USER_SP, 041},
        {{I_LDF | M3(R1)}, GOOD, 0, USER_SP, 021},
        {{I_LDF | M5(R1)}, GOOD + 2, 0, USER_SP, 0361},
        {{I_LDCDF | M2(R1)}, BAD, 0, USER_SP, 0101},
        {{I_LDCIF | M2(R1)}, BAD, 0, USER_SP, 021},
        {{I_LDFPS | M2(R1)}, BAD, 0, USER_SP, 021},
        {{I_STST | M2(R1)}, BAD, 0, USER_SP, 041},
        {{I_LDF | M1(R1)}, BAD, 0, USER_SP, 0},
        {{I_LDF | M2(R1)}, BAD - 2, 0, USER_SP, 041}, /* the second word fails */
    };
    static const struct row twice[] = {
        {{I_LDF | M2(R1)}, BAD, 0, USER_SP, 0101},
        {{I_LDF | M4(R1)}, BAD + 010, 0, USER_SP, 0301},
        {{I_CLRF | M4(SP)}, 0, 0, BAD + 010, 0306},
    };

    setup(rig);
    rig_put(rig, GOOD, BAD);
    check_rows(rig, single, ARRAY_LEN(single));
    rig->cpu.fp.fps = FP11_FD;
    check_rows(rig, twice, ARRAY_LEN(twice));
    rig->cpu.fp.fps = FP11_FL;
    check_rows(rig, (const struct row[]){{{I_LDCIF | M2(R1)}, BAD, 0, USER_SP, 041}}, 1);
}

/* Cleared as the instruction begins; live until it aborts. */
static void f59_reading_mmr1(void **state)
{
    struct rig *rig = *state;

    rig->cpu.r[R1] = A_MMR1;
    RIG_CODE_IS(rig, I_MOV | S(M2(R1)) | R2, I_MOV | S(ABS) | R3, A_MMR1, NOP);
    rig_run(rig, 2);
    CHECK_REG(rig, R2, 021);
    CHECK_REG(rig, R3, 027);
    rig_run(rig, 1);
    CHECK(rig_get(rig, A_MMR1), 0);
}

/* The address of the instruction, also where its fetch aborts. */
static void f60_mmr2_of_an_instruction(void **state)
{
    struct rig *rig = *state;

    setup(rig);
    RIG_CODE_IS(rig, NOP, I_MOV | S(IMM) | ABS, 1, BAD);
    rig_ps(rig, PS_U);
    rig_run(rig, 2);
    CHECK(rig_get(rig, A_MMR2), RIG_CODE + 2);
    CHECK(rig_get(rig, A_MMR0), NR_USER);
    CHECK_FRAME(rig, 0250, RIG_CODE + 010, PS_U);
    rig_put(rig, A_MMR0, 1);
    rig_ps(rig, PS_U);
    rig_go(rig, BAD + 6, 1);
    CHECK(rig_get(rig, A_MMR2), BAD + 6);
    CHECK(rig_get(rig, A_MMR1), 0);
    CHECK_FRAME(rig, 0250, BAD + 6, PS_U);
}

/* In trap sequences the vector, but not in those of BPT, IOT, EMT, TRAP. */
static void f60_mmr2_of_a_trap_sequence(void **state)
{
    struct rig *rig = *state;
    static const struct {
        u16 insn, mmr2;
    } rows[] = {{I_BPT, RIG_CODE},
                {I_IOT, RIG_CODE},
                {I_EMT, RIG_CODE},
                {I_TRAP, RIG_CODE},
                {010, 010},
                {I_JMP | R1, 010},
                {0, 4}};

    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        RIG_CODE_IS(rig, rows[i].insn);
        rig_ps(rig, PS_U);
        rig_go(rig, RIG_CODE, 1);
        CHECK(rig_get(rig, A_MMR2), rows[i].mmr2);
        rig->cpu.r[SP] = RIG_STACK;
    }
    RIG_CODE_IS(rig, NOP);
    rig_vector(rig, 0240, 05001, 0340); /* odd: its fetch aborts with MMR2 = PC */
    rig_ps(rig, 0);
    rig_put(rig, A_PIRQ, 01000);
    rig_go(rig, RIG_CODE, 1);
    CHECK(rig_get(rig, A_MMR2), 4);
}

/* Both decrements come before the first push: 173366 whichever fails. Bit 7, the vector in MMR2,
 * and the frame of the abort holds PC and PSW of the entry (W C2.6, D2.1). */
static void f38_push_of_an_interrupt_aborts(void **state)
{
    struct rig *rig = *state;
    static const u16 stacks[] = {BAD + 010, 060002}; /* the second: only the second push fails */

    setup(rig);
    RIG_CODE_IS(rig, NOP);
    rig_vector(rig, 060, RIG_HANDLER + 060, PS_U);
    for (unsigned i = 0; i < ARRAY_LEN(stacks); i++) {
        rig_ps(rig, PS_S | 5);
        cpu_put_sp(&rig->cpu, MODE_U, stacks[i]);
        rig->vector[4] = 060;
        cpu_set_br(&rig->cpu, 1 << 4);
        rig_go(rig, RIG_CODE, 1);
        CHECK_FRAME(rig, 0250, RIG_CODE, PS_S | 5);
        CHECK_PS(rig, 0010340); /* PM: the mode before the interrupt */
        CHECK(rig_get(rig, A_MMR0), NR_USER | MMR0_DONE);
        CHECK(rig_get(rig, A_MMR1), 0173366);
        CHECK(rig_get(rig, A_MMR2), 060);
        CHECK(cpu_get_sp(&rig->cpu, MODE_U), stacks[i] - 4);
        rig_put(rig, A_MMR0, 1);
        rig->cpu.r[SP] = RIG_STACK;
    }
}

/* An EMT that cannot push is an instruction that can be restarted. Bit 7 clear. */
static void f58_push_of_an_emt_aborts(void **state)
{
    struct rig *rig = *state;

    setup(rig);
    RIG_CODE_IS(rig, I_EMT);
    rig_vector(rig, 030, RIG_HANDLER + 030, PS_S);
    rig_ps(rig, PS_U);
    cpu_put_sp(&rig->cpu, MODE_S, BAD + 010);
    rig_run(rig, 1);
    CHECK_FRAME(rig, 0250, RIG_CODE + 2, PS_U);
    CHECK(rig_get(rig, A_MMR0), (NR_USER & ~0140u) | 040);
    CHECK(rig_get(rig, A_MMR1), 0173366);
    CHECK(rig_get(rig, A_MMR2), RIG_CODE);
    CHECK(cpu_get_sp(&rig->cpu, MODE_S), BAD + 4);
}

/* A later abort of an ordinary instruction clears bit 7. */
static void f58_bit_7_is_of_the_abort(void **state)
{
    struct rig *rig = *state;

    setup(rig);
    RIG_CODE_IS(rig, NOP);
    rig_vector(rig, 060, RIG_HANDLER + 060, PS_U);
    cpu_put_sp(&rig->cpu, MODE_U, BAD + 010);
    rig->vector[4] = 060;
    cpu_set_br(&rig->cpu, 1 << 4);
    rig_run(rig, 1);
    CHECK(rig_get(rig, A_MMR0) & MMR0_DONE, MMR0_DONE);
    rig_put(rig, A_MMR0, 1);
    CHECK(rig_get(rig, A_MMR0) & MMR0_DONE, 0);
    RIG_CODE_IS(rig, I_TST | ABS, BAD);
    rig_ps(rig, PS_U);
    rig_go(rig, RIG_CODE, 1);
    CHECK(rig_get(rig, A_MMR0), NR_USER);
}

/* Frozen: later aborts trap, but MMR0-2 keep telling of the first. */
static void f58_first_abort_is_kept(void **state)
{
    struct rig *rig = *state;

    setup(rig);
    *rig_pdr(rig, MODE_U, SPACE_I, 3) = 077402;
    RIG_CODE_IS(rig, I_TST | ABS, BAD, I_CLR | ABS, 060000);
    rig_ps(rig, PS_U);
    rig_run(rig, 1);
    rig_ps(rig, PS_U);
    rig_go(rig, RIG_CODE + 4, 1);
    CHECK_FRAME(rig, 0250, RIG_CODE + 010, PS_U);
    CHECK(rig_get(rig, A_MMR0), NR_USER);
    CHECK(rig_get(rig, A_MMR1), 027);
    CHECK(rig_get(rig, A_MMR2), RIG_CODE);
}

/* A program may freeze them itself, with the KT11 off too (W C1.1). */
static void f58_freezing_by_a_write(void **state)
{
    struct rig *rig = *state;
    static const u16 bits[] = {MMR0_NR, MMR0_PL, MMR0_RO};

    for (unsigned i = 0; i < ARRAY_LEN(bits); i++) {
        RIG_CODE_IS(rig, I_MOV | S(IMM) | ABS, bits[i], A_MMR0, I_TST | M2(R1), I_CLR | ABS, A_MMR0,
                    I_TST | M2(R1));
        rig->cpu.r[R1] = GOOD;
        rig_go(rig, RIG_CODE, 2);
        CHECK(rig_get(rig, A_MMR0), bits[i]);
        CHECK(rig_get(rig, A_MMR1), 013427);
        CHECK(rig_get(rig, A_MMR2), RIG_CODE);
        rig_run(rig, 2);
        CHECK(rig_get(rig, A_MMR1), 021);
        CHECK(rig_get(rig, A_MMR2), RIG_CODE + 014);
    }
}

/* With the KT11 on the page field then holds the page of the write. */
static void f58_freezing_holds_the_page(void **state)
{
    struct rig *rig = *state;
    static const u16 insns[] = {I_BIS | S(IMM) | ABS, I_MOV | S(IMM) | ABS};

    for (unsigned i = 0; i < ARRAY_LEN(insns); i++) {
        rig_map(rig, 4);
        RIG_CODE_IS(rig, insns[i], MMR0_PL | 1, A_MMR0, I_TST | ABS, GOOD);
        rig_go(rig, RIG_CODE, 2);
        CHECK(rig_get(rig, A_MMR0), MMR0_PL | 036 | 1);
        rig_put(rig, A_MMR0, 0);
    }
}

/* Bits 11, 10 read 0; 7 and 6:1 cannot be written; bytes are written apart. */
static void f58_bits_of_mmr0(void **state)
{
    struct rig *rig = *state;

    rig_put(rig, A_MMR0, 0007776);
    CHECK(rig_get(rig, A_MMR0), 001400);
    rig_put(rig, A_MMR0, 0);
    RIG_CODE_IS(rig, I_MOVB | S(IMM) | ABS, 0376, A_MMR0 + 1, I_MOVB | S(IMM) | ABS, 0376, A_MMR0,
                I_CLRB | ABS, A_MMR0 + 1);
    rig_run(rig, 1);
    CHECK(rig_get(rig, A_MMR0), 0171000);
    rig_run(rig, 1);
    CHECK(rig_get(rig, A_MMR0), 0171000);
    rig_run(rig, 1);
    CHECK(rig_get(rig, A_MMR0), 0);
}

/* A handler's first fetch that aborts: not of the flow any more (W C2.7). */
static void n_3_8_first_fetch_of_a_handler(void **state)
{
    struct rig *rig = *state;

    setup(rig);
    RIG_CODE_IS(rig, I_EMT);
    rig_vector(rig, 030, BAD + 4, PS_S);
    cpu_put_sp(&rig->cpu, MODE_S, GOOD);
    rig_ps(rig, PS_U);
    rig_run(rig, 2);
    CHECK_FRAME(rig, 0250, BAD + 4, PS_S | 0030000);
    CHECK(rig_get(rig, A_MMR0), (NR_USER & ~0140u) | 040);
    CHECK(rig_get(rig, A_MMR1), 0);
    CHECK(rig_get(rig, A_MMR2), BAD + 4);
}

/* Unfrozen, the page field follows each reference, but not the one that reads MMR0: it shows the
 * one before (ekbee1 tests 55-57: MOV @P,V with P in page 1 stores page 1, not 7). */
static void n_3_1_page_field_follows_references(void **state)
{
    struct rig *rig = *state;
    static const u16 places[] = {RIG_CODE, 060000}; /* pages 0 and 3 */
    static const struct {
        u16 words[3];
        bool pointer; /* in page 2 of D space; else the last reference is to the program */
    } rows[] = {{{I_MOV | S(ABS) | R0, A_MMR0}, false},
                {{I_MOV | S(M1(R1)) | R0}, false},
                {{I_MOV | S(M6(R2)) | R0, 2}, false},
                {{I_MOV | S(M3(R3)) | R0}, true},
                {{I_MOV | S(M5(R4)) | R0}, true},
                {{I_MOV | S(M7(R4)) | R0, (u16)-2}, true},
                {{I_MOV | S(M7(R4)) | M2(R5), (u16)-2}, true},
                {{I_MFPD | M3(R3)}, true}};

    for (unsigned i = 0; i < 2 * ARRAY_LEN(rows); i++) {
        u16 code = places[i & 1];
        rig_map(rig, 4);
        rig_put(rig, BAD, A_MMR0);
        rig->cpu.r[R0] = rig->cpu.r[R1] = A_MMR0;
        rig->cpu.r[R2] = A_MMR0 - 2;
        rig->cpu.r[R3] = BAD;
        rig->cpu.r[R4] = BAD + 2;
        rig->cpu.r[R5] = GOOD;
        rig->cpu.r[SP] = GOOD + 2;
        rig_load(rig, code, rows[i / 2].words, 3);
        rig_go(rig, code, 1);
        if ((rows[i / 2].words[0] & 077) == R0)
            rig_put(rig, GOOD, rig->cpu.r[R0]);
        CHECK_MEM(rig, GOOD, (rows[i / 2].pointer ? 012 : i & 1 ? 3 : 0) << 1 | 1);
    }
}

/* An abort cancels the trap that the same instruction has earned (w11: s_vmerr); MMR0 tells both.
 */
static void n_3_4_abort_cancels_the_trap(void **state)
{
    struct rig *rig = *state;

    setup(rig);
    *rig_pdr(rig, MODE_U, SPACE_I, 3) = 077404;
    RIG_CODE_IS(rig, I_MOV | S(ABS) | ABS, 060000, BAD);
    rig_put(rig, A_MMR0, MMR0_ENTRAP | 1);
    rig_ps(rig, PS_U);
    rig_run(rig, 1);
    CHECK_FRAME(rig, 0250, RIG_CODE + 6, PS_U);
    CHECK(rig_get(rig, A_MMR0), NR_USER | MMR0_TRAP | MMR0_ENTRAP);
    rig_run(rig, 2);
    CHECK_REG(rig, PC, RIG_HANDLER + 0250 + 4);
    CHECK_REG(rig, SP, RIG_STACK - 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(f38_push_of_an_interrupt_aborts),
        RIG_TEST(f58_bit_7_is_of_the_abort),
        RIG_TEST(f58_bits_of_mmr0),
        RIG_TEST(f58_first_abort_is_kept),
        RIG_TEST(f58_freezing_by_a_write),
        RIG_TEST(f58_freezing_holds_the_page),
        RIG_TEST(f58_push_of_an_emt_aborts),
        RIG_TEST(f59_pc_modes),
        RIG_TEST(f59_reading_mmr1),
        RIG_TEST(f59_steps_of_the_modes),
        RIG_TEST(f59_two_changes),
        RIG_TEST(f60_mmr2_of_a_trap_sequence),
        RIG_TEST(f60_mmr2_of_an_instruction),
        RIG_TEST(f69_pushes_and_pops_in_mmr1),
        RIG_TEST(n_3_1_page_field_follows_references),
        RIG_TEST(n_3_4_abort_cancels_the_trap),
        RIG_TEST(n_3_7_mark),
        RIG_TEST(n_3_8_first_fetch_of_a_handler),
        RIG_TEST(n_7_1_floating_operands),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
