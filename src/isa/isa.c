/* isa.c - the tables of isa.def and what can be computed from them. */
#include "isa/isa.h"

const struct form_info isa_form[FORM_COUNT] = {
#define FORM(name, mask, operands) [FORM_##name] = {mask, operands},
#include "isa/isa.def"
};

const struct insn_info isa_info[OP_COUNT] = {
    [OP_NONE] = {"", 0, FORM_NONE, DST_NONE, "----", FLOW_TRAP, SENS_TRAP, UNIT_BASE},
#define INSN(id, text, base, form, dst, nzvc, flow, sens, unit)                                    \
    [OP_##id] = {text, base, FORM_##form, DST_##dst, nzvc, FLOW_##flow, SENS_##sens, UNIT_##unit},
#include "isa/isa.def"
};

const struct alias_info isa_alias[] = {
#define ALIAS(text, id) {text, OP_##id},
#include "isa/isa.def"
    {NULL, OP_NONE},
};

/* Modes 6 and 7 take an index word; modes 2 and 3 on the PC an immediate or an address. */
static unsigned operand_words(unsigned spec)
{
    unsigned mode = spec >> 3 & 7, reg = spec & 7;
    return mode >= 6 || (reg == 7 && (mode == 2 || mode == 3)) ? 1 : 0;
}

unsigned isa_length(u16 word)
{
    unsigned length = 1;

    for (const char *p = isa_form[isa_info[isa_op(word)].form].operands; *p; p++) {
        if (*p == 's')
            length += operand_words(word >> 6 & 077u);
        else if (*p == 'd' || *p == 'f')
            length += operand_words(word & 077u);
    }
    return length;
}
