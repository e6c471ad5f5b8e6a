/* run.c - the translator's loop: find the block, run it, let the interpreter do the rest.
 *
 * The last instruction before the limit is always the interpreter's, so that what belongs to the
 * last instruction (MMR1, MMR2) is in struct cpu when the engine returns; where a breakpoint is
 * next, nobody knows that it was the last, and translated code tells (hot.last).
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cpu/idle.h"
#include "jit/find.h"
#include "jit/jit.h"
#include "jit/request.h"
#include "jit/virtual.h"

#define CODE_SIZE     (2u << 20)
#define THRESHOLD     3u
#define BUDGET_LIMIT  (1 << 30)
#define CHANGED_LIMIT 8u

struct jit {
    struct hot hot;
    struct cache cache;
    struct cpu *cpu;
    u32 mmu_version, mmu_pages; /* what hot.page was computed from */
    u32 debug_version;
    u16 slr;
    u64 seen;           /* cache.version when translated code was entered */
    enum cpu_exit exit; /* the interpreter's, from within a block */
    bool exit_due;
    u32 changed; /* how often a block was not what its program is now */
    u64 interpreted, entries, misses, steps;
};

bool jit_supported(void)
{
    return true; /* elsewhere none.c is built */
}

/* --- the guest's state there and back --------------------------------------------------------- */

/* N and Z as one value: not possible where both are set. */
static bool nz_fits(const struct cc *cc)
{
    return !(cc->n >> 15 && cc->z == 0);
}

/* A change of the PSW would have no other effect: see emit_trap.c. */
static bool is_plain(const struct cpu *cpu)
{
    for (const struct cpu_watch *w = cpu->watch; w; w = w->next)
        if (w->vector)
            return false;
    if (cpu->vmx && cpu->vmx->vcsr & VCSR_EN)
        return false;
    if (hv_tag(cpu->hv) ? hv_exits(cpu->hv, HV_EXIT_TRAPS) : cpu->outside != NULL)
        return false;
    return !cpu->debug && !(cpu->ps & (PS_SET | PS_T));
}

/* 177776 of the kernel's D space is the PSW, to be read and written without further ado. */
static bool psw_mapped(const struct cpu *cpu)
{
    static const struct mmu_ref ref = {MODE_K, SPACE_D, 0177776, true};
    const struct mmu *mmu = &cpu->mmu;
    bool marked = mmu->pdr[MODE_K][mmu_space(mmu, MODE_K, SPACE_D)][7] & PDR_W;
    u32 pa;

    for (const struct cpu_watch *w = cpu->watch; w; w = w->next)
        if (w->io && !w->devices)
            return false;
    if (cpu->debug || mmu->mmr0 & MMR0_MAINT)
        return false;
    return mmu_probe(mmu, &ref, &pa) && pa == mmu_top(mmu) - 1 &&
           (marked || !(mmu->mmr0 & MMR0_ENABLE));
}

/* cpu.stack_edge counts from the top word on, for which the maps have no entry (access.c). */
static u32 edge_of(const struct cpu *cpu)
{
    return cpu->stack_edge > 2 ? cpu->stack_edge - 2 : 0;
}

static void load_state(struct jit *jit)
{
    const struct cpu *cpu = jit->cpu;
    struct hot *hot = &jit->hot;

    hot->nz = cpu->cc.z == 0 ? 0 : (cpu->cc.n & 0100000u) | 1u;
    hot->ps = cpu->ps;
    hot->map = cpu->map[SPACE_D];
    hot->stack_edge = edge_of(cpu);
    hot->plain = is_plain(cpu);
    hot->request = request_level(cpu);
    if (!hot->psw && !(cpu->ps & PS_MODE))
        hot->psw = psw_mapped(cpu);
    hot->trace = HOT_TRACE_SAME;
    hot->last = HOT_LAST_NONE;
    hot->fps = cpu->fp.fps & (u16)~FP11_CC;
}

