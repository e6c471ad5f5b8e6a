/* record_travel.c - back and forth in a recording: see record.h.
 *
 * To go to a moment is to put the last checkpoint before it back and to repeat the run from there.
 * On the way the inputs are carried out at their moments, and the state is compared with the hashes
 * that were taken when it was recorded: a run that does not repeat itself (a file that has changed
 * under the machine) is an error, never a false past.
 *
 * Checkpoints behind the moment to which one goes back stay only while no disk was written between:
 * an image cannot be brought forward but by running.
 */
#include <errno.h>
#include <string.h>

#include "dev/image.h"
#include "machine/record_impl.h"

static int change_apply(struct record *r, const struct record_input *input, struct err *err)
{
    int rc = snapshot_take(&r->work, r->machine, err);

    if (!rc)
        rc = record_patch_apply(&r->work, input->data, input->len, err);
    if (!rc)
        rc = snapshot_put(r->machine, r->work.bytes, r->work.size, err);
    return rc;
}

int record_apply(struct record *r, struct err *err)
{
    const struct record_input *input = &r->inputs[r->next++];

    /* A machine that did not get anywhere has still looked at its events. */
    if (input->ran)
        machine_advance(r->machine, 0, 0);
    switch (input->kind) {
    case RECORD_TICK:
        kw11l_tick(&r->machine->clock);
        feed_tick(&r->machine->feed);
        return 0;
    case RECORD_TYPE:
        if (feed_put(&r->machine->feed, input->data, input->len))
            return err_set(err, ENOMEM, "no host memory for what was typed");
        return 0;
    case RECORD_CHANGE: return change_apply(r, input, err);
    case RECORD_KINDS: break;
    }
    return err_set(err, EINVAL, "the recording is damaged: an unknown input");
}

