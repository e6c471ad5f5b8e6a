/* test_time.c - the monitor's way back and forth in a recording. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "monitor/stop.h"

#include "rig.h"

/* R0 counts up, each fourth time into memory; the console's transmitter interrupts, and R4 counts
 * that. */
static void load(struct rig *rig)
{
    rig_do(rig, MONITOR_OK, "deposit 64 2000 200");
    rig_do(rig, MONITOR_OK, "assemble 2000 INC R4 \\ MOVB #101,@#177566 \\ RTI");
    rig_do(rig, MONITOR_OK,
           "assemble 1000 MOV #1000,SP \\ MOV #100,@#177564 \\ INC R0 \\ "
           "BIT #3,R0 \\ BNE 1012 \\ MOV R0,@#3000 \\ BR 1012");
    rig_do(rig, MONITOR_OK, "start 1000");
}

static void at(struct rig *rig, const char *line, u64 icount)
{
    rig_do(rig, MONITOR_OK, line);
    if (rig->m->cpu.icount != icount)
        fail_msg("%s: %llu instructions, not %llu: %s", line,
                 (unsigned long long)rig->m->cpu.icount, (unsigned long long)icount, rig->text);
}

static void same_hash(struct rig *rig, const char *variable)
{
    char line[64];

    snprintf(line, sizeof line, "hash == %s", variable);
    assert_int_equal(rig_value(rig, line), 1);
}

static void test_back_and_forth(void **state)
{
    struct rig *rig = *state;

    load(rig);
    rig_do(rig, MONITOR_OK, "record start 100");
    rig_do(rig, MONITOR_OK, "set $begin = hash");
    at(rig, "continue 1234", 1234);
    rig_do(rig, MONITOR_OK, "set $a = hash");
    at(rig, "continue 5000", 5000);
    rig_do(rig, MONITOR_OK, "set $b = hash");
    at(rig, "goto 1234", 1234);
    same_hash(rig, "$a");
    at(rig, "reverse-step", 1233);
    at(rig, "rs 33", 1200);
    at(rig, "step 34 into", 1234);
    same_hash(rig, "$a");
    at(rig, "goto 0", 0);
    same_hash(rig, "$begin");
    at(rig, "present", 5000);
    same_hash(rig, "$b");
    /* From the past one comes to the present, and then goes on live. */
    at(rig, "goto 4000", 4000);
    rig_do(rig, MONITOR_OK, "continue");
    assert_non_null(strstr(rig->text, "the end of what is recorded, 5000 instructions\n"));
    same_hash(rig, "$b");
    /* Also where a limit lies just there. */
    at(rig, "goto 4000", 4000);
    at(rig, "continue 5000", 5000);
    assert_non_null(strstr(rig->text, "the end of what is recorded"));
    at(rig, "continue 6000", 6000);
    at(rig, "goto 5000", 5000);
    same_hash(rig, "$b");
}

static void test_reverse_continue(void **state)
{
    struct rig *rig = *state;
    u64 icount;

    load(rig);
    rig_do(rig, MONITOR_OK, "record start 50");
    rig_do(rig, MONITOR_OK, "break 1026 if r0 == 100"); /* BR */
    rig_do(rig, MONITOR_OK, "continue 10K");
    icount = rig->m->cpu.icount;
    assert_int_equal(rig->m->cpu.r[PC], 01026);
    rig_do(rig, MONITOR_OK, "continue 10K");
    assert_non_null(strstr(rig->text, "limit, 10000 instructions"));
    at(rig, "reverse-continue", icount);
    assert_non_null(strstr(rig->text, "breakpoint 1, ki:001026, back to "));
    assert_int_equal(rig_value(rig, "$stop"), 1);
    at(rig, "rc", 0);
    assert_non_null(strstr(rig->text, "the beginning of the recording\n"));
    rig_prints(rig, "stops", "1   breakpoint ki:001026 if r0 == 100, 1 hits\n");

    /* A watchpoint: to before the instruction that wrote, again and again. */
    rig_do(rig, MONITOR_OK, "delete");
    rig_do(rig, MONITOR_OK, "present");
    rig_do(rig, MONITOR_OK, "watch 3000 if @3000 <= 20");
    for (unsigned i = 020; i > 0; i -= 4) {
        rig_do(rig, MONITOR_OK, "reverse-continue");
        assert_int_equal(rig->m->cpu.r[PC], 01022);
        assert_int_equal(rig->m->cpu.r[R0], i);
        assert_int_equal(rig_value(rig, "@3000"), i - 4);
    }
    rig_do(rig, MONITOR_OK, "continue");
    assert_int_equal(rig_value(rig, "@3000"), 4);
    rig_do(rig, MONITOR_OK, "delete");

    /* An interrupt: to the moment before it is served. */
    rig_do(rig, MONITOR_OK, "present");
    rig_do(rig, MONITOR_OK, "catch interrupt if r4 == 1");
    rig_do(rig, MONITOR_OK, "reverse-continue");
    assert_non_null(strstr(rig->text, "before: interrupt to vector 064"));
    assert_int_equal(rig->m->cpu.r[R4], 1);
    assert_int_not_equal(rig->m->cpu.r[PC], 02000);
    icount = rig->m->cpu.icount;
    at(rig, "continue", icount);
    assert_int_equal(rig->m->cpu.r[PC], 02000);
}

