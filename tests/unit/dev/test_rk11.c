/* test_rk11.c - RK11-D: registers, status, errors, interrupts, overlapped seeks, cartridges. */
#include "rk11_world.h"

#define NXS 040u
#define NXC 0100u
#define NXD 0200u
#define PGE 04000u
#define WLO 020000u
#define DRE 0100000u

static void test_registers(void **state)
{
    struct world *w = *state;

    assert_int_equal(get(w, RKCS), RDY);
    put(w, RKWC, 0125252);
    put(w, RKBA, 0177777);
    put(w, RKDA, 0052525);
    put(w, RKCS, 0177776 & ~IDE);
    put(w, RKDS, 0177777);
    put(w, RKER, 0177777);
    put(w, RKMR, 0177777);
    put(w, RKDB, 0177777);
    assert_int_equal(get(w, RKWC), 0125252);
    assert_int_equal(get(w, RKBA), 0177777);
    assert_int_equal(get(w, RKDA), 0052525);
    assert_int_equal(get(w, RKCS), 07676);
    assert_int_equal(get(w, RKER), 0);
    assert_int_equal(get(w, RKMR), 0);
    assert_int_equal(get(w, RKDB), 0);
    /* Bytes. */
    assert_true(bus_io_ops.write(&w->bus, RK11_BASE + RKBA + 1, IO_DATOB, 0));
    assert_int_equal(get(w, RKBA), 0377);
    assert_true(bus_io_ops.write(&w->bus, RK11_BASE + RKCS, IO_DATOB, 0));
    assert_int_equal(get(w, RKCS), 07600);
    /* Control Reset and INIT clear all but RDY. */
    put(w, RKCS, FN(RK11_CONTROL_RESET));
    assert_int_equal(get(w, RKCS), RDY);
    assert_int_equal(get(w, RKWC) | get(w, RKBA) | get(w, RKDA), 0);
    put(w, RKWC, 1);
    put(w, RKBA, 2);
    put(w, RKDA, 3);
    put(w, RKCS, SSE);
    bus_reset(&w->bus);
    assert_int_equal(get(w, RKCS), RDY);
    assert_int_equal(get(w, RKWC) | get(w, RKBA) | get(w, RKDA), 0);
}

static void test_status(void **state)
{
    struct world *w = *state;
    unsigned changes = 0, valid = 0;
    u16 last = get(w, RKDS) & 017;

    put(w, RKDA, disk_address(0, 0, 0, 5));
    assert_int_equal(get(w, RKDS) & 0177740 & ~0400u, 04300); /* RK05, DRY, R/W/S RDY */
    for (unsigned i = 0; i < RK05_TURN; i++) {
        u16 status = get(w, RKDS);

        assert_true((status & 017) < RK05_SECTORS);
        assert_int_equal(!!(status & 020), (status & 017) == 5);
        if ((status & 017) != last) {
            assert_int_equal(status & 017, (last + 1) % RK05_SECTORS);
            assert_int_equal(status & 0400, 0); /* changing */
            changes++;
        }
        valid += !!(status & 0400);
        last = status & 017;
        pass(w, 1);
    }
    assert_int_equal(changes, 12);
    assert_in_range(valid, RK05_TURN - 12 * 20, RK05_TURN - 12);
}

/* A drive that was never there, and one without its cartridge. */
static void test_absent(void **state)
{
    struct world *w = *state;

    put(w, RKDA, disk_address(5, 0, 0, 0));
    assert_int_equal(get(w, RKDS), 0);
    assert_int_equal(run(w, FN(RK11_READ), disk_address(5, 0, 0, 0), 1, 0), NXD | DRE);
    assert_int_equal(get(w, RKCS) & (ERR | HE | RDY), ERR | HE | RDY);
    put(w, RKCS, FN(RK11_CONTROL_RESET));
    assert_int_equal(get(w, RKER), 0);
    assert_int_equal(run(w, FN(RK11_SEEK) | FMT, 0177777, 1, 0), NXD | DRE | PGE | NXC | NXS);
    put(w, RKCS, FN(RK11_CONTROL_RESET));
    assert_int_equal(w->rk.dev.ops->detach(&w->rk.dev, 1, NULL), 0);
    assert_int_equal(w->rk.dev.ops->detach(&w->rk.dev, 1, NULL), -ENOENT);
    assert_int_equal(run(w, FN(RK11_DRIVE_RESET), disk_address(1, 0, 0, 0), 1, 0), DRE);
    assert_int_equal(get(w, RKDS), 04000);
}

