/* random.h - machines in random states, the same for each seed, for tests of what always holds.
 *
 * Draw one number per statement: compilers differ in the order of operands and arguments.
 */
#ifndef VM11_TEST_CPU_RANDOM_H
#define VM11_TEST_CPU_RANDOM_H

#include "rig.h"

struct prng {
    u64 state;
};

/* Any seed, 0 too. */
struct prng prng_new(u64 seed);
u32 prng_next(struct prng *prng);
u64 prng_next64(struct prng *prng);
/* 0 to limit - 1 */
u32 prng_below(struct prng *prng, u32 limit);

/* The first word of some instruction, each row of isa.def as often as the others; now and then a
 * reserved word. */
u16 random_insn(struct prng *prng);
/* A word as programs have them: an address, a register of the I/O page, a number. */
u16 random_word(struct prng *prng);

/* All of memory, vectors, registers, PSW, KT11, FP11 and requests. */
void random_machine(struct rig *rig, struct prng *prng);

#endif
