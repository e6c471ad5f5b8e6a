/* args.c - the arguments of a command, taken one by one: see command.h. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/number.h"
#include "monitor/expr.h"
#include "monitor/impl.h"

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

static void skip(struct args *a)
{
    a->at += strspn(a->at, " \t");
}

/* The word at the cursor, for complaints. */
static const char *shown(const char *at, char *word)
{
    size_t len = strcspn(at, " \t");

    snprintf(word, WORD_SHOWN, "%.*s", (int)(len < WORD_SHOWN ? len : WORD_SHOWN - 1), at);
    return word;
}

/* A value should stand where the line ends. */
static bool missing(struct args *a, const char *what)
{
    mon_error(a->mon, NULL, "%s is missing at the end of: %.200s", what, a->line);
    return false;
}

bool args_end(struct args *a)
{
    skip(a);
    return !*a->at;
}

bool args_done(struct args *a)
{
    char word[WORD_SHOWN];

    if (args_end(a))
        return true;
    mon_error(a->mon, shown(a->at, word), "there is nothing to do with this word");
    return false;
}

bool args_key(struct args *a, const char *word)
{
    size_t len = strlen(word);

    skip(a);
    if (strncasecmp(a->at, word, len) != 0 || (a->at[len] && !isspace((unsigned char)a->at[len])))
        return false;
    a->at += len;
    return true;
}

bool args_char(struct args *a, char ch)
{
    skip(a);
    if (*a->at != ch)
        return false;
    a->at++;
    return true;
}

bool args_word(struct args *a, const char *what, char *word, size_t size)
{
    size_t len;
    char head[WORD_SHOWN];

    if (args_end(a))
        return missing(a, what);
    len = strcspn(a->at, " \t");
    if (len >= size) {
        mon_error(a->mon, shown(a->at, head), "too long for %s", what);
        return false;
    }
    memcpy(word, a->at, len);
    word[len] = 0;
    a->at += len;
    return true;
}

/* The character behind a backslash. */
static char escape(char ch)
{
    switch (ch) {
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    case 'e': return '\033';
    default: return ch;
    }
}

bool args_text(struct args *a, const char *what, char *text, size_t size)
{
    size_t len = 0;
    char head[WORD_SHOWN];

    if (args_end(a))
        return missing(a, what);
    if (*a->at != '"')
        return args_word(a, what, text, size);
    shown(a->at, head);
    for (a->at++; *a->at && *a->at != '"'; a->at++) {
        char ch = *a->at;
        if (ch == '\\' && a->at[1])
            ch = escape(*++a->at);
        if (len + 1 < size)
            text[len] = ch;
        len++;
    }
    if (*a->at != '"' || len >= size) {
        mon_error(a->mon, head, *a->at ? "the text is too long" : "the text's last \" is missing");
        return false;
    }
    text[len] = 0;
    a->at++;
    return true;
}

bool args_file(struct args *a, const char *what, char *path, size_t size)
{
    if (a->mon->io->no_files) {
        mon_error(a->mon, NULL, "files of the host cannot be reached from here");
        return false;
    }
    return args_text(a, what, path, size);
}

const char *args_rest(struct args *a, char *text, size_t size)
{
    size_t len;

    skip(a);
    len = strlen(a->at);
    while (len && isspace((unsigned char)a->at[len - 1]))
        len--;
    snprintf(text, size, "%.*s", (int)(len < size ? len : size - 1), a->at);
    a->at += strlen(a->at);
    return text;
}

bool args_expr(struct args *a, const char *what, u64 *value)
{
    if (args_end(a))
        return missing(a, what);
    return expr_parse(a->mon, &a->at, value);
}

bool args_number(struct args *a, const char *what, u64 max, u64 *value)
{
    char word[WORD_SHOWN];
    const char *at;

    skip(a);
    at = a->at;
    if (!args_expr(a, what, value))
        return false;
    if (*value <= max)
        return true;
    mon_error(a->mon, shown(at, word), "%s is at most %llo", what, (unsigned long long)max);
    return false;
}

bool args_count(struct args *a, const char *what, u64 max, u64 *value)
{
    char word[WORD_SHOWN];
    size_t len;
    const char *at;

    skip(a);
    at = a->at;
    len = strcspn(at, " \t,)");
    snprintf(word, sizeof word, "%.*s", (int)(len < WORD_SHOWN ? len : WORD_SHOWN - 1), at);
    if (len < WORD_SHOWN && count_parse(word, UINT64_MAX / 2, value))
        a->at += len;
    else if (!args_expr(a, what, value))
        return false;
    if (*value >= 1 && *value <= max)
        return true;
    mon_error(a->mon, shown(at, word), "%s is 1 to %llu", what, (unsigned long long)max);
    return false;
}

bool args_place(struct args *a, const char *what, enum space space, struct place *place)
{
    char word[WORD_SHOWN];
    u64 value;
    const char *at;

    *place = (struct place){.mode = cpu_mode(&a->mon->machine->cpu), .space = space};
    skip(a);
    at = a->at;
    a->at += place_prefix(a->at, place);
    if (a->at == at && strspn(at, LETTERS) && at[strspn(at, LETTERS)] == ':') {
        mon_error(a->mon, shown(at, word),
                  "no such space: write k, s or u, i or d or nothing behind it, or p (physical)");
        return false;
    }
    if (!args_expr(a, what, &value))
        return false;
    if (value > (place->physical ? IO_SPACE - 1 : 0177777u)) {
        mon_error(a->mon, shown(at, word), "%s is at most %s", what,
                  place->physical ? "777777" : "177777; a physical address is written p:ADDRESS");
        return false;
    }
    place->at = (u32)value;
    return true;
}

bool args_range(struct args *a, const char *what, enum space space, struct place *first, u32 *last)
{
    char word[WORD_SHOWN];
    const char *at;
    u64 value, max;

    skip(a);
    at = a->at;
    if (!args_place(a, what, space, first))
        return false;
    max = first->physical ? IO_SPACE - 1 : 0177777u;
    *last = first->at | 1;
    skip(a);
    if (strncmp(a->at, "..", 2) == 0) {
        a->at += 2;
        if (!args_number(a, "the last address", max, &value))
            return false;
        *last = (u32)value;
    } else if (args_char(a, ',')) {
        if (!args_count(a, "the count of words", (max + 1) / 2, &value))
            return false;
        value = first->at + 2 * value - 1;
        *last = value < max ? (u32)value : (u32)max;
    }
    if (*last >= first->at)
        return true;
    mon_error(a->mon, shown(at, word), "the last address lies before the first");
    return false;
}

int args_choice(struct args *a, const char *what, const char *const *words)
{
    char word[WORD_SHOWN];
    int found = -1;
    size_t len;

    if (!args_word(a, what, word, sizeof word))
        return -1;
    len = strlen(word);
    for (int i = 0; words[i]; i++) {
        if (strcasecmp(words[i], word) == 0)
            return i;
        if (strncasecmp(words[i], word, len) == 0)
            found = found == -1 ? i : -2;
    }
    if (found >= 0)
        return found;
    mon_unknown(a->mon, word, what, words);
    return -1;
}
