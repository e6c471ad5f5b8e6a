/* assist_map.c - VM-assist and the guest's map: see assist.h.
 *
 * The guest's PAR and PDR stand in the block. The real map of user mode is a shadow of them: a page
 * of the guest leads to the place that its memory has in the real one. A page that the shadow lacks
 * (access control 0) is entered when it is referred to, inside the reference, as a map in memory
 * would be walked; the instruction does not notice. Only what the KT11 does without an abort or a
 * trap is entered: access control 2 and 6, wholly in the guest's memory. The real PDR has the W bit
 * then; it goes back to the block with assist_empty().
 */
#include "cpu/assist_impl.h"

#define PAGE_CLICKS 0200u
#define PDR_SHADOW  (PDR_WRITE | PDR_W)
#define PDR_ACF     7u
#define PDR_DOWN    010u
#define ACF_READ    2u
#define ACF_WRITE   6u

/* A page of the guest; `at` is its PDR in the block, 0 where its KT11 is off. */
struct guest_page {
    u16 par, pdr;
    unsigned at;
};

/* D references of the mode have a map of their own. */
static bool is_split(const struct cpu *cpu, enum mode mode)
{
    static const u8 bit[4] = {4, 2, 0, 1};

    return block_get(cpu, VAB_MMR0) & MMR0_ENABLE && block_get(cpu, VAB_MMR3) & bit[mode];
}

/* The page of a virtual address. False: the guest's KT11 does what is not done here. */
static bool find_page(const struct cpu *cpu, enum mode mode, enum space space, u16 va,
                      struct guest_page *page)
{
    unsigned number = va >> 13, index = mode == MODE_U ? 2 : (unsigned)mode;
    u16 mmr0 = block_get(cpu, VAB_MMR0);

    if (!(mmr0 & MMR0_ENABLE)) {
        page->par = (u16)(number < 7 ? number * PAGE_CLICKS : IO_PAGE >> 6);
        page->pdr = 077400 | ACF_WRITE;
        page->at = 0;
        return !(mmr0 & MMR0_MAINT);
    }
    if (mmr0 & MMR0_MAINT || mode == MODE_ILLEGAL)
        return false;
    if (!is_split(cpu, mode))
        space = SPACE_I;
    index = 2 * ((2 * index + (unsigned)space) * 8 + number);
    page->par = block_get(cpu, VAB_PAR + index) & PAR_WRITE;
    page->pdr = block_get(cpu, VAB_PDR + index);
    page->at = VAB_PDR + index;
    return true;
}

/* The reference neither aborts nor traps. */
static bool is_allowed(u16 pdr, u16 va, bool write)
{
    unsigned block = va >> 6 & 0177u, plf = pdr >> 8 & 0177u;

    if ((pdr & PDR_ACF) != ACF_WRITE && ((pdr & PDR_ACF) != ACF_READ || write))
        return false;
    return pdr & PDR_DOWN ? block >= plf : block <= plf;
}

/* What the real map is to have for a page. False: that is the monitor's business. */
static bool shadow_page(const struct cpu *cpu, enum mode mode, enum space space, u16 va,
                        struct guest_page *page)
{
    u32 origin = block_get(cpu, VAB_ORIGIN), last;

    if (!find_page(cpu, mode, space, va, page))
        return false;
    if ((page->pdr & PDR_ACF) != ACF_READ && (page->pdr & PDR_ACF) != ACF_WRITE)
        return false;
    /* One real map cannot be two of the guest's. */
    if (is_split(cpu, mode) && mmu_space(&cpu->mmu, MODE_U, SPACE_D) == SPACE_I)
        return false;
    last = page->par + (page->pdr & PDR_DOWN ? PAGE_CLICKS - 1 : page->pdr >> 8 & 0177u);
    if (last >= block_get(cpu, VAB_LENGTH) || origin + last >= cpu->ram->size >> 6)
        return false;
    page->par = (u16)(origin + page->par);
    page->pdr &= PDR_SHADOW;
    return true;
}

/* The real PDR of user mode. */
static u16 real_pdr(const struct cpu *cpu, enum space space, u16 va)
{
    return cpu->mmu.pdr[MODE_U][mmu_space(&cpu->mmu, MODE_U, space)][va >> 13];
}

