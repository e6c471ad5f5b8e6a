/* test_record.c - time travel: every moment comes back as it was, whatever came from outside. */
#include <errno.h>
#include <stdlib.h>

#include "record_rig.h"

/* A hundred walks in both directions. */
static void walk(bool real, u64 interval)
{
    struct past past;
    struct err err = {0};
    u32 seed = 99;
    u64 last;

    past_make(&past, real, interval);
    last = whole_hash(past.m);
    for (unsigned i = 0; i < 100; i++) {
        unsigned at = random_next(&seed) % SLICES;

        /* In a WAIT some slices end at the same count: the first such moment is gone to. */
        if (at && past.icount[at] == past.icount[at - 1])
            continue;
        go_to(past.m, past.icount[at]);
        if (random_next(&seed) % 2) {
            u64 n = random_next(&seed) % 30000;
            enum stop stop = machine_run(past.m, past.m->cpu.icount + n, EVENT_NEVER);
            assert_true(stop == STOP_LIMIT || stop == STOP_PRESENT);
            go_to(past.m, past.icount[at]);
        }
        if (past.m->cpu.attention & ATTN_WAIT)
            continue; /* the slice may have ended later in it */
        if (whole_hash(past.m) != past.hash[at])
            fail_msg("walk %u: not the state at slice %u", i, at);
    }
    ok(record_present(past.m, &err), &err);
    assert_true(whole_hash(past.m) == last);
    assert_false(record_past(past.m));
    machine_free(past.m);
}

static void walks_in_virtual_time(void **state)
{
    walk(false, 100000);
}

static void walks_in_real_time(void **state)
{
    walk(true, 50000);
}

static void walks_with_many_checkpoints(void **state)
{
    walk(false, 1000);
}

/* What was printed and punched is not printed and punched again. */
static void output_comes_once(void **state)
{
    struct machine *m = busy_new();
    struct heard heard = {.count = 0};
    struct err err = {0};
    u64 punched, said;

    m->line.sink = hear;
    m->line.sink_ctx = &heard;
    ok(record_begin(m, NULL, &err), &err);
    machine_run(m, 300000, EVENT_NEVER);
    machine_flush(m, NULL);
    said = heard.count;
    punched = m->punch.tape.position;
    go_to(m, 100000);
    assert_true(m->punch.tape.position < punched);
    machine_run(m, 200000, EVENT_NEVER);
    go_to(m, 150000);
    assert_int_equal(heard.count, said);
    assert_int_equal(machine_run(m, EVENT_NEVER, EVENT_NEVER), STOP_PRESENT);
    assert_int_equal(m->punch.tape.position, punched);
    assert_int_equal(heard.count, said);
    machine_run(m, 600000, EVENT_NEVER);
    assert_true(heard.count > said);
    assert_int_equal(heard.count, m->line.sent);
    for (size_t i = 0; i < heard.count; i++)
        assert_int_equal(heard.text[i], "the quick brown fox \r\n"[i % 22]);
    machine_flush(m, NULL);
    file_check_size("tape", m->punch.tape.position);
    machine_free(m);
}

/* Something else is typed in the past: the old future is gone, also from the paper. */
static void a_new_future(void **state)
{
    struct machine *m = busy_new();
    struct err err = {0};
    struct record_info info;
    u64 hash;

    ok(record_begin(m, NULL, &err), &err);
    machine_run(m, 100000, EVENT_NEVER);
    machine_type(m, "a", 1, &err);
    machine_run(m, 900000, EVENT_NEVER);
    assert_int_equal(m->ram.base[busy_label("INBUF")], 'a');
    go_to(m, 90000);
    machine_tick(m); /* nobody waits for it in the past */
    assert_true(record_past(m));
    machine_type(m, "b", 1, &err);
    assert_false(record_past(m));
    machine_run(m, 500000, EVENT_NEVER);
    assert_int_equal(m->ram.base[busy_label("INBUF")], 'b');
    assert_int_equal(m->ram.base[busy_label("INBUF") + 1], 0);
    machine_flush(m, NULL);
    file_check_size("tape", m->punch.tape.position);
    hash = whole_hash(m);
    record_describe(m, &info);
    assert_int_equal(info.inputs, 1);
    go_to(m, 0);
    go_to(m, 500000);
    assert_true(whole_hash(m) == hash);
    machine_free(m);
}

