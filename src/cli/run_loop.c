/* run_loop.c - time: the machine runs in slices, and between them the world is looked at.
 *
 * Virtual time. A slice is a million instructions or a second of the guest's time, cut short by
 * limits, hashes and the script's deadline. Where slices end changes nothing in the run.
 *
 * Real time. A slice is a millisecond of work. The line clock ticks 60 (50) times a second of the
 * host's clock. Ticks that were missed are made up for, one a slice, a second's worth at most. When
 * the processor waits and no device is at work, the process sleeps until a tick or input is due.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "cli/report.h"
#include "cli/run.h"
#include "cli/run_record.h"
#include "machine/record.h"

#define SECOND        1000000000u /* host nanoseconds */
#define VIRTUAL_SLICE 1000000u    /* instructions, and guest microseconds */
#define REAL_SLICE    100000u     /* instructions: about a millisecond */
#define GATHER_AT     100000u     /* guest time at which text from standard input begins */
#define DEAD_AFTER    (10 * EVENT_HZ)

u64 run_host_now(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (u64)ts.tv_sec * SECOND + (u64)ts.tv_nsec;
}

u64 run_now(const struct run *run)
{
    return run->real ? (run_host_now() - run->began) / 1000 : machine_time(run->machine);
}

static u64 tick_period(const struct run *run)
{
    return SECOND / (run->opt->hz ? run->opt->hz : 60);
}

void run_skip_time(struct run *run, u64 ns)
{
    run->began += ns;
    run->next_tick += ns;
}

/* A tick of the line clock, if one is due. */
static void real_tick(struct run *run)
{
    u64 now = run_host_now();

    if (now < run->next_tick)
        return;
    if (now - run->next_tick > SECOND)
        run->next_tick = now - SECOND;
    run->next_tick += tick_period(run);
    machine_tick(run->machine);
}

/* Print the hash that is due here. */
static void print_hash(struct run *run)
{
    struct err err = {0};

    if (!run->opt->hash_every || run->machine->cpu.icount < run->next_hash)
        return;
    if (console_break_line(&run->console, &err)) {
        run_fail(run, &err);
        return;
    }
    run->next_hash += run->opt->hash_every;
    if (printf("%" PRIu64 " %016" PRIx64 "\n", run->machine->cpu.icount,
               machine_hash(run->machine)) >= 0)
        return;
    (void)err_set(&err, errno, "standard output: %s", strerror(errno));
    run_fail(run, &err);
}

/* Nobody reads the trace any more, or its disk is full: so nobody wants what comes. */
static void look_at_trace(struct run *run)
{
    struct err err = {0};

    if (trace_failed(&run->trace) && trace_close(&run->trace, &err))
        run_fail(run, &err);
}

/* When the guest's time must be looked at next, by whichever clock. */
static u64 deadline(const struct run *run)
{
    u64 at = run->opt->timeout ? run->opt->timeout : EVENT_NEVER;

    if (run->expect)
        at = min_u64(at, expect_deadline(run->expect));
    return at;
}

static enum stop run_slice(struct run *run)
{
    struct machine *m = run->machine;
    u64 icount = m->cpu.icount + (run->real ? REAL_SLICE : VIRTUAL_SLICE);
    u64 time = EVENT_NEVER; /* so that a WAIT with nothing to wait for ends a slice in real time */

    run->idled = m->cpu.idled;
    icount = min_u64(icount, run->until);
    if (run->opt->limit)
        icount = min_u64(icount, run->opt->limit);
    if (run->opt->hash_every)
        icount = min_u64(icount, run->next_hash);
    if (!run->real) {
        time = min_u64(machine_time(m) + VIRTUAL_SLICE, deadline(run));
        if (run->stdin_is == STDIN_LATER)
            time = min_u64(time, GATHER_AT);
        time = min_u64(time, run->text.next);
    }
    return machine_run(m, icount, time);
}

/* In virtual time a WAIT that no device ends lasts for ever: say so instead of hanging. */
static bool waits_for_ever(struct run *run)
{
    struct machine *m = run->machine;

    if (run->real || run->stdin_is != STDIN_NONE || run->text.count ||
        console_poll_fd(&run->console) >= 0 || run->expect || run_record_goes_on(run))
        return false;
    if (m->cpu.icount != run->idle_since || !(m->cpu.attention & ATTN_WAIT)) {
        run->idle_since = m->cpu.icount;
        run->idle_time = machine_time(m);
    }
    return machine_time(m) - run->idle_time > DEAD_AFTER;
}

static void end_by(struct run *run, enum stop stop)
{
    run->end = END_MACHINE;
    run->stop = stop;
    if (stop == STOP_HOST) {
        run_fail(run, &run->machine->failure);
        run_record_name_failure(run);
    }
}

