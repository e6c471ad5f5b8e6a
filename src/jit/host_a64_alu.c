/* host_a64_alu.c - aarch64 as a host: arithmetic and condition codes. See host.h, host_a64.c.
 *
 * The host's flags are those of 32 bits: operands are shifted left until their sign is bit 31, by
 * 16 for words and by 24 for bytes, and the flags are the PDP-11's then, but for C. That is the
 * carry of an addition, and the opposite of a borrow. code->borrow tells which of them the flags
 * hold while code is written; a fixup takes it along to where its jump goes. Sources of rotations
 * and the extended instruction set: src/isa/alu.h and alu.c.
 */
#ifdef __aarch64__

#include "jit/a64.h"

/* TMP, VAL and the pointer as registers of the host. */
#define P A64_POINTER
#define S A64_S
#define T A64_T

static unsigned shift_of(unsigned size)
{
    return size == 2 ? 16 : 24;
}

/* The result that is in the upper bits of S: to `dst`, the rest of which stays. */
static void put_result(struct code *code, unsigned size, unsigned dst)
{
    if (size == 2)
        a64_field(code, A64_FIELD, dst, S, 16, 16);
    else
        a64_field(code, A64_INSERT_FIELD, dst, S, 24, 8);
}

/* N and Z by the low `size` bytes; V and C are 0. */
static void test(struct code *code, unsigned size, unsigned reg)
{
    a64_rrr(code, A64_ADDS, ZR, ZR, reg, shift_of(size));
    code->borrow = 0;
}

static void add(struct code *code, unsigned size, unsigned dst, unsigned src)
{
    a64_left(code, false, S, dst, shift_of(size));
    a64_rrr(code, A64_ADDS, S, S, src, shift_of(size));
    put_result(code, size, dst);
    code->borrow = 0;
}

static void subtract(struct code *code, unsigned size, unsigned dst, unsigned src, bool keep)
{
    a64_left(code, false, S, dst, shift_of(size));
    a64_rrr(code, A64_SUBS, keep ? ZR : S, S, src, shift_of(size));
    if (!keep)
        put_result(code, size, dst);
    code->borrow = 1;
}

/* AND, OR and XOR: of a byte's source the rest must not matter. */
static void logical(struct code *code, u32 op, unsigned size, unsigned dst, unsigned src)
{
    if (size == 1) {
        if (op == A64_AND)
            a64_mask(code, A64_OR_MASK, S, src, 8, 8);
        else
            a64_mask(code, A64_AND_MASK, S, src, 0, 8);
        src = S;
    }
    a64_rrr(code, op, dst, dst, src, 0);
    test(code, size, dst);
}

static void alu(struct code *code, enum host_alu op, unsigned size, unsigned dst, unsigned src)
{
    switch (op) {
    case ALU_ADD: add(code, size, dst, src); break;
    case ALU_SUB: subtract(code, size, dst, src, false); break;
    case ALU_CMP: subtract(code, size, dst, src, true); break;
    case ALU_AND: logical(code, A64_AND, size, dst, src); break;
    case ALU_OR: logical(code, A64_OR, size, dst, src); break;
    case ALU_XOR: logical(code, A64_XOR, size, dst, src); break;
    case ALU_TEST:
        if (dst != src) {
            a64_rrr(code, A64_AND, S, dst, src, 0);
            dst = S;
        }
        test(code, size, dst);
        break;
    }
}

void host_alu(struct code *code, enum host_alu op, unsigned size, enum host_reg dst,
              enum host_reg src)
{
    alu(code, op, size, a64_reg[dst], a64_reg[src]);
}

/* The constant is shifted when it is translated. */
static void add_const(struct code *code, unsigned size, unsigned dst, u16 value)
{
    a64_const(code, T, size == 2 ? value : (u16)(value << 8), true);
    a64_rrr(code, A64_ADDS, S, T, dst, shift_of(size));
    put_result(code, size, dst);
    code->borrow = 0;
}

