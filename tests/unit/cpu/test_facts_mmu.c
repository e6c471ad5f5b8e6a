/* test_facts_mmu.c - facts about the KT11-C's pages as a program meets them: aborts by access and
 * length, traps, A and W bits, registers, maintenance mode.
 *
 * fNN_ names a row of the facts table, n_S_N_ an item of the notes on the KB11-A's microcode. The
 * programs run in kernel mode, mapped as unmapped, and use page 2 (PAGE, 40000-57777).
 */
#include "rig.h"

#define PAGE  040000u
#define KPDR2 0172304u /* the page's registers */
#define KPAR2 0172344u

/* Page 2 with access field and length, upwards; fresh. */
static void page(struct rig *rig, u16 pdr)
{
    rig_put(rig, KPDR2, pdr);
}

/* Executes one instruction on R1 = `va`; the abort bits of MMR0, 0 where there was no abort. */
static unsigned aborts(struct rig *rig, u16 insn, u16 va)
{
    rig->cpu.r[R1] = va;
    rig->cpu.r[SP] = RIG_STACK;
    RIG_CODE_IS(rig, insn);
    rig_put(rig, A_MMR0, MMR0_ENABLE);
    rig_go(rig, RIG_CODE, 1);
    if (rig->cpu.r[PC] == RIG_CODE + 2)
        return 0;
    CHECK(rig->cpu.r[PC], RIG_HANDLER + 0250);
    CHECK(rig_get(rig, A_MMR0) & 037, 4 | 1);
    return rig_get(rig, A_MMR0) & MMR0_FREEZE;
}

/* Read and write by access field: NR for 0, 3, 7; RO for a write with 1 and 2. */
static void f55_access_fields(void **state)
{
    struct rig *rig = *state;
    static const u16 reads[] = {MMR0_NR, 0, 0, MMR0_NR, 0, 0, 0, MMR0_NR};
    static const u16 writes[] = {MMR0_NR, MMR0_RO, MMR0_RO, MMR0_NR, 0, 0, 0, MMR0_NR};

    rig_map(rig, 0);
    for (u16 acf = 0; acf < 8; acf++) {
        page(rig, 077400 | acf);
        rig_put(rig, PAGE, 0123);
        CHECK(aborts(rig, I_TST | M1(R1), PAGE), reads[acf]);
        CHECK(aborts(rig, I_TSTB | M1(R1), PAGE + 1), reads[acf]);
        CHECK(aborts(rig, I_MOV | S(M1(R1)) | R0, PAGE), reads[acf]);
        CHECK(aborts(rig, I_MOV | S(R0) | M1(R1), PAGE), writes[acf]);
        CHECK(aborts(rig, I_MOVB | S(R0) | M1(R1), PAGE), writes[acf]);
        rig_put(rig, PAGE, 0123);
        CHECK(aborts(rig, I_INC | M1(R1), PAGE), writes[acf]);
        CHECK(aborts(rig, I_INCB | M1(R1), PAGE), writes[acf]);
        CHECK_MEM(rig, PAGE, writes[acf] ? 0123 : 0125);
    }
}

/* Upwards blocks 0 to PLF are there, downwards PLF to 177. */
static void f57_page_length(void **state)
{
    struct rig *rig = *state;
    static const u16 lengths[] = {0, 1, 077, 0176, 0177};

    rig_map(rig, 0);
    for (unsigned i = 0; i < ARRAY_LEN(lengths); i++) {
        u16 plf = lengths[i], at = (u16)(PAGE + plf * 0100);
        page(rig, (u16)(plf << 8 | 6));
        CHECK(aborts(rig, I_TSTB | M1(R1), PAGE), 0);
        CHECK(aborts(rig, I_TSTB | M1(R1), (u16)(at + 077)), 0);
        CHECK(aborts(rig, I_MOVB | S(R0) | M1(R1), (u16)(at + 076)), 0);
        if (plf != 0177) {
            CHECK(aborts(rig, I_TSTB | M1(R1), (u16)(at + 0100)), MMR0_PL);
            CHECK(aborts(rig, I_CLR | M1(R1), PAGE + 017776), MMR0_PL);
        }
        page(rig, (u16)(plf << 8 | 016));
        CHECK(aborts(rig, I_TSTB | M1(R1), PAGE + 017777), 0);
        CHECK(aborts(rig, I_CLR | M1(R1), at), 0);
        if (plf) {
            CHECK(aborts(rig, I_TSTB | M1(R1), (u16)(at - 1)), MMR0_PL);
            CHECK(aborts(rig, I_CLR | M1(R1), PAGE), MMR0_PL);
        }
    }
}

