/* asm_msg.c - what the assembler tells: errors with the mend, warnings, notes.
 *
 * The readers are students. An unknown word gets the nearest known one, or a sentence about what
 * the PDP-11 does instead of what other machines have.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/near.h"
#include "isa/asm_int.h"

enum { TEXT_MAX = 600, HINT_NAMES_MAX = 4000 };

/* Add a message. Its memory is the result's, so it outlives the assembly. */
static void message_add(struct assembly *a, enum asm_kind kind, const char *file, unsigned line,
                        const char *text)
{
    static const char *const word[] = {"note: ", "warning: ", ""};
    struct asm_result *result = a->result;
    const struct asm_input *in = a->input;
    char all[TEXT_MAX + 400];
    int n;

    if (kind == ASM_ERROR)
        result->errors++;
    if (result->messages > ASM_MESSAGES_MAX)
        return;
    n = result->messages == ASM_MESSAGES_MAX
            ? snprintf(all, sizeof all, "%.200s:%u: more messages are left out", file, line)
            : snprintf(all, sizeof all, "%.200s:%u: %s%s", file, line, word[kind], text);
    if (in && in->kind != INPUT_FILE && in->macro && n > 0 && (size_t)n < sizeof all)
        snprintf(all + n, sizeof all - (size_t)n, " (in macro %.80s, %.60s:%u)", in->macro,
                 in->file, in->line);
    if (!result->message)
        result->message = calloc(ASM_MESSAGES_MAX + 1, sizeof *result->message);
    if (result->message) {
        struct asm_message *message = &result->message[result->messages];
        message->kind = kind;
        message->file = strdup(file);
        message->line = line;
        message->text = strdup(all);
        if (message->file && message->text) {
            result->messages++;
            return;
        }
        free((void *)(uintptr_t)message->file);
        free((void *)(uintptr_t)message->text);
    }
    a->no_memory = a->fatal = true;
}

static void message_format(struct assembly *a, enum asm_kind kind, const char *fmt, va_list ap)
{
    char text[TEXT_MAX];
    const char *file;
    unsigned line;

    asm_position(a, &file, &line);
    vsnprintf(text, sizeof text, fmt, ap);
    for (char *p = text; *p; p++) /* the source may hold anything */
        if ((u8)*p < 040 || *p == 0177)
            *p = '?';
    message_add(a, kind, file, line, text);
}

void asm_error(struct assembly *a, const char *fmt, ...)
{
    va_list ap;

    if (a->final && !a->bad) {
        va_start(ap, fmt);
        message_format(a, ASM_ERROR, fmt, ap);
        va_end(ap);
    }
    a->bad = true;
}

void asm_warn(struct assembly *a, const char *fmt, ...)
{
    va_list ap;

    if (!a->final || a->bad)
        return;
    va_start(ap, fmt);
    message_format(a, ASM_WARNING, fmt, ap);
    va_end(ap);
}

void asm_note(struct assembly *a, const char *fmt, ...)
{
    va_list ap;

    if (!a->final || a->bad)
        return;
    va_start(ap, fmt);
    message_format(a, ASM_NOTE, fmt, ap);
    va_end(ap);
}

void asm_fatal(struct assembly *a, const char *fmt, ...)
{
    va_list ap;

    if (!a->fatal) {
        va_start(ap, fmt);
        message_format(a, ASM_ERROR, fmt, ap);
        va_end(ap);
    }
    a->fatal = a->bad = true;
}

void asm_error_at(struct assembly *a, const char *file, unsigned line, const char *fmt, ...)
{
    char text[TEXT_MAX];
    va_list ap;

    if (!a->final)
        return;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    message_add(a, ASM_ERROR, file, line, text);
}

