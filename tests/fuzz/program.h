/* program.h - what fuzz_aout and fuzz_lda share: a program that was read keeps its promises, and
 * a machine can load and start it, or says why not in one line.
 */
#ifndef VM11_FUZZ_PROGRAM_H
#define VM11_FUZZ_PROGRAM_H

#include <errno.h>
#include <string.h>

#include "base/assert.h"
#include "machine/load.h"
#include "machine/machine.h"

static inline void program_try(enum file_kind kind, const u8 *data, size_t size,
                               const struct program_options *opt)
{
    const struct machine_config config = {0};
    struct program *program;
    struct machine *m;
    struct err err = {0};

    identify("x", data, size < IDENTIFY_HEAD ? size : IDENTIFY_HEAD, size);
    if (program_parse(&program, "x", kind, data, size, opt, &err)) {
        base_assert(err.code && err.text[0] && !strchr(err.text, '\n'));
        return;
    }
    base_assert(program->segments > 0);
    for (unsigned i = 0; i < program->segments; i++)
        base_assert(program->segment[i].size >= program->segment[i].len);
    base_assert(machine_new(&m, &config, &err) == 0);
    if (program_load(program, m, &err))
        base_assert(err.code == E2BIG);
    else if (program_start(program, m, &err))
        base_assert(!program->has_start);
    else
        machine_run(m, 100, EVENT_HZ / 10);
    machine_free(m);
    program_free(program);
}

#endif
