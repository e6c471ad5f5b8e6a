/* cmd_cp.c - `vm11 cp`: one bare machine becomes many. See cp/cp.h. */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/number.h"
#include "cli/commands.h"
#include "cli/cp_run.h"
#include "cli/report.h"
#include "cli/run_options.h"
#include "cli/signals.h"
#include "cli/terminal.h"

static int set_script(void *ctx, const char *value, struct err *err)
{
    struct cp_options *opt = ctx;

    if (opt->scripts == CP_SCRIPTS)
        return err_set(err, EINVAL, "that is one script too many: %u are enough", CP_SCRIPTS);
    opt->script[opt->scripts++] = value;
    return 0;
}

static int set_engine(void *ctx, const char *value, struct err *err)
{
    struct cp_options *opt = ctx;

    opt->has_engine = true;
    return run_parse_engine(value, &opt->engine, err);
}

static int set_limit(void *ctx, const char *value, struct err *err)
{
    double seconds;

    if (!seconds_parse(value, &seconds))
        return err_set(err, EINVAL, "give seconds of the bare machine's time");
    ((struct cp_options *)ctx)->limit = (u64)(seconds * EVENT_HZ);
    return 0;
}

static int set_hash_every(void *ctx, const char *value, struct err *err)
{
    u64 count;

    if (!count_parse(value, UINT64_MAX / 2, &count) || count == 0)
        return err_set(err, EINVAL, "give a number of instructions");
    ((struct cp_options *)ctx)->hash_every = count;
    return 0;
}

static int set_report(void *ctx, const char *value, struct err *err)
{
    ((struct cp_options *)ctx)->report = value;
    return 0;
}

static int set_chart(void *ctx, const char *value, struct err *err)
{
    ((struct cp_options *)ctx)->chart = value;
    return 0;
}

static int set_json(void *ctx, const char *value, struct err *err)
{
    ((struct cp_options *)ctx)->json = true;
    return 0;
}

static int set_batch(void *ctx, const char *value, struct err *err)
{
    ((struct cp_options *)ctx)->batch = true;
    return 0;
}

static int operand(void *ctx, const char *word, struct err *err)
{
    return option_one_file(&((struct cp_options *)ctx)->directory, word, err);
}

/* --- what the system and the operator want of us ------------------------------------------------
 */

static void output(void *ctx, struct user *user, u8 ch)
{
    cp_lines_put(ctx, user, ch);
}

static void say(void *ctx, const char *text)
{
    cp_lines_say(ctx, text);
}

static void leaves(void *ctx, struct user *user)
{
    struct cp_line *line = user->owner;

    if (line)
        monitor_free(line->monitor);
    if (line)
        line->monitor = NULL;
}

static bool stopped(void *ctx, struct user *user, enum stop stop)
{
    const struct cp_line *line = user->owner;

    return !line || !line->monitor || monitor_stops(line->monitor, stop);
}

static void hash(void *ctx, struct user *user, u64 icount, u64 value)
{
    cp_lines_heed(ctx, printf("%s %" PRIu64 " %016" PRIx64 "\n", user->def->name, icount, value));
}

static void pass(void *ctx, double seconds)
{
    cp_loop_pass(ctx, seconds);
}

static bool monitor(void *ctx, struct user *user, const char *command)
{
    return cp_loop_monitor(ctx, user, command);
}

static void connect(void *ctx, struct user *user)
{
    struct cp_run *run = ctx;

    cp_lines_flush(run); /* what it has begun is not shown in the midst of what follows */
    cp_lines_heed(run, printf("%s has the keyboard; ^E gives it back\n", user->def->name));
    run->connected = user->owner;
    terminal_raw();
}

static void disconnect(void *ctx, struct user *user)
{
    struct cp_line *line = user->owner;

    console_hang_up(&line->console);
}

static int build(struct cp_run *run)
{
    static const int wanted[] = {SIGTERM, SIGHUP, SIGINT, SIGQUIT, 0};
    const struct cp_options *opt = run->opt;
    const struct system_ops ops = {.output = output,
                                   .tell = say,
                                   .leaves = leaves,
                                   .stopped = stopped,
                                   .hash = hash,
                                   .ctx = run};
    const struct operator_io io = {.print = say,
                                   .run = run->terminal ? NULL : pass,
                                   .connect = run->terminal ? connect : NULL,
                                   .disconnect = disconnect,
                                   .monitor = monitor,
                                   .ctx = run};
    const struct log log = report_log("cp");
    enum engine engine = opt->has_engine || !jit_supported() ? opt->engine : ENGINE_JIT;
    struct directory *directory;
    int rc = directory_read(&directory, opt->directory, 0, &run->err);

    if (rc)
        return rc;
    rc = cp_report_check(opt, directory, &run->err); /* not only when all is over */
    if (rc == 0)
        rc = cp_loop_check(opt, &run->err);
    if (rc)
        directory_free(directory);
    else
        rc = system_new(&run->system, directory, engine, &ops, &log, &run->err);
    if (rc)
        return rc;
    run->system->hash_every = opt->hash_every;
    operator_init(&run->desk, run->system, &io);
    rc = cp_lines_open(run);
    if (rc == 0)
        rc = run->signals = signals_open(wanted, &run->err);
    return rc < 0 ? rc : system_autostart(run->system, &run->err);
}

