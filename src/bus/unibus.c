/* unibus.c - the addresses of the UNIBUS: who answers, processor cycles and NPR cycles.
 *
 * The I/O page is a table of 4096 words, so that a reference costs one load and the bus time-out
 * is an empty slot. DATOB puts the byte on its own half of the data lines, as the real bus does,
 * and the device gets the mask of the half that counts.
 *
 * Source: PDP-11 Peripherals Handbook (1973), chapter 5, "UNIBUS theory and operation".
 */
#include "bus/unibus.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "base/assert.h"

static struct device *device_at(const struct bus *bus, u32 pa)
{
    return pa >= IO_PAGE && pa < IO_SPACE ? bus->slots[(pa - IO_PAGE) / 2] : NULL;
}

static bool bus_read(void *ctx, u32 pa, enum io_cycle cycle, u16 *value)
{
    struct bus *bus = ctx;
    struct device *dev = device_at(bus, pa);

    if (!dev)
        return false;
    *value = dev->ops->read(dev, pa - dev->base, cycle);
    return true;
}

static bool bus_write(void *ctx, u32 pa, enum io_cycle cycle, u16 value)
{
    struct bus *bus = ctx;
    struct device *dev = device_at(bus, pa);
    unsigned lane = pa & 1 ? 8 : 0;

    if (!dev || !dev->ops->write) /* a ROM does not answer a DATO */
        return false;
    if (cycle == IO_DATOB)
        dev->ops->write(dev, (pa - dev->base) & ~1u, (u16)((value & 0377) << lane),
                        (u16)(0377 << lane));
    else
        dev->ops->write(dev, pa - dev->base, value, 0177777);
    return true;
}

/* Does an NPR device reach what is at `pa` of the I/O page? */
static bool npr_reaches(const struct bus *bus, u32 pa)
{
    const struct device *dev = device_at(bus, pa);

    return dev && !dev->ops->internal;
}

/* Is the register at `pa` in the mask? */
static bool in_mask(const struct device *dev, u32 pa, u32 mask)
{
    u32 number = (pa - dev->base) / 2;

    return number < 32 && mask >> number & 1;
}

static bool bus_poll(void *ctx, u32 pa, u16 *value)
{
    struct device *dev = device_at(ctx, pa);

    if (!dev || !in_mask(dev, pa, dev->ops->steady))
        return false;
    *value = dev->ops->read(dev, pa - dev->base, IO_DATI);
    return true;
}

static bool bus_timed(void *ctx, u32 pa)
{
    struct device *dev = device_at(ctx, pa);

    return dev && in_mask(dev, pa, dev->ops->timed);
}

const struct io_ops bus_io_ops = {
    .read = bus_read, .write = bus_write, .poll = bus_poll, .timed = bus_timed};

void bus_init(struct bus *bus, struct ram *ram, const struct log *log)
{
    memset(bus, 0, sizeof *bus);
    bus->ram = ram;
    bus->log = log;
}

void bus_fini(struct bus *bus)
{
    for (struct device *dev = bus->devices; dev; dev = dev->next)
        if (dev->ops->fini)
            dev->ops->fini(dev);
    bus->devices = NULL;
    memset(bus->slots, 0, sizeof bus->slots);
}

int bus_add(struct bus *bus, struct device *dev, u32 base, struct err *err)
{
    struct device **link = &bus->devices;
    unsigned words = dev->ops->words;

    if (base % 2 || base < IO_PAGE || base + 2 * words > IO_SPACE)
        return err_set(err, EINVAL, "%s at %06o: not an even address in the I/O page",
                       dev->ops->name, base);
    for (unsigned i = 0; i < words; i++) {
        const struct device *other = device_at(bus, base + 2 * i);

        if (other)
            return err_set(err, EBUSY, "%s at %06o: the address %06o belongs to %s", dev->ops->name,
                           base, base + 2 * i, other->ops->name);
    }
    for (unsigned i = 0; i < words; i++)
        bus->slots[(base - IO_PAGE) / 2 + i] = dev;
    dev->bus = bus;
    dev->base = base;
    dev->next = NULL;
    while (*link)
        link = &(*link)->next;
    *link = dev;
    return 0;
}

struct device *bus_find(struct bus *bus, const char *text, unsigned *unit)
{
    size_t len = strcspn(text, "0123456789");
    const char *digits = text + len;
    unsigned number = 0;

    /* Two digits are more units than any UNIBUS holds of one kind. */
    if (strlen(digits) > 2)
        return NULL;
    for (const char *p = digits; *p; p++) {
        if (!isdigit((unsigned char)*p))
            return NULL;
        number = number * 10 + (unsigned)(*p - '0');
    }
    for (struct device *dev = bus->devices; dev; dev = dev->next) {
        unsigned units = dev->ops->units ? dev->ops->units : 1;

        if (strlen(dev->ops->name) != len || strncmp(dev->ops->name, text, len) != 0)
            continue;
        if (number < units) {
            *unit = number;
            return dev;
        }
        number -= units;
    }
    return NULL;
}

/* Memory has addresses on the bus up to the I/O page. */
static bool is_memory(const struct bus *bus, u32 pa)
{
    return pa < bus->ram->size && pa < IO_PAGE;
}

bool bus_npr_read(struct bus *bus, u32 pa, u16 *value)
{
    bool answered = true;

    base_assert(pa % 2 == 0 && pa < IO_SPACE);
    if (is_memory(bus, pa))
        *value = ram_get(bus->ram, pa);
    else
        answered = npr_reaches(bus, pa) && bus_read(bus, pa, IO_DATI, value);
    if (unlikely(bus->host.npr) && answered)
        bus->host.npr(bus->host.ctx, pa, false, *value, *value);
    return answered;
}

bool bus_npr_write(struct bus *bus, u32 pa, u16 value)
{
    bool memory = is_memory(bus, pa);

    base_assert(pa % 2 == 0 && pa < IO_SPACE);
    if (unlikely(bus->host.npr))
        bus->host.npr(bus->host.ctx, pa, true, memory ? ram_get(bus->ram, pa) : 0, value);
    if (!memory)
        return npr_reaches(bus, pa) && bus_write(bus, pa, IO_DATO, value);
    ram_put(bus->ram, pa, value);
    return true;
}

static bool npr_map(const struct device *dev, bool write, u32 *pa)
{
    const struct bus_host *host = &dev->bus->host;

    return likely(!host->map) || host->map(host->ctx, dev, write, pa);
}

bool npr_read(struct device *dev, u32 pa, u16 *value)
{
    return npr_map(dev, false, &pa) && bus_npr_read(dev->bus, pa, value);
}

bool npr_write(struct device *dev, u32 pa, u16 value)
{
    return npr_map(dev, true, &pa) && bus_npr_write(dev->bus, pa, value);
}

void bus_fail(struct bus *bus, const struct err *err)
{
    if (bus->host.failed)
        bus->host.failed(bus->host.ctx, err);
}
