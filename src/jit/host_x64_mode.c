/* host_x64_mode.c - x86-64 as a host: fields of struct hot, the processor's mode. See host.h.
 *
 * Only rax and what is said in host.h is changed.
 */
#ifdef __x86_64__

#include "jit/x64.h"

/* A field anywhere in struct hot. */
static void field(struct code *code, enum x64_width width, unsigned opcode, unsigned reg, u32 at)
{
    if (at < 0x80)
        x64_hot(code, width, opcode, reg, at);
    else
        x64_mem(code, width, opcode, reg, X64_HOT, at);
}

void host_get(struct code *code, enum host_reg dst, u32 at)
{
    field(code, LONG, 0x0fb7, x64_reg[dst], at);
}

void host_put(struct code *code, u32 at, enum host_reg src)
{
    field(code, WORD, 0x89, x64_reg[src], at);
}

static void word(struct code *code, u16 value)
{
    code_byte(code, value & 0xff);
    code_byte(code, value >> 8);
}

void host_put_const(struct code *code, u32 at, u16 value)
{
    field(code, WORD, 0xc7, 0, at);
    word(code, value);
}

fixup host_unless(struct code *code, u32 at)
{
    field(code, WORD, 0x83, 7, at); /* cmp */
    code_byte(code, 0);
    return x64_jump_if(code, X64_E);
}

void host_pack(struct code *code, enum host_reg dst)
{
    unsigned to = x64_reg[dst], temp = x64_reg[HR_TMP], nz = x64_reg[HR_NZ];

    host_get(code, dst, HOT_AT(ps));
    x64_hot(code, LONG, 0x0fb6, temp, HOT_AT(c));
    x64_rr(code, LONG, 0x09, temp, to);
    x64_hot(code, LONG, 0x0fb6, temp, HOT_AT(v));
    x64_rr(code, LONG, 0x01, temp, temp);
    x64_rr(code, LONG, 0x09, temp, to);
    x64_rr(code, LONG, 0x89, nz, temp);
    x64_shift(code, LONG, 5, temp, 12);
    x64_rr(code, LONG, 0x83, 4, temp); /* and */
    code_byte(code, CC_N);
    x64_rr(code, LONG, 0x09, temp, to);
    x64_rr(code, WORD, 0x83, 7, nz); /* cmp with 1: below it only 0 */
    code_byte(code, 1);
    x64_rr(code, LONG, 0x19, temp, temp); /* sbb: all ones then */
    x64_rr(code, LONG, 0x83, 4, temp);
    code_byte(code, CC_Z);
    x64_rr(code, LONG, 0x09, temp, to);
}

/* hot's byte := bit `bit` of a register. */
static void put_bit(struct code *code, u32 at, unsigned from, unsigned bit)
{
    x64_rr(code, LONG, 0x89, from, RAX);
    if (bit)
        x64_shift(code, LONG, 5, RAX, bit);
    x64_rr(code, LONG, 0x83, 4, RAX); /* and */
    code_byte(code, 1);
    x64_hot(code, BYTE, 0x88, RAX, at);
}

void host_unpack(struct code *code, enum host_reg src)
{
    unsigned from = x64_reg[src], nz = x64_reg[HR_NZ];

    put_bit(code, HOT_AT(c), from, 0);
    put_bit(code, HOT_AT(v), from, 1);
    x64_rr(code, LONG, 0x89, from, nz);
    x64_rr(code, LONG, 0x83, 4, nz); /* and */
    code_byte(code, CC_N);
    x64_shift(code, LONG, 4, nz, 12);
    x64_rr(code, LONG, 0x83, 1, nz); /* or */
    code_byte(code, 1);
    x64_rr(code, LONG, 0x31, RAX, RAX);
    x64_rr(code, BYTE, 0xf6, 0, from); /* test */
    code_byte(code, CC_Z);
    x64_rr(code, LONG, 0x0f45, nz, RAX); /* cmovne */
}

#define MODE_AT(n, field)                                                                          \
    (HOT_AT(mode) + (n) * (u32)sizeof(struct hot_mode) + (u32)offsetof(struct hot_mode, field))

void host_use_map(struct code *code, unsigned mode)
{
    field(code, WIDE, 0x8b, X64_MAP, MODE_AT(mode, map));
    field(code, WIDE, 0x89, X64_MAP, HOT_AT(map));
    field(code, LONG, 0x8b, RAX, MODE_AT(mode, stack_edge));
    field(code, LONG, 0x89, RAX, HOT_AT(stack_edge));
}

static u32 sp_at(unsigned mode)
{
    return (u32)offsetof(struct cpu, sp) + 2 * mode;
}

void host_set_mode(struct code *code, unsigned from, unsigned to)
{
    field(code, WIDE, 0x8b, RAX, HOT_AT(cpu));
    x64_mem(code, WORD, 0x89, x64_reg[HR_SP], RAX, sp_at(from));
    for (u32 at = 0; at < sizeof(((struct hot *)0)->page); at += 8) {
        field(code, WIDE, 0x8b, RAX, MODE_AT(to, page) + at);
        field(code, WIDE, 0x89, RAX, HOT_AT(page) + at);
    }
}

void host_get_sp(struct code *code, enum host_reg dst, unsigned mode)
{
    field(code, WIDE, 0x8b, RAX, HOT_AT(cpu));
    x64_mem(code, LONG, 0x0fb7, x64_reg[dst], RAX, sp_at(mode));
}

void host_put_sp(struct code *code, enum host_reg src, unsigned mode)
{
    field(code, WIDE, 0x8b, RAX, HOT_AT(cpu));
    x64_mem(code, WORD, 0x89, x64_reg[src], RAX, sp_at(mode));
}

void host_borrow_map(struct code *code, u32 at)
{
    field(code, WIDE, 0x8b, X64_MAP, at);
}

void host_own_map(struct code *code)
{
    host_borrow_map(code, HOT_AT(map));
}

#endif
