/* stop_commands.c - break, watch, catch; conditions, counts and commands of stops. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "monitor/parts.h"
#include "monitor/stop.h"

/* The line, or what of it comes before a condition, is at its end. */
static bool is_over(struct args *a)
{
    return args_end(a) || strcasecmp(a->at, "if") == 0 || strncasecmp(a->at, "if ", 3) == 0;
}

/* `if EXPR` at the end of the line, or nothing. */
static bool take_condition(struct args *a, struct stop_entry *entry)
{
    char text[EXPR_TEXT_MAX];

    if (!args_key(a, "if"))
        return args_done(a);
    if (args_end(a)) {
        mon_error(a->mon, "if", "an expression is missing behind it");
        return false;
    }
    if (!expr_check(a->mon, args_rest(a, text, sizeof text)))
        return false;
    entry->condition = strdup(text);
    if (!entry->condition)
        mon_error(a->mon, NULL, "no host memory for a condition");
    return entry->condition;
}

static enum monitor_result give_up(struct monitor *mon, struct stop_entry *entry)
{
    stop_delete(mon, entry);
    mon->stops->last--;
    return MONITOR_ERROR;
}

/* The entry is complete but for a condition: set it, or take it back. */
static enum monitor_result finish(struct monitor *mon, struct args *a, struct stop_entry *entry,
                                  const char *kind)
{
    if (!take_condition(a, entry))
        return give_up(mon, entry);
    snprintf(entry->kind, sizeof entry->kind, "%s", kind);
    stops_apply(mon);
    mon_print(mon, "%s %u: %s%s%s\n", kind, entry->number, entry->what,
              entry->condition ? " if " : "", entry->condition ? entry->condition : "");
    mon_put_number(mon, "number", entry->number);
    mon_put_text(mon, "what", entry->what);
    return MONITOR_OK;
}

/* A range of places as a point, and as a text. */
static void set_range(struct monitor *mon, struct stop_entry *entry, struct place place, u32 last,
                      unsigned access)
{
    char text[PLACE_TEXT_MAX], name[MON_NAME_MAX];
    size_t used;

    entry->point = (struct debug_point){
        .kind = place.physical ? DEBUG_PHYSICAL : DEBUG_VIRTUAL,
        .access = (u8)access,
        .modes = (u8)(1u << place.mode),
        .spaces = (u8)(1u << place.space),
        .first = place.at,
        .last = last,
    };
    snprintf(entry->what, sizeof entry->what, "%s", place_text(place, text));
    used = strlen(entry->what);
    if (last > (place.at | 1))
        snprintf(entry->what + used, sizeof entry->what - used, "..%06o", last);
    else if (!place.physical && !isdigit((unsigned char)*mon_name(mon, (u16)place.at, name)))
        snprintf(entry->what + used, sizeof entry->what - used, " %.60s", name);
}

static enum monitor_result breakpoint(struct monitor *mon, struct args *a, bool once)
{
    const struct cpu *cpu = &mon->machine->cpu;
    struct place place = {.mode = cpu_mode(cpu), .at = cpu->r[PC]};
    struct stop_entry *entry = stop_add(mon);
    u32 last = place.at;

    if (!entry)
        return MONITOR_ERROR;
    if (!is_over(a) && !args_range(a, "an address", SPACE_I, &place, &last))
        return give_up(mon, entry);
    if (last == (place.at | 1)) /* one place is one instruction */
        last = place.at;
    entry->once = once;
    set_range(mon, entry, place, last, DEBUG_EXEC);
    return finish(mon, a, entry, once ? "breakpoint once" : "breakpoint");
}

static enum monitor_result do_break(struct monitor *mon, struct args *a)
{
    return breakpoint(mon, a, false);
}

static enum monitor_result do_tbreak(struct monitor *mon, struct args *a)
{
    return breakpoint(mon, a, true);
}

static unsigned take_access(struct args *a)
{
    unsigned access = 0;

    for (;;) {
        if (args_key(a, "read"))
            access |= DEBUG_READ;
        else if (args_key(a, "write"))
            access |= DEBUG_WRITE;
        else if (args_key(a, "execute"))
            access |= DEBUG_EXEC;
        else
            return access;
    }
}

static void add_access(struct stop_entry *entry)
{
    static const char *const names[] = {" read", " write", " execute"};

    for (unsigned i = 0; i < 3; i++) {
        size_t used = strlen(entry->what);
        if (entry->point.access >> i & 1)
            snprintf(entry->what + used, sizeof entry->what - used, "%s", names[i]);
    }
}

