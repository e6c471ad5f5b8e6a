/* test_idle.c - loops that only wait: counted in one go or one by one, the state is the same. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cpu/run.h"
#include "machine/machine.h"

#define AT 01000u

static struct machine *build(const u16 *words, unsigned count)
{
    const struct machine_config config = {.model = model_at(0), .real_time = true};
    struct err err = {0};
    struct machine *m;

    assert_int_equal(machine_new(&m, &config, &err), 0);
    for (unsigned i = 0; i < count; i++)
        ram_put(&m->ram, AT + 2 * i, words[i]);
    m->cpu.r[PC] = AT;
    return m;
}

/* The program in one run, and one instruction a run: `idles`, it is a loop that waits. */
static void compare(const u16 *words, unsigned count, u64 until, bool idles)
{
    struct machine *whole = build(words, count), *single = build(words, count);

    cpu_run(&whole->cpu, until);
    for (u64 i = 1; i <= until; i++)
        cpu_run(&single->cpu, i);
    assert_true((whole->cpu.idled > until / 2) == idles);
    assert_int_equal(single->cpu.idled, 0);
    assert_int_equal(whole->cpu.icount, until);
    assert_int_equal(single->cpu.icount, until);
    assert_memory_equal(whole->cpu.r, single->cpu.r, sizeof whole->cpu.r);
    assert_int_equal(cpu_ps(&whole->cpu), cpu_ps(&single->cpu));
    assert_int_equal(cpu_mmr1(&whole->cpu), cpu_mmr1(&single->cpu));
    assert_int_equal(cpu_mmr2(&whole->cpu), cpu_mmr2(&single->cpu));
    assert_true(machine_hash(whole) == machine_hash(single));
    machine_free(whole);
    machine_free(single);
}

static void test_branch_to_itself(void **state)
{
    static const u16 words[] = {0777};

    compare(words, 1, 1000, true);
    compare(words, 1, 1, false);
}

static void test_polls(void **state)
{
    static const u16 tstb[] = {0105737, 0177560, 0100375};    /* TSTB @#RCSR; BPL */
    static const u16 bit[] = {032737, 0200, 0177560, 001774}; /* BIT #200,@#RCSR; BEQ */
    static const u16 movb[] = {0113700, 0177560, 0100375};    /* MOVB @#RCSR,R0; BPL */
    static const u16 indexed[] = {0105767, 0176554, 0100375}; /* TSTB RCSR; BPL */

    for (u64 until = 999; until <= 1002; until++) {
        compare(tstb, 3, until, true);
        compare(bit, 4, until, true);
        compare(movb, 3, until, true);
        compare(indexed, 3, until, true);
    }
}

/* Loops that look like it. */
static void test_others(void **state)
{
    static const u16 counts[] = {0105737, 0177560, 077103};         /* TSTB @#RCSR; SOB R1 */
    static const u16 steps[] = {012700, 0177560, 0105720, 0100376}; /* TSTB (R0)+; BPL */
    static const u16 sector[] = {005737, 0177400, 01375, 0774};     /* TST @#RKDS; BNE; BR */
    static const u16 three[] = {0105737, 0177560, 005201, 0100374}; /* TSTB; INC R1; BPL */

    compare(counts, 3, 1000, false);
    compare(steps, 4, 10, false);
    compare(sector, 4, 1000, false);
    compare(three, 4, 1000, false);
}

/* A user's poll, behind which its page ends, and the handler of that abort, which is the same poll
 * in kernel mode and goes on behind it: no loop. */
static void map_two_modes(struct machine *m)
{
    struct cpu *cpu = &m->cpu;
    static const u16 poll[] = {0105737, 0177560, 0100775, 005201, 0776}; /* TSTB; BMI; INC R1; BR */

    for (unsigned i = 0; i < ARRAY_LEN(poll); i++)
        ram_put(&m->ram, 01074 + 2 * i, poll[i]);
    ram_put(&m->ram, 0250, 01074);
    ram_put(&m->ram, 0252, 0);
    for (unsigned mode = MODE_K; mode <= MODE_U; mode += MODE_U) {
        cpu->mmu.par[mode][SPACE_I][7] = 07600;
        cpu->mmu.pdr[mode][SPACE_I][0] = cpu->mmu.pdr[mode][SPACE_I][7] = 077406;
    }
    cpu->mmu.pdr[MODE_U][SPACE_I][0] = 8 << 8 | 6;
    cpu->mmu.mmr0 = 1;
    mmu_flush(&cpu->mmu);
    cpu->r[SP] = 0700;
    cpu->r[PC] = 01100;
    cpu_run(cpu, 2); /* the kernel has been behind its poll before */
    cpu_set_ps(cpu, 0140000);
    cpu->r[PC] = 01074;
}

static void test_another_mode(void **state)
{
    struct machine *whole = build(NULL, 0), *single = build(NULL, 0);

    map_two_modes(whole);
    map_two_modes(single);
    for (u64 i = 3; i <= 12; i++)
        cpu_run(&single->cpu, i);
    cpu_run(&whole->cpu, 12);
    assert_int_equal(single->cpu.r[1], 4);
    assert_true(machine_hash(whole) == machine_hash(single));
    machine_free(whole);
    machine_free(single);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_branch_to_itself),
        cmocka_unit_test(test_polls),
        cmocka_unit_test(test_others),
        cmocka_unit_test(test_another_mode),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
