/* feed.c - paced typing: see feed.h. */
#include "machine/feed.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void feed_schedule(struct feed *feed)
{
    if (feed->count && !event_queued(&feed->look))
        event_period(feed->events, &feed->look, FEED_PERIOD);
}

/* Put the next character on the line, if that is free and nothing is held. */
static void feed_look(void *ctx)
{
    struct feed *feed = ctx;
    u64 now = feed->events->now(feed->events->ctx);

    if (feed->hold && now >= feed->hold)
        feed->hold = 0;
    if (feed->count && !feed->hold && line_space(feed->line) == LINE_QUEUE) {
        u8 ch = feed->text[feed->first++];
        line_type(feed->line, ch);
        feed->ahead++;
        if (--feed->count == 0)
            feed->burst = false;
        else if (feed->burst && (ch == '\r' || ch == '\n'))
            feed->hold = now + FEED_HOLD;
    }
    feed_schedule(feed);
}

void feed_init(struct feed *feed, struct line *line, struct event_queue *events)
{
    memset(feed, 0, sizeof *feed);
    feed->line = line;
    feed->events = events;
    event_init(&feed->look, "console feed", feed_look, feed);
}

void feed_fini(struct feed *feed)
{
    free(feed->text);
    feed->text = NULL;
    feed->count = 0;
}

int feed_put(struct feed *feed, const void *text, size_t length)
{
    if (length == 0)
        return 0;
    if (feed->first) {
        memmove(feed->text, feed->text + feed->first, feed->count);
        feed->first = 0;
    }
    if (feed->count + length > feed->size) {
        size_t size = (feed->count + length) * 2;
        u8 *bigger = realloc(feed->text, size);
        if (!bigger)
            return -ENOMEM;
        feed->text = bigger;
        feed->size = size;
    }
    memcpy(feed->text + feed->count, text, length);
    feed->count += length;
    if (feed->count > FEED_BURST)
        feed->burst = true;
    feed_schedule(feed);
    return 0;
}

int feed_restore(struct feed *feed, const void *text, size_t length)
{
    feed->first = feed->count = 0;
    if (length > feed->size) {
        u8 *bigger = realloc(feed->text, length);
        if (!bigger)
            return -ENOMEM;
        feed->text = bigger;
        feed->size = length;
    }
    if (length)
        memcpy(feed->text, text, length);
    feed->count = length;
    return 0;
}

void feed_clear(struct feed *feed)
{
    feed->count = 0;
    feed->hold = feed->ahead = 0;
    feed->burst = false;
    event_cancel(feed->events, &feed->look);
}

static u64 now(const struct feed *feed)
{
    return feed->events->now(feed->events->ctx);
}

void feed_busy(struct feed *feed)
{
    feed->busy = now(feed);
    feed->sent = feed->line->sent;
    feed->ticks = 0;
}

/* A held line goes on. */
static void release(struct feed *feed, bool quiet)
{
    if (quiet)
        feed->ahead = 0;
    feed->hold = 0;
    feed_schedule(feed);
}

void feed_idle(struct feed *feed, bool real)
{
    bool quiet;

    if (!feed->hold)
        return;
    if (feed->line->sent != feed->sent)
        feed_busy(feed);
    quiet = real ? feed->ticks >= FEED_TICKS : now(feed) - feed->busy >= FEED_QUIET;
    if (quiet || feed->ahead < FEED_AHEAD)
        release(feed, quiet);
    else if (real)
        event_cancel(feed->events, &feed->look);
}

void feed_tick(struct feed *feed)
{
    if (feed->hold && ++feed->ticks >= FEED_TICKS)
        release(feed, true);
}
