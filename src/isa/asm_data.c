/* asm_data.c - storage: bytes into the image, the location counter, and the directives that fill
 * memory: .WORD .BYTE .ASCII .ASCIZ .RAD50 .FLT2 .FLT4 .BLKB .BLKW .EVEN .ODD.
 */
#include <string.h>

#include "isa/asm_int.h"

/* The location counter has moved: note how far the section reaches. Of the absolute section only
 * what is stored counts, so that names for device registers cost nothing. */
static void dot_moved(struct assembly *a, bool stored)
{
    struct asm_section *section = &a->section[a->current];

    if (a->dot > section->high && (stored || !section->absolute))
        section->high = a->dot;
}

void asm_dot_set(struct assembly *a, u32 dot)
{
    const struct asm_section *section = &a->section[a->current];

    if (dot > ASM_SPACE) {
        asm_error(a, "this goes beyond the end of the address space, 177777");
        return;
    }
    if (dot < section->base) {
        asm_error(a,
                  ".=%06o lies before section %s, which begins at %06o: write .=.+n, or .ASECT "
                  "before it",
                  dot, *section->name ? section->name : "(blank)", section->base);
        return;
    }
    a->dot = dot;
    dot_moved(a, false);
}

/* Store a byte and go on. */
static void byte_store(struct assembly *a, u8 byte)
{
    if (a->dot >= ASM_SPACE) {
        if (!a->space_told)
            asm_error(a, "the program goes beyond the end of the address space, 177777");
        a->space_told = a->final;
        return;
    }
    if (a->final) {
        if (a->used[a->dot] && !a->overlap_told) {
            asm_warn(a, "%06o is assembled a second time (told once)", a->dot);
            a->overlap_told = true;
        }
        a->used[a->dot] = 1;
        a->result->image[a->dot] = byte;
    }
    a->dot++;
    dot_moved(a, true);
}

void asm_emit_byte(struct assembly *a, u8 byte)
{
    asm_list_value(a, (u16)a->dot, byte, true);
    byte_store(a, byte);
}

/* Words lie at even addresses: complain and step on where they do not. */
static void word_align(struct assembly *a)
{
    if (a->dot & 1) {
        asm_error(a, "a word at the odd address %06o: write .EVEN before it", (u16)a->dot);
        a->dot++;
    }
}

void asm_emit_word(struct assembly *a, u16 word)
{
    word_align(a);
    asm_list_value(a, (u16)a->dot, word, false);
    byte_store(a, (u8)word);
    byte_store(a, (u8)(word >> 8));
}

/* Whether another item of a list follows; steps over the comma. */
static bool list_goes_on(struct assembly *a)
{
    asm_blanks(a);
    if (*a->p != ',')
        return false;
    a->p++;
    return true;
}

/* An item of a list: nothing is 0. */
static bool item_read(struct assembly *a, u16 *value)
{
    struct asm_value read = {0};

    *value = 0;
    if (asm_at_end(a) || *a->p == ',')
        return true;
    if (!asm_expr(a, &read)) {
        asm_error(a, "an expression is wanted at `%.40s'", a->p);
        return false;
    }
    *value = read.v;
    return true;
}

void asm_word_list(struct assembly *a)
{
    u16 value;

    do {
        if (!item_read(a, &value))
            return;
        asm_emit_word(a, value);
    } while (list_goes_on(a));
    asm_want_end(a);
}

static void dir_word(struct assembly *a, unsigned arg)
{
    asm_word_list(a);
}

static void dir_byte(struct assembly *a, unsigned arg)
{
    u16 value;

    do {
        if (!item_read(a, &value))
            return;
        if (a->final && value > 0377 && value < 0177400)
            asm_error(a, "%o does not fit a byte: 0 to 377, or -200 to -1", value);
        asm_emit_byte(a, (u8)value);
    } while (list_goes_on(a));
    asm_want_end(a);
}

