/* config_keys.c - the keys of a machine description and what their values become. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "machine/config_impl.h"
#include "base/near.h"

#define MODELS_MAX 32u

int config_error(const struct config_value *at, int code, struct err *err, const char *fmt, ...)
{
    char text[200];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    return err_set(err, code, "%s:%u: %s: %s", at->path, at->line, at->key, text);
}

/* The value is none of `words`. */
static int word_error(const struct config_value *v, const char *const *words, struct err *err)
{
    const char *near = near_word(v->text, words);
    char all[160] = "";

    if (near)
        return config_error(v, EINVAL, err, "unknown '%.40s'; did you mean '%s'?", v->text, near);
    for (size_t at = 0; *words && at < sizeof all; words++)
        at += (size_t)snprintf(all + at, sizeof all - at, "%s%s", at ? ", " : "", *words);
    return config_error(v, EINVAL, err, "unknown '%.40s'; it is one of: %s", v->text, all);
}

/* The index of the value in `words`, or -EINVAL. */
static int word_take(const struct config_value *v, const char *const *words, struct err *err)
{
    for (int i = 0; words[i]; i++)
        if (strcmp(v->text, words[i]) == 0)
            return i;
    return word_error(v, words, err);
}

static int string_take(char **field, const struct config_value *v, struct err *err)
{
    *field = strdup(v->text);
    return *field ? 0 : config_error(v, ENOMEM, err, "no host memory");
}

/* A file name is relative to the description's folder; `skip` characters before it are not part
 * of it ("unix:"). */
static int path_take_after(char **field, size_t skip, const struct config_value *v, struct err *err)
{
    const char *slash = strrchr(v->path, '/');
    const char *name = v->text + skip;
    size_t dir = name[0] != '/' && slash ? (size_t)(slash - v->path + 1) : 0;
    char *path = malloc(skip + dir + strlen(name) + 1);

    if (!path)
        return config_error(v, ENOMEM, err, "no host memory");
    memcpy(path, v->text, skip);
    memcpy(path + skip, v->path, dir);
    strcpy(path + skip + dir, name);
    *field = path;
    return 0;
}

static int path_take(char **field, const struct config_value *v, struct err *err)
{
    return path_take_after(field, 0, v, err);
}

static int bool_take(bool *field, const struct config_value *v, struct err *err)
{
    static const char *const words[] = {"false", "true", "no", "yes", "off", "on", NULL};
    int i = word_take(v, words, err);

    if (i < 0)
        return i;
    *field = i & 1;
    return 0;
}

static int take_cpu(struct config *c, const struct config_value *v, struct err *err)
{
    const char *words[MODELS_MAX] = {NULL};

    c->model = model_find(v->text);
    if (c->model)
        return 0;
    for (unsigned i = 0; i < MODELS_MAX - 1 && model_at(i); i++)
        words[i] = model_at(i)->name;
    return word_error(v, words, err);
}

static int take_mem(struct config *c, const struct config_value *v, struct err *err)
{
    u64 value;

    if (!size_parse(v->text, UINT32_MAX, &value))
        return config_error(v, EINVAL, err, "'%.40s' is no size (248K, or octal bytes)", v->text);
    if (value == 0 || value % 64 || value > RAM_MAX)
        return config_error(v, EINVAL, err,
                            "'%.40s': memory is at most 248K, in steps of 64 bytes "
                            "(the top 8K of 256K are the I/O page)",
                            v->text);
    c->memory = (u32)value;
    return 0;
}

static int take_engine(struct config *c, const struct config_value *v, struct err *err)
{
    static const char *const words[] = {"interp", "jit", NULL};
    int i = word_take(v, words, err);

    return i < 0 ? i : string_take(&c->engine, v, err);
}

static int take_clock(struct config *c, const struct config_value *v, struct err *err)
{
    static const char *const words[] = {"virtual", "real", NULL};
    int i = word_take(v, words, err);

    if (i < 0)
        return i;
    c->clock = i ? CONFIG_CLOCK_REAL : CONFIG_CLOCK_VIRTUAL;
    return 0;
}

static int take_hz(struct config *c, const struct config_value *v, struct err *err)
{
    static const char *const words[] = {"50", "60", NULL};
    int i = word_take(v, words, err);

    if (i < 0)
        return i;
    c->hz = i ? 60 : 50;
    return 0;
}

static int take_fast_io(struct config *c, const struct config_value *v, struct err *err)
{
    return bool_take(&c->fast_io, v, err);
}

static int take_option(struct config *c, const struct config_value *v, struct err *err)
{
    struct err inner = {0};

    if (machine_option(&c->options, v->text, &inner))
        return config_error(v, EINVAL, err, "%s", inner.text);
    return 0;
}

static int take_boot(struct config *c, const struct config_value *v, struct err *err)
{
    return string_take(&c->boot, v, err);
}

static int take_load(struct config *c, const struct config_value *v, struct err *err)
{
    return path_take(&c->load, v, err);
}