/* All conditions that hold are reported together (W mmu C2.1). */
static void n_3_3_conditions_together(void **state)
{
    struct rig *rig = *state;

    rig_map(rig, 0);
    page(rig, 0);
    CHECK(aborts(rig, I_CLR | M1(R1), PAGE), MMR0_NR);
    CHECK(aborts(rig, I_CLR | M1(R1), PAGE + 0100), MMR0_NR | MMR0_PL);
    page(rig, 2);
    CHECK(aborts(rig, I_CLR | M1(R1), PAGE + 0100), MMR0_RO | MMR0_PL);
    CHECK(aborts(rig, I_TST | M1(R1), PAGE + 0100), MMR0_PL);
    CHECK(aborts(rig, I_CLR | M1(R1), PAGE), MMR0_RO);
}

/* No source for the KB11-A (the KB11-C gives 4): its KT11 stops the cycle before the bus sees it,
 * so the time-out cannot happen. */
static void f54_abort_before_time_out(void **state)
{
    struct rig *rig = *state;

    rig_map(rig, 0);
    rig_put(rig, KPAR2, 07000); /* nobody there */
    page(rig, 077402);
    CHECK(aborts(rig, I_CLR | M1(R1), PAGE), MMR0_RO);
    RIG_CODE_IS(rig, I_TST | M1(R1));
    rig_put(rig, A_MMR0, 1);
    rig->cpu.r[SP] = RIG_STACK;
    rig_ps(rig, 0);
    rig_go(rig, RIG_CODE, 1);
    CHECK_FRAME(rig, 4, RIG_CODE + 2, 0);
    CHECK(rig_get(rig, A_MMR0) & MMR0_FREEZE, 0);
}

/* The limit is found before the KT11 is asked: no abort bits (ekbee1 test 122). */
static void f54_red_zone_before_abort(void **state)
{
    struct rig *rig = *state;

    rig_map(rig, 0);
    page(rig, 0);
    rig_put(rig, A_SLR, PAGE);
    RIG_CODE_IS(rig, I_CLR | M1(SP));
    rig->cpu.r[SP] = PAGE + 0300;
    rig_run(rig, 1);
    CHECK_FRAME(rig, 4, RIG_CODE + 2, 0);
    CHECK_REG(rig, SP, 0);
    CHECK(rig_get(rig, A_MMR0) & MMR0_FREEZE, 0);
}

/* So is an odd address (the same test). */
static void f54_odd_before_abort(void **state)
{
    struct rig *rig = *state;

    rig_map(rig, 0);
    page(rig, 0);
    rig->cpu.r[R1] = PAGE + 1;
    RIG_CODE_IS(rig, I_CLR | M1(R1));
    rig_run(rig, 1);
    CHECK_FRAME(rig, 4, RIG_CODE + 2, 0);
    CHECK(rig_get(rig, A_MMR0) & MMR0_FREEZE, 0);
}

/* After one instruction on the fresh page: A where the trap condition was met, W where written. */
static u16 marks(struct rig *rig, u16 acf, u16 insn)
{
    page(rig, 077400 | acf);
    (void)aborts(rig, insn, PAGE);
    return rig_get(rig, KPDR2) & (PDR_A | PDR_W);
}

static void f55_a_and_w_bits(void **state)
{
    struct rig *rig = *state;
    static const u16 reads[] = {0, PDR_A, 0, 0, PDR_A, 0, 0, 0};
    static const u16 writes[] = {0, 0, 0, 0, PDR_A | PDR_W, PDR_A | PDR_W, PDR_W, 0};

    rig_map(rig, 0);
    for (u16 acf = 0; acf < 8; acf++) {
        CHECK(marks(rig, acf, I_TST | M1(R1)), reads[acf]);
        CHECK(marks(rig, acf, I_MOV | S(R0) | M1(R1)), writes[acf]);
        CHECK(marks(rig, acf, I_CLRB | M1(R1)), writes[acf]);
    }
}

