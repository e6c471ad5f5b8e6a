/* program.h - a random program with the state that it begins in. */
#ifndef VM11_TESTS_LOCKSTEP_PROGRAM_H
#define VM11_TESTS_LOCKSTEP_PROGRAM_H

#include "../diff/layout.h"
#include "insn.h"
#include "machine/machine.h"

#define POKES_MAX 2048u
#define POINTS    3u

/* What both sides are given before a program runs. */
struct program {
    struct poke poke[POKES_MAX];
    unsigned pokes;
    bool start;  /* the START key first: INIT */
    bool mapped; /* par, pdr, mmr0 and mmr3 are to be loaded */
    u16 set[2][6], sp[4], pc, ps;
    u16 par[4][2][8], pdr[4][2][8], mmr0, mmr3, slr, switches, vcsr, vusl, vacsr, vablk;
    bool has_float;
    u16 fps;
    u64 ac[6];
    struct places places;
    struct taste taste;
    struct debug_point point[POINTS]; /* a debugger's, for some programs */
    unsigned points;
};

/* What a memory of `words` words begins with: a program too, since jumps lead anywhere. */
void program_fill(u16 *memory, unsigned words, struct random *random);

/* Make the program that `random` determines, for a machine of 48 KB to 64 KB. Each program writes
 * what it needs, and leaves the rest of the memory as the one before left it. With `floats` it is
 * mostly floating point. */
void program_make(struct program *program, struct random *random, bool disk, bool floats);

#endif
