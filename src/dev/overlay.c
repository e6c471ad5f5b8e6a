/* overlay.c - what a guest wrote over an image that stays as it is: see overlay.h.
 *
 * An overlay is worthless, and harmful, over any other bytes than those it was begun on. So it
 * keeps the size and a hash of its base, and the whole base is read once when it is opened: a
 * disk pack of 2.5 MB takes a few milliseconds.
 */
#include "dev/overlay.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/assert.h"

#define HEADER_LEN 512u
#define MAGIC      "vm11ovl1"

enum { AT_BLOCK = 8, AT_CAPACITY = 16, AT_BASE_SIZE = 24, AT_BASE_HASH = 32, AT_CHECK = 40 };

struct overlay {
    struct hostfile file;
    u64 blocks;
    size_t map_len; /* bytes, a multiple of 512 */
    u8 *map;
};

static u64 fnv(u64 hash, const u8 *data, size_t len)
{
    for (size_t i = 0; i < len; i++)
        hash = (hash ^ data[i]) * 0x100000001b3u;
    return hash;
}

#define FNV_START 0xcbf29ce484222325u

static void put64(u8 *p, u64 v)
{
    for (unsigned i = 0; i < 8; i++)
        p[i] = (u8)(v >> 8 * i);
}

static u64 get64(const u8 *p)
{
    u64 v = 0;

    for (unsigned i = 0; i < 8; i++)
        v |= (u64)p[i] << 8 * i;
    return v;
}

static int base_hash(const struct hostfile *base, u64 size, u64 *hash, struct err *err)
{
    u8 buffer[32768];

    *hash = FNV_START;
    for (u64 at = 0; at < size; at += sizeof buffer) {
        size_t len = size - at < sizeof buffer ? (size_t)(size - at) : sizeof buffer;
        int rc = hostfile_read(base, at, buffer, len, err);

        if (rc)
            return rc;
        *hash = fnv(*hash, buffer, len);
    }
    return 0;
}

static u64 block_offset(const struct overlay *overlay, u64 block)
{
    return HEADER_LEN + overlay->map_len + block * OVERLAY_BLOCK;
}

/* A new overlay: header and empty map, on the disk before the guest writes anything. */
static int overlay_create(struct overlay *overlay, const u8 *header, struct err *err)
{
    int rc = hostfile_write(&overlay->file, HEADER_LEN, overlay->map, overlay->map_len, err);

    if (!rc)
        rc = hostfile_write(&overlay->file, 0, header, HEADER_LEN, err);
    if (!rc)
        rc = hostfile_sync(&overlay->file, err);
    return rc;
}

/* The header of the file `have` against the one that it should have. */
static int header_check(const struct overlay *overlay, const u8 *have, const u8 *want,
                        const struct hostfile *base, struct err *err)
{
    const char *path = overlay->file.path;

    if (memcmp(have, MAGIC, 8) != 0)
        return err_set(err, EINVAL, "%s: not an overlay file", path);
    if (get64(have + AT_CHECK) != fnv(FNV_START, have, AT_CHECK) ||
        get64(have + AT_BLOCK) != OVERLAY_BLOCK)
        return err_set(err, EINVAL, "%s: a damaged overlay (its header is wrong)", path);
    if (get64(have + AT_CAPACITY) != get64(want + AT_CAPACITY))
        return err_set(err, EINVAL, "%s: an overlay for another kind of medium", path);
    if (memcmp(have, want, AT_CHECK + 8) != 0)
        return err_set(err, EINVAL,
                       "%s: an overlay of another image, or %s has changed since it was begun",
                       path, base->path);
    return 0;
}

/* Every block of the map must be within the medium and wholly within the file. */
static int map_check(const struct overlay *overlay, u64 file_size, struct err *err)
{
    for (u64 block = 0; block < overlay->map_len * 8; block++) {
        if (!(overlay->map[block / 8] >> block % 8 & 1))
            continue;
        if (block >= overlay->blocks || block_offset(overlay, block) + OVERLAY_BLOCK > file_size)
            return err_set(err, EINVAL, "%s: a damaged overlay (block %llu is missing)",
                           overlay->file.path, (unsigned long long)block);
    }
    return 0;
}

static int overlay_load(struct overlay *overlay, const u8 *want, const struct hostfile *base,
                        struct err *err)
{
    u8 have[HEADER_LEN];
    u64 size;
    int rc = hostfile_size(&overlay->file, &size, err);

