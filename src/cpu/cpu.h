/* cpu.h - all state of one KB11-A processor, and what it asks of the machine around it.
 *
 * The registers of the current set and mode are in r[]; those of the others wait in alt[] and
 * sp[]. Condition codes are kept apart from the PSW (struct cc), so that a result is stored, not
 * decoded. cpu_ps() and cpu_set_ps() give and take the whole word.
 *
 * Sources: KB11-A maintenance manual and microcode; PDP-11/45 handbook (1973); docs/facts.md, whose
 * rows F1-F88 are cited as Fn.
 */
#ifndef VM11_CPU_CPU_H
#define VM11_CPU_CPU_H

#include "base/types.h"
#include "cpu/hv.h"
#include "cpu/vmx.h"
#include "isa/alu.h"
#include "isa/fp11.h"
#include "isa/isa.h"
#include "mem/io.h"
#include "mem/mmu.h"
#include "mem/ram.h"

enum { R0, R1, R2, R3, R4, R5, SP, PC };

#define PS_MODE  0140000u
#define PS_PREV  0030000u
#define PS_SET   0004000u /* register set 1 */
#define PS_PRIO  0000340u
#define PS_T     0000020u
#define PS_CC    0000017u
#define PS_BITS  0174377u /* implemented: F36 */
#define PS_WRITE 0174357u /* by a write to 177776: not T (F30) */

/* What needs attention before the next instruction. Bits of cpu->attention. */
#define ATTN_STOP    0001u  /* somebody asked the engine to return */
#define ATTN_WAIT    0002u  /* a WAIT is in progress */
#define ATTN_T       0004u  /* PS<4> is set */
#define ATTN_IRQ     0010u  /* a PIRQ or BR above the processor's priority */
#define ATTN_FP      0020u  /* floating exception */
#define ATTN_POWER   0040u  /* power is failing */
#define ATTN_YELLOW  0100u  /* stack limit, yellow zone */
#define ATTN_MMU     0200u  /* memory management trap */
#define ATTN_PROTECT 0400u  /* the next instruction comes first: after SPL, after a red trap */
#define ATTN_WATCH   01000u /* somebody looks on at instructions: changes nothing else */
#define ATTN_DEBUG   02000u /* a point of cpu->debug was hit: EXIT_WATCH is due */
#define ATTN_HV                                                                                    \
    04000u /* a virtual machine runs: the interpreter notes where instructions begin               \
            */

#define ATTN_OUTSIDE 010000u /* somebody outside is the kernel: struct cpu_outside. No request */

/* Why an engine returned. */
enum cpu_exit {
    EXIT_LIMIT,  /* the instruction count is reached */
    EXIT_HALT,   /* HALT in kernel mode */
    EXIT_WAIT,   /* waiting, and nothing to serve: only an event can help */
    EXIT_STOP,   /* cpu_stop() was called */
    EXIT_DOUBLE, /* the vectors of a trap cannot be fetched: a real KB11-A loops for ever */
    EXIT_BREAK,  /* a debugger's stop before the instruction at PC: debug.h */
    EXIT_WATCH,  /* a debugger's stop behind what it waits for: debug.h */
    EXIT_TRAP,   /* a vector is about to be entered, and the kernel is outside: cpu->outside */
};

struct cpu;
struct cpu_debug;

/* What the processor needs of the bus. */
struct cpu_ops {
    /* Grant BR`level`: the vector, or false where the request has gone (passive release). */
    bool (*grant)(void *ctx, unsigned level, u16 *vector);
    /* The RESET instruction: INIT on the bus. */
    void (*init)(void *ctx);
};

/* How a vector came to be entered. */
enum cpu_cause {
    CAUSE_TRAP,      /* by an instruction: it could not be completed, or that is its purpose */
    CAUSE_REQUEST,   /* by a request inside the processor: T, stack limit, KT11, FP11, power */
    CAUSE_INTERRUPT, /* by PIRQ or a device */
};

/* What a reference does. */
enum cpu_access {
    ACCESS_READ,   /* data, a vector, what MFPD takes */
    ACCESS_FETCH,  /* a word of the instruction stream; what MFPI takes */
    ACCESS_WRITE,  /* DATO, DATOB */
    ACCESS_MODIFY, /* DATIP and DATO: read and written */
};

