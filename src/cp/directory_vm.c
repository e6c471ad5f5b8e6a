/* directory_vm.c - the entries of `machines` in a directory: see directory.h. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "cp/directory_impl.h"
#include "cpu/assist.h"
#include "machine/setting.h"

#define SHARE_MAX 10000u
#define LABEL_MAX 40u /* characters */

/* --- disks ---------------------------------------------------------------------------------- */

static void *unit_begin(void *outer, unsigned line)
{
    struct directory_vm *vm = outer;
    struct directory_unit *array = realloc(vm->unit, (vm->units + 1) * sizeof *array);

    if (!array)
        return NULL;
    vm->unit = array;
    array[vm->units] = (struct directory_unit){.line = line};
    return &array[vm->units++];
}

/* Only disks: the others have keys of their own. */
static int take_unit(void *field, const struct keyed_value *v, struct err *err)
{
    static const char *const others[][2] = {{"lp", "printer"}, {"pr", "reader"}, {"pp", "punch"}};
    const char *text = v->text;

    for (unsigned i = 0; i < ARRAY_LEN(others); i++)
        if (strcmp(text, others[i][0]) == 0)
            return keyed_error(v, EINVAL, err, "write '%s: file:NAME' in the machine's entry",
                               others[i][1]);
    if (strncmp(text, "rk", 2) != 0 || text[2] < '0' || text[2] > '7' || text[3])
        return keyed_error(v, EINVAL, err, "unknown unit '%.20s' (rk0 to rk7)", text);
    return keyed_string(field, v, err);
}

static int take_file(void *field, const struct keyed_value *v, struct err *err)
{
    struct directory_unit *unit = field;

    unit->file_line = v->line;
    return keyed_path(&unit->file, v, err);
}

static int take_start_block(void *field, const struct keyed_value *v, struct err *err)
{
    struct directory_unit *unit = field;

    unit->has_start = true;
    return keyed_count(&unit->start, v, err);
}

static int unit_end(void *inner, const struct keyed_value *at, struct err *err)
{
    struct directory_unit *unit = inner;
    const struct directory_opening how = {unit->overlay, unit->ro, unit->new};

    if (!unit->unit)
        return keyed_error(at, EINVAL, err, "this entry has no 'unit' (rk0 to rk7)");
    if (!!unit->file + !!unit->pack + !!unit->ram != 1)
        return keyed_error(at, EINVAL, err,
                           "%s: give one of 'file', 'pack' (with start and blocks) and 'ram'",
                           unit->unit);
    if (!unit->pack && (unit->has_start || unit->blocks))
        return keyed_error(at, EINVAL, err, "%s: 'start' and 'blocks' are of a 'pack'", unit->unit);
    if (!unit->file && (unit->overlay || unit->new))
        return keyed_error(at, EINVAL, err, "%s: 'overlay' and 'new' are of a 'file'%s", unit->unit,
                           unit->pack ? "; a pack has its own" : "");
    if (unit->ram && unit->ro)
        return keyed_error(at, EINVAL, err, "%s: new memory has nothing to read: leave out 'ro'",
                           unit->unit);
    unit->medium = unit->file ? DIRECTORY_FILE : unit->pack ? DIRECTORY_EXTENT : DIRECTORY_RAM;
    return directory_check_opening(&how, unit->unit, at, err);
}

#define OF(member) offsetof(struct directory_unit, member)

static const struct keyed_key unit_keys[] = {
    {.name = "unit", .take = take_unit, .at = OF(unit)},
    {.name = "file", .take = take_file},
    {.name = "overlay", .take = keyed_path, .at = OF(overlay)},
    {.name = "new", .take = keyed_bool, .at = OF(new)},
    {.name = "ro", .take = keyed_bool, .at = OF(ro)},
    {.name = "pack", .take = keyed_string, .at = OF(pack)},
    {.name = "start", .take = take_start_block, .max = UINT32_MAX, .what = "blocks"},
    {.name = "blocks",
     .take = keyed_count,
     .at = OF(blocks),
     .min = 1,
     .max = UINT32_MAX,
     .what = "blocks"},
    {.name = "ram",
     .take = keyed_size,
     .at = OF(ram),
     .min = DIRECTORY_BLOCK,
     .max = RK05_CAPACITY},
    {.name = NULL},
};

