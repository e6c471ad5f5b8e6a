/* test_lp11.c - line printer: registers, timing of the buffer, interrupts, errors, INIT. */
#include "rig.h"

#include <errno.h>

#include "dev/lp11.h"
#include "../base/files.h"

enum {
    LPS = 0777514,
    LPB = 0777516,
    ERROR = 0100000,
    DONE = 0200,
    IE = 0100,
};

struct world {
    char dir[32];
    struct rig rig;
    struct lp11 lp;
};

static int setup(void **state)
{
    static struct world world;
    struct world *w = &world;

    files_begin(w->dir);
    rig_init(&w->rig);
    lp11_init(&w->lp);
    assert_int_equal(bus_add(&w->rig.bus, &w->lp.dev, LP11_BASE, NULL), 0);
    bus_reset(&w->rig.bus);
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    static const char *const names[] = {"out", NULL};
    struct world *w = *state;

    bus_fini(&w->rig.bus);
    files_end(w->dir, names);
    return 0;
}

static void on_line(struct world *w, const char *path)
{
    struct attach how = {.path = path};

    assert_int_equal(w->lp.dev.ops->attach(&w->lp.dev, 0, &how, NULL), 0);
}

/* Load a character and return for how long DONE stays away. */
static unsigned busy_after(struct world *w, u16 ch)
{
    unsigned time = 0;

    rig_put(&w->rig, LPB, ch);
    for (; !(rig_get(&w->rig, LPS) & DONE); time++)
        rig_pass(&w->rig, 1);
    return time;
}

static void print(struct world *w, const char *text)
{
    for (; *text; text++)
        busy_after(w, (u8)*text);
}

static void test_off_line(void **state)
{
    struct world *w = *state;

    assert_int_equal(rig_get(&w->rig, LPS), ERROR); /* ERROR holds DONE down */
    rig_put(&w->rig, LPB, 'x');
    rig_pass(&w->rig, 10);
    assert_int_equal(rig_get(&w->rig, LPS), ERROR);
    rig_put(&w->rig, LPS, IE);
    assert_int_equal(rig_grant(&w->rig, 4), 0200);
    bus_reset(&w->rig.bus);
    assert_int_equal(rig_get(&w->rig, LPS), ERROR);
}

static void test_bits(void **state)
{
    struct world *w = *state;

    on_line(w, "out");
    assert_int_equal(rig_get(&w->rig, LPS), DONE);
    rig_put(&w->rig, LPS, 0177777);
    assert_int_equal(rig_get(&w->rig, LPS), DONE | IE);
    rig_putb(&w->rig, LPS + 1, 0);
    assert_int_equal(rig_get(&w->rig, LPS), DONE | IE);
    rig_put(&w->rig, LPS, 0);
    assert_int_equal(rig_get(&w->rig, LPS), DONE);
    rig_putb(&w->rig, LPB + 1, 'x');
    assert_int_equal(rig_get(&w->rig, LPS), DONE);
    rig_put(&w->rig, LPB, 'x');
    assert_int_equal(rig_get(&w->rig, LPS), 0);
    assert_int_equal(rig_get(&w->rig, LPB), 0);
    rig_put(&w->rig, LPB, 'y'); /* not ready: lost */
    rig_pass(&w->rig, LP11_CHAR_TIME);
    assert_int_equal(w->lp.dev.ops->flush(&w->lp.dev, NULL), 0);
    file_check("out", "x", 1);
}

/* 1110 lines a minute of 20 columns, 356 of 80. */
static void test_timing(void **state)
{
    struct world *w = *state;
    unsigned time = 0;

    on_line(w, "out");
    for (unsigned i = 0; i < 19; i++)
        assert_int_equal(busy_after(w, 'a'), LP11_CHAR_TIME);
    assert_int_equal(busy_after(w, 'a'), LP11_ZONE_TIME);
    assert_int_equal(busy_after(w, 015), LP11_CHAR_TIME); /* nothing left to print */
    assert_int_equal(busy_after(w, 012), LP11_CHAR_TIME + LP11_FEED_TIME);
    assert_int_equal(busy_after(w, 'a'), LP11_CHAR_TIME);
    assert_int_equal(busy_after(w, 015), LP11_ZONE_TIME);
    assert_int_equal(busy_after(w, 'b'), LP11_CHAR_TIME);
    assert_int_equal(busy_after(w, 0177), LP11_CHAR_TIME);
    assert_int_equal(busy_after(w, 014), LP11_ZONE_TIME + LP11_FEED_TIME);
    for (unsigned i = 0; i < 80; i++)
        time += busy_after(w, 'a');
    time += busy_after(w, 012);
    assert_in_range(60000000 / time, 355, 357);
}

