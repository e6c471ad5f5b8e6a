/* isa.h - the instruction set as data: what isa.def says, for programs.
 *
 * Decoder, assembler, disassembler, both engines, and the documents read these tables; nobody
 * else knows an opcode.
 */
#ifndef VM11_ISA_ISA_H
#define VM11_ISA_ISA_H

#include "base/types.h"

enum op {
    OP_NONE, /* a reserved word: traps to 10 */
#define INSN(id, text, base, form, dst, nzvc, flow, sens, unit) OP_##id,
#include "isa/isa.def"
    OP_COUNT
};

enum form {
#define FORM(name, mask, operands) FORM_##name,
#include "isa/isa.def"
    FORM_COUNT
};

/* What an instruction does with its operand d or f: see isa.def. */
enum dst {
    DST_NONE,
    DST_A,
    DST_R8,
    DST_W8,
    DST_RW8,
    DST_R16,
    DST_W16,
    DST_RW16,
    DST_RF,
    DST_WF,
    DST_RWF,
    DST_RX,
    DST_WX,
    DST_RI,
    DST_WI,
    DST_WS,
};

enum flow { FLOW_NEXT, FLOW_COND, FLOW_JUMP, FLOW_CALL, FLOW_RET, FLOW_TRAP, FLOW_STOP, FLOW_SYNC };

enum sens { SENS_NONE, SENS_PRIV, SENS_MUTE, SENS_IDLE, SENS_PSW, SENS_PREV, SENS_TRAP };

enum unit { UNIT_BASE, UNIT_KB11, UNIT_EIS, UNIT_KT11, UNIT_FP11, UNIT_HV };

struct form_info {
    u16 mask;             /* the bits of the word that belong to operands */
    const char *operands; /* letters of isa.def, comma separated */
};

struct insn_info {
    const char *text; /* mnemonic */
    u16 base;         /* the word with all operand bits zero */
    u8 form;          /* enum form */
    u8 dst;           /* enum dst */
    char nzvc[5];     /* per condition code: letter, '-', '0' or '1' */
    u8 flow;          /* enum flow */
    u8 sens;          /* enum sens */
    u8 unit;          /* enum unit */
};

struct alias_info {
    const char *text;
    u8 op; /* enum op */
};

extern const struct form_info isa_form[FORM_COUNT];
extern const struct insn_info isa_info[OP_COUNT]; /* [OP_NONE] has an empty text */
extern const struct alias_info isa_alias[];       /* ends with a NULL text */
extern const u8 isa_decode[65536];                /* first word -> enum op; built by mktab */

/* The instruction that a first word is. */
static inline enum op isa_op(u16 word)
{
    return (enum op)isa_decode[word];
}

/* How an operand is found, as far as short ways of executing tell it apart. */
enum operand_kind {
    OPERAND_R, /* a register, but PC */
    OPERAND_I, /* #n */
    OPERAND_P, /* (R), (R)+, -(R), but of PC */
    OPERAND_X, /* X(R), PC included */
    OPERAND_D, /* @(R)+, @#a, @X(R), and @-(R) but of PC */
    OPERAND_COUNT
};

/* The number of an instruction with operands s and d of these kinds; OPERAND_R where it has none.
 */
#define ISA_SHAPE(op, src, dst) (((op)*OPERAND_COUNT + (src)) * OPERAND_COUNT + (dst))
#define ISA_SHAPES              ISA_SHAPE(OP_COUNT, 0, 0)

/* First word -> its number; 0 where an operand is of no kind. Built by mktab. */
extern const u16 isa_shape[65536];

/* Number of words of the instruction that begins with `word`, with its index and immediate words:
 * 1 to 3. A floating immediate is one word (FP11-B manual 2.3.1); a reserved word counts 1. */
unsigned isa_length(u16 word);

#endif
