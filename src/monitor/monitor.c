/* monitor.c - finds the command of a line and carries it out: see monitor.h and command.h. */
#include "monitor/monitor.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/near.h"
#include "machine/record.h"
#include "monitor/impl.h"
#include "monitor/script.h"
#include "monitor/symbols.h"

#define MAX_DEPTH    32          /* commands within commands */
#define MAX_COMMANDS 256         /* for did-you-mean */
#define PATIENCE     1000000000u /* units of work of one command: a quarter of an hour */

int monitor_new(struct monitor **monitor, struct machine *machine, const struct monitor_io *io,
                struct err *err)
{
    struct monitor *mon = calloc(1, sizeof *mon);
    int rc;

    if (!mon)
        return err_set(err, ENOMEM, "no host memory for a monitor");
    mon->machine = machine;
    mon->io = io;
    mon->patience = PATIENCE;
    rc = symbols_new(&mon->symbols, err);
    if (rc == 0)
        rc = script_new(&mon->script, err);
    for (unsigned i = 0; mon_parts[i] && rc == 0; i++)
        if (mon_parts[i]->init)
            rc = mon_parts[i]->init(mon, err);
    if (rc) {
        monitor_free(mon);
        return rc;
    }
    *monitor = mon;
    return 0;
}

void monitor_free(struct monitor *mon)
{
    if (!mon)
        return;
    for (unsigned i = 0; mon_parts[i]; i++)
        if (mon_parts[i]->fini)
            mon_parts[i]->fini(mon);
    script_free(mon->script);
    symbols_free(mon->symbols);
    free(mon);
}

void monitor_set_patience(struct monitor *mon, u64 work)
{
    mon->patience = work;
}

struct machine *mon_machine(struct monitor *mon)
{
    return mon->machine;
}

const struct monitor_io *mon_io(struct monitor *mon)
{
    return mon->io;
}

bool mon_tired(struct monitor *mon, u64 work)
{
    if (mon->fuel <= work) {
        mon->fuel = 0;
        mon_error(mon, NULL, "this takes too long: given up");
        return true;
    }
    mon->fuel -= work;
    if (!mon->io->interrupted || !mon->io->interrupted(mon->io->ctx))
        return false;
    mon->fuel = 0; /* the commands around this one end too */
    mon_error(mon, NULL, "interrupted");
    return true;
}

const struct mon_command *mon_command_at(unsigned index)
{
    for (unsigned i = 0; mon_parts[i]; i++) {
        if (index < mon_parts[i]->count)
            return &mon_parts[i]->commands[index];
        index -= mon_parts[i]->count;
    }
    return NULL;
}

/* Whether `word` is one of the blank-separated words of `list`. */
static bool among(const char *list, const char *word, size_t len)
{
    while (list && *list) {
        size_t n = strcspn(list, " ");
        if (n == len && strncasecmp(list, word, len) == 0)
            return true;
        list += n + (list[n] == ' ');
    }
    return false;
}

static void not_clear(struct monitor *mon, const char *word, size_t len)
{
    char list[200] = "", text[WORD_SHOWN];
    const struct mon_command *c;

    for (unsigned i = 0; (c = mon_command_at(i)); i++) {
        size_t used = strlen(list);
        if (strncasecmp(c->name, word, len) == 0)
            snprintf(list + used, sizeof list - used, "%s%s", used ? ", " : "", c->name);
    }
    snprintf(text, sizeof text, "%.*s", (int)len, word);
    mon_error(mon, text, "not clear: %s", list);
}

static void not_known(struct monitor *mon, const char *word, size_t len)
{
    const char *names[MAX_COMMANDS + 1];
    const struct mon_command *c;
    char text[WORD_SHOWN];
    unsigned n = 0;

    for (unsigned i = 0; n < MAX_COMMANDS && (c = mon_command_at(i)); i++)
        names[n++] = c->name;
    names[n] = NULL;
    snprintf(text, sizeof text, "%.*s", (int)(len < sizeof text ? len : sizeof text - 1), word);
    if (near_word(text, names))
        mon_unknown(mon, text, "command", names);
    else
        mon_error(mon, text, "no such command (`help` lists them)");
}

const struct mon_command *mon_find(struct monitor *mon, const char *word, size_t len)
{
    const struct mon_command *c, *found = NULL;
    bool clear = true;

    for (unsigned i = 0; (c = mon_command_at(i)); i++)
        if (among(c->name, word, len) || among(c->alias, word, len))
            return c;
    for (unsigned i = 0; (c = mon_command_at(i)); i++) {
        if (strncasecmp(c->name, word, len) != 0)
            continue;
        clear = !found;
        found = c;
        if (!clear)
            break;
    }
    if (found && clear)
        return found;
    if (found)
        not_clear(mon, word, len);
    else
        not_known(mon, word, len);
    return NULL;
}

/* A comment ends the line: # or ; at its beginning, # between blanks. */
static void strip(char *line)
{
    bool quoted = false;
    size_t len, start = strspn(line, " \t");

    if (line[start] == '#' || line[start] == ';')
        line[start] = 0;
    for (size_t i = start; line[i]; i++) {
        if (line[i] == '"')
            quoted = !quoted;
        if (!quoted && line[i] == '#' && isspace((unsigned char)line[i - 1]) &&
            (!line[i + 1] || isspace((unsigned char)line[i + 1])))
            line[i] = 0;
        else if ((unsigned char)line[i] < ' ')
            line[i] = ' ';
    }
    len = strlen(line);
    while (len && line[len - 1] == ' ')
        line[--len] = 0;
}

static enum monitor_result call(struct monitor *mon, const char *line)
{
    struct args a = {.mon = mon, .line = line, .at = line};
    const struct mon_command *command;
    struct err err = {0};
    size_t len;

    if (args_end(&a))
        return MONITOR_OK;
    len = strcspn(a.at, " \t");
    /* `x/8i` and the like: a name of letters ends where they do. */
    for (size_t i = 0; i < len; i++)
        if (a.at[i] == '/' && i > 0)
            len = i;
    command = mon_find(mon, a.at, len);
    if (!command)
        return MONITOR_ERROR;
    a.at += len;
    /* What the command changes in the machine is an input of the recording. */
    if (record_active(mon->machine) && record_look(mon->machine, &err))
        return mon_fail(mon, &err);
    return command->call(mon, &a);
}

enum monitor_result mon_obey(struct monitor *mon, const char *line)
{
    char text[MON_LINE_MAX];
    enum monitor_result result;

    if (strlen(line) >= sizeof text) {
        mon_error(mon, NULL, "the line is too long: %u characters are allowed", MON_LINE_MAX - 1);
        mon_tell(mon);
        return MONITOR_ERROR;
    }
    strcpy(text, line);
    strip(text);
    if (++mon->depth > MAX_DEPTH)
        result = mon_error(mon, NULL, "commands within commands, too deep");
    else
        result = call(mon, text);
    mon->depth--;
    if (result == MONITOR_OK)
        mon->complaint[0] = 0;
    mon_tell(mon);
    return result;
}

enum monitor_result monitor_command(struct monitor *mon, const char *line)
{
    mon->fuel = mon->patience;
    return script_line(mon, line);
}

enum monitor_result monitor_script(struct monitor *mon, const char *path)
{
    enum monitor_result result;

    mon->fuel = mon->patience;
    result = script_file(mon, path);
    mon_tell(mon);
    return result;
}

bool monitor_pending(const struct monitor *mon)
{
    return script_pending(mon->script);
}

enum monitor_result monitor_end(struct monitor *mon)
{
    enum monitor_result result = script_end(mon);

    mon_tell(mon);
    return result;
}
