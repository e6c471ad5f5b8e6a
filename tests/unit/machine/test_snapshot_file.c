/* test_snapshot_file.c - a state in a file: it goes on elsewhere, or it is refused. */
#include <errno.h>
#include <stdlib.h>

#include "base/wholefile.h"
#include "machine/bytes.h"
#include "machine/snapshot.h"

#include "record_rig.h"

#define BOUND (1u << 24)

/* A machine in the middle of everything, and its state in "rec". */
static struct machine *saved(u64 *hash)
{
    struct machine *m = busy_new();
    struct err err = {0};

    remove("rec");
    machine_run(m, 250000, EVENT_NEVER);
    ok(machine_type(m, "typed ahead\r", 12, &err), &err);
    machine_flush(m, NULL);
    ok(snapshot_save(m, "rec", &err), &err);
    *hash = whole_hash(m);
    return m;
}

static void goes_on_elsewhere(void **state)
{
    const struct attach disk = {.path = "after"};
    struct machine *m, *other = rig_machine(0);
    struct err err = {0};
    u64 hash, later;

    m = saved(&hash);
    assert_int_equal(snapshot_save(m, "rec", &err), -EEXIST);
    copy_file("disk", "after");
    machine_run(m, 400000, EVENT_NEVER);
    later = whole_hash(m);
    machine_free(m);
    ok(machine_attach(other, "rk0", &disk, &err), &err);
    file_make("tape2", "", 0);
    busy_attach(other, "pp", "tape2");
    ok(snapshot_load(other, "rec", false, &err), &err);
    assert_true(whole_hash(other) == hash);
    machine_run(other, 400000, EVENT_NEVER);
    assert_true(whole_hash(other) == later);
    machine_free(other);
}

/* Refused, and the machine is as it was. */
static void refused(struct machine *m, int code, const char *text)
{
    struct err err = {0};
    u64 hash = machine_hash(m);

    assert_int_equal(snapshot_load(m, "rec", false, &err), code);
    if (!strstr(err.text, text))
        fail_msg("'%s' is not in: %s", text, err.text);
    assert_true(machine_hash(m) == hash);
    machine_free(m);
}

static void refuses(void **state)
{
    struct machine_config config = {.memory = 65536};
    struct machine *m, *other = NULL;
    struct err err = {0};
    u64 hash;

    m = saved(&hash);
    machine_run(m, 600000, EVENT_NEVER); /* it writes to its disk */
    assert_int_equal(snapshot_load(m, "rec", false, &err), -EINVAL);
    assert_non_null(strstr(err.text, "rec: rk0: disk does not hold what"));
    err = (struct err){0};
    ok(record_begin(m, NULL, &err), &err);
    assert_int_equal(snapshot_load(m, "rec", true, &err), -EBUSY);
    record_end(m);
    ok(snapshot_load(m, "rec", true, &err), &err);
    assert_int_equal(m->cpu.icount, 250000);
    machine_free(m);

    assert_int_equal(machine_new(&other, &config, NULL), 0);
    refused(other, -EINVAL, "the saved machine has 248K of memory, this one 64K");
    config = (struct machine_config){.model = model_find("11/45")};
    assert_int_equal(machine_new(&other, &config, NULL), 0);
    refused(other, -EINVAL, "the saved machine is a 11/50, this one a 11/45");
    refused(rig_machine(0), -ENOENT, "rk0: the saved machine had a disk there");
    file_make("rec", "vm11sta1 and more of it", 23);
    refused(rig_machine(0), -EINVAL, "checksum");
    file_make("rec", "vm11rec1 and more of it", 23);
    refused(rig_machine(0), -ENOEXEC, "rec: not a saved state");
    remove("rec");
    refused(rig_machine(0), -ENOENT, "rec");
}

/* The clock's ticks stay what they are: in real time from outside. */
static void the_clock_is_the_owners(void **state)
{
    struct machine *m;
    struct err err = {0};
    u64 hash;

    m = saved(&hash);
    kw11l_set_external(&m->clock, true);
    ok(snapshot_load(m, "rec", true, &err), &err);
    assert_true(m->clock.external && !event_queued(&m->clock.tick));
    kw11l_set_external(&m->clock, false);
    ok(snapshot_load(m, "rec", true, &err), &err);
    assert_true(!m->clock.external && event_queued(&m->clock.tick));
    machine_free(m);
}

/* Damaged, with a checksum that is right again: refused, or the machine runs. */
static void damaged_files(void **state)
{
    struct machine *m;
    u8 *good, *bytes;
    unsigned bad = 0;
    u32 seed = 7;
    size_t len;
    u64 hash;

    m = saved(&hash);
    assert_int_equal(wholefile_read("rec", BOUND, &good, &len, NULL), 0);
    bytes = malloc(len);
    for (unsigned i = 0; i < 300; i++) {
        size_t cut = i % 3 ? len : 8 + random_next(&seed) % (len - 8), sum;
        struct err err = {0};
        u64 before = machine_hash(m);

        memcpy(bytes, good, cut);
        for (unsigned k = 0; k < 3; k++)
            bytes[8 + random_next(&seed) % 1500 % (cut - 8)] = (u8)random_next(&seed);
        if (i % 2 && cut > 16) {
            sum = bytes_fnv(bytes, cut - 8);
            for (unsigned k = 0; k < 8; k++)
                bytes[cut - 8 + k] = (u8)(sum >> 8 * k);
        }
        if (snapshot_parse(m, "x", bytes, cut, true, &err)) {
            assert_true(strncmp(err.text, "x: ", 3) == 0 && !strchr(err.text, '\n'));
            assert_true(machine_hash(m) == before);
            bad++;
        } else {
            machine_run(m, m->cpu.icount + 1000, machine_time(m) + 1000);
            m->failure = (struct err){0};
            assert_int_equal(snapshot_parse(m, "x", good, len, true, NULL), 0);
        }
    }
    assert_in_range(bad, 100, 299);
    free(good);
    free(bytes);
    machine_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(goes_on_elsewhere),
        cmocka_unit_test(refuses),
        cmocka_unit_test(the_clock_is_the_owners),
        cmocka_unit_test(damaged_files),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
