/* hv_io.c - the I/O page in virtual machines, and transfers by devices: see hv.h.
 *
 * A block of 64 bytes of a machine's I/O page leads by its I/O map to one of its parent's, and so
 * on to the real one. Where the associator is on, what the block leads to is kept while the machine
 * runs: hv->io, by block.
 */
#include "cpu/hv_impl.h"

#define IO_FAULT     0u /* of an I/O map's word <15:14> */
#define IO_PASS      2u
#define OWNER_FORGOT 0xffffu

void hv_init_io(struct hv *hv)
{
    for (u32 pa = IO_PAGE; pa < IO_SPACE; pa += 2)
        if (pa >= 0777770 || pa == 0777570 || mmu_is_register(pa) ||
            (pa >= hv->base && pa < hv->base + 020))
            hv->internal[(pa - IO_PAGE) >> 6] |= 1u << (pa >> 1 & 037u);
}

/* Where a block of the current level's I/O page leads. */
static u16 compose(const struct cpu *cpu, unsigned block)
{
    const struct hv *hv = cpu->hv;

    for (unsigned level = hv->level; level; level--) {
        const struct hv_node *n = &hv->node[hv->chain[level]];
        u16 word = n->iomap ? hv_pinned(cpu, n->io, 2 * block) : 0;

        if (word >> 14 == IO_FAULT)
            return (u16)(IO_FAULTS | level << IO_LEVEL | block);
        if (word >> 14 != IO_PASS)
            return IO_NOTHING;
        block = word & IO_BLOCK;
    }
    return (u16)(IO_LEADS | block);
}

enum trap hv_refer_io(struct cpu *cpu, u32 *pa)
{
    struct hv *hv = cpu->hv;
    unsigned block = (*pa - IO_PAGE) >> 6;
    u16 to = compose(cpu, block);

    if (hv->csr[0] & HVCSR_ASSOC)
        hv->io[block] = to;
    *pa = IO_PAGE + ((to & IO_BLOCK) << 6) + (*pa & 077u);
    if (to & IO_FAULTS)
        return hv_map_fault(hv, HV_IO, to >> IO_LEVEL & 037u, *pa);
    /* A level's own registers are not for those above it. */
    return to & IO_NOTHING || hv_is_internal(hv, *pa) ? TRAP_BUS : TRAP_NONE;
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
    if (owner && walk.click >= IO_PAGE >> 6)
        return false;
    *pa = (walk.click << 6) + (*pa & 077u);
    if (write && *pa < IO_PAGE && hv_watches(cpu->hv, *pa))
        hv_write_watched(cpu, *pa);
    return true;
}
