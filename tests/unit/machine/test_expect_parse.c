/* test_expect_parse.c - the text of console scripts. */
#include <errno.h>

#include "machine/expect_impl.h"
#include "rig.h"

static struct expect *parsed(const char *text)
{
    struct expect *e = NULL;
    struct err err = {0};

    if (expect_parse(&e, "s", text, strlen(text), &err))
        fail_msg("%s", err.text);
    return e;
}

static void commands(void **state)
{
    static const enum expect_kind kinds[] = {
        COMMAND_TIMEOUT, COMMAND_EXPECT, COMMAND_SEND, COMMAND_WAIT,     COMMAND_WAIT_HALT,
        COMMAND_PEEK,    COMMAND_PEEK,   COMMAND_HALT, COMMAND_INTERACT, COMMAND_HALT};
    struct expect *e = parsed("# a script\n\n  timeout 2.5 ; so long\nexpect \"a;b#\"\r\n"
                              "send \"x\" # type\nwait 3\nwait halt\npeek 1000\n"
                              "peek 177570=0x10\nhalt\ninteract");

    assert_int_equal(e->commands, ARRAY_LEN(kinds));
    for (unsigned i = 0; i < ARRAY_LEN(kinds); i++)
        assert_int_equal(e->command[i].kind, kinds[i]);
    assert_int_equal(e->command[0].time, 2500000);
    assert_int_equal(e->command[0].line, 3);
    assert_string_equal("a;b#", (e->command[1].text[e->command[1].len] = 0, e->command[1].text));
    assert_int_equal(e->command[3].time, 3000000);
    assert_int_equal(e->command[5].addr, 01000);
    assert_false(e->command[5].has_value);
    assert_int_equal(e->command[6].value, 16);
    assert_int_equal(e->command[8].line, 11);
    expect_free(e);
}

static void escapes(void **state)
{
    static const char want[] = "\r\n\t\b\f\a\033\\\"^\0017\0\377\003\032\177\034a";
    struct expect *e =
        parsed("send \"\\r\\n\\t\\b\\f\\a\\e\\\\\\\"\\^\\0017\\000\\377^C^z^?^\\a\"");

    assert_int_equal(e->command[0].len, sizeof want - 1);
    assert_memory_equal(e->command[0].text, want, sizeof want - 1);
    assert_true(e->command[0].has_cr);
    assert_int_equal(e->command[1].kind, COMMAND_LAST);
    expect_free(e);
}

static void errors(void **state)
{
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"expetc \"x\"", "s:1: unknown command 'expetc'; did you mean 'expect'?"},
        {"\nqqq", "s:2: unknown command 'qqq' (expect, send"},
        {"expect login:", "s:1: a text in double quotes belongs here: expect \"TEXT\""},
        {"send", "send \"TEXT\""},
        {"send \"abc", "the closing quote is missing"},
        {"send \"\"", "the text is empty"},
        {"send \"\\q\"", "unknown escape \\q"},
        {"send \"\\777\"", "\\777 is no character"},
        {"send \"abc\\", "ends in a backslash"},
        {"send \"^1\"", "^ takes a letter"},
        {"timeout", "'' is no count of seconds"},
        {"timeout 0", "'0' is no count of seconds"},
        {"timeout 3x", "'3x' is no count of seconds"},
        {"wait 1000001", "is no count of seconds"},
        {"wait 99999999999999999999999", "is no count of seconds"},
        {"peek 1001", "'1001' is no even address"},
        {"peek 760000", "is no even address"},
        {"peek x", "'x' is no even address"},
        {"peek 1000 5", "only = VALUE can follow"},
        {"peek 1000 = 200000", "'200000' is no word"},
        {"halt now", "'now' after the command"},
        {"# only a comment\n", "s: there is no command in this script"},
        {"", "there is no command"},
    };

    for (unsigned i = 0; i < ARRAY_LEN(cases); i++) {
        struct expect *e = NULL;
        struct err err = {0};
        assert_int_equal(expect_parse(&e, "s", cases[i].text, strlen(cases[i].text), &err),
                         -EINVAL);
        rig_error(&err, EINVAL, cases[i].message, NULL);
        assert_null(e);
    }
}

static void nul(void **state)
{
    struct expect *e = NULL;
    struct err err = {0};

    assert_int_equal(expect_parse(&e, "s", "halt\n\0\n", 7, &err), -EINVAL);
    rig_error(&err, EINVAL, "s:2: a NUL character", NULL);
}

static void files(void **state)
{
    static const char *const names[] = {"x.exp", NULL};
    struct expect *e = NULL;
    struct err err = {0};
    char dir[32];

    files_begin(dir);
    file_make("x.exp", "halt\n", 5);
    assert_int_equal(expect_read(&e, "x.exp", &err), 0);
    expect_free(e);
    assert_int_equal(expect_read(&e, "none.exp", &err), -ENOENT);
    rig_error(&err, ENOENT, "none.exp", NULL);
    files_end(dir, names);
    expect_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(commands), cmocka_unit_test(escapes), cmocka_unit_test(errors),
        cmocka_unit_test(nul),      cmocka_unit_test(files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
