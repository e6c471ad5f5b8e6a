/* test_ram.c - guest memory: sizes, byte order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <string.h>
#include <cmocka.h>

#include "mem/ram.h"

/* The linker puts this in place of the library's: a host without memory. */
static bool exhausted;

void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);

void *__wrap_calloc(size_t count, size_t size)
{
    return exhausted ? NULL : __real_calloc(count, size);
}

static void test_no_memory(void **state)
{
    struct ram ram;
    struct err err = {0};

    exhausted = true;
    assert_int_equal(ram_init(&ram, 8192, &err), -ENOMEM);
    exhausted = false;
    assert_non_null(strstr(err.text, "8192"));
}

static void test_sizes(void **state)
{
    static const u32 good[] = {64, 0100, 8192, 0140000, RAM_MAX};
    static const u32 bad[] = {0, 1, 63, 65, RAM_MAX + 64, 01000000, 0xffffffc0};
    struct ram ram;
    struct err err = {0};

    for (unsigned i = 0; i < ARRAY_LEN(good); i++) {
        assert_int_equal(ram_init(&ram, good[i], &err), 0);
        assert_int_equal(ram.size, good[i]);
        for (u32 pa = 0; pa < ram.size; pa++)
            assert_int_equal(ram.base[pa], 0);
        ram_fini(&ram);
        assert_null(ram.base);
    }
    for (unsigned i = 0; i < ARRAY_LEN(bad); i++) {
        err.code = 0;
        assert_int_equal(ram_init(&ram, bad[i], &err), -EINVAL);
        assert_non_null(strstr(err.text, "multiple of 64"));
    }
}

static void test_wide_sizes(void **state)
{
    static const u32 good[] = {64, RAM_MAX, RAM_MAX + 64, 04000000, RAM_MAX_WIDE};
    static const u32 bad[] = {0, 65, RAM_MAX_WIDE + 64, 020000000, 0xffffffc0};
    struct ram ram;
    struct err err = {0};

    for (unsigned i = 0; i < ARRAY_LEN(good); i++) {
        assert_int_equal(ram_init_wide(&ram, good[i], &err), 0);
        assert_int_equal(ram.size, good[i]);
        assert_int_equal(ram_io_page(&ram), 017760000);
        ram_fini(&ram);
    }
    for (unsigned i = 0; i < ARRAY_LEN(bad); i++) {
        assert_int_equal(ram_init_wide(&ram, bad[i], &err), -EINVAL);
        assert_non_null(strstr(err.text, "up to 4088K"));
    }
    assert_int_equal(ram_init(&ram, RAM_MAX, &err), 0);
    assert_int_equal(ram_io_page(&ram), 0760000);
    ram_fini(&ram);
}

/* Low byte first, whatever the host. */
static void test_words(void **state)
{
    u8 bytes[4] = {0};
    struct ram ram = {.base = bytes, .size = sizeof bytes};

    ram_put(&ram, 2, 0xabcd);
    assert_int_equal(bytes[0] | bytes[1], 0);
    assert_int_equal(bytes[2], 0xcd);
    assert_int_equal(bytes[3], 0xab);
    assert_int_equal(ram_get(&ram, 2), 0xabcd);
    word_put(bytes + 1, 0x1234);
    assert_int_equal(bytes[1], 0x34);
    assert_int_equal(word_get(bytes + 1), 0x1234);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_memory),
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_wide_sizes),
        cmocka_unit_test(test_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