/* Read strings /like this/<15>/and this/: call `put` for each character and each code <n>. */
static void strings_read(struct assembly *a,
                         void (*put)(struct assembly *a, u8 ch, bool code, void *ctx), void *ctx)
{
    if (asm_at_end(a))
        asm_error(a, "a string between two equal characters is wanted: /text/");
    while (!a->bad && !asm_at_end(a)) {
        char delimiter = *a->p++;
        const char *end;
        if (delimiter == '<') {
            struct asm_value value;
            if (!asm_expr(a, &value))
                asm_error(a, "a number is wanted behind <");
            asm_blanks(a);
            if (*a->p++ != '>') {
                a->p--;
                asm_error(a, "`>' is missing behind the number");
                return;
            }
            if (a->final && value.v > 0377)
                asm_error(a, "<%o> does not fit a byte", value.v);
            put(a, (u8)value.v, true, ctx);
            continue;
        }
        end = strchr(a->p, delimiter);
        if (!end) {
            asm_error(a, "the string that begins with %c has no %c at its end", delimiter,
                      delimiter);
            return;
        }
        while (a->p < end)
            put(a, (u8)*a->p++, false, ctx);
        a->p = end + 1;
    }
}

static void ascii_put(struct assembly *a, u8 ch, bool code, void *ctx)
{
    asm_emit_byte(a, ch);
}

static void dir_ascii(struct assembly *a, unsigned terminator)
{
    strings_read(a, ascii_put, NULL);
    if (terminator)
        asm_emit_byte(a, 0);
}

struct rad50 {
    unsigned value, count;
};

/* Three characters a word; <n> gives a code directly. */
static void rad50_put(struct assembly *a, u8 ch, bool code, void *ctx)
{
    struct rad50 *word = ctx;
    int value = code ? ch : asm_rad50((char)ch);

    if (code && ch >= 050)
        asm_error(a, "<%o>: the codes of RADIX-50 are 0 to 47", ch);
    else if (value < 0)
        asm_error(a, "RADIX-50 has no `%c': it knows A to Z, 0 to 9, blank, $ and .", ch);
    word->value = word->value * 050 + (value < 0 ? 0 : (unsigned)value);
    if (++word->count == 3) {
        asm_emit_word(a, (u16)word->value);
        *word = (struct rad50){0};
    }
}

static void dir_rad50(struct assembly *a, unsigned arg)
{
    struct rad50 word = {0};

    strings_read(a, rad50_put, &word);
    while (word.count)
        rad50_put(a, ' ', false, &word);
}

static void dir_float(struct assembly *a, unsigned words)
{
    u16 value[4];

    do {
        const char *wrong;
        asm_blanks(a);
        wrong = asm_float(&a->p, words, a->truncate, value);
        if (wrong)
            asm_error(a, "%s", wrong);
        for (unsigned i = 0; i < words; i++)
            asm_emit_word(a, value[i]);
    } while (list_goes_on(a));
    asm_want_end(a);
}

static void dir_block(struct assembly *a, unsigned size)
{
    u16 count = 1;

    if (size == 2)
        word_align(a);
    a->show_addr = true;
    if (!asm_at_end(a))
        asm_expr_known(a, "the number of bytes or words", &count);
    asm_dot_set(a, a->dot + size * count);
    asm_want_end(a);
}

/* .EVEN and .ODD: the byte that is skipped in the middle of a program is a zero byte of it. */
static void dir_even(struct assembly *a, unsigned odd)
{
    a->show_addr = true;
    if ((a->dot & 1) != odd) {
        if (a->dot > 0 && a->dot < ASM_SPACE && a->used[a->dot - 1])
            byte_store(a, 0);
        else
            asm_dot_set(a, a->dot + 1);
    }
    asm_want_end(a);
}

const struct asm_perm asm_data_perms[] = {
    {.name = ".WORD", .handle = dir_word},
    {.name = ".BYTE", .handle = dir_byte},
    {.name = ".ASCII", .handle = dir_ascii},
    {.name = ".ASCIZ", .handle = dir_ascii, .arg = 1},
    {.name = ".RAD50", .handle = dir_rad50},
    {.name = ".FLT2", .handle = dir_float, .arg = 2},
    {.name = ".FLT4", .handle = dir_float, .arg = 4},
    {.name = ".BLKB", .handle = dir_block, .arg = 1},
    {.name = ".BLKW", .handle = dir_block, .arg = 2},
    {.name = ".EVEN", .handle = dir_even},
    {.name = ".ODD", .handle = dir_even, .arg = 1},
    {0},
};
