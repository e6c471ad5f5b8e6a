/* as11.c - build-time tool: the assembler on the build machine, for the guest's programs.
 *
 *     as11 FILE.mac -o FILE [--format aout|lda|raw] [--list FILE]
 *
 * Exit status: 0; 1 where the source has errors; 2 for a wrong call; 3 where a file cannot be
 * read or written. `vm11 as` is the same for people.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "isa/asm.h"
#include "isa/asmout.h"

struct call {
    const char *source, *output, *list, *format;
};

/* asm_options.include: a file's contents. */
static int file_read(void *ctx, const char *path, char **text, size_t *len)
{
    FILE *file = fopen(path, "rb");
    size_t size = 0, got;
    int code;

    *text = NULL;
    *len = 0;
    if (!file)
        return -errno;
    do {
        char *grown = realloc(*text, size = 2 * size + 65536);
        if (!grown)
            break;
        *text = grown;
        got = fread(*text + *len, 1, size - *len, file);
        *len += got;
    } while (got > 0 && *len < (1u << 26));
    code = ferror(file) ? -errno : feof(file) ? 0 : -EFBIG;
    fclose(file);
    if (code < 0) {
        free(*text);
        *text = NULL;
    }
    return code;
}

static int file_write(const char *path, const void *bytes, size_t len)
{
    FILE *file = fopen(path, "wb");

    if (file && fwrite(bytes, 1, len, file) == len && fclose(file) == 0)
        return 0;
    fprintf(stderr, "as11: %s: %s\n", path, strerror(errno));
    return 3;
}

static int call_parse(int argc, char **argv, struct call *call)
{
    for (int i = 1; i < argc; i++) {
        const char **where = strcmp(argv[i], "-o") == 0         ? &call->output
                             : strcmp(argv[i], "--list") == 0   ? &call->list
                             : strcmp(argv[i], "--format") == 0 ? &call->format
                                                                : NULL;
        if (where && i + 1 < argc)
            *where = argv[++i];
        else if (!where && argv[i][0] != '-' && !call->source)
            call->source = argv[i];
        else
            return 2;
    }
    return call->source && call->output ? 0 : 2;
}

static int program_write(const struct call *call, const struct asm_result *result)
{
    enum asmout_format format = asmout_default(result);
    struct err err = {0};
    u8 *bytes = NULL;
    size_t len;
    int code;

    if (call->format && !asmout_parse(call->format, &format)) {
        fprintf(stderr, "as11: no format %s: there are aout, lda and raw\n", call->format);
        return 2;
    }
    if (asmout_make(result, format, &bytes, &len, &err) < 0) {
        fprintf(stderr, "as11: %s: %s\n", call->source, err.text);
        return 1;
    }
    code = file_write(call->output, bytes, len);
    free(bytes);
    return code;
}

int main(int argc, char **argv)
{
    struct call call = {0};
    struct asm_options opt = {.include = file_read};
    struct asm_result *result;
    struct err err = {0};
    char *text;
    size_t len;
    int code;

    if (call_parse(argc, argv, &call)) {
        fprintf(stderr, "as11 FILE.mac -o FILE [--format aout|lda|raw] [--list FILE]\n");
        return 2;
    }
    code = file_read(NULL, call.source, &text, &len);
    if (code < 0) {
        fprintf(stderr, "as11: %s: %s\n", call.source, strerror(-code));
        return 3;
    }
    opt.listing = call.list;
    if (asm_assemble(call.source, text, len, &opt, &result, &err) < 0) {
        fprintf(stderr, "as11: %s\n", err.text);
        return 3;
    }
    for (unsigned i = 0; i < result->messages; i++)
        fprintf(stderr, "%s\n", result->message[i].text);
    code = result->errors ? 1 : program_write(&call, result);
    if (call.list && result->listing && file_write(call.list, result->listing, result->listing_len))
        code = 3;
    asm_free(result);
    free(text);
    return code;
}