static void test_start_errors(void **state)
{
    struct world *w = *state;
    static const enum rk11_function addressed[] = {RK11_WRITE, RK11_READ, RK11_WRITE_CHECK,
                                                   RK11_SEEK, RK11_READ_CHECK};
    static const enum rk11_function unformatted[] = {RK11_WRITE_CHECK, RK11_SEEK, RK11_READ_CHECK,
                                                     RK11_DRIVE_RESET, RK11_WRITE_LOCK};

    for (unsigned i = 0; i < 5; i++) {
        assert_int_equal(run(w, FN(addressed[i]), disk_address(0, 0, 0, 014), 1, 0), NXS);
        put(w, RKCS, FN(RK11_CONTROL_RESET));
        assert_int_equal(run(w, FN(addressed[i]), disk_address(0, 0313, 0, 0), 1, 0), NXC);
        put(w, RKCS, FN(RK11_CONTROL_RESET));
        assert_int_equal(run(w, FN(unformatted[i]) | FMT, 0, 1, 0), PGE);
        assert_int_equal(get(w, RKWC), 0177777);
        put(w, RKCS, FN(RK11_CONTROL_RESET));
    }
    /* Nothing moved, and Drive Reset does not look at the address. */
    assert_int_equal(run(w, FN(RK11_DRIVE_RESET), disk_address(0, 0313, 0, 017), 1, 0), 0);
    assert_int_equal(w->rk.cylinder[0], 0);
}

/* A hard error stands in the way of every function until a reset. */
static void test_hard_error_stays(void **state)
{
    struct world *w = *state;

    assert_int_equal(run(w, FN(RK11_READ), disk_address(0, 0, 0, 014), 1, 0), NXS);
    ram_put(&w->ram, 01000, 7);
    assert_int_equal(run(w, FN(RK11_READ) | IDE, 0, 1, 01000), NXS);
    assert_int_equal(interrupt(w), 0220);
    assert_int_equal(get(w, RKWC), 0177777);
    assert_int_equal(memory(w, 01000), 7);
    put(w, RKCS, FN(RK11_CONTROL_RESET));
    assert_int_equal(run(w, FN(RK11_READ), 0, 1, 01000), 0);
    assert_int_equal(memory(w, 01000), 0);
}

static void test_write_lock(void **state)
{
    struct world *w = *state;
    struct attach how = {.path = w->path[1], .read_only = true};

    assert_int_equal(run(w, FN(RK11_WRITE_LOCK), 0, 0, 0), 0);
    assert_int_equal(get(w, RKDS) & 040, 040);
    bus_reset(&w->bus); /* a switch of the drive */
    assert_int_equal(get(w, RKDS) & 040, 040);
    assert_int_equal(run(w, FN(RK11_WRITE), 0, 1, 0), WLO);
    put(w, RKCS, FN(RK11_CONTROL_RESET));
    assert_int_equal(run(w, FN(RK11_WRITE_CHECK), 0, 1, 01000), 0);
    /* A read-only image has the switch on. */
    assert_int_equal(attach(w, 1, &how), -EBUSY);
    assert_int_equal(w->rk.dev.ops->detach(&w->rk.dev, 1, NULL), 0);
    assert_int_equal(attach(w, 1, &how), 0);
    put(w, RKDA, disk_address(1, 0, 0, 0));
    assert_int_equal(get(w, RKDS) & 040, 040);
    assert_int_equal(run(w, FN(RK11_WRITE) | FMT, disk_address(1, 0, 0, 0), 1, 0), WLO);
}

/* Control Reset given as DEC's diagnostic and its monitor do: GO by an INC into a register full of
 * ones, and a few instructions behind a Write Lock that nobody waited for. */
