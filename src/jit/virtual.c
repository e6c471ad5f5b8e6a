/* virtual.c - keys of pages and map entries in virtual machines: see virtual.h. */
#include "jit/virtual.h"

#include <stdlib.h>

#define SLOTS   4096u
#define VIRTUAL (1u << 31 | 1u << 26)
#define NUMBERS (1u << 26) /* after so many pairs nothing more is translated */

struct vm_key {
    u32 tag, key;
    u32 number; /* 0: empty */
};

/* A pair that has lost its slot gets a new number: what was translated for it is not found again.
 */
static u32 number_of(struct cache *cache, u32 tag, u32 key)
{
    struct vm_key *slot = &cache->vm_keys[(tag * 0x9e3779b1u ^ key * 0x85ebca6bu) >> 20];

    if (slot->number && slot->tag == tag && slot->key == key)
        return slot->number;
    if (cache->vm_serial + 1 == NUMBERS)
        return 0;
    *slot = (struct vm_key){.tag = tag, .key = key, .number = ++cache->vm_serial};
    return slot->number;
}

u32 virtual_page_key(struct cache *cache, enum mode mode, unsigned page)
{
    u32 key = cache_page_key(cache->cpu, mode, page), tag = hv_tag(cache->cpu->hv), number;

    if (!tag || !key)
        return key;
    if (!cache->vm_keys)
        cache->vm_keys = calloc(SLOTS, sizeof *cache->vm_keys);
    if (!cache->vm_keys)
        return 0;
    number = number_of(cache, tag, key);
    return number ? VIRTUAL | number : 0;
}

void virtual_move_granule(struct cache *cache, u32 pa, bool code)
{
    struct mmu *mmu = &cache->cpu->mmu;
    map_entry host = (map_entry)(cache->ram->base + pa);

    for (unsigned i = 0; i < 64; i++) {
        unsigned mode = i >> 4, space = i >> 3 & 1, page = i & 7;
        struct mmu_map *map = &mmu->map[mode][space];

        if (!(mmu->filled[mode][space] >> 8 * page & 0377))
            continue;
        for (unsigned at = page * 128; at < (page + 1) * 128; at++) {
            map_entry *from = code ? &map->write[at] : &map->code[at];
            map_entry *to = code ? &map->code[at] : &map->write[at];

            if (*from == host - at * 64) {
                *to = *from;
                *from = 0;
            }
        }
    }
}
