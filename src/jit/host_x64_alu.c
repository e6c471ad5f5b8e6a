/* host_x64_alu.c - x86-64 as a host: registers, arithmetic, condition codes. See host.h,
 * host_x64.c.
 *
 * The host's 8 and 16 bit operations set its flags as the PDP-11's do, but for rotations and the
 * extended instruction set. Sources of those: src/isa/alu.h and alu.c.
 */
#ifdef __x86_64__

#include "jit/x64.h"

/* TMP, VAL and the pointer as registers of the host. */
#define T RDI
#define V RDX
#define P RAX

static enum x64_width width_of(unsigned size)
{
    return size == 2 ? WORD : BYTE;
}

/* Opcodes of dst, src for 16 bits; that of 8 is one less. The extension is for constants. */
static const struct {
    u8 opcode, extension;
} alu_code[] = {
    [ALU_ADD] = {0x01, 0}, [ALU_SUB] = {0x29, 5}, [ALU_CMP] = {0x39, 7},  [ALU_AND] = {0x21, 4},
    [ALU_OR] = {0x09, 1},  [ALU_XOR] = {0x31, 6}, [ALU_TEST] = {0x85, 0},
};

void host_alu(struct code *code, enum host_alu op, unsigned size, enum host_reg dst,
              enum host_reg src)
{
    x64_rr(code, width_of(size), alu_code[op].opcode - (size == 1u), x64_reg[src], x64_reg[dst]);
}

void host_alu_const(struct code *code, enum host_alu op, unsigned size, enum host_reg dst,
                    u16 value)
{
    bool small = (i16)value == (i8)value;
    unsigned extension = alu_code[op].extension, reg = x64_reg[dst];

    if (op == ALU_TEST)
        x64_rr(code, width_of(size), size == 2 ? 0xf7 : 0xf6, 0, reg);
    else if (size == 1)
        x64_rr(code, BYTE, 0x80, extension, reg);
    else
        x64_rr(code, WORD, small ? 0x83 : 0x81, extension, reg);
    code_byte(code, value & 0xff);
    if (size == 2 && (op == ALU_TEST || !small))
        code_byte(code, value >> 8);
}

void host_single(struct code *code, enum host_single op, unsigned size, enum host_reg reg)
{
    enum x64_width width = width_of(size);
    unsigned byte = size == 1, r = x64_reg[reg];

    switch (op) {
    case SINGLE_INC: x64_rr(code, width, 0xff - byte, 0, r); break;
    case SINGLE_DEC: x64_rr(code, width, 0xff - byte, 1, r); break;
    case SINGLE_NEG: x64_rr(code, width, 0xf7 - byte, 3, r); break;
    case SINGLE_NOT: x64_rr(code, width, 0xf7 - byte, 2, r); break;
    case SINGLE_ASL: x64_rr(code, width, 0x01 - byte, r, r); break;
    }
}

/* T := the low `size` bytes of a register. */
static void widen(struct code *code, unsigned size, enum host_reg reg)
{
    x64_rr(code, size == 1 ? BYTE : LONG, size == 1 ? 0x0fb6 : 0x0fb7, T, x64_reg[reg]);
}

static void load_c(struct code *code, unsigned to)
{
    x64_hot(code, LONG, 0x0fb6, to, HOT_AT(c));
}

void host_asr(struct code *code, unsigned size, enum host_reg reg)
{
    x64_rr(code, size == 1 ? BYTE : WORD, size == 1 ? 0xd0 : 0xd1, 7, x64_reg[reg]); /* sar */
}

void host_shift(struct code *code, enum host_shift op, unsigned size, enum host_reg reg, bool v)
{
    unsigned bits = 8 * size;

    switch (op) {
    case SHIFT_ROR:
        widen(code, size, reg);
        load_c(code, V);
        x64_shift(code, LONG, 4, V, bits);
        x64_rr(code, LONG, 0x09, V, T);
        x64_shift(code, LONG, 5, T, 1);
        break;
    case SHIFT_ROL:
        widen(code, size, reg);
        load_c(code, V);
        x64_rr(code, LONG, 0x01, T, T);
        x64_rr(code, LONG, 0x09, V, T);
        x64_rr(code, LONG, 0x0fba, 4, T); /* bt */
        code_byte(code, bits);
        break;
    case SHIFT_ASR:
        if (!v) {
            host_asr(code, size, reg);
            x64_set(code, X64_B, HOT_AT(c));
            return;
        }
        x64_rr(code, size == 1 ? BYTE : LONG, size == 1 ? 0x0fbe : 0x0fbf, T, x64_reg[reg]);
        x64_shift(code, LONG, 7, T, 1);
        break;
    }
    x64_set(code, X64_B, HOT_AT(c));
    if (size == 2)
        x64_rr(code, LONG, 0x0fb7, x64_reg[reg], T);
    else
        x64_rr(code, BYTE, 0x88, T, x64_reg[reg]);
    if (!v)
        return;
    x64_rr(code, LONG, 0x89, T, V); /* V is N xor C */
    x64_shift(code, LONG, 5, V, bits - 1);
    x64_hot(code, BYTE, 0x32, V, HOT_AT(c));
    x64_rr(code, LONG, 0x83, 4, V); /* and */
    code_byte(code, 1);
    x64_hot(code, BYTE, 0x88, V, HOT_AT(v));
}

