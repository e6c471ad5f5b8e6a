/* alu.h - the arithmetic of the base set: operands -> result and condition codes.
 *
 * Pure functions that both engines and the tests share. The condition codes are kept as the
 * result they come from: N is bit 15 of `n`, Z says `z` is zero. A byte result is shifted to the
 * left for `n`. That costs two stores where packing them would cost a dozen operations, and any
 * combination, N and Z both set included, can be represented.
 *
 * Source: PDP-11/45 processor handbook (1973), chapter 4; docs/facts.md F13-F22.
 */
#ifndef VM11_ISA_ALU_H
#define VM11_ISA_ALU_H

#include "base/types.h"

#define CC_C 01u
#define CC_V 02u
#define CC_Z 04u
#define CC_N 010u

struct cc {
    u16 n; /* N is bit 15 */
    u8 v;  /* 0 or 1 */
    u8 c;  /* 0 or 1 */
    u16 z; /* Z is set where this is zero */
};

static inline unsigned cc_get(const struct cc *cc)
{
    return (cc->n >> 15 ? CC_N : 0) | (cc->z == 0 ? CC_Z : 0) | (cc->v ? CC_V : 0) |
           (cc->c ? CC_C : 0);
}

static inline void cc_set(struct cc *cc, unsigned nzvc)
{
    cc->n = nzvc & CC_N ? 0100000u : 0;
    cc->z = nzvc & CC_Z ? 0 : 1;
    cc->v = nzvc & CC_V ? 1 : 0;
    cc->c = nzvc & CC_C ? 1 : 0;
}

static inline void cc_word(struct cc *cc, u16 r)
{
    cc->n = r;
    cc->z = r;
}

static inline void cc_byte(struct cc *cc, u8 r)
{
    cc->n = (u16)(r << 8);
    cc->z = r;
}

/* MOV, BIT, BIC, BIS, XOR, MFPx, MTPx: N and Z by the result, V 0, C as it was. */
static inline u16 alu_logic(struct cc *cc, u16 r)
{
    cc_word(cc, r);
    cc->v = 0;
    return r;
}

static inline u8 alu_logicb(struct cc *cc, u8 r)
{
    cc_byte(cc, r);
    cc->v = 0;
    return r;
}

static inline u16 alu_bic(struct cc *cc, u16 src, u16 dst)
{
    return alu_logic(cc, dst & (u16)~src);
}

static inline u16 alu_bis(struct cc *cc, u16 src, u16 dst)
{
    return alu_logic(cc, dst | src);
}

static inline u8 alu_bicb(struct cc *cc, u8 src, u8 dst)
{
    return alu_logicb(cc, dst & (u8)~src);
}

static inline u8 alu_bisb(struct cc *cc, u8 src, u8 dst)
{
    return alu_logicb(cc, dst | src);
}

static inline void alu_bit(struct cc *cc, u16 src, u16 dst)
{
    (void)alu_logic(cc, src & dst);
}

static inline void alu_bitb(struct cc *cc, u8 src, u8 dst)
{
    (void)alu_logicb(cc, src & dst);
}

static inline u16 alu_xor(struct cc *cc, u16 src, u16 dst)
{
    return alu_logic(cc, src ^ dst);
}

static inline u16 alu_add(struct cc *cc, u16 src, u16 dst)
{
    u32 r = (u32)src + dst;

    cc_word(cc, (u16)r);
    cc->v = (u8)((~(src ^ dst) & (src ^ r)) >> 15 & 1);
    cc->c = (u8)(r >> 16);
    return (u16)r;
}

/* dst - src, as SUB; C is the borrow. */
static inline u16 alu_sub(struct cc *cc, u16 src, u16 dst)
{
    u16 r = (u16)(dst - src);

    cc_word(cc, r);
    cc->v = (u8)(((src ^ dst) & (dst ^ r)) >> 15 & 1);
    cc->c = dst < src;
    return r;
}

/* src - dst, as CMP. */
static inline void alu_cmp(struct cc *cc, u16 src, u16 dst)
{
    (void)alu_sub(cc, dst, src);
}

static inline void alu_cmpb(struct cc *cc, u8 src, u8 dst)
{
    u8 r = (u8)(src - dst);

    cc_byte(cc, r);
    cc->v = (u8)(((src ^ dst) & (src ^ r)) >> 7 & 1);
    cc->c = src < dst;
}

