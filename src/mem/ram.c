/* ram.c - allocation of guest memory: see ram.h. */
#include "mem/ram.h"

#include <errno.h>
#include <stdlib.h>

static int init(struct ram *ram, u32 size, u32 wide, struct err *err)
{
    u32 max = IO_PAGE | wide;

    if (size == 0 || size > max || size % 64)
        return err_set(err, EINVAL, "memory of %u bytes: give a multiple of 64 up to %uK", size,
                       max / 1024);
    ram->base = calloc(1, size);
    if (!ram->base)
        return err_set(err, ENOMEM, "no host memory for %u bytes of guest memory", size);
    ram->size = size;
    ram->wide = wide;
    ram->code = NULL;
    return 0;
}

int ram_init(struct ram *ram, u32 size, struct err *err)
{
    return init(ram, size, 0, err);
}

int ram_init_wide(struct ram *ram, u32 size, struct err *err)
{
    return init(ram, size, IO_WIDE, err);
}

void ram_fini(struct ram *ram)
{
    free(ram->base);
    ram->base = NULL;
}
