/* test_gdb_data.c - registers, memory in all spaces, questions, `monitor`. */
#include <stdio.h>
#include <string.h>

#include "gdb_rig.h"
#include "machine/record.h"

static void test_registers(void **state)
{
    struct gdb_rig *g = *state;
    struct cpu *cpu = &g->rig->m->cpu;

    gdb_rig_answers(g, "G0100020003000400050006000008000100e", "E01"); /* a digit short */
    gdb_rig_answers(g, "G010002000300040005000600000800010000ff", "E01");
    gdb_rig_answers(g, "G01000200030004000500060000080002e0g0", "E01");
    assert_int_equal(cpu->r[0], 0);
    gdb_rig_answers(g, "G0100020003000400050006000008000205c8", "OK");
    assert_int_equal(cpu_ps(cpu), 0144005);
    /* The set and stack pointer are those of the PSW that came with them. */
    assert_int_equal(cpu->r[0], 1);
    assert_int_equal(cpu->alt[0], 0);
    assert_int_equal(cpu_get_sp(cpu, MODE_U), 04000);
    assert_int_equal(cpu_get_sp(cpu, MODE_K), 01000);
    gdb_rig_answers(g, "g", "0100020003000400050006000008000205c8");
    gdb_rig_answers(g, "p5", "0600");
    gdb_rig_answers(g, "p8", "05c8");
    gdb_rig_answers(g, "p9", "E01");
    gdb_rig_answers(g, "p", "E01");
    gdb_rig_answers(g, "p1x", "E01");
    gdb_rig_answers(g, "P7=3412", "OK");
    assert_int_equal(cpu->r[PC], 0x1234);
    gdb_rig_answers(g, "P9=3412", "E01");
    gdb_rig_answers(g, "P7=34", "E01");
    gdb_rig_answers(g, "P7=341200", "E01");
    gdb_rig_answers(g, "P7", "E01");
    gdb_rig_answers(g, "P8=0000", "OK");
    assert_int_equal(cpu_mode(cpu), MODE_K);
}

static void test_memory(void **state)
{
    struct gdb_rig *g = *state;
    const struct ram *ram = &g->rig->m->ram;

    gdb_rig_answers(g, "m200,4", "800a1f10");
    gdb_rig_answers(g, "m201,2", "0a1f");
    gdb_rig_answers(g, "M401,3:aabbcc", "OK");
    assert_int_equal(ram_get(ram, 02000), 0xaa00);
    assert_int_equal(ram_get(ram, 02002), 0xccbb);
    gdb_rig_answers(g, "X402,0:", "OK");
    gdb_rig_answers(g, "X402,2:zz", "OK");
    gdb_rig_answers(g, "m400,6", "00aa7a7a0000");
    /* Lengths that lie. */
    gdb_rig_answers(g, "X402,3:zz", "E01");
    gdb_rig_answers(g, "X402,1:zz", "E01");
    gdb_rig_answers(g, "Xffff,ffffffffffffffff:zz", "E01");
    gdb_rig_answers(g, "M402,2:11", "E01");
    gdb_rig_answers(g, "M402,2:111111", "E01");
    gdb_rig_answers(g, "M402,ffffffffffffffff:1111", "E01");
    gdb_rig_answers(g, "M402,2", "E01");
    gdb_rig_answers(g, "m402", "E01");
    gdb_rig_answers(g, "m402,2,", "E01");
    gdb_rig_answers(g, "m,2", "E01");
    gdb_rig_answers(g, "m402,0", "E01");
    gdb_rig_answers(g, "m400,6", "00aa7a7a0000");
    /* As much as an answer holds. */
    assert_int_equal(strlen(gdb_rig_ask(g, "m0,ffffffffffffffff")), GDB_PACKET);
}

/* What is no memory; where it begins within what was asked for. */
static void test_ends(void **state)
{
    struct gdb_rig *g = *state;
    struct mmu *mmu = &g->rig->m->cpu.mmu;

    gdb_rig_answers(g, "m7ffe,4", "0000"); /* 32 KB are there */
    gdb_rig_answers(g, "m8000,2", "E03");
    gdb_rig_answers(g, "me000,2", "E04");
    gdb_rig_answers(g, "mffff,2", "E04");
    gdb_rig_answers(g, "m103fff8,2", "E04");
    gdb_rig_answers(g, "m1007ffe,4", "0000");
    gdb_rig_answers(g, "M7ffe,4:11111111", "E03");
    gdb_rig_answers(g, "m7ffe,2", "0000");
    mmu->mmr0 = MMR0_ENABLE;
    mmu->pdr[MODE_K][SPACE_I][0] = 07406; /* 16 blocks */
    gdb_rig_answers(g, "m3fe,4", "0000");
    gdb_rig_answers(g, "m400,4", "E02");
    gdb_rig_answers(g, "m2000,4", "E02");
}

