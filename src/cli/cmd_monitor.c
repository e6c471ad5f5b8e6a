/* cmd_monitor.c - `vm11 monitor`: the machine stands, and commands are awaited.
 *
 * First the scripts (-x), then the terminal, or standard input line by line. With --thesis the
 * monitor is that of 1975, which shares nothing with the other.
 */
#include "cli/commands.h"
#include "cli/report.h"
#include "cli/run.h"
#include "cli/session.h"
#include "cli/terminal.h"
#include "cli/thesis_session.h"

static int lead_session(struct run *run)
{
    const struct run_options *opt = run->opt;
    bool good = true;

    if (session_new(&run->session, run, opt->json, &run->err)) {
        run->end = END_HOST;
        return STATUS_HOST;
    }
    terminal_restore();
    if (opt->file && !opt->disk)
        session_symbols(run->session, opt->file);
    for (unsigned i = 0; good && i < opt->scripts && run->end == END_NOT; i++)
        good = session_script(run->session, opt->script[i]);
    if (!good || (opt->batch && run->end == END_NOT))
        run->end = END_QUIT;
    else if (run->stdin_is == STDIN_KEYS && !opt->json)
        session_terminal(run->session);
    else
        session_lines(run->session);
    return session_status(run->session);
}

static int lead(struct run *run)
{
    return run->opt->thesis ? thesis_session(run) : lead_session(run);
}

static int monitor_main(const struct command *command, int argc, char **argv)
{
    return run_command(command, argc, argv, true, lead);
}

const struct command command_monitor = {
    .name = "monitor",
    .operands = "[FILE]",
    .about = "The same machine, stopped, under the monitor: see, change, stop, step, trace",
    .notes = "Commands come from the terminal, or line by line from standard input; `help` lists\n"
             "them. Time is virtual unless --clock real is given. The escape key stops the guest.\n"
             "Exit status: 0; 1 an assertion failed, 2 a command could not be carried out, or\n"
             "usage; 125 the host failed.\n",
    .options = monitor_table,
    .operand = run_operand,
    .main = monitor_main,
};
