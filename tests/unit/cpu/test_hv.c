/* test_hv.c - the Hardware Virtualizer (docs/hv.md): registers, instructions, every fault of a map
 * and to whom it goes, maps of all types.
 *
 * test_hv_events.c has the rest. That instructions do the same in a virtual machine as outside is
 * the subject of test_hv_lockstep.c.
 */
#include "rig.h"

#include "nest.h"

#define LVMID 0007400u
#define HVINV 0007500u
#define DIAG  0007600u
#define CODE  NEST_CODE
#define AT(n) ((u16)(NEST_BASE + (n)))

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
        struct nest n, *nest = nest_begin(&n, MAP_BOUNDS, 1);
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
    struct nest n, *nest = nest_begin(&n, MAP_BOUNDS, 2);

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
    struct nest n, *nest = nest_begin(&n, MAP_4K, 8);

    NEST_LOAD(nest, 8, CODE, I_MOV | S(ABS) | R0, AT(0), I_MOV | S(IMM) | ABS, 0123, AT(2),
              I_MOV | S(ABS) | R1, AT(2));
    nest_enter(nest);
    nest_turn(nest, 3);
    CHECK(nest->cpu.r[R0], HVCSR_HVE | HVCSR_STAT | (16 - 8) << 1);
    CHECK(nest->cpu.r[R1], 0123);
    CHECK(nest_field(nest, 7, VMCB_ROOT), NEST_VMTAB);
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
    struct nest n, *nest = nest_begin(&n, type, k);
    u32 pa, code_pa, at, bytes = 64 * nest_page_clicks(type);
    u16 pte;

    NEST_LOAD(nest, k, CODE, I_MOV | S(IMM) | R1, 0130002, I_INC | M4(R1), I_COM | R0);
    nest_until_level(nest, k);
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

    CHECK(nest_until_fault(nest), code);
    CHECK(nest->hv.level, j - 1);
    CHECK(nest->cpu.r[PC], NEST_HANDLER);
    CHECK(nest->hv.reg.csr & (HVCSR_VMF | HVCSR_WR | HVCSR_I | HVCSR_BYTE), HVCSR_VMF | HVCSR_WR);
    CHECK(nest->hv.reg.syl, 1);
    CHECK(nest->hv.reg.fal | (u32)nest->hv.reg.fah << 16, pa);
    CHECK(nest_field(nest, j, VMCB_FCODE), code);
    CHECK(nest_field(nest, j, VMCB_FAL), (u16)pa);
    CHECK(nest_field(nest, j, VMCB_FAH), pa >> 16);
    CHECK(nest_field(nest, j, VMCB_FIR), I_INC | M4(R1));
    CHECK(nest_field(nest, j, VMCB_FPC), CODE + 4);
    CHECK(nest_field(nest, j, VMCB_FMMR1), 0361);
    CHECK(nest_field(nest, k, VMCB_PC), CODE + 4);
    CHECK(nest_field(nest, k, VMCB_SET0 + 2), 0130002);
    for (unsigned level = 1; level < k; level++) {
        CHECK(nest_field(nest, level, VMCB_NEXT), level >= j ? NEXT_VALID | 1 : 0);
        if (level != j - 1)
            CHECK(nest_field(nest, level, VMCB_CSR) & HVCSR_VMF, 0);
    }
    ram_put(&nest->ram, at, pte);
    nest_until_level(nest, k);
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
    struct nest n, *nest = nest_begin(&n, MAP_1K, 3);
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
    struct nest n, *nest = nest_begin(&n, MAP_BOUNDS, 2);

    NEST_LOAD(nest, 2, CODE, I_TST | ABS, 040000, I_TST | ABS, 050000);
    NEST_LOAD(nest, 2, 4, 02000, 0);
    nest_set_field(nest, 2, VMCB_SIZE, 0500);
    nest_set_field(nest, 2, VMCB_LEN, 0400);
    CHECK(nest_until_fault(nest), HV_BOUND);
    CHECK(nest->hv.level, 1);
    CHECK(nest->hv.reg.fal, 040000);
    nest_set_field(nest, 2, VMCB_LEN, 0500);
    nest_until_level(nest, 2);
    nest_turn(nest, 2);
    CHECK(nest->cpu.r[PC], 02000);
    CHECK(nest->hv.level, 2);
    nest_fini(nest);
}

/* Where a map leads to what its parent has not. */
static void map_leads_nowhere(void **state)
{
    struct nest n, *nest = nest_begin(&n, MAP_4K, 2);

    NEST_LOAD(nest, 2, CODE, I_TST | ABS, 030000);
    ram_put(&nest->ram, nest_pte(nest, 2, 030000), PTE_P | 07700);
    CHECK(nest_until_fault(nest), HV_BOUND);
    CHECK(nest->hv.level, 1);
    nest_fini(nest);
}

