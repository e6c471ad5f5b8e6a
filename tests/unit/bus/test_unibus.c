/* test_unibus.c - addresses, cycles, NPR transfers, interrupt requests, grants and INIT. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "bus/unibus.h"

/* A device that remembers what the bus did to it. */
struct probe {
    struct device dev;
    u16 word;
    unsigned offset;
    u16 mask;
    enum io_cycle cycle;
    unsigned resets, acks, finis;
};

struct world {
    struct bus bus;
    u8 memory[0100000];
    struct ram ram;
    struct probe near, far;
    unsigned levels, changes;
    struct err failed;
};

static u16 probe_read(struct device *dev, unsigned offset, enum io_cycle cycle)
{
    struct probe *p = (struct probe *)dev;

    p->offset = offset;
    p->cycle = cycle;
    return p->word;
}

static void probe_write(struct device *dev, unsigned offset, u16 value, u16 mask)
{
    struct probe *p = (struct probe *)dev;

    p->offset = offset;
    p->mask = mask;
    p->word = (u16)((p->word & ~mask) | (value & mask));
}

static void probe_reset(struct device *dev)
{
    ((struct probe *)dev)->resets++;
}

static void probe_ack(struct device *dev, unsigned line)
{
    ((struct probe *)dev)->acks += line + 1;
}

static void probe_fini(struct device *dev)
{
    ((struct probe *)dev)->finis++;
}

static const struct device_ops near_ops = {
    .name = "near",
    .words = 2,
    .units = 4,
    .read = probe_read,
    .write = probe_write,
    .reset = probe_reset,
    .ack = probe_ack,
    .fini = probe_fini,
};

static const struct device_ops far_ops = {
    .name = "far",
    .words = 1,
    .read = probe_read,
    .write = probe_write,
    .reset = probe_reset,
};

static void requests(void *ctx, unsigned levels)
{
    struct world *w = ctx;

    w->levels = levels;
    w->changes++;
}

static void failed(void *ctx, const struct err *err)
{
    ((struct world *)ctx)->failed = *err;
}

static int setup(void **state)
{
    static struct world world;
    struct world *w = &world;

    memset(w, 0, sizeof *w);
    w->ram = (struct ram){.base = w->memory, .size = sizeof w->memory};
    bus_init(&w->bus, &w->ram, NULL);
    w->bus.host = (struct bus_host){.requests = requests, .failed = failed, .ctx = w};
    w->near.dev.ops = &near_ops;
    w->near.dev.lines[0] = (struct irq_line){.level = 5, .vector = 0220};
    w->near.dev.lines[1] = (struct irq_line){.level = 5, .vector = 0224};
    w->far.dev.ops = &far_ops;
    w->far.dev.lines[0] = (struct irq_line){.level = 5, .vector = 0300};
    w->far.dev.lines[1] = (struct irq_line){.level = 6, .vector = 0304};
    assert_int_equal(bus_add(&w->bus, &w->near.dev, 0777400, NULL), 0);
    assert_int_equal(bus_add(&w->bus, &w->far.dev, 0777776, NULL), 0);
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    struct world *w = *state;

    bus_fini(&w->bus);
    return 0;
}

static void test_cycles(void **state)
{
    struct world *w = *state;
    struct probe *p = &w->near;
    u16 value = 0;

    p->word = 012345;
    assert_true(bus_io_ops.read(&w->bus, 0777402, IO_DATIP, &value));
    assert_int_equal(value, 012345);
    assert_int_equal(p->offset, 2);
    assert_int_equal(p->cycle, IO_DATIP);
    assert_true(bus_io_ops.write(&w->bus, 0777400, IO_DATO, 0177001));
    assert_int_equal(p->word, 0177001);
    assert_int_equal(p->mask, 0177777);
    assert_true(bus_io_ops.write(&w->bus, 0777401, IO_DATOB, 0252));
    assert_int_equal(p->word, 0125001);
    assert_int_equal(p->mask, 0177400);
    assert_int_equal(p->offset, 0);
    assert_true(bus_io_ops.write(&w->bus, 0777402, IO_DATOB, 0177777));
    assert_int_equal(p->word, 0125377);
    assert_int_equal(p->mask, 0377);
    assert_int_equal(p->offset, 2);
}

static void test_timeout(void **state)
{
    struct world *w = *state;
    u16 value = 7;

    assert_false(bus_io_ops.read(&w->bus, 0777404, IO_DATI, &value));
    assert_false(bus_io_ops.write(&w->bus, 0777376, IO_DATO, 0));
    assert_false(bus_io_ops.write(&w->bus, 0760000, IO_DATOB, 0));
    assert_int_equal(value, 7);
}

static void test_add_conflict(void **state)
{
    struct world *w = *state;
    struct probe third = {.dev.ops = &near_ops};
    struct err err = {0};

    assert_int_equal(bus_add(&w->bus, &third.dev, 0777376, &err), -EBUSY);
    assert_string_equal(err.text, "near at 777376: the address 777400 belongs to near");
    assert_int_equal(bus_add(&w->bus, &third.dev, 0777775, NULL), -EINVAL);
    assert_int_equal(bus_add(&w->bus, &third.dev, 0757776, NULL), -EINVAL);
    assert_int_equal(bus_add(&w->bus, &third.dev, 0777776, NULL), -EINVAL);
    /* Nothing of the refused device is on the bus. */
    assert_null(w->bus.slots[(0777376 - IO_PAGE) / 2]);
}

