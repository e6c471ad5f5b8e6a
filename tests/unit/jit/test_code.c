/* test_code.c - the memory for translated code: two mappings of the same bytes, its end, and that
 * none can be written and executed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "jit/code.h"
#include "maps.h"

static void test_both_mappings_are_one(void **state)
{
    struct code code;
    struct err err;

    assert_int_equal(code_init(&code, 1, &err), 0);
    assert_true(code.size >= 4096 && code.size % 4096 == 0);
    assert_ptr_not_equal(code.write, code.exec);
    code_byte(&code, 0x12);
    code_word(&code, 0x12345678);
    assert_int_equal(code.at, 5);
    assert_memory_equal(code.exec, "\x12\x78\x56\x34\x12", 5);
    code_patch(&code, 1, 0x9abcdef0);
    assert_memory_equal(code.exec, "\x12\xf0\xde\xbc\x9a\0", 6);
    assert_int_equal(code.at, 5);
    code_fini(&code);
    assert_null(code.write);
    code_fini(&code);
}

/* Not a byte is written behind the end, and it is noted. */
static void test_the_end(void **state)
{
    struct code code;
    struct err err;

    assert_int_equal(code_init(&code, 4096, &err), 0);
    code.at = code.size - 4;
    code_word(&code, 0x11111111);
    assert_false(code.full);
    code_byte(&code, 0x22);
    assert_true(code.full);
    assert_int_equal(code.at, code.size);
    code.full = false;
    code.at = code.size - 1;
    code_word(&code, 0x33333333);
    assert_true(code.full);
    assert_int_equal(code.exec[code.size - 1], 0x33);
    code_fini(&code);
}

static void test_never_writable_and_executable(void **state)
{
    unsigned writable, executable;
    struct code code;
    struct err err;

    assert_int_equal(maps_count(&writable, &executable), 0);
    assert_int_equal(writable + executable, 0);
    assert_int_equal(code_init(&code, 8192, &err), 0);
    assert_int_equal(maps_count(&writable, &executable), 0);
    assert_int_equal(writable, 1);
    assert_int_equal(executable, 1);
    code_byte(&code, 0);
    code_sync(&code, 0);
    assert_int_equal(maps_count(&writable, &executable), 0);
    assert_int_equal(writable, 1);
    assert_int_equal(executable, 1);
    code_fini(&code);
    assert_int_equal(maps_count(&writable, &executable), 0);
    assert_int_equal(writable + executable, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_both_mappings_are_one),
        cmocka_unit_test(test_the_end),
        cmocka_unit_test(test_never_writable_and_executable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
