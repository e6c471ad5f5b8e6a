/* fp.c - floating point instructions for translated code: see fp.h.
 *
 * What an instruction computes is isa/fp11.c's; the order of what it does is that of cpu/fpp.c, but
 * all that may be a miss comes first. A number in memory is found if it lies in one piece in the
 * host's memory, which it does unless it crosses into a page that is somewhere else.
 */
#include "jit/fp.h"

#include "mem/ram.h"

#define MISS (-1)

#define INLINE static inline __attribute__((always_inline))

/* --- memory --------------------------------------------------------------------------------- */

static u32 last_word(u32 va, unsigned words)
{
    return va + 2 * (words - 1);
}

/* The operand lies in two of the map's blocks: NULL unless their memory is in one piece. */
static __attribute__((noinline)) const u8 *read_across(const struct hot *hot, u32 va,
                                                       unsigned words)
{
    u32 last = last_word(va, words);
    map_entry entry = hot->map->read[va >> 6];

    if (!entry || va & 1 || last > 0177776 || hot->map->read[last >> 6] != entry)
        return NULL;
    return (const u8 *)(entry + va);
}

INLINE const u8 *find_read(const struct hot *hot, u32 va, unsigned words)
{
    map_entry entry = hot->map->read[va >> 6];

    if (unlikely(!entry || va & 1 || (va & 077) > 0100 - 2 * words))
        return read_across(hot, va, words);
    return (const u8 *)(entry + va);
}

/* The host's address of one word to be written; 0 where there is none, or it is translated. */
static map_entry write_word(const struct hot *hot, u32 va)
{
    map_entry entry = hot->map->write[va >> 6];
    u32 word;

    if (entry)
        return entry + va;
    entry = hot->map->code[va >> 6];
    if (!entry)
        return 0;
    word = (u32)(entry + va - (map_entry)hot->memory) >> 1;
    return hot->words[word >> 3] >> (word & 7) & 1 ? 0 : entry + va;
}

/* The same as read_across(), and near translated code. */
static __attribute__((noinline)) u8 *write_across(const struct hot *hot, u32 va, unsigned words)
{
    map_entry first;

    if (va & 1 || last_word(va, words) > 0177776)
        return NULL;
    first = write_word(hot, va);
    for (unsigned i = 1; i < words && first; i++)
        if (write_word(hot, va + 2 * i) != first + 2 * i)
            return NULL;
    return (u8 *)first;
}

INLINE u8 *find_write(const struct hot *hot, u32 va, unsigned words)
{
    map_entry entry = hot->map->write[va >> 6];

    if (unlikely(!entry || va & 1 || (va & 077) > 0100 - 2 * words))
        return write_across(hot, va, words);
    return (u8 *)(entry + va);
}

/* The first word is at the top. Word by word, as the processor does it: what was just stored is
 * loaded in pieces no larger. */
INLINE u64 load(const u8 *at, unsigned words)
{
    u64 value = (u64)word_get(at) << 48;

    if (words >= 2)
        value |= (u64)word_get(at + 2) << 32;
    if (words == 4)
        value |= (u64)word_get(at + 4) << 16 | word_get(at + 6);
    return value;
}

INLINE void store(u8 *at, unsigned words, u64 value)
{
    word_put(at, (u16)(value >> 48));
    if (words >= 2)
        word_put(at + 2, (u16)(value >> 32));
    if (words == 4) {
        word_put(at + 4, (u16)(value >> 16));
        word_put(at + 6, (u16)value);
    }
}

/* --- operands ------------------------------------------------------------------------------- */

/* A floating source. False: a miss. */
INLINE bool source(const struct hot *hot, enum fp_place place, u32 value, u32 insn, unsigned words,
                   u64 *number)
{
    const struct fp11 *fp = &hot->cpu->fp;
    const u8 *at;

    if (place == FP_ACCUMULATOR) {
        *number = fp11_get_ac(fp, insn & 7, words);
        return true;
    }
    if (place == FP_WORD) {
        *number = (u64)value << 48;
    } else {
        at = find_read(hot, value, words);
        if (unlikely(!at))
            return false;
        *number = load(at, words);
    }
    return likely(!fp11_undefined(fp->fps, *number));
}

/* An integer source: its first word is at bits <31:16>. */
INLINE bool integer(const struct hot *hot, enum fp_place place, u32 value, unsigned words,
                    u32 *number)
{
    const u8 *at;

    *number = value << 16;
    if (place != FP_MEMORY)
        return true;
    at = find_read(hot, value, words);
    if (unlikely(!at))
        return false;
    *number = (u32)(load(at, words) >> 32);
    return true;
}

