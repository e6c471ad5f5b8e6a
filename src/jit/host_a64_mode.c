/* host_a64_mode.c - aarch64 as a host: fields of struct hot, the processor's mode. See host.h.
 *
 * Only S and what is said in host.h is changed.
 */
#ifdef __aarch64__

#include "jit/a64.h"

#define S A64_S

void host_get(struct code *code, enum host_reg dst, u32 field)
{
    a64_mem(code, A64_LDRH, a64_reg[dst], A64_HOT, field);
}

void host_put(struct code *code, u32 field, enum host_reg src)
{
    a64_mem(code, A64_STRH, a64_reg[src], A64_HOT, field);
}

void host_put_const(struct code *code, u32 field, u16 value)
{
    if (value)
        a64_const(code, S, value, false);
    a64_mem(code, A64_STRH, value ? S : ZR, A64_HOT, field);
}

fixup host_unless(struct code *code, u32 field)
{
    a64_mem(code, A64_LDRH, S, A64_HOT, field);
    return a64_jump(code, A64_CBZ | S);
}

void host_pack(struct code *code, enum host_reg dst)
{
    unsigned to = a64_reg[dst], nz = a64_reg[HR_NZ];

    host_get(code, dst, HOT_AT(ps));
    a64_rrr(code, A64_OR, to, to, A64_C, 0);
    a64_rrr(code, A64_OR, to, to, A64_V, 1);
    a64_field(code, A64_FIELD, S, nz, 15, 1);
    a64_rrr(code, A64_OR, to, to, S, 3);
    a64_rrc(code, A64_SUBS_CONST, ZR, nz, 0, false);
    a64_set(code, A64_EQ, S);
    a64_rrr(code, A64_OR, to, to, S, 2);
}

void host_unpack(struct code *code, enum host_reg src)
{
    unsigned from = a64_reg[src], nz = a64_reg[HR_NZ];

    a64_field(code, A64_FIELD, A64_C, from, 0, 1);
    a64_field(code, A64_FIELD, A64_V, from, 1, 1);
    a64_field(code, A64_FIELD, nz, from, 2, 1);
    a64_mask(code, A64_XOR_MASK, nz, nz, 0, 1);
    a64_field(code, A64_FIELD, S, from, 3, 1);
    a64_rrr(code, A64_OR, nz, nz, S, 15);
}

#define MODE_AT(which, field)                                                                      \
    (HOT_AT(mode) + (which) * (u32)sizeof(struct hot_mode) + (u32)offsetof(struct hot_mode, field))

void host_use_map(struct code *code, unsigned mode)
{
    a64_mem(code, A64_LDR_WIDE, S, A64_HOT, MODE_AT(mode, map));
    a64_mem(code, A64_STR_WIDE, S, A64_HOT, HOT_AT(map));
    a64_use_map(code);
    a64_mem(code, A64_LDR, S, A64_HOT, MODE_AT(mode, stack_edge));
    a64_mem(code, A64_STR, S, A64_HOT, HOT_AT(stack_edge));
}

static u32 sp_at(unsigned mode)
{
    return (u32)offsetof(struct cpu, sp) + 2 * mode;
}

void host_set_mode(struct code *code, unsigned from, unsigned to)
{
    a64_mem(code, A64_LDR_WIDE, S, A64_HOT, HOT_AT(cpu));
    a64_mem(code, A64_STRH, a64_reg[HR_SP], S, sp_at(from));
    for (u32 i = 0; i < ARRAY_LEN(((struct hot *)0)->page); i++) {
        a64_mem(code, A64_LDR, S, A64_HOT, MODE_AT(to, page) + 4 * i);
        a64_mem(code, A64_STR, S, A64_HOT, HOT_AT(page) + 4 * i);
    }
}

void host_get_sp(struct code *code, enum host_reg dst, unsigned mode)
{
    a64_mem(code, A64_LDR_WIDE, S, A64_HOT, HOT_AT(cpu));
    a64_mem(code, A64_LDRH, a64_reg[dst], S, sp_at(mode));
}

void host_put_sp(struct code *code, enum host_reg src, unsigned mode)
{
    a64_mem(code, A64_LDR_WIDE, S, A64_HOT, HOT_AT(cpu));
    a64_mem(code, A64_STRH, a64_reg[src], S, sp_at(mode));
}

void host_borrow_map(struct code *code, u32 at)
{
    a64_load_map(code, at);
}

void host_own_map(struct code *code)
{
    a64_use_map(code);
}

#endif
