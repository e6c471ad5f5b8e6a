/* cost.h - what CP's own work costs, in instructions of the bare machine.
 *
 * CP runs on the host, so a bare machine's clock would not see it. To have figures of overhead and
 * stretchout all the same, its work is charged as if a resident monitor did it: by the table of
 * cost.c, a model of our own, not a measurement. What CP costs the host is measured by bench/.
 */
#ifndef VM11_CP_COST_H
#define VM11_CP_COST_H

#include "cp/vm.h"

/* Of all that the statistics count, from the VM's beginning. */
u64 cost_of(const struct vm_stats *stats);

/* What that is the sum of: so many of a kind, at so many instructions each. The first VM_EVENTS are
 * events, by enum vm_event: their simulation, without exit and entry. False after the last. */
struct cost_row {
    const char *name;
    u64 count;
    unsigned each;
};
bool cost_row(const struct vm_stats *stats, unsigned n, struct cost_row *row);

#endif
