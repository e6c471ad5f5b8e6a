/* host_a64_call.c - aarch64 as a host: calls of functions from within a block, directly
 * or by the common routines. See host.h.
 *
 * R0-R5, SP, NZ and the budget are in w4-w12, which are not the callee's to save; nor are the
 * tables' registers, which are loaded again.
 */
#ifdef __aarch64__

#include <string.h>

#include "jit/a64.h"

#define FRAME 80

static void call(struct code *code, host_fn *fn)
{
    u64 at;

    memcpy(&at, &fn, sizeof at);
    a64_long(code, A64_S, (u32)at);
    for (unsigned i = 2; i < 4; i++)
        code_word(code, 0xf2800000u | i << 21 | (u32)(at >> 16 * i & 0xffff) << 5 | A64_S);
    code_word(code, 0xd63f0000 | A64_S << 5); /* blr */
}

void a64_find_routine(struct code *code)
{
    a64_pair(code, A64_STP_PUSH, 1, -128);
    for (unsigned i = 3; i <= 13; i += 2)
        a64_pair(code, A64_STP, i, 8 * ((int)i - 1));
    code_word(code, 0xf9003bfe); /* str x30, [sp, 112] */
    a64_mem(code, A64_STR, A64_BUDGET, A64_HOT, HOT_AT(budget));
    a64_move(code, 3, A64_S);
    a64_rrr(code, A64_OR | A64_WIDE, 2, ZR, A64_READ, 0);
    a64_move(code, 1, 0);
    a64_rrr(code, A64_OR | A64_WIDE, 0, ZR, A64_HOT, 0);
    a64_mem(code, A64_LDR_WIDE, A64_S, A64_HOT, HOT_AT(find_call));
    code_word(code, 0xd63f0000 | A64_S << 5); /* blr */
    code_word(code, 0xf9403bfe);              /* ldr x30, [sp, 112] */
    for (unsigned i = 3; i <= 13; i += 2)
        a64_pair(code, A64_LDP, i, 8 * ((int)i - 1));
    a64_pair(code, A64_LDP_POP, 1, 128);
    code_word(code, A64_RET);
}

void a64_rare_routine(struct code *code)
{
    const unsigned va = a64_reg[HR_TMP];
    size_t table = offsetof(struct mmu_map, code);
    fixup none, data;

    a64_mem(code, A64_STR, va, A64_HOT, HOT_AT(va));
    a64_field(code, A64_FIELD, A64_POINTER, va, 6, 26);
    a64_rrc(code, A64_ADD_CONST | A64_WIDE, A64_T, A64_READ, (u32)table >> 12, true);
    a64_index(code, A64_LDR_WIDE, A64_POINTER, A64_T, A64_POINTER);
    none = a64_jump(code, A64_CBZ | A64_WIDE);
    a64_rrr(code, A64_ADD | A64_WIDE, va, A64_POINTER, va, 0);
    a64_mem(code, A64_LDR_WIDE, A64_T, A64_HOT, HOT_AT(memory));
    a64_rrr(code, A64_SUB | A64_WIDE, va, va, A64_T, 0);
    a64_mem(code, A64_LDR_WIDE, A64_T, A64_HOT, HOT_AT(words));
    a64_field(code, A64_FIELD, A64_S, va, 4, 28);
    a64_index(code, A64_LDRB, A64_T, A64_T, A64_S);
    a64_field(code, A64_FIELD, va, va, 1, 3);
    a64_rrr(code, A64_LSRV, A64_T, A64_T, va, 0);
    data = a64_jump(code, A64_TBZ | A64_T);
    a64_mem(code, A64_LDR, va, A64_HOT, HOT_AT(va));
    host_bind(code, none);
    a64_move(code, A64_POINTER, va);
    a64_const(code, A64_S, 1, false);
    a64_jump_to(code, A64_B, A64_FIND_AT);
    host_bind(code, data);
    code_word(code, A64_RET);
}

fixup host_call(struct code *code, host_fn *fn, struct host_addr value, u16 word, bool cc)
{
    fixup miss;

    a64_pair(code, A64_STP_PUSH, 4, -FRAME);
    for (unsigned i = 6; i <= 12; i += 2)
        a64_pair(code, A64_STP, i, 8 * (int)(i - 4));
    if (value.constant)
        a64_const(code, 1, value.value, false);
    else
        a64_move(code, 1, a64_reg[value.reg]);
    a64_const(code, 2, word, false);
    a64_rrr(code, A64_OR | A64_WIDE, 0, ZR, A64_HOT, 0);
    call(code, fn);
    for (unsigned i = 6; i <= 12; i += 2)
        a64_pair(code, A64_LDP, i, 8 * (int)(i - 4));
    a64_pair(code, A64_LDP_POP, 4, FRAME);
    a64_use_map(code);
    a64_trim(code, a64_reg[HR_VAL], 0);
    miss = a64_jump(code, A64_TBNZ | 31u << 19);
    if (cc) {
        a64_field(code, A64_FIELD, A64_V, 0, 16, 1);
        a64_field(code, A64_FIELD, A64_C, 0, 17, 1);
    }
    return miss;
}

fixup host_unless_fps(struct code *code, u16 bit, bool set)
{
    u32 number = (u32)__builtin_ctz(bit);

    a64_mem(code, A64_LDR_WIDE, A64_S, A64_HOT, HOT_AT(cpu));
    a64_mem(code, A64_LDRH, A64_S, A64_S, offsetof(struct cpu, fp.fps));
    return a64_jump(code, (set ? A64_TBZ : A64_TBNZ) | number << 19 | A64_S);
}

#endif
