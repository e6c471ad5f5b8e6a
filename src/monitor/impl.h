/* impl.h - the monitor's inside, for the files of src/monitor.
 *
 * A part keeps what it remembers in one structure of its own, declared here by name only, made and
 * freed by the part's init and fini.
 */
#ifndef VM11_MONITOR_IMPL_H
#define VM11_MONITOR_IMPL_H

#include "monitor/command.h"

#define WORD_SHOWN   40   /* of a word, in complaints */
#define MON_LINE_MAX 1024 /* of a line, with its 0 byte */

struct symbols;     /* symbols.h */
struct script;      /* script.c: variables, open blocks */
struct stops;       /* stop_*.c: breakpoints, watchpoints, what is caught */
struct thesis;      /* thesis_*.c */
struct trace_state; /* trace.c */
struct history;     /* history.h */
struct measure;     /* measure.h */

struct monitor {
    struct machine *machine;
    const struct monitor_io *io;
    struct symbols *symbols;
    struct script *script;
    struct stops *stops;
    struct thesis *thesis;
    struct trace_state *trace;
    struct history *history;
    struct measure *measure;

    char near[64];       /* names_near()'s answer */
    char complaint[480]; /* of the command under way; empty: none */
    u64 patience;        /* units of work of one line */
    u64 fuel;            /* what the command may still do: mon_tired() */
    unsigned depth;      /* of commands within commands */
    struct place last;   /* where `examine` and the like go on */
    bool has_last;
    u8 form; /* of examine: see_memory.c's */
};

/* The parts, in the order of their initialisation; NULL after the last. */
extern const struct mon_part *const mon_parts[];

/* Carry out a line from within a command (a breakpoint's, a script's). Complaints are told. */
enum monitor_result mon_obey(struct monitor *mon, const char *line);

/* The command that `word` (`len` characters) names or begins; NULL: none, or not clear, after a
 * complaint. */
const struct mon_command *mon_find(struct monitor *mon, const char *word, size_t len);

/* All commands in order; NULL after the last. */
const struct mon_command *mon_command_at(unsigned index);

/* Tell the complaint that is kept, if there is one. */
void mon_tell(struct monitor *mon);

/* The register, symbol or variable that is nearest to `word`, for did-you-mean; NULL: none. What
 * it returns lives until the next call. */
const char *names_near(struct monitor *mon, const char *word);

/* script.c: a variable ($ and name, `len` characters), 0 where it is not set. */
u64 variable_get(struct monitor *mon, const char *name, size_t len);
/* False, with a complaint, where there is no room for it. */
bool variable_set(struct monitor *mon, const char *name, size_t len, u64 value);
/* The `index`-th; false after the last. */
bool variable_at(const struct monitor *mon, unsigned index, const char **name, u64 *value);

#endif
