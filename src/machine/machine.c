/* machine.c - builds a PDP-11 of its parts and runs it: see machine.h.
 *
 * Time: the engine runs to the next event and no further; a WAIT jumps there. In real time clock
 * ticks come from outside, so a machine that waits may have no event left, and its owner sleeps.
 */
#include "machine/machine.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "machine/record.h"

static const struct model models[] = {
    {"11/50", "KB11-A, KT11-C, FP11-B, MOS memory", 248 * 1024},
    {"11/45", "KB11-A, KT11-C, FP11-B, core memory", 248 * 1024},
};

const struct model *model_at(unsigned index)
{
    return index < ARRAY_LEN(models) ? &models[index] : NULL;
}

const struct model *model_find(const char *name)
{
    for (unsigned i = 0; i < ARRAY_LEN(models); i++)
        if (strcmp(name, models[i].name) == 0 || strcmp(name, models[i].name + 3) == 0)
            return &models[i];
    return NULL;
}

static bool grant(void *ctx, unsigned level, u16 *vector)
{
    struct machine *m = ctx;
    return bus_grant(&m->bus, level, vector);
}

static void init(void *ctx)
{
    struct machine *m = ctx;
    bus_reset(&m->bus);
}

static void vmx_changed(void *ctx)
{
    struct machine *m = ctx;
    cpu_vmx_changed(&m->cpu);
}

static const struct cpu_ops cpu_ops = {.grant = grant, .init = init};

static void requests(void *ctx, unsigned levels)
{
    struct machine *m = ctx;
    cpu_set_br(&m->cpu, levels);
}

static void failed(void *ctx, const struct err *err)
{
    struct machine *m = ctx;

    if (!m->failure.code)
        m->failure = *err;
    cpu_stop(&m->cpu);
}

static u64 now(void *ctx)
{
    return machine_time(ctx);
}

static void sooner(void *ctx, u64 at)
{
    struct machine *m = ctx;
    cpu_limit(&m->cpu, at - m->skipped);
}

/* Put the devices on the bus, the nearest to the processor first. */
static int add_devices(struct machine *m, const struct machine_config *config, struct err *err)
{
    const struct {
        struct device *dev;
        u32 base;
    } list[] = {
        {&m->clock.dev, KW11L_BASE},      {&m->rk.dev, RK11_BASE},
        {&m->console.dev, DL11_BASE},     {&m->reader.dev, PC11_READER_BASE},
        {&m->punch.dev, PC11_PUNCH_BASE}, {&m->printer.dev, LP11_BASE},
        {&m->rom.dev, ROM_BASE},
    };

    kw11l_init(&m->clock);
    rk11_init(&m->rk);
    dl11_init(&m->console);
    pc11_reader_init(&m->reader);
    pc11_punch_init(&m->punch);
    lp11_init(&m->printer);
    rom_init(&m->rom);
    for (unsigned i = 0; i < ARRAY_LEN(list); i++) {
        int rc = bus_add(&m->bus, list[i].dev, list[i].base, err);
        if (rc)
            return rc;
    }
    kw11l_set_hz(&m->clock, config->hz ? config->hz : 60);
    kw11l_set_external(&m->clock, config->real_time);
    dl11_connect(&m->console, &m->line);
    return 0;
}

/* A device of the bus works for the virtual machine that last wrote to its registers. */
static bool io_write(void *ctx, u32 pa, enum io_cycle cycle, u16 value)
{
    struct machine *m = ctx;

    hv_own(&m->cpu, pa);
    return bus_io_ops.write(&m->bus, pa, cycle, value);
}

static bool io_read(void *ctx, u32 pa, enum io_cycle cycle, u16 *value)
{
    struct machine *m = ctx;
    return bus_io_ops.read(&m->bus, pa, cycle, value);
}

static bool io_poll(void *ctx, u32 pa, u16 *value)
{
    struct machine *m = ctx;
    return bus_io_ops.poll(&m->bus, pa, value);
}

static bool io_timed(void *ctx, u32 pa)
{
    struct machine *m = ctx;
    return bus_io_ops.timed(&m->bus, pa);
}

static const struct io_ops virtual_io_ops = {
    .read = io_read, .write = io_write, .poll = io_poll, .timed = io_timed};

static bool npr_map(void *ctx, const struct device *dev, bool write, u32 *pa)
{
    struct machine *m = ctx;
    return hv_dma(&m->cpu, dev->base, write, pa);
}

static int add_virtualizer(struct machine *m, const struct machine_options *options,
                           struct err *err)
{
    u32 base = options->hv_base ? options->hv_base : HV11_BASE;

