/* gdb_go.c - the machine goes on for gdb, or back, and why it stopped.
 *
 * A breakpoint at the place where the machine stands does not stop it again, unless gdb has set PC:
 * who jumps to a breakpoint means it. A step is the monitor's: the handler of an interrupt that
 * comes at the same moment runs as a whole. Signals that gdb wants to deliver are ignored: there is
 * nobody to take them.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "machine/record.h"
#include "monitor/gdb_impl.h"

void gdb_tell_stop(struct gdb *gdb)
{
    gdb_begin(gdb);
    gdb_add(gdb, "T%02x", gdb->signal);
    for (unsigned i = SP; i < GDB_REGS; i++) {
        u16 value = gdb_register(gdb, i);
        gdb_add(gdb, "%02x:%02x%02x;", i, value & 0377, value >> 8);
    }
    gdb_add(gdb, "%sthread:1;", gdb->reason);
    gdb_send(gdb);
}

/* The run is over, and the client's last answer says how. */
static bool tell_over(struct gdb *gdb)
{
    struct gdb_over over = {0};

    if (gdb->io->over)
        over = gdb->io->over(gdb->io->ctx);
    if (!over.over)
        return false;
    gdb_begin(gdb);
    gdb_add(gdb, "%c%02x", over.by_signal ? 'X' : 'W', over.number & 0377);
    gdb_send(gdb);
    return true;
}

static unsigned signal_of(enum stop stop, bool step)
{
    switch (stop) {
    case STOP_LIMIT: return step ? GDB_SIGTRAP : GDB_SIGXCPU;
    case STOP_TIME: return GDB_SIGXCPU;
    case STOP_HALT: return GDB_SIGSTOP;
    case STOP_WAIT: return GDB_SIGTTIN;
    case STOP_REQUEST: return GDB_SIGINT;
    case STOP_DOUBLE: return GDB_SIGSEGV;
    case STOP_HOST: return GDB_SIGABRT;
    case STOP_BREAK:
    case STOP_WATCH:
    case STOP_PRESENT: break;
    }
    return GDB_SIGTRAP;
}

/* The machine has stopped: tell the client. `step`: a limit is what was asked for. */
static void stopped(struct gdb *gdb, enum stop stop, struct stop_verdict *verdict, bool step)
{
    gdb->moved = false;
    gdb->reason[0] = 0;
    gdb->signal = signal_of(stop, step);
    if (verdict->entry && !verdict->lent &&
        go_report(gdb->mon, stop, verdict, false) == MONITOR_QUIT)
        gdb->wish = GDB_KILL;
    mon_tell(gdb->mon);
    if (verdict->lent)
        gdb_give_reason(gdb, verdict->lent);
    else if (stop == STOP_PRESENT)
        snprintf(gdb->reason, sizeof gdb->reason, "replaylog:end;");
    if (!tell_over(gdb))
        gdb_tell_stop(gdb);
}

/* [ADDR]: where to go on. Else the error is answered. */
static bool set_out(struct gdb *gdb, const char *args)
{
    u64 pc;

    if (*args) {
        if (!gdb_number(&args, &pc) || *args || pc > 0177777) {
            gdb_error(gdb, GDB_BAD);
            return false;
        }
        if (!gdb_touch(gdb))
            return false;
        gdb_set_pc(gdb, (u16)pc);
    }
    if (!gdb->moved)
        stops_pass(gdb->mon);
    return true;
}

void gdb_continue(struct gdb *gdb, const char *args)
{
    struct stop_verdict verdict;
    enum stop stop;

    if (!set_out(gdb, args))
        return;
    stop = go_run(gdb->mon, EVENT_NEVER, &verdict);
    stopped(gdb, stop, &verdict, false);
}

/* One instruction, and on as long as PC is from `first` up to `end`. */
static void step(struct gdb *gdb, const char *args, u32 first, u32 end)
{
    const struct cpu *cpu = &gdb->mon->machine->cpu;
    struct stop_verdict verdict;
    u64 before = cpu->icount;
    enum stop stop;

    if (!set_out(gdb, args))
        return;
    stop = go_range(gdb->mon, first, end, &verdict);
    stopped(gdb, stop, &verdict, cpu->icount != before);
}

void gdb_step(struct gdb *gdb, const char *args)
{
    step(gdb, args, 0, 0);
}

/* SIG[;ADDR]: what is behind the signal. */
static bool skip_signal(struct gdb *gdb, const char **args)
{
    u8 signal;

    if (!gdb_byte(args, &signal) || (**args && **args != ';')) {
        gdb_error(gdb, GDB_BAD);
        return false;
    }
    *args += **args == ';';
    return true;
}

void gdb_continue_signal(struct gdb *gdb, const char *args)
{
    if (skip_signal(gdb, &args))
        gdb_continue(gdb, args);
}

void gdb_step_signal(struct gdb *gdb, const char *args)
{
    if (skip_signal(gdb, &args))
        gdb_step(gdb, args);
}

/* START,END of a range step. */
static bool vcont_range(const char **args, u64 range[2])
{
    return gdb_number_then(args, ',', &range[0]) && gdb_number(args, &range[1]) &&
           range[0] <= range[1] && range[1] <= 0200000;
}

