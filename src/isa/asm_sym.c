/* asm_sym.c - the assembler's memory, its table of names, and the small pieces of a line: names,
 * blanks, ends. Labels and assignments enter the table here.
 */
#include <stdlib.h>
#include <string.h>

#include "isa/asm_int.h"

enum { CHUNK_SIZE = 64 * 1024, HASH_SIZE = 8192 };

struct asm_chunk {
    struct asm_chunk *next;
    size_t used, size;
    _Alignas(16) char bytes[];
};

void *asm_alloc(struct assembly *a, size_t size)
{
    struct asm_chunk *chunk = a->chunks;
    void *memory;

    size = (size + 15) & ~(size_t)15;
    if (!chunk || chunk->size - chunk->used < size) {
        size_t room = size > CHUNK_SIZE ? size : CHUNK_SIZE;
        a->allocated += room;
        if (a->allocated > ASM_MEMORY_MAX) {
            asm_fatal(a, "the macros are too long in all");
            return NULL;
        }
        chunk = calloc(1, sizeof *chunk + room);
        if (!chunk) {
            a->no_memory = a->fatal = true;
            return NULL;
        }
        chunk->size = room;
        chunk->next = a->chunks;
        a->chunks = chunk;
    }
    memory = chunk->bytes + chunk->used;
    chunk->used += size;
    return memory;
}

char *asm_copy(struct assembly *a, const char *text, size_t len)
{
    char *copy = asm_alloc(a, len + 1);

    if (copy)
        memcpy(copy, text, len);
    return copy;
}

void asm_memory_free(struct assembly *a)
{
    while (a->chunks) {
        struct asm_chunk *chunk = a->chunks;
        a->chunks = chunk->next;
        free(chunk);
    }
}

struct asm_entry *asm_entry(struct assembly *a, const char *name, u32 space, bool make)
{
    u32 hash = 2166136261u ^ space;
    struct asm_entry *entry;

    for (const char *p = name; *p; p++)
        hash = (hash ^ (u8)*p) * 16777619u;
    hash = (hash ^ hash >> 15) % HASH_SIZE;
    for (entry = a->hash[hash]; entry; entry = entry->chain)
        if (entry->space == space && strcmp(entry->name, name) == 0)
            return entry;
    if (!make)
        return NULL;
    if (a->entries >= ASM_SYMBOLS_MAX) {
        asm_fatal(a, "more than %d symbols", ASM_SYMBOLS_MAX);
        return NULL;
    }
    entry = asm_alloc(a, sizeof *entry);
    if (!entry || !(entry->name = asm_copy(a, name, strlen(name))))
        return NULL;
    entry->space = space;
    entry->chain = a->hash[hash];
    a->hash[hash] = entry;
    if (a->last)
        a->last->next = entry;
    else
        a->first = entry;
    a->last = entry;
    a->entries++;
    return entry;
}

static bool perms_enter(struct assembly *a, const struct asm_perm *perm)
{
    for (; perm->name; perm++) {
        struct asm_entry *entry = asm_entry(a, perm->name, ENTRY_PERM, true);
        if (!entry)
            return false;
        entry->perm = perm;
    }
    return true;
}

static bool register_enter(struct assembly *a, const char *name, unsigned number, enum asm_reg reg)
{
    struct asm_entry *entry = asm_entry(a, name, ENTRY_SYMBOL, true);

    if (!entry)
        return false;
    entry->value = (u16)number;
    entry->reg = (u8)reg;
    entry->predefined = true;
    return true;
}

bool asm_names_init(struct assembly *a)
{
    char name[] = "R0", accumulator[] = "AC0";

    a->hash = asm_alloc(a, HASH_SIZE * sizeof *a->hash);
    if (!a->hash)
        return false;
    for (unsigned i = 0; i < 8; i++) {
        name[1] = (char)('0' + i);
        accumulator[2] = (char)('0' + i);
        if (!register_enter(a, name, i, REG_GENERAL) ||
            (i < 6 && !register_enter(a, accumulator, i, REG_FLOATING)))
            return false;
    }
    return register_enter(a, "SP", 6, REG_GENERAL) && register_enter(a, "PC", 7, REG_GENERAL) &&
           perms_enter(a, asm_insn_perms) && perms_enter(a, asm_data_perms) &&
           perms_enter(a, asm_ctl_perms) && perms_enter(a, asm_cond_perms) &&
           perms_enter(a, asm_macro_perms);
}

