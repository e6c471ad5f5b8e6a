/* files.h - small files of a test, in a directory of its own that goes with the test. */
#ifndef VM11_TEST_FILES_H
#define VM11_TEST_FILES_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* A fresh directory becomes the current one. */
static inline void files_begin(char dir[32])
{
    strcpy(dir, "/tmp/vm11-test-XXXXXX");
    assert_non_null(mkdtemp(dir));
    assert_int_equal(chdir(dir), 0);
}

/* `names` (up to NULL) are removed where they exist, and the directory. */
static inline void files_end(const char *dir, const char *const *names)
{
    for (; *names; names++)
        remove(*names);
    assert_int_equal(chdir("/"), 0);
    assert_int_equal(rmdir(dir), 0);
}

static inline void file_make(const char *name, const void *data, size_t len)
{
    FILE *f = fopen(name, "wb");

    assert_non_null(f);
    assert_int_equal(fwrite(data, 1, len, f), len);
    assert_int_equal(fclose(f), 0);
}

/* The file consists of exactly these bytes. */
static inline void file_check(const char *name, const void *data, size_t len)
{
    char buffer[4096];
    FILE *f = fopen(name, "rb");
    size_t n;

    assert_non_null(f);
    n = fread(buffer, 1, sizeof buffer, f);
    fclose(f);
    assert_int_equal(n, len);
    assert_memory_equal(buffer, data, len);
}

#endif