static void test_control_reset(void **state)
{
    struct world *w = *state;

    put(w, RKWC, 0177777);
    put(w, RKBA, 0177777);
    put(w, RKDA, 0177777);
    put(w, RKCS, 07560);
    assert_int_equal(get(w, RKCS), 07760);
    put(w, RKCS, 07761);
    assert_int_equal(get(w, RKCS), RDY);
    assert_int_equal(get(w, RKWC) | get(w, RKBA) | get(w, RKDA) | get(w, RKDB), 0);
    assert_int_equal(interrupt(w), 0);
    put(w, RKCS, FN(RK11_WRITE_LOCK));
    pass(w, 8);
    put(w, RKCS, FN(RK11_CONTROL_RESET));
    assert_int_equal(get(w, RKDS) & 040, 040);
}

/* While a function runs: RDY off, RKDA closed, GO without effect, RKCS open, abort by reset. */
static void test_busy(void **state)
{
    struct world *w = *state;

    fill(w, 01000, 256, 5);
    start(w, FN(RK11_WRITE), disk_address(0, 10, 0, 3), 256, 01000);
    assert_int_equal(get(w, RKDS) & 0300, 0200); /* DRY, but not R/W/S RDY */
    put(w, RKDA, disk_address(1, 0, 0, 0));
    assert_int_equal(get(w, RKDA), disk_address(0, 10, 0, 3));
    put(w, RKCS, FN(RK11_SEEK) | IDE);
    assert_int_equal(get(w, RKCS), FN(RK11_SEEK) - GO + IDE);
    assert_in_range(ready_wait(w), 22000, 22000 + RK05_TURN + SECTOR);
    assert_int_equal(interrupt(w), 0220);
    assert_int_equal(get(w, RKCS) & SCP, 0);
    assert_int_equal(pack_word(w, 0, 10 * 24 + 3, 255), 5 + 255);
    assert_int_equal(get(w, RKDS) & 0100, 0100);
    start(w, FN(RK11_WRITE), disk_address(0, 10, 0, 4), 256, 01000);
    pass(w, 100);
    put(w, RKCS, FN(RK11_CONTROL_RESET));
    assert_int_equal(get(w, RKCS), RDY);
    pass(w, 100000);
    assert_int_equal(pack_word(w, 0, 10 * 24 + 4, 0), 0);
}

static void test_done_interrupt(void **state)
{
    struct world *w = *state;

    assert_int_equal(run(w, FN(RK11_READ), 0, 1, 0), 0);
    assert_int_equal(interrupt(w), 0);
    put(w, RKCS, IDE); /* RDY is on */
    assert_int_equal(interrupt(w), 0220);
    assert_int_equal(interrupt(w), 0);
    put(w, RKCS, IDE | SSE); /* no edge */
    assert_int_equal(interrupt(w), 0);
    run(w, FN(RK11_READ) | IDE, 0, 1, 0);
    put(w, RKCS, 0); /* taken back */
    assert_int_equal(interrupt(w), 0);
    run(w, FN(RK11_WRITE_LOCK) | IDE, 0, 1, 0);
    assert_int_equal(interrupt(w), 0220);
    run(w, FN(RK11_READ) | IDE, 0, 1, 0);
    start(w, FN(RK11_READ) | IDE, 0, 1, 0); /* the old request goes with RDY */
    assert_int_equal(interrupt(w), 0);
    ready_wait(w);
    assert_int_equal(interrupt(w), 0220);
    run(w, FN(RK11_READ) | IDE, 0, 1, 0);
    bus_reset(&w->bus);
    assert_int_equal(interrupt(w), 0);
}

