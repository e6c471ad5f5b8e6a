/* host_a64.c - aarch64 as a host: control, registers, memory. See host.h; arithmetic is in
 * host_a64_alu.c.
 *
 * The guest's R0-R5 and SP are in w4-w10, NZ in w11, V and C in w20 and w21; ADDR, VAL and TMP are
 * w1-w3, the pointer is x0. x19 is struct hot, w12 the budget, x13 and x14 are the tables of the
 * map of the D space. But for x19-x21 and the link register these are the caller's to save, and
 * what the interpreter is called for finds all of them in memory. The first bytes of the code
 * memory are routines that all blocks use.
 *
 * The instructions between look at no constant pool, so that positions are all that moves. Code
 * that is changed when it may be executing is changed by one word: a jump, or what begins an edge.
 */
#ifdef __aarch64__

#include "jit/a64.h"

/* Where the common routines are. */
#define EXIT_AT  0x000u
#define ENTER_AT 0x060u
#define STEP_AT  0x100u
#define RARE_AT  0x1c0u
#define FIRST_AT 0x2a0u

#define CPU_AT(field) ((u32)offsetof(struct cpu, field))

/* --- the common routines -------------------------------------------------------------------- */

/* Keeps x0. */
static void save_all(struct code *code)
{
    a64_mem(code, A64_LDR_WIDE, A64_S, A64_HOT, HOT_AT(cpu));
    for (unsigned i = 0; i < 7; i++)
        a64_mem(code, A64_STRH, a64_reg[i], A64_S, CPU_AT(r) + 2 * i);
    a64_mem(code, A64_STRH, a64_reg[HR_NZ], A64_S, CPU_AT(cc.n));
    a64_mem(code, A64_STRH, a64_reg[HR_NZ], A64_S, CPU_AT(cc.z));
    a64_mem(code, A64_STRB, A64_V, A64_S, CPU_AT(cc.v));
    a64_mem(code, A64_STRB, A64_C, A64_S, CPU_AT(cc.c));
    a64_mem(code, A64_STR, a64_reg[HR_NZ], A64_HOT, HOT_AT(nz));
    a64_mem(code, A64_STR, A64_BUDGET, A64_HOT, HOT_AT(budget));
}

static void load_all(struct code *code)
{
    a64_mem(code, A64_LDR_WIDE, A64_S, A64_HOT, HOT_AT(cpu));
    for (unsigned i = 0; i < 7; i++)
        a64_mem(code, A64_LDRH, a64_reg[i], A64_S, CPU_AT(r) + 2 * i);
    a64_mem(code, A64_LDRB, A64_V, A64_S, CPU_AT(cc.v));
    a64_mem(code, A64_LDRB, A64_C, A64_S, CPU_AT(cc.c));
    a64_mem(code, A64_LDR, a64_reg[HR_NZ], A64_HOT, HOT_AT(nz));
    a64_mem(code, A64_LDR, A64_BUDGET, A64_HOT, HOT_AT(budget));
    a64_use_map(code);
}

static void pad_to(struct code *code, u32 at)
{
    base_assert(code->at <= at);
    while (code->at < at)
        code_word(code, A64_NOP);
}

/* Back to who called host_run(). w0: why. */
static void restore_routine(struct code *code)
{
    code_word(code, 0xa9417bf5); /* ldp x21, x30, [sp, 16] */
    code_word(code, 0xa8c253f3); /* ldp x19, x20, [sp], 32 */
    code_word(code, A64_RET);
}

static void exit_routine(struct code *code)
{
    save_all(code);
    restore_routine(code);
}

/* x0: struct hot, x1: where to. */
static void enter_routine(struct code *code)
{
    code_word(code, 0xa9be53f3); /* stp x19, x20, [sp, -32]! */
    code_word(code, 0xa9017bf5); /* stp x21, x30, [sp, 16] */
    a64_rrr(code, A64_OR | A64_WIDE, A64_HOT, ZR, 0, 0);
    load_all(code);
    code_word(code, 0xd61f0000 | 1 << 5); /* br x1 */
}

/* Called by a block: see host_step(). */
static void step_routine(struct code *code)
{
    fixup leave;

    save_all(code);
    code_word(code, 0xf81f0ffe); /* str x30, [sp, -16]! */
    a64_mem(code, A64_LDR_WIDE, 0, A64_HOT, HOT_AT(step_ctx));
    a64_mem(code, A64_LDR_WIDE, A64_S, A64_HOT, HOT_AT(step_call));
    code_word(code, 0xd63f0000 | A64_S << 5); /* blr */
    code_word(code, 0xf84107fe);              /* ldr x30, [sp], 16 */
    leave = a64_jump(code, A64_CBNZ);
    load_all(code);
    code_word(code, A64_RET);
    host_bind(code, leave); /* the state is the interpreter's */
    a64_const(code, 0, HOST_EXIT_STEP, false);
    restore_routine(code);
}

