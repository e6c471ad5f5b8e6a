/* test_stop.c - breakpoints, watchpoints, catchpoints: what they stop at, and what they cost. */
#include <stdio.h>
#include <string.h>

#include "monitor/stop.h"

#include "rig.h"

/* Ten times round: a subroutine adds to a sum. */
static void load(struct rig *rig)
{
    rig_do(rig, MONITOR_OK,
           "assemble 1000 MOV #1000,SP \\ MOV #12,R0 \\ JSR PC,1100 \\ DEC R0 \\ BNE 1010 \\ HALT");
    rig_do(rig, MONITOR_OK,
           "assemble 1100 ADD R0,@#2000 \\ MOVB R0,@#2003 \\ TST @#2004 \\ RTS PC");
    rig_do(rig, MONITOR_OK, "start 1000");
}

static void again(struct rig *rig)
{
    rig_do(rig, MONITOR_OK, "deposit 2000 0 0 0");
    rig_do(rig, MONITOR_OK, "start 1000");
}

/* `continue` ends at `pc`, and tells `text`. */
static void stops_at(struct rig *rig, u16 pc, const char *text)
{
    rig_do(rig, MONITOR_OK, "continue");
    if (rig->m->cpu.r[PC] != pc || !strstr(rig->text, text))
        fail_msg("PC %06o, not %06o: %s", rig->m->cpu.r[PC], pc, rig->text);
}

static void test_break(void **state)
{
    struct rig *rig = *state;

    load(rig);
    rig_prints(rig, "break 1100", "breakpoint 1: ki:001100\n");
    for (unsigned i = 10; i > 0; i--) {
        stops_at(rig, 01100, "breakpoint 1, ki:001100, ");
        assert_int_equal(rig->m->cpu.r[R0], i);
    }
    stops_at(rig, 01022, "HALT");
    assert_int_equal(rig_value(rig, "$stop"), 1);
    assert_int_equal(rig_value(rig, "@2000"), 55);
    rig_prints(rig, "stops", "1   breakpoint ki:001100, 10 hits\n");

    /* Behind the first word of an instruction there is none. */
    again(rig);
    rig_do(rig, MONITOR_OK, "delete 1");
    rig_do(rig, MONITOR_OK, "break 1006");
    stops_at(rig, 01022, "HALT");

    /* A range; the instruction at which the user is does not stop again. */
    again(rig);
    rig_do(rig, MONITOR_OK, "break 1000..1011");
    stops_at(rig, 01004, "breakpoint 3, ki:001000..001011, ");
    stops_at(rig, 01010, "breakpoint 3");
}

static void test_conditions(void **state)
{
    struct rig *rig = *state;

    load(rig);
    rig_prints(rig, "break 1100 if r0 == 3 && @sp == 1014",
               "breakpoint 1: ki:001100 if r0 == 3 && @sp == 1014\n");
    stops_at(rig, 01100, "breakpoint 1");
    assert_int_equal(rig->m->cpu.r[R0], 3);
    rig_prints(rig, "stops", "1   breakpoint ki:001100 if r0 == 3 && @sp == 1014, 1 hits\n");
    rig_do(rig, MONITOR_OK, "condition 1 r0 == 1");
    stops_at(rig, 01100, "breakpoint 1");
    assert_int_equal(rig->m->cpu.r[R0], 1);

    /* Without one it is every time; a wrong one changes nothing. */
    again(rig);
    rig_fails(rig, "condition 1 r0 ==",
              "the expression ends where a number, a name, @ or ( should "
              "stand");
    rig_do(rig, MONITOR_OK, "condition 1");
    stops_at(rig, 01100, "breakpoint 1");
    assert_int_equal(rig->m->cpu.r[R0], 10);

    /* What cannot be computed is told, and stops. */
    rig_do(rig, MONITOR_OK, "condition 1 @(r0+150001)");
    rig_do(rig, MONITOR_OK, "continue");
    assert_int_equal(rig->m->cpu.r[PC], 01100);
    assert_string_equal(rig->error, "kd:150012: no memory there");
}

