/* config.h - machine descriptions: what `vm11 run` takes as options, in a YAML file.
 *
 * The keys are the options' names. Numbers follow the same rules as on the command line: octal,
 * `.` or 0x, sizes with K. File names are relative to the description's folder. Unknown keys and
 * bad values are errors with file, line and a did-you-mean. All keys are in docs/configuration.md.
 */
#ifndef VM11_MACHINE_CONFIG_H
#define VM11_MACHINE_CONFIG_H

#include "base/err.h"
#include "machine/keyed.h"

enum config_clock { CONFIG_CLOCK_DEFAULT, CONFIG_CLOCK_VIRTUAL, CONFIG_CLOCK_REAL };

/* units: a list of mappings with `unit`, `file`, `ro`, `overlay`, `new`. */
struct config_unit {
    char *unit;
    char *file;
    char *overlay; /* NULL: none */
    bool ro, new;
};

/* What a file left out is NULL, false or 0; has_... tells where 0 is a value. Strings belong to
 * the structure; file names are complete. */
struct config {
    const struct model *model;      /* cpu: */
    u32 memory;                     /* mem: bytes */
    char *engine;                   /* engine: jit, interp */
    enum config_clock clock;        /* clock: virtual, real */
    unsigned hz;                    /* hz: of the line clock: 50, 60 */
    bool fast_io;                   /* fast-io: */
    struct machine_options options; /* option: a list, of the processor */
    struct config_unit *unit;       /* units: */
    unsigned units;
    char *boot; /* boot: a unit */
    char *load; /* load: a program file */
    bool has_load_at;
    u32 load_at;              /* load-at: */
    struct keyed_start start; /* start: */
    struct keyed_sets sets;   /* set: a list */
    char *console;            /* console: tty, pty, ... */
    char *expect;             /* expect: a script file */
    u64 limit;                /* limit: instructions */
    double timeout;           /* timeout: guest seconds */
    char *escape;             /* escape: the key that leads to the prompt */
};

/* Errors: -EINVAL with file, line and mend; what the host says of the file; -ENOMEM. */
int config_read(struct config **config, const char *path, struct err *err);

/* The same for text; `path` is the name in messages, and its folder that of relative names. */
int config_parse(struct config **config, const char *path, const char *text, size_t len,
                 struct err *err);

/* Whether the `len` characters of `word` are a key of a description. */
bool config_is_key(const char *word, size_t len);

/* NULL is allowed. */
void config_free(struct config *config);

/* Split "UNIT=FILE[,ro][,overlay=FILE][,new]", the argument of -d, into `unit`, which is to be
 * freed with config_unit_fini(). -EINVAL with a did-you-mean for unknown words. */
int config_unit_parse(const char *text, struct config_unit *unit, struct err *err);
void config_unit_fini(struct config_unit *unit);

#endif
