/* measure_impl.h - between the files that show what was counted. */
#ifndef VM11_MONITOR_MEASURE_IMPL_H
#define VM11_MONITOR_MEASURE_IMPL_H

#include "monitor/measure.h"
#include "monitor/parts.h"

#define MEASURE_SHOWN 20u /* rows of a table, unless told otherwise */

/* A row of a table: `key` says what of. */
struct measure_row {
    u64 count;
    u32 key;
};

/* The largest first; of equal ones the lower key. */
void measure_sort(struct measure_row *rows, unsigned count);

/* A count with its share of `total` as a person reads it, and as fields "count" and "percent". */
void measure_share(struct monitor *mon, u64 count, u64 total);

/* [kernel|supervisor|user] [COUNT] of a command, in this order: modes as bits by enum mode. */
bool measure_args(struct args *a, unsigned *modes, u64 *count);

/* Something was counted of `what` (a MEASURE_ bit); else that is said. */
bool measure_any(struct monitor *mon, unsigned what);

extern const char *const measure_modes[MEASURE_MODES]; /* "kernel" */

/* measure_mix.c, measure_hot.c, measure_heat.c */
enum monitor_result measure_mix(struct monitor *mon, struct args *a);
enum monitor_result measure_hot(struct monitor *mon, struct args *a);
enum monitor_result measure_heat(struct monitor *mon, struct args *a);

#endif