static void test_counts(void **state)
{
    struct rig *rig = *state;

    load(rig);
    rig_do(rig, MONITOR_OK, "break 1100 if r0 & 1");
    rig_do(rig, MONITOR_OK, "ignore 1 2");
    rig_prints(rig, "stops", "1   breakpoint ki:001100 if r0 & 1, 0 hits, 2 to be ignored\n");
    stops_at(rig, 01100, "breakpoint 1");
    assert_int_equal(rig->m->cpu.r[R0], 5);
    rig_prints(rig, "stops", "1   breakpoint ki:001100 if r0 & 1, 3 hits\n");
    rig_do(rig, MONITOR_OK, "ignore 1 100");
    rig_do(rig, MONITOR_OK, "ignore 1 0");
    stops_at(rig, 01100, "breakpoint 1");
    assert_int_equal(rig->m->cpu.r[R0], 3);
    rig_do(rig, MONITOR_OK, "disable 1");
    stops_at(rig, 01022, "HALT");
    again(rig);
    rig_do(rig, MONITOR_OK, "enable");
    stops_at(rig, 01100, "breakpoint 1");
    rig_do(rig, MONITOR_OK, "delete");
    stops_at(rig, 01022, "HALT");
}

static void test_commands(void **state)
{
    struct rig *rig = *state;

    load(rig);
    rig_do(rig, MONITOR_OK, "break 1100");
    rig_do(rig, MONITOR_OK, "commands 1 set $n = $n + 1; echo \"x;y\" ;; continue; set $n = 1000");
    stops_at(rig, 01022, "x;y\nbreakpoint 1");
    assert_int_equal(rig_value(rig, "$n"), 10);

    /* The first that fails ends them, and stops. */
    again(rig);
    rig_do(rig, MONITOR_OK, "commands 1 frobnicate; continue");
    rig_fails(rig, "continue", "frobnicate: no such command (`help` lists them)");
    assert_int_equal(rig->m->cpu.r[PC], 01100);

    /* They may go on themselves, and delete the stop to which they belong. */
    again(rig);
    rig_do(rig, MONITOR_OK, "commands 1 delete; break 1104; continue 1000; echo $stop; continue");
    stops_at(rig, 01104, "000002\nbreakpoint 2");
    rig_do(rig, MONITOR_OK, "commands 2");
    rig_do(rig, MONITOR_OK, "delete");

    /* None goes on for ever. */
    rig_do(rig, MONITOR_OK, "assemble 3000 BR 3000");
    rig_do(rig, MONITOR_OK, "start 3000");
    rig_do(rig, MONITOR_OK, "break 3000");
    rig_do(rig, MONITOR_OK, "commands 3 continue");
    monitor_set_patience(rig->mon, 1000);
    rig_fails(rig, "continue", "this takes too long: given up");
    rig_do(rig, MONITOR_OK, "condition 3 0");
    rig_fails(rig, "continue", "this takes too long: given up");
}

static void test_once(void **state)
{
    struct rig *rig = *state;

    load(rig);
    rig_prints(rig, "tbreak 1100", "breakpoint once 1: ki:001100\n");
    rig_do(rig, MONITOR_OK, "commands 1 step; step");
    stops_at(rig, 01110, "breakpoint once 1, ki:001100, ");
    rig_prints(rig, "stops", "nothing is set\n");
    stops_at(rig, 01022, "HALT");

    /* It is taken off only when it counts. */
    again(rig);
    rig_do(rig, MONITOR_OK, "tbreak 1100 if r0 == 4");
    stops_at(rig, 01100, "breakpoint once 2");
    assert_int_equal(rig->m->cpu.r[R0], 4);
    stops_at(rig, 01022, "HALT");
}

