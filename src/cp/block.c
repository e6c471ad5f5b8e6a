/* block.c - see block.h; the format is in docs/kbs11a.md.
 *
 * With the VM's KT11 off one real map is good for all its modes. Otherwise VM-assist may change the
 * mode only if it can also enter pages: it empties the real map then, and enters what the new mode
 * refers to. Of the rest of the map nothing is known but that it is a part of the VM's
 * (vm_shadow.partial).
 */
#include "cp/block.h"

#include <string.h>

#include "cpu/assist.h"

#define PS_VIRTUAL (PS_MODE | PS_PREV | PS_PRIO)

static const enum mode modes[] = {MODE_K, MODE_S, MODE_U};

static u32 block_of(const struct vm *vm)
{
    return hw_place(&vm->host->hw, vm->slot) + HW_ASSIST;
}

static void put(const struct vm *vm, unsigned at, u16 value)
{
    ram_put(&vm->host->hw.m->ram, block_of(vm) + at, value);
}

static u16 get(const struct vm *vm, unsigned at)
{
    return ram_get(&vm->host->hw.m->ram, block_of(vm) + at);
}

/* The highest level at which a device requests. */
static u16 level_of(unsigned br)
{
    unsigned level = 7;

    while (level && !(br >> level & 1))
        level--;
    return (u16)(level << 5);
}

static u16 flags_of(const struct vm *vm)
{
    if (!(vm->m->cpu.mmu.mmr0 & MMR0_ENABLE))
        return VAB_MAP_LIMIT | VAB_MAP_ONE;
    return vm->assist & VACSR_PAGE ? VAB_MAP_LIMIT | VAB_MAP_SHADOW : VAB_MAP_LIMIT;
}

/* PAR and PDR; they stay as long as the VM's map is the same. W bits may be missing in the block.
 */
static void put_map(struct vm *vm)
{
    const struct mmu *mmu = &vm->m->cpu.mmu;
    unsigned at = 0;

    if (vm->block_version == mmu->version + 1)
        return;
    vm->block_version = mmu->version + 1;
    for (unsigned i = 0; i < ARRAY_LEN(modes); i++)
        for (unsigned space = 0; space < 2; space++)
            for (unsigned page = 0; page < 8; page++, at += 2) {
                put(vm, VAB_PAR + at, mmu->par[modes[i]][space][page]);
                put(vm, VAB_PDR + at, mmu->pdr[modes[i]][space][page]);
            }
}

void block_load(struct vm *vm, u16 bits, bool fixed)
{
    const struct cpu *cpu = &vm->m->cpu;

    put(vm, VAB_PS, cpu->ps & PS_VIRTUAL);
    put(vm, VAB_LEVEL, level_of(cpu->br));
    put(vm, VAB_FLAGS, (u16)(flags_of(vm) | (fixed ? VAB_FIXED : 0)));
    put(vm, VAB_BASE, 0);
    for (unsigned i = 0; i < ARRAY_LEN(modes); i++)
        put(vm, VAB_SP + 2 * modes[i], cpu->sp[modes[i]]);
    put(vm, VAB_MMR0, cpu->mmu.mmr0);
    put(vm, VAB_MMR3, cpu->mmu.mmr3);
    put(vm, VAB_ORIGIN, (u16)vm->base);
    put(vm, VAB_LENGTH, (u16)(vm->m->ram.size >> 6));
    put(vm, VAB_SLR, cpu->slr);
    put(vm, VAB_PIRQ, cpu->pirq);
    put_map(vm);
    vm->host->hw.m->cpu.trace = cpu->trace;
    hw_set_assist(&vm->host->hw, bits, vm->slot);
}

/* The W bits that VM-assist has set. */
static void take_map(struct vm *vm)
{
    struct mmu *mmu = &vm->m->cpu.mmu;
    unsigned at = 0;

    for (unsigned i = 0; i < ARRAY_LEN(modes); i++)
        for (unsigned space = 0; space < 2; space++)
            for (unsigned page = 0; page < 8; page++, at += 2)
                mmu->pdr[modes[i]][space][page] |= get(vm, VAB_PDR + at) & PDR_W;
}

enum mode block_unload(struct vm *vm)
{
    struct vm_shadow *shadow = &vm->host->shadow[MODE_U];
    struct cpu *cpu = &vm->m->cpu;
    enum mode was = cpu_mode(cpu);

    for (unsigned i = 0; i < ARRAY_LEN(modes); i++)
        cpu->sp[modes[i]] = get(vm, VAB_SP + 2 * modes[i]);
    cpu->ps = (u16)((cpu->ps & ~PS_VIRTUAL) | (get(vm, VAB_PS) & PS_VIRTUAL));
    cpu->slr = get(vm, VAB_SLR) & 0177400u;
    cpu->pirq = get(vm, VAB_PIRQ) & 0177000u;
    cpu->trace = vm->host->hw.m->cpu.trace;
    if (cpu->mmu.mmr0 & MMR0_ENABLE)
        take_map(vm);
    shadow->slr = cpu->slr;
    shadow->partial = shadow->partial || (cpu_mode(cpu) != was && cpu->mmu.mmr0 & MMR0_ENABLE);
    shadow->mode = cpu_mode(cpu);
    cpu_update(cpu);
    return cpu_mode(cpu);
}
