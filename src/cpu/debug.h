/* debug.h - stops for a debugger: points, and how the processor comes upon them.
 *
 * Nothing is looked at on the fast way. A 64-byte block of addresses in which a point lies gets no
 * entry in the map cache, so references to it, and to no other block, take the slow way through
 * access.c, where cpu->debug is consulted. What is not a reference (vectors, modes, aborts) is slow
 * anyway. While cpu->debug is NULL nothing at all is set.
 *
 * Two kinds of stop. At a point with DEBUG_EXEC the engine returns EXIT_BREAK before the
 * instruction, in the state that a limit at this instruction count would have left (but that a
 * request which was pending has been served); called again it executes the instruction. Everything
 * else is noted while it happens, and the engine returns EXIT_WATCH as soon as the instruction, or
 * the way into a vector, is complete. What was hit stands in the points (struct debug_hit) until
 * debug_clear().
 */
#ifndef VM11_CPU_DEBUG_H
#define VM11_CPU_DEBUG_H

#include "cpu/cpu.h"

#define DEBUG_READ  1u /* data: words of the program are not read, but executed */
#define DEBUG_WRITE 2u
#define DEBUG_EXEC  4u /* the first word of an instruction */

enum debug_kind {
    DEBUG_VIRTUAL,  /* addresses in the space of a mode */
    DEBUG_PHYSICAL, /* physical addresses: memory, also by NPR, and the I/O page */
    DEBUG_VECTOR,   /* a vector is entered */
    DEBUG_MODE,     /* the processor changes to a mode */
    DEBUG_ABORT,    /* the KT11-C aborts a reference */
    DEBUG_OTHER,    /* what debug_note() is called for */
};

/* What happened at a point, the first time since debug_clear(). */
struct debug_hit {
    u64 icount;     /* cpu->icount at that moment: for an instruction, of those before it */
    u8 flows;       /* vectors entered since the last instruction: see debug_flows() */
    u8 access;      /* DEBUG_ bits; read and write where it was modified */
    bool npr;       /* by a device */
    bool flow;      /* on the way into `vector`: no instruction did it */
    bool byte;      /* of a byte */
    u16 pc;         /* of the instruction */
    u16 vector;     /* entered; also of DEBUG_VECTOR */
    u16 before;     /* the word or byte that was there; what was read */
    u16 after;      /* what is there now */
    enum mode mode; /* of the reference; the new one of DEBUG_MODE */
    enum space space;
    u32 va, pa;
    enum cpu_cause cause; /* of DEBUG_VECTOR */
};

struct debug_point {
    enum debug_kind kind;
    u8 access;       /* of VIRTUAL, PHYSICAL: DEBUG_ bits */
    u8 modes;        /* bit n: enum mode n. VIRTUAL, MODE, ABORT */
    u8 spaces;       /* bit n: enum space n. VIRTUAL; any where the mode's D space is off */
    u8 causes;       /* bit n: enum cpu_cause n. VECTOR */
    u32 first, last; /* addresses, both included; vectors. ABORT: virtual addresses */
    bool hit;
    struct debug_hit at; /* where hit */
    struct debug_point *next;
};

/* What a debugger has set on one processor. All zero: nothing. */
struct cpu_debug {
    struct debug_point *points; /* in the order in which they were added */
    bool passes; /* the instruction at pass_pc, at pass_icount, does not stop again */
    u16 pass_pc;
    u64 pass_icount;
    bool flow_stop; /* stop when flow_count vectors have been entered at flow_icount */
    u8 flow_count;
    u64 flow_icount;
    bool in_flow; /* the processor is on the way into flow_vector */
    u16 flow_vector;
    bool undo; /* what the service before the instruction at undo_icount changed */
    bool undo_trace;
    u32 undo_attention;
    u64 undo_icount;
    u64 looks; /* references that took the slow way while something was set: for tests */
};

/* Add or take off a point, which is borrowed; the list may be changed while the engine is not
 * running. Then tell the processor with debug_use(). */
void debug_add(struct cpu_debug *debug, struct debug_point *point);
void debug_remove(struct cpu_debug *debug, struct debug_point *point);

/* The processor shall heed `debug`, which is borrowed, from now on: after every change of it.
 * Nothing is set in it, or NULL: the processor runs free. */
void debug_use(struct cpu *cpu, struct cpu_debug *debug);

/* Forget what was hit. */
void debug_clear(struct cpu *cpu);

/* The instruction at PC is not to stop before it begins, wherever the processor came from. */
void debug_pass(struct cpu *cpu);

/* Vectors that were entered since the last instruction, by requests and interrupts: with icount and
 * time it tells where between two instructions the processor is. */
static inline u8 debug_flows(const struct cpu *cpu)
{
    return cpu->flows_at == cpu->icount ? cpu->flows : 0;
}

/* Something was hit and not cleared: the next run returns EXIT_WATCH at once. */
static inline bool debug_pending(const struct cpu *cpu)
{
    return cpu->attention & ATTN_DEBUG;
}

/* For the owner of a DEBUG_OTHER point: it is hit. */
void debug_note(struct cpu *cpu, struct debug_point *point);

/* For the bus: a device has read or is about to write the word at `pa`. */
void debug_npr(struct cpu *cpu, u32 pa, bool write, u16 before, u16 after);

/* --- for the processor, where cpu->debug is not NULL ------------------------------------ */

/* An instruction is about to be fetched the slow way: is it to stop? Then the processor's state is
 * as it was before the last service. */
bool debug_fetch(struct cpu *cpu);
/* The same question without an effect. */
bool debug_would_stop(const struct cpu *cpu);
/* A service found nothing in its way, and left the requests that were `attention` and `trace`. */
void debug_served(struct cpu *cpu, u32 attention, bool trace);
/* A vector was entered by a request. */
void debug_counted(struct cpu *cpu);
/* A reference of `size` bytes reaches `pa`; host: where that is in memory, or NULL. */
void debug_reference(struct cpu *cpu, const struct mmu_ref *ref, unsigned size, bool program,
                     bool modify, u32 pa, const u8 *host);
/* The block of `pa`, referred to as `ref` tells, must have no entry in the map. */
bool debug_covers(const struct cpu *cpu, const struct mmu_ref *ref, u32 pa);
/* The I/O page gave, or got, `value`. */
void debug_io(struct cpu *cpu, u32 pa, enum io_cycle cycle, u16 value);
/* The processor begins, or ends, the way into a vector. */
void debug_flow(struct cpu *cpu, bool begins, u16 vector);
void debug_vector(struct cpu *cpu, enum cpu_cause cause, u16 vector);
void debug_mode(struct cpu *cpu, enum mode mode);
void debug_abort(struct cpu *cpu, const struct mmu_ref *ref);
/* The engine returns EXIT_WATCH: complete what was noted. */
void debug_complete(struct cpu *cpu);

#endif
