/* test_assist_refer.c - VM-assist for the guest's references: pages that its map has and the real
 * one lacks, its PSW, PIRQ and stack limit. As test_assist.c: what is done leaves what the bare
 * machine leaves; what is not done is exactly the abort that there is without VM-assist.
 *
 * The guest has a KT11 of its own. Nothing of it is mapped to begin with. Programs of a few
 * instructions run on both machines until the real one traps.
 */
#include "assist_world.h"

#include <string.h>

#include "cpu/registers.h"

#define CLICKS (WORLD_GUEST >> 6)
#define TRIALS 6000u
#define STEPS  6u
#define ALL    VACSR_WRITE

static int setup(void **state)
{
    return world_setup(state, 11);
}

static bool one_in(struct world *w, unsigned n)
{
    return prng_below(&w->prng, n) == 0;
}

/* --- the guest ------------------------------------------------------------------------------ */

static u16 pick_ps(struct world *w)
{
    static const u16 modes[] = {0, 0, 1, 3, 3, 0, 1, 0};
    unsigned bits = prng_next(&w->prng), mode = modes[bits >> 16 & 7];

    if (one_in(w, 40))
        bits |= PS_T;
    if (one_in(w, 40))
        mode = MODE_ILLEGAL;
    return (u16)(mode << 14 | (bits & 034377));
}

static u16 pick_word(struct world *w)
{
    static const u16 regs[] = {0177776, 0177777, 0177774, 0177775, 0177772, 0177773, 0177570};
    unsigned bits = prng_next(&w->prng);

    if (one_in(w, 3))
        return regs[bits % ARRAY_LEN(regs)];
    return one_in(w, 3) ? pick_ps(w) : (u16)(bits & ~1u);
}

/* A page: in the guest's memory, mostly; 7 is the I/O page, mostly. */
static void pick_page(struct world *w, unsigned number, bool code, u16 *par, u16 *pdr)
{
    unsigned bits = prng_next(&w->prng), plf = 0177, acf = 6;

    *par = (u16)(bits >> 16 & 0177u);
    if (one_in(w, 4))
        plf = bits >> 8 & 0177u;
    if (one_in(w, 6))
        acf = bits & 7;
    if (one_in(w, 20))
        *par = (u16)(bits >> 16 & 07777u);
    *pdr = (u16)(plf << 8 | (bits & (plf == 0177 ? 0100u : 0110u)) | acf);
    if (number == 7 && !one_in(w, 6)) {
        *par = 07600;
        *pdr = 077406;
    } else if (code) {
        *par = 0;
        *pdr = 077402;
    }
}

static void make_map(struct world *w)
{
    struct mmu *bare = &w->bare->cpu.mmu, *real = &w->real->cpu.mmu;
    u16 on = !one_in(w, 4), mmr3 = prng_next(&w->prng) & 7u;

    for (unsigned i = 0; i < 48; i++) {
        unsigned mode = i / 16 == 2 ? MODE_U : i / 16, space = i / 8 % 2, page = i % 8;
        u16 *par = &bare->par[mode][space][page], *pdr = &bare->pdr[mode][space][page];
        pick_page(w, page, page == 0 && !(space && one_in(w, 2)), par, pdr);
        world_put_block(w, VAB_PAR + 2 * i, *par);
        world_put_block(w, VAB_PDR + 2 * i, *pdr);
    }
    bare->mmr0 = on;
    bare->mmr3 = mmr3;
    mmu_flush(bare);
    world_put_block(w, VAB_MMR0, on);
    world_put_block(w, VAB_MMR3, mmr3);
    world_put_block(w, VAB_ORIGIN, WORLD_BASE >> 6);
    world_put_block(w, VAB_LENGTH, CLICKS);
    world_put_block(w, VAB_FLAGS, VAB_MAP_LIMIT | (on ? VAB_MAP_SHADOW : VAB_MAP_ONE));
    if (one_in(w, 12))
        world_put_block(w, VAB_FLAGS, one_in(w, 2) ? VAB_MAP_LIMIT : 0);
    rig_map(w->real, one_in(w, 8) ? 0 : 1);
    memset(real->pdr[MODE_U], 0, sizeof real->pdr[MODE_U]);
    mmu_flush(real);
}

