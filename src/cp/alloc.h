/* alloc.h - the allocator: which part of the bare machine's memory is whose.
 *
 * Memory is given in one piece, in clicks of 64 bytes: a KT11 page begins at any click and is in
 * one piece, so a VM's pages cannot be scattered (resident-vmm.md 5.3).
 */
#ifndef VM11_CP_ALLOC_H
#define VM11_CP_ALLOC_H

#include "base/err.h"
#include "base/types.h"

#define ALLOC_MAX 32u

struct alloc_piece {
    u32 base, size; /* clicks */
};

struct alloc {
    u32 size; /* clicks */
    unsigned count;
    struct alloc_piece piece[ALLOC_MAX]; /* in use, by base */
};

/* `size` bytes, all free. */
void alloc_init(struct alloc *alloc, u64 size);

/* The first hole of `size` bytes; its byte address in *base. -ENOMEM with the sizes. */
int alloc_take(struct alloc *alloc, u32 size, u32 *base, struct err *err);

/* `size` bytes at `base`. -EBUSY where somebody has a part of them, -ENOMEM beyond the end. */
int alloc_take_at(struct alloc *alloc, u32 base, u32 size, struct err *err);

/* What begins at the byte address `base` is free again. */
void alloc_give(struct alloc *alloc, u32 base);

/* Bytes that are not in use, and of the largest hole. */
u32 alloc_free_bytes(const struct alloc *alloc, u32 *largest);

#endif
