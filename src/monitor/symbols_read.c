/* symbols_read.c - names and lines from files: programs, listings, tables.
 *
 * a.out of V1 to V7, and MACRO-11 source, are machine/load.h's. What Berkeley changed is here:
 * overlays (magic 0430, 0431) with entries of twelve bytes still (a.out.h of 2.9BSD: seven
 * overlays), and entries of eight bytes, with names in a table of strings behind them (a.out.h of
 * 2.11BSD: fifteen overlays).
 *
 * A listing's line is [flags] [line number] address words source; a table's line is
 * `address [type] NAME` (nm), `address NAME:` or `value NAME=` (our assembler), or `NAME [=] value`
 * in columns (MACRO-11, linkers' maps). A map's columns are indented, as a source line may be: they
 * count behind a line that tells that it is a map. What is none of these is passed over.
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/wholefile.h"
#include "machine/load.h"
#include "monitor/symbols_impl.h"

#define MAX_FILE   (16u << 20)
#define AOUT_BYTES 16u
#define OVERLAYS   15u /* of 2.11BSD */
#define OVERLAYS_9 7u  /* of 2.9BSD */
#define NLIST      12u /* bytes of an entry, up to 2.9BSD */
#define NAME_LEN   8u  /* of them for the name */

struct reader {
    struct symbols *symbols;
    u16 offset;     /* added to labels */
    unsigned count; /* names that were not known */
    bool seen;      /* a name of any kind */
    bool map;       /* a linker's map has begun */
    struct err *err;
};

static int define(struct reader *r, const char *name, size_t len, u16 value, bool label)
{
    u16 known;

    if (len == 0 || (len == 1 && name[0] == '.'))
        return 0;
    r->seen = true;
    value = (u16)(value + (label ? r->offset : 0));
    if (symbols_find(r->symbols, name, len, &known) && known == value)
        return 0;
    r->count++;
    return symbols_define(r->symbols, name, len, value, label, r->err);
}

static u16 word_at(const u8 *p)
{
    return (u16)(p[0] | p[1] << 8);
}

/* A long of the PDP-11: the high word first. */
static u32 long_at(const u8 *p)
{
    return (u32)word_at(p) << 16 | word_at(p + 2);
}

/* Where the symbols of an a.out lie that has room for so many overlays, where it has any. 0: it is
 * no a.out. */
static size_t symbols_offset(const u8 *bytes, size_t len, unsigned overlays)
{
    u16 magic = len >= AOUT_BYTES ? word_at(bytes) : 0;
    size_t header = AOUT_BYTES, sizes;

    if ((magic < 0407 || magic > 0411) && magic != 0430 && magic != 0431)
        return 0;
    sizes = (size_t)word_at(bytes + 2) + word_at(bytes + 4);
    if (magic >= 0430) {
        header += 2 + 2 * (size_t)overlays;
        if (len < header)
            return 0;
        for (unsigned i = 0; i < overlays; i++)
            sizes += word_at(bytes + AOUT_BYTES + 2 + 2 * i);
    }
    return header + (word_at(bytes + 14) ? sizes : 2 * sizes);
}

/* Where an a.out of 2.11BSD has its symbols; false: it is none. */
static bool bsd_probe(const u8 *bytes, size_t len, size_t *symbols, size_t *strings)
{
    size_t at = symbols_offset(bytes, len, OVERLAYS);

    if (!at)
        return false;
    *symbols = at;
    *strings = at + word_at(bytes + 8);
    return *strings + 4 <= len && *strings > at && long_at(bytes + *strings) == len - *strings;
}

/* The same of 2.9BSD with overlays: the symbols are the last in it. */
static bool overlay_probe(const u8 *bytes, size_t len, size_t *symbols)
{
    size_t at = symbols_offset(bytes, len, OVERLAYS_9);

    *symbols = at;
    return at && word_at(bytes) >= 0430 && at + word_at(bytes + 8) == len &&
           word_at(bytes + 8) % NLIST == 0;
}

