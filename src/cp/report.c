/* report.c - see report.h. Of several VMs the figures are of all their instructions and of the sum
 * of their times, as if one had worked after the other.
 */
#include "cp/report.h"

#include <inttypes.h>
#include <stdio.h>

#include "cp/cost.h"

static void add_stats(struct vm_stats *sum, const struct vm_stats *stats)
{
    sum->direct += stats->direct;
    sum->translated += stats->translated;
    sum->simulated += stats->simulated;
    sum->skipped += stats->skipped;
    for (unsigned i = 0; i < VM_EVENTS; i++)
        sum->event[i] += stats->event[i];
    sum->exits += stats->exits;
    sum->slices += stats->slices;
    sum->shadow_pages += stats->shadow_pages;
    sum->shadow_loads += stats->shadow_loads;
    sum->interrupts += stats->interrupts;
    sum->assists += stats->assists;
}

void account_add(struct account *account, const struct vm *vm)
{
    account->vms++;
    account->vm = vm;
    account->elapsed += machine_time(vm->m);
    add_stats(&account->stats, &vm->stats);
}

static double ratio(double part, u64 of, double none)
{
    return of ? part / (double)of : none;
}

void report_make(const struct account *account, struct report *report)
{
    const struct vm_stats *stats = &account->stats;
    u64 all = stats->direct + stats->simulated;
    double more;

    *report = (struct report){.instructions = all, .cost = cost_of(stats)};
    report->direct = ratio((double)stats->direct, all, 0);
    report->per_mille = ratio(1000.0 * (double)stats->exits, all, 0);
    /* A simulated instruction is charged with its cost in place of its own time. */
    more = (double)report->cost - (double)stats->simulated;
    report->overhead = ratio(more, all + stats->skipped, 0);
    report->stretch = 1 + ratio(more, account->elapsed, 0);
}

static bool cost_line(const struct account *account, unsigned n, char *text, size_t size)
{
    struct cost_row row;

    for (unsigned i = 0; cost_row(&account->stats, i, &row); i++) {
        if (!row.count || n-- > 0)
            continue;
        snprintf(text, size, "  %-22s %12" PRIu64 "  at %-3u %12" PRIu64, row.name, row.count,
                 row.each, row.count * row.each);
        return true;
    }
    return false;
}

static void first_line(const struct account *account, const struct report *r, char *text,
                       size_t size)
{
    int n = account->vms == 1
                ? snprintf(text, size, "%s by %s", account->vm->name, account->vm->method->name)
                : snprintf(text, size, "all %u together", account->vms);

    if (n > 0 && (size_t)n < size)
        snprintf(text + n, size - (size_t)n,
                 ": %" PRIu64 " instructions, %.3f %% executed directly", r->instructions,
                 100 * r->direct);
}

bool report_line(const struct account *account, unsigned line, char *text, size_t size)
{
    const struct vm_stats *stats = &account->stats;
    struct report r;

    report_make(account, &r);
    switch (line) {
    case 0: first_line(account, &r, text, size); return true;
    case 1:
        snprintf(text, size,
                 "  directly %" PRIu64 ", of these translated %" PRIu64 "; simulated %" PRIu64
                 "; skipped in loops that wait %" PRIu64,
                 stats->direct, stats->translated, stats->simulated, stats->skipped);
        return true;
    case 2:
        snprintf(text, size,
                 "  exits %" PRIu64 " (%.2f per 1000), slices %" PRIu64
                 ", virtual interrupts %" PRIu64,
                 stats->exits, r.per_mille, stats->slices, stats->interrupts);
        return true;
    case 3:
        snprintf(text, size,
                 "  shadow map: looked at %" PRIu64 " times, %" PRIu64
                 " pages made; VM-assist: %" PRIu64,
                 stats->shadow_loads, stats->shadow_pages, stats->assists);
        return true;
    case 4:
        snprintf(text, size,
                 "  CP's work is charged with %" PRIu64
                 " instructions: overhead %.1f %%, stretchout %.3f",
                 r.cost, 100 * r.overhead, r.stretch);
        return true;
    default: return cost_line(account, line - 5, text, size);
    }
}
