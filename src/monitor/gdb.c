/* gdb.c - a gdb client comes, is served, and goes: see gdb.h.
 *
 * What was heard waits in a queue. While a command of the client's lets the machine run, or a
 * `monitor` command works, nothing of it is looked at but ^C: the protocol lets a client say
 * nothing else then. The first whole packet is what makes a connection a client: noise stops no
 * machine. From then on the run is recorded, so that gdb can go back.
 */
#include "monitor/gdb.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "machine/record.h"
#include "monitor/gdb_impl.h"

#define CTRL_C 0x03

/* What comes while the client awaits an answer is no packet: take all ^C out of it. */
static void pull_interrupts(struct gdb *gdb)
{
    size_t to = gdb->head;

    for (size_t at = gdb->head; at < gdb->queued; at++) {
        if (gdb->queue[at] == CTRL_C)
            gdb->interrupt = true;
        else
            gdb->queue[to++] = gdb->queue[at];
    }
    gdb->queued = to;
}

/* --- the monitor's owner, while a client is served ------------------------------------------ */

static enum stop run(void *ctx, u64 icount)
{
    struct gdb *gdb = ctx;
    struct machine *m = gdb->mon->machine;
    enum stop stop = STOP_REQUEST;

    pull_interrupts(gdb);
    if (!gdb->interrupt && gdb->io->run)
        stop = gdb->io->run(gdb->io->ctx, icount);
    else if (!gdb->interrupt)
        stop = machine_run(m, icount, EVENT_NEVER);
    if (stop == STOP_REQUEST)
        gdb->interrupt = false;
    return stop;
}

static int restart(void *ctx, struct err *err)
{
    struct gdb *gdb = ctx;

    if (!gdb->io->restart)
        return err_set(err, ENOTSUP, "this machine cannot be started again");
    return gdb->io->restart(gdb->io->ctx, err);
}

static bool interrupted(void *ctx)
{
    struct gdb *gdb = ctx;

    pull_interrupts(gdb);
    if (!gdb->interrupt && gdb->io->interrupted && gdb->io->interrupted(gdb->io->ctx))
        return true;
    if (!gdb->interrupt)
        return false;
    gdb->interrupt = false;
    return true;
}

static void progress(void *ctx, u64 done, u64 total)
{
    struct gdb *gdb = ctx;

    if (gdb->io->progress)
        gdb->io->progress(gdb->io->ctx, done, total);
}

static void complain(void *ctx, const char *text)
{
    gdb_print(ctx, text, strlen(text));
    gdb_print(ctx, "\n", 1);
}

int gdb_new(struct gdb **result, struct monitor *mon, const struct gdb_io *io, struct err *err)
{
    struct gdb *gdb = calloc(1, sizeof *gdb);

    if (!gdb)
        return err_set(err, ENOMEM, "no host memory for gdb");
    gdb->mon = mon;
    gdb->io = io;
    gdb->mon_io = (struct monitor_io){.print = gdb_print,
                                      .complain = complain,
                                      .run = run,
                                      .restart = restart,
                                      .interrupted = interrupted,
                                      .progress = progress,
                                      .no_files = io->no_files,
                                      .ctx = gdb};
    gdb_open(gdb);
    *result = gdb;
    return 0;
}

void gdb_free(struct gdb *gdb)
{
    if (!gdb)
        return;
    gdb_close(gdb, false);
    free(gdb);
}

/* --- a client comes and goes --------------------------------------------------------------- */

void gdb_open(struct gdb *gdb)
{
    gdb->head = gdb->queued = 0;
    gdb->take = TAKE_NOTHING;
    gdb->last_len = 0;
    gdb->acks = true;
    gdb->attached = gdb->interrupt = gdb->moved = gdb->focused = false;
    gdb->swbreak = gdb->hwbreak = false;
    gdb->wish = GDB_NOTHING;
    gdb_remove_all(gdb);
}

void gdb_close(struct gdb *gdb, bool keep)
{
    struct machine *m = gdb->mon->machine;

    gdb_open(gdb);
    if (keep || !gdb->recording)
        return;
    gdb->recording = false;
    if (record_active(m))
        record_end(m);
}

