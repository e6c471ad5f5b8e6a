/* alloc.c - first fit in a short list of pieces: see alloc.h. */
#include "cp/alloc.h"

#include <errno.h>
#include <string.h>

#include "base/assert.h"

void alloc_init(struct alloc *alloc, u64 size)
{
    *alloc = (struct alloc){.size = (u32)(size >> 6)};
}

/* Where the hole before piece `at` begins, and how long it is. */
static u32 hole(const struct alloc *alloc, unsigned at, u32 *size)
{
    const struct alloc_piece *piece = alloc->piece;
    u32 from = at ? piece[at - 1].base + piece[at - 1].size : 0;

    *size = (at < alloc->count ? piece[at].base : alloc->size) - from;
    return from;
}

static int enter(struct alloc *alloc, unsigned at, u32 base, u32 size, struct err *err)
{
    if (alloc->count == ALLOC_MAX)
        return err_set(err, ENOMEM, "memory is in %u pieces already", ALLOC_MAX);
    memmove(&alloc->piece[at + 1], &alloc->piece[at], (alloc->count - at) * sizeof *alloc->piece);
    alloc->piece[at] = (struct alloc_piece){base, size};
    alloc->count++;
    return 0;
}

int alloc_take(struct alloc *alloc, u32 size, u32 *base, struct err *err)
{
    u32 clicks = (size + 63) >> 6, room, largest;

    for (unsigned i = 0; i <= alloc->count; i++) {
        u32 from = hole(alloc, i, &room);
        if (room >= clicks) {
            *base = from << 6;
            return enter(alloc, i, from, clicks, err);
        }
    }
    room = alloc_free_bytes(alloc, &largest);
    return err_set(err, ENOMEM, "no room for %uK of memory: %uK are free, %uK in one piece",
                   size >> 10, room >> 10, largest >> 10);
}

int alloc_take_at(struct alloc *alloc, u32 base, u32 size, struct err *err)
{
    u32 first = base >> 6, clicks = (size + 63) >> 6, room;

    for (unsigned i = 0; i <= alloc->count; i++) {
        u32 from = hole(alloc, i, &room);
        if (first >= from && first + clicks <= from + room)
            return enter(alloc, i, first, clicks, err);
    }
    if (first + clicks > alloc->size)
        return err_set(err, ENOMEM, "%uK at %o: the bare machine ends at %uK", size >> 10, base,
                       alloc->size >> 4);
    return err_set(err, EBUSY, "%uK at %o: a part of it is in use", size >> 10, base);
}

void alloc_give(struct alloc *alloc, u32 base)
{
    unsigned at = 0;

    while (at < alloc->count && alloc->piece[at].base != base >> 6)
        at++;
    base_assert(at < alloc->count);
    alloc->count--;
    memmove(&alloc->piece[at], &alloc->piece[at + 1], (alloc->count - at) * sizeof *alloc->piece);
}

u32 alloc_free_bytes(const struct alloc *alloc, u32 *largest)
{
    u32 all = 0, room;

    *largest = 0;
    for (unsigned i = 0; i <= alloc->count; i++) {
        (void)hole(alloc, i, &room);
        all += room;
        if (room > *largest)
            *largest = room;
    }
    *largest <<= 6;
    return all << 6;
}
