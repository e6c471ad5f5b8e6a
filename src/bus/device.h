/* device.h - what a device is to the bus, and the bus to a device.
 *
 * A device is a structure of its own with a `struct device` as its first member, and one constant
 * `struct device_ops`. It sees the bus: registers read and written, INIT, interrupt requests and
 * grants, NPR transfers, events. It knows neither processor nor terminal.
 */
#ifndef VM11_BUS_DEVICE_H
#define VM11_BUS_DEVICE_H

#include "base/err.h"
#include "base/log.h"
#include "base/types.h"
#include "bus/event.h"
#include "mem/io.h"
#include "mem/ram.h"

struct bus;
struct device;

#define REG_NO_ADDRESS 0xffff /* state that has no register address (but is shown and hashed) */

/* One row of a device's field table: who shows, traces or hashes a device reads it. */
struct reg_info {
    const char *name; /* DEC's: "RKCS" */
    u16 offset;       /* bytes from the device's first address, or REG_NO_ADDRESS */
    u16 at;           /* offsetof() of the field in the device's structure */
    u8 size;          /* of the field: 1, 2, 4 or 8 bytes */
    u16 count;        /* elements from there on, 1 for a scalar */
};

struct image;
struct paper_end;

/* How a file is to be attached to a unit: -d UNIT=FILE[,ro][,overlay=FILE][,new]. */
struct attach {
    const char *path;
    struct image *image;   /* of a disk: this one in place of a file. It is the unit's then */
    struct paper_end *end; /* of a printer or punch: this in place of a file, borrowed */
    const char *overlay;   /* NULL: none */
    bool read_only;
    bool create;
};

struct device_ops {
    const char *name;  /* "rk": units are rk0, rk1, ... */
    const char *about; /* "RK11-D disk controller, eight RK05" */
    const struct reg_info *regs;
    unsigned reg_count;
    unsigned words; /* of the I/O page from the first address */
    unsigned units; /* that can be attached: 0 none */
    /* An option of the processor, inside it: NPR cannot reach its registers, and while all of them
     * are 0 the machine's state is that of one without it. */
    bool internal;
    /* A word is read; `offset` in bytes, even. The cycle tells DATIP from DATI. */
    u16 (*read)(struct device *dev, unsigned offset, enum io_cycle cycle);
    /* Registers whose reading changes nothing but, perhaps, themselves, to what it tells; of these,
     * those which change with time, without an event. Bit n: at the offset 2n. */
    u32 steady, timed;
    /* The bits of `mask` (177777, 377 or 177400) are written. NULL: writes time out. */
    void (*write)(struct device *dev, unsigned offset, u16 value, u16 mask);
    /* INIT: power-up, RESET instruction, START key. NULL: nothing to do. */
    void (*reset)(struct device *dev);
    /* The processor granted `line`: the request is already down. NULL: nothing to do. */
    void (*ack)(struct device *dev, unsigned line);
    /* Put a file on a unit, or take it off. NULL where units == 0. */
    int (*attach)(struct device *dev, unsigned unit, const struct attach *how, struct err *err);
    int (*detach)(struct device *dev, unsigned unit, struct err *err);
    /* The registers were loaded from a snapshot: bring the rest into line with them. -EINVAL where
     * they are none that the device can have. NULL: nothing to do, any values do. */
    int (*restored)(struct device *dev, struct err *err);
    /* Write what is still buffered to the host's files. NULL: nothing is. */
    int (*flush)(struct device *dev, struct err *err);
    /* Release what the device holds; files are closed. */
    void (*fini)(struct device *dev);
};

#define DEVICE_LINES 2

/* One interrupt request line of a device. */
struct irq_line {
    u8 level; /* BR4..BR7, 0: unused line */
    u16 vector;
    bool request;
};

struct device {
    const struct device_ops *ops;
    struct bus *bus;
    u32 base; /* first physical address */
    struct irq_line lines[DEVICE_LINES];
    struct device *next; /* farther from the processor */
};

#endif