static unsigned accumulator(u32 insn)
{
    return insn >> 6 & 3;
}

INLINE i32 conclude(struct fp11 *fp, struct fp11_out out)
{
    fp->fps = (u16)((fp->fps & ~FP11_CC) | out.cc);
    return 0;
}

/* --- kinds of instructions ------------------------------------------------------------------ */

typedef struct fp11_out fp_dyadic(u16 fps, u64 ac, u64 src);
typedef struct fp11_out fp_monadic(u16 fps, u64 src);

/* AC := fn(AC, source). */
INLINE i32 arithmetic(struct hot *hot, enum fp_place place, u32 value, u32 insn, fp_dyadic *fn)
{
    struct fp11 *fp = &hot->cpu->fp;
    unsigned words = fp11_float_words(fp->fps), ac = accumulator(insn);
    struct fp11_out out;
    u64 src;

    if (!source(hot, place, value, insn, words, &src))
        return MISS;
    out = fn(fp->fps, fp11_get_ac(fp, ac, words), src);
    if (unlikely(out.fec))
        return MISS;
    if (out.write)
        fp11_set_ac(fp, ac, words, out.value);
    return conclude(fp, out);
}

INLINE i32 fp_MODF(struct hot *hot, enum fp_place place, u32 value, u32 insn)
{
    struct fp11 *fp = &hot->cpu->fp;
    unsigned words = fp11_float_words(fp->fps), ac = accumulator(insn);
    struct fp11_out out;
    u64 src, whole;

    if (!source(hot, place, value, insn, words, &src))
        return MISS;
    out = fp11_mod(fp->fps, fp11_get_ac(fp, ac, words), src, &whole);
    if (unlikely(out.fec))
        return MISS;
    fp11_set_ac(fp, ac | 1, words, whole);
    fp11_set_ac(fp, ac, words, out.value);
    return conclude(fp, out);
}

/* AC := fn(source), the source of `words` words. */
INLINE i32 load_ac(struct hot *hot, enum fp_place place, u32 value, u32 insn, unsigned words,
                   fp_monadic *fn)
{
    struct fp11 *fp = &hot->cpu->fp;
    struct fp11_out out;
    u64 src;

    if (!source(hot, place, value, insn, words, &src))
        return MISS;
    out = fn(fp->fps, src);
    if (unlikely(out.fec))
        return MISS;
    fp11_set_ac(fp, accumulator(insn), fp11_float_words(fp->fps), out.value);
    return conclude(fp, out);
}

/* f := out, of `words` words. */
INLINE i32 deposit(struct hot *hot, enum fp_place place, u32 value, u32 insn, unsigned words,
                   struct fp11_out out)
{
    struct fp11 *fp = &hot->cpu->fp;
    u8 *at;

    if (unlikely(out.fec))
        return MISS;
    if (place == FP_ACCUMULATOR) {
        fp11_set_ac(fp, insn & 7, words, out.value);
        return conclude(fp, out);
    }
    at = find_write(hot, value, words);
    if (unlikely(!at))
        return MISS;
    store(at, words, out.value);
    return conclude(fp, out);
}

/* f := fn(f), or only tested. */
INLINE i32 modify(struct hot *hot, enum fp_place place, u32 value, u32 insn, fp_monadic *fn)
{
    struct fp11 *fp = &hot->cpu->fp;
    unsigned words = fp11_float_words(fp->fps);
    struct fp11_out out;
    u64 src;

    if (!source(hot, place, value, insn, words, &src))
        return MISS;
    out = fn(fp->fps, src);
    if (out.write)
        return deposit(hot, place, value, insn, words, out);
    return conclude(fp, out);
}

/* An integer result, `words` words in memory, bits <31:16> the first: VAL is what N and Z are by,
 * or the result itself. */
INLINE i32 put_integer(struct hot *hot, enum fp_place place, u32 value, unsigned words, u32 number)
{
    u8 *at;

    if (place == FP_ACCUMULATOR)
        return likely(words == 1) ? (i32)(number >> 16) : MISS;
    at = find_write(hot, value, words);
    if (unlikely(!at))
        return MISS;
    store(at, words, (u64)number << 32);
    return (i32)(number >> 16 & 0100000) | (number != 0);
}

/* The same where the condition codes follow. */
INLINE i32 put_result(struct hot *hot, enum fp_place place, u32 value, unsigned words,
                      struct fp11_out out, u32 number)
{
    struct fp11 *fp = &hot->cpu->fp;
    i32 result;