static void make_program(struct world *w)
{
    static const u16 absolute[] = {0013703, 0010337, 0050337, 0040337, 0005037, 0105037, 0110337,
                                   0005237, 0023703, 0113703, 0150337, 0140337, 0160337, 0006337};
    static const u16 others[] = {0010314, 0011403, 0010346, 0012603, 0000002, 0000006,
                                 0000230, 0104000, 0000240, 0004714, 0005724, 0000235};

    for (u32 pa = 02000; pa < 02000 + 4 * STEPS;) {
        if (one_in(w, 3)) {
            world_put(w, pa, others[prng_below(&w->prng, ARRAY_LEN(others))]);
            pa += 2;
        } else {
            world_put(w, pa, absolute[prng_below(&w->prng, ARRAY_LEN(absolute))]);
            world_put(w, pa + 2, pick_word(w));
            pa += 4;
        }
    }
}

static void make_processor(struct world *w, u16 vacsr)
{
    struct cpu *bare = &w->bare->cpu;
    u16 ps, sp[4], pirq = 0, level = 0;

    do
        ps = (u16)(pick_ps(w) & ~PS_T);
    while (ps >> 14 == MODE_ILLEGAL);
    for (unsigned i = 0; i < 4; i++)
        sp[i] = (u16)(prng_next(&w->prng) & 037776u);
    for (unsigned i = 1; i <= (ps >> 5 & 7u); i++)
        if (one_in(w, 8)) {
            pirq = (u16)(pirq | 1u << (i + 8));
            level = (u16)(i << 5);
        }
    if (one_in(w, 2))
        pirq = 0;
    bare->slr = (u16)(one_in(w, 4) ? 04000 : 0);
    bare->pirq = pirq;
    world_put_ps(w, ps, sp);
    bare->r[R3] = pick_word(w);
    bare->r[R4] = pick_word(w);
    bare->alt[4] = 0456;
    bare->r[PC] = 02000;
    cpu_set_br(bare, level ? 1u << (level >> 5) : 0);
    world_put_block(w, VAB_SLR, bare->slr);
    world_put_block(w, VAB_PIRQ, pirq);
    world_twin(w, vacsr, level);
}

static void begin(struct world *w, u16 vacsr)
{
    rig_reset(w->bare);
    rig_reset(w->real);
    for (u32 pa = 0; pa < WORLD_GUEST; pa += 2)
        world_put(w, pa, pa < 0400 && pa & 2 ? pick_ps(w) : pick_word(w));
    make_map(w);
    make_program(w);
    make_processor(w, vacsr);
}

/* --- comparisons ---------------------------------------------------------------------------- */

static void check_map(const struct world *w)
{
    const struct mmu *bare = &w->bare->cpu.mmu, *real = &w->real->cpu.mmu;
    enum mode now = cpu_mode(&w->bare->cpu);

    for (unsigned i = 0; i < 48; i++) {
        unsigned mode = i / 16 == 2 ? MODE_U : i / 16, space = i / 8 % 2, page = i % 8;
        u16 pdr = world_block(w, VAB_PDR + 2 * i), own = bare->pdr[mode][space][page];
        bool split = bare->mmr3 & (mode == MODE_U ? 1 : mode == MODE_S ? 2 : 4);
        CHECK(world_block(w, VAB_PAR + 2 * i), bare->par[mode][space][page]);
        if (mode == now && bare->mmr0 && (space == SPACE_I || split))
            pdr |= real->pdr[MODE_U][space][page] & PDR_W;
        if (mode == now && bare->mmr0 && !split && space == SPACE_I)
            pdr |= real->pdr[MODE_U][SPACE_D][page] & PDR_W;
        CHECK(pdr & ~PDR_A, own & ~PDR_A);
    }
}

