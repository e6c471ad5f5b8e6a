/* backing.h - what lies below an image: a file, a part of another image, or memory of the host.
 *
 * A part of another image is a minidisk: several machines have each their own of one pack. Whatever
 * it is, the image above sees bytes from 0 to its capacity, and no others can be reached.
 */
#ifndef VM11_DEV_BACKING_H
#define VM11_DEV_BACKING_H

#include "dev/hostfile.h"

struct image;

/* One of the three. */
struct backing {
    struct hostfile file; /* fd < 0: none */
    struct image *parent; /* NULL: none */
    u64 offset;           /* in the parent */
    u8 *memory;           /* owned; NULL: none */
    u64 capacity;         /* of a part or of memory, in bytes */
};

/* As of hostfile.h. */
int backing_read(const struct backing *backing, u64 offset, void *data, size_t len,
                 struct err *err);
int backing_write(const struct backing *backing, u64 offset, const void *data, size_t len,
                  struct err *err);
int backing_sync(const struct backing *backing, struct err *err);

/* Bytes that have been written: a file's length, or all. */
int backing_size(const struct backing *backing, u64 *size, struct err *err);
/* A file that is longer than `size` is cut back to it. */
int backing_cut(const struct backing *backing, u64 size, struct err *err);

void backing_close(struct backing *backing);

#endif