/* Somebody who looks on, for traces and counts. It must change nothing. What it does not want to
 * know is NULL. */
struct cpu_watch {
    /* The instruction at PC comes next. */
    void (*insn)(void *ctx);
    /* A vector was entered; `pc` and `ps` are what was pushed. */
    void (*vector)(void *ctx, enum cpu_cause cause, u16 vector, u16 pc, u16 ps);
    /* The I/O page was referred to, at `pa` of the bus. Of a byte that is written value<7:0>
     * counts. */
    void (*io)(void *ctx, u32 pa, enum io_cycle cycle, u16 value, bool answered);
    bool devices; /* of io(): the processor's own registers need not be told */
    /* The KT11-C aborted a reference. */
    void (*abort)(void *ctx, const struct mmu_ref *ref);
    /* A reference was relocated to memory or the I/O page at `pa`. Costly while it is wanted: no
     * reference takes the fast way. */
    void (*reference)(void *ctx, const struct mmu_ref *ref, enum cpu_access access, u32 pa);
    void *ctx;
    struct cpu_watch *next; /* of cpu_watch_add() */
};

/* The machine's kernel mode is not a program in its memory but somebody on the host (cp/hw.h):
 * whatever would enter a vector of level 0 is an exit, before anything of the flow has happened. */
struct cpu_outside {
    u16 vector; /* without the KBS11-A's offset */
    enum cpu_cause cause;
    u16 r[8];     /* before the instruction that trapped, of CAUSE_TRAP, */
    struct cc cc; /* as are these */
};

/* A read of a device's register, which may be one of a loop: idle.h. Not part of the state. */
struct idle {
    u64 icount;
    u32 pa;
    u16 start, value;
    u8 mode;
};

struct cpu {
    u16 r[8];       /* R0-R5 of the current set, SP of the current mode, PC */
    struct cc cc;   /* condition codes */
    u16 ps;         /* the PSW without its condition codes */
    u32 attention;  /* ATTN_ bits */
    u64 icount;     /* instructions executed since power-up */
    u64 idled;      /* of these, counted and not executed: idle.h */
    u64 until;      /* where the engine stops; may be lowered while it runs */
    u32 stack_edge; /* a stack write at va is checked if (u16)(va + 2) < stack_edge; 0: never */

    /* The map in use for each space: of the current mode, D folded into I where D is off. */
    struct mmu_map *map[2];

    /* Register changes of this instruction as MMR1 holds them, and MMR2: F59, F60. */
    u32 changes; /* <15:0> MMR1; <31:16> where the next change goes: 0, then 8 */
    u16 start;

    struct vmx *vmx; /* the KBS11-A's registers, borrowed; NULL: it is not there */

    struct hv *hv; /* the Hardware Virtualizer, likewise */

    struct cpu_outside *outside; /* borrowed; NULL: the kernel is in memory, as usual */

    u16 alt[6]; /* R0-R5 of the other set */
    u16 sp[4];  /* stack pointers of the modes that are not current */
    u16 pirq;   /* requests in <15:9>; the encoded fields are computed */
    u16 slr;    /* stack limit, <15:8> */
    u16 ubreak; /* micro-break */
    u16 switches, display;
    u8 br;                  /* requested bus levels, bit n is BRn */
    u8 flows;               /* vectors entered without an instruction between, up to a limit */
    u64 flows_at;           /* icount at the last of them */
    bool trace;             /* a T trap is due at the next service if PS<4> is set */
    u32 io_page;            /* the first physical address of the I/O page */
    u32 rmw_pa;             /* physical address of a DATIP whose DATO follows, in the I/O page */
    struct mmu_ref rmw_ref; /* and the reference */
    struct fp11 fp;

    struct idle idle; /* forgotten when the engine is entered: what was before may not go on */
    struct ram *ram;
    struct io io;
    const struct cpu_ops *ops;
    void *ops_ctx;
    struct cpu_watch *watch; /* borrowed; NULL: nobody looks on */
    bool referenced;         /* somebody looks on at references: the maps stay empty */
    struct cpu_debug *debug; /* borrowed; NULL: no debugger has set anything */
    u32 debug_version;       /* counts changes of what it has set */
    struct mmu mmu;
};

