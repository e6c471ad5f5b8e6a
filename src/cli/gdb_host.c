/* gdb_host.c - the socket of gdb, and the run around it: see gdb_host.h. */
#include "cli/gdb_host.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/listen.h"
#include "cli/report.h"
#include "cli/session.h"
#include "cli/terminal.h"
#include "monitor/gdb.h"

#define PATIENCE  2000 /* ms that a client may take to read an answer */
#define ASK_EVERY 256u /* questions for each look at the sockets */

struct gdb_host {
    struct run *run;
    struct gdb *gdb;
    struct gdb_io io;
    int listener, client; /* -1: none */
    bool held;            /* the machine stands, and waits for what a client wants */
    bool runs;            /* it runs because a client wants that */
    bool lost;            /* the client has gone, which nobody has looked at yet */
    unsigned asked;

    /* The machine came to an end of its own, and has not moved since. */
    bool ended;
    enum stop end;
    u64 end_icount;
    u16 end_pc;
};

/* --- the client ----------------------------------------------------------------------------- */

static void lose(struct gdb_host *host)
{
    if (host->client < 0)
        return;
    close(host->client);
    host->client = -1;
    host->lost = true;
}

/* The client takes more, soon and before a signal wants us. */
static bool await_room(const struct gdb_host *host)
{
    struct pollfd fds[2] = {{.fd = host->client, .events = POLLOUT},
                            {.fd = host->run->signals, .events = POLLIN}};

    return poll(fds, 2, PATIENCE) > 0 && fds[0].revents;
}

static void send_bytes(void *ctx, const void *bytes, size_t len)
{
    struct gdb_host *host = ctx;
    const u8 *at = bytes;

    while (len && host->client >= 0) {
        ssize_t n = send(host->client, at, len, MSG_NOSIGNAL);

        if (n >= 0) {
            at += n;
            len -= (size_t)n;
        } else if (errno != EINTR && (errno != EAGAIN || !await_room(host))) {
            lose(host);
        }
    }
}

/* Something has come from the client. True: see gdb_hear(); or it has gone. */
static bool receive(struct gdb_host *host)
{
    u8 bytes[4096];
    ssize_t n = recv(host->client, bytes, sizeof bytes, 0);

    if (n > 0)
        return gdb_hear(host->gdb, bytes, (size_t)n);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return false;
    lose(host);
    return true;
}

/* The client has hung up, but what it said last is still to be read. */
static bool hung_up(const struct gdb_host *host)
{
    struct pollfd fd = {.fd = host->client, .events = POLLRDHUP};

    return host->client >= 0 && poll(&fd, 1, 0) > 0;
}

/* Somebody knocks. Who comes after one that is on his way out waits for that. */
static void welcome(struct gdb_host *host)
{
    static const char refusal[] = "+$E.another gdb is at this machine#6f";
    int fd;

    if (host->lost || hung_up(host))
        return;
    fd = listen_accept(host->listener);
    if (fd < 0)
        return;
    if (host->client < 0) {
        host->client = fd;
        gdb_open(host->gdb);
        return;
    }
    send(fd, refusal, sizeof refusal - 1, MSG_NOSIGNAL);
    close(fd);
    report_note(host->run->name, "a second gdb was turned away");
}

void gdb_host_await(const struct gdb_host *host, struct pollfd fds[GDB_FDS])
{
    fds[0] = (struct pollfd){.fd = host->listener, .events = POLLIN};
    fds[1] = (struct pollfd){.fd = host->client, .events = POLLIN};
}

void gdb_host_take(struct gdb_host *host, const struct pollfd fds[GDB_FDS])
{
    if (fds[1].revents && receive(host) && host->run->end == END_NOT)
        host->run->end = END_GDB;
    if (fds[0].revents)
        welcome(host);
}

/* --- the machine runs for the client -------------------------------------------------------- */