static void test_find(void **state)
{
    struct world *w = *state;
    struct probe third = {.dev.ops = &near_ops};
    unsigned unit = 99;

    assert_ptr_equal(bus_find(&w->bus, "near3", &unit), &w->near);
    assert_int_equal(unit, 3);
    assert_ptr_equal(bus_find(&w->bus, "far", &unit), &w->far);
    assert_int_equal(unit, 0);
    assert_null(bus_find(&w->bus, "near4", &unit));
    assert_null(bus_find(&w->bus, "near100", &unit));
    assert_null(bus_find(&w->bus, "near1x", &unit));
    assert_null(bus_find(&w->bus, "nea", &unit));
    assert_null(bus_find(&w->bus, "", &unit));
    assert_int_equal(bus_add(&w->bus, &third.dev, 0760000, NULL), 0);
    assert_ptr_equal(bus_find(&w->bus, "near5", &unit), &third);
    assert_int_equal(unit, 1);
    bus_fini(&w->bus);
}

static void test_npr(void **state)
{
    struct world *w = *state;
    u16 value;

    assert_true(bus_npr_write(&w->bus, 077776, 0123456));
    assert_int_equal(ram_get(&w->ram, 077776), 0123456);
    assert_true(bus_npr_read(&w->bus, 077776, &value));
    assert_int_equal(value, 0123456);
    /* Beyond the memory, and a free word of the I/O page. */
    assert_false(bus_npr_write(&w->bus, 0100000, 1));
    assert_false(bus_npr_read(&w->bus, 0757776, &value));
    assert_false(bus_npr_read(&w->bus, 0777404, &value));
    assert_true(bus_npr_write(&w->bus, 0777402, 5));
    assert_int_equal(w->near.word, 5);
    assert_true(bus_npr_read(&w->bus, 0777400, &value));
    assert_int_equal(value, 5);
}

/* Equal levels go by place on the bus, then by line; other levels stay. */
static void test_grant_order(void **state)
{
    struct world *w = *state;
    u16 vector = 0;

    irq_raise(&w->far.dev, 0);
    irq_raise(&w->far.dev, 1);
    irq_raise(&w->near.dev, 1);
    irq_raise(&w->near.dev, 0);
    assert_int_equal(w->levels, 1u << 5 | 1u << 6);
    assert_true(bus_grant(&w->bus, 5, &vector));
    assert_int_equal(vector, 0220);
    assert_int_equal(w->near.acks, 1);
    assert_true(bus_grant(&w->bus, 5, &vector));
    assert_int_equal(vector, 0224);
    assert_int_equal(w->near.acks, 3);
    assert_true(bus_grant(&w->bus, 5, &vector));
    assert_int_equal(vector, 0300);
    assert_int_equal(w->levels, 1u << 6);
    assert_false(bus_grant(&w->bus, 5, &vector));
    assert_true(bus_grant(&w->bus, 6, &vector));
    assert_int_equal(vector, 0304);
    assert_int_equal(w->levels, 0);
}

/* The machine hears of changes only. A request that fell before its grant: passive release. */
static void test_requests(void **state)
{
    struct world *w = *state;
    u16 vector = 0777;

    irq_raise(&w->near.dev, 0);
    irq_raise(&w->near.dev, 0);
    irq_raise(&w->far.dev, 0);
    assert_int_equal(w->changes, 1);
    irq_lower(&w->near.dev, 0);
    assert_int_equal(w->changes, 1);
    irq_lower(&w->far.dev, 0);
    assert_int_equal(w->changes, 2);
    assert_int_equal(w->levels, 0);
    assert_false(bus_grant(&w->bus, 5, &vector));
    assert_int_equal(vector, 0777);
}

static void test_reset(void **state)
{
    struct world *w = *state;

    irq_raise(&w->near.dev, 0);
    irq_raise(&w->far.dev, 1);
    bus_reset(&w->bus);
    assert_int_equal(w->near.resets, 1);
    assert_int_equal(w->far.resets, 1);
    assert_int_equal(w->levels, 0);
    assert_false(w->near.dev.lines[0].request);
}

static void test_fail_and_fini(void **state)
{
    struct world *w = *state;
    struct err err = {0};

    err_set(&err, EIO, "disk on fire");
    bus_fail(&w->bus, &err);
    assert_string_equal(w->failed.text, "disk on fire");
    bus_fini(&w->bus);
    assert_int_equal(w->near.finis, 1);
    assert_null(bus_find(&w->bus, "near", &(unsigned){0}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_cycles, setup, teardown),
        cmocka_unit_test_setup_teardown(test_timeout, setup, teardown),
        cmocka_unit_test_setup_teardown(test_add_conflict, setup, teardown),
        cmocka_unit_test_setup_teardown(test_find, setup, teardown),
        cmocka_unit_test_setup_teardown(test_npr, setup, teardown),
        cmocka_unit_test_setup_teardown(test_grant_order, setup, teardown),
        cmocka_unit_test_setup_teardown(test_requests, setup, teardown),
        cmocka_unit_test_setup_teardown(test_reset, setup, teardown),
        cmocka_unit_test_setup_teardown(test_fail_and_fini, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
