/* test_hash.c - whatever changes the future of a machine changes its hash, and nothing else does.
 *
 * Each row of the table is one small change to a machine that has just been made.
 */
#include "rig.h"

static void cpu_flows(struct machine *m)
{
    m->cpu.flows = 3; /* at icount 0, as flows_at */
}

static void cpu_trace(struct machine *m)
{
    m->cpu.trace = !m->cpu.trace;
}

static void cpu_other_sp(struct machine *m)
{
    m->cpu.sp[MODE_U] = 1;
}

static void mmu_pdr(struct machine *m)
{
    m->cpu.mmu.pdr[MODE_S][SPACE_D][3] = 077406;
}

static void time_skipped(struct machine *m)
{
    m->skipped++;
}

static void fast_io(struct machine *m)
{
    m->bus.events.immediate = true;
}

static void request(struct machine *m)
{
    irq_raise(&m->rk.dev, 0);
}

static void rom_last(struct machine *m)
{
    m->rom.words[ROM_WORDS - 1] = 1;
}

static void event_printer(struct machine *m)
{
    event_after(&m->bus.events, &m->printer.ready, 100);
}

static void event_punch(struct machine *m)
{
    event_after(&m->bus.events, &m->punch.frame, 100);
}

static void event_both(struct machine *m)
{
    event_printer(m);
    event_punch(m);
}

static void event_both_turned(struct machine *m)
{
    event_punch(m);
    event_printer(m);
}

static void line_a(struct machine *m)
{
    line_type(&m->line, 'a');
}

static void line_b(struct machine *m)
{
    line_type(&m->line, 'b');
}

static void feed_a(struct machine *m)
{
    assert_int_equal(machine_type(m, "ab", 2, NULL), 0);
}

static void feed_b(struct machine *m)
{
    assert_int_equal(machine_type(m, "ac", 2, NULL), 0);
}

static void feed_held(struct machine *m)
{
    m->feed.hold = 1000;
}

static void memory_last(struct machine *m)
{
    m->ram.base[m->ram.size - 1] = 1;
}

static void nothing(struct machine *m) {}

typedef void change(struct machine *m);

static u64 hash_after(change *make)
{
    struct machine *m = rig_machine(0);
    u64 hash;

    make(m);
    hash = machine_hash(m);
    machine_free(m);
    return hash;
}

static void all_differ(void **state)
{
    static change *const changes[] = {
        nothing,     cpu_flows, cpu_trace,     cpu_other_sp, mmu_pdr,    time_skipped,
        fast_io,     request,   rom_last,      event_punch,  event_both, event_both_turned,
        line_a,      line_b,    event_printer, feed_a,       feed_b,     feed_held,
        memory_last,
    };
    u64 hash[ARRAY_LEN(changes)];

    for (unsigned i = 0; i < ARRAY_LEN(changes); i++) {
        hash[i] = hash_after(changes[i]);
        for (unsigned k = 0; k < i; k++)
            if (hash[i] == hash[k])
                fail_msg("changes %u and %u have the same hash", k, i);
    }
}

static void line_used(struct machine *m)
{
    u8 ch;

    for (unsigned i = 0; i < LINE_QUEUE - 1; i++)
        assert_true(line_type(&m->line, 'x') && line_take(&m->line, &ch));
    event_cancel(&m->bus.events, &m->console.receive);
    m->console.rx = DL11_IDLE;
}

static void feed_used(struct machine *m)
{
    feed_a(m);
    feed_clear(&m->feed);
}

static void flows_of_the_past(struct machine *m)
{
    m->cpu.flows = 3;
    m->cpu.flows_at = EVENT_NEVER; /* no icount now or later */
}

static void watched(struct machine *m)
{
    m->cpu.attention |= ATTN_WATCH | ATTN_STOP;
}

static void the_rest_is_not_in_it(void **state)
{
    static change *const changes[] = {line_used, feed_used, flows_of_the_past, watched};

    for (unsigned i = 0; i < ARRAY_LEN(changes); i++)
        assert_int_equal(hash_after(changes[i]), hash_after(nothing));
}

/* An option of the processor that is not used is as if it were not there; in use it counts. */
static void an_option_at_rest(void **state)
{
    struct machine_config config = {.options.kbs11a = true};
    struct machine *m = NULL;

    assert_int_equal(machine_new(&m, &config, NULL), 0);
    assert_int_equal(machine_hash(m), hash_after(nothing));
    m->kbs.vmx.vusl = 0400;
    assert_int_not_equal(machine_hash(m), hash_after(nothing));
    machine_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_differ),
        cmocka_unit_test(the_rest_is_not_in_it),
        cmocka_unit_test(an_option_at_rest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
