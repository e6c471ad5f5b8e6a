/* emit.h - from a plan to code of the host. */
#ifndef VM11_JIT_EMIT_H
#define VM11_JIT_EMIT_H

#include "jit/host.h"
#include "jit/plan.h"

#define EDGES_MAX (PLAN_MAX + 1) /* of a block */

/* A way out of a block to a known address of the same page, which may be linked to a block. That of
 * a guess where a return leads is known when it has been taken once. */
struct emit_edge {
    u32 at; /* in the code: see host_edge(), host_guess() */
    u16 pc; /* EDGE_OPEN: an address in this page, when it is known */
};

#define EDGE_OPEN 1u
#define GUESSES   2u /* of a return */

struct emit_result {
    u32 head;         /* where the block begins */
    u32 at[PLAN_MAX]; /* the code of each instruction */
    u32 rest;         /* what is rarely needed, and the ways out; to the end of the code */
    unsigned edges;
    struct emit_edge edge[EDGES_MAX];
};

/* Write the code of `plan`; the edges are numbered from `first_edge` on. False: it does not fit
 * into the code memory, which is as before. */
bool emit_block(struct code *code, const struct plan *plan, u32 first_edge,
                struct emit_result *result);

#endif
