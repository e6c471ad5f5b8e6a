/* fp11_arith.h - arithmetic of the FP11-B, inline: fp11.c makes functions of it, and the translator
 * some for each format. There are no loops, and few branches that depend on the operands.
 *
 * Fractions are worked on as the processor holds them: in AR, 60 bits. AR<58:3> is the fraction
 * of a D number with its leading one at 58, AR<58:35> that of an F number; AR<59> takes the carry
 * of an addition; AR<2:0> are guard bits, and what is shifted out below them is lost. For
 * multiplication, division and the addition of like signs the result is therefore the exact one,
 * chopped or rounded half away from zero. A subtraction loses bits of the smaller operand first,
 * so that in D a chopped result may be one unit too large, and a rounded one off by 3/4 unit, as
 * the handbook says.
 *
 * Left open by the sources, and decided here:
 * - Alignment. Beyond ALIGN_MAX places the smaller operand counts as zero. The hardware reads
 *   this from a ROM whose contents we do not have; 25 (F) and 57 (D) are as plausible. It matters
 *   only to the chopped difference of operands that far apart: 1 - 2**-30 in F is less than 1.
 * - MODF's fraction is cut from the 59 bits of the normalized product in both precisions.
 * - STCFI of the most negative integer is no exception.
 * - A trapped underflow or overflow whose wrapped exponent is 0 sets FZ.
 * - Division by zero, and an undefined variable that stops an instruction, leave the condition
 *   codes as they were.
 */
#ifndef VM11_ISA_FP11_ARITH_H
#define VM11_ISA_FP11_ARITH_H

#include "isa/fp11.h"

#define FP11_INLINE static inline __attribute__((always_inline))

#define SIGN_BIT   0x8000000000000000u
#define EXP_MASK   0x7f80000000000000u
#define FRAC_MASK  0x007fffffffffffffu
#define HIDDEN     0x0080000000000000u
#define F_MASK     0xffffffff00000000u
#define HALF_F     0x0000000080000000u /* half a unit in the last place of an F number */
#define EXCESS     128
#define GUARD_BITS 3
#define AR_CARRY   0x0800000000000000u /* AR<59> */
#define AR_ONE     0x0400000000000000u /* AR<58> */
#define AR_HALF_D  0x0000000000000004u
#define AR_HALF_F  0x0000000400000000u
#define ALIGN_MAX  58

FP11_INLINE int number_exp(u64 value)
{
    return (int)((value & EXP_MASK) >> 55);
}

/* The 56-bit fraction with its leading one. */
FP11_INLINE u64 number_frac(u64 value)
{
    return (value & FRAC_MASK) | HIDDEN;
}

/* FN and FZ of a number. */
FP11_INLINE u8 number_cc(u64 value)
{
    return (u8)((value >> 60 & FP11_FN) | (value & EXP_MASK ? 0 : FP11_FZ));
}

/* A result without exception. */
FP11_INLINE struct fp11_out out_value(u64 value)
{
    return (struct fp11_out){.value = value, .cc = number_cc(value), .write = true};
}

/* A result whose exponent left the range; `value` has it modulo 256. With the trap off, the result
 * is exact 0. */
FP11_INLINE struct fp11_out out_range(u16 fps, u64 value, bool overflow)
{
    bool trap = fps & (overflow ? FP11_FIV : FP11_FIU);
    struct fp11_out out = out_value(trap ? value : 0);
    if (overflow)
        out.cc |= FP11_FV;
    if (trap)
        out.fec = overflow ? FP11_OVERFLOW : FP11_UNDERFLOW;
    return out;
}

/* The number with this sign bit, exponent (any) and normalized fraction, or AR_CARRY: twice the
 * least of them. */
FP11_INLINE struct fp11_out out_edge(u16 fps, u64 sign, int exp, u64 ar)
{
    exp += (int)(ar >> 59);
    u64 value = sign | (u64)(exp & 0xff) << 55 | (ar >> GUARD_BITS & FRAC_MASK);
    if (!(fps & FP11_FD))
        value &= F_MASK;
    if (exp > 255)
        return out_range(fps, value, true);
    if (exp <= 0)
        return out_range(fps, value, false);
    return out_value(value);
}

/* The same, quickly where it can be: the leading one of the fraction, and a carry, count in the
 * exponent. */
FP11_INLINE struct fp11_out out_pack(u16 fps, u64 sign, int exp, u64 ar)
{
    if (unlikely((unsigned)exp - 1 > 253))
        return out_edge(fps, sign, exp, ar);
    u64 value = sign + ((u64)((unsigned)exp - 1) << 55) + (ar >> GUARD_BITS);
    if (!(fps & FP11_FD))
        value &= F_MASK;
    return (struct fp11_out){.value = value, .cc = (u8)(sign >> 60), .write = true};
}

/* The same after rounding, unless FT is set. */
FP11_INLINE struct fp11_out out_round(u16 fps, u64 sign, int exp, u64 ar)
{
    if (likely(!(fps & FP11_FT)))
        ar += fps & FP11_FD ? AR_HALF_D : AR_HALF_F;
    return out_pack(fps, sign, exp, ar);
}

