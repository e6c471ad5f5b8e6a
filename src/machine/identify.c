/* identify.c - what a file is: see identify.h. The order of the questions matters: a V6 boot block
 * has the header of an a.out, and any word may begin a disk. */
#include "machine/identify.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "dev/rk11.h"
#include "machine/config.h"
#include "machine/load_impl.h"
#include "base/wholefile.h"

#define BLOCK      512u
#define PROGRAM_IO 0160000u /* a file longer than this holds more than a program's words */

/* Packs by their size, for texts. */
static const struct pack {
    const char *name;
    u64 size;
} packs[] = {
    {"RK05", RK05_CAPACITY}, {"RL01", 5242880},  {"RL02", 10485760},    {"RK06", 13888512},
    {"RK07", 27540480},      {"RP03", 41943040}, {"RP04/05", 87960576}, {"RP06", 174423040},
};

static bool ends_in(const char *path, const char *const *endings)
{
    const char *dot = strrchr(path, '.');

    if (!dot || strchr(dot, '/'))
        return false;
    for (; *endings; endings++)
        if (strcasecmp(dot + 1, *endings) == 0)
            return true;
    return false;
}

static bool disk_name(const char *path)
{
    static const char *const endings[] = {"rk05", "rk", "dsk", "img", "rl01", "rl02", "disk", NULL};
    return ends_in(path, endings);
}

static bool tape_name(const char *path)
{
    static const char *const endings[] = {"lda", "ptap", "bic", "abs", NULL};
    return ends_in(path, endings);
}

static bool config_name(const char *path)
{
    static const char *const endings[] = {"yaml", "yml", NULL};
    return ends_in(path, endings);
}

static bool source_name(const char *path)
{
    static const char *const endings[] = {"mac", "m11", "s", "asm", NULL};
    return ends_in(path, endings);
}

/* Whole blocks, and more of them than a program could be, or a name that says so. */
static bool disk_size(const char *path, u64 size)
{
    return size % BLOCK == 0 && (size > PROGRAM_IO || disk_name(path));
}

/* An a.out may have a block's padding behind it; where whole blocks and more of them follow, the
 * header is that of a boot block. */
enum aout_guess { AOUT_NO, AOUT_PROGRAM, AOUT_BOOT };

static enum aout_guess guess_aout(const u8 *head, size_t len, u64 size)
{
    u64 need;

    if (!aout_probe(head, len, &need))
        return AOUT_NO;
    return size % BLOCK == 0 && size >= need + BLOCK ? AOUT_BOOT : AOUT_PROGRAM;
}

static bool is_text(const char *path, const u8 *head, size_t len)
{
    bool named = config_name(path) || source_name(path);

    for (size_t i = 0; i < len; i++) {
        u8 ch = head[i];
        if (ch < ' ' ? !strchr("\t\n\r\f", ch) || ch == 0 : ch == 0177 || (ch > 0177 && !named))
            return false;
    }
    return true;
}

/* The first line that says something is "---" or "key:" with one of the description's keys. */
static bool is_config(const u8 *head, size_t len)
{
    const char *text = (const char *)head, *end = text + len;

    while (text < end) {
        const char *eol = memchr(text, '\n', (size_t)(end - text));
        size_t line = (size_t)((eol ? eol : end) - text), key = 0;
        if (line >= 3 && memcmp(text, "---", 3) == 0)
            return true;
        while (key < line && ((text[key] >= 'a' && text[key] <= 'z') || text[key] == '-'))
            key++;
        if (key && key < line && text[key] == ':')
            return config_is_key(text, key);
        if (line && text[0] != '#' && text[0] != '\r')
            return false;
        text += line + 1;
    }
    return false;
}

static enum file_kind identify_text(const char *path, const u8 *head, size_t len)
{
    if (config_name(path))
        return FILE_CONFIG;
    if (source_name(path))
        return FILE_SOURCE;
    return is_config(head, len) ? FILE_CONFIG : FILE_SOURCE;
}

enum file_kind identify(const char *path, const u8 *head, size_t len, u64 size)
{
    enum aout_guess aout = guess_aout(head, len, size);
    enum lda_probe tape = lda_probe(head, len);

    if (tape == LDA_SURE || tape_name(path))
        return FILE_LDA;
    if (aout == AOUT_PROGRAM)
        return FILE_AOUT;
    if (aout == AOUT_BOOT || disk_size(path, size))
        return FILE_DISK;
    if (tape == LDA_FORM)
        return FILE_LDA;
    if (is_text(path, head, len))
        return identify_text(path, head, len);
    return FILE_RAW;
}

int identify_file(const char *path, enum file_kind *kind, struct err *err)
{
    u8 *head;
    size_t len;
    u64 size;
    int rc = wholefile_head(path, IDENTIFY_HEAD, &head, &len, &size, err);

    if (rc)
        return rc;
    *kind = identify(path, head, len, size);
    free(head);
    return 0;
}

const char *file_kind_name(enum file_kind kind)
{
    switch (kind) {
    case FILE_RAW: return "file of raw words";
    case FILE_AOUT: return "UNIX a.out";
    case FILE_LDA: return "absolute loader tape";
    case FILE_SOURCE: return "MACRO-11 source";
    case FILE_DISK: return "disk image";
    case FILE_CONFIG: return "machine description";
    }
    return "file";
}

const char *identify_unit(u64 size)
{
    return size <= RK05_CAPACITY ? "rk0" : NULL;
}

const char *identify_pack(u64 size)
{
    for (unsigned i = 0; i < ARRAY_LEN(packs); i++)
        if (size <= packs[i].size)
            return packs[i].name;
    return "pack of no known kind";
}