void host_carry(struct code *code, bool minus, unsigned size, enum host_reg dst)
{
    load_c(code, V);
    x64_rr(code, width_of(size), (minus ? 0x29u : 0x01u) - (size == 1u), V, x64_reg[dst]);
}

void host_save_v(struct code *code)
{
    x64_set(code, X64_O, HOT_AT(v));
}

void host_save_c(struct code *code)
{
    x64_set(code, X64_B, HOT_AT(c));
}

static void put_byte(struct code *code, u32 at, bool value)
{
    x64_hot(code, BYTE, 0xc6, 0, at);
    code_byte(code, value);
}

void host_put_v(struct code *code, bool value)
{
    put_byte(code, HOT_AT(v), value);
}

void host_put_c(struct code *code, bool value)
{
    put_byte(code, HOT_AT(c), value);
}

/* --- registers ------------------------------------------------------------------------------ */

void host_move(struct code *code, enum host_reg dst, enum host_reg src)
{
    if (dst != src)
        x64_rr(code, LONG, 0x89, x64_reg[src], x64_reg[dst]);
}

void host_const(struct code *code, enum host_reg dst, u16 value)
{
    x64_opcode(code, LONG, 0xb8 | (x64_reg[dst] & 7), 0, 0, x64_reg[dst]);
    code_word(code, value);
}

void host_offset(struct code *code, enum host_reg dst, enum host_reg src, int delta)
{
    unsigned base = x64_reg[src], to = x64_reg[dst];
    bool small = delta >= -128 && delta < 128;

    if ((delta & 0xffff) == 0) {
        host_move(code, dst, src);
        return;
    }
    /* lea; not that of 16 bits: valgrind, which counts instructions for bench/hostcount, has none
     */
    x64_opcode(code, LONG, 0x8d, to, 0, base);
    code_byte(code, (small ? 0x40u : 0x80u) | (to & 7) << 3 | (base & 7));
    if ((base & 7) == RSP)
        code_byte(code, 0x24);
    if (small)
        code_byte(code, (u32)delta & 0xff);
    else
        code_word(code, (u32)delta);
    x64_rr(code, LONG, 0x0fb7, to, to); /* movzx */
}

void host_bump(struct code *code, enum host_reg reg, int delta)
{
    x64_rr(code, WORD, 0x83, 0, x64_reg[reg]); /* add */
    code_byte(code, (u32)delta & 0xff);
}

void host_extend(struct code *code, enum host_reg dst, enum host_reg src)
{
    x64_rr(code, BYTE, 0x0fbe, x64_reg[dst], x64_reg[src]);
    x64_rr(code, LONG, 0x0fb7, x64_reg[dst], x64_reg[dst]);
}

void host_swap(struct code *code, enum host_reg reg)
{
    x64_shift(code, WORD, 0, x64_reg[reg], 8); /* rol */
}

void host_insert(struct code *code, enum host_reg dst, enum host_reg src)
{
    x64_rr(code, BYTE, 0x88, x64_reg[src], x64_reg[dst]);
}

void host_sign(struct code *code, enum host_reg dst)
{
    x64_rr(code, LONG, 0x0fbf, x64_reg[dst], x64_reg[HR_NZ]); /* movsx */
    x64_shift(code, LONG, 7, x64_reg[dst], 31);
    x64_rr(code, LONG, 0x0fb7, x64_reg[dst], x64_reg[dst]);
}

/* --- the extended instruction set ----------------------------------------------------------- */

/* The 32-bit result in T: high and low words, the low one last, and NZ. */
static void put_long(struct code *code, enum host_reg high, enum host_reg low)
{
    unsigned nz = x64_reg[HR_NZ], to = x64_reg[high];

    x64_rr(code, LONG, 0x89, T, nz);
    x64_shift(code, LONG, 5, nz, 16);
    x64_rr(code, LONG, 0x89, nz, to);
    x64_rr(code, LONG, 0x0fb7, x64_reg[low], T);
    x64_rr(code, LONG, 0x31, P, P);
    x64_rr(code, WORD, 0x85, T, T);
    x64_rr(code, BYTE, 0x0f95, 0, P); /* setne */
    x64_rr(code, LONG, 0x09, P, nz);
}

