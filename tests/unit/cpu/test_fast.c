/* test_fast.c - the short way of an instruction leaves the state that the long way does, or none.
 *
 * Each is executed in random machines whose maps know already what it refers to. The number of
 * instructions, MMR1 and MMR2 are not the short way's.
 */
#include <string.h>

#include "cpu/fast.h"
#include "random.h"

#define ROUNDS   40u /* at most, for each shape */
#define ENOUGH   3u  /* hits */
#define OPERANDS 4u

/* A random word of the shape. */
static u16 word_of(struct prng *prng, unsigned shape)
{
    unsigned word = prng_below(prng, 65536);

    for (unsigned i = 0; i < 65536 && isa_shape[word] != shape; i++)
        word = (word + 1) & 0177777u;
    return (u16)word;
}

/* No requests; PC at some `word`, whose references the maps know as far as they may. */
static void prepare(struct rig *rig, struct prng *prng, u16 word)
{
    struct cpu *cpu = &rig->cpu, before;
    u16 pc = (u16)(RIG_CODE + 2 * prng_below(prng, 0100));

    rig_put(rig, A_PIRQ, 0);
    cpu_set_br(cpu, 0);
    cpu_set_ps(cpu, (u16)(cpu_ps(cpu) & ~PS_T));
    cpu->attention = 0;
    cpu->r[PC] = pc;
    rig_put(rig, pc, word);
    for (u16 i = 1; i < OPERANDS; i++)
        rig_put(rig, (u16)(pc + 2 * i), random_word(prng));
    cpu->icount = 0;
    before = *cpu;
    (void)cpu_run(cpu, 1);
    before.mmu = cpu->mmu;
    *cpu = before;
    cpu_update(cpu);
}

/* True where it has a short way in this state, and that is right. */
static bool is_short(struct rig *rig, u16 word)
{
    struct cpu *cpu = &rig->cpu;
    struct rig_copy start;
    bool hit = false;
    u64 digest = 0;

    rig_save(rig, &start);
    if (!cpu->attention && fast_run(cpu, 1)) {
        hit = true;
        cpu->icount = 1;
        cpu->start = 0;
        cpu->changes = 0;
        digest = rig_digest(rig);
    } else {
        digest = rig_digest(rig);
        rig_restore(rig, &start);
        assert_true(rig_digest(rig) == digest);
    }
    rig_restore(rig, &start);
    (void)cpu_run(cpu, 1);
    cpu->start = 0;
    cpu->changes = 0;
    if (hit && rig_digest(rig) != digest)
        print_error("%06o differs\n", word);
    assert_true(!hit || rig_digest(rig) == digest);
    rig_discard(&start);
    return hit;
}

static void test_short_and_long_way_agree(void **state)
{
    struct rig *rig = *state;
    struct prng prng = prng_new(1);

    for (unsigned shape = 1; shape < ISA_SHAPES; shape++) {
        unsigned hits = 0;

        if (fast_handler[shape] == fast_none)
            continue;
        for (unsigned round = 0; round < ROUNDS && hits < ENOUGH; round++) {
            u16 word = word_of(&prng, shape);
            random_machine(rig, &prng);
            prepare(rig, &prng, word);
            hits += is_short(rig, word);
        }
        if (!hits)
            print_error("shape %u was never short\n", shape);
        assert_true(hits);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(test_short_and_long_way_agree),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
