/* test_snapshot.c - a state that is put back goes on as the one that it was taken from. */
#include "machine/snapshot.h"

#include <errno.h>
#include <stdlib.h>

#include "dev/image.h"
#include "dev/undo.h"

#include "busy.h"

static char dir[32];

static int begin(void **state)
{
    files_begin(dir);
    return 0;
}

static int end(void **state)
{
    static const char *const names[] = {"disk", "tape", "tape2", NULL};
    files_end(dir, names);
    return 0;
}

/* The places at which snapshots are taken: in the middle of everything. */
static const u64 places[] = {0, 1, 777, 20000, 100003, 123456, 500000};

static void run_to(struct machine *m, u64 icount)
{
    assert_int_equal(machine_run(m, icount, EVENT_NEVER), STOP_LIMIT);
}

static u64 disk_hash(struct machine *m)
{
    u64 hash;

    assert_int_equal(image_hash(m->rk.drives[0].image, NULL, &hash, NULL), 0);
    return hash;
}

static void goes_on_alike(void **state)
{
    struct machine *m = busy_new();
    struct image *image = m->rk.drives[0].image;
    struct snapshot snap = {0};

    assert_int_equal(image_journal(image, NULL), 0);
    for (unsigned i = 0; i < ARRAY_LEN(places); i++) {
        u64 here, hash, disk, mark;

        run_to(m, places[i]);
        assert_int_equal(machine_type(m, "hello, how are you?\r", 20, NULL), 0);
        here = machine_hash(m);
        mark = undo_mark(image_undo_list(image));
        assert_int_equal(snapshot_take(&snap, m, NULL), 0);
        run_to(m, places[i] + 300000);
        hash = machine_hash(m);
        disk = disk_hash(m);
        assert_int_equal(snapshot_put(m, snap.bytes, snap.size, NULL), 0);
        assert_int_equal(image_undo(image, mark, NULL), 0);
        assert_true(machine_hash(m) == here);
        run_to(m, places[i] + 300000);
        assert_true(machine_hash(m) == hash);
        assert_true(disk_hash(m) == disk);
        assert_int_equal(snapshot_put(m, snap.bytes, snap.size, NULL), 0);
        assert_int_equal(image_undo(image, mark, NULL), 0);
    }
    assert_true(m->bus.events.first != NULL);
    snapshot_free(&snap);
    machine_free(m);
}

/* The program does what busy.h says; else the tests would prove little. */
static void the_program_is_busy(void **state)
{
    struct machine *m = busy_new();
    u8 text[5] = "";

    machine_type(m, "abcd", 4, NULL);
    run_to(m, 1000000);
    assert_in_range(ram_get(&m->ram, busy_label("TICKS")), 50, 60);
    assert_true(m->line.sent > 800);
    assert_true(m->punch.tape.position > 20);
    for (unsigned i = 0; i < 4; i++)
        text[i] = m->ram.base[busy_label("INBUF") + i];
    assert_string_equal((char *)text, "abcd");
    assert_true(disk_hash(m) != 0 && m->skipped > 1000);
    assert_int_equal(m->rk.rker, 0);
    machine_free(m);
}

/* Into another machine of the same build: the bytes are all there is. */
static void into_another_machine(void **state)
{
    struct machine *m = busy_new(), *other = rig_machine(0);
    struct snapshot snap = {0}, again = {0};
    const struct attach how = {.path = "disk", .read_only = true};
    struct err err = {0}, no_tape = {0};
    u64 hash;

    run_to(m, 250000);
    machine_type(m, "typed ahead\r", 12, NULL);
    assert_int_equal(snapshot_take(&snap, m, NULL), 0);
    hash = machine_hash(m);
    assert_int_equal(machine_detach(m, "rk0", NULL), 0);
    assert_int_equal(machine_attach(other, "rk0", &how, NULL), 0);
    assert_int_equal(snapshot_put(other, snap.bytes, snap.size, &err), -EINVAL); /* locked */
    assert_non_null(strstr(err.text, "write-protected"));
    assert_int_equal(image_scratch(other->rk.drives[0].image, NULL), 0);
    assert_int_equal(snapshot_put(other, snap.bytes, snap.size, &no_tape), -EINVAL);
    assert_non_null(strstr(no_tape.text, "pp: a file"));
    file_make("tape2", "", 0);
    busy_attach(other, "pp", "tape2");
    assert_int_equal(snapshot_put(other, snap.bytes, snap.size, NULL), 0);
    assert_true(machine_hash(other) == hash);
    assert_int_equal(snapshot_take(&again, other, NULL), 0);
    assert_int_equal(snap.size, again.size);
    assert_memory_equal(snap.bytes, again.bytes, snap.size);
    run_to(other, 600000);
    snapshot_free(&snap);
    snapshot_free(&again);
    machine_free(m);
    machine_free(other);
}

static void refuses(void **state)
{
    struct machine *m = busy_new(), *small = rig_machine(8192);
    struct snapshot snap = {0};
    struct err err = {0};

    run_to(m, 1000);
    assert_int_equal(snapshot_take(&snap, m, NULL), 0);
    assert_int_equal(snapshot_put(small, snap.bytes, snap.size, &err), -EINVAL);
    assert_int_equal(snapshot_put(m, snap.bytes, snap.size - 1, &err), -EINVAL);
    assert_int_equal(snapshot_put(m, snap.bytes, 0, &err), -EINVAL);
    assert_int_equal(snapshot_put(m, snap.bytes, snap.size, NULL), 0);
    snapshot_free(&snap);
    machine_free(m);
    machine_free(small);
}

/* Whatever the bytes are: it is refused, or the machine runs. */
static void damaged_bytes(void **state)
{
    struct machine *m = busy_new();
    struct snapshot snap = {0};
    size_t head;
    u32 seed = 1;
    unsigned refused = 0;

    run_to(m, 100000);
    assert_int_equal(snapshot_take(&snap, m, NULL), 0);
    head = snap.size - m->ram.size; /* memory may be anything anyhow */
    for (size_t i = 0; i < head; i++) {
        u8 *bytes = malloc(snap.size);

        memcpy(bytes, snap.bytes, snap.size);
        seed = seed * 1103515245u + 12345;
        bytes[i] = (u8)(bytes[i] ^ (1 + (seed >> 16) % 255));
        if (snapshot_put(m, bytes, snap.size, NULL))
            refused++;
        else
            machine_run(m, m->cpu.icount + 3000, machine_time(m) + 5000);
        free(bytes);
    }
    assert_in_range(refused, 50, head / 2);
    snapshot_free(&snap);
    machine_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_program_is_busy),  cmocka_unit_test(goes_on_alike),
        cmocka_unit_test(into_another_machine), cmocka_unit_test(refuses),
        cmocka_unit_test(damaged_bytes),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
