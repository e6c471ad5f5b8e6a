/* config_impl.h - between the YAML of a description and its keys: see config.h.
 *
 * config_yaml.c walks the events of libyaml and checks the shape; config_keys.c knows the keys and
 * turns their values into fields.
 */
#ifndef VM11_MACHINE_CONFIG_IMPL_H
#define VM11_MACHINE_CONFIG_IMPL_H

#include "machine/config.h"

#define CONFIG_LIST_MAX 64u /* entries of a list */

/* One value where it stands in the file. */
struct config_value {
    const char *path; /* of the description */
    unsigned line;
    const char *key;
    const char *text;
};

enum config_shape { CONFIG_SCALAR, CONFIG_LIST, CONFIG_UNITS };

struct config_key {
    const char *name;
    enum config_shape shape;
    /* Put a value into the description, or into its last unit. -EINVAL, -ENOMEM. */
    int (*take)(struct config *config, const struct config_value *value, struct err *err);
};

/* The keys of a description and those of a unit, each up to a row without a name. */
const struct config_key *config_keys(void);
const struct config_key *config_unit_keys(void);

/* A unit begins; what its mapping has is taken into it. -ENOMEM. */
int config_unit_add(struct config *config);

/* The unit that ended is complete. */
int config_unit_check(const struct config *config, const struct config_value *at, struct err *err);

/* "path:line: key: ..." */
int config_error(const struct config_value *at, int code, struct err *err, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* Read the text into `config`, which is empty. */
int config_walk(struct config *config, const char *path, const char *text, size_t len,
                struct err *err);

#endif
