/* test_mmu.c - the KT11-C by itself: every access field, length and direction, marks, registers.
 *
 * The expected results are those of a second description of the KT11, written as its manual's
 * tables are: page by page, not bit by bit.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "mem/io.h"
#include "mem/mmu.h"

#define MMR0_PA 0777572u
#define MMR3_PA 0772516u

static int setup(void **state)
{
    *state = calloc(1, sizeof(struct mmu));
    return *state ? 0 : -1;
}

static int teardown(void **state)
{
    free(*state);
    return 0;
}

static enum trap refer(struct mmu *mmu, enum mode mode, enum space space, u16 va, bool write,
                       u32 *pa)
{
    const struct mmu_ref ref = {mode, space, va, write};

    return mmu_relocate(mmu, &ref, pa);
}

/* May block `block` be read or written in a page with this PDR? */
static u16 expected_abort(u16 pdr, unsigned block, bool write)
{
    static const char reads[] = "-rr-rrr-", writes[] = "----www-";
    unsigned acf = pdr & 7, plf = pdr >> 8 & 0177;
    bool inside = pdr & 010 ? block >= plf : block <= plf;
    u16 bits = inside ? 0 : MMR0_PL;

    if (reads[acf] == '-')
        bits |= MMR0_NR;
    else if (write && writes[acf] == '-')
        bits |= MMR0_RO;
    return bits;
}

static void test_every_access(void **state)
{
    struct mmu *mmu = *state;
    static const unsigned blocks[] = {0, 1, 2, 077, 0100, 0101, 0175, 0176, 0177};
    static const char traps[] = " r  aw  "; /* on reads, on any, on writes */

    for (unsigned k = 0; k < 8 * 2 * 128 * ARRAY_LEN(blocks) * 2; k++) {
        unsigned acf = k & 7, block = blocks[k >> 12];
        bool write = k >> 11 & 1, trap;
        u16 pdr = (u16)((k >> 4 & 0177) << 8 | (k >> 3 & 1) << 3 | acf), bits;
        u16 va = (u16)(3 << 13 | block << 6 | 021);
        u32 pa = 0;

        if (k >> 12 >= ARRAY_LEN(blocks))
            break;
        bits = expected_abort(pdr, block, write);
        trap = traps[acf] == 'a' || traps[acf] == (write ? 'w' : 'r');
        mmu->mmr0 = MMR0_ENABLE;
        mmu->pdr[MODE_S][SPACE_I][3] = pdr;
        mmu->par[MODE_S][SPACE_I][3] = 01000;
        assert_int_equal(refer(mmu, MODE_S, SPACE_D, va, write, &pa), bits ? TRAP_MMU : TRAP_NONE);
        if (bits) {
            assert_int_equal(mmu->mmr0, bits | 040 | 3 << 1 | MMR0_ENABLE);
            assert_int_equal(mmu->pdr[MODE_S][SPACE_I][3], pdr);
        } else {
            assert_int_equal(pa, 0100000 + (block << 6 | 021));
            assert_int_equal(mmu->mmr0, (trap ? MMR0_TRAP : 0) | MMR0_ENABLE);
            assert_int_equal(mmu->pdr[MODE_S][SPACE_I][3],
                             pdr | (write ? PDR_W : 0) | (trap ? PDR_A : 0));
        }
        assert_false(mmu->trap_request);
    }
}

static void test_cacheable(void **state)
{
    struct mmu *mmu = *state;

    for (u16 acf = 0; acf < 8; acf++) {
        struct mmu_ref ref = {MODE_U, SPACE_I, 0, false};
        mmu->pdr[MODE_U][SPACE_I][0] = acf;
        assert_int_equal(mmu_cacheable(mmu, &ref), acf != 1 && acf != 4);
        ref.write = true;
        assert_int_equal(mmu_cacheable(mmu, &ref), acf != 1 && acf != 4 && acf != 5);
    }
}

