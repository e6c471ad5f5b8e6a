/* test_spool_full.c - a spool on a full disk: the device at fault stands, and nothing is lost. */
#include "spool_world.h"

#include <errno.h>

#include "machine/snapshot.h"

/* 3000 characters, none like its neighbours. */
static void long_text(char text[3000])
{
    for (unsigned i = 0; i < 3000; i++)
        text[i] = (char)(' ' + (i * 7 + i / 90) % 90);
}

static void full_printer(void **state)
{
    struct world *w = *state;
    char text[3000];
    size_t done;

    long_text(text);
    world_limit(700);
    done = world_feed(w->m[0], LPS, text, sizeof text);
    assert_int_equal(done, 1024); /* two buffers; 700 of them are in the file */
    assert_int_equal(world_get(w->m[0], LPS) & (ERROR | DONE), ERROR);
    assert_non_null(strstr(spool_stands(w->spool, "a", SPOOL_PRINTER), "a lp: the spool in spool"));
    assert_null(spool_stands(w->spool, "a", SPOOL_PUNCH));
    assert_non_null(strstr(w->note, "it stands until there is room"));
    assert_int_equal(w->notes, 1);
    /* The others do not hear of it, nor does the machine stop. */
    assert_int_equal(w->m[0]->failure.code, 0);
    world_print(w->m[1], "b");
    world_punch(w->m[0], "p");
    assert_int_equal(spool_service(w->spool), 1);
    assert_int_equal(w->notes, 1);
    assert_int_equal(spool_close(w->spool, "a", SPOOL_PRINTER, NULL, NULL), -EFBIG);
    assert_null(spool_at(w->spool, 0));
    /* INIT does not help; room does. */
    bus_reset(&w->m[0]->bus);
    assert_int_equal(world_get(w->m[0], LPS) & (ERROR | DONE), ERROR);
    world_limit(0);
    assert_int_equal(spool_service(w->spool), 0);
    assert_non_null(strstr(w->note, "goes on"));
    assert_int_equal(w->ready, 1);
    assert_ptr_equal(w->was_ready, w->m[0]);
    assert_null(spool_stands(w->spool, "a", SPOOL_PRINTER));
    assert_int_equal(world_feed(w->m[0], LPS, text + done, sizeof text - done), sizeof text - done);
    assert_int_equal(world_closed(w, "a", SPOOL_PRINTER), 1);
    file_check("spool/a-lp-0001.txt", text, sizeof text);
}

/* A program that does not look at ERROR loses nothing either. */
static void full_punch(void **state)
{
    struct world *w = *state;
    char text[3000];
    size_t done;

    long_text(text);
    world_limit(100);
    done = world_feed(w->m[0], PPS, text, sizeof text);
    assert_int_equal(done, 512);
    assert_int_equal(world_get(w->m[0], PPS) & (ERROR | DONE), 0);
    bus_reset(&w->m[0]->bus);
    world_pass(w->m[0], 100);
    assert_int_equal(world_get(w->m[0], PPS) & (ERROR | DONE), 0);
    assert_int_equal(spool_service(w->spool), 1);
    world_limit(0);
    assert_int_equal(spool_service(w->spool), 0);
    assert_int_equal(world_get(w->m[0], PPS) & DONE, DONE);
    assert_int_equal(world_feed(w->m[0], PPS, text + done, sizeof text - done), sizeof text - done);
    assert_int_equal(world_closed(w, "a", SPOOL_PUNCH), 1);
    file_check("spool/a-pp-0001.bin", text, sizeof text);
}

/* A device that stands is ready by force (a debugger, a state that was loaded): no harm. */
static void forced(void **state)
{
    struct world *w = *state;
    char text[3000];

    long_text(text);
    world_limit(700);
    assert_int_equal(world_feed(w->m[0], LPS, text, sizeof text), 1024);
    for (unsigned i = 0; i < 1000; i++) {
        w->m[0]->printer.lps = DONE;
        world_put(w->m[0], LPB, 'x');
    }
    world_limit(0);
    spool_service(w->spool);
    assert_int_equal(world_closed(w, "a", SPOOL_PRINTER), 1);
    assert_true(spool_at(w->spool, 0)->size >= 1024);
}

/* A state of a time when there was room is put back while there is none, and the reverse. */
static void put_back(void **state)
{
    struct world *w = *state;
    struct snapshot room = {0}, none = {0};
    struct machine *m = w->m[0];
    char text[3000];

    long_text(text);
    world_pass(m, 100);
    assert_int_equal(snapshot_take(&room, m, NULL), 0);
    world_limit(700);
    assert_int_equal(world_feed(m, LPS, text, sizeof text), 1024);
    assert_int_equal(world_feed(m, PPS, text, sizeof text), 1024);
    assert_int_equal(snapshot_take(&none, m, NULL), 0);
    assert_int_equal(snapshot_put(m, room.bytes, room.size, NULL), 0);
    assert_int_equal(world_get(m, LPS) & (ERROR | DONE), ERROR);
    assert_int_equal(world_get(m, PPS) & (ERROR | DONE), 0);
    world_limit(0);
    assert_int_equal(spool_service(w->spool), 0);
    assert_int_equal(snapshot_put(m, none.bytes, none.size, NULL), 0);
    assert_int_equal(world_feed(m, LPS, text, sizeof text), sizeof text);
    assert_int_equal(world_feed(m, PPS, text, sizeof text), sizeof text);
    snapshot_free(&room);
    snapshot_free(&none);
}

/* Who leaves while there is no room is told, and what fitted stays. */
static void leave_full(void **state)
{
    struct world *w = *state;
    char text[3000];

    long_text(text);
    world_limit(700);
    world_feed(w->m[0], LPS, text, sizeof text);
    assert_int_equal(spool_flush(w->spool, &w->err), -EFBIG);
    assert_int_equal(spool_leave(w->spool, "a", NULL), -EFBIG);
    file_check("spool/a-lp-0001.txt", text, 700);
    assert_int_equal(world_get(w->m[0], LPS) & ERROR, ERROR);
    assert_int_equal(spool_leave(w->spool, "a", NULL), -ENOENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(full_printer), WORLD_TEST(full_punch), WORLD_TEST(forced),
        WORLD_TEST(put_back),     WORLD_TEST(leave_full),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