    if (!options->hv)
        return 0;
    m->hv = calloc(1, sizeof *m->hv);
    if (!m->hv)
        return err_set(err, ENOMEM, "no host memory for the Hardware Virtualizer");
    hv11_init(m->hv, &m->cpu, base, options->associator);
    m->cpu.io = (struct io){&virtual_io_ops, m};
    m->bus.host.map = npr_map;
    return bus_add(&m->bus, &m->hv->dev, base, err);
}

/* Likewise the options of the processor. */
static int add_options(struct machine *m, const struct machine_options *options, struct err *err)
{
    int rc = 0;

    if (options->kbs11a) {
        kbs11_init(&m->kbs, options->assist);
        m->kbs.changed = vmx_changed;
        m->kbs.ctx = m;
        rc = bus_add(&m->bus, &m->kbs.dev, options->kbs_base ? options->kbs_base : KBS11_BASE, err);
        if (rc == 0)
            m->cpu.vmx = &m->kbs.vmx;
    }
    return rc ? rc : add_virtualizer(m, options, err);
}

const char *const machine_engines[] = {"interp", "jit", NULL};

int machine_set_engine(struct machine *m, enum engine engine, struct err *err)
{
    if (engine == ENGINE_JIT)
        return m->jit ? 0 : jit_new(&m->jit, &m->cpu, NULL, err);
    jit_free(m->jit);
    m->jit = NULL;
    return 0;
}

/* Its own memory, or another's. */
static int take_memory(struct machine *m, u32 size, bool wide, struct err *err)
{
    if (!m->host.memory)
        return wide ? ram_init_wide(&m->ram, size, err) : ram_init(&m->ram, size, err);
    m->ram = (struct ram){.base = m->host.memory, .size = size, .code = m->host.code};
    return 0;
}

static void drop_memory(struct machine *m)
{
    if (!m->host.memory)
        ram_fini(&m->ram);
}

int machine_new(struct machine **machine, const struct machine_config *config, struct err *err)
{
    const struct model *model = config->model ? config->model : &models[0];
    struct machine *m = calloc(1, sizeof *m);
    int rc;

    if (!m)
        return err_set(err, ENOMEM, "no host memory for a machine");
    m->model = model;
    m->log = config->log;
    m->host = config->host;
    rc = take_memory(m, config->memory ? config->memory : model->memory, config->wide, err);
    if (rc)
        goto free_machine;
    bus_init(&m->bus, &m->ram, &m->log);
    m->bus.host = (struct bus_host){.requests = requests, .failed = failed, .ctx = m};
    m->bus.events.now = now;
    m->bus.events.sooner = sooner;
    m->bus.events.ctx = m;
    m->bus.events.immediate = config->fast_io;
    cpu_init(&m->cpu, &m->ram, (struct io){&bus_io_ops, &m->bus}, &cpu_ops, m);
    feed_init(&m->feed, &m->line, &m->bus.events);
    rc = add_devices(m, config, err);
    if (rc == 0)
        rc = add_options(m, &config->options, err);
    if (rc == 0)
        rc = machine_set_engine(m, config->engine, err);
    if (rc)
        goto fini_bus;
    bus_reset(&m->bus);
    *machine = m;
    return 0;

fini_bus:
    bus_fini(&m->bus);
    drop_memory(m);
    free(m->hv);
free_machine:
    free(m);
    return rc;
}

void machine_free(struct machine *m)
{
    if (!m)
        return;
    record_end(m);
    jit_free(m->jit);
    feed_fini(&m->feed);
    bus_fini(&m->bus);
    drop_memory(m);
    free(m->hv);
    free(m);
}

/* The device of a unit that can be attached. */
static int find_unit(struct machine *m, const char *unit, struct device **dev, unsigned *number,
                     struct err *err)
{
    *dev = bus_find(&m->bus, unit, number);
    if (!*dev)
        return err_set(err, ENODEV, "%s: no such unit (rk0 to rk7, pr, pp, lp)", unit);
    if (!(*dev)->ops->attach)
        return err_set(err, ENODEV, "%s: nothing can be attached to it", unit);
    return 0;
}

int machine_attach(struct machine *m, const char *unit, const struct attach *how, struct err *err)
{
    struct device *dev;
    unsigned number;
    int rc = find_unit(m, unit, &dev, &number, err);

    rc = rc ? rc : dev->ops->attach(dev, number, how, err);
    return rc || !m->record ? rc : record_anew(m->record, err);
}

int machine_detach(struct machine *m, const char *unit, struct err *err)
{
    struct device *dev;
    unsigned number;
    int rc = find_unit(m, unit, &dev, &number, err);

    rc = rc ? rc : dev->ops->detach(dev, number, err);
    return rc || !m->record ? rc : record_anew(m->record, err);
}

int machine_flush(struct machine *m, struct err *err)
{
    int first = 0;

    for (struct device *dev = m->bus.devices; dev; dev = dev->next) {
        int rc = dev->ops->flush ? dev->ops->flush(dev, err) : 0;
        if (rc && !first)
            first = rc;
    }
    return first;
}

