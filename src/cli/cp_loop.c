/* cp_loop.c - CP's time and the operator's lines: see cp_run.h.
 *
 * At a terminal time is the host's: CP runs up to it, and sleeps while all VMs wait. Otherwise time
 * passes where a script says so (`run`), and after its end until nobody runs.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cp_run.h"
#include "cli/report.h"
#include "cli/run.h"
#include "cli/terminal.h"

#define STRETCH 20000u /* of CP's time between looks at what comes from outside */
#define NAP_MS  10

/* --- what comes from outside --------------------------------------------------------------------
 */

static void take_signal(struct cp_run *run)
{
    struct signalfd_siginfo info;

    if (read(run->signals, &info, sizeof info) != sizeof info)
        return;
    run->signal = (int)info.ssi_signo;
    run->over = true;
}

/* Input for a user's own console. */
static void take_line(struct cp_line *line)
{
    u8 bytes[1024];
    long n = console_read(&line->console, bytes, sizeof bytes);
    struct err err = {0};

    if (n > 0 && line->user->entry &&
        machine_type(line->user->entry->vm->m, bytes, (size_t)n, &err) == 0)
        cp_wake(line->user->entry);
}

static void prompt(struct cp_run *run)
{
    if (run->connected || run->over)
        return;
    cp_lines_heed(run, printf("CP> "));
    cp_lines_write(run);
}

static void take_terminal(struct cp_run *run)
{
    char text[512];
    long n = read(STDIN_FILENO, text, sizeof text - 1);

    if (n <= 0) {
        run->over = true;
        return;
    }
    if (run->connected) {
        cp_lines_keys(run, (const u8 *)text, (size_t)n);
    } else {
        text[n] = '\0';
        (void)operator_command(&run->desk, text);
        run->over = run->over || run->desk.over;
    }
    prompt(run);
}

/* Look at all of it, and wait for it `ms` at most. */
static void look_outside(struct cp_run *run, int ms)
{
    struct pollfd fds[2 + 32] = {{.fd = run->signals, .events = POLLIN},
                                 {.fd = run->terminal ? STDIN_FILENO : -1, .events = POLLIN}};
    unsigned count = run->system->directory->vms;

    if (count > 32)
        count = 32;
    for (unsigned i = 0; i < count; i++)
        fds[2 + i] =
            (struct pollfd){.fd = console_poll_fd(&run->line[i].console), .events = POLLIN};
    if (poll(fds, 2 + count, ms) <= 0)
        return;
    if (fds[0].revents)
        take_signal(run);
    if (fds[1].revents && !run->over)
        take_terminal(run);
    for (unsigned i = 0; i < count; i++)
        if (fds[2 + i].revents)
            take_line(&run->line[i]);
}

/* --- time ---------------------------------------------------------------------------------------
 */

static bool limit_reached(const struct cp_run *run)
{
    return run->opt->limit && run->system->cp->time >= run->opt->limit;
}

void cp_loop_terminal(struct cp_run *run)
{
    struct cp *cp = run->system->cp;
    u64 ahead = run_host_now() - cp->time * 1000;

    prompt(run);
    while (!run->over && !limit_reached(run)) {
        u64 now = (run_host_now() - ahead) / 1000;
        enum cp_pause pause = cp_run(cp, now < cp->time + STRETCH ? now : cp->time + STRETCH);
        bool busy = pause == CP_TIME && cp->time < now;

        if (pause == CP_NOBODY || pause == CP_ASLEEP || cp->time + EVENT_HZ < now)
            ahead = run_host_now() - cp->time * 1000; /* what was not done is not made up for */
        if (!busy)
            system_serve(run->system);
        cp_lines_look(run, run_host_now());
        look_outside(run, busy ? 0 : NAP_MS);
    }
}

void cp_loop_pass(struct cp_run *run, double seconds)
{
    struct cp *cp = run->system->cp;
    u64 until = seconds > 0 ? cp->time + (u64)(seconds * EVENT_HZ) : UINT64_MAX;
    enum cp_pause pause = CP_TIME;

    if (run->opt->limit && until > run->opt->limit)
        until = run->opt->limit;
    system_serve(run->system);
    while (!run->over && cp->time < until && (pause == CP_TIME || pause == CP_ASKED)) {
        pause = cp_run(cp, until - cp->time < EVENT_HZ ? until : cp->time + EVENT_HZ);
        cp_lines_write(run);
        look_outside(run, 0);
    }
    cp_lines_flush(run);
}

/* --- the monitor --------------------------------------------------------------------------------
 */

