/* test_monitor.c - lines: which command, completion, bounds, blocks, scripts. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rig.h"

/* Names and aliases are unique, and help tells of each. */
static void test_tables(void **state)
{
    struct rig *rig = *state;
    const struct mon_command *c;
    struct monitor_doc doc;
    unsigned n = 0;

    for (; (c = mon_command_at(n)); n++) {
        char line[80];
        assert_ptr_equal(mon_find(rig->mon, c->name, strlen(c->name)), c);
        for (const char *p = c->alias; p && *p; p += strspn(p, " ")) {
            size_t len = strcspn(p, " ");
            if (mon_find(rig->mon, p, len) != c)
                fail_msg("%s of %s belongs to another", p, c->name);
            p += len;
        }
        snprintf(line, sizeof line, "help %s", c->name);
        rig_do(rig, MONITOR_OK, line);
        assert_non_null(strstr(rig->text, c->help));
    }
    for (unsigned i = 0; i < n; i++)
        assert_true(monitor_describe(i, &doc));
    assert_false(monitor_describe(n, &doc));
}

static void test_names(void **state)
{
    struct rig *rig = *state;

    rig_do(rig, MONITOR_OK, "regi");
    rig_do(rig, MONITOR_OK, "  REGS  ");
    rig_do(rig, MONITOR_OK, "x/i 0");
    rig_do(rig, MONITOR_OK, "");
    rig_do(rig, MONITOR_OK, "# nothing");
    rig_do(rig, MONITOR_OK, "; nothing");
    rig_fails(rig, "asemble 0", "asemble: no such command; did you mean assemble?");
    rig_do(rig, MONITOR_ERROR, "e 1 2 3 4");
    rig_fails(rig, "xyzzy", "xyzzy: no such command (`help` lists them)");
    rig_prints(rig, "echo \"a # b\" # c", "a # b\n");
    rig_do(rig, MONITOR_QUIT, "quit");
}

static void completes(struct rig *rig, const char *line, const char *first, const char *second)
{
    char *a = monitor_complete(rig->mon, line, 0), *b = monitor_complete(rig->mon, line, 1);

    assert_true(first ? a && strcmp(a, first) == 0 : !a);
    assert_true(second ? b && strcmp(b, second) == 0 : !b);
    free(a);
    free(b);
}

static void test_complete(void **state)
{
    struct rig *rig = *state;

    rig_do(rig, MONITOR_OK, "define zebra 5");
    completes(rig, "exam", "examine", NULL);
    completes(rig, "help exam", "examine", NULL);
    completes(rig, "print mmr", "mmr0", "mmr1");
    completes(rig, "print 1+zeb", "zebra", NULL);
    completes(rig, "print @(zeb", "zebra", NULL);
    completes(rig, "nosuch", NULL, NULL);
}

/* `while 1` ends, by the bound or by ^C. */
static void test_bounds(void **state)
{
    struct rig *rig = *state;

    monitor_set_patience(rig->mon, 1000);
    rig_do(rig, MONITOR_OK, "while 1");
    rig_do(rig, MONITOR_OK, "set $i $i+1");
    assert_true(monitor_pending(rig->mon));
    rig_fails(rig, "end", "this takes too long: given up");
    assert_false(monitor_pending(rig->mon));
    rig_prints(rig, "echo decimal $i", "999\n");
    rig_fails(rig, "search 0..77777 1", "this takes too long: given up");
    monitor_set_patience(rig->mon, 1000000);
    rig->asked = 0;
    rig->interrupt_at = 5;
    rig_do(rig, MONITOR_OK, "while 1");
    rig_fails(rig, "end", "interrupted");
    assert_int_equal(rig->asked, 5);
}

static void script(struct rig *rig, enum monitor_result result, const char *text,
                   const char *complaint)
{
    const char *path = rig_file("script", text, strlen(text));

    rig->text[0] = rig->error[0] = 0;
    assert_int_equal(monitor_script(rig->mon, path), result);
    assert_string_equal(rig->error, complaint);
    unlink(path);
}

