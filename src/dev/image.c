/* image.c - the host's side of a disk or a tape: see image.h.
 *
 * An image is used in place, with positioned reads and writes: there is no cache to lose, and the
 * host's page cache is better than any of ours. Who opens an image for writing locks out every
 * other machine; who only reads it locks out those that write.
 */
#include "dev/image.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/assert.h"
#include "dev/backing.h"
#include "dev/overlay.h"
#include "dev/undo.h"

struct image {
    struct backing below;
    unsigned users; /* its owner, and those who have a part of it */
    char *path;
    char *overlay_path; /* NULL: none */
    struct overlay *overlay;
    u64 capacity;
    bool read_only;    /* for the guest: not where there is an overlay */
    struct undo *undo; /* NULL: what is overwritten is gone */
    u8 **scratch;      /* blocks in host memory that prevail over the file's; NULL: none may be */
};

_Static_assert(UNDO_BLOCK == OVERLAY_BLOCK, "one size of blocks");

static int how_check(const struct attach *how, struct err *err)
{
    if (how->read_only && how->overlay)
        return err_set(err, EINVAL, "%s: give either ,ro or ,overlay=FILE", how->path);
    if (how->create && (how->read_only || how->overlay))
        return err_set(err, EINVAL, "%s: ,new goes neither with ,ro nor with ,overlay=FILE",
                       how->path);
    return 0;
}

/* The text for an image that could not be opened, with the mend where there is one. */
static int open_failed(const struct attach *how, int code, struct err *err)
{
    const char *path = how->path;

    switch (code) {
    case ENOENT:
        return err_set(
            err, code, "%s: no such file%s", path,
            how->create || how->read_only || how->overlay ? "" : " (,new makes an empty one)");
    case EEXIST: return err_set(err, code, "%s: exists already (leave out ,new to use it)", path);
    case EISDIR: return err_set(err, code, "%s: is a directory", path);
    case EACCES:
    case EPERM:
    case EROFS:
    case ETXTBSY:
        if (!how->read_only && !how->overlay && !how->create && access(path, R_OK) == 0)
            return err_set(err, code,
                           "%s: may not be written (attach it with ,ro or ,overlay=FILE)", path);
        break;
    }
    return err_set(err, code, "%s: cannot be opened: %s", path, strerror(code));
}

static int file_open(struct image *image, const struct attach *how, struct err *err)
{
    bool writes = !how->read_only && !how->overlay;
    int flags = O_NONBLOCK | O_CLOEXEC | O_NOCTTY;
    struct stat st;

    flags |= how->create ? O_RDWR | O_CREAT | O_EXCL : writes ? O_RDWR : O_RDONLY;
    image->below.file.fd = open(how->path, flags, 0666);
    if (image->below.file.fd < 0)
        return open_failed(how, errno, err);
    if (fstat(image->below.file.fd, &st) < 0)
        return open_failed(how, errno, err);
    if (S_ISDIR(st.st_mode))
        return open_failed(how, EISDIR, err);
    /* A pipe or a terminal has no positions; a character device could block for ever. */
    if (!S_ISREG(st.st_mode) && !S_ISBLK(st.st_mode))
        return err_set(err, EINVAL, "%s: neither a regular file nor a block device", how->path);
    /* Root may write what nobody may: but who marks an image read-only means it. */
    if (writes && !how->create && !(st.st_mode & 0222))
        return open_failed(how, EACCES, err);
    return hostfile_lock(&image->below.file, writes, err);
}

static void size_note(const struct image *image, u64 size, const struct log *log)
{
    unsigned long long have = size, want = image->capacity;

    if (have > want)
        log_put(log, LOG_NOTE, "%s: %llu bytes, of which the medium holds the first %llu",
                image->path, have, want);
    else if (have < want)
        log_put(log, LOG_NOTE, "%s: %llu bytes of %llu; the rest of the medium reads as zeros",
                image->path, have, want);
}

