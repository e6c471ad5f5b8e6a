/* asm_insn.c - instructions: operands by the letters of the form in isa.def, and the few names
 * that are not rows of it: the condition codes, CALL, CALLR, RETURN.
 */
#include "isa/asm_int.h"

/* The words of the rows, as constants. */
enum {
#define INSN(id, text, base, form, dst, nzvc, flow, sens, unit) BASE_##id = base,
#include "isa/isa.def"
};

/* An instruction in the making. */
struct build {
    const char *name;
    const char *letters; /* of its operands */
    u16 words[3];
    unsigned count;
    u8 dst; /* enum dst */
};

/* What an operand is called in messages. */
static const char *letter_name(char letter)
{
    switch (letter) {
    case 's': return "source";
    case 'd': return "operand";
    case 'f': return "floating operand";
    case 'r':
    case 'q': return "register";
    case 'a': return "accumulator";
    case 'b':
    case 'o': return "label";
    default: return "number";
    }
}

static void operands_complain(struct assembly *a, const struct build *build)
{
    const char *l = build->letters, *second;

    if (!*l)
        asm_error(a, "%s takes no operand, but here is `%.40s'", build->name, a->p);
    else if (!l[1])
        asm_error(a, "%s takes one operand: %s %s", build->name, build->name, letter_name(*l));
    else {
        second = *l == 's' ? "destination" : letter_name(l[2]);
        asm_error(a, "%s takes two operands: %s %s,%s", build->name, build->name, letter_name(*l),
                  second);
    }
}

static void extra_put(struct build *build, u16 word)
{
    base_assert(build->count < ARRAY_LEN(build->words));
    build->words[build->count++] = word;
}

/* `)` and the register of an address mode, behind `(`. */
static unsigned base_register(struct assembly *a)
{
    struct asm_value value = {0};

    a->p++;
    if (!asm_expr(a, &value) || !value.reg)
        asm_error(a, "a register R0 to R5, SP or PC is wanted between ( and )");
    else if (value.reg == REG_FLOATING)
        asm_error(a, "an accumulator cannot hold an address: write (R%u) for register %u", value.v,
                  value.v);
    asm_blanks(a);
    if (*a->p == ')')
        a->p++;
    else
        asm_error(a, "`)' is missing behind the register");
    return value.v & 7;
}

/* Whether a floating number, and not an expression, stands at the text. */
static bool float_begins(const char *p)
{
    if (*p == '+' || *p == '-')
        p++;
    if (*p == '.')
        p++;
    return *p >= '0' && *p <= '9';
}

/* An immediate: `#` is read. */
static void immediate_read(struct assembly *a, struct build *build, bool floating)
{
    struct asm_value value = {0};
    const char *wrong;

    asm_blanks(a);
    if (floating && float_begins(a->p)) {
        wrong = asm_float(&a->p, 1, a->truncate, &value.v);
        if (wrong)
            asm_error(a, "%s", wrong);
    } else if (!asm_expr(a, &value))
        asm_error(a, "a number or a symbol is wanted behind #");
    extra_put(build, value.v);
}

/* A register as the operand itself. */
static unsigned register_direct(struct assembly *a, const struct asm_value *value, bool floating,
                                bool at)
{
    if (!floating && value->reg == REG_FLOATING)
        asm_error(a, "AC%u is an accumulator of the floating unit; the register is R%u", value->v,
                  value->v);
    if (floating && !at && value->v > 5 && value->reg == REG_GENERAL)
        asm_error(a, "SP and PC are no accumulators: those are AC0 to AC5");
    return (at ? 010u : 0) | value->v;
}

/* An address in memory: absolute under .ENABL AMA, else relative to the PC. */
static unsigned address_put(struct assembly *a, struct build *build, u16 address, bool at)
{
    if (a->ama && !at) {
        extra_put(build, address);
        return 037;
    }
    extra_put(build, (u16)(address - (a->dot + 2 * build->count + 2)));
    return at ? 077 : 067;
}

