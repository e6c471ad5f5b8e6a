/* test_image.c - images and overlays: what is read and written, refused, and left alone. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/types.h"
#include "dev/image.h"

#define CAPACITY 20480u /* 40 blocks */

struct world {
    char dir[64], base[96], over[96], none[96];
    struct image *image;
    struct err err;
    char note[512];
    struct log log;
};

static void note_sink(void *ctx, enum log_level level, const char *text)
{
    struct world *w = ctx;

    snprintf(w->note, sizeof w->note, "%s", text);
}

static void file_put(const char *path, size_t at, const void *data, size_t len)
{
    int fd = open(path, O_RDWR | O_CREAT, 0644);

    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, data, len, (off_t)at), (ssize_t)len);
    close(fd);
}

static void file_fill(const char *path, u8 byte, size_t len)
{
    u8 *data = malloc(len);

    memset(data, byte, len);
    file_put(path, 0, data, len);
    free(data);
}

static off_t file_len(const char *path)
{
    struct stat st;

    return stat(path, &st) < 0 ? -1 : st.st_size;
}

static int setup(void **state)
{
    struct world *w = calloc(1, sizeof *w);

    strcpy(w->dir, "/tmp/vm11-image-XXXXXX");
    assert_non_null(mkdtemp(w->dir));
    snprintf(w->base, sizeof w->base, "%s/base", w->dir);
    snprintf(w->over, sizeof w->over, "%s/over", w->dir);
    snprintf(w->none, sizeof w->none, "%s/none", w->dir);
    w->log = (struct log){.sink = note_sink, .ctx = w};
    file_fill(w->base, 'b', CAPACITY);
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    struct world *w = *state;

    image_close(w->image);
    unlink(w->base);
    unlink(w->over);
    unlink(w->none);
    rmdir(w->dir);
    free(w);
    return 0;
}

static int attach(struct world *w, struct attach how)
{
    memset(&w->err, 0, sizeof w->err);
    w->note[0] = 0;
    image_close(w->image);
    w->image = NULL;
    return image_open(&w->image, &how, CAPACITY, &w->log, &w->err);
}

static u8 byte_at(struct world *w, u64 offset)
{
    u8 byte = 0;

    assert_int_equal(image_read(w->image, offset, &byte, 1, NULL), 0);
    return byte;
}

static void contains(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("\"%s\" does not contain \"%s\"", text, part);
}

static void test_read_write(void **state)
{
    struct world *w = *state;

    assert_int_equal(attach(w, (struct attach){.path = w->base}), 0);
    assert_string_equal(w->note, "");
    assert_string_equal(image_path(w->image), w->base);
    assert_false(image_read_only(w->image));
    assert_int_equal(image_write(w->image, 511, "xyz", 3, NULL), 0);
    assert_int_equal(image_flush(w->image, NULL), 0);
    assert_int_equal(attach(w, (struct attach){.path = w->base}), 0);
    assert_int_equal(byte_at(w, 510), 'b');
    assert_int_equal(byte_at(w, 511), 'x');
    assert_int_equal(byte_at(w, 513), 'z');
    assert_int_equal(byte_at(w, 514), 'b');
    assert_int_equal(file_len(w->base), CAPACITY);
}

/* Zeros beyond the end, a note, growth only by what is written. */
static void test_short(void **state)
{
    struct world *w = *state;

    assert_int_equal(truncate(w->base, 700), 0);
    assert_int_equal(attach(w, (struct attach){.path = w->base}), 0);
    contains(w->note, "700 bytes of 20480");
    assert_int_equal(byte_at(w, 699), 'b');
    assert_int_equal(byte_at(w, 700), 0);
    assert_int_equal(byte_at(w, CAPACITY - 1), 0);
    assert_int_equal(file_len(w->base), 700);
    assert_int_equal(image_write(w->image, 2048, "end", 3, NULL), 0);
    assert_int_equal(file_len(w->base), 2051);
    assert_int_equal(byte_at(w, 1000), 0);
    assert_int_equal(byte_at(w, 2050), 'd');
}

