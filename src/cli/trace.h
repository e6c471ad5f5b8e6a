/* trace.h - what happens in a machine, as text and as counts.
 *
 * It hangs on the processor as a struct cpu_watch and changes nothing in the run. Each line begins
 * with the instruction count; the formats are in docs/command-line.md.
 */
#ifndef VM11_CLI_TRACE_H
#define VM11_CLI_TRACE_H

#include <stdio.h>

#include "machine/machine.h"

#define TRACE_VECTORS 128u /* of 4 bytes: 0 to 774 */

struct trace {
    struct machine *machine;
    unsigned what; /* TRACE_ bits of run_options.h */
    FILE *file;    /* NULL: counts only */
    bool opened;   /* the file is ours to close */
    struct cpu_watch watch;
    u64 traps[TRACE_VECTORS];      /* entered by instructions and by requests of the processor */
    u64 interrupts[TRACE_VECTORS]; /* entered by PIRQ and by devices */
    u64 aborts;
    u64 polls; /* reads of the console's RCSR that found no character */
};

/* Look on at `machine` from now on. `path` is the file for the lines of `what`, NULL: stderr.
 * A failure names the file. */
int trace_open(struct trace *trace, struct machine *machine, unsigned what, const char *path,
               struct err *err);

/* Take it off and close the file: -errno where lines were lost. The counts stay. */
int trace_close(struct trace *trace, struct err *err);

#endif
