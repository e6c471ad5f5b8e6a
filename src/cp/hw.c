/* hw.c - the bare machine below CP: see hw.h. */
#include "cp/hw.h"

#include <string.h>

#include "base/assert.h"
#include "cpu/exec.h"
#include "jit/jit.h"
#include "machine/boot.h"

#define MMR0_ADDRESS 0777572u
#define MMR3_ADDRESS 0772516u

#define LVMID_R0 0007400u
/* Offsets of the Hardware Virtualizer's registers. */
enum { HVCSR = 0, HVROOT = 2, HVTLEN = 4 };

void hw_init(struct hw *hw, struct machine *m)
{
    *hw = (struct hw){.m = m};
    boot_fill_rom(m, 0);
    (void)mmu_write(&m->cpu.mmu, MMR0_ADDRESS, NULL, MMR0_ENABLE, 0177777);
    cpu_set_outside(&m->cpu, &hw->outside);
}

/* Where the PDR of a page is; its PAR is 40 behind. */
static u32 page_address(enum mode mode, enum space space, unsigned page)
{
    u32 base = mode == MODE_U ? 0777600u : mode == MODE_S ? 0772200u : 0772300u;

    return base + (space == SPACE_D ? 020u : 0) + 2 * page;
}

bool hw_set_page(struct hw *hw, enum mode mode, enum space space, unsigned page, u16 par, u16 pdr)
{
    struct mmu *mmu = &hw->m->cpu.mmu;
    u32 at = page_address(mode, space, page);

    if (mmu->par[mode][space][page] == par && mmu->pdr[mode][space][page] == pdr)
        return false;
    (void)mmu_write(mmu, at + 040, NULL, par, 0177777);
    (void)mmu_write(mmu, at, NULL, pdr, 0177777);
    return true;
}

void hw_set_space(struct hw *hw, enum mode mode, bool split)
{
    struct mmu *mmu = &hw->m->cpu.mmu;
    u16 bit = mode == MODE_U ? 1 : 2;
    u16 value = (u16)(split ? mmu->mmr3 | bit : mmu->mmr3 & ~bit);

    if (value == mmu->mmr3)
        return;
    (void)mmu_write(mmu, MMR3_ADDRESS, NULL, value, 0177777);
    cpu_update(&hw->m->cpu);
}

static void set_vmx(struct hw *hw, u16 vcsr, u16 vusl)
{
    struct vmx *vmx = hw->m->cpu.vmx;

    if (vmx->vcsr == vcsr && vmx->vusl == vusl)
        return;
    vmx->vcsr = vcsr;
    vmx->vusl = vusl;
    cpu_vmx_changed(&hw->m->cpu);
}

void hw_set_trapping(struct hw *hw, bool on, bool moves)
{
    const struct vmx *vmx = hw->m->cpu.vmx;
    u16 bits = VCSR_EN | VCSR_TUSR | VCSR_TSUP;

    if (vmx)
        set_vmx(hw, on ? (vmx->vcsr & VCSR_USLE) | bits | (moves ? VCSR_MXE : 0) : 0, vmx->vusl);
}

void hw_set_assist(struct hw *hw, u16 bits, unsigned place)
{
    struct vmx *vmx = hw->m->cpu.vmx;
    u16 block = (u16)((hw_place(hw, place) + HW_ASSIST) >> 6);

    if (!vmx || (vmx->vacsr == bits && (!bits || vmx->vablk == block)))
        return;
    vmx->vacsr = bits;
    vmx->vablk = block;
    cpu_vmx_changed(&hw->m->cpu);
}

void hw_set_limit(struct hw *hw, u16 limit, bool on)
{
    const struct vmx *vmx = hw->m->cpu.vmx;

    set_vmx(hw, on ? vmx->vcsr | VCSR_USLE : (u16)(vmx->vcsr & ~VCSR_USLE), limit & VUSL_WRITE);
}

