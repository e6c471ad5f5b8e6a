/* change_memory.c - write into memory, assemble, fill, search, compare. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "isa/asm.h"
#include "monitor/parts.h"
#include "monitor/see.h"
#include "monitor/symbols.h"

#define MAX_FOUND 100000u

/* Write a byte or a word, and step on. */
static bool put(struct monitor *mon, struct place *place, bool byte, u64 value)
{
    enum place_status status;

    if (value > (byte ? 0377u : 0177777u)) {
        mon_error(mon, NULL, "%llo does not fit into a %s", (unsigned long long)value,
                  byte ? "byte" : "word");
        return false;
    }
    status = byte ? place_writeb(mon->machine, *place, (u8)value)
                  : place_write(mon->machine, *place, (u16)value);
    if (status) {
        see_error(mon, *place, status);
        return false;
    }
    *place = place_at(*place, byte ? 1 : 2);
    return true;
}

/* The characters of "text". */
static bool put_text(struct monitor *mon, struct args *a, struct place *place)
{
    char text[MON_LINE_MAX];

    if (!args_text(a, "a text", text, sizeof text))
        return false;
    for (const char *p = text; *p; p++)
        if (!put(mon, place, true, (u8)*p))
            return false;
    return true;
}

static enum monitor_result do_deposit(struct monitor *mon, struct args *a)
{
    bool byte = false;
    struct place place;
    u64 value;

    if (args_char(a, '/') && !(byte = args_char(a, 'b')) && !args_char(a, 'o'))
        return mon_error(mon, a->at, "there are /o and /b: words and bytes");
    if (!args_place(a, "an address", SPACE_D, &place))
        return MONITOR_ERROR;
    args_char(a, '=');
    if (args_end(a))
        return mon_error(mon, NULL, "values are missing behind the address");
    while (!args_end(a)) {
        if (*a->at == '"') {
            if (!put_text(mon, a, &place))
                return MONITOR_ERROR;
        } else if (!args_expr(a, "a value", &value) || !put(mon, &place, byte, value)) {
            return MONITOR_ERROR;
        }
        args_char(a, ',');
    }
    mon->last = place;
    return MONITOR_OK;
}

/* The source of one instruction at `at`, with the symbols that it may name as definitions before
 * it. With a NULL `text` only the length is found. */
static size_t source_put(struct monitor *mon, u16 at, const char *insn, char *text, size_t size)
{
    const struct symbol *symbol;
    size_t len = 0;

    for (unsigned i = 0; (symbol = symbols_index(mon->symbols, i)); i++)
        if (strcasestr(insn, symbol->name) && strcmp(symbol->name, ".") != 0)
            len += (size_t)snprintf(text ? text + len : NULL, text ? size - len : 0, "%s=%o\n",
                                    symbol->name, symbol->value);
    len +=
        (size_t)snprintf(text ? text + len : NULL, text ? size - len : 0, ".=%o\n%s\n", at, insn);
    return len;
}

static char *source_of(struct monitor *mon, u16 at, const char *insn, size_t *len)
{
    char *text;

    *len = source_put(mon, at, insn, NULL, 0);
    text = malloc(*len + 1);
    if (text)
        source_put(mon, at, insn, text, *len + 1);
    return text;
}

/* What the assembler said of our line: its first error, without its place. */
static void assembler_error(struct monitor *mon, const struct asm_result *result, const char *insn)
{
    for (unsigned i = 0; i < result->messages; i++) {
        const struct asm_message *m = &result->message[i];
        const char *text;
        if (m->kind != ASM_ERROR)
            continue;
        text = strstr(m->text, ": ");
        mon_error(mon, insn, "%s", text ? text + 2 : m->text);
        return;
    }
}

static enum monitor_result put_image(struct monitor *mon, const struct asm_result *result,
                                     struct place place)
{
    for (unsigned s = 0; s < result->segments; s++) {
        const struct asm_segment *seg = &result->segment[s];
        for (u32 i = 0; i < seg->len; i++) {
            struct place at = place;
            enum place_status status;
            at.at += (u16)(seg->addr - (u16)place.at) + i;
            if (mon_tired(mon, 1))
                return MONITOR_ERROR;
            status = place_writeb(mon->machine, at, result->image[(u16)(seg->addr + i)]);
            if (status)
                return see_error(mon, at, status);
        }
    }
    mon->last = place_at(place, (result->limit - place.at) & 0177777u);
    mon->has_last = true;
    return MONITOR_OK;
}

/* `mov #5, r0 \ inc r1`: a backslash stands for the end of a line. */
static enum monitor_result do_assemble(struct monitor *mon, struct args *a)
{
    const struct asm_options options = {.max_text = 1u << 22};
    struct asm_result *result;
    char insn[MON_LINE_MAX];
    struct err err = {0};
    struct place place;
    enum monitor_result rc;
    char *text;
    size_t len;

    if (!args_place(a, "an address", SPACE_I, &place))
        return MONITOR_ERROR;
    if (!*args_rest(a, insn, sizeof insn))
        return mon_error(mon, NULL, "an instruction is missing behind the address");
    if (place.at & 1)
        return see_error(mon, place, PLACE_ODD);
    for (char *p = insn; *p; p++)
        if (*p == '\\')
            *p = '\n';
    text = source_of(mon, (u16)place.at, insn, &len);
    if (!text || asm_assemble("line", text, len, &options, &result, &err)) {
        free(text);
        return err.code ? mon_fail(mon, &err) : mon_error(mon, NULL, "no host memory");
    }
    if (result->errors) {
        assembler_error(mon, result, insn);
        rc = MONITOR_ERROR;
    } else {
        rc = put_image(mon, result, place);
    }
    asm_free(result);
    free(text);
    return rc;
}

