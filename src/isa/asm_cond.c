/* asm_cond.c - conditional assembly: .IF .IFF .IFT .IFTF .ENDC .IIF, and the old forms .IFDF,
 * .IFNDF, .IFEQ and so on.
 *
 * A stack holds the open conditionals; lines are skipped while the top one is not active. An
 * input's conditionals end with it.
 */
#include <string.h>

#include "isa/asm_int.h"

enum condition {
    COND_EQ,
    COND_NE,
    COND_GT,
    COND_LT,
    COND_GE,
    COND_LE,
    COND_DF,
    COND_NDF,
    COND_B,
    COND_NB,
    COND_IDN,
    COND_DIF,
    COND_NAMED, /* its name follows in the text */
};

static const struct {
    const char *name;
    enum condition cond;
} names[] = {
    {"EQ", COND_EQ}, {"Z", COND_EQ},  {"NE", COND_NE},   {"NZ", COND_NE},
    {"GT", COND_GT}, {"G", COND_GT},  {"LT", COND_LT},   {"L", COND_LT},
    {"GE", COND_GE}, {"LE", COND_LE}, {"DF", COND_DF},   {"NDF", COND_NDF},
    {"B", COND_B},   {"NB", COND_NB}, {"IDN", COND_IDN}, {"DIF", COND_DIF},
};

bool asm_skipping(const struct assembly *a)
{
    return a->conds > 0 && !a->cond[a->conds - 1].active;
}

void asm_conds_close(struct assembly *a, unsigned depth, bool complain)
{
    while (a->conds > depth) {
        const struct asm_cond *cond = &a->cond[--a->conds];
        if (complain)
            asm_error_at(a, cond->file, cond->line, ".IF has no .ENDC");
    }
}

/* Whether the symbols of `A&B!C` are defined, from left to right. */
static bool defined_read(struct assembly *a)
{
    char name[ASM_NAME_MAX + 1], op = '!';
    bool result = false;

    for (;;) {
        const struct asm_entry *entry;
        bool defined;
        asm_blanks(a);
        if (!asm_name(a, name)) {
            asm_error(a, "a symbol is wanted behind .IF DF or NDF");
            return false;
        }
        entry = asm_entry(a, name, ENTRY_SYMBOL, false);
        defined = entry && (entry->pass == a->pass || entry->predefined);
        result = op == '!' ? result || defined : result && defined;
        asm_blanks(a);
        op = *a->p;
        if (op != '!' && op != '&')
            return result;
        a->p++;
    }
}

static bool slices_equal(struct asm_slice left, struct asm_slice right)
{
    return left.len == right.len && memcmp(left.text, right.text, left.len) == 0;
}

/* Conditions on texts: blank, not blank, identical, different. */
static bool text_condition(struct assembly *a, enum condition cond)
{
    struct asm_slice one = {"", 0}, other = {"", 0};

    if (!asm_at_end(a) && !asm_argument(a, &one))
        return false;
    if (cond == COND_B || cond == COND_NB)
        return (one.len == 0) == (cond == COND_B);
    asm_comma(a);
    if (!asm_at_end(a) && !asm_argument(a, &other))
        return false;
    return slices_equal(one, other) == (cond == COND_IDN);
}

static bool number_condition(struct assembly *a, enum condition cond)
{
    u16 word = 0;
    i16 value;

    if (!asm_expr_known(a, "the condition", &word))
        return false;
    value = (i16)word;
    switch (cond) {
    case COND_EQ: return value == 0;
    case COND_NE: return value != 0;
    case COND_GT: return value > 0;
    case COND_LT: return value < 0;
    case COND_GE: return value >= 0;
    default: return value <= 0;
    }
}

/* Read a condition and its arguments. False, with an error, also where there is none. */
static bool condition_read(struct assembly *a, enum condition cond)
{
    char name[ASM_NAME_MAX + 1] = "";

    if (cond == COND_NAMED) {
        asm_blanks(a);
        asm_name(a, name);
        for (size_t i = 0; i < ARRAY_LEN(names); i++)
            if (strcmp(names[i].name, name) == 0)
                cond = names[i].cond;
        if (cond == COND_NAMED) {
            asm_error(a, "no condition `%s': there are EQ NE GT LT GE LE DF NDF B NB IDN DIF",
                      name);
            return false;
        }
    }
    asm_comma(a);
    switch (cond) {
    case COND_DF: return defined_read(a);
    case COND_NDF: return !defined_read(a) && !a->bad;
    case COND_B:
    case COND_NB:
    case COND_IDN:
    case COND_DIF: return text_condition(a, cond);
    default: return number_condition(a, cond);
    }
}

