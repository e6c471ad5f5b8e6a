/* hot.h - what translated code works on: the guest's state while it runs, and tables.
 *
 * Translated code has the address of this structure in one register and its fields at small
 * offsets. The guest's registers are in registers of the host then (host.h); on entry they come
 * from struct cpu, and on exit they go back there, condition codes too. N and Z are one value: N is
 * its bit 15, Z says it is zero.
 */
#ifndef VM11_JIT_HOT_H
#define VM11_JIT_HOT_H

#include "cpu/cpu.h"

#define JUMP_SLOTS 4096u /* of the jump cache; slot: bits <12:1> of the virtual address */

#define JUMP_NONE 1u /* neither a key, nor what a page has where nothing can be translated */

/* Where indirect jumps go: a block by its page's key and its virtual address, whose lower bits are
 * the slot and whose upper ones are in the key. An odd address finds `head` where a tag should be,
 * which is never equal: keys have bit 31 set. */
struct jump {
    u32 tag;  /* the page's key, or JUMP_NONE */
    u32 head; /* of the block, from `base` on */
};

/* What changes with the processor's mode. */
struct hot_mode {
    const struct mmu_map *map; /* of its D space */
    u32 page[8];               /* keys of the pages of its I space: see cache.h */
    u32 stack_edge;            /* stack writes below are checked */
    u16 ready;                 /* all these are right */
};

/* hot.last: it was the interpreter's, and struct cpu tells. */
#define HOT_LAST_NONE 1u

/* hot.trace: what becomes of cpu->trace. */
enum { HOT_TRACE_SAME, HOT_TRACE_ON, HOT_TRACE_OFF };

struct hot {
    struct cpu *cpu;
    u32 nz;                    /* N and Z, on entry and exit */
    i32 budget;                /* instructions that may still be executed */
    u8 v, c;                   /* V and C: 0 or 1 */
    u16 ps;                    /* the PSW without condition codes */
    u32 pc;                    /* after an exit: the guest's PC */
    u32 edge;                  /* after HOST_EXIT_EDGE: its number */
    const struct mmu_map *map; /* of the current mode, as are stack_edge and page */
    u32 stack_edge;
    u32 va;              /* of a write that is looked up */
    u32 next;            /* of hot.step_call(): PC behind the instruction at hot.pc */
    const u8 *base;      /* of the code that is executed */
    const u8 *words;     /* a bit for each word of memory that is translated */
    const u8 *memory;    /* the guest's memory */
    u16 plain;           /* the PSW may change if its priority holds: see emit_trap.c */
    u16 trace;           /* HOT_TRACE_ */
    u16 target, next_ps; /* of a trap under way */
    u16 last;            /* with breakpoints: the instruction executed last, or HOT_LAST_NONE */
    u16 last_changes;    /* MMR1 of it */
    void *step_ctx;
    u32 (*step_call)(void *ctx); /* the interpreter, for one instruction */
    u16 fps;                     /* FPS without condition codes */
    u16 request, due;            /* see request.h */
    u16 device;                  /* what hot.find_call() read there */
    enum mode current;           /* what map, stack_edge and page were loaded for */
    u64 zero;                    /* icount where the budget would be 0 */
    /* What to add to `va` for a reference that `map` has no entry for; 0: it is the interpreter's.
     * `pc` tells of the instruction: see find.h. */
    map_entry (*find_call)(struct hot *hot, u32 va, const struct mmu_map *map, u32 write);
    u16 high, low;                 /* of eis.h */
    u16 psw;                       /* 177776 is the PSW in kernel mode: see emit_mode.c */
    const struct mmu_map *user[2]; /* of user mode's spaces */
    u32 page[8];
    struct hot_mode mode[4];
    struct jump jump[JUMP_SLOTS];
};

#endif
