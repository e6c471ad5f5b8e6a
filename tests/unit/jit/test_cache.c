/* test_cache.c - blocks are found, linked, dropped with the words that they are made of, and
 * forgotten.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "jit_rig.h"

#define A RIG_CODE          /* may go on at B */
#define B (RIG_CODE + 0100) /* another 64 bytes; goes back to A */

struct both {
    struct rig *rig;
    struct cache cache;
    struct hot hot;
    u32 key;
};

static struct both *begin(void **state, u32 size)
{
    struct both *both = calloc(1, sizeof *both);
    struct err err;

    assert_non_null(both);
    both->rig = *state;
    both->hot.cpu = &both->rig->cpu;
    both->hot.memory = both->rig->ram.base;
    assert_int_equal(cache_init(&both->cache, &both->rig->cpu, &both->hot, size, &err), 0);
    both->hot.words = both->cache.marks.word;
    both->key = cache_page_key(&both->rig->cpu, MODE_K, 0);
    RIG_LOAD(both->rig, A, I_INC | R1, I_TST | R1, I_BNE | 035, I_HALT);
    RIG_LOAD(both->rig, A + 010, 0123456);
    RIG_LOAD(both->rig, B, I_DEC | R1, I_SOB | S(R2) | 042);
    fill_maps(both->rig);
    return both;
}

static void end(struct both *both)
{
    cache_fini(&both->cache);
    assert_null(both->rig->ram.code);
    free(both);
}

static void test_found_by_key(void **state)
{
    struct both *both = begin(state, 65536);
    struct cache *cache = &both->cache;
    u32 block;

    assert_int_equal(cache_find(cache, both->key, A), NO_BLOCK);
    block = cache_translate(cache, both->key, A);
    assert_int_not_equal(block, NO_BLOCK);
    assert_int_equal(cache_find(cache, both->key, A), block);
    assert_int_equal(cache_find(cache, both->key, A + 2), NO_BLOCK);
    assert_int_equal(cache_find(cache, both->key ^ 020, A), NO_BLOCK);
    assert_int_equal(cache->stats.blocks, 1);
    assert_int_equal(cache->stats.live, 1);
    assert_true(cache_code(cache, block) >= cache->code.exec &&
                cache_code(cache, block) < cache->code.exec + cache->code.at);
    end(both);
}

/* The key stands for everything that decides what the addresses of a page mean. */
static void test_keys_of_pages(void **state)
{
    struct rig *rig = *state;
    u32 off = cache_page_key(&rig->cpu, MODE_K, 1), on;

    assert_int_not_equal(off, 0);
    assert_int_not_equal(off, cache_page_key(&rig->cpu, MODE_U, 1));
    rig_map(rig, 0);
    on = cache_page_key(&rig->cpu, MODE_K, 1);
    assert_int_not_equal(on, off);
    *rig_par(rig, MODE_K, SPACE_I, 1) ^= 1;
    assert_int_not_equal(cache_page_key(&rig->cpu, MODE_K, 1), on);
    *rig_par(rig, MODE_K, SPACE_I, 1) ^= 1;
    assert_int_equal(cache_page_key(&rig->cpu, MODE_K, 1), on);
    for (u16 bit = 1; bit; bit = (u16)(bit << 1)) {
        *rig_pdr(rig, MODE_K, SPACE_I, 1) ^= bit;
        if (PDR_WRITE & bit & ~4u) /* length, direction, access */
            assert_int_not_equal(cache_page_key(&rig->cpu, MODE_K, 1), on);
        else /* A and W tell what was done; who executes does not ask who may write */
            assert_int_equal(cache_page_key(&rig->cpu, MODE_K, 1), on);
        *rig_pdr(rig, MODE_K, SPACE_I, 1) ^= bit;
    }
    rig->cpu.mmu.mmr0 |= MMR0_MAINT;
    assert_int_equal(cache_page_key(&rig->cpu, MODE_K, 1), 0);
}