    if (unlikely(out.fec))
        return MISS;
    result = put_integer(hot, place, value, words, number);
    if (unlikely(result < 0))
        return MISS;
    conclude(fp, out);
    return result | (out.cc & FP11_FC ? HOST_RESULT_C : 0);
}

/* --- the instructions ----------------------------------------------------------------------- */

INLINE i32 fp_LDF(struct hot *hot, enum fp_place place, u32 value, u32 insn)
{
    return load_ac(hot, place, value, insn, fp11_float_words(hot->cpu->fp.fps), fp11_ldf);
}

INLINE i32 fp_LDCDF(struct hot *hot, enum fp_place place, u32 value, u32 insn)
{
    return load_ac(hot, place, value, insn, fp11_other_words(hot->cpu->fp.fps), fp11_ldcdf);
}

/* The condition codes stay. */
INLINE i32 fp_STF(struct hot *hot, enum fp_place place, u32 value, u32 insn)
{
    const struct fp11 *fp = &hot->cpu->fp;
    unsigned words = fp11_float_words(fp->fps);
    struct fp11_out out = {.value = fp11_get_ac(fp, accumulator(insn), words),
                           .cc = fp->fps & FP11_CC};

    return deposit(hot, place, value, insn, words, out);
}

INLINE i32 fp_STCFD(struct hot *hot, enum fp_place place, u32 value, u32 insn)
{
    const struct fp11 *fp = &hot->cpu->fp;
    u64 ac = fp11_get_ac(fp, accumulator(insn), fp11_float_words(fp->fps));

    return deposit(hot, place, value, insn, fp11_other_words(fp->fps), fp11_stcfd(fp->fps, ac));
}

INLINE i32 fp_CLRF(struct hot *hot, enum fp_place place, u32 value, u32 insn)
{
    u16 fps = hot->cpu->fp.fps;

    return deposit(hot, place, value, insn, fp11_float_words(fps), fp11_clr(fps));
}

INLINE i32 fp_LDCIF(struct hot *hot, enum fp_place place, u32 value, u32 insn)
{
    struct fp11 *fp = &hot->cpu->fp;
    struct fp11_out out;
    u32 src;

    if (!integer(hot, place, value, fp11_int_words(fp->fps), &src))
        return MISS;
    out = fp11_ldcif(fp->fps, src);
    if (unlikely(out.fec))
        return MISS;
    fp11_set_ac(fp, accumulator(insn), fp11_float_words(fp->fps), out.value);
    return conclude(fp, out);
}

INLINE i32 fp_STCFI(struct hot *hot, enum fp_place place, u32 value, u32 insn)
{
    const struct fp11 *fp = &hot->cpu->fp;
    u64 ac = fp11_get_ac(fp, accumulator(insn), fp11_float_words(fp->fps));
    struct fp11_out out = fp11_stcfi(fp->fps, ac);

    return put_result(hot, place, value, fp11_int_words(fp->fps), out, (u32)out.value);
}

INLINE i32 fp_LDEXP(struct hot *hot, enum fp_place place, u32 value, u32 insn)
{
    struct fp11 *fp = &hot->cpu->fp;
    unsigned words = fp11_float_words(fp->fps), ac = accumulator(insn);
    struct fp11_out out;
    u32 src;

    if (!integer(hot, place, value, 1, &src))
        return MISS;
    out = fp11_ldexp(fp->fps, fp11_get_ac(fp, ac, words), (u16)(src >> 16));
    if (unlikely(out.fec))
        return MISS;
    fp11_set_ac(fp, ac, words, out.value);
    return conclude(fp, out);
}

INLINE i32 fp_STEXP(struct hot *hot, enum fp_place place, u32 value, u32 insn)
{
    const struct fp11 *fp = &hot->cpu->fp;
    u64 ac = fp11_get_ac(fp, accumulator(insn), fp11_float_words(fp->fps));
    struct fp11_out out = fp11_stexp(fp->fps, ac);

    return put_result(hot, place, value, 1, out, (u32)out.value << 16);
}

INLINE i32 fp_LDFPS(struct hot *hot, enum fp_place place, u32 value, u32 insn)
{
    u32 src;

    (void)insn;
    if (!integer(hot, place, value, 1, &src))
        return MISS;
    hot->cpu->fp.fps = (u16)(src >> 16) & FP11_FPS_BITS;
    return 0;
}

INLINE i32 fp_STFPS(struct hot *hot, enum fp_place place, u32 value, u32 insn)
{
    (void)insn;
    return put_integer(hot, place, value, 1, (u32)hot->cpu->fp.fps << 16);
}