static const struct keyed_map unit_map = {unit_keys, "- unit: rk0, pack: ...", unit_begin,
                                          unit_end};

#undef OF

/* --- the machine ---------------------------------------------------------------------------- */

const char *const directory_methods[] = {"simulate", "preprocess", "hybrid", "trap", "hv", NULL};

/* A name is part of commands and of file names. */
int directory_take_name(void *field, const struct keyed_value *v, struct err *err)
{
    const char *text = v->text;
    bool good = isalnum((unsigned char)text[0]);

    for (const char *at = text; *at; at++)
        good = good && (isalnum((unsigned char)*at) || *at == '-' || *at == '_');
    if (!good || strlen(text) > DIRECTORY_NAME)
        return keyed_error(v, EINVAL, err, "'%.40s': a name is up to %u letters, digits, '-', '_'",
                           text, DIRECTORY_NAME);
    return keyed_string(field, v, err);
}

static int take_method(void *field, const struct keyed_value *v, struct err *err)
{
    struct directory_vm *vm = field;

    vm->method_line = v->line;
    return keyed_choice(&vm->method, v, err);
}

/* A bit of VACSR, by its name or as a number. */
static int take_assist(void *field, const struct keyed_value *v, struct err *err)
{
    static const char *const names[] = {"user", "rti", "spl", "emt", "page",
                                        "psw",  "reg", "all", NULL};
    static const u16 bits[] = {VACSR_USER, VACSR_RTI, VACSR_SPL, VACSR_EMT,
                               VACSR_PAGE, VACSR_PSW, VACSR_REG, VACSR_WRITE};
    struct directory_vm *vm = field;
    u64 number;
    int i;

    vm->assist_line = v->line;
    vm->assist |= VACSR_ON;
    if (number_parse(v->text, VACSR_WRITE, &number)) {
        vm->assist |= (u16)number;
        return 0;
    }
    i = keyed_word(v, names, err);
    if (i >= 0)
        vm->assist |= bits[i];
    return i < 0 ? i : 0;
}

static int take_kernel(void *field, const struct keyed_value *v, struct err *err)
{
    static const char *const words[] = {"user", "supervisor", NULL};
    int i = keyed_word(v, words, err);

    if (i >= 0)
        *(bool *)field = i;
    return i < 0 ? i : 0;
}

/* A unit, or a program file. */
static int take_ipl(void *field, const struct keyed_value *v, struct err *err)
{
    struct directory_vm *vm = field;
    bool unit = strncmp(v->text, "rk", 2) == 0 && v->text[2] && !v->text[3];

    vm->ipl_line = v->line;
    return unit ? keyed_string(&vm->ipl, v, err) : keyed_path(&vm->load, v, err);
}

static int take_console(void *field, const struct keyed_value *v, struct err *err)
{
    static const char *const words[] = {"operator", "none", "pty", "tcp", "unix", "file", NULL};
    struct directory_vm *vm = field;
    size_t len = strcspn(v->text, ":");
    char word[16] = "";
    struct keyed_value kind = *v;
    int i;

    kind.text = memcpy(word, v->text, len < sizeof word ? len : sizeof word - 1);
    i = keyed_word(&kind, words, err);
    if (i < 0)
        return i;
    if (i < 3 && v->text[len])
        return keyed_error(v, EINVAL, err, "%s takes nothing behind it", word);
    if (i >= 3 && (!v->text[len] || !v->text[len + 1]))
        return keyed_error(v, EINVAL, err, "write %s:%s", word, i == 3 ? "PORT" : "PATH");
    vm->console_line = v->line;
    return keyed_console(&vm->console, v, err);
}

static int take_expect(void *field, const struct keyed_value *v, struct err *err)
{
    struct directory_vm *vm = field;

    vm->expect_line = v->line;
    return keyed_path(&vm->expect, v, err);
}

/* Values that no machine has are found here, where the line is known. */
static int take_set(void *field, const struct keyed_value *v, struct err *err)
{
    struct directory_vm *vm = field;
    struct setting setting;
    struct err inner = {0};

    vm->set_line = v->line;
    if (strchr(v->text, '=') && setting_parse(v->text, &setting, &inner))
        return keyed_error(v, EINVAL, err, "%s", inner.text);
    return keyed_set(&vm->sets, v, err);
}