/* Shifts a fraction that is not zero until AR<58> is its first bit, and counts *exp. */
FP11_INLINE u64 ar_normalize(u64 ar, int *exp)
{
    int zeros = __builtin_clzll(ar); /* 4: a carry */
    *exp -= zeros - 5;
    return ar << zeros >> 5;
}

/* The sum of two numbers that are not zero, |big| not less than |small|. */
FP11_INLINE struct fp11_out sum_aligned(u16 fps, u64 big, u64 small)
{
    int exp = number_exp(big);
    int shift = exp - number_exp(small);
    if (unlikely(shift > ALIGN_MAX))
        return out_value(big);
    u64 ar = number_frac(big) << GUARD_BITS;
    u64 br = number_frac(small) << GUARD_BITS >> shift;
    u64 minus = (big ^ small) & SIGN_BIT ? ~(u64)0 : 0;
    ar += (br ^ minus) - minus;
    if (unlikely(ar == 0))
        return out_value(0);
    ar = ar_normalize(ar, &exp);
    return out_round(fps, big & SIGN_BIT, exp, ar);
}

FP11_INLINE struct fp11_out arith_add(u16 fps, u64 ac, u64 src)
{
    if (unlikely(number_exp(src) == 0))
        return out_value(number_exp(ac) ? ac : 0);
    if (unlikely(number_exp(ac) == 0))
        return out_value(src);
    bool below = ac << 1 < src << 1;
    return sum_aligned(fps, below ? src : ac, below ? ac : src);
}

FP11_INLINE struct fp11_out arith_sub(u16 fps, u64 ac, u64 src)
{
    return arith_add(fps, ac, src ^ SIGN_BIT);
}

/* A fraction whose first bit is AR<58> or <57>. */
FP11_INLINE u64 ar_first(u64 ar, int *exp)
{
    int shift = ar & AR_ONE ? 0 : 1;
    *exp -= shift;
    return ar << shift;
}

/* The normalized product of two fractions; *exp becomes that of the product. */
FP11_INLINE u64 ar_product(u16 fps, u64 ac, u64 src, int *exp)
{
    u64 ar, left = number_frac(ac), right = number_frac(src);
    *exp = number_exp(ac) + number_exp(src) - EXCESS;
    if (fps & FP11_FD)
        ar = (u64)((unsigned __int128)left * right >> 53);
    else /* 24-bit fractions, and nothing is lost */
        ar = (left >> 32) * (right >> 32) << 11;
    return ar_first(ar, exp);
}

FP11_INLINE struct fp11_out arith_mul(u16 fps, u64 ac, u64 src)
{
    if (unlikely(number_exp(ac) == 0 || number_exp(src) == 0))
        return out_value(0);
    int exp;
    u64 ar = ar_product(fps, ac, src, &exp);
    return out_round(fps, (ac ^ src) & SIGN_BIT, exp, ar);
}

/* dividend * 2**58 / divisor, of 56-bit fractions. */
FP11_INLINE u64 ar_quotient(u64 dividend, u64 divisor)
{
#ifdef __x86_64__
    u64 high = dividend >> 6, low = dividend << 58;
    __asm__("divq %2" : "+a"(low), "+d"(high) : "r"(divisor) : "cc");
    return low;
#else
    return (u64)(((unsigned __int128)dividend << 58) / divisor);
#endif
}

FP11_INLINE struct fp11_out arith_div(u16 fps, u64 ac, u64 src)
{
    if (unlikely(number_exp(src) == 0))
        return (struct fp11_out){.cc = fps & FP11_CC, .fec = FP11_DIV_ZERO};
    if (unlikely(number_exp(ac) == 0))
        return out_value(0);
    int exp = number_exp(ac) - number_exp(src) + EXCESS + 1;
    u64 dividend = number_frac(ac);
    u64 divisor = number_frac(src);
    u64 ar;
    if (fps & FP11_FD)
        ar = ar_quotient(dividend, divisor);
    else /* 24-bit fractions: enough quotient bits from one division of 64 by 32 */
        ar = (dividend >> 32 << 35) / (divisor >> 32) << 23;
    ar = ar_first(ar, &exp);
    return out_round(fps, (ac ^ src) & SIGN_BIT, exp, ar);
}

FP11_INLINE struct fp11_out arith_mod(u16 fps, u64 ac, u64 src, u64 *integer)
{
    *integer = 0;
    if (number_exp(ac) == 0 || number_exp(src) == 0)
        return out_value(0);
    u64 sign = (ac ^ src) & SIGN_BIT;
    int exp;
    u64 ar = ar_product(fps, ac, src, &exp);
    int places = exp - EXCESS; /* of the integer part */
    if (places <= 0)
        return out_round(fps, sign, exp, ar);
    if (places > (fps & FP11_FD ? 56 : 24)) {
        struct fp11_out whole = out_pack(fps, sign, exp, ar);
        *integer = whole.value;
        whole.value = 0;
        whole.cc = (u8)(FP11_FZ | (whole.cc & FP11_FV));
        return whole;
    }
    u64 mask = (AR_CARRY - 1) >> places;
    *integer = out_pack(fps, sign, exp, ar & ~mask).value;
    ar &= mask;
    if (ar == 0)
        return out_value(0);
    ar = ar_normalize(ar, &exp);
    return out_round(fps, sign, exp, ar);
}

