/* measure.c - counting: see measure.h. */
#include "monitor/measure.h"

#include <stddef.h>
#include <string.h>

#include "machine/record.h"
#include "monitor/trace_lines.h"

unsigned measure_operand(unsigned spec)
{
    static const u8 with_pc[8] = {0, 1, 8, 9, 4, 5, 10, 11};
    unsigned mode = spec >> 3 & 7;

    return (spec & 7) == PC ? with_pc[mode] : mode;
}

u64 measure_insns(const struct measure *m)
{
    u64 sum = 0;

    for (unsigned mode = 0; mode < MEASURE_MODES; mode++)
        sum += m->insns[mode];
    return sum;
}

static void count_mix(struct measure *m, enum mode mode, u16 pc)
{
    const char *operands;
    u16 words[3];
    enum op op;

    if (!trace_fetch(m->machine, mode, pc, words)) {
        m->unread++;
        return;
    }
    op = isa_op(words[0]);
    m->op[mode][op]++;
    operands = isa_form[isa_info[op].form].operands;
    if (strchr(operands, 's'))
        m->operand[mode][0][measure_operand(words[0] >> 6 & 077u)]++;
    if (strchr(operands, 'd') || strchr(operands, 'f'))
        m->operand[mode][1][measure_operand(words[0] & 077u)]++;
}

static void on_insn(void *ctx)
{
    struct measure *m = ctx;
    const struct cpu *cpu = &m->machine->cpu;
    enum mode mode = cpu_mode(cpu);

    if (record_silent(m->machine))
        return;
    m->insns[mode]++;
    if (m->what & MEASURE_MIX)
        count_mix(m, mode, cpu->r[PC]);
    if (m->what & MEASURE_HOT)
        m->hot[mode][cpu->r[PC] / 2]++;
}

static void count_reference(u64 *counts, enum cpu_access access)
{
    switch (access) {
    case ACCESS_READ: counts[HEAT_READ]++; break;
    case ACCESS_FETCH: counts[HEAT_FETCH]++; break;
    case ACCESS_MODIFY:
        counts[HEAT_READ]++;
        counts[HEAT_WRITE]++;
        break;
    case ACCESS_WRITE: counts[HEAT_WRITE]++; break;
    }
}

static void on_reference(void *ctx, const struct mmu_ref *ref, enum cpu_access access, u32 pa)
{
    struct measure *m = ctx;
    const struct mmu *mmu = &m->machine->cpu.mmu;
    enum space space = SPACE_I;

    if (record_silent(m->machine))
        return;
    if (mmu->mmr0 & MMR0_ENABLE)
        space = mmu_space(mmu, ref->mode, ref->space);
    count_reference(m->page[ref->mode][space][ref->va >> 13], access);
    count_reference(m->block[pa / MEASURE_BLOCK % MEASURE_BLOCKS], access);
}

void measure_on(struct measure *m, struct machine *machine, unsigned what)
{
    measure_off(m);
    m->machine = machine;
    m->what = what;
    m->on = true;
    m->watch = (struct cpu_watch){
        .insn = on_insn, .reference = what & MEASURE_HEAT ? on_reference : NULL, .ctx = m};
    cpu_watch_add(&machine->cpu, &m->watch);
}

void measure_off(struct measure *m)
{
    if (m->on)
        cpu_watch_remove(&m->machine->cpu, &m->watch);
    m->on = false;
}

void measure_reset(struct measure *m)
{
    memset((u8 *)m + offsetof(struct measure, insns), 0,
           sizeof *m - offsetof(struct measure, insns));
}