/* Read a general operand: its 6 bits into *spec. False: nothing to read. */
static bool operand_read(struct assembly *a, struct build *build, bool floating, unsigned *spec)
{
    struct asm_value value;
    bool at = false;

    asm_blanks(a);
    if (*a->p == '@') {
        at = true;
        a->p++;
        asm_blanks(a);
    }
    if (*a->p == '#') {
        a->p++;
        immediate_read(a, build, floating && !at);
        *spec = at ? 037 : 027;
    } else if (*a->p == '(') {
        *spec = base_register(a);
        if (*a->p == '+') {
            a->p++;
            *spec |= at ? 030 : 020;
        } else if (at) {
            extra_put(build, 0);
            *spec |= 070;
        } else
            *spec |= 010;
    } else if (*a->p == '-' && a->p[1] == '(') {
        a->p++;
        *spec = base_register(a) | (at ? 050 : 040);
    } else if (!asm_expr(a, &value))
        return false;
    else if (*a->p == '(') {
        *spec = (at ? 070u : 060u) | base_register(a);
        extra_put(build, value.v);
    } else if (value.reg)
        *spec = register_direct(a, &value, floating, at);
    else
        *spec = address_put(a, build, value.v, at);
    return true;
}

/* A register (letters r, q) or an accumulator (a). */
static bool register_operand(struct assembly *a, struct build *build, bool accumulator, u16 *number)
{
    struct asm_value value;

    if (!asm_expr(a, &value))
        return false;
    if (accumulator && (!value.reg || value.v > 3))
        asm_error(a, "%s needs one of the accumulators AC0 to AC3 here", build->name);
    else if (!accumulator && (!value.reg || value.reg == REG_FLOATING))
        asm_error(a, "%s needs a register here: R0 to R5, SP or PC", build->name);
    *number = value.v & (accumulator ? 3 : 7);
    return true;
}

/* What to write instead of a branch that does not reach. */
static void branch_complain(struct assembly *a, const struct build *build, u16 target, i32 distance)
{
    u16 word = build->words[0];
    bool sob = isa_op(word) == OP_SOB;
    const char *place = distance < 0 ? "back" : "ahead";
    i32 bytes = distance < 0 ? -distance : distance;

    if (sob && distance > 0)
        asm_error(a, "SOB only goes back, and %06o is %d. bytes ahead: write DEC and BNE", target,
                  bytes);
    else if (sob)
        asm_error(a,
                  "SOB to %06o: %d. bytes back, it reaches 126.: write DEC and BNE, or DEC, "
                  "BEQ .+6 and JMP",
                  target, bytes);
    else if (isa_op(word) == OP_BR)
        asm_error(a, "BR to %06o: %d. bytes %s, it reaches 256. back and 254. ahead: write JMP",
                  target, bytes, place);
    else
        asm_error(a,
                  "%s to %06o: %d. bytes %s, it reaches 256. back and 254. ahead: write "
                  "%s .+6 and JMP behind it",
                  build->name, target, bytes, place, isa_info[isa_op(word ^ 0400)].text);
}

/* The target of a branch or of SOB. */
static bool target_read(struct assembly *a, struct build *build, bool sob)
{
    struct asm_value value;
    i32 distance;

    if (!asm_expr(a, &value))
        return false;
    distance = (i16)(value.v - (a->dot + 2));
    if (value.reg)
        asm_error(a, "%s goes to a label, not to a register: JMP (R%u) does", build->name, value.v);
    else if (!a->final)
        return true; /* the label may not be known yet */
    else if (distance & 1)
        asm_error(a, "%s to the odd address %06o", build->name, value.v);
    else if (sob ? distance > 0 || distance < -126 : distance > 254 || distance < -256)
        branch_complain(a, build, value.v, distance);
    else if (sob)
        build->words[0] |= (u16)(-distance / 2);
    else
        build->words[0] |= (u16)(distance / 2 & 0377);
    return true;
}

/* A number of the instruction word up to `max`. EMT and TRAP may go without. */
static bool number_operand(struct assembly *a, struct build *build, u16 max)
{
    struct asm_value value = {0};

    if (max == 0377 && asm_at_end(a))
        return true;
    if (!asm_expr(a, &value))
        return false;
    if (value.v > max && a->final)
        asm_error(a, "%s takes a number from 0 to %o, not %o", build->name, max, value.v);
    build->words[0] |= value.v & max;
    return true;
}

