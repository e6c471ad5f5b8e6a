/* test_history.c - the ring of the last instructions: what is in it, its bounds, the way back. */
#include <stdio.h>
#include <string.h>

#include "monitor/history.h"
#include "rig.h"

/* An interrupt of the console's transmitter, a trap. */
static void load(struct rig *rig)
{
    rig_do(rig, MONITOR_OK, "deposit 34 2000 340");
    rig_do(rig, MONITOR_OK, "deposit 64 2010 200");
    rig_do(rig, MONITOR_OK, "assemble 2000 inc r2 \\ rti");
    rig_do(rig, MONITOR_OK, "assemble 2010 clr @#177564 \\ rti");
    rig_do(rig, MONITOR_OK,
           "assemble 1000 mov #1000,sp \\ mov #100,@#177564 \\ inc r1 \\ trap 5 \\ tst r1 \\ halt");
    rig_do(rig, MONITOR_OK, "start 1000");
}

static void test_lines(void **state)
{
    struct rig *rig = *state;

    load(rig);
    rig_prints(rig, "history", "no history is kept: `history on` begins one\n");
    rig_do(rig, MONITOR_OK, "history on 100");
    rig_prints(rig, "history", "nothing has been executed yet\n");
    rig_do(rig, MONITOR_OK, "define tail 2014");
    rig_do(rig, MONITOR_OK, "continue");
    rig_prints(
        rig, "history",
        "         0 k 001000: 012706 001000         MOV #1000,SP                                 "
        "SP=001000\n"
        "         1 k 001004: 012737 000100 177564  MOV #100,@#177564\n"
        "         2 interrupt 064 from pc 001012 ps 000000 to pc 002010 ps 000200\n"
        "         2 k 002010: 005037 177564         CLR @#177564                                 "
        "-Z--\n"
        "         3 k 002014: 000002                tail: RTI                                    "
        "SP=001000 PS=000000\n"
        "         4 k 001012: 005201                INC R1                                       "
        "R1=000001\n"
        "         5 k 001014: 104405                TRAP 5\n"
        "         6 trap 034 from pc 001016 ps 000000 to pc 002000 ps 000340\n"
        "         6 k 002000: 005202                INC R2                                       "
        "R2=000001\n"
        "         7 k 002002: 000002                RTI                                          "
        "SP=001000 PS=000000\n"
        "         8 k 001016: 005701                TST R1\n"
        "         9 k 001020: 000000                HALT\n");
    rig_do(rig, MONITOR_OK, "history 2");
    assert_ptr_equal(strstr(rig->text, "         8 k"), rig->text);
}

/* No more than the size is kept, and the newest. */
static void test_bounds(void **state)
{
    struct rig *rig = *state;
    struct history *h = rig->mon->history;

    load(rig);
    rig_do(rig, MONITOR_OK, "history on 3");
    assert_true(cpu_needs_interpreter(&rig->m->cpu));
    rig_do(rig, MONITOR_OK, "continue");
    assert_int_equal(h->count, 3);
    assert_int_equal(history_at(h, 0)->r[PC], 01020);
    assert_int_equal(history_at(h, 2)->r[PC], 02002);
    assert_null(history_at(h, 3));
    rig_do(rig, MONITOR_OK, "history on 5");
    assert_int_equal(h->count, 0);
    rig_do(rig, MONITOR_OK, "history off");
    assert_false(cpu_needs_interpreter(&rig->m->cpu));
    assert_null(h->entry);
    rig_fails(rig, "history on 1000001", "1000001: the size is 1 to 1000000");
    rig_fails(rig, "history on 5 6", "6: there is nothing to do with this word");
    rig_fails(rig, "history 0", "0: the count of lines is 1 to 1000000");
}

/* The history of a moment is the same, from whichever side the moment was reached. */
static void test_back(void **state)
{
    struct rig *rig = *state;
    char there[10][sizeof rig->text], line[32];

    load(rig);
    rig_do(rig, MONITOR_OK, "record start");
    rig_do(rig, MONITOR_OK, "history on 100");
    for (unsigned i = 0; i < 10; i++) {
        rig_do(rig, MONITOR_OK, "step into");
        rig_do(rig, MONITOR_OK, "history");
        strcpy(there[i], rig->text);
    }
    for (unsigned i = 9; i-- > 0;) {
        rig_do(rig, MONITOR_OK, "reverse-step");
        rig_prints(rig, "history", there[i]);
    }
    for (unsigned i = 0; i < 30; i++) {
        snprintf(line, sizeof line, "goto %u", 1 + i * 7 % 10);
        rig_do(rig, MONITOR_OK, line);
        rig_prints(rig, "history", there[i * 7 % 10]);
    }
}

/* Another register set and another mode's stack: what an interrupted program had. */
static void test_interrupted(void **state)
{
    struct rig *rig = *state;
    const struct history_entry *e;

    rig_do(rig, MONITOR_OK, "deposit 34 2000 340");
    rig_do(rig, MONITOR_OK, "assemble 2000 rti");
    rig_do(rig, MONITOR_OK, "assemble 1000 inc r3 \\ trap 5");
    rig_do(rig, MONITOR_OK, "set ksp 700");
    rig_do(rig, MONITOR_OK, "set ps 144000");
    rig_do(rig, MONITOR_OK, "set sp 600");
    rig_do(rig, MONITOR_OK, "set pc 1000");
    rig_do(rig, MONITOR_OK, "set r3 5");
    rig_do(rig, MONITOR_OK, "history on");
    rig_do(rig, MONITOR_OK, "step 2 into");
    e = history_at(rig->mon->history, 0);
    assert_true(e->entered);
    assert_int_equal(e->vector, 034);
    assert_int_equal(e->r[R3], 6);
    assert_int_equal(e->r[SP], 0600);
    assert_int_equal(e->r[PC], 01004);
    assert_int_equal(e->ps, 0144000);
    assert_int_equal(e->to_pc, 02000);
    assert_int_equal(e->to_ps, 030340);
    assert_int_equal(rig->m->cpu.r[SP], 0674);
    rig_prints(rig, "history",
               "         0 u 001000: 005203                INC R3                              "
               "         R3=000006\n"
               "         1 u 001002: 104405                TRAP 5\n"
               "         2 trap 034 from pc 001004 ps 144000 to pc 002000 ps 030340\n");
}

/* What cannot be fetched is told as such. */
static void test_unread(void **state)
{
    struct rig *rig = *state;

    rig_do(rig, MONITOR_OK, "deposit 4 2000 340");
    rig_do(rig, MONITOR_OK, "set sp 1000");
    rig_do(rig, MONITOR_OK, "set pc 100000");
    rig_do(rig, MONITOR_OK, "history on");
    rig_do(rig, MONITOR_OK, "step into");
    rig_prints(rig, "history",
               "         0 k 100000:                       not in memory\n"
               "         1 trap 004 from pc 100000 ps 000000 to pc 002000 ps 000340\n");
}

/* The bootstrap's memory is a program's too. */
static void test_rom(void **state)
{
    struct rig *rig = *state;

    rig->m->rom.words[0] = 012700;
    rig->m->rom.words[1] = 5;
    rig_do(rig, MONITOR_OK, "set pc 173000");
    rig_do(rig, MONITOR_OK, "history on");
    rig_do(rig, MONITOR_OK, "step into");
    rig_prints(rig, "history",
               "         0 k 173000: 012700 000005         MOV #5,R0                           "
               "         R0=000005\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(test_lines),       RIG_TEST(test_bounds), RIG_TEST(test_back),
        RIG_TEST(test_interrupted), RIG_TEST(test_unread), RIG_TEST(test_rom),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