/* The number of the first check behind now: there may be none, and no list of them either. */
static size_t check_behind(const struct record *r, const struct record_at *now)
{
    size_t low = 0, high = r->check_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (record_compare(&r->checks[middle].at, now) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Does who is asked want the journey to go on? */
static bool goes_on(const struct record *r)
{
    u64 done = r->leg_base + (machine_time(r->machine) - r->leg_begin);

    if (!r->silent || !r->going)
        return true;
    return r->going(r->going_ctx, done < r->journey ? done : r->journey, r->journey);
}

/* A leg begins here; `total` for the whole journey. */
static void leg_begin(struct record *r, u64 base, u64 total)
{
    r->leg_begin = machine_time(r->machine);
    r->leg_base = base;
    r->journey = total;
}

/* Now may be a moment at which the state was noted: is it the same, and is a checkpoint there? */
static int arrive(struct record *r, struct err *err)
{
    const struct record_at now = record_at(r);
    const size_t behind = check_behind(r, &now);
    const struct record_check *last = behind ? &r->checks[behind - 1] : NULL;

    record_mute(r);
    if (!goes_on(r))
        return err_set(err, EINTR, "interrupted in the past, after %llu instructions",
                       (unsigned long long)now.icount);
    if (!last || record_compare(&last->at, &now) != 0)
        return 0;
    if (last->hash != machine_hash(r->machine))
        return err_set(
            err, EIO,
            "the machine did not do again what was recorded (at instruction %llu): has a "
            "file changed that is attached?",
            (unsigned long long)now.icount);
    return record_checkpoint(r, err);
}

/* The next moment at which something is to be done, `to` at the latest. */
static struct record_at landmark(const struct record *r, const struct record_at *now,
                                 const struct record_at *to)
{
    size_t check = check_behind(r, now);
    struct record_at next = *to;

    /* Inputs that come now lead to checks of now: they are no way off. */
    while (check < r->check_count && r->checks[check].at.time == now->time &&
           r->checks[check].at.flows == now->flows)
        check++;
    if (r->next < r->input_count && record_compare(&r->inputs[r->next].at, &next) < 0)
        next = r->inputs[r->next].at;
    if (check < r->check_count && record_compare(&r->checks[check].at, &next) < 0)
        next = r->checks[check].at;
    if (record_compare(now, &r->heard) < 0 && record_compare(&r->heard, &next) < 0)
        next = r->heard;
    return next;
}

static bool something_hit(const struct cpu *cpu)
{
    for (const struct debug_point *p = cpu->debug ? cpu->debug->points : NULL; p; p = p->next)
        if (p->hit)
            return true;
    return false;
}

/* Some vectors farther on, without an instruction. STOP_TIME: there. */
static enum stop advance_flows(struct record *r, u64 icount, unsigned flows)
{
    struct machine *m = r->machine;
    bool lent = m->cpu.debug == NULL;
    struct cpu_debug *debug = lent ? &r->flows : m->cpu.debug;
    enum stop stop;

    if (m->cpu.icount >= icount)
        return STOP_LIMIT;
    debug->flow_stop = true;
    debug->flow_icount = m->cpu.icount;
    debug->flow_count = (u8)flows;
    if (lent)
        debug_use(&m->cpu, debug);
    stop = machine_advance(m, m->cpu.icount + 1, EVENT_NEVER);
    debug->flow_stop = false;
    if (stop == STOP_WATCH && !something_hit(&m->cpu))
        stop = STOP_TIME;
    if (lent)
        debug_use(&m->cpu, NULL);
    return stop;
}

/* To the landmark (STOP_TIME), or as far as it goes. */
static enum stop advance(struct record *r, u64 icount, u64 time, const struct record_at *to)
{
    struct machine *m = r->machine;
    u64 at = to->time < time ? to->time : time;
    enum stop stop = STOP_TIME;

    if (machine_time(m) < at)
        stop = machine_advance(m, icount, at);
    if (stop == STOP_TIME && machine_time(m) == to->time && debug_flows(&m->cpu) < to->flows)
        stop = advance_flows(r, icount, to->flows);
    return stop;
}

static bool same_moment(const struct record *r, const struct record_at *at)
{
    const struct record_at now = record_at(r);
    return record_compare(&now, at) == 0;
}

enum stop record_repeat(struct record *r, u64 icount, u64 time, const struct record_at *to,
                        bool through)
{
    const struct record_at end = *to;
    struct machine *m = r->machine;
    struct err err = {0};

    for (;;) {
        struct record_at now, next;
        enum stop stop;

        if (arrive(r, &err))
            break;
        now = record_at(r);
        /* Also where a limit lies at the same moment, so that nobody runs past the present. */
        if (record_compare(&now, &end) >= 0)
            return STOP_PRESENT;
        if (now.icount >= icount)
            return STOP_LIMIT;
        if (now.time >= time)
            return STOP_TIME;
        next = landmark(r, &now, &end);
        if (r->next < r->input_count && record_compare(&r->inputs[r->next].at, &now) <= 0) {
            if (record_apply(r, &err))
                break;
            continue;
        }
        stop = advance(r, icount, time, &next);
        if (stop == STOP_TIME && same_moment(r, &now)) {
            err_set(&err, EINVAL, "the recording is damaged: a moment that does not come");
            break;
        }
        now = record_at(r);
        if (record_compare(&now, &r->heard) > 0)
            r->heard = now;
        if (stop == STOP_HOST || (!through && stop != STOP_LIMIT && stop != STOP_TIME))
            return stop;
    }
    m->failure = err;
    return STOP_HOST;
}

/* Nothing is heard, and no debugger stops it: unless it is a search, which wants its points. */
static void journey_begin(struct record *r, bool points)
{
    r->silent = true;
    record_mute(r);
    machine_debug(r->machine, r->machine->debugger);
    if (!points)
        debug_use(&r->machine->cpu, NULL);
}

static void journey_end(struct record *r)
{
    const struct record_at now = record_at(r);

    if (record_compare(&now, &r->heard) > 0)
        r->heard = now;
    r->silent = false;
    record_mute(r);
    machine_debug(r->machine, r->machine->debugger);
}

/* Put a checkpoint back. Those behind it go, if a disk was written between. */
static int restore(struct record *r, const struct record_point *point, struct err *err)
{
    struct machine *m = r->machine;
    size_t index = (size_t)(point - r->points);
    int rc = 0;

    for (unsigned unit = 0; unit < RK11_DRIVES && !rc; unit++)
        if (m->rk.drives[unit].image)
            rc = image_undo(m->rk.drives[unit].image, point->marks[unit], err);
    while (r->point_count > index + 1 &&
           memcmp(r->points[r->point_count - 1].marks, point->marks, sizeof point->marks) != 0)
        record_point_drop(r, r->point_count - 1);
    if (!rc)
        rc = snapshot_put(m, point->state.bytes, point->state.size, err);
    r->next = point->at.input;
    if (m->debugger)
        m->debugger->passes = false;
    debug_clear(&m->cpu);
    return rc;
}

/* Why a journey failed: the machine's failure is only told here. */
static int journey_failed(struct record *r, struct err *err)
{
    struct err failure = r->machine->failure;

    r->machine->failure = (struct err){0};
    return err_set(err, failure.code ? failure.code : EIO, "%s", failure.text);
}

/* The nearest beginning of a run to `at`: now, or a checkpoint that is put back. */
static int begin_near(struct record *r, const struct record_at *at, struct err *err)
{
    const struct record_at now = record_at(r);
    const struct record_point *point = record_point_before(r, at);

    if (!point)
        return err_set(err, ERANGE, "the recording begins later");
    if (record_compare(&now, at) <= 0 && record_compare(&now, &point->at) >= 0)
        return 0;
    return restore(r, point, err);
}

static int travel(struct record *r, const struct record_at *from, u64 icount,
                  const struct record_at *to, struct err *err)
{
    int rc;

    journey_begin(r, false);
    rc = begin_near(r, from, err);
    leg_begin(r, 0, icount < to->icount ? icount - from->icount : to->time - from->time);
    if (!rc && record_repeat(r, icount, EVENT_NEVER, to, true) == STOP_HOST)
        rc = journey_failed(r, err);
    journey_end(r);
    return rc;
}

void record_ask(struct machine *m, record_going *going, void *ctx)
{
    m->record->going = going;
    m->record->going_ctx = ctx;
}

int record_return(struct machine *m, const struct record_at *at, struct err *err)
{
    struct record *r = m->record;
    int rc = record_sync(r, err);

    if (rc)
        return rc;
    if (record_compare(at, &r->end) > 0)
        return err_set(err, ERANGE, "the recording ends before that");
    return travel(r, at, EVENT_NEVER, at, err);
}

int record_present(struct machine *m, struct err *err)
{
    int rc = record_sync(m->record, err);
    struct record_at end = m->record->end;

    return rc ? rc : record_return(m, &end, err);
}

int record_goto(struct machine *m, u64 icount, struct err *err)
{
    struct record *r = m->record;
    int rc = record_sync(r, err);
    struct record_at from = {.time = EVENT_NEVER};

    if (rc)
        return rc;
    if (icount < r->points[0].at.icount || icount > r->end.icount)
        return err_set(err, ERANGE, "instruction %llu was not recorded: %llu to %llu were",
                       (unsigned long long)icount, (unsigned long long)r->points[0].at.icount,
                       (unsigned long long)r->end.icount);
    /* The last checkpoint whose count is not beyond: not a moment of a WAIT that came later. */
    for (size_t i = 0; i < r->point_count; i++) {
        const struct record_point *point = &r->points[i];
        if (i == 0 || point->at.icount < icount ||
            (point->at.icount == icount && point[-1].at.icount < icount))
            from = point->at;
    }
    if (m->cpu.icount < icount) {
        const struct record_at now = record_at(r);
        if (record_compare(&now, &from) > 0)
            from = now;
    }
    return travel(r, &from, icount, &r->end, err);
}

/* The moment before the stop: where that is behind what happened, before it happened. */
static struct record_at before_stop(const struct record *r, enum stop stop)
{
    const struct cpu *cpu = &r->machine->cpu;
    const struct debug_point *point = cpu->debug->points;
    struct record_at at = record_at(r);

    while (point && !point->hit)
        point = point->next;
    if (stop == STOP_BREAK || !point)
        return at;
    if (!point->at.npr && point->kind != DEBUG_OTHER && point->at.icount == cpu->icount &&
        point->at.flows > 0) {
        at.flows = (u8)(point->at.flows - 1);
        return at;
    }
    at.time -= at.time > 0;
    at.icount -= at.icount > 0;
    at.flows = 0;
    if (point->at.npr || point->kind == DEBUG_OTHER)
        return at;
    if (point->at.icount < cpu->icount)
        at.flows = point->at.flows;
    else if (cpu->flows_at + 1 == cpu->icount)
        at.flows = cpu->flows;
    return at;
}

/* One stretch of a search, from where the machine is to `end`. 1 where something counted. */
static int search_stretch(struct record *r, const struct record_at *end,
                          const struct record_at *before, record_wanted *wanted, void *ctx,
                          struct record_at *found, struct err *err)
{
    int any = 0;

    for (;;) {
        enum stop stop = record_repeat(r, EVENT_NEVER, EVENT_NEVER, end, false);

        if (stop == STOP_PRESENT)
            return any;
        if (stop == STOP_HOST)
            return journey_failed(r, err);
        if (stop == STOP_BREAK || stop == STOP_WATCH) {
            struct record_at at = before_stop(r, stop);

            if (record_compare(&at, before) < 0 && wanted(ctx, stop)) {
                *found = at;
                any = 1;
            }
            debug_clear(&r->machine->cpu);
        }
    }
}

int record_search(struct machine *m, record_wanted *wanted, void *ctx, struct record_at *found,
                  struct err *err)
{
    struct record *r = m->record;
    const struct record_at before = record_at(r);
    struct record_at end = before, searched = before;
    int rc = record_sync(r, err);

    if (rc || !m->debugger)
        return rc;
    journey_begin(r, true);
    for (size_t i = r->point_count; i-- > 0 && !rc;) {
        struct record_at begin;

        if (i >= r->point_count || record_compare(&r->points[i].at, &end) >= 0)
            continue;
        begin = r->points[i].at;
        rc = restore(r, &r->points[i], err);
        leg_begin(r, before.time - end.time, before.time - r->points[0].at.time);
        if (!rc)
            rc = search_stretch(r, &end, &before, wanted, ctx, found, err);
        searched = end;
        end = begin;
    }
    if (rc == -EINTR)
        *found = searched;
    if (rc > 0 && record_compare(found, &r->points[0].at) < 0)
        *found = r->points[0].at;
    journey_end(r);
    return rc;
}
