/* time_commands.c - recordings: back and forth in what a machine has done. See machine/record.h. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "machine/record.h"
#include "monitor/parts.h"
#include "monitor/stop.h"

#define PATH_MAX_LEN 1024

static bool recording(struct monitor *mon)
{
    if (record_active(mon->machine)) {
        record_ask(mon->machine, go_on_journey, mon);
        return true;
    }
    mon_error(mon, NULL, "nothing is recorded: `record` begins");
    return false;
}

static enum monitor_result show_record(struct monitor *mon)
{
    struct record_info info;

    record_describe(mon->machine, &info);
    mon_print(mon, "from %llu to %llu instructions, now %llu%s; %u inputs, %u checkpoints, %zuK\n",
              (unsigned long long)info.first.icount, (unsigned long long)info.end.icount,
              (unsigned long long)info.now.icount, info.past ? ", in the past" : "", info.inputs,
              info.checkpoints, info.memory / 1024);
    mon_put_number(mon, "first", info.first.icount);
    mon_put_number(mon, "now", info.now.icount);
    mon_put_number(mon, "end", info.end.icount);
    mon_put_bool(mon, "past", info.past);
    mon_put_number(mon, "inputs", info.inputs);
    mon_put_number(mon, "checkpoints", info.checkpoints);
    return MONITOR_OK;
}

static enum monitor_result start_command(struct monitor *mon, struct args *a)
{
    struct record_options opt = {0};
    struct err err = {0};

    if ((!args_end(a) && !args_count(a, "the count of instructions between checkpoints", 1u << 30,
                                     &opt.interval)) ||
        !args_done(a))
        return MONITOR_ERROR;
    return record_begin(mon->machine, &opt, &err) ? mon_fail(mon, &err) : MONITOR_OK;
}

static enum monitor_result save_command(struct monitor *mon, struct args *a)
{
    char path[PATH_MAX_LEN];
    struct err err = {0};

    if (!recording(mon) || !args_file(a, "a file", path, sizeof path) || !args_done(a))
        return MONITOR_ERROR;
    return record_save(mon->machine, path, &err) ? mon_fail(mon, &err) : MONITOR_OK;
}

static enum monitor_result do_record(struct monitor *mon, struct args *a)
{
    static const char *const words[] = {"start", "stop", "save", NULL};

    if (args_end(a))
        return record_active(mon->machine) ? show_record(mon) : start_command(mon, a);
    switch (args_choice(a, "thing to do with a recording", words)) {
    case 0: return start_command(mon, a);
    case 1:
        if (!args_done(a) || !recording(mon))
            return MONITOR_ERROR;
        record_end(mon->machine);
        return MONITOR_OK;
    case 2: return save_command(mon, a);
    default: return MONITOR_ERROR;
    }
}

static enum monitor_result do_replay(struct monitor *mon, struct args *a)
{
    char path[PATH_MAX_LEN];
    struct err err = {0};

    if (!args_file(a, "a file", path, sizeof path) || !args_done(a))
        return MONITOR_ERROR;
    if (record_load(mon->machine, path, &err))
        return mon_fail(mon, &err);
    go_here(mon);
    return MONITOR_OK;
}

/* The machine has gone where it should, or has not. */
static enum monitor_result arrived(struct monitor *mon, int rc, const struct err *err)
{
    if (rc < 0)
        return mon_fail(mon, err);
    go_here(mon);
    return MONITOR_OK;
}

static enum monitor_result do_goto(struct monitor *mon, struct args *a)
{
    struct err err = {0};
    u64 icount = 0;

    if ((!args_key(a, "0") &&
         !args_count(a, "the count of instructions", UINT64_MAX / 4, &icount)) ||
        !args_done(a) || !recording(mon))
        return MONITOR_ERROR;
    return arrived(mon, record_goto(mon->machine, icount, &err), &err);
}

static enum monitor_result do_present(struct monitor *mon, struct args *a)
{
    struct err err = {0};

    if (!args_done(a) || !recording(mon))
        return MONITOR_ERROR;
    return arrived(mon, record_present(mon->machine, &err), &err);
}

static enum monitor_result do_reverse_step(struct monitor *mon, struct args *a)
{
    struct err err = {0};
    struct record_info info;
    u64 count = 1, now = mon->machine->cpu.icount, most;
    char word[24];

    if ((!args_end(a) && !args_count(a, "the count of instructions", UINT64_MAX / 4, &count)) ||
        !args_done(a) || !recording(mon))
        return MONITOR_ERROR;
    record_describe(mon->machine, &info);
    most = now - info.first.icount;
    if (count > most) {
        snprintf(word, sizeof word, "%llu", (unsigned long long)count);
        return mon_error(mon, word, "%llu instructions are recorded before this one",
                         (unsigned long long)most);
    }
    return arrived(mon, record_goto(mon->machine, now - count, &err), &err);
}

/* The last stop of a search. */
struct last_stop {
    struct monitor *mon;
    unsigned number;
    struct debug_point point; /* as it was hit */
};

static bool user_stop(void *ctx, enum stop stop)
{
    struct last_stop *last = ctx;
    struct stop_verdict verdict;

    stops_judge(last->mon, stop, false, &verdict);
    if (!verdict.entry)
        return false;
    last->number = verdict.entry->number;
    last->point = verdict.entry->point;
    return true;
}

