/* test_access.c - references and the map that makes them fast: whatever changes a mapping counts
 * from the next reference on, also for blocks that were referred to before.
 */
#include "rig.h"

#include "cpu/access.h"

#define PAGE  040000u
#define KPDR2 0172304u
#define KPAR2 0172344u

/* Every kind of reference to `va`; those that succeeded, a bit each. Memory must hold `word`. */
static unsigned reach(struct rig *rig, u16 va, u16 word)
{
    struct cpu *cpu = &rig->cpu;
    unsigned ok = 0;
    u16 value;
    u8 byte, *host;

    if (!cpu_read(cpu, SPACE_D, va, &value)) {
        CHECK(value, word);
        ok |= 1;
    }
    if (!cpu_readb(cpu, SPACE_D, va, &byte)) {
        CHECK(byte, word & 0377);
        ok |= 2;
    }
    if (!cpu_write(cpu, SPACE_D, va, word))
        ok |= 4;
    if (!cpu_writeb(cpu, SPACE_D, va, (u8)word))
        ok |= 010;
    if (!cpu_modify(cpu, SPACE_D, va, &host, &value)) {
        CHECK(value, word);
        CHECK(rmw_put(cpu, host, value), TRAP_NONE);
        ok |= 020;
    }
    if (!cpu_modifyb(cpu, SPACE_D, va, &host, &byte)) {
        CHECK(byte, word & 0377);
        CHECK(rmw_putb(cpu, host, byte), TRAP_NONE);
        ok |= 040;
    }
    rig_put(rig, A_MMR0, MMR0_ENABLE); /* unfreeze */
    return ok;
}

#define READS  003u
#define WRITES 074u
#define ALL    077u

static void setup(struct rig *rig)
{
    rig_map(rig, 0);
    rig_put(rig, PAGE, 0111);
    rig_put(rig, 020000, 0222);
    CHECK(reach(rig, PAGE, 0111), ALL);
    CHECK(reach(rig, PAGE, 0111), ALL); /* now from the map */
}

static void test_par_counts_at_once(void **state)
{
    struct rig *rig = *state;

    setup(rig);
    rig_put(rig, KPAR2, 0200);
    CHECK(reach(rig, PAGE, 0222), ALL);
    rig_put(rig, KPAR2, 0400);
    CHECK(reach(rig, PAGE, 0111), ALL);
    rig_put(rig, KPAR2, 07000);
    CHECK(reach(rig, PAGE, 0), 0);
}

static void test_pdr_counts_at_once(void **state)
{
    struct rig *rig = *state;

    setup(rig);
    rig_put(rig, KPDR2, 077402);
    CHECK(reach(rig, PAGE, 0111), READS);
    rig_put(rig, KPDR2, 077400);
    CHECK(reach(rig, PAGE, 0111), 0);
    rig_put(rig, KPDR2, 077406);
    CHECK(reach(rig, PAGE + 0100, 0), ALL);
    rig_put(rig, KPDR2, 000006);
    CHECK(reach(rig, PAGE, 0111), ALL);
    CHECK(reach(rig, PAGE + 0100, 0), 0);
    rig_put(rig, KPDR2, 000416);
    CHECK(reach(rig, PAGE, 0111), 0);
    CHECK(reach(rig, PAGE + 0100, 0), ALL);
}

/* Bytes of the registers too. */
static void test_byte_writes_count_at_once(void **state)
{
    struct rig *rig = *state;

    setup(rig);
    RIG_CODE_IS(rig, I_CLRB | ABS, KPDR2 + 1, I_MOVB | S(IMM) | ABS, 2, KPDR2,
                I_MOVB | S(IMM) | ABS, 0, KPAR2 + 1);
    CHECK(reach(rig, PAGE + 0100, 0), ALL);
    rig_run(rig, 1);
    CHECK(reach(rig, PAGE + 0100, 0), 0);
    CHECK(reach(rig, PAGE, 0111), ALL);
    rig_run(rig, 1);
    CHECK(reach(rig, PAGE, 0111), READS);
    rig_run(rig, 1); /* the page is at 0 */
    CHECK(reach(rig, PAGE + 4, RIG_HANDLER + 4), READS);
}

