/* report.c - see report.h. */
#include "cp/report.h"

#include <inttypes.h>
#include <stdio.h>

#include "cp/cost.h"

void report_make(const struct vm *vm, struct report *report)
{
    const struct vm_stats *stats = &vm->stats;
    u64 all = stats->direct + stats->simulated, elapsed = machine_time(vm->m);

    *report = (struct report){.instructions = all, .cost = cost_of(stats)};
    report->direct = all ? (double)stats->direct / (double)all : 0;
    report->per_mille = all ? 1000.0 * (double)stats->exits / (double)all : 0;
    /* A simulated instruction is charged with its cost in place of its own time. */
    report->stretch =
        elapsed ? (double)(elapsed - stats->simulated + report->cost) / (double)elapsed : 1;
}

static bool event_line(const struct vm *vm, unsigned n, char *text, size_t size)
{
    unsigned event = 0;

    for (; event < VM_EVENTS; event++)
        if (vm->stats.event[event] && n-- == 0)
            break;
    if (event == VM_EVENTS)
        return false;
    snprintf(text, size, "  %-20s %12" PRIu64 "  at %u", vm_event_names[event],
             vm->stats.event[event], cost_of_event((enum vm_event)event));
    return true;
}

bool report_line(const struct vm *vm, unsigned line, char *text, size_t size)
{
    const struct vm_stats *stats = &vm->stats;
    struct report r;

    report_make(vm, &r);
    switch (line) {
    case 0:
        snprintf(text, size, "%s by %s: %" PRIu64 " instructions, %.3f %% executed directly",
                 vm->name, vm->method->name, r.instructions, 100 * r.direct);
        return true;
    case 1:
        snprintf(text, size,
                 "  exits %" PRIu64 " (%.2f per 1000), slices %" PRIu64
                 ", virtual interrupts %" PRIu64,
                 stats->exits, r.per_mille, stats->slices, stats->interrupts);
        return true;
    case 2:
        snprintf(text, size,
                 "  shadow map: looked at %" PRIu64 " times, %" PRIu64
                 " pages made; VM-assist: %" PRIu64,
                 stats->shadow_loads, stats->shadow_pages, stats->assists);
        return true;
    case 3:
        snprintf(text, size,
                 "  CP's work is charged with %" PRIu64 " instructions; stretchout %.3f", r.cost,
                 r.stretch);
        return true;
    default: return event_line(vm, line - 4, text, size);
    }
}
