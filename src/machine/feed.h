/* feed.h - typing for a machine: keeps what a person pasted or a script sends, and types it as
 * fast as the guest takes it.
 *
 * The DL11 asks for a character when the program has read the last one, so the line itself loses
 * nothing. But an operating system has a limit to what it keeps: of lines that no program reads V6
 * throws everything away at 256 characters, and what it echoes waits through the delays that a
 * teletype wants at a line's end, in the same pool. So after each line of a long text the feed
 * waits until the processor has nothing to do, and after a few lines until the guest is quiet: no
 * output and no device at work for a moment. For systems that never wait a few million instructions
 * have to do. What a person types by hand is never held back.
 */
#ifndef VM11_MACHINE_FEED_H
#define VM11_MACHINE_FEED_H

#include "bus/event.h"
#include "dev/line.h"

#define FEED_BURST  64u      /* characters in the queue that make it a long text */
#define FEED_PERIOD 500u     /* time between looks at the line */
#define FEED_HOLD   5000000u /* time that a line is held at most */
#define FEED_AHEAD  100u     /* characters typed while the guest is at leisure but not quiet */
#define FEED_QUIET  250000u  /* time without output and devices at work that makes it quiet */
#define FEED_TICKS  15u      /* the same in ticks of the clock, in real time */

struct feed {
    struct line *line;
    struct event_queue *events;
    struct event look;
    u8 *text; /* what is to be typed: count characters from first */
    size_t first, count, size;
    bool burst;
    u64 hold;  /* no character before this time, 0: none is held */
    u64 ahead; /* characters typed since the guest was last quiet */
    u64 busy;  /* time at which it last was not */
    u64 sent;  /* line->sent then */
    u64 ticks; /* of the clock since then, in real time */
};

void feed_init(struct feed *feed, struct line *line, struct event_queue *events);
void feed_fini(struct feed *feed);

/* Append to what is to be typed. -ENOMEM. */
int feed_put(struct feed *feed, const void *text, size_t length);

/* In place of what is to be typed, this text: a snapshot's, which also has the event. -ENOMEM. */
int feed_restore(struct feed *feed, const void *text, size_t length);

/* Forget what is to be typed. */
void feed_clear(struct feed *feed);

/* The processor waits for a device that is at work. */
void feed_busy(struct feed *feed);

/* The processor waits and no device is at work: a held line may go on. `real`: time passes by
 * feed_tick() alone, so that a line that is still held must not make it pass. */
void feed_idle(struct feed *feed, bool real);

/* A tick of the clock in real time. */
void feed_tick(struct feed *feed);

#endif