static void test_last_write(void **state)
{
    struct rig *rig = *state;
    u64 icount;

    load(rig);
    rig_do(rig, MONITOR_OK, "record start 100");
    rig_do(rig, MONITOR_OK, "break 1026 if r0 == 50");
    rig_do(rig, MONITOR_OK, "watch 3000 if r0 == 44");
    rig_do(rig, MONITOR_OK, "continue");
    icount = rig->m->cpu.icount;
    rig_do(rig, MONITOR_OK, "delete");
    rig_do(rig, MONITOR_OK, "continue 1000");
    rig_do(rig, MONITOR_OK, "break 1012 if r0 == 45");
    rig_do(rig, MONITOR_OK, "rc");
    rig_do(rig, MONITOR_OK, "set $h = hash");
    rig_do(rig, MONITOR_OK, "last-write 3001");
    {
        char text[120];

        snprintf(text, sizeof text,
                 "wrote p:003000: 000040 to 000044, by the instruction at 001022, after %llu "
                 "instructions\n",
                 (unsigned long long)icount - 1);
        assert_string_equal(rig->text, text);
    }
    same_hash(rig, "$h");
    rig_prints(rig, "last-write p:4000", "not written since the beginning of the recording\n");
    same_hash(rig, "$h");
    /* The user's stops are as they were. */
    rig_do(rig, MONITOR_OK, "condition 3");
    rig_do(rig, MONITOR_OK, "reverse-continue");
    assert_int_equal(rig->m->cpu.r[PC], 01012);
    /* A write by a trap on its way to the vector. */
    rig_do(rig, MONITOR_OK, "last-write 776");
    assert_non_null(strstr(rig->text, ", on the way into vector 064, after "));
}

static void test_changes(void **state)
{
    struct rig *rig = *state;

    load(rig);
    rig_do(rig, MONITOR_OK, "record start 100");
    at(rig, "continue 500", 500);
    rig_do(rig, MONITOR_OK, "set r0 = 1000");
    rig_do(rig, MONITOR_OK, "deposit 3000 123");
    at(rig, "continue 501", 501);
    rig_do(rig, MONITOR_OK, "set $a = hash");
    at(rig, "continue 1000", 1000);
    at(rig, "goto 100", 100);
    at(rig, "goto 501", 501);
    same_hash(rig, "$a");
    /* The moment before the hand came. */
    at(rig, "goto 500", 500);
    assert_int_not_equal(rig_value(rig, "@3000"), 0123);
    at(rig, "step into", 501);
    same_hash(rig, "$a");
    /* To look changes nothing; to change makes a new future. */
    at(rig, "goto 300", 300);
    rig_do(rig, MONITOR_OK, "examine 3000 1");
    rig_do(rig, MONITOR_OK, "registers");
    at(rig, "present", 1000);
    at(rig, "goto 300", 300);
    rig_do(rig, MONITOR_OK, "set r0 = 7");
    at(rig, "present", 300);
    assert_int_equal(rig->m->cpu.r[R0], 7);
    rig_fails(rig, "goto 301", "instruction 301 was not recorded: 0 to 300 were");
}

