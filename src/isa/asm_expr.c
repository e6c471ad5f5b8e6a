/* asm_expr.c - expressions: from left to right, without precedence, in 16 bits.
 *
 *   expression  term { + - * / & ! term }
 *   term        number  symbol  .  'c  "cc  %register  <expression>  + - ^C ^O ^D ^B ^X ^R ^F term
 *
 * A value knows whether it is a register, whether it is an address (for the symbol table of a.out)
 * and whether it depends on a symbol that the source defines only later.
 */
#include <string.h>

#include "isa/asm_int.h"

static bool term_read(struct assembly *a, struct asm_value *value);

int asm_rad50(char ch)
{
    if (ch >= 'A' && ch <= 'Z')
        return ch - 'A' + 1;
    if (ch >= 'a' && ch <= 'z')
        return ch - 'a' + 1;
    if (ch >= '0' && ch <= '9')
        return ch - '0' + 30;
    return ch == ' ' ? 0 : ch == '$' ? 27 : ch == '.' ? 28 : -1;
}

/* Value of a hexadecimal digit, or 99. */
static unsigned digit_value(char ch)
{
    if (ch >= '0' && ch <= '9')
        return (unsigned)(ch - '0');
    if (ch >= 'A' && ch <= 'F')
        return (unsigned)(ch - 'A') + 10;
    if (ch >= 'a' && ch <= 'f')
        return (unsigned)(ch - 'a') + 10;
    return 99;
}

/* Complain of what follows a number, where it cannot. */
static void number_tail_check(struct assembly *a, const char *start, const char *tail)
{
    int len = (int)(tail - start);

    if (*tail == 'x' || *tail == 'X') {
        int digits = 0;
        while (digit_value(tail[1 + digits]) < 16)
            digits++;
        asm_error(a, "a hexadecimal number is written ^X%.*s", digits, tail + 1);
    } else if (*tail == '.' && digit_value(tail[1]) < 10)
        asm_error(a,
                  "%.*s%.10s is no integer; floating numbers belong behind .FLT2, .FLT4, ^F, or "
                  "# in floating instructions",
                  len, start, tail);
    else if (asm_name_char(*tail))
        asm_error(a, "`%.20s' is neither a number nor a symbol", start);
}

/* A number in the present radix, or decimal with a point behind it. */
static bool number_read(struct assembly *a, struct asm_value *value)
{
    const char *start = a->p, *p = a->p;
    unsigned radix = a->radix, bad_digit = 0;
    u32 v = 0;

    for (; digit_value(*p) < (a->radix == 16 ? 16 : 10); p++)
        ;
    if (p == start)
        return false;
    if (*p == '.' && digit_value(p[1]) > 9)
        radix = 10;
    a->p = *p == '.' && radix == 10 ? p + 1 : p;
    for (const char *q = start; q < p; q++) {
        unsigned d = digit_value(*q);
        if (d >= radix)
            bad_digit = d;
        v = v * radix + d;
        if (v > 0777777)
            v = 0777777; /* too large, and stays so */
    }
    if (bad_digit && a->radix == 8)
        asm_error(a, "%.*s: no octal digit is %u; a decimal number has a point behind it: %.*s.",
                  (int)(p - start), start, bad_digit, (int)(p - start), start);
    else if (bad_digit)
        asm_error(a, "%.*s: %u is no digit in radix %u", (int)(p - start), start, bad_digit, radix);
    else if (v > 0177777)
        asm_error(a, "%.*s does not fit a word: the largest is 177777 (65535.)", (int)(p - start),
                  start);
    number_tail_check(a, start, a->p);
    value->v = (u16)v;
    return true;
}

/* 'c or "cc */
static void characters_read(struct assembly *a, struct asm_value *value)
{
    unsigned count = *a->p++ == '"' ? 2 : 1;

    for (unsigned i = 0; i < count; i++) {
        if (!*a->p) {
            asm_error(a, "%s wants %u character%s behind it", count == 2 ? "\"" : "'", count,
                      count == 2 ? "s" : "");
            return;
        }
        value->v |= (u16)((u8)*a->p++ << 8 * i);
    }
}

