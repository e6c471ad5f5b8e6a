/* asm.c - the assembler: the call, its passes, and one statement.
 *
 * A statement is: labels, then an assignment, a directive, a macro call, an instruction, or, where
 * there is no operator, words (MACRO-11's implied .WORD). See asm_int.h for the other parts.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "isa/asm_int.h"

/* NAME=expression; a->p is behind the `='. */
static void assignment_read(struct assembly *a, const char *name)
{
    struct asm_value value;
    bool global = *a->p == '=';

    a->p += global;
    a->p += *a->p == ':';
    if (strcmp(name, ".") == 0) {
        u16 dot;
        if (asm_expr_known(a, "the location counter", &dot))
            asm_dot_set(a, dot);
        a->line_value = (u16)a->dot;
        a->show_value = true;
    } else if (asm_expr(a, &value))
        asm_assign(a, name, &value, global);
    else
        asm_error(a, "an expression is wanted behind %s=", name);
    asm_want_end(a);
}

/* Step over labels and define them. Leaves the name behind them in `name`, "" where there is
 * none, and returns the place where it begins; NULL where the statement is done. */
static const char *labels_read(struct assembly *a, char *name)
{
    for (;;) {
        const char *start, *behind;
        bool local;
        asm_blanks(a);
        start = a->p;
        name[0] = 0;
        local = asm_local_name(a, name);
        if (!local && !asm_name(a, name))
            return start;
        behind = a->p;
        asm_blanks(a);
        if (*a->p == ':') {
            bool global = *++a->p == ':';
            a->p += global;
            asm_label(a, name, local, global);
        } else if (*a->p == '=' && !local) {
            a->p++;
            assignment_read(a, name);
            return NULL;
        } else {
            a->p = behind;
            if (local)
                name[0] = 0;
            return start;
        }
    }
}

/* Whether the symbol is defined anywhere. In the first pass nobody knows: it may be. */
static bool symbol_exists(struct assembly *a, const char *name)
{
    const struct asm_entry *entry = asm_entry(a, name, ENTRY_SYMBOL, false);

    if (a->pass == 1 || strcmp(name, ".") == 0)
        return true;
    return entry && (entry->predefined || (entry->pass && entry->pass + 1 >= a->pass));
}

/* A statement without an operator: words, if it can be an expression. */
static void implied_words(struct assembly *a, const char *name, const char *start)
{
    const char *behind = a->p;

    asm_blanks(a);
    if (*name && (!strchr(",+-*/&!;", *a->p) || (*a->p == '-' && a->p[1] == '(') ||
                  !symbol_exists(a, name))) {
        a->p = behind;
        asm_unknown(a, name);
        return;
    }
    a->p = start;
    if (!*name && !strchr("0123456789'\"<^+-%", *start))
        asm_error(a, "a statement cannot begin with `%.20s'", start);
    else
        asm_word_list(a);
}

void asm_statement(struct assembly *a)
{
    char name[ASM_NAME_MAX + 1];
    const char *start = labels_read(a, name), *next;
    const struct asm_entry *entry;

    if (!start || asm_at_end(a))
        if (!start || !*name)
            return;
    entry = asm_entry(a, name, ENTRY_MACRO, false);
    if (entry && entry->pass == a->pass) {
        asm_macro_call(a, entry->macro);
        return;
    }
    entry = *name ? asm_entry(a, name, ENTRY_PERM, false) : NULL;
    for (next = a->p; *next == ' ' || *next == '\t'; next++)
        ;
    if (entry && entry->perm->has_word && *next == '!') { /* CLC!CLV */
        a->p = start;
        asm_word_list(a);
    } else if (entry)
        entry->perm->handle(a, entry->perm->arg);
    else
        implied_words(a, name, start);
}

/* Walk the source once. */
static void pass_run(struct assembly *a, struct asm_slice text, bool final)
{
    a->pass++;
    a->final = final;
    a->ended = a->again = a->bad = false;
    a->text_read = 0;
    a->radix = 8;
    a->block = a->blocks = 0;
    a->lsb = a->ama = a->truncate = false;
    a->created = ASM_CREATED_FIRST;
    a->conds = a->saves = 0;
    a->list_level = 0;
    a->list_me = false;
    a->list_meb = a->list_bex = a->list_cnd = a->list_md = true;
    a->listed_count = 0;
    a->show_addr = a->show_value = false;
    asm_sections_begin(a);
    asm_input_push(a, INPUT_FILE, a->name, text);
    while (asm_line_next(a)) {
        bool skipped = asm_skipping(a);
        a->line_addr = (u16)a->dot;
        a->nesting = 0;
        if (skipped)
            asm_cond_skipped(a);
        else
            asm_statement(a);
        asm_list_line(a, skipped && asm_skipping(a));
    }
    while (a->input)
        asm_input_pop(a);
}

