/* run.h - one run of a machine by `vm11 run`: what its parts share.
 *
 *   cmd_run.c       sets up, ends, tells the exit status
 *   run_machine.c   builds the machine, loads, boots, sets
 *   run_loop.c      time: virtual or real, slices, limits, hashes
 *   run_input.c     what comes from outside: keys, standard input, signals
 *   run_report.c    --state, --stats
 *   run_text.c      text from standard input, typed when the guest is quiet
 *   session.c       the monitor: behind the escape key, and `vm11 monitor`
 *   gdb_host.c      --gdb
 *   run_record.c    --record, --replay
 *   terminal.c      raw mode
 *   trace.c         --trace and the counts of --stats
 *   trace_jit.c     --trace jit
 */
#ifndef VM11_CLI_RUN_H
#define VM11_CLI_RUN_H

#include "cli/progress.h"
#include "cli/run_console.h"
#include "cli/run_options.h"
#include "cli/run_text.h"
#include "cli/trace.h"
#include "cp/solo.h"
#include "machine/expect.h"
#include "machine/load.h"
#include "machine/machine.h"

/* Why a run is over. */
enum run_end {
    END_NOT,     /* it is not */
    END_MACHINE, /* the machine stopped: run->stop */
    END_SCRIPT,  /* the script ended: run->script */
    END_QUIT,    /* asked for in the monitor */
    END_SIGNAL,  /* run->signal, or the terminal was closed (SIGHUP) */
    END_HOST,    /* run->err */
    END_ESCAPE,  /* the escape key: to the monitor */
    END_UNTIL,   /* run->until is reached */
    END_GDB,     /* a gdb client wants something: see gdb_host.h */
};

/* What standard input is to the run. */
enum run_stdin {
    STDIN_NONE,  /* not read */
    STDIN_KEYS,  /* a terminal: keys */
    STDIN_LATER, /* text that nobody has looked at yet */
    STDIN_TEXT,  /* text that comes as it comes */
};

struct session;
struct gdb_host;

struct run {
    const char *name; /* of the subcommand */
    const struct run_options *opt;
    struct machine *machine;
    struct solo *solo; /* the bare machine below, where `machine` is a VM; NULL: it is none */
    struct console console;
    struct expect *expect;
    struct trace trace;
    struct session *session;  /* the monitor, once it was wanted; NULL: not yet */
    struct gdb_host *gdb;     /* NULL: gdb is not awaited */
    bool real;                /* real time */
    struct progress progress; /* of a replay */

    enum run_stdin stdin_is;
    struct run_text text; /* of standard input, in virtual time */
    u64 printed;          /* characters that the guest printed */
    bool was_cr;    /* the last character of standard input was CR: LF behind it is left out */
    int signals;    /* signalfd */
    u64 until;      /* icount at which run_loop() returns, for the monitor */
    u64 left;       /* host nanoseconds when run_loop() last returned */
    u64 next_hash;  /* icount */
    u64 began;      /* host nanoseconds, less what was spent in the monitor */
    u64 next_tick;  /* host nanoseconds */
    u64 idle_since; /* icount and time at which nothing could end a WAIT */
    u64 idle_time;
    u64 idled; /* cpu.idled before the slice */

    enum run_end end;
    enum stop stop;
    enum expect_status script;
    bool limited;     /* a limit ended the script */
    FILE *state_file; /* of --state, open from the beginning; NULL: none */
    int signal;
    struct err err;
};

/* run_machine.c: build it, put in files and programs, start it. -errno with run->err set. */
int run_build(struct run *run);
/* What run_build() has made. */
void run_discard(struct run *run);
/* START again, as at the beginning: the program is loaded, or the unit booted, anew. */
int run_restart(struct run *run, struct err *err);

/* cmd_run.c: parse the options, build the machine, let `conduct` lead it, end it all; the exit
 * status is that of the end, or else what `conduct` returned. */
int run_command(const struct command *command, int argc, char **argv, bool monitor,
                int (*conduct)(struct run *run));

/* run_loop.c: once, before the first run_loop(). */
void run_begin(struct run *run);
/* Until run->end is something; the time since the last return was not the guest's. */
void run_loop(struct run *run);
/* Guest microseconds since the beginning, of whichever clock. */
u64 run_now(const struct run *run);

/* Host nanoseconds from some beginning. */
u64 run_host_now(void);
/* So many nanoseconds were not the guest's: the prompt, a stopped process. */
void run_skip_time(struct run *run, u64 ns);

/* run_input.c: find out what standard input is, and take it if the console is there. */
void run_input_open(struct run *run);
/* Signals come by run->signals from now on. -errno. */
int run_signals_open(struct run *run, struct err *err);
/* Take a signal that has come, if one has. */
void run_signals_take(struct run *run);
/* Take what has come, wait for it `wait` ns at most. */
void run_input(struct run *run, u64 wait);
/* Text on standard input begins: read what is at hand (STDIN_LATER). */
void run_input_gather(struct run *run);

/* run_report.c: find out in time whether --state can be written. 0 or -errno. */
int run_open_state(struct run *run, struct err *err);
/* After the end. 0 or -errno. */
int run_write_state(struct run *run, struct err *err);
void run_write_stats(const struct run *run);
/* "limit", "timeout", "halt", "double", "expect", "quit", "signal", ... */
const char *run_end_name(const struct run *run);

/* Record the end of a run by the host's failure. */
static inline void run_fail(struct run *run, const struct err *err)
{
    run->end = END_HOST;
    run->err = *err;
}

#endif