/* ^Rabc: three characters in RADIX-50. */
static void rad50_read(struct assembly *a, struct asm_value *value)
{
    unsigned v = 0;

    for (unsigned i = 0; i < 3; i++) {
        int code = *a->p && *a->p != ' ' ? asm_rad50(*a->p) : -1;
        if (code >= 0)
            a->p++;
        v = v * 050 + (code >= 0 ? (unsigned)code : 0);
    }
    value->v = (u16)v;
}

static void float_read(struct assembly *a, struct asm_value *value)
{
    const char *wrong;

    asm_blanks(a);
    wrong = asm_float(&a->p, 1, a->truncate, &value->v);
    if (wrong)
        asm_error(a, "%s", wrong);
}

/* ^O ^D ^B ^X: a term in another radix. */
static bool radix_read(struct assembly *a, unsigned radix, struct asm_value *value)
{
    unsigned before = a->radix;
    bool there;

    a->radix = radix;
    asm_blanks(a);
    there = *a->p == '<' || !number_read(a, value) ? term_read(a, value) : true;
    a->radix = before;
    return there;
}

/* A term that begins with ^. */
static bool operator_read(struct assembly *a, struct asm_value *value)
{
    char letter = *++a->p;

    if (letter)
        a->p++;
    switch (letter & ~040) {
    case 'O': return radix_read(a, 8, value);
    case 'D': return radix_read(a, 10, value);
    case 'B': return radix_read(a, 2, value);
    case 'X': return radix_read(a, 16, value);
    case 'R': rad50_read(a, value); return true;
    case 'F': float_read(a, value); return true;
    case 'C':
        if (!term_read(a, value))
            return false;
        value->v = (u16)~value->v;
        value->relocs = 0;
        return true;
    default:
        asm_error(a,
                  "no operator ^%.1s: there are ^O ^D ^B ^X (radix), ^C (complement), ^F "
                  "(floating) and ^R (RADIX-50)",
                  letter ? a->p - 1 : "");
        return true;
    }
}

/* The value of a symbol; or of an instruction's name, if no symbol is called so. */
static void symbol_use(struct assembly *a, const char *name, bool local, struct asm_value *value)
{
    struct asm_entry *entry =
        local ? asm_local_entry(a, name, true) : asm_entry(a, name, ENTRY_SYMBOL, false);
    const struct asm_entry *perm = local ? NULL : asm_entry(a, name, ENTRY_PERM, false);

    if ((!entry || !entry->pass) && perm && perm->perm->has_word) {
        value->v = perm->perm->word;
        return;
    }
    if (!entry && !(entry = asm_entry(a, name, ENTRY_SYMBOL, true)))
        return;
    value->v = entry->value;
    value->relocs = entry->address;
    value->reg = entry->reg;
    if (entry->predefined || entry->pass == a->pass)
        return;
    value->later = entry;
    if (a->pass > 1 && entry->pass + 1 < a->pass) {
        if (local)
            asm_error(a,
                      "no local label %s: between this line and the ordinary labels (NAME:) "
                      "before and behind it",
                      name);
        else
            asm_undefined(a, name);
    } else if (value->reg) {
        asm_error(a, "register %s must be defined before the line that uses it", name);
        value->reg = REG_NONE;
    }
}

/* `%` and the number of a register. */
static bool register_read(struct assembly *a, struct asm_value *value)
{
    a->p++;
    if (!term_read(a, value))
        return false;
    if (value->v > 7)
        asm_error(a, "register %%%o: registers are %%0 to %%7", value->v);
    value->v &= 7;
    value->reg = REG_NUMBER;
    value->relocs = 0;
    return true;
}

static bool bracket_read(struct assembly *a, struct asm_value *value)
{
    a->p++;
    if (!asm_expr(a, value)) {
        asm_error(a, "an expression is wanted behind `<'");
        return true;
    }
    asm_blanks(a);
    if (*a->p == '>')
        a->p++;
    else
        asm_error(a, "`>' is missing");
    return true;
}

