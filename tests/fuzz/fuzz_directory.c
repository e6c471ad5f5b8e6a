/* fuzz_directory.c - any bytes as a directory of CP. What is accepted keeps what directory.h says.
 */
#include <string.h>

#include "base/assert.h"
#include "cp/directory.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

static void vm_look(const struct directory *d, const struct directory_vm *vm)
{
    base_assert(vm->name && vm->memory && vm->console && vm->share && vm->reserve <= 100);
    base_assert(directory_find(d, vm->name) == vm);
    base_assert(vm->printer.kind != DIRECTORY_PAPER_DEFAULT);
    for (unsigned i = 0; i < vm->units; i++) {
        const struct directory_unit *unit = &vm->unit[i];

        if (unit->medium != DIRECTORY_EXTENT)
            continue;
        base_assert(unit->pack_at < d->machine.packs && unit->blocks);
        base_assert((unit->start + unit->blocks) * DIRECTORY_BLOCK <=
                    d->machine.pack[unit->pack_at].capacity);
    }
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
    struct directory *d;
    struct err err = {0};

    if (directory_parse(&d, "dir/x", (const char *)data, size, 16384, &err) == 0) {
        for (unsigned i = 0; i < d->vms; i++)
            vm_look(d, &d->vm[i]);
        directory_free(d);
    } else {
        base_assert(err.code && err.text[0]);
    }
    return 0;
}
