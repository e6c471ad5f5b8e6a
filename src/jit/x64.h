/* x64.h - encoding of x86-64 instructions, for host_x64*.c.
 *
 * An operand is a register of the host (its number) and a register or a place in memory. Opcodes
 * of two bytes are written 0x0fNN. WORD selects 16 bits, WIDE 64, BYTE the low byte of registers.
 */
#ifndef VM11_JIT_X64_H
#define VM11_JIT_X64_H

#include "base/assert.h"
#include "jit/host.h"

enum { RAX, RCX, RDX, RBX, RSP, RBP, RSI, RDI, R8, R9, R10, R11, R12, R13, R14, R15 };

enum x64_width { LONG, WORD, WIDE, BYTE };

/* What has a register for itself. */
#define X64_POINTER RAX
#define X64_HOT     RBX
#define X64_BUDGET  RBP
#define X64_MAP     RSI

static const u8 x64_reg[HR_COUNT] = {
    [HR_R0] = R8,
    R9,
    R10,
    R11,
    R12,
    R13,
    [HR_SP] = R14,
    [HR_NZ] = R15,
    [HR_ADDR] = RCX,
    [HR_VAL] = RDX,
    [HR_TMP] = RDI,
};

#define HOT_AT(field) ((u32)offsetof(struct hot, field))

/* Prefixes and opcode; r, x, b: numbers of the registers in ModRM.reg, SIB.index, ModRM.rm. */
static inline void x64_opcode(struct code *code, enum x64_width width, unsigned opcode, unsigned r,
                              unsigned x, unsigned b)
{
    unsigned rex = (width == WIDE) << 3 | r >> 3 << 2 | x >> 3 << 1 | b >> 3;

    if (width == WORD)
        code_byte(code, 0x66);
    if (rex || (width == BYTE && (r >= RSP || b >= RSP)))
        code_byte(code, 0x40 | rex);
    if (opcode > 0xff)
        code_byte(code, opcode >> 8);
    code_byte(code, opcode & 0xff);
}

/* Both in registers; `reg` may be an extension of the opcode. */
static inline void x64_rr(struct code *code, enum x64_width width, unsigned opcode, unsigned reg,
                          unsigned rm)
{
    x64_opcode(code, width, opcode, reg, 0, rm);
    code_byte(code, 0xc0 | (reg & 7) << 3 | (rm & 7));
}

/* The field of struct hot at `at`, one of the first. */
static inline void x64_hot(struct code *code, enum x64_width width, unsigned opcode, unsigned reg,
                           u32 at)
{
    base_assert(at < 0x80);
    x64_opcode(code, width, opcode, reg, 0, 0);
    code_byte(code, 0x40 | (reg & 7) << 3 | X64_HOT);
    code_byte(code, at);
}

/* [base + at]; not for base RSP and R12. */
static inline void x64_mem(struct code *code, enum x64_width width, unsigned opcode, unsigned reg,
                           unsigned base, u32 at)
{
    x64_opcode(code, width, opcode, reg, 0, base);
    code_byte(code, 0x80 | (reg & 7) << 3 | (base & 7));
    code_word(code, at);
}

/* [base + index * 2^scale + at]; not for base RBP and R13. */
static inline void x64_sib(struct code *code, enum x64_width width, unsigned opcode, unsigned reg,
                           unsigned base, unsigned index, unsigned scale, u32 at)
{
    x64_opcode(code, width, opcode, reg, index, base);
    code_byte(code, (at ? 0x84u : 0x04u) | (reg & 7) << 3);
    code_byte(code, scale << 6 | (index & 7) << 3 | (base & 7));
    if (at)
        code_word(code, at);
}

/* [pointer + addr]. */
static inline void x64_at(struct code *code, enum x64_width width, unsigned opcode, unsigned reg,
                          struct host_addr addr)
{
    unsigned index = x64_reg[addr.reg];

    if (addr.constant) {
        x64_mem(code, width, opcode, reg, X64_POINTER, addr.value);
        return;
    }
    x64_opcode(code, width, opcode, reg, index, 0);
    code_byte(code, 0x04 | (reg & 7) << 3);
    code_byte(code, (index & 7) << 3 | X64_POINTER);
}

/* Shift `rm` by `count`: extension 4 is SHL, 5 SHR, 7 SAR. */
static inline void x64_shift(struct code *code, enum x64_width width, unsigned extension,
                             unsigned rm, unsigned count)
{
    x64_rr(code, width, 0xc1, extension, rm);
    code_byte(code, count);
}

/* A jump on a condition code of the host, for host_bind(). */
static inline fixup x64_jump_if(struct code *code, unsigned condition)
{
    code_byte(code, 0x0f);
    code_byte(code, 0x80 | condition);
    code_word(code, 0);
    return code->at - 4;
}

/* Condition codes of the host. */
enum { X64_O, X64_NO, X64_B, X64_AE, X64_E, X64_NE, X64_BE, X64_A, X64_S, X64_NS, X64_L = 12 };

/* hot's byte `at` := the condition. */
static inline void x64_set(struct code *code, unsigned condition, u32 at)
{
    x64_hot(code, LONG, 0x0f90 | condition, 0, at);
}

/* edi: an address, eax: is it for writing? rax: what hot.find_call() says; Z if that is 0. The
 * stack is as in a routine that a block has called, or one that this one has. */
void x64_find_routine(struct code *code);

#endif
