/* test_number.c - numbers, sizes and counts as a person writes them. */
#include "base/number.h"

#include "rig.h"

typedef bool parser(const char *text, u64 max, u64 *value);

static void takes(parser *parse, const char *text, u64 max, u64 want)
{
    u64 value = 0;

    if (!parse(text, max, &value))
        fail_msg("'%s' is refused", text);
    assert_int_equal(value, want);
}

static void refuses(parser *parse, const char *text, u64 max)
{
    u64 value = 42;

    if (parse(text, max, &value))
        fail_msg("'%s' is taken", text);
    assert_int_equal(value, 42);
}

static void numbers(void **state)
{
    takes(number_parse, "0", 0, 0);
    takes(number_parse, "177777", 0177777, 0177777);
    takes(number_parse, "10.", 10, 10);
    takes(number_parse, "0x1F", 31, 31);
    takes(number_parse, "0XaB", 0xab, 0xab);
    takes(number_parse, "1777777777777777777777", UINT64_MAX, UINT64_MAX);
    takes(number_parse, "18446744073709551615.", UINT64_MAX, UINT64_MAX);
    refuses(number_parse, "200000", 0177777);
    refuses(number_parse, "7", 6);
    refuses(number_parse, "2000000000000000000000", UINT64_MAX);
    refuses(number_parse, "18446744073709551616.", UINT64_MAX);
    for (const char *const *bad =
             (const char *const[]){"", ".", "8", "0x", "x1", "-1", "+1", " 1", "1 ", "1.5", NULL};
         *bad; bad++)
        refuses(number_parse, *bad, UINT64_MAX);
}

static void sizes(void **state)
{
    takes(size_parse, "248K", 1 << 20, 248 * 1024);
    takes(size_parse, "1m", 1 << 20, 1 << 20);
    takes(size_parse, "760000", 1 << 20, 0760000);
    refuses(size_parse, "249K", 248 * 1024);
    refuses(size_parse, "18014398509481984K", UINT64_MAX);
    refuses(size_parse, "K", UINT64_MAX);
    refuses(size_parse, "1.K", UINT64_MAX);
}

static void counts(void **state)
{
    takes(count_parse, "10", 100, 10);
    takes(count_parse, "10.", 100, 10);
    takes(count_parse, "2k", 10000, 2000);
    takes(count_parse, "3M", 10000000, 3000000);
    refuses(count_parse, "11k", 10000);
    refuses(count_parse, "0x10", UINT64_MAX);
    refuses(count_parse, ".", UINT64_MAX);
    refuses(count_parse, "", UINT64_MAX);
}

static void seconds(void **state)
{
    static const char *const bad[] = {"", "0", "-1", "nan", "inf", "1e10", "1s", "s"};
    double value;

    assert_true(seconds_parse("30", &value) && value > 29.9 && value < 30.1);
    assert_true(seconds_parse("0.5", &value) && value > 0.49 && value < 0.51);
    for (unsigned i = 0; i < ARRAY_LEN(bad); i++)
        assert_false(seconds_parse(bad[i], &value));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers),
        cmocka_unit_test(sizes),
        cmocka_unit_test(counts),
        cmocka_unit_test(seconds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