static int overlay_read(struct reader *r, const u8 *bytes, size_t len, size_t at)
{
    int rc = 0;

    for (; at + NLIST <= len && rc == 0; at += NLIST) {
        unsigned type = bytes[at + NAME_LEN] & 037u;
        const char *text = (const char *)bytes + at;
        if (type >= 1 && type <= 4)
            rc = define(r, text, strnlen(text, NAME_LEN), word_at(bytes + at + NAME_LEN + 2),
                        type != 1);
    }
    return rc;
}

static int bsd_read(struct reader *r, const u8 *bytes, size_t len, size_t at, size_t strings)
{
    int rc = 0;

    for (; at + 8 <= strings && rc == 0; at += 8) {
        u32 name = long_at(bytes + at);
        unsigned type = bytes[at + 4] & 037u;
        const char *text = (const char *)bytes + strings + name;
        if (type < 1 || type > 4 || name < 4 || name >= len - strings)
            continue;
        rc = define(r, text, strnlen(text, len - strings - name), word_at(bytes + at + 6),
                    type != 1);
    }
    return rc;
}

static int program_names(struct reader *r, const char *path)
{
    struct program *program;
    int rc = program_read(&program, path, NULL, r->err);

    if (rc)
        return rc;
    for (unsigned i = 0; i < program->symbols && rc == 0; i++) {
        const struct program_symbol *s = &program->symbol[i];
        rc = define(r, s->name, strlen(s->name), s->value, s->label);
    }
    program_free(program);
    return rc;
}

/* The octal number of exactly `digits` digits at *at, which moves behind it. */
static bool octal(const char **at, unsigned digits, u16 *value)
{
    unsigned sum = 0;

    for (unsigned i = 0; i < digits; i++) {
        if ((*at)[i] < '0' || (*at)[i] > '7')
            return false;
        sum = sum * 8 + (unsigned)((*at)[i] - '0');
    }
    if (isdigit((unsigned char)(*at)[digits]) || sum > 0177777u)
        return false;
    *value = (u16)sum;
    *at += digits;
    return true;
}

static const char *blanks(const char *at)
{
    return at + strspn(at, " \t");
}

static size_t name_at(const char *at)
{
    size_t len = 0;

    if (isdigit((unsigned char)at[0]))
        return 0;
    while (isalnum((unsigned char)at[len]) || (at[len] && strchr("_.$~", at[len])))
        len++;
    return len;
}

/* Words and bytes of a listing's line, with their marks; how many. */
static unsigned skip_words(const char **at)
{
    unsigned n = 0;

    for (;;) {
        const char *p = blanks(*at);
        u16 value;
        if (!octal(&p, 6, &value) && !octal(&p, 3, &value))
            return n;
        p += strspn(p, "'GCRX");
        if (*p && !isspace((unsigned char)*p))
            return n;
        *at = p;
        n++;
    }
}

/* The labels, or the assignment, that a source line begins with. */
static int take_labels(struct reader *r, const char *text, u16 value)
{
    int rc = 0;

    for (size_t len = name_at(text); len && rc == 0; len = name_at(text)) {
        if (text[len] == '=' || (text[len] && blanks(text + len)[0] == '='))
            return define(r, text, len, value, false);
        if (text[len] != ':')
            return 0;
        rc = define(r, text, len, value, true);
        text = blanks(text + len + strspn(text + len, ":"));
    }
    return rc;
}

/* nm: a letter for the type, then the name. */
static bool nm_entry(const char *text, const char **name, size_t *len, bool *label)
{
    if (!text[0] || !strchr("tTdDbBaA", text[0]) || !isspace((unsigned char)text[1]))
        return false;
    *name = blanks(text + 1);
    *len = name_at(*name);
    *label = (text[0] | 040) != 'a';
    text = blanks(*name + *len);
    return *len && !text[strspn(text, "0123456789")]; /* the number of an overlay */
}

/* A line that begins with an address. */
static int address_line(struct reader *r, const char *at, u16 va)
{
    const char *text = at, *name;
    unsigned words = skip_words(&text);
    size_t len;
    bool label;
    int rc;

    text = blanks(text);
    if (!words && nm_entry(blanks(at), &name, &len, &label))
        return define(r, name, len, va, label);
    rc = take_labels(r, text, va);
    if (rc == 0 && words && *text)
        rc = symbols_add_line(r->symbols, (u16)(va + r->offset), text, strlen(text), r->err);
    return rc;
}