static void test_watch(void **state)
{
    struct rig *rig = *state;

    load(rig);
    rig_prints(rig, "watch 2000", "watchpoint 1: kd:002000 write\n");
    stops_at(rig, 01104,
             ": changed p:002000: 000000 to 000012, by the instruction at 001100\nki:001104");
    rig_do(rig, MONITOR_OK, "delete");

    /* A byte is told as one; the odd one of a word counts. */
    rig_do(rig, MONITOR_OK, "watch 2002");
    stops_at(rig, 01110, ": wrote p:002003: 000 to 012, by the instruction at 001104\n");
    rig_do(rig, MONITOR_OK, "delete");

    /* Reads, and a range of which the last byte counts. */
    rig_prints(rig, "watch 2003..2004 read", "watchpoint 3: kd:002003..002004 read\n");
    stops_at(rig, 01114, ": read p:002004: 000000, by the instruction at 001110\n");
    rig_do(rig, MONITOR_OK, "delete");

    /* ADD reads and writes; a word of the program is not read. */
    rig_do(rig, MONITOR_OK, "watch 2000 read");
    stops_at(rig, 01104, ": changed p:002000: ");
    rig_do(rig, MONITOR_OK, "delete");
    rig_do(rig, MONITOR_OK, "watch 1000..1117 read write");
    stops_at(rig, 01022, "HALT");
    rig_do(rig, MONITOR_OK, "delete");

    again(rig);
    rig_do(rig, MONITOR_OK, "watch 1100..1105 execute if r0 == 7");
    stops_at(rig, 01100, "watchpoint 6, ki:001100..001105 execute, ");
    assert_int_equal(rig->m->cpu.r[R0], 7);
    stops_at(rig, 01104, "watchpoint 6");
    rig_do(rig, MONITOR_OK, "delete");
    rig_do(rig, MONITOR_OK, "watch 2000,3 read write if @2000 > 60");
    stops_at(rig, 01104, "000055 to 000061");
}

/* A va counts in its mode and space, a pa in all. */
static void test_places(void **state)
{
    struct rig *rig = *state;

    load(rig);
    rig_do(rig, MONITOR_OK, "break u:1100");
    stops_at(rig, 01022, "HALT");
    rig_do(rig, MONITOR_OK, "break p:1100");
    again(rig);
    stops_at(rig, 01100, "breakpoint 2, p:001100, ");
    rig_do(rig, MONITOR_OK, "delete");

    /* Page 0 lies at 20000: pa 21100 is va 1100. The D space has its own map. */
    rig_do(rig, MONITOR_OK, "fill p:21000..23000");
    rig_do(rig, MONITOR_OK, "assemble p:21000 MOV #1000,SP \\ MOV R0,@#1100 \\ HALT");
    rig_do(rig, MONITOR_OK, "start 1000");
    rig_do(rig, MONITOR_OK, "set kipar0 = 200");
    rig_do(rig, MONITOR_OK, "set kipdr0 = 77406");
    rig_do(rig, MONITOR_OK, "set kdpar0 = 300");
    rig_do(rig, MONITOR_OK, "set kdpdr0 = 77406");
    rig_do(rig, MONITOR_OK, "set mmr3 = 4");
    rig_do(rig, MONITOR_OK, "set mmr0 = 1");
    rig_do(rig, MONITOR_OK, "watch ki:1100");
    rig_do(rig, MONITOR_OK, "watch p:21100");
    rig_do(rig, MONITOR_OK, "break p:1004");
    rig_do(rig, MONITOR_OK, "break p:21004");
    stops_at(rig, 01004, "breakpoint 6, p:021004, ");
    stops_at(rig, 01012, "HALT");
    rig_do(rig, MONITOR_OK, "set pc = 1004");
    rig_do(rig, MONITOR_OK, "watch kd:1100");
    stops_at(rig, 01010, "watchpoint 7, kd:001100 write, ");
    assert_non_null(strstr(rig->text, "wrote p:031100"));
}