/* Power-up state: all zero, in kernel mode. `ram` is borrowed. */
void cpu_init(struct cpu *cpu, struct ram *ram, struct io io, const struct cpu_ops *ops,
              void *ops_ctx);

/* INIT as the processor sees it: PIRQ, SLR, MMR0, MMR3 cleared, pending traps forgotten. The PSW,
 * the general registers and PAR and PDR stay. Does not touch the bus. */
void cpu_reset(struct cpu *cpu);

/* The console's START: INIT on processor and bus, PSW 0, PC set. Not waiting any more. */
void cpu_start(struct cpu *cpu, u16 pc);

/* Power comes back: INIT, then PC and PSW from location 24. False where 24 cannot be read. */
bool cpu_power_up(struct cpu *cpu);

/* Power is failing: trap to 24 after this instruction. */
void cpu_power_fail(struct cpu *cpu);

/* The bus's request levels changed: bit n is BRn. */
void cpu_set_br(struct cpu *cpu, unsigned levels);

/* `outside`, which is borrowed, is the kernel from now on; NULL: nobody. */
void cpu_set_outside(struct cpu *cpu, struct cpu_outside *outside);

/* What keeps translated code from going on: not that a virtual machine runs. */
static inline u32 cpu_requests(const struct cpu *cpu)
{
    return cpu->attention & ~(ATTN_HV | ATTN_OUTSIDE);
}

/* How far an engine may go without a look at cpu_turn(): a virtual machine's time may be over
 * before. */
static inline u64 cpu_limit_at(const struct cpu *cpu)
{
    bool due = cpu->hv && cpu->hv->next_due && cpu->hv->next_due < cpu->until;

    return due ? cpu->hv->next_due : cpu->until;
}

/* The KBS11-A's registers were changed. */
void cpu_vmx_changed(struct cpu *cpu);

/* Ask the engine to return EXIT_STOP before the next instruction. For those who are called by it
 * (devices, lines, watchers): not for signal handlers or other threads. */
void cpu_stop(struct cpu *cpu);

/* `watch`, which is borrowed, looks on from now on, behind those who do already; or no more. Not to
 * be called by one who is being told something. */
void cpu_watch_add(struct cpu *cpu, struct cpu_watch *watch);
void cpu_watch_remove(struct cpu *cpu, struct cpu_watch *watch);

/* Somebody looks on at each instruction or reference: only the interpreter tells of these. */
static inline bool cpu_needs_interpreter(const struct cpu *cpu)
{
    return cpu->attention & ATTN_WATCH;
}

/* The engine shall stop at `icount` if it would run farther. */
static inline void cpu_limit(struct cpu *cpu, u64 icount)
{
    if (icount < cpu->until)
        cpu->until = icount;
}

static inline enum mode cpu_mode(const struct cpu *cpu)
{
    return (enum mode)(cpu->ps >> 14);
}

static inline enum mode cpu_prev_mode(const struct cpu *cpu)
{
    return (enum mode)(cpu->ps >> 12 & 3);
}

/* The whole PSW. */
static inline u16 cpu_ps(const struct cpu *cpu)
{
    return (u16)(cpu->ps | cc_get(&cpu->cc));
}

/* Load the whole PSW, T included: register set, stack pointer and maps change with it. */
void cpu_set_ps(struct cpu *cpu, u16 ps);

/* The stack pointer of `mode`, current or not. */
u16 cpu_get_sp(const struct cpu *cpu, enum mode mode);
void cpu_put_sp(struct cpu *cpu, enum mode mode, u16 value);

/* MMR1 and MMR2 as a program would read them. */
u16 cpu_mmr1(const struct cpu *cpu);
u16 cpu_mmr2(const struct cpu *cpu);

/* Recompute what depends on PSW, MMR3, SLR, PIRQ and BR: after these were loaded from outside. */
void cpu_update(struct cpu *cpu);

#endif