/* A change by hand is repeated where it was made, of whatever it was. */
static void changes_by_hand(void **state)
{
    struct machine *m = busy_new();
    struct err err = {0};
    u64 hash, before;

    ok(record_begin(m, NULL, &err), &err);
    machine_run(m, 50000, EVENT_NEVER);
    before = whole_hash(m);
    ok(record_look(m, &err), &err);
    memset(m->ram.base + 0100000, 0252, 010000);
    m->cpu.mmu.par[MODE_U][SPACE_D][3] = 01234;
    feed_put(&m->feed, "another size", 12);
    cpu_set_ps(&m->cpu, (u16)(cpu_ps(&m->cpu) ^ PS_PREV));
    machine_run(m, 100000, EVENT_NEVER);
    machine_start(m, 01000);
    machine_run(m, 150000, EVENT_NEVER);
    hash = whole_hash(m);
    go_to(m, 50000);
    assert_true(whole_hash(m) == before);
    ok(record_look(m, &err), &err); /* looked, and nothing changed */
    assert_int_equal(machine_run(m, EVENT_NEVER, EVENT_NEVER), STOP_PRESENT);
    assert_true(whole_hash(m) == hash);
    go_to(m, 60000);
    ok(record_look(m, &err), &err);
    m->cpu.r[R3]++;
    machine_run(m, 60001, EVENT_NEVER);
    assert_false(record_past(m));
    machine_free(m);
}

static bool any_stop(void *ctx, enum stop stop)
{
    ++*(unsigned *)ctx;
    return true;
}

static void search(struct machine *m, struct record_at *found, unsigned *stops)
{
    struct err err = {0};
    struct record_at now = record_now(m);
    int rc = record_search(m, any_stop, stops, found, &err);

    ok(rc, &err);
    ok(record_return(m, rc ? found : &now, &err), &err);
}

/* Back over writes, one by one, to the beginning. */
static void search_writes(void **state)
{
    struct machine *m = busy_new();
    u16 ticks = busy_label("TICKS");
    struct debug_point point = {
        .kind = DEBUG_PHYSICAL, .access = DEBUG_WRITE, .first = ticks, .last = ticks};
    struct cpu_debug debug = {0};
    const struct record_options opt = {.interval = 70000};
    struct err err = {0};
    unsigned stops = 0;
    u64 last;

    ok(record_begin(m, &opt, &err), &err);
    machine_run(m, 400000, EVENT_NEVER);
    last = whole_hash(m);
    debug_add(&debug, &point);
    machine_debug(m, &debug);
    for (u16 n = ram_get(&m->ram, ticks); n-- > 0;) {
        struct record_at found;

        search(m, &found, &stops);
        assert_int_equal(ram_get(&m->ram, ticks), n); /* before the write */
        assert_int_equal(m->cpu.r[PC], busy_label("CLK"));
        assert_int_equal(machine_run(m, EVENT_NEVER, EVENT_NEVER), STOP_WATCH);
        assert_int_equal(ram_get(&m->ram, ticks), n + 1);
        assert_int_equal(point.at.after, n + 1);
        ok(record_return(m, &found, &err), &err);
    }
    assert_int_equal(record_search(m, any_stop, &stops, &(struct record_at){0}, &err), 0);
    machine_debug(m, NULL);
    ok(record_present(m, &err), &err);
    assert_true(whole_hash(m) == last);
    machine_free(m);
}

