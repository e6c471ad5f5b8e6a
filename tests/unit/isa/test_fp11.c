/* test_fp11.c - what the handbook says of each FP11 instruction, in values: exceptions with their
 * traps on and off, condition codes, zeros and the undefined variable, conversions. Facts F84 and
 * F85. The arithmetic itself is tested in test_fp11_ref.c.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "isa/fp11.h"
#include "isa/isa.h"

/* A number by its words. */
#define NUM(w0, w1, w2, w3) ((u64)(w0) << 48 | (u64)(w1) << 32 | (u64)(w2) << 16 | (u64)(w3))
#define F(w0, w1)           NUM(w0, w1, 0, 0)

#define ZERO      F(0, 0)
#define ONE       F(0040200, 0)
#define MINUS_ONE F(0140200, 0)
#define TWO       F(0040400, 0)
#define HALF      F(0040000, 0)
#define UNDEFINED F(0100000, 0)
#define DIRTY     F(0000177, 0177777) /* exponent 0: a zero too */
#define BIG       F(0077777, 0177777) /* the largest F number */
#define BIG_D     NUM(077777, 0177777, 0177777, 0177777)
#define TINY      F(0000200, 0) /* the smallest number, 2**-128 */

#define D    FP11_FD
#define T    FP11_FT
#define V_ON FP11_FIV
#define U_ON FP11_FIU
#define C_ON FP11_FIC
#define N    FP11_FN
#define Z    FP11_FZ
#define V    FP11_FV
#define C    FP11_FC

static void check(struct fp11_out out, u64 value, unsigned cc, unsigned fec)
{
    assert_true(out.write);
    assert_int_equal(out.value, value);
    assert_int_equal(out.cc, cc);
    assert_int_equal(out.fec, fec);
}

struct row {
    u16 fps;
    u64 ac, src, value;
    u8 cc, fec;
};

typedef struct fp11_out fp_op(u16 fps, u64 ac, u64 src);

static void check_rows(fp_op *op, const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        check(op(rows[i].fps, rows[i].ac, rows[i].src), rows[i].value, rows[i].cc, rows[i].fec);
}

static void test_add(void **unused)
{
    (void)unused;
    static const struct row rows[] = {
        {0, ONE, ONE, TWO, 0, 0},
        {FP11_CC, ONE, MINUS_ONE, ZERO, Z, 0},
        {0, HALF, MINUS_ONE, F(0140000, 0), N, 0},
        {0, ZERO, ZERO, ZERO, Z, 0},
        {0, DIRTY, ZERO, ZERO, Z, 0},
        {0, DIRTY, MINUS_ONE, MINUS_ONE, N, 0},
        {0, ONE, DIRTY, ONE, 0, 0},
        {0, UNDEFINED, UNDEFINED, ZERO, Z, 0},
        {0, MINUS_ONE, UNDEFINED, MINUS_ONE, N, 0},
        /* rounding: half a unit goes away from zero, a carry into the exponent */
        {0, ONE, F(0032200, 0), F(0040200, 1), 0, 0},
        {0, MINUS_ONE, F(0132200, 0), F(0140200, 1), N, 0},
        {T, ONE, F(0032200, 0), ONE, 0, 0},
        {0, F(0040177, 0177777), F(0031600, 0), F(0040177, 0177777), 0, 0},
        {0, F(0040177, 0177777), F(0032000, 0), ONE, 0, 0},
        {T, F(0040177, 0177777), F(0032000, 0), F(0040177, 0177777), 0, 0},
        {D, ONE, F(0022200, 0), NUM(0040200, 0, 0, 1), 0, 0},
        {D | T, ONE, F(0022200, 0), ONE, 0, 0},
        /* one place of normalization, with a guard bit moving in */
        {T, ONE, F(0132300, 0), F(0040177, 0177776), 0, 0},
        /* far operands: aligned by up to 58 places, then lost */
        {T, ONE, F(0122200, 0), F(0040177, 0177777), 0, 0},
        {D | T, ONE, F(0121600, 0), NUM(0040177, 0177777, 0177777, 0177777), 0, 0},
        {D | T, ONE, F(0121400, 0), ONE, 0, 0},
        {D, ONE, F(0121600, 0), ONE, 0, 0},
        /* overflow: exponent too small by 400 */
        {0, BIG, BIG, ZERO, Z | V, 0},
        {U_ON, BIG, BIG, ZERO, Z | V, 0},
        {V_ON, BIG, BIG, F(0000177, 0177777), Z | V, FP11_OVERFLOW},
        {V_ON, F(0177600, 0), F(0177600, 0), UNDEFINED, N | Z | V, FP11_OVERFLOW},
        {0, BIG, F(0071700, 0), ZERO, Z | V, 0}, /* only by rounding */
        {T, BIG, F(0071700, 0), BIG, 0, 0},
        {V_ON | D, BIG_D, F(0061600, 0), ZERO, Z | V, FP11_OVERFLOW},
        /* underflow: exponent too large by 400, except 0 */
        {0, F(0000300, 0), F(0100200, 0), ZERO, Z, 0},
        {V_ON, F(0000300, 0), F(0100200, 0), ZERO, Z, 0},
        {U_ON, F(0000300, 0), F(0100200, 0), ZERO, Z, FP11_UNDERFLOW},
        {U_ON, F(0100300, 0), TINY, UNDEFINED, N | Z, FP11_UNDERFLOW},
        {U_ON, F(0000240, 0), F(0100200, 0), F(0077600, 0), 0, FP11_UNDERFLOW},
    };
    check_rows(fp11_add, rows, ARRAY_LEN(rows));
}