static void check_same(const struct world *w)
{
    const struct cpu *bare = &w->bare->cpu, *real = &w->real->cpu;

    world_check_same(w);
    CHECK(bare->attention & ATTN_IRQ, 0);
    CHECK(world_block(w, VAB_SLR), bare->slr);
    CHECK(w->vmx.vusl, bare->slr);
    CHECK(world_block(w, VAB_PIRQ), bare->pirq);
    CHECK(real->mmu.mmr0, MMR0_ENABLE);
    check_map(w);
}

/* It trapped: nothing has happened to the guest, but for registers that an abort's MMR1 backs out.
 */
static void check_backed_out(const struct world *w, const struct rig_copy *before)
{
    const struct cpu *real = &w->real->cpu, *was = &before->rig.cpu;
    u16 changes = cpu_mmr1(real), r[8];

    assert_memory_equal(w->real->ram.base + WORLD_BLOCK, before->memory + WORLD_BLOCK,
                        RIG_RAM - WORLD_BLOCK);
    if (!(real->mmu.mmr0 & MMR0_FREEZE))
        return;
    memcpy(r, (cpu_ps(real) ^ cpu_ps(was)) & PS_SET ? real->alt : real->r, 6 * sizeof *r);
    r[SP] = cpu_get_sp(real, MODE_U);
    for (; changes; changes >>= 8)
        r[changes & 7] = (u16)(r[changes & 7] - ((changes >> 3 & 037) ^ 020) + 020);
    assert_memory_equal(r, was->r, 7 * sizeof *r);
}

/* It trapped. With the pages that were entered, and without VM-assist, all would be the same.
 * False: it is not. */
static bool is_same_abort(struct world *w, struct rig_copy *before, const struct vmx *vmx)
{
    struct cpu *real = &w->real->cpu;
    u64 digest = rig_digest(w->real);
    struct vmx after = w->vmx;
    struct mmu filled = real->mmu;

    rig_restore(w->real, before);
    memcpy(real->mmu.par[MODE_U], filled.par[MODE_U], sizeof filled.par[MODE_U]);
    for (unsigned i = 0; i < 16; i++) {
        u16 was = real->mmu.pdr[MODE_U][i / 8][i % 8];
        real->mmu.pdr[MODE_U][i / 8][i % 8] = was ? was : filled.pdr[MODE_U][i / 8][i % 8];
    }
    mmu_flush(&real->mmu);
    w->vmx = *vmx;
    w->vmx.vacsr = 0;
    CHECK(cpu_run(real, real->icount + 1), EXIT_LIMIT);
    CHECK(w->vmx.vcsr, after.vcsr);
    CHECK(w->vmx.vusl, after.vusl);
    return rig_digest(w->real) == digest;
}

/* One instruction on both; false: the real machine has trapped. */
static bool step(struct world *w)
{
    struct cpu *real = &w->real->cpu, *bare = &w->bare->cpu;
    struct vmx vmx = w->vmx;
    struct rig_copy before;
    bool done;

    rig_save(w->real, &before);
    CHECK(cpu_run(real, real->icount + 1), EXIT_LIMIT);
    done = cpu_mode(real) == MODE_U;
    if (done) {
        CHECK(cpu_run(bare, bare->icount + 1), EXIT_LIMIT);
        check_same(w);
    } else {
        check_backed_out(w, &before);
        w->late += !is_same_abort(w, &before, &vmx);
    }
    rig_discard(&before);
    return done;
}

static void test_random_guests(void **state)
{
    struct world *w = *state;
    unsigned done = 0, ended = 0;

    w->late = 0;
    for (unsigned i = 0; i < TRIALS; i++) {
        begin(w, (u16)(i % 4 ? ALL : ALL & ~(1u << (5 + i / 4 % 3))));
        for (unsigned n = 0; n < STEPS && step(w); n++)
            done++;
        ended += cpu_mode(&w->real->cpu) != MODE_U;
    }
    assert_true(done > TRIALS / 2 && ended > TRIALS / 4 && w->late < ended / 8);
}

/* --- the common cases ----------------------------------------------------------------------- */

