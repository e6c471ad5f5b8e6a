/* test_expect.c - console scripts against machines.
 *
 * Most tests hand the output over by hand; the last ones run a guest that echoes. */
#include "machine/expect.h"

#include <errno.h>
#include <stdio.h>

#include "machine/load.h"
#include "rig.h"

#define SECOND ((u64)EVENT_HZ)

struct scene {
    struct machine *m;
    struct expect *e;
};

static struct scene scene_new(const char *script)
{
    struct scene s = {.m = rig_machine(0)};
    struct err err = {0};

    assert_int_equal(expect_parse(&s.e, "s", script, strlen(script), &err), 0);
    expect_begin(s.e, s.m);
    return s;
}

static void scene_free(struct scene *s)
{
    expect_free(s->e);
    machine_free(s->m);
}

static void out(struct scene *s, const char *text)
{
    while (*text)
        expect_output(s->e, (u8)*text++);
}

static void typed(const struct scene *s, const char *text)
{
    const struct feed *feed = &s->m->feed;

    assert_int_equal(feed->count, strlen(text));
    if (feed->count)
        assert_memory_equal(feed->text + feed->first, text, feed->count);
}

static void waits_then_types(void **state)
{
    struct scene s = scene_new("expect \"login: \"\nsend \"root\\r\"\nexpect \"# \"\nhalt\n");

    assert_int_equal(expect_deadline(s.e), EVENT_NEVER);
    assert_int_equal(expect_step(s.e, 5), EXPECT_RUNNING);
    assert_int_equal(expect_deadline(s.e), 5 + 60 * SECOND);
    out(&s, "\r\nlogin:");
    assert_int_equal(expect_step(s.e, 9), EXPECT_RUNNING);
    typed(&s, "");
    out(&s, " ");
    assert_int_equal(expect_step(s.e, 10), EXPECT_RUNNING);
    typed(&s, "root\r");
    assert_int_equal(expect_deadline(s.e), 10 + 60 * SECOND);
    out(&s, "# ");
    assert_int_equal(expect_step(s.e, 11), EXPECT_PASSED);
    assert_int_equal(expect_deadline(s.e), EVENT_NEVER);
    assert_int_equal(expect_step(s.e, 12), EXPECT_PASSED);
    scene_free(&s);
}

/* A match asks the machine to stop, so that the next command comes at once. */
static void match_stops_the_machine(void **state)
{
    struct scene s = scene_new("expect \"ab\"\nexpect \"cd\"\n");

    ram_put(&s.m->ram, 01000, 0777); /* BR . */
    machine_start(s.m, 01000);
    assert_int_equal(expect_step(s.e, 0), EXPECT_RUNNING);
    out(&s, "xa");
    assert_int_equal(machine_run(s.m, 10, EVENT_NEVER), STOP_LIMIT);
    out(&s, "bc");
    assert_int_equal(machine_run(s.m, 20, EVENT_NEVER), STOP_REQUEST);
    assert_int_equal(s.m->cpu.icount, 10);
    assert_int_equal(expect_step(s.e, 10), EXPECT_RUNNING);
    assert_int_equal(machine_run(s.m, 20, EVENT_NEVER), STOP_LIMIT);
    out(&s, "d");
    assert_int_equal(expect_step(s.e, 20), EXPECT_PASSED);
    scene_free(&s);
}

/* What came before an `expect` counts, what has been matched does not. */
static void old_output(void **state)
{
    struct scene s = scene_new("wait 1\nexpect \"a\"\nexpect \"a\"\n");

    out(&s, "xxa");
    assert_int_equal(expect_step(s.e, 0), EXPECT_RUNNING);
    assert_int_equal(expect_deadline(s.e), SECOND);
    assert_int_equal(expect_step(s.e, SECOND - 1), EXPECT_RUNNING);
    assert_int_equal(expect_step(s.e, SECOND), EXPECT_RUNNING);
    assert_int_equal(expect_deadline(s.e), 61 * SECOND);
    out(&s, "a");
    assert_int_equal(expect_step(s.e, 2 * SECOND), EXPECT_PASSED);
    scene_free(&s);
}