static int take_load_at(struct config *c, const struct config_value *v, struct err *err)
{
    u64 value;

    if (!number_parse(v->text, RAM_MAX - 2, &value) || value & 1)
        return config_error(v, EINVAL, err, "'%.40s' is no even address (octal, below %o)", v->text,
                            RAM_MAX);
    c->load_at = (u32)value;
    c->has_load_at = true;
    return 0;
}

static int take_start(struct config *c, const struct config_value *v, struct err *err)
{
    u64 value;

    if (!number_parse(v->text, 0177776, &value) || value & 1)
        return config_error(v, EINVAL, err, "'%.40s' is no even address (octal, to 177776)",
                            v->text);
    c->start = (u16)value;
    c->has_start = true;
    return 0;
}

static int take_set(struct config *c, const struct config_value *v, struct err *err)
{
    char **array = realloc(c->set, (c->sets + 1) * sizeof *array);

    if (!array)
        return config_error(v, ENOMEM, err, "no host memory");
    c->set = array;
    if (!strchr(v->text, '='))
        return config_error(v, EINVAL, err, "'%.40s' has no '=' (r0=5)", v->text);
    if (string_take(&array[c->sets], v, err))
        return -ENOMEM;
    c->sets++;
    return 0;
}

static int take_console(struct config *c, const struct config_value *v, struct err *err)
{
    static const char *const paths[] = {"unix:", "file:"};

    for (unsigned i = 0; i < ARRAY_LEN(paths); i++)
        if (strncmp(v->text, paths[i], strlen(paths[i])) == 0)
            return path_take_after(&c->console, strlen(paths[i]), v, err);
    return string_take(&c->console, v, err);
}

static int take_expect(struct config *c, const struct config_value *v, struct err *err)
{
    return path_take(&c->expect, v, err);
}

static int take_limit(struct config *c, const struct config_value *v, struct err *err)
{
    if (!count_parse(v->text, UINT64_MAX / 2, &c->limit) || !c->limit)
        return config_error(v, EINVAL, err, "'%.40s' is no count of instructions", v->text);
    return 0;
}

static int take_timeout(struct config *c, const struct config_value *v, struct err *err)
{
    char *end;

    c->timeout = strtod(v->text, &end);
    if (*end || end == v->text || !(c->timeout > 0 && c->timeout <= 1e9))
        return config_error(v, EINVAL, err, "'%.40s' is no count of seconds", v->text);
    return 0;
}

static int take_escape(struct config *c, const struct config_value *v, struct err *err)
{
    return string_take(&c->escape, v, err);
}

static int take_unit(struct config *c, const struct config_value *v, struct err *err)
{
    return string_take(&c->unit[c->units - 1].unit, v, err);
}

static int take_file(struct config *c, const struct config_value *v, struct err *err)
{
    return path_take(&c->unit[c->units - 1].file, v, err);
}

static int take_overlay(struct config *c, const struct config_value *v, struct err *err)
{
    return path_take(&c->unit[c->units - 1].overlay, v, err);
}

static int take_ro(struct config *c, const struct config_value *v, struct err *err)
{
    return bool_take(&c->unit[c->units - 1].ro, v, err);
}

static int take_new(struct config *c, const struct config_value *v, struct err *err)
{
    return bool_take(&c->unit[c->units - 1].new, v, err);
}

static const struct config_key keys[] = {
    {"cpu", CONFIG_SCALAR, take_cpu},
    {"mem", CONFIG_SCALAR, take_mem},
    {"engine", CONFIG_SCALAR, take_engine},
    {"clock", CONFIG_SCALAR, take_clock},
    {"hz", CONFIG_SCALAR, take_hz},
    {"fast-io", CONFIG_SCALAR, take_fast_io},
    {"option", CONFIG_LIST, take_option},
    {"units", CONFIG_UNITS, NULL},
    {"boot", CONFIG_SCALAR, take_boot},
    {"load", CONFIG_SCALAR, take_load},
    {"load-at", CONFIG_SCALAR, take_load_at},
    {"start", CONFIG_SCALAR, take_start},
    {"set", CONFIG_LIST, take_set},
    {"console", CONFIG_SCALAR, take_console},
    {"expect", CONFIG_SCALAR, take_expect},
    {"limit", CONFIG_SCALAR, take_limit},
    {"timeout", CONFIG_SCALAR, take_timeout},
    {"escape", CONFIG_SCALAR, take_escape},
    {NULL, CONFIG_SCALAR, NULL},
};

static const struct config_key unit_keys[] = {
    {"unit", CONFIG_SCALAR, take_unit},       {"file", CONFIG_SCALAR, take_file},
    {"overlay", CONFIG_SCALAR, take_overlay}, {"ro", CONFIG_SCALAR, take_ro},
    {"new", CONFIG_SCALAR, take_new},         {NULL, CONFIG_SCALAR, NULL},
};

const struct config_key *config_keys(void)
{
    return keys;
}

const struct config_key *config_unit_keys(void)
{
    return unit_keys;
}

bool config_is_key(const char *word, size_t len)
{
    for (const struct config_key *key = keys; key->name; key++)
        if (strlen(key->name) == len && memcmp(key->name, word, len) == 0)
            return true;
    return false;
}
