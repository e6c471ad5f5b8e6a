/* monitor.h - the monitor: a debugger around one machine, driven by lines of text.
 *
 * It owns no terminal and prints nothing: what it has to say goes to a sink, and who holds the
 * terminal (the command line, a script, a gdb client) hands it one line a time. Commands stand in
 * tables, a table per file (see command.h); help, completion and docs come from the tables.
 */
#ifndef VM11_MONITOR_MONITOR_H
#define VM11_MONITOR_MONITOR_H

#include "machine/machine.h"

struct monitor;

/* Data that belongs to a command's answer: see mon_put_ in command.h. `name` is NULL in a list. */
struct monitor_data {
    void (*open)(void *ctx, const char *name, bool list);
    void (*close)(void *ctx);
    void (*text)(void *ctx, const char *name, const char *text);
    void (*number)(void *ctx, const char *name, u64 value);
    void (*boolean)(void *ctx, const char *name, bool value);
};

/* What the monitor needs of its owner. All but print may be NULL. */
struct monitor_io {
    /* A piece of output, with its newlines. */
    void (*print)(void *ctx, const char *text, size_t len);
    /* A complaint: one line without a newline. NULL: it is printed. */
    void (*complain)(void *ctx, const char *text);
    const struct monitor_data *data;
    /* Run the machine up to `icount` as its owner does (console, clock, limits), or until it stops
     * by itself, a stop of the monitor's is met, or the user interrupts (STOP_REQUEST).
     * NULL: the monitor calls machine_run() itself, in virtual time. */
    enum stop (*run)(void *ctx, u64 icount);
    /* Start again as at the beginning: the program is loaded, or the unit booted, anew. */
    int (*restart)(void *ctx, struct err *err);
    /* The user wants the command to end. */
    bool (*interrupted)(void *ctx);
    /* On a long journey through a recording, `done` of `total` lies behind. */
    void (*progress)(void *ctx, u64 done, u64 total);
    bool no_files; /* commands that read or write files of the host are refused */
    void *ctx;
};

/* How a command ended. */
enum monitor_result {
    MONITOR_OK,
    MONITOR_ERROR,  /* it could not be carried out: the complaint says why */
    MONITOR_FAILED, /* an assertion failed */
    MONITOR_QUIT,
};

/* A monitor for `machine`, which is borrowed, as `io` is. -ENOMEM. */
int monitor_new(struct monitor **monitor, struct machine *machine, const struct monitor_io *io,
                struct err *err);
void monitor_free(struct monitor *monitor);

/* How many units of work (about a microsecond each) one line may cost before it is given up; a
 * quarter of an hour unless it is set. What the machine executes does not count. */
void monitor_set_patience(struct monitor *monitor, u64 work);

/* Carry out one line; a line that opens a block (if, while) is kept until its `end`. */
enum monitor_result monitor_command(struct monitor *monitor, const char *line);

/* Carry out the lines of a file, up to the first that does not end with MONITOR_OK. Complaints
 * name file, line and word. */
enum monitor_result monitor_script(struct monitor *monitor, const char *path);

/* The names in the file `path` of a program; one without any is no failure. */
void monitor_symbols(struct monitor *monitor, const char *path);

/* The owner has run the machine by itself, and it stopped with STOP_BREAK or STOP_WATCH: does one
 * of the monitor's stops mean it, by its condition and its count? Their commands are not carried
 * out. */
bool monitor_stops(struct monitor *monitor, enum stop stop);

/* A block is open: more lines are awaited. */
bool monitor_pending(const struct monitor *monitor);

/* No more lines will come: MONITOR_ERROR where a block is open, or a script's assertion failed. */
enum monitor_result monitor_end(struct monitor *monitor);

/* Completion: the `index`-th continuation of the word that ends `line` (the whole word, to be
 * freed with free()); NULL: there are no more. */
char *monitor_complete(struct monitor *monitor, const char *line, unsigned index);

/* A command, for docs. */
struct monitor_doc {
    const char *group; /* "See": commands of a group follow each other */
    const char *name, *alias, *args, *help, *more; /* see struct mon_command */
};

/* The `index`-th command, by groups; false after the last. */
bool monitor_describe(unsigned index, struct monitor_doc *doc);

#endif
