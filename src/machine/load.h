/* load.h - programs in files: a.out, absolute loader tapes, MACRO-11 source, raw words.
 *
 * program_read() makes a `struct program` of a file, without a machine, so that the disassembler
 * uses it too. program_load() puts it into a machine's memory and program_start() starts it, as an
 * operator would with the console's switches. Where each format is placed and how it starts is in
 * docs/booting.md.
 */
#ifndef VM11_MACHINE_LOAD_H
#define VM11_MACHINE_LOAD_H

#include "base/err.h"
#include "base/log.h"
#include "machine/identify.h"

struct machine;

/* Bytes without a gap. `size - len` zeros follow the `len` bytes of data (bss). */
struct program_segment {
    const char *name; /* "text", "data", "block" */
    u16 va;           /* address as the program sees it */
    u32 pa;           /* physical address */
    u32 len, size;
    bool data_space; /* D space of a split program */
    u8 *data;
};

struct program_symbol {
    char *name;
    u16 value;
    bool label; /* an address of the program; else a number */
    bool global;
    bool data_space;
};

struct program {
    char *path; /* for texts */
    enum file_kind kind;
    u16 magic; /* of an a.out, else 0 */
    struct program_segment *segment;
    unsigned segments;
    bool split; /* separate instruction and data spaces: the KT11 is needed */
    bool has_start;
    u16 start;
    struct program_symbol *symbol;
    unsigned symbols;
};

struct program_options {
    bool has_load_at, has_start;
    u32 load_at; /* physical, even: raw words, a.out; refused for files with addresses of their own
                  */
    u16 start;   /* in place of the file's */
    const struct log *log; /* notes: trailing bytes, missing symbols; NULL: none */
};

/* Read the program in the file `path`. `opt` may be NULL. Errors name the file and the byte offset
 * or source line: -ENOEXEC for what is no program (disk, description, raw words without a load
 * address), -EINVAL for a damaged one, -EFBIG, -EISDIR, -ENOENT, ... -ENOMEM. */
int program_read(struct program **program, const char *path, const struct program_options *opt,
                 struct err *err);

/* The same for bytes that are already there; .INCLUDE is refused unless `path` names a real file.
 * `kind` is one of the program kinds of identify(). */
int program_parse(struct program **program, const char *path, enum file_kind kind, const u8 *data,
                  size_t len, const struct program_options *opt, struct err *err);

/* NULL is allowed. */
void program_free(struct program *program);

/* Write the program into memory, bss zeroed. -E2BIG, with both sizes, where the memory is too
 * small: then nothing is written. */
int program_load(const struct program *program, struct machine *machine, struct err *err);

/* LOAD ADRS and START at program->start; for a split program the KT11 is then set up and turned
 * on (kernel I space at the text, D space at the data, D page 7 the I/O page). -EINVAL where
 * there is no start address. */
int program_start(const struct program *program, struct machine *machine, struct err *err);

#endif