static void test_sub(void **unused)
{
    (void)unused;
    static const struct row rows[] = {
        {0, ONE, ONE, ZERO, Z, 0},
        {0, ZERO, ONE, MINUS_ONE, N, 0},
        {0, ONE, UNDEFINED, ONE, 0, 0},
        {0, TWO, ONE, ONE, 0, 0},
        {0, MINUS_ONE, ONE, F(0140400, 0), N, 0},
    };
    check_rows(fp11_sub, rows, ARRAY_LEN(rows));
}

static void test_mul(void **unused)
{
    (void)unused;
    static const struct row rows[] = {
        {0, TWO, HALF, ONE, 0, 0},
        {FP11_CC, MINUS_ONE, ZERO, ZERO, Z, 0},
        {0, UNDEFINED, ONE, ZERO, Z, 0},
        {0, ONE, DIRTY, ZERO, Z, 0},
        {0, MINUS_ONE, BIG, F(0177777, 0177777), N, 0},
        {0, BIG, TWO, ZERO, Z | V, 0},
        {V_ON, BIG, TWO, F(0000177, 0177777), Z | V, FP11_OVERFLOW},
        {V_ON, BIG, F(0140600, 0), F(0100377, 0177777), N | V, FP11_OVERFLOW},
        {0, TINY, HALF, ZERO, Z, 0},
        {U_ON, TINY, HALF, ZERO, Z, FP11_UNDERFLOW},
        {U_ON, TINY, F(0137600, 0), F(0177600, 0), N, FP11_UNDERFLOW},
    };
    check_rows(fp11_mul, rows, ARRAY_LEN(rows));
}

static void test_div(void **unused)
{
    (void)unused;
    static const struct row rows[] = {
        {0, ONE, TWO, HALF, 0, 0},
        {0, ONE, F(0040500, 0), F(0037652, 0125253), 0, 0},
        {T, ONE, F(0040500, 0), F(0037652, 0125252), 0, 0},
        {D, ONE, F(0040500, 0), NUM(0037652, 0125252, 0125252, 0125253), 0, 0},
        {FP11_CC, ZERO, ONE, ZERO, Z, 0},
        {0, DIRTY, MINUS_ONE, ZERO, Z, 0},
        {0, BIG, HALF, ZERO, Z | V, 0},
        {V_ON, BIG, HALF, F(0000177, 0177777), Z | V, FP11_OVERFLOW},
        {0, TINY, TWO, ZERO, Z, 0},
        {U_ON, TINY, F(0140600, 0), F(0177600, 0), N, FP11_UNDERFLOW},
    };
    check_rows(fp11_div, rows, ARRAY_LEN(rows));

    static const u64 zeros[] = {ZERO, DIRTY, UNDEFINED};
    for (size_t i = 0; i < ARRAY_LEN(zeros); i++) {
        struct fp11_out out = fp11_div(N | V, ONE, zeros[i]);
        assert_int_equal(out.fec, FP11_DIV_ZERO);
        assert_int_equal(out.cc, N | V); /* as they were */
        assert_false(out.write);
    }
}