/* One interrupt when the drive has accepted the seek, one when the heads are there. */
static void test_seek(void **state)
{
    struct world *w = *state;

    start(w, FN(RK11_SEEK) | IDE, disk_address(1, 1, 0, 0), 0, 0);
    assert_in_range(ready_wait(w), 1, 50);
    assert_int_equal(interrupt(w), 0220);
    assert_int_equal(get(w, RKCS) & SCP, 0);
    assert_int_equal(get(w, RKDS) & 0100, 0);
    pass(w, 9900);
    assert_int_equal(interrupt(w), 0);
    pass(w, 200); /* 10 ms to the next cylinder */
    assert_int_equal(get(w, RKDS) & 0160100, 0020100);
    assert_int_equal(get(w, RKCS) & SCP, SCP);
    assert_int_equal(interrupt(w), 0220);
    assert_int_equal(get(w, RKCS) & SCP, SCP);
    assert_int_equal(interrupt(w), 0);
    /* The next function takes both away. Drive Reset goes the same way. */
    start(w, FN(RK11_DRIVE_RESET) | IDE, disk_address(1, 77, 1, 3), 0, 0);
    assert_int_equal(get(w, RKCS) & SCP, 0);
    assert_int_equal(get(w, RKDS) & 0160000, 0);
    ready_wait(w);
    assert_int_equal(interrupt(w), 0220);
    pass(w, 10100);
    assert_int_equal(interrupt(w), 0220);
    assert_int_equal(get(w, RKCS) & SCP, SCP);
    assert_int_equal(w->rk.cylinder[1], 0);
}

static void test_seek_times(void **state)
{
    struct world *w = *state;
    static const struct {
        unsigned from, to, least, most;
    } rows[] = {{0, 1, 9900, 10100},
                {1, 68, 48000, 52000},
                {68, 68, 1, 100},
                {68, 2, 48000, 52000},
                {2, 202, 84900, 85200}};

    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        unsigned us = 0;

        run(w, FN(RK11_SEEK), disk_address(0, rows[i].to, 0, 0), 0, 0);
        while (!(get(w, RKDS) & 0100)) {
            pass(w, 1);
            us++;
        }
        assert_in_range(us, rows[i].least, rows[i].most);
    }
}

/* Without IDE a seek ends in silence, and setting IDE later does not find it. */
static void test_seek_unreported(void **state)
{
    struct world *w = *state;

    run(w, FN(RK11_SEEK), disk_address(1, 100, 0, 0), 0, 0);
    pass(w, 100000);
    assert_int_equal(get(w, RKCS) & SCP, 0);
    put(w, RKCS, IDE);
    assert_int_equal(interrupt(w), 0220);
    assert_int_equal(get(w, RKCS) & SCP, 0);
    assert_int_equal(interrupt(w), 0);
    /* Nor does INIT leave anything behind. */
    run(w, FN(RK11_SEEK) | IDE, disk_address(1, 3, 0, 0), 0, 0);
    bus_reset(&w->bus);
    put(w, RKCS, IDE);
    assert_int_equal(interrupt(w), 0220);
    pass(w, 100000);
    assert_int_equal(interrupt(w), 0);
    assert_int_equal(w->rk.cylinder[1], 3);
}

/* Two seeks end while a transfer runs: the transfer is reported first, then each drive once, and
 * the handler of one sees its own drive in RKDS although the next one already asks. */
static void test_overlap(void **state)
{
    struct world *w = *state;
    char path[128];

    snprintf(path, sizeof path, "%s/rk6", w->dir);
    assert_int_equal(attach(w, 6, &(struct attach){.path = path, .create = true}), 0);
    run(w, FN(RK11_SEEK) | IDE, disk_address(6, 2, 0, 0), 0, 0);
    assert_int_equal(interrupt(w), 0220);
    run(w, FN(RK11_SEEK) | IDE, disk_address(1, 3, 0, 0), 0, 0);
    assert_int_equal(interrupt(w), 0220);
    fill(w, 01000, 2, 0100);
    assert_int_equal(run(w, FN(RK11_WRITE) | IDE, disk_address(0, 200, 0, 0), 2, 01000), 0);
    assert_int_equal(get(w, RKDS) & 0160000, 0);
    assert_int_equal(get(w, RKCS) & SCP, 0);
    assert_int_equal(interrupt(w), 0220);
    assert_int_equal(get(w, RKCS) & SCP, 0);
    assert_int_equal(interrupt(w), 0220);
    assert_int_equal(get(w, RKCS) & SCP, SCP);
    assert_int_equal(get(w, RKDS) >> 13, 1);
    pass(w, 1000);
    assert_int_equal(get(w, RKDS) >> 13, 1);
    assert_int_equal(interrupt(w), 0220);
    assert_int_equal(get(w, RKDS) >> 13, 6);
    assert_int_equal(interrupt(w), 0);
    unlink(path);
}