/* A store to data beside code drops nothing; one to code drops what contains it, and only that. */
static void test_dropped_by_a_store(void **state)
{
    struct both *both = begin(state, 65536);
    struct cache *cache = &both->cache;
    u32 a = cache_translate(cache, both->key, A), b = cache_translate(cache, both->key, B);
    u64 version;

    assert_true(a != NO_BLOCK && b != NO_BLOCK);
    version = cache->version;
    ram_put(&both->rig->ram, A + 010, 1);
    assert_true(cache->version == version);
    assert_int_equal(cache_find(cache, both->key, A), a);
    ram_put(&both->rig->ram, A + 4, NOP);
    assert_true(cache->version != version);
    assert_int_equal(cache_find(cache, both->key, A), NO_BLOCK);
    assert_int_equal(cache_find(cache, both->key, B), b);
    assert_int_equal(cache->stats.dropped, 1);
    assert_int_equal(cache->stats.live, 1);
    a = cache_translate(cache, both->key, A);
    assert_int_not_equal(a, NO_BLOCK);
    assert_int_equal(cache_find(cache, both->key, A), a);
    ram_wrote(&both->rig->ram, 0, RIG_RAM); /* as a disk does */
    assert_int_equal(cache->stats.live, 0);
    end(both);
}

/* The map of writes leads elsewhere for the 64 bytes of a block, as long as it is there. */
static void test_marks(void **state)
{
    struct both *both = begin(state, 65536);
    struct cache *cache = &both->cache;
    struct mmu_map *map = both->rig->cpu.map[SPACE_I];
    map_entry base = (map_entry)both->rig->ram.base;

    assert_true(map->write[A >> 6] == base && map->code[A >> 6] == 0);
    assert_int_not_equal(cache_translate(cache, both->key, A), NO_BLOCK);
    assert_true(map->write[A >> 6] == 0 && map->code[A >> 6] == base);
    assert_true(map->read[A >> 6] == base && map->write[B >> 6] == base);
    assert_int_equal(cache->marks.granule[A >> 6], 1);
    assert_int_equal(cache->marks.granule[B >> 6], 0);
    for (u32 at = A; at < A + 0100; at += 2)
        assert_int_equal(cache->marks.word[at >> 4] >> (at >> 1 & 7) & 1, at < A + 010);
    ram_put(&both->rig->ram, A, NOP);
    assert_true(map->write[A >> 6] == base && map->code[A >> 6] == 0);
    assert_int_equal(cache->marks.granule[A >> 6], 0);
    assert_int_equal(cache->marks.word[A >> 4], 0);
    end(both);
}

/* Only pages that have entries are looked through: this is one. */
static void test_marks_far(void **state)
{
    const u32 far = 060000; /* page 3 */
    struct both *both = begin(state, 65536);
    struct mmu *mmu = &both->rig->cpu.mmu;
    map_entry base = (map_entry)both->rig->ram.base;

    RIG_LOAD(both->rig, far, I_INC | R1, I_HALT);
    memset(mmu->filled, 0, sizeof mmu->filled);
    mmu->filled[MODE_K][SPACE_I] = 1ull << (far >> 10);
    assert_int_not_equal(
        cache_translate(&both->cache, cache_page_key(&both->rig->cpu, MODE_K, 3), (u16)far),
        NO_BLOCK);
    assert_true(mmu->map[MODE_K][SPACE_I].write[far >> 6] == 0);
    assert_true(mmu->map[MODE_K][SPACE_I].code[far >> 6] == base);
    end(both);
}

/* The last that was made. */
static u32 edge_to(const struct cache *cache, u16 pc)
{
    u32 edge = cache_next_edge(cache);

    while (edge-- > 0 && cache->edge[edge].pc != pc)
        ;
    assert_int_not_equal(edge, UINT32_MAX);
    return edge;
}

static bool is_linked(const struct cache *cache, u32 edge, u32 block)
{
    u32 i = cache->block[block].incoming;

    while (i != NO_EDGE && i != edge)
        i = cache->edge[i].incoming;
    return i == edge;
}

