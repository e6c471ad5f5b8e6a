/* hostfile.h - whole reads and writes of the host's files, and the lock on them.
 *
 * What images and overlays have in common: positioned I/O that finishes or fails with a text that
 * names the file.
 */
#ifndef VM11_DEV_HOSTFILE_H
#define VM11_DEV_HOSTFILE_H

#include "base/err.h"
#include "base/types.h"

struct hostfile {
    int fd;
    const char *path; /* borrowed: for texts */
};

/* Read `len` bytes at `offset`; what lies beyond the end of the file is zeros. */
int hostfile_read(const struct hostfile *file, u64 offset, void *data, size_t len, struct err *err);

/* Write `len` bytes at `offset`. On failure a file that grew is cut back to its old length. */
int hostfile_write(const struct hostfile *file, u64 offset, const void *data, size_t len,
                   struct err *err);

/* What was written is on the host's disk when this returns. */
int hostfile_sync(const struct hostfile *file, struct err *err);

/* Bytes in the file, or in the host's device. */
int hostfile_size(const struct hostfile *file, u64 *size, struct err *err);

/* Lock out other machines, in this process or another: all of them, or those that write. -EBUSY
 * where one holds it. A file system that knows no locks is no error. The lock ends with the fd. */
int hostfile_lock(const struct hostfile *file, bool exclusive, struct err *err);

#endif
