/* directory_check.c - what does not go together in a directory: see directory.h.
 *
 * Minidisks of a pack may not have a block in common, unless nobody writes it. A disk that two VMs
 * write is no disk of either: neither would know what the other has changed.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/near.h"
#include "cp/alloc.h"
#include "cp/directory_impl.h"
#include "cp/hw.h"

struct check {
    struct directory *directory;
    const char *path;
    u64 own; /* memory of CP */
    struct err *err;
};

#define COMPLAIN(c, line, key, ...)                                                                \
    keyed_error(&(struct keyed_value){(c)->path, line, key, NULL, NULL}, EINVAL, (c)->err,         \
                __VA_ARGS__)

int directory_check_opening(const struct directory_opening *how, const char *what,
                            const struct keyed_value *at, struct err *err)
{
    if (how->ro && how->new)
        return keyed_error(at, EINVAL, err, "%s: a new file cannot be read-only", what);
    if (how->overlay && (how->ro || how->new))
        return keyed_error(at, EINVAL, err, "%s: give either 'overlay' or '%s'", what,
                           how->ro ? "ro" : "new");
    return 0;
}

static int packs_check(const struct check *c)
{
    const struct directory_machine *machine = &c->directory->machine;

    for (unsigned i = 0; i < machine->packs; i++)
        for (unsigned j = 0; j < i; j++)
            if (strcasecmp(machine->pack[i].name, machine->pack[j].name) == 0)
                return COMPLAIN(c, machine->pack[i].line, "packs",
                                "%s: line %u has a pack of that name", machine->pack[i].name,
                                machine->pack[j].line);
    return 0;
}

/* --- minidisks ------------------------------------------------------------------------------ */

static int pack_unknown(const struct check *c, const struct directory_unit *unit)
{
    const struct directory_machine *machine = &c->directory->machine;
    const char *words[KEYED_LIST_MAX + 1] = {NULL}, *near;

    for (unsigned i = 0; i < machine->packs; i++)
        words[i] = machine->pack[i].name;
    near = near_word(unit->pack, words);
    if (near)
        return COMPLAIN(c, unit->line, "pack", "unknown '%.40s'; did you mean '%s'?", unit->pack,
                        near);
    return COMPLAIN(c, unit->line, "pack",
                    "unknown '%.40s'; packs are named under machine: packs:", unit->pack);
}

/* The rest of the pack, as far as a drive reaches, where no length is given. */
static int extent_complete(const struct check *c, struct directory_unit *unit)
{
    const struct directory_machine *machine = &c->directory->machine;
    const struct directory_pack *pack;
    u64 have;

    while (unit->pack_at < machine->packs &&
           strcasecmp(machine->pack[unit->pack_at].name, unit->pack) != 0)
        unit->pack_at++;
    if (unit->pack_at == machine->packs)
        return pack_unknown(c, unit);
    pack = &machine->pack[unit->pack_at];
    have = pack->capacity / DIRECTORY_BLOCK;
    unit->ro |= pack->ro;
    if (unit->start >= have)
        return COMPLAIN(c, unit->line, unit->unit, "begins at block %llu, but %s has %llu",
                        (unsigned long long)unit->start, pack->name, (unsigned long long)have);
    if (!unit->blocks)
        unit->blocks =
            have - unit->start < DIRECTORY_DISK_SIZE ? have - unit->start : DIRECTORY_DISK_SIZE;
    if (unit->blocks > DIRECTORY_DISK_SIZE)
        return COMPLAIN(c, unit->line, unit->unit, "%llu blocks, but a drive reaches %u",
                        (unsigned long long)unit->blocks, DIRECTORY_DISK_SIZE);
    if (unit->blocks > have - unit->start)
        return COMPLAIN(
            c, unit->line, unit->unit, "blocks %llu to %llu, but %s has %llu: give it %llu at most",
            (unsigned long long)unit->start, (unsigned long long)(unit->start + unit->blocks - 1),
            pack->name, (unsigned long long)have, (unsigned long long)(have - unit->start));
    return 0;
}

static bool overlap(const struct directory_unit *a, const struct directory_unit *b)
{
    return a->medium == DIRECTORY_EXTENT && b->medium == DIRECTORY_EXTENT &&
           a->pack_at == b->pack_at && !(a->ro && b->ro) && a->start < b->start + b->blocks &&
           b->start < a->start + a->blocks;
}

