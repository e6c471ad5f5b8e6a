/* test_hv.c - the Hardware Virtualizer (docs/hv.md): registers, instructions, every fault and to
 * whom it goes, maps of all types, timers, interrupts, I/O maps.
 *
 * That instructions do the same in a virtual machine as outside is the subject of
 * test_hv_lockstep.c.
 */
#include "rig.h"

#include "nest.h"

#define LVMID 0007400u
#define HVINV 0007500u
#define DIAG  0007600u
#define CODE  01000u /* of the last level's program */
#define AT(n) ((u16)(NEST_BASE + (n)))

static struct nest *begin(struct nest *nest, unsigned type, unsigned depth)
{
    nest_init(nest, type, depth, 0);
    ram_put(&nest->ram, nest_vmcb(nest, depth, VMCB_PC), CODE);
    return nest;
}

/* Until a monitor or the last level is entered; its level. */
static unsigned until_level(struct nest *nest, unsigned level)
{
    for (unsigned i = 0; nest->hv.level != level; i++) {
        assert_true(i < 5000);
        nest_turn(nest, 1);
    }
    return level;
}

/* Until a VM-fault; its code. */
static unsigned until_fault(struct nest *nest)
{
    u64 faults = nest->hv.stats.faults;

    for (unsigned i = 0; nest->hv.stats.faults == faults; i++) {
        assert_true(i < 20000);
        nest_turn(nest, 1);
    }
    return nest->hv.reg.csr >> 8 & 15;
}

static u16 vmcb(struct nest *nest, unsigned level, unsigned offset)
{
    return ram_get(&nest->ram, nest_vmcb(nest, level, offset));
}

static void set_vmcb(struct nest *nest, unsigned level, unsigned offset, u16 value)
{
    ram_put(&nest->ram, nest_vmcb(nest, level, offset), value);
}

/* --- level 0 -------------------------------------------------------------------------------- */

static void instructions_without_it(void **state)
{
    struct rig *rig = *state;

    for (u16 insn = LVMID; insn < DIAG + 0100; insn++) {
        rig_reset(rig);
        RIG_CODE_IS(rig, insn);
        rig_run(rig, 1);
        CHECK_FRAME(rig, 010, RIG_CODE + 2, 0);
    }
}

/* Not enabled, or outside kernel mode, they are reserved; DIAG is at level 0. */
static void reserved(void **state)
{
    static const u16 insns[] = {LVMID | IMM, HVINV | IMM, DIAG | 5};
    static const u16 modes[] = {0, 0040000, 0140000};

    for (unsigned i = 0; i < 3 * 3 * 2; i++) {
        struct nest n, *nest = begin(&n, MAP_BOUNDS, 1);
        u16 insn = insns[i % 3], mode = modes[i / 3 % 3], csr = i < 9 ? HVCSR_HVE : 0;

        if (mode || !csr || insn == insns[2]) {
            nest->hv.reg.csr = csr;
            NEST_LOAD(nest, 0, NEST_ENTRY, insn, 1);
            NEST_LOAD(nest, 0, 010, 02000, 0);
            cpu_set_ps(&nest->cpu, mode);
            cpu_put_sp(&nest->cpu, MODE_K, 0700);
            nest_turn(nest, 1);
            CHECK(nest->cpu.r[PC], 02000);
            CHECK(nest_get(nest, 0, 0674), NEST_ENTRY + 2);
            CHECK(nest->hv.level, 0);
        }
        nest_fini(nest);
    }
}

static u16 io_get(struct nest *nest, unsigned offset)
{
    u16 value;

    assert_true(nest->cpu.io.ops->read(nest, NEST_BASE + offset, IO_DATI, &value));
    return value;
}

static void io_put(struct nest *nest, unsigned offset, u16 value)
{
    assert_true(nest->cpu.io.ops->write(nest, NEST_BASE + offset, IO_DATO, value));
}

