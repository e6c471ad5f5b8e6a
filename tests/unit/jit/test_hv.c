/* test_hv.c - the translator in virtual machines of the Hardware Virtualizer: the interpreter's
 * states, whatever the slices, with timers at three levels; most of it translated; nothing of one
 * machine's code in another.
 */
#include <stdlib.h>
#include <string.h>

#include "jit_rig.h"
#include "../cpu/nest.h"

#define COUNT 60011u

/* A loop that stores, a subroutine, a system call, and a store into the program now and then. */
static void load_program(struct nest *nest)
{
    unsigned level = nest->depth;

    NEST_LOAD(nest, level, 01000, I_MOV | S(IMM) | R2, 040000, /* 1000 */
              I_MOV | S(R0) | M2(R2),                          /* 1004: the loop */
              I_ADD | S(R0) | R1,                              /* 1006 */
              I_JSR | S(PC) | ABS, 01100,                      /* 1010 */
              I_EMT,                                           /* 1014 */
              I_BIT | S(IMM) | R0, 0777,                       /* 1016 */
              I_BNE | 3,                                       /* 1022: to 1032 */
              I_MOV | S(IMM) | ABS, I_INC | R3, 01104,         /* 1024 */
              I_INC | R0,                                      /* 1032 */
              I_BIC | S(IMM) | R2, 0100000,                    /* 1034 */
              I_BR | 0361);                                    /* 1040: to 1004 */
    NEST_LOAD(nest, level, 01100, I_INC | R4, I_TST | R4, NOP, I_RTS | PC);
    NEST_LOAD(nest, level, 01200, I_INC | R5, I_RTI);
    NEST_LOAD(nest, level, 030, 01200, 0340);
}

/* Where the last level's machine begins; the time that levels give. */
static struct nest *make(unsigned type, unsigned depth)
{
    struct nest *nest = malloc(sizeof *nest);

    assert_non_null(nest);
    nest_init(nest, type, depth, 0);
    load_program(nest);
    ram_put(&nest->ram, nest_vmcb(nest, depth, VMCB_PC), 01000);
    ram_put(&nest->ram, nest_vmcb(nest, depth, VMCB_KSP), 0700);
    nest->hv.reg.tmr = 3;
    if (depth > 1)
        ram_put(&nest->ram, nest_vmcb(nest, 1, VMCB_TMR), 2);
    if (depth > 2)
        ram_put(&nest->ram, nest_vmcb(nest, 2, VMCB_TMR), 1);
    return nest;
}

static void destroy(struct nest *nest)
{
    nest_fini(nest);
    free(nest);
}

static void same(const struct nest *a, const struct nest *b)
{
    assert_int_equal(a->hv.level, b->hv.level);
    assert_memory_equal(a->cpu.r, b->cpu.r, sizeof a->cpu.r);
    assert_memory_equal(a->cpu.sp, b->cpu.sp, sizeof a->cpu.sp);
    assert_int_equal(cpu_ps(&a->cpu), cpu_ps(&b->cpu));
    assert_int_equal(a->cpu.attention, b->cpu.attention);
    assert_int_equal(a->cpu.trace, b->cpu.trace);
    assert_memory_equal(&a->hv, &b->hv, offsetof(struct hv, base));
    assert_memory_equal(a->ram.base, b->ram.base, a->ram.size);
}

static void run(unsigned type, unsigned depth, u64 slice)
{
    struct nest *plain = make(type, depth), *translated = make(type, depth);
    struct jit_stats stats;
    struct jit *jit;
    struct err err;

    assert_int_equal(jit_new(&jit, &translated->cpu, &(struct jit_options){.threshold = 1}, &err),
                     0);
    while (plain->cpu.icount < COUNT) {
        u64 until = plain->cpu.icount + slice < COUNT ? plain->cpu.icount + slice : COUNT;

        assert_int_equal(cpu_run(&plain->cpu, until), EXIT_LIMIT);
        assert_int_equal(jit_run(jit, until), EXIT_LIMIT);
        assert_true(translated->cpu.icount == until);
        if (slice > 500 || until % 7 == 0)
            same(plain, translated);
    }
    same(plain, translated);
    assert_true(plain->hv.stats.faults > 10);
    assert_true(plain->cpu.r[R5] > 100 || plain->hv.level < depth);
    jit_describe(jit, &stats);
    if (slice > 100)
        assert_true(stats.interpreted < COUNT / 4);
    jit_free(jit);
    destroy(plain);
    destroy(translated);
}

static void every_level(void **state)
{
    for (unsigned depth = 1; depth <= 8; depth++)
        run(depth % 2 ? MAP_4K : MAP_BOUNDS, depth, 1999);
}

static void every_slice(void **state)
{
    for (u64 slice = 30; slice < 20000; slice = slice * 3 + 1)
        run(MAP_1K, 3, slice);
}

