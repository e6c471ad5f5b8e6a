/* test_fp11_ref.c - the FP11's arithmetic against a machine that works as the FP11-B does: bit by
 * bit, in 60-bit registers.
 *
 * Addition shifts the smaller fraction one place at a time; multiplication skips over ones and
 * zeros (FP11-B maintenance manual 5.3.1: subtract at the start of a string of ones in the
 * multiplier, add at its end); division is restoring; normalization shifts single places. On top of
 * that, sums, products and quotients are compared with the exact ones in 128 bits.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "isa/fp11.h"

#define CASES    200000
#define AR_BITS  ((((u64)1) << 60) - 1)
#define AR_CARRY (((u64)1) << 59)
#define AR_ONE   (((u64)1) << 58)

typedef unsigned __int128 u128;

static u64 random_next(u64 *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state * 2685821657736338717u;
}

/* A number whose exponent and fraction are often at an edge; zero about once in sixteen. */
static u64 random_number(u64 *state)
{
    u64 value = random_next(state);
    u64 kind = random_next(state) % 16;
    u64 exp = random_next(state) % 256;
    if (kind == 0)
        exp = 0;
    else if (kind < 4)
        exp %= 8;
    else if (kind < 7)
        exp = 248 + exp % 8;
    else if (kind < 14)
        exp = 108 + exp % 60;
    u64 low = ((u64)1 << random_next(state) % 55) - 1;
    switch (random_next(state) % 4) {
    case 0: value &= ~low; break;
    case 1: value |= low; break;
    }
    return (value & ~0x7f80000000000000u) | exp << 55;
}

static u16 random_fps(u64 *state)
{
    return (u16)(random_next(state) & (FP11_FIU | FP11_FIV | FP11_FD | FP11_FT | FP11_CC));
}

static u64 operand(u16 fps, u64 value)
{
    return fps & FP11_FD ? value : value & 0xffffffff00000000u;
}

static int exp_of(u64 value)
{
    return (int)(value >> 55 & 0xff);
}

static u64 ar_of(u64 value)
{
    return ((value & 0x007fffffffffffffu) | 0x0080000000000000u) << 3;
}

struct ref {
    u64 value;
    u8 cc;
    u8 fec;
};

/* Normalizes, rounds and packs AR. */
static struct ref ref_finish(u16 fps, bool minus, int exp, u64 ar, bool round)
{
    struct ref out = {0, FP11_FZ, FP11_NONE};
    if (ar == 0)
        return out;
    while (ar & AR_CARRY) {
        ar >>= 1;
        exp++;
    }
    while (!(ar & AR_ONE)) {
        ar <<= 1;
        exp--;
    }
    unsigned last = fps & FP11_FD ? 3 : 35; /* the last bit that stays */
    if (round && !(fps & FP11_FT) && ar >> (last - 1) & 1)
        ar += (u64)1 << last;
    if (ar & AR_CARRY) {
        ar >>= 1;
        exp++;
    }
    ar >>= last;
    ar <<= last - 3;
    out.cc = 0;
    u16 enabled = 0;
    if (exp > 255) {
        out.cc = FP11_FV;
        out.fec = FP11_OVERFLOW;
        enabled = fps & FP11_FIV;
    } else if (exp < 1) {
        out.fec = FP11_UNDERFLOW;
        enabled = fps & FP11_FIU;
    }
    if (out.fec != FP11_NONE && !enabled) {
        out.fec = FP11_NONE;
        out.cc |= FP11_FZ;
        return out;
    }
    exp = (exp + 512) % 256;
    out.value = (u64)minus << 63 | (u64)exp << 55 | (ar & 0x007fffffffffffffu);
    out.cc |= (u8)((minus ? FP11_FN : 0) | (exp == 0 ? FP11_FZ : 0));
    return out;
}

static struct ref ref_plain(u64 value)
{
    u8 cc = (u8)((value >> 63 ? FP11_FN : 0) | (exp_of(value) == 0 ? FP11_FZ : 0));
    return (struct ref){value, cc, FP11_NONE};
}