static void test_text(void **state)
{
    struct world *w = *state;

    on_line(w, "out");
    print(w, "one\r\n");
    file_check("out", "one\r\n", 5); /* each line at once */
    print(w, "two\f");
    file_check("out", "one\r\ntwo\f", 9);
    busy_after(w, 0);
    busy_after(w, 0177);
    busy_after(w, 0301); /* seven bits */
    print(w, "\b\t~");
    file_check("out", "one\r\ntwo\f", 9);
    bus_fini(&w->rig.bus);
    file_check("out", "one\r\ntwo\fA\b\t~", 13);
}

static void test_interrupt(void **state)
{
    struct world *w = *state;

    on_line(w, "out");
    assert_int_equal(w->rig.bus.levels, 0);
    rig_put(&w->rig, LPS, IE);
    assert_int_equal(rig_grant(&w->rig, 4), 0200);
    rig_put(&w->rig, LPB, 'a');
    assert_int_equal(w->rig.bus.levels, 0);
    rig_pass(&w->rig, LP11_CHAR_TIME);
    assert_int_equal(w->rig.bus.levels, 1u << 4);
    rig_put(&w->rig, LPB, 'b'); /* the request falls with DONE */
    assert_int_equal(w->rig.bus.levels, 0);
    rig_pass(&w->rig, LP11_CHAR_TIME);
    rig_put(&w->rig, LPS, 0); /* and with the enable */
    assert_int_equal(w->rig.bus.levels, 0);
}

/* Off line in the middle of a job: ERROR interrupts; on line again: DONE does, once it is there. */
static void test_off_and_on(void **state)
{
    struct world *w = *state;

    on_line(w, "out");
    rig_put(&w->rig, LPS, IE);
    assert_int_equal(rig_grant(&w->rig, 4), 0200);
    assert_int_equal(w->lp.dev.ops->detach(&w->lp.dev, 0, NULL), 0);
    assert_int_equal(rig_get(&w->rig, LPS), ERROR | IE);
    assert_int_equal(rig_grant(&w->rig, 4), 0200);
    on_line(w, "out");
    assert_int_equal(rig_get(&w->rig, LPS), DONE | IE);
    assert_int_equal(rig_grant(&w->rig, 4), 0200);
    rig_put(&w->rig, LPB, 'a');
    assert_int_equal(w->lp.dev.ops->detach(&w->lp.dev, 0, NULL), 0);
    assert_int_equal(rig_grant(&w->rig, 4), 0200);
    rig_pass(&w->rig, LP11_CHAR_TIME);
    assert_int_equal(rig_get(&w->rig, LPS), ERROR | IE);
    file_check("out", "a", 1);
}

static void test_F77_init(void **state)
{
    struct world *w = *state;

    on_line(w, "out");
    rig_put(&w->rig, LPS, IE);
    rig_put(&w->rig, LPB, 012);
    bus_reset(&w->rig.bus);
    assert_int_equal(rig_get(&w->rig, LPS), DONE);
    assert_int_equal(w->rig.bus.levels, 0);
    assert_int_equal(event_next(&w->rig.bus.events), EVENT_NEVER);
}

static void test_refused(void **state)
{
    struct world *w = *state;
    struct attach how = {.path = "/"};
    struct err err = {0};

    assert_int_equal(w->lp.dev.ops->attach(&w->lp.dev, 0, &how, &err), -EISDIR);
    assert_string_equal(err.text, "/: Is a directory");
    assert_int_equal(rig_get(&w->rig, LPS), ERROR);
}

/* A full disk stops the machine once, and the printer shows an error. */
static void test_failure(void **state)
{
    struct world *w = *state;

    on_line(w, "/dev/full");
    print(w, "text");
    assert_int_equal(w->rig.failures, 0);
    rig_put(&w->rig, LPB, 012);
    assert_int_equal(w->rig.failures, 1);
    assert_string_equal(w->rig.failed.text, "/dev/full: No space left on device");
    rig_pass(&w->rig, LP11_ZONE_TIME + LP11_FEED_TIME);
    assert_int_equal(rig_get(&w->rig, LPS), ERROR);
    rig_put(&w->rig, LPB, 012);
    assert_int_equal(w->rig.failures, 1);
    assert_int_equal(w->lp.dev.ops->flush(&w->lp.dev, NULL), 0);
}

static void test_fields(void **state)
{
    struct world *w = *state;

    rig_check_regs(&w->lp.dev, sizeof w->lp);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_off_line),  CASE(test_bits),       CASE(test_timing),   CASE(test_text),
        CASE(test_interrupt), CASE(test_off_and_on), CASE(test_F77_init), CASE(test_refused),
        CASE(test_failure),   CASE(test_fields),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
