/* virtual.c - keys of pages and map entries in virtual machines: see virtual.h. */
#include "jit/virtual.h"

#define SLOTS   4096u
#define RECENT  64u                   /* two by mode and page */
#define VIRTUAL (1u << 31 | 1u << 30) /* else in keys of mode U alone, which have bit 29 */
#define NUMBERS (1u << 29)            /* after so many pairs nothing more is translated */

struct vm_key {
    u64 pair; /* tag and key; 0: empty */
    u32 page; /* the key that stands for the pair */
};

/* A pair that has lost its slot gets a new number: what was translated for it is not found again.
 */
static u32 page_of(struct cache *cache, u64 pair)
{
    struct vm_key *slot = &cache->vm_keys[(u32)(pair * 0x9e3779b97f4a7c15u >> 52)];

    if (slot->pair == pair)
        return slot->page;
    if (cache->vm_serial + 1 == NUMBERS)
        return 0;
    *slot = (struct vm_key){pair, VIRTUAL | ++cache->vm_serial};
    return slot->page;
}

/* A pair that is not the page's last one. Its last but one comes next: systems go to and fro. */
static u32 other_page(struct cache *cache, struct vm_key *recent, u64 pair)
{
    struct vm_key first = recent[0];

    recent[0] = recent[1];
    recent[1] = first;
    if (recent[0].pair != pair)
        recent[0] = (struct vm_key){pair, page_of(cache, pair)};
    return recent[0].page;
}

u32 virtual_page_key(struct cache *cache, enum mode mode, unsigned page)
{
    u32 key = cache_page_key(cache->cpu, mode, page), tag = hv_tag(cache->cpu->hv);
    struct vm_key *recent;
    u64 pair = (u64)tag << 32 | key;

    if (!tag || !key)
        return key;
    if (!cache->vm_keys)
        cache->vm_keys = cache_table(cache, SLOTS + RECENT, sizeof *cache->vm_keys);
    if (!cache->vm_keys)
        return 0;
    recent = &cache->vm_keys[SLOTS + mode * 16u + page * 2];
    return likely(recent->pair == pair) ? recent->page : other_page(cache, recent, pair);
}

/* The entry of a map's block, if it leads to `host`. */
static bool move_entry(struct mmu_map *map, unsigned at, map_entry host, bool code)
{
    map_entry *from = code ? &map->write[at] : &map->code[at];
    map_entry *to = code ? &map->code[at] : &map->write[at];

    if (*from != host - at * 64)
        return false;
    *to = *from;
    *from = 0;
    return true;
}

/* All entries that lead to `host`. Which is the only one, if it is. */
static u16 move_entries(struct mmu *mmu, map_entry host, bool code)
{
    u16 writer = 0;

    for (unsigned i = 0; i < 64; i++) {
        unsigned mode = i >> 4, space = i >> 3 & 1, page = i & 7;

        if (!(mmu->filled[mode][space] >> 8 * page & 0377))
            continue;
        for (unsigned at = page * 128; at < (page + 1) * 128; at++)
            if (move_entry(&mmu->map[mode][space], at, host, code))
                writer = writer ? HV_WRITERS : hv_writer((enum mode)mode, (enum space)space, at);
    }
    return writer;
}

void virtual_move_granule(struct cache *cache, u32 pa, bool code)
{
    struct mmu *mmu = &cache->cpu->mmu;
    map_entry host = (map_entry)(cache->ram->base + pa);
    u16 *writer = &cache->cpu->hv->writer[pa >> 6];

    if (*writer == HV_WRITERS)
        *writer = move_entries(mmu, host, code);
    else if (*writer)
        (void)move_entry(&mmu->map[*writer >> 11 & 3][*writer >> 10 & 1], *writer % MAP_BLOCKS,
                         host, code);
}