static void test_mod(void **unused)
{
    (void)unused;
    static const struct {
        u16 fps;
        u64 ac, src, fraction, integer;
        u8 cc, fec;
    } rows[] = {
        {0, F(0040500, 0), HALF, HALF, ONE, 0, 0}, /* 3 * 0.5 */
        {0, F(0140500, 0), HALF, F(0140000, 0), MINUS_ONE, N, 0},
        {0, TWO, ONE, ZERO, TWO, Z, 0},             /* no fraction */
        {0, HALF, HALF, F(0037600, 0), ZERO, 0, 0}, /* no integer */
        {0, ZERO, ONE, ZERO, ZERO, Z, 0},
        {0, ONE, UNDEFINED, ZERO, ZERO, Z, 0},
        {0, F(0045777, 0177777), TWO, ZERO, F(0046177, 0177777), Z, 0}, /* 2**24 - 1 */
        {T, F(0045777, 0177777), F(0040300, 0), F(0037600, 0), F(0046077, 0177777), 0, 0},
        {0, F(0040177, 0177777), F(0040177, 0177777), F(0040177, 0177776), ZERO, 0, 0},
        {0, BIG, TWO, ZERO, ZERO, Z | V, 0},
        {V_ON, BIG, F(0140600, 0), ZERO, F(0100377, 0177777), Z | V, FP11_OVERFLOW},
        {0, TINY, HALF, ZERO, ZERO, Z, 0},
        {U_ON, TINY, F(0137600, 0), F(0177600, 0), ZERO, N, FP11_UNDERFLOW},
        /* rounding makes the fraction 1 */
        {0, F(0040177, 0174000), F(0040200, 02000), ONE, ZERO, 0, 0},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        u64 integer;
        check(fp11_mod(rows[i].fps, rows[i].ac, rows[i].src, &integer), rows[i].fraction,
              rows[i].cc, rows[i].fec);
        assert_int_equal(integer, rows[i].integer);
    }
}

static void test_cmp(void **unused)
{
    (void)unused;
    static const u64 order[] = {
        F(0177777, 0177777),
        F(0140500, 0),
        MINUS_ONE,
        F(0100200, 0),
        ZERO,
        TINY,
        HALF,
        ONE,
        TWO,
        BIG,
    };
    for (size_t i = 0; i < ARRAY_LEN(order); i++)
        for (size_t j = 0; j < ARRAY_LEN(order); j++) {
            struct fp11_out out = fp11_cmp(FP11_CC, order[j], order[i]);
            assert_int_equal(out.cc, i < j ? N : i == j ? Z : 0);
            assert_int_equal(out.fec, FP11_NONE);
            assert_int_equal(out.write, order[i] == 0 && order[j] == 0);
        }
    /* any two zeros are equal, and AC becomes the exact one */
    check(fp11_cmp(0, UNDEFINED, DIRTY), ZERO, Z, 0);
    assert_int_equal(fp11_cmp(0, UNDEFINED, MINUS_ONE).cc, N);
    assert_int_equal(fp11_cmp(0, MINUS_ONE, UNDEFINED).cc, 0);
}

static void test_single(void **unused)
{
    (void)unused;
    check(fp11_clr(FP11_CC), ZERO, Z, 0);
    check(fp11_ldf(V, MINUS_ONE), MINUS_ONE, N, 0);
    check(fp11_ldf(0, UNDEFINED), UNDEFINED, N | Z, 0);
    check(fp11_ldf(0, DIRTY), DIRTY, Z, 0);
    check(fp11_abs(C, MINUS_ONE), ONE, 0, 0);
    check(fp11_abs(0, ONE), ONE, 0, 0);
    check(fp11_abs(0, UNDEFINED), ZERO, Z, 0);
    check(fp11_abs(0, DIRTY), ZERO, Z, 0);
    check(fp11_neg(0, ONE), MINUS_ONE, N, 0);
    check(fp11_neg(0, MINUS_ONE), ONE, 0, 0);
    check(fp11_neg(0, UNDEFINED), ZERO, Z, 0);
    struct fp11_out out = fp11_tst(FP11_CC, UNDEFINED);
    assert_int_equal(out.cc, N | Z);
    assert_false(out.write);
    assert_int_equal(fp11_tst(0, MINUS_ONE).cc, N);
    assert_int_equal(fp11_tst(0, ONE).cc, 0);
}

