/* host.h - what a host processor must be able to do for the translator: one file host_*.c each.
 *
 * The interface is a set of small operations on named registers. Seven hold the guest's R0-R5 and
 * SP, one N and Z (hot.h); ADDR, VAL and TMP are free in each instruction. All hold 16 bits, zero
 * extended. A further one, the pointer, is what host_resolve() leaves; it needs no name.
 *
 * "Flags" are the host's: what the last host_alu() found about its 8 or 16 bit result. Operations
 * keep them unless it is said. A condition (enum host_cond) is about them.
 *
 * Jumps forward are fixups: a number that host_bind() resolves to where the next instruction goes.
 */
#ifndef VM11_JIT_HOST_H
#define VM11_JIT_HOST_H

#include "jit/code.h"
#include "jit/hot.h"

enum host_reg {
    HR_R0, /* R0-R5 in order */
    HR_SP = 6,
    HR_NZ,
    HR_ADDR,
    HR_VAL,
    HR_TMP,
    HR_COUNT
};

/* The value of an operand address: a register, or known when it is translated. */
struct host_addr {
    bool constant;
    u16 value;
    enum host_reg reg;
};

enum host_alu {
    ALU_ADD, /* dst + src */
    ALU_SUB, /* dst - src; C is the borrow */
    ALU_CMP, /* the same, dst stays */
    ALU_AND,
    ALU_OR,
    ALU_XOR,
    ALU_TEST, /* dst & src, dst stays */
};

/* Operations on one register. */
enum host_single {
    SINGLE_INC, /* C of the flags is undefined after INC, DEC, NOT */
    SINGLE_DEC,
    SINGLE_NEG, /* C: the result is not 0 */
    SINGLE_NOT, /* no flags at all */
    SINGLE_ASL, /* C: the bit that leaves; V: the sign changed */
};

/* Those whose flags are not all the host's: N and Z must be looked at, C is put into hot.c. */
enum host_shift { SHIFT_ROR, SHIFT_ROL, SHIFT_ASR };

/* In the order of the PDP-11's branches. */
enum host_cond {
    COND_NE,
    COND_EQ,
    COND_GE,
    COND_LT,
    COND_GT,
    COND_LE,
    COND_PL,
    COND_MI,
    COND_HI,
    COND_LOS,
    COND_VC,
    COND_VS,
    COND_CC,
    COND_CS,
};

/* Why translated code came back. */
enum host_exit {
    HOST_EXIT_MISS,    /* the instruction at hot.pc is for the interpreter */
    HOST_EXIT_CHANGED, /* the same: and it is not what was translated */
    HOST_EXIT_BUDGET,  /* no budget for the block at hot.pc */
    HOST_EXIT_EDGE,    /* edge hot.edge is not linked, or has no guess yet (hot.pc) */
    HOST_EXIT_JUMP,    /* hot.pc is not in the jump cache */
    HOST_EXIT_STEP,    /* the interpreter did hot.step_call(), and the block cannot go on */
};

/* Code that is needed once. To be called when `code` is empty. */
void host_prologue(struct code *code);

/* Execute from `at` on. */
enum host_exit host_run(const struct code *code, struct hot *hot, const u8 *at);

/* --- control ------------------------------------------------------------------------------ */

typedef u32 fixup;

/* The next instruction is what `fixup` jumps to. */
void host_bind(struct code *code, fixup at);
/* The next instruction shall be where the host likes to jump to. */
void host_align(struct code *code);
/* A block begins: take `n` from the budget; on at `poor`, behind us, where that is too much. */
void host_head(struct code *code, unsigned n, u32 poor);
/* Put `n` back; take it where it is negative. Destroys flags. */
void host_refund(struct code *code, int n);
/* Jump if the flags meet `cond`. */
fixup host_jump_if(struct code *code, enum host_cond cond);
/* Jump if hot.v (or .c) is not 0. Destroys flags. */
fixup host_jump_v(struct code *code);
fixup host_jump_c(struct code *code);
fixup host_jump(struct code *code);
void host_jump_to(struct code *code, u32 at);
/* The same if the flags meet `cond`. */
void host_jump_back_if(struct code *code, enum host_cond cond, u32 at);
/* Leave with HOST_EXIT_MISS, _CHANGED or _BUDGET for the instruction at `pc`; `refund` as above. */
void host_leave(struct code *code, enum host_exit why, u16 pc, int refund);
/* Leave by edge `edge`; returns where it can be patched to a jump to a block, and back. */
u32 host_edge(struct code *code, u32 edge);
void host_edge_link(struct code *code, u32 at, u32 target);
void host_edge_unlink(struct code *code, u32 at, u32 edge);
/* A guess where the jump to the guest address in ADDR leads: the same with edge `edge`, at first
 * for any address, which is in hot.pc then. When it has been set it is for `pc` only, or with
 * NO_GUESS for none; for others it goes on behind. Destroys flags. */