/* MMR1 and MMR2: if a breakpoint is next, nobody else computes them. */
static void store_last(struct jit *jit)
{
    struct cpu *cpu = jit->cpu;
    u32 changes = jit->hot.last_changes;

    if (jit->hot.last == HOT_LAST_NONE)
        return;
    cpu->start = jit->hot.last;
    cpu->changes = changes | (changes > 0377 ? 16u : changes ? 8u : 0u) << 16;
}

static void store_icount(struct jit *jit)
{
    jit->cpu->icount = jit->hot.zero - (u64)(i64)jit->hot.budget;
}

/* The registers of some pages have changed, and nothing else. */
static void refresh_pages(struct jit *jit)
{
    struct mmu *mmu = &jit->cpu->mmu;

    for (unsigned m = 0; m < ARRAY_LEN(jit->hot.mode); m++) {
        struct hot_mode *mode = &jit->hot.mode[m];

        for (unsigned left = mode->ready ? mmu->changed[m][SPACE_I] : 0; left; left &= left - 1) {
            unsigned page = (unsigned)__builtin_ctz(left);

            mode->page[page] = virtual_page_key(&jit->cache, (enum mode)m, page);
        }
    }
    if ((mmu->changed[MODE_K][SPACE_I] | mmu->changed[MODE_K][SPACE_D]) >> 7)
        jit->hot.psw = false;
}

/* Anything may have changed. */
static void refresh_all(struct jit *jit)
{
    struct mmu *mmu = &jit->cpu->mmu;

    for (unsigned i = 0; i < ARRAY_LEN(jit->hot.mode); i++)
        jit->hot.mode[i].ready = false;
    jit->hot.user[SPACE_D] = &mmu->map[MODE_U][mmu_space(mmu, MODE_U, SPACE_D)];
    jit->hot.psw = false;
}

/* The keys of pages shall be right: of all modes, and those of the current one. */
static void refresh_keys(struct jit *jit)
{
    struct cpu *cpu = jit->cpu;
    struct mmu *mmu = &cpu->mmu;

    if (mmu->version - jit->mmu_version == mmu->pages - jit->mmu_pages && cpu->slr == jit->slr)
        refresh_pages(jit);
    else
        refresh_all(jit);
    memset(mmu->changed, 0, sizeof mmu->changed);
    jit->mmu_version = mmu->version;
    jit->mmu_pages = mmu->pages;
    jit->slr = cpu->slr;
}

/* What the keys of pages and the debugger's points were when blocks were found: the same? */
static void refresh(struct jit *jit)
{
    struct cpu *cpu = jit->cpu;
    struct hot_mode *mode;

    if (cpu->debug_version != jit->debug_version) {
        jit->debug_version = cpu->debug_version;
        cache_flush(&jit->cache);
    }
    if (cpu->mmu.version != jit->mmu_version || cpu->slr != jit->slr)
        refresh_keys(jit);
    else if (cpu_mode(cpu) == jit->hot.current)
        return;
    jit->hot.current = cpu_mode(cpu);
    mode = &jit->hot.mode[jit->hot.current];
    if (!mode->ready) {
        mode->map = cpu->map[SPACE_D];
        mode->stack_edge = edge_of(cpu);
        for (unsigned page = 0; page < 8; page++)
            mode->page[page] = virtual_page_key(&jit->cache, jit->hot.current, page);
        mode->ready = !(cpu->ps & PS_SET);
    }
    memcpy(jit->hot.page, mode->page, sizeof jit->hot.page);
}

/* --- the interpreter, from within a block ------------------------------------------------------
 */

/* Nothing has happened that the block does not know of. */
static bool may_go_on(struct jit *jit, u64 until, u16 pc)
{
    const struct cpu *cpu = jit->cpu;
    u32 key = jit->hot.page[pc >> 13];

    if (cpu->r[PC] != pc || cpu_requests(cpu) || cpu->until != until || !nz_fits(&cpu->cc) ||
        cpu_mode(cpu) != jit->hot.current || cpu->icount >= until)
        return false;
    refresh(jit);
    return jit->hot.page[pc >> 13] == key && jit->cache.version == jit->seen;
}

