/* mmu.c - the KT11-C: see mmu.h.
 *
 * Sources: KT11-C manual (1973) chapters 2 and 3; docs/facts.md F55-F64; the 11/70's
 * differences noted by the w11 project, where the units agree.
 */
#include "mem/mmu.h"

#include <string.h>

/* What an access control field does with a reference. Field 3 and 7 are "unused: abort". */
enum acf { ACF_NR0, ACF_RO_TRAP, ACF_RO, ACF_NR3, ACF_RW_TRAP, ACF_RW_WTRAP, ACF_RW, ACF_NR7 };

void mmu_reset(struct mmu *mmu)
{
    mmu->mmr0 = 0;
    mmu->mmr3 = 0;
    mmu->trap_request = false;
    mmu_flush(mmu);
}

/* Drop the entries of one page. Systems change pages that they have not used since. */
static void page_empty(struct mmu *mmu, unsigned mode, unsigned space, unsigned page)
{
    struct mmu_map *map = &mmu->map[mode][space];
    u64 groups = mmu->filled[mode][space] & 0377ull << 8 * page;

    mmu->filled[mode][space] &= ~groups;
    for (; groups; groups &= groups - 1) {
        unsigned at = 16 * (unsigned)__builtin_ctzll(groups);

        memset(&map->read[at], 0, 16 * sizeof map->read[0]);
        memset(&map->write[at], 0, 16 * sizeof map->write[0]);
        memset(&map->code[at], 0, 16 * sizeof map->code[0]);
    }
}

void mmu_flush(struct mmu *mmu)
{
    for (unsigned i = 0; i < 64; i++)
        page_empty(mmu, i >> 4, i >> 3 & 1, i & 7);
    mmu->version++;
}

static void page_flush(struct mmu *mmu, unsigned mode, unsigned space, unsigned page)
{
    page_empty(mmu, mode, space, page);
    mmu->changed[mode][space] |= (u8)(1u << page);
    mmu->pages++;
    mmu->version++;
}

/* A block is mode<12:11>, space<10>, block<9:0>. */
void mmu_keep(struct mmu *mmu, const struct mmu_ref *ref)
{
    unsigned space = mmu_space(mmu, ref->mode, ref->space);
    u16 block = (u16)((unsigned)ref->mode << 11 | space << 10 | (unsigned)(ref->va >> 6)), old;
    struct mmu_map *map;

    for (unsigned i = 0; i < mmu->keep; i++)
        if (mmu->kept[i] == block)
            return;
    mmu->oldest = (u8)((mmu->oldest + 1) % mmu->keep);
    old = mmu->kept[mmu->oldest];
    map = &mmu->map[old >> 11][old >> 10 & 1];
    map->read[old % MAP_BLOCKS] = map->write[old % MAP_BLOCKS] = map->code[old % MAP_BLOCKS] = 0;
    mmu->kept[mmu->oldest] = block;
}

/* MMR0<6:1> for a reference: mode, D space, page. */
static u16 ref_field(const struct mmu *mmu, const struct mmu_ref *ref)
{
    unsigned space = mmu_space(mmu, ref->mode, ref->space);
    return (u16)((unsigned)ref->mode << 5 | space << 4 | (unsigned)(ref->va >> 13) << 1);
}

/* The abort bits that a reference earns: they are found in parallel and all set together. */
static u16 abort_bits(const struct mmu_ref *ref, u16 pdr)
{
    unsigned block = ref->va >> 6 & 0177u, plf = pdr >> 8 & 0177u;
    u16 bits = 0;

    if (ref->mode == MODE_ILLEGAL)
        return MMR0_NR | MMR0_PL;
    switch ((enum acf)(pdr & 7)) {
    case ACF_NR0:
    case ACF_NR3:
    case ACF_NR7: bits |= MMR0_NR; break;
    case ACF_RO_TRAP:
    case ACF_RO: bits |= ref->write ? MMR0_RO : 0; break;
    case ACF_RW_TRAP:
    case ACF_RW_WTRAP:
    case ACF_RW: break;
    }
    if (pdr & 010 ? block < plf : block > plf)
        bits |= MMR0_PL;
    return bits;
}

static bool traps(u16 pdr, bool write)
{
    unsigned acf = pdr & 7;
    return acf == ACF_RO_TRAP || acf == ACF_RW_TRAP || (acf == ACF_RW_WTRAP && write);
}

enum trap mmu_relocate(struct mmu *mmu, const struct mmu_ref *ref, u32 *pa)
{
    enum space space = mmu_space(mmu, ref->mode, ref->space);
    u16 *pdr = &mmu->pdr[ref->mode][space][ref->va >> 13];
    u16 bits = abort_bits(ref, *pdr);

