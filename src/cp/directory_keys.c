/* directory_keys.c - the parts `machine` and `cp` of a directory: see directory.h. */
#include <errno.h>
#include <stdlib.h>

#include "cp/directory_impl.h"

#define PACK_MAX (1u << 30) /* bytes */

static void *pack_begin(void *outer, unsigned line)
{
    struct directory_machine *machine = outer;
    struct directory_pack *array = realloc(machine->pack, (machine->packs + 1) * sizeof *array);

    if (!array)
        return NULL;
    machine->pack = array;
    array[machine->packs] = (struct directory_pack){.line = line, .capacity = RK05_CAPACITY};
    return &array[machine->packs++];
}

static int pack_end(void *inner, const struct keyed_value *at, struct err *err)
{
    const struct directory_pack *pack = inner;
    const struct directory_opening how = {pack->overlay, pack->ro, pack->new};

    if (!pack->name)
        return keyed_error(at, EINVAL, err, "this entry has no 'name' (that units know it by)");
    if (!pack->file)
        return keyed_error(at, EINVAL, err, "%.20s has no 'file'", pack->name);
    return directory_check_opening(&how, pack->name, at, err);
}

static int take_file(void *field, const struct keyed_value *v, struct err *err)
{
    struct directory_pack *pack = field;

    pack->file_line = v->line;
    return keyed_path(&pack->file, v, err);
}

#define OF(member) offsetof(struct directory_pack, member)

static const struct keyed_key pack_keys[] = {
    {.name = "name", .take = directory_take_name, .at = OF(name)},
    {.name = "file", .take = take_file},
    {.name = "overlay", .take = keyed_path, .at = OF(overlay)},
    {.name = "ro", .take = keyed_bool, .at = OF(ro)},
    {.name = "new", .take = keyed_bool, .at = OF(new)},
    {.name = "capacity",
     .take = keyed_size,
     .at = OF(capacity),
     .min = DIRECTORY_BLOCK,
     .max = PACK_MAX},
    {.name = NULL},
};

static const struct keyed_map pack_map = {pack_keys, "- name: system, file: ...", pack_begin,
                                          pack_end};

#undef OF
#define OF(member) offsetof(struct directory_machine, member)

static const char *const clocks[] = {"virtual", "real", NULL};

static const struct keyed_key machine_keys[] = {
    {.name = "cpu", .take = keyed_model, .at = OF(model)},
    {.name = "mem", .take = keyed_memory, .at = OF(memory)},
    {.name = "real-mem",
     .take = keyed_size,
     .at = OF(real_memory),
     .min = 64,
     .max = DIRECTORY_REAL_MAX},
    {.name = "engine", .take = keyed_engine, .at = OF(engine)},
    {.name = "hz", .take = keyed_hz, .at = OF(hz)},
    {.name = "fast-io", .take = keyed_bool, .at = OF(fast_io)},
    {.name = "option", .shape = KEYED_LIST, .take = keyed_option, .at = OF(options)},
    {.name = "clock", .take = keyed_choice, .at = OF(clock), .words = clocks},
    {.name = "packs", .shape = KEYED_MAPPINGS, .map = &pack_map},
    {.name = NULL},
};

#undef OF
#define OF(member) offsetof(struct directory_cp, member)

static int take_report(void *field, const struct keyed_value *v, struct err *err)
{
    struct directory_cp *cp = field;

    cp->report_line = v->line;
    return keyed_path(&cp->report, v, err);
}

static const struct keyed_key cp_keys[] = {
    {.name = "slice",
     .take = keyed_count,
     .at = OF(slice),
     .min = 1,
     .max = UINT32_MAX,
     .what = "instructions"},
    {.name = "report", .take = take_report},
    {.name = "spool", .take = keyed_path, .at = OF(spool)},
    {.name = NULL},
};

static void *machine_begin(void *outer, unsigned line)
{
    struct directory_machine *machine = &((struct directory *)outer)->machine;

    machine->line = line;
    return machine;
}

static void *cp_begin(void *outer, unsigned line)
{
    return &((struct directory *)outer)->cp;
}

static const struct keyed_map machine_map = {machine_keys, "cpu: 11/50", machine_begin, NULL};
static const struct keyed_map cp_map = {cp_keys, "slice: 10000", cp_begin, NULL};

const struct keyed_key directory_keys[] = {
    {.name = "machine", .shape = KEYED_MAPPING, .map = &machine_map},
    {.name = "cp", .shape = KEYED_MAPPING, .map = &cp_map},
    {.name = "machines", .shape = KEYED_MAPPINGS, .map = &directory_vm_map},
    {.name = NULL},
};
