/* test_paper.c - sequential files: opening, reading, adding, and each error's text. */
#include "rig.h"

#include <errno.h>
#include <sys/stat.h>

#include "dev/paper.h"
#include "../base/files.h"

struct world {
    char dir[32];
    struct paper paper;
    struct err err;
};

static int setup(void **state)
{
    static struct world world;

    memset(&world, 0, sizeof world);
    files_begin(world.dir);
    *state = &world;
    return 0;
}

static int teardown(void **state)
{
    static const char *const names[] = {"tape", "other", "secret", "dir", "link", NULL};
    struct world *w = *state;

    paper_close(&w->paper, NULL);
    files_end(w->dir, names);
    return 0;
}

static void test_read(void **state)
{
    struct world *w = *state;
    struct attach how = {.path = "tape", .read_only = true};
    u8 data[3 * PAPER_BUFFER + 7];
    u8 ch;

    for (unsigned i = 0; i < sizeof data; i++)
        data[i] = (u8)(i * 7);
    file_make("tape", data, sizeof data);
    assert_int_equal(paper_read_open(&w->paper, &how, NULL), 0);
    assert_non_null(w->paper.path);
    for (unsigned i = 0; i < sizeof data; i++) {
        assert_int_equal(paper_get(&w->paper, &ch, NULL), 1);
        assert_int_equal(ch, data[i]);
    }
    assert_int_equal(w->paper.position, sizeof data);
    assert_int_equal(paper_get(&w->paper, &ch, NULL), 0);
    assert_int_equal(paper_get(&w->paper, &ch, NULL), 0);
    assert_int_equal(paper_close(&w->paper, NULL), 0);
    assert_null(w->paper.path);
    file_check("tape", data, sizeof data);
}

static void put(struct world *w, const char *text)
{
    for (; *text; text++)
        assert_int_equal(paper_put(&w->paper, (u8)*text, NULL), 0);
}

static void test_write(void **state)
{
    struct world *w = *state;
    struct attach how = {.path = "tape"};

    assert_int_equal(paper_write_open(&w->paper, &how, NULL), 0);
    file_check("tape", "", 0);
    put(w, "one");
    file_check("tape", "", 0);
    assert_int_equal(paper_flush(&w->paper, NULL), 0);
    file_check("tape", "one", 3);
    put(w, "two");
    assert_int_equal(paper_close(&w->paper, NULL), 0);
    file_check("tape", "onetwo", 6);
    /* Paper goes on where it stopped; `new` begins. */
    assert_int_equal(paper_write_open(&w->paper, &how, NULL), 0);
    put(w, "three");
    how.path = "other";
    assert_int_equal(paper_write_open(&w->paper, &how, NULL), 0);
    file_check("tape", "onetwothree", 11);
    how = (struct attach){.path = "tape", .create = true};
    assert_int_equal(paper_write_open(&w->paper, &how, NULL), 0);
    file_check("tape", "", 0);
}

static void test_full_buffer(void **state)
{
    struct world *w = *state;
    struct attach how = {.path = "tape"};
    char data[PAPER_BUFFER];

    memset(data, 'x', sizeof data);
    assert_int_equal(paper_write_open(&w->paper, &how, NULL), 0);
    for (unsigned i = 0; i < PAPER_BUFFER; i++)
        assert_int_equal(paper_put(&w->paper, 'x', NULL), 0);
    file_check("tape", data, sizeof data);
    assert_int_equal(w->paper.count, 0);
    assert_int_equal(w->paper.position, PAPER_BUFFER);
}

static void refused(struct world *w, bool writing, struct attach how, int rc, const char *text)
{
    struct err err = {0};

    if (writing)
        assert_int_equal(paper_write_open(&w->paper, &how, &err), rc);
    else
        assert_int_equal(paper_read_open(&w->paper, &how, &err), rc);
    assert_string_equal(err.text, text);
    assert_int_equal(err.code, -rc);
}

