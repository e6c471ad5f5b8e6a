/* history.h - the last instructions of a machine, and the vectors that were entered between them.
 *
 * A ring of fixed size, which looks on at the processor (struct cpu_watch). It follows the machine
 * back and forth in a recording: what lies behind the present moment is forgotten, and a journey,
 * which repeats a stretch of the run, fills it again.
 */
#ifndef VM11_MONITOR_HISTORY_H
#define VM11_MONITOR_HISTORY_H

#include "machine/machine.h"

#define HISTORY_MAX 1000000u /* entries */

struct history_entry {
    u64 icount; /* instructions before it */
    u16 r[8];   /* before it; of a vector: what the interrupted program had, with its PC */
    u16 ps;
    u16 words[3]; /* of an instruction */
    u8 count;     /* of them, as far as they could be read */
    bool entered; /* no instruction: a vector was entered */
    u8 flows;     /* vectors without an instruction since then: debug_flows() */
    enum cpu_cause cause;
    u16 vector;
    u16 to_pc, to_ps; /* where it led */
};

struct history {
    struct machine *machine;
    struct cpu_watch watch;
    struct history_entry *entry; /* NULL: it is off */
    u32 size, count, next;       /* next: where the next one goes */
};

/* Keep the last `size` entries from now on, which begin anew. -ENOMEM. */
int history_on(struct history *history, struct machine *machine, u32 size, struct err *err);
void history_off(struct history *history);

/* Forget what lies behind the machine's present moment: to be called before looking. */
void history_trim(struct history *history);

/* The entry `back` before the last, 0: the last; NULL: there are not so many. */
const struct history_entry *history_at(const struct history *history, u32 back);

/* The state that ended the entry `back`: registers as its program sees them, and the PSW. */
void history_after(const struct history *history, u32 back, u16 r[8], u16 *ps);

#endif
