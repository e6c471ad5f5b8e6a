/* keyed_yaml.c - the events of a YAML file as keys and values: see keyed.h.
 *
 * A description is one mapping. Every error has the line that libyaml gives for the event at fault.
 * Aliases are refused, and lists are bounded, so that a hostile file costs no more than its length;
 * mappings are as deep as the tables.
 */
#include <errno.h>
#include <string.h>
#include <yaml.h>

#include "base/near.h"
#include "machine/keyed.h"

struct walk {
    yaml_parser_t parser;
    yaml_event_t event; /* the current one */
    bool held;          /* it is to be deleted */
    const char *path;
    struct err *err;
};

static unsigned walk_line(const struct walk *w)
{
    return (unsigned)w->event.start_mark.line + 1;
}

/* Go on to the next event. */
static int walk_next(struct walk *w)
{
    if (w->held)
        yaml_event_delete(&w->event);
    w->held = false;
    if (!yaml_parser_parse(&w->parser, &w->event)) {
        bool memory = w->parser.error == YAML_MEMORY_ERROR;
        return err_set(w->err, memory ? ENOMEM : EINVAL, "%s:%zu: %s", w->path,
                       w->parser.problem_mark.line + 1,
                       memory              ? "no host memory"
                       : w->parser.problem ? w->parser.problem
                                           : "this is no YAML");
    }
    w->held = true;
    if (w->event.type == YAML_ALIAS_EVENT)
        return err_set(w->err, EINVAL, "%s:%u: aliases (*name) have no place in a description",
                       w->path, walk_line(w));
    return 0;
}

/* The current event is a scalar: its text, NULL with the error set where it is not one. */
static const char *walk_scalar(struct walk *w, const char *what)
{
    const char *text = (const char *)w->event.data.scalar.value;

    if (w->event.type != YAML_SCALAR_EVENT)
        err_set(w->err, EINVAL, "%s:%u: %s takes one value, no list or mapping", w->path,
                walk_line(w), what);
    else if (strlen(text) != w->event.data.scalar.length)
        err_set(w->err, EINVAL, "%s:%u: a NUL character in %s", w->path, walk_line(w), what);
    else
        return text;
    return NULL;
}

static int value_take(struct walk *w, const struct keyed_key *row, void *to)
{
    const char *text = walk_scalar(w, row->name);
    struct keyed_value value = {w->path, walk_line(w), row->name, text, row};

    if (!text)
        return -EINVAL;
    if (!*text)
        return keyed_error(&value, EINVAL, w->err, "the value is missing");
    return row->take((char *)to + row->at, &value, w->err);
}

static int key_unknown(struct walk *w, const struct keyed_key *keys, const char *word)
{
    const char *words[KEYED_KEYS_MAX] = {NULL}, *near;

    for (unsigned i = 0; keys[i].name && i < KEYED_KEYS_MAX - 1; i++)
        words[i] = keys[i].name;
    near = near_word(word, words);
    if (near)
        return err_set(w->err, EINVAL, "%s:%u: unknown key '%.40s'; did you mean '%s'?", w->path,
                       walk_line(w), word, near);
    return err_set(w->err, EINVAL, "%s:%u: unknown key '%.40s'", w->path, walk_line(w), word);
}

static int row_walk(struct walk *w, const struct keyed_key *row, void *to);

/* All keys and values of a mapping whose start is the current event; its end is current then. */
static int mapping_walk(struct walk *w, const struct keyed_key *keys, void *to)
{
    u32 seen = 0;

    for (;;) {
        const char *word;
        unsigned i = 0;
        int rc = walk_next(w);

        if (rc || w->event.type == YAML_MAPPING_END_EVENT)
            return rc;
        word = walk_scalar(w, "a key");
        if (!word)
            return -EINVAL;
        while (keys[i].name && strcmp(keys[i].name, word) != 0)
            i++;
        if (!keys[i].name)
            return key_unknown(w, keys, word);
        if (seen & 1u << i)
            return err_set(w->err, EINVAL, "%s:%u: '%s' for the second time", w->path, walk_line(w),
                           word);
        seen |= 1u << i;
        rc = walk_next(w);
        if (rc == 0)
            rc = row_walk(w, &keys[i], to);
        if (rc)
            return rc;
    }
}

