/* fp11.c - the arithmetic of the FP11-B as functions: see fp11_arith.h. */
#include "isa/fp11_arith.h"

struct fp11_out fp11_add(u16 fps, u64 ac, u64 src)
{
    return arith_add(fps, ac, src);
}

struct fp11_out fp11_sub(u16 fps, u64 ac, u64 src)
{
    return arith_sub(fps, ac, src);
}

struct fp11_out fp11_mul(u16 fps, u64 ac, u64 src)
{
    return arith_mul(fps, ac, src);
}

struct fp11_out fp11_div(u16 fps, u64 ac, u64 src)
{
    return arith_div(fps, ac, src);
}

struct fp11_out fp11_mod(u16 fps, u64 ac, u64 src, u64 *integer)
{
    return arith_mod(fps, ac, src, integer);
}

struct fp11_out fp11_cmp(u16 fps, u64 ac, u64 src)
{
    return arith_cmp(fps, ac, src);
}

struct fp11_out fp11_clr(u16 fps)
{
    return arith_clr(fps);
}

struct fp11_out fp11_tst(u16 fps, u64 src)
{
    return arith_tst(fps, src);
}

struct fp11_out fp11_abs(u16 fps, u64 src)
{
    return arith_abs(fps, src);
}

struct fp11_out fp11_neg(u16 fps, u64 src)
{
    return arith_neg(fps, src);
}

struct fp11_out fp11_ldf(u16 fps, u64 src)
{
    return arith_ldf(fps, src);
}

struct fp11_out fp11_ldcdf(u16 fps, u64 src)
{
    return arith_ldcdf(fps, src);
}

struct fp11_out fp11_stcfd(u16 fps, u64 ac)
{
    return arith_stcfd(fps, ac);
}

struct fp11_out fp11_ldcif(u16 fps, u32 src)
{
    return arith_ldcif(fps, src);
}

struct fp11_out fp11_stcfi(u16 fps, u64 ac)
{
    return arith_stcfi(fps, ac);
}

struct fp11_out fp11_ldexp(u16 fps, u64 ac, u16 exponent)
{
    return arith_ldexp(fps, ac, exponent);
}

struct fp11_out fp11_stexp(u16 fps, u64 ac)
{
    return arith_stexp(fps, ac);
}
