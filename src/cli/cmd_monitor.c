/* cmd_monitor.c - `vm11 monitor`: the machine stands, and commands are awaited.
 *
 * First the scripts (-x), then the terminal, or standard input line by line. With --thesis the
 * monitor is that of 1975, which shares nothing with the other but the way lines are read.
 */
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/edit.h"
#include "cli/report.h"
#include "cli/run.h"
#include "cli/session.h"
#include "cli/terminal.h"
#include "monitor/thesis.h"

/* The user of the thesis's monitor. */
struct user {
    struct run *run;
    struct edit *edit; /* NULL: no terminal */
    const char *file;  /* to be preprocessed first; NULL: no more */
};

static char *no_words(void *ctx, const char *line, unsigned index)
{
    return NULL;
}

static bool signalled(void *ctx)
{
    struct run *run = ((struct user *)ctx)->run;

    run_signals_take(run);
    terminal_restore();
    return run->end != END_SIGNAL;
}

static bool read_line(void *ctx, const char *prompt, char *line, size_t size)
{
    struct user *user = ctx;
    const char *text;

    if (user->file) {
        snprintf(line, size, "p %s", user->file);
        printf("%s%s\n", prompt, line);
        user->file = NULL;
        return true;
    }
    fflush(stdout);
    if (user->edit) {
        text = edit_line(user->edit, prompt);
        if (text)
            snprintf(line, size, "%s", text);
        return text != NULL;
    }
    fputs(prompt, stdout);
    if (!fgets(line, (int)size, stdin)) {
        printf("%s", *prompt ? "\n" : "");
        return false;
    }
    if (!strchr(line, '\n'))
        for (int ch = getchar(); ch != '\n' && ch != EOF;)
            ch = getchar();
    line[strcspn(line, "\r\n")] = 0;
    /* What is printed is the transcript; what a job reads is its own business. */
    if (*prompt)
        printf("%s\n", line);
    return true;
}

static void print(void *ctx, const char *text, size_t len)
{
    fwrite(text, 1, len, stdout);
}

static bool interrupted(void *ctx)
{
    struct run *run = ((struct user *)ctx)->run;
    struct pollfd fd = {.fd = run->signals, .events = POLLIN};

    if (poll(&fd, 1, 0) > 0)
        run_signals_take(run);
    if (run->end == END_SIGNAL && run->stdin_is == STDIN_KEYS) {
        run->end = END_NOT;
        return true;
    }
    return run->end == END_SIGNAL;
}

static int lead_thesis(struct run *run)
{
    const struct run_options *opt = run->opt;
    const struct thesis_config config = {
        .dir = opt->vmm_dir, .milestone = opt->milestone, .limit = opt->limit, .stats = opt->stats};
    struct user user = {.run = run, .file = opt->disk ? NULL : opt->file};
    const struct edit_ops ops = {
        .complete = no_words, .event = signalled, .fd = run->signals, .literal = -1, .ctx = &user};
    const struct thesis_io io = {
        .read_line = read_line, .print = print, .interrupted = interrupted, .ctx = &user};
    bool job_failed = false;
    int rc = 0;

    terminal_restore();
    if (run->stdin_is == STDIN_KEYS)
        rc = edit_new(&user.edit, &ops, &run->err);
    if (rc == 0)
        rc = thesis_run(run->machine, &io, &config, &job_failed, &run->err);
    edit_free(user.edit);
    if (rc)
        run->end = END_HOST;
    else if (run->end == END_NOT)
        run->end = END_QUIT;
    return job_failed ? STATUS_GUEST : STATUS_OK;
}

static int lead_session(struct run *run)
{
    const struct run_options *opt = run->opt;
    bool good = true;

    if (session_new(&run->session, run, opt->json, &run->err)) {
        run->end = END_HOST;
        return STATUS_HOST;
    }
    terminal_restore();
    if (opt->file && !opt->disk)
        session_symbols(run->session, opt->file);
    for (unsigned i = 0; good && i < opt->scripts && run->end == END_NOT; i++)
        good = session_script(run->session, opt->script[i]);
    if (!good || (opt->batch && run->end == END_NOT))
        run->end = END_QUIT;
    else if (run->stdin_is == STDIN_KEYS && !opt->json)
        session_terminal(run->session);
    else
        session_lines(run->session);
    return session_status(run->session);
}

static int lead(struct run *run)
{
    return run->opt->thesis ? lead_thesis(run) : lead_session(run);
}

static int monitor_main(const struct command *command, int argc, char **argv)
{
    return run_command(command, argc, argv, true, lead);
}

const struct command command_monitor = {
    .name = "monitor",
    .operands = "[FILE]",
    .about = "The same machine, stopped, under the monitor: see, change, stop, step, trace",
    .notes = "Commands come from the terminal, or line by line from standard input; `help` lists\n"
             "them. Time is virtual unless --clock real is given. The escape key stops the guest.\n"
             "Exit status: 0; 1 an assertion failed, 2 a command could not be carried out, or\n"
             "usage; 125 the host failed.\n",
    .options = monitor_table,
    .operand = run_operand,
    .main = monitor_main,
};
