/* test_gdb_go.c - breakpoints, watchpoints, steps, back in time, and what the stops are called. */
#include <stdio.h>
#include <string.h>

#include "gdb_rig.h"

/* What stands in every stop reply: SP, PC, PS. */
static const char *stop(struct gdb_rig *g, unsigned signal, const char *reason)
{
    static char text[120];
    const struct cpu *cpu = &g->rig->m->cpu;
    u16 sp = cpu->r[SP], pc = cpu->r[PC], ps = cpu_ps(cpu);

    snprintf(text, sizeof text, "T%02x06:%02x%02x;07:%02x%02x;08:%02x%02x;%sthread:1;", signal,
             sp & 255, sp >> 8, pc & 255, pc >> 8, ps & 255, ps >> 8, reason);
    return text;
}

/* A packet is answered by a stop, with PC there. */
static void stops(struct gdb_rig *g, const char *body, unsigned signal, const char *reason, u16 pc)
{
    gdb_rig_ask(g, body);
    assert_string_equal(g->answer, stop(g, signal, reason));
    assert_int_equal(g->rig->m->cpu.r[PC], pc);
}

static void test_breakpoints(void **state)
{
    struct gdb_rig *g = *state;

    stops(g, "?", 5, "", 01000);
    gdb_rig_answers(g, "Z0,206,2", "OK");
    gdb_rig_answers(g, "Z0,206,2", "OK");
    stops(g, "c", 5, "", 01006); /* nobody has said that he knows swbreak */
    gdb_rig_ask(g, "qSupported:swbreak+;hwbreak+");
    stops(g, "c", 5, "swbreak:;", 01006);
    assert_int_equal(g->rig->m->cpu.r[0], 2);
    stops(g, "?", 5, "swbreak:;", 01006);
    gdb_rig_answers(g, "z1,206,2", "OK"); /* another kind: not there */
    stops(g, "c", 5, "swbreak:;", 01006);
    gdb_rig_answers(g, "z0,206,2", "OK");
    gdb_rig_answers(g, "z0,206,2", "OK");
    gdb_rig_answers(g, "Z1,202,2", "OK");
    stops(g, "c", 5, "hwbreak:;", 01002);
    stops(g, "c206", 5, "hwbreak:;", 01002);
    gdb_rig_answers(g, "z1,202,2", "OK");
    stops(g, "c", 17, "", 01016); /* HALT */
    assert_int_equal(g->rig->m->cpu.r[0], 024);
    /* Who jumps to a breakpoint means it. */
    gdb_rig_answers(g, "Z1,202,2", "OK");
    stops(g, "c202", 5, "hwbreak:;", 01002);
    stops(g, "C05;202", 17, "", 01016);
    gdb_rig_answers(g, "P7=0202", "OK");
    stops(g, "c", 5, "hwbreak:;", 01002);
}

static void test_bad_points(void **state)
{
    struct gdb_rig *g = *state;
    char body[32];

    gdb_rig_answers(g, "Z5,200,2", "E01");
    gdb_rig_answers(g, "Z0,201,2", "E01");
    gdb_rig_answers(g, "Z0,200", "E01");
    gdb_rig_answers(g, "Z0", "E01");
    gdb_rig_answers(g, "Z2,200,10001", "E01");
    gdb_rig_answers(g, "Z2,10000,2", "E08");
    gdb_rig_answers(g, "z0,x,2", "E01");
    for (unsigned i = 0; i < GDB_POINTS; i++) {
        snprintf(body, sizeof body, "Z0,%x,2", 0x4000 + 2 * i);
        gdb_rig_answers(g, body, "OK");
    }
    gdb_rig_answers(g, "Z0,200,2", "E05");
    gdb_rig_answers(g, "z0,4002,2", "OK");
    gdb_rig_answers(g, "Z0,206,2", "OK");
    stops(g, "c", 5, "", 01006);
    gdb_close(g->gdb, false);
    assert_null(g->rig->m->cpu.debug);
}

