/* state.c - see state.h. */
#include "state.h"

#include "base/assert.h"

static void put(struct state *s, const char *name, int index, u64 value)
{
    base_assert(s->count < STATE_MAX);
    s->item[s->count++] = (struct item){name, index, value};
}

static void put_words(struct state *s, const char *name, const u16 *words, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        put(s, name, (int)i, words[i]);
}

static void take_cpu(struct state *s, const struct cpu *cpu)
{
    static const char *const stacks[] = {"KSP", "SSP", "SP of mode 2", "USP"};

    put(s, "icount", -1, cpu->icount);
    put(s, "PC", -1, cpu->r[PC]);
    put(s, "PSW", -1, cpu_ps(cpu));
    put_words(s, "R", cpu->r, 7);
    put_words(s, "other set's R", cpu->alt, 6);
    for (unsigned mode = 0; mode < 4; mode++)
        put(s, stacks[mode], -1, cpu_get_sp(cpu, (enum mode)mode));
    put(s, "attention", -1, cpu->attention & ~(ATTN_STOP | ATTN_WATCH));
    put(s, "trace", -1, cpu->trace);
    put(s, "flows", -1, cpu->flows_at == cpu->icount ? cpu->flows : 0);
    put(s, "PIRQ", -1, cpu->pirq);
    put(s, "SLR", -1, cpu->slr);
    put(s, "BR", -1, cpu->br);
    put(s, "microbreak", -1, cpu->ubreak);
    put(s, "switches", -1, cpu->switches);
    put(s, "display", -1, cpu->display);
    for (int i = 0; i < 6; i++)
        put(s, "AC", i, cpu->fp.ac[i]);
    put(s, "FPS", -1, cpu->fp.fps);
    put(s, "FEC", -1, cpu->fp.fec);
    put(s, "FEA", -1, cpu->fp.fea);
    put(s, "FP11 microbreak", -1, cpu->fp.ubreak);
}

static void take_mmu(struct state *s, const struct cpu *cpu)
{
    static const char *const names[2][3][2] = {
        {{"KIPAR", "KDPAR"}, {"SIPAR", "SDPAR"}, {"UIPAR", "UDPAR"}},
        {{"KIPDR", "KDPDR"}, {"SIPDR", "SDPDR"}, {"UIPDR", "UDPDR"}},
    };

    put(s, "MMR0", -1, cpu->mmu.mmr0);
    put(s, "MMR1", -1, cpu_mmr1(cpu));
    put(s, "MMR2", -1, cpu_mmr2(cpu));
    put(s, "MMR3", -1, cpu->mmu.mmr3);
    put(s, "KT11 trap request", -1, cpu->mmu.trap_request);
    for (unsigned m = 0; m < 3; m++) {
        for (unsigned space = 0; space < 2; space++) {
            unsigned mode = m == 2 ? MODE_U : m;
            put_words(s, names[0][m][space], cpu->mmu.par[mode][space], 8);
            put_words(s, names[1][m][space], cpu->mmu.pdr[mode][space], 8);
        }
    }
}

static u64 field_value(const u8 *at, unsigned size)
{
    switch (size) {
    case 1: return *at;
    case 2: return *(const u16 *)(const void *)at;
    case 4: return *(const u32 *)(const void *)at;
    default: return *(const u64 *)(const void *)at;
    }
}

static void take_device(struct state *s, const struct device *dev)
{
    for (int i = 0; i < DEVICE_LINES; i++)
        put(s, dev->ops->name, i, dev->lines[i].request);
    for (unsigned i = 0; i < dev->ops->reg_count; i++) {
        const struct reg_info *reg = &dev->ops->regs[i];
        const u8 *at = (const u8 *)dev + reg->at;
        for (unsigned k = 0; k < reg->count; k++)
            put(s, reg->name, reg->count == 1 ? -1 : (int)k,
                field_value(at + k * reg->size, reg->size));
    }
}

void state_take(struct state *s, const struct machine *m)
{
    s->count = 0;
    take_cpu(s, &m->cpu);
    take_mmu(s, &m->cpu);
    put(s, "time", -1, machine_time(m));
    for (const struct device *dev = m->bus.devices; dev; dev = dev->next)
        take_device(s, dev);
    for (const struct event *event = m->bus.events.first; event; event = event->next)
        put(s, event->name, -1, event->at);
    put(s, "console input", -1, m->line.count);
    put(s, "console output", -1, m->line.sent);
    for (int i = 0; i < (int)LINE_PAST; i++)
        put(s, "output", i, m->line.past[i]);
}

bool state_equal(const struct state *a, const struct state *b)
{
    if (a->count != b->count)
        return false;
    for (unsigned i = 0; i < a->count; i++)
        if (a->item[i].value != b->item[i].value || a->item[i].name != b->item[i].name)
            return false;
    return true;
}
