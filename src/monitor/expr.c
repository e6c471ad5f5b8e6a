/* expr.c - expressions by precedence climbing: see expr.h.
 *
 * One parser checks and computes: where `dry` is set (the check of a condition, the side of && or
 * || that does not count) memory is not read and nothing can fail but the form.
 */
#include "monitor/expr.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "monitor/impl.h"
#include "monitor/regs.h"
#include "monitor/symbols.h"

#define MAX_DEPTH 64
#define WORD_MASK 0177777u

struct parser {
    struct monitor *mon;
    const char *at;
    unsigned dry; /* > 0: only the form is of interest */
    unsigned depth;
};

static bool parse_binary(struct parser *p, unsigned least, u64 *value);
static bool parse_unary(struct parser *p, u64 *value);

static void skip(struct parser *p)
{
    p->at += strspn(p->at, " \t");
}

/* Complain of the word at `at`. */
static bool wrong(struct parser *p, const char *at, const char *text)
{
    char word[40];
    size_t len = strcspn(at, " \t");

    if (!*at) {
        mon_error(p->mon, NULL, "the expression ends where %s", text);
        return false;
    }
    snprintf(word, sizeof word, "%.*s", (int)(len < 39 ? len : 39), at);
    mon_error(p->mon, word, "here %s", text);
    return false;
}

static bool is_word(u64 value)
{
    return value <= WORD_MASK;
}

static bool name_char(char ch)
{
    return isalnum((unsigned char)ch) || ch == '_' || ch == '.' || ch == '$' || ch == '~';
}

/* The length of the name at `at`: ".." ends it. */
static size_t name_len(const char *at)
{
    size_t len = 0;

    while (name_char(at[len]) && !(at[len] == '.' && at[len + 1] == '.'))
        len++;
    return len;
}

/* Digits up to the end of the number: its value in `base`, false where one does not belong. */
static bool digits(const char *at, size_t len, unsigned base, u64 *value)
{
    *value = 0;
    for (size_t i = 0; i < len; i++) {
        int ch = tolower((unsigned char)at[i]);
        unsigned digit = isdigit(ch) ? (unsigned)(ch - '0') : (unsigned)(ch - 'a' + 10);
        if (digit >= base || *value > (UINT64_MAX - digit) / base)
            return false;
        *value = *value * base + digit;
    }
    return len > 0;
}

static bool parse_number(struct parser *p, u64 *value)
{
    const char *at = p->at;
    size_t len = 0;
    bool good;

    while (isalnum((unsigned char)at[len]))
        len++;
    p->at += len;
    if (at[0] == '0' && (at[1] | 040) == 'x')
        good = digits(at + 2, len - 2, 16, value);
    else if (at[len] == '.' && (at[len + 1] != '.' || at[len + 2] == '.'))
        good = p->at++, digits(at, len, 10, value);
    else
        good = digits(at, len, 8, value);
    return good || wrong(p, at, "a number should stand: octal, decimal with a final `.`, or 0x");
}

/* A place behind @ or in byte(): the address is one operand, or with parentheses anything. */
static bool parse_place(struct parser *p, struct place *place)
{
    u64 value;

    *place = (struct place){.mode = cpu_mode(&p->mon->machine->cpu), .space = SPACE_D};
    p->at += place_prefix(p->at, place);
    if (!parse_unary(p, &value))
        return false;
    place->at = (u32)(value & (place->physical ? IO_SPACE - 1 : WORD_MASK));
    return true;
}

static bool look(struct parser *p, struct place place, bool byte, u64 *value)
{
    enum place_status status;
    char text[PLACE_TEXT_MAX];
    u16 word = 0;
    u8 b = 0;

    *value = 0;
    if (p->dry)
        return true;
    status =
        byte ? place_readb(p->mon->machine, place, &b) : place_read(p->mon->machine, place, &word);
    *value = byte ? b : word;
    if (status == PLACE_OK)
        return true;
    mon_error(p->mon, place_text(place, text), "%s", place_why(status));
    return false;
}