/* All of mode, space and page in MMR0 and in the selection of the registers. */
static void test_page_selection(void **state)
{
    struct mmu *mmu = *state;
    static const enum mode modes[] = {MODE_K, MODE_S, MODE_U};
    static const u16 bits[] = {4, 2, 1};

    for (unsigned k = 0; k < 3 * 2 * 8 * 8; k++) {
        unsigned m = k % 3, space = k / 3 % 2, page = k / 6 % 8, mmr3 = k / 48;
        bool data = space && mmr3 & bits[m];
        u32 pa = 0;

        memset(mmu->pdr, 0, sizeof mmu->pdr);
        mmu->mmr0 = MMR0_ENABLE;
        mmu->mmr3 = (u16)mmr3;
        assert_int_equal(refer(mmu, modes[m], space, (u16)(page << 13), false, &pa), TRAP_MMU);
        assert_int_equal(mmu->mmr0, MMR0_NR | (unsigned)modes[m] << 5 | (data ? 020 : 0) |
                                        page << 1 | MMR0_ENABLE);
        mmu->pdr[modes[m]][data][page] = 6;
        mmu->par[modes[m]][data][page] = (u16)(k + 1);
        assert_int_equal(refer(mmu, modes[m], space, (u16)(page << 13), false, &pa), TRAP_NONE);
        assert_int_equal(pa, (k + 1) << 6);
    }
}

static void test_illegal_mode(void **state)
{
    struct mmu *mmu = *state;
    u32 pa = 0;

    for (unsigned page = 0; page < 8; page++)
        mmu->pdr[MODE_ILLEGAL][SPACE_I][page] = 077406;
    for (unsigned va = 0; va < 0200000; va += 0100) {
        mmu->mmr0 = MMR0_ENABLE;
        assert_int_equal(refer(mmu, MODE_ILLEGAL, SPACE_D, (u16)va, va & 0100, &pa), TRAP_MMU);
        assert_int_equal(mmu->mmr0, MMR0_NR | MMR0_PL | 0100 | va >> 13 << 1 | MMR0_ENABLE);
    }
}

static void test_address_sum(void **state)
{
    struct mmu *mmu = *state;
    static const struct {
        u16 par, va;
        u32 pa;
    } rows[] = {{0, 0, 0},
                {1, 0, 0100},
                {07777, 0, 0777700},
                {07777, 0100, 0},
                {07600, 07777, 0767777},
                {07601, 017700, 0},
                {01234, 05, 0123405},
                {07577, 077, 0757777}};

    mmu->pdr[MODE_K][SPACE_I][0] = 077406;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        u32 pa = 1;
        mmu->par[MODE_K][SPACE_I][0] = rows[i].par;
        assert_int_equal(refer(mmu, MODE_K, SPACE_I, rows[i].va, false, &pa), TRAP_NONE);
        assert_int_equal(pa, rows[i].pa);
    }
}

static void test_bare_addresses(void **state)
{
    struct mmu *mmu = *state;

    assert_int_equal(mmu_bare(mmu, 0), 0);
    assert_int_equal(mmu_bare(mmu, 0157777), 0157777);
    assert_int_equal(mmu_bare(mmu, 0160000), 0760000);
    assert_int_equal(mmu_bare(mmu, 0177777), 0777777);
    mmu->wide = IO_WIDE;
    assert_int_equal(mmu_bare(mmu, 0157777), 0157777);
    assert_int_equal(mmu_bare(mmu, 0160000), 017760000);
    assert_int_equal(mmu_bare(mmu, 0177777), 017777777);
}

