/* paper.c - sequential files: see paper.h. */
#include "dev/paper.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/assert.h"

static int options_check(const struct attach *how, bool writing, struct err *err)
{
    base_assert(how->path);
    if (how->overlay)
        return err_set(err, EINVAL, "%s: only disks have overlays", how->path);
    if (writing && how->read_only)
        return err_set(err, EINVAL, "%s: what is only written cannot be read-only", how->path);
    if (!writing && how->create)
        return err_set(err, EINVAL, "%s: a new tape has nothing to read", how->path);
    return 0;
}

/* O_NONBLOCK keeps a FIFO without its other end from blocking the open. */
static int paper_open(struct paper *paper, const struct attach *how, bool writing, int flags,
                      struct err *err)
{
    int rc = options_check(how, writing, err), fd = -1;
    struct stat st;
    char *path;

    if (rc < 0)
        return rc;
    path = strdup(how->path);
    if (!path)
        return err_set(err, ENOMEM, "no host memory for a file name");
    fd = open(path, flags | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0666);
    if (fd < 0 || fstat(fd, &st) < 0) {
        rc = err_set(err, errno, "%s: %s", path, strerror(errno));
        goto fail;
    }
    if (S_ISDIR(st.st_mode)) {
        rc = err_set(err, EISDIR, "%s: %s", path, strerror(EISDIR));
        goto fail;
    }
    if (!writing && !S_ISREG(st.st_mode)) {
        rc = err_set(err, EINVAL, "%s: a paper tape is a regular file", path);
        goto fail;
    }
    /* Root may write what nobody may: but whoever marks a file read-only means it. */
    if (writing && S_ISREG(st.st_mode) && !(st.st_mode & 0222)) {
        rc = err_set(err, EACCES, "%s: %s", path, strerror(EACCES));
        goto fail;
    }
    rc = paper_flush(paper, err);
    if (rc < 0)
        goto fail;
    if (how->create && ftruncate(fd, 0) < 0 && errno != EINVAL) { /* EINVAL: a device, a pipe */
        rc = err_set(err, errno, "%s: %s", path, strerror(errno));
        goto fail;
    }
    paper_close(paper, NULL);
    fcntl(fd, F_SETFL, flags & O_APPEND);
    *paper = (struct paper){
        .path = path, .fd = fd, .writing = writing, .base = writing ? (u64)st.st_size : 0};
    return 0;
fail:
    if (fd >= 0)
        close(fd);
    free(path);
    return rc;
}

int paper_read_open(struct paper *paper, const struct attach *how, struct err *err)
{
    return paper_open(paper, how, false, O_RDONLY, err);
}

int paper_write_open(struct paper *paper, const struct attach *how, struct err *err)
{
    return paper_open(paper, how, true, O_WRONLY | O_CREAT | O_APPEND, err);
}

int paper_end_open(struct paper *paper, const struct attach *how, struct device *dev,
                   void (*ready)(struct device *dev), struct err *err)
{
    char *name = strdup("the spool");
    int rc = name ? paper_close(paper, err) : err_set(err, ENOMEM, "no host memory");

    if (rc) {
        free(name);
        return rc;
    }
    *paper = (struct paper){.path = name, .fd = -1, .writing = true, .end = how->end};
    how->end->ready = ready;
    how->end->dev = dev;
    return 0;
}

static void end_close(struct paper *paper)
{
    paper->end->ready = NULL;
    paper->end->dev = NULL;
    free(paper->path);
    *paper = (struct paper){0};
}

int paper_close(struct paper *paper, struct err *err)
{
    int rc;

    if (!paper->path)
        return 0;
    if (paper->end) {
        end_close(paper);
        return 0;
    }
    rc = paper_flush(paper, err);
    if (close(paper->fd) < 0 && rc == 0 && paper->writing)
        rc = err_set(err, errno, "%s: %s", paper->path, strerror(errno));
    free(paper->path);
    *paper = (struct paper){0};
    return rc;
}

int paper_get(struct paper *paper, u8 *ch, struct err *err)
{
    base_assert(paper->path && !paper->writing);
    if (paper->at == paper->count) {
        ssize_t n;

        do
            n = pread(paper->fd, paper->buffer, sizeof paper->buffer, (off_t)paper->position);
        while (n < 0 && errno == EINTR);
        if (n < 0)
            return err_set(err, errno, "%s: %s", paper->path, strerror(errno));
        if (n == 0)
            return 0;
        paper->at = 0;
        paper->count = (unsigned)n;
    }
    *ch = paper->buffer[paper->at++];
    paper->position++;
    return 1;
}

int paper_put(struct paper *paper, u8 ch, struct err *err)
{
    base_assert(paper->path && paper->writing);
    if (paper->muted) {
        paper->position++;
        return 0;
    }
    if (paper->end) {
        paper->position++;
        paper->full = !paper->end->put(paper->end->ctx, ch);
        return paper->full ? PAPER_FULL : 0;
    }
    paper->buffer[paper->count++] = ch;
    paper->position++;
    return paper->count == sizeof paper->buffer ? paper_flush(paper, err) : 0;
}

int paper_restored(struct paper *paper, const char *unit, bool on_line, struct err *err)
{
    if (on_line && !paper->path)
        return err_set(err, EINVAL, "%s: a file was attached to it then, and none is now", unit);
    if (!paper->writing)
        paper->at = paper->count = 0;
    return 0;
}

void paper_rebase(struct paper *paper)
{
    struct stat st;

    if (paper->path && paper->writing && fstat(paper->fd, &st) == 0)
        paper->base = (u64)st.st_size + paper->count - paper->position;
}

int paper_cut(struct paper *paper, struct err *err)
{
    struct stat st;
    int rc;

    if (!paper->path || !paper->writing)
        return 0;
    rc = paper_flush(paper, err);
    if (rc || fstat(paper->fd, &st) < 0 || !S_ISREG(st.st_mode))
        return rc;
    if ((u64)st.st_size > paper->base + paper->position &&
        ftruncate(paper->fd, (off_t)(paper->base + paper->position)) < 0)
        return err_set(err, errno, "%s: %s", paper->path, strerror(errno));
    return 0;
}

int paper_flush(struct paper *paper, struct err *err)
{
    if (!paper->path || !paper->writing)
        return 0;
    for (unsigned done = 0; done < paper->count;) {
        ssize_t n = write(paper->fd, paper->buffer + done, paper->count - done);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            paper->count = 0;
            return err_set(err, errno, "%s: %s", paper->path, strerror(errno));
        }
        done += (unsigned)n;
    }
    paper->count = 0;
    return 0;
}