u64 hw_translated(const struct hw *hw)
{
    const struct cpu *cpu = &hw->m->cpu;

    if (!hw->m->jit)
        return 0;
    return cpu->icount - min_u64(cpu->icount, cpu->idled + jit_interpreted(hw->m->jit));
}

enum cpu_exit hw_enter(struct hw *hw, u64 count, u64 *done)
{
    struct cpu *cpu = &hw->m->cpu;
    u64 from = cpu->icount;
    enum cpu_exit exit;

    if (cpu->mmu.mmr0 & MMR0_FREEZE)
        (void)mmu_write(&cpu->mmu, MMR0_ADDRESS, NULL, MMR0_ENABLE, 0177777);
    exit = machine_run_cpu(hw->m, from + count);

    hw->entries++;
    *done = cpu->icount - from;
    if (exit == EXIT_TRAP && hw->outside.cause == CAUSE_TRAP)
        --*done;
    return exit;
}

/* --- memory, and virtual machines in it ------------------------------------------------------- */

void hw_set_memory(struct hw *hw, u32 base, unsigned places)
{
    struct cpu *cpu = &hw->m->cpu;

    base_assert(places <= HW_PLACES && base % 64 == 0 &&
                base + places * HW_PLACE <= cpu->ram->size);
    hw->own = base;
    hw->places = places;
    hw->taken = 1;
    memset(cpu->ram->base + base, 0, places * HW_PLACE);
    ram_wrote(cpu->ram, base, places * HW_PLACE);
    if (!cpu->hv)
        return;
    hv_write(cpu, HVROOT, (u16)(base >> 6), 0177777);
    hv_write(cpu, HVTLEN, (u16)(places - 1), 0177777);
    hv_write(cpu, HVCSR, HVCSR_INTR | HVCSR_ASSOC | HVCSR_HVE, 0177777);
}

/* VMTAB names the place's VMCB, or nothing. */
static void set_entry(struct hw *hw, unsigned place, u32 click)
{
    ram_put(hw->m->cpu.ram, hw->own + 2 * place, (u16)click);
}

unsigned hw_take_place(struct hw *hw)
{
    for (unsigned place = 1; place < hw->places; place++) {
        if (hw->taken >> place & 1)
            continue;
        hw->taken |= 1u << place;
        set_entry(hw, place, (hw_place(hw, place) + HW_VMCB) >> 6);
        return place;
    }
    return 0;
}

void hw_drop_place(struct hw *hw, unsigned place)
{
    u32 at = hw_place(hw, place);

    if (!place)
        return;
    set_entry(hw, place, 0);
    memset(hw->m->cpu.ram->base + at, 0, HW_PLACE);
    ram_wrote(hw->m->cpu.ram, at, HW_PLACE);
    hw->taken &= ~(1u << place);
}

/* The time that CP has given is over: as its clock's interrupt would, a request calls level 0. */
static void call_back(struct hw *hw)
{
    struct cpu *cpu = &hw->m->cpu;
    enum cpu_exit exit;

    cpu_set_br(cpu, 0200);
    while (!cpu_turn(cpu, &exit) || exit != EXIT_TRAP)
        continue;
    cpu_set_br(cpu, hw->m->bus.levels);
}

enum hv_code hw_enter_machine(struct hw *hw, unsigned place, u64 count, u64 *done)
{
    struct cpu *cpu = &hw->m->cpu;
    u64 from = cpu->icount;
    enum trap trap;

    cpu_set_ps(cpu, 0);
    cpu->r[R0] = (u16)place;
    trap = exec_LVMID(cpu, LVMID_R0);
    base_assert(trap == TRAP_NONE);
    if (machine_run_cpu(hw->m, from + count) != EXIT_TRAP)
        call_back(hw);
    hw->entries++;
    *done = cpu->icount - from;
    return (enum hv_code)(hv_read(cpu->hv, HVCSR) >> 8 & 017u);
}
