/* eis.h - ASH and ASHC by a count that is only known when they are executed: called by blocks. */
#ifndef VM11_JIT_EIS_H
#define VM11_JIT_EIS_H

#include "jit/host.h"

/* hot.high by the count in `value`: the result. */
host_fn eis_ash;
/* hot.high and hot.low: the result's upper word; its lower one to hot.low, and to hot.high one
 * whose N and Z are those of both. */
host_fn eis_ashc;

#endif