bool asm_name_char(char ch)
{
    return (ch >= 'A' && ch <= 'Z') || (ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9') ||
           ch == '.' || ch == '$' || ch == '_';
}

static bool digit(char ch)
{
    return ch >= '0' && ch <= '9';
}

bool asm_name(struct assembly *a, char *name)
{
    size_t len = 0;

    if (!asm_name_char(*a->p) || digit(*a->p))
        return false;
    for (; asm_name_char(*a->p); a->p++) {
        char ch = *a->p;
        if (len == ASM_NAME_MAX) {
            asm_error(a, "a name longer than %d characters", ASM_NAME_MAX);
            while (asm_name_char(*a->p))
                a->p++;
            break;
        }
        name[len++] = ch >= 'a' && ch <= 'z' ? (char)(ch - 'a' + 'A') : ch;
    }
    name[len] = 0;
    return true;
}

bool asm_local_name(struct assembly *a, char *name)
{
    const char *p = a->p, *number;
    size_t len;

    while (*p == '0' && digit(p[1]))
        p++;
    number = p;
    while (digit(*p))
        p++;
    len = (size_t)(p - number);
    if (len == 0 || len > 5 || *p != '$' || asm_name_char(p[1]))
        return false;
    memcpy(name, number, len + 1);
    name[len + 1] = 0;
    a->p = p + 1;
    return true;
}

void asm_blanks(struct assembly *a)
{
    while (*a->p == ' ' || *a->p == '\t')
        a->p++;
}

bool asm_at_end(struct assembly *a)
{
    asm_blanks(a);
    return *a->p == 0 || *a->p == ';';
}

void asm_want_end(struct assembly *a)
{
    if (!a->bad && !asm_at_end(a))
        asm_error(a, "`%.40s' is left over behind the statement; a comment begins with `;'", a->p);
}

void asm_comma(struct assembly *a)
{
    asm_blanks(a);
    if (*a->p == ',')
        a->p++;
    asm_blanks(a);
}

/* Note that `entry` is defined on this line. */
static void entry_define(struct assembly *a, struct asm_entry *entry)
{
    entry->pass = a->pass;
    asm_position(a, &entry->file, &entry->line);
}

struct asm_entry *asm_local_entry(struct assembly *a, const char *name, bool make)
{
    return asm_entry(a, name, ENTRY_LOCAL + a->block, make);
}

void asm_label(struct assembly *a, const char *name, bool local, bool global)
{
    struct asm_entry *entry;

    if (!local && !a->lsb)
        a->block = ++a->blocks;
    entry = local ? asm_local_entry(a, name, true) : asm_entry(a, name, ENTRY_SYMBOL, true);
    if (!entry)
        return;
    a->show_addr = true;
    if (entry->reg != REG_NONE) {
        asm_error(a, "%s is the name of a register and cannot be a label", name);
        return;
    }
    if (entry->pass == a->pass) {
        asm_error(a, "%s is already defined at %s:%u%s", name, entry->file, entry->line,
                  local ? " (local labels are told apart by the ordinary labels between them)"
                        : "");
        return;
    }
    if (a->final && !a->result->errors && entry->value != (u16)a->dot)
        asm_error(a,
                  "%s was at %06o in the pass before and is now at %06o: the source differs "
                  "between the passes (.IF DF of a symbol that is defined later?)",
                  name, entry->value, (u16)a->dot);
    entry_define(a, entry);
    entry->label = entry->address = true;
    entry->global |= global;
    entry->value = (u16)a->dot;
}

void asm_assign(struct assembly *a, const char *name, const struct asm_value *value, bool global)
{
    struct asm_entry *entry = asm_entry(a, name, ENTRY_SYMBOL, true);

    a->line_value = value->v;
    a->show_value = true;
    if (!entry)
        return;
    if (entry->label && entry->pass == a->pass) {
        asm_error(a, "%s is already a label, at %s:%u", name, entry->file, entry->line);
        return;
    }
    entry->assigned_twice |= entry->pass == a->pass;
    if (value->later && !entry->assigned_twice && (a->pass == 1 || entry->value != value->v)) {
        a->again = true;
        if (a->final)
            asm_error(a, "%s hangs on too long a chain of symbols that are defined later", name);
    }
    entry_define(a, entry);
    entry->label = false;
    entry->address = value->relocs == 1;
    entry->global |= global;
    entry->predefined &= entry->reg && value->reg && entry->value == value->v;
    entry->reg = value->reg;
    entry->value = value->v;
}
