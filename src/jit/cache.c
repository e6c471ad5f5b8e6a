/* cache.c - blocks by key, edges between them, blocks by memory: see cache.h. */
#include "jit/cache.h"

#include <string.h>

#include "mem/ram.h"

#define CHANGES_LIMIT 8u  /* drops after which a word is taken to change, */
#define EPOCH         20u /* within 2^EPOCH instructions */

#define SHORT_LIFE 256u                  /* instructions: who comes back so soon does not help */
#define LOOKS      32u                   /* for a dropped block */
#define FPS_ANY    1u                    /* no FPS without condition codes */
#define NOWHERE    (1u << 31 | 1u << 30) /* the key of pages from which nothing is fetched */
#define FETCHABLE  0144u /* by access field: 2, 5 and 6 let instructions be read, and no trap */

static u32 hash_of(const struct cache *cache, u64 key)
{
    return (u32)(key * 0x9e3779b97f4a7c15u >> 40) & (cache->hash_size - 1);
}

static u64 key_of(u32 page_key, u16 pc)
{
    return (u64)page_key << 16 | pc;
}

static bool has_key(const struct block *b, u32 page_key, u16 pc)
{
    return b->page == page_key && b->pc == pc;
}

bool cache_changes(const struct cache *cache, u32 pa)
{
    return cache->hits[pa >> 1] >= CHANGES_LIMIT;
}

bool cache_changed(const struct cache *cache, u32 pa)
{
    return cache->hits[pa >> 1];
}

u32 cache_page_key(const struct cpu *cpu, enum mode mode, unsigned page)
{
    const struct mmu *mmu = &cpu->mmu;
    u32 key = 1u << 31 | (u32)mode << 28 | (u32)page << 25;
    u16 pdr = mmu->pdr[mode][SPACE_I][page];

    if (mmu->mmr0 & MMR0_MAINT)
        return 0;
    if (cpu->vmx && vmx_limits(cpu->vmx, mode))
        key |= 1u << 30; /* mode U's alone; its blocks check the stack */
    if (!(mmu->mmr0 & MMR0_ENABLE))
        return key;
    if (!(FETCHABLE >> (pdr & 7) & 1))
        return NOWHERE;
    return key | (u32)mmu->par[mode][SPACE_I][page] << 9 | (pdr & 077400u) >> 6 | (pdr & 010) >> 2 |
           1u;
}

/* --- edges ---------------------------------------------------------------------------------- */

void cache_link(struct cache *cache, u32 edge, u32 block)
{
    struct edge *e = &cache->edge[edge];

    host_edge_link(&cache->code, e->at, cache->block[block].head);
    e->incoming = cache->block[block].incoming;
    cache->block[block].incoming = (u16)edge;
    cache->stats.links++;
}

bool cache_guess(struct cache *cache, u32 edge, u16 pc)
{
    struct edge *e = &cache->edge[edge];
    bool fits = !((pc ^ e->pc) >> 13 || pc & 1);

    if (fits)
        e->pc = pc;
    host_guess_set(&cache->code, e->at, fits ? pc : NO_GUESS);
    return fits;
}

/* Those that lead to the block lead to the outside again. */
static void unlink_incoming(struct cache *cache, u32 block)
{
    for (u32 i = cache->block[block].incoming; i != NO_EDGE; i = cache->edge[i].incoming)
        host_edge_unlink(&cache->code, cache->edge[i].at, i);
    cache->block[block].incoming = NO_EDGE;
}

/* --- blocks --------------------------------------------------------------------------------- */

static struct jump *jump_slot(struct cache *cache, const struct block *b)
{
    return &cache->hot->jump[b->pc >> 1 & (JUMP_SLOTS - 1)];
}

void cache_remember(struct cache *cache, u32 block)
{
    const struct block *b = &cache->block[block];

    *jump_slot(cache, b) = (struct jump){.tag = b->page, .head = b->head};
}

u16 *cache_list(const struct cache *cache, const struct block *b, bool live)
{
    return &(live ? cache->hash : cache->dropped)[hash_of(cache, key_of(b->page, b->pc))];
}

/* Into the list of live blocks, or of dropped ones. */
static void list_block(struct cache *cache, u32 block, bool live)
{
    struct block *b = &cache->block[block];
    u16 *list = cache_list(cache, b, live);

    b->live = live;
    b->next = *list;
    *list = (u16)block;
}