static void subtract_const(struct code *code, unsigned size, unsigned dst, u16 value, bool keep)
{
    unsigned to = keep ? ZR : S;

    a64_left(code, false, S, dst, shift_of(size));
    if (size == 2 && value < 256) {
        a64_rrc(code, A64_SUBS_CONST, to, S, value * 16u, true);
    } else {
        a64_const(code, T, size == 2 ? value : (u16)(value << 8), true);
        a64_rrr(code, A64_SUBS, to, S, T, 0);
    }
    if (!keep)
        put_result(code, size, dst);
    code->borrow = 1;
}

void host_alu_const(struct code *code, enum host_alu op, unsigned size, enum host_reg dst,
                    u16 value)
{
    unsigned to = a64_reg[dst];

    if (op == ALU_ADD) {
        add_const(code, size, to, value);
    } else if (op == ALU_SUB || op == ALU_CMP) {
        subtract_const(code, size, to, value, op == ALU_CMP);
    } else {
        a64_const(code, T, value, false);
        alu(code, op, size, to, T);
    }
}

void host_single(struct code *code, enum host_single op, unsigned size, enum host_reg reg)
{
    unsigned r = a64_reg[reg];

    switch (op) {
    case SINGLE_INC: add_const(code, size, r, 1); break;
    case SINGLE_DEC: subtract_const(code, size, r, 1, false); break;
    case SINGLE_NEG:
        a64_rrr(code, A64_SUBS, S, ZR, r, shift_of(size));
        put_result(code, size, r);
        code->borrow = 1;
        break;
    case SINGLE_NOT: a64_mask(code, A64_XOR_MASK, r, r, 0, 8 * size); break;
    case SINGLE_ASL: add(code, size, r, r); break;
    }
}

void host_shift(struct code *code, enum host_shift op, unsigned size, enum host_reg reg, bool v)
{
    unsigned bits = 8 * size, r = a64_reg[reg];

    switch (op) {
    case SHIFT_ROR:
        a64_field(code, A64_FIELD, S, r, 0, bits);
        a64_rrr(code, A64_OR, S, S, A64_C, bits);
        a64_field(code, A64_FIELD, A64_C, r, 0, 1);
        a64_field(code, A64_FIELD, S, S, 1, bits);
        break;
    case SHIFT_ROL:
        a64_rrr(code, A64_OR, S, A64_C, r, 1);
        a64_field(code, A64_FIELD, A64_C, r, bits - 1, 1);
        break;
    case SHIFT_ASR:
        a64_field(code, A64_FIELD, A64_C, r, 0, 1);
        a64_field(code, A64_SIGNED_FIELD, S, r, 1, bits - 1);
        break;
    }
    if (size == 2)
        a64_trim(code, r, S);
    else
        a64_field(code, A64_INSERT_FIELD, r, S, 0, 8);
    if (!v)
        return;
    a64_rrr_right(code, A64_XOR, A64_V, A64_C, r, bits - 1); /* V is N xor C */
    a64_field(code, A64_FIELD, A64_V, A64_V, 0, 1);
}

void host_asr(struct code *code, unsigned size, enum host_reg reg)
{
    unsigned r = a64_reg[reg];

    a64_field(code, A64_SIGNED_FIELD, S, r, 1, 8 * size - 1);
    if (size == 2)
        a64_trim(code, r, S);
    else
        a64_field(code, A64_INSERT_FIELD, r, S, 0, 8);
}

void host_carry(struct code *code, bool minus, unsigned size, enum host_reg dst)
{
    if (minus)
        subtract(code, size, a64_reg[dst], A64_C, false);
    else
        add(code, size, a64_reg[dst], A64_C);
}

void host_save_v(struct code *code)
{
    a64_set(code, A64_VS, A64_V);
}

void host_save_c(struct code *code)
{
    a64_set(code, code->borrow ? A64_LO : A64_HS, A64_C);
}

void host_put_v(struct code *code, bool value)
{
    a64_const(code, A64_V, value, false);
}

void host_put_c(struct code *code, bool value)
{
    a64_const(code, A64_C, value, false);
}

/* --- the extended instruction set ----------------------------------------------------------- */

/* The 32-bit result in S: high and low words, the low one last, and NZ. */
static void put_long(struct code *code, enum host_reg high, enum host_reg low)
{
    unsigned nz = a64_reg[HR_NZ];

    a64_field(code, A64_FIELD, nz, S, 16, 16);
    a64_move(code, a64_reg[high], nz);
    a64_trim(code, a64_reg[low], S);
    a64_mask(code, A64_ANDS_MASK, ZR, S, 0, 16);
    a64_set(code, A64_NE, T);
    a64_rrr(code, A64_OR, nz, nz, T, 0);
}