#define NO_GUESS 0x10000u
u32 host_guess(struct code *code, u32 edge);
void host_guess_set(struct code *code, u32 at, u32 pc);
/* Jump to the guest address in `reg`, by the jump cache. Destroys flags, ADDR, VAL, TMP. */
void host_jump_guest(struct code *code, enum host_reg reg);
/* Call hot.step_call() for the instruction at `pc`, behind which is `next`. It goes on there, or
 * leaves. Destroys flags, ADDR, VAL, TMP. */
void host_step(struct code *code, u16 pc, u16 next);

/* A function for a block to call. `value` is what the operand's address, a register or a known
 * word is, `word` what else it is to know. Negative: nothing has changed, and the interpreter does
 * it. Else <15:0> is for VAL, and these are V and C: */
#define HOST_RESULT_V 0200000
#define HOST_RESULT_C 0400000
typedef i32 host_fn(struct hot *hot, u32 value, u32 word);
/* Call it, and leave VAL as it says; V and C (where host_save_v() would put them) too if `cc`, else
 * they stay. Jumps if that is negative, everything being as before but flags, VAL, TMP and the
 * pointer, which are destroyed in any case; ADDR too. The function reads hot.map, hot.cpu->fp and
 * what never changes; R0-R5, SP, V and C need not be in hot or hot.cpu. */
fixup host_call(struct code *code, host_fn *fn, struct host_addr value, u16 word, bool cc);
/* Jump if the one bit `bit` of hot.cpu->fp.fps is not as `set`. Destroys flags and TMP. */
fixup host_unless_fps(struct code *code, u16 bit, bool set);

/* --- registers ---------------------------------------------------------------------------- */

void host_move(struct code *code, enum host_reg dst, enum host_reg src);
void host_const(struct code *code, enum host_reg dst, u16 value);
/* dst := src + delta, in 16 bits. */
void host_offset(struct code *code, enum host_reg dst, enum host_reg src, int delta);
/* reg += delta, -128 to 127. Destroys flags. */
void host_bump(struct code *code, enum host_reg reg, int delta);
/* dst := the low byte of src, its sign extended to 16 bits; reg with its bytes swapped, which
 * destroys flags. */
void host_extend(struct code *code, enum host_reg dst, enum host_reg src);
void host_swap(struct code *code, enum host_reg reg);
/* The low byte of dst := that of src. */
void host_insert(struct code *code, enum host_reg dst, enum host_reg src);
/* dst := all ones where NZ says N, else 0. Destroys flags. */
void host_sign(struct code *code, enum host_reg dst);

/* --- memory: destroy flags ---------------------------------------------------------------- */

/* Jump if the address is odd. */
fixup host_odd(struct code *code, enum host_reg reg);
/* Look the address up for reading or writing; the pointer is what it finds. Jumps if that is
 * nothing: host_resolve_rare() is to be tried then. */
fixup host_resolve(struct code *code, bool write, struct host_addr addr);
/* The same for what is rare: hot.find_call(), with `where` in hot.pc. Before that, writes to where
 * translated code is near, unless the word itself is translated. Jumps back to `found` unless there
 * is nothing. Writes destroy TMP. */
