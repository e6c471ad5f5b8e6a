/* test_spool.c - spooled printers, punches and readers of machines that do nothing else. */
#include "spool_world.h"

#include <errno.h>
#include <sys/stat.h>

static bool there(const char *name)
{
    return access(name, F_OK) == 0;
}

static void close_makes_visible(void **state)
{
    struct world *w = *state;

    assert_int_equal(world_closed(w, "a", SPOOL_PRINTER), 0);
    world_print(w->m[0], "first\n");
    world_print(w->m[1], "of b\n");
    assert_int_equal(spool_flush(w->spool, &w->err), 0);
    assert_false(there("spool/a-lp-0001.txt"));
    assert_null(spool_at(w->spool, 0));
    /* The machines are in the order in which their numbers were taken. */
    world_print(w->m[0], "second\n");
    assert_int_equal(world_closed(w, "B", SPOOL_PRINTER), 1);
    assert_int_equal(world_closed(w, "a", SPOOL_PRINTER), 2);
    assert_int_equal(world_closed(w, "a", SPOOL_PRINTER), 0);
    file_check("spool/b-lp-0001.txt", "of b\n", 5);
    file_check("spool/a-lp-0002.txt", "first\nsecond\n", 13);
    world_is(w, 0, 1, "b", 5);
    world_is(w, 1, 2, "a", 13);
    world_print(w->m[0], "third\n");
    world_punch(w->m[0], "\1\2");
    assert_int_equal(world_closed(w, "a", SPOOL_PUNCH), 3);
    assert_int_equal(world_closed(w, "a", SPOOL_PRINTER), 4);
    file_check("spool/a-pp-0003.bin", "\1\2", 2);
    file_check("spool/a-lp-0004.txt", "third\n", 6);
    assert_int_equal(spool_close(w->spool, "d", SPOOL_PRINTER, NULL, &w->err), -ENOENT);
    assert_int_equal(spool_close(w->spool, "a", SPOOL_READER, NULL, NULL), -ENOENT);
}

static void transfer(void **state)
{
    struct world *w = *state;

    assert_int_equal(world_get(w->m[1], PRS) & ERROR, ERROR);
    world_punch(w->m[0], "abc");
    assert_int_equal(world_closed(w, "a", SPOOL_PUNCH), 1);
    world_punch(w->m[0], "de");
    assert_int_equal(world_closed(w, "a", SPOOL_PUNCH), 2);
    assert_int_equal(spool_transfer(w->spool, 1, "b", &w->err), 0);
    assert_int_equal(spool_transfer(w->spool, 2, "b", &w->err), 0);
    assert_true(there("spool/b-pr-0001.bin"));
    assert_false(there("spool/a-pp-0001.bin"));
    spool_service(w->spool);
    assert_true(spool_at(w->spool, 0)->reading);
    assert_int_equal(w->ready, 1);
    assert_ptr_equal(w->was_ready, w->m[1]);
    assert_int_equal(spool_purge(w->spool, 1, NULL), -EBUSY);
    assert_int_equal(spool_order(w->spool, 1, NULL), -EBUSY);
    assert_int_equal(spool_transfer(w->spool, 1, "a", NULL), -EBUSY);
    spool_service(w->spool);
    world_read(w->m[1], "abc");
    /* The end is seen for a second; then the next file is there, and the first is gone. */
    spool_service(w->spool);
    world_pass(w->m[1], EVENT_HZ - 1);
    spool_service(w->spool);
    assert_int_equal(world_get(w->m[1], PRS) & ERROR, ERROR);
    assert_true(there("spool/b-pr-0001.bin"));
    world_pass(w->m[1], 1);
    spool_service(w->spool);
    assert_false(there("spool/b-pr-0001.bin"));
    world_read(w->m[1], "de");
    spool_service(w->spool);
    world_pass(w->m[1], EVENT_HZ);
    spool_service(w->spool);
    assert_null(spool_at(w->spool, 0));
    assert_int_equal(world_get(w->m[1], PRS) & ERROR, ERROR);
    assert_int_equal(w->notes, 0);
}

static void order_and_purge(void **state)
{
    struct world *w = *state;

    for (unsigned i = 1; i <= 3; i++) {
        const char text[] = {(char)('0' + i), 0};

        world_punch(w->m[0], text);
        assert_int_equal(world_closed(w, "a", SPOOL_PUNCH), i);
        assert_int_equal(spool_transfer(w->spool, i, "b", &w->err), 0);
    }
    assert_int_equal(spool_order(w->spool, 3, &w->err), 0);
    world_is(w, 0, 3, "b", 1);
    world_is(w, 1, 1, "b", 1);
    world_is(w, 2, 2, "b", 1);
    assert_int_equal(spool_purge(w->spool, 1, &w->err), 0);
    assert_false(there("spool/b-pr-0001.bin"));
    assert_int_equal(spool_purge(w->spool, 1, &w->err), -ENOENT);
    rig_error(&w->err, ENOENT, "1: the spool has no file of that number", NULL);
    assert_int_equal(spool_order(w->spool, 9, NULL), -ENOENT);
    spool_service(w->spool);
    world_read(w->m[1], "3");
    spool_service(w->spool);
    world_pass(w->m[1], EVENT_HZ);
    spool_service(w->spool);
    world_read(w->m[1], "2");
}

