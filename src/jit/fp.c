/* fp.c - floating point instructions for translated code: see fp.h.
 *
 * What an instruction computes is isa/fp11_arith.h's; the order of what it does is that of
 * cpu/fpp.c, but all that may be a miss comes first. Each instruction is a function for each format
 * and place of its operand, written once: all is inline, with these as constants. A number in
 * memory is found if it lies in one piece in the host's memory, which it does unless it crosses
 * into a page that is somewhere else.
 */
#include "jit/fp.h"

#include <string.h>

#include "isa/fp11_arith.h"
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
    map_entry first = hot->map->code[va >> 6];
    u32 word = (u32)(first + va - (map_entry)hot->memory) >> 1;

    if (va & 1 || last_word(va, words) > 0177776)
        return NULL;
    if (first && (va & 077) <= 0100 - 2 * words && (word & 7) + words <= 8 &&
        !(hot->words[word >> 3] >> (word & 7) & ((1u << words) - 1)))
        return (u8 *)(first + va);
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

/* The first word is at the top. In one piece, as it mostly was stored, since the host likes that.
 */
INLINE u64 load(const u8 *at, unsigned words)
{
    u64 value;
    u32 half;

    if (words == 1)
        return (u64)word_get(at) << 48;
    if (words == 2) {
        memcpy(&half, at, sizeof half);
        return (u64)(half << 16 | half >> 16) << 32;
    }
    memcpy(&value, at, sizeof value);
    value = value << 32 | value >> 32;
    return (value & 0x0000ffff0000ffff) << 16 | (value >> 16 & 0x0000ffff0000ffff);
}

INLINE void store(u8 *at, unsigned words, u64 value)
{
    u32 half = (u32)(value >> 32);

    if (words == 1) {
        word_put(at, (u16)(value >> 48));
    } else if (words == 2) {
        half = half << 16 | half >> 16;
        memcpy(at, &half, sizeof half);
    } else {
        value = value << 32 | value >> 32;
        value = (value & 0x0000ffff0000ffff) << 16 | (value >> 16 & 0x0000ffff0000ffff);
        memcpy(at, &value, sizeof value);
    }
}

/* --- the FP11's registers ------------------------------------------------------------------- */

/* What fp_numbers() packs: the accumulator, and the operand where that is one. */
static unsigned accumulator(u32 numbers)
{
    return numbers & 0377;
}

static unsigned operand(u32 numbers)
{
    return numbers >> 8;
}

/* An instruction: what all of them are given, and the format as a constant. */
struct call {
    struct hot *hot;
    enum fp_place place;
    u32 value, numbers;
    bool wide; /* D, not F */
};

/* FPS without condition codes, whose FD is known. */
INLINE u16 get_fps(struct call c)
{
    return (u16)((c.hot->fps & ~FP11_FD) | (c.wide ? FP11_FD : 0));
}

INLINE unsigned float_words(struct call c)
{
    return c.wide ? 4 : 2;
}

INLINE unsigned other_words(struct call c)
{
    return c.wide ? 2 : 4;
}

INLINE u64 get_ac(struct call c, unsigned n)
{
    return fp11_get_ac(&c.hot->cpu->fp, n, float_words(c));
}

INLINE void set_ac(struct call c, unsigned n, unsigned words, u64 value)
{
    fp11_set_ac(&c.hot->cpu->fp, n, words, value);
}

/* FPS is not read where it was just written. */
INLINE i32 conclude(struct call c, struct fp11_out out)
{
    c.hot->cpu->fp.fps = (u16)(c.hot->fps | out.cc);
    return 0;
}

/* FPS := fps. */
INLINE i32 set_fps(struct hot *hot, u16 fps)
{
    hot->fps = fps & (u16)~FP11_CC;
    hot->cpu->fp.fps = fps;
    return 0;
}

/* --- operands ------------------------------------------------------------------------------- */

/* A floating source. False: a miss. */
INLINE bool source(struct call c, unsigned words, u64 *number)
{
    const u8 *at;

    if (c.place == FP_ACCUMULATOR) {
        *number = fp11_get_ac(&c.hot->cpu->fp, operand(c.numbers), words);
        return true;
    }
    if (c.place == FP_WORD) {
        *number = (u64)c.value << 48;
    } else {
        at = find_read(c.hot, c.value, words);
        if (unlikely(!at))
            return false;
        *number = load(at, words);
    }
    return likely(!fp11_undefined(c.hot->fps, *number));
}

/* An integer source: its first word is at bits <31:16>. */
INLINE bool integer(struct call c, unsigned words, u32 *number)
{
    const u8 *at;

    *number = c.value << 16;
    if (c.place != FP_MEMORY)
        return true;
    at = find_read(c.hot, c.value, words);
    if (unlikely(!at))
        return false;
    *number = (u32)(load(at, words) >> 32);
    return true;
}

/* A floating destination. False: a miss. */
INLINE bool deposit(struct call c, unsigned words, u64 number)
{
    u8 *at;

    if (c.place == FP_ACCUMULATOR) {
        set_ac(c, operand(c.numbers), words, number);
        return true;
    }
    at = find_write(c.hot, c.value, words);
    if (unlikely(!at))
        return false;
    store(at, words, number);
    return true;
}

