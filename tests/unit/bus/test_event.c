/* test_event.c - the queue of events: order, moving, cancelling, --fast-io. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "bus/event.h"

struct world {
    struct event_queue queue;
    u64 time, told;
    char order[32];
    struct event a, b, c;
    unsigned again; /* how often `c` schedules itself anew */
};

static u64 now(void *ctx)
{
    return ((struct world *)ctx)->time;
}

static void sooner(void *ctx, u64 at)
{
    ((struct world *)ctx)->told = at;
}

static void fire_a(void *ctx)
{
    strcat(((struct world *)ctx)->order, "a");
}

static void fire_b(void *ctx)
{
    strcat(((struct world *)ctx)->order, "b");
}

static void fire_c(void *ctx)
{
    struct world *w = ctx;

    strcat(w->order, "c");
    if (w->again) {
        w->again--;
        event_period(&w->queue, &w->c, 0);
    }
}

static void world_init(struct world *w)
{
    memset(w, 0, sizeof *w);
    w->queue = (struct event_queue){.now = now, .sooner = sooner, .ctx = w};
    w->time = 100;
    event_init(&w->a, "a", fire_a, w);
    event_init(&w->b, "b", fire_b, w);
    event_init(&w->c, "c", fire_c, w);
}

/* By time, equal times in the order of scheduling, and none before its time. */
static void test_order(void **state)
{
    struct world w;

    world_init(&w);
    assert_int_equal(event_next(&w.queue), EVENT_NEVER);
    event_after(&w.queue, &w.c, 20);
    event_after(&w.queue, &w.b, 10);
    event_after(&w.queue, &w.a, 10);
    assert_int_equal(event_next(&w.queue), 110);
    event_run(&w.queue, 109);
    assert_string_equal(w.order, "");
    event_run(&w.queue, 110);
    assert_string_equal(w.order, "ba");
    assert_false(event_queued(&w.b));
    event_run(&w.queue, 1000);
    assert_string_equal(w.order, "bac");
    assert_int_equal(event_next(&w.queue), EVENT_NEVER);
}

/* The engine hears of a new first event, and only of that. */
static void test_sooner(void **state)
{
    struct world w;

    world_init(&w);
    event_after(&w.queue, &w.a, 50);
    assert_int_equal(w.told, 150);
    w.told = 0;
    event_after(&w.queue, &w.b, 60);
    assert_int_equal(w.told, 0);
    event_after(&w.queue, &w.c, 5);
    assert_int_equal(w.told, 105);
}

static void test_move_and_cancel(void **state)
{
    struct world w;

    world_init(&w);
    event_after(&w.queue, &w.a, 50);
    event_after(&w.queue, &w.b, 60);
    event_after(&w.queue, &w.a, 70);
    assert_int_equal(event_next(&w.queue), 160);
    event_cancel(&w.queue, &w.b);
    event_cancel(&w.queue, &w.b);
    assert_int_equal(event_next(&w.queue), 170);
    event_run(&w.queue, 200);
    assert_string_equal(w.order, "a");
}

/* An event that schedules itself: at least one unit on, and run where that is due too. */
static void test_again(void **state)
{
    struct world w;

    world_init(&w);
    w.again = 3;
    event_after(&w.queue, &w.c, 0);
    assert_int_equal(event_next(&w.queue), 101);
    w.time = 101;
    event_run(&w.queue, 101);
    assert_string_equal(w.order, "c");
    assert_int_equal(event_next(&w.queue), 102);
    event_run(&w.queue, 102);
    assert_string_equal(w.order, "cccc");
}

/* --fast-io shortens what devices wait for, but no clock. */
static void test_immediate(void **state)
{
    struct world w;

    world_init(&w);
    w.queue.immediate = true;
    event_after(&w.queue, &w.a, 5000);
    event_period(&w.queue, &w.b, 5000);
    assert_int_equal(w.a.at, 101);
    assert_int_equal(w.b.at, 5100);
}

/* A clock is no work; what a device waits for is. An event in the middle can be taken out. */
static void test_working(void **state)
{
    struct world w;

    world_init(&w);
    assert_false(event_working(&w.queue));
    event_period(&w.queue, &w.a, 10);
    assert_false(event_working(&w.queue));
    event_after(&w.queue, &w.b, 20);
    event_period(&w.queue, &w.c, 30);
    assert_true(event_working(&w.queue));
    event_cancel(&w.queue, &w.b);
    assert_false(event_working(&w.queue));
    event_run(&w.queue, 200);
    assert_string_equal(w.order, "ac");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order),           cmocka_unit_test(test_sooner),
        cmocka_unit_test(test_move_and_cancel), cmocka_unit_test(test_again),
        cmocka_unit_test(test_immediate),       cmocka_unit_test(test_working),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
