/* record_save.c - a recording into a file: see record.h; the format is in docs/debugging.md.
 *
 * The file holds what cannot be computed: how the machine was built, its state at the first moment,
 * the blocks of its disks that the run has written (as they were before), hashes of the disks and
 * the tape, and the inputs. The hashes of the state on the way show whether a repetition is one.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/wholefile.h"
#include "dev/image.h"
#include "dev/undo.h"
#include "machine/record_impl.h"

u64 record_fnv(const u8 *data, size_t len)
{
    u64 hash = 0xcbf29ce484222325u;

    for (size_t i = 0; i < len; i++)
        hash = (hash ^ data[i]) * 0x100000001b3u;
    return hash;
}

struct out {
    u8 *bytes;
    size_t size, room;
    bool failed; /* no host memory */
};

static void out_bytes(struct out *out, const void *bytes, size_t len)
{
    if (len > out->room - out->size) {
        size_t room = (out->size + len) * 2;
        u8 *bigger = out->failed ? NULL : realloc(out->bytes, room);

        if (!bigger) {
            out->failed = true;
            return;
        }
        out->bytes = bigger;
        out->room = room;
    }
    if (len)
        memcpy(out->bytes + out->size, bytes, len);
    out->size += len;
}

static void out_number(struct out *out, u64 value, unsigned size)
{
    u8 bytes[8];

    for (unsigned i = 0; i < 8; i++)
        bytes[i] = (u8)(value >> 8 * i);
    out_bytes(out, bytes, size);
}

static void out_at(struct out *out, const struct record_at *at, u32 first_input)
{
    out_number(out, at->time, 8);
    out_number(out, at->icount, 8);
    out_number(out, at->input - first_input, 4);
    out_number(out, at->flows, 1);
}

/* A disk: its number, what it held then. The blocks that were written are as they were. */
static int out_disk(struct out *out, unsigned unit, struct image *image, u64 mark, struct err *err)
{
    u64 blocks = image_blocks(image), count = 0, hash;
    const u8 **over = calloc((size_t)blocks, sizeof *over);
    int rc;

    if (!over)
        return err_set(err, ENOMEM, "no host memory for the recording");
    if (image_undo_list(image))
        undo_list(image_undo_list(image), mark, over);
    rc = image_hash(image, over, &hash, err);
    for (u64 n = 0; n < blocks; n++)
        count += over[n] != NULL;
    out_number(out, unit, 1);
    out_number(out, image_capacity(image), 8);
    out_number(out, hash, 8);
    out_number(out, count, 4);
    for (u64 n = 0; n < blocks; n++) {
        if (!over[n])
            continue;
        out_number(out, n, 4);
        out_bytes(out, over[n], UNDO_BLOCK);
    }
    free(over);
    return rc;
}

static int out_disks(struct out *out, const struct record *r, struct err *err)
{
    const struct machine *m = r->machine;
    unsigned count = 0;
    int rc = 0;

    for (unsigned unit = 0; unit < RK11_DRIVES; unit++)
        count += m->rk.drives[unit].image != NULL;
    out_number(out, count, 1);
    for (unsigned unit = 0; unit < RK11_DRIVES && !rc; unit++)
        if (m->rk.drives[unit].image)
            rc = out_disk(out, unit, m->rk.drives[unit].image, r->points[0].marks[unit], err);
    return rc;
}

int record_tape_hash(const struct machine *m, u64 *hash, struct err *err)
{
    u8 *bytes;
    size_t len;
    int rc;

    *hash = 0;
    if (!m->reader.tape.path)
        return 0;
    rc = wholefile_read(m->reader.tape.path, RECORD_FILE_MAX, &bytes, &len, err);
    if (rc)
        return rc;
    *hash = record_fnv(bytes, len) | 1;
    free(bytes);
    return 0;
}

static void out_build(struct out *out, const struct machine *m)
{
    char name[16] = "";

    strncpy(name, m->model->name, sizeof name - 1);
    out_bytes(out, RECORD_MAGIC, RECORD_MAGIC_LEN);
    out_bytes(out, name, sizeof name);
    out_number(out, m->ram.size, 4);
    out_number(out, m->bus.events.immediate, 1);
}

static void out_inputs(struct out *out, const struct record *r, u32 first)
{
    out_number(out, r->input_count - first, 4);
    for (size_t i = first; i < r->input_count; i++) {
        const struct record_input *input = &r->inputs[i];

        out_number(out, input->kind, 1);
        out_number(out, input->ran, 1);
        out_at(out, &input->at, first);
        out_number(out, input->len, 4);
        out_bytes(out, input->data, input->len);
    }
}

static void out_checks(struct out *out, const struct record *r, u32 first)
{
    const struct record_at *begin = &r->points[0].at;
    u32 count = 0;

    for (size_t i = 0; i < r->check_count; i++)
        count += record_compare(&r->checks[i].at, begin) > 0;
    out_number(out, count, 4);
    for (size_t i = 0; i < r->check_count; i++) {
        if (record_compare(&r->checks[i].at, begin) <= 0)
            continue;
        out_at(out, &r->checks[i].at, first);
        out_number(out, r->checks[i].hash, 8);
    }
}

static int out_all(struct out *out, const struct record *r, struct err *err)
{
    const struct record_point *begin = &r->points[0];
    u64 tape;
    int rc = record_tape_hash(r->machine, &tape, err);

    if (rc)
        return rc;
    out_build(out, r->machine);
    out_number(out, tape, 8);
    rc = out_disks(out, r, err);
    out_number(out, begin->state.size, 4);
    out_bytes(out, begin->state.bytes, begin->state.size);
    out_number(out, begin->at.flows, 1);
    out_inputs(out, r, begin->at.input);
    out_checks(out, r, begin->at.input);
    out_at(out, &r->end, begin->at.input);
    if (!out->failed)
        out_number(out, record_fnv(out->bytes, out->size), 8);
    if (!rc && out->failed)
        rc = err_set(err, ENOMEM, "no host memory for the recording");
    return rc;
}

static int file_write(const struct out *out, const char *path, struct err *err)
{
    FILE *file = fopen(path, "wbx");
    bool wrote;

    if (!file)
        return err_set(err, errno, "%s: %s", path, strerror(errno));
    wrote = fwrite(out->bytes, 1, out->size, file) == out->size;
    if (fclose(file) == 0 && wrote)
        return 0;
    err_set(err, errno, "%s: writing: %s", path, strerror(errno));
    remove(path);
    return -EIO;
}

/* In the present all is known that the run has written to its disks. */
int record_save(struct machine *m, const char *path, struct err *err)
{
    struct record_at now;
    struct out out = {0};
    int rc = record_sync(m->record, err);

    if (rc)
        return rc;
    now = record_at(m->record);
    /* What is still printed after a double fault is no moment of the recording. */
    if (record_compare(&now, &m->record->end) > 0)
        now = m->record->end;
    rc = record_present(m, err);
    if (!rc)
        rc = record_checkpoint(m->record, err); /* its hash: the last that can be compared */
    if (!rc)
        rc = out_all(&out, m->record, err);
    if (!rc)
        rc = file_write(&out, path, err);
    free(out.bytes);
    if (record_return(m, &now, rc ? NULL : err) && !rc)
        rc = -EIO;
    return rc;
}