static void test_long(void **state)
{
    struct world *w = *state;

    file_fill(w->base, 'b', CAPACITY + 512);
    assert_int_equal(attach(w, (struct attach){.path = w->base}), 0);
    contains(w->note, "the first 20480");
    assert_int_equal(image_write(w->image, CAPACITY - 1, "x", 1, NULL), 0);
    assert_int_equal(file_len(w->base), CAPACITY + 512);
}

static void test_read_only(void **state)
{
    struct world *w = *state;

    assert_int_equal(chmod(w->base, 0444), 0);
    assert_int_equal(attach(w, (struct attach){.path = w->base, .read_only = true}), 0);
    assert_true(image_read_only(w->image));
    assert_int_equal(byte_at(w, 5), 'b');
    assert_int_equal(image_flush(w->image, NULL), 0);
}

static void test_new(void **state)
{
    struct world *w = *state;

    assert_int_equal(attach(w, (struct attach){.path = w->none, .create = true}), 0);
    assert_string_equal(w->note, "");
    assert_int_equal(byte_at(w, 100), 0);
    assert_int_equal(file_len(w->none), 0);
    assert_int_equal(attach(w, (struct attach){.path = w->none, .create = true}), -EEXIST);
    contains(w->err.text, "exists already");
}

static void refuse(struct world *w, struct attach how, int code, const char *text)
{
    assert_int_equal(attach(w, how), -code);
    contains(w->err.text, text);
    contains(w->err.text, how.path);
    assert_null(strchr(w->err.text, '\n'));
    assert_null(w->image);
}

static void test_refusals(void **state)
{
    struct world *w = *state;

    refuse(w, (struct attach){.path = w->none}, ENOENT, ",new makes");
    refuse(w, (struct attach){.path = w->none, .read_only = true}, ENOENT, "no such file");
    refuse(w, (struct attach){.path = w->dir}, EISDIR, "is a directory");
    refuse(w, (struct attach){.path = w->dir, .read_only = true}, EISDIR, "is a directory");
    refuse(w, (struct attach){.path = "/dev/full"}, EINVAL, "neither a regular file");
    refuse(w, (struct attach){.path = w->base, .read_only = true, .overlay = w->over}, EINVAL,
           "either ,ro or");
    refuse(w, (struct attach){.path = w->none, .read_only = true, .create = true}, EINVAL, ",new");
    assert_int_equal(mkfifo(w->none, 0644), 0);
    refuse(w, (struct attach){.path = w->none}, EINVAL, "neither a regular file");
    refuse(w, (struct attach){.path = w->none, .read_only = true}, EINVAL, "neither a regular");
    assert_int_equal(unlink(w->none), 0);
    assert_int_equal(symlink(w->none, w->none), 0);
    refuse(w, (struct attach){.path = w->none}, ELOOP, "cannot be opened");
    assert_int_equal(file_len(w->over), -1);
}

/* A file that may be read but not written names both mends, to root as well. */
static void test_not_writable(void **state)
{
    struct world *w = *state;

    assert_int_equal(chmod(w->base, 0444), 0);
    refuse(w, (struct attach){.path = w->base}, EACCES, ",ro or ,overlay=FILE");
    if (geteuid() == 0)
        return;
    assert_int_equal(chmod(w->base, 0), 0);
    refuse(w, (struct attach){.path = w->base}, EACCES, "cannot be opened");
}

static void test_two_machines(void **state)
{
    struct world *w = *state;
    struct attach rw = {.path = w->base};
    struct attach ro = {.path = w->base, .read_only = true};
    struct image *other = NULL;
    struct err err = {0};

    assert_int_equal(attach(w, rw), 0);
    assert_int_equal(image_open(&other, &rw, CAPACITY, NULL, &err), -EBUSY);
    contains(err.text, "in use by another machine");
    assert_int_equal(image_open(&other, &ro, CAPACITY, NULL, NULL), -EBUSY);
    /* Readers do not disturb each other, but keep a writer out. */
    assert_int_equal(attach(w, ro), 0);
    assert_int_equal(image_open(&other, &ro, CAPACITY, NULL, NULL), 0);
    image_close(w->image);
    w->image = NULL;
    assert_int_equal(attach(w, rw), -EBUSY);
    image_close(other);
    assert_int_equal(attach(w, rw), 0);
}

