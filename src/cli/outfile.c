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

static int write_regular(const char *path, mode_t mode, const void *bytes, size_t len)
{
    char temp[4096];
    int fd, rc;

    if (snprintf(temp, sizeof temp, "%s.%ld~", path, (long)getpid()) >= (int)sizeof temp)
        return -ENAMETOOLONG;
    fd = open(temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (fd < 0)
        return -errno;
    rc = write_all(fd, bytes, len);
    if (close(fd) && rc == 0)
        rc = -errno;
    if (rc == 0 && rename(temp, path))
        rc = -errno;
    if (rc)
        unlink(temp);
    return rc;
}

int outfile_write(const char *path, const void *bytes, size_t len, struct err *err)
{
    struct stat st;
    int rc;

    if (strcmp(path, "-") == 0) {
        fflush(stdout);
        rc = write_all(STDOUT_FILENO, bytes, len);
    } else if (stat(path, &st)) {
        rc = write_regular(path, 0666, bytes, len);
    } else if (S_ISDIR(st.st_mode)) {
        rc = -EISDIR;
    } else if (access(path, W_OK)) {
        rc = -errno;
    } else if (!(st.st_mode & 0222)) {
        rc = -EACCES; /* root could, but whoever marks a file read-only means it */
    } else if (S_ISREG(st.st_mode) && st.st_nlink == 1) {
        rc = write_regular(path, st.st_mode & 0777, bytes, len);
    } else {
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