/* Two matches may overlap in the output, but not share a character. */
static void matches_are_apart(void **state)
{
    struct scene s = scene_new("expect \"aba\"\nexpect \"aba\"\n");

    expect_step(s.e, 0);
    out(&s, "ababa");
    assert_int_equal(expect_step(s.e, 1), EXPECT_RUNNING);
    out(&s, "ba");
    assert_int_equal(expect_step(s.e, 2), EXPECT_PASSED);
    scene_free(&s);
}

static void parity_fill_and_cr(void **state)
{
    struct scene s = scene_new("expect \"a\\n# \"\nexpect \"b\\r\\n\"\nexpect \"c\\r\\n\"\n");

    expect_step(s.e, 0);
    out(&s, "\341\r\n\177#");
    expect_output(s.e, 0);
    out(&s, "\240");
    assert_int_equal(expect_step(s.e, 1), EXPECT_RUNNING);
    out(&s, "b\r\nc\n"); /* a text with a CR wants it */
    assert_int_equal(expect_step(s.e, 2), EXPECT_RUNNING);
    out(&s, "c\r\n");
    assert_int_equal(expect_step(s.e, 3), EXPECT_PASSED);
    scene_free(&s);
}

static void times_out(void **state)
{
    struct scene s = scene_new("timeout 2\nexpect \"# \"\n");

    assert_int_equal(expect_step(s.e, 100), EXPECT_RUNNING);
    out(&s, "hello\r\nlogin: \n");
    assert_int_equal(expect_step(s.e, 100 + 2 * SECOND - 1), EXPECT_RUNNING);
    assert_int_equal(expect_step(s.e, 100 + 2 * SECOND), EXPECT_FAILED);
    rig_error(expect_error(s.e), EPROTO,
              "s:2: \"# \" did not come within 2 seconds; the last line was \"login: \"", NULL);
    assert_string_equal(expect_tail(s.e), "hello\r\nlogin: \n");
    assert_int_equal(expect_end(s.e, STOP_HALT, 0), EXPECT_FAILED);
    scene_free(&s);
}

static void long_texts_are_cut(void **state)
{
    char script[300] = "expect \"\\001", *at = script + strlen(script);
    struct scene s;

    memset(at, 'x', 200);
    strcpy(at + 200, "\"\n");
    s = scene_new(script);
    expect_step(s.e, 0);
    assert_int_equal(expect_step(s.e, 60 * SECOND), EXPECT_FAILED);
    rig_error(expect_error(s.e), EPROTO, "\"\\001xxx", "xxx...\" did not come", NULL);
    scene_free(&s);
}

static void halts_too_early(void **state)
{
    struct scene s = scene_new("expect \"a\"\nwait 5\npeek 1000\nexpect \"b\"\n");

    expect_step(s.e, 0);
    out(&s, "a");
    assert_int_equal(expect_end(s.e, STOP_HALT, 7), EXPECT_FAILED);
    rig_error(expect_error(s.e), EPROTO, "s:4: \"b\" did not come before the machine halted", NULL);
    scene_free(&s);
}

/* Whatever ended the run, the message says so; control characters are shown as one writes them. */
static void every_end(void **state)
{
    static const struct {
        enum stop stop;
        const char *text;
    } ends[] = {
        {STOP_LIMIT, "the limit of instructions"},   {STOP_TIME, "the time was over"},
        {STOP_WAIT, "the machine waited for ever"},  {STOP_REQUEST, "the machine was stopped"},
        {STOP_DOUBLE, "the machine's double fault"}, {STOP_HOST, "the host failed"},
    };

    for (unsigned i = 0; i < ARRAY_LEN(ends); i++) {
        struct scene s = scene_new("expect \"a\\r^D\"\n");
        out(&s, "x\033\tz\r\n");
        assert_int_equal(expect_end(s.e, ends[i].stop, 0), EXPECT_FAILED);
        rig_error(expect_error(s.e), EPROTO, "\"a\\r\\004\" did not come before", ends[i].text,
                  "\"x\\e\\tz\"", NULL);
        scene_free(&s);
    }
}

