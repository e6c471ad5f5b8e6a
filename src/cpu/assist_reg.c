/* assist_reg.c - VM-assist and the guest's own registers, which its virtual I/O page holds: PSW,
 * stack limit and PIRQ. See assist.h.
 *
 * They are read and written as registers.c does the processor's. A write after which the guest
 * would need its monitor is refused: the reference aborts, as without VM-assist. Of an instruction
 * that reads and writes, the value is known only at the DATO; there a refusal takes back what was
 * done since the DATIP, so that it is the DATIP that aborts.
 */
#include "cpu/assist_impl.h"
#include "cpu/registers.h"

#include <string.h>

#define VIRTUAL(pa) (ASSIST_PLACE | (pa))

static void merge(u16 *reg, u16 value, u16 mask)
{
    *reg = (u16)((*reg & ~mask) | (value & mask));
}

u16 assist_read(const struct cpu *cpu, u32 pa)
{
    switch (pa & ~1u) {
    case VIRTUAL(0777776): return assist_ps(cpu);
    case VIRTUAL(0777774): return block_get(cpu, VAB_SLR) & 0177400u;
    default: return registers_pirq(block_get(cpu, VAB_PIRQ) & 0177000u);
    }
}

static bool psw_write(struct cpu *cpu, const struct mmu_ref *ref, u16 value, u16 mask)
{
    u16 ps = assist_ps(cpu);

    merge(&ps, value, mask & PS_WRITE);
    if (!assist_is_usual(cpu, ps))
        return false;
    assist_mark(cpu, ref);
    assist_load_ps(cpu, ps);
    return true;
}

/* The real user stack limit is the guest's. */
static bool slr_write(struct cpu *cpu, const struct mmu_ref *ref, u16 value, u16 mask)
{
    u16 slr = block_get(cpu, VAB_SLR) & VUSL_WRITE;

    if (!block_flag(cpu, VAB_MAP_LIMIT))
        return false;
    assist_mark(cpu, ref);
    merge(&slr, value, mask & VUSL_WRITE);
    block_put(cpu, VAB_SLR, slr);
    cpu->vmx->vusl = slr;
    cpu_vmx_changed(cpu);
    return true;
}

static bool pirq_write(struct cpu *cpu, const struct mmu_ref *ref, u16 value, u16 mask)
{
    u16 pirq = block_get(cpu, VAB_PIRQ) & 0177000u;

    merge(&pirq, value, mask & 0177000u);
    if (registers_pirq_level(pirq) > (assist_ps(cpu) >> 5 & 7u))
        return false;
    assist_mark(cpu, ref);
    block_put(cpu, VAB_PIRQ, pirq);
    return true;
}

bool assist_write(struct cpu *cpu, u32 pa, const struct mmu_ref *ref, enum io_cycle cycle,
                  u16 value)
{
    u16 mask = (u16)(cycle == IO_DATO ? 0177777 : pa & 1 ? 0177400 : 0377);
    u16 word = (u16)(cycle == IO_DATOB && pa & 1 ? value << 8 : value);

    switch (pa & ~1u) {
    case VIRTUAL(0777776): return psw_write(cpu, ref, word, mask);
    case VIRTUAL(0777774): return slr_write(cpu, ref, word, mask);
    default: return pirq_write(cpu, ref, word, mask);
    }
}

void assist_note(struct cpu *cpu)
{
    memcpy(cpu->vmx->back.r, cpu->r, sizeof cpu->r);
    cpu->vmx->back.cc = cpu->cc;
}

void assist_back(struct cpu *cpu)
{
    memcpy(cpu->r, cpu->vmx->back.r, sizeof cpu->r);
    cpu->cc = cpu->vmx->back.cc;
}
