/* trace_lines.c - lines of what happens, and the filter before them: see trace_lines.h. */
#include "monitor/trace_lines.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "isa/dis.h"
#include "machine/record.h"
#include "monitor/place.h"

const char *const trace_words[TRACE_WHAT + 1] = {"insn", "trap", "io", "mmu", "irq", NULL};

static const char mode_letter[] = "ks?u";

/* A word of a program: in memory, or in the bootstrap's, which has no effects either. */
static bool program_word(const struct machine *m, struct place place, u16 *word)
{
    enum place_status status = place_read(m, place, word);
    u32 pa;

    if (status != PLACE_IO || place_pa(m, place, &pa))
        return status == PLACE_OK;
    pa = io_bus(pa);
    if (pa < ROM_BASE || pa >= ROM_BASE + 2 * ROM_WORDS ||
        m->bus.slots[(pa - IO_PAGE) / 2] != &m->rom.dev)
        return false;
    *word = m->rom.words[(pa - ROM_BASE) / 2];
    return true;
}

unsigned trace_fetch(const struct machine *m, enum mode mode, u16 pc, u16 words[3])
{
    struct place place = {.mode = mode, .space = SPACE_I, .at = pc};
    unsigned count = 0, wanted = 1;

    while (count < wanted && program_word(m, place_at(place, 2 * count), &words[count]))
        if (count++ == 0)
            wanted = isa_length(words[0]);
    return count;
}

/* What a line is about, for the filter. */
struct happening {
    unsigned what; /* the TRACE_ bit */
    enum mode mode;
    u16 pc;
    bool has_pa;
    u32 pa; /* of the register */
    u16 vector;
};

static bool in_range(const struct tracer *t, const struct happening *h)
{
    const struct trace_filter *f = &t->filter;
    u32 at = h->pa;

    switch (f->where) {
    case TRACE_ANYWHERE: return true;
    case TRACE_VIRTUAL: return h->pc >= f->first && h->pc <= f->last;
    case TRACE_PHYSICAL: break;
    }
    if (!h->has_pa &&
        place_pa(t->machine, (struct place){.mode = h->mode, .space = SPACE_I, .at = h->pc}, &at))
        return false;
    return at >= f->first && at <= f->last;
}

static bool of_device(const struct tracer *t, const struct happening *h)
{
    const struct device *dev = t->filter.device;

    if (!dev)
        return true;
    if (h->what == TRACE_IO)
        return h->pa >= IO_PAGE && t->machine->bus.slots[(h->pa - IO_PAGE) / 2] == dev;
    for (unsigned i = 0; h->what == TRACE_IRQ && i < DEVICE_LINES; i++)
        if (dev->lines[i].level && dev->lines[i].vector == h->vector)
            return true;
    return h->what != TRACE_IRQ;
}

static bool wanted(const struct tracer *t, const struct happening *h)
{
    const struct trace_filter *f = &t->filter;

    if (!(t->what & h->what) || record_silent(t->machine))
        return false;
    if (f->modes && !(f->modes >> h->mode & 1))
        return false;
    if (f->by_vector && h->what & (TRACE_TRAP | TRACE_IRQ) &&
        (h->vector < f->vector || h->vector > f->last_vector))
        return false;
    return in_range(t, h) && of_device(t, h) && (!f->wanted || f->wanted(t->ctx));
}

/* A line: the count, the word, what `fmt` says. */
static void __attribute__((format(printf, 3, 4)))
put(const struct tracer *t, const char *word, const char *fmt, ...)
{
    char text[TRACE_LINE_MAX];
    size_t used;
    va_list ap;

    used = (size_t)snprintf(text, sizeof text, "%10" PRIu64 " %-4s ", t->machine->cpu.icount, word);
    va_start(ap, fmt);
    vsnprintf(text + used, sizeof text - used - 1, fmt, ap);
    va_end(ap);
    strcat(text, "\n");
    t->line(t->ctx, text, strlen(text));
}

