/* test_assist.c - VM-assist against the machine that the guest believes in: an instruction that is
 * assisted leaves what the bare machine leaves; one that is not traps with nothing changed.
 *
 * The guest is mapped by the two first pages of user mode.
 */
#include "assist_world.h"

#include <string.h>

#define TRIALS 20000u

static const u16 insns[] = {0000002, 0000002, 0000006, 0000006, 0000230, 0000235, 0104000, 0104400,
                            0000003, 0000004, 0000000, 0000005, 0000010, 0007000, 0000001, 0006501};

static int setup(void **state)
{
    return world_setup(state, 7);
}

/* A PSW: the T bit and the illegal mode now and then. */
static u16 pick_ps(struct world *w)
{
    static const u16 modes[] = {0, 0, 1, 3, 3, 0, 1, 2};
    unsigned bits = prng_next(&w->prng), t = prng_below(&w->prng, 16) == 0;
    unsigned mode = modes[bits & 7] & (prng_below(&w->prng, 4) ? 3 : 1);

    return (u16)(mode << 14 | (bits & 034357) | t << 4);
}

static u16 pick_sp(struct world *w)
{
    u16 sp = (u16)(prng_next(&w->prng) % WORLD_GUEST & ~1u);

    switch (prng_below(&w->prng, 16)) {
    case 0: return sp | 1;
    case 1: return (u16)(sp + WORLD_GUEST);
    case 2: return (u16)(WORLD_GUEST - 2 * prng_below(&w->prng, 3));
    case 3: return (u16)(0400 + 2 * prng_below(&w->prng, 8));
    default: return sp;
    }
}

/* A guest: its state is that of the bare machine, the same is behind the real machine's block. */
static void begin(struct world *w, u16 vacsr)
{
    struct cpu *bare = &w->bare->cpu, *real = &w->real->cpu;
    u16 ps, sp[4], pc = (u16)(02000 + 2 * prng_below(&w->prng, 01000));
    bool mapped = prng_below(&w->prng, 2);
    u16 flags = prng_below(&w->prng, 4) ? VAB_MAP_LIMIT : VAB_MAP_LIMIT | VAB_FIXED;

    rig_reset(w->bare);
    rig_reset(w->real);
    for (u16 va = 0; va < WORLD_GUEST; va += 2)
        world_put(w, va, va < 0400 && va & 2 ? pick_ps(w) : (u16)(prng_next(&w->prng) & ~1u));
    do
        ps = (u16)(pick_ps(w) & ~PS_T);
    while (ps >> 14 == MODE_ILLEGAL);
    for (unsigned i = 0; i < 4; i++)
        sp[i] = pick_sp(w);
    world_put(w, (u16)(sp[ps >> 14] + 2), pick_ps(w));
    world_put(w, pc, insns[prng_below(&w->prng, ARRAY_LEN(insns))]);
    bare->slr = (u16)(prng_below(&w->prng, 4) ? 0 : 04000);
    world_put_ps(w, ps, sp);
    bare->r[R3] = 0123;
    bare->alt[4] = 0456;
    bare->r[PC] = pc;

    rig_map(w->real, 0);
    for (unsigned i = 0; i < 16; i++) {
        real->mmu.pdr[MODE_U][i / 8][i % 8] = i % 8 < 2 ? PDR_RW : 0;
        real->mmu.par[MODE_U][i / 8][i % 8] = (u16)((WORLD_BASE >> 6) + i % 8 * 0200);
    }
    mmu_flush(&real->mmu);
    world_put_block(w, VAB_FLAGS, mapped ? flags | VAB_MAP_ONE : flags);
    world_twin(w, vacsr, (u16)(prng_below(&w->prng, 4) ? 0 : 0240));
}

/* The real machine's guest is what the bare machine is. */
static void check_same(const struct world *w)
{
    const struct cpu *bare = &w->bare->cpu, *real = &w->real->cpu;

    world_check_same(w);
    CHECK(w->real->inits, 0);
    CHECK((u16)real->changes, (u16)bare->changes); /* MMR1, MMR2 */
    CHECK(real->start, bare->start);
    CHECK(w->vmx.assists, 1);
}

/* It trapped, and the guest is as it was. */
static void check_untouched(const struct world *w, const u8 *before, const u16 *r, u16 ps)
{
    const struct cpu *real = &w->real->cpu;
    u16 frame = real->r[SP];

    assert_memory_equal(w->real->ram.base + WORLD_BLOCK, before, RIG_RAM - WORLD_BLOCK);
    assert_memory_equal(ps & PS_SET ? real->alt : real->r, r, 6 * sizeof *r);
    CHECK(cpu_get_sp(real, MODE_U), r[SP]);
    CHECK(ram_get(&w->real->ram, frame), r[PC] + 2);
    CHECK(ram_get(&w->real->ram, frame + 2u), ps);
}

