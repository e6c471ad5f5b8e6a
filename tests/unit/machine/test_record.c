/* test_record.c - time travel: every moment comes back as it was, whatever came from outside. */
#include "machine/record.h"

#include <errno.h>
#include <stdlib.h>

#include "dev/image.h"

#include "busy.h"

static char dir[32];

static int begin(void **state)
{
    files_begin(dir);
    return 0;
}

static int end(void **state)
{
    static const char *const names[] = {"disk",   "tape",  "tape2",  "rec",
                                        "before", "after", "middle", NULL};
    files_end(dir, names);
    return 0;
}

struct heard {
    char text[60000];
    size_t count;
};

static void hear(void *ctx, u8 ch)
{
    struct heard *heard = ctx;

    assert_true(heard->count < sizeof heard->text);
    heard->text[heard->count++] = (char)ch;
}

static void ok(int rc, const struct err *err)
{
    if (rc < 0)
        fail_msg("%s", err->text);
}

static void go_to(struct machine *m, u64 icount)
{
    struct err err = {0};

    ok(record_goto(m, icount, &err), &err);
    assert_true(m->cpu.icount == icount);
}

/* All of a state, the disk too. */
static u64 whole_hash(struct machine *m)
{
    u64 disk;

    assert_int_equal(image_hash(m->rk.drives[0].image, NULL, &disk, NULL), 0);
    return machine_hash(m) ^ disk * 3;
}

static u32 random_next(u32 *seed)
{
    *seed = *seed * 1103515245u + 12345;
    return *seed >> 8 & 0xffffff;
}

#define SLICES 100u

/* A run of which all slices end at a known state; things come from outside on the way. */
struct past {
    struct machine *m;
    u64 icount[SLICES], hash[SLICES];
};

static void past_make(struct past *past, bool real, u64 interval)
{
    const struct record_options opt = {.interval = interval};
    struct machine *m = busy_new();
    struct err err = {0};
    u32 seed = 5;

    past->m = m;
    if (real)
        kw11l_set_external(&m->clock, true);
    ok(record_begin(m, &opt, &err), &err);
    for (unsigned i = 0; i < SLICES; i++) {
        static const char text[] = "it was a dark and stormy night; the rain fell in torrents,\r"
                                   "except at occasional intervals\rwhen it was checked\r";

        if (i % 7 == 3)
            ok(machine_type(m, text, 1 + random_next(&seed) % (sizeof text - 1), &err), &err);
        if (i % 11 == 5) {
            ok(record_look(m, &err), &err);
            ram_put(&m->ram, 014000 + 2 * i, (u16)i);
            m->cpu.r[R3] = (u16)i;
        }
        if (real) {
            for (unsigned k = random_next(&seed) % 3; k; k--)
                machine_tick(m);
            machine_run(m, m->cpu.icount + 1 + random_next(&seed) % 20000, EVENT_NEVER);
        } else {
            machine_run(m, EVENT_NEVER, machine_time(m) + 1 + random_next(&seed) % 20000);
        }
        past->icount[i] = m->cpu.icount;
        past->hash[i] = whole_hash(m);
    }
}

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

static void copy_file(const char *from, const char *to)
{
    FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
    int ch;

    assert_true(in && out);
    while ((ch = getc(in)) != EOF)
        putc(ch, out);
    fclose(in);
    fclose(out);
}

struct moment {
    u64 icount, hash;
};

/* A recording of a run, in "rec"; the state at its end, and in the middle. */
static void record_a_run(bool real, struct moment *middle, u64 *hash)
{
    struct past past;
    struct err err = {0};

    remove("rec");
    past_make(&past, real, 50000);
    copy_file("disk", "after");
    *hash = machine_hash(past.m);
    go_to(past.m, past.icount[60]);
    *middle = (struct moment){past.m->cpu.icount, machine_hash(past.m)};
    ok(record_save(past.m, "rec", &err), &err);
    assert_int_equal(record_save(past.m, "rec", &err), -EEXIST);
    machine_free(past.m);
}

/* Another machine, with the disk as it was or as it has become. */
static struct machine *another(const char *disk, bool read_only, bool real)
{
    const struct attach how = {.path = disk, .read_only = read_only};
    struct machine *m = rig_machine(0);
    struct err err = {0};

