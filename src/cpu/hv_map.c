/* hv_map.c - f-maps, their composition, and the associator: see hv.h.
 *
 * A walk takes a click (64 bytes) of a machine's memory through its map to its parent's memory, and
 * so on to the real one. On the way it narrows down what is mapped in one piece around the click,
 * within 1 KB: that is an entry of the associator. An entry tells whether a write has gone through
 * it; the first write walks again, to mark the pages as modified at all levels.
 *
 * Page tables, VMCBs and I/O maps lie in the memory of the machine's parent. Their real places are
 * looked up when the machine is entered ("pinned"). Who writes to a table there is found out, and
 * what was composed with the entry is void: so it makes no difference for how long a composition is
 * kept, in the associator, in the processor's map tables, or in translated code. An entry that was
 * used has bit R set; without it nothing was composed.
 */
#include "cpu/hv_impl.h"

#include <string.h>

#define PAGE_CLICKS 16u /* of the associator */

u16 hv_pinned(const struct cpu *cpu, const u16 *pins, unsigned offset)
{
    return ram_get(cpu->ram, ((u32)pins[offset >> 6] << 6) + (offset & 076u));
}

void hv_put_pinned(const struct cpu *cpu, const u16 *pins, unsigned offset, u16 value)
{
    ram_put(cpu->ram, ((u32)pins[offset >> 6] << 6) + (offset & 076u), value);
}

static void narrow(u32 *clicks, u32 limit)
{
    if (*clicks > limit)
        *clicks = limit;
}

static unsigned map_page(const struct cpu *cpu, const struct hv_node *n, struct hv_walk *walk)
{
    static const u8 shift[MAP_TYPES] = {[MAP_4K] = 6, [MAP_1K] = 4, [MAP_2K] = 5, [MAP_8K] = 7};
    u32 clicks = 1u << shift[n->type], within = walk->click & (clicks - 1);
    unsigned index = walk->click >> shift[n->type];
    const u16 *pins = map_is_outside(n->type) ? n->table : n->vmcb;
    unsigned offset = 2 * index + (map_is_outside(n->type) ? 0 : VMCB_PTE);
    u16 pte = hv_pinned(cpu, pins, offset), marked;

    if (!(pte & PTE_P))
        return HV_MAP;
    if (walk->write && !(pte & PTE_W))
        return HV_PROT;
    marked = pte | PTE_R | (walk->write ? PTE_M : 0);
    if (marked != pte && !walk->look)
        hv_put_pinned(cpu, pins, offset, marked);
    narrow(&walk->back, within);
    narrow(&walk->ahead, clicks - 1 - within);
    walk->click = (pte & PTE_FRAME) + within;
    return HV_NONE;
}

static unsigned map_click(const struct cpu *cpu, const struct hv_node *n, struct hv_walk *walk)
{
    if (n->type == MAP_IDENTITY)
        return HV_NONE;
    if (n->type != MAP_BOUNDS)
        return map_page(cpu, n, walk);
    if (walk->click >= n->len)
        return HV_BOUND;
    narrow(&walk->back, walk->click);
    narrow(&walk->ahead, n->len - 1u - walk->click);
    walk->click += n->base;
    return HV_NONE;
}

static bool walk_fails(struct hv_walk *walk, unsigned code, unsigned level, u32 at)
{
    walk->code = code;
    walk->level = level;
    walk->at = at;
    return false;
}

bool hv_walk(const struct cpu *cpu, unsigned node, struct hv_walk *walk)
{
    unsigned top = node;

    while (node) {
        const struct hv_node *n = &cpu->hv->node[node];
        u32 at = walk->click;
        unsigned code;

        if (at >= n->size)
            return walk_fails(walk, HV_NONE, n->depth, at);
        narrow(&walk->ahead, n->size - 1u - at);
        code = map_click(cpu, n, walk);
        node = n->parent;
        /* Beyond the parent's memory. */
        if (!code && walk->click >= (node ? cpu->hv->node[node].size : cpu->ram->size >> 6))
            code = HV_BOUND;
        if (code)
            return walk_fails(walk, code, n->depth, at);
    }
    if (walk->click >= cpu->ram->size >> 6)
        return walk_fails(walk, HV_NONE, 0, walk->click);
    if (top)
        narrow(&walk->ahead, (cpu->ram->size >> 6) - 1 - walk->click);
    return true;
}