static void registers(void **state)
{
    static const u16 written[] = {0377, 0177777, 0177777, 0774, 0, 0, 0, 0177777};
    struct nest n, *nest = begin(&n, MAP_BOUNDS, 2);

    CHECK(io_get(nest, 6), 0110);
    for (unsigned i = 0; i < 8; i++)
        io_put(nest, 2 * i, 0);
    CHECK(io_get(nest, 0), 15 << 1);
    for (unsigned i = 0; i < 8; i++) {
        io_put(nest, 2 * i, 0177777);
        CHECK(io_get(nest, 2 * i), i ? written[i] : HVCSR_WRITE | 15 << 1);
    }
    nest->hv.reg.csr |= HVCSR_VMF | 0400;
    io_put(nest, 0, HVCSR_VMF | HVCSR_HVE);
    CHECK(io_get(nest, 0), 0400 | 15 << 1 | HVCSR_HVE);
    io_put(nest, 6, 0);
    CHECK(io_get(nest, 6), 0110);
    nest_fini(nest);
}

/* Each level has its own, and one level less above it. */
static void registers_of_levels(void **state)
{
    struct nest n, *nest = begin(&n, MAP_4K, 8);

    NEST_LOAD(nest, 8, CODE, I_MOV | S(ABS) | R0, AT(0), I_MOV | S(IMM) | ABS, 0123, AT(2),
              I_MOV | S(ABS) | R1, AT(2));
    nest_enter(nest);
    nest_turn(nest, 3);
    CHECK(nest->cpu.r[R0], HVCSR_HVE | HVCSR_STAT | (16 - 8) << 1);
    CHECK(nest->cpu.r[R1], 0123);
    CHECK(vmcb(nest, 7, VMCB_ROOT), NEST_VMTAB);
    nest_fini(nest);
}

/* --- maps and their faults ------------------------------------------------------------------ */

/* What an address of level `k` is at level `j`. */
static u32 down(const struct nest *nest, unsigned k, unsigned j, u32 pa)
{
    for (unsigned level = k; level > j; level--) {
        u16 pte = ram_get(&nest->ram, nest_pte(nest, level, pa));
        unsigned type = ram_get(&nest->ram, nest_vmcb(nest, level, VMCB_STAT)) & STAT_TYPE;

        pa = (u32)((pte & PTE_FRAME) << 6) + pa % (64 * nest_page_clicks(type));
    }
    return pa;
}

/* The instruction at CODE of level `k` refers to 0130000; the map of level `j` has a hole there.
 * The monitor at level j-1 gets it and no other; after one LVMID of its the program goes on. */
static void route(unsigned type, unsigned k, unsigned j, unsigned code)
{
    struct nest n, *nest = begin(&n, type, k);
    u32 pa, code_pa, at, bytes = 64 * nest_page_clicks(type);
    u16 pte;

    NEST_LOAD(nest, k, CODE, I_MOV | S(IMM) | R1, 0130002, I_INC | M4(R1), I_COM | R0);
    until_level(nest, k);
    nest_turn(nest, 1);
    pa = down(nest, k, j, 0130000);
    code_pa = down(nest, k, j, CODE);
    if (pa / bytes == code_pa / bytes) { /* 8 KB pages that lie across each other */
        nest_fini(nest);
        return;
    }
    at = nest_pte(nest, j, pa);
    pte = ram_get(&nest->ram, at);
    ram_put(&nest->ram, at, pte & (u16) ~(code == HV_MAP ? PTE_P : PTE_W));
    for (unsigned i = 1; i < HV_NODES; i++)
        if (nest->hv.node[i].depth == j)
            hv_retag(&nest->hv, i);
    mmu_flush(&nest->cpu.mmu);

    CHECK(until_fault(nest), code);
    CHECK(nest->hv.level, j - 1);
    CHECK(nest->cpu.r[PC], NEST_HANDLER);
    CHECK(nest->hv.reg.csr & (HVCSR_VMF | HVCSR_WR | HVCSR_I | HVCSR_BYTE), HVCSR_VMF | HVCSR_WR);
    CHECK(nest->hv.reg.syl, 1);
    CHECK(nest->hv.reg.fal | (u32)nest->hv.reg.fah << 16, pa);
    CHECK(vmcb(nest, j, VMCB_FCODE), code);
    CHECK(vmcb(nest, j, VMCB_FAL), (u16)pa);
    CHECK(vmcb(nest, j, VMCB_FAH), pa >> 16);
    CHECK(vmcb(nest, j, VMCB_FIR), I_INC | M4(R1));
    CHECK(vmcb(nest, j, VMCB_FPC), CODE + 4);
    CHECK(vmcb(nest, j, VMCB_FMMR1), 0361);
    CHECK(vmcb(nest, k, VMCB_PC), CODE + 4);
    CHECK(vmcb(nest, k, VMCB_SET0 + 2), 0130002);
    for (unsigned level = 1; level < k; level++) {
        CHECK(vmcb(nest, level, VMCB_NEXT), level >= j ? NEXT_VALID | 1 : 0);
        if (level != j - 1)
            CHECK(vmcb(nest, level, VMCB_CSR) & HVCSR_VMF, 0);
    }
    ram_put(&nest->ram, at, pte);
    until_level(nest, k);
    nest_turn(nest, 2);
    CHECK(nest->cpu.r[R0], 0177777);
    CHECK(nest_get(nest, k, 0130000), 1);
    nest_fini(nest);
}