/* An integer result, `words` words in memory, bits <31:16> the first: VAL is what N and Z are by,
 * or the result itself. */
INLINE i32 put_integer(struct call c, unsigned words, u32 number)
{
    u8 *at;

    if (c.place == FP_ACCUMULATOR)
        return likely(words == 1) ? (i32)(number >> 16) : MISS;
    at = find_write(c.hot, c.value, words);
    if (unlikely(!at))
        return MISS;
    store(at, words, (u64)number << 32);
    return (i32)(number >> 16 & 0100000) | (number != 0);
}

/* The same where the condition codes follow. */
INLINE i32 put_result(struct call c, unsigned words, struct fp11_out out, u32 number)
{
    i32 result;

    if (unlikely(out.fec))
        return MISS;
    result = put_integer(c, words, number);
    if (unlikely(result < 0))
        return MISS;
    conclude(c, out);
    return result | (out.cc & FP11_FC ? HOST_RESULT_C : 0);
}

/* --- kinds of instructions ------------------------------------------------------------------ */

typedef struct fp11_out fp_dyadic(u16 fps, u64 ac, u64 src);
typedef struct fp11_out fp_monadic(u16 fps, u64 src);

/* AC := out, or an exception. */
INLINE i32 finish(struct call c, struct fp11_out out)
{
    if (unlikely(out.fec))
        return MISS;
    if (out.write)
        set_ac(c, accumulator(c.numbers), float_words(c), out.value);
    return conclude(c, out);
}

/* AC := fn(AC, source). */
INLINE i32 arithmetic(struct call c, fp_dyadic *fn)
{
    u64 src;

    if (!source(c, float_words(c), &src))
        return MISS;
    return finish(c, fn(get_fps(c), get_ac(c, accumulator(c.numbers)), src));
}

/* AC := fn(source), the source of `words` words. */
INLINE i32 load_ac(struct call c, unsigned words, fp_monadic *fn)
{
    u64 src;

    if (!source(c, words, &src))
        return MISS;
    return finish(c, fn(get_fps(c), src));
}

/* f := fn(f), or only tested. */
INLINE i32 modify(struct call c, fp_monadic *fn)
{
    struct fp11_out out;
    u64 src;

    if (!source(c, float_words(c), &src))
        return MISS;
    out = fn(get_fps(c), src);
    if (out.write && !deposit(c, float_words(c), out.value))
        return MISS;
    return conclude(c, out);
}

/* --- the instructions ----------------------------------------------------------------------- */

INLINE i32 fp_MODF(struct call c)
{
    unsigned ac = accumulator(c.numbers);
    struct fp11_out out;
    u64 src, whole;

    if (!source(c, float_words(c), &src))
        return MISS;
    out = arith_mod(get_fps(c), get_ac(c, ac), src, &whole);
    if (unlikely(out.fec))
        return MISS;
    set_ac(c, ac | 1, float_words(c), whole);
    return finish(c, out);
}

INLINE i32 fp_LDF(struct call c)
{
    return load_ac(c, float_words(c), arith_ldf);
}

INLINE i32 fp_LDCDF(struct call c)
{
    return load_ac(c, other_words(c), arith_ldcdf);
}

/* The condition codes stay. */
INLINE i32 fp_STF(struct call c)
{
    return deposit(c, float_words(c), get_ac(c, accumulator(c.numbers))) ? 0 : MISS;
}

INLINE i32 fp_STCFD(struct call c)
{
    struct fp11_out out = arith_stcfd(get_fps(c), get_ac(c, accumulator(c.numbers)));

    if (unlikely(out.fec) || !deposit(c, other_words(c), out.value))
        return MISS;
    return conclude(c, out);
}

INLINE i32 fp_CLRF(struct call c)
{
    struct fp11_out out = arith_clr(get_fps(c));

    return deposit(c, float_words(c), out.value) ? conclude(c, out) : MISS;
}

INLINE i32 fp_LDCIF(struct call c)
{
    u32 src;

    if (!integer(c, fp11_int_words(c.hot->fps), &src))
        return MISS;
    return finish(c, arith_ldcif(get_fps(c), src));
}

INLINE i32 fp_STCFI(struct call c)
{
    struct fp11_out out = arith_stcfi(get_fps(c), get_ac(c, accumulator(c.numbers)));

    return put_result(c, fp11_int_words(c.hot->fps), out, (u32)out.value);
}

INLINE i32 fp_LDEXP(struct call c)
{
    u32 src;

    if (!integer(c, 1, &src))
        return MISS;
    return finish(c, arith_ldexp(get_fps(c), get_ac(c, accumulator(c.numbers)), (u16)(src >> 16)));
}

INLINE i32 fp_STEXP(struct call c)
{
    struct fp11_out out = arith_stexp(get_fps(c), get_ac(c, accumulator(c.numbers)));

    return put_result(c, 1, out, (u32)out.value << 16);
}

