/* test_hv_events.c - the Hardware Virtualizer (docs/hv.md): exits, LVMID, timers, interrupts, I/O
 * maps, the associator.
 */
#include "rig.h"

#include "nest.h"

#define LVMID 0007400u
#define DIAG  0007600u
#define CODE  NEST_CODE

/* --- exits ---------------------------------------------------------------------------------- */

static void event(u16 insn, u16 controls, unsigned code)
{
    struct nest n, *nest = nest_begin(&n, MAP_BOUNDS, 2);

    NEST_LOAD(nest, 2, CODE, insn, I_COM | R0);
    NEST_LOAD(nest, 2, 010, 02000, 0);
    nest_put(nest, 2, 02000, I_COM | R1);
    nest_set_field(nest, 2, VMCB_CTL, controls);
    if (code)
        nest_set_field(nest, 2, VMCB_SLR, 0400);
    nest_until_level(nest, 2);
    if (code == HV_NONE) {
        nest_turn(nest, 2);
        CHECK(nest->hv.level, 2);
        CHECK(nest->cpu.r[insn >= DIAG ? R1 : R0], 0177777);
    } else {
        CHECK(nest_until_fault(nest), code);
        CHECK(nest->hv.level, 1);
        CHECK(nest_field(nest, 2, VMCB_FIR), insn);
        CHECK(nest_field(nest, 2, VMCB_PC), CODE + 2);
        CHECK(nest_field(nest, 2, VMCB_STAT) & STAT_HALTED, code == HV_HALT ? STAT_HALTED : 0);
        CHECK(nest_field(nest, 2, VMCB_STAT) & STAT_WAITING, code == HV_WAIT ? STAT_WAITING : 0);
        CHECK(nest_field(nest, 2, VMCB_SLR), code == HV_RESET ? 0 : 0400);
        nest_until_level(nest, 2);
        if (code != HV_WAIT) {
            nest_turn(nest, 1);
            CHECK(nest->cpu.r[R0], 0177777);
        }
    }
    nest_fini(nest);
}

static void events(void **state)
{
    event(I_HALT, 0, HV_HALT);
    event(I_RESET, HV_EXIT_RESET, HV_RESET);
    event(I_RESET, 0, HV_NONE);
    event(I_WAIT, HV_EXIT_WAIT, HV_WAIT);
    event(DIAG | 7, HV_EXIT_DIAG, HV_DIAG);
    event(DIAG | 7, HV_EXIT_DIAG | HV_PURE, HV_NONE);
    event(DIAG | 7, 0, HV_NONE);
}

/* The number is in HVFAL. */
static void diagnose_number(void **state)
{
    struct nest n, *nest = nest_begin(&n, MAP_BOUNDS, 1);

    NEST_LOAD(nest, 1, CODE, DIAG | 052);
    nest_set_field(nest, 1, VMCB_CTL, HV_EXIT_DIAG);
    CHECK(nest_until_fault(nest), HV_DIAG);
    CHECK(nest->hv.reg.fal, 052);
    nest_fini(nest);
}

/* All vectors, or T traps, are announced; the machine then goes on into the vector. */
static void vectors_are_announced(void **state)
{
    struct nest n, *nest = nest_begin(&n, MAP_BOUNDS, 1);

    NEST_LOAD(nest, 1, CODE, I_EMT | 5);
    NEST_LOAD(nest, 1, 030, 02000, 0340);
    nest_put(nest, 1, 02000, I_COM | R0);
    nest_set_field(nest, 1, VMCB_CTL, HV_EXIT_TRAPS);
    CHECK(nest_until_fault(nest), HV_TRACE);
    CHECK(nest_field(nest, 1, VMCB_PC), CODE + 2);
    CHECK(nest_field(nest, 1, VMCB_FLOW), 030);
    nest_until_level(nest, 1);
    nest_turn(nest, 2);
    CHECK(nest->cpu.r[R0], 0177777);
    CHECK(nest_get(nest, 1, 0674), CODE + 2);
    nest_fini(nest);

    nest_begin(nest, MAP_BOUNDS, 1);
    NEST_LOAD(nest, 1, CODE, I_EMT | 5);
    NEST_LOAD(nest, 1, 030, 02000, PS_T);
    nest_set_field(nest, 1, VMCB_CTL, HV_EXIT_T);
    CHECK(nest_until_fault(nest), HV_TRACE);
    CHECK(nest_field(nest, 1, VMCB_FLOW), 014);
    CHECK(nest_field(nest, 1, VMCB_PC), 02000);
    nest_fini(nest);
}

