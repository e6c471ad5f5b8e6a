/* spool_out.c - what printers and punches write: see spool.h.
 *
 * Bytes gather in a buffer, which goes into the file when it is full. What the host does not take
 * stays in the buffer, to the byte, and the device gets no further until it has gone.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cp/spool_impl.h"

/* How the open file stands in the list when it is closed. */
static struct spool_file out_file(const struct spool_out *out)
{
    struct spool_file file = {.number = out->number, .device = out->device, .size = out->size};

    snprintf(file.owner, sizeof file.owner, "%s", out->user->name);
    return file;
}

static int out_open(struct spool_out *out, struct err *err)
{
    struct spool *spool = out->user->spool;
    struct spool_file file;
    char path[SPOOL_PATH];
    int fd;

    out->number = spool->next;
    file = out_file(out);
    spool_path(path, &file, true);
    fd = openat(spool->dir, path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0) {
        out->number = 0;
        return err_set(err, errno, "%s/%s: %s", spool->folder, path, strerror(errno));
    }
    spool->next++;
    out->fd = fd;
    out->size = 0;
    return 0;
}

int spool_out_flush(struct spool_out *out, struct err *err)
{
    int rc = out->count && !out->number ? out_open(out, err) : 0;
    unsigned done = 0;

    while (rc == 0 && done < out->count) {
        ssize_t n = write(out->fd, out->buffer + done, out->count - done);

        if (n >= 0)
            done += (unsigned)n;
        else if (errno != EINTR)
            rc = err_set(err, errno, "%s %s: the spool in %s: %s", out->user->name,
                         spool_units[out->device], out->user->spool->folder, strerror(errno));
    }
    out->size += done;
    out->count -= done;
    memmove(out->buffer, out->buffer + done, out->count);
    return rc;
}

static bool out_put(void *ctx, u8 ch)
{
    struct spool_out *out = ctx;

    /* A device that stands sends nothing, unless somebody has set its registers: that is lost. */
    if (out->count == SPOOL_BUFFER && spool_out_flush(out, &out->why))
        return false;
    out->buffer[out->count++] = ch;
    if (out->count < SPOOL_BUFFER || spool_out_flush(out, &out->why) == 0)
        return true;
    log_put(&out->user->spool->log, LOG_WARN, "%s; it stands until there is room", out->why.text);
    return false;
}

bool spool_out_retry(struct spool_out *out)
{
    struct err err = {0};

    if (!out->why.code)
        return false;
    if (spool_out_flush(out, &err)) {
        out->why = err;
        return true;
    }
    out->why = (struct err){0};
    log_put(&out->user->spool->log, LOG_NOTE, "%s %s: the spool goes on", out->user->name,
            spool_units[out->device]);
    if (out->end.ready)
        out->end.ready(out->end.dev);
    spool_user_ready(out->user);
    return false;
}

int spool_out_close(struct spool_out *out, unsigned *number, struct err *err)
{
    struct spool *spool = out->user->spool;
    struct spool_file file;
    char from[SPOOL_PATH], to[SPOOL_PATH];
    int rc = spool_out_flush(out, err);

    *number = 0;
    if (rc || !out->number)
        return rc;
    rc = spool_file_room(spool, err);
    if (rc)
        return rc;
    file = out_file(out);
    spool_path(from, &file, true);
    spool_path(to, &file, false);
    if (renameat(spool->dir, from, spool->dir, to) < 0)
        return err_set(err, errno, "%s/%s: %s", spool->folder, to, strerror(errno));
    /* A file system over a network tells only here that it had no room. */
    if (close(out->fd) < 0)
        rc = err_set(err, errno, "%s/%s: %s", spool->folder, to, strerror(errno));
    spool_file_add(spool, &file);
    *number = out->number;
    out->number = 0;
    return rc;
}

int spool_out_end(struct spool_out *out, struct err *err)
{
    unsigned number;
    int rc = spool_out_close(out, &number, err);

    if (rc) { /* without what the host did not take */
        out->count = 0;
        spool_out_close(out, &number, NULL);
    }
    if (out->number) /* it keeps its name: the next CP finds it */
        close(out->fd);
    return rc;
}

int spool_out_join(struct spool_user *user, enum spool_device device, struct err *err)
{
    struct spool_out *out = &user->out[device];

    *out = (struct spool_out){
        .user = user, .device = device, .end = {.put = out_put, .ctx = out}, .fd = -1};
    return machine_attach(user->m, spool_units[device], &(struct attach){.end = &out->end}, err);
}
