/* snapshot.c - the whole state of a machine as a string of bytes: see snapshot.h.
 *
 * One walk over the state serves three purposes: to count the bytes, to write them, to read them.
 * So what is written is what is read. Numbers are little-endian. Events stand in the order of the
 * queue, by their place in the list of all events that a machine has.
 *
 * The bytes may come from a file that somebody made up. What could lead the machine astray (an
 * index, a count, a time) is checked here or by the device (ops->restored); any value will do for
 * what is only a register.
 */
#include "machine/snapshot.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"

#define LATEST    ((u64)1 << 62) /* no time or count is beyond it */
#define FEED_MAX  ((u64)1 << 30)
#define ATTN_KEPT (ATTN_STOP | ATTN_WATCH | ATTN_DEBUG) /* the owner's, not the state's */

struct walk {
    u8 *to;         /* written here; NULL: counted */
    const u8 *from; /* read from here, where loads is true */
    bool loads;
    bool bad; /* it cannot be */
    size_t count, size;
};

static void walk_bytes(struct walk *w, void *bytes, size_t len)
{
    if (len == 0)
        return;
    if (w->loads && len > w->size - w->count) {
        w->bad = true;
        memset(bytes, 0, len);
        return;
    }
    if (w->loads)
        memcpy(bytes, w->from + w->count, len);
    else if (w->to)
        memcpy(w->to + w->count, bytes, len);
    w->count += len;
}

/* A number of `size` bytes. */
static void walk_number(struct walk *w, u64 *value, unsigned size)
{
    u8 bytes[8] = {0};

    for (unsigned i = 0; i < size; i++)
        bytes[i] = (u8)(*value >> 8 * i);
    walk_bytes(w, bytes, size);
    if (!w->loads)
        return;
    *value = 0;
    for (unsigned i = 0; i < size; i++)
        *value |= (u64)bytes[i] << 8 * i;
}

/* The fields of the host's structures, by their size. */
static void walk_field(struct walk *w, void *field, unsigned size)
{
    u64 value = 0;

    switch (size) {
    case 1: value = *(u8 *)field; break;
    case 2: value = *(u16 *)field; break;
    case 4: value = *(u32 *)field; break;
    default: value = *(u64 *)field; break;
    }
    walk_number(w, &value, size);
    if (!w->loads)
        return;
    switch (size) {
    case 1: *(u8 *)field = (u8)value; break;
    case 2: *(u16 *)field = (u16)value; break;
    case 4: *(u32 *)field = (u32)value; break;
    default: *(u64 *)field = value; break;
    }
}

static void walk_words(struct walk *w, u16 *words, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        walk_field(w, &words[i], 2);
}

static void walk_bool(struct walk *w, bool *value)
{
    u8 byte = *value;

    walk_field(w, &byte, 1);
    if (w->loads)
        *value = byte != 0;
}

/* A number that must be below `limit`. */
static void walk_below(struct walk *w, u64 *value, u64 limit)
{
    walk_number(w, value, 8);
    if (w->loads && *value >= limit) {
        w->bad = true;
        *value = 0;
    }
}

/* What must be the same where it is put back: how the machine is built. */
static void walk_same(struct walk *w, u64 value)
{
    u64 there = value;

    walk_number(w, &there, 8);
    if (there != value)
        w->bad = true;
}

static void walk_psw(struct walk *w, struct cpu *cpu)
{
    u16 ps = cpu_ps(cpu);

    walk_field(w, &ps, 2);
    if (!w->loads)
        return;
    cpu->ps = ps & PS_BITS & (u16)~PS_CC;
    cc_set(&cpu->cc, ps & PS_CC);
}