/* The lead is the operator's: scripts, then the terminal or standard input. */
static void lead(struct cp_run *run)
{
    const struct cp_options *opt = run->opt;

    for (unsigned i = 0; i < opt->scripts && !run->over && !run->err.code; i++)
        (void)cp_loop_script(run, opt->script[i]);
    if (run->err.code || run->over)
        return;
    if (run->terminal)
        cp_loop_terminal(run);
    else if (!opt->batch)
        (void)cp_loop_script(run, "-");
    if (!run->over && !run->terminal)
        cp_loop_pass(run, 0);
}

/* A script that a signal has cut short has not succeeded. */
static int script_status(const struct cp_run *run)
{
    for (unsigned i = 0; i < run->system->directory->vms; i++) {
        const struct user *user = &run->system->user[i];
        if (user->script == EXPECT_FAILED || (run->signal && user->expect))
            return STATUS_GUEST;
    }
    return run->desk.failed ? STATUS_USAGE : STATUS_OK;
}

/* A failure on the way out: something is lost, and that prevails. */
static bool also(struct cp_run *run, int rc, const struct err *err)
{
    if (rc == 0)
        return false;
    report_error("cp", err);
    run->failed = true;
    return true;
}

static int end(struct cp_run *run)
{
    struct err flush = {0}, report = {0}, chart = {0};
    bool lost;
    int status;

    cp_lines_flush(run);
    status = run->err.code ? report_error("cp", &run->err) : script_status(run);
    (void)also(run, system_flush(run->system, &flush), &flush);
    lost = also(run, cp_report_write(run, &report), &report);
    if (also(run, cp_chart_write(run, &chart), &chart) || lost)
        cp_report_tell(run);
    return run->failed ? STATUS_HOST : status;
}

static int cp_main(const struct command *command, int argc, char **argv)
{
    struct cp_options opt = {0};
    struct cp_run run = {.opt = &opt, .signals = -1};
    int status;

    if (!options_parse(command, &opt, argc, argv, &status))
        return status;
    if (!opt.directory) {
        (void)err_set(&run.err, EINVAL, "give a directory of virtual machines, a YAML file");
        return report_error("cp", &run.err);
    }
    if (cp_chart_write(&run, &run.err)) /* not only when all is over */
        return report_error("cp", &run.err);
    run.terminal = !opt.batch && isatty(STDIN_FILENO) && terminal_open();
    if (build(&run)) {
        status = report_error("cp", &run.err);
    } else {
        lead(&run);
        status = end(&run);
    }
    terminal_restore();
    system_free(run.system);
    cp_lines_close(&run);
    if (run.signals >= 0)
        close(run.signals);
    status = report_finish("cp", status);
    signals_end(run.signal);
    return status;
}

static const struct option table[] = {
    {"script", 'x', "FILE", "FILE", NULL,
     "operator's commands that are carried out first; repeatable", set_script},
    {"batch", 0, NULL, NULL, NULL, "no commands are read from standard input", set_batch},
    {"engine", 0, "ENGINE", "jit interp", "jit", "what executes on the bare machine", set_engine},
    {"limit", 0, "SECONDS", NULL, "none", "stop after seconds of the bare machine's time",
     set_limit},
    {"hash-every", 0, "N", NULL, NULL, "print a hash of each VM's state every N instructions of it",
     set_hash_every},
    {"report", 0, "FILE", "FILE", "the directory's",
     "at the end write what each VM did; -: to stdout", set_report},
    {"json", 0, NULL, NULL, NULL, "that as JSON", set_json},
    {"chart", 0, "FILE", "FILE", NULL,
     "and draw it, as SVG: shares of direct execution, stretchout; by gnuplot", set_chart},
    {0},
};

const struct command command_cp = {
    .name = "cp",
    .operands = "DIRECTORY",
    .about = "Many virtual PDP-11s on one, under an operator",
    .notes =
        "DIRECTORY is a YAML file: docs/cp.md. The operator's commands come from the terminal, or\n"
        "from standard input and -x; `help` lists them. At a terminal time is the host's, "
        "otherwise\n"
        "it passes with `run`, and after the last command until no VM runs.\n"
        "Exit status: 0, also after SIGTERM and SIGHUP; 1 a VM's script failed, or was not over "
        "at\n"
        "a signal; 2 usage, the directory, or a command that could not be carried out; 125 the\n"
        "host failed.\n",
    .options = table,
    .operand = operand,
    .main = cp_main,
};