/* A guest's kernel at priority 7, its KT11 on, each page at its own place. */
static void begin_plain(struct world *w, u16 vacsr)
{
    begin(w, vacsr);
    world_put_block(w, VAB_FLAGS, VAB_MAP_LIMIT | VAB_MAP_SHADOW);
    world_put_block(w, VAB_MMR0, 1);
    world_put_block(w, VAB_MMR3, 0);
    world_put_block(w, VAB_PS, 0340);
    world_put_block(w, VAB_LEVEL, 0);
    world_put_block(w, VAB_PIRQ, 0);
    world_put_block(w, VAB_SLR, 0);
    rig_put(w->real, A_MMR3, 1);
    w->vmx.vusl = 0;
    w->vmx.vcsr |= VCSR_USLE;
    for (unsigned i = 0; i < 48; i++) {
        world_put_block(w, VAB_PAR + 2 * i, (u16)(i % 8 == 7 ? 07600 : (i % 2) * 0200));
        world_put_block(w, VAB_PDR + 2 * i, PDR_RW);
    }
    rig_ps(w->real, 0170000);
    w->real->cpu.r[SP] = 010000;
    cpu_vmx_changed(&w->real->cpu);
}

/* The instruction is done (or not); what it did is in the block at `at`. */
static void expect(struct world *w, u16 insn, u16 operand, u16 r3, bool done, unsigned at,
                   u16 value)
{
    struct cpu *real = &w->real->cpu;

    world_put(w, 02000, insn);
    world_put(w, 02002, operand);
    real->r[PC] = 02000;
    real->r[R3] = r3;
    CHECK(cpu_run(real, real->icount + 1), EXIT_LIMIT);
    CHECK(cpu_mode(real), done ? MODE_U : MODE_K);
    CHECK(world_block(w, at), value);
}

static void test_psw(void **state)
{
    struct world *w = *state;

    begin_plain(w, ALL);
    expect(w, 0010337, 0177776, 0030100, true, VAB_PS, 0030100);
    CHECK(world_block(w, VAB_PDR + 2 * 7), PDR_RW | PDR_W);
    expect(w, 0013703, 0177776, 0, true, VAB_PS, 0030100);
    CHECK(w->real->cpu.r[R3], 0030100);
    expect(w, 0052737, 0000340, 0, true, VAB_PS, 0030100); /* BIS #340,@#... goes on at 2004 */
    begin_plain(w, ALL);
    world_put_block(w, VAB_LEVEL, 0240);
    expect(w, 0040337, 0177776, 0100, true, VAB_PS, 0240); /* priority 5: still none */
    expect(w, 0040337, 0177776, 0040, false, VAB_PS, 0240);
    CHECK(w->real->cpu.mmu.mmr0, MMR0_NR | MMR0_PL | MMR0_REF | MMR0_ENABLE);
    begin_plain(w, ALL & ~VACSR_PSW);
    expect(w, 0005037, 0177776, 0, false, VAB_PS, 0340);
    begin_plain(w, ALL);
    expect(w, 0010337, 0177776, 0100340, false, VAB_PS, 0340); /* the illegal mode */
    begin_plain(w, ALL);
    world_put_block(w, VAB_FLAGS, VAB_MAP_LIMIT);
    expect(w, 0010337, 0177776, 0140340, false, VAB_PS, 0340); /* another mode */
}