static unsigned group_of(u16 insn)
{
    switch (insn) {
    case 2:
    case 6: return VACSR_RTI;
    case 0230:
    case 0235: return VACSR_SPL;
    case 3:
    case 4:
    case 0104000:
    case 0104400: return VACSR_EMT;
    case 0:
    case 5:
    case 010:
    case 07000: return VACSR_USER;
    default: return 0;
    }
}

/* All bits, and each alone. */
static void test_against_the_bare_machine(void **state)
{
    static const u16 settings[] = {VACSR_WRITE,          VACSR_ON | VACSR_USER,
                                   VACSR_ON | VACSR_RTI, VACSR_ON | VACSR_SPL,
                                   VACSR_ON | VACSR_EMT, VACSR_WRITE & ~VACSR_ON};
    static u8 before[RIG_RAM];
    struct world *w = *state;
    unsigned done[ARRAY_LEN(settings)][020] = {{0}}, fixed = 0;

    for (unsigned i = 0; i < TRIALS; i++) {
        u16 vacsr = settings[i % ARRAY_LEN(settings)], r[8], ps, insn, was;
        begin(w, vacsr);
        memcpy(before, w->real->ram.base + WORLD_BLOCK, RIG_RAM - WORLD_BLOCK);
        memcpy(r, w->real->cpu.r, sizeof r);
        ps = cpu_ps(&w->real->cpu);
        insn = ram_get(&w->bare->ram, r[PC]);
        was = world_block(w, VAB_PS);
        CHECK(cpu_run(&w->real->cpu, 1), EXIT_LIMIT);
        if (cpu_mode(&w->real->cpu) != MODE_U) {
            check_untouched(w, before, r, ps);
            continue;
        }
        CHECK(cpu_run(&w->bare->cpu, 1), EXIT_LIMIT);
        check_same(w);
        if (world_block(w, VAB_FLAGS) & VAB_FIXED) {
            CHECK((was ^ world_block(w, VAB_PS)) & (PS_MODE | PS_PREV), 0);
            fixed++;
        }
        assert_true(vacsr & VACSR_ON && vacsr & group_of(insn));
        done[i % ARRAY_LEN(settings)][group_of(insn) >> 1]++;
    }
    assert_true(fixed > 50);
    for (unsigned i = 0; i < 5; i++)
        for (unsigned bit = 0; bit < 4; bit++)
            assert_true(!done[i][1u << bit] == !(settings[i] >> (bit + 1) & 1) &&
                        (!done[i][1u << bit] || done[i][1u << bit] > 50));
}

/* The common cases are done: no trap where nothing is unusual. */
static void test_common_cases(void **state)
{
    struct world *w = *state;
    unsigned trapped = 0, ran = 0;

    for (unsigned i = 0; i < TRIALS; i++) {
        struct cpu *real = &w->real->cpu;
        u16 ps;
        begin(w, VACSR_WRITE);
        world_put(w, real->r[PC], 0000234);
        ps = world_block(w, VAB_PS);
        if (ps >> 14 == MODE_K && world_block(w, VAB_LEVEL) > 0200)
            continue;
        CHECK(cpu_run(real, 1), EXIT_LIMIT);
        trapped += cpu_mode(real) != MODE_U;
        ran++;
    }
    assert_true(ran > TRIALS / 2);
    CHECK(trapped, 0);
}

/* A block that is not in memory, and a processor that is not in user mode: nothing is assisted. */
static void test_where_it_is_off(void **state)
{
    struct world *w = *state;

    begin(w, VACSR_WRITE);
    world_put(w, w->real->cpu.r[PC], 0104000);
    w->vmx.vablk = 07777;
    CHECK(cpu_run(&w->real->cpu, 1), EXIT_LIMIT);
    CHECK(cpu_mode(&w->real->cpu), MODE_K);
    begin(w, VACSR_WRITE);
    rig_ps(w->real, 0);
    RIG_LOAD(w->real, RIG_CODE, 0104000);
    w->real->cpu.r[PC] = RIG_CODE;
    rig_run(w->real, 1);
    CHECK_REG(w->real, PC, RIG_HANDLER + 030);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_against_the_bare_machine, setup, world_teardown),
        cmocka_unit_test_setup_teardown(test_common_cases, setup, world_teardown),
        cmocka_unit_test_setup_teardown(test_where_it_is_off, setup, world_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