/* Back to breakpoints: the handler's first instruction, which interrupts lead to. */
static void search_breaks(void **state)
{
    struct machine *m = busy_new();
    struct debug_point point = {.kind = DEBUG_VIRTUAL,
                                .access = DEBUG_EXEC,
                                .modes = 017,
                                .spaces = 3,
                                .first = busy_label("RX"),
                                .last = busy_label("RX")};
    struct cpu_debug debug = {0};
    struct err err = {0};
    unsigned stops = 0;

    ok(record_begin(m, NULL, &err), &err);
    for (unsigned i = 0; i < 5; i++) {
        machine_run(m, 30000 * (i + 1), EVENT_NEVER);
        machine_type(m, "x", 1, &err);
    }
    machine_run(m, 300000, EVENT_NEVER);
    debug_add(&debug, &point);
    machine_debug(m, &debug);
    for (u16 n = 5; n-- > 0;) {
        struct record_at found;

        search(m, &found, &stops);
        assert_int_equal(m->cpu.r[PC], busy_label("RX"));
        assert_int_equal(ram_get(&m->ram, busy_label("RXP")), n);
        assert_int_equal(found.flows, 1); /* in the middle of an interrupt */
        assert_true(found.time == machine_time(m));
    }
    assert_int_equal(stops, 5 + 4 + 3 + 2 + 1);
    machine_free(m);
}

/* Input at a moment between two vectors comes there again. */
static void input_between_vectors(void **state)
{
    struct machine *m = busy_new();
    u16 clk = busy_label("CLK");
    struct debug_point point = {.kind = DEBUG_VIRTUAL,
                                .access = DEBUG_EXEC,
                                .modes = 017,
                                .spaces = 3,
                                .first = clk,
                                .last = clk};
    struct cpu_debug debug = {0};
    struct err err = {0};
    u64 hash;

    ok(record_begin(m, NULL, &err), &err);
    debug_add(&debug, &point);
    machine_debug(m, &debug);
    assert_int_equal(machine_run(m, EVENT_NEVER, EVENT_NEVER), STOP_BREAK);
    assert_int_equal(debug_flows(&m->cpu), 1);
    ok(record_look(m, &err), &err);
    m->cpu.r[SP] = 0700; /* another stack from here on */
    ram_put(&m->ram, 0700, busy_label("LOOP"));
    ram_put(&m->ram, 0702, 0);
    machine_debug(m, NULL);
    machine_run(m, 100000, EVENT_NEVER);
    hash = whole_hash(m);
    go_to(m, 10);
    go_to(m, 100000);
    assert_true(whole_hash(m) == hash);
    go_to(m, 10);
    machine_debug(m, &debug); /* with the debugger's own points set, too */
    point.first = point.last = busy_label("RX");
    assert_int_equal(machine_run(m, 100000, EVENT_NEVER), STOP_PRESENT);
    assert_true(whole_hash(m) == hash);
    machine_free(m);
}

static bool three_times(void *ctx, u64 done, u64 total)
{
    unsigned *left = ctx;

    assert_true(done <= total);
    return (*left)-- > 0;
}

/* Who is asked on the way may end the journey: the machine is in the past then, and all is well. */
static void journeys_end_early(void **state)
{
    const struct record_options opt = {.interval = 1000};
    struct machine *m = busy_new();
    struct cpu_debug debug = {0};
    struct record_at found;
    struct err err = {0};
    unsigned left = 3;
    u64 hash;

    ok(record_begin(m, &opt, &err), &err);
    machine_run(m, 50000, EVENT_NEVER);
    hash = whole_hash(m);
    go_to(m, 0);
    record_ask(m, three_times, &left);
    assert_int_equal(record_present(m, &err), -EINTR);
    assert_true(record_past(m) && m->cpu.icount > 0);
    left = 3;
    machine_debug(m, &debug);
    assert_int_equal(record_goto(m, 49000, &err), -EINTR);
    record_ask(m, NULL, NULL);
    ok(record_present(m, &err), &err);
    left = 3;
    record_ask(m, three_times, &left);
    assert_int_equal(record_search(m, NULL, NULL, &found, &err), -EINTR);
    assert_true(strstr(err.text, "interrupted in the past") != NULL);
    left = 1000000;
    ok(record_present(m, &err), &err);
    assert_true(whole_hash(m) == hash);
    machine_free(m);
}

