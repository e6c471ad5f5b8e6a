/* symbols.c - the table of names: see symbols.h.
 *
 * Symbols are kept by value, for the question that is asked most: what is here. A name is looked
 * for from end to end; tables have some thousand entries.
 */
#include "monitor/symbols.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "monitor/symbols_impl.h"

#define MAX_SYMBOLS 16384u
#define MAX_LINES   65536u
#define REACH       4096u /* bytes behind a label that are told from it */

int symbols_new(struct symbols **symbols, struct err *err)
{
    *symbols = calloc(1, sizeof **symbols);
    return *symbols ? 0 : err_set(err, ENOMEM, "no host memory for symbols");
}

void symbols_clear(struct symbols *s)
{
    for (unsigned i = 0; i < s->count; i++)
        free(s->symbol[i].name);
    for (unsigned i = 0; i < s->lines; i++)
        free(s->line[i].text);
    free(s->symbol);
    free(s->line);
    *s = (struct symbols){0};
}

void symbols_free(struct symbols *s)
{
    if (s)
        symbols_clear(s);
    free(s);
}

/* The first entry with a value above `value`. */
static unsigned upper_bound(const struct symbols *s, u16 value)
{
    unsigned low = 0, high = s->count;

    while (low < high) {
        unsigned middle = (low + high) / 2;
        if (s->symbol[middle].value <= value)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool same(const struct entry *e, const char *name, size_t len)
{
    return strncmp(e->name, name, len) == 0 && !e->name[len];
}

static void remove_name(struct symbols *s, const char *name, size_t len)
{
    for (unsigned i = 0; i < s->count; i++) {
        if (!same(&s->symbol[i], name, len))
            continue;
        free(s->symbol[i].name);
        s->count--;
        memmove(&s->symbol[i], &s->symbol[i + 1], (s->count - i) * sizeof s->symbol[0]);
        return;
    }
}

int symbols_define(struct symbols *s, const char *name, size_t len, u16 value, bool label,
                   struct err *err)
{
    unsigned at;
    char *copy;

    remove_name(s, name, len);
    if (s->count == s->room) {
        unsigned room = s->room ? 2 * s->room : 64;
        struct entry *more = room <= MAX_SYMBOLS ? realloc(s->symbol, room * sizeof *more) : NULL;
        if (!more)
            return err_set(err, ENOMEM, "no room for more than %u symbols", s->count);
        s->symbol = more;
        s->room = room;
    }
    copy = strndup(name, len);
    if (!copy)
        return err_set(err, ENOMEM, "no host memory for symbols");
    at = upper_bound(s, value);
    memmove(&s->symbol[at + 1], &s->symbol[at], (s->count - at) * sizeof s->symbol[0]);
    s->symbol[at] = (struct entry){copy, value, label};
    s->count++;
    return 0;
}

static bool find(const struct symbols *s, const char *name, size_t len, bool exact, u16 *value)
{
    for (unsigned i = 0; i < s->count; i++) {
        const struct entry *e = &s->symbol[i];
        if (strlen(e->name) != len || (exact ? strncmp : strncasecmp)(e->name, name, len) != 0)
            continue;
        *value = e->value;
        return true;
    }
    return false;
}

bool symbols_find(const struct symbols *s, const char *name, size_t len, u16 *value)
{
    char c_name[64] = "_";

    if (find(s, name, len, true, value) || find(s, name, len, false, value))
        return true;
    if (len + 2 > sizeof c_name)
        return false;
    memcpy(c_name + 1, name, len);
    return find(s, c_name, len + 1, true, value);
}

/* Names that the linker gives to the ends of sections: often something else begins there. */
static bool is_linkers(const struct entry *e)
{
    return strcmp(e->name, "_etext") == 0 || strcmp(e->name, "_edata") == 0 ||
           strcmp(e->name, "_end") == 0;
}

const struct symbol *symbols_at(struct symbols *s, u16 va)
{
    for (unsigned i = upper_bound(s, va); i-- > 0;) {
        const struct entry *e = &s->symbol[i];
        if (va - e->value > (int)REACH)
            return NULL;
        if (!e->label)
            continue;
        /* Of several names for one place the first defined is told. */
        for (; i > 0 && s->symbol[i - 1].value == e->value && s->symbol[i - 1].label; i--)
            if (!is_linkers(&s->symbol[i - 1]) || is_linkers(e))
                e = &s->symbol[i - 1];
        s->told = (struct symbol){e->name, e->value, true};
        return &s->told;
    }
    return NULL;
}

const struct symbol *symbols_index(struct symbols *s, unsigned index)
{
    if (index >= s->count)
        return NULL;
    s->told =
        (struct symbol){s->symbol[index].name, s->symbol[index].value, s->symbol[index].label};
    return &s->told;
}

int symbols_add_line(struct symbols *s, u16 va, const char *text, size_t len, struct err *err)
{
    if (s->lines == s->line_room) {
        unsigned room = s->line_room ? 2 * s->line_room : 256;
        struct source_line *more = room <= MAX_LINES ? realloc(s->line, room * sizeof *more) : NULL;
        if (!more)
            return err_set(err, ENOMEM, "no room for more than %u source lines", s->lines);
        s->line = more;
        s->line_room = room;
    }
    s->line[s->lines].va = va;
    s->line[s->lines].text = strndup(text, len);
    if (!s->line[s->lines].text)
        return err_set(err, ENOMEM, "no host memory for source lines");
    s->lines++;
    return 0;
}

static int by_address(const void *a, const void *b)
{
    const struct source_line *x = a, *y = b;
    return x->va - y->va;
}

void symbols_sort_lines(struct symbols *s)
{
    if (s->lines)
        qsort(s->line, s->lines, sizeof s->line[0], by_address);
}

const char *symbols_line(const struct symbols *s, u16 va)
{
    const struct source_line key = {va, NULL};
    const struct source_line *found =
        s->lines ? bsearch(&key, s->line, s->lines, sizeof key, by_address) : NULL;

    return found ? found->text : NULL;
}
