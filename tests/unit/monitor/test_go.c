/* test_go.c - continue, step, over, out, until: also where calls are recursive and interrupts come.
 */
#include <string.h>

#include "monitor/stop.h"

#include "rig.h"

static void at(struct rig *rig, const char *line, u16 pc)
{
    rig_do(rig, MONITOR_OK, line);
    if (rig->m->cpu.r[PC] != pc)
        fail_msg("%s: PC %06o, not %06o: %s", line, rig->m->cpu.r[PC], pc, rig->text);
}

/* A subroutine calls itself until R0 is 0: 1000 calls it with 3. */
static void load_recursion(struct rig *rig)
{
    rig_do(rig, MONITOR_OK, "assemble 1000 MOV #1000,SP \\ MOV #3,R0 \\ JSR PC,1100 \\ HALT");
    rig_do(rig, MONITOR_OK,
           "assemble 1100 INC R1 \\ DEC R0 \\ BEQ 1112 \\ JSR PC,1100 \\ INC R2 \\ RTS PC");
    rig_do(rig, MONITOR_OK, "start 1000");
    rig_do(rig, MONITOR_OK, "set r2 = 0");
}

static void test_over(void **state)
{
    struct rig *rig = *state;

    load_recursion(rig);
    at(rig, "over", 01004);
    at(rig, "over", 01010);
    at(rig, "over", 01014);
    assert_int_equal(rig->m->cpu.r[R1], 3);

    /* Within the recursion the own call ends, not one within it. */
    load_recursion(rig);
    at(rig, "step 6", 01106);
    assert_int_equal(rig->m->cpu.r[R0], 2);
    at(rig, "over", 01112);
    assert_int_equal(rig->m->cpu.r[R0], 0);
    assert_int_equal(rig->m->cpu.r[SP], 0776);
    at(rig, "over", 01114);
    at(rig, "over", 01014);
    assert_null(rig->m->cpu.debug);

    /* A stop on the way prevails, and is told. */
    load_recursion(rig);
    rig_do(rig, MONITOR_OK, "break 1112 if r2 == 1");
    at(rig, "step 2", 01010);
    at(rig, "over", 01112);
    assert_non_null(strstr(rig->text, "breakpoint 1, ki:001112, "));
    assert_int_equal(rig->m->cpu.r[SP], 0774);
}

static void test_out(void **state)
{
    struct rig *rig = *state;

    load_recursion(rig);
    at(rig, "break 1102 if r0 == 1", 01000);
    at(rig, "continue", 01102);
    at(rig, "delete", 01102);
    assert_int_equal(rig->m->cpu.r[SP], 0772);
    at(rig, "out", 01112);
    assert_int_equal(rig->m->cpu.r[SP], 0774);
    at(rig, "out", 01112);
    assert_int_equal(rig->m->cpu.r[SP], 0776);
    at(rig, "finish", 01014);
    assert_int_equal(rig->m->cpu.r[SP], 01000);
    rig_fails(rig, "out", "no caller is found on the stack");
}

static void test_until(void **state)
{
    struct rig *rig = *state;

    load_recursion(rig);
    at(rig, "until 1100", 01100);
    assert_int_equal(rig->m->cpu.r[R0], 3);
    /* From here it is the next time. */
    at(rig, "until 1100", 01100);
    assert_int_equal(rig->m->cpu.r[R0], 2);
    at(rig, "until p:1014", 01014);
    at(rig, "until 1100", 01016);
    assert_non_null(strstr(rig->text, "HALT"));
    rig_fails(rig, "until", "an address is missing at the end of: until");
    rig_fails(rig, "until 1000 2", "2: there is nothing to do with this word");
    rig_fails(rig, "until nowhere", "nowhere: no such register or symbol");
}

/* A trap is a call that comes back behind itself. */
static void test_over_a_trap(void **state)
{
    struct rig *rig = *state;

    rig_do(rig, MONITOR_OK, "deposit 34 2000 0");
    rig_do(rig, MONITOR_OK, "assemble 2000 INC R1 \\ RTI");
    rig_do(rig, MONITOR_OK, "assemble 1000 TRAP 1 \\ TRAP 2 \\ HALT");
    rig_do(rig, MONITOR_OK, "start 1000");
    rig_do(rig, MONITOR_OK, "set sp = 1000");
    at(rig, "over", 01002);
    assert_int_equal(rig->m->cpu.r[R1], 1);
    at(rig, "step", 02000);
    assert_int_equal(rig->m->cpu.r[R1], 1);
    at(rig, "step 2", 01004);
}