static int take_record(void *field, const struct keyed_value *v, struct err *err)
{
    static const char *const words[] = {"none", "spool", NULL};
    struct directory_record *record = field;
    struct keyed_value name = *v;
    int i;

    record->line = v->line;
    if (strncmp(v->text, "file:", 5) == 0 && v->text[5]) {
        name.text += 5;
        record->kind = DIRECTORY_PATH;
        return keyed_path(&record->path, &name, err);
    }
    if (strcmp(v->text, "file") == 0 || strcmp(v->text, "file:") == 0)
        return keyed_error(v, EINVAL, err, "write file:PATH");
    i = keyed_word(v, words, err);
    if (i >= 0)
        record->kind = i ? DIRECTORY_SPOOL : DIRECTORY_NONE;
    return i < 0 ? i : 0;
}

static int take_reserve(void *field, const struct keyed_value *v, struct err *err)
{
    struct directory_vm *vm = field;

    vm->reserve_line = v->line;
    return keyed_unsigned(&vm->reserve, v, err);
}

static int take_label(void *field, const struct keyed_value *v, struct err *err)
{
    if (strlen(v->text) > LABEL_MAX)
        return keyed_error(v, EINVAL, err, "at most %u characters", LABEL_MAX);
    return keyed_string(field, v, err);
}

static void *vm_begin(void *outer, unsigned line)
{
    struct directory *directory = outer;
    struct directory_vm *array = realloc(directory->vm, (directory->vms + 1) * sizeof *array);

    if (!array)
        return NULL;
    directory->vm = array;
    array[directory->vms] = (struct directory_vm){
        .line = line,
        .method = DIRECTORY_HYBRID,
        .method_line = line,
        .pure = true,
        .share = DIRECTORY_SHARE,
        .autostart = true,
    };
    return &array[directory->vms++];
}

static int vm_end(void *inner, const struct keyed_value *at, struct err *err)
{
    const struct directory_vm *vm = inner;

    if (!vm->name)
        return keyed_error(at, EINVAL, err, "this entry has no 'name'");
    if (!vm->memory)
        return keyed_error(at, EINVAL, err, "%s has no 'mem' (64K)", vm->name);
    if (vm->start.given && !vm->load)
        return keyed_error(at, EINVAL, err, "%s: 'start' is of a program file: ipl: FILE",
                           vm->name);
    return 0;
}

#define OF(member) offsetof(struct directory_vm, member)

static const char *const clocks[] = {"virtual", "real", "catch-up", NULL};

static const struct keyed_key vm_keys[] = {
    {.name = "name", .take = directory_take_name, .at = OF(name)},
    {.name = "model", .take = keyed_model, .at = OF(model)},
    {.name = "mem", .take = keyed_memory, .at = OF(memory)},
    {.name = "method", .take = take_method, .words = directory_methods},
    {.name = "assist", .shape = KEYED_LIST, .take = take_assist},
    {.name = "kernel", .take = take_kernel, .at = OF(supervisor)},
    {.name = "moves", .take = keyed_bool, .at = OF(moves)},
    {.name = "pure", .take = keyed_bool, .at = OF(pure)},
    {.name = "units", .shape = KEYED_MAPPINGS, .map = &unit_map},
    {.name = "ipl", .take = take_ipl},
    {.name = "start", .take = keyed_start, .at = OF(start)},
    {.name = "set", .shape = KEYED_LIST, .take = take_set},
    {.name = "console", .take = take_console},
    {.name = "expect", .take = take_expect},
    {.name = "printer", .take = take_record, .at = OF(printer)},
    {.name = "reader", .take = take_record, .at = OF(reader)},
    {.name = "punch", .take = take_record, .at = OF(punch)},
    {.name = "clock", .take = keyed_choice, .at = OF(clock), .words = clocks},
    {.name = "share",
     .take = keyed_unsigned,
     .at = OF(share),
     .min = 1,
     .max = SHARE_MAX,
     .what = "shares (1 to 10000)"},
    {.name = "reserve", .take = take_reserve, .max = 100, .what = "percent (up to 100)"},
    {.name = "virtual-real", .take = keyed_bool, .at = OF(virtual_real)},
    {.name = "label", .take = take_label, .at = OF(label)},
    {.name = "autostart", .take = keyed_bool, .at = OF(autostart)},
    {.name = NULL},
};

const struct keyed_map directory_vm_map = {vm_keys, "- name: v6, mem: 96K, ...", vm_begin, vm_end};