/* What would stop the bare machine for good stops no parent. */
static void double_fault(void **state)
{
    struct nest n, *nest = nest_begin(&n, MAP_BOUNDS, 1);

    NEST_LOAD(nest, 1, CODE, I_EMT);
    NEST_LOAD(nest, 1, 0, 0);
    nest_set_field(nest, 1, VMCB_MMR0, 1); /* all pages absent: first the program's own */
    CHECK(nest_until_fault(nest), HV_DOUBLE);
    CHECK(nest->hv.level, 0);
    nest_fini(nest);
}

/* --- LVMID ---------------------------------------------------------------------------------- */

static void bad_tables(void **state)
{
    static const struct {
        u16 syllable, tlen, entry, stat;
    } bad[] = {{0, 1, NEST_VMCB, STAT_VALID},
               {2, 1, NEST_VMCB, STAT_VALID},
               {1, 1, 0, STAT_VALID},
               {1, 1, NEST_VMCB, 0},
               {1, 1, 07700, STAT_VALID},
               {1, 1, NEST_VMCB, STAT_VALID | MAP_TYPES},
               {0401, 0777, NEST_VMCB, STAT_VALID}};

    for (unsigned i = 0; i < ARRAY_LEN(bad); i++) {
        struct nest n, *nest = nest_begin(&n, MAP_BOUNDS, 2);

        nest_set_field(nest, 2, VMCB_STAT, bad[i].stat);
        nest_set_field(nest, 1, VMCB_TLEN, bad[i].tlen);
        nest_put(nest, 1, (NEST_VMTAB << 6) + 2, bad[i].entry);
        NEST_LOAD(nest, 1, NEST_ENTRY, LVMID | IMM, bad[i].syllable);
        CHECK(nest_until_fault(nest), HV_TABLE);
        CHECK(nest->hv.level, 1); /* its own error */
        CHECK(nest->hv.reg.syl, bad[i].syllable);
        CHECK(nest_get(nest, 1, NEST_STACK - 4), NEST_ENTRY + 4);
        nest_fini(nest);
    }
}

static void sixteen_levels(void **state)
{
    struct nest n, *nest = nest_begin(&n, MAP_BOUNDS, 16);

    NEST_LOAD(nest, 16, CODE, I_COM | R0, LVMID | IMM, 1);
    NEST_LOAD(nest, 16, 0110, 02000, 0);
    nest_enter(nest);
    CHECK(hv_read(&nest->hv, 0) & HVCSR_DEPTH, 0);
    nest->hv.reg.tlen = 1;
    nest_turn(nest, 2);
    CHECK(nest->hv.level, 16);
    CHECK(nest->cpu.r[PC], 02000);
    CHECK(nest->hv.reg.csr >> 8 & 15, HV_TABLE);
    nest_fini(nest);
}

/* --- time ----------------------------------------------------------------------------------- */

/* Three levels with budgets: each monitor counts in its R0 how often it is called; the machine's
 * own count of instructions agrees. */
static void timers(void **state)
{
    static const u16 budget[] = {5, 3, 2};
    struct nest n, *nest = nest_begin(&n, MAP_4K, 3);

    NEST_LOAD(nest, 3, CODE, I_INC | R1, I_BR | 0376);
    for (unsigned level = 0; level < 3; level++) {
        NEST_LOAD(nest, level, NEST_HANDLER, I_INC | R0, 062706, 4, LVMID | IMM, 1);
        if (level)
            nest_set_field(nest, level, VMCB_TMR, budget[level]);
    }
    nest->hv.reg.tmr = budget[0];
    nest_turn(nest, 200000);
    for (unsigned level = 0; level < 3; level++) {
        struct nest *at = nest;
        unsigned calls;

        nest_until_level(nest, 3);
        calls = level ? nest_field(at, level, VMCB_SET0) : word_get(&nest->hv.bare[VMCB_SET0]);
        /* Of 200000 instructions, and what lower levels take off: they run 4 at each call. */
        assert_in_range(calls, 200000 / 1024 / budget[level] - 1,
                        200000 / 1024 / budget[level] + 1);
    }
    CHECK(nest_until_fault(nest), HV_TIMER);
    nest_fini(nest);
}

/* The first machine's time does not count what its monitor does. */
static void time_is_counted(void **state)
{
    struct nest n, *nest = nest_begin(&n, MAP_BOUNDS, 1);
    u32 counted;

    NEST_LOAD(nest, 1, CODE, I_INC | R1, I_BR | 0376);
    nest->hv.reg.tmr = 1;
    for (unsigned i = 0; i < 80; i++)
        CHECK(nest_until_fault(nest), HV_TIMER);
    counted = nest_field(nest, 1, VMCB_TIME) | (u32)nest_field(nest, 1, VMCB_TIME + 2) << 16;
    CHECK(counted, 80 * 1024);
    CHECK(nest_field(nest, 1, VMCB_SET0 + 2), 40 * 1024);
    nest_fini(nest);
}

