/* test_hv_lockstep.c - the same program on the bare machine and in a virtual machine: the same
 * state after every instruction.
 *
 * Programs, maps, registers and memory are random. In half of the runs pages are taken from the
 * maps of all levels as the program goes; the monitors, whose code is this file, put them back when
 * they are called. So every reference of an instruction, and of a trap's way into its vector, meets
 * VM-faults, and each must come to the level whose map has the hole.
 */
#include "random.h"

#include <stdlib.h>
#include <string.h>

#include "cpu/trap.h"
#include "nest.h"

#define STEPS 300u
#define FLOWS 16u

struct both {
    struct rig *rig; /* the bare machine */
    struct nest nest;
    struct prng prng;
    u64 steps, faults[HV_DEPTH + 2];
};

/* The bare machine's state, in the virtual machine that runs. */
static void copy_state(struct both *both)
{
    struct cpu *to = &both->nest.cpu;
    const struct cpu *from = &both->rig->cpu;

    memcpy(to->r, from->r, sizeof to->r);
    memcpy(to->alt, from->alt, sizeof to->alt);
    memcpy(to->sp, from->sp, sizeof to->sp);
    to->cc = from->cc;
    to->ps = from->ps;
    to->attention = from->attention;
    to->pirq = from->pirq;
    to->slr = from->slr;
    to->ubreak = from->ubreak;
    to->switches = from->switches;
    to->display = from->display;
    to->br = from->br;
    to->trace = from->trace;
    to->fp = from->fp;
    to->changes = from->changes;
    to->start = from->start;
    memcpy(to->mmu.par, from->mmu.par, sizeof to->mmu.par);
    memcpy(to->mmu.pdr, from->mmu.pdr, sizeof to->mmu.pdr);
    to->mmu.mmr0 = from->mmu.mmr0;
    to->mmu.mmr1 = from->mmu.mmr1;
    to->mmu.mmr2 = from->mmu.mmr2;
    to->mmu.mmr3 = from->mmu.mmr3;
    mmu_flush(&to->mmu);
    cpu_update(to);
}

static void begin(struct both *both, unsigned type, unsigned depth, unsigned slots, u64 seed)
{
    struct rig *rig = both->rig;

    both->prng = prng_new(seed);
    rig_reset(rig);
    random_machine(rig, &both->prng);
    memset(rig->present, 0, sizeof rig->present);
    for (u16 i = 0; i < 020; i = (u16)(i + 2)) /* where the virtual machine has the HV's */
        rig_device(rig, (u16)(NEST_BASE + i), 0);
    for (unsigned level = 4; level < 8; level++)
        rig->vector[level] = (u16)(0300 + 4 * level);
    nest_init(&both->nest, type, depth, slots);
    ram_put(&both->nest.ram, nest_vmcb(&both->nest, depth, VMCB_SIZE), RIG_RAM >> 6);
    ram_put(&both->nest.ram, nest_vmcb(&both->nest, depth, VMCB_CSR), 0);
    for (unsigned level = 4; level < 8; level++)
        ram_put(&both->nest.ram, nest_vmcb(&both->nest, depth, VMCB_VECTORS + 2 * (level - 4)),
                rig->vector[level]);
    for (u32 pa = 0; pa < RIG_RAM; pa += 64)
        memcpy(both->nest.ram.base + nest_real(&both->nest, depth, pa), rig->ram.base + pa, 64);
    nest_enter(&both->nest);
    copy_state(both);
}

/* Instructions that the last level has executed. */
static u64 executed(struct nest *nest)
{
    u32 at = nest_vmcb(nest, nest->depth, VMCB_TIME);
    u64 before = ram_get(&nest->ram, at) | (u64)ram_get(&nest->ram, at + 2) << 16;

    return before + nest->cpu.icount - nest->hv.since[nest->depth];
}

