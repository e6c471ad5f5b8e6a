/* test_gdb_packet.c - frames, checksums, acknowledgements, ^C, and streams that are none of it. */
#include <stdlib.h>
#include <string.h>

#include "gdb_rig.h"

static void hears(struct gdb_rig *g, const char *bytes, const char *sends)
{
    gdb_rig_hear(g, bytes, strlen(bytes));
    g->raw[g->raw_len] = 0;
    assert_string_equal((char *)g->raw, sends);
}

static void test_acknowledged(void **state)
{
    struct gdb_rig *g = *state;

    hears(g, "$qC#b4", "+$QC1#c5");
    hears(g, "+", "");
    /* A wrong sum is asked for again, and nothing is done. */
    hears(g, "$qC#b5", "-");
    hears(g, "$qC#bx", "-");
    hears(g, "$qC#xx", "-");
    hears(g, "$qC#B4", "+$QC1#c5");
    /* Ours is sent again as often as that is asked, until it has arrived. */
    hears(g, "--", "$QC1#c5$QC1#c5");
    hears(g, "+-", "");
    /* What is unknown has an empty answer. */
    hears(g, "$vMustReplyEmpty#3a", "+$#00");
    hears(g, "$#00", "+$#00");
    hears(g, "$qOffsets#4b", "+$#00");
}

static void test_pieces(void **state)
{
    struct gdb_rig *g = *state;
    const char *stream = "+$qC#b4+$qAttached#8f+";

    for (const char *p = stream; *p; p++)
        gdb_rig_hear(g, p, 1);
    hears(g, "$q", "");
    hears(g, "C#", "");
    hears(g, "b", "");
    hears(g, "4", "+$QC1#c5");
    /* Two at once. */
    hears(g, "$qC#b4$qC#b4", "+$QC1#c5+$QC1#c5");
}

/* A packet that was cut is forgotten when the next begins; noise is passed over. */
static void test_noise(void **state)
{
    struct gdb_rig *g = *state;

    hears(g, "GET / HTTP/1.1\r\n\r\n", "");
    assert_int_equal(gdb_serve(g->gdb), GDB_NOTHING);
    hears(g, "#00##+++", "");
    hears(g, "$m100,$qC#b4", "+$QC1#c5");
    assert_int_equal(gdb_serve(g->gdb), GDB_HOLD);
    hears(g, "$qC#$qC#b4", "+$QC1#c5");
    hears(g, "$qC#b$qC#b4", "+$QC1#c5");
}

/* A connection is a client's from the first whole packet on. */
static void test_wishes(void **state)
{
    struct gdb_rig *g = *state;

    assert_int_equal(gdb_rig_hear(g, "\003", 1), GDB_NOTHING);
    assert_int_equal(gdb_rig_hear(g, "$qC#00", 6), GDB_NOTHING);
    assert_int_equal(gdb_rig_send(g, "qC", 2), GDB_HOLD);
    assert_int_equal(gdb_rig_send(g, "D", 1), GDB_RELEASE);
    assert_string_equal(g->answer, "OK");
    gdb_open(g->gdb);
    assert_int_equal(gdb_rig_send(g, "vKill;1", 7), GDB_KILL);
    assert_string_equal(g->answer, "OK");
    gdb_open(g->gdb);
    /* After this nothing more is heard. */
    assert_int_equal(gdb_rig_hear(g, "$k#6b$qC#b4", 11), GDB_KILL);
    assert_int_equal(g->answers, 0);
    gdb_open(g->gdb);
    assert_int_equal(gdb_serve(g->gdb), GDB_NOTHING);
}

static void test_unacknowledged(void **state)
{
    struct gdb_rig *g = *state;

    hears(g, "$QStartNoAckMode#b0", "+$OK#9a");
    hears(g, "+", "");
    hears(g, "$qC#b4", "$QC1#c5");
    hears(g, "-", "");
    hears(g, "$qC#b5", "$E07#ac");
    /* The next client begins with them. */
    gdb_open(g->gdb);
    hears(g, "$qC#b4", "+$QC1#c5");
}

static void test_long(void **state)
{
    struct gdb_rig *g = *state;
    char *body = malloc(GDB_PACKET + 2);

    assert_non_null(body);
    memset(body, 'y', GDB_PACKET + 2);
    gdb_rig_send(g, body, GDB_PACKET);
    assert_string_equal(g->answer, "");
    assert_int_equal(g->answers, 1);
    gdb_rig_send(g, body, GDB_PACKET + 1);
    assert_string_equal(g->answer, "E01");
    assert_int_equal(g->answers, 1);
    gdb_rig_answers(g, "qC", "QC1");
    free(body);
}

/* More than the queue holds is dropped, not written past it. */
static void test_flood(void **state)
{
    struct gdb_rig *g = *state;
    size_t size = 5 * GDB_QUEUE;
    u8 *bytes = malloc(size);

    assert_non_null(bytes);
    for (size_t i = 0; i < size; i++)
        bytes[i] = (u8)(i * 2654435761u >> 7);
    gdb_hear(g->gdb, bytes, size);
    gdb_serve(g->gdb);
    for (size_t i = 0; i < size; i += 1000)
        gdb_hear(g->gdb, bytes + i, 1000);
    assert_true(g->gdb->queued <= GDB_QUEUE);
    gdb_serve(g->gdb);
    assert_int_equal(g->gdb->queued, g->gdb->head);
    free(bytes);
    gdb_rig_answers(g, "qC", "QC1");
}

/* Binary data: } announces a byte with bit 5 turned over; ^C in a packet is none. */
static void test_escapes(void **state)
{
    static const char data[] = "X400,6:\003}\003}\004}]\0a";
    struct gdb_rig *g = *state;

    gdb_rig_send(g, data, sizeof data - 1);
    assert_string_equal(g->answer, "OK");
    gdb_rig_answers(g, "m400,6", "0323247d0061");
    /* An escape that is cut. */
    hears(g, "$X400,1:}#dc", "");
    hears(g, "$qC#b4", "+$QC1#c5");
    /* In our answers too. */
    gdb_begin(g->gdb);
    gdb_add(g->gdb, "a}#$*b");
    g->raw_len = 0;
    gdb_send(g->gdb);
    assert_memory_equal(g->raw, "$a}]}\003}\004}\nb#", 12);
}

static void test_numbers(void **state)
{
    const char *at = "ffff,0", *big = "12345678901234567", *bad = "g", *mixed = "aBz";
    u64 value;
    u8 byte;

    assert_true(gdb_number_then(&at, ',', &value));
    assert_int_equal(value, 0xffff);
    assert_true(gdb_number(&at, &value));
    assert_int_equal(value, 0);
    assert_false(gdb_number(&at, &value));
    assert_false(gdb_number(&big, &value));
    assert_false(gdb_number(&bad, &value));
    assert_true(gdb_byte(&mixed, &byte));
    assert_int_equal(byte, 0xab);
    assert_false(gdb_byte(&mixed, &byte));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        GDB_TEST(test_acknowledged), GDB_TEST(test_pieces),         GDB_TEST(test_noise),
        GDB_TEST(test_wishes),       GDB_TEST(test_unacknowledged), GDB_TEST(test_long),
        GDB_TEST(test_flood),        GDB_TEST(test_escapes),        cmocka_unit_test(test_numbers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
