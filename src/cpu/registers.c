/* registers.c - the processor's own registers in the I/O page: see registers.h. */
#include "cpu/registers.h"

#include "cpu/debug.h"
#include "cpu/idle.h"
#include "cpu/watch.h"

#define PA_MMU      0772200u /* the first PDR */
#define PA_MMR3     0772516u
#define PA_MMR0     0777572u
#define PA_MMR1     0777574u
#define PA_MMR2     0777576u
#define PA_SWITCHES 0777570u
#define PA_UBREAK   0777770u
#define PA_PIRQ     0777772u
#define PA_SLR      0777774u
#define PA_PSW      0777776u

unsigned registers_pirq_level(u16 requests)
{
    unsigned level = 0;

    for (unsigned bits = requests >> 9; bits; bits >>= 1)
        level++;
    return level;
}

u16 registers_pirq(u16 requests)
{
    unsigned level = registers_pirq_level(requests);

    return (u16)(requests | level << 5 | level << 1);
}

/* Below the processor's registers, and none of the KT11-C. */
static bool is_outside(u32 pa)
{
    return pa < PA_SWITCHES && (pa < PA_MMU || pa > PA_MMR3);
}

/* A word of the program, which has been fetched: no check, no effect. */
static bool program_word(const struct cpu *cpu, u16 va, u16 *word)
{
    u32 pa = mmu_mapped(&cpu->mmu, cpu_mode(cpu), SPACE_I, va);

    if ((cpu->hv && cpu->hv->level && !hv_look(cpu, &pa)) || pa >= cpu->ram->size)
        return false;
    *word = ram_get(cpu->ram, pa);
    return true;
}

/* The reference before `own`, an operand's: to its pointer, or else to the program. MMR0<6:1>
 * follow all references but the one that reads MMR0 (DEC's EKBEE1 tests 55-57); this spares noting
 * each. (Not found: the source of an instruction whose destination MMR0 is, in modes 1, 2, 4.) */
static struct mmu_ref ref_before(const struct cpu *cpu, const struct mmu_ref *own)
{
    struct mmu_ref program = {cpu_mode(cpu), SPACE_I, (u16)(cpu->r[PC] - 2), false}, pointer;
    u16 insn, index;
    unsigned spec, reg;

    if (!program_word(cpu, cpu->start, &insn))
        return program;
    spec = insn & 077u;
    if (isa_info[isa_op(insn)].form == FORM_SD && !own->write && insn & 07000)
        spec = insn >> 6 & 077u;
    reg = spec & 7;
    pointer = (struct mmu_ref){program.mode, SPACE_D, cpu->r[reg], false};
    switch (spec >> 3) {
    case 3: pointer.va = (u16)(pointer.va - 2); break;
    case 5: break;
    case 7:
        if (!program_word(cpu, program.va, &index))
            return program;
        pointer.va = (u16)(pointer.va + index);
        return pointer;
    default: return program;
    }
    return reg == PC ? program : pointer;
}

static bool mmr0_read(const struct cpu *cpu, const struct mmu_ref *ref, u16 *value)
{
    struct mmu_ref before;

    if (!ref)
        return mmu_read(&cpu->mmu, PA_MMR0, NULL, value);
    before = ref_before(cpu, ref);
    return mmu_read(&cpu->mmu, PA_MMR0, &before, value);
}

static bool do_read(struct cpu *cpu, u32 pa, const struct mmu_ref *ref, enum io_cycle cycle,
                    u16 *value)
{
    switch (pa) {
    case PA_PSW: *value = cpu_ps(cpu); return true;
    case PA_SLR: *value = cpu->slr; return true;
    case PA_PIRQ: *value = registers_pirq(cpu->pirq); return true;
    case PA_UBREAK: *value = cpu->ubreak; return true;
    case PA_SWITCHES: *value = cpu->switches; return true;
    case PA_MMR0: return mmr0_read(cpu, ref, value);
    case PA_MMR1: *value = cpu_mmr1(cpu); return true;
    case PA_MMR2: *value = cpu_mmr2(cpu); return true;
    }
    if (!is_outside(pa) && mmu_read(&cpu->mmu, pa, ref, value))
        return true;
    if (!cpu->io.ops->read(cpu->io.ctx, pa, cycle, value))
        return false;
    if (ref && cycle == IO_DATI)
        idle_poll(cpu, pa, *value);
    return true;
}

