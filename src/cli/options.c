/* options.c - the parser of options and the printer of help: see options.h.
 *
 * Not getopt_long: that prints its own messages, takes abbreviations that break when an option is
 * added, and does not know what was meant.
 */
#include "cli/options.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/report.h"
#include "base/near.h"
#include "base/number.h"

#define MAX_OPTIONS 64

/* Where the parser stands. */
struct parser {
    const struct command *command;
    void *ctx;
    char **argv;
    int argc, at;
};

static int unknown_option(const struct command *command, const char *word, struct err *err)
{
    char names[MAX_OPTIONS][32];
    const char *words[MAX_OPTIONS + 3] = {"--help", "--version"};
    unsigned n = 2;

    for (unsigned i = 0; command->options[i].name; i++) {
        snprintf(names[i], sizeof names[i], "--%s", command->options[i].name);
        words[n++] = names[i];
    }
    words[n] = NULL;
    if (near_word(word, words))
        return near_error(word, "option", words, err);
    return err_set(err, EINVAL, "%s: no such option (see vm11 %s --help)", word, command->name);
}

/* Call an option's setter; what it complains of gets the option in front. */
static int apply(const struct parser *p, const struct option *option, const char *value,
                 struct err *err)
{
    struct err inner = {0};
    int rc = option->set(p->ctx, value, &inner);

    if (rc == 0)
        return 0;
    if (value && strncmp(inner.text, value, strlen(value)) != 0)
        return err_set(err, inner.code, "--%s %s: %s", option->name, value, inner.text);
    return err_set(err, inner.code, "--%s: %s", option->name, inner.text);
}

/* The value of an option that wants one: behind it, or the next word. */
static int take_value(struct parser *p, const struct option *option, const char *attached,
                      struct err *err)
{
    if (!option->arg)
        return attached ? err_set(err, EINVAL, "--%s takes no value", option->name)
                        : apply(p, option, NULL, err);
    if (!attached) {
        if (p->at + 1 >= p->argc)
            return err_set(err, EINVAL, "--%s wants a value: %s", option->name, option->arg);
        attached = p->argv[++p->at];
    }
    return apply(p, option, attached, err);
}

static int parse_long(struct parser *p, const char *word, struct err *err)
{
    const char *equals = strchr(word, '=');
    size_t len = equals ? (size_t)(equals - word) : strlen(word);
    char name[64];

    for (const struct option *o = p->command->options; o->name; o++)
        if (strlen(o->name) == len - 2 && memcmp(o->name, word + 2, len - 2) == 0)
            return take_value(p, o, equals ? equals + 1 : NULL, err);
    snprintf(name, sizeof name, "%.*s", (int)(len < 63 ? len : 63), word);
    return unknown_option(p->command, name, err);
}

static int parse_short(struct parser *p, const char *word, struct err *err)
{
    for (const struct option *o = p->command->options; o->name; o++) {
        const char *value = word[2] == '=' ? word + 3 : word + 2;
        if (o->letter && o->letter == word[1])
            return take_value(p, o, word[2] ? value : NULL, err);
    }
    return unknown_option(p->command, word, err);
}

static int parse_operand(struct parser *p, const char *word, struct err *err)
{
    if (!p->command->operand)
        return err_set(err, EINVAL, "%s: there is nothing to do with this word", word);
    return p->command->operand(p->ctx, word, err);
}

/* Help or version asked for: printed. */
static bool parse_common(const struct command *command, const char *word)
{
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)
        options_help(command);
    else if (strcmp(word, "--version") == 0)
        options_version();
    else
        return false;
    return true;
}

bool options_parse(const struct command *command, void *ctx, int argc, char **argv, int *status)
{
    struct parser p = {.command = command, .ctx = ctx, .argv = argv, .argc = argc};
    struct err err = {0};
    bool ended = false;
    int rc = 0;

    *status = STATUS_OK;
    for (p.at = 1; p.at < argc && rc == 0; p.at++) {
        const char *word = argv[p.at];
        if (!ended && strcmp(word, "--") == 0)
            ended = true;
        else if (!ended && parse_common(command, word))
            return false;
        else if (!ended && word[0] == '-' && word[1] == '-')
            rc = parse_long(&p, word, &err);
        else if (!ended && word[0] == '-' && word[1])
            rc = parse_short(&p, word, &err);
        else
            rc = parse_operand(&p, word, &err);
    }
    if (rc)
        *status = report_error(command->name, &err);
    return rc == 0;
}

/* One option, its help beside it, continued under it. */
static void help_option(const struct option *o)
{
    char left[64];
    const char *rest = o->help;
    int width;

    snprintf(left, sizeof left, "%c%c%s--%s%s%s", o->letter ? '-' : ' ',
             o->letter ? o->letter : ' ', o->letter ? ", " : "  ", o->name, o->arg ? " " : "",
             o->arg ? o->arg : "");
    width = (int)strlen(left) > 28 ? 0 : 28;
    printf("  %-28s%s", left, width ? " " : "\n");
    while (*rest) {
        size_t len = strcspn(rest, "\n");
        printf("%*s%.*s", width ? 0 : 31, "", (int)len, rest);
        rest += len + (rest[len] == '\n');
        if (*rest)
            putchar('\n');
        width = 0;
    }
    if (o->fallback)
        printf(" [%s]", o->fallback);
    putchar('\n');
}

static void help_program(void)
{
    printf("Usage: vm11 COMMAND [OPTIONS] ...\n\n"
           "A virtual machine system for the PDP-11/50.\n\n");
    for (unsigned i = 0; commands[i]; i++)
        printf("  %-10s %s\n", commands[i]->name, commands[i]->about);
    printf("\nvm11 COMMAND --help tells the options; vm11 --version the version.\n"
           "Guest numbers are octal unless they end in `.` (decimal) or begin with 0x.\n");
}

void options_help(const struct command *command)
{
    static const struct option common[] = {
        {.name = "help", .letter = 'h', .help = "this text"},
        {.name = "version", .help = "the version of vm11"},
        {0},
    };

    if (!command) {
        help_program();
        return;
    }
    printf("Usage: vm11 %s [OPTIONS]%s%s\n\n%s.\n\n", command->name,
           command->operands[0] ? " " : "", command->operands, command->about);
    for (const struct option *o = command->options; o->name; o++)
        help_option(o);
    for (const struct option *o = common; o->name; o++)
        help_option(o);
    if (command->notes)
        printf("\n%s", command->notes);
}

void options_version(void)
{
    printf("vm11 %s\n", VM11_VERSION);
}

int option_address(const char *value, u32 max, u32 *address, struct err *err)
{
    u64 addr;

    if (!number_parse(value, max, &addr) || addr & 1)
        return err_set(err, EINVAL, "give an even address in octal, up to %o", max);
    *address = (u32)addr;
    return 0;
}

int option_model(const char *value, const struct model **model, struct err *err)
{
    const char *names[16] = {NULL};

    *model = model_find(value);
    if (*model)
        return 0;
    for (unsigned i = 0; i < ARRAY_LEN(names) - 1 && model_at(i); i++)
        names[i] = model_at(i)->name;
    return near_error(value, "model", names, err);
}

int option_one_file(const char **file, const char *word, struct err *err)
{
    if (*file)
        return err_set(err, EINVAL, "%s: one file is enough, and %s is there already", word, *file);
    *file = word;
    return 0;
}