void host_prologue(struct code *code)
{
    exit_routine(code);
    pad_to(code, ENTER_AT);
    enter_routine(code);
    pad_to(code, STEP_AT);
    step_routine(code);
    pad_to(code, RARE_AT);
    a64_rare_routine(code);
    pad_to(code, A64_FIND_AT);
    a64_find_routine(code);
    pad_to(code, FIRST_AT);
}

enum host_exit host_run(const struct code *code, struct hot *hot, const u8 *at)
{
    return (enum host_exit)code_call(code, ENTER_AT, hot, at);
}

/* --- control -------------------------------------------------------------------------------- */

/* Where the distance is in a jump, and how many bits. */
static void distance_field(u32 op, unsigned *shift, unsigned *bits)
{
    *shift = 5;
    if (op >> 26 == A64_B >> 26) {
        *shift = 0;
        *bits = 26;
    } else if ((op & 0x7e000000) == A64_TBZ) {
        *bits = 14;
    } else {
        *bits = 19;
    }
}

void host_bind(struct code *code, fixup at)
{
    u32 from = at & ~3u, distance = (code->at - from) >> 2, op = 0;
    unsigned shift, bits;

    code->borrow = at & 1;
    if (code->full)
        return;
    for (unsigned i = 0; i < 4; i++)
        op |= (u32)code->write[from + i] << (8 * i);
    distance_field(op, &shift, &bits);
    base_assert(distance < 1u << (bits - 1));
    code_patch(code, from, op | distance << shift);
}

void host_align(struct code *code)
{
    while (code->at % 16 && !code->full)
        code_word(code, A64_NOP);
}

void host_head(struct code *code, unsigned n, u32 poor)
{
    a64_rrc(code, A64_SUBS_CONST, A64_BUDGET, A64_BUDGET, n, false);
    code_word(code, A64_B_IF | A64_MI | (((poor - code->at) >> 2 & 0x7ffff) << 5));
}

void host_refund(struct code *code, int n)
{
    if (n > 0)
        a64_rrc(code, A64_ADD_CONST, A64_BUDGET, A64_BUDGET, (unsigned)n, false);
    else if (n < 0)
        a64_rrc(code, A64_SUB_CONST, A64_BUDGET, A64_BUDGET, (unsigned)-n, false);
}

/* HI and LOS where the host's C is the guest's: for these the host has no condition. */
static fixup jump_carry_zero(struct code *code, bool higher)
{
    code_word(code, A64_B_IF | A64_HS | (higher ? 3 : 2) << 5);
    code_word(code, A64_B_IF | (higher ? A64_EQ : A64_NE) | 2 << 5);
    return a64_jump(code, A64_B);
}

fixup host_jump_if(struct code *code, enum host_cond cond)
{
    static const u8 condition[] = {
        [COND_NE] = A64_NE, [COND_EQ] = A64_EQ,  [COND_GE] = A64_GE, [COND_LT] = A64_LT,
        [COND_GT] = A64_GT, [COND_LE] = A64_LE,  [COND_PL] = A64_PL, [COND_MI] = A64_MI,
        [COND_HI] = A64_HI, [COND_LOS] = A64_LS, [COND_VC] = A64_VC, [COND_VS] = A64_VS,
        [COND_CC] = A64_HS, [COND_CS] = A64_LO,
    };
    bool carry = cond >= COND_CC && !code->borrow;

    if ((cond == COND_HI || cond == COND_LOS) && !code->borrow)
        return jump_carry_zero(code, cond == COND_HI);
    return a64_jump_if(code, condition[cond] ^ carry);
}

fixup host_jump_v(struct code *code)
{
    return a64_jump(code, A64_CBNZ | A64_V);
}

fixup host_jump_c(struct code *code)
{
    return a64_jump(code, A64_CBNZ | A64_C);
}

fixup host_jump(struct code *code)
{
    return a64_jump(code, A64_B);
}

void host_jump_to(struct code *code, u32 at)
{
    a64_jump_to(code, A64_B, at);
}

static void hot_const(struct code *code, u32 at, u16 value)
{
    a64_const(code, A64_S, value, false);
    a64_mem(code, A64_STR, A64_S, A64_HOT, at);
}

static void leave(struct code *code, enum host_exit why)
{
    a64_const(code, 0, (u16)why, false);
    host_jump_to(code, EXIT_AT);
}

void host_jump_back_if(struct code *code, enum host_cond cond, u32 at)
{
    fixup not = host_jump_if(code, (enum host_cond)(cond ^ 1));

    host_jump_to(code, at);
    host_bind(code, not );
}

