/* expect_parse.c - the text of a console script to its commands: one a line, see docs/expect.md. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "machine/expect_impl.h"
#include "base/near.h"
#include "base/wholefile.h"

#define SCRIPT_MAX (1u << 20)
#define WORD_LEN   32u

/* A line under the reader's eye. */
struct reader {
    struct expect *e;
    const char *at, *end; /* of the line */
    unsigned line;
    struct err *err;
};

static int fail(struct reader *r, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static int fail(struct reader *r, const char *fmt, ...)
{
    char text[300];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    return err_set(r->err, EINVAL, "%s:%u: %s", r->e->name, r->line, text);
}

static int no_memory(struct reader *r)
{
    return err_set(r->err, ENOMEM, "%s: no host memory for a script", r->e->name);
}

static void skip_blanks(struct reader *r)
{
    while (r->at < r->end && (*r->at == ' ' || *r->at == '\t' || *r->at == '\r'))
        r->at++;
}

/* Nothing more on the line but a comment. */
static bool at_end(struct reader *r)
{
    skip_blanks(r);
    return r->at == r->end || *r->at == '#' || *r->at == ';';
}

/* The next word, up to a blank, '=' or comment. One that is too long ends in ~. */
static void take_word(struct reader *r, char word[WORD_LEN])
{
    size_t len = 0;

    skip_blanks(r);
    while (r->at < r->end && !strchr(" \t\r=#;\"", *r->at)) {
        if (len < WORD_LEN - 1)
            word[len++] = *r->at;
        r->at++;
        if (len == WORD_LEN - 1)
            word[len - 1] = '~'; /* what is cut must not be taken for a shorter number */
    }
    word[len] = 0;
}

static bool is_octal(const struct reader *r)
{
    return r->at < r->end && *r->at >= '0' && *r->at <= '7';
}

/* The character that a backslash before r->at makes. */
static int take_escape(struct reader *r, char *ch)
{
    static const char names[] = "rntbfae\\\"^", values[] = "\r\n\t\b\f\a\033\\\"^";
    const char *name;
    unsigned value = 0;

    if (r->at == r->end)
        return fail(r, "the line ends in a backslash");
    if (is_octal(r)) {
        for (unsigned i = 0; i < 3 && is_octal(r); i++)
            value = value * 8 + (unsigned)(*r->at++ - '0');
        *ch = (char)value;
        return value < 0400 ? 0 : fail(r, "\\%o is no character (at most \\377)", value);
    }
    name = *r->at ? strchr(names, *r->at) : NULL;
    if (!name)
        return fail(r, "unknown escape \\%c (\\r \\n \\t \\b \\f \\a \\e \\\\ \\\" \\^ \\ooo)",
                    *r->at);
    r->at++;
    *ch = values[name - names];
    return 0;
}

/* One character of a text, as it stands or from an escape or ^X. */
static int take_char(struct reader *r, char *ch)
{
    *ch = *r->at++;
    if (*ch == '\\')
        return take_escape(r, ch);
    if (*ch != '^')
        return 0;
    if (r->at == r->end || !((*r->at >= '?' && *r->at <= '_') || (*r->at >= 'a' && *r->at <= 'z')))
        return fail(r, "^ takes a letter: ^C; the character itself is \\^");
    *ch = *r->at == '?' ? 0177 : (char)(*r->at & 037);
    r->at++;
    return 0;
}

/* A text in double quotes into the command. */
static int take_text(struct reader *r, struct expect_command *c, const char *word)
{
    skip_blanks(r);
    if (r->at == r->end || *r->at != '"')
        return fail(r, "a text in double quotes belongs here: %s \"TEXT\"", word);
    r->at++;
    c->text = malloc((size_t)(r->end - r->at) + 1);
    if (!c->text)
        return no_memory(r);
    while (r->at < r->end && *r->at != '"') {
        char ch;
        int rc = take_char(r, &ch);
        if (rc)
            return rc;
        c->text[c->len++] = ch;
        c->has_cr |= ch == '\r';
    }
    if (r->at == r->end)
        return fail(r, "the closing quote is missing");
    r->at++;
    return c->len ? 0 : fail(r, "the text is empty");
}

/* Seconds, with a fraction. */
static int take_seconds(struct reader *r, const char *word, u64 *time)
{
    u64 whole = 0, fraction = 0, unit = EVENT_HZ;
    const char *p = word;

    while (*p >= '0' && *p <= '9' && whole <= EXPECT_LONGEST / EVENT_HZ)
        whole = whole * 10 + (u64)(*p++ - '0');
    if (p > word && *p == '.')
        for (p++; *p >= '0' && *p <= '9'; p++)
            fraction += (u64)(*p - '0') * (unit /= 10);
    *time = whole * EVENT_HZ + fraction;
    if (p == word || *p || *time == 0 || *time > EXPECT_LONGEST)
        return fail(r, "'%s' is no count of seconds (decimal, up to 1000000)", word);
    return 0;
}

static int take_wait(struct reader *r, struct expect_command *c)
{
    char word[WORD_LEN];

    take_word(r, word);
    if (strcmp(word, "halt") != 0)
        return take_seconds(r, word, &c->time);
    c->kind = COMMAND_WAIT_HALT;
    return 0;
}

static int take_timeout(struct reader *r, struct expect_command *c)
{
    char word[WORD_LEN];

    take_word(r, word);
    return take_seconds(r, word, &c->time);
}

static int take_peek(struct reader *r, struct expect_command *c)
{
    char word[WORD_LEN];
    u64 value;

    take_word(r, word);
    if (!number_parse(word, RAM_MAX - 2, &value) || value & 1)
        return fail(r, "'%s' is no even address of memory (octal, below %o)", word, RAM_MAX);
    c->addr = (u32)value;
    r->e->peeks++;
    if (at_end(r))
        return 0;
    if (*r->at != '=')
        return fail(r, "only = VALUE can follow the address");
    r->at++;
    take_word(r, word);
    if (!number_parse(word, 0177777, &value))
        return fail(r, "'%s' is no word (octal, up to 177777)", word);
    c->has_value = true;
    c->value = (u16)value;
    return 0;
}

static const struct {
    const char *word;
    enum expect_kind kind;
} words[] = {
    {"expect", COMMAND_EXPECT},     {"send", COMMAND_SEND}, {"timeout", COMMAND_TIMEOUT},
    {"wait", COMMAND_WAIT},         {"peek", COMMAND_PEEK}, {"halt", COMMAND_HALT},
    {"interact", COMMAND_INTERACT},
};

static int find_kind(struct reader *r, const char *word, enum expect_kind *kind)
{
    const char *all[ARRAY_LEN(words) + 1] = {NULL}, *near;

    for (unsigned i = 0; i < ARRAY_LEN(words); i++) {
        if (strcmp(word, words[i].word) == 0) {
            *kind = words[i].kind;
            return 0;
        }
        all[i] = words[i].word;
    }
    near = near_word(word, all);
    if (near)
        return fail(r, "unknown command '%s'; did you mean '%s'?", word, near);
    return fail(r, "unknown command '%s' (expect, send, timeout, wait, peek, halt, interact)",
                word);
}

static int take_arguments(struct reader *r, struct expect_command *c, const char *word)
{
    switch (c->kind) {
    case COMMAND_EXPECT:
    case COMMAND_SEND: return take_text(r, c, word);
    case COMMAND_TIMEOUT: return take_timeout(r, c);
    case COMMAND_WAIT: return take_wait(r, c);
    case COMMAND_PEEK: return take_peek(r, c);
    case COMMAND_WAIT_HALT:
    case COMMAND_HALT:
    case COMMAND_INTERACT:
    case COMMAND_LAST: break;
    }
    return 0;
}

/* An empty command at the end of the script; the array doubles at powers of two. */
static struct expect_command *command_add(struct reader *r)
{
    struct expect *e = r->e;
    struct expect_command *array = e->command;
    unsigned n = e->commands;

    if ((n & (n - 1)) == 0) {
        array = realloc(array, (n ? 2 * (size_t)n : 1) * sizeof *array);
        if (!array)
            return NULL;
        e->command = array;
    }
    array[n] = (struct expect_command){.line = r->line};
    e->commands++;
    return &array[n];
}

static int take_line(struct reader *r)
{
    struct expect_command *c;
    char word[WORD_LEN];
    int rc;

    if (memchr(r->at, 0, (size_t)(r->end - r->at)))
        return fail(r, "a NUL character; a script is text");
    if (at_end(r))
        return 0;
    take_word(r, word);
    c = command_add(r);
    if (!c)
        return no_memory(r);
    rc = find_kind(r, word, &c->kind);
    if (rc == 0)
        rc = take_arguments(r, c, word);
    if (rc == 0 && !at_end(r))
        rc = fail(r, "'%.*s' after the command", (int)(r->end - r->at < 40 ? r->end - r->at : 40),
                  r->at);
    return rc;
}

/* A script that ends without saying how succeeds; behind a `send` the guest gets its time. */
static int script_close(struct reader *r)
{
    struct expect *e = r->e;
    bool sent = e->commands && e->command[e->commands - 1].kind == COMMAND_SEND;
    struct expect_command *c;

    if (!e->commands)
        return err_set(r->err, EINVAL, "%s: there is no command in this script", e->name);
    c = command_add(r);
    e->peek = calloc(e->peeks + 1, sizeof *e->peek);
    if (!c || !e->peek)
        return no_memory(r);
    c->kind = sent ? COMMAND_LAST : COMMAND_HALT;
    return 0;
}

static int script_parse(struct reader *r, const char *text, const char *end)
{
    while (text < end) {
        const char *eol = memchr(text, '\n', (size_t)(end - text));
        int rc;

        r->at = text;
        r->end = eol ? eol : end;
        r->line++;
        rc = take_line(r);
        if (rc)
            return rc;
        text = r->end + 1;
    }
    return script_close(r);
}

int expect_parse(struct expect **expect, const char *name, const char *text, size_t len,
                 struct err *err)
{
    struct expect *e = calloc(1, sizeof *e);
    struct reader r = {.e = e, .err = err};
    int rc;

    if (!e || !(e->name = strdup(name))) {
        free(e);
        return err_set(err, ENOMEM, "%s: no host memory for a script", name);
    }
    e->timeout = EXPECT_TIMEOUT;
    rc = script_parse(&r, text, text + len);
    if (rc) {
        expect_free(e);
        return rc;
    }
    *expect = e;
    return 0;
}

int expect_read(struct expect **expect, const char *path, struct err *err)
{
    u8 *bytes;
    size_t len;
    int rc = wholefile_read(path, SCRIPT_MAX, &bytes, &len, err);

    if (rc)
        return rc;
    rc = expect_parse(expect, path, (const char *)bytes, len, err);
    free(bytes);
    return rc;
}

void expect_free(struct expect *e)
{
    if (!e)
        return;
    for (unsigned i = 0; i < e->commands; i++)
        free(e->command[i].text);
    free(e->command);
    free(e->peek);
    free(e->name);
    free(e);
}