/* For hot.step_call. */
static u32 step(void *ctx)
{
    struct jit *jit = ctx;
    struct cpu *cpu = jit->cpu;
    u64 until = cpu->until, icount;

    store_icount(jit);
    icount = cpu->icount;
    find_store_mode(&jit->hot);
    cpu->r[PC] = (u16)jit->hot.pc;
    jit->steps++;
    jit->interpreted++;
    jit->exit_due = cpu_turn(cpu, &jit->exit);
    /* Where it has skipped (cpu/idle.h), the budget is not enough for the rest of the block. */
    if (jit->exit_due || cpu->icount != icount + 1 || !may_go_on(jit, until, (u16)jit->hot.next))
        return 1;
    load_state(jit);
    jit->hot.budget = (i32)(jit->hot.zero - cpu->icount);
    return 0;
}

/* --- the loop ----------------------------------------------------------------------------------
 */

/* The block at `pc`, translated now if it has been wanted often enough; or NO_BLOCK, where the
 * instruction there is the interpreter's too. */
static u32 find_block(struct jit *jit, u16 pc)
{
    u32 key = jit->hot.page[pc >> 13];
    u32 block = key && !(pc & 1) ? cache_want(&jit->cache, key, pc) : NO_BLOCK;

    return block != NO_BLOCK && jit->cache.block[block].leaves ? NO_BLOCK : block;
}

/* Translated code wants to go on at another block. NULL: that must be interpreted. */
static const u8 *next_code(struct jit *jit, enum host_exit why)
{
    u64 version = jit->cache.version;
    u32 edge = jit->hot.edge, block;

    find_store_mode(&jit->hot);
    if (why == HOST_EXIT_EDGE && jit->cache.edge[edge].pc & EDGE_OPEN &&
        !cache_guess(&jit->cache, edge, (u16)jit->hot.pc))
        why = HOST_EXIT_JUMP;
    if (why == HOST_EXIT_EDGE)
        jit->hot.pc = jit->cache.edge[edge].pc;
    block = find_block(jit, (u16)jit->hot.pc);
    if (block == NO_BLOCK)
        return NULL;
    if (why == HOST_EXIT_JUMP)
        cache_remember(&jit->cache, block);
    else if (jit->cache.version == version) /* else the edge has gone */
        cache_link(&jit->cache, edge, block);
    return cache_code(&jit->cache, block);
}

/* The block that was just left is not what its program is: after a while it is made anew. */
static void note_changed(struct jit *jit)
{
    u32 block = cache_find(&jit->cache, jit->hot.page[jit->hot.pc >> 13], (u16)jit->hot.pc);

    if (++jit->changed % CHANGED_LIMIT == 0 && block != NO_BLOCK)
        cache_drop(&jit->cache, jit->cache.block[block].first, jit->cache.block[block].first);
}

/* The same for an entry: mostly the jump cache knows. */
static const u8 *enter_code(struct jit *jit, u16 pc)
{
    const struct jump *slot = &jit->hot.jump[pc >> 1 & (JUMP_SLOTS - 1)];
    u32 block;

    if (slot->tag == jit->hot.page[pc >> 13] && !(pc & 1))
        return jit->hot.base + slot->head;
    block = find_block(jit, pc);
    if (block == NO_BLOCK)
        return NULL;
    cache_remember(&jit->cache, block);
    return cache_code(&jit->cache, block);
}