/* S := the high and low words. */
static void get_long(struct code *code, enum host_reg high, enum host_reg low)
{
    a64_rrr(code, A64_OR, S, a64_reg[low], a64_reg[high], 16);
}

static void extend_word(struct code *code, unsigned dst, unsigned src)
{
    a64_field(code, A64_SIGNED_FIELD, dst, src, 0, 16);
}

void host_mul(struct code *code, enum host_reg high, enum host_reg low)
{
    extend_word(code, S, a64_reg[high]);
    extend_word(code, T, a64_reg[HR_VAL]);
    a64_rrr(code, A64_MUL, S, S, T, 0);
    extend_word(code, T, S);
    a64_rrr(code, A64_SUBS, ZR, T, S, 0);
    a64_set(code, A64_NE, A64_C);
    host_put_v(code, false);
    put_long(code, high, low);
}

fixup host_div(struct code *code, enum host_reg high, enum host_reg low)
{
    const unsigned wide = a64_reg[HR_TMP];
    fixup done, zero, large, edge, slow;

    get_long(code, high, low); /* the lowest number, too, gives a quotient that does not fit */
    extend_word(code, T, a64_reg[HR_VAL]);
    zero = a64_jump(code, A64_CBZ | T);
    a64_rrr(code, A64_SDIV, P, S, T, 0);
    extend_word(code, wide, P);
    a64_rrr(code, A64_SUBS, ZR, wide, P, 0);
    large = a64_jump_if(code, A64_NE);
    a64_rrc(code, A64_ADD_CONST, wide, wide, 8, true); /* 0100000 */
    edge = a64_jump(code, A64_CBZ | wide);
    code_word(code, 0x1b008000u | T << 16 | S << 10 | P << 5 | S); /* msub: S - P * T */
    a64_trim(code, a64_reg[high], P);
    a64_trim(code, a64_reg[low], S);
    host_move(code, HR_NZ, high);
    host_put_v(code, false);
    host_put_c(code, false);
    done = host_jump(code);
    host_bind(code, zero);
    host_bind(code, large);
    host_bind(code, edge);
    slow = host_jump(code);
    host_bind(code, done);
    return slow;
}

/* Shift S, a signed number of 64 bits that stands for `bits`; V and C as shift() in alu.c finds
 * them. */
static void shift_wide(struct code *code, unsigned bits, int count)
{
    if (count == 0) {
        host_put_c(code, false);
        host_put_v(code, false);
        return;
    }
    if (count < 0) {
        unsigned by = (unsigned)-count;

        a64_field(code, A64_FIELD | A64_WIDE, A64_C, S, by - 1, 1);
        a64_field(code, A64_SIGNED_FIELD | A64_WIDE, S, S, by, 64 - by);
        host_put_v(code, false);
        return;
    }
    a64_field(code, A64_SIGNED_FIELD | A64_WIDE, T, S, 63, 1);
    a64_left(code, true, S, S, (unsigned)count);
    a64_field(code, A64_FIELD | A64_WIDE, A64_C, S, bits, 1);
    a64_field(code, A64_SIGNED_FIELD | A64_WIDE, P, S, bits - 1, 65 - bits);
    a64_rrr(code, A64_SUBS | A64_WIDE, ZR, P, T, 0);
    a64_set(code, A64_NE, A64_V);
}

void host_ash(struct code *code, enum host_reg reg, int count)
{
    a64_field(code, A64_SIGNED_FIELD | A64_WIDE, S, a64_reg[reg], 0, 16);
    shift_wide(code, 16, count);
    a64_trim(code, a64_reg[reg], S);
    host_move(code, HR_NZ, reg);
}

void host_ashc(struct code *code, enum host_reg high, enum host_reg low, int count)
{
    get_long(code, high, low);
    a64_field(code, A64_SIGNED_FIELD | A64_WIDE, S, S, 0, 32);
    shift_wide(code, 32, count);
    put_long(code, high, low);
}

#endif
