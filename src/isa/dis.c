/* dis.c - the disassembler: see dis.h.
 *
 * The operands are walked by the letters of the instruction's form in isa.def, so that a new row
 * needs nothing here. What is printed is chosen so that asm_insn.c reads the same words back: mode
 * 2 on the PC is `#n`, mode 3 `@#n`, modes 6 and 7 are addresses, all others name the register.
 */
#include "isa/dis.h"

#include <stdarg.h>
#include <stdio.h>

#include "isa/isa.h"

struct dis {
    const u16 *words;
    unsigned used; /* words consumed */
    u16 pc;        /* address of words[0] */
    char *text;
    size_t size, len;
};

static const char *const register_name[8] = {"R0", "R1", "R2", "R3", "R4", "R5", "SP", "PC"};

__attribute__((format(printf, 2, 3))) static void text_put(struct dis *dis, const char *fmt, ...)
{
    va_list ap;
    int n;

    va_start(ap, fmt);
    n = vsnprintf(dis->text + dis->len, dis->size - dis->len, fmt, ap);
    va_end(ap);
    if (n > 0)
        dis->len += (size_t)n;
    if (dis->len >= dis->size)
        dis->len = dis->size - 1;
}

static u16 word_next(struct dis *dis)
{
    return dis->words[dis->used++];
}

/* `digits` (four of them) times 10 to the power of `power`, without trailing zeros and with at
 * least one digit on either side of the point. */
static void decimal_put(struct dis *dis, unsigned digits, int power)
{
    char text[5], whole[8] = "", part[8] = "";
    int exponent = power + 3, length = 4;

    snprintf(text, sizeof text, "%04u", digits % 10000);
    while (length > 1 && text[length - 1] == '0')
        text[--length] = 0;
    if (exponent >= 0 && exponent <= 3) {
        for (int i = 0; i <= exponent; i++)
            whole[i] = i < length ? text[i] : '0';
        text_put(dis, "%s.%s", whole, length > exponent + 1 ? text + exponent + 1 : "0");
        return;
    }
    snprintf(part, sizeof part, "%s", length > 1 ? text + 1 : "0");
    text_put(dis, "%c.%sE%d", text[0], part, exponent);
}

/* A one-word floating number: sign, 8 bits of exponent, 7 of fraction behind a hidden one. Four
 * digits name each of the 8-bit fractions. A word with exponent 0 that is not 0 has no decimal. */
static void float_put(struct dis *dis, u16 word)
{
    int exponent = word >> 7 & 0377, power = 0;
    double value = 128 + (word & 0177); /* times 2^(exponent - 136) */

    if (word == 0) {
        text_put(dis, "0.0");
        return;
    }
    if (exponent == 0) {
        text_put(dis, "^O%06o", word);
        return;
    }
    for (int i = exponent; i < 136; i++)
        value /= 2;
    for (int i = exponent; i > 136; i--)
        value *= 2;
    for (; value >= 9999.5; power++)
        value /= 10;
    for (; value < 999.95; power--)
        value *= 10;
    if (word & 0100000)
        text_put(dis, "-");
    decimal_put(dis, (unsigned)(value + 0.5), power);
}

/* An operand of 6 bits; `floating`: of the floating-point unit, where registers are accumulators
 * and an immediate is a floating number. */
static void operand_put(struct dis *dis, unsigned spec, bool floating)
{
    unsigned mode = spec >> 3, reg = spec & 7;
    const char *name = register_name[reg], *at = mode & 1 ? "@" : "";

    if (mode == 0 && floating)
        text_put(dis, reg < 6 ? "AC%u" : "%%%u", reg);
    else if (mode == 0)
        text_put(dis, "%s", name);
    else if (mode == 1)
        text_put(dis, "(%s)", name);
    else if (mode == 2 && reg == 7) {
        u16 word = word_next(dis);
        text_put(dis, "#");
        if (floating)
            float_put(dis, word);
        else
            text_put(dis, "%o", word);
    } else if (mode == 3 && reg == 7)
        text_put(dis, "@#%06o", word_next(dis));
    else if (mode <= 3)
        text_put(dis, "%s(%s)+", at, name);
    else if (mode <= 5)
        text_put(dis, "%s-(%s)", at, name);
    else if (reg == 7) {
        u16 word = word_next(dis);
        text_put(dis, "%s%06o", at, (u16)(dis->pc + 2 * dis->used + word));
    } else
        text_put(dis, "%s%o(%s)", at, word_next(dis), name);
}

/* The condition-code words: the names of one direction, put together by the assembler's `!`. */
static void conditions_put(struct dis *dis, u16 word)
{
    const char *const clear[4] = {"CLC", "CLV", "CLZ", "CLN"};
    const char *const set[4] = {"SEC", "SEV", "SEZ", "SEN"};
    const char *const *name = word & 020 ? set : clear;
    const char *separator = "";

    if ((word & 017) == 0)
        text_put(dis, word & 020 ? "NOP!20" : "NOP");
    else if ((word & 017) == 017)
        text_put(dis, word & 020 ? "SCC" : "CCC");
    else
        for (unsigned i = 0; i < 4; i++)
            if (word >> i & 1) {
                text_put(dis, "%s%s", separator, name[i]);
                separator = "!";
            }
}

/* The operand that the letter of isa.def stands for. */
static void letter_put(struct dis *dis, char letter, u16 word)
{
    u16 next = (u16)(dis->pc + 2);

    switch (letter) {
    case 's': operand_put(dis, word >> 6 & 077, false); break;
    case 'd': operand_put(dis, word & 077, false); break;
    case 'f': operand_put(dis, word & 077, true); break;
    case 'r': text_put(dis, "%s", register_name[word >> 6 & 7]); break;
    case 'q': text_put(dis, "%s", register_name[word & 7]); break;
    case 'a': text_put(dis, "AC%u", word >> 6 & 3); break;
    case 'n': text_put(dis, "%o", word & 7); break;
    case 'm': text_put(dis, "%o", word & 077); break;
    case 't': text_put(dis, "%o", word & 0377); break;
    case 'b': text_put(dis, "%06o", (u16)(next + 2 * (i8)(word & 0377))); break;
    case 'o': text_put(dis, "%06o", (u16)(next - 2 * (word & 077))); break;
    default: text_put(dis, "%c", letter); break; /* the comma */
    }
}

unsigned dis_insn(const u16 *words, unsigned count, u16 pc, char *text, size_t size)
{
    struct dis dis = {.words = words, .used = 1, .pc = pc, .text = text, .size = size};
    const struct insn_info *info = &isa_info[isa_op(words[0])];
    const char *operands = isa_form[info->form].operands;

    if (isa_op(words[0]) == OP_NONE || isa_length(words[0]) > count) {
        text_put(&dis, ".WORD %06o", words[0]);
        return 1;
    }
    if (info->form == FORM_CC) {
        conditions_put(&dis, words[0]);
        return 1;
    }
    text_put(&dis, "%s", info->text);
    if (*operands)
        text_put(&dis, " ");
    for (const char *p = operands; *p; p++)
        letter_put(&dis, *p, words[0]);
    return dis.used;
}