/* A linked edge is an edge again when its target goes. */
static void test_links(void **state)
{
    struct both *both = begin(state, 65536);
    struct cache *cache = &both->cache;
    u32 a = cache_translate(cache, both->key, A), b = cache_translate(cache, both->key, B);
    u32 there = edge_to(cache, B), back = edge_to(cache, A), other;

    cache_link(cache, there, b);
    cache_link(cache, back, a);
    assert_int_equal(cache->stats.links, 2);
    assert_true(is_linked(cache, there, b));
    assert_true(is_linked(cache, back, a));
    ram_put(&both->rig->ram, A, NOP);
    assert_false(is_linked(cache, back, a));
    assert_true(is_linked(cache, there, b)); /* a dropped block may come back */
    a = cache_translate(cache, both->key, A);
    other = edge_to(cache, B);
    cache_link(cache, back, a);
    cache_link(cache, other, b);
    assert_int_equal(cache->block[b].incoming, other);
    ram_put(&both->rig->ram, B, NOP);
    assert_int_equal(cache->block[b].incoming, NO_EDGE);
    assert_int_equal(cache->stats.live, 1);
    end(both);
}

/* The same words are back: the same block is. Others: another. */
static void test_revive(void **state)
{
    struct both *both = begin(state, 65536);
    struct cache *cache = &both->cache;
    u16 word = ram_get(&both->rig->ram, A);
    u32 a = cache_translate(cache, both->key, A), other;

    ram_put(&both->rig->ram, A, word ^ 1);
    assert_int_equal(cache_find(cache, both->key, A), NO_BLOCK);
    other = cache_translate(cache, both->key, A);
    assert_int_not_equal(other, a);
    ram_put(&both->rig->ram, A, word);
    assert_int_equal(cache_translate(cache, both->key, A), a);
    assert_int_equal(cache_find(cache, both->key, A), a);
    ram_put(&both->rig->ram, A, word ^ 1);
    assert_int_equal(cache_translate(cache, both->key, A), other);
    assert_int_equal(cache->stats.revived, 2);
    assert_int_equal(cache->stats.blocks, 2);
    assert_int_equal(cache->stats.live, 1);
    end(both);
}

/* A block that comes back needs no room, nor that its page has been used since. */
static void test_revive_without_room(void **state)
{
    struct both *both = begin(state, 65536);
    struct cache *cache = &both->cache;
    u32 block;

    RIG_LOAD(both->rig, B - 4, I_INC | R1, I_INC | R2, I_INC | R3, I_INC | R4, I_HALT);
    block = cache_translate(cache, both->key, B - 4);
    assert_int_not_equal(block, NO_BLOCK);
    ram_put(&both->rig->ram, B, I_INC | R3);
    cache->used[cache->part].blocks = cache->room.blocks;
    memset(both->rig->cpu.map[SPACE_I]->read, 0, sizeof both->rig->cpu.map[SPACE_I]->read);
    assert_int_equal(cache_translate(cache, both->key, B - 4), block);
    assert_true(cache_marked(cache, B - 4, B - 4) && cache_marked(cache, B, B));
    ram_put(&both->rig->ram, B, NOP); /* a granule that it does not begin in */
    assert_int_equal(cache->stats.live, 0);
    assert_false(cache_marked(cache, B - 4, B - 4));
    assert_int_equal(cache->marks.granule[B >> 6] | cache->marks.granule[(B - 4) >> 6], 0);
    end(both);
}

/* What reaches into 64 bytes where others begin stays marked when those go. */
static void test_marks_overlap(void **state)
{
    struct both *both = begin(state, 65536);
    struct cache *cache = &both->cache;

    RIG_LOAD(both->rig, B - 4, I_INC | R1, I_INC | R2, I_INC | R3, I_INC | R4, I_TST | R1, I_HALT);
    assert_int_not_equal(cache_translate(cache, both->key, B - 4), NO_BLOCK);
    assert_int_not_equal(cache_translate(cache, both->key, B + 2), NO_BLOCK);
    assert_true(cache_joins(cache, B, B - 4));
    assert_true(cache_joins(cache, B + 2, B + 4));
    assert_false(cache_joins(cache, B + 020, B));
    ram_put(&both->rig->ram, B, NOP); /* of the first alone */
    assert_int_equal(cache->stats.live, 1);
    assert_int_not_equal(cache->marks.granule[B >> 6], 0);
    assert_int_equal(cache->marks.granule[(B - 4) >> 6], 0);
    assert_int_not_equal(cache_translate(cache, both->key, B - 4), NO_BLOCK);
    ram_put(&both->rig->ram, B - 4, NOP);
    assert_int_equal(cache->stats.live, 1);
    assert_int_not_equal(cache_translate(cache, both->key, B - 4), NO_BLOCK);
    ram_put(&both->rig->ram, B + 4, NOP); /* of both */
    assert_int_equal(cache->stats.live, 0);
    assert_int_equal(cache->marks.granule[B >> 6], 0);
    end(both);
}

