/* asm.h - MACRO-11 source to words: the assembler as a library.
 *
 * One call assembles one program: absolute code, no linker behind it. The source dialect is
 * described in docs/assembler.md. What is wrong with the source is not a failure of the call: it
 * stands in the result's list of messages, with file, line and the mend. Hostile source is
 * bounded by limits: lines, text, depth of macros, files and conditionals, symbols, messages.
 */
#ifndef VM11_ISA_ASM_H
#define VM11_ISA_ASM_H

#include "base/err.h"
#include "base/types.h"

struct asm_options {
    /* Fetch the file `path` for .INCLUDE: the name as written, in the folder of the file that
     * includes it. Allocate *text with malloc (the assembler frees it) and set *len. Returns 0 or
     * a negative errno value. NULL where there are no files to include. */
    int (*include)(void *ctx, const char *path, char **text, size_t *len);
    void *ctx;
    bool listing;    /* make the listing */
    size_t max_text; /* characters of source read in all, with expansions; 0: 16M */
};

enum asm_kind { ASM_NOTE, ASM_WARNING, ASM_ERROR };

struct asm_message {
    enum asm_kind kind;
    const char *file; /* the file that holds the line, or the outermost macro call */
    unsigned line;    /* counted from 1 */
    const char *text; /* complete: "file:line: what is wrong, and the mend" */
};

/* A run of bytes without a gap. */
struct asm_segment {
    u16 addr;
    u32 len;
};

struct asm_symbol {
    const char *name; /* upper case */
    u16 value;
    bool label;  /* an address; else a number */
    bool global; /* NAME::, NAME==, or .GLOBL NAME */
};

struct asm_result {
    u8 *image;                   /* 65,536 bytes by address, zero where nothing was assembled */
    struct asm_segment *segment; /* what was assembled, by rising address */
    unsigned segments;
    u32 limit; /* one more than the highest address that `.` left behind, 0..65536: the end with
                  the storage of .BLKB and .BLKW */
    bool has_start; /* .END named an address */
    u16 start;
    struct asm_symbol *symbol; /* in order of definition, without local labels and registers */
    unsigned symbols;
    struct asm_message *message; /* in order of appearance */
    unsigned messages;
    unsigned errors; /* how many messages are of ASM_ERROR: with any, the image is not to be used */
    char *listing;   /* text with a 0 byte behind it; NULL unless asked for */
    size_t listing_len;
};

/* Assemble `len` bytes of source at `text`, called `name` in messages. `opt` may be NULL.
 * Sets *result, to be freed with asm_free, and returns 0; also where the source has errors.
 * Returns -ENOMEM with *result NULL where the host has no memory. */
int asm_assemble(const char *name, const char *text, size_t len, const struct asm_options *opt,
                 struct asm_result **result, struct err *err);

/* Free a result; NULL is allowed. */
void asm_free(struct asm_result *result);

#endif
