/* session.h - one seed: a pair of machines, and programs one after another.
 *
 * A program runs in some stops, each of a random budget; between two stops things come from
 * outside (a clock tick, a key, a device's write into the program). At every stop both sides must
 * be equal. The first side, the reference, reaches the same stops in slices of its own, cut
 * elsewhere. All is determined by the seed, so that a session can be played again up to any
 * instruction: that is how a difference is bisected.
 */
#ifndef VM11_TESTS_LOCKSTEP_SESSION_H
#define VM11_TESTS_LOCKSTEP_SESSION_H

#include "pair.h"

#define STOP_KINDS 10u /* of enum stop */

/* A moment: so many instructions after a stop's beginning. */
struct spot {
    unsigned program, stop;
    u64 steps;
};

struct session {
    u64 seed;
    unsigned engine[2];
    unsigned programs;
    const char *disk; /* for the sessions that use one */
    bool hostile;     /* the second machine has next to no room: see pick_hostile() */
    unsigned blocks;  /* of how many instructions, at most; 0: as the seed says */
    int only;         /* program: the others are left out; -1: none is */
    bool floats;      /* mostly floating point */
    bool spoils;      /* the second machine gets another micro-break register at `spoil` */
    struct spot spoil;
};

struct outcome {
    bool differs;
    struct spot at; /* where the difference was seen; steps: the budget */
    enum stop stop[2];
};

struct totals {
    u64 sessions, programs, instructions, stops[STOP_KINDS];
    struct jit_stats jit; /* of the second machines, where they have a translator */
    u64 hash; /* of the machines at the ends of the sessions: the same with every compiler */
};

/* Play the session on a new pair, to `limit` (NULL: to its end) or the first difference. The pair
 * is left as it is then, for the caller to free. `totals` may be NULL. 0, or -errno. */
int session_play(const struct session *session, const struct spot *limit, struct pair *pair,
                 struct outcome *outcome, struct totals *totals, struct err *err);

#endif
