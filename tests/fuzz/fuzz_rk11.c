/* fuzz_rk11.c - any sequence of register references, INITs, grants and pauses: the RK11 keeps
 * within pack and memory, its summary bits follow its errors, and it gets ready again.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/assert.h"
#include "bus/unibus.h"
#include "dev/rk11.h"

#define RKER 2u
#define RKCS 4u

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

struct world {
    struct bus bus;
    struct ram ram;
    u8 memory[0200000];
    struct rk11 rk;
    u64 time;
};

static u64 now(void *ctx)
{
    return ((struct world *)ctx)->time;
}

static void pass(struct world *w, u64 delay)
{
    u64 until = w->time + delay;

    while (event_next(&w->bus.events) <= until) {
        w->time = event_next(&w->bus.events);
        event_run(&w->bus.events, w->time);
    }
    w->time = until;
}

static u16 get(struct world *w, unsigned reg)
{
    u16 value;

    base_assert(bus_io_ops.read(&w->bus, RK11_BASE + reg, IO_DATI, &value));
    return value;
}

/* Three bytes: what, and a word. */
static void step(struct world *w, const u8 *data)
{
    u16 value = (u16)(data[1] | data[2] << 8);
    unsigned reg = data[0] & 017;
    u16 errors, summary;

    switch (data[0] >> 4) {
    case 0: bus_reset(&w->bus); break;
    case 1: bus_grant(&w->bus, 5, &value); break;
    case 2:
    case 3: pass(w, value); break;
    case 4:
    case 5: bus_io_ops.write(&w->bus, RK11_BASE + reg, IO_DATOB, value); break;
    default: bus_io_ops.write(&w->bus, RK11_BASE + (reg & 016), IO_DATO, value);
    }
    get(w, reg & 016);
    errors = get(w, RKER);
    summary = get(w, RKCS);
    base_assert(!!(summary & 0100000) == !!errors);
    base_assert(!!(summary & 040000) == !!(errors & 0177740));
    base_assert(!!(summary & 0200) == (w->rk.phase == RK11_IDLE));
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
    char path[] = "/tmp/vm11-fuzz-XXXXXX";
    struct attach how = {.path = path};
    struct world *w = calloc(1, sizeof *w);
    int fd = mkstemp(path);

    base_assert(w && fd >= 0);
    close(fd);
    w->ram = (struct ram){.base = w->memory, .size = sizeof w->memory};
    bus_init(&w->bus, &w->ram, NULL);
    w->bus.events.now = now;
    w->bus.events.ctx = w;
    rk11_init(&w->rk);
    base_assert(bus_add(&w->bus, &w->rk.dev, RK11_BASE, NULL) == 0);
    base_assert(w->rk.dev.ops->attach(&w->rk.dev, 0, &how, NULL) == 0);
    unlink(path);
    for (size_t i = 0; i + 3 <= size; i += 3)
        step(w, data + i);
    pass(w, 30000000); /* the longest function reads 4872 headers: three turns a cylinder */
    base_assert(w->rk.phase == RK11_IDLE && event_next(&w->bus.events) == EVENT_NEVER);
    bus_fini(&w->bus);
    free(w);
    return 0;
}
