/* stop.h - what the user wants the machine to stop at, and how a run ends there.
 *
 *   stop_points.c    the list, conditions, counts, who was hit
 *   stop_commands.c  break, watch, catch, and what is done with them
 *   go.c             a run from stop to stop; what is said at its end
 *   go_commands.c    continue, step, over, out, until
 *   time_commands.c  recordings
 */
#ifndef VM11_MONITOR_STOP_H
#define VM11_MONITOR_STOP_H

#include "monitor/expr.h"
#include "monitor/impl.h"

#define STOPS_MAX     64u
#define STOP_WHAT_MAX 120u
#define STOP_TEXT_MAX (LINE_PAST + 1)

/* One breakpoint, watchpoint or catchpoint. */
struct stop_entry {
    unsigned number; /* as the user sees it; 0: free */
    struct debug_point point;
    char kind[16];            /* "breakpoint" */
    char what[STOP_WHAT_MAX]; /* "ki:001234" */
    char text[STOP_TEXT_MAX]; /* of the console that is waited for; empty: none */
    char *condition;          /* NULL: none */
    char *commands;           /* separated by `;`, NULL: none */
    u64 ignore;               /* so many hits are passed over */
    u64 hits;
    bool enabled, once;
};

/* Points of the monitor's own, for one run. */
enum { OWN_BREAK, OWN_BELOW, OWN_MODES, OWN_INTERRUPT, OWN_COUNT };

struct stops {
    struct cpu_debug debug;
    struct stop_entry entry[STOPS_MAX];
    unsigned last; /* number given last */
    struct debug_point own[OWN_COUNT];
    bool own_set[OWN_COUNT];
    bool sp_above; /* OWN_BREAK counts where SP is at or above sp_limit */
    u16 sp_limit;
    struct debug_point *lent; /* of somebody else's: stops_lend() */
    unsigned lent_count;
};

/* --- stop_points.c ------------------------------------------------------------------------ */

int stops_new(struct stops **stops, struct err *err);
/* The machine heeds nothing any more. */
void stops_free(struct monitor *mon);

/* A free entry, with its number, on; NULL, with a complaint: there are too many. */
struct stop_entry *stop_add(struct monitor *mon);
/* The entry of a number; NULL, with a complaint. */
struct stop_entry *stop_find(struct monitor *mon, u64 number);
void stop_delete(struct monitor *mon, struct stop_entry *entry);

/* Somebody else (gdb) has points too, which are borrowed until the next call. They count whenever
 * they are hit. */
void stops_lend(struct monitor *mon, struct debug_point *points, unsigned count);

/* Tell the machine what is set. After every change. What was hit stays. */
void stops_apply(struct monitor *mon);

/* The instruction that comes next is not to stop the machine before it: the user is there. */
void stops_pass(struct monitor *mon);

/* What was hit, when a run has ended with STOP_BREAK or STOP_WATCH. */
struct stop_verdict {
    bool stop;                /* it counts */
    bool own;                 /* by OWN_BREAK, OWN_BELOW or OWN_MODES */
    bool interrupt;           /* by OWN_INTERRUPT */
    struct stop_entry *entry; /* the user's, that counted first; NULL: none */
    struct debug_point *lent; /* the same of those that were lent */
    unsigned count;           /* of the user's and the lent that counted */
};

/* Judge the hits by their conditions and counts. `counts`: they are counted too. Conditions that
 * cannot be computed are told, and count. */
void stops_judge(struct monitor *mon, enum stop stop, bool counts, struct stop_verdict *verdict);

/* "wrote p:001000: 000001 to 000002, by the instruction at START" about a hit; of a breakpoint
 * nothing. `text` holds STOP_HIT_MAX. */
#define STOP_HIT_MAX 200
const char *stop_hit_text(struct monitor *mon, const struct debug_point *point, char *text);

/* --- go.c --------------------------------------------------------------------------------- */

/* Run up to `icount`, or to a stop that counts. Commands of stops are not yet carried out. */
enum stop go_run(struct monitor *mon, u64 icount, struct stop_verdict *verdict);

/* Tell where the machine stands, and why; carry out the commands of the stop. `quiet`: the limit,
 * or the monitor's own breakpoint, is what was asked for. */
enum monitor_result go_report(struct monitor *mon, enum stop stop, struct stop_verdict *verdict,
                              bool quiet);

/* For record_ask(), with the monitor: does the user still want this journey? Progress is told. */
bool go_on_journey(void *monitor, u64 done, u64 total);

/* Where the machine stands: one line. */
void go_here(struct monitor *mon);

/* --- go_commands.c ------------------------------------------------------------------------ */

/* So many instructions of what runs now; handlers of interrupts do not count. As go_run(). */
enum stop go_step(struct monitor *mon, u64 count, struct stop_verdict *verdict);

/* One instruction, and on as long as PC is from `first` up to, not including, `end`, in the mode of
 * now. STOP_LIMIT: it has left that. */
enum stop go_range(struct monitor *mon, u32 first, u32 end, struct stop_verdict *verdict);

#endif