/* 22 bits: sixteen of a PAR, the I/O page at the top, registers of the KT11 only there. */
static void test_wide(void **state)
{
    static const struct {
        u16 par, va;
        u32 pa;
        bool marked;
    } rows[] = {
        {0007777, 017777, 01017677, true}, {0040000, 0, 04000000, true},
        {0177777, 0177, 077, true},        {0177600, 017776, 017777776, true},
        {0177776, 022, 017777622, false},  {0177722, 0, 017772200, false},
        {0007776, 022, 0777622, true},     {0007722, 0, 0772200, true},
        {0175722, 077, 017572277, true},   {0177725, 016, 017772516, false},
        {0167722, 0, 016772200, true},
    };
    struct mmu *mmu = *state;
    u16 value;

    mmu->wide = IO_WIDE;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        const struct mmu_ref ref = {MODE_K, SPACE_I, rows[i].va, true};
        u32 pa = 1, probed = 2;

        assert_true(mmu_write(mmu, 0772340, NULL, rows[i].par, 0177777));
        assert_true(mmu_read(mmu, 0772340, NULL, &value));
        assert_int_equal(value, rows[i].par);
        mmu->pdr[MODE_K][SPACE_I][0] = 077406;
        mmu->mmr0 = MMR0_ENABLE;
        assert_int_equal(mmu_relocate(mmu, &ref, &pa), TRAP_NONE);
        assert_int_equal(pa, rows[i].pa);
        assert_int_equal(mmu->pdr[MODE_K][SPACE_I][0], 077406 | (rows[i].marked ? PDR_W : 0));
        assert_true(mmu_probe(mmu, &ref, &probed));
        assert_int_equal(probed, pa);
    }
    mmu->wide = 0;
    mmu->par[MODE_K][SPACE_I][0] = 0;
    assert_true(mmu_write(mmu, 0772340, NULL, 0177777, 0177777));
    assert_int_equal(mmu->par[MODE_K][SPACE_I][0], 07777);
}

/* The first abort freezes; bit 12 is not frozen. */
static void test_freeze(void **state)
{
    struct mmu *mmu = *state;
    u32 pa = 0;

    mmu->mmr0 = MMR0_ENABLE | MMR0_ENTRAP;
    mmu->pdr[MODE_K][SPACE_I][1] = 077402;
    mmu->pdr[MODE_K][SPACE_I][2] = 077404;
    assert_int_equal(refer(mmu, MODE_K, SPACE_I, 020000, true, &pa), TRAP_MMU);
    assert_int_equal(mmu->mmr0, MMR0_RO | MMR0_ENTRAP | 2 | 1);
    assert_int_equal(refer(mmu, MODE_U, SPACE_I, 060000, true, &pa), TRAP_MMU);
    assert_int_equal(mmu->mmr0, MMR0_RO | MMR0_ENTRAP | 2 | 1);
    assert_int_equal(refer(mmu, MODE_K, SPACE_I, 040000, false, &pa), TRAP_NONE);
    assert_int_equal(mmu->mmr0, MMR0_RO | MMR0_TRAP | MMR0_ENTRAP | 2 | 1);
    assert_true(mmu->trap_request);
}

/* Requested when enabled and bit 12 was clear. */
static void test_trap_request(void **state)
{
    struct mmu *mmu = *state;
    u32 pa = 0;

    mmu->pdr[MODE_K][SPACE_I][0] = 077404;
    for (unsigned k = 0; k < 4; k++) {
        mmu->trap_request = false;
        mmu->mmr0 = (u16)(MMR0_ENABLE | (k & 1 ? MMR0_ENTRAP : 0) | (k & 2 ? MMR0_TRAP : 0));
        assert_int_equal(refer(mmu, MODE_K, SPACE_I, 0, false, &pa), TRAP_NONE);
        assert_int_equal(mmu->trap_request, k == 1);
        assert_int_equal(mmu->mmr0 & MMR0_TRAP, MMR0_TRAP);
    }
}

/* The KT11's registers are outside all marks and traps; their neighbours are not. */
static void test_own_registers(void **state)
{
    struct mmu *mmu = *state;
    static const struct {
        u32 pa;
        bool own;
    } rows[] = {{0772200, true},  {0772377, true},  {0777600, true},  {0777677, true},
                {0777572, true},  {0777573, true},  {0777577, true},  {0772516, true},
                {0772517, true},  {0772177, false}, {0772400, false}, {0777570, false},
                {0777571, false}, {0777700, false}, {0772515, false}, {0772520, false},
                {0777776, false}};

    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        u32 pa = 0;
        mmu->mmr0 = MMR0_ENABLE | MMR0_ENTRAP;
        mmu->trap_request = false;
        mmu->par[MODE_K][SPACE_I][7] = 07600;
        mmu->pdr[MODE_K][SPACE_I][7] = 077404;
        assert_int_equal(refer(mmu, MODE_K, SPACE_I, (u16)rows[i].pa, true, &pa), TRAP_NONE);
        assert_int_equal(pa, rows[i].pa);
        assert_int_equal(mmu->trap_request, !rows[i].own);
        assert_int_equal(mmu->pdr[MODE_K][SPACE_I][7], 077404 | (rows[i].own ? 0 : PDR_A | PDR_W));
    }
}