static void test_jump_cache(void **state)
{
    struct both *both = begin(state, 65536);
    struct cache *cache = &both->cache;
    u32 a = cache_translate(cache, both->key, A);
    const struct jump *slot = &both->hot.jump[A >> 1 & (JUMP_SLOTS - 1)];

    cache_remember(cache, a);
    assert_true(slot->tag == both->key);
    assert_true(slot->head == cache->block[a].head);
    ram_put(&both->rig->ram, A, NOP);
    assert_true(slot->tag == JUMP_NONE);
    end(both);
}

static void test_flush(void **state)
{
    struct both *both = begin(state, 65536);
    struct cache *cache = &both->cache;
    struct mmu_map *map = both->rig->cpu.map[SPACE_I];
    u32 a = cache_translate(cache, both->key, A);
    u64 version = cache->version;

    cache_remember(cache, a);
    assert_true(cache_is_empty(cache));
    for (unsigned part = 0; part < cache->parts; part++)
        cache_evict(cache);
    assert_false(cache_is_empty(cache)); /* though its first part is */
    a = cache_translate(cache, both->key, A);
    cache_remember(cache, a);
    cache_flush(cache);
    assert_true(cache_is_empty(cache));
    assert_true(cache->version != version);
    assert_int_equal(cache_find(cache, both->key, A), NO_BLOCK);
    assert_int_equal(cache->stats.flushes, 1);
    assert_int_equal(cache->stats.live, 0);
    assert_int_equal(cache->marks.granule[A >> 6], 0);
    assert_int_equal(cache->marks.word[A >> 4], 0);
    assert_true(both->hot.jump[A >> 1 & (JUMP_SLOTS - 1)].tag == JUMP_NONE);
    assert_true(map->code[A >> 6] == 0); /* the write entry comes with the next reference */
    assert_int_not_equal(cache_translate(cache, both->key, A), NO_BLOCK);
    end(both);
}

/* Blocks of eight instructions, one behind another, from `*at` on, until `evicted` parts have been
 * emptied. */
static u32 fill(struct both *both, u32 *at, u64 evicted)
{
    struct cache *cache = &both->cache;
    u32 made = 0;

    for (; cache->stats.evicted < evicted; *at += 16, made++) {
        u32 block;

        assert_true(*at < 017000);
        for (u32 i = 0; i < 16; i += 2)
            rig_put(both->rig, *at + i, i == 14 ? I_RTS | PC : I_INC | R1);
        block = cache_translate(cache, both->key, (u16)*at);
        assert_int_not_equal(block, NO_BLOCK);
        assert_int_equal(cache_find(cache, both->key, (u16)*at), block);
        assert_true(cache->code.at <= cache->code.end && cache->code.end <= cache->code.size);
    }
    return made;
}

/* In a full code memory the oldest part is emptied for the block that did not fit. */
static void test_full(void **state)
{
    struct both *both = begin(state, 16384);
    struct cache *cache = &both->cache;
    u32 at = RIG_CODE, made = fill(both, &at, 1), live = cache->stats.live;

    assert_true(cache->parts > 2 && live > 1 && live < made);
    for (u32 i = 0; i < made; i++) { /* the first are gone, all others are there */
        u32 block = cache_find(cache, both->key, (u16)(RIG_CODE + 16 * i));

        assert_true((block == NO_BLOCK) == (i < made - live));
    }
    made += fill(both, &at, cache->parts + 2u);
    assert_int_equal(cache->stats.blocks, made);
    assert_int_equal(cache->stats.flushes, 0);
    assert_int_equal(cache->stats.dropped, 0);
    assert_true(cache->stats.live > 1 && cache->stats.live < made / 2);
    assert_true(cache_used(cache) <= cache->code.size);
    end(both);
}

