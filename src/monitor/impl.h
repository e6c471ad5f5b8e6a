/* impl.h - the monitor's inside, for the files of src/monitor.
 *
 * A part keeps what it remembers in one structure of its own, declared here by name only, made and
 * freed by the part's init and fini.
 */
#ifndef VM11_MONITOR_IMPL_H
#define VM11_MONITOR_IMPL_H

#include "monitor/command.h"

struct symbols; /* symbols.h */
struct script;  /* script.c: variables, open blocks */
struct stops;   /* stop_*.c: breakpoints, watchpoints, what is caught */
struct history; /* time_*.c: recordings */
struct thesis;  /* thesis_*.c */

struct monitor {
    struct machine *machine;
    const struct monitor_io *io;
    struct symbols *symbols;
    struct script *script;
    struct stops *stops;
    struct history *history;
    struct thesis *thesis;

    char complaint[480]; /* of the command under way; empty: none */
    u64 fuel;            /* what the command may still do: mon_tired() */
    unsigned depth;      /* of commands within commands */
    struct place last;   /* where `examine` and the like go on */
    bool has_last;
};

/* The parts, in the order of their initialisation; NULL after the last. */
extern const struct mon_part *const mon_parts[];

/* Carry out a line from within a command (a breakpoint's, a script's). Complaints are told. */
enum monitor_result mon_obey(struct monitor *mon, const char *line);

/* The command that `word` (`len` characters) names or begins; NULL: none, or not clear, after a
 * complaint. */
const struct mon_command *mon_find(struct monitor *mon, const char *word, size_t len);

#endif