static void walk_registers(struct walk *w, struct cpu *cpu)
{
    walk_words(w, cpu->r, 8);
    walk_words(w, cpu->alt, 6);
    for (unsigned mode = 0; mode < 4; mode++) {
        u16 sp = cpu_get_sp(cpu, (enum mode)mode);
        walk_field(w, &sp, 2);
        if (w->loads)
            cpu->sp[mode] = sp;
    }
    walk_psw(w, cpu);
    for (unsigned i = 0; i < 6; i++)
        walk_field(w, &cpu->fp.ac[i], 8);
    walk_words(w, &cpu->fp.fps, 1);
    walk_words(w, &cpu->fp.fec, 1);
    walk_words(w, &cpu->fp.fea, 1);
    walk_words(w, &cpu->fp.ubreak, 1);
    walk_words(w, &cpu->pirq, 1);
    walk_words(w, &cpu->slr, 1);
    walk_words(w, &cpu->ubreak, 1);
    walk_words(w, &cpu->switches, 1);
    walk_words(w, &cpu->display, 1);
}

static void walk_mmu(struct walk *w, struct mmu *mmu)
{
    walk_words(w, &mmu->par[0][0][0], 4 * 2 * 8);
    walk_words(w, &mmu->pdr[0][0][0], 4 * 2 * 8);
    walk_words(w, &mmu->mmr0, 1);
    walk_words(w, &mmu->mmr1, 1);
    walk_words(w, &mmu->mmr2, 1);
    walk_words(w, &mmu->mmr3, 1);
    walk_bool(w, &mmu->trap_request);
}

static void walk_cpu(struct walk *w, struct cpu *cpu)
{
    u32 attention = cpu->attention & ~ATTN_KEPT, kept = cpu->attention & ATTN_KEPT;

    walk_registers(w, cpu);
    walk_mmu(w, &cpu->mmu);
    walk_field(w, &attention, 4);
    walk_bool(w, &cpu->trace);
    walk_field(w, &cpu->changes, 4);
    walk_words(w, &cpu->start, 1);
    walk_field(w, &cpu->br, 1);
    walk_field(w, &cpu->flows, 1);
    walk_field(w, &cpu->flows_at, 8);
    walk_below(w, &cpu->icount, LATEST);
    if (!w->loads)
        return;
    cpu->attention = (attention & (ATTN_WATCH - 1) & ~ATTN_KEPT) | kept;
    cpu->pirq &= 0177000u;
    cpu->slr &= 0177400u;
    mmu_flush(&cpu->mmu);
    cpu_update(cpu);
}

static void walk_device(struct walk *w, struct device *dev)
{
    walk_same(w, dev->base);
    walk_same(w, dev->ops->reg_count);
    for (unsigned i = 0; i < DEVICE_LINES; i++) {
        walk_bool(w, &dev->lines[i].request);
        dev->lines[i].request = dev->lines[i].request && dev->lines[i].level;
    }
    for (unsigned i = 0; i < dev->ops->reg_count; i++) {
        const struct reg_info *reg = &dev->ops->regs[i];
        for (unsigned k = 0; k < reg->count; k++)
            walk_field(w, (u8 *)dev + reg->at + k * reg->size, reg->size);
    }
}

static void walk_line(struct walk *w, struct line *line)
{
    u64 head = line->head, count = line->count;

    walk_bytes(w, line->queue, sizeof line->queue);
    walk_below(w, &head, LINE_QUEUE);
    walk_below(w, &count, LINE_QUEUE + 1);
    walk_bytes(w, line->past, sizeof line->past);
    walk_below(w, &line->sent, LATEST);
    line->head = (unsigned)head;
    line->count = (unsigned)count;
}

/* What is to be typed: a copy of the text, where it is read. */
static void walk_feed(struct walk *w, struct feed *feed)
{
    u64 count = feed->count;

    walk_below(w, &count, FEED_MAX);
    walk_bool(w, &feed->burst);
    walk_field(w, &feed->hold, 8);
    walk_field(w, &feed->ahead, 8);
    walk_field(w, &feed->busy, 8);
    walk_field(w, &feed->sent, 8);
    walk_field(w, &feed->ticks, 8);
    if (!w->loads) {
        if (feed->count)
            walk_bytes(w, feed->text + feed->first, feed->count);
        return;
    }
    if (count > w->size - w->count) {
        w->bad = true;
        return;
    }
    if (feed_restore(feed, w->from + w->count, (size_t)count))
        w->bad = true;
    w->count += (size_t)count;
}

#define EVENT_MAX 24u

