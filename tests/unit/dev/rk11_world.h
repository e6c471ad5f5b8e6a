/* rk11_world.h - a bus with an RK11 and memory, time that the test turns, and packs in /tmp. */
#ifndef VM11_TESTS_RK11_WORLD_H
#define VM11_TESTS_RK11_WORLD_H

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "bus/unibus.h"
#include "dev/image.h"
#include "dev/rk11.h"

enum { RKDS = 0, RKER = 2, RKCS = 4, RKWC = 6, RKBA = 010, RKDA = 012, RKMR = 014, RKDB = 016 };

#define GO  1u
#define IDE 0100u
#define RDY 0200u
#define SSE 0400u
#define FMT 02000u
#define IBA 04000u
#define SCP 020000u
#define HE  040000u
#define ERR 0100000u

#define FN(function) ((unsigned)(function) << 1 | GO)

#define SECTOR 3334u /* microseconds, rounded up */

struct world {
    struct bus bus;
    struct ram ram;
    u8 memory[0760000];
    struct rk11 rk;
    u64 time;
    unsigned failures;
    char dir[64], path[2][96];
};

static inline u64 world_now(void *ctx)
{
    return ((struct world *)ctx)->time;
}

static inline void world_failed(void *ctx, const struct err *err)
{
    ((struct world *)ctx)->failures++;
}

/* Time goes on, from event to event. */
static inline void pass(struct world *w, u64 delay)
{
    u64 until = w->time + delay;

    while (event_next(&w->bus.events) <= until) {
        w->time = event_next(&w->bus.events);
        event_run(&w->bus.events, w->time);
    }
    w->time = until;
}

static inline u16 get(struct world *w, unsigned reg)
{
    u16 value = 0;

    assert_true(bus_io_ops.read(&w->bus, RK11_BASE + reg, IO_DATI, &value));
    return value;
}

static inline void put(struct world *w, unsigned reg, unsigned value)
{
    assert_true(bus_io_ops.write(&w->bus, RK11_BASE + reg, IO_DATO, (u16)value));
}

static inline unsigned disk_address(unsigned drive, unsigned cylinder, unsigned surface,
                                    unsigned sector)
{
    return drive << 13 | cylinder << 5 | surface << 4 | sector;
}

/* Time until RDY, at most a second. */
static inline u64 ready_wait(struct world *w)
{
    u64 start = w->time;

    while (!(get(w, RKCS) & RDY)) {
        assert_true(w->time - start < 1000000);
        pass(w, 1);
    }
    return w->time - start;
}

static inline void start(struct world *w, unsigned rkcs, unsigned rkda, unsigned words, u32 pa)
{
    put(w, RKWC, 0200000 - words);
    put(w, RKBA, pa & 0177777);
    put(w, RKDA, rkda);
    put(w, RKCS, rkcs | (pa >> 16) << 4);
}

/* A whole function; the error register in the end. */
static inline u16 run(struct world *w, unsigned rkcs, unsigned rkda, unsigned words, u32 pa)
{
    start(w, rkcs, rkda, words, pa);
    assert_int_equal(get(w, RKCS) & RDY, 0);
    ready_wait(w);
    return get(w, RKER);
}

/* The vector of a pending interrupt at BR5, 0 where there is none. */
static inline u16 interrupt(struct world *w)
{
    u16 vector = 0;

    return bus_grant(&w->bus, 5, &vector) ? vector : 0;
}

static inline u16 memory(struct world *w, u32 pa)
{
    return ram_get(&w->ram, pa);
}

/* Memory words `pa`... become first, first + 1, ... */
static inline void fill(struct world *w, u32 pa, unsigned words, unsigned first)
{
    for (unsigned i = 0; i < words; i++)
        ram_put(&w->ram, pa + 2 * i, (u16)(first + i));
}

static inline u16 pack_word(struct world *w, unsigned drive, unsigned sector, unsigned word)
{
    u8 data[2];

    assert_int_equal(image_read(w->rk.drives[drive].image, sector * 512 + word * 2, data, 2, NULL),
                     0);
    return word_get(data);
}

static inline int attach(struct world *w, unsigned unit, const struct attach *how)
{
    return w->rk.dev.ops->attach(&w->rk.dev, unit, how, NULL);
}

static inline int world_setup(void **state)
{
    struct world *w = calloc(1, sizeof *w);

    w->ram = (struct ram){.base = w->memory, .size = sizeof w->memory};
    bus_init(&w->bus, &w->ram, NULL);
    w->bus.host = (struct bus_host){.failed = world_failed, .ctx = w};
    w->bus.events.now = world_now;
    w->bus.events.ctx = w;
    w->time = 1000;
    rk11_init(&w->rk);
    assert_int_equal(bus_add(&w->bus, &w->rk.dev, RK11_BASE, NULL), 0);
    strcpy(w->dir, "/tmp/vm11-rk11-XXXXXX");
    assert_non_null(mkdtemp(w->dir));
    for (unsigned i = 0; i < 2; i++) {
        snprintf(w->path[i], sizeof w->path[i], "%s/rk%u", w->dir, i);
        assert_int_equal(attach(w, i, &(struct attach){.path = w->path[i], .create = true}), 0);
    }
    bus_reset(&w->bus);
    *state = w;
    return 0;
}

static inline int world_teardown(void **state)
{
    struct world *w = *state;

    bus_fini(&w->bus);
    unlink(w->path[0]);
    unlink(w->path[1]);
    rmdir(w->dir);
    free(w);
    return 0;
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)

#endif
