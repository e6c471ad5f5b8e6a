/* unibus.h - the UNIBUS: addresses, interrupt requests and grants, NPR transfers, INIT.
 *
 * Sources: PDP-11 Peripherals Handbook (1973), chapter 5. Requests of one level are granted to
 * the device that is electrically nearest: the order in which a machine adds its devices.
 */
#ifndef VM11_BUS_UNIBUS_H
#define VM11_BUS_UNIBUS_H

#include "bus/device.h"

/* What the bus needs of the machine that it is in. */
struct bus_host {
    /* The set of requested levels changed: bit n is BRn. */
    void (*requests)(void *ctx, unsigned levels);
    /* A host failure that a device met in mid-run: the machine stops with it. */
    void (*failed)(void *ctx, const struct err *err);
    /* An NPR transfer of a word was done, or is about to be (for a debugger); `before` of the I/O
     * page is 0. NULL: nobody looks on. */
    void (*npr)(void *ctx, u32 pa, bool write, u16 before, u16 after);
    /* Where a transfer by `dev` to or from the bus address *pa goes. False: nobody answers. NULL:
     * to that address. */
    bool (*map)(void *ctx, const struct device *dev, bool write, u32 *pa);
    void *ctx;
};

struct bus {
    struct ram *ram;
    const struct log *log;
    struct bus_host host;
    struct event_queue events;
    struct device *devices;
    struct device *slots[IO_PAGE_LEN / 2]; /* who answers at each word of the I/O page */
    unsigned levels;                       /* requested levels, bit n is BRn */
};

extern const struct io_ops bus_io_ops; /* ctx is the struct bus */

/* `ram` and `log` are borrowed. The caller fills in bus->events' hooks and bus->host. */
void bus_init(struct bus *bus, struct ram *ram, const struct log *log);

/* Finish (ops->fini) all devices. The memory of the devices is their owner's. */
void bus_fini(struct bus *bus);

/* Put a device on the bus, farther from the processor than those before; dev->ops and dev->lines
 * are set, `base` is its first address. -EBUSY, with the other's name, where an address is taken.
 */
int bus_add(struct bus *bus, struct device *dev, u32 base, struct err *err);

/* The device whose name and unit are in `text` ("rk0", "pr"; unit 0 where no digit stands). The
 * units of a second device of the same name follow those of the first. NULL where there is none. */
struct device *bus_find(struct bus *bus, const char *text, unsigned *unit);

/* INIT: every device is reset and all requests fall. */
void bus_reset(struct bus *bus);

/* Interrupt requests of a device's line: raise is idempotent. */
void irq_raise(struct device *dev, unsigned line);
void irq_lower(struct device *dev, unsigned line);

/* The processor grants level `level` (4..7): the vector of the nearest requesting device, whose
 * request falls. False where nobody asks any more (a passive release). */
bool bus_grant(struct bus *bus, unsigned level, u16 *vector);

/* NPR transfer of one word at the even 18-bit address `pa`, by a device. False: nobody answered.
 * Memory and device registers answer; the processor's own registers do not (KB11-A). */
bool bus_npr_read(struct bus *bus, u32 pa, u16 *value);
bool bus_npr_write(struct bus *bus, u32 pa, u16 value);

/* The same by `dev`, to whose bus addresses a virtualizer may have given another meaning. */
bool npr_read(struct device *dev, u32 pa, u16 *value);
bool npr_write(struct device *dev, u32 pa, u16 value);

/* A device met a host failure. */
void bus_fail(struct bus *bus, const struct err *err);

#endif