void host_leave(struct code *code, enum host_exit why, u16 pc, int refund)
{
    host_refund(code, refund);
    hot_const(code, HOT_AT(pc), pc);
    leave(code, why);
}

u32 host_edge(struct code *code, u32 edge)
{
    u32 at = code->at;

    a64_long(code, A64_S, edge);
    a64_mem(code, A64_STR, A64_S, A64_HOT, HOT_AT(edge));
    a64_mem(code, A64_STR, a64_reg[HR_ADDR], A64_HOT, HOT_AT(pc)); /* for host_guess() */
    leave(code, HOST_EXIT_EDGE);
    return at;
}

/* The guess is the constant of an instruction, and a jump goes over the edge or, before there is
 * one, to it. */
u32 host_guess(struct code *code, u32 edge)
{
    a64_const(code, A64_S, 0, false);
    a64_rrr(code, A64_SUBS, ZR, a64_reg[HR_ADDR], A64_S, 0);
    code_word(code, A64_B_IF | A64_NE | 1 << 5);
    return host_edge(code, edge);
}

void host_guess_set(struct code *code, u32 at, u32 pc)
{
    struct code there = code_there(code, at - 12);
    const u32 words = 7; /* of the edge, and the jump over it */

    a64_const(&there, A64_S, (u16)(pc >> 16 ? 1 : pc), pc >> 16);
    code_patch(&there, at - 4, A64_B_IF | A64_NE | words << 5);
    there.at = at;
    code_sync(&there, at - 12);
}

void host_edge_link(struct code *code, u32 at, u32 target)
{
    struct code there = code_there(code, at);

    host_jump_to(&there, target);
    code_sync(&there, at);
}

void host_edge_unlink(struct code *code, u32 at, u32 edge)
{
    struct code there = code_there(code, at);

    a64_const(&there, A64_S, (u16)edge, false); /* the first word of what host_edge() wrote */
    code_sync(&there, at);
}

void host_jump_guest(struct code *code, enum host_reg reg)
{
    const unsigned pc = a64_reg[HR_ADDR], key = a64_reg[HR_TMP];
    fixup unknown;

    a64_move(code, pc, a64_reg[reg]);
    a64_field(code, A64_FIELD, A64_S, pc, 13, 3);
    a64_rrr(code, A64_ADD | A64_WIDE, A64_T, A64_HOT, A64_S, 2);
    a64_mem(code, A64_LDR, key, A64_T, HOT_AT(page));
    a64_field(code, A64_FIELD, A64_S, pc, 0, 13);
    a64_rrr(code, A64_ADD | A64_WIDE, A64_T, A64_HOT, A64_S, 2);
    a64_mem(code, A64_LDR, A64_S, A64_T, HOT_AT(jump[0].tag));
    a64_rrr(code, A64_SUBS, ZR, A64_S, key, 0);
    a64_mem(code, A64_LDR, A64_T, A64_T, HOT_AT(jump[0].head));
    a64_mem(code, A64_LDR_WIDE, A64_S, A64_HOT, HOT_AT(base));
    a64_rrr(code, A64_ADD | A64_WIDE, A64_T, A64_T, A64_S, 0);
    unknown = a64_jump_if(code, A64_NE);
    code_word(code, 0xd61f0000 | A64_T << 5); /* br */
    host_bind(code, unknown);
    a64_mem(code, A64_STR, pc, A64_HOT, HOT_AT(pc));
    leave(code, HOST_EXIT_JUMP);
}

void host_step(struct code *code, u16 pc, u16 next)
{
    hot_const(code, HOT_AT(pc), pc);
    hot_const(code, HOT_AT(next), next);
    a64_jump_to(code, A64_BL, STEP_AT);
}

/* --- registers ------------------------------------------------------------------------------ */

void host_move(struct code *code, enum host_reg dst, enum host_reg src)
{
    a64_move(code, a64_reg[dst], a64_reg[src]);
}

void host_const(struct code *code, enum host_reg dst, u16 value)
{
    a64_const(code, a64_reg[dst], value, false);
}

void host_offset(struct code *code, enum host_reg dst, enum host_reg src, int delta)
{
    unsigned to = a64_reg[dst], from = a64_reg[src], up = (unsigned)delta & 0xffff;

    if (up == 0) {
        host_move(code, dst, src);
        return;
    }
    if (up < 4096) {
        a64_rrc(code, A64_ADD_CONST, to, from, up, false);
    } else if (0x10000 - up < 4096) {
        a64_rrc(code, A64_SUB_CONST, to, from, 0x10000 - up, false);
    } else {
        a64_const(code, A64_S, (u16)up, false);
        a64_rrr(code, A64_ADD, to, from, A64_S, 0);
    }
    a64_trim(code, to, to);
}