static enum monitor_result do_watch(struct monitor *mon, struct args *a)
{
    struct stop_entry *entry = stop_add(mon);
    struct place place;
    unsigned access;
    u32 last;

    if (!entry)
        return MONITOR_ERROR;
    if (!args_range(a, "an address", SPACE_D, &place, &last))
        return give_up(mon, entry);
    access = take_access(a);
    if (access == DEBUG_EXEC)
        place.space = SPACE_I;
    set_range(mon, entry, place, last, access ? access : DEBUG_WRITE);
    if (access & DEBUG_EXEC)
        entry->point.spaces |= 1u << SPACE_I;
    add_access(entry);
    return finish(mon, a, entry, "watchpoint");
}

/* --- catch -------------------------------------------------------------------------------- */

/* [V[..V]]: vectors. */
static bool catch_vector(struct args *a, struct stop_entry *entry, unsigned causes,
                         const char *what)
{
    u64 first = 0, last = 0374;

    if (!is_over(a)) {
        if (!args_number(a, "the vector", 0374, &first))
            return false;
        last = first;
        if (strncmp(a->at, "..", 2) == 0) {
            a->at += 2;
            if (!args_number(a, "the last vector", 0374, &last))
                return false;
        }
    }
    if (last < first || (last == first && last & 3)) {
        mon_error(a->mon, NULL, "%s: a vector is a multiple of 4, the lower of two comes first",
                  what);
        return false;
    }
    entry->point = (struct debug_point){
        .kind = DEBUG_VECTOR, .causes = (u8)causes, .first = (u32)first, .last = (u32)last};
    if (first != last)
        snprintf(entry->what, sizeof entry->what, "%s %03o..%03o", what, (unsigned)first,
                 (unsigned)last);
    else
        snprintf(entry->what, sizeof entry->what, "%s %03o", what, (unsigned)first);
    return true;
}

/* [MODE], any where none is named. */
static bool catch_mode(struct args *a, struct stop_entry *entry, enum debug_kind kind,
                       const char *what)
{
    static const char *const names[] = {"kernel", "supervisor", "user", NULL};
    static const enum mode numbers[] = {MODE_K, MODE_S, MODE_U};
    bool any = is_over(a);
    int i = any ? 0 : args_choice(a, "mode", names);

    if (i < 0)
        return false;
    entry->point = (struct debug_point){
        .kind = kind, .modes = any ? 017 : (u8)(1u << numbers[i]), .last = 0177777};
    snprintf(entry->what, sizeof entry->what, "%s %s", what, any ? "any" : names[i]);
    return true;
}

/* The addresses of a device's register, or of all its registers. */
static bool find_device(const struct machine *m, const char *name, u32 *first, u32 *last)
{
    for (const struct device *dev = m->bus.devices; dev; dev = dev->next) {
        *first = dev->base;
        *last = dev->base + 2 * dev->ops->words - 1;
        if (strcasecmp(dev->ops->name, name) == 0)
            return true;
        for (unsigned i = 0; i < dev->ops->reg_count; i++) {
            const struct reg_info *reg = &dev->ops->regs[i];

            if (reg->offset == REG_NO_ADDRESS || strcasecmp(reg->name, name) != 0)
                continue;
            *first = dev->base + reg->offset;
            *last = *first + 1;
            return true;
        }
    }
    return false;
}

static bool catch_device(struct args *a, struct stop_entry *entry)
{
    char name[24];
    u32 first, last;
    unsigned access;

    if (!args_word(a, "a device or one of its registers", name, sizeof name))
        return false;
    if (!find_device(a->mon->machine, name, &first, &last)) {
        mon_error(a->mon, name, "no such device or register of one (`devices` lists them)");
        return false;
    }
    access = take_access(a);
    entry->point = (struct debug_point){
        .kind = DEBUG_PHYSICAL,
        .access = (u8)(access ? access : DEBUG_READ | DEBUG_WRITE),
        .first = first,
        .last = last,
    };
    snprintf(entry->what, sizeof entry->what, "device %s", name);
    add_access(entry);
    return true;
}

static bool catch_console(struct args *a, struct stop_entry *entry)
{
    if (!args_text(a, "the text", entry->text, sizeof entry->text))
        return false;
    if (!entry->text[0]) {
        mon_error(a->mon, NULL, "an empty text is printed all the time");
        return false;
    }
    entry->point = (struct debug_point){.kind = DEBUG_OTHER};
    snprintf(entry->what, sizeof entry->what, "console \"%s\"", entry->text);
    for (char *p = entry->what; *p; p++)
        if (!isprint((unsigned char)*p))
            *p = '.';
    return true;
}