static void on_insn(void *ctx)
{
    const struct tracer *t = ctx;
    const struct cpu *cpu = &t->machine->cpu;
    const u16 *r = cpu->r;
    u16 words[3] = {0};
    char text[DIS_TEXT_MAX] = "?", name[TRACE_NAME_MAX] = "";
    unsigned count;

    if (!wanted(t, &(struct happening){.what = TRACE_INSN, .mode = cpu_mode(cpu), .pc = r[PC]}))
        return;
    count = trace_fetch(t->machine, cpu_mode(cpu), r[PC], words);
    if (count)
        dis_insn(words, count, r[PC], text, sizeof text);
    if (t->name)
        t->name(t->ctx, r[PC], name);
    put(t, "insn", "%c %06o %06o  %-32s %06o %06o %06o %06o %06o %06o %06o %06o%s%s",
        mode_letter[cpu_mode(cpu)], r[PC], words[0], text, r[0], r[1], r[2], r[3], r[4], r[5],
        r[SP], cpu_ps(cpu), name[0] ? "  " : "", name);
}

static void on_vector(void *ctx, enum cpu_cause cause, u16 vector, u16 pc, u16 ps)
{
    const struct tracer *t = ctx;
    const struct cpu *cpu = &t->machine->cpu;
    bool irq = cause == CAUSE_INTERRUPT;

    if (!wanted(t, &(struct happening){.what = irq ? TRACE_IRQ : TRACE_TRAP,
                                       .mode = (enum mode)(ps >> 14),
                                       .pc = pc,
                                       .vector = vector}))
        return;
    put(t, irq ? "irq" : "trap", "%03o from pc %06o ps %06o to pc %06o ps %06o%s", vector, pc, ps,
        cpu->r[PC], cpu_ps(cpu), cause == CAUSE_REQUEST ? " (request)" : "");
}

/* The register of a device at `pa`: its name, or an empty text. */
static const char *register_name(const struct machine *m, u32 pa)
{
    const struct device *dev = m->bus.slots[(pa - IO_PAGE) / 2];

    for (unsigned i = 0; dev && i < dev->ops->reg_count; i++)
        if (dev->ops->regs[i].offset == (pa & ~1u) - dev->base)
            return dev->ops->regs[i].name;
    return "";
}

static void on_io(void *ctx, u32 pa, enum io_cycle cycle, u16 value, bool answered)
{
    static const char *const cycles[] = {"DATI", "DATIP", "DATO", "DATOB"};
    const struct tracer *t = ctx;
    const struct cpu *cpu = &t->machine->cpu;
    bool mmu = mmu_is_register(pa);

    if (!wanted(t, &(struct happening){.what = mmu ? TRACE_MMU : TRACE_IO,
                                       .mode = cpu_mode(cpu),
                                       .pc = cpu->start,
                                       .has_pa = true,
                                       .pa = pa}))
        return;
    if (answered)
        put(t, mmu ? "mmu" : "io", "%-5s %06o %06o %s", cycles[cycle], pa, value,
            register_name(t->machine, pa));
    else
        put(t, mmu ? "mmu" : "io", "%-5s %06o time-out", cycles[cycle], pa);
}

static void on_abort(void *ctx, const struct mmu_ref *ref)
{
    const struct tracer *t = ctx;
    const struct mmu *mmu = &t->machine->cpu.mmu;
    enum space space = mmu_space(mmu, ref->mode, ref->space);

    if (!wanted(t, &(struct happening){
                       .what = TRACE_MMU, .mode = ref->mode, .pc = t->machine->cpu.start}))
        return;
    put(t, "mmu", "abort %s %c%c %06o par %06o pdr %06o mmr0 %06o", ref->write ? "write" : "read",
        mode_letter[ref->mode], space == SPACE_D ? 'd' : 'i', ref->va,
        mmu->par[ref->mode][space][ref->va >> 13], mmu->pdr[ref->mode][space][ref->va >> 13],
        mmu->mmr0);
}

void tracer_start(struct tracer *t, struct machine *m)
{
    t->machine = m;
    t->watch = (struct cpu_watch){.insn = t->what & TRACE_INSN ? on_insn : NULL,
                                  .vector = on_vector,
                                  .io = on_io,
                                  .abort = on_abort,
                                  .ctx = t};
    cpu_watch_add(&m->cpu, &t->watch);
}

void tracer_stop(struct tracer *t)
{
    if (t->machine)
        cpu_watch_remove(&t->machine->cpu, &t->watch);
    t->machine = NULL;
}