    ok(machine_attach(m, "rk0", &how, &err), &err);
    file_make("tape2", "", 0);
    busy_attach(m, "pp", "tape2");
    if (real)
        kw11l_set_external(&m->clock, true);
    return m;
}

static void replay(const char *disk, bool read_only, bool real, const struct moment *middle,
                   u64 hash)
{
    struct machine *m = another(disk, read_only, real);
    struct heard heard = {.count = 0};
    struct record_info info;
    struct err err = {0};
    u64 sent;

    m->line.sink = hear;
    m->line.sink_ctx = &heard;
    ok(record_load(m, "rec", &err), &err);
    assert_int_equal(record_load(m, "rec", NULL), -EBUSY);
    record_describe(m, &info);
    assert_true(info.past);
    sent = m->line.sent;
    while (record_past(m))
        machine_run(m, EVENT_NEVER, EVENT_NEVER);
    assert_true(machine_hash(m) == hash);
    assert_int_equal(heard.count, m->line.sent - sent); /* heard for the first time */
    machine_flush(m, NULL);
    file_check_size("tape2", m->punch.tape.position);
    ok(record_goto(m, info.first.icount, &err), &err);
    ok(record_present(m, &err), &err);
    assert_true(machine_hash(m) == hash);
    for (u64 at = info.first.icount; at < info.end.icount; at += 7777)
        go_to(m, at);
    go_to(m, middle->icount);
    assert_true(machine_hash(m) == middle->hash);
    machine_free(m);
}

static void a_file_replays_elsewhere(void **state)
{
    for (unsigned real = 0; real < 2; real++) {
        struct moment middle;
        u64 hash;

        record_a_run(real, &middle, &hash);
        copy_file("disk", "middle");
        file_make("before", "", 0);
        replay("before", false, real, &middle, hash);
        replay("before", true, real, &middle, hash); /* it was only read */
        replay("after", false, real, &middle, hash);
        replay("middle", true, !real, &middle, hash); /* the clock is the recording's */
    }
}

static void refused(struct machine *m, int code, const char *text)
{
    struct err err = {0};
    u64 hash = machine_hash(m);

    assert_int_equal(record_load(m, "rec", &err), code);
    if (!strstr(err.text, text))
        fail_msg("'%s' is not in: %s", text, err.text);
    assert_false(record_active(m));
    assert_true(machine_hash(m) == hash);
    machine_free(m);
}

static void files_that_are_refused(void **state)
{
    struct machine_config config = {.memory = 65536};
    struct machine *m = NULL;
    struct moment middle;
    u64 hash;

    record_a_run(false, &middle, &hash);
    assert_int_equal(machine_new(&m, &config, NULL), 0);
    refused(m, -EINVAL, "248K of memory, this one 64K");
    config = (struct machine_config){.fast_io = true};
    assert_int_equal(machine_new(&m, &config, NULL), 0);
    refused(m, -EINVAL, "without --fast-io");
    config = (struct machine_config){.model = model_find("11/45")};
    assert_int_equal(machine_new(&m, &config, NULL), 0);
    refused(m, -EINVAL, "a 11/50, this one a 11/45");
    refused(rig_machine(0), -ENOENT, "rk0: the recorded machine had a disk");
    file_make("before", "something else", 14);
    refused(another("before", false, false), -EINVAL, "not the disk that was recorded");
    file_make("before", "", 0);
    m = another("before", false, false);
    assert_int_equal(machine_detach(m, "pp", NULL), 0);
    refused(m, -EINVAL, "pp: a file was attached");
    file_make("rec", "vm11rec1 and more of it", 23);
    refused(rig_machine(0), -EINVAL, "checksum");
    file_make("rec", "vm11rec1", 8);
    refused(rig_machine(0), -ENOEXEC, "not a recording");
    file_make("rec", "something", 9);
    refused(rig_machine(0), -ENOEXEC, "not a recording");
    remove("rec");
    refused(rig_machine(0), -ENOENT, "rec");
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
        cmocka_unit_test(a_file_replays_elsewhere),
        cmocka_unit_test(files_that_are_refused),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
