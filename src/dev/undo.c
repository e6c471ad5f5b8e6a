/* undo.c - the list of blocks to go back by: see undo.h. */
#include "dev/undo.h"

#include <stdlib.h>
#include <string.h>

#include "base/assert.h"

static size_t map_size(const struct undo *undo)
{
    return (size_t)(undo->blocks + 7) / 8;
}

struct undo *undo_new(u64 blocks)
{
    struct undo *undo = calloc(1, sizeof *undo);

    if (!undo)
        return NULL;
    undo->blocks = blocks;
    undo->noted = calloc(1, map_size(undo) + 1);
    if (!undo->noted) {
        free(undo);
        return NULL;
    }
    return undo;
}

void undo_free(struct undo *undo)
{
    if (!undo)
        return;
    free(undo->entries);
    free(undo->noted);
    free(undo);
}

bool undo_has(const struct undo *undo, u64 block)
{
    return undo->noted[block / 8] >> block % 8 & 1;
}

struct undo_entry *undo_add(struct undo *undo, u64 block)
{
    base_assert(block < undo->blocks);
    if (undo->count == undo->room) {
        size_t room = undo->room ? undo->room * 2 : 64;
        struct undo_entry *bigger = reallocarray(undo->entries, room, sizeof *bigger);

        if (!bigger)
            return NULL;
        undo->entries = bigger;
        undo->room = room;
    }
    undo->noted[block / 8] |= (u8)(1u << block % 8);
    undo->entries[undo->count].block = block;
    return &undo->entries[undo->count++];
}

u64 undo_mark(struct undo *undo)
{
    memset(undo->noted, 0, map_size(undo));
    return undo->forgotten + undo->count;
}

const struct undo_entry *undo_take(struct undo *undo, u64 mark)
{
    base_assert(mark >= undo->forgotten);
    if (undo->forgotten + undo->count <= mark)
        return NULL;
    return &undo->entries[--undo->count];
}

void undo_list(const struct undo *undo, u64 mark, const u8 **over)
{
    base_assert(mark >= undo->forgotten);
    for (size_t i = undo->count; i-- > 0 && undo->forgotten + i >= mark;)
        over[undo->entries[i].block] = undo->entries[i].data;
}

void undo_forget(struct undo *undo, u64 mark)
{
    size_t drop;

    if (mark <= undo->forgotten)
        return;
    drop = (size_t)(mark - undo->forgotten);
    base_assert(drop <= undo->count);
    memmove(undo->entries, undo->entries + drop, (undo->count - drop) * sizeof *undo->entries);
    undo->count -= drop;
    undo->forgotten = mark;
    if (undo->count) {
        struct undo_entry *less = reallocarray(undo->entries, undo->count, sizeof *less);
        if (less) {
            undo->entries = less;
            undo->room = undo->count;
        }
    }
}

size_t undo_size(const struct undo *undo)
{
    return undo->room * sizeof *undo->entries + map_size(undo);
}
