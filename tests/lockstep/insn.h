/* insn.h - random instructions with a taste for what an engine may get wrong.
 *
 * A stream of instructions is meant to go on: addresses are mostly good ones, branches are short,
 * loops end. What matters is in the rest: the same register twice in one instruction, PC as a
 * general register, odd addresses, index words that lead out of a page, stores into the program
 * (whole instructions too), jumps into the middle of an instruction, the processor's registers in
 * the I/O page, and words that are no instruction.
 */
#ifndef VM11_TESTS_LOCKSTEP_INSN_H
#define VM11_TESTS_LOCKSTEP_INSN_H

#include "../diff/random.h"

/* Kinds of instructions. */
enum kind {
    KIND_DOUBLE, /* two operands */
    KIND_SINGLE,
    KIND_EIS, /* and XOR, SXT, SWAB */
    KIND_BRANCH,
    KIND_SOB,
    KIND_JUMP, /* JMP, JSR, RTS, MARK */
    KIND_CODES,
    KIND_TRAP,
    KIND_PSW,  /* RTI, RTT, SPL */
    KIND_STOP, /* HALT, WAIT, RESET */
    KIND_MODE, /* MFPI and its like */
    KIND_FLOAT,
    KIND_IO,
    KIND_IDLE,  /* a loop that only something from outside ends */
    KIND_POINT, /* a good address into a register */
    KIND_PATCH, /* a store of an instruction into the program */
    KIND_DISK,  /* a transfer by the RK11 */
    KIND_ANY,   /* any row of isa.def */
    KIND_WORD,  /* any word */
    KIND_COUNT
};

/* Addresses of the guest that are worth a reference. */
struct places {
    u16 data[24], code[24];
    unsigned datas, codes;
};

/* What a program is like: how often which kind comes. */
struct taste {
    unsigned weight[KIND_COUNT], sum;
    unsigned values, pointers; /* registers mostly used as such: bit n is Rn; none is empty */
};

struct stream {
    struct random *random;
    const struct places *places;
    const struct taste *taste;
    u16 va; /* of words[0] */
    u16 *words;
    unsigned count, max;
    unsigned last; /* register used last */
};

void taste_pick(struct taste *taste, struct random *random, bool disk);
/* Every other instruction is a floating one. */
void taste_float(struct taste *taste);

/* Fill words[0] to words[max - 1]. */
void stream_fill(struct stream *stream);

/* A value at which something changes, or any. */
u16 pick_value(struct random *random);
/* A PSW: any mode, T now and then. */
u16 pick_psw(struct random *random);
/* A VCSR: enabled mostly, without an offset mostly. */
u16 pick_vcsr(struct random *random);
u16 pick_data(const struct places *places, struct random *random);
u16 pick_code(const struct places *places, struct random *random);

#endif