static void put(struct mmu *mmu, u32 pa, u16 value)
{
    assert_true(mmu_write(mmu, pa, NULL, value, 0177777));
}

static u16 get(struct mmu *mmu, u32 pa)
{
    u16 value = 0;

    assert_true(mmu_read(mmu, pa, NULL, &value));
    return value;
}

static void test_registers(void **state)
{
    struct mmu *mmu = *state;
    u16 value;

    put(mmu, MMR0_PA, 0177777);
    assert_int_equal(get(mmu, MMR0_PA), MMR0_WRITE);
    put(mmu, MMR3_PA, 0177777);
    assert_int_equal(get(mmu, MMR3_PA), 7);
    put(mmu, 0772300, 0177777);
    put(mmu, 0772340, 0177777);
    assert_int_equal(get(mmu, 0772300), 077417);
    assert_int_equal(get(mmu, 0772340), 07777);
    assert_true(mmu_write(mmu, 0772300, NULL, 0, 0177400)); /* the high byte */
    assert_int_equal(get(mmu, 0772300), 017);
    assert_true(mmu_write(mmu, 0772340, NULL, 0, 0377));
    assert_int_equal(get(mmu, 0772340), 07400);
    assert_true(mmu_write(mmu, MMR3_PA, NULL, 0, 0177400));
    assert_int_equal(get(mmu, MMR3_PA), 7);
    assert_false(mmu_read(mmu, 0777574, NULL, &value));
    assert_false(mmu_write(mmu, 0777574, NULL, 0, 0177777));
    assert_false(mmu_read(mmu, 0777700, NULL, &value));
    assert_false(mmu_read(mmu, 0772400, NULL, &value));
    mmu_reset(mmu);
    assert_int_equal(get(mmu, MMR0_PA), 0);
    assert_int_equal(get(mmu, MMR3_PA), 0);
    assert_int_equal(get(mmu, 0772300), 017);
    assert_int_equal(get(mmu, 0772340), 07400);
}

/* The map loses exactly what a write may have changed. */
static void test_map_is_dropped(void **state)
{
    struct mmu *mmu = *state;
    map_entry *kept = &mmu->map[MODE_K][SPACE_I].read[0177];
    map_entry *first = &mmu->map[MODE_K][SPACE_I].read[0200];
    map_entry *last = &mmu->map[MODE_K][SPACE_I].write[0377];
    map_entry *next = &mmu->map[MODE_K][SPACE_I].write[0400];
    map_entry *data = &mmu->map[MODE_K][SPACE_D].read[0200];
    static const u32 registers[] = {0772302, 0772342};

    for (unsigned i = 0; i < 2; i++) {
        *kept = *first = *last = *next = *data = 1;
        memset(mmu->filled, 0xff, sizeof mmu->filled);
        put(mmu, registers[i], 0);
        assert_true(*kept && *next && *data);
        assert_false(*first || *last);
    }
    put(mmu, 0772322, 0);
    assert_false(*data);
    *data = 1;
    memset(mmu->filled, 0xff, sizeof mmu->filled);
    put(mmu, MMR0_PA, MMR0_ENTRAP | MMR0_TRAP);
    assert_true(*kept && *data);
    put(mmu, MMR0_PA, MMR0_ENABLE);
    assert_false(*kept || *data);
    *kept = 1;
    memset(mmu->filled, 0xff, sizeof mmu->filled);
    put(mmu, MMR0_PA, MMR0_ENABLE | MMR0_MAINT);
    assert_false(*kept);
    *kept = 1;
    memset(mmu->filled, 0xff, sizeof mmu->filled);
    mmu_reset(mmu);
    assert_false(*kept);
}