/* --- interrupts ----------------------------------------------------------------------------- */

static void real_interrupts(void **state)
{
    for (unsigned wanted = 0; wanted < 2; wanted++) {
        struct nest n, *nest = nest_begin(&n, MAP_4K, 3);

        NEST_LOAD(nest, 3, CODE, I_BR | 0377);
        NEST_LOAD(nest, 0, NEST_HANDLER, I_SPL | 4, I_SPL | 3, 0240);
        NEST_LOAD(nest, 0, 0200, 03000, 0340);
        nest_put(nest, 0, 03000, I_BR | 0377);
        nest->vector = 0200;
        nest->hv.reg.csr |= wanted ? HVCSR_INTR : 0;
        nest_enter(nest);
        cpu_set_br(&nest->cpu, 1u << 4);
        nest_turn(nest, 10);
        CHECK(nest->hv.level, wanted ? 0 : 3);
        if (wanted) {
            CHECK(nest->hv.reg.csr >> 8 & 15, HV_INTR);
            CHECK(nest->cpu.r[PC] & 07700, 03000);
        }
        nest_fini(nest);
    }
}

/* A request that the parent has posted is served above the machine's priority, once. */
static void virtual_interrupts(void **state)
{
    struct nest n, *nest = nest_begin(&n, MAP_4K, 2);

    NEST_LOAD(nest, 2, CODE, I_SPL | 5, 0240, I_SPL | 4, 0240, I_WAIT);
    NEST_LOAD(nest, 2, 0200, 03000, 0340);
    NEST_LOAD(nest, 2, 03000, I_INC | R3, I_RTI);
    nest_set_field(nest, 2, VMCB_PSW, 0340);
    nest_set_field(nest, 2, VMCB_VIRQ, 1u << 5);
    nest_set_field(nest, 2, VMCB_VECTORS + 2, 0200);
    nest_enter(nest);
    nest_turn(nest, 2);
    CHECK(nest->cpu.r[R3], 0);
    nest_turn(nest, 5);
    CHECK(nest->cpu.r[R3], 1);
    CHECK(nest_field(nest, 2, VMCB_VIRQ), 0);
    nest_fini(nest);
}

/* The parent that grants requests itself is called when the machine's priority falls. */
static void grants(void **state)
{
    struct nest n, *nest = nest_begin(&n, MAP_BOUNDS, 1);

    NEST_LOAD(nest, 1, CODE, I_INC | R1, I_SPL | 4, I_INC | R2, I_INC | R3);
    nest_set_field(nest, 1, VMCB_CTL, HV_EXIT_GRANT);
    nest_set_field(nest, 1, VMCB_PSW, 0340);
    nest_set_field(nest, 1, VMCB_VIRQ, 1u << 5);
    CHECK(nest_until_fault(nest), HV_GRANT);
    CHECK(nest->hv.level, 0);
    CHECK(nest_field(nest, 1, VMCB_SET0 + 4), 1); /* behind SPL one instruction is protected */
    CHECK(nest_field(nest, 1, VMCB_SET0 + 6), 0);
    CHECK(nest_field(nest, 1, VMCB_PC), CODE + 6);
    CHECK(nest_field(nest, 1, VMCB_FLAGS), 0);
    CHECK(nest_field(nest, 1, VMCB_VIRQ), 1u << 5);
    nest_set_field(nest, 1, VMCB_VIRQ, 0);
    nest_until_level(nest, 1);
    nest_turn(nest, 1);
    CHECK(nest->hv.level, 1);
    CHECK(nest->cpu.r[R3], 1);
    nest_fini(nest);
}

/* What is posted for level 1 while level 2 runs calls level 1, if it wants to hear of it. */
static void interrupt_for_a_level_between(void **state)
{
    struct nest n, *nest = nest_begin(&n, MAP_BOUNDS, 2);

    NEST_LOAD(nest, 2, CODE, I_BR | 0377);
    nest->hv.reg.tmr = 1;
    nest_set_field(nest, 1, VMCB_CSR, HVCSR_HVE | HVCSR_INTR);
    nest_enter(nest);
    CHECK(nest_until_fault(nest), HV_TIMER);
    CHECK(nest->hv.level, 0);
    nest_set_field(nest, 1, VMCB_VIRQ, 1u << 4);
    CHECK(nest_until_fault(nest), HV_INTR);
    CHECK(nest->hv.level, 1);
    CHECK(nest_field(nest, 1, VMCB_NEXT), 0);
    nest_fini(nest);
}

/* --- the I/O page --------------------------------------------------------------------------- */