void host_resolve_rare(struct code *code, bool write, struct host_addr addr, u32 where, u32 found);
/* By the pointer, `size` 1 or 2 bytes. These keep the flags. */
void host_load(struct code *code, unsigned size, enum host_reg dst, struct host_addr addr);
void host_store(struct code *code, unsigned size, enum host_reg src, struct host_addr addr);
void host_store_const(struct code *code, unsigned size, u16 value, struct host_addr addr);
/* Jump if the word of memory at host offset `pa` is not `value`. */
fixup host_unless_word(struct code *code, u32 pa, u16 value);
/* Jump if a write at the address is below the stack's edge. */
fixup host_stack_guard(struct code *code, struct host_addr addr);

/* --- fields of struct hot with 16 bits ------------------------------------------------------ */

#define HOT_FIELD(field) ((u32)offsetof(struct hot, field))

void host_get(struct code *code, enum host_reg dst, u32 field);
void host_put(struct code *code, u32 field, enum host_reg src);
void host_put_const(struct code *code, u32 field, u16 value);
/* Jump if it is 0. Destroys flags. */
fixup host_unless(struct code *code, u32 field);

/* --- the processor's mode ------------------------------------------------------------------- */

/* dst := hot.ps with the condition codes. Destroys flags and TMP, not the pointer;
 * dst is neither TMP nor NZ. */
void host_pack(struct code *code, enum host_reg dst);
/* The condition codes := those in src<3:0>, not both N and Z. Destroys flags and `src`. */
void host_unpack(struct code *code, enum host_reg src);
/* The map and the stack's edge are those of `mode`, till the code is left or it is said again. */
void host_use_map(struct code *code, unsigned mode);
/* SP is put away as that of `from`; the pages are those of `to`. */
void host_set_mode(struct code *code, unsigned from, unsigned to);
/* The stack pointer of a mode that is not the current one. */
void host_get_sp(struct code *code, enum host_reg dst, unsigned mode);
void host_put_sp(struct code *code, enum host_reg src, unsigned mode);
/* References go through the map that this field of struct hot tells, till it is the own one again
 * or the code is left. */
void host_borrow_map(struct code *code, u32 field);
void host_own_map(struct code *code);

/* --- arithmetic: sets flags --------------------------------------------------------------- */

void host_alu(struct code *code, enum host_alu op, unsigned size, enum host_reg dst,
              enum host_reg src);
void host_alu_const(struct code *code, enum host_alu op, unsigned size, enum host_reg dst,
                    u16 value);
void host_single(struct code *code, enum host_single op, unsigned size, enum host_reg reg);
/* Uses hot.c; C and, if `v`, V are put into hot. Destroys VAL, TMP (but `reg`,
 * which is not VAL). */
void host_shift(struct code *code, enum host_shift op, unsigned size, enum host_reg reg, bool v);
/* SHIFT_ASR where neither V nor C is wanted; the flags are void. Destroys TMP (but `reg`). */
void host_asr(struct code *code, unsigned size, enum host_reg reg);
/* dst plus, or minus, hot.c. Destroys VAL. */
void host_carry(struct code *code, bool minus, unsigned size, enum host_reg dst);

/* --- condition codes ---------------------------------------------------------------------- */

/* hot.v, hot.c := that of the flags; or a known value. */
void host_save_v(struct code *code);
void host_save_c(struct code *code);
void host_put_v(struct code *code, bool value);
void host_put_c(struct code *code, bool value);

/* --- the extended instruction set: destroys flags, ADDR, VAL, TMP -------------------------- */

/* MUL: product of `reg` and VAL into high and low (low is written last), NZ and hot.c by it; hot.v
 * is 0. */
void host_mul(struct code *code, enum host_reg high, enum host_reg low);
/* DIV of high:low by VAL. Jumps, with nothing changed, where there is an overflow or the quotient
 * does not fit. NZ, hot.v and hot.c by the result. high and low differ. */
fixup host_div(struct code *code, enum host_reg high, enum host_reg low);
/* ASH by a known count: NZ, hot.v, hot.c. */
void host_ash(struct code *code, enum host_reg reg, int count);
void host_ashc(struct code *code, enum host_reg high, enum host_reg low, int count);

#endif
