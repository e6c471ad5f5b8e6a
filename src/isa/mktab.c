/* mktab.c - build-time tool: isa.def -> the decode table of all 65,536 first words.
 *
 * Prints C. Refuses a word with two owners, and a base with bits in its form's mask.
 */
#include <stdio.h>

#include "isa/isa.h"

static u8 owner[65536];

struct row {
    const char *id;
    u16 base;
    enum form form;
};

static const struct row rows[OP_COUNT] = {
#define INSN(id, text, base, form, dst, nzvc, flow, sens, unit)                                    \
    [OP_##id] = {#id, base, FORM_##form},
#include "isa/isa.def"
};

static const u16 masks[FORM_COUNT] = {
#define FORM(name, mask, operands) [FORM_##name] = mask,
#include "isa/isa.def"
};

/* Enter every word of the row `op`; false, with a message, where one is taken. */
static bool claim_words(unsigned op)
{
    const struct row *row = &rows[op];
    u16 mask = masks[row->form];

    if (row->base & mask) {
        fprintf(stderr, "isa.def: %s: base %06o has bits of its operands\n", row->id, row->base);
        return false;
    }
    for (unsigned bits = 0; bits <= mask; bits++) {
        unsigned word = row->base | bits;
        if (bits & ~(unsigned)mask)
            continue;
        if (owner[word]) {
            fprintf(stderr, "isa.def: %06o is %s and %s\n", word, rows[owner[word]].id, row->id);
            return false;
        }
        owner[word] = (u8)op;
    }
    return true;
}

int main(void)
{
    for (unsigned op = 1; op < OP_COUNT; op++)
        if (!claim_words(op))
            return 1;
    printf("/* Made by mktab from isa.def. */\n#include \"isa/isa.h\"\n\n"
           "const u8 isa_decode[65536] = {");
    for (unsigned word = 0; word < 65536; word++)
        printf("%s%u,", word % 24 ? "" : "\n", owner[word]);
    printf("\n};\n");
    return 0;
}
