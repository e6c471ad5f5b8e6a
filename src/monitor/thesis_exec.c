/* thesis_exec.c - the execution monitor: starts the job, lets it run, calls the dispatcher.
 *
 * Chapter V.C.4, figures 14 and 15. Where MUNIX had fork, exec, wait and CONTIN, here is the bare
 * machine: the job is loaded into the pages of user mode, and machine_run() is the wait. The
 * machine is stopped when it has entered a vector, before the first instruction there: the monitor
 * is what stands at all vectors. Then the processor is put back into the job's user mode.
 */
#include <stdio.h>
#include <string.h>

#include "monitor/thesis_impl.h"

#define SLICE          20000u /* instructions between two looks at the user */
#define KERNEL_STACK   01000u
#define VECTORS_END    0400u
#define PDR_ALL        077406u /* resident, read and write, the whole page */
#define PAGE_BLOCKS    0200u
#define IO_PAGE_BLOCKS 07600u

/* --- the job's state ------------------------------------------------------------------------ */

u16 job_get(const struct thesis *t, u16 addr)
{
    return ram_get(&t->machine->ram, JOB_BASE + addr);
}

void job_put(struct thesis *t, u16 addr, u16 value)
{
    ram_put(&t->machine->ram, JOB_BASE + addr, value);
}

u16 job_ps(const struct thesis *t)
{
    return (u16)(t->ps | cc_get(&t->machine->cpu.cc));
}

/* The real PSW: user mode, with the register set, priority and T of the virtual one, so that
 * hardware does what these ask for. */
static u16 real_ps(u16 ps)
{
    return (u16)(PS_MODE | PS_PREV | (ps & (PS_SET | PS_PRIO | PS_T | PS_CC)));
}

void job_set_ps(struct thesis *t, u16 ps)
{
    struct cpu *cpu = &t->machine->cpu;
    unsigned old = t->ps >> 14, new = ps >> 14;

    if (old != new) {
        t->sp[old] = cpu->r[SP];
        cpu->r[SP] = t->sp[new];
    }
    t->ps = ps & PS_BITS & (u16)~PS_CC;
    cpu_set_ps(cpu, real_ps(ps));
}

/* --- the bare machine ----------------------------------------------------------------------- */

static void on_insn(void *ctx)
{
    struct thesis *t = ctx;

    t->event.at = t->machine->cpu.r[PC];
}

static void on_io(void *ctx, u32 pa, enum io_cycle cycle, u16 value, bool answered) {}

static void on_vector(void *ctx, enum cpu_cause cause, u16 vector, u16 pc, u16 ps)
{
    struct thesis *t = ctx;

    t->event.seen = true;
    t->event.cause = cause;
    t->event.vector = vector;
    t->event.pc = pc;
    t->event.ps = ps;
    cpu_stop(&t->machine->cpu);
}

static void on_abort(void *ctx, const struct mmu_ref *ref)
{
    struct thesis *t = ctx;

    t->event.va = ref->va;
}

static void map_page(struct mmu *mmu, enum mode mode, unsigned page, u32 block, u16 pdr)
{
    mmu->par[mode][SPACE_I][page] = (u16)block;
    mmu->pdr[mode][SPACE_I][page] = pdr;
}

static void map_machine(struct cpu *cpu)
{
    struct mmu *mmu = &cpu->mmu;

    for (unsigned page = 0; page < 7; page++) {
        map_page(mmu, MODE_K, page, page * PAGE_BLOCKS, page ? 0 : PDR_ALL);
        map_page(mmu, MODE_U, page, JOB_BASE / 0100 + page * PAGE_BLOCKS, PDR_ALL);
    }
    map_page(mmu, MODE_K, 7, IO_PAGE_BLOCKS, PDR_ALL);
    map_page(mmu, MODE_U, 7, 0, 0);
    mmu->mmr0 = MMR0_ENABLE;
    mmu->mmr3 = 0;
    mmu_flush(mmu);
    cpu_update(cpu);
}

/* Each vector leads to priority 7 in kernel mode, at an address where nothing is executed. */
static void fill_vectors(struct ram *ram)
{
    for (u32 vector = 0; vector < VECTORS_END; vector += 4) {
        ram_put(ram, vector, VECTORS_END);
        ram_put(ram, vector + 2, PS_PRIO);
    }
}

/* The core image: text and data from .vmm002, zeros. */
static void load_core(struct thesis *t)
{
    u8 *core = t->machine->ram.base + JOB_BASE;
    u32 len = t->file.text + t->file.data;

    memset(core, 0, JOB_SIZE);
    if (len)
        memcpy(core, files_word(&t->file, 0), len);
    ram_wrote(&t->machine->ram, JOB_BASE, JOB_SIZE);
    debugger_insert_all(t);
}

void exec_watch(struct thesis *t, bool on)
{
    struct cpu *cpu = &t->machine->cpu;

    cpu_watch_remove(cpu, &t->watch);
    t->watch = (struct cpu_watch){
        .insn = on_insn, .vector = on_vector, .io = on_io, .abort = on_abort, .ctx = t};
    if (on)
        cpu_watch_add(cpu, &t->watch);
}

