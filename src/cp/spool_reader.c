/* spool_reader.c - what readers read: see spool.h.
 *
 * A file is a tape that a quick operator mounts. The program sees the end of each, as ERROR, for a
 * second of its time; then the next file is there, if there is one. What was read is thrown away.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cp/spool_impl.h"
#include "dev/csr.h"

/* The first file that waits for this reader. */
static struct spool_file *first_find(const struct spool_user *user)
{
    struct spool *spool = user->spool;

    for (unsigned i = 0; i < spool->files; i++)
        if (spool->file[i].device == SPOOL_READER &&
            strcasecmp(spool->file[i].owner, user->name) == 0)
            return &spool->file[i];
    return NULL;
}

static void mount(struct spool_user *user, struct spool_file *file)
{
    char name[SPOOL_PATH], path[4096];
    struct err err = {0};

    spool_path(name, file, false);
    snprintf(path, sizeof path, "%s/%s", user->spool->folder, name);
    if (machine_attach(user->m, "pr", &(struct attach){.path = path}, &err)) {
        /* Somebody took it away, or nobody may read it: it would stand in the way for ever. */
        log_put(&user->spool->log, LOG_WARN, "%s pr: %s; it is left out", user->name, err.text);
        spool_file_drop(user->spool, file);
        return;
    }
    file->reading = true;
    user->reading = file->number;
    user->ended = false;
    spool_user_ready(user);
}

/* The file was read to its end, a while ago. */
static bool read_through(struct spool_user *user)
{
    u64 now = machine_time(user->m);

    if (!(user->m->reader.prs & CSR_ERROR))
        user->ended = false;
    else if (!user->ended) {
        user->ended = true;
        user->ended_at = now;
    }
    return user->ended && now - user->ended_at >= EVENT_HZ;
}

void spool_reader_leave(struct spool_user *user)
{
    struct spool_file *file = spool_file_find(user->spool, user->reading, NULL);

    if (file)
        file->reading = false;
    if (user->reading)
        machine_detach(user->m, "pr", NULL);
    user->reading = 0;
}

void spool_reader_service(struct spool_user *user)
{
    unsigned number = user->reading;
    struct spool_file *first;
    struct err err = {0};

    if (number && !read_through(user))
        return;
    if (number) {
        spool_reader_leave(user);
        if (spool_purge(user->spool, number, &err))
            log_put(&user->spool->log, LOG_WARN, "%s pr: %s", user->name, err.text);
    }
    first = first_find(user);
    if (first)
        mount(user, first);
}

int spool_transfer(struct spool *spool, unsigned number, const char *to, struct err *err)
{
    struct spool_file *file = spool_file_find(spool, number, err);
    struct spool_user *user = file ? spool_user_find(spool, to, err) : NULL;
    struct spool_user *owner = user ? spool_user_find(spool, file->owner, err) : NULL;
    char from[SPOOL_PATH], path[SPOOL_PATH];
    struct spool_file moved;

    if (!owner)
        return -ENOENT;
    if (file->reading)
        return err_set(err, EBUSY, "%u: %s reads it", number, file->owner);
    if (!(user->devices & 1u << SPOOL_READER))
        return err_set(err, ENODEV, "%s has no spooled reader", user->name);
    if (strcmp(owner->label ? owner->label : "", user->label ? user->label : "") != 0)
        return err_set(err, EPERM, "%u: %s is %s, and %s is %s", number, owner->name,
                       owner->label ? owner->label : "without a label", user->name,
                       user->label ? user->label : "without a label");
    moved = *file;
    moved.device = SPOOL_READER;
    memcpy(moved.owner, user->name, sizeof moved.owner);
    spool_path(from, file, false);
    spool_path(path, &moved, false);
    if (renameat(spool->dir, from, spool->dir, path) < 0)
        return err_set(err, errno, "%s/%s: %s", spool->folder, from, strerror(errno));
    spool_file_drop(spool, file);
    spool_file_add(spool, &moved);
    return 0;
}

static int copy(int from, int to, u64 *size)
{
    u8 buffer[4096];
    ssize_t n;

    *size = 0;
    while ((n = read(from, buffer, sizeof buffer)) > 0) {
        ssize_t done = write(to, buffer, (size_t)n);

        if (done != n)
            return done < 0 ? -errno : -ENOSPC;
        *size += (u64)n;
    }
    return n < 0 ? -errno : 0;
}

int spool_import(struct spool *spool, const char *path, const char *to, struct err *err)
{
    const struct spool_user *user = spool_user_find(spool, to, err);
    struct spool_file file = {.number = spool->next, .device = SPOOL_READER};
    char open_name[SPOOL_PATH], name[SPOOL_PATH];
    int in, out = -1, rc;

    if (!user)
        return -ENOENT;
    rc = spool_file_room(spool, err);
    if (rc)
        return rc;
    memcpy(file.owner, user->name, sizeof file.owner);
    spool_path(open_name, &file, true);
    spool_path(name, &file, false);
    in = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (in < 0)
        return err_set(err, errno, "%s: %s", path, strerror(errno));
    out = openat(spool->dir, open_name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    rc = out < 0 ? -errno : copy(in, out, &file.size);
    if (out >= 0 && close(out) < 0 && rc == 0)
        rc = -errno;
    if (rc == 0 && renameat(spool->dir, open_name, spool->dir, name) < 0)
        rc = -errno;
    if (rc)
        unlinkat(spool->dir, open_name, 0);
    close(in);
    if (rc)
        return err_set(err, -rc, "%s to %s/%s: %s", path, spool->folder, name, strerror(-rc));
    spool->next++;
    spool_file_add(spool, &file);
    return 0;
}
