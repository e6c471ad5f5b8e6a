/* origin.h - what a block is made of, word by word: so that one that was dropped can come back.
 *
 * Systems load the same program again to the same place, and overlays come and go: most of what is
 * dropped is soon wanted again. So a dropped block keeps its code, and a copy of the memory that
 * it is made of; where the same words are there again, the block is.
 */
#ifndef VM11_JIT_ORIGIN_H
#define VM11_JIT_ORIGIN_H

#include "jit/plan.h"

#define ORIGIN_MAX (PLAN_MAX * 5) /* words of an origin, at most */

/* Consecutive words of a block. */
struct origin_part {
    u32 at; /* bytes from the block's first word */
    u32 words;
    bool guarded; /* they change: they are compared when they are executed */
    const u16 *word;
};

/* Write the origin of `plan`, which is made of `memory`. Its length in words. */
u32 origin_write(u16 *origin, const struct plan *plan, const u8 *memory);

/* The part at `*pos`, which is 0 at first and then goes to the next. False: there is none. */
bool origin_next(const u16 *origin, u32 count, u32 *pos, struct origin_part *part);

/* The words are in memory; `first` is the block's first. */
bool origin_matches(const u16 *origin, u32 count, const u8 *first);

#endif