static void faults_reach_their_level(void **state)
{
    for (unsigned k = 1; k <= 8; k++)
        for (unsigned j = 1; j <= k; j++)
            for (unsigned type = MAP_4K; type < MAP_TYPES; type++)
                route(type, k, j, type % 2 ? HV_MAP : HV_PROT);
}

/* R is set by a read, M by the first write, at all levels. */
static void marks(void **state)
{
    struct nest n, *nest = begin(&n, MAP_1K, 3);
    u32 at[4], pa = 030000;

    NEST_LOAD(nest, 3, CODE, I_TST | ABS, 030000, I_CLR | ABS, 030002);
    for (unsigned level = 3; level; level--) {
        at[level] = nest_pte(nest, level, pa);
        pa = (u32)((ram_get(&nest->ram, at[level]) & PTE_FRAME) << 6);
    }
    nest_enter(nest);
    for (unsigned level = 1; level <= 3; level++)
        CHECK(ram_get(&nest->ram, at[level]) & (PTE_R | PTE_M), 0);
    nest_turn(nest, 1);
    for (unsigned level = 1; level <= 3; level++)
        CHECK(ram_get(&nest->ram, at[level]) & (PTE_R | PTE_M), PTE_R);
    nest_turn(nest, 1);
    for (unsigned level = 1; level <= 3; level++)
        CHECK(ram_get(&nest->ram, at[level]) & (PTE_R | PTE_M), PTE_R | PTE_M);
    nest_fini(nest);
}

/* Beyond its bounds a fault, beyond its size a time-out of its own. */
static void bounds_and_size(void **state)
{
    struct nest n, *nest = begin(&n, MAP_BOUNDS, 2);

    NEST_LOAD(nest, 2, CODE, I_TST | ABS, 040000, I_TST | ABS, 050000);
    NEST_LOAD(nest, 2, 4, 02000, 0);
    set_vmcb(nest, 2, VMCB_SIZE, 0500);
    set_vmcb(nest, 2, VMCB_LEN, 0400);
    CHECK(until_fault(nest), HV_BOUND);
    CHECK(nest->hv.level, 1);
    CHECK(nest->hv.reg.fal, 040000);
    set_vmcb(nest, 2, VMCB_LEN, 0500);
    until_level(nest, 2);
    nest_turn(nest, 2);
    CHECK(nest->cpu.r[PC], 02000);
    CHECK(nest->hv.level, 2);
    nest_fini(nest);
}

/* Where a map leads to what its parent has not. */
static void map_leads_nowhere(void **state)
{
    struct nest n, *nest = begin(&n, MAP_4K, 2);

    NEST_LOAD(nest, 2, CODE, I_TST | ABS, 030000);
    ram_put(&nest->ram, nest_pte(nest, 2, 030000), PTE_P | 07700);
    CHECK(until_fault(nest), HV_BOUND);
    CHECK(nest->hv.level, 1);
    nest_fini(nest);
}

static void identity(void **state)
{
    struct nest n, *nest = begin(&n, MAP_BOUNDS, 1);

    set_vmcb(nest, 1, VMCB_STAT, STAT_VALID | MAP_IDENTITY);
    set_vmcb(nest, 1, VMCB_SIZE, 07600);
    NEST_LOAD(nest, 0, CODE, I_MOV | S(IMM) | ABS, 0123, 070000);
    nest_enter(nest);
    nest_turn(nest, 1);
    CHECK(ram_get(&nest->ram, 070000), 0123);
    nest_fini(nest);
}

