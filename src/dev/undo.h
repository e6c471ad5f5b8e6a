/* undo.h - what an image held before the guest wrote: a list of blocks, to go back by.
 *
 * A mark is a moment to come back to. Behind a mark the first write to a block notes what the
 * block held; further ones need not be noted. To go back, what was noted since is written back,
 * the latest first.
 */
#ifndef VM11_DEV_UNDO_H
#define VM11_DEV_UNDO_H

#include "base/types.h"

#define UNDO_BLOCK 512u

struct undo_entry {
    u64 block; /* number in the medium */
    u64 size;  /* length of the file before the write */
    u8 data[UNDO_BLOCK];
};

struct undo {
    struct undo_entry *entries;
    size_t count, room;
    u64 forgotten; /* entries that were dropped before the first */
    u64 blocks;    /* of the medium */
    u8 *noted;     /* a bit for each block: noted since the last mark */
};

/* A list for a medium of `blocks` blocks; NULL: no host memory. */
struct undo *undo_new(u64 blocks);
void undo_free(struct undo *undo);

/* The block has been noted since the last mark. */
bool undo_has(const struct undo *undo, u64 block);
/* One more: the caller fills in size and data. NULL: no host memory. */
struct undo_entry *undo_add(struct undo *undo, u64 block);

/* Now is a moment to come back to: a number that grows. */
u64 undo_mark(struct undo *undo);
/* The last entry behind `mark`, which is taken off; NULL: there is none. Valid until the next call
 * of undo_add(). */
const struct undo_entry *undo_take(struct undo *undo, u64 mark);
/* What the medium held at `mark`: over[n] becomes the data of block n where it was written since;
 * the others stay as they are. Valid until the next call of undo_add(). */
void undo_list(const struct undo *undo, u64 mark, const u8 **over);
/* Nobody wants to go back before `mark`. */
void undo_forget(struct undo *undo, u64 mark);

/* Host memory that is held, in bytes. */
size_t undo_size(const struct undo *undo);

#endif
