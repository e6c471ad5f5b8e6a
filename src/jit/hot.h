/* hot.h - what translated code works on: the guest's state while it runs, and tables.
 *
 * Translated code has the address of this structure in one register and its fields at small
 * offsets. The guest's registers are in registers of the host then (host.h); on entry they come
 * from here and on exit they go back. N and Z are one value: N is its bit 15, Z says it is zero.
 */
#ifndef VM11_JIT_HOT_H
#define VM11_JIT_HOT_H

#include "base/types.h"
#include "mem/mmu.h"

#define JUMP_SLOTS 4096u /* of the jump cache; slot: bits <12:1> of the virtual address */

/* Where indirect jumps go: a block by its page's key and virtual address. */
struct jump {
    u64 tag; /* <15:0> address, <47:16> page key; 0: empty */
    const u8 *code;
};

struct hot {
    u32 r[7]; /* R0-R5, SP; <31:16> are 0 */
    u32 nz;
    i32 budget;  /* instructions that may still be executed */
    u8 v, c;     /* V and C: 0 or 1 */
    u32 pc;      /* after an exit: the guest's PC */
    u32 edge;    /* after HOST_EXIT_EDGE: its number */
    u32 page[8]; /* keys of the pages of the I space of the current mode: see cache.h */
    const struct mmu_map *map; /* of the D space of the current mode */
    u32 stack_edge;            /* as in struct cpu */
    u32 step;                  /* result of a call of the interpreter: not 0: leave */
    const u8 *words;           /* a bit for each word of memory that is translated */
    const u8 *memory;          /* the guest's memory */
    void *step_ctx;
    u32 (*step_call)(void *ctx); /* the interpreter, for one instruction */
    struct jump jump[JUMP_SLOTS];
};

#endif