/* Any write to PDR or PAR clears both, words and bytes of either half. */
static void f55_writes_clear_a_and_w(void **state)
{
    struct rig *rig = *state;
    static const u16 at[] = {KPDR2, KPDR2 + 1, KPAR2, KPAR2 + 1};

    rig_map(rig, 0);
    for (unsigned i = 0; i < ARRAY_LEN(at); i++) {
        for (unsigned word = 0; word < 2 && !(word && at[i] & 1); word++) {
            u16 byte = at[i] == KPDR2 ? 4 : at[i] == KPAR2 ? 0 : at[i] == KPDR2 + 1 ? 0177 : 4;
            CHECK(marks(rig, 4, I_CLR | M1(R1)), PDR_A | PDR_W);
            RIG_CODE_IS(rig, (word ? I_MOV : I_MOVB) | S(IMM) | ABS, byte, at[i]);
            rig_go(rig, RIG_CODE, 1);
            CHECK(rig_get(rig, KPDR2) & (PDR_A | PDR_W), 0);
            rig_put(rig, KPAR2, 0400);
        }
    }
    /* and the next write marks the page again */
    page(rig, PDR_RW);
    CHECK(aborts(rig, I_CLR | M1(R1), PAGE), 0);
    CHECK(rig_get(rig, KPDR2), PDR_RW | PDR_W);
    rig_put(rig, KPAR2, 0400);
    CHECK(rig_get(rig, KPDR2), PDR_RW);
    CHECK(aborts(rig, I_CLR | M1(R1), PAGE), 0);
    CHECK(rig_get(rig, KPDR2), PDR_RW | PDR_W);
}

static void f55_bits_of_a_pdr(void **state)
{
    struct rig *rig = *state;

    rig_put(rig, KPDR2, 0177777);
    CHECK(rig_get(rig, KPDR2), 077417);
}

static void f56_par_has_12_bits_and_addresses_wrap(void **state)
{
    struct rig *rig = *state;

    rig_map(rig, 0);
    rig_put(rig, KPAR2, 0177777);
    CHECK(rig_get(rig, KPAR2), 07777);
    rig_put(rig, 0130, 0321);
    RIG_CODE_IS(rig, I_MOV | S(ABS) | R0, PAGE + 0230); /* 777700 + 230 is 1000130 */
    rig_run(rig, 1);
    CHECK_REG(rig, R0, 0321);
}

/* 760000 and above is the I/O page, through any page. */
static void f56_io_page_through_a_par(void **state)
{
    struct rig *rig = *state;

    rig_map(rig, 0);
    rig_device(rig, A_DEV, 0456);
    rig_put(rig, KPAR2, 07600);
    RIG_CODE_IS(rig, I_MOV | S(ABS) | R0, PAGE + 04000, I_TST | ABS, PAGE + 04002);
    rig_run(rig, 1);
    CHECK_REG(rig, R0, 0456);
    rig_run(rig, 1);
    CHECK_FRAME(rig, 4, RIG_CODE + 010, 0);
    rig_put(rig, KPAR2, 07577); /* 757700: the last block below */
    RIG_CODE_IS(rig, I_TST | ABS, PAGE + 076, I_MOV | S(ABS) | R1, PAGE + 04100);
    rig_go(rig, RIG_CODE, 1);
    CHECK_FRAME(rig, 4, RIG_CODE + 4, 0340);
    rig_go(rig, RIG_CODE + 4, 1);
    CHECK_REG(rig, R1, 0456);
}

