/* jit.h - the translator: the second engine, with the contract of cpu/run.h.
 *
 * It translates what programs do most, the instructions that are the same in every mode and touch
 * nothing but registers and memory, block by block into code of the host. All else, and whatever of
 * these meets something rare (an abort, the I/O page, a request, a debugger), is done by the
 * interpreter, one instruction a time, from the same state. So the translator contains no trap and
 * no device, and stops at the same instruction with the same state.
 *
 * See ARCHITECTURE.md, "The life of a block", and docs/translator.md.
 */
#ifndef VM11_JIT_JIT_H
#define VM11_JIT_JIT_H

#include "cpu/run.h"
#include "jit/cache.h"

struct jit;

struct jit_options {
    u32 code_size;   /* bytes of code memory; 0: 2 MB */
    u32 threshold;   /* visits after which an address is translated; 0: the default */
    u32 block_limit; /* instructions of a block; 0: the default */
};

struct jit_stats {
    struct cache_stats cache;
    u64 interpreted; /* instructions done by the interpreter */
    u64 entries;     /* into translated code */
    u64 misses;      /* left because a reference was rare */
    u64 steps;       /* instructions done by the interpreter from within a block */
    size_t memory;   /* bytes that the translator has: of code and of all else */
};

/* True where this host has a translator. */
bool jit_supported(void);

/* A translator for one processor, which is borrowed. `opt` may be NULL. -ENOTSUP on a host without
 * one, -errno where the host gives no memory for code. */
int jit_new(struct jit **jit, struct cpu *cpu, const struct jit_options *opt, struct err *err);
void jit_free(struct jit *jit);

/* As cpu_run(). */
enum cpu_exit jit_run(struct jit *jit, u64 until);

/* `watch`, which is borrowed, looks on at translation from now on; NULL: nobody. */
void jit_look(struct jit *jit, const struct cache_watch *watch);

void jit_describe(const struct jit *jit, struct jit_stats *stats);

/* jit_stats.interpreted alone, for who asks often. */
u64 jit_interpreted(const struct jit *jit);

#endif
