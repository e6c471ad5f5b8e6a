/* trace_lines.h - what happens in a machine, as lines of text: for `vm11 run --trace` and for the
 * monitor's `trace`.
 *
 * A tracer looks on at the processor (struct cpu_watch) and changes nothing in the run. Each line
 * begins with the instruction count; the formats are in docs/command-line.md. What is repeated on
 * a journey through a recording is not told again.
 */
#ifndef VM11_MONITOR_TRACE_LINES_H
#define VM11_MONITOR_TRACE_LINES_H

#include "machine/machine.h"

/* What can be traced, as bits. */
enum { TRACE_INSN = 1, TRACE_TRAP = 2, TRACE_IO = 4, TRACE_MMU = 8, TRACE_IRQ = 16 };

#define TRACE_WHAT 5u /* bits */
#define TRACE_ALL  037u
/* Their names in the order of the bits; NULL after the last. */
extern const char *const trace_words[TRACE_WHAT + 1];

/* Which lines are wanted. All zero: all. */
struct trace_filter {
    u8 modes; /* bit n: in enum mode n; 0: in any */
    enum { TRACE_ANYWHERE, TRACE_VIRTUAL, TRACE_PHYSICAL } where;
    u32 first, last;             /* VIRTUAL: of the PC. PHYSICAL: of the register, or the PC's */
    bool by_vector;              /* of TRAP and IRQ only these: */
    u16 vector, last_vector;     /* both included */
    const struct device *device; /* of IO and IRQ only this one's; NULL: of all */
    bool (*wanted)(void *ctx);   /* asked last; NULL: yes */
};

struct tracer {
    unsigned what; /* TRACE_ bits */
    struct trace_filter filter;
    /* A line with its newline. */
    void (*line)(void *ctx, const char *text, size_t len);
    /* The name of the address of an instruction, and its source line, put behind it; NULL: none.
     * `text` holds TRACE_NAME_MAX. */
    const char *(*name)(void *ctx, u16 va, char *text);
    void *ctx;
    struct machine *machine; /* of tracer_start() */
    struct cpu_watch watch;
};

#define TRACE_NAME_MAX 180
#define TRACE_LINE_MAX 420 /* room enough for any line, with its 0 byte */

/* Look on from now on, as `what`, `filter` and so on say; or no more. */
void tracer_start(struct tracer *tracer, struct machine *machine);
void tracer_stop(struct tracer *tracer);

/* The words of the instruction at `pc` in the I space of `mode`, without touching anything; how
 * many could be read: 0 to 3, no more than it has. */
unsigned trace_fetch(const struct machine *machine, enum mode mode, u16 pc, u16 words[3]);

#endif
