/* cp_lines.c - users' consoles: see cp_run.h.
 *
 * Those whose console is the operator's share a terminal: each line is shown with its user's name,
 * and what has no end yet, such as a prompt, when time has passed, or at a terminal when its VM has
 * been silent for a while. The one that is connected has the terminal as it is.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cp_run.h"
#include "cli/report.h"
#include "cli/terminal.h"

#define ESCAPE  005u       /* ^E */
#define SILENCE 300000000u /* host nanoseconds: a line that has no end by then is a prompt */

static int open_line(struct cp_line *line, struct err *err)
{
    const struct directory_vm *def = line->user->def;
    const char *text = def->console;
    struct console_spec spec = {.kind = CONSOLE_TTY};
    struct err why = {0};
    int rc = 0;

    line->console = (struct console){.in = -1, .out = -1, .listener = -1, .spare = -1};
    if (strcmp(text, "operator") == 0)
        return 0;
    rc = console_parse(strcmp(text, "none") == 0 ? "null" : text, &spec, &why);
    if (rc == 0)
        rc = console_open(&line->console, &spec, &why);
    return rc ? directory_blame(line->user->system->directory, def->console_line, "console",
                                "give a file in a folder that is there", &why, err)
              : 0;
}

int cp_lines_open(struct cp_run *run)
{
    unsigned count = run->system->directory->vms;
    int rc = 0;

    run->line = calloc(count + 1, sizeof *run->line);
    if (!run->line)
        return err_set(&run->err, ENOMEM, "no host memory for %u consoles", count);
    run->lines = count;
    for (unsigned i = 0; i < count; i++) {
        run->line[i].user = &run->system->user[i];
        run->line[i].console = (struct console){.in = -1, .out = -1, .listener = -1, .spare = -1};
        run->system->user[i].owner = &run->line[i];
    }
    for (unsigned i = 0; i < count && rc == 0; i++)
        rc = open_line(&run->line[i], &run->err);
    return rc;
}

void cp_lines_close(struct cp_run *run)
{
    for (unsigned i = 0; i < run->lines; i++)
        if (run->line[i].console.spec.kind != CONSOLE_TTY)
            console_close(&run->line[i].console);
    free(run->line);
    run->line = NULL;
}

void cp_lines_heed(struct cp_run *run, int said)
{
    if (said >= 0)
        return;
    (void)err_set(&run->err, errno, "standard output: %s", strerror(errno));
    run->failed = run->over = true;
}

void cp_lines_write(struct cp_run *run)
{
    if (report_flush(&run->err))
        run->failed = run->over = true;
}

/* What a user has printed so far of a line, on the operator's terminal. */
static void show(struct cp_run *run, struct cp_line *line)
{
    if (line->count)
        cp_lines_heed(run,
                      printf("%s: %.*s\n", line->user->def->name, (int)line->count, line->text));
    line->count = 0;
}

void cp_lines_put(struct cp_run *run, struct user *user, u8 ch)
{
    struct cp_line *line = user->owner;

    ch &= 0177;
    if (line->console.spec.kind != CONSOLE_TTY) {
        console_put(&line->console, ch);
    } else if (line == run->connected) {
        cp_lines_heed(run, putchar(ch));
    } else if (ch == '\n' || line->count == sizeof line->text) {
        show(run, line);
    } else if (ch >= ' ' || ch == '\t') {
        line->text[line->count++] = (char)ch;
        line->fresh = true;
    }
}

/* The file or socket of a user's console failed: its VM stands, and no other. */
static void fail_line(struct cp_run *run, struct cp_line *line, const struct err *err)
{
    char text[512];

    snprintf(text, sizeof text, "%s: its console failed, it stands: %.300s", line->user->def->name,
             err->text);
    console_close(&line->console);
    line->console = (struct console){
        .spec = {.kind = CONSOLE_NULL}, .in = -1, .out = -1, .listener = -1, .spare = -1};
    if (line->user->entry)
        cp_halt(line->user->entry);
    run->failed = true;
    cp_lines_say(run, text);
}

/* Nothing came for it in all that time. */
static bool is_silent(struct cp_line *line, u64 now)
{
    if (line->fresh)
        line->since = now;
    line->fresh = false;
    return now - line->since >= SILENCE;
}

/* `silent`: of what has no line's end only that whose VM is silent. */
static void write_lines(struct cp_run *run, bool silent, u64 now)
{
    for (unsigned i = 0; i < run->lines; i++) {
        struct cp_line *line = &run->line[i];
        struct err err = {0};
        bool ripe = !silent || is_silent(line, now);

        if (line->console.spec.kind == CONSOLE_TTY && ripe)
            show(run, line);
        else if (line->console.spec.kind != CONSOLE_TTY && console_flush(&line->console, &err))
            fail_line(run, line, &err);
    }
    cp_lines_write(run);
}

void cp_lines_flush(struct cp_run *run)
{
    write_lines(run, false, 0);
}

void cp_lines_look(struct cp_run *run, u64 now)
{
    write_lines(run, true, now);
}

void cp_lines_say(struct cp_run *run, const char *text)
{
    cp_lines_heed(run, printf("%s%s\n", text, run->connected ? "\r" : ""));
    cp_lines_write(run);
}

void cp_lines_keys(struct cp_run *run, const u8 *bytes, size_t len)
{
    const u8 *escape = memchr(bytes, ESCAPE, len);
    struct user *user = run->connected->user;
    struct err err = {0};

    if (user->entry &&
        machine_type(user->entry->vm->m, bytes, escape ? (size_t)(escape - bytes) : len, &err) == 0)
        cp_wake(user->entry);
    if (!escape)
        return;
    run->connected = NULL;
    terminal_restore();
    printf("\n");
}