static void io_word(struct nest *nest, unsigned level, u32 pa, u16 word)
{
    nest_put(nest, level - 1, (NEST_IOMAP << 6) + 2 * ((pa - IO_PAGE) >> 6), word);
}

static void io_maps(void **state)
{
    struct nest n, *nest = nest_begin(&n, MAP_BOUNDS, 3);

    NEST_LOAD(nest, 3, CODE, I_MOV | S(IMM) | ABS, 0123, 0177504, I_TST | ABS, 0177504);
    NEST_LOAD(nest, 3, 4, 02000, 0);
    io_word(nest, 3, 0777504, 0100000 | 0176); /* to 777604 of level 2, */
    io_word(nest, 2, 0777604, 0);              /* which level 1 does not map */
    CHECK(nest_until_fault(nest), HV_IO);
    CHECK(nest->hv.level, 1);
    CHECK(nest->hv.reg.fal | (u32)nest->hv.reg.fah << 16, 0777604);
    CHECK(nest->hv.reg.csr & HVCSR_WR, HVCSR_WR);
    io_word(nest, 2, 0777604, 0040000);
    nest_until_level(nest, 3);
    nest_turn(nest, 1);
    CHECK(nest->cpu.r[PC], 02000);
    CHECK(nest->hv.level, 3);
    nest_fini(nest);
}

/* Without an I/O map all of the I/O page is the parent's business, but the machine's own registers
 * are its own. */
static void own_registers(void **state)
{
    struct nest n, *nest = nest_begin(&n, MAP_BOUNDS, 1);

    NEST_LOAD(nest, 1, CODE, I_MOV | S(IMM) | ABS, 0400, A_SLR, I_MOV | S(IMM) | ABS, 0340, A_PSW,
              I_MOV | S(IMM) | ABS, 0177, 0172300, I_TST | ABS, 0177560);
    nest_set_field(nest, 1, VMCB_IOMAP, 0);
    CHECK(nest_until_fault(nest), HV_IO);
    CHECK(nest->hv.reg.fal, 0177560);
    CHECK(nest_field(nest, 1, VMCB_SLR), 0400);
    CHECK(nest_field(nest, 1, VMCB_PSW), 0340);
    CHECK(nest_field(nest, 1, VMCB_PDR), 017);
    CHECK(nest->cpu.slr, 0);
    nest_fini(nest);
}

/* A machine without HV: its registers are places of the I/O page like others. */
static void no_hv(void **state)
{
    for (unsigned without = 0; without < 2; without++) {
        struct nest n, *nest = nest_begin(&n, MAP_BOUNDS, 1);

        NEST_LOAD(nest, 1, CODE, I_TST | ABS, NEST_BASE & 0177777, I_TST | ABS, 0177560);
        nest_set_field(nest, 1, VMCB_IOMAP, 0);
        nest_set_field(nest, 1, VMCB_CTL, without ? HV_NO_HV : 0);
        CHECK(nest_until_fault(nest), HV_IO);
        CHECK(nest->hv.reg.fal, without ? NEST_BASE & 0177777 : 0177560);
        nest_fini(nest);
    }
}

/* --- the associator ------------------------------------------------------------------------- */

static void associator(void **state)
{
    u64 misses[3];

    for (unsigned i = 0; i < 3; i++) {
        static const unsigned slots[] = {0, 1, 64};
        struct nest n, *nest = &n;
        struct hv_stats before;

        nest_init(nest, MAP_4K, 4, slots[i]);
        nest_set_field(nest, 4, VMCB_PC, CODE);
        NEST_LOAD(nest, 4, CODE, I_MOV | S(ABS) | R0, 030000, I_BR | 0375);
        nest_enter(nest);
        before = nest->hv.stats;
        nest_turn(nest, 2000);
        misses[i] = nest->hv.stats.misses - before.misses;
        if (slots[i]) /* all references */
            CHECK(nest->hv.stats.hits - before.hits + misses[i], 1000 * 4);
        nest_fini(nest);
    }
    assert_true(misses[0] < 10 && misses[2] < 10);
    assert_true(misses[1] >= 2000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events),
        cmocka_unit_test(diagnose_number),
        cmocka_unit_test(vectors_are_announced),
        cmocka_unit_test(double_fault),
        cmocka_unit_test(bad_tables),
        cmocka_unit_test(sixteen_levels),
        cmocka_unit_test(timers),
        cmocka_unit_test(time_is_counted),
        cmocka_unit_test(real_interrupts),
        cmocka_unit_test(virtual_interrupts),
        cmocka_unit_test(grants),
        cmocka_unit_test(interrupt_for_a_level_between),
        cmocka_unit_test(io_maps),
        cmocka_unit_test(own_registers),
        cmocka_unit_test(no_hv),
        cmocka_unit_test(associator),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