static struct ref ref_add(u16 fps, u64 a, u64 b)
{
    if (exp_of(a) == 0 && exp_of(b) == 0)
        return ref_plain(0);
    if (exp_of(a) == 0)
        return ref_plain(b);
    if (exp_of(b) == 0)
        return ref_plain(a);
    if (exp_of(a) < exp_of(b)) {
        u64 swap = a;
        a = b;
        b = swap;
    }
    u64 ar = ar_of(a);
    u64 br = ar_of(b);
    for (int i = exp_of(b); i < exp_of(a); i++)
        br >>= 1;
    bool minus = a >> 63;
    if (((a ^ b) >> 63) == 0)
        return ref_finish(fps, minus, exp_of(a), ar + br, true);
    if (br > ar)
        return ref_finish(fps, !minus, exp_of(a), br - ar, true);
    return ref_finish(fps, minus, exp_of(a), ar - br, true);
}

/* The unnormalized product: skipping over ones and zeros. The multiplier leaves QR on the right,
 * and its bits QR<3:2> choose. Within a string of ones AR is negative, in two's complement. */
static u64 ref_multiply(u64 multiplicand, u64 qr)
{
    u64 ar = 0;
    bool string = false;
    qr >>= 1;
    for (int step = 1; step < 58; step++) {
        bool bit = qr >> 2 & 1;
        bool next = qr >> 3 & 1;
        if (!string && bit) {
            ar += next ? -multiplicand : multiplicand;
            string = next;
        } else if (string && !bit) {
            ar += next ? -multiplicand : multiplicand;
            string = next;
        }
        ar &= AR_BITS;
        if (step < 57)
            ar = ar >> 1 | (string ? AR_CARRY : 0);
        qr >>= 1;
    }
    return ar;
}

static struct ref ref_mul(u16 fps, u64 a, u64 b)
{
    if (exp_of(a) == 0 || exp_of(b) == 0)
        return ref_plain(0);
    u64 ar = ref_multiply(ar_of(a), ar_of(b));
    return ref_finish(fps, (a ^ b) >> 63, exp_of(a) + exp_of(b) - 128, ar, true);
}

static struct ref ref_mod(u16 fps, u64 a, u64 b, u64 *integer)
{
    *integer = 0;
    if (exp_of(a) == 0 || exp_of(b) == 0)
        return ref_plain(0);
    bool minus = (a ^ b) >> 63;
    int exp = exp_of(a) + exp_of(b) - 128;
    u64 ar = ref_multiply(ar_of(a), ar_of(b));
    if (!(ar & AR_ONE)) {
        ar <<= 1;
        exp--;
    }
    u64 fraction = ar;
    for (int i = 0; i < 59 && i < exp - 128; i++)
        fraction &= ~(AR_ONE >> i);
    if (exp - 128 > (fps & FP11_FD ? 56 : 24))
        fraction = 0;
    if (exp <= 128)
        return ref_finish(fps, minus, exp, fraction, true);
    struct ref whole = ref_finish(fps, minus, exp, ar - fraction, false);
    *integer = whole.value;
    struct ref out = ref_finish(fps, minus, exp, fraction, true);
    out.cc |= whole.cc & FP11_FV;
    out.fec = whole.fec;
    return out;
}

static struct ref ref_div(u16 fps, u64 a, u64 b)
{
    if (exp_of(b) == 0)
        return (struct ref){0, fps & FP11_CC, FP11_DIV_ZERO};
    if (exp_of(a) == 0)
        return ref_plain(0);
    u64 rest = ar_of(a);
    u64 quotient = 0;
    for (int i = 0; i < 59; i++) {
        quotient <<= 1;
        if (rest >= ar_of(b)) {
            rest -= ar_of(b);
            quotient |= 1;
        }
        rest <<= 1;
    }
    return ref_finish(fps, (a ^ b) >> 63, exp_of(a) - exp_of(b) + 129, quotient, true);
}

static void assert_same(struct fp11_out out, struct ref ref)
{
    assert_int_equal(out.fec, ref.fec);
    assert_int_equal(out.cc, ref.cc);
    assert_int_equal(out.write, ref.fec != FP11_DIV_ZERO);
    if (out.write)
        assert_int_equal(out.value, ref.value);
}