/* What came in the last moment counts, and the rest of the script is carried out. */
static void halts_in_time(void **state)
{
    struct scene s = scene_new("expect \"ok\"\nwait 5\nwait halt\npeek 1000 = 123\nhalt\n");
    const struct expect_peek *peek;
    unsigned count;

    ram_put(&s.m->ram, 01000, 0123);
    expect_step(s.e, 0);
    out(&s, "ok");
    assert_int_equal(expect_end(s.e, STOP_HALT, 7), EXPECT_PASSED);
    peek = expect_peeks(s.e, &count);
    assert_int_equal(count, 1);
    assert_int_equal(peek->addr, 01000);
    assert_int_equal(peek->value, 0123);
    scene_free(&s);
}

static void halt_that_does_not_come(void **state)
{
    struct scene s = scene_new("timeout 1\nwait halt\n");

    assert_int_equal(expect_step(s.e, 0), EXPECT_RUNNING);
    assert_int_equal(expect_step(s.e, SECOND), EXPECT_FAILED);
    rig_error(expect_error(s.e), EPROTO, "s:2: the machine did not halt in time", NULL);
    scene_free(&s);
    s = scene_new("wait halt\n");
    assert_int_equal(expect_end(s.e, STOP_DOUBLE, 0), EXPECT_FAILED);
    rig_error(expect_error(s.e), EPROTO, "s:1: no HALT came before the machine's double fault",
              NULL);
    scene_free(&s);
}

static void peeks(void **state)
{
    struct scene s = scene_new("peek 1000\npeek 1002 = 5\npeek 1004\n");
    unsigned count;

    ram_put(&s.m->ram, 01002, 6);
    assert_int_equal(expect_step(s.e, 0), EXPECT_FAILED);
    rig_error(expect_error(s.e), EPROTO, "s:2: 001002 holds 000006, not 000005", NULL);
    assert_int_equal(expect_peeks(s.e, &count)[1].value, 6);
    assert_int_equal(count, 2);
    scene_free(&s);
    s = scene_new("peek 757776\n");
    s.m->ram.size = 0100000;
    assert_int_equal(expect_step(s.e, 0), EXPECT_FAILED);
    rig_error(expect_error(s.e), EPROTO, "757776 is beyond the machine's memory", NULL);
    scene_free(&s);
}

static void hands_over(void **state)
{
    struct scene s = scene_new("interact\n");

    assert_int_equal(expect_step(s.e, 0), EXPECT_INTERACT);
    out(&s, "more");
    assert_int_equal(expect_step(s.e, 9), EXPECT_INTERACT);
    assert_int_equal(expect_end(s.e, STOP_HALT, 10), EXPECT_PASSED);
    scene_free(&s);
}

/* Behind a last `send` the guest has the time of a timeout to end by itself. */
static void ends_in_send(void **state)
{
    struct scene s = scene_new("timeout 3\nsend \"q\"\n");

    assert_int_equal(expect_step(s.e, 0), EXPECT_RUNNING);
    assert_int_equal(expect_deadline(s.e), 3 * SECOND);
    assert_int_equal(expect_step(s.e, 3 * SECOND), EXPECT_PASSED);
    scene_free(&s);
    s = scene_new("send \"q\"\n");
    assert_int_equal(expect_end(s.e, STOP_HALT, 0), EXPECT_PASSED);
    scene_free(&s);
    s = scene_new("send \"q\"\n");
    assert_int_equal(expect_end(s.e, STOP_WAIT, 0), EXPECT_FAILED);
    scene_free(&s);
}