static void test_scripts(void **state)
{
    struct rig *rig = *state;

    script(rig, MONITOR_OK,
           "set $a 1\r\nif $a == 1\n if 0\n  echo \"x\"\n else\n  echo \"y\"\n end\nend", "");
    assert_string_equal(rig->text, "y\n");
    script(rig, MONITOR_ERROR, "\n\nset r0 nope\n",
           "monitor-test-script:3: nope: no such register or symbol");
    script(rig, MONITOR_ERROR, "while 1\n", "monitor-test-script:1: while: its `end` is missing");
    script(rig, MONITOR_ERROR, "else\n", "monitor-test-script:1: else: there is no `if` before it");
    script(rig, MONITOR_ERROR, "echo\nend\n",
           "monitor-test-script:2: end: there is no block to end");
    script(rig, MONITOR_FAILED, "assert 1\nassert r0 == 7 \"seven\"\n",
           "monitor-test-script:2: assertion failed: r0 == 7: seven");
    script(rig, MONITOR_QUIT, "quit\nxyzzy\n", "");
    script(rig, MONITOR_ERROR, "if xyzzy\nend\n",
           "monitor-test-script:1: xyzzy: no such register or symbol");
}

static void test_open_block(void **state)
{
    struct rig *rig = *state;

    assert_int_equal(monitor_end(rig->mon), MONITOR_OK);
    rig_do(rig, MONITOR_OK, "if 1");
    assert_int_equal(monitor_end(rig->mon), MONITOR_ERROR);
    assert_string_equal(rig->error, "a block is open: its `end` is missing");
    assert_false(monitor_pending(rig->mon));
}

static void test_no_files(void **state)
{
    static const char *const lines[] = {"load a", "dump 0..1 a", "symbols a", "source a",
                                        "attach rk0=a,new"};
    struct rig *rig = *state;

    rig->io.no_files = true;
    for (unsigned i = 0; i < ARRAY_LEN(lines); i++)
        rig_fails(rig, lines[i], "files of the host cannot be reached from here");
}

/* What is written comes back; what cannot be written changes nothing. */
static void test_change(void **state)
{
    struct rig *rig = *state;

    rig_do(rig, MONITOR_OK, "assemble 1000 mov #1234, r0 \\ 1$: dec r0 \\ bne 1$");
    assert_int_equal(ram_get(&rig->m->ram, 01000), 012700);
    assert_int_equal(ram_get(&rig->m->ram, 01002), 01234);
    assert_int_equal(ram_get(&rig->m->ram, 01006), 01376);
    rig_prints(rig, "list 1006 1", "  ki:001006: 001376                BNE 001004\n");
    rig_do(rig, MONITOR_ERROR, "assemble 2000 mov #1 \\ clr r0");
    assert_int_equal(ram_get(&rig->m->ram, 02000), 0);
    rig_do(rig, MONITOR_OK, "fill 2000..2005 7");
    assert_int_equal(ram_get(&rig->m->ram, 02004), 7);
    assert_int_equal(ram_get(&rig->m->ram, 02006), 0);
    rig_prints(rig, "search 1000..3000 7", "kd:002000\nkd:002002\nkd:002004\n");
    rig_prints(rig, "compare 2000,3 2002", "kd:002004: 000007  kd:002006: 000000\n");
    rig_do(rig, MONITOR_OK, "d 3000 1 2 \"ab\" 5");
    assert_int_equal(ram_get(&rig->m->ram, 03004), 061141);
    assert_int_equal(ram_get(&rig->m->ram, 03006), 5);
    rig_fails(rig, "d 77776 1 2", "kd:100000: no memory there");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(test_tables),   RIG_TEST(test_names),   RIG_TEST(test_complete),
        RIG_TEST(test_bounds),   RIG_TEST(test_scripts), RIG_TEST(test_open_block),
        RIG_TEST(test_no_files), RIG_TEST(test_change),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