/* .IF and the old forms. On a skipped line nothing is evaluated. */
static void dir_if(struct assembly *a, unsigned cond)
{
    struct asm_cond *open = &a->cond[a->conds];
    bool outer = !asm_skipping(a);

    if (a->conds == ASM_CONDS_MAX) {
        asm_fatal(a, "conditionals are nested deeper than %d", ASM_CONDS_MAX);
        return;
    }
    memset(open, 0, sizeof *open);
    asm_position(a, &open->file, &open->line);
    open->outer = outer;
    if (outer) {
        open->result = condition_read(a, (enum condition)cond);
        asm_want_end(a);
    }
    open->active = outer && open->result;
    a->conds++;
}

static bool cond_is_open(struct assembly *a, const char *name)
{
    if (a->conds > (a->input ? a->input->conds : 0))
        return true;
    asm_error(a, "%s without an .IF before it", name);
    return false;
}

enum part { PART_FALSE, PART_TRUE, PART_BOTH };

static void dir_part(struct assembly *a, unsigned part)
{
    struct asm_cond *cond;

    if (!cond_is_open(a, ".IFF, .IFT or .IFTF"))
        return;
    cond = &a->cond[a->conds - 1];
    cond->active = cond->outer && (part == PART_BOTH || cond->result == (part == PART_TRUE));
    asm_want_end(a);
}

static void dir_endc(struct assembly *a, unsigned arg)
{
    if (!cond_is_open(a, ".ENDC"))
        return;
    a->conds--;
    asm_want_end(a);
}

void asm_cond_skipped(struct assembly *a)
{
    char name[ASM_NAME_MAX + 1];
    const struct asm_entry *entry;

    asm_line_directive(a, name);
    entry = asm_entry(a, name, ENTRY_PERM, false);
    if (entry && (entry->perm->handle == dir_if || entry->perm->handle == dir_part ||
                  entry->perm->handle == dir_endc))
        entry->perm->handle(a, entry->perm->arg);
}

/* .IIF cond,args,statement */
static void dir_iif(struct assembly *a, unsigned arg)
{
    bool result = condition_read(a, COND_NAMED);

    asm_comma(a);
    if (result && !a->bad)
        asm_statement(a);
}

const struct asm_perm asm_cond_perms[] = {
    {.name = ".IF", .handle = dir_if, .arg = COND_NAMED},
    {.name = ".IFEQ", .handle = dir_if, .arg = COND_EQ},
    {.name = ".IFZ", .handle = dir_if, .arg = COND_EQ},
    {.name = ".IFNE", .handle = dir_if, .arg = COND_NE},
    {.name = ".IFNZ", .handle = dir_if, .arg = COND_NE},
    {.name = ".IFGT", .handle = dir_if, .arg = COND_GT},
    {.name = ".IFG", .handle = dir_if, .arg = COND_GT},
    {.name = ".IFLT", .handle = dir_if, .arg = COND_LT},
    {.name = ".IFL", .handle = dir_if, .arg = COND_LT},
    {.name = ".IFGE", .handle = dir_if, .arg = COND_GE},
    {.name = ".IFLE", .handle = dir_if, .arg = COND_LE},
    {.name = ".IFDF", .handle = dir_if, .arg = COND_DF},
    {.name = ".IFNDF", .handle = dir_if, .arg = COND_NDF},
    {.name = ".IFB", .handle = dir_if, .arg = COND_B},
    {.name = ".IFNB", .handle = dir_if, .arg = COND_NB},
    {.name = ".IFF", .handle = dir_part, .arg = PART_FALSE},
    {.name = ".IFT", .handle = dir_part, .arg = PART_TRUE},
    {.name = ".IFTF", .handle = dir_part, .arg = PART_BOTH},
    {.name = ".ENDC", .handle = dir_endc},
    {.name = ".IIF", .handle = dir_iif},
    {0},
};
