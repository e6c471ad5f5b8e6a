/* cp_run.h - one run of CP by `vm11 cp`: what its parts share.
 *
 *   cmd_cp.c      options, the directory, the end
 *   cp_loop.c     time, the operator's lines, signals
 *   cp_lines.c    users' consoles: on the operator's terminal, or elsewhere
 *   cp_report.c   the account
 *   cp_chart.c    and a chart of it
 */
#ifndef VM11_CLI_CP_RUN_H
#define VM11_CLI_CP_RUN_H

#include "cli/run_console.h"
#include "cp/operator.h"
#include "monitor/monitor.h"

#define CP_SCRIPTS 16u

struct cp_options {
    const char *directory;
    const char *script[CP_SCRIPTS];
    unsigned scripts;
    enum engine engine;
    bool has_engine;
    u64 limit;      /* microseconds of CP's time; 0: none */
    u64 hash_every; /* instructions; 0: no */
    const char *report;
    bool json;         /* the account as JSON */
    const char *chart; /* NULL: none */
    bool batch;
};

/* Of a user: where its console is. */
struct cp_line {
    struct user *user;
    struct console console;  /* kind CONSOLE_TTY: the operator's terminal */
    struct monitor *monitor; /* NULL: not yet wanted */
    struct monitor_io io;    /* its */
    char text[160];          /* what it printed on that since the last line's end */
    unsigned count;
    bool fresh; /* something came since the last look */
    u64 since;  /* host nanoseconds of the first look at which nothing did */
};

struct cp_run {
    const struct cp_options *opt;
    struct system *system;
    struct desk desk;
    struct cp_line *line; /* one for each user */
    unsigned lines;
    struct cp_line *connected; /* whose the keyboard is; NULL: the operator's */
    bool terminal;             /* standard input is one: time is real */
    int signals;
    bool over;
    bool failed; /* the host failed: a VM's console, or standard output */
    bool was_cr;
    int signal; /* that ended it; 0: none */
    u64 began;  /* host nanoseconds */
    struct err err;
};

/* cp_lines.c: open all consoles. -errno with run->err set. */
int cp_lines_open(struct cp_run *run);
void cp_lines_close(struct cp_run *run);
/* A user's VM printed a character. */
void cp_lines_put(struct cp_run *run, struct user *user, u8 ch);
/* What has no line's end yet is shown; all is written. Where that fails the user's VM stands; where
 * standard output fails the run is over. */
void cp_lines_flush(struct cp_run *run);
/* The same at a terminal, at the host's time `now` in nanoseconds: what has no line's end yet is
 * shown only when its VM has been silent for a while. */
void cp_lines_look(struct cp_run *run, u64 now);
/* Write what is on its way to standard output. */
void cp_lines_write(struct cp_run *run);
/* What printf() and its like said of standard output: with less than 0 the run is over. */
void cp_lines_heed(struct cp_run *run, int said);
/* A line of CP's own on stdout. */
void cp_lines_say(struct cp_run *run, const char *text);
/* Keys of the terminal, for the user that is connected. */
void cp_lines_keys(struct cp_run *run, const u8 *bytes, size_t len);

/* cp_loop.c: until the operator or a signal ends it, or its limit. */
void cp_loop_terminal(struct cp_run *run);
/* Whether the files of -x are there to be read. -errno. */
int cp_loop_check(const struct cp_options *opt, struct err *err);
/* The lines of a file, "-": standard input. False: it could not be read. */
bool cp_loop_script(struct cp_run *run, const char *path);
/* CP's time goes on: `seconds`, or until nobody runs (0). */
void cp_loop_pass(struct cp_run *run, double seconds);
/* A command of the monitor around a user's machine. */
bool cp_loop_monitor(struct cp_run *run, struct user *user, const char *command);

/* cp_report.c: whether the files of --report, of the directory and of --chart can be written, and
 * are none that the run reads. -errno. */
int cp_report_check(const struct cp_options *opt, const struct directory *directory,
                    struct err *err);
/* The account of all users, to the file of --report or of the directory. -errno. */
int cp_report_write(const struct cp_run *run, struct err *err);
/* The same to stderr, where it would be lost. */
void cp_report_tell(const struct cp_run *run);

/* cp_chart.c: to the file of --chart, by gnuplot; while there is no system only whether that can be
 * done. -ENOENT where there is no gnuplot; -errno. */
int cp_chart_write(const struct cp_run *run, struct err *err);

#endif