/* The high and low words, T := them as a signed number of 64 bits. */
static void get_long(struct code *code, enum host_reg high, enum host_reg low)
{
    x64_rr(code, LONG, 0x89, x64_reg[high], T);
    x64_shift(code, LONG, 4, T, 16);
    x64_rr(code, LONG, 0x09, x64_reg[low], T);
    x64_rr(code, WIDE, 0x63, T, T); /* movsxd */
}

void host_mul(struct code *code, enum host_reg high, enum host_reg low)
{
    x64_rr(code, LONG, 0x0fbf, P, x64_reg[high]);
    x64_rr(code, LONG, 0x0fbf, T, x64_reg[HR_VAL]);
    x64_rr(code, LONG, 0x0faf, T, P); /* imul */
    x64_rr(code, LONG, 0x0fbf, P, T);
    x64_rr(code, LONG, 0x39, T, P);
    x64_set(code, X64_NE, HOT_AT(c));
    host_put_v(code, false);
    put_long(code, high, low);
}

fixup host_div(struct code *code, enum host_reg high, enum host_reg low)
{
    fixup done, lowest, zero, large, edge, slow;

    get_long(code, high, low);
    x64_rr(code, LONG, 0x89, T, P);
    x64_rr(code, LONG, 0x81, 7, P); /* cmp: the host cannot negate it */
    code_word(code, 0x80000000u);
    lowest = x64_jump_if(code, X64_E);
    x64_rr(code, LONG, 0x0fbf, T, x64_reg[HR_VAL]);
    x64_rr(code, LONG, 0x85, T, T);
    zero = x64_jump_if(code, X64_E);
    code_byte(code, 0x99);          /* cdq: VAL is read */
    x64_rr(code, LONG, 0xf7, 7, T); /* idiv */
    x64_rr(code, LONG, 0x0fbf, T, P);
    x64_rr(code, LONG, 0x39, P, T);
    large = x64_jump_if(code, X64_NE);
    x64_rr(code, LONG, 0x81, 7, T);
    code_word(code, 0xffff8000u);
    edge = x64_jump_if(code, X64_E);
    x64_rr(code, LONG, 0x0fb7, x64_reg[high], P);
    x64_rr(code, LONG, 0x0fb7, x64_reg[low], RDX);
    host_move(code, HR_NZ, high);
    host_put_v(code, false);
    host_put_c(code, false);
    done = host_jump(code);
    host_bind(code, lowest);
    host_bind(code, zero);
    host_bind(code, large);
    host_bind(code, edge);
    slow = host_jump(code);
    host_bind(code, done);
    return slow;
}

/* Shift T, a signed number of 64 bits that stands for `bits`; hot.v and hot.c as shift() in alu.c
 * finds them. */
static void shift_wide(struct code *code, unsigned bits, int count)
{
    if (count == 0) {
        host_put_c(code, false);
        host_put_v(code, false);
        return;
    }
    if (count < 0) {
        x64_rr(code, WIDE, 0x0fba, 4, T); /* bt */
        code_byte(code, (unsigned)(-count - 1));
        x64_set(code, X64_B, HOT_AT(c));
        x64_shift(code, WIDE, 7, T, (unsigned)-count);
        host_put_v(code, false);
        return;
    }
    x64_rr(code, WIDE, 0x89, T, P);
    x64_shift(code, WIDE, 7, P, 63);
    x64_shift(code, WIDE, 4, T, (unsigned)count);
    x64_rr(code, WIDE, 0x0fba, 4, T);
    code_byte(code, bits);
    x64_set(code, X64_B, HOT_AT(c));
    x64_rr(code, WIDE, 0x89, T, RCX);
    x64_shift(code, WIDE, 7, RCX, bits - 1);
    x64_rr(code, WIDE, 0x39, P, RCX);
    x64_set(code, X64_NE, HOT_AT(v));
}

void host_ash(struct code *code, enum host_reg reg, int count)
{
    x64_rr(code, WIDE, 0x0fbf, T, x64_reg[reg]); /* movsx */
    shift_wide(code, 16, count);
    x64_rr(code, LONG, 0x0fb7, x64_reg[reg], T);
    host_move(code, HR_NZ, reg);
}

void host_ashc(struct code *code, enum host_reg high, enum host_reg low, int count)
{
    get_long(code, high, low);
    shift_wide(code, 32, count);
    put_long(code, high, low);
}

#endif