static void test_full_disk(void **state)
{
    struct world *w = *state;
    struct rlimit limit, old;
    u8 block[1024];
    struct err err = {0};

    memset(block, 'n', sizeof block);
    assert_int_equal(truncate(w->base, 4096), 0);
    assert_int_equal(attach(w, (struct attach){.path = w->base}), 0);
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    limit = (struct rlimit){.rlim_cur = 4608, .rlim_max = old.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    /* Half of it fits: that half is taken back. What is there can still be written. */
    int rc = image_write(w->image, 4096, block, sizeof block, &err);
    int again = image_write(w->image, 3072, block, sizeof block, NULL);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
    assert_int_equal(rc, -EFBIG);
    contains(err.text, w->base);
    assert_int_equal(again, 0);
    assert_int_equal(file_len(w->base), 4096);
    assert_int_equal(byte_at(w, 4096), 0);
    assert_int_equal(byte_at(w, 3072), 'n');
}

static void test_overlay(void **state)
{
    struct world *w = *state;
    struct attach how = {.path = w->base, .overlay = w->over};

    assert_int_equal(chmod(w->base, 0444), 0);
    assert_int_equal(truncate(w->base, CAPACITY - 100), 0);
    assert_int_equal(attach(w, how), 0);
    assert_false(image_read_only(w->image));
    /* Parts of two blocks: the rest of them comes from the base. */
    assert_int_equal(image_write(w->image, 510, "wxyz", 4, NULL), 0);
    assert_int_equal(image_write(w->image, CAPACITY - 1, "!", 1, NULL), 0);
    assert_int_equal(image_flush(w->image, NULL), 0);
    for (int pass = 0; pass < 2; pass++) {
        assert_int_equal(byte_at(w, 509), 'b');
        assert_int_equal(byte_at(w, 510), 'w');
        assert_int_equal(byte_at(w, 513), 'z');
        assert_int_equal(byte_at(w, 514), 'b');
        assert_int_equal(byte_at(w, 1024), 'b');
        assert_int_equal(byte_at(w, CAPACITY - 101), 'b');
        assert_int_equal(byte_at(w, CAPACITY - 100), 0);
        assert_int_equal(byte_at(w, CAPACITY - 1), '!');
        assert_int_equal(attach(w, how), 0); /* continues */
    }
    assert_int_equal(image_write(w->image, 510, "W", 1, NULL), 0);
    assert_int_equal(byte_at(w, 510), 'W');
    assert_int_equal(attach(w, (struct attach){.path = w->base, .read_only = true}), 0);
    assert_int_equal(byte_at(w, 510), 'b');
    assert_int_equal(file_len(w->base), CAPACITY - 100);
}

/* An overlay over other bytes, or damaged, is refused, and stays as it is. */
static void test_overlay_refusals(void **state)
{
    struct world *w = *state;
    struct attach how = {.path = w->base, .overlay = w->over};
    off_t len;

    assert_int_equal(attach(w, how), 0);
    assert_int_equal(image_write(w->image, 512 * 7, "seven", 5, NULL), 0);
    image_close(w->image);
    w->image = NULL;
    len = file_len(w->over);

    file_put(w->base, 9000, "!", 1);
    assert_int_equal(attach(w, how), -EINVAL);
    contains(w->err.text, "another image");
    file_put(w->base, 9000, "b", 1);
    assert_int_equal(truncate(w->base, CAPACITY - 1), 0);
    assert_int_equal(attach(w, how), -EINVAL);
    contains(w->err.text, "another image");
    file_fill(w->base, 'b', CAPACITY);
    assert_int_equal(image_open(&w->image, &how, CAPACITY / 2, NULL, &w->err), -EINVAL);
    assert_int_equal(attach(w, how), 0);
    assert_int_equal(byte_at(w, 512 * 7), 's');
    assert_int_equal(file_len(w->over), len);

    file_put(w->over, 20, "?", 1); /* the header */
    assert_int_equal(attach(w, how), -EINVAL);
    contains(w->err.text, "damaged");
    file_put(w->over, 20, "", 1);
    assert_int_equal(attach(w, how), 0);
    file_put(w->over, 512, "\2", 1); /* block 1: within the file */
    assert_int_equal(attach(w, how), 0);
    file_put(w->over, 513, "\1", 1); /* block 8: beyond its end */
    assert_int_equal(attach(w, how), -EINVAL);
    contains(w->err.text, "block 8 is missing");
    file_put(w->over, 513, "", 1);
    assert_int_equal(attach(w, how), 0);
    file_put(w->over, 517, "\1", 1); /* block 40: beyond the medium */
    assert_int_equal(attach(w, how), -EINVAL);
    assert_int_equal(truncate(w->over, 600), 0);
    assert_int_equal(attach(w, how), -EINVAL);
    contains(w->err.text, "cut off");
    file_put(w->over, 0, "something", 9);
    assert_int_equal(attach(w, how), -EINVAL);
    contains(w->err.text, "not an overlay");
    assert_int_equal(file_len(w->over), 600);
}

static void test_overlay_files(void **state)
{
    struct world *w = *state;
    struct image *other = NULL;
    struct attach how = {.path = w->base, .overlay = w->over};
    char far[160];

    /* Two machines may share a base, but no overlay. An empty file becomes an overlay. */
    file_put(w->over, 0, "", 0);
    assert_int_equal(attach(w, how), 0);
    assert_int_equal(image_open(&other, &how, CAPACITY, NULL, NULL), -EBUSY);
    assert_int_equal(image_open(&other, &(struct attach){.path = w->base, .overlay = w->none},
                                CAPACITY, NULL, NULL),
                     0);
    image_close(other);
    refuse(w, (struct attach){.path = w->base, .overlay = w->base}, EINVAL, "the image itself");
    assert_int_equal(attach(w, (struct attach){.path = w->base, .overlay = w->dir}), -EISDIR);
    assert_int_equal(unlink(w->none), 0);
    assert_int_equal(mkfifo(w->none, 0644), 0);
    assert_int_equal(attach(w, (struct attach){.path = w->base, .overlay = w->none}), -EINVAL);
    contains(w->err.text, "must be a regular file");
    snprintf(far, sizeof far, "%s/far/over", w->dir);
    assert_int_equal(attach(w, (struct attach){.path = w->base, .overlay = far}), -ENOENT);
    contains(w->err.text, far);
}

/* A full host: the block stays as it was, and so does the overlay. */
static void test_overlay_full(void **state)
{
    struct world *w = *state;
    struct attach how = {.path = w->base, .overlay = w->over};
    struct rlimit limit, old;

    assert_int_equal(attach(w, how), 0);
    assert_int_equal(image_write(w->image, 0, "zero", 4, NULL), 0);
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    limit = (struct rlimit){.rlim_cur = 2048, .rlim_max = old.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    int rc = image_write(w->image, 5120, "ten", 3, NULL);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
    assert_int_equal(rc, -EFBIG);
    assert_int_equal(byte_at(w, 5120), 'b');
    assert_int_equal(attach(w, how), 0);
    assert_int_equal(byte_at(w, 5120), 'b');
    assert_int_equal(byte_at(w, 0), 'z');
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_read_write),   TEST(test_short),         TEST(test_long),
        TEST(test_read_only),    TEST(test_new),           TEST(test_refusals),
        TEST(test_not_writable), TEST(test_two_machines),  TEST(test_full_disk),
        TEST(test_overlay),      TEST(test_overlay_files), TEST(test_overlay_refusals),
        TEST(test_overlay_full),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
