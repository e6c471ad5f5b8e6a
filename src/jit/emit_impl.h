/* emit_impl.h - the inside of emit*.c: what is known while a block is written.
 *
 * An instruction looks up all its references first. Until the last of them is found it changes
 * nothing, and steps of (R)+ and -(R) are only noted; so the interpreter can do it from the
 * beginning where one is not found. Then it computes, stores, and changes the registers. One
 * register may be stepped at once, as that of a push is: a miss steps it back.
 *
 * Condition codes are put where they belong (HR_NZ, hot.v, hot.c) as late as possible: a value that
 * is in a register anyhow, or known, or still in the host's flags, is only noted.
 *
 *   emit.c          the block: heads, stubs, edges, jumps
 *   emit_branch.c   branches and jumps
 *   emit_operand.c  addressing modes, registers, condition codes
 *   emit_alu.c      the instructions that compute
 *   emit_trap.c     those that change the PSW
 *   emit_mode.c     those of the kernel that reach the user's space, or the PSW as memory
 *   emit_fp.c       those of the FP11
 */
#ifndef VM11_JIT_EMIT_IMPL_H
#define VM11_JIT_EMIT_IMPL_H

#include "jit/emit.h"

#define MISSES_MAX 16u /* of one instruction */

/* Where N and Z are. */
enum nz_state { NZ_HERE, NZ_REGISTER, NZ_KNOWN };

/* Where V, or C, is. BIT_LATER: it can be computed when it is wanted, by struct later. */
enum bit_state { BIT_HERE, BIT_0, BIT_1, BIT_FLAGS, BIT_LATER };

/* An operation whose operands can be had again: V and C are those of `left` op `right`, where for
 * ADD and SUB `left` holds the result by now. Only rarely does somebody ask: a miss, or another
 * block. */
struct later {
    u8 op;          /* enum host_alu: ALU_ADD, ALU_SUB, ALU_CMP */
    u8 size;        /* 0: none */
    u8 left, right; /* enum host_reg, of the guest; HR_COUNT: `value` */
    u16 value;
};

struct cc_state {
    u8 nz;     /* enum nz_state */
    u8 nz_reg; /* NZ_REGISTER: which */
    u16 nz_value;
    u8 v, c; /* enum bit_state */
    struct later later;
};

/* What the host's flags tell: all, all but C, or nothing. */
enum flags_state { FLAGS_NONE, FLAGS_NZV, FLAGS_ALL };

/* The instruction that was executed last, and its MMR1. */
struct last {
    bool known; /* else it was the interpreter's */
    u16 pc, changes;
};

/* A register that has been stepped before all references are found; by 0: none. */
struct early {
    u8 reg; /* enum host_reg */
    i8 by;
};

/* Code that is rarely needed, written behind the block. */
struct stub {
    enum { STUB_RARE, STUB_MISS, STUB_EDGE, STUB_JUMP, STUB_CHANGED } kind;
    fixup at[MISSES_MAX];
    unsigned count;
    u16 pc; /* to leave with, or of the edge */
    int refund;
    struct early early; /* STUB_MISS: to be undone */
    struct cc_state cc;
    struct last last;
    struct host_addr addr; /* STUB_RARE: to be tried again, for a write or not, */
    bool write;
    u32 where;  /* by the instruction that find.h's hot.pc tells; */
    u32 resume; /* found: on here */
};

#define STUBS_MAX (PLAN_MAX * 7) /* four references, two of misses, a way out */

/* The block's second copy: see emit.c. */
struct loop {
    bool wanted, written;
    fixup at; /* where the first copy goes to it */
    u32 head;
    struct cc_state cc; /* and what else is known at its beginning */
    u8 even;
    u16 fps, fps_known;
};

struct emit {
    struct code *code;
    const struct plan *plan;
    const struct plan_insn *insn;
    unsigned index; /* of insn */
    u32 first_edge;
    struct emit_result *result;
    struct cc_state cc, cc_before; /* now; before this instruction */
    u8 flags;                      /* enum flags_state */
    struct later flags_of;         /* how to have BIT_FLAGS again */
    u8 even;                       /* bit n: Rn is known to be even */
    u16 fps, fps_known;            /* FPS, and which bits of it are known */
    int pending[7];                /* steps that are not yet in the registers */
    u16 changes;                   /* the same steps as MMR1 holds them */
    struct early early;            /* a step that is in its register */
    struct last last;              /* before this instruction */
    fixup miss[MISSES_MAX];
    unsigned misses;
    bool rare; /* it has a STUB_RARE, which may miss too */
    struct loop loop;
    unsigned stubs;
    struct stub *stub; /* STUBS_MAX */
};

/* A value: a register, or known. */
struct value {
    bool constant;
    u16 value;
    enum host_reg reg;
};

/* An operand of an instruction, as it is written there. */
struct operand {
    u8 spec;   /* mode and register */
    u16 extra; /* the word that belongs to it */
    u16 pc;    /* PC when that has been fetched */
    unsigned size;
};

/* Where an operand is in memory. */
struct place {
    struct host_addr addr;
    bool even;  /* it cannot be odd */
    u8 evens;   /* bit n: if it is even, so is Rn */
    bool guard; /* a write is checked against the stack limit */
    unsigned size;
};

/* --- emit_operand.c ------------------------------------------------------------------------ */

/* The operand in bits <11:6>, or <5:0>. */
struct operand emit_source(const struct emit *e, unsigned size);
struct operand emit_last(const struct emit *e, unsigned size);