/* A parent that changes a map and does not say so: the old one holds until HVINV. */
static void stale_until_invalidated(void **state)
{
    for (unsigned how = 0; how < 3; how++) {
        struct nest n, *nest = begin(&n, MAP_4K, 1);

        NEST_LOAD(nest, 1, CODE, I_TST | ABS, 030000, I_BR | 0375);
        NEST_LOAD(nest, 0, NEST_HANDLER, 062706, 4, how ? HVINV | IMM : I_TST | IMM,
                  (u16)(how == 2 ? 0 : 1), LVMID | IMM, 1);
        nest->hv.reg.tmr = 1;
        CHECK(until_fault(nest), HV_TIMER);
        ram_put(&nest->ram, nest_pte(nest, 1, 030000), 0);
        CHECK(until_fault(nest), how ? HV_MAP : HV_TIMER);
        nest_fini(nest);
    }
}

/* --- exits ---------------------------------------------------------------------------------- */

static void event(u16 insn, u16 controls, unsigned code)
{
    struct nest n, *nest = begin(&n, MAP_BOUNDS, 2);

    NEST_LOAD(nest, 2, CODE, insn, I_COM | R0);
    NEST_LOAD(nest, 2, 010, 02000, 0);
    nest_put(nest, 2, 02000, I_COM | R1);
    set_vmcb(nest, 2, VMCB_CTL, controls);
    if (code)
        set_vmcb(nest, 2, VMCB_SLR, 0400);
    until_level(nest, 2);
    if (code == HV_NONE) {
        nest_turn(nest, 2);
        CHECK(nest->hv.level, 2);
        CHECK(nest->cpu.r[insn >= DIAG ? R1 : R0], 0177777);
    } else {
        CHECK(until_fault(nest), code);
        CHECK(nest->hv.level, 1);
        CHECK(vmcb(nest, 2, VMCB_FIR), insn);
        CHECK(vmcb(nest, 2, VMCB_PC), CODE + 2);
        CHECK(vmcb(nest, 2, VMCB_STAT) & STAT_HALTED, code == HV_HALT ? STAT_HALTED : 0);
        CHECK(vmcb(nest, 2, VMCB_STAT) & STAT_WAITING, code == HV_WAIT ? STAT_WAITING : 0);
        CHECK(vmcb(nest, 2, VMCB_SLR), code == HV_RESET ? 0 : 0400);
        until_level(nest, 2);
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
    struct nest n, *nest = begin(&n, MAP_BOUNDS, 1);

    NEST_LOAD(nest, 1, CODE, DIAG | 052);
    set_vmcb(nest, 1, VMCB_CTL, HV_EXIT_DIAG);
    CHECK(until_fault(nest), HV_DIAG);
    CHECK(nest->hv.reg.fal, 052);
    nest_fini(nest);
}

/* All vectors, or T traps, are announced; the machine then goes on into the vector. */
static void vectors_are_announced(void **state)
{
    struct nest n, *nest = begin(&n, MAP_BOUNDS, 1);

    NEST_LOAD(nest, 1, CODE, I_EMT | 5);
    NEST_LOAD(nest, 1, 030, 02000, 0340);
    nest_put(nest, 1, 02000, I_COM | R0);
    set_vmcb(nest, 1, VMCB_CTL, HV_EXIT_TRAPS);
    CHECK(until_fault(nest), HV_TRACE);
    CHECK(vmcb(nest, 1, VMCB_PC), CODE + 2);
    CHECK(vmcb(nest, 1, VMCB_FLOW), 030);
    until_level(nest, 1);
    nest_turn(nest, 2);
    CHECK(nest->cpu.r[R0], 0177777);
    CHECK(nest_get(nest, 1, 0674), CODE + 2);
    nest_fini(nest);

    begin(nest, MAP_BOUNDS, 1);
    NEST_LOAD(nest, 1, CODE, I_EMT | 5);
    NEST_LOAD(nest, 1, 030, 02000, PS_T);
    set_vmcb(nest, 1, VMCB_CTL, HV_EXIT_T);
    CHECK(until_fault(nest), HV_TRACE);
    CHECK(vmcb(nest, 1, VMCB_FLOW), 014);
    CHECK(vmcb(nest, 1, VMCB_PC), 02000);
    nest_fini(nest);
}

/* What would stop the bare machine for good stops no parent. */
static void double_fault(void **state)
{
    struct nest n, *nest = begin(&n, MAP_BOUNDS, 1);

    NEST_LOAD(nest, 1, CODE, I_EMT);
    NEST_LOAD(nest, 1, 0, 0);
    set_vmcb(nest, 1, VMCB_MMR0, 1); /* all pages absent: first the program's own */
    CHECK(until_fault(nest), HV_DOUBLE);
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
        struct nest n, *nest = begin(&n, MAP_BOUNDS, 2);

        set_vmcb(nest, 2, VMCB_STAT, bad[i].stat);
        set_vmcb(nest, 1, VMCB_TLEN, bad[i].tlen);
        nest_put(nest, 1, (NEST_VMTAB << 6) + 2, bad[i].entry);
        NEST_LOAD(nest, 1, NEST_ENTRY, LVMID | IMM, bad[i].syllable);
        CHECK(until_fault(nest), HV_TABLE);
        CHECK(nest->hv.level, 1); /* its own error */
        CHECK(nest->hv.reg.syl, bad[i].syllable);
        CHECK(nest_get(nest, 1, NEST_STACK - 4), NEST_ENTRY + 4);
        nest_fini(nest);
    }
}