static bool parse_memory(struct parser *p, u64 *value)
{
    struct place place;

    p->at++;
    return parse_place(p, &place) && look(p, place, false, value);
}

/* byte(PLACE) */
static bool parse_byte(struct parser *p, u64 *value)
{
    struct place place = {.mode = cpu_mode(&p->mon->machine->cpu), .space = SPACE_D};

    p->at += 5;
    skip(p);
    p->at += place_prefix(p->at, &place);
    if (!parse_binary(p, 0, value))
        return false;
    skip(p);
    if (*p->at != ')')
        return wrong(p, p->at, "a ) is missing");
    p->at++;
    place.at = (u32)(*value & (place.physical ? IO_SPACE - 1 : WORD_MASK));
    return look(p, place, true, value);
}

static bool unknown_name(struct parser *p, const char *name, size_t len)
{
    char word[64];
    const char *near;

    snprintf(word, sizeof word, "%.*s", (int)(len < 63 ? len : 63), name);
    near = names_near(p->mon, word);
    if (near)
        mon_error(p->mon, word, "no such register or symbol; did you mean %s?", near);
    else
        mon_error(p->mon, word, "no such register or symbol");
    return false;
}

static bool parse_name(struct parser *p, u64 *value)
{
    bool symbol_only = *p->at == '\\';
    const char *name = p->at += symbol_only;
    size_t len = name_len(name);
    struct reg reg;
    u16 word;

    if (len == 0)
        return wrong(p, name, "a number, a name, @ or ( should stand");
    if (len == 4 && !symbol_only && strncmp(name, "byte(", 5) == 0)
        return parse_byte(p, value);
    p->at += len;
    if (name[0] == '$' && !symbol_only) {
        *value = variable_get(p->mon, name, len);
        return true;
    }
    if (!symbol_only && reg_find(p->mon->machine, name, len, &reg)) {
        *value = reg_get(p->mon->machine, &reg);
        return true;
    }
    if (symbols_find(p->mon->symbols, name, len, &word)) {
        *value = word;
        return true;
    }
    return unknown_name(p, name, len);
}

static bool parse_parentheses(struct parser *p, u64 *value)
{
    p->at++;
    if (!parse_binary(p, 0, value))
        return false;
    skip(p);
    if (*p->at != ')')
        return wrong(p, p->at, "a ) is missing");
    p->at++;
    return true;
}

static bool parse_prefix(struct parser *p, char op, u64 *value)
{
    p->at++;
    if (!parse_unary(p, value))
        return false;
    if (op == '!')
        *value = !*value;
    else
        *value = (op == '-' ? 0 - *value : ~*value) & (is_word(*value) ? WORD_MASK : UINT64_MAX);
    return true;
}

static bool parse_unary(struct parser *p, u64 *value)
{
    bool good;

    skip(p);
    if (++p->depth > MAX_DEPTH)
        return wrong(p, p->at, "the expression is too deep");
    switch (*p->at) {
    case '(': good = parse_parentheses(p, value); break;
    case '@': good = parse_memory(p, value); break;
    case '!':
    case '~':
    case '-': good = parse_prefix(p, *p->at, value); break;
    case '\'':
        good = p->at[1] != 0;
        *value = (unsigned char)p->at[1];
        p->at += good ? 2 : 1;
        if (!good)
            wrong(p, p->at, "a character should stand");
        break;
    default:
        good = isdigit((unsigned char)*p->at) ? parse_number(p, value) : parse_name(p, value);
        break;
    }
    p->depth--;
    return good;
}

enum operator{
    OR,
    AND,
    BITOR,
    XOR,
    BITAND,
    EQ,
    NE,
    LE,
    GE,
    SHL,
    SHR,
    LT,
    GT,
    ADD,
    SUB,
    MUL,
    DIV,
    MOD,
    OPERATORS
};

