/* gdb_rig.c - see gdb_rig.h. */
#include "gdb_rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A packet of the engine's: its sum is right, and what is in it is kept. */
static void take_packet(struct gdb_rig *g, const u8 *packet, size_t len)
{
    char sum[4];
    u8 added = 0;

    assert_true(len >= 4 && len - 4 <= GDB_PACKET);
    for (size_t i = 1; i < len - 3; i++)
        added = (u8)(added + packet[i]);
    snprintf(sum, sizeof sum, "#%02x", added);
    assert_memory_equal(packet + len - 3, sum, 3);
    if (packet[1] == 'O' && packet[2] != 'K') {
        size_t used = strlen(g->text);
        for (size_t i = 2; i < len - 3; i += 2) {
            unsigned byte;
            assert_int_equal(sscanf((const char *)packet + i, "%2x", &byte), 1);
            assert_true(used < sizeof g->text - 1);
            g->text[used++] = (char)byte;
            g->text[used] = 0;
        }
        return;
    }
    g->answers++;
    memcpy(g->answer, packet + 1, len - 4);
    g->answer[len - 4] = 0;
}

static void take(void *ctx, const void *bytes, size_t len)
{
    struct gdb_rig *g = ctx;

    assert_true(g->raw_len + len < sizeof g->raw);
    memcpy(g->raw + g->raw_len, bytes, len);
    g->raw_len += len;
    if (*(const u8 *)bytes == '$')
        take_packet(g, bytes, len);
}

static enum stop run(void *ctx, u64 icount)
{
    struct gdb_rig *g = ctx;
    struct machine *m = g->rig->m;
    u64 limit = m->cpu.icount + g->budget;
    enum stop stop;

    if (g->meanwhile && gdb_hear(g->gdb, (const u8 *)g->meanwhile, strlen(g->meanwhile)))
        return STOP_REQUEST;
    stop = machine_run(m, icount < limit ? icount : limit,
                       m->clock.external ? EVENT_NEVER : machine_time(m) + g->budget);
    return stop == STOP_TIME || (stop == STOP_LIMIT && m->cpu.icount < icount) ? STOP_REQUEST
                                                                               : stop;
}

static void progress(void *ctx, u64 done, u64 total)
{
    struct gdb_rig *g = ctx;

    if (g->under_way && ++g->asked == g->ask_at)
        gdb_hear(g->gdb, (const u8 *)g->under_way, strlen(g->under_way));
}

static struct gdb_over over(void *ctx)
{
    return ((struct gdb_rig *)ctx)->over;
}

int gdb_rig_setup(void **state)
{
    static const u16 program[] = {
        0005200,         /* 1000 INC R0 */
        0010037, 02000,  /* 1002 MOV R0,@#2000 */
        0020027, 000024, /* 1006 CMP R0,#24 */
        0001372,         /* 1012 BNE 1000 */
        0000000,         /* 1014 HALT */
    };
    struct gdb_rig *g = calloc(1, sizeof *g);
    void *rig;

    assert_non_null(g);
    rig_setup(&rig);
    g->rig = rig;
    for (unsigned i = 0; i < ARRAY_LEN(program); i++)
        ram_put(&g->rig->m->ram, 01000 + 2 * i, program[i]);
    machine_start(g->rig->m, 01000);
    g->rig->m->cpu.r[SP] = 01000;
    g->budget = 100000;
    g->io = (struct gdb_io){.send = take, .run = run, .progress = progress, .over = over, .ctx = g};
    assert_int_equal(gdb_new(&g->gdb, g->rig->mon, &g->io, NULL), 0);
    *state = g;
    return 0;
}

int gdb_rig_teardown(void **state)
{
    struct gdb_rig *g = *state;
    void *rig = g->rig;

    gdb_free(g->gdb);
    rig_teardown(&rig);
    free(g);
    return 0;
}

enum gdb_wish gdb_rig_hear(struct gdb_rig *g, const void *bytes, size_t len)
{
    g->raw_len = 0;
    g->answers = 0;
    g->answer[0] = g->text[0] = 0;
    gdb_hear(g->gdb, bytes, len);
    return gdb_serve(g->gdb);
}

enum gdb_wish gdb_rig_send(struct gdb_rig *g, const void *body, size_t len)
{
    const u8 *bytes = body;
    char packet[GDB_QUEUE];
    u8 sum = 0;

    assert_true(len + 8 < sizeof packet);
    packet[0] = '$';
    memcpy(packet + 1, body, len);
    for (size_t i = 0; i < len; i++)
        sum = (u8)(sum + bytes[i]);
    snprintf(packet + 1 + len, 4, "#%02x", sum);
    return gdb_rig_hear(g, packet, len + 4);
}

const char *gdb_rig_ask(struct gdb_rig *g, const char *body)
{
    gdb_rig_send(g, body, strlen(body));
    if (g->answers != 1)
        fail_msg("%s: %u answers", body, g->answers);
    return g->answer;
}

void gdb_rig_answers(struct gdb_rig *g, const char *body, const char *answer)
{
    gdb_rig_ask(g, body);
    if (strcmp(g->answer, answer) != 0)
        fail_msg("%s: %s, not %s", body, g->answer, answer);
}

const char *gdb_rig_monitor(struct gdb_rig *g, const char *line)
{
    char body[2048] = "qRcmd,";
    size_t used = strlen(body);

    for (; *line; line++, used += 2)
        snprintf(body + used, sizeof body - used, "%02x", (unsigned char)*line);
    gdb_rig_answers(g, body, "OK");
    return g->text;
}