static int image_setup(struct image *image, const struct attach *how, const struct log *log,
                       struct err *err)
{
    u64 size;
    int rc;

    image->overlay_path = how->overlay ? strdup(how->overlay) : NULL;
    if (how->overlay && !image->overlay_path)
        return err_set(err, ENOMEM, "%s: no host memory for the image", how->path);
    image->below.file = (struct hostfile){.fd = -1, .path = image->path};
    image->read_only = how->read_only;
    rc = file_open(image, how, err);
    if (!rc)
        rc = hostfile_size(&image->below.file, &size, err);
    if (rc)
        return rc;
    if (!how->create)
        size_note(image, size, log);
    if (how->overlay)
        rc = overlay_open(&image->overlay, image->overlay_path, &image->below.file,
                          size < image->capacity ? size : image->capacity, image->capacity, err);
    return rc;
}

static struct image *image_new(u64 capacity, const char *path)
{
    struct image *new = calloc(1, sizeof *new);

    if (!new)
        return NULL;
    new->below = (struct backing){.file.fd = -1, .capacity = capacity};
    new->capacity = capacity;
    new->users = 1;
    new->path = strdup(path);
    if (new->path)
        return new;
    free(new);
    return NULL;
}

int image_open(struct image **image, const struct attach *how, u64 capacity, const struct log *log,
               struct err *err)
{
    struct image *new;
    int rc = how_check(how, err);

    base_assert(how->path);
    if (rc)
        return rc;
    new = image_new(capacity, how->path);
    if (!new)
        return err_set(err, ENOMEM, "%s: no host memory for the image", how->path);
    rc = image_setup(new, how, log, err);
    if (rc)
        image_close(new);
    else
        *image = new;
    return rc;
}

int image_window(struct image **image, struct image *parent, u64 offset, u64 length, bool read_only,
                 struct err *err)
{
    unsigned long long first = offset / OVERLAY_BLOCK, end = (offset + length) / OVERLAY_BLOCK;
    struct image *new;
    char name[400];

    base_assert(offset % OVERLAY_BLOCK == 0 && length % OVERLAY_BLOCK == 0);
    if (!length || offset > parent->capacity || length > parent->capacity - offset)
        return err_set(err, EINVAL, "%s: blocks %llu to %llu, but it has %llu", parent->path, first,
                       end - 1, (unsigned long long)image_blocks(parent));
    snprintf(name, sizeof name, "%s (blocks %llu to %llu)", parent->path, first, end - 1);
    new = image_new(length, name);
    if (!new)
        return err_set(err, ENOMEM, "%s: no host memory for a part of it", parent->path);
    new->below.parent = parent;
    new->below.offset = offset;
    new->read_only = read_only || image_read_only(parent);
    parent->users++;
    *image = new;
    return 0;
}

int image_memory(struct image **image, const char *name, u64 capacity, struct err *err)
{
    struct image *new = image_new(capacity, name);

    base_assert(capacity && capacity % OVERLAY_BLOCK == 0);
    if (new)
        new->below.memory = calloc(1, (size_t)capacity);
    if (!new || !new->below.memory) {
        image_close(new);
        return err_set(err, ENOMEM, "%s: no host memory for %llu bytes", name,
                       (unsigned long long)capacity);
    }
    *image = new;
    return 0;
}

u64 image_blocks(const struct image *image)
{
    return (image->capacity + OVERLAY_BLOCK - 1) / OVERLAY_BLOCK;
}

void image_scratch_end(struct image *image)
{
    if (image->scratch)
        for (u64 block = 0; block < image_blocks(image); block++)
            free(image->scratch[block]);
    free(image->scratch);
    image->scratch = NULL;
}

bool image_is_scratch(const struct image *image)
{
    return image->scratch;
}

