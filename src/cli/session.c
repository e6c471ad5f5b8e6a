/* session.c - commands from the terminal, from standard input and from files: see session.h.
 *
 * While a command is awaited the terminal is in its ordinary mode and the guest's time stands
 * still; while the machine runs, the terminal is the guest's.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/report.h"
#include "cli/session_impl.h"
#include "cli/terminal.h"

#define PROMPT       "vm11> "
#define PROMPT_BLOCK "  ... "
#define ASK_EVERY    256u /* questions for each look at the signals */

/* While the machine runs the terminal is the guest's: raw, and what it printed comes first. */
static void print_meanwhile(struct run *run, const char *text, size_t len)
{
    struct console *console = &run->console;
    bool raw = run->stdin_is == STDIN_KEYS;
    struct err err = {0};

    if (console_flush(console, &err))
        run_fail(run, &err);
    if (console->out == STDOUT_FILENO && !console->at_line)
        fputs(raw ? "\r\n" : "\n", stdout);
    console->at_line = true;
    for (size_t i = 0; i < len; i++) {
        if (raw && text[i] == '\n')
            putchar('\r');
        putchar(text[i]);
    }
    fflush(stdout);
}

static void print(void *ctx, const char *text, size_t len)
{
    struct session *s = ctx;

    progress_end(&s->progress);
    if (s->text)
        fwrite(text, 1, len, s->text);
    else if (!s->json && s->running)
        print_meanwhile(s->run, text, len);
    else if (!s->json)
        fwrite(text, 1, len, stdout);
}

static void complain(void *ctx, const char *text)
{
    struct session *s = ctx;

    progress_end(&s->progress);
    if (s->root) {
        json_complain(s, text);
    } else if (s->typed) {
        print(s, text, strlen(text));
        print(s, "\n", 1);
    } else {
        fflush(stdout);
        fprintf(stderr, "vm11 monitor: %s\n", text);
    }
}

enum stop session_stop(const struct run *run)
{
    switch (run->end) {
    case END_UNTIL: return STOP_LIMIT;
    case END_MACHINE: return run->stop;
    case END_HOST: return STOP_HOST;
    case END_NOT:
    case END_SCRIPT:
    case END_QUIT:
    case END_SIGNAL:
    case END_ESCAPE:
    case END_GDB: break;
    }
    return STOP_REQUEST;
}

/* The machine goes on, up to `icount`. */
static enum stop go(void *ctx, u64 icount)
{
    struct session *s = ctx;
    struct run *run = s->run;
    struct err err = {0};

    fflush(stdout);
    run->end = END_NOT;
    run->until = icount;
    if (run->stdin_is == STDIN_KEYS)
        terminal_raw();
    s->running = true;
    run_loop(run);
    s->running = false;
    terminal_restore();
    run->until = EVENT_NEVER;
    if (run->end == END_SCRIPT && run->opt->monitor) {
        expect_free(run->expect); /* the monitor goes on without it */
        run->expect = NULL;
    }
    if (!s->json && console_break_line(&run->console, &err))
        run_fail(run, &err);
    return session_stop(run);
}

static int restart(void *ctx, struct err *err)
{
    return run_restart(((struct session *)ctx)->run, err);
}

/* ^C, or a signal that ends all. */
static bool interrupted(void *ctx)
{
    struct session *s = ctx;
    struct run *run = s->run;
    struct pollfd fd = {.fd = run->signals, .events = POLLIN};

    if (++s->asked % ASK_EVERY)
        return run->end == END_SIGNAL;
    if (poll(&fd, 1, 0) > 0)
        run_signals_take(run);
    terminal_restore();
    return run->end == END_SIGNAL;
}

/* On the way through a recording: it takes long between two questions, so look each time. */
static void progress(void *ctx, u64 done, u64 total)
{
    struct session *s = ctx;

    s->asked = ASK_EVERY - 1;
    if (!s->json)
        progress_tell(&s->progress, "on the way", done, total);
}

static char *complete(void *ctx, const char *line, unsigned index)
{
    return monitor_complete(((struct session *)ctx)->monitor, line, index);
}

/* A signal came while a line is awaited. */
static bool signalled(void *ctx)
{
    struct run *run = ((struct session *)ctx)->run;

    run_signals_take(run);
    terminal_restore();
    return run->end != END_SIGNAL;
}

/* What the guest prints belongs to the answer. */
static void console_output(void *ctx, u8 ch)
{
    struct session *s = ctx;

    if (s->console)
        putc(ch & 0177, s->console);
}

int session_new(struct session **result, struct run *run, bool json, struct err *err)
{
    struct session *s = calloc(1, sizeof *s);
    int rc;

    if (!s)
        return err_set(err, ENOMEM, "no host memory for a monitor");
    s->run = run;
    s->json = json;
    s->io = (struct monitor_io){.print = print,
                                .complain = complain,
                                .data = json ? &json_data : NULL,
                                .run = go,
                                .restart = restart,
                                .interrupted = interrupted,
                                .progress = progress,
                                .ctx = s};
    run->until = EVENT_NEVER;
    rc = monitor_new(&s->monitor, run->machine, &s->io, err);
    if (rc) {
        free(s);
        return rc;
    }
    if (json) {
        run->machine->line.sink = console_output;
        run->machine->line.sink_ctx = s;
    }
    *result = s;
    return 0;
}

void session_free(struct session *s)
{
    if (!s)
        return;
    edit_free(s->edit);
    monitor_free(s->monitor);
    free(s);
}

