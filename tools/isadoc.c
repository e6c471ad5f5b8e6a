/* isadoc.c - build-time tool: isa.def as a page for people, docs/isa.md.
 *
 * Prints Markdown. The page is committed; the test `isadoc` fails when isa.def has moved on and
 * the page has not.
 */
#include <stdio.h>
#include <string.h>

#include "base/types.h"

struct row {
    const char *id, *text, *form, *dst, *nzvc, *flow, *sens, *unit;
    unsigned base;
};

static const struct row rows[] = {
#define INSN(id, text, base, form, dst, nzvc, flow, sens, unit)                                    \
    {#id, text, #form, #dst, nzvc, #flow, #sens, #unit, base},
#include "isa/isa.def"
};

static const struct {
    const char *name, *operands;
    unsigned mask;
} forms[] = {
#define FORM(name, mask, operands) {#name, operands, mask},
#include "isa/isa.def"
};

static const struct {
    const char *text, *id;
} aliases[] = {
#define ALIAS(text, id) {text, #id},
#include "isa/isa.def"
};

static const struct {
    const char *unit, *title;
} units[] = {
    {"BASE", "Base set: any PDP-11"},    {"KB11", "Added by the KB11 processor (and others)"},
    {"EIS", "Extended instruction set"}, {"KT11", "Memory management"},
    {"FP11", "Floating point: FP11-B"},  {"HV", "Hardware Virtualizer, an option: [hv.md](hv.md)"},
};

/* What the letters of a form mean, by name. */
static const char *letter_name(char letter)
{
    switch (letter) {
    case 's': return "src";
    case 'd': return "dst";
    case 'f': return "fop";
    case 'r':
    case 'q': return "reg";
    case 'a': return "ac";
    case 'b':
    case 'o': return "label";
    case 'c': return "bits";
    default: return "n";
    }
}

static unsigned form_find(const char *name)
{
    unsigned i = 0;

    while (strcmp(forms[i].name, name) != 0)
        i++;
    return i;
}

/* The words of the row: one, or from the first to the last. */
static void words_print(const struct row *row)
{
    unsigned mask = forms[form_find(row->form)].mask;

    printf("%06o", row->base);
    if (mask)
        printf(" - %06o", row->base | mask);
}

static void mnemonic_print(const struct row *row)
{
    const char *operands = forms[form_find(row->form)].operands;

    printf("| `%s%s", row->text, *operands == 'c' ? "x" : *operands ? " " : "");
    for (const char *p = operands; *p && *p != 'c'; p++)
        if (*p == ',')
            putchar(',');
        else
            printf("%s", letter_name(*p));
    printf("`");
    for (size_t i = 0; i < ARRAY_LEN(aliases); i++)
        if (strcmp(aliases[i].id, row->id) == 0)
            printf(" `%s`", aliases[i].text);
}

static void unit_print(const char *unit, const char *title)
{
    printf("\n## %s\n\n"
           "| Instruction | Words | Operand | NZVC | Flow | Sensitivity |\n"
           "|---|---|---|---|---|---|\n",
           title);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (strcmp(rows[i].unit, unit) != 0)
            continue;
        mnemonic_print(&rows[i]);
        printf(" | ");
        words_print(&rows[i]);
        printf(" | %s | `%s` | %s | %s |\n", rows[i].dst, rows[i].nzvc, rows[i].flow, rows[i].sens);
    }
}

int main(void)
{
    printf(
        "# The instruction set\n\n"
        "Made by `tools/isadoc.c` from `src/isa/isa.def`; change that, not this page, and then "
        "run\n"
        "`ninja -C BUILD isadoc-update`.\n\n"
        "**Words**: octal. **Operand**: what happens to `dst` or `fop`: R read, W written, RW "
        "both,\n"
        "with 8 or 16 bits, F floating as FPS<FD> says, X in the other format, I an integer as "
        "FPS<FL>\n"
        "says, S the two words of STST; A only the address is taken. **NZVC**: per condition code "
        "a\n"
        "letter is set by the result, `-` unchanged, 0 cleared, 1 set. **Flow**: NEXT; COND\n"
        "branches; JUMP, CALL, RET, TRAP; STOP halts or waits; SYNC goes on at the next word with\n"
        "another state of the machine. **Sensitivity** (after Goldberg): PRIV traps in user mode;\n"
        "MUTE silently does less there; IDLE waits in any mode; PSW loads the PSW and is "
        "restricted\n"
        "without a trap; PREV reaches into the previous mode's space; TRAP traps always.\n\n"
        "Words in no row are reserved and trap to 10. A floating `fop` names an accumulator AC0 "
        "to\n"
        "AC5 in mode 0; `ac` is AC0 to AC3. An immediate floating operand is one word. `CLx` and\n"
        "`SEx` are the condition-code words: bits 3 to 0 choose N Z V C; their names are NOP CLC "
        "CLV\n"
        "CLZ CLN CCC and SEC SEV SEZ SEN SCC.\n");
    for (size_t i = 0; i < ARRAY_LEN(units); i++)
        unit_print(units[i].unit, units[i].title);
    return 0;
}
