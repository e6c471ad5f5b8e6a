/* spool.c - the folder, the machines and the list of files of the spool: see spool.h.
 *
 * A file that is being written has a name of its own, ".V6-lp-0001.part", and gets its lasting one
 * when it is closed, in one step: what one sees in the folder is complete. The folder is locked as
 * a whole, so numbers need no other care.
 */
#include "cp/spool.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/near.h"
#include "cp/spool_impl.h"
#include "dev/hostfile.h"

#define NEAR_MAX 64u

const char *const spool_units[] = {"lp", "pp", "pr", NULL};

/* --- files in the folder -------------------------------------------------------------------- */

static const char *const endings[] = {"txt", "bin", "bin"};

void spool_path(char path[SPOOL_PATH], const struct spool_file *file, bool open)
{
    snprintf(path, SPOOL_PATH, "%s%s-%s-%04u.%s", open ? "." : "", file->owner,
             spool_units[file->device], file->number, open ? "part" : endings[file->device]);
}

/* The reverse: false where this is no name of a file of the spool. */
static bool path_parse(const char *path, struct spool_file *file, bool *open)
{
    const char *at = path + (path[0] == '.'), *dash = strrchr(at, '-');
    unsigned long number = dash ? strtoul(dash + 1, NULL, 10) : 0;
    char again[SPOOL_PATH];

    *open = path[0] == '.';
    *file = (struct spool_file){.number = (unsigned)number};
    if (number == 0 || number > INT32_MAX || dash - at < 4 || dash - at - 3 > SPOOL_NAME)
        return false;
    memcpy(file->owner, at, (size_t)(dash - at - 3));
    for (; spool_units[file->device]; file->device++) {
        spool_path(again, file, *open);
        if (strcmp(again, path) == 0)
            return true;
    }
    return false;
}

int spool_file_room(struct spool *spool, struct err *err)
{
    struct spool_file *array = realloc(spool->file, (spool->files + 1) * sizeof *array);

    if (!array)
        return err_set(err, ENOMEM, "no host memory for the spool");
    spool->file = array;
    return 0;
}

void spool_file_add(struct spool *spool, const struct spool_file *file)
{
    spool->file[spool->files++] = *file;
}

void spool_file_drop(struct spool *spool, struct spool_file *file)
{
    spool->files--;
    memmove(file, file + 1, (size_t)(spool->file + spool->files - file) * sizeof *file);
}

struct spool_file *spool_file_find(const struct spool *spool, unsigned number, struct err *err)
{
    for (unsigned i = 0; i < spool->files; i++)
        if (spool->file[i].number == number)
            return &spool->file[i];
    err_set(err, ENOENT, "%u: the spool has no file of that number", number);
    return NULL;
}

/* A file that was there before: an open one was left by a CP that died. */
static int file_adopt(struct spool *spool, const char *name, struct err *err)
{
    struct spool_file file;
    char path[SPOOL_PATH];
    struct stat st;
    bool open;
    int rc;

    if (!path_parse(name, &file, &open))
        return 0;
    rc = spool_file_room(spool, err);
    if (rc)
        return rc;
    spool_path(path, &file, false);
    if (open && renameat(spool->dir, name, spool->dir, path) < 0)
        return err_set(err, errno, "%s/%s: %s", spool->folder, name, strerror(errno));
    if (open)
        log_put(&spool->log, LOG_NOTE, "%s/%s was not closed: it is now", spool->folder, path);
    if (fstatat(spool->dir, path, &st, 0) == 0)
        file.size = (u64)st.st_size;
    spool_file_add(spool, &file);
    if (file.number >= spool->next)
        spool->next = file.number + 1;
    return 0;
}

static int by_number(const void *a, const void *b)
{
    unsigned one = ((const struct spool_file *)a)->number;
    unsigned two = ((const struct spool_file *)b)->number;

    return (one > two) - (one < two);
}