/* Against all that stand before it. */
static int overlap_check(const struct check *c, unsigned vm, unsigned unit)
{
    const struct directory_vm *vms = c->directory->vm;
    const struct directory_unit *new = &vms[vm].unit[unit];

    for (unsigned i = 0; i <= vm; i++)
        for (unsigned j = 0; j < (i == vm ? unit : vms[i].units); j++)
            if (overlap(new, &vms[i].unit[j]))
                return COMPLAIN(
                    c, new->line, new->unit,
                    "blocks %llu to %llu of %s overlap %s of %s in line %u (%llu to "
                    "%llu): move one, or make both 'ro'",
                    (unsigned long long)new->start,
                    (unsigned long long)(new->start + new->blocks - 1), new->pack,
                    vms[i].unit[j].unit, vms[i].name, vms[i].unit[j].line,
                    (unsigned long long)vms[i].unit[j].start,
                    (unsigned long long)(vms[i].unit[j].start + vms[i].unit[j].blocks - 1));
    return 0;
}

static int units_check(const struct check *c, unsigned at)
{
    struct directory_vm *vm = &c->directory->vm[at];

    for (unsigned i = 0; i < vm->units; i++) {
        struct directory_unit *unit = &vm->unit[i];
        int rc = unit->medium == DIRECTORY_EXTENT ? extent_complete(c, unit) : 0;

        for (unsigned j = 0; j < i && rc == 0; j++)
            if (strcmp(unit->unit, vm->unit[j].unit) == 0)
                rc = COMPLAIN(c, unit->line, "unit", "%s has its %s already, in line %u", vm->name,
                              unit->unit, vm->unit[j].line);
        if (rc == 0)
            rc = overlap_check(c, at, i);
        if (rc)
            return rc;
    }
    return 0;
}

/* --- machines ------------------------------------------------------------------------------- */

static int ipl_check(const struct check *c, struct directory_vm *vm)
{
    unsigned i = 0;

    if (!vm->ipl && !vm->load)
        vm->autostart = false;
    if (!vm->ipl)
        return 0;
    while (i < vm->units && strcmp(vm->unit[i].unit, vm->ipl) != 0)
        i++;
    if (i == vm->units)
        return COMPLAIN(c, vm->ipl_line, "ipl", "%s has no %s: give it one under 'units'", vm->name,
                        vm->ipl);
    return 0;
}

/* What the bare machine must have for the method. */
static int method_check(const struct check *c, const struct directory_vm *vm)
{
    const struct machine_options *options = &c->directory->machine.options;

    if (vm->method == DIRECTORY_HV && !options->hv)
        return COMPLAIN(c, vm->method_line, "method",
                        "hv needs the Hardware Virtualizer: option: [hv] under 'machine'");
    if (vm->method == DIRECTORY_TRAP && !options->kbs11a)
        return COMPLAIN(c, vm->method_line, "method",
                        "trap needs the KBS11-A: option: [kbs11a] under 'machine'");
    if (vm->assist && vm->method != DIRECTORY_TRAP)
        return COMPLAIN(c, vm->assist_line, "assist", "goes with method: trap, not with %s",
                        directory_methods[vm->method]);
    if (vm->assist && !options->assist)
        return COMPLAIN(c, vm->assist_line, "assist",
                        "the bare machine has none: option: [vmassist] under 'machine'");
    if (vm->moves && vm->method != DIRECTORY_TRAP)
        return COMPLAIN(c, vm->line, "moves", "%s: it goes with method: trap", vm->name);
    if (vm->supervisor && vm->method != DIRECTORY_TRAP)
        return COMPLAIN(c, vm->line, "kernel", "%s: 'supervisor' goes with method: trap, not %s",
                        vm->name, directory_methods[vm->method]);
    if (vm->supervisor && (vm->moves || vm->assist))
        return COMPLAIN(c, vm->line, "kernel",
                        "%s: 'supervisor' does not go with '%s': leave one of them out", vm->name,
                        vm->moves ? "moves" : "assist");
    return 0;
}

