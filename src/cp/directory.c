/* directory.c - CP's directory as a whole: see directory.h. */
#include "cp/hw.h"
#include "cp/directory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/wholefile.h"
#include "cp/directory_impl.h"

#define DIRECTORY_MAX (1u << 20) /* bytes of a file */

u64 directory_memory(const struct directory *directory)
{
    const struct directory_machine *machine = &directory->machine;
    const struct model *model = machine->model ? machine->model : model_at(0);

    if (machine->real_memory)
        return machine->real_memory;
    return machine->memory ? machine->memory : model->memory;
}

u32 directory_own(const struct directory *directory)
{
    u32 places = 0;

    for (unsigned i = 0; i < directory->vms; i++)
        if (directory->vm[i].method == DIRECTORY_HV || directory->vm[i].assist)
            places++;
    return places ? (places + 1) * HW_PLACE : 0;
}

const struct directory_vm *directory_find(const struct directory *directory, const char *name)
{
    for (unsigned i = 0; i < directory->vms; i++)
        if (strcasecmp(directory->vm[i].name, name) == 0)
            return &directory->vm[i];
    return NULL;
}

int directory_parse(struct directory **directory, const char *path, const char *text, size_t len,
                    u64 own, struct err *err)
{
    struct directory *d = calloc(1, sizeof *d);
    int rc;

    if (!d)
        return err_set(err, ENOMEM, "%s: no host memory for a directory", path);
    d->cp.slice = DIRECTORY_SLICE;
    d->path = strdup(path);
    rc = d->path ? 0 : err_set(err, ENOMEM, "%s: no host memory for a directory", path);
    if (rc == 0)
        rc = keyed_walk(directory_keys, d, path, text, len, err);
    if (rc == 0)
        rc = directory_check(d, path, own, err);
    if (rc) {
        directory_free(d);
        return rc;
    }
    *directory = d;
    return 0;
}

int directory_read(struct directory **directory, const char *path, u64 own, struct err *err)
{
    u8 *bytes;
    size_t len;
    int rc = wholefile_read(path, DIRECTORY_MAX, &bytes, &len, err);

    if (rc)
        return rc;
    rc = directory_parse(directory, path, (const char *)bytes, len, own, err);
    free(bytes);
    return rc;
}

int directory_blame(const struct directory *directory, unsigned line, const char *key,
                    const char *mend, const struct err *why, struct err *err)
{
    static const int absent[] = {ENOENT, ENOTDIR, EISDIR, EACCES};
    const char *text = why->text;
    size_t len = strlen(key);
    bool mendable = false;

    if (strncmp(text, "--", 2) == 0) /* an option, where it is one */
        text += 2;
    if (strncmp(text, key, len) == 0 && (text[len] == ' ' || text[len] == ':'))
        text += len + strspn(text + len, ": ");
    else
        text = why->text;
    for (unsigned i = 0; i < ARRAY_LEN(absent); i++)
        mendable |= why->code == absent[i];
    return err_set(err, why->code, "%s:%u: %s: %s%s%s", directory->path, line, key, text,
                   mendable ? ": " : "", mendable ? mend : "");
}

static void pack_fini(struct directory_pack *pack)
{
    free(pack->name);
    free(pack->file);
    free(pack->overlay);
}

static void unit_fini(struct directory_unit *unit)
{
    free(unit->unit);
    free(unit->file);
    free(unit->overlay);
    free(unit->pack);
}

static void vm_fini(struct directory_vm *vm)
{
    for (unsigned i = 0; i < vm->units; i++)
        unit_fini(&vm->unit[i]);
    keyed_sets_fini(&vm->sets);
    free(vm->unit);
    free(vm->name);
    free(vm->ipl);
    free(vm->load);
    free(vm->console);
    free(vm->expect);
    free(vm->printer.path);
    free(vm->reader.path);
    free(vm->punch.path);
    free(vm->label);
}

void directory_free(struct directory *directory)
{
    if (!directory)
        return;
    for (unsigned i = 0; i < directory->machine.packs; i++)
        pack_fini(&directory->machine.pack[i]);
    for (unsigned i = 0; i < directory->vms; i++)
        vm_fini(&directory->vm[i]);
    free(directory->machine.pack);
    free(directory->machine.engine);
    free(directory->cp.report);
    free(directory->cp.spool);
    free(directory->vm);
    free(directory->path);
    free(directory);
}
