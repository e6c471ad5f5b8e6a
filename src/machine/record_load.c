/* record_load.c - a recording from a file: see record.h; the format is in docs/debugging.md.
 *
 * A file may be made up by anyone. Its checksum finds accidents only; everything is checked, and
 * nothing of the machine is touched before all that can be checked without it has been.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/wholefile.h"
#include "dev/image.h"
#include "dev/undo.h"
#include "machine/bytes.h"
#include "machine/record_impl.h"

#define LATEST ((u64)1 << 62) /* time that a moment may have */

/* A moment at or behind `last`, which it becomes. */
static struct record_at in_at(struct bytes_in *in, struct record_at *last)
{
    struct record_at at;

    at.time = bytes_take_number(in, 8);
    at.icount = bytes_take_number(in, 8);
    at.input = (u32)bytes_take_number(in, 4);
    at.flows = (u8)bytes_take_number(in, 1);
    if (at.time >= LATEST || record_compare(&at, last) < 0)
        in->bad = true;
    *last = at;
    return at;
}

/* What of a file belongs to the machine, before it is put there. */
struct parsed {
    struct record *record;
    const u8 **over[RK11_DRIVES]; /* blocks of the disks, borrowed from the file */
    bool disk[RK11_DRIVES];
    u64 disk_hash[RK11_DRIVES];
    u64 tape;
    const u8 *state;
    size_t state_size;
    u8 flows;
};

static int no_memory(struct err *err)
{
    return err_set(err, ENOMEM, "no host memory for the recording");
}

static int in_disk(struct bytes_in *in, struct parsed *p, const struct machine *m, struct err *err)
{
    unsigned unit = (unsigned)bytes_take_number(in, 1);
    u64 capacity = bytes_take_number(in, 8), hash = bytes_take_number(in, 8), count;
    struct image *image = unit < RK11_DRIVES ? m->rk.drives[unit].image : NULL;

    if (in->bad || unit >= RK11_DRIVES || p->disk[unit]) {
        in->bad = true;
        return 0;
    }
    if (!image)
        return err_set(err, ENOENT, "rk%u: the recorded machine had a disk there: attach it", unit);
    if (capacity != image_capacity(image)) {
        in->bad = true;
        return 0;
    }
    p->disk[unit] = true;
    p->disk_hash[unit] = hash;
    p->over[unit] = calloc((size_t)image_blocks(image), sizeof *p->over[unit]);
    if (!p->over[unit])
        return no_memory(err);
    for (count = bytes_take_number(in, 4); count && !in->bad; count--) {
        u64 block = bytes_take_number(in, 4);
        const u8 *data = bytes_take(in, UNDO_BLOCK);

        if (block >= image_blocks(image))
            in->bad = true;
        else
            p->over[unit][block] = data;
    }
    return 0;
}

static int in_inputs(struct bytes_in *in, struct record *r, struct err *err)
{
    struct record_at last = {0};
    u64 count = bytes_take_number(in, 4);

    for (u64 i = 0; i < count && !in->bad; i++) {
        struct record_input *bigger, input = {.kind = (enum record_kind)bytes_take_number(in, 1)};
        const u8 *data;

        input.ran = bytes_take_number(in, 1);
        input.at = in_at(in, &last);
        input.len = (size_t)bytes_take_number(in, 4);
        data = bytes_take(in, input.len);
        if (in->bad || input.kind >= RECORD_KINDS || input.at.input != i) {
            in->bad = true;
            return 0;
        }
        bigger = record_grow(r->inputs, r->input_count, &r->input_room, sizeof *r->inputs);
        if (bigger)
            r->inputs = bigger;
        input.data = bigger ? malloc(input.len + 1) : NULL;
        if (!input.data)
            return no_memory(err);
        memcpy(input.data, data, input.len);
        r->inputs[r->input_count++] = input;
    }
    return 0;
}

static int in_checks(struct bytes_in *in, struct record *r, struct err *err)
{
    struct record_at last = {0};
    u64 count = bytes_take_number(in, 4);

    for (u64 i = 0; i < count && !in->bad; i++) {
        struct record_check *bigger =
            record_grow(r->checks, r->check_count, &r->check_room, sizeof *r->checks);

        if (!bigger)
            return no_memory(err);
        r->checks = bigger;
        r->checks[r->check_count].at = in_at(in, &last);
        r->checks[r->check_count].hash = bytes_take_number(in, 8);
        r->check_count++;
    }
    return 0;
}

static int in_all(struct bytes_in *in, struct parsed *p, const struct machine *m, struct err *err)
{
    struct record *r = p->record;
    struct record_at last = {0};
    u64 disks;
    int rc = bytes_take_build(in, m, "recorded", err);

    p->tape = bytes_take_number(in, 8);
    for (disks = bytes_take_number(in, 1); disks && !rc && !in->bad; disks--)
        rc = in_disk(in, p, m, err);
    p->state_size = (size_t)bytes_take_number(in, 4);
    p->state = bytes_take(in, p->state_size);
    p->flows = (u8)bytes_take_number(in, 1);
    if (!rc)
        rc = in_inputs(in, r, err);
    if (!rc)
        rc = in_checks(in, r, err);
    if (!rc)
        r->end = in_at(in, &last);
    if (rc)
        return rc;
    if (in->bad || in->left || r->end.input != r->input_count ||
        (r->input_count && record_compare(&r->inputs[r->input_count - 1].at, &r->end) >= 0))
        return err_set(err, EINVAL, "a damaged recording");
    return 0;
}