/* The end of the machine's run is the end of a `vm11 run`; the monitor goes on. */
static void judge(struct session *s)
{
    struct run *run = s->run;
    bool stays = run->opt->monitor;

    switch (run->end) {
    case END_NOT:
    case END_QUIT:
    case END_GDB:
    case END_HOST: break;
    case END_ESCAPE:
    case END_UNTIL: run->end = END_NOT; break;
    case END_SIGNAL:
        if (s->typed && run->signal == SIGINT)
            run->end = END_NOT;
        break;
    case END_SCRIPT:
        if (stays)
            run->end = END_NOT;
        break;
    case END_MACHINE:
        if (stays || run->stop == STOP_BREAK || run->stop == STOP_WATCH ||
            run->stop == STOP_PRESENT)
            run->end = END_NOT;
        break;
    }
}

static void note(struct session *s, enum monitor_result result)
{
    if (result == MONITOR_QUIT && s->run->end == END_NOT)
        s->run->end = END_QUIT;
    else if (result == MONITOR_FAILED || (result == MONITOR_ERROR && s->result == MONITOR_OK))
        s->result = result;
}

static void obey(struct session *s, const char *line)
{
    enum monitor_result result;

    if (s->json)
        json_begin(s, line);
    result = monitor_command(s->monitor, line);
    progress_end(&s->progress);
    if (s->json)
        json_end(s, result);
    judge(s);
    note(s, result);
}

/* The escape key in a line goes to the guest. */
static bool escape_key(struct session *s, const char *line)
{
    struct run *run = s->run;

    if (run->opt->escape <= 0 || line[0] != run->opt->escape)
        return false;
    if (machine_type(run->machine, line, 1, &run->err))
        run->end = END_HOST;
    else
        obey(s, "continue");
    return true;
}

/* No line: ^C empties it, ^D lets a run go on and ends a monitor. */
static void no_line(struct session *s)
{
    struct run *run = s->run;

    printf("\n");
    if (run->end == END_SIGNAL && run->signal == SIGINT) {
        run->end = END_NOT;
        monitor_end(s->monitor); /* and an open block */
    } else if (run->end == END_NOT && run->opt->monitor) {
        run->end = END_QUIT;
    } else if (run->end == END_NOT) {
        obey(s, "continue");
    }
}

void session_terminal(struct session *s)
{
    struct run *run = s->run;
    const struct edit_ops ops = {.complete = complete,
                                 .event = signalled,
                                 .fd = run->signals,
                                 .literal = run->opt->escape,
                                 .ctx = s};

    s->typed = true;
    terminal_restore();
    if (console_flush(&run->console, &run->err) ||
        (!s->edit && edit_new(&s->edit, &ops, &run->err))) {
        run->end = END_HOST;
        return;
    }
    if (run->end == END_ESCAPE)
        printf("\n");
    judge(s);
    while (run->end == END_NOT) {
        const char *line;
        fflush(stdout);
        line = edit_line(s->edit, monitor_pending(s->monitor) ? PROMPT_BLOCK : PROMPT);
        if (!line)
            no_line(s);
        else if (!escape_key(s, line))
            obey(s, line);
    }
    fflush(stdout);
}

/* Wait for standard input; false: a signal came first. */
static bool await(struct run *run)
{
    struct pollfd fds[2] = {{.fd = run->signals, .events = POLLIN},
                            {.fd = STDIN_FILENO, .events = POLLIN}};

    while (poll(fds, 2, -1) < 0 && errno == EINTR)
        ;
    if (fds[0].revents)
        run_signals_take(run);
    return run->end == END_NOT;
}

/* The lines in `text`, which loses them; what is no whole line stays, unless it is the `last`. */
static size_t take_lines(struct session *s, char *text, size_t len, bool last)
{
    size_t at = 0;

    while (at < len && s->run->end == END_NOT) {
        char *end = memchr(text + at, '\n', len - at);
        if (!end && !last && !(at == 0 && len >= 4096))
            break;
        if (!end)
            end = text + len;
        *end = 0;
        obey(s, text + at);
        at = (size_t)(end - text) + 1;
    }
    if (at > len)
        at = len;
    memmove(text, text + at, len - at);
    return len - at;
}

void session_lines(struct session *s)
{
    char text[4097];
    size_t len = 0;

    while (s->run->end == END_NOT) {
        ssize_t n;
        if (!await(s->run))
            continue;
        n = read(STDIN_FILENO, text + len, sizeof text - 1 - len);
        if (n > 0)
            len += (size_t)n;
        len = take_lines(s, text, len, n <= 0);
        if (n <= 0 && s->run->end == END_NOT)
            s->run->end = END_QUIT;
    }
    note(s, monitor_end(s->monitor));
}

bool session_script(struct session *s, const char *path)
{
    enum monitor_result result;

    if (s->json)
        json_begin(s, path);
    result = monitor_script(s->monitor, path);
    progress_end(&s->progress);
    if (s->json)
        json_end(s, result);
    judge(s);
    note(s, result);
    return result == MONITOR_OK;
}

void session_symbols(struct session *s, const char *path)
{
    monitor_symbols(s->monitor, path);
}

struct monitor *session_monitor(struct session *s)
{
    return s->monitor;
}

int session_status(const struct session *s)
{
    switch (s->result) {
    case MONITOR_OK:
    case MONITOR_QUIT: break;
    case MONITOR_ERROR: return STATUS_USAGE;
    case MONITOR_FAILED: return STATUS_GUEST;
    }
    return STATUS_OK;
}
