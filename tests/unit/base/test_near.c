/* test_near.c - did you mean. */
#include "base/near.h"

#include <errno.h>

#include "rig.h"

static const char *const words[] = {"expect", "send", "timeout", "mem", NULL};

static void slips(void **state)
{
    assert_string_equal(near_word("epxect", words), "expect");
    assert_string_equal(near_word("Expect", words), "expect");
    assert_string_equal(near_word("expct", words), "expect");
    assert_string_equal(near_word("sendd", words), "send");
    assert_string_equal(near_word("time-out", words), "timeout");
    assert_string_equal(near_word("memory", words), "mem");
}

static void strangers(void **state)
{
    assert_null(near_word("halt", words));
    assert_null(near_word("x", words));
    assert_null(near_word("", words));
    assert_null(near_word("expectexpectexpectexpectexpect", words));
}

static void distances(void **state)
{
    assert_int_equal(near_distance("MOVE", "mov"), 1);
    assert_int_equal(near_distance("ab", "ba"), 1);
    assert_int_equal(near_distance("expect", "xpetc"), 2);
    assert_int_equal(near_distance("expect", "expect"), 0);
    assert_int_equal(near_distance("abc", "xyz"), NEAR_FAR);
    assert_int_equal(near_distance("abcdef", "abc"), NEAR_FAR);
    assert_int_equal(near_distance("abcdefghijklmnopqrstuvwxyz", "abcdefghijklmnopqrstuvwxyz"),
                     NEAR_FAR);
}

static void errors(void **state)
{
    static const char *const many[] = {"a long one",           "another that is long",
                                       "and one more of them", "which is also long",
                                       "and the last",         NULL};
    static const struct {
        const char *word, *what, *const *words, *text;
    } cases[] = {
        {"sedn", "command", words, "sedn: no such command; did you mean send?"},
        {"halt", "command", words, "halt: no such command; there are expect, send, timeout, mem"},
        {"xyzzy", "thing", many, "xyzzy: no such thing"},
    };

    for (unsigned i = 0; i < ARRAY_LEN(cases); i++) {
        struct err err = {0};
        assert_int_equal(near_error(cases[i].word, cases[i].what, cases[i].words, &err), -EINVAL);
        assert_string_equal(err.text, cases[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slips),
        cmocka_unit_test(strangers),
        cmocka_unit_test(distances),
        cmocka_unit_test(errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