static void test_watchpoints(void **state)
{
    struct gdb_rig *g = *state;

    gdb_rig_answers(g, "Z2,400,2", "OK");
    stops(g, "c", 5, "watch:400;", 01006);
    gdb_rig_answers(g, "z2,400,2", "OK");
    /* The address is what gdb called it; a word that covers the byte counts. */
    gdb_rig_answers(g, "Z2,1000401,1", "OK");
    stops(g, "c", 5, "watch:1000401;", 01006);
    gdb_rig_answers(g, "z2,1000401,1", "OK");
    gdb_rig_answers(g, "Z2,3fc,10", "OK");
    stops(g, "c", 5, "watch:400;", 01006);
    gdb_rig_answers(g, "z2,3fc,10", "OK");
    gdb_rig_answers(g, "Z4,2010400,2", "OK");
    stops(g, "c", 5, "awatch:2010400;", 01006);
    gdb_rig_answers(g, "z4,2010400,2", "OK");
    gdb_rig_answers(g, "Z3,400,2", "OK");
    gdb_rig_answers(g, "M200,2:df0b", "OK"); /* TST @#2000 */
    gdb_rig_answers(g, "M202,2:0004", "OK");
    stops(g, "c200", 5, "rwatch:400;", 01004);
}

/* A breakpoint counts in every mode, unless a space is named. */
static void test_modes(void **state)
{
    struct gdb_rig *g = *state;

    gdb_rig_answers(g, "P8=00c0", "OK"); /* to user mode, without the KT11 */
    gdb_rig_answers(g, "Z0,2000202,2", "OK");
    stops(g, "s", 5, "", 01002);
    gdb_rig_answers(g, "Z0,2300206,2", "OK");
    gdb_rig_ask(g, "qSupported:swbreak+;hwbreak+");
    stops(g, "c", 5, "swbreak:;", 01006);
    stops(g, "c", 5, "swbreak:;", 01006);
    gdb_rig_answers(g, "Z1,200,2", "OK");
    stops(g, "c", 5, "hwbreak:;", 01000);
    gdb_rig_answers(g, "P8=0000", "OK");
    stops(g, "c", 5, "swbreak:;", 01002);
    stops(g, "c", 5, "hwbreak:;", 01000);
    gdb_rig_answers(g, "Z0,1000206,2", "OK");
    gdb_rig_answers(g, "z0,2000202,2", "OK");
    stops(g, "c", 5, "swbreak:;", 01006);
}

static void test_steps(void **state)
{
    struct gdb_rig *g = *state;

    stops(g, "s", 5, "", 01002);
    stops(g, "S05", 5, "", 01006);
    stops(g, "s200", 5, "", 01002);
    stops(g, "vCont;s:1", 5, "", 01006);
    stops(g, "vCont;s:p1.1;c", 5, "", 01012);
    stops(g, "vCont;C05:2;S05:-1", 5, "", 01000);
    gdb_rig_answers(g, "vCont?", "vCont;c;C;s;S;t;r");
    gdb_rig_answers(g, "vCont;s:2", "E01");
    gdb_rig_answers(g, "vCont", "E01");
    gdb_rig_answers(g, "vCont;x", "E01");
    gdb_rig_answers(g, "vCont;C0", "E01");
    gdb_rig_answers(g, "vCont;s:1x", "E01");
    gdb_rig_answers(g, "S5", "E01");
    gdb_rig_answers(g, "C05x", "E01");
    gdb_rig_answers(g, "c10000", "E01");
    gdb_rig_answers(g, "sxyz", "E01");
    stops(g, "?", 5, "", 01000);
    stops(g, "vCont;c", 17, "", 01016);
}

static void test_signals(void **state)
{
    struct gdb_rig *g = *state;
    struct machine *m = g->rig->m;

    ram_put(&m->ram, 01000, 0000777); /* BR . */
    stops(g, "c", 2, "", 01000);
    g->meanwhile = "\003";
    stops(g, "c", 2, "", 01000);
    g->meanwhile = NULL;
    ram_put(&m->ram, 01000, 0000001); /* WAIT */
    stops(g, "c", 2, "", 01002);
    gdb_rig_monitor(g, "record stop");
    kw11l_set_external(&m->clock, true);
    stops(g, "c", 21, "", 01002);
    gdb_rig_answers(g, "P7=0002", "OK");
    ram_put(&m->ram, 01000, 0000000);
    stops(g, "c", 17, "", 01002);
    g->over = (struct gdb_over){.over = true, .number = 3};
    gdb_rig_answers(g, "c", "W03");
    g->over.by_signal = true;
    gdb_rig_answers(g, "s", "X03");
}