static inline bool emit_in_register(const struct operand *op)
{
    return (op->spec & 070) == 0;
}

/* The address, modes 1-7: in HR_ADDR, in Rn itself, or known. Pointers in memory are followed. */
struct place emit_place(struct emit *e, const struct operand *op);
/* The register may be stepped by `by` now, and it is. False: the step must be noted. */
bool emit_step_early(struct emit *e, unsigned reg, int by);
/* The host's pointer for a reference there, or it is a miss. */
void emit_find(struct emit *e, const struct place *place, bool write);
/* The value of an operand; in memory it is loaded into `temp`. */
struct value emit_read(struct emit *e, const struct operand *op, enum host_reg temp);
/* It shall be in a register: `temp` where it is known. */
enum host_reg emit_register(struct emit *e, struct value value, enum host_reg temp);

/* Take the noted steps into the registers. Keeps the flags. */
void emit_commit(struct emit *e);
/* Rn is about to be changed: N and Z may still be there, it may become odd. */
void emit_changes(struct emit *e, enum host_reg reg);

/* N and Z shall be those of the low `size` bytes of `reg`; keeps the flags. */
void emit_nz(struct emit *e, enum host_reg reg, unsigned size);
void emit_nz_known(struct emit *e, u16 value);
/* The host's flags go: put away what is still needed of them. */
void emit_settle(struct emit *e);
/* The same where `live` is; the next instruction is number `next`. */
void emit_settle_live(struct emit *e, unsigned live, unsigned next);
/* Registers in the mask are about to change: BIT_LATER no more, where it is for these. Destroys the
 * flags and TMP. */
void emit_not_later(struct emit *e, unsigned changes);
/* The registers that the instruction may change; ~0u: who knows, or it needs C. */
unsigned emit_clobbers(const struct plan_insn *insn);
/* All condition codes where they belong, as `cc` tells. */
void emit_materialise(struct code *code, const struct cc_state *cc);

static inline void emit_miss(struct emit *e, fixup at)
{
    if (e->misses < MISSES_MAX)
        e->miss[e->misses++] = at;
    else
        e->code->full = true;
}

static inline bool emit_live(const struct emit *e, unsigned what)
{
    return e->insn->live & what;
}

/* A step of a register, for MMR1. */
static inline void emit_record(struct emit *e, unsigned reg, int delta)
{
    unsigned entry = ((unsigned)delta & 037u) << 3 | reg;

    e->changes |= (u16)(e->changes ? entry << 8 : entry);
}

/* Instructions of the block from this one on. */
static inline int emit_rest(const struct emit *e)
{
    return (int)(e->plan->count - e->index);
}

static inline void emit_fixup(struct stub *stub, fixup at)
{
    stub->at[stub->count++] = at;
}

/* --- emit.c -------------------------------------------------------------------------------- */

struct stub *emit_stub(struct emit *e);
/* The misses of the instruction so far have their stub. */
void emit_end_misses(struct emit *e);
/* A way out to `pc`, which puts `refund` back to the budget. */
struct stub *emit_side_stub(struct emit *e, u16 pc, int refund);
/* Go to a known address; to the one in a register. Condition codes are put where they belong. */
void emit_leave_to(struct emit *e, u16 pc);
void emit_jump_guest(struct emit *e, enum host_reg reg);
/* The same for a return to the address in HR_ADDR, which is likely to be that of one of the last,
 * or, where the block goes on there, `expected`. */
void emit_return(struct emit *e);
void emit_return_to(struct emit *e, u16 expected);
/* Go back to the block's beginning, as its loop, if the host's flags meet `cond`. False: not so;
 * what is wanted of the flags has been put away, and they are still there. */
bool emit_loop_if(struct emit *e, enum host_cond cond);
/* Where to go if the instruction is not what it was when it was translated. */
struct stub *emit_changed(struct emit *e);

/* --- emit_branch.c ------------------------------------------------------------------------- */

void emit_branch(struct emit *e);
void emit_jmp(struct emit *e);
void emit_jsr(struct emit *e);
void emit_rts(struct emit *e);

/* --- emit_alu.c ---------------------------------------------------------------------------- */

/* Write an instruction with flow NEXT. */
void emit_compute(struct emit *e);

/* --- emit_trap.c --------------------------------------------------------------------------- */

void emit_trap(struct emit *e);
/* A PSW that is loaded must not have both N and Z. Destroys ADDR. */
void emit_need_nz(struct emit *e, enum host_reg psw);
/* A PSW that is loaded must not let an interrupt in. Destroys ADDR and `temp`. */
void emit_need_hold(struct emit *e, enum host_reg psw, enum host_reg temp);
void emit_rti(struct emit *e);
void emit_spl(struct emit *e);

/* --- emit_mode.c --------------------------------------------------------------------------- */

void emit_mfp(struct emit *e);
void emit_mtp(struct emit *e);
/* An operand that is the PSW: dst, which is not NZ or TMP, := its value. Destroys TMP. */
void emit_psw_read(struct emit *e, const struct operand *op, enum host_reg dst);
/* MOV, BIS, BIC, CLR to the PSW, or to its low byte; words to PIRQ. */
void emit_psw_write(struct emit *e);
void emit_pirq_write(struct emit *e);

/* --- emit_fp.c ----------------------------------------------------------------------------- */

/* The same for one of the FP11. */
void emit_fp(struct emit *e);

#endif
