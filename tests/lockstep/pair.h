/* pair.h - two machines that must be one: built alike, one engine each. */
#ifndef VM11_TESTS_LOCKSTEP_PAIR_H
#define VM11_TESTS_LOCKSTEP_PAIR_H

#include "program.h"
#include "state.h"

struct pair_config {
    unsigned engine[2]; /* enum engine */
    struct jit_options jit;
    u32 memory;          /* bytes */
    bool fast_io, ticks; /* ticks: the clock's come from outside */
    bool kbs, assist;    /* with the KBS11-A, and VM-assist */
    const char *disk;    /* file for rk0, or NULL */
    unsigned map_blocks; /* that the second machine's maps may hold; 0: all */
};

struct side {
    struct machine *machine;
    struct cpu_debug debug;
    struct debug_point point[POINTS];
};

struct pair {
    struct side side[2];
};

/* 0, or -errno with a text. */
int pair_new(struct pair *pair, const struct pair_config *config, struct err *err);
void pair_free(struct pair *pair);

/* Fill both memories. */
void pair_fill(struct pair *pair, struct random *random);

/* Give both machines the program. */
void pair_load(struct pair *pair, const struct program *program);

/* Registers, devices, memory and what the debugger's points have met are the same. */
bool pair_equal(const struct pair *pair);

#endif
