/* test_undo.c - going back: images, paper and lines forget what was written since. */
#include "dev/undo.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <cmocka.h>

#include "../base/files.h"
#include "dev/image.h"
#include "dev/line.h"
#include "dev/paper.h"

#define CAPACITY 20480u /* 40 blocks */

static char dir[32];

static int begin(void **state)
{
    files_begin(dir);
    return 0;
}

static int end(void **state)
{
    static const char *const names[] = {"disk", "over", "paper", NULL};
    files_end(dir, names);
    return 0;
}

static struct image *open_image(const char *overlay, bool read_only)
{
    const struct attach how = {.path = "disk", .overlay = overlay, .read_only = read_only};
    struct image *image = NULL;
    struct err err = {0};

    if (image_open(&image, &how, CAPACITY, NULL, &err))
        fail_msg("%s", err.text);
    return image;
}

static void put(struct image *image, u64 at, const char *text)
{
    assert_int_equal(image_write(image, at, text, strlen(text), NULL), 0);
}

static void check(struct image *image, u64 at, const char *text)
{
    char buffer[64];

    assert_int_equal(image_read(image, at, buffer, strlen(text), NULL), 0);
    assert_memory_equal(buffer, text, strlen(text));
}

static u64 hash(struct image *image)
{
    u64 value;

    assert_int_equal(image_hash(image, NULL, &value, NULL), 0);
    return value;
}

static off_t length(const char *path)
{
    struct stat st;

    assert_int_equal(stat(path, &st), 0);
    return st.st_size;
}

/* Three moments, and back to each, the last first; then forward again another way. */
static void back_and_back(struct image *image)
{
    u64 mark[3], was[3];

    assert_int_equal(image_journal(image, NULL), 0);
    assert_int_equal(image_journal(image, NULL), 0); /* once is enough */
    for (unsigned i = 0; i < 3; i++) {
        was[i] = hash(image);
        mark[i] = undo_mark(image_undo_list(image));
        put(image, 510 + 512 * i, "over two blocks");
        put(image, 600, i == 0 ? "zero" : i == 1 ? "one" : "two");
        put(image, 3000 + 4000 * i, "farther");
        put(image, 3000 + 4000 * i, "again");
    }
    for (unsigned i = 3; i-- > 0;) {
        assert_int_equal(image_undo(image, mark[i], NULL), 0);
        assert_true(hash(image) == was[i]);
        put(image, 1500, "another way");
        assert_int_equal(image_undo(image, mark[i], NULL), 0);
        assert_true(hash(image) == was[i]);
    }
    image_journal_end(image);
    assert_null(image_undo_list(image));
    put(image, 0, "not kept");
}

static void a_file(void **state)
{
    struct image *image;

    file_make("disk", "begins", 6);
    image = open_image(NULL, false);
    back_and_back(image);
    assert_int_equal(length("disk"), 8); /* "not kept": what grew was cut back */
    image_close(image);
}

static void an_overlay(void **state)
{
    struct image *image;

    file_make("disk", "begins", 6);
    image = open_image("over", false);
    back_and_back(image);
    image_close(image);
    file_check("disk", "begins", 6);
}

static void scratch(void **state)
{
    struct image *image;

    file_make("disk", "begins", 6);
    image = open_image(NULL, true);
    assert_true(image_read_only(image));
    assert_int_equal(image_scratch(image, NULL), 0);
    assert_false(image_read_only(image));
    back_and_back(image);
    check(image, 0, "not kept");
    assert_int_equal(image_flush(image, NULL), 0);
    image_close(image);
    file_check("disk", "begins", 6);
}

/* What nobody wants to go back to is forgotten; later marks stay good. */
static void forget(void **state)
{
    struct image *image;
    struct undo *undo;
    u64 middle, was;

    file_make("disk", "", 0);
    image = open_image(NULL, false);
    assert_int_equal(image_journal(image, NULL), 0);
    undo = image_undo_list(image);
    for (unsigned i = 0; i < 40; i++)
        put(image, 512 * i, "first");
    middle = undo_mark(undo);
    was = hash(image);
    put(image, 512, "second");
    assert_true(undo_size(undo) >= 41 * sizeof(struct undo_entry));
    undo_forget(undo, middle);
    undo_forget(undo, 0);
    assert_int_equal(undo->count, 1);
    assert_int_equal(image_undo(image, middle, NULL), 0);
    assert_true(hash(image) == was);
    image_close(image);
}

static void put_text(struct paper *paper, const char *text)
{
    for (; *text; text++)
        assert_int_equal(paper_put(paper, (u8)*text, NULL), 0);
}

/* What was printed is not printed again; a past that is changed gets new paper. */
static void paper(void **state)
{
    const struct attach how = {.path = "paper"};
    struct paper paper = {0};

    file_make("paper", "old ", 4);
    assert_int_equal(paper_write_open(&paper, &how, NULL), 0);
    put_text(&paper, "one two three");
    assert_int_equal(paper_flush(&paper, NULL), 0);
    paper.muted = true;
    paper.position = 4;
    put_text(&paper, "two");
    assert_int_equal(paper.position, 7);
    assert_int_equal(paper_flush(&paper, NULL), 0);
    file_check("paper", "old one two three", 17);
    paper.muted = false;
    assert_int_equal(paper_cut(&paper, NULL), 0);
    put_text(&paper, "!");
    assert_int_equal(paper_close(&paper, NULL), 0);
    file_check("paper", "old one two!", 12);
    assert_int_equal(paper_cut(&paper, NULL), 0); /* no paper: nothing happens */
}

static void count_sink(void *ctx, u8 ch)
{
    ++*(unsigned *)ctx;
}

static void count_tap(void *ctx)
{
    ++*(unsigned *)ctx;
}

static void line(void **state)
{
    unsigned heard = 0, seen = 0;
    struct line line = {.sink = count_sink, .sink_ctx = &heard, .tap = count_tap, .tap_ctx = &seen};

    assert_false(line_ends_in(&line, "x", 1));
    for (const char *p = "login: "; *p; p++)
        line_send(&line, (u8)(*p | 0200));
    assert_true(line_ends_in(&line, "login: ", 7));
    assert_true(line_ends_in(&line, ": ", 2));
    assert_false(line_ends_in(&line, "login:", 6));
    assert_false(line_ends_in(&line, "a login: ", 9));
    assert_false(line_ends_in(&line, "", 0));
    line.muted = true;
    for (unsigned i = 0; i < 100; i++)
        line_send(&line, (u8)('a' + i % 26));
    assert_int_equal(heard, 7);
    assert_int_equal(seen, 107);
    assert_true(line_ends_in(&line, "stuv", 4));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file), cmocka_unit_test(an_overlay), cmocka_unit_test(scratch),
        cmocka_unit_test(forget), cmocka_unit_test(paper),      cmocka_unit_test(line),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
