/* paper.h - the host's side of what goes one way: a paper tape, the printer's paper.
 *
 * A reader takes bytes from a regular file, in order. A writer appends bytes to a file: one that
 * is not there is made, one that is there is continued, as paper is, and `create` (,new) starts it
 * afresh. Nothing but the guest's bytes goes in.
 */
#ifndef VM11_DEV_PAPER_H
#define VM11_DEV_PAPER_H

#include "base/err.h"
#include "base/types.h"
#include "bus/device.h"

#define PAPER_BUFFER 512u
#define PAPER_FULL   1 /* of paper_put() */

/* Where what is printed or punched goes, if not into a file: a spool. It is borrowed, and the
 * device leaves it when the paper is taken out. */
struct paper_end {
    /* Take a byte. False: it is taken, but there is no room for another, until ready() is called.
     */
    bool (*put)(void *ctx, u8 ch);
    void *ctx;
    /* Filled in by the device: there is room again. Between two runs of the machine. NULL: nobody
     * writes. */
    void (*ready)(struct device *dev);
    struct device *dev;
};

struct paper {
    struct paper_end *end; /* NULL: a file */
    bool full;             /* the end has no room: the device is not ready */
    char *path;            /* NULL: no paper */
    int fd;
    bool writing;
    bool muted;     /* what is written now has been written before: only the position moves */
    u64 base;       /* length of the file that is written when it was put in */
    u64 position;   /* bytes that the guest has read or written */
    unsigned at;    /* in the buffer: next byte to read */
    unsigned count; /* bytes in the buffer */
    u8 buffer[PAPER_BUFFER];
};

/* Put the file of `how` in, in place of what was there. Errors name the file: a missing or
 * unreadable one, a directory, one that may not be written, an option that makes no sense; or what
 * was there could not be written out. After an error the old paper is still in. */
int paper_read_open(struct paper *paper, const struct attach *how, struct err *err);
int paper_write_open(struct paper *paper, const struct attach *how, struct err *err);

/* Take the paper out; what is buffered is written. Without paper nothing happens. */
int paper_close(struct paper *paper, struct err *err);

/* The next byte: 1, or 0 at the end, or -errno. */
int paper_get(struct paper *paper, u8 *ch, struct err *err);

/* Put the end of `how` in in the same way. `ready` is called when it has room again; paper->full
 * tells that until then. */
int paper_end_open(struct paper *paper, const struct attach *how, struct device *dev,
                   void (*ready)(struct device *dev), struct err *err);

/* Add a byte. It reaches the file at the latest with the next flush. PAPER_FULL: it is taken, but
 * no other can be now. */
int paper_put(struct paper *paper, u8 ch, struct err *err);

/* Position and state of `unit` were set from a snapshot, in which it was on line, or not. -EINVAL
 * where that needs paper. What is buffered of a tape to be read is not what comes next. */
int paper_restored(struct paper *paper, const char *unit, bool on_line, struct err *err);

/* Paper that is written: what comes next comes at the end of the file, whatever the position. */
void paper_rebase(struct paper *paper);

/* Paper that is written: what lies behind the position was never written. Only a regular file can
 * be cut off; elsewhere nothing happens. */
int paper_cut(struct paper *paper, struct err *err);

/* Hand what is buffered to the host's file. After a failure it is not tried again. */
int paper_flush(struct paper *paper, struct err *err);

#endif
