/* history_commands.c - the command `history`: the last instructions, and what each has changed. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "monitor/history.h"
#include "monitor/insn.h"
#include "monitor/parts.h"
#include "monitor/symbols.h"

#define DEFAULT_SIZE  10000u
#define DEFAULT_SHOWN 20u
#define CHANGES_MAX   120u
#define LINE_WIDTH    44 /* of an instruction, before what it has changed */
#define SOURCE_AT     43 /* the column of a source line, under the instruction */

static const char *const mode_names[4] = {"kernel", "supervisor", "illegal", "user"};

/* "R0=000012 SP=000774 -Z--": what the entry's instruction has changed; as data too. */
static const char *changes(struct monitor *mon, u32 back, const struct history_entry *e, char *text)
{
    static const char *const names[] = {"R0", "R1", "R2", "R3", "R4", "R5", "SP"};
    size_t used = 0;
    u16 r[8], ps;

    text[0] = 0;
    history_after(mon->history, back, r, &ps);
    mon_open(mon, "changes", false);
    for (unsigned i = 0; i < ARRAY_LEN(names); i++) {
        if (r[i] == e->r[i])
            continue;
        used += (size_t)snprintf(text + used, CHANGES_MAX - used, " %s=%06o", names[i], r[i]);
        mon_put_word(mon, names[i], r[i]);
    }
    if (ps != e->ps)
        mon_put_word(mon, "PS", ps);
    if ((ps ^ e->ps) & ~PS_CC)
        snprintf(text + used, CHANGES_MAX - used, " PS=%06o", ps);
    else if (ps != e->ps)
        snprintf(text + used, CHANGES_MAX - used, " %c%c%c%c", ps & 8 ? 'N' : '-',
                 ps & 4 ? 'Z' : '-', ps & 2 ? 'V' : '-', ps & 1 ? 'C' : '-');
    mon_close(mon);
    return text;
}

static void show_insn(struct monitor *mon, u32 back, const struct history_entry *e)
{
    struct place place = {.mode = (enum mode)(e->ps >> 14), .at = e->r[PC]};
    char insn[INSN_TEXT_MAX] = "not in memory", name[MON_NAME_MAX] = "", raw[24] = "";
    char line[INSN_TEXT_MAX + MON_NAME_MAX + 2], change[CHANGES_MAX];
    const char *source;

    if (e->count)
        insn_text(mon, place, e->words, e->count, insn);
    if (symbols_at(mon->symbols, e->r[PC]))
        mon_name(mon, e->r[PC], name);
    for (unsigned i = 0; i < e->count; i++)
        snprintf(raw + 7 * i, sizeof raw - 7 * i, "%06o ", e->words[i]);
    snprintf(line, sizeof line, "%s%s%s", name, name[0] ? ": " : "", insn);
    mon_put_text(mon, "mode", mode_names[place.mode]);
    mon_put_word(mon, "pc", e->r[PC]);
    mon_open(mon, "words", true);
    for (unsigned i = 0; i < e->count; i++)
        mon_put_word(mon, NULL, e->words[i]);
    mon_close(mon);
    mon_put_text(mon, "instruction", insn);
    if (name[0])
        mon_put_text(mon, "at", name);
    changes(mon, back, e, change);
    mon_print(mon, "%10llu %c %06o: %-21s %-*s%s\n", (unsigned long long)e->icount,
              "ks?u"[place.mode], e -> r[PC], raw, change[0] ? LINE_WIDTH : 0, line, change);
    source = symbols_line(mon->symbols, e->r[PC]);
    if (!source)
        return;
    mon_print(mon, "%*s%s\n", SOURCE_AT, "", source);
    mon_put_text(mon, "source", source);
}

static void show_vector(struct monitor *mon, const struct history_entry *e)
{
    static const char *const causes[] = {"trap", "request", "interrupt"};

    mon_print(mon, "%10llu %s %03o from pc %06o ps %06o to pc %06o ps %06o\n",
              (unsigned long long)e->icount, causes[e->cause], e->vector, e->r[PC], e->ps, e->to_pc,
              e->to_ps);
    mon_put_text(mon, "cause", causes[e->cause]);
    mon_put_word(mon, "vector", e->vector);
    mon_put_word(mon, "from_pc", e->r[PC]);
    mon_put_word(mon, "from_ps", e->ps);
    mon_put_word(mon, "to_pc", e->to_pc);
    mon_put_word(mon, "to_ps", e->to_ps);
}

static enum monitor_result show(struct monitor *mon, u64 count)
{
    struct history *h = mon->history;

    mon_put_bool(mon, "on", h->entry != NULL);
    if (!h->entry) {
        mon_print(mon, "no history is kept: `history on` begins one\n");
        return MONITOR_OK;
    }
    history_trim(h);
    if (!h->count)
        mon_print(mon, "nothing has been executed yet\n");
    mon_open(mon, "history", true);
    for (u32 back = count < h->count ? (u32)count : h->count; back-- > 0;) {
        const struct history_entry *e = history_at(h, back);
        mon_open(mon, NULL, false);
        mon_put_number(mon, "icount", e->icount);
        if (e->entered)
            show_vector(mon, e);
        else
            show_insn(mon, back, e);
        mon_close(mon);
        if (mon_tired(mon, 10))
            break;
    }
    mon_close(mon);
    return mon->complaint[0] ? MONITOR_ERROR : MONITOR_OK;
}

static enum monitor_result turn_on(struct monitor *mon, struct args *a)
{
    u64 size = DEFAULT_SIZE;
    struct err err = {0};

    if ((!args_end(a) && !args_count(a, "the size", HISTORY_MAX, &size)) || !args_done(a))
        return MONITOR_ERROR;
    return history_on(mon->history, mon->machine, (u32)size, &err) ? mon_fail(mon, &err)
                                                                   : MONITOR_OK;
}

static enum monitor_result do_history(struct monitor *mon, struct args *a)
{
    u64 count = DEFAULT_SHOWN;

    if (args_key(a, "on"))
        return turn_on(mon, a);
    if (args_key(a, "off")) {
        if (!args_done(a))
            return MONITOR_ERROR;
        history_off(mon->history);
        return MONITOR_OK;
    }
    if ((!args_end(a) && !args_count(a, "the count of lines", HISTORY_MAX, &count)) ||
        !args_done(a))
        return MONITOR_ERROR;
    return show(mon, count);
}

static int init(struct monitor *mon, struct err *err)
{
    mon->history = calloc(1, sizeof *mon->history);
    return mon->history ? 0 : err_set(err, ENOMEM, "no host memory for a monitor");
}

static void fini(struct monitor *mon)
{
    if (mon->history)
        history_off(mon->history);
    free(mon->history);
    mon->history = NULL;
}

static const struct mon_command table[] = {
    {"history", NULL, GROUP_TRACE, "[COUNT | on [SIZE] | off]",
     "the last instructions, with what each has changed, and vectors between them",
     "`history on` keeps the last SIZE, 10000 unless it is given, a million at most. After a step\n"
     "back in a recording it tells what was before that moment.\n",
     do_history},
};

const struct mon_part part_history = {
    .commands = table, .count = ARRAY_LEN(table), .init = init, .fini = fini};
