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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_branch_to_itself),
        cmocka_unit_test(test_polls),
        cmocka_unit_test(test_others),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