/* More output than is kept: old output goes, the search goes on, the tail is the last lines. */
static void much_output(void **state)
{
    struct scene s = scene_new("expect \"end\"\n");

    expect_step(s.e, 0);
    for (unsigned i = 0; i < 100000; i++)
        out(&s, "line\r\n");
    out(&s, "en");
    assert_int_equal(expect_step(s.e, 1), EXPECT_RUNNING);
    assert_int_equal(strlen(expect_tail(s.e)), 9 * 6 + 2);
    out(&s, "d");
    assert_int_equal(expect_step(s.e, 2), EXPECT_PASSED);
    scene_free(&s);
}

/* A guest that prints "? ", echoes what is typed in capitals, and halts at "q". */
static const char echo[] =
    "\t.=1000\nGO:\tMOV #'?, R0\n\tJSR PC, PUT\n\tMOV #40, R0\n\tJSR PC, PUT\n"
    "10$:\tTSTB @#177560\n\tBPL 10$\n\tMOV @#177562, R0\n\tCMP R0, #'q\n\tBEQ 20$\n"
    "\tBIC #40, R0\n\tJSR PC, PUT\n\tBR 10$\n20$:\tHALT\n"
    "PUT:\tTSTB @#177564\n\tBPL PUT\n\tMOV R0, @#177566\n\tRTS PC\n\t.END GO\n";

static void sink(void *ctx, u8 ch)
{
    expect_output(ctx, ch);
}

/* Run as a run loop does, in slices of `slice` instructions. */
static enum expect_status run(struct scene *s, u64 slice)
{
    enum expect_status status;
    struct program *p;
    struct err err = {0};

    assert_int_equal(
        program_parse(&p, "echo", FILE_SOURCE, (const u8 *)echo, sizeof echo - 1, NULL, &err), 0);
    assert_int_equal(program_load(p, s->m, &err), 0);
    s->m->line.sink = sink;
    s->m->line.sink_ctx = s->e;
    assert_int_equal(program_start(p, s->m, &err), 0);
    program_free(p);
    s->m->cpu.r[SP] = 01000;
    while ((status = expect_step(s->e, machine_time(s->m))) == EXPECT_RUNNING) {
        enum stop stop = machine_run(s->m, s->m->cpu.icount + slice, expect_deadline(s->e));
        if (stop != STOP_LIMIT && stop != STOP_TIME && stop != STOP_REQUEST)
            return expect_end(s->e, stop, machine_time(s->m));
    }
    return status;
}

static void a_whole_run(void **state)
{
    static const char script[] = "expect \"? \"\nsend \"abc\"\nexpect \"ABC\"\nwait 0.01\n"
                                 "send \"xq\"\nexpect \"X\"\nwait halt\n";
    u64 hash = 0;

    for (u64 slice = 7; slice < 1000000; slice *= 10) {
        struct scene s = scene_new(script);
        assert_int_equal(run(&s, slice), EXPECT_PASSED);
        if (!hash)
            hash = machine_hash(s.m);
        assert_int_equal(machine_hash(s.m), hash); /* however the run is cut into slices */
        scene_free(&s);
    }
}

static void a_run_that_fails(void **state)
{
    struct scene s = scene_new("timeout 0.5\nexpect \"? \"\nsend \"ab\"\nexpect \"abc\"\n");

    assert_int_equal(run(&s, 100000), EXPECT_FAILED);
    rig_error(expect_error(s.e), EPROTO, "s:4: \"abc\"", "within 0.5 seconds", "\"? AB\"", NULL);
    scene_free(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(waits_then_types),
        cmocka_unit_test(match_stops_the_machine),
        cmocka_unit_test(old_output),
        cmocka_unit_test(matches_are_apart),
        cmocka_unit_test(parity_fill_and_cr),
        cmocka_unit_test(times_out),
        cmocka_unit_test(long_texts_are_cut),
        cmocka_unit_test(halts_too_early),
        cmocka_unit_test(every_end),
        cmocka_unit_test(halts_in_time),
        cmocka_unit_test(halt_that_does_not_come),
        cmocka_unit_test(peeks),
        cmocka_unit_test(hands_over),
        cmocka_unit_test(ends_in_send),
        cmocka_unit_test(much_output),
        cmocka_unit_test(a_whole_run),
        cmocka_unit_test(a_run_that_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
