/* cache.c - blocks by key, edges between them, blocks by memory: see cache.h. */
#include "jit/cache.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "mem/ram.h"

#define NONE          NO_BLOCK
#define CHANGES_LIMIT 8u  /* drops after which a word is taken to change, */
#define EPOCH         20u /* within 2^EPOCH instructions */

#define BYTES_A_BLOCK 128u /* of code, at least, as a mean: for the sizes of tables */
#define NODES_A_BLOCK 3u
#define NODES_MAX     8u   /* of a block */
#define SHORT_LIFE    256u /* instructions: who comes back so soon does not help */
#define WORDS_A_BLOCK 16u  /* of origins */
#define LOOKS         32u  /* for a dropped block */
#define FPS_ANY       1u   /* no FPS without condition codes */
#define VISITS        4096u
#define NOWHERE       (1u << 31 | 1u << 30) /* the key of pages from which nothing is fetched */
#define FETCHABLE     0144u /* by access field: 2, 5 and 6 let instructions be read, and no trap */

static u32 hash_of(const struct cache *cache, u64 key)
{
    return (u32)(key * 0x9e3779b97f4a7c15u >> 40) & (cache->hash_size - 1);
}

static u64 key_of(u32 page_key, u16 pc)
{
    return (u64)page_key << 16 | pc;
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
    e->to = block;
    e->incoming = cache->block[block].incoming;
    cache->block[block].incoming = edge;
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
    u32 next;

    for (u32 i = cache->block[block].incoming; i != NONE; i = next) {
        struct edge *e = &cache->edge[i];

        next = e->incoming;
        host_edge_unlink(&cache->code, e->at, i);
        e->to = NO_BLOCK;
    }
    cache->block[block].incoming = NONE;
}

/* --- blocks --------------------------------------------------------------------------------- */

static struct jump *jump_slot(struct cache *cache, u64 key)
{
    return &cache->hot->jump[key >> 1 & (JUMP_SLOTS - 1)];
}

void cache_remember(struct cache *cache, u32 block)
{
    u64 key = cache->block[block].key;

    *jump_slot(cache, key) =
        (struct jump){.tag = (u32)(key >> 16), .head = cache->block[block].head};
}

static void list_block(struct cache *cache, u32 *list, u32 block)
{
    cache->block[block].next = *list;
    *list = block;
}

static void unlist_block(struct cache *cache, u32 *list, u32 block)
{
    while (*list != block)
        list = &cache->block[*list].next;
    *list = cache->block[block].next;
}

static u8 *visits_of(const struct cache *cache, u64 key)
{
    return &cache->visits[(key * 0x9e3779b97f4a7c15u >> 40) % VISITS];
}

/* Nobody finds it any more, but it may come back: its own ways out stay. */
static void drop_block(struct cache *cache, u32 block)
{
    struct block *b = &cache->block[block];
    struct jump *slot = jump_slot(cache, b->key);

    unlink_incoming(cache, block);
    cache_unmark(cache, block);
    unlist_block(cache, &cache->hash[hash_of(cache, b->key)], block);
    list_block(cache, &cache->dropped[hash_of(cache, b->key)], block);
    if (slot->tag == (u32)(b->key >> 16))
        slot->tag = JUMP_NONE;
    *visits_of(cache, b->key) = (u8)(cache->threshold - 1); /* no need to wait again */
    cache->stats.dropped++;
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
    for (u32 g = first >> 6; g <= last >> 6; g++) {
        u32 next;

        for (u32 node = cache->granule[g]; node != NONE; node = next) {
            u32 block = cache->node[node].block;

            next = cache->node[node].next;
            if (cache->block[block].first <= last && cache->block[block].last >= first)
                drop_block(cache, block);
        }
    }
    cache->version++;
}

bool cache_joins(const struct cache *cache, u32 pa, u32 from)
{
    for (u32 node = cache->granule[pa >> 6]; node != NONE; node = cache->node[node].next) {
        const struct block *b = &cache->block[cache->node[node].block];

        if (b->first <= pa && b->last >= pa && b->first <= from && b->last >= from)
            return true;
    }
    return false;
}

/* The guest, a device or the host's user writes. */
static void written(struct ram_code *marks, u32 pa, u32 len)
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
    u64 key = key_of(page_key, pc);
    u32 block = cache->hash[hash_of(cache, key)];

    while (block != NO_BLOCK && cache->block[block].key != key)
        block = cache->block[block].next;
    return block;
}

void cache_flush(struct cache *cache)
{
    cache->code.at = 0;
    cache->code.full = false;
    host_prologue(&cache->code);
    code_sync(&cache->code, 0);
    cache->blocks = cache->edges = cache->nodes = cache->origins = 0;
    cache->free_nodes = NONE;
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
    for (unsigned i = 0; i < result->edges; i++)
        cache->edge[cache->edges++] = (struct edge){
            .at = result->edge[i].at, .pc = result->edge[i].pc, .to = NO_BLOCK, .incoming = NONE};
}

