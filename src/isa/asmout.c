/* asmout.c - the file formats of assembled programs: see asmout.h.
 *
 * a.out after V6's a.out(V): eight words of header (magic 0407, sizes of text, data, bss and
 * symbols, entry, unused, 1 where the relocation bits are left out), the text, and symbols of 12
 * bytes: a name of 8 characters, a type (1 absolute, 2 text, 040 external), a value.
 */
#include "isa/asmout.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
    AOUT_MAGIC = 0407,
    AOUT_HEADER = 16,
    AOUT_SYMBOL = 12,
    AOUT_NAME = 8,
    TYPE_ABSOLUTE = 1,
    TYPE_TEXT = 2,
    TYPE_EXTERNAL = 040,
    LDA_BLOCK_MAX = 0400, /* bytes of data in a block */
    LDA_OVERHEAD = 7,     /* 001 000, count, address, sum */
};

bool asmout_parse(const char *name, enum asmout_format *format)
{
    static const char *const names[] = {"aout", "lda", "raw"};

    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (strcmp(name, names[i]) == 0) {
            *format = (enum asmout_format)i;
            return true;
        }
    return false;
}

enum asmout_format asmout_default(const struct asm_result *result)
{
    return result->segments > 0 && result->segment[0].addr > 0 ? ASMOUT_LDA : ASMOUT_AOUT;
}

/* The address behind the last byte assembled. */
static u32 program_end(const struct asm_result *result)
{
    const struct asm_segment *last = &result->segment[result->segments];

    return result->segments ? last[-1].addr + last[-1].len : 0;
}

static u8 *word_put(u8 *p, unsigned word)
{
    *p++ = (u8)word;
    *p++ = (u8)(word >> 8);
    return p;
}

static u8 *symbol_put(u8 *p, const struct asm_symbol *symbol)
{
    size_t len = strlen(symbol->name);

    memset(p, 0, AOUT_NAME);
    memcpy(p, symbol->name, len < AOUT_NAME ? len : AOUT_NAME);
    p = word_put(p + AOUT_NAME, (symbol->label ? TYPE_TEXT : TYPE_ABSOLUTE) |
                                    (symbol->global ? TYPE_EXTERNAL : 0));
    return word_put(p, symbol->value);
}

static int aout_make(const struct asm_result *result, u8 **bytes, size_t *len, struct err *err)
{
    u32 text = (program_end(result) + 1) & ~1u, bss = 0;
    unsigned symbols = result->symbols;
    u8 *p;

    if (result->limit > text)
        bss = (result->limit - text + 1) & ~1u;
    if (text + bss > 0177776)
        return err_set(err, EFBIG,
                       "the program ends at %06o, an a.out at 177776: take the format lda",
                       text + bss);
    if (symbols > 0177777 / AOUT_SYMBOL)
        symbols = 0177777 / AOUT_SYMBOL;
    *len = AOUT_HEADER + text + (size_t)symbols * AOUT_SYMBOL;
    p = *bytes = calloc(1, *len);
    if (!p)
        return err_set(err, ENOMEM, "no memory for the a.out");
    p = word_put(p, AOUT_MAGIC);
    p = word_put(p, text);
    p = word_put(p, 0);
    p = word_put(p, bss);
    p = word_put(p, symbols * AOUT_SYMBOL);
    p = word_put(p, result->has_start ? result->start : 0);
    p = word_put(p, 0);
    p = word_put(p, 1);
    memcpy(p, result->image, text);
    p += text;
    for (unsigned i = 0; i < symbols; i++)
        p = symbol_put(p, &result->symbol[i]);
    return 0;
}

/* A block of the loader tape; its bytes add up to 0. */
static u8 *block_put(u8 *p, u16 addr, const u8 *data, u32 count)
{
    const u8 *start = p;
    unsigned sum = 0;

    p = word_put(p, 1);
    p = word_put(p, count + LDA_OVERHEAD - 1);
    p = word_put(p, addr);
    if (count)
        memcpy(p, data, count);
    p += count;
    for (const u8 *q = start; q < p; q++)
        sum += *q;
    *p++ = (u8)-sum;
    return p;
}

static int lda_make(const struct asm_result *result, u8 **bytes, size_t *len, struct err *err)
{
    size_t size = LDA_OVERHEAD;
    u8 *p;

    for (unsigned i = 0; i < result->segments; i++) {
        u32 count = result->segment[i].len;
        size += count + (count / LDA_BLOCK_MAX + 1) * LDA_OVERHEAD;
    }
    p = *bytes = malloc(size);
    if (!p)
        return err_set(err, ENOMEM, "no memory for the loader tape");
    for (unsigned i = 0; i < result->segments; i++) {
        u32 addr = result->segment[i].addr, left = result->segment[i].len;
        while (left > 0) {
            u32 count = left < LDA_BLOCK_MAX ? left : LDA_BLOCK_MAX;
            p = block_put(p, (u16)addr, result->image + addr, count);
            addr += count;
            left -= count;
        }
    }
    p = block_put(p, result->has_start ? result->start : 1, NULL, 0);
    *len = (size_t)(p - *bytes);
    return 0;
}

static int raw_make(const struct asm_result *result, u8 **bytes, size_t *len, struct err *err)
{
    u32 start = result->segments ? result->segment[0].addr : 0;

    *len = program_end(result) - start;
    *bytes = malloc(*len + 1);
    if (!*bytes)
        return err_set(err, ENOMEM, "no memory for the program");
    memcpy(*bytes, result->image + start, *len);
    return 0;
}

int asmout_make(const struct asm_result *result, enum asmout_format format, u8 **bytes, size_t *len,
                struct err *err)
{
    switch (format) {
    case ASMOUT_AOUT: return aout_make(result, bytes, len, err);
    case ASMOUT_LDA: return lda_make(result, bytes, len, err);
    case ASMOUT_RAW: return raw_make(result, bytes, len, err);
    }
    return err_set(err, EINVAL, "no such format");
}