static enum monitor_result do_catch(struct monitor *mon, struct args *a)
{
    static const char *const words[] = {"trap",   "interrupt", "mode", "abort",
                                        "device", "console",   NULL};
    struct stop_entry *entry;
    bool right = false;
    int what = args_choice(a, "thing to catch", words);

    if (what < 0)
        return MONITOR_ERROR;
    entry = stop_add(mon);
    if (!entry)
        return MONITOR_ERROR;
    switch (what) {
    case 0: right = catch_vector(a, entry, 1 << CAUSE_TRAP | 1 << CAUSE_REQUEST, "trap"); break;
    case 1: right = catch_vector(a, entry, 1 << CAUSE_INTERRUPT, "interrupt"); break;
    case 2: right = catch_mode(a, entry, DEBUG_MODE, "mode"); break;
    case 3: right = catch_mode(a, entry, DEBUG_ABORT, "abort"); break;
    case 4: right = catch_device(a, entry); break;
    case 5: right = catch_console(a, entry); break;
    }
    return right ? finish(mon, a, entry, "catchpoint") : give_up(mon, entry);
}

/* --- the list ----------------------------------------------------------------------------- */

static void show_entry(struct monitor *mon, const struct stop_entry *entry)
{
    mon_print(mon, "%-3u %s%s%s%s%s, %llu hits", entry->number, entry->kind,
              entry->enabled ? " " : " (off) ", entry->what, entry->condition ? " if " : "",
              entry->condition ? entry->condition : "", (unsigned long long)entry->hits);
    if (entry->ignore)
        mon_print(mon, ", %llu to be ignored", (unsigned long long)entry->ignore);
    mon_print(mon, "\n");
    if (entry->commands)
        mon_print(mon, "    %s\n", entry->commands);
    mon_open(mon, NULL, false);
    mon_put_number(mon, "number", entry->number);
    mon_put_text(mon, "kind", entry->kind);
    mon_put_text(mon, "what", entry->what);
    mon_put_bool(mon, "enabled", entry->enabled);
    mon_put_number(mon, "hits", entry->hits);
    if (entry->condition)
        mon_put_text(mon, "condition", entry->condition);
    if (entry->commands)
        mon_put_text(mon, "commands", entry->commands);
    mon_close(mon);
}

/* The entry with the lowest number above `number`; NULL: there is none. */
static const struct stop_entry *entry_behind(const struct stops *stops, unsigned number)
{
    const struct stop_entry *next = NULL;

    for (unsigned i = 0; i < STOPS_MAX; i++) {
        const struct stop_entry *entry = &stops->entry[i];
        if (entry->number > number && (!next || entry->number < next->number))
            next = entry;
    }
    return next;
}

static enum monitor_result do_stops(struct monitor *mon, struct args *a)
{
    const struct stop_entry *entry = entry_behind(mon->stops, 0);

    if (!args_done(a))
        return MONITOR_ERROR;
    if (!entry)
        mon_print(mon, "nothing is set\n");
    mon_open(mon, "stops", true);
    for (; entry; entry = entry_behind(mon->stops, entry->number))
        show_entry(mon, entry);
    mon_close(mon);
    return MONITOR_OK;
}

/* `act` for the stops whose numbers follow, or all. */
static enum monitor_result for_each(struct monitor *mon, struct args *a,
                                    void (*act)(struct monitor *mon, struct stop_entry *entry))
{
    if (args_end(a)) {
        for (unsigned i = 0; i < STOPS_MAX; i++)
            if (mon->stops->entry[i].number)
                act(mon, &mon->stops->entry[i]);
        return MONITOR_OK;
    }
    while (!args_end(a)) {
        struct stop_entry *entry;
        u64 number;

        if (!args_count(a, "the number of a stop", UINT32_MAX, &number))
            return MONITOR_ERROR;
        entry = stop_find(mon, number);
        if (!entry)
            return MONITOR_ERROR;
        act(mon, entry);
    }
    return MONITOR_OK;
}

static enum monitor_result do_delete(struct monitor *mon, struct args *a)
{
    return for_each(mon, a, stop_delete);
}

static void enable(struct monitor *mon, struct stop_entry *entry)
{
    entry->enabled = true;
    stops_apply(mon);
}

static void disable(struct monitor *mon, struct stop_entry *entry)
{
    entry->enabled = false;
    stops_apply(mon);
}