/* Within a range of addresses, whatever is done there; out of it by any way. */
static void test_range_steps(void **state)
{
    struct gdb_rig *g = *state;
    struct machine *m = g->rig->m;

    stops(g, "vCont;r200,206:1", 5, "", 01006);
    gdb_rig_answers(g, "p0", "0100");
    stops(g, "vCont;r206,20c:1", 5, "", 01000);
    stops(g, "vCont;r200,200:1", 5, "", 01002); /* as a step */
    stops(g, "vCont;r200,20c:p1.-1;c", 5, "", 01014);
    gdb_rig_answers(g, "p0", "1400");
    stops(g, "vCont;r0,10000", 17, "", 01016);
    /* Stops count within it; ^C too. */
    gdb_rig_answers(g, "P7=0002", "OK");
    gdb_rig_answers(g, "P0=0000", "OK");
    gdb_rig_answers(g, "Z2,400,2", "OK");
    stops(g, "vCont;r200,20c", 5, "watch:400;", 01006);
    gdb_rig_answers(g, "z2,400,2", "OK");
    gdb_rig_answers(g, "M200,2:ff01", "OK"); /* BR . */
    gdb_rig_answers(g, "P7=0002", "OK");
    stops(g, "vCont;r200,20c", 2, "", 01000);
    /* An interrupt's handler is no way out, another mode is. */
    ram_put(&m->ram, 0100, 03000);
    ram_put(&m->ram, 03000, 0005201); /* INC R1 */
    ram_put(&m->ram, 03002, 0000002); /* RTI */
    ram_put(&m->ram, 01000, 0005202); /* INC R2 */
    ram_put(&m->ram, 01002, 0022702); /* CMP #20000,R2 */
    ram_put(&m->ram, 01004, 0020000);
    ram_put(&m->ram, 01006, 0001374); /* BNE 1000 */
    gdb_rig_monitor(g, "set lks = 100");
    gdb_rig_answers(g, "P1=0000", "OK");
    gdb_rig_answers(g, "P2=0000", "OK");
    stops(g, "vCont;r200,208", 5, "", 01010);
    assert_int_equal(m->cpu.r[R2], 020000);
    assert_in_range(m->cpu.r[R1], 1, 2);
    ram_put(&m->ram, 034, 01000);
    ram_put(&m->ram, 036, 0);
    ram_put(&m->ram, 01010, 0104400); /* TRAP, from user mode */
    gdb_rig_monitor(g, "set ps = 140000");
    gdb_rig_monitor(g, "set usp = 1000");
    stops(g, "vCont;r200,20c", 5, "", 01000);
    assert_int_equal(cpu_mode(&m->cpu), MODE_K);
    gdb_rig_answers(g, "vCont;r200", "E01");
    gdb_rig_answers(g, "vCont;r208,200", "E01");
    gdb_rig_answers(g, "vCont;r200,10001", "E01");
    gdb_rig_answers(g, "vCont;r200,2x", "E01");
}

/* ^C behind the packet that it interrupts, in one piece; and one that comes too early. */
static void test_interrupts(void **state)
{
    struct gdb_rig *g = *state;
    u64 before = g->rig->m->cpu.icount;

    gdb_rig_answers(g, "qC", "QC1");
    gdb_rig_hear(g, "$c#63\003$qC#b4", 12);
    assert_int_equal(g->answers, 2);
    assert_string_equal(g->answer, "QC1");
    assert_int_equal(g->rig->m->cpu.icount, before);
    stops(g, "?", 2, "", 01000);
    gdb_rig_hear(g, "\003", 1);
    gdb_rig_answers(g, "qC", "QC1");
    stops(g, "c", 2, "", 01000);
    stops(g, "c", 17, "", 01016);
}

static void test_back(void **state)
{
    struct gdb_rig *g = *state;

    stops(g, "bs", 5, "replaylog:begin;", 01000);
    stops(g, "bc", 5, "replaylog:begin;", 01000);
    stops(g, "s", 5, "", 01002);
    stops(g, "bs", 5, "", 01000);
    stops(g, "c", 5, "replaylog:end;", 01002);
    stops(g, "c", 17, "", 01016);
    gdb_rig_answers(g, "bsx", "E01");
    stops(g, "bs", 5, "", 01014);
    gdb_rig_answers(g, "Z2,400,2", "OK");
    stops(g, "bc", 5, "watch:400;", 01002);
    gdb_rig_answers(g, "p0", "1400");
    gdb_rig_answers(g, "m400,2", "1300");
    stops(g, "bc", 5, "watch:400;", 01002);
    gdb_rig_answers(g, "p0", "1300");
    gdb_rig_answers(g, "z2,400,2", "OK");
    gdb_rig_ask(g, "qSupported:swbreak+;hwbreak+");
    gdb_rig_answers(g, "Z0,20a,2", "OK");
    stops(g, "bc", 5, "swbreak:;", 01012);
    gdb_rig_answers(g, "p0", "1200");
    stops(g, "c", 5, "swbreak:;", 01012);
    gdb_rig_answers(g, "p0", "1300");
    /* A change makes a new future. */
    gdb_rig_answers(g, "P0=0300", "OK");
    gdb_rig_answers(g, "z0,20a,2", "OK");
    stops(g, "bs", 5, "", 01006);
    gdb_rig_answers(g, "p0", "1300");
    stops(g, "s", 5, "", 01012);
    stops(g, "c", 5, "replaylog:end;", 01012);
    gdb_rig_answers(g, "p0", "0300");
    stops(g, "c", 17, "", 01016);
}

