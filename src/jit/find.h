/* find.h - references that the maps have no entry for: see find.c. */
#ifndef VM11_JIT_FIND_H
#define VM11_JIT_FIND_H

#include "jit/hot.h"

/* hot.pc while it is called: PC in <15:0>, */
#define FIND_REFUND 0377u      /* above it: what is missing in the budget for the instruction on; */
#define FIND_IDLE   (1u << 24) /* the instruction belongs to an idle_loop() */

/* What translated code changes of the processor's mode, for who looks at struct cpu. */
void find_store_mode(struct hot *hot);

/* For hot.find_call. */
map_entry find_entry(struct hot *hot, u32 va, const struct mmu_map *map, u32 write);

#endif