/* A page of some level's map goes. */
static void punch(struct both *both)
{
    struct nest *nest = &both->nest;
    unsigned level = 1 + prng_below(&both->prng, nest->depth);
    u32 click = prng_below(&both->prng, RIG_RAM >> 6), at;

    at = nest_pte(nest, level, click << 6);
    nest_write(nest, at, ram_get(&nest->ram, at) & (u16) ~(PTE_P | PTE_R | PTE_M));
}

/* The monitor that was called puts back what was punched, in its own child's map only. */
static void repair(struct both *both)
{
    struct nest *nest = &both->nest;
    const struct hv_regs *reg = &nest->hv.reg;
    u32 pa = reg->fal | (u32)reg->fah << 16, at;

    assert_int_equal(reg->csr & HVCSR_VMF, HVCSR_VMF);
    assert_int_equal(reg->syl, 1);
    assert_int_equal(reg->csr >> 8 & 15, HV_MAP);
    at = nest_pte(nest, nest->hv.level + 1u, pa);
    assert_false(ram_get(&nest->ram, at) & PTE_P);
    nest_write(nest, at, ram_get(&nest->ram, at) | PTE_P);
    both->faults[nest->hv.level]++;
}

enum outcome { GOES_ON, STOPS, ENDS };

static enum outcome outcome_of(enum cpu_exit exit)
{
    return exit == EXIT_WAIT ? STOPS : ENDS;
}

static enum outcome step_bare(struct both *both)
{
    struct cpu *cpu = &both->rig->cpu;
    u64 until = cpu->icount + 1;
    enum cpu_exit exit;

    while (cpu->icount < until)
        if (cpu_turn(cpu, &exit))
            return outcome_of(exit);
    return GOES_ON;
}

/* The same for the virtual machine. HALT and what cannot go on end at its monitor. */
static enum outcome step_virtual(struct both *both)
{
    struct nest *nest = &both->nest;
    u64 until = executed(nest) + 1;
    enum cpu_exit exit;

    for (unsigned i = 0;; i++) {
        bool runs = nest->hv.level == nest->depth;
        u64 faults = nest->hv.stats.faults;

        assert_true(i < 10000);
        if (runs && executed(nest) >= until && !(nest->hv.flow.flags & HV_FLOW_VALID))
            return GOES_ON;
        if (cpu_turn(&nest->cpu, &exit))
            return outcome_of(exit);
        if (nest->hv.stats.faults != faults) {
            unsigned code = ram_get(&nest->ram, nest_vmcb(nest, nest->depth, VMCB_FCODE));
            if (code == HV_HALT || code == HV_DOUBLE)
                return ENDS;
            repair(both);
        }
    }
}

#define SAME(field)                                                                                \
    do {                                                                                           \
        if (a->field != b->field)                                                                  \
            fail_msg("%s: %o, %o after %llu steps at %o", #field, (unsigned)a->field,              \
                     (unsigned)b->field, (unsigned long long)both->steps, a->start);               \
    } while (0)
