/* load_impl.h - what the readers of program files share: see load.h.
 *
 * load.c owns the structure; aout.c, lda.c and source.c each fill it from one format.
 */
#ifndef VM11_MACHINE_LOAD_IMPL_H
#define VM11_MACHINE_LOAD_IMPL_H

#include "machine/load.h"

#define LOAD_IO_PAGE 0160000u /* first address of the I/O page without memory management */

/* The bytes of a file, and how they are to be read. */
struct load_input {
    const char *path;
    const u8 *data;
    size_t len;
    const struct program_options *opt; /* never NULL */
    bool include;                      /* .INCLUDE may read files */
};

static inline u16 load_word(const u8 *at)
{
    return (u16)(at[0] | at[1] << 8);
}

/* Add a segment with `len` bytes of `data`, to be completed by the caller. NULL: no memory. */
struct program_segment *load_segment(struct program *program, const char *name, u32 pa,
                                     const u8 *data, u32 len);

/* Append bytes to a segment. -ENOMEM. */
int load_extend(struct program_segment *segment, const u8 *data, u32 len);

/* Add a symbol, its name copied from `len` characters. NULL: no memory. */
struct program_symbol *load_symbol(struct program *program, const char *name, size_t len);

int load_no_memory(const struct load_input *in, struct err *err);

/* The readers. */
int aout_parse(struct program *program, const struct load_input *in, struct err *err);
int lda_parse(struct program *program, const struct load_input *in, struct err *err);
int source_parse(struct program *program, const struct load_input *in, struct err *err);

/* Whether the beginning of a file of `size` bytes is that of an a.out; in *need the bytes that
 * its header accounts for. */
bool aout_probe(const u8 *head, size_t len, u64 *need);

/* Whether it is that of a loader tape: no; it has the form; the first block's sum is right. */
enum lda_probe { LDA_NO, LDA_FORM, LDA_SURE };
enum lda_probe lda_probe(const u8 *head, size_t len);

#endif