static void test_formats(void **unused)
{
    (void)unused;
    u64 below = NUM(0040200, 0, 0077777, 0177777);
    u64 half = NUM(0140200, 1, 0100000, 0);
    check(fp11_ldcdf(0, below), ONE, 0, 0);
    check(fp11_ldcdf(0, half), F(0140200, 2), N, 0);
    check(fp11_ldcdf(T, half), F(0140200, 1), N, 0);
    check(fp11_ldcdf(D, F(0140200, 1)), F(0140200, 1), N, 0);
    check(fp11_ldcdf(0, NUM(0, 1, 2, 3)), ZERO, Z, 0);
    check(fp11_ldcdf(D, UNDEFINED), ZERO, Z, 0);
    check(fp11_ldcdf(0, BIG_D), ZERO, Z | V, 0);
    check(fp11_ldcdf(T, BIG_D), BIG, 0, 0);
    check(fp11_ldcdf(V_ON, BIG_D), ZERO, Z | V, FP11_OVERFLOW);
    check(fp11_ldcdf(V_ON, BIG_D | UNDEFINED), UNDEFINED, N | Z | V, FP11_OVERFLOW);
    check(fp11_stcfd(D, half), F(0140200, 2), N, 0);
    check(fp11_stcfd(D | T, half), F(0140200, 1), N, 0);
    check(fp11_stcfd(0, MINUS_ONE), MINUS_ONE, N, 0);
    check(fp11_stcfd(0, UNDEFINED), ZERO, Z, 0);
    check(fp11_stcfd(D, BIG_D), ZERO, Z | V, 0);
    check(fp11_stcfd(D | V_ON, BIG_D), ZERO, Z | V, FP11_OVERFLOW);
}

/* Every word, and long integers around each power of two, go to F or D and back. */
static void test_integers(void **unused)
{
    (void)unused;
    for (int i = -32768; i < 32768; i++) {
        u32 word = (u32)i << 16;
        struct fp11_out out = fp11_ldcif(V, word);
        unsigned cc = i < 0 ? N : i == 0 ? Z : 0;
        assert_int_equal(out.cc, cc);
        check(fp11_stcfi(V | C, out.value), word, cc, 0);
        assert_int_equal(fp11_ldcif(FP11_FL | D, (u32)i).value, out.value);
    }
    for (int bit = 0; bit < 32; bit++)
        for (int step = -1; step <= 1; step++) {
            u32 word = ((u32)1 << bit) + (u32)step;
            u64 value = fp11_ldcif(FP11_FL | D, word).value;
            unsigned cc = word >> 31 ? N : word == 0 ? Z : 0;
            check(fp11_stcfi(FP11_FL | D, value), word, cc, 0);
        }
    check(fp11_ldcif(0, 0x00010000), ONE, 0, 0);
    check(fp11_ldcif(FP11_FL, 1), ONE, 0, 0);
    check(fp11_ldcif(FP11_FL, 0x7fffffff), F(0050000, 0), 0, 0); /* rounded up to 2**31 */
    check(fp11_ldcif(FP11_FL | T, 0x7fffffff), F(0047777, 0177777), 0, 0);
    check(fp11_ldcif(FP11_FL, 0x80000000), F(0150000, 0), N, 0);
}

static void test_stcfi(void **unused)
{
    (void)unused;
    u64 limit = F(0044000, 0);                                   /* 2**15 */
    check(fp11_stcfi(0, F(0040377, 0177777)), 0x00010000, 0, 0); /* always chopped */
    check(fp11_stcfi(0, F(0140377, 0177777)), 0xffff0000, N, 0);
    check(fp11_stcfi(0, F(0040177, 0177777)), 0, Z, 0);
    check(fp11_stcfi(0, F(0140000, 0)), 0, Z, 0);
    check(fp11_stcfi(0, DIRTY), 0, Z, 0);
    check(fp11_stcfi(0, UNDEFINED), 0, Z, 0);
    check(fp11_stcfi(0, limit), 0, Z | C, 0);
    check(fp11_stcfi(V_ON | U_ON, limit), 0, Z | C, 0);
    check(fp11_stcfi(C_ON, limit), 0, Z | C, FP11_CONVERT);
    check(fp11_stcfi(C_ON, limit | UNDEFINED), 0x80000000, N, 0);
    check(fp11_stcfi(C_ON, F(0144000, 0000400)), 0, Z | C, FP11_CONVERT);
    check(fp11_stcfi(C_ON, BIG), 0, Z | C, FP11_CONVERT);
    check(fp11_stcfi(C_ON | FP11_FL, limit), 0x8000, 0, 0);
    check(fp11_stcfi(C_ON | FP11_FL, F(0050000, 0)), 0, Z | C, FP11_CONVERT);
    check(fp11_stcfi(C_ON | FP11_FL, F(0150000, 0)), 0x80000000, N, 0);
    check(fp11_stcfi(C_ON | FP11_FL, F(0177777, 0)), 0, Z | C, FP11_CONVERT);
}

