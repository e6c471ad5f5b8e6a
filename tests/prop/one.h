/* one.h - one instruction on a random state, and what became of it. */
#ifndef VM11_TEST_PROP_ONE_H
#define VM11_TEST_PROP_ONE_H

#include "random.h"

/* A rig with random memory, drawn once, that each trial begins with. */
struct bench {
    struct rig *rig;
    struct rig_copy start;
    struct prng prng;
};

/* cmocka's fixtures: *state is a struct bench. */
int bench_setup(void **state);
int bench_teardown(void **state);
#define BENCH_TEST(f) cmocka_unit_test_setup_teardown(f, bench_setup, bench_teardown)

/* A trial: memory as at the start, KT11 off, random registers that mostly point into memory (none
 * to the vectors), random condition codes and accumulators, and `insn` with two random words
 * behind it at PC. Register set 1, so that no mode has a stack limit; no T. */
void bench_state(struct bench *bench, u16 insn);

/* The processor has the instruction: it is none of an option. */
static inline bool bench_has(unsigned op)
{
    return isa_info[op].unit != UNIT_HV;
}

/* A random word of row `op`. */
u16 bench_insn(struct bench *bench, unsigned op);

struct outcome {
    enum cpu_exit exit;
    unsigned traps; /* vectors entered: 0 or more (an abort may meet another) */
    u16 vector, pc; /* the first, and the PC pushed for it */
    unsigned ios;   /* references to the I/O page */
};

/* Executes the one instruction at PC. */
struct outcome bench_run(struct bench *bench);

/* An instruction of row `op` in a random state that ran to its end without meeting the I/O page;
 * the state before it is in *before. False where none was found in `tries`. */
struct before {
    u16 r[8];
    u16 insn, ps;
};
bool bench_try(struct bench *bench, unsigned op, struct before *before);

#endif
