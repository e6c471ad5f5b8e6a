/* test_feed.c - paced typing: what is held, what lets it go on, and for how long. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "machine/feed.h"

/* A line whose device side takes a character as soon as it comes, and time as a number. */
struct world {
    struct line line;
    struct event_queue events;
    struct feed feed;
    u64 time;
    char got[1000];
    unsigned count;
};

static u64 now(void *ctx)
{
    return ((struct world *)ctx)->time;
}

static void sooner(void *ctx, u64 at) {}

static void take(void *ctx)
{
    struct world *w = ctx;
    u8 ch;

    while (line_take(&w->line, &ch))
        w->got[w->count++] = (char)ch;
}

static void setup(struct world *w)
{
    memset(w, 0, sizeof *w);
    w->line.arrived = take;
    w->line.arrived_ctx = w;
    w->events.now = now;
    w->events.sooner = sooner;
    w->events.ctx = w;
    feed_init(&w->feed, &w->line, &w->events);
}

static void finish(struct world *w)
{
    feed_fini(&w->feed);
}

/* Let time pass; a system that waits is idle after every event. */
static void pass(struct world *w, u64 time, bool waits)
{
    u64 end = w->time + time;

    while (event_next(&w->events) <= end) {
        w->time = event_next(&w->events);
        event_run(&w->events, w->time);
        if (waits)
            feed_idle(&w->feed, false);
    }
    w->time = end;
    if (waits)
        feed_idle(&w->feed, false);
}

/* Ten lines of 40 characters. */
static void put_lines(struct world *w)
{
    for (unsigned i = 0; i < 10; i++)
        assert_int_equal(feed_put(&w->feed, "012345678901234567890123456789012345678\r", 40), 0);
}

static void a_key_is_typed_at_once(void **state)
{
    struct world w;

    setup(&w);
    assert_int_equal(feed_put(&w.feed, "a\rb\rc", 5), 0);
    pass(&w, 5 * FEED_PERIOD, false);
    assert_int_equal(w.count, 5);
    assert_memory_equal(w.got, "a\rb\rc", 5);
    finish(&w);
}

static void a_long_text_is_held_after_a_line(void **state)
{
    struct world w;

    setup(&w);
    put_lines(&w);
    pass(&w, FEED_HOLD - 1, false);
    assert_int_equal(w.count, 40);
    pass(&w, 40 * FEED_PERIOD + FEED_PERIOD, false);
    assert_in_range(w.count, 41, 80);
    finish(&w);
}

static void an_idle_guest_gets_a_few_lines(void **state)
{
    struct world w;

    setup(&w);
    w.time = 1;
    feed_busy(&w.feed);
    put_lines(&w);
    /* Never quiet, for it prints all the time. */
    for (unsigned i = 0; i < 1000; i++) {
        w.line.sent++;
        pass(&w, FEED_PERIOD, true);
    }
    assert_int_equal(w.count, 120);
    pass(&w, FEED_QUIET + 2 * FEED_PERIOD, true);
    assert_in_range(w.count, 121, 240);
    finish(&w);
}

static void a_quiet_guest_gets_all(void **state)
{
    struct world w;

    setup(&w);
    put_lines(&w);
    pass(&w, 400 * FEED_PERIOD + 4 * FEED_QUIET, true);
    assert_int_equal(w.count, 400);
    finish(&w);
}

static void in_real_time_ticks_tell(void **state)
{
    struct world w;

    setup(&w);
    put_lines(&w);
    for (unsigned i = 0; i < 200; i++) {
        pass(&w, FEED_PERIOD, false);
        feed_idle(&w.feed, true);
    }
    /* Held, and nothing is queued that could make time pass. */
    assert_int_equal(w.count, 120);
    assert_int_equal(event_next(&w.events), EVENT_NEVER);
    for (unsigned i = 1; i < FEED_TICKS; i++)
        feed_tick(&w.feed);
    assert_int_equal(event_next(&w.events), EVENT_NEVER);
    feed_busy(&w.feed);
    for (unsigned i = 1; i < FEED_TICKS; i++)
        feed_tick(&w.feed);
    assert_int_equal(event_next(&w.events), EVENT_NEVER);
    feed_tick(&w.feed);
    pass(&w, FEED_PERIOD, false);
    assert_int_equal(w.count, 121);
    finish(&w);
}

static void what_is_cleared_is_not_typed(void **state)
{
    struct world w;

    setup(&w);
    put_lines(&w);
    feed_clear(&w.feed);
    pass(&w, FEED_HOLD, true);
    assert_int_equal(w.count, 0);
    assert_int_equal(feed_put(&w.feed, "x", 1), 0);
    pass(&w, FEED_PERIOD, false);
    assert_int_equal(w.count, 1);
    finish(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_is_typed_at_once),
        cmocka_unit_test(a_long_text_is_held_after_a_line),
        cmocka_unit_test(an_idle_guest_gets_a_few_lines),
        cmocka_unit_test(a_quiet_guest_gets_all),
        cmocka_unit_test(in_real_time_ticks_tell),
        cmocka_unit_test(what_is_cleared_is_not_typed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
