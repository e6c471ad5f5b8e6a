/* config_keys.c - the keys of a machine description and what their values become. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "machine/config_impl.h"

static int take_clock(void *field, const struct keyed_value *v, struct err *err)
{
    struct config *c = field;
    static const char *const words[] = {"virtual", "real", NULL};
    int i = keyed_word(v, words, err);

    if (i < 0)
        return i;
    c->clock = i ? CONFIG_CLOCK_REAL : CONFIG_CLOCK_VIRTUAL;
    return 0;
}

static int take_load_at(void *field, const struct keyed_value *v, struct err *err)
{
    struct config *c = field;
    u64 value;

    if (!number_parse(v->text, RAM_MAX - 2, &value) || value & 1)
        return keyed_error(v, EINVAL, err, "'%.40s' is no even address (octal, below %o)", v->text,
                           RAM_MAX);
    c->load_at = (u32)value;
    c->has_load_at = true;
    return 0;
}

static int take_timeout(void *field, const struct keyed_value *v, struct err *err)
{
    struct config *c = field;

    if (!seconds_parse(v->text, &c->timeout))
        return keyed_error(v, EINVAL, err, "'%.40s' is no count of seconds", v->text);
    return 0;
}

static void *unit_begin(void *outer, unsigned line)
{
    return config_unit_add(outer);
}

#define OF(member) offsetof(struct config_unit, member)

static const struct keyed_key unit_keys[] = {
    {.name = "unit", .take = keyed_string, .at = OF(unit)},
    {.name = "file", .take = keyed_path, .at = OF(file)},
    {.name = "overlay", .take = keyed_path, .at = OF(overlay)},
    {.name = "ro", .take = keyed_bool, .at = OF(ro)},
    {.name = "new", .take = keyed_bool, .at = OF(new)},
    {.name = NULL},
};

static const struct keyed_map unit_map = {unit_keys, "- unit: rk0, file: ...", unit_begin,
                                          config_unit_check};

#undef OF
#define OF(member) offsetof(struct config, member)

static const struct keyed_key keys[] = {
    {.name = "cpu", .take = keyed_model, .at = OF(model)},
    {.name = "mem", .take = keyed_memory, .at = OF(memory)},
    {.name = "engine", .take = keyed_engine, .at = OF(engine)},
    {.name = "clock", .take = take_clock},
    {.name = "hz", .take = keyed_hz, .at = OF(hz)},
    {.name = "fast-io", .take = keyed_bool, .at = OF(fast_io)},
    {.name = "option", .shape = KEYED_LIST, .take = keyed_option, .at = OF(options)},
    {.name = "associator",
     .take = keyed_unsigned,
     .at = OF(options.associator),
     .min = 1,
     .max = HV_SLOTS,
     .what = "entries"},
    {.name = "units", .shape = KEYED_MAPPINGS, .map = &unit_map},
    {.name = "boot", .take = keyed_string, .at = OF(boot)},
    {.name = "load", .take = keyed_path, .at = OF(load)},
    {.name = "load-at", .take = take_load_at},
    {.name = "start", .take = keyed_start, .at = OF(start)},
    {.name = "set", .shape = KEYED_LIST, .take = keyed_set, .at = OF(sets)},
    {.name = "console", .take = keyed_console, .at = OF(console)},
    {.name = "expect", .take = keyed_path, .at = OF(expect)},
    {.name = "limit",
     .take = keyed_count,
     .at = OF(limit),
     .min = 1,
     .max = UINT64_MAX / 2,
     .what = "instructions"},
    {.name = "timeout", .take = take_timeout},
    {.name = "escape", .take = keyed_string, .at = OF(escape)},
    {.name = NULL},
};

const struct keyed_key *config_keys(void)
{
    return keys;
}

bool config_is_key(const char *word, size_t len)
{
    for (const struct keyed_key *key = keys; key->name; key++)
        if (strlen(key->name) == len && memcmp(key->name, word, len) == 0)
            return true;
    return false;
}
