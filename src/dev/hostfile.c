/* hostfile.c - whole reads and writes of the host's files: see hostfile.h.
 *
 * The lock is flock(): it belongs to the open file, so that it also holds between two machines
 * in one process, and it goes when a machine dies.
 */
#include "dev/hostfile.h"

#include <errno.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static int io_failed(const struct hostfile *file, const char *what, int code, struct err *err)
{
    return err_set(err, code, "%s: %s: %s", file->path, what, strerror(code));
}

int hostfile_read(const struct hostfile *file, u64 offset, void *data, size_t len, struct err *err)
{
    u8 *to = data;

    while (len) {
        ssize_t n = pread(file->fd, to, len, (off_t)offset);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return io_failed(file, "reading", errno, err);
        if (n == 0)
            break;
        to += n;
        offset += (u64)n;
        len -= (size_t)n;
    }
    memset(to, 0, len);
    return 0;
}

int hostfile_write(const struct hostfile *file, u64 offset, const void *data, size_t len,
                   struct err *err)
{
    const u8 *from = data;
    struct stat before;

    if (fstat(file->fd, &before) < 0)
        return io_failed(file, "writing", errno, err);
    while (len) {
        ssize_t n = pwrite(file->fd, from, len, (off_t)offset);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            int code = errno;
            struct stat after;

            if (fstat(file->fd, &after) == 0 && after.st_size > before.st_size &&
                ftruncate(file->fd, before.st_size) < 0)
                return io_failed(file, "a write failed and could not be undone", errno, err);
            return io_failed(file, "writing", code, err);
        }
        from += n;
        offset += (u64)n;
        len -= (size_t)n;
    }
    return 0;
}

int hostfile_sync(const struct hostfile *file, struct err *err)
{
    /* EINVAL and EROFS: a kind of file that has nothing to synchronise. */
    while (fdatasync(file->fd) < 0) {
        if (errno == EINVAL || errno == EROFS)
            return 0;
        if (errno != EINTR)
            return io_failed(file, "writing", errno, err);
    }
    return 0;
}

int hostfile_size(const struct hostfile *file, u64 *size, struct err *err)
{
    off_t end = lseek(file->fd, 0, SEEK_END);

    if (end < 0)
        return io_failed(file, "finding its size", errno, err);
    *size = (u64)end;
    return 0;
}

int hostfile_lock(const struct hostfile *file, bool exclusive, struct err *err)
{
    while (flock(file->fd, (exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB) < 0) {
        if (errno == EWOULDBLOCK)
            return err_set(err, EBUSY, "%s: in use by another machine", file->path);
        if (errno != EINTR)
            return 0;
    }
    return 0;
}