void image_close(struct image *image)
{
    if (!image || --image->users)
        return;
    undo_free(image->undo);
    image_scratch_end(image);
    overlay_close(image->overlay);
    backing_close(&image->below);
    free(image->overlay_path);
    free(image->path);
    free(image);
}

/* One whole block, from memory, the overlay, or what lies below. */
static int block_read(struct image *image, u64 block, void *data, struct err *err)
{
    if (image->scratch && image->scratch[block]) {
        memcpy(data, image->scratch[block], OVERLAY_BLOCK);
        return 0;
    }
    if (image->overlay && overlay_has(image->overlay, block))
        return overlay_read(image->overlay, block, data, err);
    return backing_read(&image->below, block * OVERLAY_BLOCK, data, OVERLAY_BLOCK, err);
}

/* The part of block `offset / OVERLAY_BLOCK` that belongs to a transfer of `len` bytes. */
static size_t block_part(u64 offset, size_t len)
{
    size_t room = OVERLAY_BLOCK - (size_t)(offset % OVERLAY_BLOCK);

    return len < room ? len : room;
}

int image_read(struct image *image, u64 offset, void *data, size_t len, struct err *err)
{
    u8 block[OVERLAY_BLOCK], *to = data;

    base_assert(offset <= image->capacity && len <= image->capacity - offset);
    if (!image->overlay && !image->scratch)
        return backing_read(&image->below, offset, data, len, err);
    while (len) {
        size_t part = block_part(offset, len);
        int rc = block_read(image, offset / OVERLAY_BLOCK, block, err);

        if (rc)
            return rc;
        memcpy(to, block + offset % OVERLAY_BLOCK, part);
        to += part;
        offset += part;
        len -= part;
    }
    return 0;
}

/* One whole block, into memory or the overlay. */
static int block_write(struct image *image, u64 block, const void *data, struct err *err)
{
    if (!image->scratch)
        return overlay_write(image->overlay, block, data, err);
    if (!image->scratch[block])
        image->scratch[block] = malloc(OVERLAY_BLOCK);
    if (!image->scratch[block])
        return err_set(err, ENOMEM, "%s: no host memory for a block", image->path);
    memcpy(image->scratch[block], data, OVERLAY_BLOCK);
    return 0;
}

static int write_through(struct image *image, u64 offset, const void *data, size_t len,
                         struct err *err)
{
    u8 block[OVERLAY_BLOCK];
    const u8 *from = data;

    if (!image->overlay && !image->scratch)
        return backing_write(&image->below, offset, data, len, err);
    while (len) {
        size_t part = block_part(offset, len);
        int rc = 0;

        if (part < OVERLAY_BLOCK)
            rc = block_read(image, offset / OVERLAY_BLOCK, block, err);
        memcpy(block + offset % OVERLAY_BLOCK, from, part);
        if (!rc)
            rc = block_write(image, offset / OVERLAY_BLOCK, block, err);
        if (rc)
            return rc;
        from += part;
        offset += part;
        len -= part;
    }
    return 0;
}

/* Keep what the blocks of a transfer hold. */
static int undo_note(struct image *image, u64 offset, size_t len, struct err *err)
{
    for (u64 block = offset / OVERLAY_BLOCK; block * OVERLAY_BLOCK < offset + len; block++) {
        struct undo_entry *entry;
        u8 data[OVERLAY_BLOCK];
        u64 size;
        int rc;

        if (undo_has(image->undo, block))
            continue;
        rc = block_read(image, block, data, err);
        if (!rc)
            rc = backing_size(&image->below, &size, err);
        if (rc)
            return rc;
        entry = undo_add(image->undo, block);
        if (!entry)
            return err_set(err, ENOMEM, "%s: no host memory to go back by", image->path);
        entry->size = size;
        memcpy(entry->data, data, sizeof data);
    }
    return 0;
}

