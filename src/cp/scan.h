/* scan.h - the preprocessor's eye: which instructions of a text are sensitive.
 *
 * The text is swept from its first word, instruction by instruction, in blocks of 512 bytes: what
 * is data is taken for code as well. It knows of the instructions what isa.def's column `sens`
 * says, and the MOVs that may refer to the I/O page.
 */
#ifndef VM11_CP_SCAN_H
#define VM11_CP_SCAN_H

#include "isa/isa.h"

#define THESIS_TRAP   0104450u /* what is put in place of a sensitive instruction */
#define SCAN_BLOCK    512u
#define SCAN_PREVIOUS 5u
#define SCAN_IO_PAGE  0160000u

/* What the preprocessor does with an instruction. */
enum scan_action {
    SCAN_PASS,    /* nothing: it is executed directly */
    SCAN_REPLACE, /* put the TRAP in its place */
    SCAN_ASK,     /* JSR and TRAP: ask how many parameters follow */
    SCAN_REFUSE,  /* refers to the I/O page in a way that is not allowed: will fail */
};

struct scan_item {
    u16 addr;
    u16 words[3];
    unsigned count; /* words at hand: fewer than the instruction has at the end of the text */
    enum op op;
    enum scan_action action;
    u16 io; /* the address in the I/O page, or the index word, that made it MOV's group V; 0: none
             */
};

struct scan {
    const u8 *text; /* borrowed; `len` bytes, even, of which the first is at address `base` */
    u32 len;
    u16 base;
    u32 at; /* offset of the next instruction */
    struct scan_item item;
    struct scan_item before[SCAN_PREVIOUS]; /* the instructions before it, the oldest first */
    unsigned befores;
};

void scan_init(struct scan *scan, const u8 *text, u32 len, u16 base);

/* Go on to the next instruction: scan->item. False at the end of the text. */
bool scan_next(struct scan *scan);

/* So many words behind this instruction are parameters, not instructions. */
void scan_skip(struct scan *scan, u32 words);

/* How many words there are still behind this instruction. */
static inline u32 scan_left(const struct scan *scan)
{
    return (scan->len - scan->at) / 2;
}

/* The group of appendix C, 1 to 5; 0: none, it is not sensitive. */
unsigned scan_group(const struct scan_item *item);

/* The numeral of a group: "I" to "V", "" for 0. */
const char *scan_group_name(unsigned group);

/* An instruction's class in Popek and Goldberg's words, by the column `sens`. */
const char *scan_class_name(const struct scan_item *item);

#define SCAN_TEXT_AT 29u /* where in scan_format()'s line the instruction's text begins */

/* "001004 013700 177560         MOV 177560,R0": a line for a person, without its end. `size` is at
 * least 100. */
void scan_format(const struct scan_item *item, char *text, size_t size);

#endif