static void refused_transfers(void **state)
{
    struct world *w = *state;
    struct err err = {0};

    world_print(w->m[0], "x");
    assert_int_equal(world_closed(w, "a", SPOOL_PRINTER), 1);
    world_print(w->m[2], "y");
    assert_int_equal(world_closed(w, "c", SPOOL_PRINTER), 2);
    assert_int_equal(spool_transfer(w->spool, 3, "b", NULL), -ENOENT);
    assert_int_equal(spool_transfer(w->spool, 1, "bb", &err), -ENOENT);
    rig_error(&err, ENOENT, "bb: no such machine has a spool; did you mean b?", NULL);
    assert_int_equal(spool_transfer(w->spool, 2, "b", &w->err), -EPERM);
    rig_error(&w->err, EPERM, "2: c is secret, and b is without a label", NULL);
    assert_int_equal(spool_transfer(w->spool, 1, "c", NULL), -EPERM);
    assert_int_equal(spool_transfer(w->spool, 2, "c", NULL), 0);
    /* Who has left has no label that could be compared; who has no reader gets nothing. */
    assert_int_equal(spool_leave(w->spool, "a", NULL), 0);
    assert_int_equal(spool_transfer(w->spool, 1, "b", NULL), -ENOENT);
    assert_int_equal(spool_join(w->spool, "a", NULL, w->m[0], PRINTER, NULL), 0);
    assert_int_equal(spool_transfer(w->spool, 1, "a", NULL), -ENODEV);
    assert_int_equal(spool_join(w->spool, "A", NULL, w->m[0], PRINTER, NULL), -EEXIST);
}

static void the_next_cp(void **state)
{
    struct world *w = *state;
    struct spool *other = NULL;

    world_print(w->m[0], "one\n");
    assert_int_equal(world_closed(w, "a", SPOOL_PRINTER), 1);
    world_punch(w->m[0], "two");
    assert_int_equal(world_closed(w, "a", SPOOL_PUNCH), 2);
    assert_int_equal(spool_transfer(w->spool, 2, "b", NULL), 0);
    spool_service(w->spool);
    world_print(w->m[1], "three\n");
    assert_int_equal(spool_new(&other, "spool", NULL, &w->err), -EBUSY);
    rig_error(&w->err, EBUSY, "spool: another CP has its spool there", NULL);
    spool_free(w->spool); /* closes what b printed; the file in its reader waits */
    file_make("spool/.a-lp-0017.part", "lost?", 5);
    file_make("spool/notes.txt", "x", 1);
    file_make("spool/a-lp-3.txt", "x", 1);
    world_begin(w);
    world_is(w, 0, 1, "a", 4);
    world_is(w, 1, 2, "b", 3);
    world_is(w, 2, 3, "b", 6);
    world_is(w, 3, 17, "a", 5);
    assert_null(spool_at(w->spool, 4));
    assert_string_equal(w->note, "spool/a-lp-0017.txt was not closed: it is now");
    file_check("spool/a-lp-0017.txt", "lost?", 5);
    spool_service(w->spool);
    world_read(w->m[1], "two");
    world_print(w->m[0], "next");
    assert_int_equal(world_closed(w, "a", SPOOL_PRINTER), 18);
}

static void import(void **state)
{
    struct world *w = *state;

    file_make("deck", "cards", 5);
    assert_int_equal(spool_import(w->spool, "deck", "a", &w->err), 0);
    world_is(w, 0, 1, "a", 5);
    spool_service(w->spool);
    world_read(w->m[0], "cards");
    file_check("deck", "cards", 5);
    assert_int_equal(spool_import(w->spool, "none", "a", NULL), -ENOENT);
    assert_int_equal(spool_import(w->spool, ".", "a", NULL), -EISDIR);
    assert_int_equal(spool_import(w->spool, "deck", "d", NULL), -ENOENT);
    world_limit(3);
    assert_int_equal(spool_import(w->spool, "deck", "b", &w->err), -ENOSPC);
    assert_null(spool_at(w->spool, 1));
    world_limit(0);
    assert_int_equal(spool_import(w->spool, "deck", "b", NULL), 0);
    world_is(w, 1, 2, "b", 5);
}

/* A file that somebody has taken away is left out, and the next one is read. */
static void file_gone(void **state)
{
    struct world *w = *state;

    file_make("deck", "1", 1);
    for (unsigned i = 0; i < 2; i++)
        assert_int_equal(spool_import(w->spool, "deck", "a", NULL), 0);
    assert_int_equal(unlink("spool/a-pr-0001.bin"), 0);
    spool_service(w->spool);
    assert_non_null(strstr(w->note, "it is left out"));
    spool_service(w->spool);
    world_read(w->m[0], "1");
}

static void folders(void **state)
{
    struct world *w = *state;
    struct spool *other = NULL;

    file_make("deck", "", 0);
    assert_int_equal(spool_new(&other, "deck", NULL, &w->err), -ENOTDIR);
    rig_error(&w->err, ENOTDIR, "deck: the spool's folder", NULL);
    assert_int_equal(spool_new(&other, "none/spool", NULL, NULL), -ENOENT);
    assert_null(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(close_makes_visible), WORLD_TEST(transfer),    WORLD_TEST(order_and_purge),
        WORLD_TEST(refused_transfers),   WORLD_TEST(the_next_cp), WORLD_TEST(import),
        WORLD_TEST(file_gone),           WORLD_TEST(folders),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