/* A small code memory is one part. */
static void test_small(void **state)
{
    struct both *both = begin(state, 4096);
    struct cache *cache = &both->cache;
    u32 at = RIG_CODE, made = fill(both, &at, 1);

    assert_int_equal(cache->parts, 1);
    assert_true(made > 2);
    assert_int_equal(cache->stats.live, 1);
    fill(both, &at, 4);
    assert_int_equal(cache->stats.live, 1);
    assert_int_equal(cache_find(cache, both->key, RIG_CODE), NO_BLOCK);
    end(both);
}

/* Nothing leads to a block that is evicted, nor is it in any list. */
static void test_evicted(void **state)
{
    struct both *both = begin(state, 16384);
    struct cache *cache = &both->cache;
    u32 at = RIG_CODE + 01000, a = cache_translate(cache, both->key, A), b, there, back;
    const struct jump *slot = &both->hot.jump[A >> 1 & (JUMP_SLOTS - 1)];
    u64 version;

    cache_remember(cache, a);
    there = edge_to(cache, B);
    cache_evict(cache); /* the next part */
    b = cache_translate(cache, both->key, B);
    back = edge_to(cache, A);
    assert_true(a / cache->room.blocks == 0 && b / cache->room.blocks == 1);
    cache_link(cache, there, b);
    cache_link(cache, back, a);
    version = cache->version;
    fill(both, &at, 1);
    assert_true(cache->version != version);
    assert_int_equal(cache_find(cache, both->key, A), NO_BLOCK);
    assert_int_equal(cache_find(cache, both->key, B), b);
    assert_true(slot->tag == JUMP_NONE);
    assert_false(is_linked(cache, there, b)); /* the edge is another's now */
    assert_false(cache_marked(cache, A, A));
    assert_int_equal(cache->marks.granule[A >> 6], 0);
    ram_put(&both->rig->ram, B, NOP); /* what is dropped goes with its part, too */
    fill(both, &at, 2);
    ram_put(&both->rig->ram, B, I_DEC | R1);
    at = (u32)cache->stats.blocks;
    assert_int_not_equal(cache_translate(cache, both->key, B), NO_BLOCK);
    assert_int_equal(cache->stats.blocks, at + 1);
    assert_int_equal(cache->stats.revived, 0);
    end(both);
}

/* A word that is written as code again and again changes, and is forgotten after a while. */
static void test_changing_words(void **state)
{
    struct both *both = begin(state, 65536);
    struct cache *cache = &both->cache;
    unsigned drops = 0;

    while (!cache_changes(cache, A + 2) && drops < 36) { /* each time another word */
        assert_int_not_equal(cache_translate(cache, both->key, A), NO_BLOCK);
        ram_put(&both->rig->ram, A + 2, (u16)(I_ADD | S(drops / 6) | drops % 6));
        drops++;
    }
    assert_true(drops > 1 && drops < 36);
    assert_false(cache_changes(cache, A));
    assert_int_not_equal(cache_translate(cache, both->key, A), NO_BLOCK);
    ram_put(&both->rig->ram, A + 2, I_TST | R3); /* compared before it is executed: not dropped */
    assert_int_equal(cache->stats.live, 1);
    ram_put(&both->rig->ram, A, I_DEC | R1);
    assert_int_equal(cache->stats.live, 0);
    end(both);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(test_found_by_key),
        RIG_TEST(test_keys_of_pages),
        RIG_TEST(test_dropped_by_a_store),
        RIG_TEST(test_marks),
        RIG_TEST(test_marks_far),
        RIG_TEST(test_links),
        RIG_TEST(test_revive),
        RIG_TEST(test_revive_without_room),
        RIG_TEST(test_marks_overlap),
        RIG_TEST(test_jump_cache),
        RIG_TEST(test_flush),
        RIG_TEST(test_full),
        RIG_TEST(test_small),
        RIG_TEST(test_evicted),
        RIG_TEST(test_changing_words),
    };
    if (!jit_supported()) {
        printf("1..0 # SKIP this host has no translator\n");
        return 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