INLINE i32 fp_LDFPS(struct call c)
{
    u32 src;

    if (!integer(c, 1, &src))
        return MISS;
    return set_fps(c.hot, (u16)(src >> 16) & FP11_FPS_BITS);
}

INLINE i32 fp_STFPS(struct call c)
{
    return put_integer(c, 1, (u32)c.hot->cpu->fp.fps << 16);
}

/* N and Z together are not for VAL. */
INLINE i32 fp_CFCC(struct call c)
{
    i32 cc = c.hot->cpu->fp.fps & FP11_CC;

    if (unlikely((cc & (FP11_FN | FP11_FZ)) == (FP11_FN | FP11_FZ)))
        return MISS;
    return (cc << 12 & 0100000) | (~cc >> 2 & 1) | (cc << 15 & HOST_RESULT_V) |
           (cc << 17 & HOST_RESULT_C);
}

#define BY_ARITHMETIC(id, fn)                                                                      \
    INLINE i32 fp_##id(struct call c)                                                              \
    {                                                                                              \
        return arithmetic(c, fn);                                                                  \
    }
#define BY_MODIFY(id, fn)                                                                          \
    INLINE i32 fp_##id(struct call c)                                                              \
    {                                                                                              \
        return modify(c, fn);                                                                      \
    }
#define BY_STATUS(id, clear, set)                                                                  \
    INLINE i32 fp_##id(struct call c)                                                              \
    {                                                                                              \
        return set_fps(c.hot, (u16)((c.hot->cpu->fp.fps & ~(clear)) | (set)));                     \
    }

BY_ARITHMETIC(ADDF, arith_add)
BY_ARITHMETIC(SUBF, arith_sub)
BY_ARITHMETIC(MULF, arith_mul)
BY_ARITHMETIC(DIVF, arith_div)
BY_ARITHMETIC(CMPF, arith_cmp)
BY_MODIFY(ABSF, arith_abs)
BY_MODIFY(NEGF, arith_neg)
BY_MODIFY(TSTF, arith_tst)
BY_STATUS(SETF, FP11_FD, 0)
BY_STATUS(SETD, 0, FP11_FD)
BY_STATUS(SETI, FP11_FL, 0)
BY_STATUS(SETL, 0, FP11_FL)

/* Those with an operand, by where it is: read in three ways, or only written in two. */
#define WRITTEN(X) X(CLRF) X(STF) X(STCFD) X(STCFI) X(STEXP) X(STFPS) X(ABSF) X(NEGF)
#define READ(X)    X(TSTF) X(ADDF) X(SUBF) X(MULF) X(DIVF) X(CMPF) X(MODF) X(LDF) X(LDCDF)
#define INTEGER(X) X(LDCIF) X(LDEXP) X(LDFPS)
#define STATUS(X)  X(CFCC) X(SETF) X(SETD) X(SETI) X(SETL)

#define FUNCTION(id, name, where, format)                                                          \
    static i32 id##_##name(struct hot *hot, u32 value, u32 numbers)                                \
    {                                                                                              \
        return fp_##id((struct call){                                                              \
            .hot = hot, .place = where, .value = value, .numbers = numbers, .wide = format});      \
    }
#define MEMORY(id) FUNCTION(id, memory_f, FP_MEMORY, false) FUNCTION(id, memory_d, FP_MEMORY, true)
#define WORD(id)   FUNCTION(id, word_f, FP_WORD, false) FUNCTION(id, word_d, FP_WORD, true)
#define ACCUMULATOR(id)                                                                            \
    FUNCTION(id, ac_f, FP_ACCUMULATOR, false) FUNCTION(id, ac_d, FP_ACCUMULATOR, true)

WRITTEN(MEMORY)
WRITTEN(ACCUMULATOR)
READ(MEMORY)
READ(WORD)
READ(ACCUMULATOR)
INTEGER(MEMORY)
INTEGER(WORD)
STATUS(ACCUMULATOR)

host_fn *fp_function(enum op op, enum fp_place place, bool wide)
{
#define AT_MEMORY(id)   [FP_MEMORY] = { id##_memory_f, id##_memory_d }
#define AT_WORD(id)     [FP_WORD] = {id##_word_f, id##_word_d}
#define AT_AC(id)       [FP_ACCUMULATOR] = {id##_ac_f, id##_ac_d}
#define ROW_WRITTEN(id) [OP_##id] = {AT_MEMORY(id), AT_AC(id)},
#define ROW_READ(id)    [OP_##id] = {AT_MEMORY(id), AT_WORD(id), AT_AC(id)},
#define ROW_INTEGER(id) [OP_##id] = {AT_MEMORY(id), AT_WORD(id)},
#define ROW_STATUS(id)  [OP_##id] = {AT_AC(id)},
    static host_fn *const functions[OP_COUNT][FP_PLACES][2] = {
        WRITTEN(ROW_WRITTEN) READ(ROW_READ) INTEGER(ROW_INTEGER) STATUS(ROW_STATUS)};
    return functions[op][place][wide];
}

bool fp_has_format(enum op op)
{
    return isa_info[op].form != FORM_NONE && op != OP_LDFPS && op != OP_STFPS;
}