/* A page that traps is never passed by: A and W bits, MMR0<12> each time. */
static void test_trapping_pages_are_asked_each_time(void **state)
{
    struct rig *rig = *state;
    u16 value;

    setup(rig);
    rig_put(rig, KPDR2, 077404);
    for (unsigned i = 0; i < 3; i++) {
        rig_put(rig, A_MMR0, MMR0_ENABLE | MMR0_ENTRAP);
        CHECK(cpu_read(&rig->cpu, SPACE_D, PAGE, &value), TRAP_NONE);
        CHECK(rig->cpu.attention & ATTN_MMU, ATTN_MMU);
        CHECK(rig_get(rig, A_MMR0) & MMR0_TRAP, MMR0_TRAP);
        rig->cpu.attention = 0;
    }
    rig_put(rig, KPDR2, 077405); /* reads are innocuous, writes are not */
    rig_put(rig, A_MMR0, MMR0_ENABLE | MMR0_ENTRAP);
    CHECK(cpu_read(&rig->cpu, SPACE_D, PAGE, &value), TRAP_NONE);
    CHECK(cpu_read(&rig->cpu, SPACE_D, PAGE, &value), TRAP_NONE);
    CHECK(rig->cpu.attention, 0);
    CHECK(cpu_write(&rig->cpu, SPACE_D, PAGE, 0), TRAP_NONE);
    CHECK(rig->cpu.attention & ATTN_MMU, ATTN_MMU);
}

/* A read enters nothing for writes: the first write marks the page. */
static void test_first_write_sets_w(void **state)
{
    struct rig *rig = *state;
    u16 value;

    rig_map(rig, 0);
    CHECK(cpu_read(&rig->cpu, SPACE_D, PAGE, &value), TRAP_NONE);
    CHECK(cpu_read(&rig->cpu, SPACE_D, PAGE, &value), TRAP_NONE);
    CHECK(rig_get(rig, KPDR2), PDR_RW);
    CHECK(cpu_write(&rig->cpu, SPACE_D, PAGE, 0), TRAP_NONE);
    CHECK(rig_get(rig, KPDR2), PDR_RW | PDR_W);
    rig_put(rig, KPAR2, 0400);
    CHECK(rig_get(rig, KPDR2), PDR_RW);
    CHECK(cpu_write(&rig->cpu, SPACE_D, PAGE, 0), TRAP_NONE);
    CHECK(rig_get(rig, KPDR2), PDR_RW | PDR_W);
}

static void test_mmr0_counts_at_once(void **state)
{
    struct rig *rig = *state;
    u16 value;

    setup(rig);
    rig_put(rig, KPAR2, 0200);
    CHECK(reach(rig, PAGE, 0222), ALL);
    rig_put(rig, A_MMR0, 0);
    CHECK(cpu_read(&rig->cpu, SPACE_D, PAGE, &value), TRAP_NONE);
    CHECK(value, 0111);
    CHECK(cpu_read(&rig->cpu, SPACE_D, PAGE, &value), TRAP_NONE);
    rig_put(rig, A_MMR0, MMR0_ENABLE);
    CHECK(reach(rig, PAGE, 0222), ALL);
    rig_put(rig, A_MMR0, 0);
    CHECK(cpu_read(&rig->cpu, SPACE_D, PAGE, &value), TRAP_NONE);
    rig_put(rig, A_MMR0, MMR0_MAINT); /* now destinations only */
    CHECK(cpu_read(&rig->cpu, SPACE_D, PAGE, &value), TRAP_NONE);
    CHECK(value, 0111);
    CHECK(cpu_read(&rig->cpu, SPACE_D | REF_DST, PAGE, &value), TRAP_NONE);
    CHECK(value, 0222);
    CHECK(cpu_read(&rig->cpu, SPACE_D, PAGE, &value), TRAP_NONE);
    CHECK(value, 0111);
}