static bool letter_read(struct assembly *a, struct build *build, char letter)
{
    unsigned spec = 0;
    u16 number = 0;
    bool there = true;

    switch (letter) {
    case 's': there = operand_read(a, build, false, &spec); break;
    case 'd':
    case 'f':
        there = operand_read(a, build, letter == 'f', &spec);
        if (build->dst == DST_A && spec < 010)
            asm_warn(a,
                     "%s of a register traps when it is executed: write (R%u) for the address "
                     "in it",
                     build->name, spec);
        break;
    case 'r':
    case 'q': there = register_operand(a, build, false, &number); break;
    case 'a': there = register_operand(a, build, true, &number); break;
    case 'b': return target_read(a, build, false);
    case 'o': return target_read(a, build, true);
    case 'n': return number_operand(a, build, 07);
    case 'm': return number_operand(a, build, 077);
    default: return number_operand(a, build, 0377);
    }
    build->words[0] |= (u16)(letter == 's'                    ? spec << 6
                             : letter == 'r' || letter == 'a' ? (unsigned)number << 6
                                                              : spec | number);
    return there;
}

/* Read the operands and store the words. */
static void build_finish(struct assembly *a, struct build *build)
{
    const char *l = build->letters;

    if (a->dot & 1)
        asm_error(a, "an instruction at the odd address %06o: write .EVEN before it", (u16)a->dot);
    for (; *l; l++) {
        asm_blanks(a);
        if (*l == ',' ? *a->p != ',' : !letter_read(a, build, *l)) {
            operands_complain(a, build);
            break;
        }
        a->p += *l == ',';
    }
    if (!*l && !a->bad && !asm_at_end(a)) {
        if (*a->p == ',' || !*build->letters)
            operands_complain(a, build);
        else
            asm_want_end(a);
    }
    for (unsigned i = 0; i < build->count; i++)
        asm_emit_word(a, build->words[i]);
}

static struct build build_begin(const char *name, u16 word, const char *letters, enum dst dst)
{
    return (struct build){
        .name = name, .letters = letters, .words = {word}, .count = 1, .dst = (u8)dst};
}

void asm_insn(struct assembly *a, unsigned op)
{
    const struct insn_info *info = &isa_info[op];
    struct build build =
        build_begin(info->text, info->base, isa_form[info->form].operands, (enum dst)info->dst);

    build_finish(a, &build);
    if (op == OP_DIV && build.words[0] & 0100)
        asm_warn(a, "DIV divides a pair of registers and needs an even one, R0 R2 or R4");
}

/* CALL, CALLR and RETURN: JSR PC, JMP and RTS PC under friendlier names. */
static void asm_call(struct assembly *a, unsigned word)
{
    struct build build = build_begin("CALL", (u16)word, "d", DST_A);

    build_finish(a, &build);
}

/* A word without operands: RETURN, the condition codes. */
static void asm_plain(struct assembly *a, unsigned word)
{
    struct build build = build_begin(word == (BASE_RTS | 7) ? "RETURN" : "this instruction",
                                     (u16)word, "", DST_NONE);

    build_finish(a, &build);
}

bool asm_operand_type(struct assembly *a, u16 *spec)
{
    struct build build = build_begin(".NTYPE", 0, "d", DST_NONE);
    unsigned bits = 0;

    if (!operand_read(a, &build, false, &bits))
        return false;
    *spec = (u16)bits;
    return true;
}

#define PLAIN(name, word)                                                                          \
    {                                                                                              \
        name, asm_plain, word, word, true                                                          \
    }

const struct asm_perm asm_insn_perms[] = {
/* The rows of the condition codes have no mnemonic of their own: an empty name is never found. */
#define INSN(id, text, base, form, dst, nzvc, flow, sens, unit)                                    \
    {FORM_##form == FORM_CC ? "" : text, asm_insn, OP_##id, base, true},
#define ALIAS(text, id) {text, asm_insn, OP_##id, BASE_##id, true},
#include "isa/isa.def"
    {"CALL", asm_call, BASE_JSR | 0700, BASE_JSR | 0700, true},
    {"CALLR", asm_call, BASE_JMP, BASE_JMP, true},
    PLAIN("RETURN", BASE_RTS | 7),
    PLAIN("NOP", BASE_CLCC),
    PLAIN("CLC", BASE_CLCC | 001),
    PLAIN("CLV", BASE_CLCC | 002),
    PLAIN("CLZ", BASE_CLCC | 004),
    PLAIN("CLN", BASE_CLCC | 010),
    PLAIN("CCC", BASE_CLCC | 017),
    PLAIN("SEC", BASE_SECC | 001),
    PLAIN("SEV", BASE_SECC | 002),
    PLAIN("SEZ", BASE_SECC | 004),
    PLAIN("SEN", BASE_SECC | 010),
    PLAIN("SCC", BASE_SECC | 017),
    {0},
};
