/* symbol_commands.c - names for addresses: read them, show them, define them. */
#include <fnmatch.h>
#include <string.h>

#include "monitor/parts.h"
#include "monitor/symbols.h"

/* Those whose names fit the pattern, by value. */
static void list(struct monitor *mon, const char *pattern)
{
    const struct symbol *symbol;
    unsigned shown = 0;

    mon_open(mon, "symbols", false);
    for (unsigned i = 0; (symbol = symbols_index(mon->symbols, i)); i++) {
        if (fnmatch(pattern, symbol->name, FNM_CASEFOLD) != 0)
            continue;
        mon_print(mon, "%06o%s %s\n", symbol->value, symbol->label ? " " : "=", symbol->name);
        mon_put_word(mon, symbol->name, symbol->value);
        shown++;
    }
    mon_close(mon);
    if (!shown)
        mon_print(mon, "no symbols\n");
}

static enum monitor_result read_file(struct monitor *mon, struct args *a, const char *path)
{
    struct err err = {0};
    unsigned count;
    u64 offset = 0;

    if (!args_end(a) && !args_number(a, "an offset", 0177777u, &offset))
        return MONITOR_ERROR;
    if (!args_done(a))
        return MONITOR_ERROR;
    if (symbols_read(mon->symbols, path, (u16)offset, &count, &err))
        return mon_fail(mon, &err);
    mon_print(mon, "%s: %u symbols\n", path, count);
    mon_put_number(mon, "count", count);
    return MONITOR_OK;
}

static enum monitor_result do_symbols(struct monitor *mon, struct args *a)
{
    char path[MON_LINE_MAX];

    if (args_end(a)) {
        list(mon, "*");
        return MONITOR_OK;
    }
    if (args_key(a, "clear")) {
        if (!args_done(a))
            return MONITOR_ERROR;
        symbols_clear(mon->symbols);
        return MONITOR_OK;
    }
    if (args_key(a, "like")) {
        if (!args_text(a, "a pattern", path, sizeof path) || !args_done(a))
            return MONITOR_ERROR;
        list(mon, path);
        return MONITOR_OK;
    }
    return args_file(a, "a file", path, sizeof path) ? read_file(mon, a, path) : MONITOR_ERROR;
}

static enum monitor_result do_define(struct monitor *mon, struct args *a)
{
    char name[64];
    struct err err = {0};
    size_t len;
    u64 value;

    if (args_end(a))
        return mon_error(mon, NULL, "a name is missing behind define");
    len = strcspn(a->at, " \t=");
    if (len == 0 || len >= sizeof name || (a->at[0] >= '0' && a->at[0] <= '9'))
        return mon_error(mon, a->at, "no name for a symbol");
    memcpy(name, a->at, len);
    name[len] = 0;
    a->at += len;
    args_char(a, '=');
    if (!args_number(a, "a value", 0177777u, &value) || !args_done(a))
        return MONITOR_ERROR;
    if (symbols_define(mon->symbols, name, len, (u16)value, true, &err))
        return mon_fail(mon, &err);
    return MONITOR_OK;
}

void monitor_symbols(struct monitor *mon, const char *path)
{
    unsigned count;

    symbols_read(mon->symbols, path, 0, &count, NULL);
}

static const struct mon_command table[] = {
    {"symbols", "sym", GROUP_SYMBOLS, "[FILE [OFFSET] | like PATTERN | clear]",
     "read names from a file; list them; forget them",
     "FILE is an a.out (V1 to V7, 2.xBSD), MACRO-11 source, a listing of ours or of MACRO-11 (its\n"
     "lines are then shown next to instructions), or a table as nm and linkers print it.\n",
     do_symbols},
    {"define", NULL, GROUP_SYMBOLS, "NAME [=] EXPR", "give an address a name", NULL, do_define},
};

const struct mon_part part_symbols = {.commands = table, .count = ARRAY_LEN(table)};
