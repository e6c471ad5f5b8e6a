/* keyed.c - what the values of most keys become: see keyed.h. */
#include "machine/keyed.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/near.h"
#include "base/number.h"

#define MODELS_MAX 32u

int keyed_error(const struct keyed_value *at, int code, struct err *err, const char *fmt, ...)
{
    char text[200];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    return err_set(err, code, "%s:%u: %s: %s", at->path, at->line, at->key, text);
}

/* The value is none of `words`. */
static int word_error(const struct keyed_value *v, const char *const *words, struct err *err)
{
    const char *near = near_word(v->text, words);
    char all[160] = "";

    if (near)
        return keyed_error(v, EINVAL, err, "unknown '%.40s'; did you mean '%s'?", v->text, near);
    for (size_t at = 0; *words && at < sizeof all; words++)
        at += (size_t)snprintf(all + at, sizeof all - at, "%s%s", at ? ", " : "", *words);
    return keyed_error(v, EINVAL, err, "unknown '%.40s'; it is one of: %s", v->text, all);
}

int keyed_word(const struct keyed_value *v, const char *const *words, struct err *err)
{
    for (int i = 0; words[i]; i++)
        if (strcmp(v->text, words[i]) == 0)
            return i;
    return word_error(v, words, err);
}

int keyed_string(void *field, const struct keyed_value *v, struct err *err)
{
    char *text = strdup(v->text);

    if (!text)
        return keyed_error(v, ENOMEM, err, "no host memory");
    *(char **)field = text;
    return 0;
}

/* `skip` characters before the file name are not part of it. */
static int path_take(char **field, size_t skip, const struct keyed_value *v, struct err *err)
{
    const char *slash = strrchr(v->path, '/');
    const char *name = v->text + skip;
    size_t dir = name[0] != '/' && slash ? (size_t)(slash - v->path + 1) : 0;
    char *path = malloc(skip + dir + strlen(name) + 1);

    if (!path)
        return keyed_error(v, ENOMEM, err, "no host memory");
    memcpy(path, v->text, skip);
    memcpy(path + skip, v->path, dir);
    strcpy(path + skip + dir, name);
    *field = path;
    return 0;
}

int keyed_path(void *field, const struct keyed_value *v, struct err *err)
{
    return path_take(field, 0, v, err);
}

int keyed_bool(void *field, const struct keyed_value *v, struct err *err)
{
    static const char *const words[] = {"false", "true", "no", "yes", "off", "on", NULL};
    int i = keyed_word(v, words, err);

    if (i < 0)
        return i;
    *(bool *)field = i & 1;
    return 0;
}

int keyed_choice(void *field, const struct keyed_value *v, struct err *err)
{
    int i = keyed_word(v, v->row->words, err);

    if (i < 0)
        return i;
    *(unsigned *)field = (unsigned)i;
    return 0;
}

int keyed_count(void *field, const struct keyed_value *v, struct err *err)
{
    const struct keyed_key *row = v->row;
    u64 count;

    if (!count_parse(v->text, row->max, &count) || count < row->min)
        return keyed_error(v, EINVAL, err, "'%.40s' is no count of %s", v->text, row->what);
    *(u64 *)field = count;
    return 0;
}

int keyed_unsigned(void *field, const struct keyed_value *v, struct err *err)
{
    u64 count = 0;
    int rc = keyed_count(&count, v, err);

    if (rc == 0)
        *(unsigned *)field = (unsigned)count;
    return rc;
}

int keyed_size(void *field, const struct keyed_value *v, struct err *err)
{
    const struct keyed_key *row = v->row;
    u64 size;

    if (!size_parse(v->text, UINT64_MAX, &size))
        return keyed_error(v, EINVAL, err, "'%.40s' is no size (248K, or octal bytes)", v->text);
    if (size == 0 || size > row->max || size % row->min)
        return keyed_error(v, EINVAL, err, "'%.40s': at most %lluK, in steps of %llu bytes",
                           v->text, (unsigned long long)row->max / 1024,
                           (unsigned long long)row->min);
    *(u64 *)field = size;
    return 0;
}

int keyed_model(void *field, const struct keyed_value *v, struct err *err)
{
    const struct model **model = field;
    const char *words[MODELS_MAX] = {NULL};

    *model = model_find(v->text);
    if (*model)
        return 0;
    for (unsigned i = 0; i < MODELS_MAX - 1 && model_at(i); i++)
        words[i] = model_at(i)->name;
    return word_error(v, words, err);
}

int keyed_memory(void *field, const struct keyed_value *v, struct err *err)
{
    u64 value;

    if (!size_parse(v->text, UINT32_MAX, &value))
        return keyed_error(v, EINVAL, err, "'%.40s' is no size (248K, or octal bytes)", v->text);
    if (value == 0 || value % 64 || value > RAM_MAX)
        return keyed_error(v, EINVAL, err,
                           "'%.40s': memory is at most 248K, in steps of 64 bytes "
                           "(the top 8K of 256K are the I/O page)",
                           v->text);
    *(u32 *)field = (u32)value;
    return 0;
}

int keyed_engine(void *field, const struct keyed_value *v, struct err *err)
{
    static const char *const words[] = {"interp", "jit", NULL};
    int i = keyed_word(v, words, err);

    return i < 0 ? i : keyed_string(field, v, err);
}

int keyed_hz(void *field, const struct keyed_value *v, struct err *err)
{
    static const char *const words[] = {"50", "60", NULL};
    int i = keyed_word(v, words, err);

    if (i < 0)
        return i;
    *(unsigned *)field = i ? 60 : 50;
    return 0;
}

int keyed_option(void *field, const struct keyed_value *v, struct err *err)
{
    struct err inner = {0};

    if (machine_option(field, v->text, &inner))
        return keyed_error(v, EINVAL, err, "%s", inner.text);
    return 0;
}

int keyed_start(void *field, const struct keyed_value *v, struct err *err)
{
    struct keyed_start *start = field;
    u64 value;

    if (!number_parse(v->text, 0177776, &value) || value & 1)
        return keyed_error(v, EINVAL, err, "'%.40s' is no even address (octal, to 177776)",
                           v->text);
    *start = (struct keyed_start){.given = true, .at = (u16)value};
    return 0;
}

int keyed_console(void *field, const struct keyed_value *v, struct err *err)
{
    static const char *const paths[] = {"unix:", "file:"};

    for (unsigned i = 0; i < ARRAY_LEN(paths); i++)
        if (strncmp(v->text, paths[i], strlen(paths[i])) == 0)
            return path_take(field, strlen(paths[i]), v, err);
    return keyed_string(field, v, err);
}

int keyed_set(void *field, const struct keyed_value *v, struct err *err)
{
    struct keyed_sets *sets = field;
    char **array = realloc(sets->set, (sets->count + 1) * sizeof *array);

    if (!array)
        return keyed_error(v, ENOMEM, err, "no host memory");
    sets->set = array;
    if (!strchr(v->text, '='))
        return keyed_error(v, EINVAL, err, "'%.40s' has no '=' (r0=5)", v->text);
    if (keyed_string(&array[sets->count], v, err))
        return -ENOMEM;
    sets->count++;
    return 0;
}

void keyed_sets_fini(struct keyed_sets *sets)
{
    for (unsigned i = 0; i < sets->count; i++)
        free(sets->set[i]);
    free(sets->set);
    *sets = (struct keyed_sets){0};
}