void cache_unlist(struct cache *cache, u16 *list, u32 block)
{
    while (*list != block)
        list = &cache->block[*list].next;
    *list = cache->block[block].next;
}

static u8 *visits_of(const struct cache *cache, u64 key)
{
    return &cache->visits[(key * 0x9e3779b97f4a7c15u >> 40) % VISITS];
}

/* Its own ways out stay. */
void cache_drop_block(struct cache *cache, u32 block)
{
    struct block *b = &cache->block[block];
    struct jump *slot = jump_slot(cache, b);

    unlink_incoming(cache, block);
    cache_unmark(cache, block);
    cache_unlist(cache, cache_list(cache, b, true), block);
    list_block(cache, block, false);
    if (slot->tag == b->page)
        slot->tag = JUMP_NONE;
    *visits_of(cache, key_of(b->page, b->pc)) =
        (u8)(cache->threshold - 1); /* no need to wait again */
    cache->stats.live--;
}

/* A word of code was written: does that happen again and again? */
static void count_change(struct cache *cache, u32 pa)
{
    u64 epoch = cache->cpu->icount >> EPOCH;

    if (cache->epoch != epoch) {
        memset(cache->hits, 0, cache->ram->size / 2);
        cache->epoch = epoch;
    }
    if (cache->hits[pa >> 1] < CHANGES_LIMIT)
        cache->hits[pa >> 1]++;
}

void cache_drop(struct cache *cache, u32 first, u32 last)
{
    for (u32 g = cache_reach(cache, first >> 6); g <= last >> 6; g++) {
        u32 next;

        for (u32 block = cache->granule[g]; block != NO_BLOCK; block = next) {
            next = cache->block[block].beside;
            if (cache->block[block].first <= last && cache_last(&cache->block[block]) >= first) {
                cache_drop_block(cache, block);
                cache->stats.dropped++;
            }
        }
    }
    cache->version++;
}

bool cache_joins(const struct cache *cache, u32 pa, u32 from)
{
    for (u32 g = cache_reach(cache, pa >> 6); g <= pa >> 6; g++) {
        for (u32 i = cache->granule[g]; i != NO_BLOCK; i = cache->block[i].beside) {
            const struct block *b = &cache->block[i];

            if (b->first <= pa && cache_last(b) >= pa && b->first <= from && cache_last(b) >= from)
                return true;
        }
    }
    return false;
}

void cache_written(struct ram_code *marks, u32 pa, u32 len)
{
    struct cache *cache = container_of(marks, struct cache, marks);

    if (!cache_marked(cache, pa, pa + len - 1))
        return;
    cache_drop(cache, pa, pa + len - 1);
    if (len <= 2)
        count_change(cache, pa);
}

u32 cache_find(const struct cache *cache, u32 page_key, u16 pc)
{
    u32 block = cache->hash[hash_of(cache, key_of(page_key, pc))];

    while (block != NO_BLOCK && !has_key(&cache->block[block], page_key, pc))
        block = cache->block[block].next;
    return block;
}

/* What the code of a floating point instruction takes FPS to be. */
static u16 formats(const struct plan *plan)
{
    for (unsigned i = 0; i < plan->count; i++)
        if (isa_info[plan->insn[i].op].unit == UNIT_FP11)
            return plan->fps & (u16)~FP11_CC;
    return FPS_ANY;
}

static void enter_edges(struct cache *cache, const struct emit_result *result)
{
    u32 *used = &cache->used[cache->part].edges;

    for (unsigned i = 0; i < result->edges; i++, ++*used)
        cache->edge[cache->part * cache->room.edges + *used] =
            (struct edge){.at = result->edge[i].at, .pc = result->edge[i].pc, .incoming = NO_EDGE};
}

