/* alu.c - the extended instruction set: ASH, ASHC, DIV.
 *
 * Sources: PDP-11/45 processor handbook (1973), chapter 4; for what DIV leaves behind on an
 * overflow, the KB11-A microcode (states DIV, DVN, DVP, DVC, DVE, DVD), which a log of a real
 * 11/70 confirms.
 */
#include "isa/alu.h"

/* The signed number in src<5:0>. */
static int shift_count(u16 src)
{
    return (int)(src & 037u) - (int)(src & 040u);
}

/* Shift the signed value `d` of `bits` bits by `count`: C the last bit out, V where the sign
 * changed at any time. A count of 0 clears both (F16). */
static i64 shift(struct cc *cc, i64 d, unsigned bits, int count)
{
    i64 sign = d < 0 ? -1 : 0, r;

    cc->v = cc->c = 0;
    if (count < 0) {
        cc->c = d >> (-count - 1) & 1;
        return d >> -count;
    }
    if (count == 0)
        return d;
    r = (i64)((u64)d << count);
    cc->c = r >> bits & 1;
    /* The sign never changed if the wide result still is all sign from the sign bit up. */
    cc->v = r >> (bits - 1) != sign;
    return r;
}

u16 alu_ash(struct cc *cc, u16 src, u16 d)
{
    u16 r = (u16)shift(cc, (i16)d, 16, shift_count(src));

    cc_word(cc, r);
    return r;
}

u32 alu_ashc(struct cc *cc, u16 src, u32 d)
{
    u32 r = (u32)shift(cc, (i32)d, 32, shift_count(src));

    cc->n = (u16)(r >> 16);
    cc->z = r != 0;
    return r;
}

/* An overflow of DIV: V set, C clear. */
static void div_overflow(struct cc *cc, bool negative, bool zero)
{
    cc_set(cc, CC_V | (negative ? CC_N : 0) | (zero ? CC_Z : 0));
}

/* `high` and `low` may be the same register (DIV with an odd one): the microcode then works on it
 * in place, low word first, and so does this. */
void alu_div(struct cc *cc, u16 src, u16 *high, u16 *low)
{
    bool negative = *high >> 15 & 1, differ = negative != (src >> 15 & 1);
    u32 divisor = src & 0100000u ? 0200000u - src : src, dividend, q, r;

    if (divisor == 0) {
        cc_set(cc, CC_Z | CC_V | CC_C | (negative ? CC_N : 0));
        return;
    }
    if (negative) { /* the registers are negated before any test of overflow */
        u16 carry = *low == 0;
        *low = (u16) - *low;
        *high = (u16)(~*high + carry);
        if (*high & 0100000u) {
            div_overflow(cc, true, true);
            return;
        }
    }
    dividend = (u32)*high << 16 | *low;
    if (dividend >> 15 > divisor || (dividend >> 15 == divisor && !differ)) {
        div_overflow(cc, negative, dividend >> 15 == divisor);
        return;
    }
    q = dividend / divisor;
    r = dividend % divisor;
    *low = (u16)(negative ? 0 - r : r);
    *high = (u16)(differ ? 0 - q : q);
    if (differ && q > 0100000u) {
        div_overflow(cc, false, true);
        return;
    }
    cc_word(cc, *high);
    cc->v = cc->c = 0;
}
