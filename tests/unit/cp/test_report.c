/* test_report.c - accounts of one VM and of several: their sums, and the rows of what CP's work
 * cost.
 */
#include "cp/report.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "cp/cost.h"
#include "cp/cp.h"
#include "jit/jit.h"

#define SIZE 0020000u

/* Two VMs: TST @#177560 and a loop of 200, and so on; one is simulated. */
static struct cp *make(enum engine engine)
{
    static const char *const methods[] = {"trap", "simulate"};
    static const u16 program[] = {0012700, 000310, 0005737, 0177560, 0005201, 0077002, 0000771};
    struct cp_config config = {
        .bare = {.memory = 0100000, .engine = engine, .options = {.kbs11a = true}}};
    struct cp *cp = NULL;

    assert_int_equal(cp_new(&cp, &config, NULL), 0);
    for (unsigned i = 0; i < ARRAY_LEN(methods); i++) {
        struct vm_config vm = {
            .name = methods[i], .method = method_find(methods[i]), .machine = {.memory = SIZE}};
        struct cp_vm *entry;

        assert_int_equal(cp_add(cp, &vm, false, &entry, NULL), 0);
        for (unsigned k = 0; k < ARRAY_LEN(program); k++)
            ram_put(&entry->vm->m->ram, 01000 + 2 * k, program[k]);
        machine_start(entry->vm->m, 01000);
        cp_start(entry);
    }
    assert_int_equal(cp_run(cp, EVENT_HZ), CP_TIME);
    return cp;
}

/* One of its lines has this in it. */
static bool has(const struct account *account, const char *text)
{
    char line[200];

    for (unsigned i = 0; report_line(account, i, line, sizeof line); i++)
        if (strstr(line, text))
            return true;
    return false;
}

/* All instructions are in it: those executed directly, simulated, skipped. */
static void instructions_are_all_there(void **state)
{
    struct cp *cp = make(ENGINE_INTERP);

    for (struct cp_vm *entry = cp->vms; entry; entry = entry->next) {
        const struct vm_stats *stats = &entry->vm->stats;

        assert_true(stats->direct + stats->simulated + stats->skipped == entry->vm->m->cpu.icount);
        assert_true(stats->translated == 0);
    }
    assert_true(cp->vms->vm->stats.direct > 0 && cp->vms->next->vm->stats.direct == 0);
    cp_free(cp);
}

/* The translator, where there is one, executes nearly all that is executed directly, and nothing
 * else.
 */
static void translated_ones_are_told(void **state)
{
    struct cp *cp = make(jit_supported() ? ENGINE_JIT : ENGINE_INTERP);
    const struct vm_stats *stats = &cp->vms->vm->stats;

    assert_true(stats->translated <= stats->direct);
    assert_true(jit_supported() ? stats->translated * 10 > stats->direct * 9 : !stats->translated);
    assert_true(cp->vms->next->vm->stats.translated == 0);
    cp_free(cp);
}

static void costs_add_up(void **state)
{
    struct cp *cp = make(ENGINE_INTERP);

    for (struct cp_vm *entry = cp->vms; entry; entry = entry->next) {
        u64 sum = 0, events = 0;
        struct cost_row row;

        for (unsigned n = 0; cost_row(&entry->vm->stats, n, &row); n++) {
            sum += row.count * row.each;
            events += n < VM_EVENTS ? row.count : 0;
            assert_true(n >= VM_EVENTS || strcmp(row.name, vm_event_names[n]) == 0);
        }
        assert_true(sum > 0 && sum == cost_of(&entry->vm->stats));
        assert_true(events == (entry == cp->vms ? entry->vm->stats.simulated : 0));
    }
    cp_free(cp);
}

static void all_together(void **state)
{
    struct cp *cp = make(ENGINE_INTERP);
    const struct vm *a = cp->vms->vm, *b = cp->vms->next->vm;
    struct account one = {0}, all = {0};
    struct report r;
    char text[200];
    double more;

    account_add(&one, a);
    account_add(&all, a);
    account_add(&all, b);
    assert_true(all.stats.direct == a->stats.direct);
    assert_true(all.stats.simulated == a->stats.simulated + b->stats.simulated);
    assert_true(all.stats.exits == a->stats.exits && all.stats.exits > 0);
    assert_true(all.stats.event[VM_DEVICE] == a->stats.event[VM_DEVICE]);
    assert_true(all.stats.shadow_loads == a->stats.shadow_loads && all.stats.shadow_loads > 0);
    assert_true(all.elapsed == machine_time(a->m) + machine_time(b->m));
    report_make(&all, &r);
    assert_true(r.cost == cost_of(&a->stats) + cost_of(&b->stats));
    more = (double)(r.cost - all.stats.simulated);
    assert_true(r.overhead > 0.999 * more / (double)(a->m->cpu.icount + b->m->cpu.icount));
    assert_true(r.overhead < 1.001 * more / (double)(a->m->cpu.icount + b->m->cpu.icount));
    assert_true(r.stretch > 1 + 0.999 * more / (double)all.elapsed);
    assert_true(r.stretch < 1 + 1.001 * more / (double)all.elapsed);
    assert_true(has(&one, "trap by trap: ") && !has(&one, "together"));
    assert_true(has(&all, "all 2 together: ") && !has(&all, "trap by trap"));
    snprintf(text, sizeof text, "simulated %llu;", (unsigned long long)all.stats.simulated);
    assert_true(has(&all, text) && !has(&one, text));
    assert_true(has(&one, "device register") && !has(&one, "HALT"));
    cp_free(cp);
}

/* Nothing was done yet: nothing is divided by. */
static void an_empty_account(void **state)
{
    struct account none = {0};
    struct report r;

    report_make(&none, &r);
    assert_true(r.direct == 0 && r.per_mille == 0 && r.overhead == 0 && r.stretch == 1);
    assert_true(has(&none, "all 0 together: 0 instructions"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(instructions_are_all_there),
        cmocka_unit_test(translated_ones_are_told),
        cmocka_unit_test(costs_add_up),
        cmocka_unit_test(all_together),
        cmocka_unit_test(an_empty_account),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
