/* stop_points.c - the list of stops, and what a hit means: see stop.h.
 *
 * The machine's part is in cpu/debug.h: there a stop is a point. Here it has a number, a condition,
 * a count, commands. A point that is hit while its condition is false is passed over, and the
 * machine goes on as if nothing had been.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/stop.h"

int stops_new(struct stops **stops, struct err *err)
{
    *stops = calloc(1, sizeof **stops);
    return *stops ? 0 : err_set(err, ENOMEM, "no host memory for a monitor");
}

static void entry_clear(struct stop_entry *entry)
{
    free(entry->condition);
    free(entry->commands);
    *entry = (struct stop_entry){0};
}

void stops_free(struct monitor *mon)
{
    struct machine *m = mon->machine;

    if (!mon->stops)
        return;
    if (m->debugger == &mon->stops->debug)
        machine_debug(m, NULL);
    if (m->line.tap_ctx == mon)
        m->line.tap = NULL;
    for (unsigned i = 0; i < STOPS_MAX; i++)
        entry_clear(&mon->stops->entry[i]);
    free(mon->stops);
    mon->stops = NULL;
}

struct stop_entry *stop_add(struct monitor *mon)
{
    struct stops *stops = mon->stops;

    for (unsigned i = 0; i < STOPS_MAX; i++) {
        struct stop_entry *entry = &stops->entry[i];

        if (entry->number)
            continue;
        *entry = (struct stop_entry){.number = ++stops->last, .enabled = true};
        return entry;
    }
    mon_error(mon, NULL, "there are %u stops already: delete some", STOPS_MAX);
    return NULL;
}

struct stop_entry *stop_find(struct monitor *mon, u64 number)
{
    char word[24];

    for (unsigned i = 0; i < STOPS_MAX; i++)
        if (number && mon->stops->entry[i].number == number)
            return &mon->stops->entry[i];
    snprintf(word, sizeof word, "%llu", (unsigned long long)number);
    mon_error(mon, word, "there is no such stop (`stops` lists them)");
    return NULL;
}

void stop_delete(struct monitor *mon, struct stop_entry *entry)
{
    entry_clear(entry);
    stops_apply(mon);
}

void stops_lend(struct monitor *mon, struct debug_point *points, unsigned count)
{
    mon->stops->lent = points;
    mon->stops->lent_count = count;
    stops_apply(mon);
}

/* A character went to the console: is it the end of a text that is waited for? */
static void console_tap(void *ctx)
{
    struct monitor *mon = ctx;
    struct machine *m = mon->machine;

    for (unsigned i = 0; i < STOPS_MAX; i++) {
        struct stop_entry *entry = &mon->stops->entry[i];

        if (entry->number && entry->enabled && entry->text[0] &&
            line_ends_in(&m->line, entry->text, strlen(entry->text)))
            debug_note(&m->cpu, &entry->point);
    }
}

void stops_apply(struct monitor *mon)
{
    struct stops *stops = mon->stops;
    struct machine *m = mon->machine;
    bool console = false, hit[STOPS_MAX];

    for (unsigned i = 0; i < STOPS_MAX; i++)
        hit[i] = stops->entry[i].point.hit;
    stops->debug.points = NULL;
    for (unsigned i = 0; i < OWN_COUNT; i++)
        if (stops->own_set[i])
            debug_add(&stops->debug, &stops->own[i]);
    for (unsigned i = 0; i < stops->lent_count; i++)
        debug_add(&stops->debug, &stops->lent[i]);
    for (unsigned i = 0; i < STOPS_MAX; i++) {
        struct stop_entry *entry = &stops->entry[i];

        if (!entry->number || !entry->enabled)
            continue;
        debug_add(&stops->debug, &entry->point);
        console = console || entry->text[0];
    }
    m->line.tap = console ? console_tap : NULL;
    m->line.tap_ctx = mon;
    machine_debug(m, &stops->debug);
    for (unsigned i = 0; i < STOPS_MAX; i++)
        stops->entry[i].point.hit = hit[i] && stops->entry[i].number;
}

void stops_pass(struct monitor *mon)
{
    const struct cpu *cpu = &mon->machine->cpu;

    mon->stops->debug.passes = true;
    mon->stops->debug.pass_icount = cpu->icount;
    mon->stops->debug.pass_pc = cpu->r[PC];
}

static bool condition_true(struct monitor *mon, const struct stop_entry *entry)
{
    u64 value;

    if (!entry->condition)
        return true;
    if (expr_value(mon, entry->condition, &value))
        return value != 0;
    mon_tell(mon);
    return true;
}

