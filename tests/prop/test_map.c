/* test_map.c - the map of innocuous blocks changes nothing but speed: a machine whose map is
 * emptied before every instruction ends in the same state.
 *
 * The programs are random, in random spaces, and write to the KT11's registers often.
 */
#include "random.h"

#define LENGTH 40u

static enum cpu_exit run_without_map(struct cpu *cpu)
{
    enum cpu_exit exit = EXIT_LIMIT;

    while (exit == EXIT_LIMIT && cpu->icount < LENGTH) {
        mmu_flush(&cpu->mmu);
        exit = cpu_run(cpu, cpu->icount + 1);
    }
    return exit;
}

/* Registers that lead to the KT11's, a program that uses them, and a loop back to it. */
static void write_mappings(struct rig *rig, struct prng *prng)
{
    static const u16 registers[] = {0172300, 0172302, 0172304, 0172340, 0172342, 0172344, 0172320,
                                    0172360, 0177600, 0177640, A_MMR0,  A_MMR3,  A_PSW,   A_MMR0};
    static const u16 insns[] = {I_MOV | S(R0) | M1(R1),  I_BIS | S(R2) | M1(R3), I_INC | M1(R1),
                                I_MOVB | S(R0) | M1(R3), I_COM | M1(R1),         I_CLRB | M1(R1)};

    for (unsigned i = 0; i < 6; i++) {
        u16 value = prng_next(prng) & PDR_WRITE;
        if (prng_below(prng, 2))
            value |= 6;
        rig->cpu.r[i] = i & 1 ? registers[prng_below(prng, ARRAY_LEN(registers))] : value;
    }
    for (u32 pa = RIG_CODE; pa < RIG_CODE + 0200; pa += 2) {
        if (prng_below(prng, 3) == 0)
            ram_put(&rig->ram, pa, insns[prng_below(prng, ARRAY_LEN(insns))]);
    }
    rig->cpu.r[PC] = RIG_CODE;
    for (enum mode mode = MODE_K; mode <= MODE_U; mode++)
        rig->cpu.mmu.par[mode][SPACE_I][0] = 0;
}

static void test_map_is_invisible(void **state)
{
    struct rig *rig = *state;
    unsigned long executed = 0;

    for (u64 seed = 0; seed < 2000; seed++) {
        struct prng prng = prng_new(seed);
        struct rig_copy start;
        enum cpu_exit exit;
        u64 digest;

        random_machine(rig, &prng);
        if (seed & 1)
            write_mappings(rig, &prng);
        rig_save(rig, &start);
        exit = cpu_run(&rig->cpu, LENGTH);
        digest = rig_digest(rig);
        executed += rig->cpu.icount;
        rig_restore(rig, &start);
        CHECK(run_without_map(&rig->cpu), exit);
        if (rig_digest(rig) != digest)
            print_error("seed %u\n", (unsigned)seed);
        assert_true(rig_digest(rig) == digest);
        rig_discard(&start);
    }
    assert_true(executed > 20000); /* the programs did not all stop at once */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(test_map_is_invisible),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
