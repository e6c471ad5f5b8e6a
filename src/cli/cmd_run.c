/* cmd_run.c - `vm11 run`: a machine, its program, its console; in the end an exit status.
 *
 * Whatever ends the run, the guest's output is flushed, the terminal restored, and all that the
 * guest wrote is on its images before the status is given.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/gdb_host.h"
#include "cli/report.h"
#include "cli/run.h"
#include "cli/run_record.h"
#include "cli/session.h"
#include "cli/signals.h"
#include "cli/terminal.h"

/* Real time where a person sits at the console, unless a script does. */
static bool wants_real_time(const struct run_options *opt)
{
    if (opt->replay)
        return false;
    if (opt->clock != CLOCK_DEFAULT)
        return opt->clock == CLOCK_REAL;
    if (opt->batch || opt->expect || opt->monitor)
        return false;
    switch (opt->console.kind) {
    case CONSOLE_TTY: return isatty(STDIN_FILENO);
    case CONSOLE_PTY:
    case CONSOLE_UNIX:
    case CONSOLE_TCP: return true;
    case CONSOLE_FILE:
    case CONSOLE_NULL: return false;
    }
    return false;
}

/* What the guest prints: to the console, and to the script. */
static void output(void *ctx, u8 ch)
{
    struct run *run = ctx;

    run->printed++;
    console_put(&run->console, ch);
    if (run->expect)
        expect_output(run->expect, ch);
}

static int set_up(struct run *run)
{
    const struct run_options *opt = run->opt;
    int rc = run_build(run);

    if (rc == 0)
        rc = run_record_open(run);
    if (rc == 0)
        rc = run_open_state(run, &run->err);
    if (rc == 0 && (opt->trace || opt->stats || opt->console.kind == CONSOLE_TTY))
        rc = trace_open(&run->trace, run->machine, opt->trace, opt->stats, opt->trace_file,
                        &run->err);
    if (rc == 0 && opt->expect)
        rc = expect_read(&run->expect, opt->expect, &run->err);
    if (rc == 0)
        rc = console_open(&run->console, &opt->console, &run->err);
    if (rc == 0 && opt->has_gdb)
        rc = gdb_host_open(run);
    if (rc == 0)
        rc = run_signals_open(run, &run->err);
    if (rc)
        return rc;
    run->console.eight = opt->eight;
    run->machine->line.sink = output;
    run->machine->line.sink_ctx = run;
    if (run->expect)
        expect_begin(run->expect, run->machine);
    run_input_open(run);
    return 0;
}

/* Say why it ended, where that is not plain; the exit status. */
static int machine_status(const struct run *run)
{
    const struct machine *m = run->machine;
    u16 pc = m->cpu.r[PC];

    switch (run->stop) {
    case STOP_HALT:
        if (run->stdin_is == STDIN_KEYS)
            fprintf(stderr, "vm11 run: HALT, PC %06o\n", pc);
        return STATUS_OK;
    case STOP_LIMIT:
        fprintf(stderr, "vm11 run: limit of %llu instructions reached, PC %06o\n",
                (unsigned long long)run->opt->limit, pc);
        return STATUS_LIMIT;
    case STOP_TIME:
        fprintf(stderr, "vm11 run: limit of %g seconds reached, PC %06o\n",
                (double)run->opt->timeout / EVENT_HZ, pc);
        return STATUS_LIMIT;
    case STOP_WAIT:
        fprintf(stderr, "vm11 run: waits for ever: no device will interrupt, PC %06o\n", pc);
        return STATUS_GUEST;
    case STOP_DOUBLE:
        fprintf(stderr, "vm11 run: double fault: a trap's vector cannot be taken, PC %06o\n", pc);
        return STATUS_GUEST;
    case STOP_PRESENT:
        if (run->opt->replay && isatty(STDERR_FILENO))
            fprintf(stderr, "vm11 run: %s: the end of what was recorded, PC %06o\n",
                    run->opt->replay, pc);
        return STATUS_OK;
    case STOP_REQUEST:
    case STOP_BREAK:
    case STOP_WATCH:
    case STOP_HOST: break;
    }
    return STATUS_OK;
}