static void test_traps(void **state)
{
    struct rig *rig = *state;

    rig_do(rig, MONITOR_OK, "deposit 4 2000 0 2010 0");
    rig_do(rig, MONITOR_OK, "deposit 34 2000 0");
    rig_do(rig, MONITOR_OK, "assemble 2000 RTI");
    rig_do(rig, MONITOR_OK, "assemble 1000 MOV #1000,SP \\ TRAP 1 \\ TST @#160000 \\ HALT");
    rig_do(rig, MONITOR_OK, "catch trap 4");
    rig_do(rig, MONITOR_OK, "start 1000");
    stops_at(rig, 02000, "catchpoint 1, trap 004, 4 instructions: trap to vector 004\nki:002000");
    assert_int_equal(rig_value(rig, "@sp"), 01012);
    rig_do(rig, MONITOR_OK, "catch trap");
    rig_do(rig, MONITOR_OK, "start 1000");
    stops_at(rig, 02000, "catchpoint 2, trap 000..374, ");
    assert_non_null(strstr(rig->text, "trap to vector 034"));
    rig_do(rig, MONITOR_OK, "delete");
    rig_do(rig, MONITOR_OK, "catch trap 5..33");
    rig_do(rig, MONITOR_OK, "catch interrupt");
    rig_do(rig, MONITOR_OK, "start 1000");
    stops_at(rig, 01014, "HALT");
}

static void test_interrupts_and_texts(void **state)
{
    struct rig *rig = *state;

    rig_do(rig, MONITOR_OK, "deposit 64 2000 340");
    rig_do(rig, MONITOR_OK,
           "assemble 1000 MOV #101,@#177566 \\ MOV #100,@#177564 \\ WAIT \\ WAIT \\ HALT");
    rig_do(rig, MONITOR_OK, "assemble 2000 MOV #102,@#177566 \\ RTI");
    rig_do(rig, MONITOR_OK, "start 1000");
    rig_do(rig, MONITOR_OK, "set sp = 1000");
    rig_do(rig, MONITOR_OK, "catch interrupt 64");
    rig_do(rig, MONITOR_OK, "catch console \"AB\"");
    rig_do(rig, MONITOR_OK, "catch device xbuf");
    stops_at(rig, 01006,
             "catchpoint 3, device xbuf read write, 1 instructions: wrote p:777566: "
             "000101, by the instruction at 001000");
    stops_at(rig, 02000, "catchpoint 1, interrupt 064, 3 instructions: interrupt to vector 064");
    stops_at(rig, 02006, "catchpoint 3");
    stops_at(rig, 01020, "catchpoint 2, console \"AB\", 6 instructions: the console printed it");
    stops_at(rig, 02000, "catchpoint 1");
}

static void test_modes_and_aborts(void **state)
{
    struct rig *rig = *state;

    rig_do(rig, MONITOR_OK, "deposit 250 2000 0");
    rig_do(rig, MONITOR_OK,
           "assemble 1000 MOV #1000,SP \\ MOV #140000,-(SP) \\ MOV #1100,-(SP) "
           "\\ RTI");
    rig_do(rig, MONITOR_OK, "assemble 1100 MOV #7,@#20000");
    rig_do(rig, MONITOR_OK, "start 1000");
    rig_do(rig, MONITOR_OK, "set kipdr0 = 77406");
    rig_do(rig, MONITOR_OK, "set uipdr0 = 77406");
    rig_do(rig, MONITOR_OK, "set mmr0 = 1");
    rig_do(rig, MONITOR_OK, "catch mode");
    rig_do(rig, MONITOR_OK, "catch abort user");
    rig_do(rig, MONITOR_OK, "catch abort kernel");
    rig_do(rig, MONITOR_OK, "catch mode supervisor");
    stops_at(rig, 01100, "catchpoint 1, mode any, 4 instructions: to user mode\nui:001100");
    stops_at(rig, 02000, "to kernel mode");
    assert_non_null(strstr(rig->text,
                           "catchpoint 2, abort user, 5 instructions: the KT11 aborted a "
                           "write of ud:020000\n"));
    assert_null(strstr(rig->text, "catchpoint 3"));
    assert_null(strstr(rig->text, "catchpoint 4"));
    assert_int_equal(rig_value(rig, "$stop"), 1);
}

