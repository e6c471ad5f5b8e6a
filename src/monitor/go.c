/* go.c - a run from stop to stop, and what is said at its end: see stop.h. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "monitor/insn.h"
#include "monitor/stop.h"

#define JUDGE_WORK 20u /* of a stop that does not count, in units of mon_tired() */

/* The machine's owner runs it; without one, virtual time. */
static enum stop owner_run(struct monitor *mon, u64 icount)
{
    if (mon->io->run)
        return mon->io->run(mon->io->ctx, icount);
    return machine_run(mon->machine, icount, EVENT_NEVER);
}

enum stop go_run(struct monitor *mon, u64 icount, struct stop_verdict *verdict)
{
    enum stop stop;

    do {
        debug_clear(&mon->machine->cpu);
        stop = owner_run(mon, icount);
        stops_judge(mon, stop, true, verdict);
        if (!verdict->stop && mon_tired(mon, JUDGE_WORK))
            return STOP_REQUEST;
    } while (!verdict->stop);
    return stop;
}

static const char *stop_name(enum stop stop)
{
    switch (stop) {
    case STOP_LIMIT: return "limit";
    case STOP_TIME: return "time";
    case STOP_HALT: return "HALT";
    case STOP_WAIT: return "waits for ever";
    case STOP_REQUEST: return "stopped";
    case STOP_DOUBLE: return "double fault";
    case STOP_HOST: return "the host failed";
    case STOP_BREAK: return "breakpoint";
    case STOP_WATCH: return "watchpoint";
    case STOP_PRESENT: return "the end of what is recorded";
    }
    return "";
}

void go_here(struct monitor *mon)
{
    const struct cpu *cpu = &mon->machine->cpu;

    mon_put_number(mon, "icount", cpu->icount);
    mon_put_word(mon, "pc", cpu->r[PC]);
    insn_show(mon, (struct place){.mode = cpu_mode(cpu), .at = cpu->r[PC]}, NULL);
}

/* The user's stops that were hit, one a line. */
static void tell_hits(struct monitor *mon)
{
    mon_open(mon, "stops", true);
    for (unsigned i = 0; i < STOPS_MAX; i++) {
        const struct stop_entry *entry = &mon->stops->entry[i];
        char text[STOP_HIT_MAX];

        if (!entry->number || !entry->point.hit)
            continue;
        stop_hit_text(mon, &entry->point, text);
        mon_print(mon, "%s %u, %s, %llu instructions%s%s\n", entry->kind, entry->number,
                  entry->what, (unsigned long long)mon->machine->cpu.icount, text[0] ? ": " : "",
                  text);
        mon_open(mon, NULL, false);
        mon_put_number(mon, "number", entry->number);
        mon_put_text(mon, "kind", entry->kind);
        mon_put_text(mon, "what", entry->what);
        mon_put_text(mon, "hit", text);
        mon_close(mon);
    }
    mon_close(mon);
}

/* The next of the commands in *list, which moves on; false: there is none. */
static bool next_command(const char **list, char *line, size_t size)
{
    const char *p = *list, *begin;
    bool quoted = false;
    size_t len;

    begin = p += strspn(p, " \t;");
    if (!*p)
        return false;
    for (; *p && (quoted || *p != ';'); p++)
        if (*p == '"')
            quoted = !quoted;
    *list = p;
    len = (size_t)(p - begin);
    while (len && begin[len - 1] == ' ')
        len--;
    snprintf(line, size, "%.*s", (int)(len < size ? len : size - 1), begin);
    return true;
}

/* Carry out the commands of a stop. *goes: the last was `continue`. */
static enum monitor_result obey_commands(struct monitor *mon, const char *list, bool *goes)
{
    enum monitor_result result = MONITOR_OK;
    char line[MON_LINE_MAX];

    *goes = false;
    while (result == MONITOR_OK && !*goes && next_command(&list, line, sizeof line)) {
        if (strcasecmp(line, "continue") == 0 || strcasecmp(line, "c") == 0)
            *goes = true;
        else
            result = mon_obey(mon, line);
    }
    return result;
}

/* What stops once is gone when it is told. */
static void take_off_once(struct monitor *mon)
{
    for (unsigned i = 0; i < STOPS_MAX; i++) {
        struct stop_entry *entry = &mon->stops->entry[i];

        if (entry->number && entry->once && entry->point.hit)
            stop_delete(mon, entry);
    }
}

static void tell(struct monitor *mon, enum stop stop, const struct stop_verdict *verdict,
                 bool quiet)
{
    bool asked = quiet && (stop == STOP_LIMIT || (verdict->own && !verdict->count));

    mon_put_text(mon, "stop", stop_name(stop));
    if (stop == STOP_HOST)
        mon_print(mon, "%s: %s\n", stop_name(stop), mon->machine->failure.text);
    else if (verdict->count)
        tell_hits(mon);
    else if (!asked)
        mon_print(mon, "%s, %llu instructions\n", stop_name(stop),
                  (unsigned long long)mon->machine->cpu.icount);
    go_here(mon);
}

bool monitor_stops(struct monitor *mon, enum stop stop)
{
    struct stop_verdict verdict;

    stops_judge(mon, stop, true, &verdict);
    if (verdict.stop)
        take_off_once(mon);
    debug_clear(&mon->machine->cpu);
    return verdict.stop;
}

bool go_on_journey(void *monitor, u64 done, u64 total)
{
    struct monitor *mon = monitor;

    if (mon->io->progress)
        mon->io->progress(mon->io->ctx, done, total);
    return !mon_tired(mon, 0);
}

enum monitor_result go_report(struct monitor *mon, enum stop stop, struct stop_verdict *verdict,
                              bool quiet)
{
    for (;;) {
        enum monitor_result result;
        char commands[MON_LINE_MAX];
        bool goes;

        tell(mon, stop, verdict, quiet);
        if (stop == STOP_REQUEST && mon_tired(mon, 0))
            return MONITOR_ERROR;
        if (!verdict->entry)
            return mon->complaint[0] ? MONITOR_ERROR : MONITOR_OK;
        variable_set(mon, "$stop", 5, verdict->entry->number);
        /* The commands may set and delete stops, and run the machine to others. */
        snprintf(commands, sizeof commands, "%s",
                 verdict->entry->commands ? verdict->entry->commands : "");
        take_off_once(mon);
        result = obey_commands(mon, commands, &goes);
        if (result != MONITOR_OK || !goes)
            return result;
        if (mon_tired(mon, JUDGE_WORK))
            return MONITOR_ERROR;
        stops_pass(mon);
        stop = go_run(mon, EVENT_NEVER, verdict);
    }
}
