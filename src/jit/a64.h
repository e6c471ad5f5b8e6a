/* a64.h - encoding of aarch64 instructions, for host_a64*.c.
 *
 * Every instruction is a word of 32 bits. The names A64_* below are instructions without their
 * operands; registers are numbers, and ZR reads as 0. Those on 32 bits clear the upper half of the
 * register that they write, so that a guest's value may be an index as it is. A64_WIDE makes 64
 * bits of 32.
 *
 * Source: Arm Architecture Reference Manual for A-profile, C4 and C6.
 */
#ifndef VM11_JIT_A64_H
#define VM11_JIT_A64_H

#include "base/assert.h"
#include "jit/host.h"

#define ZR 31u
#define LR 30u

/* What has a register for itself. S and T are free within each operation. */
#define A64_POINTER 0u
#define A64_BUDGET  12u
#define A64_READ    13u /* map.read of the D space */
#define A64_WRITE   14u /* map.write */
#define A64_S       16u
#define A64_T       17u
#define A64_HOT     19u
#define A64_V       20u
#define A64_C       21u

static const u8 a64_reg[HR_COUNT] = {
    [HR_R0] = 4,  5, 6, 7, 8, 9, [HR_SP] = 10, [HR_NZ] = 11, [HR_ADDR] = 1, [HR_VAL] = 2,
    [HR_TMP] = 3,
};

#define HOT_AT(field) ((u32)offsetof(struct hot, field))

#define A64_WIDE 0x80000000u

enum a64_op {
    /* three registers */
    A64_AND = 0x0a000000,
    A64_OR = 0x2a000000,
    A64_XOR = 0x4a000000,
    A64_ADD = 0x0b000000,
    A64_ADDS = 0x2b000000,
    A64_SUB = 0x4b000000,
    A64_SUBS = 0x6b000000,
    A64_MUL = 0x1b007c00,
    A64_SDIV = 0x1ac00c00,
    A64_LSRV = 0x1ac02400,
    /* a register and a mask */
    A64_AND_MASK = 0x12000000,
    A64_OR_MASK = 0x32000000,
    A64_XOR_MASK = 0x52000000,
    A64_ANDS_MASK = 0x72000000,
    /* a register and 12 bits */
    A64_ADD_CONST = 0x11000000,
    A64_SUB_CONST = 0x51000000,
    A64_SUBS_CONST = 0x71000000,
    /* fields of bits */
    A64_SIGNED_FIELD = 0x13000000,
    A64_INSERT_FIELD = 0x33000000,
    A64_FIELD = 0x53000000,
    /* constants */
    A64_MOVZ = 0x52800000,
    A64_MOVK = 0x72800000,
    /* memory: bits <31:30> are the size */
    A64_STRB = 0x39000000,
    A64_LDRB = 0x39400000,
    A64_STRH = 0x79000000,
    A64_LDRH = 0x79400000,
    /* jumps */
    A64_B = 0x14000000,
    A64_CBZ = 0x34000000,
    A64_CBNZ = 0x35000000,
    A64_TBZ = 0x36000000,
    A64_TBNZ = 0x37000000,
    A64_B_IF = 0x54000000,
};

/* These do not fit into an int. */
#define A64_STR      0xb9000000u
#define A64_LDR      0xb9400000u
#define A64_STR_WIDE 0xf9000000u
#define A64_STR_WIDE 0xf9000000u
#define A64_LDR_WIDE 0xf9400000u
#define A64_BL       0x94000000u
#define A64_RET      0xd65f03c0u
#define A64_NOP      0xd503201fu

/* Condition codes of the host. */
enum { A64_EQ, A64_NE, A64_HS, A64_LO, A64_MI, A64_PL, A64_VS, A64_VC, A64_HI, A64_LS, A64_GE };
enum { A64_LT = 11, A64_GT, A64_LE };

/* dst := left OP right shifted by `shift` to the left. */
static inline void a64_rrr(struct code *code, u32 op, unsigned dst, unsigned left, unsigned right,
                           unsigned shift)
{
    code_word(code, op | right << 16 | shift << 10 | left << 5 | dst);
}

/* The same, shifted to the right. */
static inline void a64_rrr_right(struct code *code, u32 op, unsigned dst, unsigned left,
                                 unsigned right, unsigned shift)
{
    a64_rrr(code, op | 1u << 22, dst, left, right, shift);
}

static inline void a64_move(struct code *code, unsigned dst, unsigned src)
{
    if (dst != src)
        a64_rrr(code, A64_OR, dst, ZR, src, 0);
}

/* dst := src OP value, 0 to 4095; with `high` value * 4096. */
static inline void a64_rrc(struct code *code, u32 op, unsigned dst, unsigned src, unsigned value,
                           bool high)
{
    code_word(code, op | (u32)high << 22 | value << 10 | src << 5 | dst);
}

