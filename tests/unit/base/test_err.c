/* test_err.c - a host failure keeps its first text. */
#include "base/err.h"

#include <errno.h>

#include "rig.h"

static void the_first_text_stays(void **state)
{
    struct err err = {0};

    assert_int_equal(err_set(&err, ENOENT, "%s: %d", "disk", 5), -ENOENT);
    assert_int_equal(err_set(&err, EIO, "later"), -EIO);
    assert_int_equal(err.code, ENOENT);
    assert_string_equal(err.text, "disk: 5");
}

static void nobody_listens(void **state)
{
    assert_int_equal(err_set(NULL, EIO, "x"), -EIO);
}

static void a_long_text_is_cut(void **state)
{
    struct err err = {0};

    err_set(&err, EIO, "%1000d", 1);
    assert_int_equal(strlen(err.text), sizeof err.text - 1);
}

static void control_characters_stay_out(void **state)
{
    struct err err = {0};

    err_set(&err, EIO, "%s: \033[2J\r\n\177\303\251", "x");
    assert_string_equal(err.text, "x: ?[2J???\303\251");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_text_stays),
        cmocka_unit_test(nobody_listens),
        cmocka_unit_test(a_long_text_is_cut),
        cmocka_unit_test(control_characters_stay_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
