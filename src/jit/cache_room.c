/* cache_room.c - code memory and the tables of blocks: how large they are, and who must go when
 * they are full.
 *
 * All are divided into parts, which are filled one after another. When all have been, the oldest is
 * emptied and filled again: all its blocks go, live ones and those that might come back, and what
 * leads to them from elsewhere leads to the outside again. So most of a system that is somewhat too
 * large stays, and what is used comes back.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "jit/cache.h"
#include "mem/ram.h"

#define PART_MIN      4096u /* bytes of code, if there are so many: most blocks fit */
#define BYTES_A_BLOCK 240u  /* of code, at least, as a mean: for the sizes of tables */
#define EDGES_A_BLOCK 2u
#define WORDS_A_BLOCK 12u /* of origins */
#define CALL_SHARE    8u  /* so small a part of code memory is not much */

void *cache_table(struct cache *cache, size_t count, size_t size)
{
    void *table = calloc(count, size);

    cache->bytes += table ? count * size : 0;
    return table;
}

/* --- parts ---------------------------------------------------------------------------------- */

static void begin_part(struct cache *cache, unsigned part)
{
    cache->part = part;
    cache->used[part] = (struct part){0};
    cache->code.at = cache->base + part * cache->room.code;
    cache->code.end = cache->code.at + cache->room.code;
}

/* No block is led to by an edge of the part. */
static void forget_edges(struct cache *cache, unsigned part)
{
    u32 first = part * cache->room.edges, count = cache->used[part].edges;

    for (unsigned p = 0; p < cache->filled; p++) {
        struct block *b = &cache->block[p * cache->room.blocks];

        for (u32 i = 0; i < cache->used[p].blocks; i++, b++) {
            u16 *link = &b->incoming;

            while (*link != NO_EDGE)
                if (*link - first < count)
                    *link = cache->edge[*link].incoming;
                else
                    link = &cache->edge[*link].incoming;
        }
    }
}

static void forget_part(struct cache *cache, unsigned part)
{
    u32 block = part * cache->room.blocks, end = block + cache->used[part].blocks;

    forget_edges(cache, part);
    for (; block < end; block++) {
        const struct block *b = &cache->block[block];

        if (b->live)
            cache_drop_block(cache, block);
        cache_unlist(cache, cache_list(cache, b, false), block);
    }
    cache->version++;
    cache->stats.evicted++;
}

void cache_evict(struct cache *cache)
{
    unsigned part = cache->filled;

    cache->used[cache->part].code = cache->code.at - cache->base - cache->part * cache->room.code;
    if (part < cache->parts)
        cache->filled++;
    else
        forget_part(cache, part = (cache->part + 1) % cache->parts);
    begin_part(cache, part);
}

void cache_make_room(struct cache *cache)
{
    const struct part *used = &cache->used[cache->part], *room = &cache->room;

    if (used->blocks == room->blocks || used->edges + EDGES_MAX > room->edges ||
        used->origins + ORIGIN_MAX > room->origins)
        cache_evict(cache);
}

u32 cache_used(const struct cache *cache)
{
    u32 used = cache->code.at - cache->part * cache->room.code;

    for (unsigned part = 0; part < cache->filled; part++)
        used += part == cache->part ? 0 : cache->used[part].code;
    return used;
}

bool cache_is_empty(const struct cache *cache)
{
    return cache->filled < cache->parts && cache->code.at < cache->code.size / CALL_SHARE;
}

/* --- all of it ------------------------------------------------------------------------------ */

