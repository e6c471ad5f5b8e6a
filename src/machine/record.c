/* record.c - what is recorded: inputs, checkpoints, hashes. See record.h.
 *
 * Inputs come between two calls of machine_run(). The moment of one is a time and, where vectors
 * have been entered there without an instruction between, their number: a debugger may stop there.
 *
 * A change by the user's hand is found by comparison: record_look() takes a snapshot, and before
 * the machine runs again record_sync() takes another. What differs is the input. So a debugger
 * needs not tell what its commands do.
 *
 * Checkpoints are taken at equal distances. When they have filled their memory, some go: those that
 * leave the smallest gap for their age, so that the near past stays the densest. When it is disk
 * blocks that fill it, the oldest go, and the recording begins later.
 */
#include "machine/record_impl.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dev/image.h"
#include "dev/undo.h"

#define INTERVAL 1000000u
#define MEMORY   (96u << 20)

int record_compare(const struct record_at *a, const struct record_at *b)
{
    if (a->time != b->time)
        return a->time < b->time ? -1 : 1;
    if (a->flows != b->flows)
        return a->flows < b->flows ? -1 : 1;
    return a->input < b->input ? -1 : a->input > b->input;
}

void *record_grow(void *list, size_t count, size_t *room, size_t size)
{
    size_t bigger = *room ? *room * 2 : 16;
    void *new;

    if (count < *room)
        return list;
    new = reallocarray(list, bigger, size);
    if (new)
        *room = bigger;
    return new;
}

void record_mute(struct record *r)
{
    struct machine *m = r->machine;
    const struct record_at now = record_at(r);
    bool muted = r->silent || record_compare(&now, &r->heard) < 0;

    if (muted == m->line.muted)
        return;
    if (muted) {
        /* What stands in the buffers has been given out. */
        paper_flush(&m->punch.tape, NULL);
        paper_flush(&m->printer.paper, NULL);
    }
    m->line.muted = m->punch.tape.muted = m->printer.paper.muted = muted;
}

static struct undo *disk_undo(const struct record *r, unsigned unit)
{
    struct image *image = r->machine->rk.drives[unit].image;

    return image ? image_undo_list(image) : NULL;
}

static size_t undo_memory(const struct record *r)
{
    size_t size = 0;

    for (unsigned unit = 0; unit < RK11_DRIVES; unit++)
        if (disk_undo(r, unit))
            size += undo_size(disk_undo(r, unit));
    return size;
}

static size_t memory_held(const struct record *r)
{
    size_t size = undo_memory(r);

    for (size_t i = 0; i < r->point_count; i++)
        size += r->points[i].state.room;
    return size;
}

void record_point_drop(struct record *r, size_t index)
{
    snapshot_free(&r->points[index].state);
    r->point_count--;
    memmove(&r->points[index], &r->points[index + 1], (r->point_count - index) * sizeof *r->points);
}

/* Drop the checkpoint that will be missed least. */
static void thin(struct record *r)
{
    size_t best = 1;
    double least = 0;

    for (size_t i = 1; i + 1 < r->point_count; i++) {
        double gap = (double)(r->points[i + 1].at.time - r->points[i - 1].at.time);
        double age = (double)(r->points[r->point_count - 1].at.time - r->points[i].at.time);
        double loss = gap / (age + 1);

        if (i == 1 || loss < least) {
            least = loss;
            best = i;
        }
    }
    record_point_drop(r, best);
}

static void drop_oldest(struct record *r)
{
    record_point_drop(r, 0);
    for (unsigned unit = 0; unit < RK11_DRIVES; unit++)
        if (disk_undo(r, unit))
            undo_forget(disk_undo(r, unit), r->points[0].marks[unit]);
}

static void make_room(struct record *r)
{
    while (r->point_count > 2 && undo_memory(r) > r->memory / 2)
        drop_oldest(r);
    while (r->point_count > 3 && memory_held(r) > r->memory)
        thin(r);
}

struct record_point *record_point_before(struct record *r, const struct record_at *at)
{
    size_t i = r->point_count;

    while (i && record_compare(&r->points[i - 1].at, at) > 0)
        i--;
    return i ? &r->points[i - 1] : NULL;
}

