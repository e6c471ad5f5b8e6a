/* run_input.c - what comes from outside: keys, text on standard input, signals.
 *
 * Keys go to the guest as they are, but for the escape key. Of text on standard input a line's end
 * is typed as a person would type it: CR. In virtual time text begins at a fixed time of the guest
 * and is waited for a moment then, so that a file, or a pipe that is written at once, makes the
 * same run every time. A pipe that stays open is read as it comes.
 */
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "cli/gdb_host.h"
#include "cli/run.h"
#include "cli/signals.h"
#include "cli/terminal.h"

#define GATHER_TIME 250        /* ms that text may take to arrive */
#define GATHER_MAX  (1u << 20) /* characters kept for the guest at the beginning */
#define TYPE_AHEAD  (1u << 16) /* and later: more is left where it is */

int run_signals_open(struct run *run, struct err *err)
{
    static const int wanted[] = {SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGTSTP, SIGCONT, 0};

    run->signals = signals_open(wanted, err);
    return run->signals < 0 ? run->signals : 0;
}

/* Stop as the shell asks, with the terminal as it was; then go on. */
static void suspend(struct run *run)
{
    u64 before = run_host_now();

    terminal_restore();
    kill(getpid(), SIGSTOP);
    if (run->stdin_is == STDIN_KEYS)
        terminal_raw();
    run_skip_time(run, run_host_now() - before);
}

void run_signals_take(struct run *run)
{
    struct signalfd_siginfo info;

    if (read(run->signals, &info, sizeof info) != sizeof info)
        return;
    switch (info.ssi_signo) {
    case SIGTSTP: suspend(run); break;
    case SIGCONT:
        if (run->stdin_is == STDIN_KEYS)
            terminal_raw();
        break;
    default:
        run->end = END_SIGNAL;
        run->signal = (int)info.ssi_signo;
        break;
    }
}

void run_input_open(struct run *run)
{
    run->stdin_is = STDIN_NONE;
    if (run->console.spec.kind != CONSOLE_TTY)
        return;
    if (run->opt->batch || run->opt->replay || run->expect ||
        (run->opt->monitor && !isatty(STDIN_FILENO))) {
        run->console.in = -1;
        return;
    }
    run->console.in = STDIN_FILENO;
    if (terminal_open()) {
        run->stdin_is = STDIN_KEYS;
        terminal_raw();
    } else {
        run->stdin_is = run->real ? STDIN_TEXT : STDIN_LATER;
    }
}

static void type(struct run *run, const u8 *bytes, size_t len)
{
    if (machine_type(run->machine, bytes, len, &run->err))
        run->end = END_HOST;
}

/* What is kept for the guest. */
static size_t waiting(const struct run *run)
{
    return run->machine->feed.count + run->text.count;
}

/* Keys: those before the escape key are typed; what follows it is dropped with it. */
static void type_keys(struct run *run, const u8 *bytes, size_t len)
{
    const u8 *escape = run->opt->escape > 0 ? memchr(bytes, run->opt->escape, len) : NULL;

    type(run, bytes, escape ? (size_t)(escape - bytes) : len);
    if (escape && run->end == END_NOT)
        run->end = END_ESCAPE;
}

/* Text: LF and CR LF are typed as CR, in virtual time a line at a time. */
static void type_text(struct run *run, u8 *bytes, size_t len)
{
    size_t kept = 0;

    for (size_t i = 0; i < len; i++) {
        u8 ch = bytes[i];
        if (ch != '\n')
            bytes[kept++] = ch;
        else if (!run->was_cr)
            bytes[kept++] = '\r';
        run->was_cr = ch == '\r';
    }
    if (run->real)
        type(run, bytes, kept);
    else if (text_put(&run->text, run->machine, bytes, kept, &run->err))
        run->end = END_HOST;
}

/* The console's descriptor is ready. */
static void take_input(struct run *run)
{
    u8 bytes[4096];
    long n = console_read(&run->console, bytes, sizeof bytes);

    if (n > 0 && run->stdin_is == STDIN_KEYS)
        type_keys(run, bytes, (size_t)n);
    else if (n > 0 && run->stdin_is != STDIN_NONE)
        type_text(run, bytes, (size_t)n);
    else if (n > 0)
        type(run, bytes, (size_t)n);
    if (n >= 0)
        return;
    if (run->stdin_is == STDIN_KEYS) {
        run->end = END_SIGNAL;
        run->signal = SIGHUP;
    }
    run->stdin_is = STDIN_NONE;
}

void run_input(struct run *run, u64 wait)
{
    const struct timespec timeout = {.tv_sec = (time_t)(wait / 1000000000u),
                                     .tv_nsec = (long)(wait % 1000000000u)};
    struct pollfd fds[2 + GDB_FDS] = {{.fd = run->signals, .events = POLLIN},
                                      {.fd = console_poll_fd(&run->console), .events = POLLIN}};
    nfds_t count = run->gdb ? 2 + GDB_FDS : 2;

    if (run->gdb)
        gdb_host_await(run->gdb, fds + 2);
    if (run->stdin_is == STDIN_LATER || waiting(run) >= TYPE_AHEAD)
        fds[1].fd = -1;
    if (ppoll(fds, count, &timeout, NULL) <= 0)
        return;
    if (fds[0].revents)
        run_signals_take(run);
    if (fds[1].revents && run->end == END_NOT)
        take_input(run);
    if (run->gdb)
        gdb_host_take(run->gdb, fds + 2);
}

void run_input_gather(struct run *run)
{
    u64 end = run_host_now() + GATHER_TIME * 1000000ull;

    run->stdin_is = STDIN_TEXT;
    while (run->end == END_NOT && run->stdin_is == STDIN_TEXT && waiting(run) < GATHER_MAX) {
        struct pollfd fds[2] = {{.fd = run->signals, .events = POLLIN},
                                {.fd = run->console.in, .events = POLLIN}};
        u64 now = run_host_now();
        if (now >= end || poll(fds, 2, (int)((end - now) / 1000000) + 1) <= 0)
            return;
        if (fds[0].revents)
            run_signals_take(run);
        else if (fds[1].revents)
            take_input(run);
    }
}
