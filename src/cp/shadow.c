/* shadow.c - the shadow map of a VM.
 *
 * A VM's page at PAR, in clicks of 64 bytes, is at PAR + base of the bare machine: maps are
 * composed by addition (Goldberg: f o phi). What a VM must not reach by itself is not in the
 * shadow: pages or parts of them beyond its memory (the I/O page is there, as far as addresses go),
 * pages with traps of the KT11-C, and, for writing, a page in which its stack limit lies where the
 * bare machine does not check that: in supervisor mode. A reference to such a page aborts, and the
 * simulator finds out what the VM's own machine would have done. Source: resident-vmm.md 5.3, our
 * own design.
 */
#include "cp/shadow.h"

#define NOT_RESIDENT 0u
#define READ_ONLY    2u
#define READ_WRITE   6u
#define PAGE_CLICKS  128u
#define DOWNWARD     010u

/* Clicks <first, last> of a page that its length field allows; empty if first > last. */
static void page_extent(u16 pdr, unsigned *first, unsigned *last)
{
    unsigned plf = pdr >> 8 & 0177u;

    *first = pdr & DOWNWARD ? plf : 0;
    *last = pdr & DOWNWARD ? PAGE_CLICKS - 1 : plf;
}

/* A write to the page might meet the VM's stack limit, and the bare machine would not see it. */
static bool is_limited(const struct vm *vm, enum mode mode, unsigned page, enum mode place)
{
    const struct cpu *cpu = &vm->m->cpu;
    u32 edge = cpu->slr + 0400u;

    if (mode != MODE_K || (place == MODE_U && vm->kbs))
        return false;
    return page * 8192u < edge || page == 7; /* at the top a push wraps round to the limit */
}

/* The VM's own page, or what stands for it while its memory management is off. */
static struct shadow_page virtual_page(const struct mmu *mmu, enum mode mode, enum space space,
                                       unsigned page)
{
    if (mmu->mmr0 & MMR0_ENABLE)
        return (struct shadow_page){mmu->par[mode][space][page], mmu->pdr[mode][space][page]};
    return (struct shadow_page){(u16)(page == 7 ? 07600u : page * PAGE_CLICKS),
                                (u16)(0177u << 8 | READ_WRITE)};
}

struct shadow_page shadow_page(const struct vm *vm, enum mode mode, enum space space, unsigned page,
                               enum mode place)
{
    struct shadow_page v = virtual_page(&vm->m->cpu.mmu, mode, space, page);
    unsigned edge = (vm->m->cpu.slr + 0400u) >> 6;
    unsigned acf = v.pdr & 7, first, last, size = vm->m->ram.size >> 6;
    struct shadow_page none = {0, NOT_RESIDENT};

    if (acf != READ_ONLY && acf != READ_WRITE)
        return none;
    page_extent(v.pdr, &first, &last);
    if (v.par + first >= size)
        return none;
    if (v.par + last >= size) {
        if (v.pdr & DOWNWARD)
            return none;
        last = size - 1 - v.par;
        v.pdr = (u16)((v.pdr & 0377u) | last << 8);
    }
    if (is_limited(vm, mode, page, place)) {
        if (place == MODE_U && page == 0 && first == 0 && last == PAGE_CLICKS - 1 &&
            edge < PAGE_CLICKS)
            v.pdr = (u16)(edge << 8 | DOWNWARD); /* the rest of it cannot meet the limit */
        else
            acf = READ_ONLY;
    }
    return (struct shadow_page){(u16)(v.par + vm->base), (u16)((v.pdr & 077410u) | acf)};
}

static void load_page(struct vm *vm, enum mode mode, enum space space, unsigned page,
                      enum mode place)
{
    struct shadow_page s = shadow_page(vm, mode, space, page, place);
    const struct mmu *mmu = &vm->m->cpu.mmu;

    /* What both have marked need not be marked again. */
    if (mmu->mmr0 & MMR0_ENABLE && mmu->pdr[mode][space][page] & PDR_W)
        s.pdr |= hw_pdr(&vm->host->hw, place, space, page) & PDR_W;
    else if (!(mmu->mmr0 & MMR0_ENABLE))
        s.pdr |= hw_pdr(&vm->host->hw, place, space, page) & PDR_W;
    /* CP knows which register the VM has written, and makes that page. */
    vm->stats.shadow_pages += hw_set_page(&vm->host->hw, place, space, page, s.par, s.pdr);
}

void shadow_load(struct vm *vm, enum mode mode, enum mode place)
{
    struct vm_shadow *shadow = &vm->host->shadow[place];
    const struct cpu *cpu = &vm->m->cpu;
    bool split = cpu->mmu.mmr0 & MMR0_ENABLE && mmu_space(&cpu->mmu, mode, SPACE_D) == SPACE_D;

    if (shadow->vm == vm && shadow->mode == mode && shadow->version == cpu->mmu.version &&
        shadow->slr == cpu->slr)
        return;
    *shadow = (struct vm_shadow){vm, mode, cpu->mmu.version, cpu->slr, false};
    vm->stats.shadow_loads++;
    for (unsigned page = 0; page < 8; page++) {
        load_page(vm, mode, SPACE_I, page, place);
        if (split)
            load_page(vm, mode, SPACE_D, page, place);
        else if (vm->assist) /* which looks there too */
            (void)hw_set_page(&vm->host->hw, place, SPACE_D, page, 0, NOT_RESIDENT);
    }
    hw_set_space(&vm->host->hw, place, split);
}

void shadow_collect(struct vm *vm, enum mode mode, enum mode place)
{
    struct mmu *mmu = &vm->m->cpu.mmu;
    bool split = mmu_space(mmu, mode, SPACE_D) == SPACE_D;

    if (!(mmu->mmr0 & MMR0_ENABLE))
        return;
    for (unsigned page = 0; page < 8; page++) {
        u16 *own = &mmu->pdr[mode][SPACE_I][page];

        *own |= hw_pdr(&vm->host->hw, place, SPACE_I, page) & PDR_W;
        if (split)
            own = &mmu->pdr[mode][SPACE_D][page];
        if (split || vm->assist) /* the bare machine's may be split where the VM's is not */
            *own |= hw_pdr(&vm->host->hw, place, SPACE_D, page) & PDR_W;
    }
}