static int folder_read(struct spool *spool, struct err *err)
{
    DIR *dir = opendir(spool->folder);
    struct dirent *entry;
    int rc = 0;

    if (!dir)
        return err_set(err, errno, "%s: %s", spool->folder, strerror(errno));
    while (rc == 0 && (entry = readdir(dir)) != NULL)
        rc = file_adopt(spool, entry->d_name, err);
    closedir(dir);
    if (spool->files)
        qsort(spool->file, spool->files, sizeof *spool->file, by_number);
    return rc;
}

static int folder_open(struct spool *spool, struct err *err)
{
    struct err inner = {0};
    int rc;

    if (mkdir(spool->folder, 0777) < 0 && errno != EEXIST)
        return err_set(err, errno, "%s: the spool's folder: %s", spool->folder, strerror(errno));
    spool->dir = open(spool->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (spool->dir < 0)
        return err_set(err, errno, "%s: the spool's folder: %s", spool->folder, strerror(errno));
    rc = hostfile_lock(&(struct hostfile){spool->dir, spool->folder}, true, &inner);
    if (rc)
        return err_set(err, EBUSY, "%s: another CP has its spool there", spool->folder);
    return folder_read(spool, err);
}

int spool_new(struct spool **spool, const char *folder, const struct log *log, struct err *err)
{
    struct spool *new = calloc(1, sizeof *new);
    int rc;

    if (new)
        new->folder = strdup(folder);
    if (!new || !new->folder) {
        free(new);
        return err_set(err, ENOMEM, "no host memory for the spool");
    }
    new->dir = -1;
    new->next = 1;
    if (log)
        new->log = *log;
    rc = folder_open(new, err);
    if (rc)
        spool_free(new);
    else
        *spool = new;
    return rc;
}

void spool_free(struct spool *spool)
{
    if (!spool)
        return;
    while (spool->users)
        spool_leave(spool, spool->users->name, NULL);
    if (spool->dir >= 0)
        close(spool->dir);
    free(spool->file);
    free(spool->folder);
    free(spool);
}

const struct spool_file *spool_at(const struct spool *spool, unsigned index)
{
    return index < spool->files ? &spool->file[index] : NULL;
}

int spool_order(struct spool *spool, unsigned number, struct err *err)
{
    struct spool_file *file = spool_file_find(spool, number, err), first;

    if (!file)
        return -ENOENT;
    if (file->reading)
        return err_set(err, EBUSY, "%u: %s reads it", number, file->owner);
    first = *file;
    memmove(spool->file + 1, spool->file, (size_t)(file - spool->file) * sizeof first);
    spool->file[0] = first;
    return 0;
}

int spool_purge(struct spool *spool, unsigned number, struct err *err)
{
    struct spool_file *file = spool_file_find(spool, number, err);
    char path[SPOOL_PATH];

    if (!file)
        return -ENOENT;
    if (file->reading)
        return err_set(err, EBUSY, "%u: %s reads it", number, file->owner);
    spool_path(path, file, false);
    if (unlinkat(spool->dir, path, 0) < 0 && errno != ENOENT)
        return err_set(err, errno, "%s/%s: %s", spool->folder, path, strerror(errno));
    spool_file_drop(spool, file);
    return 0;
}

/* --- machines ------------------------------------------------------------------------------- */

struct spool_user *spool_user_find(const struct spool *spool, const char *name, struct err *err)
{
    const char *words[NEAR_MAX + 1] = {NULL}, *near;
    unsigned n = 0;

    for (struct spool_user *user = spool->users; user; user = user->next) {
        if (strcasecmp(user->name, name) == 0)
            return user;
        if (n < NEAR_MAX)
            words[n++] = user->name;
    }
    near = near_word(name, words);
    if (near)
        err_set(err, ENOENT, "%s: no such machine has a spool; did you mean %s?", name, near);
    else
        err_set(err, ENOENT, "%s: no such machine has a spool", name);
    return NULL;
}

void spool_on_ready(struct spool *spool, void (*ready)(void *ctx, struct machine *m), void *ctx)
{
    spool->ready = ready;
    spool->ready_ctx = ctx;
}

void spool_user_ready(struct spool_user *user)
{
    if (user->spool->ready)
        user->spool->ready(user->spool->ready_ctx, user->m);
}

static void user_free(struct spool_user *user)
{
    free(user->label);
    free(user);
}

int spool_join(struct spool *spool, const char *name, const char *label, struct machine *m,
               unsigned devices, struct err *err)
{
    struct spool_user *user;
    int rc = 0;

    if (spool_user_find(spool, name, NULL))
        return err_set(err, EEXIST, "%s: a machine of that name has the spool already", name);
    user = calloc(1, sizeof *user);
    if (user && label)
        user->label = strdup(label);
    if (!user || (label && !user->label)) {
        free(user);
        return err_set(err, ENOMEM, "no host memory for the spool");
    }
    snprintf(user->name, sizeof user->name, "%s", name);
    user->spool = spool;
    user->m = m;
    for (enum spool_device device = SPOOL_PRINTER; device <= SPOOL_PUNCH && rc == 0; device++)
        if (devices & 1u << device) {
            rc = spool_out_join(user, device, err);
            user->devices |= rc ? 0 : 1u << device;
        }
    user->devices |= devices & 1u << SPOOL_READER;
    user->next = spool->users;
    spool->users = user;
    if (rc)
        spool_leave(spool, name, NULL);
    return rc;
}

int spool_leave(struct spool *spool, const char *name, struct err *err)
{
    struct spool_user *user = spool_user_find(spool, name, err), **at = &spool->users;
    int first = 0;

    if (!user)
        return -ENOENT;
    for (enum spool_device device = SPOOL_PRINTER; device <= SPOOL_PUNCH; device++) {
        int rc;

        if (!(user->devices & 1u << device))
            continue;
        machine_detach(user->m, spool_units[device], NULL);
        rc = spool_out_end(&user->out[device], err);
        first = first ? first : rc;
    }
    spool_reader_leave(user);
    while (*at != user)
        at = &(*at)->next;
    *at = user->next;
    user_free(user);
    return first;
}

/* A machine's printer or punch. */
static struct spool_out *out_find(const struct spool *spool, const char *name,
                                  enum spool_device device, struct err *err)
{
    struct spool_user *user = spool_user_find(spool, name, err);

    if (!user)
        return NULL;
    if (device != SPOOL_READER && user->devices & 1u << device)
        return &user->out[device];
    err_set(err, ENOENT, "%s: its %s is not spooled", user->name, spool_units[device]);
    return NULL;
}

int spool_close(struct spool *spool, const char *name, enum spool_device device, unsigned *number,
                struct err *err)
{
    struct spool_out *out = out_find(spool, name, device, err);
    unsigned none;

    return out ? spool_out_close(out, number ? number : &none, err) : -ENOENT;
}

const char *spool_stands(const struct spool *spool, const char *name, enum spool_device device)
{
    const struct spool_out *out = out_find(spool, name, device, NULL);

    return out && out->why.code ? out->why.text : NULL;
}

int spool_flush(struct spool *spool, struct err *err)
{
    int first = 0;

    for (struct spool_user *user = spool->users; user; user = user->next)
        for (enum spool_device device = SPOOL_PRINTER; device <= SPOOL_PUNCH; device++) {
            int rc = 0;

            if (user->devices & 1u << device)
                rc = spool_out_flush(&user->out[device], err);
            first = first ? first : rc;
        }
    return first;
}

unsigned spool_service(struct spool *spool)
{
    unsigned stand = 0;

    for (struct spool_user *user = spool->users; user; user = user->next) {
        for (enum spool_device device = SPOOL_PRINTER; device <= SPOOL_PUNCH; device++)
            if (user->devices & 1u << device)
                stand += spool_out_retry(&user->out[device]);
        if (user->devices & 1u << SPOOL_READER)
            spool_reader_service(user);
    }
    return stand;
}