/* dst := src OP `count` ones that begin at bit `at`. */
static inline void a64_mask(struct code *code, u32 op, unsigned dst, unsigned src, unsigned at,
                            unsigned count)
{
    code_word(code, op | (32 - at) % 32 << 16 | (count - 1) << 10 | src << 5 | dst);
}

/* `count` bits of src from `at` on, to bit 0 of dst: A64_FIELD and A64_SIGNED_FIELD extend them. */
static inline void a64_field(struct code *code, u32 op, unsigned dst, unsigned src, unsigned at,
                             unsigned count)
{
    code_word(code, op | (op & A64_WIDE ? 1u << 22 : 0) | at << 16 | (at + count - 1) << 10 |
                        src << 5 | dst);
}

/* Shift to the left, 1 to 31; in 64 bits with `wide`. */
static inline void a64_left(struct code *code, bool wide, unsigned dst, unsigned src,
                            unsigned count)
{
    unsigned bits = wide ? 64 : 32;
    u32 op = wide ? A64_FIELD | A64_WIDE | 1u << 22 : A64_FIELD;

    code_word(code, op | (bits - count) << 16 | (bits - 1 - count) << 10 | src << 5 | dst);
}

/* The low 16 bits. */
static inline void a64_trim(struct code *code, unsigned dst, unsigned src)
{
    a64_mask(code, A64_AND_MASK, dst, src, 0, 16);
}

/* dst := value, or with `high` value * 65536. */
static inline void a64_const(struct code *code, unsigned dst, u16 value, bool high)
{
    code_word(code, A64_MOVZ | (u32)high << 21 | (u32)value << 5 | dst);
}

/* In two instructions always. */
static inline void a64_long(struct code *code, unsigned dst, u32 value)
{
    a64_const(code, dst, (u16)value, false);
    code_word(code, A64_MOVK | 1u << 21 | value >> 16 << 5 | dst);
}

/* [base + at], which fits. */
static inline void a64_mem(struct code *code, u32 op, unsigned reg, unsigned base, size_t at)
{
    size_t scaled = at >> (op >> 30);

    base_assert(scaled < 4096 && scaled << (op >> 30) == at);
    code_word(code, op | (u32)scaled << 10 | base << 5 | reg);
}

/* [base + index], the index counted in what is transferred where that is 64 bits. */
static inline void a64_index(struct code *code, u32 op, unsigned reg, unsigned base, unsigned index)
{
    u32 scale = op >> 30 == 3 ? 1u << 12 : 0;

    code_word(code, (op ^ 0x01000000u) | 0x00206800u | scale | index << 16 | base << 5 | reg);
}

/* The tables are those of the map that a field of struct hot tells. */
static inline void a64_load_map(struct code *code, u32 at)
{
    size_t write = offsetof(struct mmu_map, write);

    a64_mem(code, A64_LDR_WIDE, A64_READ, A64_HOT, at);
    a64_rrc(code, A64_ADD_CONST | A64_WIDE, A64_WRITE, A64_READ, (unsigned)write >> 12, true);
}

static inline void a64_use_map(struct code *code)
{
    a64_load_map(code, HOT_AT(map));
}

/* dst := 1 if the condition is met, else 0. */
static inline void a64_set(struct code *code, unsigned condition, unsigned dst)
{
    code_word(code, 0x1a9f07e0u | (condition ^ 1) << 12 | dst);
}

/* stp or ldp of a pair of registers of 64 bits, `first` and the next, at [sp + at]; A64_STP_PUSH:
 * sp is lowered by -at before, A64_LDP_POP: raised by `at` behind. */
#define A64_STP      0xa9000000u
#define A64_LDP      0xa9400000u
#define A64_STP_PUSH 0xa9800000u
#define A64_LDP_POP  0xa8c00000u

static inline void a64_pair(struct code *code, u32 op, unsigned first, int at)
{
    code_word(code, op | ((u32)at >> 3 & 0x7f) << 15 | (first + 1) << 10 | 31u << 5 | first);
}

/* --- jumps forward: the fixup is where the jump is, and in bit 0 code->borrow ---------------- */

static inline fixup a64_jump(struct code *code, u32 op)
{
    u32 at = code->at;

    code_word(code, op);
    return at | code->borrow;
}

static inline fixup a64_jump_if(struct code *code, unsigned condition)
{
    return a64_jump(code, A64_B_IF | condition);
}

/* A jump to `at`: A64_B or A64_BL. */
static inline void a64_jump_to(struct code *code, u32 op, u32 at)
{
    code_word(code, op | ((at - code->at) >> 2 & 0x03ffffffu));
}

/* --- common routines of host_a64_call.c --------------------------------------------------------
 */

#define A64_FIND_AT 0x220u

/* w0: an address, w16: is it for writing? x0: what hot.find_call() says. */
void a64_find_routine(struct code *code);
/* For writing: w3: an address; x0: its entry among those near translated code; where there is none
 * or the word is translated, that of a64_find_routine(). */
void a64_rare_routine(struct code *code);

#endif