static enum monitor_result do_fill(struct monitor *mon, struct args *a)
{
    struct place place;
    u64 value = 0;
    u32 last;

    if (!args_range(a, "a range", SPACE_D, &place, &last))
        return MONITOR_ERROR;
    if ((!args_end(a) && !args_number(a, "a word", 0177777u, &value)) || !args_done(a))
        return MONITOR_ERROR;
    for (u64 left = (u64)last - place.at + 1; left >= 2; left -= 2)
        if (mon_tired(mon, 1) || !put(mon, &place, false, value))
            return MONITOR_ERROR;
    return MONITOR_OK;
}

/* What is looked for: words with a mask, or bytes. */
struct pattern {
    u8 bytes[256];
    unsigned len;
    bool text;
    u16 mask;
};

static bool matches(struct monitor *mon, struct place place, const struct pattern *p)
{
    u16 word, wanted = (u16)(p->bytes[0] | p->bytes[1] << 8);

    if (!p->text)
        return place_read(mon->machine, place, &word) == PLACE_OK &&
               (word & p->mask) == (wanted & p->mask);
    for (unsigned i = 0; i < p->len; i++) {
        u8 byte;
        if (place_readb(mon->machine, place_at(place, i), &byte) || byte != p->bytes[i])
            return false;
    }
    return true;
}

static bool take_pattern(struct args *a, struct pattern *p)
{
    u64 value, mask = 0177777u;

    args_end(a);
    p->text = *a->at == '"';
    if (p->text) {
        if (!args_text(a, "a text", (char *)p->bytes, sizeof p->bytes))
            return false;
        p->len = (unsigned)strlen((char *)p->bytes);
        return args_done(a);
    }
    if (!args_number(a, "a word", 0177777u, &value))
        return false;
    if (args_key(a, "mask") && !args_number(a, "a mask", 0177777u, &mask))
        return false;
    p->bytes[0] = (u8)value;
    p->bytes[1] = (u8)(value >> 8);
    p->mask = (u16)mask;
    return args_done(a);
}

static enum monitor_result do_search(struct monitor *mon, struct args *a)
{
    struct pattern pattern = {0};
    struct place place;
    char where[PLACE_TEXT_MAX];
    u64 found = 0;
    u32 last, step;

    if (!args_range(a, "a range", SPACE_D, &place, &last) || !take_pattern(a, &pattern))
        return MONITOR_ERROR;
    step = pattern.text ? 1 : 2;
    place.at += pattern.text ? 0 : place.at & 1;
    mon_open(mon, "found", true);
    for (u64 at = place.at; at <= last && found < MAX_FOUND; at += step) {
        if (mon_tired(mon, 1))
            break;
        place.at = (u32)at;
        if (!matches(mon, place, &pattern))
            continue;
        found++;
        mon_print(mon, "%s\n", place_text(place, where));
        mon_put_octal(mon, NULL, at);
    }
    mon_close(mon);
    if (!found)
        mon_print(mon, "not found\n");
    return mon->complaint[0] ? MONITOR_ERROR : MONITOR_OK;
}

static enum monitor_result do_compare(struct monitor *mon, struct args *a)
{
    struct place place, other;
    char where[PLACE_TEXT_MAX];
    u64 differ = 0;
    u32 last;

    if (!args_range(a, "a range", SPACE_D, &place, &last) ||
        !args_place(a, "the address to compare with", SPACE_D, &other) || !args_done(a))
        return MONITOR_ERROR;
    mon_open(mon, "differences", true);
    for (u64 left = (u64)last - place.at + 1; left >= 2; left -= 2) {
        u16 one = 0, two = 0;
        enum place_status a_status = place_read(mon->machine, place, &one);
        enum place_status b_status = place_read(mon->machine, other, &two);
        if (mon_tired(mon, 1))
            break;
        if (a_status || b_status) {
            see_error(mon, a_status ? place : other, a_status ? a_status : b_status);
            break;
        }
        if (one != two && differ++ < MAX_FOUND) {
            mon_print(mon, "%s: %06o", place_text(place, where), one);
            mon_print(mon, "  %s: %06o\n", place_text(other, where), two);
            mon_put_octal(mon, NULL, place.at);
        }
        place = place_at(place, 2);
        other = place_at(other, 2);
    }
    mon_close(mon);
    if (!differ && !mon->complaint[0])
        mon_print(mon, "equal\n");
    return mon->complaint[0] ? MONITOR_ERROR : MONITOR_OK;
}

static const struct mon_command table[] = {
    {"deposit", "d", GROUP_CHANGE, "[/b] PLACE VALUE|\"TEXT\" ...",
     "write words (/b: bytes) and texts into memory", "d 1000 12700 5 0   d p:2000 \"hello\\n\"\n",
     do_deposit},
    {"assemble", "a asm", GROUP_CHANGE, "PLACE INSTRUCTION",
     "assemble in place, in MACRO-11; \\ begins another line",
     "assemble 1000 mov #5, r0 \\ inc r1   Symbols may be used.\n", do_assemble},
    {"fill", NULL, GROUP_CHANGE, "RANGE [WORD]", "fill memory with a word, 0 if none is given",
     "A range is FIRST..LAST, or FIRST,COUNT in words.\n", do_fill},
    {"search", "find", GROUP_SEE, "RANGE WORD [mask MASK] | RANGE \"TEXT\"",
     "where a word or a text stands", NULL, do_search},
    {"compare", NULL, GROUP_SEE, "RANGE PLACE", "where two ranges differ", NULL, do_compare},
};

const struct mon_part part_change_memory = {.commands = table, .count = ARRAY_LEN(table)};
