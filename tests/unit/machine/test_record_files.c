/* test_record_files.c - recordings as files: they repeat the run elsewhere, or are refused. */
#include <errno.h>
#include <stdlib.h>

#include "record_rig.h"

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
    config = (struct machine_config){.options.kbs11a = true};
    assert_int_equal(machine_new(&m, &config, NULL), 0);
    refused(m, -EINVAL, "without --option kbs11a");
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

/* A recording without a check in it: it has not run yet. */
static void a_recording_that_has_not_run(void **state)
{
    struct machine *m = busy_new();
    struct err err = {0};
    u64 hash;

    remove("rec");
    machine_run(m, 1000, EVENT_NEVER);
    hash = machine_hash(m);
    ok(record_begin(m, NULL, &err), &err);
    ok(record_save(m, "rec", &err), &err);
    record_end(m);
    machine_run(m, 2000, EVENT_NEVER);
    ok(record_load(m, "rec", &err), &err);
    ok(record_present(m, &err), &err);
    assert_true(machine_hash(m) == hash);
    go_to(m, 1000);
    assert_true(machine_hash(m) == hash);
    machine_run(m, 5000, EVENT_NEVER);
    go_to(m, 3000);
    go_to(m, 1000);
    assert_true(machine_hash(m) == hash);
    machine_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_replays_elsewhere),
        cmocka_unit_test(a_recording_that_has_not_run),
        cmocka_unit_test(files_that_are_refused),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
