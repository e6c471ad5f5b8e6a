/* cost.c - a model of what a resident CP would take: see cost.h.
 *
 * Simulating an instruction with interpretation of its operands is taken to cost 20, the ratio that
 * Goldberg gives for a machine that simulates itself (survey, Introduction). What a KBS11-A code
 * identifies, and needs no operands, is cheaper. A device register is ten more: a table leads to
 * its routine, and most have nothing to do than to keep or give a word. Each exit saves six
 * registers and the PSW and finds its simulator by a table; each entry looks for requests and loads
 * them again.
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

unsigned cost_of_event(enum vm_event event)
{
    return event_cost[event];
}

u64 cost_of(const struct vm_stats *stats)
{
    u64 cost = EXIT_AND_ENTRY * stats->exits + SLICE * stats->slices +
               SHADOW_PAGE * stats->shadow_pages,
        events = 0;

    for (unsigned i = 0; i < VM_EVENTS; i++) {
        cost += event_cost[i] * stats->event[i];
        events += stats->event[i];
    }
    /* What no event stands for: all of a simulated VM. */
    if (stats->simulated > events)
        cost += INTERPRETED * (stats->simulated - events);
    return cost;
}