/* However little memory: checkpoints go, or the oldest past; what is left is true. */
static void little_memory(void **state)
{
    const struct record_options opt = {.interval = 5000, .memory = 2000000};
    struct machine *m = busy_new();
    struct err err = {0};
    struct record_info info;
    u64 hash;

    ok(record_begin(m, &opt, &err), &err);
    machine_run(m, 1000000, EVENT_NEVER);
    hash = whole_hash(m);
    record_describe(m, &info);
    assert_in_range(info.checkpoints, 3, 8);
    assert_true(info.memory < 3000000);
    go_to(m, info.first.icount);
    go_to(m, 1000000);
    assert_true(whole_hash(m) == hash);
    machine_free(m);
}

static void bounds_and_barriers(void **state)
{
    struct machine *m = busy_new();
    struct err err = {0};
    struct record_info info;

    machine_run(m, 1000, EVENT_NEVER);
    assert_false(record_active(m));
    ok(record_begin(m, NULL, &err), &err);
    assert_true(record_active(m));
    assert_int_equal(record_begin(m, NULL, &err), -EBUSY);
    machine_run(m, 50000, EVENT_NEVER);
    err = (struct err){0};
    assert_int_equal(record_goto(m, 999, &err), -ERANGE);
    assert_non_null(strstr(err.text, "1000 to 50000"));
    assert_int_equal(record_goto(m, 50001, NULL), -ERANGE);
    go_to(m, 1000);
    assert_int_equal(machine_detach(m, "pp", NULL), 0); /* a new recording */
    record_describe(m, &info);
    assert_int_equal(info.first.icount, 1000);
    assert_int_equal(info.end.icount, 1000);
    assert_false(info.past);
    machine_run(m, 20000, EVENT_NEVER);
    go_to(m, 5000);
    record_end(m);
    assert_false(record_active(m));
    record_end(m);
    machine_run(m, 30000, EVENT_NEVER); /* from where it was */
    assert_int_equal(m->cpu.icount, 30000);
    machine_free(m);
}

/* A disk that somebody writes behind the machine's back: an error, no false past. */
static void tells_that_it_differs(void **state)
{
    const struct record_options opt = {.interval = 10000};
    struct machine *m = busy_new();
    struct err err = {0};
    u8 junk[512];
    FILE *f;

    ok(record_begin(m, &opt, &err), &err);
    machine_run(m, 500000, EVENT_NEVER);
    go_to(m, 0);
    f = fopen("disk", "r+b");
    memset(junk, 0xa5, sizeof junk);
    for (unsigned i = 0; i < 4872; i++)
        fwrite(junk, 1, sizeof junk, f);
    fclose(f);
    assert_int_equal(record_goto(m, 500000, &err), -EIO);
    assert_non_null(strstr(err.text, "did not do again"));
    assert_int_equal(machine_run(m, 500000, EVENT_NEVER), STOP_HOST);
    machine_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(walks_in_virtual_time),
        cmocka_unit_test(walks_in_real_time),
        cmocka_unit_test(walks_with_many_checkpoints),
        cmocka_unit_test(output_comes_once),
        cmocka_unit_test(a_new_future),
        cmocka_unit_test(changes_by_hand),
        cmocka_unit_test(search_writes),
        cmocka_unit_test(search_breaks),
        cmocka_unit_test(input_between_vectors),
        cmocka_unit_test(journeys_end_early),
        cmocka_unit_test(little_memory),
        cmocka_unit_test(bounds_and_barriers),
        cmocka_unit_test(tells_that_it_differs),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