int image_write(struct image *image, u64 offset, const void *data, size_t len, struct err *err)
{
    base_assert(offset <= image->capacity && len <= image->capacity - offset);
    base_assert(!image_read_only(image));
    if (image->undo) {
        int rc = undo_note(image, offset, len, err);
        if (rc)
            return rc;
    }
    return write_through(image, offset, data, len, err);
}

int image_flush(struct image *image, struct err *err)
{
    if (image->scratch)
        return 0;
    if (image->overlay)
        return overlay_flush(image->overlay, err);
    return image->read_only ? 0 : backing_sync(&image->below, err);
}

bool image_read_only(const struct image *image)
{
    return image->read_only && !image->scratch;
}

const char *image_path(const struct image *image)
{
    return image->path;
}

const char *image_overlay_path(const struct image *image)
{
    return image->overlay_path;
}

u64 image_capacity(const struct image *image)
{
    return image->capacity;
}

int image_journal(struct image *image, struct err *err)
{
    if (!image->undo)
        image->undo = undo_new(image_blocks(image));
    return image->undo ? 0 : err_set(err, ENOMEM, "%s: no host memory to go back by", image->path);
}

void image_journal_end(struct image *image)
{
    undo_free(image->undo);
    image->undo = NULL;
}

struct undo *image_undo_list(struct image *image)
{
    return image->undo;
}

/* A file that grew is cut back, whatever the block held is zeros then. */
static int entry_undo(struct image *image, const struct undo_entry *entry, struct err *err)
{
    u64 at = entry->block * OVERLAY_BLOCK;
    size_t len =
        image->capacity - at < OVERLAY_BLOCK ? (size_t)(image->capacity - at) : OVERLAY_BLOCK;
    int rc = write_through(image, at, entry->data, len, err);

    if (rc || image->overlay || image->scratch)
        return rc;
    return backing_cut(&image->below, entry->size, err);
}

int image_undo(struct image *image, u64 mark, struct err *err)
{
    const struct undo_entry *entry;

    while (image->undo && (entry = undo_take(image->undo, mark)) != NULL) {
        int rc = entry_undo(image, entry, err);
        if (rc)
            return rc;
    }
    if (image->undo)
        undo_mark(image->undo);
    return 0;
}

int image_scratch(struct image *image, struct err *err)
{
    if (!image->scratch)
        image->scratch = calloc((size_t)image_blocks(image), sizeof *image->scratch);
    return image->scratch ? 0 : err_set(err, ENOMEM, "%s: no host memory", image->path);
}

int image_hash(struct image *image, const u8 *const *over, u64 *hash, struct err *err)
{
    u8 buffer[OVERLAY_BLOCK];

    *hash = 0xcbf29ce484222325u; /* FNV-1a */
    for (u64 at = 0; at < image->capacity; at += sizeof buffer) {
        const u8 *block = over ? over[at / OVERLAY_BLOCK] : NULL;
        size_t len = block_part(at, (size_t)(image->capacity - at));
        int rc = block ? 0 : image_read(image, at, buffer, len, err);

        if (rc)
            return rc;
        block = block ? block : buffer;
        for (size_t i = 0; i < len; i++)
            *hash = (*hash ^ block[i]) * 0x100000001b3u;
    }
    return 0;
}

int image_scrub(struct image *image, struct err *err)
{
    static const u8 zeros[OVERLAY_BLOCK];
    u8 buffer[OVERLAY_BLOCK];

    if (image_read_only(image))
        return err_set(err, EROFS, "%s: is read-only and keeps what it holds", image->path);
    for (u64 at = 0; at < image->capacity; at += sizeof buffer) {
        size_t len = block_part(at, (size_t)(image->capacity - at));
        int rc = image_read(image, at, buffer, len, err);

        /* What is zeros need not be written: a short file stays short. */
        if (rc == 0 && memcmp(buffer, zeros, len) != 0)
            rc = image_write(image, at, zeros, len, err);
        if (rc)
            return rc;
    }
    return image_flush(image, err);
}
