/* asm_list.c - the listing: address, octal words, source line.
 *
 *     001040  012706 001000          START:  MOV     #1000,SP
 *
 * Up to three words (or five bytes) stand before the source, the others on lines of their own.
 * An assignment shows its value. Messages follow their line. The symbols stand at the end.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "isa/asm_int.h"

enum { VALUE_COLUMNS = 20, LISTING_MAX = 64 << 20 };

/* Make room for `more` characters and a 0. */
static bool text_grow(struct assembly *a, struct asm_text *text, size_t more)
{
    size_t size = text->size ? text->size : 4096;
    char *grown;

    while (size < text->len + more + 1)
        size *= 2;
    if (size > LISTING_MAX) {
        asm_fatal(a, "the listing is too long");
        return false;
    }
    if (size == text->size)
        return true;
    grown = realloc(text->text, size);
    if (!grown) {
        a->no_memory = a->fatal = true;
        return false;
    }
    text->text = grown;
    text->size = size;
    return true;
}

void asm_text_put(struct assembly *a, struct asm_text *text, const char *fmt, ...)
{
    va_list ap, again;
    int len;

    va_start(ap, fmt);
    va_copy(again, ap);
    len = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    if (len >= 0 && text_grow(a, text, (size_t)len)) {
        vsnprintf(text->text + text->len, (size_t)len + 1, fmt, again);
        text->len += (size_t)len;
    }
    va_end(again);
}

void asm_list_value(struct assembly *a, u16 addr, u16 value, bool byte)
{
    if (a->final && a->opt->listing && a->listed_count < ASM_LISTED_MAX)
        a->listed[a->listed_count++] = (struct asm_listed){addr, value, byte};
}

/* Whether the settings of .LIST and .NLIST show the present line. */
static bool line_wanted(const struct assembly *a, bool skipped)
{
    if (a->list_level < 0 || (skipped && !a->list_cnd))
        return false;
    if (!a->expansion || a->list_me)
        return true;
    return a->list_meb && a->listed_count > 0;
}

/* One line's worth of values, from the n-th on; returns how many. `source` may be NULL. */
static unsigned values_put(struct assembly *a, unsigned n, const char *source)
{
    char columns[VALUE_COLUMNS + 8] = "";
    const struct asm_listed *value = &a->listed[n];
    unsigned count = 0;
    size_t len = 0;

    while (n + count < a->listed_count && value[count].byte == value->byte &&
           count < (value->byte ? 5u : 3u)) {
        len += (size_t)snprintf(columns + len, sizeof columns - len,
                                value->byte ? "%03o " : "%06o ", value[count].value);
        count++;
    }
    if (len > 0)
        columns[len - 1] = 0;
    if (source && *source)
        asm_text_put(a, &a->listing, "%06o  %-*s   %s\n", value->addr, VALUE_COLUMNS, columns,
                     source);
    else
        asm_text_put(a, &a->listing, "%06o  %s\n", value->addr, columns);
    return count;
}

/* The messages that came up since the last time. */
static void messages_put(struct assembly *a)
{
    const struct asm_result *result = a->result;

    for (; a->messages_listed < result->messages; a->messages_listed++)
        asm_text_put(a, &a->listing, "*** %s\n", result->message[a->messages_listed].text);
}

void asm_list_line(struct assembly *a, bool skipped)
{
    unsigned n = 0;

    if (!a->final || !a->opt->listing)
        return;
    if (line_wanted(a, skipped)) {
        if (a->listed_count)
            n = values_put(a, 0, a->line);
        else if (a->show_value)
            asm_text_put(a, &a->listing, "        %06o%17s%s\n", a->line_value, "", a->line);
        else if (a->show_addr)
            asm_text_put(a, &a->listing, "%06o%25s%s\n", a->line_addr, "", a->line);
        else if (*a->line)
            asm_text_put(a, &a->listing, "%31s%s\n", "", a->line);
        else
            asm_text_put(a, &a->listing, "\n");
        while (n < a->listed_count && a->list_bex)
            n += values_put(a, n, NULL);
    }
    messages_put(a);
    a->listed_count = 0;
    a->show_addr = a->show_value = false;
}

static int symbol_compare(const void *left, const void *right)
{
    const struct asm_symbol *l = left, *r = right;

    return strcmp(l->name, r->name);
}

void asm_list_symbols(struct assembly *a)
{
    const struct asm_result *result = a->result;
    struct asm_symbol *sorted;

    if (!a->opt->listing)
        return;
    messages_put(a);
    if (!result->symbols)
        return;
    sorted = malloc(result->symbols * sizeof *sorted);
    if (!sorted) {
        a->no_memory = a->fatal = true;
        return;
    }
    memcpy(sorted, result->symbol, result->symbols * sizeof *sorted);
    qsort(sorted, result->symbols, sizeof *sorted, symbol_compare);
    asm_text_put(a, &a->listing, "\nSymbols (= number, : address, :: or == global)\n\n");
    for (unsigned i = 0; i < result->symbols; i++)
        asm_text_put(a, &a->listing, "%06o %s%s\n", sorted[i].value, sorted[i].name,
                     sorted[i].label ? (sorted[i].global ? "::" : ":")
                                     : (sorted[i].global ? "==" : "="));
    free(sorted);
}
