/* fp.h - floating point instructions for translated code: functions that do one, or do nothing.
 *
 * They are called by way of host_call() and work on cpu->fp and, by the map of the D space, on
 * memory. Each does its instruction wholly, or says that nothing has changed: where a reference is
 * not to be found in the map, and wherever an exception is met, so that FER, FEC and FEA are the
 * interpreter's. General registers and the PSW are the caller's.
 */
#ifndef VM11_JIT_FP_H
#define VM11_JIT_FP_H

#include "jit/host.h"

/* Where the operand in bits <5:0> is; the value that the function is given is its address, it, or
 * nothing. */
enum fp_place {
    FP_MEMORY,
    FP_WORD,        /* an immediate operand, or a general register */
    FP_ACCUMULATOR, /* or general register that is written: in VAL */
    FP_PLACES
};

/* The function for an instruction, with FPS<FD> set or not where that matters; NULL: the
 * interpreter does it. An accumulator 6 or 7 is never looked at here. */
host_fn *fp_function(enum op op, enum fp_place place, bool wide);
/* What it is given of the instruction's first word. */
static inline u16 fp_numbers(u16 word)
{
    return (u16)((word >> 6 & 3) | (word & 7) << 8);
}

/* FPS<FD> matters. */
bool fp_has_format(enum op op);

#endif
