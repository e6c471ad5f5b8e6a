/* asm_flt.c - decimal text to the FP11's floating format, exactly.
 *
 * The number is digits times a power of ten. It is brought to 56 bits and a remainder with whole
 * numbers of 768 bits: multiplied out for a power that is not negative, divided for a negative
 * one. What is behind the wanted bits rounds away from zero at one half (or is cut), as MACRO-11
 * does. The host's floating point plays no part: a D number has more bits than its double.
 */
#include <string.h>

#include "isa/asm_int.h"

enum {
    LIMBS = 24,      /* of 32 bits */
    DIGITS_MAX = 60, /* further ones do not count */
    POWER_MAX = 99,  /* far above 1.7E38 */
    EXPONENT_BIAS = 128,
};

struct big {
    u32 limb[LIMBS]; /* least first */
};

/* big * factor + add. The callers' sizes stay below 768 bits. */
static void big_scale(struct big *big, u32 factor, u32 add)
{
    u64 carry = add;

    for (unsigned i = 0; i < LIMBS; i++) {
        carry += (u64)big->limb[i] * factor;
        big->limb[i] = (u32)carry;
        carry >>= 32;
    }
}

static unsigned big_bits(const struct big *big)
{
    for (unsigned i = LIMBS; i-- > 0;)
        if (big->limb[i])
            return 32 * i + 32 - (unsigned)__builtin_clz(big->limb[i]);
    return 0;
}

static void big_shift_left(struct big *big, unsigned count)
{
    for (; count >= 32; count -= 32) {
        memmove(big->limb + 1, big->limb, sizeof big->limb - sizeof big->limb[0]);
        big->limb[0] = 0;
    }
    big_scale(big, 1u << count, 0);
}

/* big / ten, cut. */
static void big_tenth(struct big *big)
{
    u64 rest = 0;

    for (unsigned i = LIMBS; i-- > 0;) {
        rest = rest << 32 | big->limb[i];
        big->limb[i] = (u32)(rest / 10);
        rest %= 10;
    }
}

static bool big_bit(const struct big *big, unsigned n)
{
    return big->limb[n / 32] >> n % 32 & 1;
}

/* A decimal number as read. */
struct decimal {
    struct big digits;
    int power;
    bool negative;
};

/* Read digits with a point; false where there is none. */
static bool digits_read(const char **text, struct decimal *number)
{
    const char *p = *text;
    unsigned kept = 0;
    bool any = false, point = false;

    for (; (*p >= '0' && *p <= '9') || (*p == '.' && !point); p++) {
        if (*p == '.') {
            point = true;
            continue;
        }
        any = true;
        if (kept < DIGITS_MAX) {
            big_scale(&number->digits, 10, (u32)(*p - '0'));
            kept += kept > 0 || *p != '0';
            number->power -= point;
        } else {
            number->power += !point;
        }
    }
    *text = p;
    return any;
}

/* Read an exponent, if there is one. */
static void exponent_read(const char **text, struct decimal *number)
{
    const char *p = *text;
    bool negative = false;
    int value = 0;

    if (*p != 'E' && *p != 'e')
        return;
    p++;
    if (*p == '+' || *p == '-')
        negative = *p++ == '-';
    if (*p < '0' || *p > '9')
        return;
    for (; *p >= '0' && *p <= '9'; p++)
        value = value < 10000 ? value * 10 + (*p - '0') : value;
    number->power += negative ? -value : value;
    *text = p;
}

/* The `bits` highest bits of the number, rounded, into *fraction; returns the exponent, so that
 * the number is 0.1xxx (binary) times 2 to that power. */
static int fraction_make(struct decimal *number, unsigned bits, bool truncate, u64 *fraction)
{
    struct big *big = &number->digits;
    unsigned have;
    int exponent = 0;
    bool half;

    for (; number->power > 0; number->power--)
        big_scale(big, 10, 0);
    if (number->power < 0) {
        /* Enough bits that 60 remain after the division. */
        unsigned shift = (unsigned)(4 * -number->power) + 64;
        big_shift_left(big, shift);
        exponent = -(int)shift;
        for (; number->power < 0; number->power++)
            big_tenth(big);
    }
    have = big_bits(big);
    if (have <= bits) {
        big_shift_left(big, bits + 1 - have);
        exponent -= (int)(bits + 1 - have);
        have = bits + 1;
    }
    *fraction = 0;
    for (unsigned i = 1; i <= bits; i++)
        *fraction = *fraction << 1 | big_bit(big, have - i);
    exponent += (int)have;
    half = big_bit(big, have - bits - 1);
    if (half && !truncate && ++*fraction >> bits) {
        *fraction >>= 1;
        exponent++;
    }
    return exponent;
}

const char *asm_float(const char **text, unsigned words, bool truncate, u16 *out)
{
    struct decimal number = {.power = 0};
    const char *p = *text;
    unsigned bits = 16 * words - 8;
    u64 fraction;
    int exponent;

    memset(out, 0, words * sizeof *out);
    if (*p == '+' || *p == '-')
        number.negative = *p++ == '-';
    if (!digits_read(&p, &number))
        return "a decimal number is wanted here, such as 1.5 or -2.0E-3";
    exponent_read(&p, &number);
    *text = p;
    if (big_bits(&number.digits) == 0)
        return NULL;
    if (number.power > POWER_MAX)
        return "the number is too large: the largest is 1.7E38";
    if (number.power < -POWER_MAX)
        return "the number is too small: the smallest is 2.9E-39";
    exponent = fraction_make(&number, bits, truncate, &fraction) + EXPONENT_BIAS;
    if (exponent > 255)
        return "the number is too large: the largest is 1.7E38";
    if (exponent < 1)
        return "the number is too small: the smallest is 2.9E-39";
    fraction &= ~(1ull << (bits - 1)); /* the hidden bit */
    fraction |= (u64)exponent << (bits - 1) | (u64)number.negative << (bits + 7);
    for (unsigned i = words; i-- > 0; fraction >>= 16)
        out[i] = (u16)fraction;
    return NULL;
}