/* Two machines with different programs at the same addresses, in turn. */
static void machines_are_told_apart(void **state)
{
    struct nest *nest = make(MAP_BOUNDS, 1);
    u32 second = 02000 << 6, from = nest_real(nest, 1, 0);
    struct jit *jit;
    struct err err;

    memcpy(nest->ram.base + second, nest->ram.base + from, 010000);
    ram_put(&nest->ram, second + 01006, I_SUB | S(R0) | R1);
    memcpy(nest->ram.base + 04000, nest->ram.base + (NEST_VMCB << 6), 512);
    ram_put(&nest->ram, 04000 + VMCB_BASE, 02000);
    ram_put(&nest->ram, 04000 + VMCB_LEN, 01000);
    nest_put(nest, 0, (NEST_VMTAB << 6) + 4, 040);
    nest->hv.reg.tlen = 2;
    nest->hv.reg.tmr = 1;
    NEST_LOAD(nest, 0, NEST_HANDLER, I_ADD | S(IMM) | SP, 4, I_NEG | R2, I_ADD | S(IMM) | R2, 3,
              0007400 | R2);
    nest->cpu.r[R2] = 1;
    assert_int_equal(jit_new(&jit, &nest->cpu, &(struct jit_options){.threshold = 1}, &err), 0);
    for (unsigned i = 0; i < 60; i++)
        assert_int_equal(jit_run(jit, nest->cpu.icount + 1000), EXIT_LIMIT);
    for (unsigned i = 0; nest->hv.level || ram_get(&nest->ram, nest_vmcb(nest, 1, VMCB_SET0)) !=
                                               ram_get(&nest->ram, 04000 + VMCB_SET0);
         i++) {
        assert_true(i < 5000); /* both have had the same time */
        assert_int_equal(jit_run(jit, nest->cpu.icount + 1), EXIT_LIMIT);
    }
    assert_true(ram_get(&nest->ram, 04000 + VMCB_SET0) > 100);
    assert_int_equal((u16)(ram_get(&nest->ram, nest_vmcb(nest, 1, VMCB_SET0 + 2)) +
                           ram_get(&nest->ram, 04000 + VMCB_SET0 + 2)),
                     0);
    jit_free(jit);
    destroy(nest);
}

/* --- monitors that change page tables ------------------------------------------------------- */

/* The first byte of a PTE's bits and frame that the monitor below swaps: pages 0 and 2. */
#define PTE0 ((NEST_VMCB << 6) + VMCB_PTE)
#define PTE2 (PTE0 + 4)

/* As make(), with two images of the program's page, in one of which it subtracts; the stack is
 * elsewhere. On every VM-fault the monitor of level `level` - 1 swaps both pages of its child,
 * which are the last level's too, and does not tell: there is no HVINV. */
static struct nest *make_swapped(unsigned depth, unsigned level, unsigned slots, bool assoc)
{
    struct nest *nest = make(MAP_4K, depth);

    for (u32 pa = 0; pa < 010000; pa += 2)
        nest_put(nest, depth, 020000 + pa, nest_get(nest, depth, pa));
    nest_put(nest, depth, 021006, I_SUB | S(R0) | R1);
    ram_put(&nest->ram, nest_vmcb(nest, depth, VMCB_KSP), 030700);
    NEST_LOAD(nest, level - 1, NEST_HANDLER, I_ADD | S(IMM) | SP, 4, I_MOV | S(ABS) | R0, PTE0,
              I_MOV | S(ABS) | ABS, PTE2, PTE0, I_MOV | S(R0) | ABS, PTE2, 0007427, 1);
    hv_init(&nest->hv, NEST_BASE, slots);
    nest->hv.reg = (struct hv_regs){.csr = HVCSR_HVE | HVCSR_STAT | (assoc ? HVCSR_ASSOC : 0),
                                    .root = NEST_VMTAB,
                                    .tlen = 1,
                                    .tmr = 1};
    return nest;
}

/* The machine that the others are compared with, and one of them. */
static void same_program(const struct nest *a, const struct nest *b)
{
    assert_int_equal(a->hv.level, b->hv.level);
    assert_memory_equal(a->cpu.r, b->cpu.r, sizeof a->cpu.r);
    assert_int_equal(cpu_ps(&a->cpu), cpu_ps(&b->cpu));
    assert_memory_equal(a->ram.base, b->ram.base, a->ram.size);
}

static struct jit *translator(struct nest *nest)
{
    struct jit *jit;
    struct err err;

    assert_int_equal(jit_new(&jit, &nest->cpu, &(struct jit_options){.threshold = 1}, &err), 0);
    return jit;
}

/* A page table that was written counts at once: on both engines, with any associator, and where all
 * that was composed is forgotten now and then, as by a snapshot. */
static void tables_count_at_once(void **state)
{
    for (unsigned depth = 1; depth <= 3; depth++) {
        unsigned level = depth; /* pages of levels in between are not the last one's */
        struct nest *with[] = {
            make_swapped(depth, level, 0, true), make_swapped(depth, level, 0, true),
            make_swapped(depth, level, 1, true), make_swapped(depth, level, 64, true),
            make_swapped(depth, level, 0, true), make_swapped(depth, level, 0, false),
            make_swapped(depth, level, 0, false)};
        struct jit *jit = translator(with[1]), *off = translator(with[6]);

        for (u64 until = 97; until < COUNT; until += 97) {
            for (unsigned i = 0; i < ARRAY_LEN(with); i++) {
                struct jit *by = i == 1 ? jit : i == 6 ? off : NULL;

                assert_int_equal(by ? jit_run(by, until) : cpu_run(&with[i]->cpu, until),
                                 EXIT_LIMIT);
                if (until % 5 == 0)
                    same_program(with[0], with[i]);
            }
            assert_true(hv_restored(&with[4]->cpu));
        }
        same(with[0], with[1]);
        same(with[0], with[4]);
        assert_true(with[0]->hv.stats.faults > 20);
        assert_true(with[0]->hv.stats.hits > 10);
        assert_int_equal(with[5]->hv.stats.hits, 0);
        jit_free(jit);
        jit_free(off);
        for (unsigned i = 0; i < ARRAY_LEN(with); i++)
            destroy(with[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_count_at_once),
        cmocka_unit_test(every_level),
        cmocka_unit_test(every_slice),
        cmocka_unit_test(machines_are_told_apart),
    };
    if (!jit_supported())
        return 77;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