static void test_exponents(void **unused)
{
    (void)unused;
    u64 value = F(0140300, 0); /* -1.5 */
    for (int exp = -127; exp < 128; exp++) {
        struct fp11_out out = fp11_ldexp(V, value, (u16)exp);
        check(out, (value & ~F(077600, 0)) | (u64)(exp + 128) << 55, N, 0);
        check(fp11_stexp(V | C, out.value), (u16)exp, exp < 0 ? N : exp == 0 ? Z : 0, 0);
    }
    check(fp11_stexp(0, ZERO), 0177600, N, 0);
    check(fp11_ldexp(0, value, 0200), ZERO, Z | V, 0);
    check(fp11_ldexp(V_ON, value, 0200), F(0100100, 0), N | Z | V, FP11_OVERFLOW);
    check(fp11_ldexp(V_ON, value, 077777), F(0137700, 0), N | V, FP11_OVERFLOW);
    check(fp11_ldexp(0, value, 0177600), ZERO, Z, 0);
    check(fp11_ldexp(U_ON, value, 0177600), F(0100100, 0), N | Z, FP11_UNDERFLOW);
    check(fp11_ldexp(U_ON, value, 0100000), F(0140100, 0), N, FP11_UNDERFLOW);
    check(fp11_ldexp(0, ZERO, 1), ONE, 0, 0); /* of a zero, too */
}

static void test_operands(void **unused)
{
    (void)unused;
    assert_true(fp11_undefined(FP11_FIUV, UNDEFINED));
    assert_true(fp11_undefined(FP11_FIUV, UNDEFINED | 1));
    assert_false(fp11_undefined((u16)~FP11_FIUV, UNDEFINED));
    assert_false(fp11_undefined(FP11_FIUV, ZERO));
    assert_false(fp11_undefined(FP11_FIUV, F(0100200, 0)));

    struct fp11 fp = {.ac = {0, NUM(1, 2, 3, 4)}};
    assert_int_equal(fp11_get_ac(&fp, 1, 2), NUM(1, 2, 0, 0));
    assert_int_equal(fp11_get_ac(&fp, 1, 4), NUM(1, 2, 3, 4));
    fp11_set_ac(&fp, 1, 2, NUM(5, 6, 7, 8));
    assert_int_equal(fp.ac[1], NUM(5, 6, 3, 4));
    fp11_set_ac(&fp, 1, 4, NUM(5, 6, 7, 8));
    assert_int_equal(fp.ac[1], NUM(5, 6, 7, 8));

    assert_int_equal(fp11_float_words(0), 2);
    assert_int_equal(fp11_float_words(D), 4);
    assert_int_equal(fp11_other_words(0), 4);
    assert_int_equal(fp11_other_words(D), 2);
    assert_int_equal(fp11_int_words(D), 1);
    assert_int_equal(fp11_int_words(FP11_FL), 2);
}

/* FEC and FEA are loaded and FER is set with FID on and off; only the trap differs. */
static void test_f85_fec_and_fea(void **unused)
{
    (void)unused;
    struct fp11 fp = {.fps = D | N};
    assert_true(fp11_raise(&fp, FP11_OVERFLOW, 01000));
    assert_int_equal(fp.fps, FP11_FER | D | N);
    assert_int_equal(fp.fec, 010);
    assert_int_equal(fp.fea, 01000);
    fp.fps = FP11_FID;
    assert_false(fp11_raise(&fp, FP11_UNDEFINED, 02000));
    assert_int_equal(fp.fps, FP11_FER | FP11_FID);
    assert_int_equal(fp.fec, 014);
    assert_int_equal(fp.fea, 02000);
}

/* LDUB and its neighbours are instructions; the other words without operand are reserved. */
static void test_f84_maintenance(void **unused)
{
    (void)unused;
    for (unsigned word = 0170003; word <= 0170007; word++)
        assert_int_not_equal(isa_op((u16)word), OP_NONE);
    assert_int_equal(isa_op(0170010), OP_NONE);
    for (unsigned word = 0170013; word <= 0170077; word++)
        assert_int_equal(isa_op((u16)word), OP_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_add),
        cmocka_unit_test(test_sub),
        cmocka_unit_test(test_mul),
        cmocka_unit_test(test_div),
        cmocka_unit_test(test_mod),
        cmocka_unit_test(test_cmp),
        cmocka_unit_test(test_single),
        cmocka_unit_test(test_formats),
        cmocka_unit_test(test_integers),
        cmocka_unit_test(test_stcfi),
        cmocka_unit_test(test_exponents),
        cmocka_unit_test(test_operands),
        cmocka_unit_test(test_f85_fec_and_fea),
        cmocka_unit_test(test_f84_maintenance),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
