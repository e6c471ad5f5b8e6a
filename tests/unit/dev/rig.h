/* rig.h - a bus with a hand-turned clock for the tests of devices. */
#ifndef VM11_TEST_RIG_H
#define VM11_TEST_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "bus/unibus.h"

struct rig {
    struct bus bus;
    struct ram ram;
    u8 memory[02000];
    u64 now;
    unsigned failures;
    struct err failed; /* the last */
};

static u64 rig_now(void *ctx)
{
    return ((struct rig *)ctx)->now;
}

static void rig_failed(void *ctx, const struct err *err)
{
    struct rig *rig = ctx;

    rig->failures++;
    rig->failed = *err;
}

static inline void rig_init(struct rig *rig)
{
    memset(rig, 0, sizeof *rig);
    rig->ram = (struct ram){.base = rig->memory, .size = sizeof rig->memory};
    bus_init(&rig->bus, &rig->ram, NULL);
    rig->bus.events.now = rig_now;
    rig->bus.events.ctx = rig;
    rig->bus.host = (struct bus_host){.failed = rig_failed, .ctx = rig};
}

/* Let `delay` units pass, event by event, as an engine does. */
static inline void rig_pass(struct rig *rig, u64 delay)
{
    u64 end = rig->now + delay;

    while (event_next(&rig->bus.events) <= end) {
        rig->now = event_next(&rig->bus.events);
        event_run(&rig->bus.events, rig->now);
    }
    rig->now = end;
}

static inline u16 rig_get(struct rig *rig, u32 pa)
{
    u16 value = 0;

    assert_true(bus_io_ops.read(&rig->bus, pa, IO_DATI, &value));
    return value;
}

static inline void rig_put(struct rig *rig, u32 pa, u16 value)
{
    assert_true(bus_io_ops.write(&rig->bus, pa, IO_DATO, value));
}

static inline void rig_putb(struct rig *rig, u32 pa, u8 value)
{
    assert_true(bus_io_ops.write(&rig->bus, pa, IO_DATOB, value));
}

/* Read, modify, write: BIS. */
static inline void rig_bis(struct rig *rig, u32 pa, u16 bits)
{
    u16 value = 0;

    assert_true(bus_io_ops.read(&rig->bus, pa, IO_DATIP, &value));
    rig_put(rig, pa, value | bits);
}

/* The vector that a grant at `level` brings, 0 where nobody asks. */
static inline u16 rig_grant(struct rig *rig, unsigned level)
{
    u16 vector = 0;

    return bus_grant(&rig->bus, level, &vector) ? vector : 0;
}

/* Each row of a field table names a field inside the device, and a register inside its words. */
static inline void rig_check_regs(const struct device *dev, size_t size)
{
    const struct device_ops *ops = dev->ops;

    for (unsigned i = 0; i < ops->reg_count; i++) {
        const struct reg_info *reg = &ops->regs[i];

        assert_true(reg->at >= sizeof(struct device));
        assert_true(reg->at + (size_t)reg->size * reg->count <= size);
        assert_true(reg->offset == REG_NO_ADDRESS || reg->offset < 2 * ops->words);
    }
}

#endif