/* `NAME [=] value` in columns. */
static int table_line(struct reader *r, const char *at)
{
    int rc = 0;

    while (*at && rc == 0) {
        const char *name = at, *value_at;
        size_t len = name_at(at);
        bool label;
        u16 value;
        if (len == 1 && at[0] == '.') /* ". ABS." is a section, not a label */
            at = blanks(at + 1), len = 0;
        if (!len) {
            at = blanks(at + strcspn(at, " \t"));
            continue;
        }
        value_at = blanks(at + len);
        label = *value_at != '=';
        value_at = blanks(value_at + strspn(value_at, "="));
        at = blanks(at + len);
        if (!octal(&value_at, 6, &value))
            continue;
        rc = define(r, name, len, value, label);
        at = blanks(value_at + strcspn(value_at, " \t"));
    }
    return rc;
}

/* The number of a line, of one to five digits, and behind it an address: true, and *at is behind
 * that. */
static bool numbered(const char **at, u16 *va)
{
    size_t digits = strspn(*at, "0123456789");
    const char *next = blanks(*at + digits);

    if (digits == 0 || digits > 5 || next == *at + digits || !octal(&next, 6, va))
        return false;
    *at = next;
    return true;
}

/* Does a linker's map begin here? RT-11's LINK or the task builder of RSX-11. */
static bool begins_map(const char *line)
{
    return strstr(line, "Load Map") || strstr(line, "LOAD MAP") || strstr(line, "ALLOCATION MAP") ||
           (strncmp(line, "Section", 7) == 0 && strstr(line, "Addr"));
}

static int take_line(struct reader *r, const char *line)
{
    /* MACRO-11 marks a wrong line with letters. */
    const char *at = blanks(line), *marked = blanks(line + strspn(line, "ABDEILMNOPQRTUZ"));
    u16 va;

    r->map = r->map || begins_map(line);
    /* In a map an address at the beginning is that of a section without a name. */
    if (octal(&at, 6, &va) || numbered(&at, &va))
        return r->map ? 0 : address_line(r, at, va);
    if (numbered(&marked, &va))
        return address_line(r, marked, va);
    if (strncmp(at, "Transfer address", 16) == 0)
        return 0;
    return at == line || r->map ? table_line(r, at) : 0;
}

static int text_names(struct reader *r, char *text)
{
    char *save = NULL;
    int rc = 0;

    for (char *line = strtok_r(text, "\r\n\f", &save); line && rc == 0;
         line = strtok_r(NULL, "\r\n\f", &save))
        rc = take_line(r, line);
    symbols_sort_lines(r->symbols);
    return rc;
}

/* Text, not a program: no 0 byte, and no MACRO-11 source by its name. */
static bool is_text(const char *path, const u8 *bytes, size_t len)
{
    const char *dot = strrchr(path, '.');

    if (dot && strcasecmp(dot, ".mac") == 0)
        return false;
    return !memchr(bytes, 0, len < 4096 ? len : 4096);
}

int symbols_read(struct symbols *symbols, const char *path, u16 offset, unsigned *count,
                 struct err *err)
{
    struct reader r = {.symbols = symbols, .offset = offset, .err = err};
    size_t len, table, strings;
    u8 *bytes;
    int rc = wholefile_read(path, MAX_FILE, &bytes, &len, err);

    if (rc)
        return rc;
    if (bsd_probe(bytes, len, &table, &strings))
        rc = bsd_read(&r, bytes, len, table, strings);
    else if (overlay_probe(bytes, len, &table))
        rc = overlay_read(&r, bytes, len, table);
    else if (is_text(path, bytes, len))
        rc = text_names(&r, (char *)bytes);
    else
        rc = program_names(&r, path);
    free(bytes);
    *count = r.count;
    if (rc == 0 && !r.seen)
        rc = err_set(err, ENOEXEC, "%s: there are no symbols in it", path);
    return rc;
}