/* What lies on other blocks of 64 bytes is not looked at. */
static void test_no_cost_elsewhere(void **state)
{
    struct rig *rig = *state;
    struct cpu_debug *debug = &rig->mon->stops->debug;
    u64 looks;

    load(rig);
    rig_do(rig, MONITOR_OK, "break 1200");
    rig_do(rig, MONITOR_OK, "watch 2100");
    rig_do(rig, MONITOR_OK, "break p:3000 if 0");
    rig_do(rig, MONITOR_OK, "catch trap 4");
    rig_do(rig, MONITOR_OK, "catch console \"never\"");
    rig_do(rig, MONITOR_OK, "continue 15"); /* the map is filled */
    looks = debug->looks;
    stops_at(rig, 01022, "HALT");
    assert_true(debug->looks == looks);

    rig_do(rig, MONITOR_OK, "watch 2040");
    again(rig);
    rig_do(rig, MONITOR_OK, "continue 90");
    looks = debug->looks;
    stops_at(rig, 01022, "HALT");
    assert_true(debug->looks > looks);

    /* And when all is deleted the processor runs free. */
    rig_do(rig, MONITOR_OK, "delete");
    assert_null(rig->m->cpu.debug);
    assert_null(rig->m->line.tap);
}

static void test_bounds(void **state)
{
    struct rig *rig = *state;
    char line[80];

    for (unsigned i = 1; i <= STOPS_MAX; i++) {
        snprintf(line, sizeof line, "break %o", 0100 + 2 * i);
        rig_do(rig, MONITOR_OK, line);
    }
    rig_fails(rig, "break 100", "there are 64 stops already: delete some");
    rig_fails(rig, "catch mode", "there are 64 stops already: delete some");
    rig_do(rig, MONITOR_OK, "delete 12. 13.");
    rig_prints(rig, "watch 40000", "watchpoint 65: kd:040000 write\n");
    rig_fails(rig, "delete 1 12. 2", "12: there is no such stop (`stops` lists them)");
    rig_do(rig, MONITOR_OK, "stops");
    assert_null(strstr(rig->text, "1   breakpoint"));
    assert_non_null(strstr(rig->text, "2   breakpoint"));
    /* A wrong one takes no number. */
    rig_fails(rig, "break 1000 if", "if: an expression is missing behind it");
    rig_prints(rig, "break p:50", "breakpoint 66: p:000050\n");
}

/* Each complaint names the word. */
static void test_complaints(void **state)
{
    static const char *const lines[][2] = {
        {"break xyzzy", "xyzzy: no such register or symbol"},
        {"break 1000 nonsense", "nonsense: there is nothing to do with this word"},
        {"break 2000..1000", "2000..1000: the last address lies before the first"},
        {"watch 1000 look", "look: there is nothing to do with this word"},
        {"catch fire", "fire: no such thing to catch; there are trap, interrupt, mode, abort, "
                       "device, console"},
        {"catch trap 400", "400: the vector is at most 374"},
        {"catch mode godly", "godly: no such mode; there are kernel, supervisor, user"},
        {"catch device zz", "zz: no such device or register of one (`devices` lists them)"},
        {"catch console", "the text is missing at the end of: catch console"},
        {"ignore 5 1", "5: there is no such stop (`stops` lists them)"},
        {"condition 5 1", "5: there is no such stop (`stops` lists them)"},
        {"commands 5 step", "5: there is no such stop (`stops` lists them)"},
        {"enable 5", "5: there is no such stop (`stops` lists them)"},
        {"stops 5", "5: there is nothing to do with this word"},
    };
    struct rig *rig = *state;

    for (unsigned i = 0; i < ARRAY_LEN(lines); i++)
        rig_fails(rig, lines[i][0], lines[i][1]);
    rig_prints(rig, "stops", "nothing is set\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(test_break),
        RIG_TEST(test_conditions),
        RIG_TEST(test_counts),
        RIG_TEST(test_commands),
        RIG_TEST(test_once),
        RIG_TEST(test_watch),
        RIG_TEST(test_places),
        RIG_TEST(test_traps),
        RIG_TEST(test_interrupts_and_texts),
        RIG_TEST(test_modes_and_aborts),
        RIG_TEST(test_no_cost_elsewhere),
        RIG_TEST(test_bounds),
        RIG_TEST(test_complaints),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
