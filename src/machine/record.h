/* record.h - a recording: what is needed to bring any moment of a run back.
 *
 * A machine does the same again from the same state with the same inputs at the same moments. So a
 * recording is a list of what came from outside (text that was typed, ticks in real time, changes
 * by a debugger's user) and, now and then, a checkpoint: a snapshot of the whole state. To go to a
 * moment, the last checkpoint before it is put back and the machine runs again up to there. Writes
 * to disk images are taken back too; console, printer and punch are silent while a run is
 * repeated.
 *
 * While the machine is in the past, machine_run() repeats what was recorded; at the present it
 * returns STOP_PRESENT, and then goes on live. Ticks of real time are dropped in the past. Anything
 * else from outside makes a new future: what was recorded behind it is forgotten.
 *
 * A file that is attached or detached begins the recording anew: one cannot go back over that.
 */
#ifndef VM11_MACHINE_RECORD_H
#define VM11_MACHINE_RECORD_H

#include "machine/machine.h"

/* A moment. Moments are in the order of (time, flows, input). */
struct record_at {
    u64 time;   /* machine_time() */
    u64 icount; /* follows from it */
    u32 input;  /* inputs that came before */
    u8 flows;   /* vectors that were entered since the last instruction: debug_flows() */
};

struct record_options {
    u64 interval;  /* instructions between two checkpoints; 0: a million */
    size_t memory; /* bytes of host memory for checkpoints and disk blocks; 0: 96M */
};

struct record_info {
    struct record_at first, now, end;
    unsigned checkpoints;
    unsigned inputs;
    size_t memory; /* held, in bytes */
    bool past;
};

/* Begin to record: now is the first moment. `opt` may be NULL. -EBUSY: it is being recorded. */
int record_begin(struct machine *machine, const struct record_options *opt, struct err *err);

/* Forget the recording; the machine stays where it is, which is the present then. */
void record_end(struct machine *machine);

static inline bool record_active(const struct machine *machine)
{
    return machine->record;
}

/* All these need an active recording. */
void record_describe(const struct machine *machine, struct record_info *info);
struct record_at record_now(const struct machine *machine);
bool record_past(const struct machine *machine);

/* The machine is on a journey, or is searched: what happens now is no run of the user's. Needs no
 * recording. */
bool record_silent(const struct machine *machine);

/* What changes in the machine from now on, until it runs, is an input: to be called before
 * anything is changed by hand. Cheap when it is called again. */
int record_look(struct machine *machine, struct err *err);

/* Asked now and then on a long journey: go on? `done` of `total` is done, in units of time. False:
 * it ends with -EINTR, and the machine is somewhere in the past. */
typedef bool record_going(void *ctx, u64 done, u64 total);
/* NULL: nobody is asked. `ctx` is borrowed. */
void record_ask(struct machine *machine, record_going *going, void *ctx);

/* Go to the moment `icount`: the first at which so many instructions are executed. -ERANGE where
 * that was not recorded. */
int record_goto(struct machine *machine, u64 icount, struct err *err);
/* Go to a moment that was noted before. */
int record_return(struct machine *machine, const struct record_at *at, struct err *err);
/* Go to the present. */
int record_present(struct machine *machine, struct err *err);

/* What a search asks at each stop of the debugger's, STOP_BREAK or STOP_WATCH, in the order of
 * time: does it count? The hits stand in the points. */
typedef bool record_wanted(void *ctx, enum stop stop);

/* Look for the last stop before now that counts, at the points that machine_debug() has set.
 * *found: the moment before it: of an instruction that wrote, before it. The machine is somewhere
 * in the past then: use record_return(). 1: found, 0: none since the beginning, -errno. Of a search
 * that was ended (-EINTR) *found is the moment back to which it had found nothing. */
int record_search(struct machine *machine, record_wanted *wanted, void *ctx,
                  struct record_at *found, struct err *err);

/* Write the recording to a file, which must not exist: the first moment, and all inputs. The format
 * is in docs/debugging.md. */
int record_save(struct machine *machine, const char *path, struct err *err);

/* Read a recording into the machine, which must be built as the recorded one and have the same
 * files in its drives (or what the recorded run made of them): it is at the first moment then, and
 * what it printed is heard. Its disks are only read: what the guest writes goes when they are
 * detached. On an error the machine is as it was. */
int record_load(struct machine *machine, const char *path, struct err *err);
/* The same from memory; `name` for texts. */
int record_parse(struct machine *machine, const char *name, const u8 *bytes, size_t size,
                 struct err *err);

/* --- for machine.c ------------------------------------------------------------------------ */

enum stop record_run(struct record *record, u64 icount, u64 time);
/* A tick comes from outside. False: it is to be dropped. */
bool record_tick(struct record *record);
int record_type(struct record *record, const void *text, size_t length, struct err *err);
/* Files were attached or detached. */
int record_anew(struct record *record, struct err *err);

#endif
