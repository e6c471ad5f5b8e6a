/* cache.h - the blocks that are translated: where they are, what they are made of, who jumps to
 * whom.
 *
 * A block belongs to a key: its virtual address and the key of its page, which stands for all that
 * the KT11-C does to the page's addresses. So a block is found again when a system maps the same
 * page again, and a change of PAR or PDR needs no search. Within a page blocks jump to each other
 * directly; who changes the page must leave translated code.
 *
 * A word that is part of a block is marked in struct ram_code. Who writes such a word drops the
 * blocks that contain it. Where that happens again and again the word is taken to change, and the
 * instructions that contain it are compared before each execution, or left to the interpreter.
 *
 * Code memory and the tables of what is in it are divided into parts, each with its share of all.
 * One of them is being filled; when it is full the blocks of the oldest are forgotten, and that is
 * filled again (cache_room.c).
 */
#ifndef VM11_JIT_CACHE_H
#define VM11_JIT_CACHE_H

#include "cpu/cpu.h"
#include "jit/code.h"
#include "jit/emit.h"
#include "jit/origin.h"

#define NO_BLOCK 0xffffu /* blocks and edges are numbered with 16 bits */
#define NO_EDGE  0xffffu

#define PARTS  16u   /* at most */
#define VISITS 4096u /* counters */

struct cache_stats {
    u64 blocks;  /* translated */
    u64 insns;   /* instructions in them */
    u64 dropped; /* because their words were written */
    u64 revived; /* of these, because their words are back */
    u64 flushes; /* of everything */
    u64 evicted; /* parts that were emptied for new blocks */
    u64 links;   /* of edges to blocks */
    u32 live;    /* blocks now */
    u32 used;    /* bytes of code memory now */
    u32 size;
};

struct block {
    u32 page; /* the key: of its page, */
    u16 pc;   /* and its address */
    u16 fps;  /* what its code takes FPS to be; FPS_ANY: that does not matter */
    u32 head;
    u32 first;    /* physical address of what it is made of; */
    u32 origin;   /* cache.origin[origin] tells that (origin.h), */
    u8 words;     /* with so many words; */
    u8 span;      /* the last byte is so many behind the first */
    u16 incoming; /* the first edge that is linked to it */
    u16 next;     /* with the same hash; live, or dropped */
    u16 beside;   /* if live: whose first byte is in the same 64 */
    u32 since;    /* icount, its lower half, about, when it was made or came back */
    bool live;    /* else it is dropped */
    bool leaves;  /* at once: its first instruction is the interpreter's */
};

struct edge {
    u32 at;       /* in the code */
    u16 pc;       /* odd: see EDGE_OPEN */
    u16 incoming; /* the next one linked to the same block */
};

/* Of each table: how much of a part is used, or how large it is. */
struct part {
    u32 code, blocks, edges, origins;
};

/* Somebody who looks on at translation. */
struct cache_watch {
    /* A block was made; its code is the last that is in `code`. */
    void (*translated)(void *ctx, const struct plan *plan, const struct emit_result *result,
                       const struct code *code);
    void *ctx;
};

struct cache {
    struct code code;
    struct ram_code marks;
    struct hot *hot; /* its jump cache follows */
    struct ram *ram;
    struct cpu *cpu;
    struct block *block;
    struct edge *edge;
    u16 *hash;    /* by key: the first block of a list */
    u16 *dropped; /* the same for blocks that may come back */
    u16 *origin;
    u16 *granule; /* by 64 bytes of memory: the first block that begins there */
    u32 hash_size;
    u32 base;                /* of the parts in code memory: behind the prologue */
    struct part room;        /* of a part */
    struct part used[PARTS]; /* but `code` of the one that is being filled, which is code.at */
    unsigned parts, part;    /* how many; which is being filled */
    unsigned filled;         /* so many have been in use since all was forgotten */
    size_t bytes;            /* of all tables */
    u8 *hits;                /* by word: drops in this epoch, up to a limit */
    u8 *visits;    /* by hash of the key: how often a block was wanted that is not there */
    u32 threshold; /* visits after which it is translated */
    u64 epoch;
    u32 block_limit; /* instructions of a block */
    u64 version; /* counts drops, flushes and evictions: pointers to code are void when it changes
                  */
    struct cache_stats stats;
    const struct cache_watch *watch; /* borrowed; NULL: nobody */
    struct vm_key *vm_keys;          /* virtual.h; NULL: no virtual machine has run */
    u32 vm_serial;
};