/* Words from elsewhere, and what to write instead. */
static const struct {
    const char *word, *mend;
} hints[] = {
    {"PUSH", "write MOV X,-(SP)"},
    {"POP", "write MOV (SP)+,X"},
    {"RET", "write RTS PC, or RETURN"},
    {"RTN", "write RTS PC, or RETURN"},
    {"ADDB", "there are only words to add: use ADD on a register that holds the byte"},
    {"SUBB", "there are only words to subtract: use SUB on a register that holds the byte"},
    {"LEA", "write MOV #X,R0 for the address of X"},
    {"LDA", "write MOV X,R0"},
    {"STA", "write MOV R0,X"},
    {"JZ", "write BEQ X"},
    {"JNZ", "write BNE X"},
    {"BRA", "write BR X"},
    {"AND", "write BIC with the complement of the mask"},
    {"OR", "write BIS"},
    {"NOT", "write COM"},
    {"SHL", "write ASL"},
    {"SHR", "write ASR, or CLC and ROR"},
    {"EI", "write SPL 0, or change the PSW at @#177776"},
    {"DI", "write SPL 7, or change the PSW at @#177776"},
    {"MFPS", "this machine has its PSW at an address: MOV @#177776,X"},
    {"MTPS", "this machine has its PSW at an address: MOV X,@#177776"},
    {"DB", "write .BYTE"},
    {"DW", "write .WORD"},
    {"ORG", "write .=X"},
    {"EQU", "write NAME=X"},
    {".ORG", "write .=X"},
    {".EQU", "write NAME=X"},
    {".DB", "write .BYTE"},
    {".DW", "write .WORD"},
    {".STRING", "write .ASCIZ /text/"},
    {".SPACE", "write .BLKB n"},
    {".TEXT", "write .PSECT, or nothing at all"},
    {".ENDIF", "write .ENDC"},
    {".ELSE", "write .IFF"},
};

/* The defined name nearest to `name` among symbols, or among instructions, directives, macros. Not
 * looked for where nobody would read it: a hostile source has an error on each of its lines. */
static const char *name_near(const struct assembly *a, const char *name, bool symbols)
{
    size_t len = strlen(name);
    unsigned best = len < 3 ? 0 : len < 5 ? 2 : NEAR_FAR, seen = 0;
    const char *near = NULL;

    if (a->result->messages >= ASM_MESSAGES_MAX)
        return NULL;
    for (const struct asm_entry *e = a->first; e && seen < HINT_NAMES_MAX; e = e->next, seen++) {
        unsigned d;
        if (symbols != (e->space == ENTRY_SYMBOL) || e->space >= ENTRY_LOCAL ||
            (symbols && !e->pass))
            continue;
        d = near_distance(name, e->name);
        if (d > 0 && d < best) {
            best = d;
            near = e->name;
        }
    }
    return near;
}

/* Whether an instruction, a directive or a macro call comes next. */
static bool operator_follows(struct assembly *a)
{
    const char *before = a->p;
    char name[ASM_NAME_MAX + 1];
    const struct asm_entry *macro = NULL;
    bool found = false;

    asm_blanks(a);
    if (asm_name(a, name)) {
        macro = asm_entry(a, name, ENTRY_MACRO, false);
        found = asm_entry(a, name, ENTRY_PERM, false) || (macro && macro->pass == a->pass);
    }
    a->p = before;
    return found;
}

void asm_unknown(struct assembly *a, const char *name)
{
    const char *what = *name == '.' ? "directive" : "instruction", *near;

    if (!a->final || a->bad) {
        a->bad = true;
        return;
    }
    for (size_t i = 0; i < ARRAY_LEN(hints); i++)
        if (strcmp(hints[i].word, name) == 0) {
            asm_error(a, "unknown %s %s: %s", what, name, hints[i].mend);
            return;
        }
    near = name_near(a, name, false);
    if (operator_follows(a))
        asm_error(a, "%s is no instruction; a label needs a colon: %s:", name, name);
    else if (near)
        asm_error(a, "unknown %s %s; did you mean %s?", what, name, near);
    else
        asm_error(a, "unknown %s %s", what, name);
}

void asm_undefined(struct assembly *a, const char *name)
{
    const char *near = a->final && !a->bad ? name_near(a, name, true) : NULL;

    if (near)
        asm_error(a, "undefined symbol %s; did you mean %s?", name, near);
    else
        asm_error(a, "undefined symbol %s", name);
}
