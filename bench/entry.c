/* entry.c - what it costs to enter and to leave translated code.
 *
 * A loop of two instructions is executed twice: in one call of the engine, and in calls of two
 * instructions each. Both end in the same state. The difference of the CPU times by the calls is
 * what a call costs: the way into translated code and back, with the budget's account. Usage:
 * entry [CALLS]; a line "NS nanoseconds".
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "machine/machine.h"

#define LOOP  2u /* instructions */
#define START 01000u

static double cpu_seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Seconds for so many instructions in calls of `each`. */
static double run(struct machine *m, u64 instructions, u64 each)
{
    u64 end = m->cpu.icount + instructions;
    double from = cpu_seconds();

    while (m->cpu.icount < end)
        jit_run(m->jit, m->cpu.icount + each);
    return cpu_seconds() - from;
}

int main(int argc, char **argv)
{
    const u16 program[] = {0005200, 0000776}; /* INC R0; BR .-2 */
    u64 calls = argc > 1 ? strtoull(argv[1], NULL, 10) : 20000000;
    struct machine_config config = {.engine = ENGINE_JIT};
    struct jit_stats before, after;
    struct machine *m;
    struct err err;
    double whole, parts;

    if (calls == 0 || machine_new(&m, &config, &err)) {
        fprintf(stderr, "entry: %s\n", calls ? err.text : "usage: entry [CALLS]");
        return 1;
    }
    if (!m->jit) {
        fprintf(stderr, "entry: this host has no translator\n");
        return 1;
    }
    for (unsigned i = 0; i < LOOP; i++)
        ram_put(&m->ram, START + 2 * i, program[i]);
    m->cpu.r[PC] = START;
    run(m, 100000, 100000); /* translated now */
    whole = run(m, calls * LOOP, calls * LOOP);
    jit_describe(m->jit, &before);
    parts = run(m, calls * LOOP, LOOP);
    jit_describe(m->jit, &after);
    if (after.entries - before.entries != calls) {
        fprintf(stderr, "entry: not all calls entered translated code\n");
        return 1;
    }
    printf("%.1f nanoseconds\n", (parts - whole) / (double)calls * 1e9);
    machine_free(m);
    return 0;
}
