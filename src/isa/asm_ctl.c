/* asm_ctl.c - directives that store nothing: sections, modes, files, messages, the listing's
 * settings, the end.
 *
 * There is no linker: all values are absolute. Section 0 is .ASECT, at address 0; section 1 the
 * blank one in which a program begins. The relocatable sections lie one behind the other, in the
 * order in which they appear, behind the last byte stored in .ASECT; so a program of the blank
 * section alone begins at 0, and `.=1000` in it means what it says.
 */
#include <string.h>

#include "isa/asm_int.h"

static void section_enter(struct assembly *a, unsigned which)
{
    a->section[a->current].dot = a->dot;
    a->current = which;
    a->section[which].pass = a->pass;
    a->dot = a->section[which].dot;
    if (!a->lsb)
        a->block = ++a->blocks;
}

void asm_sections_begin(struct assembly *a)
{
    if (a->sections == 0) {
        a->sections = 2;
        a->section[0].absolute = true;
        strcpy(a->section[0].name, ". ABS.");
    }
    for (unsigned i = 0; i < a->sections; i++)
        a->section[i].dot = a->section[i].high = a->section[i].base;
    a->current = 1;
    a->section[1].pass = a->pass;
    a->dot = a->section[1].base;
}

bool asm_sections_place(struct assembly *a)
{
    u32 next = (a->section[0].high + 1) & ~1u;
    bool moved = false;

    for (unsigned i = 1; i < a->sections; i++) {
        struct asm_section *section = &a->section[i];
        u32 size = section->high - section->base;
        if (section->absolute || section->pass != a->pass)
            continue;
        if (next > ASM_SPACE - 2 && size > 0) {
            asm_fatal(a, "the sections do not fit into the address space");
            return false;
        }
        moved |= section->base != next;
        section->base = next;
        next = (next + size + 1) & ~1u;
    }
    return moved;
}

/* The section of a name, made if it is new; 0 where there are too many. */
static unsigned section_find(struct assembly *a, const char *name)
{
    struct asm_section *section;

    for (unsigned i = 1; i < a->sections; i++)
        if (strcmp(a->section[i].name, name) == 0)
            return i;
    if (a->sections == ASM_SECTIONS_MAX) {
        asm_error(a, "more than %d sections", ASM_SECTIONS_MAX);
        return 0;
    }
    section = &a->section[a->sections];
    memset(section, 0, sizeof *section);
    strcpy(section->name, name);
    return a->sections++;
}

static void dir_asect(struct assembly *a, unsigned arg)
{
    section_enter(a, 0);
    asm_want_end(a);
}

/* .PSECT and .CSECT: a name or none, and attributes, of which only ABS means anything here. */
static void dir_psect(struct assembly *a, unsigned arg)
{
    static const char *const known[] = {"RO",  "RW",  "I",   "D",   "GBL",  "LCL",
                                        "REL", "CON", "OVR", "SAV", "NOSAV"};
    char name[ASM_NAME_MAX + 1] = "", attribute[ASM_NAME_MAX + 1];
    unsigned which;

    asm_blanks(a);
    asm_name(a, name);
    which = section_find(a, name);
    for (asm_comma(a); asm_name(a, attribute); asm_comma(a)) {
        bool found = strcmp(attribute, "ABS") == 0;
        a->section[which].absolute |= found;
        for (size_t i = 0; i < ARRAY_LEN(known); i++)
            found |= strcmp(attribute, known[i]) == 0;
        if (!found)
            asm_error(a, "sections have no attribute %s", attribute);
    }
    section_enter(a, which);
    asm_want_end(a);
}

static void dir_save(struct assembly *a, unsigned arg)
{
    if (a->saves == ARRAY_LEN(a->saved))
        asm_error(a, ".SAVE more than %zu times", ARRAY_LEN(a->saved));
    else
        a->saved[a->saves++] = a->current;
    asm_want_end(a);
}

static void dir_restore(struct assembly *a, unsigned arg)
{
    if (a->saves == 0)
        asm_error(a, ".RESTORE without .SAVE before it");
    else
        section_enter(a, a->saved[--a->saves]);
    asm_want_end(a);
}

/* .ENABL and .DSABL: LSB, AMA and FPT have a meaning here, the others are accepted. */
static void dir_enable(struct assembly *a, unsigned on)
{
    char name[ASM_NAME_MAX + 1];

    for (asm_blanks(a); asm_name(a, name); asm_comma(a)) {
        if (strcmp(name, "LSB") == 0) {
            a->lsb = on;
            a->block = ++a->blocks;
        } else if (strcmp(name, "AMA") == 0)
            a->ama = on;
        else if (strcmp(name, "FPT") == 0)
            a->truncate = on;
    }
    asm_want_end(a);
}

static void dir_list(struct assembly *a, unsigned on)
{
    char name[ASM_NAME_MAX + 1];

    if (asm_at_end(a))
        a->list_level += on ? 1 : -1;
    for (; asm_name(a, name); asm_comma(a)) {
        if (strcmp(name, "ME") == 0)
            a->list_me = on;
        else if (strcmp(name, "MEB") == 0)
            a->list_meb = on;
        else if (strcmp(name, "BEX") == 0 || strcmp(name, "BIN") == 0)
            a->list_bex = on;
        else if (strcmp(name, "CND") == 0)
            a->list_cnd = on;
        else if (strcmp(name, "MD") == 0)
            a->list_md = on;
    }
}