static void sixteen_levels(void **state)
{
    struct nest n, *nest = begin(&n, MAP_BOUNDS, 16);

    NEST_LOAD(nest, 16, CODE, I_COM | R0, LVMID | IMM, 1);
    NEST_LOAD(nest, 16, 0110, 02000, 0);
    nest_enter(nest);
    CHECK(io_get(nest, 0) & HVCSR_DEPTH, 0);
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
    struct nest n, *nest = begin(&n, MAP_4K, 3);

    NEST_LOAD(nest, 3, CODE, I_INC | R1, I_BR | 0376);
    for (unsigned level = 0; level < 3; level++) {
        NEST_LOAD(nest, level, NEST_HANDLER, I_INC | R0, 062706, 4, LVMID | IMM, 1);
        if (level)
            set_vmcb(nest, level, VMCB_TMR, budget[level]);
    }
    nest->hv.reg.tmr = budget[0];
    nest_turn(nest, 200000);
    for (unsigned level = 0; level < 3; level++) {
        struct nest *at = nest;
        unsigned calls;

        until_level(nest, 3);
        calls = level ? vmcb(at, level, VMCB_SET0) : word_get(&nest->hv.bare[VMCB_SET0]);
        /* Of 200000 instructions, and what lower levels take off: they run 4 at each call. */
        assert_in_range(calls, 200000 / 1024 / budget[level] - 1,
                        200000 / 1024 / budget[level] + 1);
    }
    CHECK(until_fault(nest), HV_TIMER);
    nest_fini(nest);
}

/* The first machine's time does not count what its monitor does. */
static void time_is_counted(void **state)
{
    struct nest n, *nest = begin(&n, MAP_BOUNDS, 1);
    u32 counted;

    NEST_LOAD(nest, 1, CODE, I_INC | R1, I_BR | 0376);
    nest->hv.reg.tmr = 1;
    for (unsigned i = 0; i < 80; i++)
        CHECK(until_fault(nest), HV_TIMER);
    counted = vmcb(nest, 1, VMCB_TIME) | (u32)vmcb(nest, 1, VMCB_TIME + 2) << 16;
    CHECK(counted, 80 * 1024);
    CHECK(vmcb(nest, 1, VMCB_SET0 + 2), 40 * 1024);
    nest_fini(nest);
}

/* --- interrupts ----------------------------------------------------------------------------- */

