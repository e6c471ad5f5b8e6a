/* thesis.c - the supervisor monitor: waits for a command, edits it, calls the module for it.
 *
 * Chapter V.C.2 and appendix D.V. Of the command that enters the internal debugger only its meaning
 * survived in the copy of the thesis: it is `i` here.
 */
#include "monitor/thesis.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "monitor/thesis_impl.h"

#define LINE_LEN  512u
#define WORDS_MAX 6u
#define PROMPT    "vmm> "

static void print_line(struct thesis *t, const char *prefix, const char *fmt, va_list args)
{
    char text[LINE_LEN + NAME_LEN];
    int used = snprintf(text, sizeof text, "%s", prefix);

    la30_show(t);
    if (t->mid_line)
        t->io.print(t->io.ctx, "\n", 1);
    t->mid_line = false;
    vsnprintf(text + used, sizeof text - (size_t)used - 1, fmt, args);
    strcat(text, "\n");
    t->io.print(t->io.ctx, text, strlen(text));
}

void vmm_say(struct thesis *t, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    print_line(t, "", fmt, args);
    va_end(args);
}

void vmm_show(struct thesis *t, const char *fmt, ...)
{
    va_list args;

    if (!t->debug)
        return;
    va_start(args, fmt);
    print_line(t, "  * ", fmt, args);
    va_end(args);
}

bool vmm_parse(struct thesis *t, const char *word, u16 *value)
{
    size_t digits = strspn(word, "01234567");
    unsigned long number = strtoul(word, NULL, 8);

    if (digits == 0 || word[digits] || number > 0177777) {
        vmm_say(t, "%.40s: not an octal number up to 177777", word);
        return false;
    }
    *value = (u16)number;
    return true;
}

bool vmm_need_job(struct thesis *t)
{
    struct err err = {0};
    int rc;

    if (t->state != JOB_NONE)
        return true;
    rc = files_load(t, &t->file, &err);
    if (rc == 0) {
        t->state = JOB_READY;
        vmm_say(t, "%s/.vmm002: %o sensitive instructions in the table", t->dir, t->file.count);
        return true;
    }
    if (rc == -ENOENT)
        restrict_command(t, R_PREPROCESS, "p FILE comes first");
    else
        restrict_command(t, R_PREPROCESS, "%s", err.text);
    return false;
}

/* p filex [y|n] [b] */
static bool do_preprocess(struct thesis *t, unsigned count, char **words)
{
    bool notify = false, debug = false;
    unsigned next = 2;

    if (next < count && (strcmp(words[next], "y") == 0 || strcmp(words[next], "n") == 0))
        notify = words[next++][0] == 'y';
    if (next < count && strcmp(words[next], "b") == 0) {
        debug = true;
        next++;
    }
    if (count < 2 || next < count)
        vmm_say(t,
                "p FILE [y|n] [b]: preprocess FILE; y: ask for each sensitive instruction; b: show "
                "the preprocessor's variables");
    else
        prep_file(t, words[1], notify, debug);
    return true;
}

static bool do_execute(struct thesis *t, unsigned count, char **words)
{
    if (count > 1)
        vmm_say(t, "e: nothing stands behind it");
    else if (vmm_need_job(t))
        exec_job(t);
    return true;
}

static bool do_break(struct thesis *t, unsigned count, char **words)
{
    if (vmm_need_job(t))
        debugger_break(t, count, words);
    return true;
}

static bool do_display(struct thesis *t, unsigned count, char **words)
{
    if (vmm_need_job(t))
        debugger_display(t, count, words);
    return true;
}

static bool do_modify(struct thesis *t, unsigned count, char **words)
{
    if (vmm_need_job(t))
        debugger_modify(t, count, words);
    return true;
}

static bool do_internal(struct thesis *t, unsigned count, char **words)
{
    t->debug = true;
    vmm_show(t, "debug=1 milestone=%u state=%u dir=%s", t->milestone, (unsigned)t->state, t->dir);
    return true;
}

static bool do_leave(struct thesis *t, unsigned count, char **words)
{
    vmm_show(t, "debug=0");
    t->debug = false;
    return true;
}

