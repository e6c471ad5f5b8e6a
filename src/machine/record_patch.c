/* record_patch.c - the difference of two snapshots, which is what a user has changed by hand: see
 * record.h. The same bytes are in the files of recordings.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "machine/record_impl.h"

/* A patch: 0 and all the bytes; or 1 and runs of 4 bytes offset, 4 bytes length, the bytes. */
enum { PATCH_ALL, PATCH_RUNS };

#define RUN_HEAD 8u
#define RUN_GAP  16u /* equal bytes that end a run */

static void put32(u8 *p, size_t v)
{
    for (unsigned i = 0; i < 4; i++)
        p[i] = (u8)(v >> 8 * i);
}

static size_t get32(const u8 *p)
{
    return (size_t)p[0] | (size_t)p[1] << 8 | (size_t)p[2] << 16 | (size_t)p[3] << 24;
}

/* The run of differences at or behind `at`; false: there is none. */
static bool next_run(const struct snapshot *a, const struct snapshot *b, size_t at, size_t *first,
                     size_t *end)
{
    while (at < b->size && a->bytes[at] == b->bytes[at])
        at++;
    if (at == b->size)
        return false;
    *first = at;
    for (*end = at + 1; at < b->size && at - *end < RUN_GAP; at++)
        if (a->bytes[at] != b->bytes[at])
            *end = at + 1;
    return true;
}

static u8 *patch_all(const struct snapshot *to, size_t *len)
{
    u8 *patch = malloc(to->size + 1);

    if (!patch)
        return NULL;
    patch[0] = PATCH_ALL;
    memcpy(patch + 1, to->bytes, to->size);
    *len = to->size + 1;
    return patch;
}

u8 *record_patch(const struct snapshot *from, const struct snapshot *to, size_t *len)
{
    size_t size = 1, at = 1, first, end;
    u8 *patch;

    if (from->size != to->size)
        return patch_all(to, len);
    for (size_t i = 0; next_run(from, to, i, &first, &end); i = end)
        size += RUN_HEAD + (end - first);
    patch = malloc(size);
    if (!patch)
        return NULL;
    patch[0] = PATCH_RUNS;
    for (size_t i = 0; next_run(from, to, i, &first, &end); i = end) {
        put32(patch + at, first);
        put32(patch + at + 4, end - first);
        memcpy(patch + at + RUN_HEAD, to->bytes + first, end - first);
        at += RUN_HEAD + (end - first);
    }
    *len = size;
    return patch;
}

static int patch_bad(struct err *err)
{
    return err_set(err, EINVAL, "the recording is damaged: a change that cannot be");
}

int record_patch_apply(struct snapshot *state, const u8 *patch, size_t len, struct err *err)
{
    if (len == 0 || patch[0] > PATCH_RUNS)
        return patch_bad(err);
    if (patch[0] == PATCH_ALL) {
        u8 *bigger = realloc(state->bytes, len);
        if (!bigger)
            return err_set(err, ENOMEM, "no host memory for a snapshot");
        state->bytes = bigger;
        state->room = len;
        state->size = len - 1;
        memcpy(state->bytes, patch + 1, len - 1);
        return 0;
    }
    for (size_t at = 1; at < len;) {
        size_t first, count;

        if (len - at < RUN_HEAD)
            return patch_bad(err);
        first = get32(patch + at);
        count = get32(patch + at + 4);
        at += RUN_HEAD;
        if (count > len - at || first > state->size || count > state->size - first)
            return patch_bad(err);
        memcpy(state->bytes + first, patch + at, count);
        at += count;
    }
    return 0;
}