/* Run translated code from PC on, if there is any. The next instruction is the interpreter's. */
static void run_code(struct jit *jit)
{
    struct cpu *cpu = jit->cpu;
    u64 left = cpu_limit_at(cpu) - cpu->icount - 1;
    enum host_exit why;
    const u8 *at;

    refresh(jit);
    at = enter_code(jit, cpu->r[PC]);
    if (!at)
        return;
    load_state(jit);
    jit->hot.budget = left < BUDGET_LIMIT ? (i32)left : BUDGET_LIMIT;
    jit->hot.zero = cpu->icount + (u64)jit->hot.budget;
    jit->entries++;
    do {
        jit->seen = jit->cache.version;
        why = host_run(&jit->cache.code, &jit->hot, at);
        if (why == HOST_EXIT_STEP) /* the state is where the interpreter left it */
            return;
        at = why == HOST_EXIT_EDGE || why == HOST_EXIT_JUMP ? next_code(jit, why) : NULL;
    } while (at);
    store_icount(jit);
    find_store_mode(&jit->hot);
    store_last(jit);
    cpu->r[PC] = (u16)jit->hot.pc;
    jit->misses += why == HOST_EXIT_MISS;
    if (why == HOST_EXIT_CHANGED)
        note_changed(jit);
}

enum cpu_exit jit_run(struct jit *jit, u64 until)
{
    struct cpu *cpu = jit->cpu;
    enum cpu_exit exit;

    cpu->until = until;
    idle_begin(cpu);
    while (cpu->icount < cpu->until) {
        jit->exit_due = false;
        if (!cpu_requests(cpu) && cpu_limit_at(cpu) > cpu->icount + 1 && nz_fits(&cpu->cc))
            run_code(jit);
        if (jit->exit_due)
            return jit->exit;
        if (cpu->icount >= cpu->until)
            break;
        jit->interpreted++;
        if (cpu_turn(cpu, &exit))
            return exit;
    }
    return cpu_limit_exit(cpu);
}

/* --- making one --------------------------------------------------------------------------------
 */

int jit_new(struct jit **jit, struct cpu *cpu, const struct jit_options *opt, struct err *err)
{
    struct jit *j;
    int rc;

    j = calloc(1, sizeof *j);
    if (!j)
        return err_set(err, ENOMEM, "no host memory for a translator");
    rc = cache_init(&j->cache, cpu, &j->hot, opt && opt->code_size ? opt->code_size : CODE_SIZE,
                    err);
    if (rc) {
        free(j);
        return rc;
    }
    if (opt && opt->block_limit && opt->block_limit < PLAN_MAX)
        j->cache.block_limit = opt->block_limit;
    j->cpu = j->hot.cpu = cpu;
    j->cache.threshold = opt && opt->threshold ? opt->threshold : THRESHOLD;
    j->mmu_version = cpu->mmu.version - 1;
    j->mmu_pages = cpu->mmu.pages;
    j->debug_version = cpu->debug_version;
    j->hot.base = j->cache.code.exec;
    j->hot.user[SPACE_I] = &cpu->mmu.map[MODE_U][SPACE_I];
    j->hot.words = j->cache.marks.word;
    j->hot.memory = cpu->ram->base;
    j->hot.step_ctx = j;
    j->hot.step_call = step;
    j->hot.find_call = find_entry;
    *jit = j;
    return 0;
}

void jit_free(struct jit *jit)
{
    if (!jit)
        return;
    cache_fini(&jit->cache);
    free(jit);
}

void jit_look(struct jit *jit, const struct cache_watch *watch)
{
    jit->cache.watch = watch;
}

u64 jit_interpreted(const struct jit *jit)
{
    return jit->interpreted;
}

void jit_describe(const struct jit *jit, struct jit_stats *stats)
{
    *stats = (struct jit_stats){.cache = jit->cache.stats,
                                .interpreted = jit->interpreted,
                                .entries = jit->entries,
                                .misses = jit->misses,
                                .steps = jit->steps};
    stats->cache.used = cache_used(&jit->cache);
    stats->cache.size = jit->cache.code.size;
    stats->memory = sizeof *jit + stats->cache.size + jit->cache.bytes;
}