static void test_pirq_and_limit(void **state)
{
    struct world *w = *state;

    begin_plain(w, ALL);
    expect(w, 0010337, 0177772, 0010000, true, VAB_PIRQ, 0010000);
    expect(w, 0013703, 0177772, 0, true, VAB_PIRQ, 0010000);
    CHECK(w->real->cpu.r[R3], 0010210);
    expect(w, 0110337, 0177773, 0000002, true, VAB_PIRQ, 0001000);
    expect(w, 0000230, 0, 0, false, VAB_PIRQ, 0001000); /* it would be granted */
    begin_plain(w, ALL);
    world_put_block(w, VAB_PS, 0100);
    expect(w, 0010337, 0177772, 0010000, false, VAB_PIRQ, 0);
    begin_plain(w, ALL);
    expect(w, 0010337, 0177774, 0004377, true, VAB_SLR, 0004000);
    CHECK(w->vmx.vusl, 0004000);
    expect(w, 0005237, 0177774, 0, true, VAB_SLR, 0004000); /* bits 7:0 are not there */
    world_put_block(w, VAB_FLAGS, VAB_MAP_SHADOW);
    expect(w, 0005037, 0177774, 0, false, VAB_SLR, 0004000);
    begin_plain(w, ALL & ~VACSR_REG);
    expect(w, 0010337, 0177774, 0004000, false, VAB_SLR, 0);
}

/* A change of mode empties the shadow; the W bits are the guest's. */
static void test_shadow(void **state)
{
    struct world *w = *state;
    struct cpu *real = &w->real->cpu;

    begin_plain(w, ALL);
    world_put(w, 030, 04000);
    world_put(w, 032, 0340);
    expect(w, 0010346, 0, 0123, true, VAB_PS, 0340); /* MOV R3,-(SP) */
    CHECK(real->mmu.pdr[MODE_U][SPACE_D][0], PDR_RW | PDR_W);
    CHECK(real->mmu.par[MODE_U][SPACE_D][0], WORLD_BASE >> 6);
    CHECK(real->mmu.pdr[MODE_U][SPACE_I][0], PDR_RW);
    expect(w, 0010337, 0177776, 0140000, true, VAB_PS, 0140000);
    CHECK(real->mmu.pdr[MODE_U][SPACE_I][0], 0);
    CHECK(world_block(w, VAB_PDR), PDR_RW | PDR_W);
    CHECK(world_block(w, VAB_PDR + 2 * 040), PDR_RW);
    real->r[SP] = 010000;
    world_put_block(w, VAB_SP, 06000);
    expect(w, 0104000, 0, 0, true, VAB_PS, 0030340); /* EMT to its kernel */
    CHECK(real->r[PC], 04000);
    CHECK(ram_get(&w->real->ram, WORLD_BASE + 05776), 0140000);
    CHECK(world_block(w, VAB_SP + 2 * MODE_U), 010000);
    begin_plain(w, ALL & ~VACSR_PAGE);
    expect(w, 0000240, 0, 0, false, VAB_PS, 0340);
}

/* Pages that are not the processor's business. */
static void test_pages_that_trap(void **state)
{
    static const struct {
        u16 par, pdr;
        bool done;
    } pages[] = {{0200, PDR_RW, true},   {0200, 077402, true},  {0200, 077401, false},
                 {0200, 077404, false},  {0200, 077405, false}, {0200, 077400, false},
                 {0201, PDR_RW, false},  {0201, 077006, true},  {0577, 000006, false},
                 {0200, 000006, false},  {0377, 0406, false},   {07600, PDR_RW, false},
                 {0200, 0077416, false}, {0200, 0000416, true}};
    struct world *w = *state;

    for (unsigned i = 0; i < ARRAY_LEN(pages); i++) {
        begin_plain(w, ALL);
        world_put_block(w, VAB_PAR + 2 * 2, pages[i].par);
        world_put_block(w, VAB_PDR + 2 * 2, pages[i].pdr);
        expect(w, 0013703, 040200, 0, pages[i].done, VAB_PS, 0340);
    }
    begin_plain(w, ALL);
    world_put_block(w, VAB_MMR3, 4);
    rig_put(w->real, A_MMR3, 0);
    expect(w, 0013703, 040200, 0, false, VAB_PS, 0340);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_random_guests, setup, world_teardown),
        cmocka_unit_test_setup_teardown(test_psw, setup, world_teardown),
        cmocka_unit_test_setup_teardown(test_pirq_and_limit, setup, world_teardown),
        cmocka_unit_test_setup_teardown(test_shadow, setup, world_teardown),
        cmocka_unit_test_setup_teardown(test_pages_that_trap, setup, world_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
