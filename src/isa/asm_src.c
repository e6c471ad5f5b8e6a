/* asm_src.c - where lines come from: files, and the texts of macro calls and repeats inside them.
 *
 * Inputs form a stack; a line is read from the top one, and an input that is used up leaves it
 * (a repeat first begins its next turn). Files are fetched once and kept for the later passes.
 */
#include <stdlib.h>
#include <string.h>

#include "isa/asm_int.h"

struct asm_file {
    struct asm_file *next;
    const char *path;
    char *text; /* from the callback, by malloc */
    size_t len;
};

void asm_files_free(struct assembly *a)
{
    for (struct asm_file *file = a->files; file; file = file->next)
        free(file->text);
}

struct asm_input *asm_input_push(struct assembly *a, enum asm_input_kind kind, const char *file,
                                 struct asm_slice text)
{
    struct asm_input *in;

    if (a->inputs == ASM_INPUTS_MAX) {
        asm_fatal(a,
                  "files, macros and repeats are nested deeper than %d: does a macro call "
                  "itself without an .IF to end it?",
                  ASM_INPUTS_MAX);
        return NULL;
    }
    in = calloc(1, sizeof *in);
    if (!in) {
        a->no_memory = a->fatal = true;
        return NULL;
    }
    in->kind = kind;
    in->file = file;
    in->p = text.text;
    in->end = text.text + text.len;
    in->conds = a->conds;
    in->outer = a->input;
    a->input = in;
    a->inputs++;
    return in;
}

void asm_input_pop(struct assembly *a)
{
    struct asm_input *in = a->input;

    asm_conds_close(a, in->conds, !a->ended);
    a->last_line = in->line;
    a->input = in->outer;
    a->inputs--;
    free(in->owned);
    free(in->list);
    free(in);
}

void asm_position(const struct assembly *a, const char **file, unsigned *line)
{
    const struct asm_input *place = a->input;

    for (const struct asm_input *in = a->input; in; in = in->outer)
        if (in->kind == INPUT_MACRO)
            place = in->outer;
    *file = place ? place->file : a->name;
    *line = place ? place->line : a->last_line;
}

/* Read the next line of the top input, if it has one, into a->line. */
static bool line_fetch(struct assembly *a)
{
    struct asm_input *in = a->input;
    const char *end;
    size_t len;

    if (in->p == in->end)
        return false;
    end = memchr(in->p, '\n', (size_t)(in->end - in->p));
    len = (size_t)((end ? end : in->end) - in->p);
    in->line++;
    a->expansion = in->kind != INPUT_FILE;
    a->bad = false;
    a->text_read += len + 1;
    if (a->text_read > (a->opt->max_text ? a->opt->max_text : (size_t)ASM_TEXT_MAX))
        asm_fatal(a, "the source with its macros and repeats is too long: a repeat without end?");
    if (len > ASM_LINE_MAX)
        asm_error(a, "the line is longer than %d characters", ASM_LINE_MAX);
    a->line[0] = 0;
    if (len <= ASM_LINE_MAX) {
        memcpy(a->line, in->p, len);
        a->line[len] = 0;
        while (len > 0 && a->line[len - 1] == '\r')
            a->line[--len] = 0;
        for (size_t i = 0; i < len; i++)
            if (a->line[i] == '\f' || a->line[i] == 0)
                a->line[i] = ' ';
    }
    in->p = end ? end + 1 : in->end;
    a->p = a->line;
    return !a->fatal;
}

bool asm_line_next(struct assembly *a)
{
    while (a->input && !a->fatal && !a->ended) {
        if (line_fetch(a))
            return true;
        if (!a->fatal && !asm_repeat_next(a, a->input))
            asm_input_pop(a);
    }
    return false;
}

void asm_line_directive(struct assembly *a, char *name)
{
    for (;;) {
        asm_blanks(a);
        if (!asm_local_name(a, name) && !asm_name(a, name)) {
            name[0] = 0;
            return;
        }
        if (*a->p != ':')
            return;
        while (*a->p == ':')
            a->p++;
    }
}

/* Whether a directive begins (1) or ends (-1) a body of lines. */
static int body_depth(const char *name)
{
    if (strcmp(name, ".MACRO") == 0 || strcmp(name, ".REPT") == 0 || strcmp(name, ".IRP") == 0 ||
        strcmp(name, ".IRPC") == 0)
        return 1;
    return strcmp(name, ".ENDM") == 0 || strcmp(name, ".ENDR") == 0 ? -1 : 0;
}

bool asm_collect(struct assembly *a, const char *what, struct asm_slice *body)
{
    char name[ASM_NAME_MAX + 1];
    const char *start = a->input->p, *end = start, *file;
    unsigned line;
    int depth = 1;
    bool bad = a->bad;

    asm_position(a, &file, &line);
    while (depth > 0) {
        if (a->list_md)
            asm_list_line(a, false);
        end = a->input->p;
        if (!line_fetch(a)) {
            if (!a->fatal)
                asm_error_at(a, file, line, "%s has no %s", what,
                             strcmp(what, ".MACRO") == 0 ? ".ENDM" : ".ENDR");
            return false;
        }
        asm_line_directive(a, name);
        depth += body_depth(name);
    }
    a->bad |= bad;
    *body = (struct asm_slice){start, (size_t)(end - start)};
    return true;
}

/* `name` in the folder of the file `from`; in the assembly's memory. */
static const char *path_join(struct assembly *a, const char *from, const char *name)
{
    const char *slash = strrchr(from, '/');
    size_t folder = slash && *name != '/' ? (size_t)(slash + 1 - from) : 0, len = strlen(name);
    char *path = asm_alloc(a, folder + len + 1);

    if (!path)
        return NULL;
    memcpy(path, from, folder);
    memcpy(path + folder, name, len);
    return path;
}

/* The kept file of that path, fetched if it is new; NULL with an error where it cannot be. */
static struct asm_file *file_fetch(struct assembly *a, const char *path)
{
    struct asm_file *file;
    int code;

    for (file = a->files; file; file = file->next)
        if (strcmp(file->path, path) == 0)
            return file;
    if (!a->opt->include) {
        asm_error(a, ".INCLUDE: there are no files to include here");
        return NULL;
    }
    file = asm_alloc(a, sizeof *file);
    if (!file)
        return NULL;
    code = a->opt->include(a->opt->ctx, path, &file->text, &file->len);
    if (code < 0) {
        file->text = NULL;
        asm_error(a, ".INCLUDE: cannot read %s: %s", path, strerror(-code));
        return NULL;
    }
    file->path = path;
    file->next = a->files;
    a->files = file;
    return file;
}

void asm_include(struct assembly *a, const char *name)
{
    const char *from = NULL, *path;
    struct asm_file *file;

    for (const struct asm_input *in = a->input; in && !from; in = in->outer)
        if (in->kind == INPUT_FILE)
            from = in->file;
    path = path_join(a, from ? from : "", name);
    file = path ? file_fetch(a, path) : NULL;
    if (file)
        asm_input_push(a, INPUT_FILE, file->path, (struct asm_slice){file->text, file->len});
}