/* The console's transmitter interrupts all the time; its handler calls a subroutine. */
static void load_interrupts(struct rig *rig)
{
    rig_do(rig, MONITOR_OK, "deposit 64 2000 200");
    rig_do(rig, MONITOR_OK, "assemble 2000 JSR PC,2100 \\ RTI");
    rig_do(rig, MONITOR_OK, "assemble 2100 MOVB #101,@#177566 \\ INC R4 \\ RTS PC");
    rig_do(rig, MONITOR_OK,
           "assemble 1000 MOV #1000,SP \\ MOV #100,@#177564 \\ INC R0 \\ INC R0 \\ WAIT \\ INC R0 "
           "\\ BR 1014");
    rig_do(rig, MONITOR_OK, "start 1000");
    rig_do(rig, MONITOR_OK, "set r0 = 0");
    rig_do(rig, MONITOR_OK, "set r4 = 0");
}

static void test_step_and_interrupts(void **state)
{
    struct rig *rig = *state;
    const u16 *r = rig->m->cpu.r;

    load_interrupts(rig);
    at(rig, "step 2", 01012);
    assert_int_equal(r[R4], 0);
    /* The interrupt is served before the next instruction: in one go. */
    at(rig, "step", 01014);
    assert_int_equal(r[R0], 1);
    assert_int_equal(r[R4], 1);
    at(rig, "step", 01016);
    at(rig, "step", 01020);
    at(rig, "step", 01022);
    assert_int_equal(r[R0], 3);
    assert_int_equal(r[R4], 2);
    at(rig, "step 100", 01022);
    assert_int_equal(r[R0], 3 + 50);
    assert_int_equal(r[SP], 01000);

    /* The handler's instructions as steps. */
    load_interrupts(rig);
    rig->m->cpu.r[SP] = 01000;
    at(rig, "step 2 into", 01012);
    at(rig, "step into", 02100);
    at(rig, "step into", 02106);
    at(rig, "over", 02110);
    at(rig, "out", 02004);
    at(rig, "step", 01012);

    /* A stop in the handler prevails. */
    load_interrupts(rig);
    at(rig, "step 2", 01012);
    rig_do(rig, MONITOR_OK, "break 2106");
    at(rig, "step", 02106);
    assert_non_null(strstr(rig->text, "breakpoint 1"));
    rig_do(rig, MONITOR_OK, "delete");
    rig_do(rig, MONITOR_OK, "catch interrupt");
    load_interrupts(rig);
    at(rig, "step 3", 02000);
    assert_non_null(strstr(rig->text, "catchpoint 2"));
    assert_int_equal(r[R0], 0);
}

static void test_continue(void **state)
{
    struct rig *rig = *state;

    load_recursion(rig);
    rig_prints(rig, "continue 5",
               "limit, 5 instructions\nki:001104: 001402                BEQ 001112\n");
    rig_fails(rig, "continue 4", "4: more instructions are executed already: see goto");
    rig_fails(rig, "continue 1 2", "2: there is nothing to do with this word");
    rig_fails(rig, "continue qqqqq", "qqqqq: no such register or symbol");
    at(rig, "continue", 01016);
    at(rig, "break 1100", 01016);
    at(rig, "start 1000", 01000);
    rig_do(rig, MONITOR_OK, "continue 1K");
    assert_int_equal(rig->m->cpu.r[PC], 01100);
    rig_fails(rig, "step 0", "0: the count of instructions is 1 to 4611686018427387903");
    rig_fails(rig, "step into 3", "3: there is nothing to do with this word");
    rig_fails(rig, "over 2", "2: there is nothing to do with this word");
    rig_fails(rig, "out 2", "2: there is nothing to do with this word");
}

/* The machine's owner may end any run. */
static enum stop owner_run(void *ctx, u64 icount)
{
    struct rig *rig = ctx;

    if (icount > rig->m->cpu.icount + 4)
        icount = rig->m->cpu.icount + 4;
    machine_run(rig->m, icount, EVENT_NEVER);
    return STOP_REQUEST;
}

static void test_owner(void **state)
{
    struct rig *rig = *state;

    load_recursion(rig);
    rig->io.run = owner_run;
    rig_do(rig, MONITOR_OK, "continue");
    assert_non_null(strstr(rig->text, "stopped, 4 instructions\n"));
    rig_do(rig, MONITOR_OK, "over");
    assert_non_null(strstr(rig->text, "stopped, 5 instructions\n"));
    rig_do(rig, MONITOR_OK, "step 100");
    assert_non_null(strstr(rig->text, "stopped, 9 instructions\n"));
    assert_null(rig->m->cpu.debug);

    /* By ^C: then the lines around it end too. */
    rig_do(rig, MONITOR_OK, "if 1");
    rig_do(rig, MONITOR_OK, "continue");
    rig_do(rig, MONITOR_OK, "set r5 = 77");
    rig->interrupt_at = rig->asked + 1;
    rig_fails(rig, "end", "interrupted");
    assert_int_equal(rig->m->cpu.r[R5], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(test_over),        RIG_TEST(test_out),      RIG_TEST(test_until),
        RIG_TEST(test_over_a_trap), RIG_TEST(test_continue), RIG_TEST(test_step_and_interrupts),
        RIG_TEST(test_owner),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