/* Enter what was emitted. */
static void enter(struct cache *cache, u32 page_key, const struct plan *plan,
                  const struct emit_result *result)
{
    u64 key = key_of(page_key, plan->pc);
    u32 block = cache->blocks;
    u32 words = origin_write(&cache->origin[cache->origins], plan, cache->ram->base);

    cache->block[block] = (struct block){.key = key,
                                         .head = result->head,
                                         .first = plan->first,
                                         .last = plan->last,
                                         .incoming = NONE,
                                         .origin = cache->origins,
                                         .words = words,
                                         .fps = formats(plan),
                                         .since = cache->cpu->icount,
                                         .leaves = plan->insn[0].leave};
    cache_mark(cache, block);
    cache->blocks++;
    cache->origins += words;
    list_block(cache, &cache->hash[hash_of(cache, key)], block);
    enter_edges(cache, result);
    cache->stats.blocks++;
    cache->stats.insns += plan->count;
    cache->stats.live++;
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
static u32 find_dropped(const struct cache *cache, u64 key)
{
    u16 fps = cache->cpu->fp.fps & (u16)~FP11_CC;
    u32 block = cache->dropped[hash_of(cache, key)];

    for (unsigned i = 0; block != NO_BLOCK && i < LOOKS; i++, block = cache->block[block].next) {
        const struct block *b = &cache->block[block];

        if (b->key == key && (b->fps == FPS_ANY || b->fps == fps) &&
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
    u64 key = key_of(page_key, pc);
    u32 block = find_dropped(cache, key);
    struct block *b = &cache->block[block];

    if (block == NO_BLOCK)
        return NO_BLOCK;
    cache_mark(cache, block);
    unlist_block(cache, &cache->dropped[hash_of(cache, key)], block);
    list_block(cache, &cache->hash[hash_of(cache, key)], block);
    if (cache->cpu->icount - b->since > SHORT_LIFE)
        forget_hits(cache, b);
    b->since = cache->cpu->icount;
    cache->stats.revived++;
    cache->stats.live++;
    return block;
}

/* For one more block, new or revived, in all tables. */
static bool has_room(const struct cache *cache)
{
    return cache->blocks < cache->block_room && cache->edges + EDGES_MAX <= cache->edge_room &&
           cache->nodes + NODES_MAX <= cache->node_room &&
           cache->origins + ORIGIN_MAX <= cache->origin_room;
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

u32 cache_translate(struct cache *cache, u32 page_key, u16 pc)
{
    struct emit_result result;
    struct plan plan;
    u32 block;

    if (!has_room(cache))
        cache_flush(cache);
    block = revive(cache, page_key, pc);
    if (block != NO_BLOCK)
        return block;
    if (!plan_make(&plan, cache->cpu, cache, pc, cache->block_limit))
        return NO_BLOCK;
    if (!emit_block(&cache->code, &plan, cache->edges, &result)) {
        cache_flush(cache);
        if (!emit_block(&cache->code, &plan, cache->edges, &result))
            return NO_BLOCK; /* larger than the code memory */
    }
    enter(cache, page_key, &plan, &result);
    if (cache->watch)
        cache->watch->translated(cache->watch->ctx, &plan, &result, &cache->code);
    return cache->blocks - 1;
}

int cache_init(struct cache *cache, struct cpu *cpu, struct hot *hot, u32 size, struct err *err)
{
    int rc;

    *cache = (struct cache){.cpu = cpu, .hot = hot, .ram = cpu->ram, .block_limit = PLAN_MAX};
    rc = code_init(&cache->code, size, err);
    if (rc)
        return rc;
    cache->block_room = cache->code.size / BYTES_A_BLOCK;
    cache->edge_room = cache->block_room * 2 + EDGES_MAX;
    cache->node_room = cache->block_room * NODES_A_BLOCK + NODES_MAX;
    for (cache->hash_size = 64; cache->hash_size < cache->block_room;)
        cache->hash_size *= 2;
    cache->block = calloc(cache->block_room, sizeof *cache->block);
    cache->edge = calloc(cache->edge_room, sizeof *cache->edge);
    cache->node = calloc(cache->node_room, sizeof *cache->node);
    cache->hash = calloc(cache->hash_size, sizeof *cache->hash);
    cache->dropped = calloc(cache->hash_size, sizeof *cache->dropped);
    cache->origin_room = cache->block_room * WORDS_A_BLOCK + ORIGIN_MAX;
    cache->origin = calloc(cache->origin_room, sizeof *cache->origin);
    cache->visits = calloc(VISITS, 1);
    cache->granule = calloc(cache->ram->size / 64, sizeof *cache->granule);
    cache->marks.granule = calloc(cache->ram->size / 64, 1);
    cache->marks.word = calloc(cache->ram->size / 16, 1);
    cache->hits = calloc(cache->ram->size / 2, 1);
    if (!cache->block || !cache->edge || !cache->node || !cache->hash || !cache->granule ||
        !cache->hits || !cache->dropped || !cache->origin || !cache->visits ||
        !cache->marks.granule || !cache->marks.word) {
        cache_fini(cache);
        return err_set(err, ENOMEM, "no host memory for the translator's tables");
    }
    cache_flush(cache);
    cache->stats.flushes = 0;
    cache->marks.written = written;
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
    free(cache->node);
    free(cache->hash);
    free(cache->dropped);
    free(cache->origin);
    free(cache->visits);
    free(cache->granule);
    free(cache->hits);
    free(cache->marks.granule);
    free(cache->marks.word);
    free(cache->vm_keys);
    *cache = (struct cache){0};
}
