/* asm_macro.c - macros and repeats: .MACRO .ENDM .MEXIT .NARG .NCHR .NTYPE .REPT .IRP .IRPC .ENDR.
 *
 * A call makes a text of the macro's body with the arguments in place of the formal names, and
 * puts it on the stack of inputs. A repeat puts its own body there, once a turn.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "isa/asm_int.h"

static bool separator(char ch)
{
    return ch == 0 || ch == ',' || ch == ' ' || ch == '\t' || ch == ';';
}

/* The end of <...> that begins at p, or NULL. */
static const char *bracket_end(const char *p)
{
    unsigned depth = 0;

    for (; *p; p++) {
        depth += *p == '<';
        if (*p == '>' && --depth == 0)
            return p;
    }
    return NULL;
}

bool asm_argument(struct assembly *a, struct asm_slice *arg)
{
    const char *start, *end;

    asm_blanks(a);
    start = a->p;
    if (*start == '<') {
        end = bracket_end(start);
        if (!end) {
            asm_error(a, "an argument begins with < and has no >");
            return false;
        }
        if (separator(end[1])) {
            *arg = (struct asm_slice){start + 1, (size_t)(end - start - 1)};
            a->p = end + 1;
            return true;
        }
    } else if (*start == '^' && !asm_name_char(start[1]) && !separator(start[1])) {
        end = strchr(start + 2, start[1]);
        if (!end) {
            asm_error(a, "an argument begins with ^%c and has no %c", start[1], start[1]);
            return false;
        }
        *arg = (struct asm_slice){start + 2, (size_t)(end - start - 2)};
        a->p = end + 1;
        return true;
    }
    for (end = start; !separator(*end); end++) {
        const char *close = *end == '<' ? bracket_end(end) : NULL;
        end = close ? close : end;
    }
    *arg = (struct asm_slice){start, (size_t)(end - start)};
    a->p = end;
    return true;
}

/* Whether a name in any case is the formal name, which is in upper case. */
static bool name_matches(struct asm_slice formal, const char *text, size_t len)
{
    if (formal.len != len)
        return false;
    for (size_t i = 0; i < len; i++) {
        char ch = text[i];
        if ((ch >= 'a' && ch <= 'z' ? (char)(ch - 'a' + 'A') : ch) != formal.text[i])
            return false;
    }
    return true;
}

/* A text that grows; len past the limit or failed memory ends the assembly. */
struct growing {
    char *text;
    size_t len, size;
};

static bool growing_put(struct assembly *a, struct growing *out, const char *text, size_t len)
{
    if (out->len + len >= out->size) {
        size_t size = 2 * (out->len + len) + 256;
        char *grown;
        if (size > 4u * ASM_TEXT_MAX) {
            asm_fatal(a, "the expansion of a macro is too long");
            return false;
        }
        grown = realloc(out->text, size);
        if (!grown) {
            a->no_memory = a->fatal = true;
            return false;
        }
        out->text = grown;
        out->size = size;
    }
    memcpy(out->text + out->len, text, len);
    out->len += len;
    return true;
}

/* `body` with args[i] for each formal[i]; a quote beside a replaced name is dropped. The text is
 * the input's. */
static bool expand(struct assembly *a, struct asm_input *in, struct asm_slice body,
                   const struct asm_slice *formal, const struct asm_slice *args, unsigned count)
{
    struct growing out = {0};
    size_t pos = 0, quoted = 0; /* quoted: the quote before this place is already dropped */
    bool good = growing_put(a, &out, "", 0);

    while (good && pos < body.len) {
        size_t end = pos + 1;
        unsigned which = count;
        if (asm_name_char(body.text[pos])) {
            while (end < body.len && asm_name_char(body.text[end]))
                end++;
            for (which = 0; which < count; which++)
                if (name_matches(formal[which], body.text + pos, end - pos))
                    break;
        }
        if (which == count) {
            good = growing_put(a, &out, body.text + pos, end - pos);
        } else {
            if (pos > quoted && body.text[pos - 1] == '\'')
                out.len--;
            good = growing_put(a, &out, args[which].text, args[which].len);
            if (end < body.len && body.text[end] == '\'')
                quoted = ++end;
        }
        pos = end;
    }
    free(in->owned);
    in->owned = out.text;
    in->p = in->end = "";
    if (out.text) {
        in->p = out.text;
        in->end = out.text + out.len;
    }
    return good;
}

