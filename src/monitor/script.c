/* script.c - lines one after the other, blocks, variables: see script.h.
 *
 * A file, and a block that is typed, is an array of lines; `if` and `while` find their `else` and
 * `end` in it. A bound on work (mon_tired) ends `while 1`.
 */
#include "monitor/script.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/wholefile.h"
#include "monitor/expr.h"
#include "monitor/impl.h"

#define MAX_VARIABLES 256
#define VARIABLE_MAX  32 /* characters of a name, with $ and the 0 byte */
#define MAX_LINES     20000
#define MAX_FILE      (1u << 20)
#define MAX_NESTING   16 /* files that source files; blocks in blocks */

struct text_line {
    char *text;
    unsigned number;
};

struct lines {
    struct text_line *line;
    unsigned count, room;
};

/* A file under way. */
struct source {
    const char *path;
    unsigned number; /* of the line */
    struct source *outer;
};

struct script {
    struct variable {
        char name[VARIABLE_MAX];
        u64 value;
    } variable[MAX_VARIABLES];
    unsigned variables;
    struct lines open; /* a block that is typed and not complete */
    unsigned open_depth;
    struct source *source; /* NULL: the lines are typed */
    unsigned sources, blocks;
};

enum word { WORD_NONE, WORD_IF, WORD_WHILE, WORD_ELSE, WORD_END };

/* The block word that a line begins with; *rest is what follows. */
static enum word block_word(const char *text, const char **rest)
{
    static const char *const words[] = {
        [WORD_IF] = "if", [WORD_WHILE] = "while", [WORD_ELSE] = "else", [WORD_END] = "end"};

    text += strspn(text, " \t");
    for (unsigned i = WORD_IF; i <= WORD_END; i++) {
        size_t len = strlen(words[i]);
        if (strncmp(text, words[i], len) == 0 && !isalnum((unsigned char)text[len]) &&
            text[len] != '_') {
            *rest = text + len;
            return (enum word)i;
        }
    }
    *rest = text;
    return WORD_NONE;
}

int script_new(struct script **script, struct err *err)
{
    *script = calloc(1, sizeof **script);
    return *script ? 0 : err_set(err, ENOMEM, "no host memory for scripts");
}

static void lines_free(struct lines *lines)
{
    for (unsigned i = 0; i < lines->count; i++)
        free(lines->line[i].text);
    free(lines->line);
    *lines = (struct lines){0};
}

void script_free(struct script *script)
{
    if (script)
        lines_free(&script->open);
    free(script);
}

/* Keep a line; false, with a complaint, where there are too many. */
static bool lines_add(struct monitor *mon, struct lines *lines, const char *text, size_t len,
                      unsigned number)
{
    if (lines->count == lines->room) {
        unsigned room = lines->room ? 2 * lines->room : 16;
        struct text_line *more =
            lines->count < MAX_LINES ? realloc(lines->line, room * sizeof *more) : NULL;
        if (!more) {
            mon_error(mon, NULL, "too many lines: %u are allowed", MAX_LINES);
            return false;
        }
        lines->line = more;
        lines->room = room;
    }
    lines->line[lines->count].text = strndup(text, len);
    if (!lines->line[lines->count].text) {
        mon_error(mon, NULL, "no host memory");
        return false;
    }
    lines->line[lines->count++].number = number;
    return true;
}

static struct variable *variable_find(struct script *script, const char *name, size_t len)
{
    for (unsigned i = 0; i < script->variables; i++)
        if (strlen(script->variable[i].name) == len &&
            memcmp(script->variable[i].name, name, len) == 0)
            return &script->variable[i];
    return NULL;
}

u64 variable_get(struct monitor *mon, const char *name, size_t len)
{
    const struct variable *v = variable_find(mon->script, name, len);
    return v ? v->value : 0;
}

bool variable_set(struct monitor *mon, const char *name, size_t len, u64 value)
{
    struct script *script = mon->script;
    struct variable *v = variable_find(script, name, len);

    if (!v) {
        if (script->variables == MAX_VARIABLES || len >= VARIABLE_MAX || len < 2) {
            mon_error(mon, name, "no room for this variable (%u of up to %u characters)",
                      MAX_VARIABLES, VARIABLE_MAX - 2);
            return false;
        }
        v = &script->variable[script->variables++];
        snprintf(v->name, sizeof v->name, "%.*s", (int)len, name);
    }
    v->value = value;
    return true;
}

bool variable_at(const struct monitor *mon, unsigned index, const char **name, u64 *value)
{
    if (index >= mon->script->variables)
        return false;
    *name = mon->script->variable[index].name;
    *value = mon->script->variable[index].value;
    return true;
}

static enum monitor_result complain(struct monitor *mon, const char *word, const char *text)
{
    mon_error(mon, word, "%s", text);
    mon_tell(mon);
    return MONITOR_ERROR;
}

/* From the line behind an `if` or `while`: where its `end` stands, and its `else` (or the end). */
static bool block_bounds(const struct lines *lines, unsigned from, unsigned to, unsigned *other,
                         unsigned *end)
{
    unsigned depth = 0;
    const char *rest;

    *other = to;
    for (unsigned i = from; i < to; i++) {
        switch (block_word(lines->line[i].text, &rest)) {
        case WORD_NONE: break;
        case WORD_IF:
        case WORD_WHILE: depth++; break;
        case WORD_ELSE:
            if (depth == 0 && *other == to)
                *other = i;
            break;
        case WORD_END:
            if (depth-- > 0)
                break;
            *end = i;
            if (*other == to)
                *other = i;
            return true;
        }
    }
    return false;
}

static enum monitor_result run_lines(struct monitor *mon, const struct lines *lines, unsigned from,
                                     unsigned to);

