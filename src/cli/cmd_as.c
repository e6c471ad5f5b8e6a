/* cmd_as.c - `vm11 as`: the assembler for people.
 *
 * All messages go to stderr. With errors nothing is written but the listing, and the status is 2.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/near.h"
#include "cli/commands.h"
#include "cli/outfile.h"
#include "cli/report.h"
#include "isa/asm.h"
#include "isa/asmout.h"
#include "base/wholefile.h"

#define SOURCE_MAX (1u << 26)

struct as_options {
    const char *source, *output, *list;
    bool has_format;
    enum asmout_format format;
};

static int set_output(void *ctx, const char *value, struct err *err)
{
    ((struct as_options *)ctx)->output = value;
    return 0;
}

static int set_list(void *ctx, const char *value, struct err *err)
{
    ((struct as_options *)ctx)->list = value;
    return 0;
}

static int set_format(void *ctx, const char *value, struct err *err)
{
    static const char *const names[] = {"aout", "lda", "raw", NULL};
    struct as_options *opt = ctx;

    opt->has_format = asmout_parse(value, &opt->format);
    return opt->has_format ? 0 : near_error(value, "format", names, err);
}

static int take_source(void *ctx, const char *word, struct err *err)
{
    struct as_options *opt = ctx;

    if (opt->source)
        return err_set(err, EINVAL, "%s: one source is enough, and %s is there already", word,
                       opt->source);
    opt->source = word;
    return 0;
}

static int include(void *ctx, const char *path, char **text, size_t *len)
{
    u8 *bytes;
    int rc = wholefile_read(path, SOURCE_MAX, &bytes, len, NULL);

    if (rc == 0)
        *text = (char *)bytes;
    return rc;
}

/* The format: as asked, by the ending of the output's name, or what fits the program. */
static enum asmout_format choose_format(const struct as_options *opt,
                                        const struct asm_result *result)
{
    static const struct {
        const char *ending;
        enum asmout_format format;
    } endings[] = {{".lda", ASMOUT_LDA}, {".ptap", ASMOUT_LDA}, {".bic", ASMOUT_LDA},
                   {".raw", ASMOUT_RAW}, {".out", ASMOUT_AOUT}, {".aout", ASMOUT_AOUT}};
    const char *dot = strrchr(opt->output, '.');

    if (opt->has_format)
        return opt->format;
    for (unsigned i = 0; dot && i < ARRAY_LEN(endings); i++)
        if (strcmp(dot, endings[i].ending) == 0)
            return endings[i].format;
    return asmout_default(result);
}

static int write_program(const struct as_options *opt, const struct asm_result *result,
                         struct err *err)
{
    u8 *bytes;
    size_t len;
    int rc = asmout_make(result, choose_format(opt, result), &bytes, &len, err);

    if (rc)
        return rc;
    rc = outfile_write(opt->output, bytes, len, err);
    free(bytes);
    return rc;
}

/* Messages, listing, program; the exit status. */
static int deliver(const struct as_options *opt, const struct asm_result *result)
{
    struct err err = {0};
    int rc = 0;

    for (unsigned i = 0; i < result->messages; i++)
        fprintf(stderr, "%s\n", result->message[i].text);
    if (opt->list)
        rc = outfile_write(opt->list, result->listing, result->listing_len, &err);
    if (rc == 0 && result->errors)
        rc = err_set(&err, EINVAL, "%s: %u error%s; nothing was written", opt->source,
                     result->errors, result->errors == 1 ? "" : "s");
    if (rc == 0 && opt->output)
        rc = write_program(opt, result, &err);
    return rc ? report_error("as", &err) : STATUS_OK;
}

static int assemble(const struct as_options *opt)
{
    const struct asm_options how = {.include = include, .listing = opt->list != NULL};
    struct asm_result *result = NULL;
    struct err err = {0};
    u8 *text = NULL;
    size_t len;
    int status;

    if (wholefile_read(opt->source, SOURCE_MAX, &text, &len, &err) ||
        asm_assemble(opt->source, (const char *)text, len, &how, &result, &err))
        status = report_error("as", &err);
    else
        status = deliver(opt, result);
    asm_free(result);
    free(text);
    return status;
}

static int as_main(const struct command *command, int argc, char **argv)
{
    struct as_options opt = {0};
    struct err err = {0};
    int status;

    if (!options_parse(command, &opt, argc, argv, &status))
        return status;
    if (!opt.source)
        err_set(&err, EINVAL, "no source given; see vm11 as --help");
    else if (!opt.output && !opt.list)
        err_set(&err, EINVAL, "nothing to make: give -o FILE, or --list FILE");
    else if (outfile_spare(opt.output, opt.source, &err) == 0)
        outfile_spare(opt.list, opt.source, &err);
    return err.code ? report_error("as", &err) : assemble(&opt);
}

static const struct option as_table[] = {
    {"output", 'o', "FILE", "FILE", NULL, "where the program goes; -: to stdout", set_output},
    {"list", 0, "FILE", "FILE", NULL, "write a listing; -: to stdout", set_list},
    {"format", 0, "FORMAT", "aout lda raw", "by FILE's ending, else what fits",
     "of the program: aout, lda or raw", set_format},
    {0},
};

const struct command command_as = {
    .name = "as",
    .operands = "FILE.mac",
    .about = "Assemble MACRO-11 source",
    .notes = "The source dialect is described in vm11-as(1).\n",
    .options = as_table,
    .operand = take_source,
    .main = as_main,
};