    if (rc)
        return rc;
    if (size == 0)
        return overlay_create(overlay, want, err);
    rc = hostfile_read(&overlay->file, 0, have, HEADER_LEN, err);
    if (!rc)
        rc = header_check(overlay, have, want, base, err);
    if (rc)
        return rc;
    if (size < HEADER_LEN + overlay->map_len)
        return err_set(err, EINVAL, "%s: a damaged overlay (its map is cut off)",
                       overlay->file.path);
    rc = hostfile_read(&overlay->file, HEADER_LEN, overlay->map, overlay->map_len, err);
    return rc ? rc : map_check(overlay, size, err);
}

static int file_open(struct overlay *overlay, const struct hostfile *base, struct err *err)
{
    struct hostfile *file = &overlay->file;
    struct stat mine, other;

    file->fd = open(file->path, O_RDWR | O_CREAT | O_NONBLOCK | O_CLOEXEC | O_NOCTTY, 0666);
    if (file->fd < 0)
        return err_set(err, errno, "%s: the overlay cannot be opened: %s", file->path,
                       strerror(errno));
    if (fstat(file->fd, &mine) < 0 || fstat(base->fd, &other) < 0)
        return err_set(err, errno, "%s: %s", file->path, strerror(errno));
    if (!S_ISREG(mine.st_mode))
        return err_set(err, EINVAL, "%s: an overlay must be a regular file", file->path);
    if (mine.st_dev == other.st_dev && mine.st_ino == other.st_ino)
        return err_set(err, EINVAL, "%s: the overlay is the image itself", file->path);
    return hostfile_lock(file, true, err);
}

int overlay_open(struct overlay **overlay, const char *path, const struct hostfile *base,
                 u64 base_size, u64 capacity, struct err *err)
{
    struct overlay *ov = calloc(1, sizeof *ov);
    u8 want[HEADER_LEN] = MAGIC;
    u64 hash;
    int rc;

    base_assert(capacity % OVERLAY_BLOCK == 0);
    if (!ov)
        return err_set(err, ENOMEM, "%s: no host memory for the overlay", path);
    ov->file = (struct hostfile){.fd = -1, .path = path};
    ov->blocks = capacity / OVERLAY_BLOCK;
    ov->map_len = (size_t)((ov->blocks + 8 * 512 - 1) / (8 * 512) * 512);
    ov->map = calloc(1, ov->map_len);
    rc = ov->map ? 0 : err_set(err, ENOMEM, "%s: no host memory for the overlay", path);
    if (!rc)
        rc = base_hash(base, base_size, &hash, err);
    if (!rc)
        rc = file_open(ov, base, err);
    if (!rc) {
        put64(want + AT_BLOCK, OVERLAY_BLOCK);
        put64(want + AT_CAPACITY, capacity);
        put64(want + AT_BASE_SIZE, base_size);
        put64(want + AT_BASE_HASH, hash);
        put64(want + AT_CHECK, fnv(FNV_START, want, AT_CHECK));
        rc = overlay_load(ov, want, base, err);
    }
    if (rc)
        overlay_close(ov);
    else
        *overlay = ov;
    return rc;
}

void overlay_close(struct overlay *overlay)
{
    if (!overlay)
        return;
    if (overlay->file.fd >= 0)
        close(overlay->file.fd);
    free(overlay->map);
    free(overlay);
}

bool overlay_has(const struct overlay *overlay, u64 block)
{
    return overlay->map[block / 8] >> block % 8 & 1;
}

int overlay_read(const struct overlay *overlay, u64 block, void *data, struct err *err)
{
    return hostfile_read(&overlay->file, block_offset(overlay, block), data, OVERLAY_BLOCK, err);
}

int overlay_write(struct overlay *overlay, u64 block, const void *data, struct err *err)
{
    u8 byte;
    int rc;

    base_assert(block < overlay->blocks);
    byte = (u8)(overlay->map[block / 8] | 1u << block % 8);
    rc = hostfile_write(&overlay->file, block_offset(overlay, block), data, OVERLAY_BLOCK, err);
    if (rc || overlay_has(overlay, block))
        return rc;
    rc = hostfile_write(&overlay->file, HEADER_LEN + block / 8, &byte, 1, err);
    if (!rc)
        overlay->map[block / 8] = byte;
    return rc;
}

int overlay_flush(struct overlay *overlay, struct err *err)
{
    return hostfile_sync(&overlay->file, err);
}