static int point_take(struct record *r, const struct record_at *now, struct err *err)
{
    struct record_point *bigger, *before = record_point_before(r, now);
    size_t index = before ? (size_t)(before - r->points) + 1 : 0;
    struct record_point point = {.at = *now};
    int rc;

    if (before && record_compare(&before->at, now) == 0)
        return 0;
    bigger = record_grow(r->points, r->point_count, &r->point_room, sizeof *r->points);
    if (!bigger)
        return err_set(err, ENOMEM, "no host memory for a checkpoint");
    r->points = bigger;
    rc = snapshot_take(&point.state, r->machine, err);
    if (rc)
        return rc;
    for (unsigned unit = 0; unit < RK11_DRIVES; unit++)
        if (disk_undo(r, unit))
            point.marks[unit] = undo_mark(disk_undo(r, unit));
    memmove(&r->points[index + 1], &r->points[index], (r->point_count - index) * sizeof *r->points);
    r->points[index] = point;
    r->point_count++;
    make_room(r);
    return 0;
}

int record_checkpoint(struct record *r, struct err *err)
{
    const struct record_at now = record_at(r);
    struct record_check *bigger;
    int rc = point_take(r, &now, err);

    if (rc || (r->check_count && record_compare(&r->checks[r->check_count - 1].at, &now) >= 0))
        return rc;
    bigger = record_grow(r->checks, r->check_count, &r->check_room, sizeof *r->checks);
    if (!bigger)
        return err_set(err, ENOMEM, "no host memory for a checkpoint");
    r->checks = bigger;
    r->checks[r->check_count++] = (struct record_check){now, machine_hash(r->machine)};
    return 0;
}

void record_clear(struct record *r)
{
    while (r->point_count)
        record_point_drop(r, r->point_count - 1);
    for (size_t i = 0; i < r->input_count; i++)
        free(r->inputs[i].data);
    r->input_count = r->check_count = 0;
    r->next = 0;
    r->looking = false;
}

static int disks_journal(struct record *r, struct err *err)
{
    int rc = 0;

    for (unsigned unit = 0; unit < RK11_DRIVES && !rc; unit++) {
        struct image *image = r->machine->rk.drives[unit].image;

        rc = image ? image_journal(image, err) : 0;
    }
    return rc;
}

int record_start(struct record *r, struct err *err)
{
    int rc;

    record_clear(r);
    rc = disks_journal(r, err);
    if (rc)
        return rc;
    r->end = r->heard = record_at(r);
    r->due = r->end.icount + r->interval;
    r->silent = false;
    record_mute(r);
    return record_checkpoint(r, err);
}

int record_resume(struct record *r, const struct record_at *end, struct err *err)
{
    const struct record_at now = record_at(r);
    int rc = disks_journal(r, err);

    r->end = *end;
    r->heard = now;
    r->due = end->icount + r->interval;
    return rc ? rc : point_take(r, &now, err);
}

void record_free(struct record *r)
{
    record_clear(r);
    free(r->inputs);
    free(r->points);
    free(r->checks);
    snapshot_free(&r->look);
    snapshot_free(&r->work);
    free(r);
}

struct record *record_alloc(struct machine *m, const struct record_options *opt)
{
    struct record *r = calloc(1, sizeof *r);

    if (!r)
        return NULL;
    r->machine = m;
    r->interval = opt && opt->interval ? opt->interval : INTERVAL;
    r->memory = opt && opt->memory ? opt->memory : MEMORY;
    return r;
}

int record_begin(struct machine *m, const struct record_options *opt, struct err *err)
{
    struct record *r;
    int rc;

    if (m->record)
        return err_set(err, EBUSY, "it is being recorded already");
    r = record_alloc(m, opt);
    if (!r)
        return err_set(err, ENOMEM, "no host memory for a recording");
    m->record = r;
    rc = record_start(r, err);
    if (rc)
        record_end(m);
    return rc;
}

void record_end(struct machine *m)
{
    if (!m->record)
        return;
    record_cut(m->record);
    for (unsigned unit = 0; unit < RK11_DRIVES; unit++)
        if (m->rk.drives[unit].image)
            image_journal_end(m->rk.drives[unit].image);
    record_free(m->record);
    m->record = NULL;
}

/* Also where nothing lies behind: what is heard is put right. */
void record_cut(struct record *r)
{
    const struct record_at now = record_at(r);
    struct machine *m = r->machine;
    bool past = record_is_past(r);

    while (r->input_count > r->next)
        free(r->inputs[--r->input_count].data);
    while (r->check_count && record_compare(&r->checks[r->check_count - 1].at, &now) > 0)
        r->check_count--;
    while (r->point_count && record_compare(&r->points[r->point_count - 1].at, &now) > 0)
        record_point_drop(r, r->point_count - 1);
    r->end = r->heard = now;
    r->due = now.icount + r->interval;
    record_mute(r);
    if (past) {
        paper_cut(&m->punch.tape, NULL);
        paper_cut(&m->printer.paper, NULL);
    }
}

