/* source.c - MACRO-11 source as a program: assembled on the fly. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "isa/asm.h"
#include "machine/load_impl.h"
#include "base/wholefile.h"

#define INCLUDE_MAX (1u << 24)

static int include_read(void *ctx, const char *path, char **text, size_t *len)
{
    u8 *bytes;
    int rc = wholefile_read(path, INCLUDE_MAX, &bytes, len, NULL);

    if (rc == 0)
        *text = (char *)bytes;
    return rc;
}

static int include_refuse(void *ctx, const char *path, char **text, size_t *len)
{
    return -EACCES;
}

/* All messages go to the log; the first error is the failure's text. */
static int messages_take(const struct load_input *in, const struct asm_result *result,
                         struct err *err)
{
    const char *first = NULL;

    for (unsigned i = 0; i < result->messages; i++) {
        const struct asm_message *message = &result->message[i];
        if (message->kind == ASM_ERROR && !first)
            first = message->text;
        else
            log_put(in->opt->log, message->kind == ASM_NOTE ? LOG_NOTE : LOG_WARN, "%s",
                    message->text);
    }
    if (!first)
        return 0;
    if (result->errors > 1)
        return err_set(err, EINVAL, "%s (%u errors)", first, result->errors);
    return err_set(err, EINVAL, "%s", first);
}

static int segments_take(struct program *program, const struct load_input *in,
                         const struct asm_result *result, struct err *err)
{
    for (unsigned i = 0; i < result->segments; i++) {
        const struct asm_segment *from = &result->segment[i];
        struct program_segment *seg;
        u32 end = from->addr + from->len;

        if (end > LOAD_IO_PAGE)
            return err_set(err, EINVAL, "%s: words at %06o run into the I/O page (at 160000)",
                           in->path, from->addr);
        seg = load_segment(program, "block", from->addr, result->image + from->addr, from->len);
        if (!seg)
            return load_no_memory(in, err);
        if (i + 1 == result->segments && result->limit > end && result->limit <= LOAD_IO_PAGE)
            seg->size = result->limit - from->addr;
    }
    if (!program->segments)
        return err_set(err, EINVAL, "%s: the source makes no words", in->path);
    return 0;
}

static int symbols_take(struct program *program, const struct asm_result *result)
{
    for (unsigned i = 0; i < result->symbols; i++) {
        const struct asm_symbol *from = &result->symbol[i];
        struct program_symbol *sym = load_symbol(program, from->name, strlen(from->name));
        if (!sym)
            return -ENOMEM;
        sym->value = from->value;
        sym->label = from->label;
        sym->global = from->global;
    }
    return 0;
}

int source_parse(struct program *program, const struct load_input *in, struct err *err)
{
    const struct asm_options opt = {.include = in->include ? include_read : include_refuse};
    struct asm_result *result;
    int rc;

    if (in->opt->has_load_at)
        return err_set(err, EINVAL, "%s: source has addresses of its own: write .=ADDRESS in it",
                       in->path);
    rc = asm_assemble(in->path, (const char *)in->data, in->len, &opt, &result, err);
    if (rc)
        return rc;
    rc = messages_take(in, result, err);
    if (rc == 0)
        rc = segments_take(program, in, result, err);
    if (rc == 0 && symbols_take(program, result))
        rc = load_no_memory(in, err);
    program->has_start = result->has_start;
    program->start = result->start;
    asm_free(result);
    return rc;
}