static bool sign_read(struct assembly *a, struct asm_value *value)
{
    bool minus = *a->p++ == '-';

    if (!term_read(a, value))
        return false;
    if (minus) {
        value->v = (u16)-value->v;
        value->relocs = (i8)-value->relocs;
        value->reg = REG_NONE;
    }
    return true;
}

static bool term_dispatch(struct assembly *a, struct asm_value *value)
{
    char name[ASM_NAME_MAX + 1];

    switch (*a->p) {
    case '+':
    case '-': return sign_read(a, value);
    case '<': return bracket_read(a, value);
    case '^': return operator_read(a, value);
    case '%': return register_read(a, value);
    case '\'':
    case '"': characters_read(a, value); return true;
    default: break;
    }
    if (asm_local_name(a, name)) {
        symbol_use(a, name, true, value);
        return true;
    }
    if (digit_value(*a->p) < 10)
        return number_read(a, value);
    if (!asm_name(a, name))
        return false;
    if (strcmp(name, ".") == 0) {
        value->v = (u16)a->dot;
        value->relocs = 1;
    } else {
        symbol_use(a, name, false, value);
    }
    return true;
}

static bool term_read(struct assembly *a, struct asm_value *value)
{
    bool there;

    if (a->nesting == ASM_NESTING_MAX) {
        asm_error(a, "an expression nested deeper than %d", ASM_NESTING_MAX);
        return false;
    }
    memset(value, 0, sizeof *value);
    asm_blanks(a);
    a->nesting++;
    there = term_dispatch(a, value);
    a->nesting--;
    return there;
}

static void operator_apply(struct assembly *a, char op, struct asm_value *left,
                           const struct asm_value *right)
{
    u16 l = left->v, r = right->v;
    int relocs = 0;

    switch (op) {
    case '+':
        left->v = (u16)(l + r);
        relocs = left->relocs + right->relocs;
        break;
    case '-':
        left->v = (u16)(l - r);
        relocs = left->relocs - right->relocs;
        break;
    case '*': left->v = (u16)((u32)l * r); break;
    case '&': left->v = l & r; break;
    case '!': left->v = l | r; break;
    default: /* division, of signed numbers */
        if (r == 0)
            asm_error(a, "division by zero");
        else
            left->v = (u16)((i16)l / (i16)r);
        break;
    }
    /* R0+1 is register 1; what else is done to registers gives numbers. */
    if (op != '+' && op != '-')
        left->reg = REG_NONE;
    else if (right->reg && !left->reg)
        left->reg = op == '+' ? right->reg : (u8)REG_NONE;
    else if (right->reg)
        left->reg = REG_NONE;
    left->relocs = relocs == 1 ? 1 : relocs < 0 ? -1 : 0;
    if (right->later)
        left->later = right->later;
}

bool asm_expr(struct assembly *a, struct asm_value *value)
{
    struct asm_value right;

    if (!term_read(a, value))
        return false;
    for (;;) {
        char op;
        asm_blanks(a);
        op = *a->p;
        if (!op || !strchr("+-*/&!", op))
            break;
        a->p++;
        if (!term_read(a, &right)) {
            asm_error(a, "a number or a symbol is wanted behind `%c'", op);
            break;
        }
        operator_apply(a, op, value, &right);
    }
    if (value->reg && value->v > 7) {
        asm_error(a, "register %%%o: registers are %%0 to %%7", value->v);
        value->v &= 7;
    }
    return true;
}

bool asm_expr_known(struct assembly *a, const char *what, u16 *value)
{
    struct asm_value read;

    *value = 0;
    if (!asm_expr(a, &read)) {
        asm_error(a, "%s: an expression is wanted here", what);
        return false;
    }
    if (read.later) {
        asm_error(a, "%s depends on %s, which must be defined before this line", what,
                  read.later->name);
        return false;
    }
    *value = read.v;
    return !a->bad;
}
