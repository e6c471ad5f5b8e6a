/* backing.c - what lies below an image: see backing.h. */
#include "dev/backing.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/assert.h"
#include "dev/image.h"

/* The image above has checked it for the machine: this is the second lock on the door. */
static void bounds_check(const struct backing *backing, u64 offset, size_t len)
{
    base_assert(offset <= backing->capacity && len <= backing->capacity - offset);
}

int backing_read(const struct backing *backing, u64 offset, void *data, size_t len, struct err *err)
{
    if (backing->file.fd >= 0)
        return hostfile_read(&backing->file, offset, data, len, err);
    bounds_check(backing, offset, len);
    if (backing->parent)
        return image_read(backing->parent, backing->offset + offset, data, len, err);
    memcpy(data, backing->memory + offset, len);
    return 0;
}

int backing_write(const struct backing *backing, u64 offset, const void *data, size_t len,
                  struct err *err)
{
    if (backing->file.fd >= 0)
        return hostfile_write(&backing->file, offset, data, len, err);
    bounds_check(backing, offset, len);
    if (backing->parent)
        return image_write(backing->parent, backing->offset + offset, data, len, err);
    memcpy(backing->memory + offset, data, len);
    return 0;
}

int backing_sync(const struct backing *backing, struct err *err)
{
    if (backing->file.fd >= 0)
        return hostfile_sync(&backing->file, err);
    return backing->parent ? image_flush(backing->parent, err) : 0;
}

int backing_size(const struct backing *backing, u64 *size, struct err *err)
{
    if (backing->file.fd >= 0)
        return hostfile_size(&backing->file, size, err);
    *size = backing->capacity;
    return 0;
}

int backing_cut(const struct backing *backing, u64 size, struct err *err)
{
    u64 have;
    int rc = backing_size(backing, &have, err);

    if (rc == 0 && have > size && backing->file.fd >= 0 &&
        ftruncate(backing->file.fd, (off_t)size) < 0)
        rc = err_set(err, errno, "%s: cutting it back: %s", backing->file.path, strerror(errno));
    return rc;
}

void backing_close(struct backing *backing)
{
    if (backing->file.fd >= 0)
        close(backing->file.fd);
    image_close(backing->parent);
    free(backing->memory);
}