/* A line leads to one machine. */
static int console_check(const struct check *c, unsigned at)
{
    struct directory_vm *vms = c->directory->vm;

    if (!vms[at].console)
        vms[at].console = strdup("operator");
    if (!vms[at].console)
        return err_set(c->err, ENOMEM, "%s: no host memory", c->path);
    for (unsigned i = 0; i < at && strchr(vms[at].console, ':'); i++)
        if (strcmp(vms[i].console, vms[at].console) == 0)
            return COMPLAIN(c, vms[at].console_line, "console", "%s is that of %s in line %u",
                            vms[at].console, vms[i].name, vms[i].console_line);
    return 0;
}

static int record_check(const struct check *c, const struct directory_vm *vm, const char *key,
                        struct directory_record *record)
{
    bool spool = c->directory->cp.spool;

    if (record->kind == DIRECTORY_PAPER_DEFAULT)
        record->kind = spool ? DIRECTORY_SPOOL : DIRECTORY_NONE;
    if (record->kind == DIRECTORY_SPOOL && !spool)
        return COMPLAIN(c, record->line, key, "%s: there is no spool: spool: FOLDER under 'cp'",
                        vm->name);
    return 0;
}

static int vm_check(const struct check *c, unsigned at)
{
    struct directory_vm *vm = &c->directory->vm[at];
    int rc;

    for (unsigned i = 0; i < at; i++)
        if (strcasecmp(vm->name, c->directory->vm[i].name) == 0)
            return COMPLAIN(c, vm->line, "name", "%s: line %u has a machine of that name", vm->name,
                            c->directory->vm[i].line);
    rc = units_check(c, at);
    rc = rc ? rc : ipl_check(c, vm);
    rc = rc ? rc : method_check(c, vm);
    rc = rc ? rc : console_check(c, at);
    rc = rc ? rc : record_check(c, vm, "printer", &vm->printer);
    rc = rc ? rc : record_check(c, vm, "reader", &vm->reader);
    return rc ? rc : record_check(c, vm, "punch", &vm->punch);
}

/* What all of them have to share. */
static int shares_check(const struct check *c)
{
    const struct directory *d = c->directory;
    const struct directory_vm *first = NULL;
    u64 real = directory_memory(d), memory = c->own;
    unsigned reserved = 0;

    for (unsigned i = 0; i < d->vms; i++) {
        const struct directory_vm *vm = &d->vm[i];

        if (i + (c->own != 0) >= ALLOC_MAX)
            return COMPLAIN(c, vm->line, "machines", "%s: one too many: CP can have %u", vm->name,
                            i);
        memory += vm->memory;
        reserved += vm->reserve;
        if (memory > real)
            return COMPLAIN(c, vm->line, "mem",
                            "%s: %lluK for the machines so far and %lluK for CP are more than the "
                            "%lluK there are: give real-mem under 'machine', or a machine less",
                            vm->name, (unsigned long long)(memory - c->own + 1023) / 1024,
                            (unsigned long long)(c->own + 1023) / 1024,
                            (unsigned long long)real / 1024);
        if (reserved > 100)
            return COMPLAIN(c, vm->reserve_line, "reserve",
                            "%s: %u percent are reserved with it: leave some for CP", vm->name,
                            reserved);
        if (vm->virtual_real && first)
            return COMPLAIN(c, vm->line, "virtual-real",
                            "%s: real 0 is that of %s in line %u already", vm->name, first->name,
                            first->line);
        first = vm->virtual_real ? vm : first;
    }
    return 0;
}

int directory_check(struct directory *directory, const char *path, u64 own, struct err *err)
{
    const struct check c = {directory, path, own + directory_own(directory), err};
    const struct directory_machine *machine = &directory->machine;
    int rc = packs_check(&c);

    if (rc == 0 && machine->memory && machine->real_memory)
        rc = COMPLAIN(&c, machine->line, "machine", "give either 'mem' or 'real-mem'");
    if (rc == 0 && !directory->vms)
        rc = err_set(err, EINVAL, "%s: there are no machines in it: machines: - name: ...", path);
    for (unsigned i = 0; i < directory->vms && rc == 0; i++)
        rc = vm_check(&c, i);
    if (rc == 0 && directory_own(directory) > HW_PLACES * HW_PLACE)
        rc = err_set(err, EINVAL, "%s: at most %u machines can be by hv or with assist", path,
                     HW_PLACES - 1);
    return rc ? rc : shares_check(&c);
}