static void test_spaces(void **state)
{
    struct gdb_rig *g = *state;
    struct mmu *mmu = &g->rig->m->cpu.mmu;
    struct ram *ram = &g->rig->m->ram;

    mmu->mmr0 = MMR0_ENABLE;
    mmu->mmr3 = 1; /* user D space */
    mmu->pdr[MODE_K][SPACE_I][0] = mmu->pdr[MODE_S][SPACE_I][0] = 077406;
    mmu->pdr[MODE_U][SPACE_I][0] = mmu->pdr[MODE_U][SPACE_D][0] = 077406;
    mmu->par[MODE_S][SPACE_I][0] = 0100;
    mmu->par[MODE_U][SPACE_I][0] = 0200;
    mmu->par[MODE_U][SPACE_D][0] = 0300;
    cpu_update(&g->rig->m->cpu);
    for (u16 i = 0; i < 4; i++)
        ram_put(ram, i * 010000u, (u16)(0x1111 * (i + 1)));
    gdb_rig_answers(g, "m0,2", "1111");
    gdb_rig_answers(g, "m2000000,2", "1111");
    gdb_rig_answers(g, "m2010000,2", "1111");
    gdb_rig_answers(g, "m2100000,2", "2222");
    gdb_rig_answers(g, "m2110000,2", "2222");
    gdb_rig_answers(g, "m2300000,2", "3333");
    gdb_rig_answers(g, "m2310000,2", "4444");
    gdb_rig_answers(g, "m1003000,2", "4444");
    gdb_rig_answers(g, "P8=00c0", "OK");
    gdb_rig_answers(g, "m0,2", "4444"); /* D where it is not said */
    gdb_rig_answers(g, "m2200000,2", "E08");
    gdb_rig_answers(g, "m2320000,2", "E08");
    gdb_rig_answers(g, "m10000,2", "E08");
    gdb_rig_answers(g, "m1040000,2", "E08");
    gdb_rig_answers(g, "m3000000,2", "E08");
    gdb_rig_answers(g, "mffffffffffffff80,2", "E08");
    gdb_rig_answers(g, "M2300000,2:7777", "OK");
    assert_int_equal(ram_get(ram, 020000), 0x7777);
    /* The same by the side of gdb that knows only 16 bits. */
    assert_string_equal(gdb_rig_monitor(g, "gdb"),
                        "addresses are in the current mode, breakpoints in any\n");
    assert_string_equal(gdb_rig_monitor(g, "gdb s"), "addresses are in supervisor mode\n");
    gdb_rig_answers(g, "m0,2", "2222");
    assert_string_equal(gdb_rig_monitor(g, " gdb ui"), "addresses are in user mode, I space\n");
    gdb_rig_answers(g, "m0,2", "7777");
    assert_string_equal(gdb_rig_monitor(g, "gdb p"), "addresses are physical\n");
    gdb_rig_answers(g, "m3000,2", "4444");
    assert_non_null(strstr(gdb_rig_monitor(g, "gdb x"), "give current, p, or k, s or u"));
    assert_non_null(strstr(gdb_rig_monitor(g, "gdb i"), "give current"));
    assert_non_null(strstr(gdb_rig_monitor(g, "gdb kix"), "give current"));
    gdb_rig_answers(g, "m3000,2", "4444");
    gdb_rig_monitor(g, "gdb current");
    gdb_rig_answers(g, "m0,2", "4444");
}

