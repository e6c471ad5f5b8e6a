/* cost.c - a model of what a resident CP would take: see cost.h.
 *
 * Simulating an instruction with interpretation of its operands is taken to cost 20, the ratio that
 * Goldberg gives for a machine that simulates itself (survey, Introduction). What a KBS11-A code
 * identifies, and needs no operands, is cheaper. A device register is ten more: a table leads to
 * its routine, and most have nothing to do than to keep or give a word. Each exit saves six
 * registers and the PSW and finds its simulator by a table; each entry looks for requests and loads
 * them again. VMM11, a resident monitor that was written for size, takes five to eight times as
 * much where operands are interpreted: docs/vmm11.md.
 */
#include "cp/cost.h"

#define EXIT_AND_ENTRY 24u
#define SLICE          60u /* with the scheduler */
#define SHADOW_PAGE    6u  /* add, clip, store two words */
#define INTERPRETED    20u

static const u8 event_cost[VM_EVENTS] = {
    [VM_HALT] = 10,
    [VM_WAIT] = 10,
    [VM_RESET] = 40,
    [VM_SPL] = 6,
    [VM_RETURN] = 16,
    [VM_SPACE] = 18,
    [VM_TRAP] = 22,
    [VM_RESERVED] = 22,
    [VM_DIAG] = 100,
    [VM_DEVICE] = 30,
    [VM_PROCESSOR] = 24,
    [VM_MAP] = 30,
    [VM_FAULT] = 50,
    [VM_REQUEST] = 30,
    [VM_KERNEL] = INTERPRETED,
    [VM_OTHER] = INTERPRETED,
};

/* Instructions that were simulated and that no event stands for: all of a simulated VM. */
static u64 without_event(const struct vm_stats *stats)
{
    u64 events = 0;

    for (unsigned i = 0; i < VM_EVENTS; i++)
        events += stats->event[i];
    return stats->simulated > events ? stats->simulated - events : 0;
}

bool cost_row(const struct vm_stats *stats, unsigned n, struct cost_row *row)
{
    switch (n) {
    case VM_EVENTS: *row = (struct cost_row){"exit and entry", stats->exits, EXIT_AND_ENTRY}; break;
    case VM_EVENTS + 1: *row = (struct cost_row){"end of a slice", stats->slices, SLICE}; break;
    case VM_EVENTS + 2:
        *row = (struct cost_row){"page of the shadow map", stats->shadow_pages, SHADOW_PAGE};
        break;
    case VM_EVENTS + 3:
        *row = (struct cost_row){"simulated", without_event(stats), INTERPRETED};
        break;
    default:
        if (n > VM_EVENTS)
            return false;
        *row = (struct cost_row){vm_event_names[n], stats->event[n], event_cost[n]};
    }
    return true;
}

u64 cost_of(const struct vm_stats *stats)
{
    struct cost_row row;
    u64 cost = 0;

    for (unsigned n = 0; cost_row(stats, n, &row); n++)
        cost += row.count * row.each;
    return cost;
}