/* Mode 10 has no pages: NR and PL, always (W B4.1). */
static void f62_illegal_mode(void **state)
{
    struct rig *rig = *state;

    rig_map(rig, 7);
    RIG_CODE_IS(rig, NOP);
    rig_ps(rig, 0100000);
    rig_run(rig, 1);
    CHECK_FRAME(rig, 0250, RIG_CODE, 0100000);
    CHECK(rig_get(rig, A_MMR0), MMR0_NR | MMR0_PL | 0100 | 1);
    rig_put(rig, A_MMR0, 1);
    rig_ps(rig, 0020000); /* as previous mode */
    rig->cpu.r[SP] = RIG_STACK;
    RIG_CODE_IS(rig, I_MFPD | ABS, PAGE);
    rig_go(rig, RIG_CODE, 1);
    CHECK(rig->cpu.r[PC], RIG_HANDLER + 0250);
    CHECK(rig_get(rig, A_MMR0), MMR0_NR | MMR0_PL | 0100 | 4 | 1);
}

/* With the KT11 off the last 4K words of each mode's space are the I/O page. */
static void f64_unmapped(void **state)
{
    struct rig *rig = *state;
    static const u16 modes[] = {0, 0040000, 0140000};

    rig_device(rig, 0160000, 0111);
    rig_device(rig, A_DEV, 0222);
    RIG_CODE_IS(rig, I_MOV | S(ABS) | R0, 0160000, I_MOV | S(ABS) | R1, A_DEV, I_MOV | S(ABS) | R2,
                0137776);
    rig_put(rig, 0137776, 0333);
    for (unsigned i = 0; i < ARRAY_LEN(modes); i++) {
        rig_ps(rig, modes[i]);
        rig_go(rig, RIG_CODE, 3);
        CHECK_REG(rig, R0, 0111);
        CHECK_REG(rig, R1, 0222);
        CHECK_REG(rig, R2, 0333);
    }
    CHECK(rig->log[0].pa, 0760000);
}

/* Off, nothing is marked. */
static void n_3_2_unmapped_marks_nothing(void **state)
{
    struct rig *rig = *state;

    RIG_CODE_IS(rig, I_CLR | ABS, PAGE);
    page(rig, 077404);
    rig_run(rig, 1);
    CHECK(rig_get(rig, KPDR2), 077404);
    CHECK(rig_get(rig, A_MMR0), 0);
}

/* Executes one instruction on R1 = PAGE with traps as given; true if a trap to 250 followed. */
static bool traps(struct rig *rig, u16 insn, u16 mmr0)
{
    rig->cpu.r[R1] = PAGE;
    rig->cpu.r[SP] = RIG_STACK;
    RIG_CODE_IS(rig, insn, NOP);
    rig_put(rig, A_MMR0, mmr0 | MMR0_ENABLE);
    rig_ps(rig, 0);
    rig_go(rig, RIG_CODE, 2);
    if (rig->cpu.r[PC] == RIG_CODE + 4)
        return false;
    CHECK_FRAME(rig, 0250, RIG_CODE + 2, rig_get(rig, RIG_STACK - 2));
    return true;
}

/* After the instruction; only the first until MMR0<12> is cleared. */
static void f63_traps(void **state)
{
    struct rig *rig = *state;
    static const u16 read[] = {I_TST | M1(R1), I_CMP | S(M1(R1)) | R0, I_MOV | S(M1(R1)) | R0};
    static const u16 write[] = {I_MOV | S(R0) | M1(R1), I_INC | M1(R1), I_CLRB | M1(R1)};

    rig_map(rig, 0);
    for (unsigned i = 0; i < 3; i++) {
        static const u16 fields[] = {1, 2, 4, 5, 6};
        for (unsigned k = 0; k < ARRAY_LEN(fields); k++) {
            u16 acf = fields[k];
            page(rig, 077400 | acf);
            CHECK(traps(rig, read[i], MMR0_ENTRAP), acf == 1 || acf == 4);
            CHECK(traps(rig, read[i], MMR0_ENTRAP | MMR0_TRAP), false);
            CHECK(traps(rig, read[i], 0), false);
            CHECK(rig_get(rig, A_MMR0) & MMR0_TRAP, acf == 1 || acf == 4 ? MMR0_TRAP : 0);
            if (acf >= 4)
                CHECK(traps(rig, write[i], MMR0_ENTRAP), acf < 6);
        }
    }
}

