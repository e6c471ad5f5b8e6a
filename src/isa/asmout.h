/* asmout.h - an assembled program as the bytes of a file.
 *
 *   aout  V6's a.out, magic 0407: header, text, symbols. Loaded at 0, so the text begins at
 *         address 0 and what lies below the program's first word is zeros; storage at the end
 *         becomes bss. The entry word is the start address. At most 5461 symbols: the first ones.
 *   lda   absolute loader tape: one or more blocks `001 000 count addr data sum` per segment, then
 *         a block of count 6 with the start address, or 1 where there is none.
 *   raw   the bytes from the lowest to the highest address, gaps zero.
 */
#ifndef VM11_ISA_ASMOUT_H
#define VM11_ISA_ASMOUT_H

#include "isa/asm.h"

enum asmout_format { ASMOUT_AOUT, ASMOUT_LDA, ASMOUT_RAW };

/* The format called "aout", "lda" or "raw"; false where the name is none of these. */
bool asmout_parse(const char *name, enum asmout_format *format);

/* The format to take when nobody asked for one: aout for a program that begins at address 0, lda
 * for any other. */
enum asmout_format asmout_default(const struct asm_result *result);

/* Make the file of `result`, which must be without errors: *bytes is to be freed with free().
 * Returns 0; -ENOMEM; -EFBIG where the program does not fit the format (a.out: 65,534 bytes). */
int asmout_make(const struct asm_result *result, enum asmout_format format, u8 **bytes, size_t *len,
                struct err *err);

#endif
