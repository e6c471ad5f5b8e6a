/* wholefile.c - reading of small files: see wholefile.h. */
#include "base/wholefile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* O_NONBLOCK keeps a FIFO without its other end from blocking the open. */
static int file_open(const char *path, u64 *size, struct err *err)
{
    struct stat st;
    int rc, fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

    if (fd < 0 || fstat(fd, &st) < 0)
        rc = err_set(err, errno, "%s: %s", path, strerror(errno));
    else if (S_ISDIR(st.st_mode))
        rc = err_set(err, EISDIR, "%s: %s", path, strerror(EISDIR));
    else if (!S_ISREG(st.st_mode))
        rc = err_set(err, EINVAL, "%s: not a regular file", path);
    else if (st.st_size == 0)
        rc = err_set(err, EINVAL, "%s: the file is empty", path);
    else {
        *size = (u64)st.st_size;
        return fd;
    }
    if (fd >= 0)
        close(fd);
    return rc;
}

/* Read up to `max` bytes; the file may have shrunk meanwhile. */
static int file_fill(int fd, u8 *bytes, size_t max, size_t *len)
{
    *len = 0;
    while (*len < max) {
        ssize_t n = read(fd, bytes + *len, max - *len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -errno;
        if (n == 0)
            break;
        *len += (size_t)n;
    }
    return 0;
}

int wholefile_head(const char *path, size_t max, u8 **bytes, size_t *len, u64 *size,
                   struct err *err)
{
    int rc, fd = file_open(path, size, err);
    size_t want;

    if (fd < 0)
        return fd;
    want = *size < max ? (size_t)*size : max;
    *bytes = malloc(want + 1);
    if (!*bytes) {
        rc = err_set(err, ENOMEM, "%s: no host memory for %zu bytes", path, want);
        goto close_file;
    }
    rc = file_fill(fd, *bytes, want, len);
    if (rc) {
        err_set(err, -rc, "%s: %s", path, strerror(-rc));
        free(*bytes);
        goto close_file;
    }
    (*bytes)[*len] = 0;
close_file:
    close(fd);
    return rc;
}

int wholefile_read(const char *path, size_t max, u8 **bytes, size_t *len, struct err *err)
{
    u64 size;
    int rc = wholefile_head(path, max, bytes, len, &size, err);

    if (rc)
        return rc;
    if (size > max) {
        free(*bytes);
        return err_set(err, EFBIG, "%s: %llu bytes are too many for such a file (limit %zu)", path,
                       (unsigned long long)size, max);
    }
    return 0;
}
