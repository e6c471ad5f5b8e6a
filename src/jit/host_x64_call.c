/* host_x64_call.c - x86-64 as a host: calls of functions from within a block, directly
 * or by a common routine. See host.h.
 *
 * Of the guest's registers R0-R3, in r8-r11, are not the callee's to save; nor is the map's, which
 * is loaded again.
 */
#ifdef __x86_64__

#include <string.h>

#include "jit/x64.h"

/* Of an even number, so that the stack stays aligned. */
static const u8 lent[] = {R8, R9, R10, R11};

static void call(struct code *code, host_fn *fn)
{
    u64 at;

    memcpy(&at, &fn, sizeof at);
    x64_opcode(code, WIDE, 0xb8 | RAX, 0, 0, 0);
    code_word(code, (u32)at);
    code_word(code, (u32)(at >> 32));
    x64_rr(code, LONG, 0xff, 2, RAX);
}

/* hot.v and hot.c := bits <16> and <17> of eax. */
static void save_vc(struct code *code)
{
    x64_shift(code, LONG, 5, RAX, 16);
    x64_rr(code, LONG, 0x89, RAX, RCX);
    x64_rr(code, LONG, 0x83, 4, RAX); /* and */
    code_byte(code, 1);
    x64_shift(code, LONG, 5, RCX, 1);
    x64_hot(code, BYTE, 0x88, RAX, HOT_AT(v));
    x64_hot(code, BYTE, 0x88, RCX, HOT_AT(c));
}

fixup host_call(struct code *code, host_fn *fn, struct host_addr value, u16 word, bool cc)
{
    fixup miss;

    for (unsigned i = 0; i < ARRAY_LEN(lent); i++)
        x64_opcode(code, LONG, 0x50 | (lent[i] & 7), 0, 0, lent[i]); /* push */
    if (value.constant) {
        code_byte(code, 0xb8 | RSI);
        code_word(code, value.value);
    } else {
        x64_rr(code, LONG, 0x89, x64_reg[value.reg], RSI);
    }
    code_byte(code, 0xb8 | RDX);
    code_word(code, word);
    x64_rr(code, WIDE, 0x89, X64_HOT, RDI);
    call(code, fn);
    for (unsigned i = ARRAY_LEN(lent); i-- > 0;)
        x64_opcode(code, LONG, 0x58 | (lent[i] & 7), 0, 0, lent[i]); /* pop */
    x64_hot(code, WIDE, 0x8b, X64_MAP, HOT_AT(map));
    x64_rr(code, LONG, 0x0fb7, x64_reg[HR_VAL], RAX);
    x64_rr(code, LONG, 0x85, RAX, RAX);
    miss = x64_jump_if(code, X64_S);
    if (cc)
        save_vc(code);
    return miss;
}

static const u8 kept[] = {RCX, RDX, X64_MAP, R8, R9, R10, R11};

void x64_find_routine(struct code *code)
{
    for (unsigned i = 0; i < ARRAY_LEN(kept); i++)
        x64_opcode(code, LONG, 0x50 | (kept[i] & 7), 0, 0, kept[i]); /* push */
    x64_hot(code, LONG, 0x89, X64_BUDGET, HOT_AT(budget));
    x64_rr(code, WIDE, 0x89, X64_MAP, RDX);
    x64_rr(code, LONG, 0x89, RDI, RSI);
    x64_rr(code, LONG, 0x89, RAX, RCX);
    x64_rr(code, WIDE, 0x89, X64_HOT, RDI);
    x64_mem(code, LONG, 0xff, 2, X64_HOT, HOT_AT(find_call)); /* call */
    for (unsigned i = ARRAY_LEN(kept); i-- > 0;)
        x64_opcode(code, LONG, 0x58 | (kept[i] & 7), 0, 0, kept[i]); /* pop */
    x64_rr(code, WIDE, 0x85, RAX, RAX);
    code_byte(code, 0xc3);
}

fixup host_unless_fps(struct code *code, u16 bit, bool set)
{
    bool high = bit >> 8;

    x64_hot(code, WIDE, 0x8b, RDI, HOT_AT(cpu));
    x64_mem(code, BYTE, 0xf6, 0, RDI, (u32)offsetof(struct cpu, fp.fps) + high); /* test */
    code_byte(code, high ? bit >> 8 : bit);
    return x64_jump_if(code, set ? X64_E : X64_NE);
}

#endif