/* The loop was left. What was not the end of all is none; where the machine ended is noted. */
static void settle(struct gdb_host *host)
{
    struct run *run = host->run;

    switch (run->end) {
    case END_NOT:
    case END_SCRIPT:
    case END_QUIT:
    case END_SIGNAL:
    case END_HOST: return;
    case END_MACHINE:
        host->ended =
            run->stop != STOP_BREAK && run->stop != STOP_WATCH && run->stop != STOP_PRESENT;
        host->end = run->stop;
        host->end_icount = run->machine->cpu.icount;
        host->end_pc = run->machine->cpu.r[PC];
        break;
    case END_GDB:
    case END_ESCAPE:
    case END_UNTIL: break;
    }
    run->end = END_NOT;
}

static enum stop go(void *ctx, u64 icount)
{
    struct gdb_host *host = ctx;
    struct run *run = host->run;
    enum stop stop;

    if (host->lost || run->end != END_NOT)
        return STOP_REQUEST;
    run->until = icount;
    host->runs = true;
    host->ended = false;
    if (run->stdin_is == STDIN_KEYS)
        terminal_raw();
    run_loop(run);
    terminal_restore();
    run->until = EVENT_NEVER;
    stop = session_stop(run);
    settle(host);
    host->runs = host->lost; /* it was lost on the way: the machine goes on without it */
    return stop;
}

static int restart(void *ctx, struct err *err)
{
    struct gdb_host *host = ctx;

    host->ended = false;
    return run_restart(host->run, err);
}

static bool interrupted(void *ctx)
{
    struct gdb_host *host = ctx;
    struct run *run = host->run;
    struct pollfd fds[2] = {{.fd = run->signals, .events = POLLIN},
                            {.fd = host->client, .events = POLLIN}};

    if (++host->asked % ASK_EVERY || poll(fds, 2, 0) <= 0)
        return host->lost || run->end != END_NOT;
    if (fds[0].revents) {
        run_signals_take(run);
        terminal_restore();
    }
    return (fds[1].revents && receive(host)) || run->end != END_NOT;
}

/* On the way through a recording it takes long between two questions: look each time. */
static void progress(void *ctx, u64 done, u64 total)
{
    ((struct gdb_host *)ctx)->asked = ASK_EVERY - 1;
}

static struct gdb_over over(void *ctx)
{
    const struct run *run = ((struct gdb_host *)ctx)->run;

    switch (run->end) {
    case END_NOT:
    case END_MACHINE:
    case END_ESCAPE:
    case END_UNTIL:
    case END_GDB: break;
    case END_QUIT: return (struct gdb_over){.over = true};
    case END_SCRIPT:
        return (struct gdb_over){.over = true,
                                 .number = run->script == EXPECT_PASSED ? STATUS_OK : STATUS_GUEST};
    case END_SIGNAL:
        return (struct gdb_over){.over = true, .by_signal = true, .number = (unsigned)run->signal};
    case END_HOST: return (struct gdb_over){.over = true, .number = STATUS_HOST};
    }
    return (struct gdb_over){0};
}

/* --- the run -------------------------------------------------------------------------------- */

int gdb_host_open(struct run *run)
{
    const struct console_spec *spec = &run->opt->gdb;
    struct gdb_host *host = calloc(1, sizeof *host);
    bool local = spec->kind == CONSOLE_UNIX;
    mode_t mask;

    if (!host)
        return err_set(&run->err, ENOMEM, "no host memory for gdb");
    *host = (struct gdb_host){.run = run, .listener = -1, .client = -1, .held = true};
    run->gdb = host;
    if (local) {
        mask = umask(077); /* whoever connects can do all that we can */
        host->listener = listen_unix("gdb", spec->path, &run->err);
        umask(mask);
    } else {
        host->listener = listen_tcp("gdb", spec->host, spec->port, &run->err);
    }
    if (host->listener < 0)
        return host->listener;
    if (local)
        report_note(run->name, "gdb is awaited at the socket %s", spec->path);
    else
        report_note(run->name, "gdb is awaited at %s port %u", spec->host,
                    listen_port(host->listener));
    if (!listen_is_local(host->listener))
        report_note(run->name, "there is no password: whoever reaches that port has the machine");
    host->io = (struct gdb_io){.send = send_bytes,
                               .run = go,
                               .restart = restart,
                               .interrupted = interrupted,
                               .progress = progress,
                               .over = over,
                               .no_files = !local,
                               .ctx = host};
    return 0;
}