/* The first action that is for our thread; 0: none is, or they cannot be understood. */
static char vcont_action(const char *args, u64 range[2])
{
    char found = 0;

    while (*args == ';') {
        char action = *++args;
        bool ours = true;
        u64 here[2] = {0};
        u8 signal;

        args += action != 0;
        if ((action == 'C' || action == 'S') && !gdb_byte(&args, &signal))
            return 0;
        if (action == 'r' && !vcont_range(&args, here))
            return 0;
        if (*args == ':') {
            args++;
            ours = gdb_thread(&args);
        }
        if (!ours || found)
            continue;
        found = action;
        memcpy(range, here, sizeof here);
    }
    return *args ? 0 : found;
}

void gdb_vcont(struct gdb *gdb, const char *args)
{
    u64 range[2];

    switch (vcont_action(args, range)) {
    case 'c':
    case 'C': gdb_continue(gdb, ""); break;
    case 's':
    case 'S': gdb_step(gdb, ""); break;
    case 'r': step(gdb, "", (u32)range[0], (u32)range[1]); break;
    case 't': gdb_tell_stop(gdb); break;
    default: gdb_error(gdb, GDB_BAD); break;
    }
}

void gdb_go_free(struct gdb *gdb)
{
    struct monitor *mon = gdb->mon;
    struct stop_verdict verdict;
    enum stop stop;

    mon->fuel = mon->patience;
    stops_pass(mon);
    stop = go_run(mon, EVENT_NEVER, &verdict);
    if (verdict.entry || stop == STOP_PRESENT)
        go_report(mon, stop, &verdict, false);
    mon_tell(mon);
}

/* --- backwards ---------------------------------------------------------------------------- */

/* There is a past, and `info` tells of it. Else the error is answered. */
static bool has_past(struct gdb *gdb, const char *args, struct record_info *info)
{
    if (*args) {
        gdb_error(gdb, GDB_BAD);
        return false;
    }
    if (!record_active(gdb->mon->machine)) {
        gdb_error(gdb, GDB_NO_PAST);
        return false;
    }
    record_describe(gdb->mon->machine, info);
    record_ask(gdb->mon->machine, go_on_journey, gdb->mon);
    return true;
}

/* The machine is where it should be, unless `rc` is a failure; or ^C came on the way. */
static void arrived(struct gdb *gdb, int rc, const struct err *err)
{
    gdb->mon->complaint[0] = 0;
    if (rc < 0 && rc != -EINTR) {
        mon_fail(gdb->mon, err);
        mon_tell(gdb->mon);
        gdb_error(gdb, GDB_NO_PAST);
        return;
    }
    gdb->moved = false;
    gdb->signal = rc < 0 ? GDB_SIGINT : GDB_SIGTRAP;
    if (rc < 0)
        gdb->reason[0] = 0;
    if (rc == 0 || !tell_over(gdb))
        gdb_tell_stop(gdb);
}

static int to_beginning(struct gdb *gdb, const struct record_info *info, struct err *err)
{
    snprintf(gdb->reason, sizeof gdb->reason, "replaylog:begin;");
    return record_return(gdb->mon->machine, &info->first, err);
}

void gdb_step_back(struct gdb *gdb, const char *args)
{
    struct machine *m = gdb->mon->machine;
    struct record_info info;
    struct err err = {0};
    u64 now = m->cpu.icount;
    int rc;

    if (!has_past(gdb, args, &info))
        return;
    gdb->reason[0] = 0;
    if (now > info.first.icount)
        rc = record_goto(m, now - 1, &err);
    else
        rc = to_beginning(gdb, &info, &err);
    arrived(gdb, rc, &err);
}

/* The last stop that a search has met. */
struct last {
    struct gdb *gdb;
    const struct debug_point *point; /* NULL: one of the monitor's */
    struct debug_hit at;
};

static bool any_stop(void *ctx, enum stop stop)
{
    struct last *last = ctx;
    struct stop_verdict verdict;

    stops_judge(last->gdb->mon, stop, false, &verdict);
    if (!verdict.lent && !verdict.entry)
        return false;
    last->point = verdict.lent;
    if (verdict.lent)
        last->at = verdict.lent->at;
    return true;
}

void gdb_continue_back(struct gdb *gdb, const char *args)
{
    struct machine *m = gdb->mon->machine;
    struct last last = {.gdb = gdb};
    struct record_info info;
    struct record_at found;
    struct err err = {0};
    int rc;

    if (!has_past(gdb, args, &info))
        return;
    gdb->reason[0] = 0;
    rc = record_search(m, any_stop, &last, &found, &err);
    if (rc == 0) {
        record_describe(m, &info); /* its beginning may have moved */
        rc = to_beginning(gdb, &info, &err);
    } else if (rc > 0) {
        rc = record_return(m, &found, &err);
    } else if (rc == -EINTR) {
        record_ask(m, NULL, NULL); /* this is short, and has to be done */
        if (record_return(m, &found, &err))
            rc = -EIO;
    }
    if (rc == 0 && last.point && !gdb->reason[0]) {
        gdb->points[last.point - gdb->points].at = last.at;
        gdb_give_reason(gdb, last.point);
    }
    arrived(gdb, rc, &err);
}