/* \expression: its value as digits. */
static void value_argument(struct assembly *a, struct asm_slice *arg, char *digits, size_t size)
{
    u16 value;

    a->p++;
    asm_expr_known(a, "the value behind \\", &value);
    snprintf(digits, size, a->radix == 10 ? "%u" : a->radix == 16 ? "%X" : "%o", value);
    *arg = (struct asm_slice){digits, strlen(digits)};
}

/* Whether NAME= of a formal argument comes next: steps over it and gives its number. */
static bool keyword_read(struct assembly *a, const struct asm_macro *macro, unsigned *which)
{
    const char *before = a->p;
    char name[ASM_NAME_MAX + 1];

    if (asm_name(a, name) && *a->p == '=')
        for (unsigned i = 0; i < macro->formals; i++)
            if (name_matches(macro->formal[i].name, name, strlen(name))) {
                a->p++;
                *which = i;
                return true;
            }
    a->p = before;
    return false;
}

/* The arguments of a call, and what stands for those that are not given. */
struct call {
    struct asm_slice formal[ASM_ARGS_MAX], arg[ASM_ARGS_MAX];
    char digits[ASM_ARGS_MAX][8];
    unsigned given;
};

static bool call_read(struct assembly *a, const struct asm_macro *macro, struct call *call)
{
    unsigned which, next = 0;

    for (; !asm_at_end(a); asm_comma(a)) {
        bool keyword = keyword_read(a, macro, &which);
        if (!keyword)
            which = next++;
        call->given++;
        if (which >= macro->formals) {
            asm_error(a,
                      "macro %s takes %u argument%s; an argument with blanks or commas stands "
                      "in <...>",
                      macro->name, macro->formals, macro->formals == 1 ? "" : "s");
            return false;
        }
        if (*a->p == '\\')
            value_argument(a, &call->arg[which], call->digits[which], sizeof call->digits[which]);
        else if (*a->p != ',' && !asm_argument(a, &call->arg[which]))
            return false;
    }
    return true;
}

/* Put defaults and created symbols where no argument was given. */
static void call_complete(struct assembly *a, const struct asm_macro *macro, struct call *call)
{
    for (unsigned i = 0; i < macro->formals; i++) {
        const struct asm_formal *formal = &macro->formal[i];
        call->formal[i] = formal->name;
        if (call->arg[i].len)
            continue;
        call->arg[i] = formal->value;
        if (formal->created) {
            snprintf(call->digits[i], sizeof call->digits[i], "%u$", a->created++ % 100000);
            call->arg[i] = (struct asm_slice){call->digits[i], strlen(call->digits[i])};
        }
        if (!call->arg[i].text)
            call->arg[i].text = "";
    }
}

void asm_macro_call(struct assembly *a, const struct asm_macro *macro)
{
    struct call call = {.given = 0};
    struct asm_input *in;

    if (!call_read(a, macro, &call))
        return;
    call_complete(a, macro, &call);
    in = asm_input_push(a, INPUT_MACRO, macro->file, macro->body);
    if (!in)
        return;
    in->macro = macro->name;
    in->line = macro->line;
    in->args = call.given;
    expand(a, in, macro->body, call.formal, call.arg, macro->formals);
}

static struct asm_slice slice_copy(struct assembly *a, struct asm_slice slice)
{
    const char *copy = asm_copy(a, slice.text, slice.len);

    return copy ? (struct asm_slice){copy, slice.len} : (struct asm_slice){"", 0};
}

