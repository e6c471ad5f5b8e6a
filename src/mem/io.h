/* io.h - the hole in memory that the bus fills: references to the I/O page leave here.
 *
 * The I/O page is the top 8 KB of the 18-bit space, 760000-777777. The cycles are the UNIBUS's
 * (PDP-11 Peripherals Handbook, 1973, "UNIBUS"): DATI reads a word, DATIP reads a word that the
 * same instruction will write, DATO writes a word, DATOB a byte.
 *
 * A *wide* machine has physical addresses of 22 bits, as the 11/70: its I/O page is 17760000 to
 * 17777777, and 760000 is memory. On the UNIBUS, and for all that is called by its address there,
 * the page is where it always is: io_bus() tells.
 */
#ifndef VM11_MEM_IO_H
#define VM11_MEM_IO_H

#include "base/types.h"

#define IO_PAGE     0760000u  /* first physical address of the I/O page */
#define IO_SPACE    01000000u /* size of the 18-bit UNIBUS address space */
#define IO_PAGE_LEN 020000u
#define IO_WIDE     017000000u /* what physical addresses of 22 bits have above the UNIBUS's */

enum io_cycle { IO_DATI, IO_DATIP, IO_DATO, IO_DATOB };

/* Filled in by the bus. Both return false where no device answers (bus time-out). */
struct io_ops {
    /* `pa` is even; cycle is IO_DATI or IO_DATIP. */
    bool (*read)(void *ctx, u32 pa, enum io_cycle cycle, u16 *value);
    /* IO_DATO: `pa` is even. IO_DATOB: any `pa`, the byte in value<7:0>. */
    bool (*write)(void *ctx, u32 pa, enum io_cycle cycle, u16 value);
    /* The same for IO_DATI at an even `pa`, only where it does no harm to read twice. False:
     * nothing was read. NULL: never. */
    bool (*poll)(void *ctx, u32 pa, u16 *value);
    /* What reads there changes with time, without an event. NULL: nothing does. */
    bool (*timed)(void *ctx, u32 pa);
};

/* The UNIBUS address of a physical one in the I/O page. */
static inline u32 io_bus(u32 pa)
{
    return pa & (IO_SPACE - 1);
}

struct io {
    const struct io_ops *ops;
    void *ctx;
};

#endif
