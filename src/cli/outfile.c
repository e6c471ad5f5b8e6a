/* outfile.c - whole files out: see outfile.h. */
#include "cli/outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/types.h"

static int write_all(int fd, const char *bytes, size_t len)
{
    while (len) {
        ssize_t n = write(fd, bytes, len);
        if (n < 0 && errno != EINTR)
            return -errno;
        if (n > 0) {
            bytes += n;
            len -= (size_t)n;
        }
    }
    return 0;
}

/* A pipe, a terminal, /dev/null; or a file with several names, which shall stay one. */
static int write_special(const char *path, const void *bytes, size_t len)
{
    int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
    int rc = fd < 0 ? -errno : write_all(fd, bytes, len);

    if (fd >= 0 && close(fd) && rc == 0)
        rc = -errno;
    return rc;
}

/* A new file beside `path`, which it is to become; its name in `temp`. */
static int open_temp(const char *path, char *temp, size_t size, mode_t mode)
{
    int fd;

    if (snprintf(temp, size, "%s.%ld~", path, (long)getpid()) >= (int)size)
        return -ENAMETOOLONG;
    fd = open(temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    return fd < 0 ? -errno : fd;
}

static int write_regular(const char *path, mode_t mode, const void *bytes, size_t len)
{
    char temp[4096];
    int rc, fd = open_temp(path, temp, sizeof temp, mode);

    if (fd < 0)
        return fd;
    rc = write_all(fd, bytes, len);
    if (close(fd) && rc == 0)
        rc = -errno;
    if (rc == 0 && rename(temp, path))
        rc = -errno;
    if (rc)
        unlink(temp);
    return rc;
}

/* How a path is written. */
enum way { WAY_STDOUT, WAY_REGULAR, WAY_SPECIAL };

/* That, and the new file's mode; -errno where it cannot be. */
static int find_way(const char *path, mode_t *mode)
{
    struct stat st;

    *mode = 0666;
    if (strcmp(path, "-") == 0)
        return WAY_STDOUT;
    if (stat(path, &st))
        return WAY_REGULAR;
    if (S_ISDIR(st.st_mode))
        return -EISDIR;
    if (access(path, W_OK))
        return -errno;
    if (!(st.st_mode & 0222))
        return -EACCES; /* root could, but whoever marks a file read-only means it */
    *mode = st.st_mode & 0777;
    return S_ISREG(st.st_mode) && st.st_nlink == 1 ? WAY_REGULAR : WAY_SPECIAL;
}

int outfile_check(const char *path, struct err *err)
{
    char temp[4096];
    mode_t mode;
    int rc = find_way(path, &mode);

    if (rc == WAY_REGULAR) {
        rc = open_temp(path, temp, sizeof temp, mode);
        if (rc >= 0) {
            close(rc);
            unlink(temp);
        }
    }
    return rc < 0 ? err_set(err, -rc, "%s: %s", path, strerror(-rc)) : 0;
}

int outfile_write(const char *path, const void *bytes, size_t len, struct err *err)
{
    mode_t mode;
    int rc = find_way(path, &mode);

    if (rc == WAY_STDOUT) {
        fflush(stdout);
        rc = write_all(STDOUT_FILENO, bytes, len);
    } else if (rc == WAY_REGULAR) {
        rc = write_regular(path, mode, bytes, len);
    } else if (rc == WAY_SPECIAL) {
        rc = write_special(path, bytes, len);
    }
    if (rc == 0)
        return 0;
    /* A file that may not grow is a full disk; of what is read, EFBIG means too large. */
    return err_set(err, rc == -EFBIG ? ENOSPC : -rc, "%s: %s", path, strerror(-rc));
}

int outfile_spare(const char *path, const char *source, struct err *err)
{
    struct stat to, from;

    if (!path || stat(path, &to) || stat(source, &from) || !S_ISREG(to.st_mode) ||
        to.st_dev != from.st_dev || to.st_ino != from.st_ino)
        return 0;
    return err_set(err, EINVAL, "%s: is the source; give another name for the output", path);
}