void host_bump(struct code *code, enum host_reg reg, int delta)
{
    host_offset(code, reg, reg, delta);
}

void host_extend(struct code *code, enum host_reg dst, enum host_reg src)
{
    a64_field(code, A64_SIGNED_FIELD, a64_reg[dst], a64_reg[src], 0, 8);
    a64_trim(code, a64_reg[dst], a64_reg[dst]);
}

void host_swap(struct code *code, enum host_reg reg)
{
    unsigned r = a64_reg[reg];

    code_word(code, 0x5ac00400u | r << 5 | r); /* rev16 */
}

void host_insert(struct code *code, enum host_reg dst, enum host_reg src)
{
    a64_field(code, A64_INSERT_FIELD, a64_reg[dst], a64_reg[src], 0, 8);
}

void host_sign(struct code *code, enum host_reg dst)
{
    a64_field(code, A64_SIGNED_FIELD, a64_reg[dst], a64_reg[HR_NZ], 15, 1);
    a64_trim(code, a64_reg[dst], a64_reg[dst]);
}

/* --- memory --------------------------------------------------------------------------------- */

fixup host_odd(struct code *code, enum host_reg reg)
{
    return a64_jump(code, A64_TBNZ | a64_reg[reg]);
}

fixup host_resolve(struct code *code, bool write, struct host_addr addr)
{
    unsigned table = write ? A64_WRITE : A64_READ;

    if (addr.constant) {
        a64_mem(code, A64_LDR_WIDE, A64_POINTER, table, (addr.value >> 6) * 8u);
    } else {
        a64_field(code, A64_FIELD, A64_S, a64_reg[addr.reg], 6, 10);
        a64_index(code, A64_LDR_WIDE, A64_POINTER, table, A64_S);
    }
    return a64_jump(code, A64_CBZ | A64_WIDE);
}

void host_resolve_rare(struct code *code, bool write, struct host_addr addr, u32 where, u32 found)
{
    unsigned to = write ? a64_reg[HR_TMP] : A64_POINTER;

    a64_long(code, A64_S, where);
    a64_mem(code, A64_STR, A64_S, A64_HOT, HOT_AT(pc));
    if (addr.constant)
        a64_const(code, to, addr.value, false);
    else
        a64_move(code, to, a64_reg[addr.reg]);
    if (!write)
        a64_const(code, A64_S, 0, false);
    a64_jump_to(code, A64_BL, write ? RARE_AT : A64_FIND_AT);
    code_word(code, A64_CBNZ | A64_WIDE | (((found - code->at) >> 2 & 0x7ffff) << 5));
}

/* Between a register and [pointer + addr]. */
static void transfer(struct code *code, u32 op, unsigned reg, struct host_addr addr)
{
    unsigned index = A64_S;

    if (addr.constant && addr.value < 4096) {
        a64_mem(code, op, reg, A64_POINTER, addr.value);
        return;
    }
    if (addr.constant)
        a64_const(code, A64_S, addr.value, false);
    else
        index = a64_reg[addr.reg];
    a64_index(code, op, reg, A64_POINTER, index);
}

void host_load(struct code *code, unsigned size, enum host_reg dst, struct host_addr addr)
{
    transfer(code, size == 2 ? A64_LDRH : A64_LDRB, a64_reg[dst], addr);
}

void host_store(struct code *code, unsigned size, enum host_reg src, struct host_addr addr)
{
    transfer(code, size == 2 ? A64_STRH : A64_STRB, a64_reg[src], addr);
}

void host_store_const(struct code *code, unsigned size, u16 value, struct host_addr addr)
{
    if (value)
        a64_const(code, A64_T, value, false);
    transfer(code, size == 2 ? A64_STRH : A64_STRB, value ? A64_T : ZR, addr);
}

fixup host_unless_word(struct code *code, u32 pa, u16 value)
{
    a64_mem(code, A64_LDR_WIDE, A64_S, A64_HOT, HOT_AT(memory));
    a64_long(code, A64_T, pa);
    a64_index(code, A64_LDRH, A64_S, A64_S, A64_T);
    a64_const(code, A64_T, value, false);
    a64_rrr(code, A64_SUBS, ZR, A64_S, A64_T, 0);
    return a64_jump_if(code, A64_NE);
}

fixup host_stack_guard(struct code *code, struct host_addr addr)
{
    a64_mem(code, A64_LDR, A64_S, A64_HOT, HOT_AT(stack_edge));
    a64_rrr(code, A64_SUBS, ZR, a64_reg[addr.reg], A64_S, 0);
    return a64_jump_if(code, A64_LO);
}

#endif