/* The formal arguments of a .MACRO line; returns how many. */
static unsigned formals_read(struct assembly *a, struct asm_formal *formal)
{
    char name[ASM_NAME_MAX + 1];
    unsigned count = 0;

    for (asm_comma(a); !asm_at_end(a) && !a->bad; asm_comma(a)) {
        struct asm_formal *f = &formal[count];
        if (count == ASM_ARGS_MAX) {
            asm_error(a, "a macro has at most %d arguments", ASM_ARGS_MAX);
            break;
        }
        *f = (struct asm_formal){.created = *a->p == '?'};
        a->p += f->created;
        if (!asm_name(a, name)) {
            asm_error(a, "`%.40s': a name is wanted for the macro's argument", a->p);
            break;
        }
        f->name = slice_copy(a, (struct asm_slice){name, strlen(name)});
        if (*a->p == '=') {
            a->p++;
            if (asm_argument(a, &f->value))
                f->value = slice_copy(a, f->value);
        }
        count++;
    }
    return count;
}

static void dir_macro(struct assembly *a, unsigned arg)
{
    struct asm_formal formal[ASM_ARGS_MAX];
    char name[ASM_NAME_MAX + 1] = "";
    struct asm_macro *macro = asm_alloc(a, sizeof *macro);
    struct asm_formal *formals;
    struct asm_entry *entry;

    asm_blanks(a);
    if (!macro)
        return;
    if (!asm_name(a, name))
        asm_error(a, ".MACRO wants the name of the macro behind it");
    macro->formals = formals_read(a, formal);
    macro->file = a->input->file;
    macro->line = a->input->line;
    if (!asm_collect(a, ".MACRO", &macro->body) || !*name)
        return;
    formals = asm_alloc(a, macro->formals * sizeof *formals);
    entry = asm_entry(a, name, ENTRY_MACRO, true);
    if (!formals || !entry)
        return;
    memcpy(formals, formal, macro->formals * sizeof *formals);
    macro->formal = formals;
    macro->body = slice_copy(a, macro->body);
    macro->name = entry->name;
    entry->macro = macro;
    entry->pass = a->pass;
}

static void dir_stray_end(struct assembly *a, unsigned arg)
{
    asm_error(a, "%s without %s before it", arg ? ".ENDR" : ".ENDM",
              arg ? ".REPT, .IRP or .IRPC" : ".MACRO");
}

static void dir_mexit(struct assembly *a, unsigned arg)
{
    struct asm_input *in = a->input;

    if (in->kind == INPUT_FILE) {
        asm_error(a, ".MEXIT outside of a macro");
        return;
    }
    a->conds = in->conds;
    in->p = in->end;
    in->body.len = 0;
}

/* Push a repeat of the lines up to .ENDR. It begins empty: each turn is asm_repeat_next's. */
static struct asm_input *repeat_push(struct assembly *a, const char *what)
{
    struct asm_slice body;
    const struct asm_input *outer = a->input;
    unsigned line = outer->line;
    struct asm_input *in;

    if (!asm_collect(a, what, &body))
        return NULL;
    in = asm_input_push(a, INPUT_REPEAT, outer->file, (struct asm_slice){"", 0});
    if (!in)
        return NULL;
    in->body = body;
    in->first = in->line = line;
    in->macro = outer->macro;
    in->args = outer->args;
    return in;
}

static void dir_rept(struct assembly *a, unsigned arg)
{
    u16 count = 0;
    struct asm_input *in;

    asm_expr_known(a, "the count of .REPT", &count);
    asm_want_end(a);
    in = repeat_push(a, ".REPT");
    if (in)
        in->left = count < 0100000 ? count : 0;
}