    if (bits) {
        if (!(mmu->mmr0 & MMR0_FREEZE))
            mmu->mmr0 = (u16)((mmu->mmr0 & ~(MMR0_REF | MMR0_DONE)) | bits | ref_field(mmu, ref));
        return TRAP_MMU;
    }
    *pa = mmu_mapped(mmu, ref->mode, space, ref->va);
    if (!(ref->write && !(*pdr & PDR_W)) && !traps(*pdr, ref->write))
        return TRAP_NONE;
    /* References to the MMU's own registers neither trap nor mark the page (w11: 11/70). */
    if (*pa >= mmu_io_page(mmu) && mmu_is_register(io_bus(*pa)))
        return TRAP_NONE;
    if (ref->write)
        *pdr |= PDR_W;
    if (traps(*pdr, ref->write)) {
        *pdr |= PDR_A;
        if (mmu->mmr0 & MMR0_ENTRAP && !(mmu->mmr0 & MMR0_TRAP))
            mmu->trap_request = true;
        mmu->mmr0 |= MMR0_TRAP;
    }
    return TRAP_NONE;
}

bool mmu_probe(const struct mmu *mmu, const struct mmu_ref *ref, u32 *pa)
{
    enum space space = mmu_space(mmu, ref->mode, ref->space);
    u16 pdr = mmu->pdr[ref->mode][space][ref->va >> 13];

    *pa = mmu_bare(mmu, ref->va);
    if (!(mmu->mmr0 & MMR0_ENABLE))
        return true;
    *pa = mmu_mapped(mmu, ref->mode, space, ref->va);
    return !abort_bits(ref, pdr) && !traps(pdr, ref->write);
}

bool mmu_cacheable(const struct mmu *mmu, const struct mmu_ref *ref)
{
    enum space space = mmu_space(mmu, ref->mode, ref->space);
    return !traps(mmu->pdr[ref->mode][space][ref->va >> 13], ref->write);
}

/* PAR and PDR by address: K 772300, S 772200, U 777600; 16 PDRs (I, D), then 16 PARs. */
static bool page_register(u32 pa, unsigned *mode, unsigned *space, unsigned *page, bool *par)
{
    if (pa >= 0772200 && pa < 0772400)
        *mode = pa & 0100u ? MODE_K : MODE_S;
    else if (pa >= 0777600 && pa < 0777700)
        *mode = MODE_U;
    else
        return false;
    *par = (pa & 040u) != 0;
    *space = pa >> 4 & 1;
    *page = pa >> 1 & 7;
    return true;
}

bool mmu_read(const struct mmu *mmu, u32 pa, const struct mmu_ref *ref, u16 *value)
{
    unsigned mode, space, page;
    bool par;

    if (page_register(pa, &mode, &space, &page, &par)) {
        *value = par ? mmu->par[mode][space][page] : mmu->pdr[mode][space][page];
        return true;
    }
    if (pa == 0772516) {
        *value = mmu->mmr3;
        return true;
    }
    if (pa == 0777572) {
        *value = mmu->mmr0;
        /* Unfrozen, the field follows the relocated references (F58). */
        if (ref && mmu->mmr0 & MMR0_ENABLE && !(mmu->mmr0 & MMR0_FREEZE))
            *value = (u16)((mmu->mmr0 & ~MMR0_REF) | ref_field(mmu, ref));
        return true;
    }
    return false;
}

static void mmr0_write(struct mmu *mmu, const struct mmu_ref *ref, u16 value, u16 mask)
{
    u16 old = mmu->mmr0, bits = mask & MMR0_WRITE;

    /* A freeze by writing holds the page of the reference that writes. */
    if (ref && old & MMR0_ENABLE && !(old & MMR0_FREEZE) && value & bits & MMR0_FREEZE)
        old = (u16)((old & ~MMR0_REF) | ref_field(mmu, ref));
    mmu->mmr0 = (u16)((old & ~bits) | (value & bits));
    if (!(mmu->mmr0 & MMR0_FREEZE))
        mmu->mmr0 &= (u16)~MMR0_DONE; /* unfrozen it is that of each cycle, not of that abort */
    if ((old ^ mmu->mmr0) & (MMR0_ENABLE | MMR0_MAINT))
        mmu_flush(mmu);
}

bool mmu_write(struct mmu *mmu, u32 pa, const struct mmu_ref *ref, u16 value, u16 mask)
{
    unsigned mode, space, page;
    bool par;

    if (page_register(pa, &mode, &space, &page, &par)) {
        u16 *reg = par ? &mmu->par[mode][space][page] : &mmu->pdr[mode][space][page];
        u16 bits = mask & (par ? mmu_par_bits(mmu) : PDR_WRITE);
        *reg = (u16)((*reg & ~bits) | (value & bits));
        mmu->pdr[mode][space][page] &= (u16) ~(PDR_A | PDR_W);
        page_flush(mmu, mode, space, page);
        return true;
    }
    if (pa == 0772516) {
        u16 bits = mask & 7;
        mmu->mmr3 = (u16)((mmu->mmr3 & ~bits) | (value & bits));
        mmu->version++;
        return true;
    }
    if (pa == 0777572) {
        mmr0_write(mmu, ref, value, mask);
        return true;
    }
    return false;
}