static int script_status(struct run *run)
{
    const char *tail = expect_tail(run->expect);
    size_t len = strlen(tail);

    if (run->script == EXPECT_PASSED)
        return STATUS_OK;
    report_error(run->name, expect_error(run->expect));
    /* Where the console is not seen, its last lines are. */
    if (run->console.out != STDOUT_FILENO && len)
        fprintf(stderr, "%s%s", tail, tail[len - 1] == '\n' ? "" : "\n");
    return run->limited ? STATUS_LIMIT : STATUS_GUEST;
}

static int end_status(struct run *run)
{
    switch (run->end) {
    case END_NOT:
    case END_ESCAPE:
    case END_UNTIL:
    case END_GDB:
    case END_QUIT: break;
    case END_MACHINE: return machine_status(run);
    case END_SCRIPT: return script_status(run);
    case END_SIGNAL: return run->expect ? STATUS_GUEST : STATUS_OK;
    case END_HOST: report_error(run->name, &run->err); return STATUS_HOST;
    }
    return STATUS_OK;
}

/* A failure on the way out is the host's, and prevails: something is lost. */
static void also(const struct run *run, int *status, int rc, const struct err *err)
{
    if (rc == 0)
        return;
    report_error(run->name, err);
    *status = STATUS_HOST;
}

/* The run is over: terminal, output, images, reports. */
static int tear_down(struct run *run)
{
    struct err err = {0}, flush = {0}, trace = {0}, state = {0}, record = {0};
    int status, rc;

    rc = console_break_line(&run->console, &err);
    terminal_restore();
    status = end_status(run);
    also(run, &status, rc && run->end != END_HOST ? rc : 0, &err);
    also(run, &status, machine_flush(run->machine, &flush), &flush);
    also(run, &status, run_record_close(run, &record), &record);
    also(run, &status, trace_close(&run->trace, &trace), &trace);
    if (run->state_file)
        also(run, &status, run_write_state(run, &state), &state);
    if (run->opt->stats)
        run_write_stats(run);
    return status;
}

/* `vm11 run`: the machine goes on at once, unless gdb is awaited; the escape key leads to the
 * monitor. */
static int lead(struct run *run)
{
    if (run->gdb) {
        gdb_host_lead(run);
        return STATUS_OK;
    }
    run_loop(run);
    while (run->end == END_ESCAPE) {
        if (!run->session && session_new(&run->session, run, false, &run->err))
            run->end = END_HOST;
        else
            session_terminal(run->session);
    }
    return STATUS_OK;
}

static int run_all(struct run *run, int (*conduct)(struct run *run))
{
    int wanted, status;

    if (set_up(run)) {
        terminal_restore();
        return report_error(run->name, &run->err);
    }
    run_begin(run);
    wanted = conduct(run);
    status = tear_down(run);
    console_close(&run->console);
    return status ? status : wanted;
}

int run_command(const struct command *command, int argc, char **argv, bool monitor,
                int (*conduct)(struct run *run))
{
    struct run_options opt = {.monitor = monitor};
    struct run run = {.name = command->name, .opt = &opt, .signals = -1};
    int status, sig;

    run.console = (struct console){.in = -1, .out = -1, .listener = -1, .spare = -1};
    if (!options_parse(command, &opt, argc, argv, &status))
        goto free_options;
    if (run_options_complete(&opt, &run.err)) {
        status = report_error(command->name, &run.err);
        goto free_options;
    }
    run.real = wants_real_time(&opt);
    status = run_all(&run, conduct);
    sig = run.end == END_SIGNAL ? run.signal : 0;
    console_close(&run.console);
    gdb_host_free(run.gdb);
    session_free(run.session);
    expect_free(run.expect);
    text_fini(&run.text);
    run_discard(&run);
    signals_end(sig);
free_options:
    run_options_fini(&opt);
    return status;
}

static int run_main(const struct command *command, int argc, char **argv)
{
    return run_command(command, argc, argv, false, lead);
}

const struct command command_run = {
    .name = "run",
    .operands = "[FILE]",
    .about = "Build a machine, load or boot FILE, connect its console to this terminal",
    .notes = "FILE is recognised by content: a.out, absolute loader tape, MACRO-11 source, disk\n"
             "image (is booted), machine description in YAML, raw binary (with --load-at).\n"
             "The escape key leads to the monitor: `help` there tells the commands.\n"
             "Exit status: 0 ended as asked, 1 the guest failed, 2 usage, 124 limit reached,\n"
             "125 the host failed.\n",
    .options = run_table,
    .operand = run_operand,
    .main = run_main,
};