static void dir_irp(struct assembly *a, unsigned by_char)
{
    char name[ASM_NAME_MAX + 1] = "", *list;
    struct asm_slice formal, text = {"", 0};
    struct asm_input *in;

    asm_blanks(a);
    if (!asm_name(a, name))
        asm_error(a, "%s wants a name and a list: %s X,<A,B,C>", by_char ? ".IRPC" : ".IRP",
                  by_char ? ".IRPC" : ".IRP");
    asm_comma(a);
    if (!asm_at_end(a) && asm_argument(a, &text))
        asm_want_end(a);
    formal = slice_copy(a, (struct asm_slice){name, strlen(name)});
    list = strndup(text.text, text.len); /* the line goes away */
    in = repeat_push(a, by_char ? ".IRPC" : ".IRP");
    if (!in || !list) {
        a->no_memory |= !list;
        a->fatal |= !list;
        free(list);
        return;
    }
    in->formal = formal;
    in->list = list;
    in->by_char = by_char;
}

/* The next argument of an .IRP or .IRPC; false where there is none. */
static bool list_next(struct assembly *a, struct asm_input *in, struct asm_slice *arg)
{
    const char *text = in->list + in->list_pos;

    if (in->by_char) {
        *arg = (struct asm_slice){text, 1};
        in->list_pos++;
        return *text != 0;
    }
    a->p = text;
    asm_blanks(a);
    if (!*a->p)
        return false;
    *arg = (struct asm_slice){"", 0};
    if (*a->p == ';')
        a->p++; /* no comment inside a list */
    else if (*a->p != ',' && !asm_argument(a, arg))
        return false;
    asm_comma(a);
    in->list_pos = (size_t)(a->p - in->list);
    return true;
}

bool asm_repeat_next(struct assembly *a, struct asm_input *in)
{
    struct asm_slice arg;

    if (in->kind != INPUT_REPEAT || in->body.len == 0)
        return false;
    asm_conds_close(a, in->conds, true);
    in->line = in->first;
    if (in->list)
        return list_next(a, in, &arg) && expand(a, in, in->body, &in->formal, &arg, 1);
    in->p = in->body.text;
    in->end = in->body.text + in->body.len;
    return in->left-- > 0;
}

/* The symbol of .NARG, .NCHR, .NTYPE, and the comma behind it. */
static bool symbol_read(struct assembly *a, const char *what, char *name)
{
    asm_blanks(a);
    if (!asm_name(a, name)) {
        asm_error(a, "%s wants the name of a symbol", what);
        return false;
    }
    asm_comma(a);
    return true;
}

static void dir_narg(struct assembly *a, unsigned arg)
{
    char name[ASM_NAME_MAX + 1];

    if (!symbol_read(a, ".NARG", name))
        return;
    if (!a->input->macro)
        asm_error(a, ".NARG outside of a macro");
    asm_assign(a, name, &(struct asm_value){.v = (u16)a->input->args}, false);
}

static void dir_nchr(struct assembly *a, unsigned arg)
{
    char name[ASM_NAME_MAX + 1];
    struct asm_slice text = {"", 0};

    if (symbol_read(a, ".NCHR", name) && (asm_at_end(a) || asm_argument(a, &text)))
        asm_assign(a, name, &(struct asm_value){.v = (u16)text.len}, false);
}

static void dir_ntype(struct assembly *a, unsigned arg)
{
    char name[ASM_NAME_MAX + 1];
    u16 spec = 0;

    if (!symbol_read(a, ".NTYPE", name))
        return;
    if (!asm_operand_type(a, &spec))
        asm_error(a, ".NTYPE wants an operand behind the symbol");
    asm_assign(a, name, &(struct asm_value){.v = spec}, false);
}

const struct asm_perm asm_macro_perms[] = {
    {.name = ".MACRO", .handle = dir_macro},
    {.name = ".ENDM", .handle = dir_stray_end},
    {.name = ".ENDR", .handle = dir_stray_end, .arg = 1},
    {.name = ".MEXIT", .handle = dir_mexit},
    {.name = ".REPT", .handle = dir_rept},
    {.name = ".IRP", .handle = dir_irp},
    {.name = ".IRPC", .handle = dir_irp, .arg = 1},
    {.name = ".NARG", .handle = dir_narg},
    {.name = ".NCHR", .handle = dir_nchr},
    {.name = ".NTYPE", .handle = dir_ntype},
    {0},
};
