/* hv_map.c - f-maps, their composition, and the associator: see hv.h.
 *
 * A walk takes a click (64 bytes) of a machine's memory through its map to its parent's memory, and
 * so on to the real one. On the way it narrows down what is mapped in one piece around the click,
 * within 1 KB: that is an entry of the associator. An entry tells whether a write has gone through
 * it; the first write walks again, to mark the pages as modified at all levels.
 *
 * Page tables, VMCBs and I/O maps lie in the memory of the machine's parent. Their real places are
 * looked up when the machine is entered ("pinned").
 */
#include "cpu/hv_impl.h"

#define IO_CLICK     (IO_PAGE >> 6)
#define PAGE_CLICKS  16u /* of the associator */
#define IO_FAULT     0u  /* of an I/O map's word <15:14> */
#define IO_PASS      2u
#define OWNER_FORGOT 0xffffu

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

/* --- the associator ------------------------------------------------------------------------- */

static struct hv_slot *slot_set(struct hv *hv, u32 tag, u32 page)
{
    return &hv->slot[((tag * 0x9e3779b1u >> 16) + page) % hv->sets * hv->ways];
}

static struct hv_slot *slot_find(struct hv *hv, u32 tag, u32 click, bool write)
{
    struct hv_slot *set = slot_set(hv, tag, click / PAGE_CLICKS);

    for (unsigned i = 0; i < hv->ways; i++)
        if (set[i].tag == tag && set[i].first <= click && click <= set[i].last)
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

static enum trap fault(struct hv *hv, unsigned code, unsigned level, u32 pa)
{
    hv->fault = (struct hv_fault){.code = code, .level = level, .pa = pa, .restart = true};
    return TRAP_VM;
}

static enum trap refer_memory(struct cpu *cpu, bool write, u32 *pa)
{
    struct hv *hv = cpu->hv;
    u32 click = *pa >> 6, tag = hv_tag(hv);
    bool keeps = hv->csr[0] & HVCSR_ASSOC;
    struct hv_slot *slot = keeps ? slot_find(hv, tag, click, write) : NULL;
    struct hv_walk walk = {.click = click,
                           .write = write,
                           .back = click % PAGE_CLICKS,
                           .ahead = PAGE_CLICKS - 1 - click % PAGE_CLICKS};

    if (slot) {
        hv->stats.hits++;
        slot->used = ++hv->clock;
        *pa = ((u32)(slot->real + (click - slot->first)) << 6) + (*pa & 077u);
        return TRAP_NONE;
    }
    hv->stats.misses++;
    if (!hv_walk(cpu, hv->chain[hv->level], &walk))
        return walk.code ? fault(hv, walk.code, walk.level, (walk.at << 6) + (*pa & 077u))
                         : TRAP_BUS;
    if (keeps)
        slot_fill(hv, tag, click, &walk);
    *pa = (walk.click << 6) + (*pa & 077u);
    return TRAP_NONE;
}

/* --- the I/O page --------------------------------------------------------------------------- */

/* The processor's own registers are each level's: no map is asked. */
static bool is_internal(const struct hv *hv, u32 pa)
{
    return pa >= 0777770 || (pa & ~1u) == 0777570 || mmu_is_register(pa) ||
           (pa >= hv->base && pa < hv->base + 020);
}

static enum trap refer_io(struct cpu *cpu, u32 *pa)
{
    struct hv *hv = cpu->hv;

    if (is_internal(hv, *pa))
        return TRAP_NONE;
    for (unsigned level = hv->level; level; level--) {
        const struct hv_node *n = &hv->node[hv->chain[level]];
        u16 word = n->iomap ? hv_pinned(cpu, n->io, (*pa - IO_PAGE) >> 5 & 0376u) : 0;

        if (word >> 14 == IO_FAULT)
            return fault(hv, HV_IO, level, *pa);
        if (word >> 14 != IO_PASS)
            return TRAP_BUS;
        *pa = IO_PAGE + ((u32)(word & 0177u) << 6) + (*pa & 077u);
    }
    /* A level's own registers are not for those above it. */
    return is_internal(hv, *pa) ? TRAP_BUS : TRAP_NONE;
}

enum trap hv_refer(struct cpu *cpu, const struct mmu_ref *ref, unsigned flags, unsigned size,
                   u32 *pa)
{
    enum trap trap = *pa < IO_PAGE ? refer_memory(cpu, ref->write, pa) : refer_io(cpu, pa);

    if (trap == TRAP_VM)
        cpu->hv->fault.bits =
            (u16)((ref->write ? HVCSR_WR : 0) | ((flags & 1) == SPACE_I ? HVCSR_I : 0) |
                  (size == 1 ? HVCSR_BYTE : 0));
    return trap;
}

bool hv_look(const struct cpu *cpu, u32 *pa)
{
    struct hv_walk walk = {.click = *pa >> 6, .look = true};

    if (*pa >= IO_PAGE || !hv_walk(cpu, cpu->hv->chain[cpu->hv->level], &walk))
        return false;
    *pa = (walk.click << 6) + (*pa & 077u);
    return true;
}

/* --- transfers by devices ------------------------------------------------------------------- */

void hv_own(struct cpu *cpu, u32 pa)
{
    struct hv *hv = cpu->hv;

    hv->owner[(pa - IO_PAGE) >> 6] = hv->chain[hv->level];
}

void hv_forget(struct hv *hv, unsigned node)
{
    hv->node[node] = (struct hv_node){0};
    hv->tag[node] = 0;
    for (unsigned i = 0; i < ARRAY_LEN(hv->owner); i++)
        if (hv->owner[i] == node)
            hv->owner[i] = OWNER_FORGOT;
}

bool hv_dma(struct cpu *cpu, u32 base, bool write, u32 *pa)
{
    unsigned owner = cpu->hv->owner[(base - IO_PAGE) >> 6];
    struct hv_walk walk = {.click = *pa >> 6, .write = write};

    if (owner == 0)
        return true;
    if (owner >= HV_NODES || !hv_walk(cpu, owner, &walk))
        return false;
    *pa = (walk.click << 6) + (*pa & 077u);
    return true;
}