static void test_refusals(void **state)
{
    struct world *w = *state;

    file_make("tape", "abc", 3);
    assert_int_equal(mkdir("dir", 0777), 0);
    refused(w, false, (struct attach){.path = "none"}, -ENOENT, "none: No such file or directory");
    refused(w, false, (struct attach){.path = "dir"}, -EISDIR, "dir: Is a directory");
    refused(w, true, (struct attach){.path = "dir"}, -EISDIR, "dir: Is a directory");
    refused(w, true, (struct attach){.path = "none/x"}, -ENOENT,
            "none/x: No such file or directory");
    refused(w, false, (struct attach){.path = "/dev/null"}, -EINVAL,
            "/dev/null: a paper tape is a regular file");
    refused(w, false, (struct attach){.path = "tape", .create = true}, -EINVAL,
            "tape: a new tape has nothing to read");
    refused(w, true, (struct attach){.path = "tape", .read_only = true}, -EINVAL,
            "tape: what is only written cannot be read-only");
    refused(w, true, (struct attach){.path = "tape", .overlay = "o"}, -EINVAL,
            "tape: only disks have overlays");
    file_check("tape", "abc", 3);
    assert_null(w->paper.path);
}

static void test_unwritable(void **state)
{
    struct world *w = *state;

    bool root = geteuid() == 0;

    file_make("secret", "abc", 3);
    assert_int_equal(chmod("secret", 0), 0);
    file_make("tape", "abc", 3);
    assert_int_equal(chmod("tape", 0444), 0);
    /* Root may open anything, so be somebody else for a moment; the folder is open to him. */
    assert_int_equal(chmod(".", 0755), 0);
    if (root)
        assert_int_equal(seteuid(65534), 0);
    refused(w, false, (struct attach){.path = "secret"}, -EACCES, "secret: Permission denied");
    refused(w, true, (struct attach){.path = "tape"}, -EACCES, "tape: Permission denied");
    if (root)
        assert_int_equal(seteuid(0), 0);
    /* And what nobody may write, not even root writes, or empties. */
    refused(w, true, (struct attach){.path = "tape"}, -EACCES, "tape: Permission denied");
    refused(w, true, (struct attach){.path = "tape", .create = true}, -EACCES,
            "tape: Permission denied");
    file_check("tape", "abc", 3);
}

/* A refused file leaves the old one in its place. */
static void test_old_paper_stays(void **state)
{
    struct world *w = *state;
    struct attach how = {.path = "tape"};
    u8 ch;

    file_make("tape", "ab", 2);
    assert_int_equal(paper_read_open(&w->paper, &how, NULL), 0);
    assert_int_equal(paper_get(&w->paper, &ch, NULL), 1);
    refused(w, false, (struct attach){.path = "none"}, -ENOENT, "none: No such file or directory");
    assert_int_equal(paper_get(&w->paper, &ch, NULL), 1);
    assert_int_equal(ch, 'b');
}

/* A full disk is reported once, and names the file. */
static void test_disk_full(void **state)
{
    struct world *w = *state;
    struct attach how = {.path = "/dev/full"};

    assert_int_equal(paper_write_open(&w->paper, &how, NULL), 0);
    assert_int_equal(paper_put(&w->paper, 'x', &w->err), 0);
    assert_int_equal(paper_flush(&w->paper, &w->err), -ENOSPC);
    assert_string_equal(w->err.text, "/dev/full: No space left on device");
    assert_int_equal(paper_flush(&w->paper, NULL), 0);
    put(w, "y");
    refused(w, true, (struct attach){.path = "other"}, -ENOSPC,
            "/dev/full: No space left on device");
    put(w, "z");
    assert_int_equal(paper_close(&w->paper, NULL), -ENOSPC);
    assert_int_equal(paper_close(&w->paper, NULL), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_read, setup, teardown),
        cmocka_unit_test_setup_teardown(test_write, setup, teardown),
        cmocka_unit_test_setup_teardown(test_full_buffer, setup, teardown),
        cmocka_unit_test_setup_teardown(test_refusals, setup, teardown),
        cmocka_unit_test_setup_teardown(test_unwritable, setup, teardown),
        cmocka_unit_test_setup_teardown(test_old_paper_stays, setup, teardown),
        cmocka_unit_test_setup_teardown(test_disk_full, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
