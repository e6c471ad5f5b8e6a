/* operator_media.c - the operator's commands for the spool (spool.h), as CP-67's CLOSE, ORDER,
 * PURGE and TRANSFER, and for a disk that is to be handed on.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "cp/operator_impl.h"
#include "dev/image.h"

/* A word of the line as a device; false with a complaint. */
static bool device_take(struct desk *desk, const char *word, enum spool_device *device)
{
    for (*device = SPOOL_PRINTER; spool_units[*device]; (*device)++)
        if (strcmp(word, spool_units[*device]) == 0)
            return true;
    return operator_complain(desk, "%s: no such device (lp, pp)", word);
}

static bool has_spool(struct desk *desk)
{
    return desk->system->spool || operator_complain(desk, "there is no spool: spool: FOLDER under "
                                                          "'cp' in the directory");
}

static bool finish(struct desk *desk, int rc, const struct err *err)
{
    return rc == 0 || operator_complain(desk, "%s", err->text);
}

static void say_stands(struct desk *desk, const char *name)
{
    for (enum spool_device device = SPOOL_PRINTER; device <= SPOOL_PUNCH; device++) {
        const char *why = spool_stands(desk->system->spool, name, device);

        if (why)
            operator_say(desk, "%s", why);
    }
}

static bool spool(struct desk *desk, struct user *user, const struct operator_line *line)
{
    const struct system *system = desk->system;
    const struct spool_file *file;

    if (!has_spool(desk))
        return false;
    for (unsigned i = 0; (file = spool_at(system->spool, i)) != NULL; i++)
        operator_say(desk, "%04u %-15s %s %8llu bytes%s", file->number, file->owner,
                     spool_units[file->device], (unsigned long long)file->size,
                     file->reading ? ", in the reader" : "");
    for (unsigned i = 0; i < system->directory->vms; i++)
        say_stands(desk, system->directory->vm[i].name);
    return true;
}

static bool close_file(struct desk *desk, struct user *user, const struct operator_line *line)
{
    struct err err = {0};
    enum spool_device device;
    unsigned number;

    if (!has_spool(desk) || !device_take(desk, line->word[2], &device) ||
        !finish(desk, spool_close(desk->system->spool, user->def->name, device, &number, &err),
                &err))
        return false;
    if (number)
        operator_say(desk, "%s %s is file %u", user->def->name, line->word[2], number);
    else
        operator_say(desk, "%s %s: nothing was written", user->def->name, line->word[2]);
    return true;
}

static bool order(struct desk *desk, struct user *user, const struct operator_line *line)
{
    struct err err = {0};
    unsigned number;

    return has_spool(desk) && operator_count(desk, line->word[1], INT32_MAX, &number) &&
           finish(desk, spool_order(desk->system->spool, number, &err), &err);
}

static bool purge(struct desk *desk, struct user *user, const struct operator_line *line)
{
    struct err err = {0};
    unsigned number;

    return has_spool(desk) && operator_count(desk, line->word[1], INT32_MAX, &number) &&
           finish(desk, spool_purge(desk->system->spool, number, &err), &err);
}

static bool transfer(struct desk *desk, struct user *user, const struct operator_line *line)
{
    struct err err = {0};
    unsigned number;

    return has_spool(desk) && operator_count(desk, line->word[1], INT32_MAX, &number) &&
           finish(desk, spool_transfer(desk->system->spool, number, line->word[2], &err), &err);
}

static bool feed_reader(struct desk *desk, struct user *user, const struct operator_line *line)
{
    struct err err = {0};

    return has_spool(desk) &&
           finish(desk, spool_import(desk->system->spool, line->word[2], user->def->name, &err),
                  &err);
}

/* The contents of a disk go before another gets it. */
static bool scrub(struct desk *desk, struct user *user, const struct operator_line *line)
{
    const char *unit = line->word[2];
    unsigned number = strncmp(unit, "rk", 2) == 0 && unit[2] ? (unsigned)(unit[2] - '0') : 8;
    struct err err = {0};
    struct image *image;

    if (number >= RK11_DRIVES || unit[3])
        return operator_complain(desk, "%s: no such disk (rk0 to rk7)", unit);
    image = user->entry->vm->m->rk.drives[number].image;
    if (!image)
        return operator_complain(desk, "%s: nothing is attached", unit);
    if (user->entry->state == CP_RUNNING)
        return operator_complain(desk, "%s runs: stop it first", user->def->name);
    return finish(desk, image_scrub(image, &err), &err);
}

/* What is on the spool stays there. */
static bool is_spooled(struct desk *desk, const struct user *user, const char *unit)
{
    const struct directory_vm *def = user->def;
    const enum directory_paper kinds[] = {def->printer.kind, def->punch.kind, def->reader.kind};

    for (unsigned i = 0; i < ARRAY_LEN(kinds); i++)
        if (strncasecmp(unit, spool_units[i], 2) == 0 && kinds[i] == DIRECTORY_SPOOL)
            return !operator_complain(desk,
                                      "%s of %s is spooled: feed, close, order, purge, transfer",
                                      spool_units[i], def->name);
    return false;
}

static bool attach(struct desk *desk, struct user *user, const struct operator_line *line)
{
    struct attach how = {.path = line->word[3],
                         .read_only = strcasecmp(line->word[4], "ro") == 0,
                         .create = strcasecmp(line->word[4], "new") == 0};
    struct err err = {0};
    int rc;

    if (*line->word[4] && !how.read_only && !how.create)
        return operator_complain(desk, "%s: behind the file may stand ro or new", line->word[4]);
    if (is_spooled(desk, user, line->word[2]))
        return false;
    rc = machine_attach(user->entry->vm->m, line->word[2], &how, &err);
    if (rc == -ENOENT && !*line->word[4] && strncasecmp(line->word[2], "rk", 2) == 0)
        return operator_complain(desk, "%s: no such file; with new behind it, one is made",
                                 how.path);
    return finish(desk, rc, &err);
}

static bool detach(struct desk *desk, struct user *user, const struct operator_line *line)
{
    struct err err = {0};

    if (is_spooled(desk, user, line->word[2]))
        return false;
    return finish(desk, machine_detach(user->entry->vm->m, line->word[2], &err), &err);
}

const struct operator_command operator_media[] = {
    {"spool", 0, 0, "", "the files of the spool, and what stands", false, spool},
    {"close", 2, 2, "USER lp|pp", "what it printed or punched becomes a file", true, close_file},
    {"order", 1, 1, "NUMBER", "this file is the first of its queue", false, order},
    {"purge", 1, 1, "NUMBER", "this file is thrown away", false, purge},
    {"transfer", 2, 2, "NUMBER USER", "this file waits for that user's reader", false, transfer},
    {"feed", 2, 2, "USER FILE", "a copy of a host's file waits for its reader", true, feed_reader},
    {"attach", 3, 4, "USER UNIT FILE [ro|new]", "put a file on a unit", true, attach},
    {"detach", 2, 2, "USER UNIT", "take it off", true, detach},
    {"scrub", 2, 2, "USER UNIT", "its disk becomes zeros, before another gets it", true, scrub},
    {0},
};