static void test_add(void **unused)
{
    (void)unused;
    u64 state = 1;
    for (int i = 0; i < CASES; i++) {
        u16 fps = random_fps(&state);
        u64 a = operand(fps, random_number(&state));
        u64 b = operand(fps, random_number(&state));
        assert_same(fp11_add(fps, a, b), ref_add(fps, a, b));
        assert_same(fp11_sub(fps, a, b), ref_add(fps, a, b ^ 0x8000000000000000u));
    }
}

static void test_mul(void **unused)
{
    (void)unused;
    u64 state = 2;
    for (int i = 0; i < CASES; i++) {
        u16 fps = random_fps(&state);
        u64 a = operand(fps, random_number(&state));
        u64 b = operand(fps, random_number(&state));
        assert_same(fp11_mul(fps, a, b), ref_mul(fps, a, b));
    }
}

static void test_mod(void **unused)
{
    (void)unused;
    u64 state = 3;
    for (int i = 0; i < CASES; i++) {
        u16 fps = random_fps(&state);
        u64 a = operand(fps, random_number(&state));
        u64 b = operand(fps, random_number(&state));
        u64 integer;
        u64 ref_integer;
        struct fp11_out out = fp11_mod(fps, a, b, &integer);
        assert_same(out, ref_mod(fps, a, b, &ref_integer));
        assert_int_equal(integer, ref_integer);
    }
}

static void test_div(void **unused)
{
    (void)unused;
    u64 state = 4;
    for (int i = 0; i < CASES; i++) {
        u16 fps = random_fps(&state);
        u64 a = operand(fps, random_number(&state));
        u64 b = operand(fps, random_number(&state));
        assert_same(fp11_div(fps, a, b), ref_div(fps, a, b));
    }
}

/* The chopped value of a positive number fraction * 2**(exp - 128 - bits), 0.5 <= fraction /
 * 2**bits < 2, whose exponent stays in range; rounded if half is set. */
static u64 exact_pack(u16 fps, u128 fraction, int bits, int exp)
{
    int width = fps & FP11_FD ? 56 : 24;
    if (fraction >> bits) {
        exp++;
        bits++;
    }
    if (!(fps & FP11_FT))
        fraction += (u128)1 << (bits - width - 1);
    if (fraction >> bits) {
        exp++;
        bits++;
    }
    u64 top = (u64)(fraction >> (bits - width)) << (56 - width);
    return (u64)exp << 55 | (top & 0x007fffffffffffffu);
}

/* Like signs, products and quotients are the exact results, chopped or rounded half up. */
static void test_exact(void **unused)
{
    (void)unused;
    u64 state = 5;
    for (int i = 0; i < CASES; i++) {
        u16 fps = random_fps(&state);
        u64 fraction = 0x007fffffffffffffu;
        u64 a = operand(fps, (random_number(&state) & fraction) | (u64)128 << 55);
        int shift = (int)(random_next(&state) % 60);
        u64 b = operand(fps, (random_number(&state) & fraction) | (u64)(128 - shift) << 55);
        u128 fa = ar_of(a) >> 3;
        u128 fb = ar_of(b) >> 3;
        u64 sum = exact_pack(fps, (fa << 64) + (fb << 64 >> shift), 120, 128);
        assert_int_equal(fp11_add(fps, a, b).value, sum);
        u128 product = fa * fb;
        int low = !(product >> 111);
        u64 exact = exact_pack(fps, product, 112 - low, 128 - shift - low);
        assert_int_equal(fp11_mul(fps, a, b).value, exact);
        low = fa < fb; /* 60 bits of the quotient tell chop and round from the exact one */
        u64 quotient = exact_pack(fps, (fa << (60 + low)) / fb, 60, 128 + shift - low);
        assert_int_equal(fp11_div(fps, a, b).value, quotient);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_add), cmocka_unit_test(test_mul),   cmocka_unit_test(test_mod),
        cmocka_unit_test(test_div), cmocka_unit_test(test_exact),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
