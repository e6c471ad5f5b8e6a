/* lda.c - absolute loader tapes.
 *
 * A tape is leader, blocks and trailer. A block is 001, 000, count, address, data, sum: count and
 * address are words, low byte first; count is of all bytes but the sum; all bytes with the sum add
 * up to 0 modulo 256. A block with count 6 ends the program: its address is where it starts, and
 * an odd one says that the loader shall halt. Between blocks are zeros or whatever else is not 001
 * (a label punched in letters): DEC's absolute loader skips it, and so does this one.
 *
 * Source: PDP-11 Paper Tape Software Handbook (DEC-11-XPTSA-A-D), chapter 6.
 */
#include <errno.h>

#include "machine/load_impl.h"

#define HEADER 6u

/* Bytes from `at` to the next block's 001 000; `len` where there is none. */
static size_t next_block(const u8 *data, size_t len, size_t at)
{
    while (at < len && (data[at] != 1 || (at + 1 < len && data[at + 1] != 0)))
        at++;
    return at;
}

static u8 sum(const u8 *data, size_t len)
{
    u8 sum = 0;

    for (size_t i = 0; i < len; i++)
        sum = (u8)(sum + data[i]);
    return sum;
}

enum lda_probe lda_probe(const u8 *head, size_t len)
{
    size_t at = 0, count;

    while (at < len && head[at] == 0)
        at++;
    if (len - at < HEADER || head[at] != 1 || head[at + 1] != 0)
        return LDA_NO;
    count = load_word(head + at + 2);
    if (count < HEADER)
        return LDA_NO;
    return count + 1 <= len - at && sum(head + at, count + 1) == 0 ? LDA_SURE : LDA_FORM;
}

/* The block at `at` is whole and sound: its count in *count. */
static int block_check(const struct load_input *in, size_t at, u32 *count, struct err *err)
{
    size_t left = in->len - at;
    u8 total;

    if (left < HEADER)
        return err_set(err, EINVAL, "%s: byte %zu: the tape ends within a block's header", in->path,
                       at);
    *count = load_word(in->data + at + 2);
    if (*count < HEADER)
        return err_set(err, EINVAL, "%s: byte %zu: a block cannot have %u bytes (6 at least)",
                       in->path, at, *count);
    if (left < *count + 1)
        return err_set(err, EINVAL, "%s: byte %zu: a block of %u bytes, but the tape has %zu more",
                       in->path, at, *count + 1, left);
    total = sum(in->data + at, *count + 1);
    if (total)
        return err_set(err, EINVAL,
                       "%s: byte %zu: bad checksum in the block for %06o: it is %03o, its bytes "
                       "make %03o",
                       in->path, at, load_word(in->data + at + 4), in->data[at + *count],
                       (u8)(in->data[at + *count] - total));
    return 0;
}

/* Put a block's data after the last segment, or into a new one. */
static int block_add(struct program *program, const struct load_input *in, size_t at, u32 count,
                     struct err *err)
{
    u16 addr = load_word(in->data + at + 4);
    const u8 *data = in->data + at + HEADER;
    u32 len = count - HEADER;
    struct program_segment *last;
    int rc = 0;

    if (addr + len > LOAD_IO_PAGE)
        return err_set(err, EINVAL, "%s: byte %zu: a block for %06o to %06o runs into the I/O page",
                       in->path, at, addr, addr + len - 1);
    last = program->segments ? &program->segment[program->segments - 1] : NULL;
    if (last && last->pa + last->len == addr)
        rc = load_extend(last, data, len);
    else if (!load_segment(program, "block", addr, data, len))
        rc = -ENOMEM;
    return rc ? load_no_memory(in, err) : 0;
}

/* What comes behind the start block is trailer, or worth a note. */
static void note_rest(const struct load_input *in, size_t at)
{
    for (size_t i = at; i < in->len; i++)
        if (in->data[i]) {
            log_put(in->opt->log, LOG_NOTE, "%s: byte %zu: what follows the start block is ignored",
                    in->path, i);
            return;
        }
}

static void start_block(struct program *program, const struct load_input *in, size_t at)
{
    u16 addr = load_word(in->data + at + 4);

    program->has_start = !(addr & 1);
    program->start = program->has_start ? addr : 0;
    note_rest(in, at + HEADER + 1);
}

int lda_parse(struct program *program, const struct load_input *in, struct err *err)
{
    size_t at = 0;
    u32 count = 0;

    if (in->opt->has_load_at)
        return err_set(err, EINVAL, "%s: a loader tape has addresses of its own (no load address)",
                       in->path);
    while ((at = next_block(in->data, in->len, at)) < in->len) {
        int rc = block_check(in, at, &count, err);
        if (rc)
            return rc;
        if (count == HEADER)
            break;
        rc = block_add(program, in, at, count, err);
        if (rc)
            return rc;
        at += count + 1;
    }
    if (!program->segments)
        return err_set(err, EINVAL, "%s: no block with data on this tape", in->path);
    if (at < in->len)
        start_block(program, in, at);
    else
        log_put(in->opt->log, LOG_NOTE, "%s: the tape ends without a start block", in->path);
    return 0;
}
