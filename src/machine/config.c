/* config.c - machine descriptions: see config.h. */
#include "machine/config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "machine/config_impl.h"
#include "base/near.h"
#include "base/wholefile.h"

#define DESCRIPTION_MAX (1u << 20)

struct config_unit *config_unit_add(struct config *config)
{
    struct config_unit *array = realloc(config->unit, (config->units + 1) * sizeof *array);

    if (!array)
        return NULL;
    config->unit = array;
    array[config->units] = (struct config_unit){0};
    return &array[config->units++];
}

int config_unit_check(void *field, const struct keyed_value *at, struct err *err)
{
    const struct config_unit *unit = field;

    if (!unit->unit)
        return keyed_error(at, EINVAL, err, "this entry has no 'unit' (rk0, pr, pp, lp)");
    if (!unit->file)
        return keyed_error(at, EINVAL, err, "%.20s has no 'file'", unit->unit);
    if (unit->ro && unit->new)
        return keyed_error(at, EINVAL, err, "%.20s: a new file cannot be read-only", unit->unit);
    return 0;
}

/* Options that do not go together. */
static int config_check(const struct config *config, const char *path, struct err *err)
{
    if (config->boot && config->load)
        return err_set(err, EINVAL, "%s: 'boot' and 'load' exclude each other", path);
    if (config->has_load_at && !config->load)
        return err_set(err, EINVAL, "%s: 'load-at' without 'load'", path);
    return 0;
}

int config_parse(struct config **config, const char *path, const char *text, size_t len,
                 struct err *err)
{
    struct config *c = calloc(1, sizeof *c);
    int rc;

    if (!c)
        return err_set(err, ENOMEM, "%s: no host memory for a description", path);
    rc = keyed_walk(config_keys(), c, path, text, len, err);
    if (rc == 0)
        rc = config_check(c, path, err);
    if (rc) {
        config_free(c);
        return rc;
    }
    *config = c;
    return 0;
}

int config_read(struct config **config, const char *path, struct err *err)
{
    u8 *bytes;
    size_t len;
    int rc = wholefile_read(path, DESCRIPTION_MAX, &bytes, &len, err);

    if (rc)
        return rc;
    rc = config_parse(config, path, (const char *)bytes, len, err);
    free(bytes);
    return rc;
}

void config_free(struct config *config)
{
    if (!config)
        return;
    for (unsigned i = 0; i < config->units; i++)
        config_unit_fini(&config->unit[i]);
    keyed_sets_fini(&config->sets);
    free(config->unit);
    free(config->engine);
    free(config->boot);
    free(config->load);
    free(config->console);
    free(config->expect);
    free(config->escape);
    free(config);
}

void config_unit_fini(struct config_unit *unit)
{
    free(unit->unit);
    free(unit->file);
    free(unit->overlay);
    *unit = (struct config_unit){0};
}

/* One word behind a comma. */
static int unit_option(struct config_unit *unit, const char *text, const char *word, size_t len,
                       struct err *err)
{
    static const char overlay[] = "overlay=";
    static const char *const words[] = {"ro", "new", "overlay", NULL};
    char copy[32] = "";
    const char *near;

    if (len > sizeof overlay - 1 && memcmp(word, overlay, sizeof overlay - 1) == 0) {
        free(unit->overlay);
        unit->overlay = strndup(word + sizeof overlay - 1, len - sizeof overlay + 1);
        return unit->overlay ? 0 : err_set(err, ENOMEM, "no host memory for a file name");
    }
    if (len == 2 && memcmp(word, "ro", len) == 0) {
        unit->ro = true;
        return 0;
    }
    if (len == 3 && memcmp(word, "new", len) == 0) {
        unit->new = true;
        return 0;
    }
    memcpy(copy, word, len < sizeof copy ? len : sizeof copy - 1);
    copy[strcspn(copy, "=")] = 0;
    if (strcmp(copy, "overlay") == 0)
        return err_set(err, EINVAL, "%s: 'overlay' names no file (overlay=FILE)", text);
    near = near_word(copy, words);
    if (near)
        return err_set(err, EINVAL, "%s: unknown '%s' behind the file; did you mean '%s'?", text,
                       copy, near);
    return err_set(err, EINVAL, "%s: unknown '%s' behind the file (ro, new, overlay=FILE)", text,
                   copy);
}

static int unit_options(struct config_unit *unit, const char *text, const char *at, struct err *err)
{
    while (*at == ',') {
        size_t len = strcspn(++at, ",");
        int rc = unit_option(unit, text, at, len, err);
        if (rc)
            return rc;
        at += len;
    }
    if (unit->ro && unit->new)
        return err_set(err, EINVAL, "%s: a new file cannot be read-only", text);
    return 0;
}

int config_unit_parse(const char *text, struct config_unit *unit, struct err *err)
{
    size_t name = strcspn(text, "="), file;
    int rc;

    *unit = (struct config_unit){0};
    if (name == 0 || text[name] != '=')
        return err_set(err, EINVAL, "%s: a unit is attached as UNIT=FILE (rk0=disk.rk05)", text);
    file = strcspn(text + name + 1, ",");
    if (file == 0)
        return err_set(err, EINVAL, "%s: there is no file behind the '='", text);
    unit->unit = strndup(text, name);
    unit->file = strndup(text + name + 1, file);
    if (unit->unit && unit->file)
        rc = unit_options(unit, text, text + name + 1 + file, err);
    else
        rc = err_set(err, ENOMEM, "no host memory for a file name");
    if (rc)
        config_unit_fini(unit);
    return rc;
}