/* A mapping that is the value of a key, or an entry of its list. */
static int inner_walk(struct walk *w, const struct keyed_key *row, void *outer)
{
    const struct keyed_map *map = row->map;
    struct keyed_value at = {w->path, walk_line(w), row->name, NULL, row};
    void *inner;
    int rc;

    if (w->event.type != YAML_MAPPING_START_EVENT)
        return keyed_error(&at, EINVAL, w->err, "%s: %s",
                           row->shape == KEYED_MAPPING ? "this is a mapping"
                                                       : "each entry is a mapping",
                           map->example);
    inner = map->begin(outer, at.line);
    if (!inner)
        return keyed_error(&at, ENOMEM, w->err, "no host memory");
    rc = mapping_walk(w, map->keys, inner);
    return rc || !map->end ? rc : map->end(inner, &at, w->err);
}

static int list_walk(struct walk *w, const struct keyed_key *row, void *to)
{
    struct keyed_value at = {w->path, walk_line(w), row->name, NULL, row};

    if (w->event.type != YAML_SEQUENCE_START_EVENT)
        return keyed_error(&at, EINVAL, w->err, "this is a list: begin each entry with '- '");
    for (unsigned i = 0;; i++) {
        int rc = walk_next(w);

        if (rc || w->event.type == YAML_SEQUENCE_END_EVENT)
            return rc;
        if (i >= KEYED_LIST_MAX)
            return keyed_error(&at, EINVAL, w->err, "more than %u entries", KEYED_LIST_MAX);
        rc = row->shape == KEYED_MAPPINGS ? inner_walk(w, row, to) : value_take(w, row, to);
        if (rc)
            return rc;
    }
}

static int row_walk(struct walk *w, const struct keyed_key *row, void *to)
{
    switch (row->shape) {
    case KEYED_SCALAR: return value_take(w, row, to);
    case KEYED_MAPPING: return inner_walk(w, row, to);
    case KEYED_LIST:
    case KEYED_MAPPINGS: break;
    }
    return list_walk(w, row, to);
}

static int document_walk(struct walk *w, const struct keyed_key *keys, void *ctx)
{
    int rc;

    do
        rc = walk_next(w);
    while (rc == 0 && (w->event.type == YAML_STREAM_START_EVENT ||
                       w->event.type == YAML_DOCUMENT_START_EVENT));
    if (rc)
        return rc;
    if (w->event.type == YAML_STREAM_END_EVENT)
        return err_set(w->err, EINVAL, "%s: there is no description in this file", w->path);
    if (w->event.type != YAML_MAPPING_START_EVENT)
        return err_set(w->err, EINVAL, "%s:%u: a description is lines of the form 'key: value'",
                       w->path, walk_line(w));
    rc = mapping_walk(w, keys, ctx);
    while (rc == 0 && w->event.type != YAML_STREAM_END_EVENT) {
        rc = walk_next(w);
        if (rc == 0 && w->event.type == YAML_DOCUMENT_START_EVENT)
            rc = err_set(w->err, EINVAL, "%s:%u: a second document; a file is one description",
                         w->path, walk_line(w));
    }
    return rc;
}

int keyed_walk(const struct keyed_key *keys, void *ctx, const char *path, const char *text,
               size_t len, struct err *err)
{
    struct walk w = {.path = path, .err = err};
    int rc;

    if (!yaml_parser_initialize(&w.parser))
        return err_set(err, ENOMEM, "%s: no host memory", path);
    yaml_parser_set_input_string(&w.parser, (const unsigned char *)text, len);
    rc = document_walk(&w, keys, ctx);
    if (w.held)
        yaml_event_delete(&w.event);
    yaml_parser_delete(&w.parser);
    return rc;
}