bool registers_read(struct cpu *cpu, u32 pa, const struct mmu_ref *ref, enum io_cycle cycle,
                    u16 *value)
{
    bool answered = do_read(cpu, pa, ref, cycle, value);

    if (cpu->watch)
        watch_io(cpu, pa, cycle, answered ? *value : 0, answered);
    if (cpu->debug && answered)
        debug_io(cpu, pa, cycle, *value);
    return answered;
}

/* Of the processor's own registers those that do not depend on the instruction that reads. */
static bool own_register(const struct cpu *cpu, u32 pa, u16 *value)
{
    switch (pa) {
    case PA_SLR: *value = cpu->slr; return true;
    case PA_PIRQ: *value = registers_pirq(cpu->pirq); return true;
    case PA_UBREAK: *value = cpu->ubreak; return true;
    case PA_SWITCHES: *value = cpu->switches; return true;
    case PA_PSW:
    case PA_MMR0: return false;
    default: return mmu_read(&cpu->mmu, pa, NULL, value);
    }
}

bool registers_poll(struct cpu *cpu, u32 pa, bool loop, u16 *value)
{
    for (const struct cpu_watch *w = cpu->watch; w; w = w->next)
        if (w->io && !w->devices)
            return false;
    if (!cpu->io.ops->poll || !cpu->io.ops->poll(cpu->io.ctx, pa, value))
        return own_register(cpu, pa, value);
    if (loop) {
        if (idle_waits(cpu, pa, *value))
            return false;
        idle_note(cpu, pa, *value);
    }
    if (cpu->watch)
        watch_io(cpu, pa, IO_DATI, *value, true);
    return true;
}

static void merge(u16 *reg, u16 value, u16 mask)
{
    *reg = (u16)((*reg & ~mask) | (value & mask));
}

/* A program's write to the PSW: every implemented bit but T (F30, F39). */
static void psw_write(struct cpu *cpu, u16 value, u16 mask)
{
    u16 ps = cpu_ps(cpu);

    merge(&ps, value, mask & PS_WRITE);
    cpu_set_ps(cpu, ps);
}

/* MMR0-3, PAR, PDR. Freezing MMR0 by a write holds MMR1 and MMR2 as they are, as an abort does. */
static bool mmu_register_write(struct cpu *cpu, u32 pa, const struct mmu_ref *ref, u16 value,
                               u16 mask)
{
    u16 mmr1 = cpu_mmr1(cpu), mmr2 = cpu_mmr2(cpu);

    if (!mmu_write(&cpu->mmu, pa, ref, value, mask))
        return false;
    cpu->mmu.mmr1 = mmr1;
    cpu->mmu.mmr2 = mmr2;
    cpu_update(cpu);
    return true;
}

static bool do_write(struct cpu *cpu, u32 pa, const struct mmu_ref *ref, enum io_cycle cycle,
                     u16 value)
{
    u16 mask = (u16)(cycle == IO_DATO ? 0177777 : pa & 1 ? 0177400 : 0377);
    u16 word = (u16)(cycle == IO_DATOB && pa & 1 ? value << 8 : value);

    switch (pa & ~1u) {
    case PA_PSW: psw_write(cpu, word, mask); return true;
    case PA_SLR:
        merge(&cpu->slr, word, mask & 0177400u);
        cpu_update(cpu);
        return true;
    case PA_PIRQ:
        merge(&cpu->pirq, word, mask & 0177000u);
        cpu_update(cpu);
        return true;
    case PA_UBREAK: merge(&cpu->ubreak, word, mask & 0377u); return true;
    case PA_SWITCHES: merge(&cpu->display, word, mask); return true;
    case PA_MMR1:
    case PA_MMR2: return true; /* read only */
    }
    return mmu_register_write(cpu, pa & ~1u, ref, word, mask) ||
           cpu->io.ops->write(cpu->io.ctx, pa, cycle, value);
}

bool registers_write(struct cpu *cpu, u32 pa, const struct mmu_ref *ref, enum io_cycle cycle,
                     u16 value)
{
    bool answered = do_write(cpu, pa, ref, cycle, value);

    if (cpu->watch)
        watch_io(cpu, pa, cycle, value, answered);
    if (cpu->debug && answered)
        debug_io(cpu, pa, cycle, value);
    return answered;
}
