/* record_save.c - a recording into a file: see record.h; the format is in docs/debugging.md.
 *
 * The file holds what cannot be computed: how the machine was built, its state at the first moment,
 * the blocks of its disks that the run has written (as they were before), hashes of the disks and
 * the tape, and the inputs. The hashes of the state on the way show whether a repetition is one.
 */
#include <errno.h>
#include <stdlib.h>

#include "dev/image.h"
#include "dev/undo.h"
#include "machine/bytes.h"
#include "machine/record_impl.h"

static void out_at(struct bytes_out *out, const struct record_at *at, u32 first_input)
{
    bytes_put_number(out, at->time, 8);
    bytes_put_number(out, at->icount, 8);
    bytes_put_number(out, at->input - first_input, 4);
    bytes_put_number(out, at->flows, 1);
}

/* A disk: its number, what it held then. The blocks that were written are as they were. */
static int out_disk(struct bytes_out *out, unsigned unit, struct image *image, u64 mark,
                    struct err *err)
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
    bytes_put_number(out, unit, 1);
    bytes_put_number(out, image_capacity(image), 8);
    bytes_put_number(out, hash, 8);
    bytes_put_number(out, count, 4);
    for (u64 n = 0; n < blocks; n++) {
        if (!over[n])
            continue;
        bytes_put_number(out, n, 4);
        bytes_put(out, over[n], UNDO_BLOCK);
    }
    free(over);
    return rc;
}

static int out_disks(struct bytes_out *out, const struct record *r, struct err *err)
{
    const struct machine *m = r->machine;
    unsigned count = 0;
    int rc = 0;

    for (unsigned unit = 0; unit < RK11_DRIVES; unit++)
        count += m->rk.drives[unit].image != NULL;
    bytes_put_number(out, count, 1);
    for (unsigned unit = 0; unit < RK11_DRIVES && !rc; unit++)
        if (m->rk.drives[unit].image)
            rc = out_disk(out, unit, m->rk.drives[unit].image, r->points[0].marks[unit], err);
    return rc;
}

static void out_inputs(struct bytes_out *out, const struct record *r, u32 first)
{
    bytes_put_number(out, r->input_count - first, 4);
    for (size_t i = first; i < r->input_count; i++) {
        const struct record_input *input = &r->inputs[i];

        bytes_put_number(out, input->kind, 1);
        bytes_put_number(out, input->ran, 1);
        out_at(out, &input->at, first);
        bytes_put_number(out, input->len, 4);
        bytes_put(out, input->data, input->len);
    }
}

static void out_checks(struct bytes_out *out, const struct record *r, u32 first)
{
    const struct record_at *begin = &r->points[0].at;
    u32 count = 0;

    for (size_t i = 0; i < r->check_count; i++)
        count += record_compare(&r->checks[i].at, begin) > 0;
    bytes_put_number(out, count, 4);
    for (size_t i = 0; i < r->check_count; i++) {
        if (record_compare(&r->checks[i].at, begin) <= 0)
            continue;
        out_at(out, &r->checks[i].at, first);
        bytes_put_number(out, r->checks[i].hash, 8);
    }
}

static int out_all(struct bytes_out *out, const struct record *r, struct err *err)
{
    const struct record_point *begin = &r->points[0];
    u64 tape;
    int rc = bytes_tape_hash(r->machine, &tape, err);

    if (rc)
        return rc;
    bytes_put_head(out, RECORD_MAGIC, r->machine);
    bytes_put_number(out, tape, 8);
    rc = out_disks(out, r, err);
    bytes_put_number(out, begin->state.size, 4);
    bytes_put(out, begin->state.bytes, begin->state.size);
    bytes_put_number(out, begin->at.flows, 1);
    out_inputs(out, r, begin->at.input);
    out_checks(out, r, begin->at.input);
    out_at(out, &r->end, begin->at.input);
    return rc;
}

/* In the present all is known that the run has written to its disks. */
int record_save(struct machine *m, const char *path, struct err *err)
{
    struct record_at now;
    struct bytes_out out = {0};
    int rc = record_sync(m->record, err);

    if (rc)
        return rc;
    now = record_at(m->record);
    rc = record_present(m, err);
    if (!rc)
        rc = record_checkpoint(m->record, err); /* its hash: the last that can be compared */
    if (!rc)
        rc = out_all(&out, m->record, err);
    if (!rc)
        rc = bytes_write(&out, path, err);
    free(out.bytes);
    if (record_return(m, &now, rc ? NULL : err) && !rc)
        rc = -EIO;
    return rc;
}