bool hv_pin(const struct cpu *cpu, unsigned node, u32 click, unsigned count, u16 *pins,
            struct hv_walk *walk)
{
    for (unsigned i = 0; i < count; i++) {
        walk->click = click + i;
        walk->back = walk->ahead = 0;
        if (!hv_walk(cpu, node, walk))
            return false;
        pins[i] = (u16)walk->click;
    }
    return true;
}

bool hv_descends(const struct hv *hv, unsigned node, unsigned of)
{
    while (node && node != of)
        node = hv->node[node].parent;
    return node == of;
}

void hv_retag(struct hv *hv, unsigned node)
{
    for (unsigned i = 1; i < HV_NODES; i++)
        if (hv->node[i].depth && hv_descends(hv, i, node))
            hv->tag[i] = ++hv->serial;
}

/* --- writes to tables ----------------------------------------------------------------------- */

/* Clicks 2 and 3 of a VMCB are its page table, where that is not outside. */
static const u16 *table_pins(const struct hv_node *n, unsigned *count)
{
    *count = n->type == MAP_1K ? 8 : n->type == MAP_2K ? 4 : n->type >= MAP_4K ? 2 : 0;
    return map_is_outside(n->type) ? n->table : &n->vmcb[VMCB_PTE >> 6];
}

static bool pins_hold(const u16 *pins, unsigned count, u32 click)
{
    for (unsigned i = 0; i < count; i++)
        if (pins[i] == click)
            return true;
    return false;
}

static void watch_clicks(struct hv *hv, const u16 *pins, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        hv->watched[pins[i] >> 3] |= (u8)(1u << (pins[i] & 7));
}

void hv_watch_tables(struct hv *hv)
{
    memset(hv->watched, 0, sizeof hv->watched);
    for (unsigned i = 1; i < HV_NODES; i++) {
        const struct hv_node *n = &hv->node[i];
        const u16 *pins;
        unsigned count;

        if (!n->depth)
            continue;
        pins = table_pins(n, &count);
        watch_clicks(hv, pins, count);
        watch_clicks(hv, n->io, n->iomap ? IO_PINS : 0);
    }
}

void hv_write_watched(struct cpu *cpu, u32 pa)
{
    struct hv *hv = cpu->hv;
    u16 pte = ram_get(cpu->ram, pa & ~1u);
    bool flush = false;

    memset(hv->io, 0, sizeof hv->io);
    if ((pte & (PTE_P | PTE_R)) != (PTE_P | PTE_R))
        return;
    for (unsigned i = 1; i < HV_NODES; i++) {
        const struct hv_node *n = &hv->node[i];
        const u16 *pins;
        unsigned count;

        pins = table_pins(n, &count);
        if (!n->depth || !pins_hold(pins, count, pa >> 6))
            continue;
        hv_retag(hv, i);
        flush |= hv_descends(hv, hv->chain[hv->level], i);
    }
    if (flush)
        mmu_flush(&cpu->mmu);
}

/* --- the associator ------------------------------------------------------------------------- */

static struct hv_slot *slot_set(struct hv *hv, u32 tag, u32 page)
{
    return &hv->slot[(((tag * 0x9e3779b1u >> 16) + page) & (hv->sets - 1)) * hv->ways];
}

static bool slot_fits(const struct hv_slot *slot, u32 tag, u32 click)
{
    return slot->tag == tag && slot->first <= click && click <= slot->last;
}

static struct hv_slot *slot_find(struct hv *hv, u32 tag, u32 click, bool write)
{
    struct hv_slot *set = slot_set(hv, tag, click / PAGE_CLICKS);

    for (unsigned i = 0; i < hv->ways; i++)
        if (slot_fits(&set[i], tag, click))
            return set[i].write || !write ? &set[i] : NULL;
    return NULL;
}

/* The page's own entry, or an empty one, or that which was not used for the longest time. */
static struct hv_slot *slot_choose(struct hv *hv, u32 tag, u32 click)
{
    u32 page = click / PAGE_CLICKS;
    struct hv_slot *set = slot_set(hv, tag, page), *oldest = set;

    for (unsigned i = 0; i < hv->ways; i++) {
        if (set[i].tag == tag && set[i].page == page)
            return &set[i];
        if (set[i].used < oldest->used)
            oldest = &set[i];
    }
    return oldest;
}