void gdb_host_free(struct gdb_host *host)
{
    if (!host)
        return;
    lose(host);
    gdb_free(host->gdb);
    if (host->listener >= 0) {
        close(host->listener);
        if (host->run->opt->gdb.kind == CONSOLE_UNIX)
            unlink(host->run->opt->gdb.path);
    }
    free(host);
}

/* The machine stands: wait for a client, for what it says, or for a signal. */
static void wait_for_client(struct gdb_host *host)
{
    struct run *run = host->run;
    struct pollfd fds[1 + GDB_FDS] = {{.fd = run->signals, .events = POLLIN}};

    gdb_host_await(host, fds + 1);
    if (poll(fds, ARRAY_LEN(fds), -1) <= 0)
        return;
    if (fds[0].revents) {
        run_signals_take(run);
        terminal_restore();
    }
    gdb_host_take(host, fds + 1);
    settle(host);
}

/* The machine runs without a client; a person may be at its prompt. */
static void run_free(struct gdb_host *host)
{
    struct run *run = host->run;
    bool person = run->stdin_is == STDIN_KEYS, stopped;

    gdb_go_free(host->gdb);
    stopped = run->end == END_MACHINE &&
              (run->stop == STOP_BREAK || run->stop == STOP_WATCH || run->stop == STOP_PRESENT);
    if (run->end == END_ESCAPE || (stopped && person)) {
        session_terminal(run->session);
    } else if (stopped) {
        report_note(run->name, "the machine has stopped, and waits for gdb");
        host->held = true;
        run->end = END_NOT;
    }
    if (run->end == END_GDB)
        run->end = END_NOT;
}

/* The client has gone without a word. */
static void mourn(struct gdb_host *host, enum gdb_wish wish)
{
    bool client = wish != GDB_NOTHING;

    host->lost = false;
    if (client && host->runs)
        host->held = false;
    host->runs = false;
    gdb_close(host->gdb, host->held);
    if (client)
        report_note(host->run->name, host->held ? "gdb has gone; the machine waits for it"
                                                : "gdb has gone; the machine runs on");
}

/* It has detached. Where the machine has come to its end, that is the end of the run. */
static void release(struct gdb_host *host)
{
    const struct cpu *cpu = &host->run->machine->cpu;

    lose(host);
    host->lost = host->held = false;
    gdb_close(host->gdb, false);
    if (host->ended && cpu->icount == host->end_icount && cpu->r[PC] == host->end_pc) {
        host->run->end = END_MACHINE;
        host->run->stop = host->end;
    }
}

static void serve(struct gdb_host *host)
{
    enum gdb_wish wish = gdb_serve(host->gdb);

    if (host->run->end != END_NOT)
        return;
    switch (wish) {
    case GDB_NOTHING: break;
    case GDB_HOLD: host->held = true; break;
    case GDB_RELEASE: release(host); return;
    case GDB_KILL: host->run->end = END_QUIT; return;
    }
    if (host->lost)
        mourn(host, wish);
}

void gdb_host_lead(struct run *run)
{
    struct gdb_host *host = run->gdb;
    const struct run_options *opt = run->opt;

    terminal_restore();
    if (session_new(&run->session, run, false, &run->err) ||
        gdb_new(&host->gdb, session_monitor(run->session), &host->io, &run->err)) {
        run->end = END_HOST;
        return;
    }
    if (opt->file && !opt->disk)
        session_symbols(run->session, opt->file);
    while (run->end == END_NOT) {
        if (host->held)
            wait_for_client(host);
        else
            run_free(host);
        if (run->end == END_NOT)
            serve(host);
    }
}