static bool do_stop(struct thesis *t, unsigned count, char **words)
{
    return false;
}

/* Returns false to end the session. words[0] is the command's letter. */
static const struct {
    const char *name, *args, *help;
    bool (*call)(struct thesis *t, unsigned count, char **words);
} commands[] = {
    {"p", "FILE [y|n] [b]", "preprocess FILE", do_preprocess},
    {"e", "", "start or continue the job", do_execute},
    {"b", "ADDR", "put a breakpoint at ADDR", do_break},
    {"d", "r | o ADDR # | s ADDR #", "display registers, memory in octal, symbolically",
     do_display},
    {"m", "rX V | sp V | pc A | ps V | mem ADDR V", "modify registers, memory", do_modify},
    {"i", "", "enter the internal debugger", do_internal},
    {"x", "", "leave it", do_leave},
    {"s", "", "stop", do_stop},
};

static void help(struct thesis *t, const char *word)
{
    vmm_say(t, "%.40s: no such command; all numbers are octal:", word);
    for (unsigned i = 0; i < ARRAY_LEN(commands); i++)
        vmm_say(t, "  %s %-38s %s", commands[i].name, commands[i].args, commands[i].help);
}

bool thesis_command(struct thesis *t, const char *line)
{
    char copy[LINE_LEN], *words[WORDS_MAX + 1], *save = NULL, *word;
    unsigned count = 0;

    snprintf(copy, sizeof copy, "%s", line);
    for (word = strtok_r(copy, " \t\r\n", &save); word; word = strtok_r(NULL, " \t\r\n", &save)) {
        if (count == WORDS_MAX) {
            vmm_say(t, "%.40s: that is more than any command takes", word);
            return true;
        }
        words[count++] = word;
    }
    if (count == 0)
        return true;
    for (unsigned i = 0; i < ARRAY_LEN(commands); i++)
        if (strcasecmp(words[0], commands[i].name) == 0)
            return commands[i].call(t, count, words);
    help(t, words[0]);
    return true;
}

bool thesis_failed(const struct thesis *t)
{
    return t->failed;
}

int thesis_new(struct thesis **thesis, struct machine *machine, const struct thesis_io *io,
               const struct thesis_config *config, struct err *err)
{
    unsigned milestone = config->milestone ? config->milestone : 1;
    const char *dir = config->dir ? config->dir : ".";
    struct thesis *t;

    if (milestone > THESIS_MILESTONES)
        return err_set(err, EINVAL, "milestone %u: there are 1, 2 and 3", milestone);
    if (machine->ram.size < JOB_BASE + JOB_SIZE)
        return err_set(err, EINVAL, "the thesis's monitor needs 64K of memory; the machine has %uK",
                       machine->ram.size / 1024);
    if (strlen(dir) >= NAME_LEN)
        return err_set(err, ENAMETOOLONG, "%s: too long a name", dir);
    t = calloc(1, sizeof *t);
    if (!t)
        return err_set(err, ENOMEM, "no host memory for a session");
    t->machine = machine;
    t->io = *io;
    strcpy(t->dir, dir);
    t->milestone = milestone;
    t->limit = config->limit;
    t->stats = config->stats;
    *thesis = t;
    return 0;
}

void thesis_free(struct thesis *t)
{
    if (!t)
        return;
    exec_watch(t, false);
    if (t->machine->line.sink_ctx == t)
        t->machine->line.sink = NULL;
    files_free(&t->file);
    free(t);
}

int thesis_run(struct machine *machine, const struct thesis_io *io,
               const struct thesis_config *config, bool *failed, struct err *err)
{
    char line[LINE_LEN];
    struct thesis *t;
    int rc = thesis_new(&t, machine, io, config, err);

    if (rc)
        return rc;
    while (io->read_line(io->ctx, PROMPT, line, sizeof line) && thesis_command(t, line))
        if (t->failure.code)
            break;
    *failed = thesis_failed(t);
    if (t->failure.code)
        rc = err_set(err, t->failure.code, "%s", t->failure.text);
    thesis_free(t);
    return rc;
}