/* Enter what was emitted. Its number. */
static u32 enter(struct cache *cache, u32 page_key, const struct plan *plan,
                 const struct emit_result *result)
{
    struct part *used = &cache->used[cache->part];
    u32 block = cache->part * cache->room.blocks + used->blocks;
    u32 origin = cache->part * cache->room.origins + used->origins;
    u32 words = origin_write(&cache->origin[origin], plan, cache->ram->base);

    cache->block[block] = (struct block){.page = page_key,
                                         .pc = plan->pc,
                                         .fps = formats(plan),
                                         .head = result->head,
                                         .first = plan->first,
                                         .origin = origin,
                                         .words = (u8)words,
                                         .span = (u8)(plan->last - plan->first),
                                         .incoming = NO_EDGE,
                                         .since = (u32)cache->cpu->icount,
                                         .leaves = plan->insn[0].leave};
    cache_mark(cache, block);
    used->blocks++;
    used->origins += words;
    list_block(cache, block, true);
    enter_edges(cache, result);
    cache->stats.blocks++;
    cache->stats.insns += plan->count;
    cache->stats.live++;
    return block;
}

/* One of the block's words changes, and it does not look at it. */
static bool is_stale(const struct cache *cache, const struct block *b)
{
    struct origin_part part;

    for (u32 pos = 0; origin_next(&cache->origin[b->origin], b->words, &pos, &part);)
        for (u32 i = 0; i < part.words && !part.guarded; i++)
            if (cache_changes(cache, b->first + part.at + 2 * i))
                return true;
    return false;
}

/* A dropped block for the key, whose words are there again. */
static u32 find_dropped(const struct cache *cache, u32 page_key, u16 pc)
{
    u16 fps = cache->cpu->fp.fps & (u16)~FP11_CC;
    u32 block = cache->dropped[hash_of(cache, key_of(page_key, pc))];

    for (unsigned i = 0; block != NO_BLOCK && i < LOOKS; i++, block = cache->block[block].next) {
        const struct block *b = &cache->block[block];

        if (has_key(b, page_key, pc) && (b->fps == FPS_ANY || b->fps == fps) &&
            origin_matches(&cache->origin[b->origin], b->words, cache->ram->base + b->first) &&
            !is_stale(cache, b))
            return block;
    }
    return NO_BLOCK;
}

/* Then its words are not such that are new each time: their hits do not count, unless they are
 * written every few instructions. */
static void forget_hits(struct cache *cache, const struct block *b)
{
    struct origin_part part;

    for (u32 pos = 0; origin_next(&cache->origin[b->origin], b->words, &pos, &part);)
        if (!part.guarded)
            memset(&cache->hits[(b->first + part.at) >> 1], 0, part.words);
}

/* A dropped block comes back. NO_BLOCK: there is none. */
static u32 revive(struct cache *cache, u32 page_key, u16 pc)
{
    u32 block = find_dropped(cache, page_key, pc);
    struct block *b = &cache->block[block];

    if (block == NO_BLOCK)
        return NO_BLOCK;
    cache_mark(cache, block);
    cache_unlist(cache, cache_list(cache, b, false), block);
    list_block(cache, block, true);
    if ((u32)cache->cpu->icount - b->since > SHORT_LIFE)
        forget_hits(cache, b);
    b->since = (u32)cache->cpu->icount;
    cache->stats.revived++;
    cache->stats.live++;
    return block;
}

u32 cache_want(struct cache *cache, u32 page_key, u16 pc)
{
    u32 block = cache_find(cache, page_key, pc);
    u8 *visits = visits_of(cache, key_of(page_key, pc));

    if (block != NO_BLOCK || ++*visits < cache->threshold)
        return block;
    *visits = 0;
    return cache_translate(cache, page_key, pc);
}

/* The plan's code, where there is room for it. False: it is larger than a part. */
static bool write_code(struct cache *cache, const struct plan *plan, struct emit_result *result)
{
    cache_make_room(cache);
    if (emit_block(&cache->code, plan, cache_next_edge(cache), result))
        return true;
    cache_evict(cache);
    return emit_block(&cache->code, plan, cache_next_edge(cache), result);
}

u32 cache_translate(struct cache *cache, u32 page_key, u16 pc)
{
    struct emit_result result;
    struct plan plan;
    u32 block = revive(cache, page_key, pc);

    if (block != NO_BLOCK)
        return block;
    if (!plan_make(&plan, cache->cpu, cache, pc, cache->block_limit) ||
        !write_code(cache, &plan, &result))
        return NO_BLOCK;
    block = enter(cache, page_key, &plan, &result);
    if (cache->watch)
        cache->watch->translated(cache->watch->ctx, &plan, &result, &cache->code);
    return block;
}