static void test_questions(void **state)
{
    struct gdb_rig *g = *state;

    gdb_rig_answers(g, "qSupported:multiprocess+;xhwbreak+;swbreak-",
                    "PacketSize=1000;QStartNoAckMode+;vContSupported+;ReverseStep+;"
                    "ReverseContinue+");
    gdb_rig_answers(g, "qSupported:hwbreak+;swbreak+",
                    "PacketSize=1000;QStartNoAckMode+;vContSupported+;swbreak+;hwbreak+;"
                    "ReverseStep+;ReverseContinue+");
    gdb_rig_answers(g, "qAttached", "1");
    gdb_rig_answers(g, "qAttached:1", "1");
    gdb_rig_answers(g, "qC", "QC1");
    gdb_rig_answers(g, "qfThreadInfo", "m1");
    gdb_rig_answers(g, "qsThreadInfo", "l");
    gdb_rig_answers(g, "qThreadExtraInfo,1", "5044502d31312f35302c206b65726e656c206d6f6465");
    gdb_rig_answers(g, "qCRC:0,10", "");
    gdb_rig_answers(g, "qXfer:features:read:target.xml:0,ffb", "");
    gdb_rig_answers(g, "qSymbol::", "");
    gdb_rig_answers(g, "QNonStop:0", "");
    gdb_rig_answers(g, "Hg0", "OK");
    gdb_rig_answers(g, "Hc-1", "OK");
    gdb_rig_answers(g, "Hgp1.1", "OK");
    gdb_rig_answers(g, "Hg2", "E01");
    gdb_rig_answers(g, "Hx1", "E01");
    gdb_rig_answers(g, "H", "E01");
    gdb_rig_answers(g, "T1", "OK");
    gdb_rig_answers(g, "T2", "E01");
    gdb_rig_answers(g, "Tp1.-2", "E01");
    gdb_rig_answers(g, "T", "E01");
    gdb_rig_answers(g, "!", "");
    gdb_rig_answers(g, "vRun;", "");
}

static void test_monitor(void **state)
{
    struct gdb_rig *g = *state;

    assert_string_equal(gdb_rig_monitor(g, "print 1+2"), "000003  3.  0x3\n");
    assert_string_equal(gdb_rig_monitor(g, "frobnicate"),
                        "frobnicate: no such command (`help` lists them)\n");
    /* A block stays open from line to line. */
    assert_string_equal(gdb_rig_monitor(g, "if 1"), "");
    assert_string_equal(gdb_rig_monitor(g, "echo \"yes\""), "");
    assert_string_equal(gdb_rig_monitor(g, "end"), "yes\n");
    /* More than one packet holds. */
    assert_true(strlen(gdb_rig_monitor(g, "examine 0,512.")) > GDB_PACKET);
    assert_int_equal(g->gdb->wish, GDB_HOLD);
    gdb_rig_answers(g, "qRcmd,7", "E01");
    gdb_rig_answers(g, "qRcmd,zz", "E01");
    gdb_rig_answers(g, "qRcmd,", "OK");
    gdb_rig_monitor(g, "quit");
    assert_int_equal(g->gdb->wish, GDB_KILL);
}

/* Who holds no file's descriptor gives none away. */
static void test_no_files(void **state)
{
    struct gdb_rig *g = *state;
    struct gdb_io io = g->io;
    struct gdb *other;

    io.no_files = true;
    assert_int_equal(gdb_new(&other, g->rig->mon, &io, NULL), 0);
    gdb_free(g->gdb);
    g->gdb = other;
    assert_non_null(strstr(gdb_rig_monitor(g, "dump 0,10 monitor-test-secret"), "file"));
    assert_non_null(strstr(gdb_rig_monitor(g, "record save monitor-test-secret"), "file"));
    assert_null(fopen("monitor-test-secret", "rb"));
}

/* The recording begins with the client and ends with it, unless it was there before. */
static void test_recording(void **state)
{
    struct gdb_rig *g = *state;

    assert_false(record_active(g->rig->m));
    gdb_rig_answers(g, "qC", "QC1");
    assert_true(record_active(g->rig->m));
    gdb_close(g->gdb, true);
    assert_true(record_active(g->rig->m));
    gdb_close(g->gdb, false);
    assert_false(record_active(g->rig->m));
    assert_int_equal(record_begin(g->rig->m, NULL, NULL), 0);
    gdb_rig_answers(g, "qC", "QC1");
    gdb_close(g->gdb, false);
    assert_true(record_active(g->rig->m));
    record_end(g->rig->m);
    gdb_rig_answers(g, "qC", "QC1");
    gdb_rig_monitor(g, "record stop");
    gdb_rig_answers(g, "qSupported", "PacketSize=1000;QStartNoAckMode+;vContSupported+");
    gdb_rig_answers(g, "bs", "E06");
    gdb_rig_answers(g, "bc", "E06");
    gdb_rig_answers(g, "P0=0100", "OK");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        GDB_TEST(test_registers), GDB_TEST(test_memory),    GDB_TEST(test_ends),
        GDB_TEST(test_spaces),    GDB_TEST(test_questions), GDB_TEST(test_monitor),
        GDB_TEST(test_no_files),  GDB_TEST(test_recording),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
