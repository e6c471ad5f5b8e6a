/* trace.h - the traces of `vm11 run --trace`, into a file, and the counts of --stats.
 *
 * The lines are those of monitor/trace_lines.h. Looking on changes nothing in the run.
 */
#ifndef VM11_CLI_TRACE_H
#define VM11_CLI_TRACE_H

#include <stdio.h>

#include "cli/trace_jit.h"
#include "monitor/trace_lines.h"

/* Behind the bits of monitor/trace_lines.h: what is translated. */
#define TRACE_JIT (1u << TRACE_WHAT)

#define TRACE_VECTORS 128u /* of 4 bytes: 0 to 774 */

struct trace {
    struct machine *machine;
    struct tracer tracer;
    struct trace_jit jit;
    FILE *file;  /* NULL: counts only */
    bool opened; /* the file is ours to close */
    int error;   /* why the first line was lost */
    struct cpu_watch watch;
    u64 traps[TRACE_VECTORS];      /* entered by instructions and by requests of the processor */
    u64 interrupts[TRACE_VECTORS]; /* entered by PIRQ and by devices */
    u64 aborts;
    u64 polls; /* reads of the console's RCSR that found no character */
    u64 idled; /* cpu.idled at the last look */
};

/* Look on at `machine` from now on. `what` are TRACE_ bits and TRACE_JIT, `path` is the file for
 * their lines, NULL: stderr, "-": stdout. `counts`: traps, interrupts and aborts are counted, which
 * keeps the translator from doing them itself. A failure names the file. */
int trace_open(struct trace *trace, struct machine *machine, unsigned what, bool counts,
               const char *path, struct err *err);

/* Lines are lost. */
bool trace_failed(const struct trace *trace);

/* Take it off and close the file: -errno where lines were lost. The counts stay. A
 * second time does nothing. */
int trace_close(struct trace *trace, struct err *err);

#endif
