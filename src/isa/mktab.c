/* mktab.c - build-time tool: isa.def -> the decode tables of all 65,536 first words.
 *
 * Prints C: what instruction a word is, and that together with the kinds of its operands. Refuses a
 * word with two owners, and a base with bits in its form's mask.
 */
#include <stdio.h>
#include <string.h>

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

static const struct form_info forms[FORM_COUNT] = {
#define FORM(name, mask, operands) [FORM_##name] = {mask, operands},
#include "isa/isa.def"
};

/* Enter every word of the row `op`; false, with a message, where one is taken. */
static bool claim_words(unsigned op)
{
    const struct row *row = &rows[op];
    u16 mask = forms[row->form].mask;

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

/* OPERAND_COUNT where it is of none. */
static unsigned kind_of(unsigned spec)
{
    static const u8 kinds[8] = {OPERAND_R, OPERAND_P, OPERAND_P, OPERAND_D,
                                OPERAND_P, OPERAND_D, OPERAND_X, OPERAND_D};
    unsigned mode = spec >> 3 & 7;

    if ((spec & 7) != 7 || mode == 3 || mode >= 6)
        return kinds[mode];
    return mode == 2 ? OPERAND_I : OPERAND_COUNT;
}

static unsigned shape_of(unsigned word)
{
    const char *operands = forms[rows[owner[word]].form].operands;
    bool two = strchr(operands, 's'), one = strchr(operands, 'd');
    unsigned src = two ? kind_of(word >> 6 & 077u) : OPERAND_R;
    unsigned dst = one ? kind_of(word & 077u) : OPERAND_R;

    return src == OPERAND_COUNT || dst == OPERAND_COUNT ? 0 : ISA_SHAPE(owner[word], src, dst);
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
    printf("\n};\n\nconst u16 isa_shape[65536] = {");
    for (unsigned word = 0; word < 65536; word++)
        printf("%s%u,", word % 16 ? "" : "\n", shape_of(word));
    printf("\n};\n");
    return 0;
}
