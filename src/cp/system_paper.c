/* system_paper.c - printers, readers and punches of users: on the spool, or on files. See system.h.
 */
#include <errno.h>

#include "cp/system_impl.h"

#define SERVICE (EVENT_HZ / 10) /* of CP's time, between looks at the spool */

/* What the spool has to say is for the operator. */
static void spool_says(void *ctx, enum log_level level, const char *text)
{
    system_tell(ctx, text);
}

static void spool_ready(void *ctx, struct machine *m)
{
    const struct system *system = ctx;

    for (struct cp_vm *entry = system->cp->vms; entry; entry = entry->next)
        if (entry->vm->m == m)
            cp_wake(entry);
}

static u64 service_time(void *ctx)
{
    return ((const struct system *)ctx)->cp->time;
}

static int service_close(void *ctx, struct vm *vm, unsigned device)
{
    const struct system *system = ctx;
    struct err err = {0};
    int rc = system->spool ? spool_close(system->spool, vm->name, device, NULL, &err) : -ENOENT;

    if (rc && rc != -ENOENT)
        system_tell(system, err.text);
    return rc;
}

int system_open_spool(struct system *system, struct err *err)
{
    const struct log log = {.sink = spool_says, .ctx = system};
    const char *folder = system->directory->cp.spool;
    int rc = folder ? spool_new(&system->spool, folder, &log, err) : 0;

    system->services =
        (struct vm_services){.time = service_time, .close = service_close, .ctx = system};
    if (system->spool)
        spool_on_ready(system->spool, spool_ready, system);
    return rc;
}

void system_serve(struct system *system)
{
    system->served = system->cp->time;
    if (system->spool)
        spool_service(system->spool);
}

void system_pass(struct system *system)
{
    if (system->cp->time - system->served >= SERVICE)
        system_serve(system);
}

static int attach_file(struct user *user, enum spool_device device,
                       const struct directory_record *record, struct err *err)
{
    static const char *const keys[] = {
        [SPOOL_PRINTER] = "printer", [SPOOL_PUNCH] = "punch", [SPOOL_READER] = "reader"};
    const struct attach how = {.path = record->path};
    struct err why = {0};

    if (machine_attach(user->entry->vm->m, spool_units[device], &how, &why) == 0)
        return 0;
    return user_blame(user, record->line, keys[device],
                      device == SPOOL_READER ? "give a tape that is there"
                                             : "give a file in a folder that is there",
                      &why, err);
}

int user_open_paper(struct user *user, struct err *err)
{
    const struct directory_vm *def = user->def;
    const struct directory_record *const records[] = {[SPOOL_PRINTER] = &def->printer,
                                                      [SPOOL_PUNCH] = &def->punch,
                                                      [SPOOL_READER] = &def->reader};
    struct machine *m = user->entry->vm->m;
    unsigned devices = 0;
    int rc = 0;

    for (unsigned i = 0; i < ARRAY_LEN(records) && rc == 0; i++) {
        if (records[i]->kind == DIRECTORY_SPOOL)
            devices |= 1u << i;
        if (records[i]->kind == DIRECTORY_PATH)
            rc = attach_file(user, (enum spool_device)i, records[i], err);
    }
    if (rc == 0 && devices)
        rc = spool_join(user->system->spool, def->name, def->label, m, devices, err);
    user->spooled = rc == 0 && devices;
    user->entry->vm->services = &user->system->services;
    return rc;
}

void user_close_paper(struct user *user)
{
    struct err err = {0};

    if (user->spooled && spool_leave(user->system->spool, user->def->name, &err))
        system_tell(user->system, err.text);
    user->spooled = false;
}
