/* symbols.h - the names of a program, and the lines of its listing.
 *
 * From a.out files (V1 to V7, 2.xBSD), our assembler's source, MACRO-11 listings, and tables of
 * names and values as linkers print them (maps, nm). Several files may be read: names add up, the
 * last definition of a name counts.
 */
#ifndef VM11_MONITOR_SYMBOLS_H
#define VM11_MONITOR_SYMBOLS_H

#include "base/err.h"
#include "base/types.h"

struct symbols;

struct symbol {
    const char *name;
    u16 value;
    bool label; /* an address, of text or data; else a number */
};

/* -ENOMEM. */
int symbols_new(struct symbols **symbols, struct err *err);
void symbols_free(struct symbols *symbols);

/* Read the names (and lines) in the file `path`, `offset` added to addresses; *count is how many
 * are new. -ENOEXEC where it holds none that we know. */
int symbols_read(struct symbols *symbols, const char *path, u16 offset, unsigned *count,
                 struct err *err);

/* Define one, which replaces the former. */
int symbols_define(struct symbols *symbols, const char *name, size_t len, u16 value, bool label,
                   struct err *err);

/* Forget all. */
void symbols_clear(struct symbols *symbols);

/* The value of a name: exactly written, else upper and lower case alike, else with a `_` in front.
 */
bool symbols_find(const struct symbols *symbols, const char *name, size_t len, u16 *value);

/* The label at or before `va`, at most 4096 bytes before; NULL: none. The answer lives until the
 * next question. */
const struct symbol *symbols_at(struct symbols *symbols, u16 va);

/* In order of value; NULL after the last. */
const struct symbol *symbols_index(struct symbols *symbols, unsigned index);

/* The source line that a listing gives for the instruction at `va`; NULL: none. */
const char *symbols_line(const struct symbols *symbols, u16 va);

#endif
