/* record_impl.h - a recording in memory: between record.c (what is recorded), record_travel.c (back
 * and forth in it), record_patch.c (changes by hand), record_save.c and record_load.c (files).
 */
#ifndef VM11_MACHINE_RECORD_IMPL_H
#define VM11_MACHINE_RECORD_IMPL_H

#include "machine/record.h"
#include "machine/snapshot.h"

enum record_kind {
    RECORD_TICK,
    RECORD_TYPE,   /* data: the text */
    RECORD_CHANGE, /* data: a patch of a snapshot's bytes, see record_patch() */
    RECORD_KINDS
};

struct record_input {
    enum record_kind kind;
    struct record_at at; /* before it */
    bool ran;            /* machine_run() was called between the input before and this one */
    u8 *data;
    size_t len;
};

struct record_point {
    struct record_at at;
    struct snapshot state;
    u64 marks[RK11_DRIVES]; /* of the drives' images: undo_mark() */
};

/* What the state was at a moment: to be sure that a run is repeated. */
struct record_check {
    struct record_at at;
    u64 hash;
};

struct record {
    struct machine *machine;
    u64 interval;
    size_t memory;

    struct record_input *inputs;
    size_t input_count, input_room;
    struct record_point *points; /* checkpoints by time; the first is the beginning */
    size_t point_count, point_room;
    struct record_check *checks; /* by time */
    size_t check_count, check_room;

    u32 next;               /* the input that comes next: input_count at the present */
    struct record_at end;   /* the present */
    struct record_at heard; /* up to here the output has been given out */
    u64 due;                /* icount of the next checkpoint, in the present */
    bool ran;               /* machine_run() was called since the last input */
    bool silent;            /* a search or a journey: no output at all */

    record_going *going; /* who is asked on journeys; NULL: nobody */
    void *going_ctx;
    u64 leg_begin, leg_base, journey; /* time at which this leg began; of legs before; of all */

    struct snapshot look; /* before the user's changes, where looking is true */
    bool looking;
    struct snapshot work;
    struct cpu_debug flows; /* to stop on the way into vectors, where no debugger is */
};

/* The order of moments: negative, 0, positive. */
int record_compare(const struct record_at *a, const struct record_at *b);

static inline struct record_at record_at(const struct record *r)
{
    return (struct record_at){.time = machine_time(r->machine),
                              .icount = r->machine->cpu.icount,
                              .input = r->next,
                              .flows = debug_flows(&r->machine->cpu)};
}

static inline bool record_is_past(const struct record *r)
{
    const struct record_at now = record_at(r);
    return record_compare(&now, &r->end) < 0;
}

/* Room for one more element; NULL: no host memory. The element is not yet counted. */
void *record_grow(void *list, size_t count, size_t *room, size_t size);

/* Console, punch and printer are silent where they have spoken already. */
void record_mute(struct record *r);

/* What the user has changed becomes an input. */
int record_sync(struct record *r, struct err *err);
/* Forget what lies behind now. */
void record_cut(struct record *r);
/* Forget all, now is the beginning: the first checkpoint is taken. */
int record_start(struct record *r, struct err *err);
void record_clear(struct record *r);
/* A recording that is empty and not yet the machine's; NULL: no host memory. */
struct record *record_alloc(struct machine *machine, const struct record_options *opt);
/* The recording was read from a file and is the machine's: now is its first moment, `end` its
 * present. */
int record_resume(struct record *r, const struct record_at *end, struct err *err);
void record_free(struct record *r);

/* The checkpoint and the hash of now, which is a moment at which one is due. */
int record_checkpoint(struct record *r, struct err *err);
/* The last checkpoint at or before a moment. */
struct record_point *record_point_before(struct record *r, const struct record_at *at);
void record_point_drop(struct record *r, size_t index);

/* The patch that makes `to` of `from`: to be freed. NULL: no host memory. */
u8 *record_patch(const struct snapshot *from, const struct snapshot *to, size_t *len);
/* Apply a patch to *state. -EINVAL, -ENOMEM. */
int record_patch_apply(struct snapshot *state, const u8 *patch, size_t len, struct err *err);
/* Carry out the next input. */
int record_apply(struct record *r, struct err *err);

/* Repeat what was recorded until `to` (STOP_PRESENT), the count or the time, or a stop; `through`:
 * only until `to` or the count. */
enum stop record_repeat(struct record *r, u64 icount, u64 time, const struct record_at *to,
                        bool through);

/* --- files -------------------------------------------------------------------------------- */

#define RECORD_MAGIC "vm11rec1"

#endif
