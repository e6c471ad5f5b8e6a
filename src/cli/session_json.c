/* session_json.c - an answer of the monitor as one line of JSON.
 *
 *   {"command":"print r0","result":"ok","text":"000005  5.  0x5\n","data":{"value":5,...}}
 *
 * `result` is ok, error, failed or quit; `error` says what is wrong; `console` is what the guest
 * printed meanwhile.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/session_impl.h"

/* Text as JSON takes it: other bytes than ASCII's become `?`. */
static json_t *string(const char *text, size_t len)
{
    char *copy = malloc(len + 1);
    json_t *value;

    if (!copy)
        return json_null();
    for (size_t i = 0; i < len; i++)
        copy[i] = (unsigned char)text[i] < 0200 ? text[i] : '?';
    value = json_stringn(copy, len);
    free(copy);
    return value;
}

static void put(struct session *s, const char *name, json_t *value)
{
    json_t *parent = s->depth <= JSON_DEPTH && s->depth ? s->open[s->depth - 1] : NULL;

    if (!parent)
        json_decref(value);
    else if (json_is_array(parent))
        json_array_append_new(parent, value);
    else
        json_object_set_new(parent, name ? name : "value", value);
}

static void put_open(void *ctx, const char *name, bool list)
{
    struct session *s = ctx;
    json_t *value = list ? json_array() : json_object();

    put(s, name, json_incref(value));
    if (s->depth < JSON_DEPTH)
        s->open[s->depth] = value;
    s->depth++;
    json_decref(value); /* its parent keeps it */
}

static void put_close(void *ctx)
{
    struct session *s = ctx;

    if (s->depth > 1)
        s->depth--;
}

static void put_text(void *ctx, const char *name, const char *text)
{
    put(ctx, name, string(text, strlen(text)));
}

static void put_number(void *ctx, const char *name, u64 value)
{
    put(ctx, name, json_integer((json_int_t)value));
}

static void put_boolean(void *ctx, const char *name, bool value)
{
    put(ctx, name, json_boolean(value));
}

const struct monitor_data json_data = {
    .open = put_open,
    .close = put_close,
    .text = put_text,
    .number = put_number,
    .boolean = put_boolean,
};

void json_begin(struct session *s, const char *line)
{
    s->root = json_object();
    json_object_set_new(s->root, "command", string(line, strlen(line)));
    json_object_set_new(s->root, "result", json_null());
    s->open[0] = json_object();
    s->depth = 1;
    s->text = open_memstream(&s->text_bytes, &s->text_len);
    s->console = open_memstream(&s->console_bytes, &s->console_len);
}

void json_complain(struct session *s, const char *text)
{
    json_object_set_new(s->root, "error", string(text, strlen(text)));
}

/* Add what was gathered, if anything was. */
static void take(json_t *root, const char *name, FILE *file, char **bytes, const size_t *len)
{
    if (file && fclose(file) == 0 && *len)
        json_object_set_new(root, name, string(*bytes, *len));
    free(*bytes);
    *bytes = NULL;
}

void json_end(struct session *s, enum monitor_result result)
{
    static const char *const names[] = {[MONITOR_OK] = "ok",
                                        [MONITOR_ERROR] = "error",
                                        [MONITOR_FAILED] = "failed",
                                        [MONITOR_QUIT] = "quit"};
    char *line;

    json_object_set_new(s->root, "result", json_string(names[result]));
    take(s->root, "text", s->text, &s->text_bytes, &s->text_len);
    take(s->root, "console", s->console, &s->console_bytes, &s->console_len);
    s->text = s->console = NULL;
    if (json_object_size(s->open[0]))
        json_object_set(s->root, "data", s->open[0]);
    line = json_dumps(s->root, JSON_COMPACT);
    printf("%s\n", line ? line : "{\"result\":\"error\",\"error\":\"no host memory\"}");
    fflush(stdout);
    free(line);
    json_decref(s->open[0]);
    json_decref(s->root);
    s->root = NULL;
    s->depth = 0;
}
