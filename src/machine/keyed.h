/* keyed.h - files of keys and values in YAML, checked against tables of keys.
 *
 * What machine descriptions (config.h) and CP's directory have in common. keyed_yaml.c walks the
 * events of libyaml and checks the shape: mappings, lists and scalars where the tables want them,
 * no unknown key, none twice. A row of a table says which field of a structure the value goes to,
 * and which function makes it of the text; keyed.c has most of these functions. Every error has
 * file, line and key, and a mend or a did-you-mean.
 */
#ifndef VM11_MACHINE_KEYED_H
#define VM11_MACHINE_KEYED_H

#include <stddef.h>

#include "base/err.h"
#include "machine/machine.h"

#define KEYED_LIST_MAX 64u /* entries of a list */
#define KEYED_KEYS_MAX 32u /* of a table, with the row that ends it */

struct keyed_key;

/* One value where it stands in the file. */
struct keyed_value {
    const char *path; /* of the file */
    unsigned line;
    const char *key;
    const char *text;            /* NULL: of a mapping */
    const struct keyed_key *row; /* NULL: none says what it may be */
};

enum keyed_shape { KEYED_SCALAR, KEYED_LIST, KEYED_MAPPING, KEYED_MAPPINGS };

/* A mapping inside another. */
struct keyed_map {
    const struct keyed_key *keys;
    const char *example; /* of an entry: "- unit: rk0, file: ..." */
    /* The structure that its values go to, where it begins at `line` of the file. NULL: no host
     * memory. */
    void *(*begin)(void *outer, unsigned line);
    /* All its values are there. NULL: any will do. */
    int (*end)(void *inner, const struct keyed_value *at, struct err *err);
};

/* One key. A table ends with a row without a name. */
struct keyed_key {
    const char *name;
    enum keyed_shape shape;
    /* Put a value into a field. -EINVAL, -ENOMEM. */
    int (*take)(void *field, const struct keyed_value *value, struct err *err);
    size_t at;                   /* offset of the field in the structure */
    const char *const *words;    /* of keyed_choice() */
    u64 min, max;                /* of keyed_count(), keyed_unsigned(), keyed_size() */
    const char *what;            /* is counted: "instructions" */
    const struct keyed_map *map; /* of a mapping, or of each in a list */
};

/* Read the text, whose name in messages is `path`, into `ctx`, for which `keys` are. */
int keyed_walk(const struct keyed_key *keys, void *ctx, const char *path, const char *text,
               size_t len, struct err *err);

/* "path:line: key: ..." */
int keyed_error(const struct keyed_value *at, int code, struct err *err, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* The index of the value in `words`, up to NULL, or -EINVAL. */
int keyed_word(const struct keyed_value *v, const char *const *words, struct err *err);

/* Functions for rows; the field is what is said. */

/* char *, to be freed: the text, or a file name, complete: it is relative to the description's
 * folder; a console, in which a file name may stand behind "unix:" or "file:". */
int keyed_string(void *field, const struct keyed_value *v, struct err *err);
int keyed_path(void *field, const struct keyed_value *v, struct err *err);
int keyed_console(void *field, const struct keyed_value *v, struct err *err);
/* bool */
int keyed_bool(void *field, const struct keyed_value *v, struct err *err);
/* unsigned, or an enum: the index in the row's words. */
int keyed_choice(void *field, const struct keyed_value *v, struct err *err);
/* u64 and unsigned: a decimal count from the row's min to its max. */
int keyed_count(void *field, const struct keyed_value *v, struct err *err);
int keyed_unsigned(void *field, const struct keyed_value *v, struct err *err);
/* u64: bytes, in steps of the row's min up to its max. */
int keyed_size(void *field, const struct keyed_value *v, struct err *err);
/* const struct model * */
int keyed_model(void *field, const struct keyed_value *v, struct err *err);
/* u32: memory of a machine. */
int keyed_memory(void *field, const struct keyed_value *v, struct err *err);
/* char *: the name of an engine. */
int keyed_engine(void *field, const struct keyed_value *v, struct err *err);
/* unsigned: 50, 60 */
int keyed_hz(void *field, const struct keyed_value *v, struct err *err);
/* struct machine_options */
int keyed_option(void *field, const struct keyed_value *v, struct err *err);
/* struct keyed_start */
int keyed_start(void *field, const struct keyed_value *v, struct err *err);
/* struct keyed_sets: one more. */
int keyed_set(void *field, const struct keyed_value *v, struct err *err);

/* Where a program starts, if that is said. */
struct keyed_start {
    bool given;
    u16 at;
};

/* A list of REG=VALUE, checked by who sets them. */
struct keyed_sets {
    char **set;
    unsigned count;
};
void keyed_sets_fini(struct keyed_sets *sets);

#endif