static void at_line(struct monitor *mon, const struct text_line *line)
{
    if (mon->script->source)
        mon->script->source->number = line->number;
}

static enum monitor_result run_if(struct monitor *mon, const struct lines *lines, unsigned at,
                                  unsigned other, unsigned end)
{
    const char *condition;
    u64 value;

    block_word(lines->line[at].text, &condition);
    if (!expr_value(mon, condition, &value))
        return MONITOR_ERROR;
    if (value)
        return run_lines(mon, lines, at + 1, other);
    return other < end ? run_lines(mon, lines, other + 1, end) : MONITOR_OK;
}

static enum monitor_result run_while(struct monitor *mon, const struct lines *lines, unsigned at,
                                     unsigned end)
{
    enum monitor_result result = MONITOR_OK;
    const char *condition;
    u64 value;

    block_word(lines->line[at].text, &condition);
    while (result == MONITOR_OK) {
        at_line(mon, &lines->line[at]);
        if (mon_tired(mon, 1) || !expr_value(mon, condition, &value))
            return MONITOR_ERROR;
        if (!value)
            break;
        result = run_lines(mon, lines, at + 1, end);
    }
    return result;
}

/* The block that line `at` opens; `at` becomes its last line. */
static enum monitor_result run_block(struct monitor *mon, const struct lines *lines, unsigned *at,
                                     unsigned to, enum word word)
{
    enum monitor_result result;
    unsigned other, end, first = *at;

    if (!block_bounds(lines, first + 1, to, &other, &end))
        return complain(mon, word == WORD_IF ? "if" : "while", "its `end` is missing");
    *at = end;
    if (++mon->script->blocks > MAX_NESTING)
        result = mon_error(mon, NULL, "blocks within blocks, too deep");
    else if (word == WORD_IF)
        result = run_if(mon, lines, first, other, end);
    else
        result = run_while(mon, lines, first, end);
    mon->script->blocks--;
    mon_tell(mon);
    return result;
}

static enum monitor_result run_lines(struct monitor *mon, const struct lines *lines, unsigned from,
                                     unsigned to)
{
    enum monitor_result result = MONITOR_OK;
    const char *rest;

    for (unsigned i = from; i < to && result == MONITOR_OK; i++) {
        enum word word = block_word(lines->line[i].text, &rest);
        at_line(mon, &lines->line[i]);
        switch (word) {
        case WORD_NONE: result = mon_obey(mon, lines->line[i].text); break;
        case WORD_IF:
        case WORD_WHILE: result = run_block(mon, lines, &i, to, word); break;
        case WORD_ELSE: return complain(mon, "else", "there is no `if` before it");
        case WORD_END: return complain(mon, "end", "there is no block to end");
        }
    }
    return result;
}

enum monitor_result script_line(struct monitor *mon, const char *line)
{
    struct script *script = mon->script;
    enum monitor_result result;
    struct lines block;
    const char *rest;
    enum word word = block_word(line, &rest);

    if (script->open.count == 0 && word != WORD_IF && word != WORD_WHILE) {
        if (word == WORD_NONE)
            return mon_obey(mon, line);
        return complain(mon, word == WORD_ELSE ? "else" : "end", "there is no block here");
    }
    if (!lines_add(mon, &script->open, line, strlen(line), script->open.count + 1)) {
        lines_free(&script->open);
        script->open_depth = 0;
        mon_tell(mon);
        return MONITOR_ERROR;
    }
    if (word == WORD_IF || word == WORD_WHILE)
        script->open_depth++;
    if (word != WORD_END || --script->open_depth > 0)
        return MONITOR_OK;
    block = script->open;
    script->open = (struct lines){0};
    result = run_lines(mon, &block, 0, block.count);
    lines_free(&block);
    return result;
}

/* The lines of a file; the last need not be ended. */
static bool split(struct monitor *mon, struct lines *lines, const char *text, size_t len)
{
    unsigned number = 1;

    for (size_t at = 0; at < len; number++) {
        const char *end = memchr(text + at, '\n', len - at);
        size_t n = end ? (size_t)(end - text) - at : len - at;
        size_t shown = n && text[at + n - 1] == '\r' ? n - 1 : n;
        if (!lines_add(mon, lines, text + at, shown, number))
            return false;
        at += n + 1;
    }
    return true;
}

enum monitor_result script_file(struct monitor *mon, const char *path)
{
    struct script *script = mon->script;
    struct source source = {.path = path, .outer = script->source};
    struct lines lines = {0};
    enum monitor_result result;
    struct err err = {0};
    u8 *bytes;
    size_t len;

    if (script->sources == MAX_NESTING)
        return mon_error(mon, path, "scripts within scripts, too deep");
    if (wholefile_read(path, MAX_FILE, &bytes, &len, &err))
        return mon_fail(mon, &err);
    script->source = &source;
    script->sources++;
    if (split(mon, &lines, (const char *)bytes, len))
        result = run_lines(mon, &lines, 0, lines.count);
    else
        result = MONITOR_ERROR;
    mon_tell(mon);
    script->sources--;
    script->source = source.outer;
    lines_free(&lines);
    free(bytes);
    return result;
}

bool script_pending(const struct script *script)
{
    return script->open.count > 0;
}

enum monitor_result script_end(struct monitor *mon)
{
    struct script *script = mon->script;

    if (!script_pending(script))
        return MONITOR_OK;
    lines_free(&script->open);
    script->open_depth = 0;
    return mon_error(mon, NULL, "a block is open: its `end` is missing");
}

void script_where(struct monitor *mon, char *text, size_t size)
{
    const struct source *source = mon->script->source;

    text[0] = 0;
    if (source && source->number)
        snprintf(text, size, "%.200s:%u: ", source->path, source->number);
    else if (source)
        snprintf(text, size, "%.200s: ", source->path);
}
