/* batch.c - the memory image of a batch, and its run on our own machine. */
#include "batch.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gen.h"
#include "machine/machine.h"
#include "maps.h"

#define CASE_LIMIT 40000u /* instructions of driver and case; about 8000 are usual */

/* Looks on: what the results do not tell. */
struct watcher {
    const struct cpu *cpu;
    u64 entry; /* icount at the case's first instruction */
    const struct batch *batch;
    bool open, foreign;
    u8 *notes; /* of all cases */
};

/* Which mode the traps of a set enter. */
static const enum mode handlers[SETS] = {MODE_K, MODE_K, MODE_S, MODE_S,
                                         MODE_S, MODE_U, MODE_U, MODE_K};

void batch_init(struct batch *batch, const struct driver *driver, bool has_fp, u64 seed)
{
    struct random random = {seed};

    batch->driver = driver;
    batch->has_fp = has_fp;
    batch->count = 0;
    for (unsigned i = 0; i < SETS; i++)
        maps_fill(&batch->set[i], handlers[i], driver, &random);
    for (unsigned i = 0; i < SANDWORDS; i++)
        batch->master[i] = gen_trap_word(&random);
}

static u32 case_bytes(const struct batch *batch, const struct test_case *tc)
{
    return 2 * (u32)(HEAD_WORDS + 2u * tc->head.pokes + (batch->has_fp ? FP_WORDS : 0));
}

static u32 result_bytes(const struct batch *batch)
{
    return 2 * (u32)(batch->has_fp ? RESULT_WORDS_FP : RESULT_WORDS);
}

u32 batch_result_bytes(const struct batch *batch)
{
    return batch->count * result_bytes(batch);
}

bool batch_add(struct batch *batch, const struct test_case *tc)
{
    u32 used = batch_result_bytes(batch) + result_bytes(batch) + case_bytes(batch, tc);

    for (unsigned i = 0; i < batch->count; i++)
        used += case_bytes(batch, &batch->tc[i]);
    if (batch->count == CASES_MAX || batch->driver->cases + used > batch->driver->case_end)
        return false;
    batch->tc[batch->count++] = *tc;
    return true;
}

static void put_words(struct batch *batch, u32 *at, const u16 *words, unsigned count)
{
    for (unsigned i = 0; i < count; i++, *at += 2)
        word_put(&batch->image[*at], words[i]);
}

static void put_case(struct batch *batch, u32 *at, const struct test_case *tc)
{
    u16 fp[FP_WORDS] = {tc->fps};

    put_words(batch, at, (const u16 *)&tc->head, HEAD_WORDS);
    for (unsigned i = 0; i < tc->head.pokes; i++)
        put_words(batch, at, (const u16 *)&tc->poke[i], 2);
    if (!batch->has_fp)
        return;
    /* The driver has AC4 and AC5 first. */
    for (unsigned i = 0; i < 24; i++)
        fp[4 + i] = (u16)(tc->ac[(i / 4 + 4) % 6] >> (48 - 16 * (i % 4)));
    put_words(batch, at, fp, FP_WORDS);
}

void batch_build(struct batch *batch)
{
    const struct driver *driver = batch->driver;
    u32 at = driver->cases;

    memcpy(batch->image, driver->image, sizeof batch->image);
    for (unsigned i = 0; i < batch->count; i++)
        put_case(batch, &at, &batch->tc[i]);
    batch->results = (u16)at;
    word_put(&batch->image[driver->count], (u16)batch->count);
    word_put(&batch->image[driver->input], driver->cases);
    word_put(&batch->image[driver->output], batch->results);
    word_put(&batch->image[driver->has_fp], batch->has_fp);
    at = driver->maps;
    for (unsigned i = 0; i < SETS; i++)
        put_words(batch, &at, (const u16 *)batch->set[i].mode, sizeof batch->set[i].mode / 2);
    at = driver->sand;
    put_words(batch, &at, batch->master, SANDWORDS);
    at = driver->master;
    put_words(batch, &at, batch->master, SANDWORDS);
}

void batch_result(const struct batch *batch, const u16 *words, unsigned index,
                  struct result *result)
{
    u32 size = result_bytes(batch);

    memset(result, 0, sizeof *result);
    memcpy(result, words + index * size / 2, size);
}