/* The first packet: this is a client. */
static void attach(struct gdb *gdb)
{
    struct machine *m = gdb->mon->machine;
    struct err err = {0};

    gdb->attached = true;
    gdb->wish = GDB_HOLD;
    gdb->signal = GDB_SIGTRAP;
    gdb->reason[0] = 0;
    if (!record_active(m) && record_begin(m, NULL, &err) == 0)
        gdb->recording = true;
}

bool gdb_hear(struct gdb *gdb, const u8 *bytes, size_t len)
{
    size_t room;

    memmove(gdb->queue, gdb->queue + gdb->head, gdb->queued - gdb->head);
    gdb->queued -= gdb->head;
    gdb->head = 0;
    room = GDB_QUEUE - gdb->queued;
    if (gdb->busy && memchr(bytes, CTRL_C, len))
        gdb->interrupt = true;
    memcpy(gdb->queue + gdb->queued, bytes, len < room ? len : room);
    gdb->queued += len < room ? len : room;
    if (!gdb->busy)
        return memchr(bytes, '$', len);
    pull_interrupts(gdb);
    return gdb->interrupt;
}

/* --- packets ------------------------------------------------------------------------------- */

static void last_stop(struct gdb *gdb, const char *args)
{
    gdb_tell_stop(gdb);
}

static void detach(struct gdb *gdb, const char *args)
{
    gdb_answer(gdb, "OK");
    gdb->wish = GDB_RELEASE;
}

static void kill_silently(struct gdb *gdb, const char *args)
{
    gdb->wish = GDB_KILL;
}

static void kill_politely(struct gdb *gdb, const char *args)
{
    gdb_answer(gdb, "OK");
    gdb->wish = GDB_KILL;
}

static void vcont_actions(struct gdb *gdb, const char *args)
{
    gdb_answer(gdb, "vCont;c;C;s;S;t;r");
}

/* By the beginning of the packet; the first that fits. */
static const struct {
    const char *name;
    void (*call)(struct gdb *gdb, const char *args);
} table[] = {
    {"?", last_stop},
    {"bc", gdb_continue_back},
    {"bs", gdb_step_back},
    {"c", gdb_continue},
    {"C", gdb_continue_signal},
    {"D", detach},
    {"g", gdb_read_registers},
    {"G", gdb_write_registers},
    {"H", gdb_thread_select},
    {"k", kill_silently},
    {"m", gdb_read_memory},
    {"M", gdb_write_memory},
    {"p", gdb_read_register},
    {"P", gdb_write_register},
    {"q", gdb_query},
    {"Q", gdb_set_feature},
    {"s", gdb_step},
    {"S", gdb_step_signal},
    {"T", gdb_thread_alive},
    {"vCont?", vcont_actions},
    {"vCont", gdb_vcont},
    {"vKill", kill_politely},
    {"X", gdb_write_binary},
    {"z", gdb_remove},
    {"Z", gdb_insert},
};

static void obey(struct gdb *gdb)
{
    const char *body = (const char *)gdb->body;

    if (!gdb->attached)
        attach(gdb);
    gdb->busy = true;
    gdb->mon->fuel = gdb->mon->patience;
    for (unsigned i = 0; i < ARRAY_LEN(table); i++) {
        size_t len = strlen(table[i].name);

        if (strncmp(body, table[i].name, len) == 0) {
            table[i].call(gdb, body + len);
            gdb->busy = false;
            return;
        }
    }
    gdb->busy = false;
    gdb_answer(gdb, ""); /* not known: the protocol's way to say so */
}

enum gdb_wish gdb_serve(struct gdb *gdb)
{
    const struct monitor_io *before = gdb->mon->io;

    gdb->mon->io = &gdb->mon_io;
    while (gdb->head < gdb->queued && gdb->wish != GDB_RELEASE && gdb->wish != GDB_KILL)
        if (gdb_take(gdb, gdb->queue[gdb->head++]))
            obey(gdb);
    gdb->mon->io = before;
    return gdb->wish;
}