/* The map entries that a reference may use. */
static unsigned entries(const struct mmu *mmu, const struct mmu_ref *ref)
{
    const struct mmu_map *map = &mmu->map[ref->mode][ref->space];
    unsigned block = ref->va >> 6;

    return (map->read[block] != 0) + (map->write[block] != 0) + (map->code[block] != 0);
}

/* Two blocks may have entries: the third drops those of the first, all of them and no others. */
static void test_kept_blocks(void **state)
{
    static const struct mmu_ref ref[] = {{MODE_U, SPACE_I, 0177777, false},
                                         {MODE_U, SPACE_D, 0177700, true},
                                         {MODE_U, SPACE_I, 0177700, true},
                                         {MODE_S, SPACE_I, 0100, false}};
    struct mmu *mmu = *state;

    mmu->mmr3 = 7;
    mmu->keep = 2;
    for (unsigned i = 0; i < 4; i++) {
        mmu_keep(mmu, &ref[i]);
        mmu->map[ref[i].mode][ref[i].space].read[ref[i].va >> 6] = 1;
        mmu->map[ref[i].mode][ref[i].space].write[ref[i].va >> 6] = 1;
        mmu->map[ref[i].mode][ref[i].space].code[ref[i].va >> 6] = 1;
    }
    assert_int_equal(entries(mmu, &ref[0]), 0); /* ref[2] is the same block */
    assert_int_equal(entries(mmu, &ref[1]), 3);
    assert_int_equal(entries(mmu, &ref[3]), 3);
}

/* MMR0<6:1> as a program reads or freezes it. */
static void test_page_field(void **state)
{
    struct mmu *mmu = *state;
    const struct mmu_ref ref = {MODE_U, SPACE_D, 0100000, false};
    u16 value = 0;

    mmu->mmr3 = 1;
    assert_true(mmu_read(mmu, MMR0_PA, &ref, &value));
    assert_int_equal(value, 0); /* off */
    put(mmu, MMR0_PA, MMR0_ENABLE);
    assert_true(mmu_read(mmu, MMR0_PA, &ref, &value));
    assert_int_equal(value, 0171);
    assert_true(mmu_write(mmu, MMR0_PA, &ref, MMR0_ENABLE | MMR0_ENTRAP, 0177777));
    assert_int_equal(get(mmu, MMR0_PA), MMR0_ENABLE | MMR0_ENTRAP);
    assert_true(mmu_write(mmu, MMR0_PA, &ref, MMR0_RO, 0177400));
    assert_int_equal(get(mmu, MMR0_PA), MMR0_RO | 0171);
    assert_true(mmu_read(mmu, MMR0_PA, &(struct mmu_ref){MODE_K, SPACE_I, 0, false}, &value));
    assert_int_equal(value, MMR0_RO | 0171); /* frozen */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_address_sum, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bare_addresses, setup, teardown),
        cmocka_unit_test_setup_teardown(test_wide, setup, teardown),
        cmocka_unit_test_setup_teardown(test_cacheable, setup, teardown),
        cmocka_unit_test_setup_teardown(test_every_access, setup, teardown),
        cmocka_unit_test_setup_teardown(test_freeze, setup, teardown),
        cmocka_unit_test_setup_teardown(test_illegal_mode, setup, teardown),
        cmocka_unit_test_setup_teardown(test_kept_blocks, setup, teardown),
        cmocka_unit_test_setup_teardown(test_map_is_dropped, setup, teardown),
        cmocka_unit_test_setup_teardown(test_own_registers, setup, teardown),
        cmocka_unit_test_setup_teardown(test_page_field, setup, teardown),
        cmocka_unit_test_setup_teardown(test_page_selection, setup, teardown),
        cmocka_unit_test_setup_teardown(test_registers, setup, teardown),
        cmocka_unit_test_setup_teardown(test_trap_request, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
