/* hash.c - one number for the whole state of a machine.
 *
 * Whatever has a part in the machine's future goes in: processor, memory, devices, the queue of
 * events in its order, and what was typed and is not yet taken. Fields go in as values in a fixed
 * byte order, those of devices through their field tables, so the result is the same on every
 * host. Host files and host pointers stay out.
 */
#define XXH_STATIC_LINKING_ONLY /* the state as a local variable */
#include <string.h>
#include <xxhash.h>

#include "machine/machine.h"

static void put(XXH3_state_t *hash, u64 value)
{
    u8 bytes[8];

    for (unsigned i = 0; i < 8; i++)
        bytes[i] = (u8)(value >> (8 * i));
    XXH3_64bits_update(hash, bytes, sizeof bytes);
}

static void put_words(XXH3_state_t *hash, const u16 *words, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        put(hash, words[i]);
}

static void hash_cpu(XXH3_state_t *hash, const struct cpu *cpu)
{
    put_words(hash, cpu->r, 8);
    put_words(hash, cpu->alt, 6);
    for (unsigned mode = 0; mode < 4; mode++)
        put(hash, cpu_get_sp(cpu, (enum mode)mode));
    put(hash, cpu_ps(cpu));
    put(hash, cpu->attention & ~(ATTN_STOP | ATTN_WATCH | ATTN_DEBUG));
    put(hash, cpu->trace);
    put(hash, cpu->flows_at == cpu->icount ? cpu->flows : 0);
    put(hash, cpu->icount);
    put(hash, cpu_mmr1(cpu));
    put(hash, cpu_mmr2(cpu));
    put(hash, cpu->pirq);
    put(hash, cpu->slr);
    put(hash, cpu->ubreak);
    put(hash, cpu->switches);
    put(hash, cpu->display);
    for (unsigned i = 0; i < 6; i++)
        put(hash, cpu->fp.ac[i]);
    put(hash, cpu->fp.fps);
    put(hash, cpu->fp.fec);
    put(hash, cpu->fp.fea);
    put(hash, cpu->mmu.mmr0);
    put(hash, cpu->mmu.mmr3);
    put_words(hash, &cpu->mmu.par[0][0][0], 4 * 2 * 8);
    put_words(hash, &cpu->mmu.pdr[0][0][0], 4 * 2 * 8);
}

/* A field of `size` bytes as a number. */
static u64 field_value(const u8 *at, unsigned size)
{
    switch (size) {
    case 1: return *at;
    case 2: return *(const u16 *)(const void *)at;
    case 4: return *(const u32 *)(const void *)at;
    default: return *(const u64 *)(const void *)at;
    }
}

/* An option of the processor that has never been used: see device.h. */
static bool is_idle(const struct device *dev)
{
    for (unsigned i = 0; i < dev->ops->reg_count; i++) {
        const struct reg_info *reg = &dev->ops->regs[i];
        const u8 *at = (const u8 *)dev + reg->at;
        for (unsigned k = 0; k < reg->count; k++)
            if (field_value(at + k * reg->size, reg->size))
                return false;
    }
    return dev->ops->internal;
}

static void hash_device(XXH3_state_t *hash, const struct device *dev)
{
    if (is_idle(dev))
        return;
    for (unsigned i = 0; i < DEVICE_LINES; i++)
        put(hash, dev->lines[i].request);
    for (unsigned i = 0; i < dev->ops->reg_count; i++) {
        const struct reg_info *reg = &dev->ops->regs[i];
        const u8 *at = (const u8 *)dev + reg->at;
        for (unsigned k = 0; k < reg->count; k++)
            put(hash, field_value(at + k * reg->size, reg->size));
    }
}

/* Events are told apart by their names. */
static void hash_events(XXH3_state_t *hash, const struct event_queue *events)
{
    put(hash, events->immediate);
    for (const struct event *event = events->first; event; event = event->next) {
        XXH3_64bits_update(hash, event->name, strlen(event->name) + 1);
        put(hash, event->at);
    }
}

/* What waits on the line, and what is still to be typed on it. */
static void hash_input(XXH3_state_t *hash, const struct line *line, const struct feed *feed)
{
    put(hash, line->count);
    for (unsigned i = 0; i < line->count; i++)
        put(hash, line->queue[(line->head + i) % LINE_QUEUE]);
    put(hash, feed->burst);
    put(hash, feed->hold);
    put(hash, feed->count);
    if (!feed->count)
        return;
    put(hash, feed->ahead);
    put(hash, feed->busy);
    put(hash, line->sent - feed->sent);
    put(hash, feed->ticks);
    XXH3_64bits_update(hash, feed->text + feed->first, feed->count);
}

u64 machine_hash(const struct machine *m)
{
    XXH3_state_t hash;

    XXH3_64bits_reset(&hash);
    hash_cpu(&hash, &m->cpu);
    put(&hash, machine_time(m));
    for (const struct device *dev = m->bus.devices; dev; dev = dev->next)
        hash_device(&hash, dev);
    hash_events(&hash, &m->bus.events);
    hash_input(&hash, &m->line, &m->feed);
    XXH3_64bits_update(&hash, m->ram.base, m->ram.size);
    return XXH3_64bits_digest(&hash);
}