/* All events of a machine. */
static unsigned list_events(struct machine *m, struct event *list[EVENT_MAX])
{
    struct event *const known[] = {
        &m->clock.tick,   &m->rk.step,     &m->console.receive, &m->console.transmit,
        &m->reader.frame, &m->punch.frame, &m->printer.ready,   &m->feed.look,
    };
    unsigned count = 0;

    for (unsigned i = 0; i < ARRAY_LEN(known); i++)
        list[count++] = known[i];
    for (unsigned i = 0; i < RK11_DRIVES; i++)
        list[count++] = &m->rk.drives[i].seek;
    return count;
}

static void save_events(struct walk *w, struct machine *m, struct event **list, unsigned known)
{
    u64 count = 0;

    for (const struct event *event = m->bus.events.first; event; event = event->next)
        count++;
    walk_number(w, &count, 1);
    for (struct event *event = m->bus.events.first; event; event = event->next) {
        u64 index = 0;

        while (index < known && list[index] != event)
            index++;
        base_assert(index < known);
        walk_number(w, &index, 1);
        walk_field(w, &event->at, 8);
        walk_bool(w, &event->background);
    }
}

static void load_events(struct walk *w, struct machine *m, struct event **list, unsigned known)
{
    struct event **link = &m->bus.events.first;
    u64 count = 0, last = 0;

    for (unsigned i = 0; i < known; i++) {
        list[i]->at = EVENT_NEVER;
        list[i]->next = NULL;
    }
    *link = NULL;
    walk_number(w, &count, 1);
    while (count-- && !w->bad) {
        u64 index = 0, at = 0;
        bool background = false;

        walk_number(w, &index, 1);
        walk_below(w, &at, LATEST);
        walk_bool(w, &background);
        w->bad = w->bad || index >= known || at < last || event_queued(list[index]);
        if (w->bad)
            return;
        list[index]->at = last = at;
        list[index]->background = background;
        *link = list[index];
        link = &list[index]->next;
    }
}

static void walk_machine(struct walk *w, struct machine *m)
{
    struct event *list[EVENT_MAX];
    unsigned known = list_events(m, list);
    u64 levels = m->bus.levels;

    walk_same(w, m->ram.size);
    walk_cpu(w, &m->cpu);
    walk_below(w, &m->skipped, LATEST);
    walk_field(w, &m->moment, 8);
    walk_number(w, &levels, 1);
    m->bus.levels = (unsigned)levels;
    for (struct device *dev = m->bus.devices; dev; dev = dev->next)
        walk_device(w, dev);
    walk_words(w, m->rom.words, ROM_WORDS);
    walk_line(w, &m->line);
    walk_feed(w, &m->feed);
    if (w->loads)
        load_events(w, m, list, known);
    else
        save_events(w, m, list, known);
    walk_bytes(w, m->ram.base, m->ram.size);
    if (w->loads)
        ram_wrote(&m->ram, 0, m->ram.size);
}

int snapshot_take(struct snapshot *snapshot, struct machine *m, struct err *err)
{
    struct walk count = {0}, save = {0};

    walk_machine(&count, m);
    if (count.count > snapshot->room) {
        u8 *bigger = realloc(snapshot->bytes, count.count);

        if (!bigger)
            return err_set(err, ENOMEM, "no host memory for a snapshot");
        snapshot->bytes = bigger;
        snapshot->room = count.count;
    }
    save.to = snapshot->bytes;
    walk_machine(&save, m);
    snapshot->size = save.count;
    return 0;
}

void snapshot_free(struct snapshot *snapshot)
{
    free(snapshot->bytes);
    *snapshot = (struct snapshot){0};
}

int snapshot_put(struct machine *m, const u8 *bytes, size_t size, struct err *err)
{
    struct walk w = {.from = bytes, .loads = true, .size = size};

    walk_machine(&w, m);
    if (w.bad || w.count != size)
        return err_set(err, EINVAL, "the snapshot is of another machine, or damaged");
    for (struct device *dev = m->bus.devices; dev; dev = dev->next) {
        int rc = dev->ops->restored ? dev->ops->restored(dev, err) : 0;
        if (rc)
            return rc;
    }
    m->failure = (struct err){0};
    return 0;
}