static bool segments_make(struct assembly *a)
{
    struct asm_result *result = a->result;
    u32 addr = 0;

    for (u32 i = 0; i < ASM_SPACE; i++)
        result->segments += a->used[i] && (i == 0 || !a->used[i - 1]);
    result->segment = calloc(result->segments + 1, sizeof *result->segment);
    if (!result->segment)
        return false;
    for (unsigned i = 0; i < result->segments; i++) {
        u32 start;
        while (!a->used[addr])
            addr++;
        for (start = addr; addr < ASM_SPACE && a->used[addr];)
            addr++;
        result->segment[i] = (struct asm_segment){(u16)start, addr - start};
    }
    for (unsigned i = 0; i < a->sections; i++)
        if (a->section[i].high > a->section[i].base && a->section[i].high > result->limit)
            result->limit = a->section[i].high;
    return true;
}

static bool symbols_make(struct assembly *a)
{
    struct asm_result *result = a->result;

    result->symbol = calloc(a->entries + 1, sizeof *result->symbol);
    if (!result->symbol)
        return false;
    for (const struct asm_entry *e = a->first; e; e = e->next) {
        struct asm_symbol *symbol = &result->symbol[result->symbols];
        if (e->space != ENTRY_SYMBOL || e->pass != a->pass || e->reg)
            continue;
        *symbol = (struct asm_symbol){strdup(e->name), e->value, e->address, e->global};
        if (!symbol->name)
            return false;
        result->symbols++;
    }
    return true;
}

/* All passes, and what comes of the last one. */
static void program_assemble(struct assembly *a, struct asm_slice text)
{
    bool again = true;

    while (again && !a->fatal && a->pass < ASM_PASSES_MAX) {
        pass_run(a, text, false);
        again = asm_sections_place(a) || a->again;
    }
    if (!a->fatal)
        pass_run(a, text, true);
    if (a->no_memory || !segments_make(a) || !symbols_make(a)) {
        a->no_memory = true;
        return;
    }
    asm_list_symbols(a);
    a->result->listing = a->listing.text;
    a->result->listing_len = a->listing.len;
    a->listing.text = NULL;
}

int asm_assemble(const char *name, const char *text, size_t len, const struct asm_options *opt,
                 struct asm_result **result, struct err *err)
{
    static const struct asm_options plain = {.include = NULL};
    struct assembly *a = calloc(1, sizeof *a);
    int code = 0;

    *result = NULL;
    if (!a)
        return err_set(err, ENOMEM, "no memory to assemble %s", name);
    a->opt = opt ? opt : &plain;
    a->name = name;
    a->result = calloc(1, sizeof *a->result);
    a->used = calloc(1, ASM_SPACE);
    if (a->result)
        a->result->image = calloc(1, ASM_SPACE);
    a->no_memory = !a->result || !a->used || !a->result->image || !asm_names_init(a);
    if (!a->no_memory)
        program_assemble(a, (struct asm_slice){text, len});
    if (a->no_memory) {
        asm_free(a->result);
        code = err_set(err, ENOMEM, "no memory to assemble %s", name);
    } else {
        *result = a->result;
    }
    asm_files_free(a);
    asm_memory_free(a);
    free(a->listing.text);
    free(a->used);
    free(a);
    return code;
}

/* The texts of a result are its own, whatever their type says. */
static void text_free(const char *text)
{
    free((void *)(uintptr_t)text);
}

void asm_free(struct asm_result *result)
{
    if (!result)
        return;
    for (unsigned i = 0; i < result->symbols; i++)
        text_free(result->symbol[i].name);
    for (unsigned i = 0; i < result->messages; i++) {
        text_free(result->message[i].file);
        text_free(result->message[i].text);
    }
    free(result->symbol);
    free(result->message);
    free(result->segment);
    free(result->image);
    free(result->listing);
    free(result);
}