static void real_interrupts(void **state)
{
    for (unsigned wanted = 0; wanted < 2; wanted++) {
        struct nest n, *nest = begin(&n, MAP_4K, 3);

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
    struct nest n, *nest = begin(&n, MAP_4K, 2);

    NEST_LOAD(nest, 2, CODE, I_SPL | 5, 0240, I_SPL | 4, 0240, I_WAIT);
    NEST_LOAD(nest, 2, 0200, 03000, 0340);
    NEST_LOAD(nest, 2, 03000, I_INC | R3, I_RTI);
    set_vmcb(nest, 2, VMCB_PSW, 0340);
    set_vmcb(nest, 2, VMCB_VIRQ, 1u << 5);
    set_vmcb(nest, 2, VMCB_VECTORS + 2, 0200);
    nest_enter(nest);
    nest_turn(nest, 2);
    CHECK(nest->cpu.r[R3], 0);
    nest_turn(nest, 5);
    CHECK(nest->cpu.r[R3], 1);
    CHECK(vmcb(nest, 2, VMCB_VIRQ), 0);
    nest_fini(nest);
}

/* What is posted for level 1 while level 2 runs calls level 1, if it wants to hear of it. */
static void interrupt_for_a_level_between(void **state)
{
    struct nest n, *nest = begin(&n, MAP_BOUNDS, 2);

    NEST_LOAD(nest, 2, CODE, I_BR | 0377);
    nest->hv.reg.tmr = 1;
    set_vmcb(nest, 1, VMCB_CSR, HVCSR_HVE | HVCSR_INTR);
    nest_enter(nest);
    CHECK(until_fault(nest), HV_TIMER);
    CHECK(nest->hv.level, 0);
    set_vmcb(nest, 1, VMCB_VIRQ, 1u << 4);
    CHECK(until_fault(nest), HV_INTR);
    CHECK(nest->hv.level, 1);
    CHECK(vmcb(nest, 1, VMCB_NEXT), 0);
    nest_fini(nest);
}

/* --- the I/O page --------------------------------------------------------------------------- */

static void io_word(struct nest *nest, unsigned level, u32 pa, u16 word)
{
    nest_put(nest, level - 1, (NEST_IOMAP << 6) + 2 * ((pa - IO_PAGE) >> 6), word);
}

static void io_maps(void **state)
{
    struct nest n, *nest = begin(&n, MAP_BOUNDS, 3);

    NEST_LOAD(nest, 3, CODE, I_MOV | S(IMM) | ABS, 0123, 0177504, I_TST | ABS, 0177504);
    NEST_LOAD(nest, 3, 4, 02000, 0);
    io_word(nest, 3, 0777504, 0100000 | 0176); /* to 777604 of level 2, */
    io_word(nest, 2, 0777604, 0);              /* which level 1 does not map */
    CHECK(until_fault(nest), HV_IO);
    CHECK(nest->hv.level, 1);
    CHECK(nest->hv.reg.fal | (u32)nest->hv.reg.fah << 16, 0777604);
    CHECK(nest->hv.reg.csr & HVCSR_WR, HVCSR_WR);
    io_word(nest, 2, 0777604, 0040000);
    until_level(nest, 3);
    nest_turn(nest, 1);
    CHECK(nest->cpu.r[PC], 02000);
    CHECK(nest->hv.level, 3);
    nest_fini(nest);
}

/* Without an I/O map all of the I/O page is the parent's business, but the machine's own registers
 * are its own. */
static void own_registers(void **state)
{
    struct nest n, *nest = begin(&n, MAP_BOUNDS, 1);

    NEST_LOAD(nest, 1, CODE, I_MOV | S(IMM) | ABS, 0400, A_SLR, I_MOV | S(IMM) | ABS, 0340, A_PSW,
              I_MOV | S(IMM) | ABS, 0177, 0172300, I_TST | ABS, 0177560);
    set_vmcb(nest, 1, VMCB_IOMAP, 0);
    CHECK(until_fault(nest), HV_IO);
    CHECK(nest->hv.reg.fal, 0177560);
    CHECK(vmcb(nest, 1, VMCB_SLR), 0400);
    CHECK(vmcb(nest, 1, VMCB_PSW), 0340);
    CHECK(vmcb(nest, 1, VMCB_PDR), 017);
    CHECK(nest->cpu.slr, 0);
    nest_fini(nest);
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
        set_vmcb(nest, 4, VMCB_PC, CODE);
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
        RIG_TEST(instructions_without_it),
        cmocka_unit_test(reserved),
        cmocka_unit_test(registers),
        cmocka_unit_test(registers_of_levels),
        cmocka_unit_test(faults_reach_their_level),
        cmocka_unit_test(marks),
        cmocka_unit_test(bounds_and_size),
        cmocka_unit_test(map_leads_nowhere),
        cmocka_unit_test(identity),
        cmocka_unit_test(stale_until_invalidated),
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
        cmocka_unit_test(interrupt_for_a_level_between),
        cmocka_unit_test(io_maps),
        cmocka_unit_test(own_registers),
        cmocka_unit_test(associator),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
