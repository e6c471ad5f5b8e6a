/* host_rig.h - one operation of jit/host.h, executed between states that are known.
 *
 * A test writes code: rig_begin() makes a random state and loads it, then come the operations, then
 * rig_end() writes what puts everything away where the test can see it, and runs it. What must have
 * become of the state is calculated in C, in struct want, and rig_expect() compares.
 *
 * Programs of this kind need no library, so that they can be built for another host and run in its
 * emulator (tools/cross): they print their results as TAP themselves.
 */
#ifndef VM11_TESTS_UNIT_JIT_HOST_RIG_H
#define VM11_TESTS_UNIT_JIT_HOST_RIG_H

#include "../../diff/random.h"
#include "jit/host.h"
#include "mem/ram.h"

#define CONDS  14u
#define ROUNDS 400u /* of each operation */
#define BUDGET 1000

struct flags {
    bool n, z, v, c;
};

struct regs {
    u16 r[HR_COUNT];
    u8 v, c; /* hot.v, hot.c */
};

struct rig {
    struct code code;
    struct hot *hot;
    struct cpu *cpu;
    struct ram ram;
    u32 start; /* of code, behind the common routines */
    struct random random;
    unsigned round, failures;
    const char *name; /* of the operation under test */

    struct regs in;
    struct flags flags; /* that the code begins with */

    struct regs out;
    bool cond[CONDS];    /* at the end */
    bool taken;          /* the jump of rig_end_jump() */
    enum host_reg wide;  /* a register whose 32 bits are seen, */
    u32 wide_value;      /* and they */
    enum host_exit exit; /* why it came back */
};

/* Which flags an operation leaves. */
enum known { KNOWN_NONE, KNOWN_NZV, KNOWN_ALL };

/* What must be: begins as rig_want() says, nothing changed; tests change it. */
struct want {
    struct regs out;
    struct flags flags;
    enum known known;
    bool taken;
    bool nz_meaning;   /* N and Z must be right, not the value that stands for them */
    unsigned destroys; /* bit n: register n may be anything */
};

void rig_init(struct rig *rig);
void rig_fini(struct rig *rig);

/* A value at which something changes, or any, or one of the state's. */
u16 rig_value(struct rig *rig);
/* A register, but none of `but` (bits). */
enum host_reg rig_reg(struct rig *rig, unsigned but);

/* Random contents of hot.mode[] and the stack pointers; the maps are those of the processor. */
void rig_modes(struct rig *rig);

/* A random state, and code that loads it. */
void rig_begin(struct rig *rig);
/* Put everything away, run. The second: `jump` is taken or not. */
void rig_end(struct rig *rig);
void rig_end_jump(struct rig *rig, fixup jump);

/* Run what was written, which leaves by itself; only `exit`, out.v and out.c are found out. */
void rig_run(struct rig *rig);

/* The state as it was before, flags too. */
struct want rig_want(const struct rig *rig);
/* Compare what is with what must be; tell differences. */
void rig_expect(struct rig *rig, const struct want *want);
/* A further thing that must be so. */
void rig_check(struct rig *rig, bool good, const char *what);

/* dst and src of host_alu() to the result, in 8 * size bits, and flags. */
u16 rig_alu(enum host_alu op, unsigned size, u16 dst, u16 src, struct flags *flags);
bool rig_cond(enum host_cond cond, const struct flags *flags);

struct rig_test {
    const char *name;
    void (*run)(struct rig *rig);
};

/* Run all, print them as TAP. The status of the program. */
int rig_main(const struct rig_test *tests, unsigned count);

#define REG_BIT(reg) (1u << (reg))
#define SCRATCH      (REG_BIT(HR_ADDR) | REG_BIT(HR_VAL) | REG_BIT(HR_TMP))

#endif
