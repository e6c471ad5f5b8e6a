/* cache_mark.c - which memory is translated: lists of blocks by the 64 bytes where they begin, a
 * bit for each word.
 *
 * Where a block lies, writes of the guest do not find an entry in the map's table for data but in
 * the one for code, and then ask for the word (struct ram_code).
 */
#include <string.h>

#include "jit/virtual.h"
#include "mem/ram.h"

/* The 64 bytes at `pa` begin, or cease, to hold code: what leads there to write goes into the other
 * table of its map. */
static void move_granule(struct cache *cache, u32 pa, bool code)
{
    struct mmu *mmu = &cache->cpu->mmu;
    map_entry host = (map_entry)(cache->ram->base + pa);
    bool on = mmu->mmr0 & MMR0_ENABLE;
    u32 top = mmu_top(mmu);

    if (hv_tag(cache->cpu->hv)) {
        virtual_move_granule(cache, pa, code);
        return;
    }
    for (unsigned i = 0; i < 64; i++) {
        unsigned mode = i >> 4, space = i >> 3 & 1, page = i & 7;
        struct mmu_map *map = &mmu->map[mode][space];
        map_entry *from, *to;
        u32 base, block, at;

        if (!(mmu->filled[mode][space] >> 8 * page & 0377))
            continue;
        base = on ? (u32)mmu->par[mode][space][page] << 6 : page * 020000u;
        block = ((pa - base) & top) >> 6;
        at = page * 128 + block;
        if (block >= 128)
            continue;
        from = code ? &map->write[at] : &map->code[at];
        to = code ? &map->code[at] : &map->write[at];
        if (*from != host - at * 64)
            continue;
        *to = *from;
        *from = 0;
    }
}

static void mark_words(struct cache *cache, u32 first, u32 last)
{
    u8 *marks = cache->marks.word;

    for (u32 word = first >> 1; word <= last >> 1; word++)
        marks[word >> 3] |= (u8)(1u << (word & 7));
}

void cache_mark(struct cache *cache, u32 block)
{
    struct block *b = &cache->block[block];
    u8 *granules = cache->marks.granule;
    struct origin_part part;

    b->beside = cache->granule[b->first >> 6];
    cache->granule[b->first >> 6] = (u16)block;
    for (u32 g = b->first >> 6, mark = 1; g <= cache_last(b) >> 6; g++, mark++) {
        if (!granules[g])
            move_granule(cache, g << 6, true);
        granules[g] = granules[g] > mark ? granules[g] : (u8)mark;
    }
    for (u32 pos = 0; origin_next(&cache->origin[b->origin], b->words, &pos, &part);)
        if (!part.guarded)
            mark_words(cache, b->first + part.at, b->first + part.at + 2 * part.words - 1);
}

/* There is a block in the granule. */
static bool is_covered(const struct cache *cache, u32 granule)
{
    if (cache->granule[granule] != NO_BLOCK)
        return true;
    for (u32 g = cache_reach(cache, granule); g < granule; g++)
        for (u32 i = cache->granule[g]; i != NO_BLOCK; i = cache->block[i].beside)
            if (cache_last(&cache->block[i]) >> 6 >= granule)
                return true;
    return false;
}

void cache_unmark(struct cache *cache, u32 block)
{
    const struct block *b = &cache->block[block];
    u16 *link = &cache->granule[b->first >> 6];

    while (*link != block)
        link = &cache->block[*link].beside;
    *link = b->beside;
    for (u32 g = b->first >> 6, last = cache_last(b) >> 6; g <= last; g++) {
        if (is_covered(cache, g))
            continue;
        move_granule(cache, g << 6, false);
        cache->marks.granule[g] = 0;
        memset(&cache->marks.word[g * 4], 0, 4);
    }
}

bool cache_marked(const struct cache *cache, u32 first, u32 last)
{
    const u8 *marks = cache->marks.word;

    for (u32 word = first >> 1; word <= last >> 1; word++)
        if (marks[word >> 3] >> (word & 7) & 1)
            return true;
    return false;
}