/* Are the files that are attached those of the recording? */
static int check_files(const struct parsed *p, const struct machine *m, struct err *err)
{
    u64 hash;
    int rc = bytes_tape_hash(m, &hash, err);

    if (!rc && p->tape && hash != p->tape)
        rc = err_set(err, EINVAL, "pr: not the tape that was recorded");
    for (unsigned unit = 0; unit < RK11_DRIVES && !rc; unit++) {
        if (!p->disk[unit])
            continue;
        rc = image_hash(m->rk.drives[unit].image, p->over[unit], &hash, err);
        if (!rc && hash != p->disk_hash[unit])
            rc = err_set(err, EINVAL,
                         "rk%u: %s is not the disk that was recorded, nor what the run made of it",
                         unit, image_path(m->rk.drives[unit].image));
    }
    return rc;
}

static int write_blocks(const struct parsed *p, struct machine *m, struct err *err)
{
    int rc = 0;

    for (unsigned unit = 0; unit < RK11_DRIVES; unit++) {
        struct image *image = m->rk.drives[unit].image;

        for (u64 n = 0; p->disk[unit] && n < image_blocks(image) && !rc; n++)
            if (p->over[unit][n])
                rc = image_write(image, n * UNDO_BLOCK, p->over[unit][n], UNDO_BLOCK, err);
    }
    return rc;
}

/* The machine takes the first state, its disks their first contents. What it prints then goes to
 * the end of its papers. */
static int install(struct parsed *p, struct machine *m, struct err *err)
{
    struct record *r = p->record;
    struct paper *papers[] = {&m->punch.tape, &m->printer.paper};
    struct record_at end = r->end;
    int rc = snapshot_put(m, p->state, p->state_size, err);

    if (!rc && (debug_flows(&m->cpu) != p->flows || end.time < machine_time(m)))
        rc = err_set(err, EINVAL, "a damaged recording");
    if (!rc)
        rc = write_blocks(p, m, err);
    if (rc)
        return rc;
    for (unsigned i = 0; i < ARRAY_LEN(papers); i++)
        paper_rebase(papers[i]);
    rc = record_resume(r, &end, err);
    if (rc)
        return rc;
    m->record = r;
    p->record = NULL;
    record_mute(r);
    return 0;
}

/* All disks are scratch for the recording; those in *mine were not before. */
static int scratch_begin(struct machine *m, bool mine[RK11_DRIVES], struct err *err)
{
    int rc = 0;

    for (unsigned unit = 0; unit < RK11_DRIVES && !rc; unit++) {
        struct image *image = m->rk.drives[unit].image;

        if (!image || image_is_scratch(image))
            continue;
        rc = image_scratch(image, err);
        mine[unit] = rc == 0;
    }
    return rc;
}

/* Into the machine; on an error it is put back. */
static int put_in(struct parsed *p, struct machine *m, struct err *err)
{
    bool mine[RK11_DRIVES] = {false};
    struct snapshot before = {0};
    int rc = snapshot_take(&before, m, err);

    if (!rc)
        rc = scratch_begin(m, mine, err);
    if (!rc)
        rc = install(p, m, err);
    if (rc && before.bytes) {
        for (unsigned unit = 0; unit < RK11_DRIVES; unit++)
            if (mine[unit])
                image_scratch_end(m->rk.drives[unit].image);
        snapshot_put(m, before.bytes, before.size, NULL);
    }
    snapshot_free(&before);
    return rc;
}

static int parse(struct machine *m, const u8 *bytes, size_t size, struct err *err)
{
    struct parsed p = {.record = record_alloc(m, NULL)};
    struct bytes_in in;
    int rc;

    if (!p.record)
        return no_memory(err);
    rc = bytes_open(&in, bytes, size, RECORD_MAGIC, "recording", err);
    if (!rc)
        rc = in_all(&in, &p, m, err);
    if (!rc)
        rc = check_files(&p, m, err);
    if (!rc)
        rc = put_in(&p, m, err);
    if (p.record)
        record_free(p.record);
    for (unsigned unit = 0; unit < RK11_DRIVES; unit++)
        free(p.over[unit]);
    return rc;
}

int record_parse(struct machine *m, const char *name, const u8 *bytes, size_t size, struct err *err)
{
    struct err why = {0};
    int rc = m->record ? err_set(&why, EBUSY, "end the recording that goes on first")
                       : parse(m, bytes, size, &why);

    return rc ? err_set(err, -rc, "%.120s: %s", name, why.text) : 0;
}

int record_load(struct machine *m, const char *path, struct err *err)
{
    u8 *bytes;
    size_t len;
    int rc = wholefile_read(path, BYTES_FILE_MAX, &bytes, &len, err);

    if (rc)
        return rc;
    rc = record_parse(m, path, bytes, len, err);
    free(bytes);
    return rc;
}
