/* state.h - the whole state of a machine as a list of named values, to be compared and told. */
#ifndef VM11_TESTS_LOCKSTEP_STATE_H
#define VM11_TESTS_LOCKSTEP_STATE_H

#include "machine/machine.h"

#define STATE_MAX 640u

struct item {
    const char *name;
    int index; /* -1: the name says it all */
    u64 value;
};

/* All but the memory, which is large. */
struct state {
    unsigned count;
    struct item item[STATE_MAX];
};

/* What goes into a machine's future: the processor with both register sets and all stack pointers,
 * PSW, KT11-C, FP11, what is pending, time, the devices' registers and requests, the queue of
 * events, the console's input and the text it has sent. */
void state_take(struct state *state, const struct machine *machine);

/* Both have the same values. */
bool state_equal(const struct state *a, const struct state *b);

#endif
