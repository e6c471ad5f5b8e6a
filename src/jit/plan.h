/* plan.h - what a block is to be: the instructions that are translated together.
 *
 * A block begins at an address and follows the program in the order in which it is likely to run:
 * over branches forward it goes on behind them, over unconditional jumps and calls at their target,
 * and from a routine that it has called it goes on behind the call. It stays
 * within one page of the KT11-C, near its beginning, where the map of the I space has entries. It
 * ends where the program may go anywhere, before what the interpreter must do, and at branches
 * backward.
 */
#ifndef VM11_JIT_PLAN_H
#define VM11_JIT_PLAN_H

#include "cpu/cpu.h"

#define PLAN_MAX 32u /* instructions */

/* Condition codes, for liveness. N and Z go together. */
#define LIVE_NZ  1u
#define LIVE_V   2u
#define LIVE_C   4u
#define LIVE_ALL 7u

/* How the program goes on behind an instruction. */
enum plan_next {
    NEXT_INSN,    /* at the following one of the plan, or plan.end: RTS looks whether it is so */
    NEXT_SIDE,    /* the same, and a branch that may leave */
    NEXT_LOOP,    /* a branch, at the end: both ways leave */
    NEXT_ANYWHERE /* a jump whose emitter leaves */
};

struct plan_insn {
    u16 pc;
    u16 word[3];
    u32 pa;       /* of the first word */
    u8 length;    /* words */
    u8 op;        /* enum op */
    u8 next;      /* enum plan_next */
    u8 live;      /* condition codes that matter behind it */
    u8 defined;   /* those that it sets */
    bool step;    /* the interpreter does it, and the block may go on */
    bool leave;   /* the interpreter does it, and the block ends */
    bool psw;     /* it writes the PSW, which is a word of memory, */
    bool pirq;    /* or PIRQ */
    bool idle;    /* it makes an idle_loop(), if it polls a device */
    bool guarded; /* its words change: they are compared before it is executed */
};

struct plan {
    u16 pc;
    unsigned count;
    bool loops;      /* from the last it goes on at the first, mostly */
    u16 end;         /* where it goes on behind the last, unless that leaves */
    u32 first, last; /* physical addresses of the first and the last byte that it is made of */
    enum mode mode;
    bool stops;  /* the debugger has points: MMR1 and MMR2 are to be known wherever it leaves */
    u16 fps;     /* as it was when the plan was made: likely formats of numbers */
    u16 back[4]; /* while it is made: where calls go on, */
    unsigned calls;
    unsigned limit;      /* instructions */
    unsigned after_call; /* behind the first call that is followed */
    bool called;
    bool guards; /* writes to the stack are checked against a limit */
    struct plan_insn insn[PLAN_MAX];
};

#define PLAN_PSW  0177776u
#define PLAN_PIRQ 0177772u

/* Is an operand this address of the I/O page? In kernel mode, whose page 7 that mostly is. `extra`
 * is the word that belongs to it, `behind` PC when that has been fetched. */
static inline bool plan_names(enum mode mode, unsigned spec, u16 extra, u16 behind, u16 which)
{
    u16 address = (u16)(spec == 067 ? extra + behind : extra);

    return mode == MODE_K && (spec == 037 || spec == 067) && address == which;
}

static inline bool plan_is_psw(enum mode mode, unsigned spec, u16 extra, u16 behind)
{
    return plan_names(mode, spec, extra, behind, PLAN_PSW);
}

struct cache;

/* The instruction computes with C: ADC, ROL and the like. */
bool plan_needs_carry(unsigned op);

/* Make the plan of the block at `pc`. False: nothing can be translated there. At most `limit`
 * instructions. */
bool plan_make(struct plan *plan, const struct cpu *cpu, const struct cache *cache, u16 pc,
               unsigned limit);

#endif
