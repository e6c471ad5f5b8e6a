/* event.h - the queue of what will happen, in virtual time.
 *
 * Time is a count: instructions executed plus those skipped while the processor waited. A device
 * asks to be called at a time; the engine runs up to the next event and no further, so the same
 * run gives the same events at the same instructions. Nothing here reads a clock.
 *
 * One guest second is EVENT_HZ units in virtual time: an instruction counts as one microsecond,
 * about the speed of an 11/50 with MOS memory. Delays of devices are given in microseconds.
 */
#ifndef VM11_BUS_EVENT_H
#define VM11_BUS_EVENT_H

#include "base/types.h"

#define EVENT_HZ    1000000u
#define EVENT_NEVER UINT64_MAX

struct event {
    const char *name; /* for display: "rk0 sector" */
    void (*fire)(void *ctx);
    void *ctx;
    u64 at;          /* time; EVENT_NEVER while not queued */
    bool background; /* a clock's: goes on whether or not anything is being done */
    struct event *next;
};

struct event_queue {
    struct event *first; /* by time; equal times in the order of scheduling */
    u64 (*now)(void *ctx);
    void (*sooner)(void *ctx, u64 at); /* a new first event: the engine must stop at `at` */
    void *ctx;
    bool immediate; /* --fast-io: device delays count as one instruction */
};

/* The event is not queued. `name` must live as long as the event. */
void event_init(struct event *event, const char *name, void (*fire)(void *ctx), void *ctx);

/* Call event->fire `delay` units from now (at least 1); an event that is queued moves. A delay is
 * a device's: --fast-io makes it 1. */
void event_after(struct event_queue *queue, struct event *event, u64 delay);

/* The same for what is a period of real time, as a clock's: --fast-io leaves it alone. */
void event_period(struct event_queue *queue, struct event *event, u64 delay);

void event_cancel(struct event_queue *queue, struct event *event);

static inline bool event_queued(const struct event *event)
{
    return event->at != EVENT_NEVER;
}

/* A device is at work: an event of event_after() is queued. */
bool event_working(const struct event_queue *queue);

/* Time of the first event, EVENT_NEVER where there is none. */
u64 event_next(const struct event_queue *queue);

/* Take off and call all events up to time `now`, those included that they schedule. */
void event_run(struct event_queue *queue, u64 now);

#endif
