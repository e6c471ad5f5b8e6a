/* host_a64_call.c - aarch64 as a host: calls of functions from within a block. See host.h.
 *
 * R0-R5, SP, NZ and the budget are in w4-w12, which are not the callee's to save; nor are the
 * tables' registers, which are loaded again.
 */
#ifdef __aarch64__

#include <string.h>

#include "jit/a64.h"

#define SP64 31u

/* stp or ldp of a pair of registers of 64 bits at [sp + at]; stp with -80: sp := sp - 80 before. */
#define STP      0xa9000000u
#define LDP      0xa9400000u
#define STP_PUSH 0xa9800000u
#define LDP_POP  0xa8c00000u
#define FRAME    80

static void pair(struct code *code, u32 op, unsigned first, int at)
{
    code_word(code, op | ((u32)at >> 3 & 0x7f) << 15 | (first + 1) << 10 | SP64 << 5 | first);
}

static void call(struct code *code, host_fn *fn)
{
    u64 at;

    memcpy(&at, &fn, sizeof at);
    a64_long(code, A64_S, (u32)at);
    for (unsigned i = 2; i < 4; i++)
        code_word(code, 0xf2800000u | i << 21 | (u32)(at >> 16 * i & 0xffff) << 5 | A64_S);
    code_word(code, 0xd63f0000 | A64_S << 5); /* blr */
}

fixup host_call(struct code *code, host_fn *fn, struct host_addr value, u16 word, bool cc)
{
    fixup miss;

    pair(code, STP_PUSH, 4, -FRAME);
    for (unsigned i = 6; i <= 12; i += 2)
        pair(code, STP, i, 8 * (int)(i - 4));
    if (value.constant)
        a64_const(code, 1, value.value, false);
    else
        a64_move(code, 1, a64_reg[value.reg]);
    a64_const(code, 2, word, false);
    a64_rrr(code, A64_OR | A64_WIDE, 0, ZR, A64_HOT, 0);
    call(code, fn);
    for (unsigned i = 6; i <= 12; i += 2)
        pair(code, LDP, i, 8 * (int)(i - 4));
    pair(code, LDP_POP, 4, FRAME);
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
