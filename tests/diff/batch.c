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

unsigned batch_run(const struct batch *batch, u16 *words, u16 *log)
{
    struct machine *m = new_machine();
    const struct driver *d = batch->driver;
    unsigned left;

    memcpy(m->ram.base, batch->image, sizeof batch->image);
    machine_start(m, d->start);
    machine_run(m, (u64)batch->count * CASE_LIMIT, EVENT_NEVER);
    for (u32 i = 0; i < batch_result_bytes(batch) / 2; i++)
        words[i] = ram_get(&m->ram, batch->results + 2 * i);
    for (unsigned i = 0; log && i < 64; i++)
        log[i] = ram_get(&m->ram, d->log + 2 * i);
    left = ram_get(&m->ram, d->count);
    if (!is_intact(batch, m))
        left = batch->count; /* nobody knows which case it was */
    machine_free(m);
    return left == 0177777 ? batch->count : batch->count - left - 1;
}
