/* trace_jit.h - `vm11 run --trace jit`: what the translator makes of which instructions.
 *
 * Each block is told when it is made: the guest's instructions on the left, the host's on the
 * right, disassembled by libcapstone where vm11 was built with it, else as bytes. Looking on
 * changes nothing in the run.
 */
#ifndef VM11_CLI_TRACE_JIT_H
#define VM11_CLI_TRACE_JIT_H

#include <stdio.h>

#include "machine/machine.h"

struct trace_jit {
    struct machine *machine; /* NULL: nothing is traced */
    FILE *file;              /* borrowed */
    struct cache_watch watch;
    size_t disassembler; /* capstone's handle; 0: none */
};

/* Look on at `machine`, which must have a translator: -EINVAL where it has none. */
int trace_jit_start(struct trace_jit *trace, struct machine *machine, FILE *file, struct err *err);
void trace_jit_stop(struct trace_jit *trace);

#endif