/* The machine came to an end of its own: what does the script say to it? */
static void machine_ended(struct run *run, enum stop stop)
{
    end_by(run, stop);
    if (run->end != END_MACHINE || !run->expect)
        return;
    run->limited = stop == STOP_LIMIT || stop == STOP_TIME;
    run->script = expect_end(run->expect, stop, run_now(run));
    if (run->script != EXPECT_INTERACT)
        run->end = END_SCRIPT;
}

/* Why the slice ended, and whether that is the end. */
static void judge(struct run *run, enum stop stop)
{
    const struct run_options *opt = run->opt;

    print_hash(run);
    look_at_trace(run);
    if (run->end != END_NOT)
        return;
    switch (stop) {
    case STOP_HALT:
    case STOP_DOUBLE:
        if (run_record_goes_on(run))
            break;
        machine_ended(run, stop);
        return;
    case STOP_HOST: machine_ended(run, stop); return;
    case STOP_PRESENT:
    case STOP_BREAK:
    case STOP_WATCH: end_by(run, stop); return;
    case STOP_LIMIT:
    case STOP_TIME:
    case STOP_WAIT:
    case STOP_REQUEST: break;
    }
    if (opt->limit && run->machine->cpu.icount >= opt->limit)
        machine_ended(run, STOP_LIMIT);
    else if (opt->timeout && run_now(run) >= opt->timeout)
        machine_ended(run, STOP_TIME);
    else if (run->machine->cpu.icount >= run->until)
        run->end = END_UNTIL;
    else if (waits_for_ever(run))
        machine_ended(run, STOP_WAIT);
}

/* In real time: the slice was a loop that waits for somebody outside (cpu/idle.h). */
static bool was_idle(const struct run *run)
{
    const struct machine *m = run->machine;

    return run->real && m->cpu.idled - run->idled > REAL_SLICE / 2 &&
           !event_working(&m->bus.events);
}

/* How long the host may sleep after a slice: 0 unless nothing is going on. */
static u64 sleep_time(const struct run *run, enum stop stop)
{
    u64 now, wake, at;

    if (stop != STOP_WAIT && !was_idle(run))
        return 0;
    if (!run->real)
        return SECOND;
    now = run_host_now();
    at = deadline(run);
    wake = run->next_tick;
    if (at < EVENT_NEVER / 1000)
        wake = min_u64(wake, run->began + at * 1000);
    return wake > now ? wake - now : 0;
}

/* The script hands the console over: to a person, whose time is real. */
static void interact(struct run *run)
{
    expect_free(run->expect);
    run->expect = NULL;
    run_input_open(run);
    if (run->opt->clock == CLOCK_DEFAULT && run->stdin_is == STDIN_KEYS && !run->real) {
        if (record_active(run->machine) && record_look(run->machine, &run->err)) {
            run->end = END_HOST;
            return;
        }
        run->real = true;
        kw11l_set_external(&run->machine->clock, true);
        run_skip_time(run, run_host_now() - machine_time(run->machine) * 1000 - run->began);
    }
}

/* Let the script go on. */
static void step_script(struct run *run)
{
    enum expect_status status;

    if (!run->expect)
        return;
    status = expect_step(run->expect, run_now(run));
    run->script = status;
    switch (status) {
    case EXPECT_RUNNING: return;
    case EXPECT_PASSED:
    case EXPECT_FAILED: run->end = END_SCRIPT; return;
    case EXPECT_INTERACT: interact(run); return;
    }
}

/* What the host's clock, or the guest's, brings at this time. */
static void arrivals(struct run *run)
{
    u64 time = machine_time(run->machine);

    if (run->real) {
        real_tick(run);
        return;
    }
    if (run->stdin_is == STDIN_LATER && time >= GATHER_AT)
        run_input_gather(run);
    if (time >= run->text.next &&
        text_look(&run->text, run->machine, run->printed, run->trace.polls, &run->err))
        run->end = END_HOST;
}

void run_begin(struct run *run)
{
    run->next_hash = run->opt->hash_every;
    run->text.next = EVENT_NEVER;
    run->began = run_host_now();
    run->next_tick = run->began + tick_period(run);
    run->left = run->began;
    run->until = EVENT_NEVER;
}

void run_loop(struct run *run)
{
    run_skip_time(run, run_host_now() - run->left);
    while (run->end == END_NOT) {
        enum stop stop;
        u64 wait;
        step_script(run);
        if (run->end == END_NOT)
            arrivals(run);
        if (run->end != END_NOT)
            break;
        stop = run_slice(run);
        judge(run, stop);
        run_record_progress(run);
        if (console_flush(&run->console, &run->err))
            run->end = END_HOST;
        if (run->end != END_NOT)
            break;
        wait = sleep_time(run, stop);
        run_input(run, wait);
    }
    run->left = run_host_now();
}
