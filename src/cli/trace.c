/* trace.c - lines and counts of what happens: see trace.h. */
#include "cli/trace.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "cli/run_options.h"
#include "isa/dis.h"

static const char mode_letter[] = "ks?u";

/* The word that the processor would fetch at `va`, without touching anything. */
static u16 fetch(const struct machine *m, u16 va)
{
    const struct mmu *mmu = &m->cpu.mmu;
    u32 pa = va;

    if (mmu->mmr0 & MMR0_ENABLE)
        pa = (((u32)mmu->par[cpu_mode(&m->cpu)][SPACE_I][va >> 13] << 6) + (va & 017777u)) &
             (IO_SPACE - 1);
    return pa < m->ram.size && !(pa & 1) ? ram_get(&m->ram, pa) : 0;
}

static void begin(struct trace *t, const char *what)
{
    fprintf(t->file, "%10" PRIu64 " %-4s ", t->machine->cpu.icount, what);
}

static void on_insn(void *ctx)
{
    struct trace *t = ctx;
    const struct cpu *cpu = &t->machine->cpu;
    u16 words[3];
    char text[DIS_TEXT_MAX];

    for (unsigned i = 0; i < 3; i++)
        words[i] = fetch(t->machine, (u16)(cpu->r[PC] + 2 * i));
    dis_insn(words, 3, cpu->r[PC], text, sizeof text);
    begin(t, "insn");
    fprintf(t->file, "%c %06o %06o  %-32s", mode_letter[cpu_mode(cpu)], cpu->r[PC], words[0], text);
    for (unsigned i = 0; i < 7; i++)
        fprintf(t->file, " %06o", cpu->r[i]);
    fprintf(t->file, " %06o\n", cpu_ps(cpu));
}

static void on_vector(void *ctx, enum cpu_cause cause, u16 vector, u16 pc, u16 ps)
{
    static const char *const name[] = {"trap", "trap", "irq"};
    struct trace *t = ctx;
    bool irq = cause == CAUSE_INTERRUPT;

    (irq ? t->interrupts : t->traps)[vector / 4 % TRACE_VECTORS]++;
    if (!t->file || !(t->what & (irq ? TRACE_IRQ : TRACE_TRAP)))
        return;
    begin(t, name[cause]);
    fprintf(t->file, "%03o from pc %06o ps %06o to pc %06o ps %06o%s\n", vector, pc, ps,
            t->machine->cpu.r[PC], cpu_ps(&t->machine->cpu),
            cause == CAUSE_REQUEST ? " (request)" : "");
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
    static const char *const name[] = {"DATI", "DATIP", "DATO", "DATOB"};
    struct trace *t = ctx;
    bool mmu = mmu_is_register(pa);

    if (pa == DL11_BASE && cycle != IO_DATO && cycle != IO_DATOB && !(value & 0200))
        t->polls++;
    if (!t->file || !(t->what & (mmu ? TRACE_MMU : TRACE_IO)))
        return;
    begin(t, mmu ? "mmu" : "io");
    fprintf(t->file, "%-5s %06o ", name[cycle], pa);
    if (answered)
        fprintf(t->file, "%06o %s\n", value, register_name(t->machine, pa));
    else
        fprintf(t->file, "time-out\n");
}

static void on_abort(void *ctx, const struct mmu_ref *ref)
{
    struct trace *t = ctx;
    const struct mmu *mmu = &t->machine->cpu.mmu;
    enum space space = mmu_space(mmu, ref->mode, ref->space);

    t->aborts++;
    if (!t->file || !(t->what & TRACE_MMU))
        return;
    begin(t, "mmu");
    fprintf(t->file, "abort %s %c%c %06o par %06o pdr %06o mmr0 %06o\n",
            ref->write ? "write" : "read", mode_letter[ref->mode], space == SPACE_D ? 'd' : 'i',
            ref->va, mmu->par[ref->mode][space][ref->va >> 13],
            mmu->pdr[ref->mode][space][ref->va >> 13], mmu->mmr0);
}

int trace_open(struct trace *t, struct machine *m, unsigned what, const char *path, struct err *err)
{
    memset(t, 0, sizeof *t);
    t->machine = m;
    t->what = what;
    if (what && path) {
        t->file = fopen(path, "w");
        if (!t->file)
            return err_set(err, errno, "--trace-file %s: %s", path, strerror(errno));
        t->opened = true;
    } else if (what) {
        t->file = stderr;
    }
    t->watch = (struct cpu_watch){.insn = what & TRACE_INSN ? on_insn : NULL,
                                  .vector = on_vector,
                                  .io = on_io,
                                  .abort = on_abort,
                                  .ctx = t};
    cpu_watch_add(&m->cpu, &t->watch);
    return 0;
}

int trace_close(struct trace *t, struct err *err)
{
    int rc = 0;

    if (!t->machine)
        return 0;
    cpu_watch_remove(&t->machine->cpu, &t->watch);
    if (t->file) {
        errno = 0;
        rc = ferror(t->file) || (t->opened ? fclose(t->file) : fflush(t->file)) ? -1 : 0;
        if (rc)
            rc = err_set(err, errno ? errno : EIO, "the trace: %s", strerror(errno ? errno : EIO));
    }
    t->file = NULL;
    return rc;
}
