/* thesis_session.c - the thesis's monitor and its user: see thesis_session.h.
 *
 * As under MUNIX the terminal stays in its ordinary mode, and lines come to the monitor, or to the
 * job, when they are complete. ^C stops a job and empties a line. Of commands that do not come from
 * a terminal the monitor prints what it reads, so that its output is the transcript; what a job
 * reads is not printed.
 */
#include "cli/thesis_session.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/edit.h"
#include "cli/report.h"
#include "cli/terminal.h"
#include "monitor/thesis.h"

#define CHUNK 4096u

struct user {
    struct run *run;
    struct edit *edit; /* NULL: no terminal */
    const char *file;  /* to be preprocessed first; NULL: no more */
    bool stop;         /* ^C, and the job has not been told */
    char text[CHUNK];  /* read from standard input: `len` bytes, of which `at` are taken */
    size_t at, len;
};

/* A signal may have come: ^C at a terminal is for the job, any other ends the session. */
static void signals(struct user *user)
{
    struct run *run = user->run;

    run_signals_take(run);
    if (run->end == END_SIGNAL && run->signal == SIGINT && user->edit) {
        run->end = END_NOT;
        user->stop = true;
    }
}

static char *no_words(void *ctx, const char *line, unsigned index)
{
    return NULL;
}

/* False: the line under way is given up. */
static bool line_event(void *ctx)
{
    struct user *user = ctx;

    signals(user);
    terminal_restore();
    return user->run->end == END_NOT && !user->stop;
}

/* The next byte of standard input, which is no terminal; EOF at its end, or by a signal. */
static int next_byte(struct user *user)
{
    struct pollfd fds[2] = {{.fd = user->run->signals, .events = POLLIN},
                            {.fd = STDIN_FILENO, .events = POLLIN}};
    ssize_t n;

    if (user->at < user->len)
        return (unsigned char)user->text[user->at++];
    do {
        while (poll(fds, 2, -1) < 0 && errno == EINTR)
            ;
        if (fds[0].revents)
            signals(user);
        if (user->run->end != END_NOT)
            return EOF;
    } while (!fds[1].revents);
    n = read(STDIN_FILENO, user->text, sizeof user->text);
    if (n <= 0)
        return EOF;
    user->len = (size_t)n;
    user->at = 1;
    return (unsigned char)user->text[0];
}

static bool plain_line(struct user *user, const char *prompt, char *line, size_t size)
{
    size_t len = 0;
    int ch;

    fputs(prompt, stdout);
    fflush(stdout);
    ch = next_byte(user);
    if (ch == EOF) {
        printf("%s", *prompt ? "\n" : "");
        return false;
    }
    for (; ch != EOF && ch != '\n'; ch = next_byte(user))
        if (ch && ch != '\r' && len + 1 < size)
            line[len++] = (char)ch;
    line[len] = 0;
    if (*prompt)
        printf("%s\n", line);
    return true;
}

/* At the prompt ^C asks for another line; a job's line it ends, and the job. */
static bool edited_line(struct user *user, const char *prompt, char *line, size_t size)
{
    for (;;) {
        const char *text;
        fflush(stdout);
        text = edit_line(user->edit, prompt);
        if (text)
            snprintf(line, size, "%s", text);
        else
            printf("\n");
        if (text || !user->stop || !*prompt)
            return text != NULL;
        user->stop = false;
    }
}

static bool read_line(void *ctx, const char *prompt, char *line, size_t size)
{
    struct user *user = ctx;
    int used;

    if (user->run->end != END_NOT)
        return false;
    if (user->file) {
        used = snprintf(line, size, "p %s", user->file);
        printf("%s%s\n", prompt, line);
        user->file = NULL;
        return used > 0;
    }
    return user->edit ? edited_line(user, prompt, line, size)
                      : plain_line(user, prompt, line, size);
}

static void print(void *ctx, const char *text, size_t len)
{
    fwrite(text, 1, len, stdout);
}

static bool interrupted(void *ctx)
{
    struct user *user = ctx;
    struct pollfd fd = {.fd = user->run->signals, .events = POLLIN};
    bool stop;

    fflush(stdout);
    if (poll(&fd, 1, 0) > 0)
        signals(user);
    stop = user->stop || user->run->end != END_NOT;
    user->stop = false;
    return stop;
}

int thesis_session(struct run *run)
{
    const struct run_options *opt = run->opt;
    const struct thesis_config config = {
        .dir = opt->vmm_dir, .milestone = opt->milestone, .limit = opt->limit, .stats = opt->stats};
    struct user user = {.run = run, .file = opt->disk ? NULL : opt->file};
    const struct edit_ops ops = {
        .complete = no_words, .event = line_event, .fd = run->signals, .literal = -1, .ctx = &user};
    const struct thesis_io io = {
        .read_line = read_line, .print = print, .interrupted = interrupted, .ctx = &user};
    bool failed = false;
    int rc = 0;

    terminal_restore();
    if (run->stdin_is == STDIN_KEYS)
        rc = edit_new(&user.edit, &ops, &run->err);
    if (rc == 0)
        rc = thesis_run(run->machine, &io, &config, &failed, &run->err);
    edit_free(user.edit);
    if (rc)
        run->end = END_HOST;
    else if (run->end == END_NOT)
        run->end = END_QUIT;
    return failed ? STATUS_GUEST : STATUS_OK;
}