static void monitor_print(void *ctx, const char *text, size_t len)
{
    const struct cp_line *line = ctx;

    cp_lines_heed(line->user->system->ops.ctx, fwrite(text, 1, len, stdout) < len ? -1 : 0);
}

/* The user's VM goes on, and all others with it, up to its `icount` or its own stop. */
static enum stop monitor_run(void *ctx, u64 icount)
{
    struct cp_line *line = ctx;
    struct cp_vm *entry = line->user->entry;
    struct cp_run *run = line->user->system->ops.ctx;
    struct cp *cp = run->system->cp;
    struct pollfd signals = {.fd = run->signals, .events = POLLIN};
    enum cp_pause pause = CP_TIME;

    entry->limit = icount;
    line->user->debugged = true;
    cp_start(entry);
    while (entry->state == CP_RUNNING && pause != CP_ASLEEP && !run->over && !limit_reached(run)) {
        pause = cp_run(cp, cp->time + STRETCH);
        if (poll(&signals, 1, 0) > 0)
            take_signal(run);
    }
    entry->limit = UINT64_MAX;
    line->user->debugged = false;
    if (entry->state == CP_RUNNING) {
        cp_halt(entry);
        return pause == CP_ASLEEP ? STOP_WAIT : STOP_REQUEST;
    }
    return entry->state == CP_ENDED ? entry->stop : STOP_REQUEST;
}

bool cp_loop_monitor(struct cp_run *run, struct user *user, const char *command)
{
    struct cp_line *line = user->owner;
    struct err err = {0};

    line->io = (struct monitor_io){.print = monitor_print, .run = monitor_run, .ctx = line};
    if (!line->monitor && monitor_new(&line->monitor, user->entry->vm->m, &line->io, &err)) {
        cp_lines_say(run, err.text);
        return false;
    }
    cp_lines_flush(run);
    return monitor_command(line->monitor, command) == MONITOR_OK;
}

/* --- scripts ------------------------------------------------------------------------------------
 */

/* A text of commands, and where in it one is. */
struct script {
    FILE *file;
    const char *name;
    unsigned line;
    char text[512];
};

int cp_loop_check(const struct cp_options *opt, struct err *err)
{
    for (unsigned i = 0; i < opt->scripts; i++) {
        const char *path = opt->script[i];
        struct stat st;

        if (strcmp(path, "-") == 0)
            continue;
        if (stat(path, &st) || access(path, R_OK))
            return err_set(err, errno, "-x %s: %s", path, strerror(errno));
        if (S_ISDIR(st.st_mode))
            return err_set(err, EISDIR, "-x %s: %s", path, strerror(EISDIR));
    }
    return 0;
}

static bool no_script(struct cp_run *run, const struct script *script, const char *why)
{
    (void)err_set(&run->err, EINVAL, "%s:%u: %s", script->name, script->line, why);
    return false;
}

/* The characters of a line. */
static bool read_line(struct cp_run *run, struct script *script)
{
    size_t len = 0;
    int ch;

    while ((ch = getc(script->file)) != EOF && ch != '\n') {
        if (ch == 0 || (len == 0 && ch != '\t' && ch != '\r' && (ch < ' ' || ch > '~')))
            return no_script(run, script, "this is no text; the operator's commands are");
        if (len + 1 == sizeof script->text)
            return no_script(run, script, "the line is too long for a command");
        script->text[len++] = (char)ch;
    }
    script->text[len] = '\0';
    if (ferror(script->file))
        (void)err_set(&run->err, errno, "%s: %s", script->name, strerror(errno));
    return !run->err.code && (len || ch != EOF);
}

/* The next line; a signal ends the wait for it. */
static bool next_line(struct cp_run *run, struct script *script)
{
    struct pollfd fds[2] = {{.fd = run->signals, .events = POLLIN},
                            {.fd = fileno(script->file), .events = POLLIN}};

    script->line++;
    if (poll(fds, 2, -1) > 0 && fds[0].revents)
        take_signal(run);
    return !run->over && read_line(run, script);
}

bool cp_loop_script(struct cp_run *run, const char *path)
{
    bool own = strcmp(path, "-") != 0;
    struct script script = {.file = own ? fopen(path, "r") : stdin,
                            .name = own ? path : "standard input"};

    if (!script.file) {
        (void)err_set(&run->err, errno, "%s: %s", path, strerror(errno));
        return false;
    }
    setvbuf(script.file, NULL, _IONBF, 0); /* poll() knows nothing of a buffer */
    while (!run->over && !run->desk.over && !limit_reached(run) && next_line(run, &script))
        (void)operator_command(&run->desk, script.text);
    run->over = run->over || run->desk.over;
    if (own)
        fclose(script.file);
    return true;
}