/* N and Z together are not for VAL. */
static i32 fp_CFCC(struct hot *hot, u32 value, u32 insn)
{
    unsigned cc = hot->cpu->fp.fps & FP11_CC;
    i32 nz = cc & FP11_FN ? 0100000 : 1;

    (void)value;
    (void)insn;
    if (cc & FP11_FZ) {
        if (cc & FP11_FN)
            return MISS;
        nz = 0;
    }
    return nz | (cc & FP11_FV ? HOST_RESULT_V : 0) | (cc & FP11_FC ? HOST_RESULT_C : 0);
}

#define BY_ARITHMETIC(id, fn)                                                                      \
    INLINE i32 fp_##id(struct hot *hot, enum fp_place place, u32 value, u32 insn)                  \
    {                                                                                              \
        return arithmetic(hot, place, value, insn, fn);                                            \
    }
#define BY_MODIFY(id, fn)                                                                          \
    INLINE i32 fp_##id(struct hot *hot, enum fp_place place, u32 value, u32 insn)                  \
    {                                                                                              \
        return modify(hot, place, value, insn, fn);                                                \
    }
#define BY_STATUS(id, clear, set)                                                                  \
    static i32 fp_##id(struct hot *hot, u32 value, u32 insn)                                       \
    {                                                                                              \
        (void)value;                                                                               \
        (void)insn;                                                                                \
        hot->cpu->fp.fps = (u16)((hot->cpu->fp.fps & ~(clear)) | (set));                           \
        return 0;                                                                                  \
    }

BY_ARITHMETIC(ADDF, fp11_add)
BY_ARITHMETIC(SUBF, fp11_sub)
BY_ARITHMETIC(MULF, fp11_mul)
BY_ARITHMETIC(DIVF, fp11_div)
BY_ARITHMETIC(CMPF, fp11_cmp)
BY_MODIFY(ABSF, fp11_abs)
BY_MODIFY(NEGF, fp11_neg)
BY_MODIFY(TSTF, fp11_tst)
BY_STATUS(SETF, FP11_FD, 0)
BY_STATUS(SETD, 0, FP11_FD)
BY_STATUS(SETI, FP11_FL, 0)
BY_STATUS(SETL, 0, FP11_FL)

/* Those with an operand, by where it is: read in three ways, or only written in two. */
#define WRITTEN(X) X(CLRF) X(STF) X(STCFD) X(STCFI) X(STEXP) X(STFPS) X(ABSF) X(NEGF)
#define READ(X)    X(TSTF) X(ADDF) X(SUBF) X(MULF) X(DIVF) X(CMPF) X(MODF) X(LDF) X(LDCDF)
#define INTEGER(X) X(LDCIF) X(LDEXP) X(LDFPS)
#define STATUS(X)  X(CFCC) X(SETF) X(SETD) X(SETI) X(SETL)

#define PLACED(id, name, place)                                                                    \
    static i32 id##_##name(struct hot *hot, u32 value, u32 insn)                                   \
    {                                                                                              \
        return fp_##id(hot, place, value, insn);                                                   \
    }
#define MEMORY(id)      PLACED(id, memory, FP_MEMORY)
#define WORD(id)        PLACED(id, word, FP_WORD)
#define ACCUMULATOR(id) PLACED(id, ac, FP_ACCUMULATOR)

WRITTEN(MEMORY)
WRITTEN(ACCUMULATOR)
READ(MEMORY)
READ(WORD)
READ(ACCUMULATOR)
INTEGER(MEMORY)
INTEGER(WORD)

host_fn *fp_function(enum op op, enum fp_place place)
{
#define ROW_WRITTEN(id) [OP_##id] = {[FP_MEMORY] = id##_memory, [FP_ACCUMULATOR] = id##_ac},
#define ROW_READ(id)                                                                               \
    [OP_##id] = {[FP_MEMORY] = id##_memory, [FP_WORD] = id##_word, [FP_ACCUMULATOR] = id##_ac},
#define ROW_INTEGER(id) [OP_##id] = {[FP_MEMORY] = id##_memory, [FP_WORD] = id##_word},
#define ROW_STATUS(id)  [OP_##id] = {[FP_ACCUMULATOR] = fp_##id},
    static host_fn *const functions[OP_COUNT][FP_PLACES] = {
        WRITTEN(ROW_WRITTEN) READ(ROW_READ) INTEGER(ROW_INTEGER) STATUS(ROW_STATUS)};
    return functions[op][place];
}
