/* cpu.c - the processor's state: power-up, INIT, the PSW and what depends on it. */
#include "cpu/cpu.h"

#include <string.h>

#include "cpu/access.h"
#include "cpu/debug.h"

/* Where a kernel stack write is checked: below the limit + 400, and at 177776 (F41, F42, F46).
 * Only in kernel mode, and only with register set 0 (F47). The KBS11-A's limit is for user mode. */
static u32 stack_edge(const struct cpu *cpu)
{
    if (likely(!(cpu->ps & (PS_MODE | PS_SET))))
        return (u32)cpu->slr + 0400u + 2u;
    if (likely(!cpu->vmx) || cpu->ps & PS_SET || !vmx_limits(cpu->vmx, cpu_mode(cpu)))
        return 0;
    return (u32)cpu->vmx->vusl + 0400u + 2u;
}

/* PIRQ or BR above the processor's priority? */
static bool irq_wanted(const struct cpu *cpu)
{
    unsigned prio = cpu->ps >> 5 & 7;
    unsigned levels = (cpu->pirq >> 8 & 0376u) | cpu->br;

    return levels >> (prio + 1) != 0 || (cpu->hv && hv_interrupted(cpu->hv));
}

void cpu_update(struct cpu *cpu)
{
    enum mode mode = cpu_mode(cpu);
    u32 attention = cpu->attention & ~(ATTN_T | ATTN_IRQ | ATTN_HV | ATTN_OUTSIDE);

    cpu->map[SPACE_I] = &cpu->mmu.map[mode][SPACE_I];
    cpu->map[SPACE_D] = &cpu->mmu.map[mode][mmu_space(&cpu->mmu, mode, SPACE_D)];
    cpu->stack_edge = stack_edge(cpu);
    if (cpu->ps & PS_T)
        attention |= ATTN_T;
    if (irq_wanted(cpu))
        attention |= ATTN_IRQ;
    if (cpu->hv && cpu->hv->level)
        attention |= ATTN_HV;
    if (cpu->outside)
        attention |= ATTN_OUTSIDE;
    cpu->attention = attention;
}

void cpu_set_ps(struct cpu *cpu, u16 ps)
{
    u16 old = cpu->ps;

    cc_set(&cpu->cc, ps & PS_CC);
    cpu->ps = ps & PS_BITS & (u16)~PS_CC;
    if ((old ^ cpu->ps) & PS_MODE) {
        cpu->sp[old >> 14] = cpu->r[SP];
        cpu->r[SP] = cpu->sp[cpu->ps >> 14];
    }
    if ((old ^ cpu->ps) & PS_SET) {
        for (unsigned i = 0; i < 6; i++) {
            u16 reg = cpu->r[i];
            cpu->r[i] = cpu->alt[i];
            cpu->alt[i] = reg;
        }
    }
    if (old != cpu->ps)
        cpu_update(cpu);
    if (cpu->debug && (old ^ cpu->ps) & PS_MODE)
        debug_mode(cpu, cpu_mode(cpu));
}

u16 cpu_get_sp(const struct cpu *cpu, enum mode mode)
{
    return mode == cpu_mode(cpu) ? cpu->r[SP] : cpu->sp[mode];
}

void cpu_put_sp(struct cpu *cpu, enum mode mode, u16 value)
{
    if (mode == cpu_mode(cpu))
        cpu->r[SP] = value;
    else
        cpu->sp[mode] = value;
}

u16 cpu_mmr1(const struct cpu *cpu)
{
    return cpu->mmu.mmr0 & MMR0_FREEZE ? cpu->mmu.mmr1 : (u16)cpu->changes;
}

u16 cpu_mmr2(const struct cpu *cpu)
{
    return cpu->mmu.mmr0 & MMR0_FREEZE ? cpu->mmu.mmr2 : cpu->start;
}

void cpu_init(struct cpu *cpu, struct ram *ram, struct io io, const struct cpu_ops *ops,
              void *ops_ctx)
{
    memset(cpu, 0, sizeof *cpu);
    cpu->ram = ram;
    cpu->io = io;
    cpu->ops = ops;
    cpu->ops_ctx = ops_ctx;
    cpu->mmu.wide = ram->wide;
    cpu->io_page = ram_io_page(ram);
    cc_set(&cpu->cc, 0);
    cpu_update(cpu);
}

void cpu_reset(struct cpu *cpu)
{
    cpu->pirq = 0;
    cpu->slr = 0;
    mmu_reset(&cpu->mmu);
    cpu->attention &= ~(ATTN_FP | ATTN_POWER | ATTN_YELLOW | ATTN_MMU);
    cpu_update(cpu);
}

void cpu_start(struct cpu *cpu, u16 pc)
{
    cpu->ops->init(cpu->ops_ctx);
    cpu_reset(cpu);
    cpu->attention &= ~(ATTN_WAIT | ATTN_PROTECT);
    cpu->trace = false;
    cpu_set_ps(cpu, 0);
    cpu->r[PC] = pc;
}

bool cpu_power_up(struct cpu *cpu)
{
    u16 pc, ps;

    cpu_start(cpu, 0);
    if (access_read_mode(cpu, MODE_K, SPACE_D, 024, &pc) ||
        access_read_mode(cpu, MODE_K, SPACE_D, 026, &ps))
        return false;
    cpu->r[PC] = pc;
    cpu_set_ps(cpu, ps);
    return true;
}

void cpu_power_fail(struct cpu *cpu)
{
    cpu->attention |= ATTN_POWER;
}

void cpu_set_br(struct cpu *cpu, unsigned levels)
{
    if (unlikely(cpu->hv)) {
        hv_set_br(cpu, levels);
        return;
    }
    cpu->br = (u8)levels;
    cpu_update(cpu);
}

/* What an engine has noted of the modes is to be looked at again, as after a change of the map. */
void cpu_vmx_changed(struct cpu *cpu)
{
    cpu->mmu.version++;
    cpu_update(cpu);
}

void cpu_set_outside(struct cpu *cpu, struct cpu_outside *outside)
{
    cpu->outside = outside;
    cpu->mmu.version++;
    cpu_update(cpu);
}

void cpu_stop(struct cpu *cpu)
{
    cpu->attention |= ATTN_STOP;
}
