/* help.c - help, completion and the list for the docs: all from the tables of commands. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "monitor/impl.h"
#include "monitor/parts.h"
#include "monitor/regs.h"
#include "monitor/symbols.h"

static const char *group_name(enum mon_group group)
{
    switch (group) {
    case GROUP_SEE: return "See";
    case GROUP_CHANGE: return "Change";
    case GROUP_STOP: return "Stop";
    case GROUP_GO: return "Go";
    case GROUP_TIME: return "Time travel";
    case GROUP_TRACE: return "Trace and measure";
    case GROUP_SYMBOLS: return "Symbols";
    case GROUP_SCRIPT: return "Scripts";
    case GROUP_MACHINE: return "The machine";
    case GROUP_COUNT: break;
    }
    return "";
}

/* The commands of a group, one a line. */
static void list_group(struct monitor *mon, enum mon_group group)
{
    const struct mon_command *c;
    bool first = true;

    for (unsigned i = 0; (c = mon_command_at(i)); i++) {
        char left[200];
        if (c->group != group)
            continue;
        if (first)
            mon_print(mon, "%s\n", group_name(group));
        first = false;
        snprintf(left, sizeof left, "%s%s%s", c->name, *c->args ? " " : "", c->args);
        if (strlen(left) > 34)
            mon_print(mon, "  %s\n  %-34s %s\n", left, "", c->help);
        else
            mon_print(mon, "  %-34s %s\n", left, c->help);
    }
}

static void tell_command(struct monitor *mon, const struct mon_command *c)
{
    mon_print(mon, "%s%s%s - %s\n", c->name, *c->args ? " " : "", c->args, c->help);
    if (c->alias)
        mon_print(mon, "also: %s\n", c->alias);
    if (c->more)
        mon_print(mon, "%s", c->more);
    mon_put_text(mon, "name", c->name);
    mon_put_text(mon, "arguments", c->args);
    mon_put_text(mon, "help", c->help);
}

static void list_all(struct monitor *mon)
{
    for (unsigned group = 0; group < GROUP_COUNT; group++)
        list_group(mon, (enum mon_group)group);
    mon_print(mon,
              "A name may be cut short. `help COMMAND` tells more. Numbers are octal unless they\n"
              "end in `.` (decimal) or begin with 0x. PLACE is [k|s|u][i|d]:ADDRESS in a mode and\n"
              "space, p:ADDRESS in physical memory, or ADDRESS in the current mode.\n");
}

static enum monitor_result do_help(struct monitor *mon, struct args *a)
{
    const struct mon_command *c;
    char word[WORD_SHOWN];

    if (args_end(a)) {
        list_all(mon);
        return MONITOR_OK;
    }
    if (!args_word(a, "a command", word, sizeof word) || !args_done(a))
        return MONITOR_ERROR;
    c = mon_find(mon, word, strlen(word));
    if (!c)
        return MONITOR_ERROR;
    tell_command(mon, c);
    return MONITOR_OK;
}

static enum monitor_result do_quit(struct monitor *mon, struct args *a)
{
    return args_done(a) ? MONITOR_QUIT : MONITOR_ERROR;
}

static const struct mon_command table[] = {
    {"help", "h", GROUP_MACHINE, "[COMMAND]", "all commands, or more of one", NULL, do_help},
    {"quit", "exit q", GROUP_MACHINE, "", "end; what is attached is written", NULL, do_quit},
};

const struct mon_part part_help = {.commands = table, .count = ARRAY_LEN(table)};

bool monitor_describe(unsigned index, struct monitor_doc *doc)
{
    const struct mon_command *c;

    for (unsigned group = 0; group < GROUP_COUNT; group++) {
        for (unsigned i = 0; (c = mon_command_at(i)); i++) {
            if (c->group != (enum mon_group)group || index-- > 0)
                continue;
            *doc = (struct monitor_doc){
                group_name(c->group), c->name, c->alias, c->args, c->help, c->more};
            return true;
        }
    }
    return false;
}

/* Where the last word of a line begins. */
static size_t last_word(const char *line)
{
    size_t at = strlen(line);

    while (at > 0 && !strchr(" \t(@:,=+-*/&|!<>", line[at - 1]))
        at--;
    return at;
}

/* If `name` continues the word, count it down; a copy of the one that is asked for. */
static char *candidate(const char *name, const char *word, unsigned *index)
{
    if (strncasecmp(name, word, strlen(word)) != 0 || (*index)-- > 0)
        return NULL;
    return strdup(name);
}

static char *complete_command(const char *word, unsigned index)
{
    const struct mon_command *c;
    char *found = NULL;

    for (unsigned i = 0; !found && (c = mon_command_at(i)); i++)
        found = candidate(c->name, word, &index);
    return found;
}

char *monitor_complete(struct monitor *mon, const char *line, unsigned index)
{
    size_t at = last_word(line), start = strspn(line, " \t");
    const char *word = line + at;
    const struct symbol *symbol;
    char name[REG_NAME_MAX], *found = NULL;

    if (at <= start || strncmp(line + start, "help ", 5) == 0)
        return complete_command(word, index);
    for (unsigned i = 0; !found && reg_name(mon->machine, i, name); i++)
        found = candidate(name, word, &index);
    for (unsigned i = 0; !found && (symbol = symbols_index(mon->symbols, i)); i++)
        found = candidate(symbol->name, word, &index);
    return found;
}