/* The own breakpoint is for one call, not for those within. */
static bool own_counts(const struct monitor *mon)
{
    const struct stops *stops = mon->stops;

    return !stops->sp_above || mon->machine->cpu.r[SP] >= stops->sp_limit;
}

static bool own_hit(const struct stops *stops, unsigned own)
{
    return stops->own_set[own] && stops->own[own].hit;
}

/* Does the hit of an entry count? */
static bool entry_counts(struct monitor *mon, struct stop_entry *entry, bool counts)
{
    if (!condition_true(mon, entry))
        return false;
    if (!counts)
        return true;
    entry->hits++;
    if (entry->ignore == 0)
        return true;
    entry->ignore--;
    return false;
}

void stops_judge(struct monitor *mon, enum stop stop, bool counts, struct stop_verdict *verdict)
{
    struct stops *stops = mon->stops;

    *verdict = (struct stop_verdict){0};
    if (stop != STOP_BREAK && stop != STOP_WATCH) {
        verdict->stop = true;
        return;
    }
    verdict->own = own_hit(stops, OWN_BREAK) && own_counts(mon);
    verdict->own = verdict->own || own_hit(stops, OWN_BELOW) || own_hit(stops, OWN_MODES);
    verdict->interrupt = own_hit(stops, OWN_INTERRUPT);
    for (unsigned i = 0; i < STOPS_MAX; i++) {
        struct stop_entry *entry = &stops->entry[i];

        if (!entry->number || !entry->enabled || !entry->point.hit)
            continue;
        if (!entry_counts(mon, entry, counts)) {
            entry->point.hit = false;
            continue;
        }
        verdict->count++;
        if (!verdict->entry)
            verdict->entry = entry;
    }
    for (unsigned i = 0; i < stops->lent_count; i++) {
        if (!stops->lent[i].hit)
            continue;
        verdict->count++;
        if (!verdict->lent)
            verdict->lent = &stops->lent[i];
    }
    verdict->stop = verdict->own || verdict->interrupt || verdict->count;
}

/* Who did it: the instruction, the way into a vector, a device. */
static void by_whom(struct monitor *mon, const struct debug_hit *hit, char *text, size_t size)
{
    char name[MON_NAME_MAX];

    if (hit->npr)
        snprintf(text, size, "by a device (NPR)");
    else if (hit->flow)
        snprintf(text, size, "on the way into vector %03o", hit->vector);
    else
        snprintf(text, size, "by the instruction at %s", mon_name(mon, hit->pc, name));
}

static void access_text(struct monitor *mon, const struct debug_hit *hit, char *text)
{
    static const char *const verbs[] = {"", "read", "wrote", "changed"};
    char by[MON_NAME_MAX + 40], at[PLACE_TEXT_MAX];
    int width = hit->byte ? 3 : 6;

    by_whom(mon, hit, by, sizeof by);
    place_text((struct place){.physical = true, .at = hit->pa}, at);
    if (hit->access == DEBUG_READ)
        snprintf(text, STOP_HIT_MAX, "read %s: %0*o, %s", at, width, hit->before, by);
    else if (hit->pa >= IO_PAGE && hit->access == DEBUG_WRITE)
        snprintf(text, STOP_HIT_MAX, "wrote %s: %0*o, %s", at, width, hit->after, by);
    else
        snprintf(text, STOP_HIT_MAX, "%s %s: %0*o to %0*o, %s", verbs[hit->access & 3], at, width,
                 hit->before, width, hit->after, by);
}

const char *stop_hit_text(struct monitor *mon, const struct debug_point *point, char *text)
{
    static const char *const causes[] = {"trap", "request", "interrupt"};
    static const char *const modes[] = {"kernel", "supervisor", "illegal", "user"};
    const struct debug_hit *hit = &point->at;

    text[0] = 0;
    switch (point->kind) {
    case DEBUG_VIRTUAL:
    case DEBUG_PHYSICAL:
        if (!(hit->access & DEBUG_EXEC))
            access_text(mon, hit, text);
        break;
    case DEBUG_VECTOR:
        snprintf(text, STOP_HIT_MAX, "%s to vector %03o", causes[hit->cause], hit->vector);
        break;
    case DEBUG_MODE: snprintf(text, STOP_HIT_MAX, "to %s mode", modes[hit->mode & 3]); break;
    case DEBUG_ABORT:
        snprintf(text, STOP_HIT_MAX, "the KT11 aborted a %s of %c%c:%06o",
                 hit->access & DEBUG_WRITE ? "write" : "read", "ks?u"[hit->mode & 3],
                 "id"[hit->space & 1], hit -> va);
        break;
    case DEBUG_OTHER: snprintf(text, STOP_HIT_MAX, "the console printed it"); break;
    }
    return text;
}