/* An input comes now, or came at `at`; `data` is the recording's then. */
static int input_add(struct record *r, enum record_kind kind, const struct record_at *at, u8 *data,
                     size_t len, struct err *err)
{
    struct record_input *bigger;

    bigger = record_grow(r->inputs, r->input_count, &r->input_room, sizeof *r->inputs);
    if (!bigger) {
        free(data);
        return err_set(err, ENOMEM, "no host memory for the recording");
    }
    r->inputs = bigger;
    r->inputs[r->input_count++] = (struct record_input){kind, *at, r->ran, data, len};
    r->ran = false;
    r->next = (u32)r->input_count;
    r->end = r->heard = record_at(r);
    return 0;
}

int record_look(struct machine *m, struct err *err)
{
    struct record *r = m->record;
    int rc;

    if (r->looking)
        return 0;
    rc = snapshot_take(&r->look, m, err);
    r->looking = rc == 0;
    return rc;
}

int record_sync(struct record *r, struct err *err)
{
    struct record_at at = record_at(r);
    size_t len;
    u8 *patch;
    int rc;

    if (!r->looking)
        return 0;
    r->looking = false;
    rc = snapshot_take(&r->work, r->machine, err);
    if (rc)
        return rc;
    if (r->work.size == r->look.size && memcmp(r->work.bytes, r->look.bytes, r->look.size) == 0)
        return 0;
    patch = record_patch(&r->look, &r->work, &len);
    if (!patch)
        return err_set(err, ENOMEM, "no host memory for the recording");
    record_cut(r);
    return input_add(r, RECORD_CHANGE, &at, patch, len, err);
}

bool record_tick(struct record *r)
{
    struct record_at at = record_at(r);
    struct err err = {0};

    if (record_is_past(r) || record_sync(r, &err))
        return false;
    at.input = r->next;
    return input_add(r, RECORD_TICK, &at, NULL, 0, NULL) == 0;
}

int record_type(struct record *r, const void *text, size_t length, struct err *err)
{
    struct record_at at;
    int rc = record_sync(r, err);
    u8 *copy;

    if (rc || length == 0)
        return rc;
    copy = malloc(length);
    if (!copy)
        return err_set(err, ENOMEM, "no host memory for the recording");
    memcpy(copy, text, length);
    record_cut(r);
    at = record_at(r);
    return input_add(r, RECORD_TYPE, &at, copy, length, err);
}

int record_anew(struct record *r, struct err *err)
{
    log_put(&r->machine->log, LOG_NOTE,
            "the recording begins anew: one cannot go back over a change of files");
    record_cut(r);
    return record_start(r, err);
}

static enum stop host_failed(struct machine *m, const struct err *err)
{
    m->failure = *err;
    return STOP_HOST;
}

static enum stop run_live(struct record *r, u64 icount, u64 time)
{
    struct machine *m = r->machine;
    struct err err = {0};

    for (;;) {
        enum stop stop;

        if (m->cpu.icount >= r->due) {
            if (record_checkpoint(r, &err))
                return host_failed(m, &err);
            r->due = m->cpu.icount + r->interval;
        }
        r->ran = true;
        stop = machine_advance(m, min_u64(icount, r->due), time);
        r->end = r->heard = record_at(r);
        if (stop != STOP_LIMIT || m->cpu.icount >= icount)
            return stop;
    }
}

enum stop record_run(struct record *r, u64 icount, u64 time)
{
    struct err err = {0};
    enum stop stop;

    if (record_sync(r, &err))
        return host_failed(r->machine, &err);
    if (!record_is_past(r))
        return run_live(r, icount, time);
    stop = record_repeat(r, icount, time, &r->end, false);
    record_mute(r);
    return stop;
}

void record_describe(const struct machine *m, struct record_info *info)
{
    const struct record *r = m->record;

    *info = (struct record_info){.first = r->points[0].at,
                                 .now = record_at(r),
                                 .end = r->end,
                                 .checkpoints = (unsigned)r->point_count,
                                 .inputs = (unsigned)r->input_count,
                                 .memory = memory_held(r),
                                 .past = record_is_past(r)};
}

struct record_at record_now(const struct machine *m)
{
    return record_at(m->record);
}

bool record_past(const struct machine *m)
{
    return record_is_past(m->record);
}

bool record_silent(const struct machine *m)
{
    return m->record && m->record->silent;
}