static void slot_fill(struct hv *hv, u32 tag, u32 click, const struct hv_walk *walk)
{
    *slot_choose(hv, tag, click) = (struct hv_slot){.tag = tag,
                                                    .page = (u16)(click / PAGE_CLICKS),
                                                    .first = (u16)(click - walk->back),
                                                    .last = (u16)(click + walk->ahead),
                                                    .real = (u16)(walk->click - walk->back),
                                                    .write = walk->write,
                                                    .used = ++hv->clock};
}

enum trap hv_map_fault(struct hv *hv, unsigned code, unsigned level, u32 pa)
{
    hv->fault = (struct hv_fault){.code = code, .level = level, .pa = pa, .restart = true};
    return TRAP_VM;
}

/* No composition is kept for it. */
static enum trap refer_anew(struct cpu *cpu, bool write, u32 *pa)
{
    struct hv *hv = cpu->hv;
    u32 click = *pa >> 6;
    struct hv_walk walk = {.click = click,
                           .write = write,
                           .back = click % PAGE_CLICKS,
                           .ahead = PAGE_CLICKS - 1 - click % PAGE_CLICKS};

    hv->stats.misses++;
    if (!hv_walk(cpu, hv->chain[hv->level], &walk))
        return walk.code ? hv_map_fault(hv, walk.code, walk.level, (walk.at << 6) + (*pa & 077u))
                         : TRAP_BUS;
    if (hv->csr[0] & HVCSR_ASSOC)
        slot_fill(hv, hv_tag(hv), click, &walk);
    *pa = (walk.click << 6) + (*pa & 077u);
    return TRAP_NONE;
}

static enum trap refer_slowly(struct cpu *cpu, const struct mmu_ref *ref, unsigned flags,
                              unsigned size, u32 *pa)
{
    enum trap trap = *pa < IO_PAGE ? refer_anew(cpu, ref->write, pa) : hv_refer_io(cpu, pa);

    if (trap == TRAP_VM)
        cpu->hv->fault.bits =
            (u16)((ref->write ? HVCSR_WR : 0) | ((flags & 1) == SPACE_I ? HVCSR_I : 0) |
                  (size == 1 ? HVCSR_BYTE : 0));
    return trap;
}

/* What a reference to memory leads to, if that is kept. */
static bool memory_known(struct hv *hv, bool write, u32 *pa)
{
    u32 click = *pa >> 6, tag = hv_tag(hv);
    u16 *recent = &hv->recent[click / PAGE_CLICKS % HV_RECENT];
    struct hv_slot *slot = &hv->slot[*recent];

    if (!(hv->csr[0] & HVCSR_ASSOC))
        return false;
    if (!slot_fits(slot, tag, click) || (write && !slot->write)) {
        slot = slot_find(hv, tag, click, write);
        if (!slot)
            return false;
        *recent = (u16)(slot - hv->slot);
    }
    hv->stats.hits++;
    slot->used = ++hv->clock;
    *pa = ((u32)(slot->real + (click - slot->first)) << 6) + (*pa & 077u);
    return true;
}

static bool device_known(const struct hv *hv, u32 *pa)
{
    u16 to = hv->io[(*pa - IO_PAGE) >> 6];
    u32 real = IO_PAGE + ((to & IO_BLOCK) << 6) + (*pa & 077u);

    if (!(to & IO_LEADS) || hv_is_internal(hv, real))
        return false;
    *pa = real;
    return true;
}

enum trap hv_refer(struct cpu *cpu, const struct mmu_ref *ref, unsigned flags, unsigned size,
                   u32 *pa)
{
    struct hv *hv = cpu->hv;
    bool device = *pa >= IO_PAGE;
    enum trap trap = TRAP_NONE;

    if (!(device ? device_known(hv, pa) : memory_known(hv, ref->write, pa)))
        trap = refer_slowly(cpu, ref, flags, size, pa);
    if (device)
        *pa |= cpu->ram->wide;
    return trap;
}

bool hv_refer_known(struct cpu *cpu, bool write, u32 *pa)
{
    struct hv *hv = cpu->hv;

    if (*pa < IO_PAGE)
        return hv->sets > 1 && memory_known(hv, write, pa);
    if (!hv_has_register(hv, *pa) && !device_known(hv, pa))
        return false;
    *pa |= cpu->ram->wide;
    return true;
}

bool hv_look(const struct cpu *cpu, u32 *pa)
{
    struct hv_walk walk = {.click = *pa >> 6, .look = true};

    if (*pa >= IO_PAGE || !hv_walk(cpu, cpu->hv->chain[cpu->hv->level], &walk))
        return false;
    *pa = (walk.click << 6) + (*pa & 077u);
    return true;
}