/* A bare machine as after power-up and START, and the job in it. */
static void start_job(struct thesis *t)
{
    struct cpu *cpu = &t->machine->cpu;

    load_core(t);
    machine_start(t->machine, t->file.entry);
    fill_vectors(&t->machine->ram);
    map_machine(cpu);
    memset(cpu->r, 0, sizeof(u16) * 6);
    memset(cpu->alt, 0, sizeof cpu->alt);
    memset(cpu->sp, 0, sizeof cpu->sp);
    memset(t->sp, 0, sizeof t->sp);
    cpu->r[SP] = 0;
    cpu_put_sp(cpu, MODE_K, KERNEL_STACK);
    exec_watch(t, true);
    t->ps = 0;
    cpu_set_ps(cpu, real_ps(0));
    la30_start(t);
    t->began = cpu->icount;
    t->trapped = t->simulated = 0;
    memset(t->by_op, 0, sizeof t->by_op);
    t->state = JOB_STARTED;
    t->failed = false;
    vmm_show(t, "exec entry=%06o text=%06o data=%06o base=%06o", t->file.entry, t->file.text,
             t->file.data, JOB_BASE);
}

/* Undo the entry into kernel mode: the processor is again as the job left it. What an instruction
 * that was executed directly did to T or the register set, it did to the virtual PSW as well. */
static void back_to_user(struct thesis *t)
{
    const u16 shared = PS_SET | PS_T;
    struct cpu *cpu = &t->machine->cpu;

    cpu_set_ps(cpu, t->event.ps);
    cpu->r[PC] = t->event.pc;
    cpu_put_sp(cpu, MODE_K, KERNEL_STACK);
    cpu->mmu.mmr0 = MMR0_ENABLE;
    t->ps = (u16)((t->ps & ~shared) | (t->event.ps & shared));
    if (t->event.cause == CAUSE_TRAP)
        t->trapped++;
}

/* --- running ------------------------------------------------------------------------------ */

static u64 executed(const struct thesis *t)
{
    return t->machine->cpu.icount - t->began;
}

bool exec_interrupted(struct thesis *t)
{
    if (!t->io.interrupted || !t->io.interrupted(t->io.ctx))
        return false;
    vmm_say(t, "interrupted, PC %06o", t->machine->cpu.r[PC]);
    return true;
}

/* The machine stands without having entered a vector. False: the job is not to go on. */
static bool idle(struct thesis *t, enum stop stop)
{
    struct machine *m = t->machine;

    if (stop == STOP_HOST) {
        t->failure = m->failure;
        return false;
    }
    if (t->limit && executed(t) >= t->limit) {
        vmm_say(t, "stopped after %llu instructions, PC %06o: it did not halt (restriction %u)",
                (unsigned long long)executed(t), m->cpu.r[PC], R_HALT);
        t->failed = true;
        return false;
    }
    if (exec_interrupted(t))
        return false;
    return la30_idle(t);
}

/* Let the machine run until it enters a vector, or the job is not to go on: false. */
static bool run_to_event(struct thesis *t)
{
    struct machine *m = t->machine;

    t->event = (struct job_event){0};
    while (!t->event.seen) {
        u64 icount = m->cpu.icount + SLICE;
        enum stop stop;
        if (t->limit && icount > t->began + t->limit)
            icount = t->began + t->limit;
        stop = machine_run(m, icount, machine_time(m) + SLICE);
        la30_show(t);
        if (!t->event.seen && !idle(t, stop))
            return false;
    }
    back_to_user(t);
    vmm_show(t, "event vector=%03o pc=%06o ps=%06o cause=%u", t->event.vector, t->event.pc,
             t->event.ps, (unsigned)t->event.cause);
    return true;
}

static void end_job(struct thesis *t, enum verdict verdict)
{
    unsigned lost = la30_lose(t);

    la30_drain(t);
    la30_show(t);
    t->state = JOB_ENDED;
    t->failed = verdict == ABORTED;
    exec_watch(t, false);
    if (verdict == DONE)
        vmm_say(t, "HALT at %06o: the job is done", (u16)(t->machine->cpu.r[PC] - 2));
    if (lost)
        vmm_say(t, "%o characters that were typed were not read", lost);
    if (t->stats)
        exec_stats(t);
}

void exec_job(struct thesis *t)
{
    enum verdict verdict = GO;

    t->input_end = false;
    if (t->state != JOB_STARTED)
        start_job(t);
    vmm_show(t, "continue pc=%06o ps=%06o", t->machine->cpu.r[PC], job_ps(t));
    while (verdict == GO) {
        if (!run_to_event(t))
            return;
        verdict = dispatch_event(t);
    }
    if (verdict != BREAK)
        end_job(t, verdict);
}

void exec_stats(struct thesis *t)
{
    u64 direct = executed(t) - t->trapped, all = direct + t->simulated;

    vmm_say(t, "%llu instructions, %llu of them executed directly (%.1f%%), %llu simulated",
            (unsigned long long)all, (unsigned long long)direct,
            all ? 100.0 * (double)direct / (double)all : 0.0, (unsigned long long)t->simulated);
    for (unsigned op = 0; op < OP_COUNT; op++)
        if (t->by_op[op])
            vmm_say(t, "  %-6s %llu", isa_info[op].text, (unsigned long long)t->by_op[op]);
}