/* ^C on the way back: what has been searched then has nothing in it. */
static void test_back_interrupted(void **state)
{
    struct gdb_rig *g = *state;
    struct machine *m = g->rig->m;
    u64 end, there = 0;

    gdb_rig_monitor(g, "record stop");
    gdb_rig_monitor(g, "record start 10");
    stops(g, "c", 17, "", 01016);
    end = m->cpu.icount;
    gdb_rig_answers(g, "Z2,600,2", "OK"); /* nothing is written there */
    g->under_way = "\003";
    for (g->ask_at = 1; g->ask_at < 12; g->ask_at += 5) {
        g->asked = 0;
        gdb_rig_monitor(g, "present");
        g->asked = 0;
        gdb_rig_ask(g, "bc");
        assert_memory_equal(g->answer, "T02", 3);
        assert_null(strstr(g->answer, "replaylog"));
        assert_true(m->cpu.icount <= end && m->cpu.icount > 0);
        assert_true(!there || m->cpu.icount < there);
        there = m->cpu.icount;
    }
    g->under_way = NULL;
    stops(g, "bc", 5, "replaylog:begin;", 01000);
    /* Behind the packet, in one piece. */
    gdb_rig_monitor(g, "present");
    gdb_rig_hear(g, "$bc#c5\003", 7);
    assert_memory_equal(g->answer, "T02", 3);
    assert_true(m->cpu.icount == end);
    gdb_rig_answers(g, "qC", "QC1");
}

/* The monitor's stops and gdb's, side by side. */
static void test_monitor_stops(void **state)
{
    struct gdb_rig *g = *state;

    gdb_rig_monitor(g, "break 1006 if r0 == 3");
    gdb_rig_monitor(g, "commands 1 print r0");
    stops(g, "c", 5, "", 01006);
    assert_non_null(strstr(g->text, "breakpoint 1, ki:001006"));
    assert_non_null(strstr(g->text, "000003  3.  0x3"));
    stops(g, "bs", 5, "", 01002);
    stops(g, "bs", 5, "", 01000);
    stops(g, "c", 5, "replaylog:end;", 01006);
    gdb_rig_answers(g, "p0", "0300");
    gdb_rig_answers(g, "Z0,206,2", "OK");
    gdb_rig_monitor(g, "delete");
    gdb_rig_ask(g, "qSupported:swbreak+");
    stops(g, "c", 5, "swbreak:;", 01006);
    gdb_rig_monitor(g, "set pc 1006");
    stops(g, "c", 5, "swbreak:;", 01006);
    gdb_rig_answers(g, "p0", "0500");
    gdb_rig_monitor(g, "set pc 1002");
    gdb_rig_monitor(g, "set pc 1006");
    gdb_rig_monitor(g, "step");
    stops(g, "c", 5, "swbreak:;", 01006);
    gdb_rig_monitor(g, "reverse-continue");
    stops(g, "?", 5, "", 01000);
}

/* Without a client the machine runs as under the monitor. */
static void test_alone(void **state)
{
    struct gdb_rig *g = *state;

    gdb_rig_answers(g, "Z0,206,2", "OK");
    gdb_close(g->gdb, false);
    gdb_go_free(g->gdb);
    assert_int_equal(g->rig->m->cpu.r[PC], 01016);
    g->rig->m->cpu.r[PC] = 01000;
    g->rig->text[0] = 0;
    rig_do(g->rig, MONITOR_OK, "break 1002");
    g->rig->text[0] = 0;
    gdb_go_free(g->gdb);
    assert_int_equal(g->rig->m->cpu.r[PC], 01002);
    assert_non_null(strstr(g->rig->text, "breakpoint 1"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        GDB_TEST(test_breakpoints),   GDB_TEST(test_bad_points),
        GDB_TEST(test_watchpoints),   GDB_TEST(test_modes),
        GDB_TEST(test_steps),         GDB_TEST(test_signals),
        GDB_TEST(test_interrupts),    GDB_TEST(test_range_steps),
        GDB_TEST(test_back),          GDB_TEST(test_back_interrupted),
        GDB_TEST(test_monitor_stops), GDB_TEST(test_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