static void test_mmr3_counts_at_once(void **state)
{
    struct rig *rig = *state;

    setup(rig);
    rig_put(rig, 0172364, 0200); /* page 2 of kernel D space */
    for (unsigned i = 0; i < 3; i++) {
        rig_put(rig, A_MMR3, 4);
        CHECK(reach(rig, PAGE, 0222), ALL);
        rig_put(rig, A_MMR3, 3);
        CHECK(reach(rig, PAGE, 0111), ALL);
    }
}

/* Each mode has its own maps. */
static void test_mode_counts_at_once(void **state)
{
    struct rig *rig = *state;

    setup(rig);
    *rig_par(rig, MODE_U, SPACE_I, 2) = 0200;
    for (unsigned i = 0; i < 3; i++) {
        rig_ps(rig, 0140000);
        CHECK(reach(rig, PAGE, 0222), ALL);
        rig_ps(rig, 0);
        CHECK(reach(rig, PAGE, 0111), ALL);
    }
}

/* The end of memory and the I/O page, unmapped: nothing is entered, each is asked each time. */
static void test_memory_ends(void **state)
{
    struct rig *rig = *state;
    u16 value;
    u8 byte, *host;

    for (unsigned i = 0; i < 2; i++) {
        CHECK(cpu_read(&rig->cpu, SPACE_D, RIG_RAM - 2, &value), TRAP_NONE);
        CHECK(cpu_read(&rig->cpu, SPACE_D, RIG_RAM, &value), TRAP_BUS);
        CHECK(cpu_readb(&rig->cpu, SPACE_D, RIG_RAM + 1, &byte), TRAP_BUS);
        CHECK(cpu_readb(&rig->cpu, SPACE_D, A_DEV, &byte), TRAP_BUS);
        CHECK(cpu_write(&rig->cpu, SPACE_D, A_DEV, 0), TRAP_BUS);
        CHECK(cpu_writeb(&rig->cpu, SPACE_D, A_DEV + 1, 0), TRAP_BUS);
        CHECK(cpu_writeb(&rig->cpu, SPACE_D, RIG_RAM, 0), TRAP_BUS);
        CHECK(cpu_modify(&rig->cpu, SPACE_D, A_DEV, &host, &value), TRAP_BUS);
        CHECK(cpu_modifyb(&rig->cpu, SPACE_D, A_DEV, &host, &byte), TRAP_BUS);
        CHECK(cpu_modifyb(&rig->cpu, SPACE_D, RIG_RAM, &host, &byte), TRAP_BUS);
        rig_device(rig, A_DEV + 2, 0123);
        CHECK(cpu_readb(&rig->cpu, SPACE_D, A_DEV + 3, &byte), TRAP_NONE);
        CHECK(byte, 0);
    }
}

/* Odd words in blocks that are in the map. */
static void test_odd_addresses_never_hit(void **state)
{
    struct rig *rig = *state;
    u16 value;
    u8 *host;

    setup(rig);
    CHECK(cpu_read(&rig->cpu, SPACE_D, PAGE + 1, &value), TRAP_ODD);
    CHECK(cpu_write(&rig->cpu, SPACE_D, PAGE + 1, 0), TRAP_ODD);
    CHECK(cpu_modify(&rig->cpu, SPACE_D, PAGE + 1, &host, &value), TRAP_ODD);
    CHECK(access_read_mode(&rig->cpu, MODE_U, SPACE_D, PAGE + 1, &value), TRAP_ODD);
    CHECK(access_write_mode(&rig->cpu, MODE_U, SPACE_D, PAGE + 1, 0), TRAP_ODD);
    CHECK_MEM(rig, PAGE, 0111);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(test_byte_writes_count_at_once),
        RIG_TEST(test_first_write_sets_w),
        RIG_TEST(test_memory_ends),
        RIG_TEST(test_mmr0_counts_at_once),
        RIG_TEST(test_mmr3_counts_at_once),
        RIG_TEST(test_mode_counts_at_once),
        RIG_TEST(test_odd_addresses_never_hit),
        RIG_TEST(test_par_counts_at_once),
        RIG_TEST(test_pdr_counts_at_once),
        RIG_TEST(test_trapping_pages_are_asked_each_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
