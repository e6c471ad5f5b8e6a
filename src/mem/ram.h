/* ram.h - the guest's main memory: a flat array of bytes in the guest's order (low byte first).
 *
 * Sizes are multiples of 64 bytes up to 248 KB (760000 octal), or where physical addresses have 22
 * bits up to 4 MB less 8 KB; what is beyond does not answer.
 */
#ifndef VM11_MEM_RAM_H
#define VM11_MEM_RAM_H

#include <string.h>

#include "base/err.h"
#include "base/types.h"
#include "mem/io.h"

#define RAM_MAX      IO_PAGE
#define RAM_MAX_WIDE (IO_PAGE | IO_WIDE)

/* Which words a translator has made code of. It owns this. */
struct ram_code {
    u8 *granule; /* by 64 bytes of memory; not 0: some of them are */
    u8 *word;    /* a bit for each word */
    /* `len` bytes at `pa` are being written; some of them are in a marked granule. */
    void (*written)(struct ram_code *code, u32 pa, u32 len);
};

struct ram {
    u8 *base;
    u32 size;              /* bytes */
    u32 wide;              /* IO_WIDE: physical addresses have 22 bits; 0: 18 */
    struct ram_code *code; /* NULL: no translator */
};

/* Allocate `size` bytes of zeros. -EINVAL for an impossible size, -ENOMEM. */
int ram_init(struct ram *ram, u32 size, struct err *err);
/* The same where physical addresses have 22 bits. */
int ram_init_wide(struct ram *ram, u32 size, struct err *err);
void ram_fini(struct ram *ram);

/* The word at host address `p`, whatever the host's byte order. */
static inline u16 word_get(const u8 *p)
{
    u16 v;

    memcpy(&v, p, sizeof v);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    v = __builtin_bswap16(v);
#endif
    return v;
}

static inline void word_put(u8 *p, u16 v)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    v = __builtin_bswap16(v);
#endif
    memcpy(p, &v, sizeof v);
}

/* The first physical address of the I/O page. */
static inline u32 ram_io_page(const struct ram *ram)
{
    return IO_PAGE | ram->wide;
}

/* Even physical addresses below ram->size only: callers have checked. */
static inline u16 ram_get(const struct ram *ram, u32 pa)
{
    return word_get(ram->base + pa);
}

/* To be called by who writes to memory by other ways than ram_put(): `len` bytes at `pa`, at least
 * one, are being written. Before or after, but before the guest runs. */
static inline void ram_wrote(struct ram *ram, u32 pa, u32 len)
{
    if (unlikely(ram->code) && (len > 2 || ram->code->granule[pa >> 6]))
        ram->code->written(ram->code, pa, len);
}

static inline void ram_put(struct ram *ram, u32 pa, u16 value)
{
    word_put(ram->base + pa, value);
    ram_wrote(ram, pa, 2);
}

#endif