static void test_files(void **state)
{
    struct rig *rig = *state;
    char line[80];
    const char *path = rig_file("time.rec", "", 0);

    load(rig);
    rig_do(rig, MONITOR_OK, "record start 100");
    rig_do(rig, MONITOR_OK, "set $a = hash");
    at(rig, "continue 500", 500);
    rig_do(rig, MONITOR_OK, "type \"x\"");
    at(rig, "continue 600", 600);
    rig_do(rig, MONITOR_OK, "set $b = hash");
    at(rig, "goto 50", 50);
    snprintf(line, sizeof line, "record save %s", path);
    rig_do(rig, MONITOR_ERROR, line);
    assert_non_null(strstr(rig->error, "monitor-test-time.rec: "));
    unlink(path);
    at(rig, line, 50);
    rig_do(rig, MONITOR_OK, "record stop");
    rig_fails(rig, "goto 10", "nothing is recorded: `record` begins");
    at(rig, "step 7 into", 57);

    snprintf(line, sizeof line, "replay %s", path);
    at(rig, line, 0);
    same_hash(rig, "$a");
    rig_do(rig, MONITOR_OK, "continue");
    assert_non_null(strstr(rig->text, "the end of what is recorded, 600 instructions\n"));
    same_hash(rig, "$b");
    rig_do(rig, MONITOR_ERROR, line);
    assert_non_null(strstr(rig->error, "end the recording that goes on first"));
    rig_do(rig, MONITOR_OK, "record stop");
    rig_fails(rig, "replay monitor-test-none", "monitor-test-none: No such file or directory");

    /* A monitor that may touch no files says so. */
    rig->io.no_files = true;
    rig_do(rig, MONITOR_ERROR, line);
    rig_do(rig, MONITOR_OK, "record");
    rig_do(rig, MONITOR_ERROR, "record save monitor-test-none");
    assert_int_not_equal(access("monitor-test-none", F_OK), 0);
    unlink(path);
}

/* Each complaint names the word. */
static void test_complaints(void **state)
{
    static const char *const lines[][2] = {
        {"record backwards", "backwards: no such thing to do with a recording; there are start, "
                             "stop, save"},
        {"record start now", "now: no such register or symbol"},
        {"record stop now", "now: there is nothing to do with this word"},
        {"record save", "a file is missing at the end of: record save"},
        {"reverse-step 50", "50: 20 instructions are recorded before this one"},
        {"reverse-step x", "x: no such register or symbol"},
        {"reverse-continue 1", "1: there is nothing to do with this word"},
        {"goto", "the count of instructions is missing at the end of: goto"},
        {"goto 21", "instruction 21 was not recorded: 0 to 20 were"},
        {"goto 1 x", "x: there is nothing to do with this word"},
        {"present x", "x: there is nothing to do with this word"},
        {"last-write", "an address is missing at the end of: last-write"},
        {"last-write 1 x", "x: there is nothing to do with this word"},
        {"replay", "a file is missing at the end of: replay"},
        {"record start", "it is being recorded already"},
    };
    struct rig *rig = *state;

    for (unsigned i = 4; i < 14; i++)
        if (i != 13)
            rig_do(rig, MONITOR_ERROR, lines[i][0]);
    load(rig);
    rig_do(rig, MONITOR_OK, "record");
    assert_string_equal(rig->text, "");
    rig_do(rig, MONITOR_OK, "continue 20");
    for (unsigned i = 0; i < ARRAY_LEN(lines); i++)
        rig_fails(rig, lines[i][0], lines[i][1]);
    assert_int_equal(rig->m->cpu.icount, 20);
    rig_do(rig, MONITOR_OK, "record");
    assert_non_null(
        strstr(rig->text, "from 0 to 20 instructions, now 20; 0 inputs, 1 checkpoints"));
    rig_do(rig, MONITOR_OK, "set mmr0 = 1");
    rig_fails(rig, "last-write 1000", "not mapped");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(test_back_and_forth), RIG_TEST(test_reverse_continue),
        RIG_TEST(test_last_write),     RIG_TEST(test_changes),
        RIG_TEST(test_files),          RIG_TEST(test_complaints),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
