/* ram.c - allocation of guest memory: see ram.h. */
#include "mem/ram.h"

#include <errno.h>
#include <stdlib.h>

int ram_init(struct ram *ram, u32 size, struct err *err)
{
    if (size == 0 || size > RAM_MAX || size % 64)
        return err_set(err, EINVAL, "memory of %u bytes: give a multiple of 64 up to 248K", size);
    ram->base = calloc(1, size);
    if (!ram->base)
        return err_set(err, ENOMEM, "no host memory for %u bytes of guest memory", size);
    ram->size = size;
    ram->code = NULL;
    return 0;
}

void ram_fini(struct ram *ram)
{
    free(ram->base);
    ram->base = NULL;
}
