/* code.h - the memory that holds translated code: one memfd, mapped twice.
 *
 * The translator writes through one mapping and the host executes the other: no memory is ever
 * writable and executable at once (W^X). Positions are offsets, so that they mean the same in both.
 * It is filled part by part: see cache.h.
 */
#ifndef VM11_JIT_CODE_H
#define VM11_JIT_CODE_H

#include "base/err.h"
#include "base/types.h"

struct code {
    u8 *write;      /* the mapping that is written */
    const u8 *exec; /* the one that is executed */
    u32 size;       /* bytes */
    u32 at;         /* where the next byte goes, */
    u32 end;        /* which is below this */
    bool full;      /* something did not fit: what was written since code_begin() is void */
    u8 borrow;      /* of host_a64: what the host's C is for the next instruction */
};

/* Room for `size` bytes, rounded up to the host's pages. -errno where the host gives none. */
int code_init(struct code *code, u32 size, struct err *err);
void code_fini(struct code *code);

/* Call the routine at offset `routine`, with two arguments. */
int code_call(const struct code *code, u32 routine, void *context, const u8 *where);

/* The host's instruction cache must see what was written from `from` to code->at. */
void code_sync(const struct code *code, u32 from);

static inline void code_byte(struct code *code, unsigned byte)
{
    if (code->at < code->end)
        code->write[code->at++] = (u8)byte;
    else
        code->full = true;
}

/* 32 bits, low byte first. */
static inline void code_word(struct code *code, u32 word)
{
    for (unsigned i = 0; i < 4; i++)
        code_byte(code, word >> (8 * i) & 0xff);
}

/* To write again what was written at `at`. */
static inline struct code code_there(const struct code *code, u32 at)
{
    struct code there = *code;

    there.at = at;
    there.end = there.size;
    return there;
}

/* Change 32 bits that were written before. */
static inline void code_patch(struct code *code, u32 at, u32 word)
{
    for (unsigned i = 0; i < 4; i++)
        code->write[at + i] = (u8)(word >> (8 * i));
}

#endif