static void dir_globl(struct assembly *a, unsigned arg)
{
    char name[ASM_NAME_MAX + 1];

    for (asm_blanks(a); asm_name(a, name); asm_comma(a)) {
        struct asm_entry *entry = asm_entry(a, name, ENTRY_SYMBOL, true);
        if (entry)
            entry->global = true;
    }
    asm_want_end(a);
}

/* Its number is decimal, whatever the radix is. */
static void dir_radix(struct assembly *a, unsigned arg)
{
    u16 radix = 8;
    unsigned before = a->radix;

    a->radix = 10;
    if (!asm_at_end(a) && !asm_expr_known(a, "the radix", &radix))
        radix = (u16)before;
    a->radix = before;
    if (radix != 2 && radix != 8 && radix != 10 && radix != 16)
        asm_error(a, ".RADIX %u: it can be 2, 8, 10 or 16", radix);
    else
        a->radix = radix;
    asm_want_end(a);
}

static void dir_ignore(struct assembly *a, unsigned arg) {}

static void dir_mcall(struct assembly *a, unsigned arg)
{
    asm_note(a, ".MCALL: there is no library of system macros here; define the macros, or .INCLUDE "
                "a file that does");
}

/* .REM: a comment of lines up to its first character. */
static void dir_rem(struct assembly *a, unsigned arg)
{
    char end;

    asm_blanks(a);
    end = *a->p;
    if (!end) {
        asm_error(a, ".REM wants the character that ends the comment");
        return;
    }
    a->p++;
    while (!strchr(a->p, end)) {
        asm_list_line(a, false);
        if (!asm_line_next(a))
            return;
    }
}

static void dir_include(struct assembly *a, unsigned arg)
{
    char name[ASM_LINE_MAX + 1];
    char close;
    const char *end;
    size_t len;

    asm_blanks(a);
    close = *a->p == '<' ? '>' : *a->p;
    end = *a->p && !asm_name_char(*a->p) ? strchr(a->p + 1, close) : NULL;
    if (!end || end == a->p + 1) {
        asm_error(a, ".INCLUDE wants the name of a file between two equal characters: \"FILE\"");
        return;
    }
    len = (size_t)(end - a->p - 1);
    memcpy(name, a->p + 1, len);
    name[len] = 0;
    a->p = end + 1;
    asm_want_end(a);
    asm_include(a, name);
}

/* .PRINT and .ERROR: an expression or none, and a text behind `;'. */
static void dir_tell(struct assembly *a, unsigned is_error)
{
    struct asm_value value;
    char number[16] = "";
    const char *text;

    if (!asm_at_end(a) && asm_expr(a, &value)) {
        static const char octal[] = "01234567";
        for (unsigned i = 0; i < 6; i++)
            number[i] = octal[value.v >> (15 - 3 * i) & 7];
        number[6] = ' ';
    }
    asm_blanks(a);
    text = *a->p == ';' ? a->p + 1 : a->p;
    if (is_error)
        asm_error(a, ".ERROR: %s%s", number, text);
    else
        asm_note(a, ".PRINT: %s%s", number, text);
}

static void dir_end(struct assembly *a, unsigned arg)
{
    struct asm_value value;

    if (!asm_at_end(a)) {
        if (!asm_expr(a, &value))
            asm_error(a, ".END wants the start address, or nothing");
        else {
            a->result->has_start = true;
            a->result->start = value.v;
        }
    }
    asm_want_end(a);
    a->ended = true;
}

const struct asm_perm asm_ctl_perms[] = {
    {.name = ".ASECT", .handle = dir_asect},
    {.name = ".PSECT", .handle = dir_psect},
    {.name = ".CSECT", .handle = dir_psect},
    {.name = ".SAVE", .handle = dir_save},
    {.name = ".RESTORE", .handle = dir_restore},
    {.name = ".ENABL", .handle = dir_enable, .arg = 1},
    {.name = ".DSABL", .handle = dir_enable},
    {.name = ".LIST", .handle = dir_list, .arg = 1},
    {.name = ".NLIST", .handle = dir_list},
    {.name = ".GLOBL", .handle = dir_globl},
    {.name = ".RADIX", .handle = dir_radix},
    {.name = ".TITLE", .handle = dir_ignore},
    {.name = ".SBTTL", .handle = dir_ignore},
    {.name = ".IDENT", .handle = dir_ignore},
    {.name = ".PAGE", .handle = dir_ignore},
    {.name = ".CROSS", .handle = dir_ignore},
    {.name = ".NOCROSS", .handle = dir_ignore},
    {.name = ".LIBRARY", .handle = dir_ignore},
    {.name = ".MCALL", .handle = dir_mcall},
    {.name = ".REM", .handle = dir_rem},
    {.name = ".INCLUDE", .handle = dir_include},
    {.name = ".PRINT", .handle = dir_tell},
    {.name = ".ERROR", .handle = dir_tell, .arg = 1},
    {.name = ".END", .handle = dir_end},
    {0},
};