static enum monitor_result do_enable(struct monitor *mon, struct args *a)
{
    return for_each(mon, a, enable);
}

static enum monitor_result do_disable(struct monitor *mon, struct args *a)
{
    return for_each(mon, a, disable);
}

static struct stop_entry *take_entry(struct monitor *mon, struct args *a)
{
    u64 number;

    if (!args_count(a, "the number of a stop", UINT32_MAX, &number))
        return NULL;
    return stop_find(mon, number);
}

static enum monitor_result do_ignore(struct monitor *mon, struct args *a)
{
    struct stop_entry *entry = take_entry(mon, a);
    u64 count = 0;

    if (!entry)
        return MONITOR_ERROR;
    if ((!args_key(a, "0") && !args_count(a, "the count of hits", UINT64_MAX / 4, &count)) ||
        !args_done(a))
        return MONITOR_ERROR;
    entry->ignore = count;
    return MONITOR_OK;
}

/* A new text in place of the old; an empty one takes it away. */
static enum monitor_result replace(struct monitor *mon, char **old, const char *text)
{
    char *copy = *text ? strdup(text) : NULL;

    if (*text && !copy)
        return mon_error(mon, NULL, "no host memory");
    free(*old);
    *old = copy;
    return MONITOR_OK;
}

static enum monitor_result do_condition(struct monitor *mon, struct args *a)
{
    struct stop_entry *entry = take_entry(mon, a);
    char text[EXPR_TEXT_MAX];

    if (!entry)
        return MONITOR_ERROR;
    args_rest(a, text, sizeof text);
    if (text[0] && !expr_check(mon, text))
        return MONITOR_ERROR;
    return replace(mon, &entry->condition, text);
}

static enum monitor_result do_commands(struct monitor *mon, struct args *a)
{
    struct stop_entry *entry = take_entry(mon, a);
    char text[MON_LINE_MAX];

    if (!entry)
        return MONITOR_ERROR;
    return replace(mon, &entry->commands, args_rest(a, text, sizeof text));
}

static const struct mon_command table[] = {
    {"break", "b", GROUP_STOP, "[PLACE|RANGE] [if EXPR]",
     "stop before the instruction there is executed",
     "A virtual address counts in the mode that is now, unless another is named (u:1000), a\n"
     "physical one (p:1000) in all. Without a place it is the next instruction.\n",
     do_break},
    {"tbreak", NULL, GROUP_STOP, "[PLACE|RANGE] [if EXPR]", "the same, once", NULL, do_tbreak},
    {"watch", NULL, GROUP_STOP, "RANGE [read] [write] [execute] [if EXPR]",
     "stop behind the instruction that refers to it: writes, unless it is said",
     "One address is a word. At a physical address (p:1000) what devices do by NPR counts too. "
     "The\n"
     "words of the program count as executed, not as read.\n",
     do_watch},
    {"catch", NULL, GROUP_STOP,
     "trap|interrupt [V[..V]] | mode|abort [MODE] | device NAME [read] [write] | console TEXT",
     "stop behind it: a vector, a change of mode, a reference to a device, a text on the console",
     "`if EXPR` may follow. A device is named (rk) or one of its registers (rkcs). After a trap "
     "or\n"
     "an interrupt the machine stands before the first instruction of the handler.\n",
     do_catch},
    {"stops", NULL, GROUP_STOP, "", "what is set: breakpoints, watchpoints, catchpoints", NULL,
     do_stops},
    {"delete", NULL, GROUP_STOP, "[NUMBER...]", "take stops off, or all", NULL, do_delete},
    {"disable", NULL, GROUP_STOP, "[NUMBER...]", "switch stops off, or all", NULL, do_disable},
    {"enable", NULL, GROUP_STOP, "[NUMBER...]", "switch them on again", NULL, do_enable},
    {"ignore", NULL, GROUP_STOP, "NUMBER COUNT", "pass over so many hits of a stop", NULL,
     do_ignore},
    {"condition", NULL, GROUP_STOP, "NUMBER [EXPR]", "stop only if it is true; no EXPR: always",
     NULL, do_condition},
    {"commands", NULL, GROUP_STOP, "NUMBER [COMMAND; COMMAND...]",
     "what to do when a stop is hit; none: nothing",
     "If the last is `continue` the machine goes on.\n", do_commands},
};

static int init(struct monitor *mon, struct err *err)
{
    return stops_new(&mon->stops, err);
}

const struct mon_part part_stops = {
    .commands = table, .count = ARRAY_LEN(table), .init = init, .fini = stops_free};
