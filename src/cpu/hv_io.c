/* hv_io.c - the I/O page in virtual machines, and transfers by devices: see hv.h.
 *
 * A block of 64 bytes of a machine's I/O page leads by its I/O map to one of its parent's, and so
 * on to the real one. Where the associator is on, what the block leads to is kept while the machine
 * runs: hv->io, by block.
 */
#include "cpu/hv_impl.h"

#define IO_FAULT     0u /* of an I/O map's word <15:14> */
#define IO_PASS      2u
#define BLOCK        0177u
#define OWNER_FORGOT 0xffffu

/* Of hv->io; 0: not known. */
#define LEADS   0100000u /* to block <6:0> */
#define FAULTS  0040000u /* of the map of level <11:7>, at its block <6:0> */
#define NOTHING 0020000u /* answers */
#define LEVEL   7u       /* shift */

static bool is_own(const struct hv *hv, u32 pa)
{
    return pa >= hv->base && pa < hv->base + 020;
}

/* The processor's own registers are each level's: no map is asked. */
static bool is_internal(const struct cpu *cpu, u32 pa)
{
    return pa >= 0777770 || (pa & ~1u) == 0777570 || mmu_is_register(pa) ||
           (is_own(cpu->hv, pa) && !hv_exits(cpu, HV_NO_HV));
}

/* Where a block of the current level's I/O page leads. */
static u16 compose(const struct cpu *cpu, unsigned block)
{
    const struct hv *hv = cpu->hv;

    for (unsigned level = hv->level; level; level--) {
        const struct hv_node *n = &hv->node[hv->chain[level]];
        u16 word = n->iomap ? hv_pinned(cpu, n->io, 2 * block) : 0;

        if (word >> 14 == IO_FAULT)
            return (u16)(FAULTS | level << LEVEL | block);
        if (word >> 14 != IO_PASS)
            return NOTHING;
        block = word & BLOCK;
    }
    return (u16)(LEADS | block);
}

static u16 leads_to(struct cpu *cpu, unsigned block)
{
    struct hv *hv = cpu->hv;

    if (!(hv->csr[0] & HVCSR_ASSOC))
        return compose(cpu, block);
    if (!hv->io[block])
        hv->io[block] = compose(cpu, block);
    return hv->io[block];
}

static enum trap refer_io(struct cpu *cpu, u32 *pa)
{
    struct hv *hv = cpu->hv;
    u32 within = *pa & 077u;
    u16 to;

    if (is_internal(cpu, *pa))
        return TRAP_NONE;
    to = leads_to(cpu, (*pa - IO_PAGE) >> 6);
    *pa = IO_PAGE + ((to & BLOCK) << 6) + within;
    if (to & FAULTS)
        return hv_map_fault(hv, HV_IO, to >> LEVEL & 037u, *pa);
    /* A level's own registers are not for those above it. */
    return to & NOTHING || is_internal(cpu, *pa) || is_own(hv, *pa) ? TRAP_BUS : TRAP_NONE;
}

enum trap hv_refer(struct cpu *cpu, const struct mmu_ref *ref, unsigned flags, unsigned size,
                   u32 *pa)
{
    enum trap trap = *pa < IO_PAGE ? hv_refer_memory(cpu, ref->write, pa) : refer_io(cpu, pa);

    if (trap == TRAP_VM)
        cpu->hv->fault.bits =
            (u16)((ref->write ? HVCSR_WR : 0) | ((flags & 1) == SPACE_I ? HVCSR_I : 0) |
                  (size == 1 ? HVCSR_BYTE : 0));
    return trap;
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

    if (owner >= HV_NODES || (owner && !hv_walk(cpu, owner, &walk)))
        return false;
    *pa = (walk.click << 6) + (*pa & 077u);
    if (write && *pa < cpu->ram->size && hv_watches(cpu->hv, *pa))
        hv_write_watched(cpu, *pa);
    return true;
}
