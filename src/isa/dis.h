/* dis.h - words to text: the disassembler.
 *
 * The text is MACRO-11 as asm.h reads it: assembling it at the same address gives the same words,
 * for every first word there is.
 */
#ifndef VM11_ISA_DIS_H
#define VM11_ISA_DIS_H

#include "base/types.h"

#define DIS_TEXT_MAX 64 /* room enough for any text of dis_insn, with its 0 byte */

/* Write the instruction that begins with words[0], at the address `pc`, to `text` (at most `size`
 * bytes with the 0 byte, cut if it is longer). `count` words are at hand, at least 1; an
 * instruction that needs more than that, and a reserved word, is written as `.WORD 000007`.
 * Numbers are octal, floating immediates decimal; targets of branches and PC-relative operands are
 * absolute addresses. Returns the number of words consumed, 1 to 3. */
unsigned dis_insn(const u16 *words, unsigned count, u16 pc, char *text, size_t size);

#endif
