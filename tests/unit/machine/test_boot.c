/* test_boot.c - the bootstrap in the ROM reads a block and jumps to it. */
#include "machine/boot.h"

#include <errno.h>

#include "rig.h"

static char dir[32];

static int begin(void **state)
{
    files_begin(dir);
    return 0;
}

static int end(void **state)
{
    static const char *const names[] = {"disk", NULL};
    files_end(dir, names);
    return 0;
}

/* Block 0: MOV #1234,R5; HALT; and a mark in its last word. */
static void disk_make(void)
{
    u8 block[1024] = {0};
    const u16 code[] = {012705, 01234, 0};

    rig_words(block, code, 3);
    word_put(block + 510, 0111111);
    word_put(block + 512, 0122222);
    file_make("disk", block, sizeof block);
}

static struct machine *with_disk(const char *unit)
{
    const struct attach how = {.path = "disk", .read_only = true};
    struct machine *m = rig_machine(0);
    struct err err = {0};

    assert_int_equal(machine_attach(m, unit, &how, &err), 0);
    return m;
}

static void check_boot(const char *unit, u16 number)
{
    struct machine *m;
    struct err err = {0};

    disk_make();
    m = with_disk(unit);
    memset(m->ram.base, 0377, 01000);
    ram_put(&m->ram, 01000, 0333);
    assert_int_equal(boot_unit(m, unit, &err), 0);
    assert_int_equal(m->cpu.r[PC], 0173000);
    assert_int_equal(machine_run(m, 1000000, EVENT_NEVER), STOP_HALT);
    assert_int_equal(m->cpu.r[PC], 6);
    assert_int_equal(m->cpu.r[R5], 01234);
    assert_int_equal(m->cpu.r[R0], number);
    assert_int_equal(m->cpu.r[R1], 0177404);
    assert_int_equal(ram_get(&m->ram, 0776), 0111111);
    assert_int_equal(ram_get(&m->ram, 01000), 0333); /* one block, no more */
    machine_free(m);
}

static void first_drive(void **state)
{
    check_boot("rk0", 0);
}

static void other_drives(void **state)
{
    check_boot("rk1", 1);
    check_boot("rk6", 6);
}

/* Errors that do not go away: eight tries, then a halt with the registers for the operator. */
static void gives_up(void **state)
{
    struct machine *m;
    struct err err = {0};

    disk_make();
    m = with_disk("rk2");
    assert_int_equal(boot_unit(m, "rk2", &err), 0);
    assert_int_equal(machine_detach(m, "rk2", &err), 0);
    assert_int_equal(machine_run(m, 1000000, EVENT_NEVER), STOP_HALT);
    assert_in_range(m->cpu.r[PC], 0173000, 0173776);
    assert_int_not_equal(m->cpu.r[R2], 0);
    assert_int_equal(m->cpu.r[R4], 0);
    assert_int_equal(ram_get(&m->ram, 0), 0);
    machine_free(m);
}

static void refused(void **state)
{
    static const u8 zeros[512];
    struct machine *m = rig_machine(0);
    struct err err = {0};

    assert_int_equal(boot_unit(m, "xy0", &err), -ENODEV);
    rig_error(&err, ENODEV, "xy0: no such unit", "rk0 to rk7", NULL);
    err = (struct err){0};
    assert_int_equal(boot_unit(m, "rk8", &err), -ENODEV);
    rig_error(&err, ENODEV, "rk8", NULL);
    err = (struct err){0};
    assert_int_equal(boot_unit(m, "pr", &err), -ENODEV);
    rig_error(&err, ENODEV, "pr: there is no bootstrap", NULL);
    err = (struct err){0};
    assert_int_equal(boot_unit(m, "rk3", &err), -ENOMEDIUM);
    rig_error(&err, ENOMEDIUM, "rk3: nothing is attached", "-d rk3=FILE", NULL);
    machine_free(m);

    file_make("disk", zeros, sizeof zeros);
    m = with_disk("rk0");
    err = (struct err){0};
    assert_int_equal(boot_unit(m, "rk0", &err), -ENOEXEC);
    rig_error(&err, ENOEXEC, "rk0: disk has no boot block", NULL);
    machine_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(first_drive, begin, end),
        cmocka_unit_test_setup_teardown(other_drives, begin, end),
        cmocka_unit_test_setup_teardown(gives_up, begin, end),
        cmocka_unit_test_setup_teardown(refused, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
