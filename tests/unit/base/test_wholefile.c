/* test_wholefile.c - small files of the host, and what is none. */
#include "base/wholefile.h"

#include <errno.h>
#include <sys/stat.h>

#include "rig.h"

static char dir[32];

static int begin(void **state)
{
    files_begin(dir);
    return 0;
}

static int end(void **state)
{
    static const char *const names[] = {"f", "empty", "fifo", NULL};
    remove("d");
    files_end(dir, names);
    return 0;
}

static void whole_and_head(void **state)
{
    struct err err = {0};
    u8 *bytes;
    size_t len;
    u64 size;

    file_make("f", "abcdef", 6);
    assert_int_equal(wholefile_read("f", 6, &bytes, &len, &err), 0);
    assert_int_equal(len, 6);
    assert_string_equal((char *)bytes, "abcdef");
    free(bytes);
    assert_int_equal(wholefile_head("f", 4, &bytes, &len, &size, &err), 0);
    assert_int_equal(len, 4);
    assert_int_equal(size, 6);
    assert_string_equal((char *)bytes, "abcd");
    free(bytes);
    assert_int_equal(wholefile_read("f", 5, &bytes, &len, &err), -EFBIG);
    rig_error(&err, EFBIG, "f: 6 bytes", "limit 5", NULL);
}

static void what_is_no_file(void **state)
{
    static const struct {
        const char *path;
        int code;
    } cases[] = {{"none", ENOENT}, {"d", EISDIR}, {"empty", EINVAL}, {"fifo", EINVAL}};
    u8 *bytes;
    size_t len;

    file_make("empty", "", 0);
    assert_int_equal(mkdir("d", 0777), 0);
    assert_int_equal(mkfifo("fifo", 0666), 0);
    for (unsigned i = 0; i < ARRAY_LEN(cases); i++) {
        struct err err = {0};
        assert_int_equal(wholefile_read(cases[i].path, 100, &bytes, &len, &err), -cases[i].code);
        rig_error(&err, cases[i].code, cases[i].path, NULL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(whole_and_head, begin, end),
        cmocka_unit_test_setup_teardown(what_is_no_file, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