void machine_start(struct machine *m, u16 pc)
{
    if (m->record)
        record_look(m, &m->failure);
    cpu_start(&m->cpu, pc);
}

/* The processor stands (HALT, a double fault), but the devices finish what they are at: the
 * character in the console's transmitter, a disk transfer. A second is more than any of them takes.
 */
static void settle(struct machine *m)
{
    struct event_queue *events = &m->bus.events;
    u64 end = machine_time(m) + EVENT_HZ;

    while (event_working(events) && event_next(events) <= end) {
        u64 at = machine_time(m), next = event_next(events);
        m->skipped += next > at ? next - at : 0;
        event_run(events, machine_time(m));
    }
}

/* A WAIT goes on, and no request ends it. */
static bool waiting(const struct machine *m)
{
    return (m->cpu.attention & ~(ATTN_WATCH | ATTN_T | ATTN_HV)) == ATTN_WAIT;
}

/* Is the guest at leisure, or does it wait for a device? Looked at when a WAIT begins and after
 * events, never where just a slice ends: that must not change anything. */
static void feed_pace(struct machine *m)
{
    if (!waiting(m) || m->moment != machine_time(m))
        return;
    if (event_working(&m->bus.events))
        feed_busy(&m->feed);
    else
        feed_idle(&m->feed, m->clock.external);
}

enum stop machine_run(struct machine *m, u64 icount, u64 time)
{
    return m->record ? record_run(m->record, icount, time) : machine_advance(m, icount, time);
}

enum cpu_exit machine_run_cpu(struct machine *m, u64 until)
{
    return m->jit ? jit_run(m->jit, until) : cpu_run(&m->cpu, until);
}

static enum cpu_exit run_engine(struct machine *m, u64 until)
{
    return m->host.run ? m->host.run(m->host.ctx, until) : machine_run_cpu(m, until);
}

enum stop machine_advance(struct machine *m, u64 icount, u64 time)
{
    struct event_queue *events = &m->bus.events;

    for (;;) {
        u64 at = machine_time(m), next, before = m->cpu.icount;
        enum cpu_exit exit;

        if (event_next(events) <= at)
            m->moment = at;
        event_run(events, at);
        feed_pace(m);
        if (debug_pending(&m->cpu)) {
            debug_complete(&m->cpu);
            return STOP_WATCH;
        }
        if (m->failure.code)
            return STOP_HOST;
        if (m->cpu.icount >= icount)
            return STOP_LIMIT;
        if (at >= time)
            return STOP_TIME;
        next = min_u64(event_next(events), time);
        exit = run_engine(m, min_u64(icount, m->cpu.icount + (next - at)));
        if (m->cpu.icount != before)
            m->moment = machine_time(m);
        switch (exit) {
        case EXIT_LIMIT: break;
        case EXIT_HALT:
        case EXIT_TRAP: /* of a machine whose kernel is outside: that one runs its processor */
        case EXIT_DOUBLE:
            settle(m);
            if (m->failure.code)
                return STOP_HOST;
            return exit == EXIT_HALT ? STOP_HALT : STOP_DOUBLE;
        case EXIT_BREAK: return STOP_BREAK;
        case EXIT_WATCH: return STOP_WATCH;
        case EXIT_STOP: return m->failure.code ? STOP_HOST : STOP_REQUEST;
        case EXIT_WAIT:
            feed_pace(m);
            at = machine_time(m);
            next = min_u64(event_next(events), time);
            if (next == EVENT_NEVER)
                return STOP_WAIT;
            m->skipped += next > at ? next - at : 0;
            break;
        }
    }
}

static void npr_seen(void *ctx, u32 pa, bool write, u16 before, u16 after)
{
    struct machine *m = ctx;
    if (m->cpu.debug) /* not on a journey through a recording */
        debug_npr(&m->cpu, pa, write, before, after);
}

void machine_debug(struct machine *m, struct cpu_debug *debug)
{
    m->debugger = debug;
    debug_use(&m->cpu, debug);
    m->bus.host.npr = m->cpu.debug ? npr_seen : NULL;
}

void machine_stop(struct machine *m)
{
    cpu_stop(&m->cpu);
}

void machine_tick(struct machine *m)
{
    if (m->record && !record_tick(m->record))
        return;
    kw11l_tick(&m->clock);
    feed_tick(&m->feed);
}

int machine_type(struct machine *m, const void *text, size_t length, struct err *err)
{
    int rc = m->record ? record_type(m->record, text, length, err) : 0;

    if (rc)
        return rc;
    if (feed_put(&m->feed, text, length))
        return err_set(err, ENOMEM, "no host memory for %zu characters of input", length);
    return 0;
}