/* Where a reference leads, with the pages that would be entered into the map for it. */
static bool translate(const struct cpu *cpu, enum mode mode, const struct mmu_ref *ref, u32 *pa)
{
    bool here = mode == block_mode(cpu) || block_flag(cpu, VAB_MAP_ONE);
    struct guest_page page;

    if (here && mmu_probe(&cpu->mmu, ref, pa))
        return true;
    if (!assist_is_on(cpu, VACSR_PAGE) || !(cpu->mmu.mmr0 & MMR0_ENABLE))
        return false;
    if (here ? real_pdr(cpu, ref->space, ref->va) & PDR_ACF : !block_flag(cpu, VAB_MAP_SHADOW))
        return false;
    if (!shadow_page(cpu, mode, ref->space, ref->va, &page) ||
        !is_allowed(page.pdr, ref->va, ref->write))
        return false;
    *pa = ((u32)page.par << 6) + (ref->va & 017777u);
    return true;
}

bool assist_look(const struct cpu *cpu, enum mode mode, enum space space, u16 va, bool write,
                 u16 *value)
{
    const struct mmu_ref ref = {MODE_U, space, va, write};
    u32 pa;

    if (va & 1 || !translate(cpu, mode, &ref, &pa) || pa >= cpu->ram->size)
        return false;
    *value = ram_get(cpu->ram, pa);
    return true;
}

void assist_empty(struct cpu *cpu)
{
    enum mode mode = block_mode(cpu);
    struct guest_page page;

    for (unsigned i = 0; i < 16; i++) {
        enum space space = (enum space)(i / 8);
        u16 va = (u16)(i % 8 << 13), *pdr = &cpu->mmu.pdr[MODE_U][space][i % 8];
        if (*pdr & PDR_W && find_page(cpu, mode, space, va, &page) && page.at)
            block_put(cpu, page.at, page.pdr | PDR_W);
        *pdr = 0;
    }
    mmu_flush(&cpu->mmu);
}

bool assist_io_address(const struct cpu *cpu, const struct mmu_ref *ref, u32 *pa)
{
    struct guest_page page;

    if (!find_page(cpu, block_mode(cpu), ref->space, ref->va, &page) ||
        !is_allowed(page.pdr, ref->va, ref->write))
        return false;
    *pa = (((u32)page.par << 6) + (ref->va & 017777u)) & (IO_SPACE - 1);
    return *pa >= IO_PAGE;
}

void assist_mark(struct cpu *cpu, const struct mmu_ref *ref)
{
    struct guest_page page;

    if (find_page(cpu, block_mode(cpu), ref->space, ref->va, &page) && page.at)
        block_put(cpu, page.at, page.pdr | PDR_W);
}

/* Enter the page of a reference into the real map. */
static void fill(struct cpu *cpu, const struct mmu_ref *ref)
{
    enum space space = mmu_space(&cpu->mmu, MODE_U, ref->space);
    unsigned number = ref->va >> 13;
    struct guest_page page;

    if (!shadow_page(cpu, block_mode(cpu), ref->space, ref->va, &page) ||
        !is_allowed(page.pdr, ref->va, ref->write))
        return;
    cpu->mmu.par[MODE_U][space][number] = page.par;
    cpu->mmu.pdr[MODE_U][space][number] = page.pdr;
    cpu->vmx->assists++;
    cpu->mmu.version++; /* it had no entries in the map tables */
}

bool assist_refer(struct cpu *cpu, const struct mmu_ref *ref, u32 *pa)
{
    u32 at;

    if (!assist_is_on(cpu, 0) || ref->mode != MODE_U || !(cpu->mmu.mmr0 & MMR0_ENABLE) ||
        real_pdr(cpu, ref->space, ref->va) & PDR_ACF)
        return false;
    if (!assist_io_address(cpu, ref, &at)) {
        if (assist_is_on(cpu, VACSR_PAGE))
            fill(cpu, ref);
        return false;
    }
    switch (at & ~1u) {
    case 0777776:
        if (!assist_is_on(cpu, VACSR_PSW))
            return false;
        break;
    case 0777774:
    case 0777772:
        if (!assist_is_on(cpu, VACSR_REG))
            return false;
        break;
    default: return false;
    }
    *pa = ASSIST_PLACE | at;
    cpu->vmx->assists++;
    return true;
}