/* Longer ones before those that they begin with. */
static const struct {
    const char *text;
    u8 precedence;
} operators[OPERATORS] = {
    [OR] = {"||", 1},  [AND] = {"&&", 2}, [BITOR] = {"|", 3}, [XOR] = {"^", 4}, [BITAND] = {"&", 5},
    [EQ] = {"==", 6},  [NE] = {"!=", 6},  [LE] = {"<=", 7},   [GE] = {">=", 7}, [SHL] = {"<<", 8},
    [SHR] = {">>", 8}, [LT] = {"<", 7},   [GT] = {">", 7},    [ADD] = {"+", 9}, [SUB] = {"-", 9},
    [MUL] = {"*", 10}, [DIV] = {"/", 10}, [MOD] = {"%", 10},
};

/* The operator at the cursor; OPERATORS: there is none. */
static enum operator next_operator(struct parser *p)
{
    skip(p);
    for (unsigned i = 0; i < OPERATORS; i++)
        if (strncmp(p->at, operators[i].text, strlen(operators[i].text)) == 0)
            return (enum operator)i;
    return OPERATORS;
}

static bool compute(struct parser *p, enum operator op, u64 a, u64 b, u64 *value)
{
    switch (op) {
    case OR: *value = a || b; break;
    case AND: *value = a && b; break;
    case BITOR: *value = a | b; break;
    case XOR: *value = a ^ b; break;
    case BITAND: *value = a & b; break;
    case EQ: *value = a == b; break;
    case NE: *value = a != b; break;
    case LE: *value = a <= b; break;
    case GE: *value = a >= b; break;
    case SHL: *value = b < 64 ? a << b : 0; break;
    case SHR: *value = b < 64 ? a >> b : 0; break;
    case LT: *value = a < b; break;
    case GT: *value = a > b; break;
    case ADD: *value = a + b; break;
    case SUB: *value = (a - b) & (is_word(a) && is_word(b) ? WORD_MASK : UINT64_MAX); break;
    case MUL: *value = a * b; break;
    case DIV:
    case MOD:
        if (b == 0 && !p->dry) {
            mon_error(p->mon, operators[op].text, "division by 0");
            return false;
        }
        *value = b == 0 ? 0 : op == DIV ? a / b : a % b;
        break;
    case OPERATORS: break;
    }
    return true;
}

/* Operands with the operators between them that bind at least as closely as `least`. */
static bool parse_binary(struct parser *p, unsigned least, u64 *value)
{
    u64 right = 0;

    if (!parse_unary(p, value))
        return false;
    for (;;) {
        enum operator op = next_operator(p);
        bool idle = (op == AND && !*value) || (op == OR && *value);
        bool good;
        if (op == OPERATORS || operators[op].precedence < least)
            return true;
        p->at += strlen(operators[op].text);
        p->dry += idle;
        good = parse_binary(p, operators[op].precedence + 1u, &right);
        p->dry -= idle;
        if (!good || !compute(p, op, *value, right, value))
            return false;
    }
}

bool expr_parse(struct monitor *mon, const char **at, u64 *value)
{
    struct parser p = {.mon = mon, .at = *at};
    bool good = parse_binary(&p, 0, value);

    *at = p.at;
    return good;
}

static bool whole(struct monitor *mon, const char *text, bool dry, u64 *value)
{
    struct parser p = {.mon = mon, .at = text, .dry = dry};

    if (!parse_binary(&p, 0, value))
        return false;
    skip(&p);
    return !*p.at || wrong(&p, p.at, "the expression should end");
}

bool expr_check(struct monitor *mon, const char *text)
{
    u64 value;

    return whole(mon, text, true, &value);
}

bool expr_value(struct monitor *mon, const char *text, u64 *value)
{
    return whole(mon, text, false, value);
}