static void identity(void **state)
{
    struct nest n, *nest = nest_begin(&n, MAP_BOUNDS, 1);

    nest_set_field(nest, 1, VMCB_STAT, STAT_VALID | MAP_IDENTITY);
    nest_set_field(nest, 1, VMCB_SIZE, 07600);
    NEST_LOAD(nest, 0, CODE, I_MOV | S(IMM) | ABS, 0123, 070000);
    nest_enter(nest);
    nest_turn(nest, 1);
    CHECK(ram_get(&nest->ram, 070000), 0123);
    nest_fini(nest);
}

/* HVINV of one child or of all: what was composed with a table that changed behind the processor's
 * back is void. */
static void invalidated(void **state)
{
    for (unsigned how = 0; how < 3; how++) {
        struct nest n, *nest = nest_begin(&n, MAP_4K, 1);

        NEST_LOAD(nest, 1, CODE, I_TST | ABS, 030000, I_BR | 0375);
        NEST_LOAD(nest, 0, NEST_HANDLER, 062706, 4, how ? HVINV | IMM : I_TST | IMM,
                  (u16)(how == 2 ? 0 : 1), LVMID | IMM, 1);
        nest->hv.reg.tmr = 1;
        CHECK(nest_until_fault(nest), HV_TIMER);
        ram_put(&nest->ram, nest_pte(nest, 1, 030000), 0);
        CHECK(nest_until_fault(nest), how ? HV_MAP : HV_TIMER);
        nest_fini(nest);
    }
}

/* A machine whose page 1 is its parent's memory from VMTAB on: it reaches its own tables. */
#define OWN(click, offset) ((u16)(010000 + ((click)-NEST_VMTAB) * 64 + (offset)))

static struct nest *own_tables(struct nest *nest, unsigned type)
{
    nest_begin(nest, type, 1);
    for (u32 pa = 010000; pa < 020000; pa += nest_page_clicks(type) * 64u)
        ram_put(&nest->ram, nest_pte(nest, 1, pa),
                (u16)(PTE_P | PTE_W | (NEST_VMTAB + ((pa - 010000) >> 6))));
    return nest;
}

/* Who writes to a page table, even the machine itself, sees the effect with the next reference. */
static void tables_count_at_once(void **state)
{
    static const u16 types[] = {MAP_4K, MAP_1K, MAP_2K};

    for (unsigned i = 0; i < ARRAY_LEN(types); i++) {
        struct nest n, *nest = own_tables(&n, types[i]);
        u32 from = nest_pte(nest, 1, 030000), to = nest_pte(nest, 1, 040000);
        u16 own = OWN(NEST_VMTAB, from - (NEST_VMTAB << 6));

        nest_put(nest, 1, 030000, 3);
        nest_put(nest, 1, 040000, 4);
        NEST_LOAD(nest, 1, CODE, I_MOV | S(ABS) | R0, 030000, I_MOV | S(IMM) | ABS,
                  ram_get(&nest->ram, to), own, I_MOV | S(ABS) | R1, 030000, I_CLRB | ABS,
                  (u16)(own + 1), I_TST | ABS, 030000);
        nest_enter(nest);
        nest_turn(nest, 3);
        CHECK(nest->cpu.r[R0], 3);
        CHECK(nest->cpu.r[R1], 4);
        CHECK(nest_until_fault(nest), HV_MAP);
        CHECK(nest->hv.reg.fal, 030000);
        nest_fini(nest);
    }
}

/* And of an I/O map. */
static void io_maps_count_at_once(void **state)
{
    struct nest n, *nest = own_tables(&n, MAP_4K);

    NEST_LOAD(nest, 1, CODE, I_TST | ABS, 0164200, I_TST | ABS, 0164200, I_CLR | ABS,
              OWN(NEST_IOMAP, 2 * 042), I_TST | ABS, 0164200);
    NEST_LOAD(nest, 1, 4, 02000, 0);
    NEST_LOAD(nest, 1, 02000, I_INC | R0, I_RTI);
    CHECK(nest_until_fault(nest), HV_IO);
    CHECK(nest_field(nest, 1, VMCB_SET0), 2);
    CHECK(nest->hv.reg.fal, 0164200);
    nest_fini(nest);
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
        cmocka_unit_test(invalidated),
        cmocka_unit_test(tables_count_at_once),
        cmocka_unit_test(io_maps_count_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