/* A found seek that was not granted when the next function starts is found again after it. */
static void test_seek_found_again(void **state)
{
    struct world *w = *state;

    run(w, FN(RK11_SEEK) | IDE, disk_address(1, 9, 0, 0), 0, 0);
    assert_int_equal(interrupt(w), 0220);
    pass(w, 50000);
    assert_int_equal(get(w, RKCS) & SCP, SCP);
    start(w, FN(RK11_READ) | IDE, disk_address(0, 0, 0, 0), 1, 0);
    assert_int_equal(interrupt(w), 0);
    ready_wait(w);
    assert_int_equal(interrupt(w), 0220);
    assert_int_equal(get(w, RKCS) & SCP, 0);
    assert_int_equal(interrupt(w), 0220);
    assert_int_equal(get(w, RKDS) >> 13, 1);
    assert_int_equal(get(w, RKCS) & SCP, SCP);
}

/* A transfer for a drive with moving heads waits for them; the seek's end is then no news. */
static void test_transfer_waits(void **state)
{
    struct world *w = *state;

    run(w, FN(RK11_SEEK) | IDE, disk_address(0, 200, 0, 0), 0, 0);
    assert_int_equal(interrupt(w), 0220);
    start(w, FN(RK11_READ) | IDE, disk_address(0, 200, 0, 0), 1, 01000);
    assert_in_range(ready_wait(w), 85000, 85200 + RK05_TURN + SECTOR);
    assert_int_equal(interrupt(w), 0220);
    assert_int_equal(get(w, RKCS) & SCP, 0);
    pass(w, 100000);
    assert_int_equal(interrupt(w), 0);
}

/* The cartridge goes in the middle of a transfer and of a seek. */
static void test_detach_busy(void **state)
{
    struct world *w = *state;

    start(w, FN(RK11_READ) | IDE, disk_address(1, 50, 0, 0), 256, 01000);
    pass(w, 1000);
    assert_int_equal(w->rk.dev.ops->detach(&w->rk.dev, 1, NULL), 0);
    assert_int_equal(get(w, RKER), DRE);
    assert_int_equal(interrupt(w), 0220);
    pass(w, 200000);
    assert_int_equal(get(w, RKWC), 0177400);
    put(w, RKCS, FN(RK11_CONTROL_RESET));
    run(w, FN(RK11_SEEK) | IDE, disk_address(0, 50, 0, 0), 0, 0);
    assert_int_equal(interrupt(w), 0220);
    assert_int_equal(w->rk.dev.ops->detach(&w->rk.dev, 0, NULL), 0);
    pass(w, 200000);
    assert_int_equal(interrupt(w), 0);
    assert_int_equal(w->rk.dev.ops->flush(&w->rk.dev, NULL), 0);
}

/* The table describes every field once, within the structure. */
static void test_field_table(void **state)
{
    struct world *w = *state;
    const struct device_ops *ops = w->rk.dev.ops;
    u8 seen[sizeof(struct rk11)] = {0};

    for (unsigned i = 0; i < ops->reg_count; i++) {
        const struct reg_info *reg = &ops->regs[i];

        assert_in_range(reg->at, sizeof(struct device),
                        sizeof(struct rk11) - (size_t)reg->size * reg->count);
        for (unsigned b = 0; b < (unsigned)reg->size * reg->count; b++)
            assert_int_equal(seen[reg->at + b]++, 0);
    }
    assert_ptr_equal(bus_find(&w->bus, "rk7", &(unsigned){0}), &w->rk);
    assert_string_equal(ops->regs[2].name, "RKCS");
    assert_int_equal(ops->regs[2].offset, RKCS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_registers),        TEST(test_status),
        TEST(test_absent),           TEST(test_start_errors),
        TEST(test_hard_error_stays), TEST(test_write_lock),
        TEST(test_control_reset),    TEST(test_busy),
        TEST(test_done_interrupt),   TEST(test_seek),
        TEST(test_seek_times),       TEST(test_seek_unreported),
        TEST(test_overlap),          TEST(test_seek_found_again),
        TEST(test_transfer_waits),   TEST(test_detach_busy),
        TEST(test_field_table),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
