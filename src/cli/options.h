/* options.h - subcommands and their options as tables.
 *
 * A subcommand is one `struct command` with one table of options. From these tables come the
 * parser, --help, the completion of bash and zsh, and the lists in the man pages.
 *
 * Options are written `--name VALUE` or `--name=VALUE`, short ones `-d VALUE` or `-dVALUE`; they
 * stand before, between and after operands, and `--` ends them. --help and --version are
 * everywhere and in no table.
 */
#ifndef VM11_CLI_OPTIONS_H
#define VM11_CLI_OPTIONS_H

#include "base/err.h"
#include "base/types.h"
#include "machine/machine.h"

struct option {
    const char *name;     /* without "--"; NULL ends a table */
    char letter;          /* its short form; 0: none */
    const char *arg;      /* what help calls the value; NULL: it takes none */
    const char *words;    /* for completion: the values, blanks between, or "FILE"; NULL: free */
    const char *fallback; /* the default, for help; NULL: not worth telling */
    const char *help;     /* one or two lines without a full stop */
    /* Take the value (NULL where there is none): 0, or -EINVAL with what is wrong with it; the
     * parser puts the option in front. */
    int (*set)(void *ctx, const char *value, struct err *err);
};

struct command {
    const char *name;
    const char *operands; /* as help shows them: "[FILE]" */
    const char *about;    /* one line */
    const char *notes;    /* what --help tells after the options; NULL: nothing */
    const struct option *options;
    /* A word that is no option. */
    int (*operand)(void *ctx, const char *word, struct err *err);
    /* The subcommand: argv[0] is its name. Returns the exit status. */
    int (*main)(const struct command *command, int argc, char **argv);
};

/* Parse argv[1..] into ctx. True: go on. False: *status is the exit status; help, version or a
 * complaint have been printed. */
bool options_parse(const struct command *command, void *ctx, int argc, char **argv, int *status);

/* Print the help of a subcommand, or with NULL of the program, to stdout. */
void options_help(const struct command *command);

/* "vm11 0.1.0" to stdout. */
void options_version(void);

/* An even address, `max` at the most, for a program: --load-at, --start. */
int option_address(const char *value, u32 max, u32 *address, struct err *err);

/* The model of that name; it is one that lives as long as the program. */
int option_model(const char *value, const struct model **model, struct err *err);

/* The FILE of a command that takes one. */
int option_one_file(const char **file, const char *word, struct err *err);

#endif