/* What no case may change is unchanged. */
static bool is_intact(const struct batch *batch, const struct machine *m)
{
    const struct driver *d = batch->driver;
    const struct {
        u32 from, to;
    } parts[] = {{d->start, d->low_end},
                 {d->hpage, d->page_end},
                 {d->maps, d->maps + 0300u * SETS},
                 {d->master, d->master + 2u * SANDWORDS}};

    for (unsigned i = 0; i < ARRAY_LEN(parts); i++)
        if (memcmp(m->ram.base + parts[i].from, batch->image + parts[i].from,
                   parts[i].to - parts[i].from) != 0)
            return false;
    return true;
}

static struct machine *new_machine(void)
{
    struct machine_config config = {.memory = MEMORY};
    struct machine *m;
    struct err err = {0};

    config.model = model_find("11/45");
    if (machine_new(&m, &config, &err) == 0)
        return m;
    fprintf(stderr, "%s\n", err.text);
    abort();
}

/* The note of the case that runs. */
static u8 *case_note(const struct watcher *watcher)
{
    u16 left = ram_get(watcher->cpu->ram, watcher->batch->driver->count);

    return &watcher->notes[watcher->batch->count - 1u - left % watcher->batch->count];
}

/* The driver turns the KT11 on: the RTT that enters the case is next. */
static void watch_io(void *ctx, u32 pa, enum io_cycle cycle, u16 value, bool answered)
{
    struct watcher *watcher = ctx;

    if (watcher->open && watcher->cpu->icount == watcher->entry &&
        watcher->cpu->r[PC] == watcher->cpu->start)
        watcher->foreign = true; /* a register as the instruction */
    if (cycle != IO_DATO && cycle != IO_DATOB)
        return;
    if (watcher->open && (pa & ~1u) == 0777770)
        *case_note(watcher) |= NOTE_UBREAK;
    if (watcher->open && (pa & ~1u) == 0777776)
        *case_note(watcher) |= NOTE_PSW;
    if (pa != 0777572 || !(value & MMR0_ENABLE))
        return;
    watcher->entry = watcher->cpu->icount + 2;
    watcher->open = true;
    watcher->foreign = false;
}

/* The case's first trap: was there no other instruction of consequence than that under test? Behind
 * it there may be one that traps at once, or that cannot be fetched. */
static void watch_vector(void *ctx, enum cpu_cause cause, u16 vector, u16 pc, u16 ps)
{
    struct watcher *watcher = ctx;
    const struct cpu *cpu = watcher->cpu;
    u64 count = cpu->icount - watcher->entry;
    bool fatal = vector == 4 && cpu_get_sp(cpu, MODE_K) == 4; /* see exclusions.def */
    bool at_once = vector == 0250 ? cpu->mmu.mmr2 == pc && !cpu->mmu.mmr1 : vector != 4;

    if (!watcher->open)
        return;
    if (!watcher->foreign && !fatal &&
        (count == 1 || (count == 2 && cause == CAUSE_TRAP && at_once)))
        *case_note(watcher) |= NOTE_SINGLE;
    watcher->open = false;
}

static void watch_nothing(void *ctx, const struct mmu_ref *ref) {}

/* Until the machine halts, or a case takes too long; the time ends a WAIT. */
static void run_cases(struct machine *m, const struct driver *driver)
{
    u16 left;
    u64 end;

    do {
        left = ram_get(&m->ram, driver->count);
        end = machine_time(m) + CASE_LIMIT;
    } while (machine_run(m, m->cpu.icount + CASE_LIMIT, end) != STOP_HALT &&
             ram_get(&m->ram, driver->count) != left);
}

unsigned batch_run(const struct batch *batch, u16 *words, u16 *log, u8 *notes)
{
    struct machine *m = new_machine();
    const struct driver *d = batch->driver;
    struct watcher watcher = {.cpu = &m->cpu, .batch = batch, .notes = notes};
    struct cpu_watch watch = {
        .vector = watch_vector, .io = watch_io, .abort = watch_nothing, .ctx = &watcher};
    unsigned left, done = 0;

    memset(notes, 0, batch->count);
    m->cpu.watch = &watch;

    memcpy(m->ram.base, batch->image, sizeof batch->image);
    machine_start(m, d->start);
    run_cases(m, d);
    for (u32 i = 0; i < batch_result_bytes(batch) / 2; i++)
        words[i] = ram_get(&m->ram, batch->results + 2 * i);
    for (unsigned i = 0; log && i < 64; i++)
        log[i] = ram_get(&m->ram, d->log + 2 * i);
    left = ram_get(&m->ram, d->count);
    if (left == 0177777)
        done = batch->count;
    else if (left < batch->count)
        done = batch->count - left - 1;
    if (!is_intact(batch, m))
        done = 0; /* nobody knows which case it was */
    machine_free(m);
    return done;
}