/* The single operand instructions, in a word and a byte form that differ by size only. */
#define ALU_SINGLE(name, type, setcc, sign)                                                        \
    static inline type alu_clr##name(struct cc *cc, type d)                                        \
    {                                                                                              \
        (void)d;                                                                                   \
        setcc(cc, 0);                                                                              \
        cc->v = cc->c = 0;                                                                         \
        return 0;                                                                                  \
    }                                                                                              \
    static inline type alu_com##name(struct cc *cc, type d)                                        \
    {                                                                                              \
        type r = (type)~d;                                                                         \
        setcc(cc, r);                                                                              \
        cc->v = 0;                                                                                 \
        cc->c = 1;                                                                                 \
        return r;                                                                                  \
    }                                                                                              \
    static inline type alu_inc##name(struct cc *cc, type d)                                        \
    {                                                                                              \
        type r = (type)(d + 1);                                                                    \
        setcc(cc, r);                                                                              \
        cc->v = r == (sign);                                                                       \
        return r;                                                                                  \
    }                                                                                              \
    static inline type alu_dec##name(struct cc *cc, type d)                                        \
    {                                                                                              \
        type r = (type)(d - 1);                                                                    \
        setcc(cc, r);                                                                              \
        cc->v = d == (sign);                                                                       \
        return r;                                                                                  \
    }                                                                                              \
    static inline type alu_neg##name(struct cc *cc, type d)                                        \
    {                                                                                              \
        type r = (type)(0 - d);                                                                    \
        setcc(cc, r);                                                                              \
        cc->v = r == (sign);                                                                       \
        cc->c = r != 0;                                                                            \
        return r;                                                                                  \
    }                                                                                              \
    static inline type alu_adc##name(struct cc *cc, type d)                                        \
    {                                                                                              \
        type r = (type)(d + cc->c);                                                                \
        setcc(cc, r);                                                                              \
        cc->v = cc->c && r == (sign);                                                              \
        cc->c = cc->c && r == 0;                                                                   \
        return r;                                                                                  \
    }                                                                                              \
    static inline type alu_sbc##name(struct cc *cc, type d)                                        \
    {                                                                                              \
        type r = (type)(d - cc->c);                                                                \
        setcc(cc, r);                                                                              \
        cc->v = cc->c && d == (sign);                                                              \
        cc->c = cc->c && d == 0;                                                                   \
        return r;                                                                                  \
    }                                                                                              \
    static inline void alu_tst##name(struct cc *cc, type d)                                        \
    {                                                                                              \
        setcc(cc, d);                                                                              \
        cc->v = cc->c = 0;                                                                         \
    }                                                                                              \
    /* The shifts: C is the bit that leaves, V is N xor C afterwards. */                           \
    static inline type alu_shifted##name(struct cc *cc, type r, bool out)                          \
    {                                                                                              \
        setcc(cc, r);                                                                              \
        cc->c = out;                                                                               \
        cc->v = ((r & (sign)) != 0) != out;                                                        \
        return r;                                                                                  \
    }                                                                                              \
    static inline type alu_ror##name(struct cc *cc, type d)                                        \
    {                                                                                              \
        return alu_shifted##name(cc, (type)(d >> 1 | (cc->c ? (sign) : 0)), d & 1);                \
    }                                                                                              \
    static inline type alu_rol##name(struct cc *cc, type d)                                        \
    {                                                                                              \
        return alu_shifted##name(cc, (type)(d << 1 | cc->c), (d & (sign)) != 0);                   \
    }                                                                                              \
    static inline type alu_asr##name(struct cc *cc, type d)                                        \
    {                                                                                              \
        return alu_shifted##name(cc, (type)(d >> 1 | (d & (sign))), d & 1);                        \
    }                                                                                              \
    static inline type alu_asl##name(struct cc *cc, type d)                                        \
    {                                                                                              \
        return alu_shifted##name(cc, (type)(d << 1), (d & (sign)) != 0);                           \
    }

ALU_SINGLE(, u16, cc_word, 0100000u)
ALU_SINGLE(b, u8, cc_byte, 0200u)
#undef ALU_SINGLE

/* SWAB: N and Z by the low byte of the result. */
static inline u16 alu_swab(struct cc *cc, u16 d)
{
    u16 r = (u16)(d << 8 | d >> 8);

    cc_byte(cc, (u8)r);
    cc->v = cc->c = 0;
    return r;
}

/* SXT: Z is the complement of N; N and C stay. */
static inline u16 alu_sxt(struct cc *cc, u16 d)
{
    (void)d;
    cc->v = 0;
    cc->z = cc->n >> 15;
    return cc->n >> 15 ? 0177777u : 0;
}

/* MUL: the signed 32-bit product; C where it does not fit in 16 bits. */
static inline u32 alu_mul(struct cc *cc, u16 src, u16 reg)
{
    i32 p = (i32)(i16)src * (i16)reg;

    cc->n = p < 0 ? 0100000u : 0;
    cc->z = p != 0;
    cc->v = 0;
    cc->c = p < -32768 || p > 32767;
    return (u32)p;
}

/* The branches' conditions. */
#define ALU_CONDITION(name, condition)                                                             \
    static inline bool alu_##name(const struct cc *cc)                                             \
    {                                                                                              \
        bool n = cc->n >> 15, z = cc->z == 0, v = cc->v, c = cc->c;                                \
        (void)n, (void)z, (void)v, (void)c;                                                        \
        return condition;                                                                          \
    }

ALU_CONDITION(bne, !z)
ALU_CONDITION(beq, z)
ALU_CONDITION(bge, n == v)
ALU_CONDITION(blt, n != v)
ALU_CONDITION(bgt, !z && n == v)
ALU_CONDITION(ble, z || n != v)
ALU_CONDITION(bpl, !n)
ALU_CONDITION(bmi, n)
ALU_CONDITION(bhi, !c && !z)
ALU_CONDITION(blos, c || z)
ALU_CONDITION(bvc, !v)
ALU_CONDITION(bvs, v)
ALU_CONDITION(bcc, !c)
ALU_CONDITION(bcs, c)
#undef ALU_CONDITION

/* ASH: shift `d` by the signed 6-bit number in src<5:0>, to the left where it is positive. */
u16 alu_ash(struct cc *cc, u16 src, u16 d);

/* ASHC: the same with 32 bits. */
u32 alu_ashc(struct cc *cc, u16 src, u32 d);

/* DIV: dividend in *high and *low, quotient and remainder likewise. */
void alu_div(struct cc *cc, u16 src, u16 *high, u16 *low);

#endif