static void tell_stop(struct monitor *mon, const struct last_stop *last)
{
    const struct stop_entry *entry = stop_find(mon, last->number);
    char text[STOP_HIT_MAX];

    if (!entry)
        return;
    stop_hit_text(mon, &last->point, text);
    mon_print(mon, "%s %u, %s, back to %llu instructions%s%s\n", entry->kind, entry->number,
              entry->what, (unsigned long long)mon->machine->cpu.icount,
              text[0] ? ", before: " : "", text);
    mon_put_number(mon, "number", entry->number);
    mon_put_text(mon, "hit", text);
    variable_set(mon, "$stop", 5, entry->number);
}

static enum monitor_result do_reverse_continue(struct monitor *mon, struct args *a)
{
    struct last_stop last = {.mon = mon};
    struct record_info info;
    struct record_at found;
    struct err err = {0};
    int rc;

    if (!args_done(a) || !recording(mon))
        return MONITOR_ERROR;
    rc = record_search(mon->machine, user_stop, &last, &found, &err);
    if (rc < 0)
        return mon_fail(mon, &err);
    record_describe(mon->machine, &info);
    if (record_return(mon->machine, rc ? &found : &info.first, &err))
        return mon_fail(mon, &err);
    if (rc)
        tell_stop(mon, &last);
    else
        mon_print(mon, "the beginning of the recording\n");
    go_here(mon);
    return MONITOR_OK;
}

/* A search for the last write to a word. */
struct last_write {
    struct debug_point point;
    struct debug_hit hit;
    struct record_at found;
};

static bool note_write(void *ctx, enum stop stop)
{
    struct last_write *last = ctx;

    last->hit = last->point.at;
    return true;
}

/* 1: found, and the machine is where it was. */
static int find_write(struct monitor *mon, struct last_write *last, struct err *err)
{
    struct machine *m = mon->machine;
    const struct record_at now = record_now(m);
    struct cpu_debug debug = {0};
    int rc, back;

    debug_add(&debug, &last->point);
    machine_debug(m, &debug);
    rc = record_search(m, note_write, last, &last->found, err);
    machine_debug(m, NULL);
    back = record_return(m, &now, rc < 0 ? NULL : err);
    stops_apply(mon);
    return back && rc >= 0 ? back : rc;
}

static enum monitor_result do_last_write(struct monitor *mon, struct args *a)
{
    struct last_write last = {.point = {.kind = DEBUG_PHYSICAL, .access = DEBUG_WRITE}};
    char text[STOP_HIT_MAX];
    enum place_status status;
    struct err err = {0};
    struct place place;
    u32 pa;
    int rc;

    if (!args_place(a, "an address", SPACE_D, &place) || !args_done(a) || !recording(mon))
        return MONITOR_ERROR;
    status = place_pa(mon->machine, place, &pa);
    if (status)
        return mon_error(mon, NULL, "%s", place_why(status));
    last.point.first = pa & ~1u;
    last.point.last = pa | 1;
    rc = find_write(mon, &last, &err);
    if (rc < 0)
        return mon_fail(mon, &err);
    mon_put_bool(mon, "found", rc > 0);
    if (rc == 0) {
        mon_print(mon, "not written since the beginning of the recording\n");
        return MONITOR_OK;
    }
    last.point.at = last.hit;
    stop_hit_text(mon, &last.point, text);
    mon_print(mon, "%s, after %llu instructions\n", text, (unsigned long long)last.found.icount);
    mon_put_number(mon, "icount", last.found.icount);
    mon_put_word(mon, "by", last.hit.pc);
    mon_put_word(mon, "before", last.hit.before);
    mon_put_word(mon, "after", last.hit.after);
    return MONITOR_OK;
}

static const struct mon_command table[] = {
    {"record", NULL, GROUP_TIME, "[start [COUNT] | stop | save FILE]",
     "record the run, so that one can go back in it; later, tell what is recorded",
     "COUNT instructions lie between two checkpoints, a million unless it is given. A recording "
     "is\n"
     "saved with all inputs, and repeats the run on another machine (`replay`).\n",
     do_record},
    {"replay", NULL, GROUP_TIME, "FILE", "take a saved recording and go to its beginning",
     "The machine must be built alike and have the same disks; they are not written.\n", do_replay},
    {"reverse-step", "rs", GROUP_TIME, "[COUNT]", "one instruction back, or COUNT", NULL,
     do_reverse_step},
    {"reverse-continue", "rc", GROUP_TIME, "",
     "back to the last stop: before the instruction that was stopped at, or that did it",
     "Conditions count, `ignore` does not.\n", do_reverse_continue},
    {"goto", NULL, GROUP_TIME, "ICOUNT", "to the moment when so many instructions were executed",
     NULL, do_goto},
    {"present", NULL, GROUP_TIME, "", "to the end of what is recorded", NULL, do_present},
    {"last-write", NULL, GROUP_TIME, "PLACE", "who wrote this word last, and when", NULL,
     do_last_write},
};

const struct mon_part part_time = {.commands = table, .count = ARRAY_LEN(table)};