/* Enabling traps later does not make one of an old condition (W E1.1). */
static void n_3_4_enable_after_the_condition(void **state)
{
    struct rig *rig = *state;

    rig_map(rig, 0);
    page(rig, 077404);
    CHECK(traps(rig, I_TST | M1(R1), 0), false);
    RIG_CODE_IS(rig, I_BIS | S(IMM) | ABS, MMR0_ENTRAP, A_MMR0, NOP);
    rig_go(rig, RIG_CODE, 2);
    CHECK_REG(rig, PC, RIG_CODE + 010);
    CHECK(rig_get(rig, A_MMR0) & (MMR0_TRAP | MMR0_ENTRAP), MMR0_TRAP | MMR0_ENTRAP);
}

/* A reference that aborts meets no trap condition (ekbee1 test 64). */
static void n_3_4_no_trap_with_an_abort(void **state)
{
    struct rig *rig = *state;

    rig_map(rig, 0);
    page(rig, 077401);
    CHECK(aborts(rig, I_CLR | M1(R1), PAGE), MMR0_RO);
    CHECK(rig_get(rig, A_MMR0) & MMR0_TRAP, 0);
    page(rig, 0004);
    CHECK(aborts(rig, I_CLR | M1(R1), PAGE + 0100), MMR0_PL);
    CHECK(rig_get(rig, A_MMR0) & MMR0_TRAP, 0);
}

/* Instruction fetches and stack references count too. */
static void f63_traps_by_fetch_and_push(void **state)
{
    struct rig *rig = *state;

    rig_map(rig, 0);
    page(rig, 077404);
    RIG_LOAD(rig, PAGE, I_INC | R2, I_INC | R2);
    rig_put(rig, A_MMR0, MMR0_ENTRAP | 1);
    rig_go(rig, PAGE, 2);
    CHECK_FRAME(rig, 0250, PAGE + 2, 0);
    CHECK_REG(rig, R2, 1);
    page(rig, 077405);
    RIG_CODE_IS(rig, I_EMT);
    rig_put(rig, A_MMR0, MMR0_ENTRAP | 1);
    rig_ps(rig, 0);
    rig->cpu.r[SP] = PAGE + 0100;
    rig_go(rig, RIG_CODE, 2); /* before the first instruction of EMT's handler */
    CHECK_FRAME(rig, 0250, RIG_HANDLER + 030, 0340);
    CHECK_OUTER(rig, 1, RIG_CODE + 2, 0);
}

/* The KT11's own registers neither trap nor mark their page; other registers do (ekbee1 61, 63). */
static void f63_mmu_registers_do_not_trap(void **state)
{
    struct rig *rig = *state;
    static const u16 own[] = {A_MMR0, A_MMR1, A_MMR2, A_MMR3, 0172200, 0172376, 0177600, 0177676};
    static const u16 other[] = {A_PSW, A_SLR, A_UBRK, A_SWR, A_PIRQ, A_DEV, 0172400, 0172176};

    rig_map(rig, 0);
    rig_device(rig, A_DEV, 0);
    rig_device(rig, 0172400, 0);
    rig_device(rig, 0172176, 0);
    for (unsigned i = 0; i < ARRAY_LEN(own); i++) {
        rig_put(rig, 0172316, 077404);
        RIG_CODE_IS(rig, I_TST | ABS, own[i], NOP);
        rig_put(rig, A_MMR0, MMR0_ENTRAP | 1);
        rig_ps(rig, 0);
        rig_go(rig, RIG_CODE, 2);
        CHECK_REG(rig, PC, RIG_CODE + 6);
        CHECK(rig_get(rig, 0172316), 077404);
        CHECK(rig_get(rig, A_MMR0) & MMR0_TRAP, 0);
        RIG_CODE_IS(rig, I_TST | ABS, other[i], NOP);
        rig->cpu.r[SP] = RIG_STACK;
        rig_go(rig, RIG_CODE, 2);
        CHECK(rig->cpu.r[PC], RIG_HANDLER + 0250 + 2);
        CHECK(rig_get(rig, 0172316), 077604);
        rig_put(rig, A_MMR0, 0);
    }
}

/* Maintenance: only the reference to a destination operand is relocated; pointers, sources and
 * instructions are not. Works without MMR0<0>. */