void cache_flush(struct cache *cache)
{
    cache->filled = 1;
    begin_part(cache, 0);
    memset(cache->hash, 0xff, cache->hash_size * sizeof *cache->hash);
    memset(cache->dropped, 0xff, cache->hash_size * sizeof *cache->dropped);
    memset(cache->granule, 0xff, cache->ram->size / 64 * sizeof *cache->granule);
    memset(cache->marks.granule, 0, cache->ram->size / 64);
    memset(cache->marks.word, 0, cache->ram->size / 16);
    for (unsigned i = 0; i < JUMP_SLOTS; i++)
        cache->hot->jump[i].tag = JUMP_NONE;
    for (unsigned i = 0; i < 8; i++) /* what led to code leads to data */
        memset(cache->cpu->mmu.map[i >> 1][i & 1].code, 0, sizeof cache->cpu->mmu.map[0][0].code);
    cache->version++;
    cache->stats.flushes++;
    cache->stats.live = 0;
}

/* Share code memory out, and what of the tables belongs to it. */
static void divide(struct cache *cache)
{
    struct part *room = &cache->room;
    u32 left, most = (NO_EDGE / PARTS - EDGES_MAX) / EDGES_A_BLOCK;

    host_prologue(&cache->code);
    code_sync(&cache->code, 0);
    cache->base = (cache->code.at + 15) / 16 * 16;
    left = cache->code.size - cache->base;
    cache->parts = left / PART_MIN < PARTS ? left / PART_MIN : PARTS;
    if (cache->parts == 0)
        cache->parts = 1;
    room->code = left / cache->parts / 16 * 16;
    room->blocks = room->code / BYTES_A_BLOCK < most ? room->code / BYTES_A_BLOCK : most;
    room->edges = room->blocks * EDGES_A_BLOCK + EDGES_MAX;
    room->origins = room->blocks * WORDS_A_BLOCK + ORIGIN_MAX;
    for (cache->hash_size = 64; cache->hash_size < cache->parts * room->blocks / 2;)
        cache->hash_size *= 2;
}

static bool make_tables(struct cache *cache)
{
    const struct part *room = &cache->room;
    size_t parts = cache->parts, ram = cache->ram->size;

    cache->block = cache_table(cache, parts * room->blocks, sizeof *cache->block);
    cache->edge = cache_table(cache, parts * room->edges, sizeof *cache->edge);
    cache->origin = cache_table(cache, parts * room->origins, sizeof *cache->origin);
    cache->hash = cache_table(cache, cache->hash_size, sizeof *cache->hash);
    cache->dropped = cache_table(cache, cache->hash_size, sizeof *cache->dropped);
    cache->visits = cache_table(cache, VISITS, 1);
    cache->granule = cache_table(cache, ram / 64, sizeof *cache->granule);
    cache->marks.granule = cache_table(cache, ram / 64, 1);
    cache->marks.word = cache_table(cache, ram / 16, 1);
    cache->hits = cache_table(cache, ram / 2, 1);
    return cache->block && cache->edge && cache->origin && cache->hash && cache->dropped &&
           cache->visits && cache->granule && cache->marks.granule && cache->marks.word &&
           cache->hits;
}

int cache_init(struct cache *cache, struct cpu *cpu, struct hot *hot, u32 size, struct err *err)
{
    int rc;

    *cache = (struct cache){.cpu = cpu, .hot = hot, .ram = cpu->ram, .block_limit = PLAN_MAX};
    rc = code_init(&cache->code, size, err);
    if (rc)
        return rc;
    divide(cache);
    if (!make_tables(cache)) {
        cache_fini(cache);
        return err_set(err, ENOMEM, "no host memory for the translator's tables");
    }
    cache_flush(cache);
    cache->stats.flushes = 0;
    cache->marks.written = cache_written;
    cache->ram->code = &cache->marks;
    return 0;
}

void cache_fini(struct cache *cache)
{
    if (cache->ram && cache->ram->code == &cache->marks)
        cache->ram->code = NULL;
    code_fini(&cache->code);
    free(cache->block);
    free(cache->edge);
    free(cache->origin);
    free(cache->hash);
    free(cache->dropped);
    free(cache->visits);
    free(cache->granule);
    free(cache->marks.granule);
    free(cache->marks.word);
    free(cache->hits);
    free(cache->vm_keys);
    *cache = (struct cache){0};
}