FP11_INLINE struct fp11_out arith_cmp(u16 fps, u64 ac, u64 src)
{
    (void)fps;
    if (number_exp(src) == 0)
        src = 0;
    if (number_exp(ac) == 0)
        ac = 0;
    struct fp11_out out = {.value = 0, .write = (ac | src) == 0};
    if (src == ac) {
        out.cc = FP11_FZ;
    } else {
        bool below =
            (src ^ ac) & SIGN_BIT ? (src & SIGN_BIT) != 0 : (src < ac) != ((src & SIGN_BIT) != 0);
        out.cc = below ? FP11_FN : 0;
    }
    return out;
}

FP11_INLINE struct fp11_out arith_clr(u16 fps)
{
    (void)fps;
    return out_value(0);
}

FP11_INLINE struct fp11_out arith_tst(u16 fps, u64 src)
{
    (void)fps;
    return (struct fp11_out){.cc = number_cc(src)};
}

FP11_INLINE struct fp11_out arith_abs(u16 fps, u64 src)
{
    (void)fps;
    return out_value(number_exp(src) ? src & ~SIGN_BIT : 0);
}

FP11_INLINE struct fp11_out arith_neg(u16 fps, u64 src)
{
    (void)fps;
    return out_value(number_exp(src) ? src ^ SIGN_BIT : 0);
}

FP11_INLINE struct fp11_out arith_ldf(u16 fps, u64 src)
{
    (void)fps;
    return out_value(src);
}

/* A D number that is not zero, as F: rounded unless FT is set. The carry of the addition runs
 * through the fraction into the exponent, and if that overflows, into the sign. */
FP11_INLINE struct fp11_out out_single(u16 fps, u64 value)
{
    if (fps & FP11_FT)
        return out_value(value & F_MASK);
    u64 rounded = (value + HALF_F) & F_MASK;
    if ((rounded ^ value) & SIGN_BIT)
        return out_range(fps, rounded ^ SIGN_BIT, true);
    return out_value(rounded);
}

FP11_INLINE struct fp11_out arith_ldcdf(u16 fps, u64 src)
{
    if (number_exp(src) == 0)
        return out_value(0);
    return fps & FP11_FD ? out_value(src) : out_single(fps, src);
}

FP11_INLINE struct fp11_out arith_stcfd(u16 fps, u64 ac)
{
    if (number_exp(ac) == 0)
        return out_value(0);
    return fps & FP11_FD ? out_single(fps, ac) : out_value(ac);
}

FP11_INLINE struct fp11_out arith_ldcif(u16 fps, u32 src)
{
    if (src == 0)
        return out_value(0);
    u64 sign = src >> 31 ? SIGN_BIT : 0;
    u32 magnitude = sign ? -src : src;
    int zeros = __builtin_clz(magnitude);
    u64 exp = (u64)(EXCESS + (fps & FP11_FL ? 32 : 16) - zeros);
    u64 value = sign | exp << 55 | ((u64)magnitude << zeros << 24 & FRAC_MASK);
    return fps & FP11_FD ? out_value(value) : out_single(fps, value);
}

FP11_INLINE struct fp11_out arith_stcfi(u16 fps, u64 ac)
{
    int width = fps & FP11_FL ? 32 : 16;
    int places = number_exp(ac) - EXCESS;
    u64 magnitude = 0;
    if (places > width)
        magnitude = UINT64_MAX;
    else if (places > 0)
        magnitude = number_frac(ac) >> (56 - places);
    bool minus = ac & SIGN_BIT;
    u64 limit = ((u64)1 << (width - 1)) - (minus ? 0 : 1);
    struct fp11_out out = {.write = true};
    if (magnitude > limit) {
        out.cc = FP11_FZ | FP11_FC;
        out.fec = fps & FP11_FIC ? FP11_CONVERT : FP11_NONE;
    } else if (magnitude == 0) {
        out.cc = FP11_FZ;
    } else {
        u32 integer = (u32)(minus ? -magnitude : magnitude);
        out.value = width == 32 ? integer : integer << 16;
        out.cc = minus ? FP11_FN : 0;
    }
    return out;
}

FP11_INLINE struct fp11_out arith_ldexp(u16 fps, u64 ac, u16 exponent)
{
    int exp = (i16)exponent + EXCESS;
    u64 value = (ac & ~EXP_MASK) | (u64)(exp & 0xff) << 55;
    if (exp > 255)
        return out_range(fps, value, true);
    if (exp <= 0)
        return out_range(fps, value, false);
    return out_value(value);
}

FP11_INLINE struct fp11_out arith_stexp(u16 fps, u64 ac)
{
    (void)fps;
    int exp = number_exp(ac) - EXCESS;
    u8 cc = (u8)((exp < 0 ? FP11_FN : 0) | (exp == 0 ? FP11_FZ : 0));
    return (struct fp11_out){.value = (u16)exp, .cc = cc, .write = true};
}

#endif