static void n_3_12_maintenance(void **state)
{
    struct rig *rig = *state;

    rig_map(rig, 0);
    rig_put(rig, KPAR2, 0300); /* 40000 is 30000 */
    rig_put(rig, A_MMR0, MMR0_MAINT);
    RIG_LOAD(rig, PAGE, 0111, PAGE + 2, 0222);
    RIG_LOAD(rig, 030000, 0333, 0444, 0555);
    RIG_CODE_IS(rig, I_MOV | S(ABS) | ABS, PAGE, PAGE, I_INC | M7(R1), 0, I_CMP | S(ABS) | ABS,
                PAGE, PAGE, I_MOV | S(M1(R2)) | R0);
    rig->cpu.r[R1] = PAGE + 2;
    rig->cpu.r[R2] = PAGE + 4;
    rig_run(rig, 4);
    CHECK_MEM(rig, 030000, 0111);
    CHECK_MEM(rig, 030002, 0445);
    CHECK_MEM(rig, PAGE, 0111);
    CHECK_MEM(rig, PAGE + 2, PAGE + 2);
    CHECK_REG(rig, R0, 0222);
    CHECK_CC(rig, 0);
    page(rig, 077402);
    RIG_CODE_IS(rig, I_TST | ABS, PAGE, I_CLR | ABS, PAGE);
    rig_ps(rig, 0);
    rig_go(rig, RIG_CODE, 2);
    CHECK_FRAME(rig, 0250, RIG_CODE + 010, 0);
    CHECK(rig_get(rig, A_MMR0), MMR0_RO | MMR0_MAINT | 4);
}

/* A PSW written by a program counts for the next fetch (W A4.1.3). */
static void n_3_14_mode_written_to_the_psw(void **state)
{
    struct rig *rig = *state;

    rig_map(rig, 0);
    rig_put(rig, 0177640, 0400); /* the user's page 0 is 40000 */
    RIG_CODE_IS(rig, I_MOV | S(IMM) | ABS, 0140000, A_PSW, I_MOV | S(IMM) | R0, 1);
    RIG_LOAD(rig, PAGE + RIG_CODE + 6, I_MOV | S(IMM) | R0, 2);
    rig_run(rig, 2);
    CHECK_REG(rig, R0, 2);
}

/* As the 11/55, the same processor with other memory: nothing to tell apart. The most memory it
 * can have is 124K words. */
static void f79_memory_up_to_the_io_page(void **state)
{
    struct rig *rig = *state;
    struct ram big;
    struct err err = {0};

    CHECK(ram_init(&big, RAM_MAX, &err), 0);
    rig_map(rig, 0);
    rig->cpu.ram = &big;
    rig_put(rig, KPAR2, 07577);
    ram_put(&big, RIG_CODE, I_MOV | S(IMM) | ABS);
    ram_put(&big, RIG_CODE + 2, 0707);
    ram_put(&big, RIG_CODE + 4, PAGE + 076);
    rig_run(rig, 1);
    CHECK(ram_get(&big, RAM_MAX - 2), 0707);
    ram_fini(&big);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(f54_abort_before_time_out),
        RIG_TEST(f54_odd_before_abort),
        RIG_TEST(f54_red_zone_before_abort),
        RIG_TEST(f55_a_and_w_bits),
        RIG_TEST(f55_access_fields),
        RIG_TEST(f55_bits_of_a_pdr),
        RIG_TEST(f55_writes_clear_a_and_w),
        RIG_TEST(f56_io_page_through_a_par),
        RIG_TEST(f56_par_has_12_bits_and_addresses_wrap),
        RIG_TEST(f57_page_length),
        RIG_TEST(f62_illegal_mode),
        RIG_TEST(f63_mmu_registers_do_not_trap),
        RIG_TEST(f63_traps),
        RIG_TEST(f63_traps_by_fetch_and_push),
        RIG_TEST(f64_unmapped),
        RIG_TEST(f79_memory_up_to_the_io_page),
        RIG_TEST(n_3_12_maintenance),
        RIG_TEST(n_3_14_mode_written_to_the_psw),
        RIG_TEST(n_3_2_unmapped_marks_nothing),
        RIG_TEST(n_3_3_conditions_together),
        RIG_TEST(n_3_4_enable_after_the_condition),
        RIG_TEST(n_3_4_no_trap_with_an_abort),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
