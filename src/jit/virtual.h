/* virtual.h - translation in the virtual machines of the Hardware Virtualizer.
 *
 * What a virtual address leads to depends on the machine too, so the key of a page must name it: by
 * the tag of its composed map, which is another one when the map changes. Tag and page key together
 * are too long for a key; each pair gets a number.
 */
#ifndef VM11_JIT_VIRTUAL_H
#define VM11_JIT_VIRTUAL_H

#include "jit/cache.h"

/* As cache_page_key(), of the machine that runs. */
u32 virtual_page_key(struct cache *cache, enum mode mode, unsigned page);

/* The 64 bytes at the real address `pa` begin, or cease, to hold code: whatever entries of the
 * processor's maps lead there for writing go to the other table. */
void virtual_move_granule(struct cache *cache, u32 pa, bool code);

#endif
