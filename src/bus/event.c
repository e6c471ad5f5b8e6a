/* event.c - the queue of events: see event.h.
 *
 * A machine has a dozen events, and nearly always it is the first that is asked for: a sorted list
 * is the simplest structure that answers in one load. Among equal times the one that was scheduled
 * first stays first, so that the order never depends on addresses of the host.
 */
#include "bus/event.h"

#include "base/assert.h"

void event_init(struct event *event, const char *name, void (*fire)(void *ctx), void *ctx)
{
    *event = (struct event){.name = name, .fire = fire, .ctx = ctx, .at = EVENT_NEVER};
}

void event_period(struct event_queue *queue, struct event *event, u64 delay)
{
    struct event **link = &queue->first;

    event_cancel(queue, event);
    event->background = true;
    event->at = queue->now(queue->ctx) + (delay ? delay : 1);
    while (*link && (*link)->at <= event->at)
        link = &(*link)->next;
    event->next = *link;
    *link = event;
    if (queue->first == event && queue->sooner)
        queue->sooner(queue->ctx, event->at);
}

void event_after(struct event_queue *queue, struct event *event, u64 delay)
{
    event_period(queue, event, queue->immediate ? 1 : delay);
    event->background = false;
}

bool event_working(const struct event_queue *queue)
{
    for (const struct event *event = queue->first; event; event = event->next)
        if (!event->background)
            return true;
    return false;
}

void event_cancel(struct event_queue *queue, struct event *event)
{
    struct event **link = &queue->first;

    if (!event_queued(event))
        return;
    while (*link != event) {
        base_assert(*link);
        link = &(*link)->next;
    }
    *link = event->next;
    event->next = NULL;
    event->at = EVENT_NEVER;
}

u64 event_next(const struct event_queue *queue)
{
    return queue->first ? queue->first->at : EVENT_NEVER;
}

void event_run(struct event_queue *queue, u64 now)
{
    while (queue->first && queue->first->at <= now) {
        struct event *event = queue->first;

        event_cancel(queue, event);
        event->fire(event->ctx);
    }
}