/* `size` bytes for code. The marks of `cpu`'s memory are the cache's until cache_fini(). */
int cache_init(struct cache *cache, struct cpu *cpu, struct hot *hot, u32 size, struct err *err);
void cache_fini(struct cache *cache);

/* A table of zeros for cache_fini() to free, counted in cache.bytes; NULL: no host memory. */
void *cache_table(struct cache *cache, size_t count, size_t size);

/* Forget everything. */
void cache_flush(struct cache *cache);
/* Let there be room for one more block in all tables. */
void cache_make_room(struct cache *cache);
/* The next part is filled from now on; what it held is forgotten. */
void cache_evict(struct cache *cache);
/* Bytes of code memory that are in use. */
u32 cache_used(const struct cache *cache);
/* Nothing has been evicted, and not much of code memory is used. */
bool cache_is_empty(const struct cache *cache);

/* The key of a page of the I space of a mode; 0: nothing can be translated there. */
u32 cache_page_key(const struct cpu *cpu, enum mode mode, unsigned page);

/* The block at `pc`, or NO_BLOCK. */
u32 cache_find(const struct cache *cache, u32 page_key, u16 pc);
/* The same; it is translated now if it has been wanted often enough. NO_BLOCK where it has not, or
 * cannot be. */
u32 cache_want(struct cache *cache, u32 page_key, u16 pc);
/* Translate what is at `pc`; NO_BLOCK where that cannot be. */
u32 cache_translate(struct cache *cache, u32 page_key, u16 pc);

static inline const u8 *cache_code(const struct cache *cache, u32 block)
{
    return cache->code.exec + cache->block[block].head;
}

/* For ram_code.written: the guest, a device or the host's user writes. */
void cache_written(struct ram_code *marks, u32 pa, u32 len);

/* Drop the blocks that are made of any of these bytes of memory. */
void cache_drop(struct cache *cache, u32 first, u32 last);

/* The first granule in which a block may begin that reaches into granule `g`: marks.granule tells,
 * plus 1, how far before it that is. */
static inline u32 cache_reach(const struct cache *cache, u32 g)
{
    u32 mark = cache->marks.granule[g];

    return mark ? g + 1 - mark : g;
}

static inline u32 cache_next_edge(const struct cache *cache)
{
    return cache->part * cache->room.edges + cache->used[cache->part].edges;
}

static inline u32 cache_last(const struct block *b)
{
    return b->first + b->span;
}

/* Nobody finds it any more. It may come back, unless it is to be forgotten. */
void cache_drop_block(struct cache *cache, u32 block);
/* The lists of its key: of live blocks, of dropped ones. */
u16 *cache_list(const struct cache *cache, const struct block *b, bool live);
void cache_unlist(struct cache *cache, u16 *list, u32 block);

/* Let edge `edge` lead to a block. */
void cache_link(struct cache *cache, u32 edge, u32 block);
/* The edge is a guess, and still open: it shall be for `pc`. False: that cannot be. */
bool cache_guess(struct cache *cache, u32 edge, u16 pc);
/* Let indirect jumps find it. */
void cache_remember(struct cache *cache, u32 block);

/* Enter the block into the list of its memory, or take it off.
 * Instructions that change are not marked: who writes them does not drop the block. */
void cache_mark(struct cache *cache, u32 block);
void cache_unmark(struct cache *cache, u32 block);
/* One of the words from `first` to `last` is translated. */
bool cache_marked(const struct cache *cache, u32 first, u32 last);

/* A block that is made of what is at `pa` may hold the instruction at `from`. */
bool cache_joins(const struct cache *cache, u32 pa, u32 from);

/* The word at `pa` was written lately, when it was code. */
bool cache_changed(const struct cache *cache, u32 pa);
/* It is written now and then: see above. */
bool cache_changes(const struct cache *cache, u32 pa);

#endif