#define SAME_ALL(field)                                                                            \
    do {                                                                                           \
        if (memcmp(a->field, b->field, sizeof a->field) != 0)                                      \
            fail_msg("%s after %llu steps", #field, (unsigned long long)both->steps);              \
    } while (0)

static void compare(const struct both *both)
{
    const struct cpu *a = &both->rig->cpu, *b = &both->nest.cpu;

    SAME(r[PC]);
    for (unsigned i = 0; i < 7; i++)
        if (a->r[i] != b->r[i])
            fail_msg("R%u: %o, %o after %llu steps at %o", i, a->r[i], b->r[i],
                     (unsigned long long)both->steps, a->start);
    SAME_ALL(alt);
    for (unsigned mode = 0; mode < 4; mode++)
        if (cpu_get_sp(a, (enum mode)mode) != cpu_get_sp(b, (enum mode)mode))
            fail_msg("SP of %u after %llu steps", mode, (unsigned long long)both->steps);
    if (cpu_ps(a) != cpu_ps(b))
        fail_msg("PS: %o, %o after %llu steps", cpu_ps(a), cpu_ps(b),
                 (unsigned long long)both->steps);
    SAME(pirq);
    SAME(slr);
    SAME(ubreak);
    SAME(display);
    SAME(br);
    if (a->ps & PS_T)
        SAME(trace);
    if ((a->attention ^ b->attention) & ~ATTN_HV)
        fail_msg("attention: %o, %o after %llu steps", a->attention, b->attention,
                 (unsigned long long)both->steps);
    SAME_ALL(fp.ac);
    SAME(fp.fps);
    SAME(fp.fec);
    SAME(fp.fea);
    SAME(mmu.mmr0);
    SAME(mmu.mmr3);
    SAME_ALL(mmu.par);
    SAME_ALL(mmu.pdr);
    if (cpu_mmr1(a) != cpu_mmr1(b) || cpu_mmr2(a) != cpu_mmr2(b))
        fail_msg("MMR1 or MMR2 after %llu steps", (unsigned long long)both->steps);
}

static void compare_memory(struct both *both)
{
    const struct nest *nest = &both->nest;

    for (u32 pa = 0; pa < RIG_RAM; pa += 64)
        if (memcmp(both->rig->ram.base + pa, nest->ram.base + nest_real(nest, nest->depth, pa), 64))
            fail_msg("memory at %o after %llu steps", pa, (unsigned long long)both->steps);
}

/* Requests from outside, at the same instruction. */
static void request(struct both *both)
{
    unsigned level = 4 + prng_below(&both->prng, 4);

    cpu_set_br(&both->rig->cpu, both->rig->cpu.br | 1u << level);
    both->nest.cpu.br |= (u8)(1u << level);
    cpu_update(&both->nest.cpu);
}

static void run(struct both *both, bool holes)
{
    for (unsigned i = 0; i < STEPS; i++) {
        enum outcome bare, virtual;

        if (holes && prng_below(&both->prng, 3) == 0)
            punch(both);
        if (prng_below(&both->prng, 20) == 0)
            request(both);
        bare = step_bare(both);
        if (both->rig->cpu.flows >= FLOWS) /* one into the other, for ever */
            return;
        virtual = step_virtual(both);
        both->steps++;
        assert_int_equal(bare, virtual);
        if (bare == ENDS)
            break;
        compare(both);
        if (bare == STOPS)
            request(both);
    }
    if (both->nest.hv.level == both->nest.depth)
        compare_memory(both);
}

static void runs(void **state, unsigned type, bool holes, unsigned slots, unsigned seeds)
{
    struct both *both = calloc(1, sizeof *both);

    assert_non_null(both);
    both->rig = *state;
    for (unsigned seed = 0; seed < seeds; seed++) {
        begin(both, type, 1 + seed % 8, slots, seed * 8u + type);
        run(both, holes);
        nest_fini(&both->nest);
    }
    assert_true(both->steps > seeds * 20u);
    for (unsigned level = 0; holes && level < 8; level++)
        assert_true(both->faults[level] > 0);
    free(both);
}

static void bounds(void **state)
{
    runs(state, MAP_BOUNDS, false, 0, 64);
}

static void pages(void **state)
{
    for (unsigned type = MAP_4K; type < MAP_TYPES; type++)
        runs(state, type, false, 0, 32);
}

static void holes(void **state)
{
    for (unsigned type = MAP_4K; type < MAP_TYPES; type++)
        runs(state, type, true, 0, 48);
}

/* An associator of one entry and of 64. */
static void small_associators(void **state)
{
    runs(state, MAP_1K, true, 1, 24);
    runs(state, MAP_4K, true, 64, 24);
    runs(state, MAP_BOUNDS, false, 1, 24);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(bounds),
        RIG_TEST(pages),
        RIG_TEST(holes),
        RIG_TEST(small_associators),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
