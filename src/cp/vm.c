/* vm.c - making a VM, and its engine: direct execution as far as it goes, the dispatcher where it
 * does not.
 *
 * For direct execution the VM's registers go to the bare machine's processor and its shadow map is
 * put in force. The bare machine is never in kernel mode while a VM runs, and its priority is 0;
 * mode, previous mode and priority of the VM stay in the VM's own PSW ("virtual mode bit held in
 * software"). A VM with a pending request, a trace bit or a debugger goes on simulated.
 */
#include "cp/vm.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cp/block.h"
#include "cp/dispatch.h"
#include "cp/prep.h"
#include "cp/relay.h"
#include "cp/shadow.h"
#include "cpu/idle.h"

#define VEC_MMU 0250u

/* What an instruction leaves pending for after it. */
#define ATTN_DIRECT (ATTN_YELLOW | ATTN_FP | ATTN_PROTECT | ATTN_WAIT)

/* Where a stretch of direct execution runs. */
struct where {
    enum mode mode, place; /* virtual and real; place MODE_K: it must be simulated */
    /* MFPx and MTPx are executed, and reach into this one; MODE_ILLEGAL: they trap, or there is no
     * other mode for them to reach into. */
    enum mode other, other_place;
    enum mode prev; /* the real previous mode */
};

/* All real modes are as the VM's own: MFPx, MTPx, RTI and RTT do not trap. */
static bool is_natural(const struct vm *vm)
{
    return !vm->kbs && !vm->method->prep;
}

/* The place of the mode that MFPx and MTPx reach into; where all modes are in real user mode, that
 * is supervisor mode. Without the KBS11-A they do; PSW, mode and previous mode then are as in the
 * VM, between its supervisor and user mode. */
static void place_moves(const struct vm *vm, struct where *w)
{
    enum mode prev = cpu_prev_mode(&vm->m->cpu);

    if (is_natural(vm))
        w->other = w->mode == MODE_S ? MODE_U : MODE_S;
    else if (vm->moves && w->mode != MODE_S && (prev == MODE_K || prev == MODE_U))
        w->other = prev;
    else
        return;
    w->prev = vm->place[prev];
    if (w->other == w->mode) {
        w->other = MODE_ILLEGAL;
        return;
    }
    w->other_place = vm->place[w->other];
    if (w->other_place == w->place) /* all modes are in user mode: the other one is beside it */
        w->other_place = w->prev = MODE_S;
    if (is_natural(vm) && w->prev == MODE_K)
        w->place = MODE_K; /* they would reach into the bare machine's kernel */
}

static struct where where_to_run(const struct vm *vm)
{
    const struct cpu *cpu = &vm->m->cpu;
    enum mode mode = cpu_mode(cpu);
    struct where w = {mode, MODE_K, MODE_ILLEGAL, MODE_ILLEGAL, MODE_K};

    if (cpu->attention || cpu->debug || cpu->mmu.mmr0 & MMR0_MAINT)
        return w;
    if (vm->method->prep && !prep_runs(vm))
        return w;
    w.place = w.prev = vm->place[mode];
    if (w.place != MODE_K)
        place_moves(vm, &w);
    return w;
}

static void load(struct vm *vm, const struct where *w)
{
    const struct cpu *cpu = &vm->m->cpu;
    struct hw *hw = &vm->host->hw;
    struct cpu *real = &hw->m->cpu;

    shadow_load(vm, w->mode, w->place);
    if (w->other != MODE_ILLEGAL)
        shadow_load(vm, w->other, w->other_place);
    hw_set_trapping(hw, vm->kbs, !is_natural(vm) && w->other == MODE_ILLEGAL);
    if (!vm->assist)
        hw_set_assist(hw, 0, 0);
    if (vm->kbs)
        hw_set_limit(hw, cpu->slr, w->mode == MODE_K && w->place == MODE_U);
    cpu_set_ps(real,
               (u16)((unsigned)w->place << 14 | (unsigned)w->prev << 12 | (cpu->ps & PS_SET)));
    memcpy(real->r, cpu->r, sizeof real->r);
    memcpy(real->alt, cpu->alt, sizeof real->alt);
    real->cc = cpu->cc;
    if (w->other != MODE_ILLEGAL)
        real->sp[w->other_place] = cpu->sp[w->other];
}

/* Back to the VM. Without the KBS11-A an RTI may have raised its mode, or set T. */
static void unload(struct vm *vm, const struct where *w)
{
    struct cpu *cpu = &vm->m->cpu, *real = &vm->host->hw.m->cpu;
    u16 bits = is_natural(vm) ? PS_SET | PS_T | PS_MODE | PS_PREV : PS_SET | PS_T;
    u32 pending = real->attention & ATTN_DIRECT;

    shadow_collect(vm, vm->assist ? block_unload(vm) : w->mode, w->place);
    if (w->other != MODE_ILLEGAL) {
        shadow_collect(vm, w->other, w->other_place);
        cpu->sp[w->other] = real->sp[w->other_place];
    }
    memcpy(cpu->r, real->r, sizeof cpu->r);
    memcpy(cpu->alt, real->alt, sizeof cpu->alt);
    cpu->cc = real->cc;
    cpu->changes = real->changes;
    cpu->start = real->start;
    real->attention &= ~ATTN_DIRECT;
    if ((cpu->ps ^ real->ps) & bits) {
        if ((cpu->ps ^ real->ps) & bits & PS_MODE)
            cpu->sp[w->mode] = real->sp[w->place];
        cpu->ps = (u16)((cpu->ps & ~bits) | (real->ps & bits));
        cpu->trace = real->trace;
        cpu_update(cpu);
    }
    cpu->attention |= pending;
}

void vm_count_direct(struct vm *vm, u64 done, u64 translated, bool limit)
{
    u64 now = hw_translated(&vm->host->hw);

    vm->stats.direct += done;
    vm->stats.translated += now > translated ? now - translated : 0;
    vm->at_limit = limit && event_next(&vm->m->bus.events) > machine_time(vm->m);
    if (limit)
        vm->stats.slices++;
    else
        vm->stats.exits++;
}

/* Execute directly. True: the engine returns *exit. */
static bool run_in(struct vm *vm, const struct where *w, struct relay *relay, enum cpu_exit *exit)
{
    struct hw *hw = &vm->host->hw;
    struct cpu *cpu = &vm->m->cpu;
    u64 done, from = cpu->icount, idled = hw->m->cpu.idled, assists = hw_assists(hw),
              translated = hw_translated(hw);
    enum cpu_exit why;

    load(vm, w);
    if (vm->assist)
        block_load(vm, relay->closely ? 0 : vm->assist, w->other != MODE_ILLEGAL);
    relay_enter(relay);
    why = hw_enter(hw, cpu->until - cpu->icount, &done);
    unload(vm, w);
    cpu->icount = from + done; /* whoever looked on has seen it on its way */
    cpu->idled += hw->m->cpu.idled - idled;
    vm->stats.assists += hw_assists(hw) - assists;
    vm_count_direct(vm, done, translated, why != EXIT_TRAP);
    if (why != EXIT_TRAP)
        return false;
    if (hw->outside.vector == VEC_MMU && vm->host->shadow[w->place].partial)
        vm->host->shadow[w->place].vm = NULL; /* perhaps it was only not there */
    return dispatch_trap(vm, exit);
}

enum cpu_exit vm_run_direct(void *ctx, u64 until)
{
    struct vm *vm = ctx;
    struct cpu *cpu = &vm->m->cpu;
    struct cpu *real = &vm->host->hw.m->cpu;
    struct relay relay;
    enum cpu_exit exit;
    bool over = false;

    cpu->until = until;
    idle_begin(cpu);
    vm->at_limit = false;
    vm->host->current = vm;
    real->fp = cpu->fp;
    relay_begin(&relay, vm, false);
    while (!over && cpu->icount < cpu->until) {
        struct where w = where_to_run(vm);
        over = w.place == MODE_K ? dispatch(vm, &exit) : run_in(vm, &w, &relay, &exit);
    }
    relay_end(&relay);
    cpu->fp = real->fp;
    return over ? exit : cpu_limit_exit(cpu);
}

enum cpu_exit vm_run_preprocessed(void *ctx, u64 until)
{
    struct vm *vm = ctx;
    enum cpu_exit exit;

    prep_put(vm);
    exit = vm_run_direct(vm, until);
    prep_take(vm);
    return exit;
}

enum cpu_exit vm_run_simulated(void *ctx, u64 until)
{
    struct vm *vm = ctx;
    struct cpu *cpu = &vm->m->cpu;
    u64 from = cpu->icount - cpu->idled, idled = cpu->idled;
    enum cpu_exit exit;

    if (!vm->pure) /* one by one, for the sake of DIAG */
        return vm_run_direct(ctx, until);
    exit = cpu_run(cpu, until);

    vm->stats.simulated += cpu->icount - cpu->idled - from;
    vm->stats.skipped += cpu->idled - idled;
    return exit;
}

/* --- what a turn of the VM's processor did ------------------------------------------------------
 */

static void saw_io(void *ctx, u32 pa, enum io_cycle cycle, u16 value, bool answered)
{
    struct vm *vm = ctx;

    if (mmu_is_register(pa))
        vm->saw = VM_MAP;
    else
        vm->saw = pa >= 0777770 || (pa & ~1u) == 0777570 ? VM_PROCESSOR : VM_DEVICE;
}

static void saw_vector(void *ctx, enum cpu_cause cause, u16 vector, u16 pc, u16 ps)
{
    struct vm *vm = ctx;
    vm->stats.interrupts += cause == CAUSE_INTERRUPT;
}

/* --- its memory ---------------------------------------------------------------------------------
 */

/* What the VM's processor and devices write to its memory is told to the bare machine's translator.
 * All blocks are marked, so that each write is heard of: the bare machine's own marks come and go.
 */
struct alias {
    struct ram_code code;
    struct ram *real;
    u32 base;
    u8 marks[];
};

static void written(struct ram_code *code, u32 pa, u32 len)
{
    struct alias *alias = (struct alias *)(void *)code;
    ram_wrote(alias->real, alias->base + pa, len);
}

static struct ram_code *alias_new(struct ram *real, u32 base, u32 size)
{
    struct alias *alias = calloc(1, sizeof *alias + size / 64 + size / 16);

    if (!alias)
        return NULL;
    alias->code.granule = alias->marks;
    alias->code.word = alias->marks + size / 64;
    memset(alias->code.granule, 1, size / 64);
    alias->code.written = written;
    alias->real = real;
    alias->base = base;
    return &alias->code;
}

/* Nobody finds what another has left. */
static void scrub(struct ram *real, u32 base, u32 size)
{
    memset(real->base + base, 0, size);
    ram_wrote(real, base, size);
}

/* --- making one --------------------------------------------------------------------------------
 */

static int check(const struct vm_host *host, const struct vm_config *config, u32 size,
                 struct err *err)
{
    const struct machine *real = host->hw.m;

    if (config->base % 64 || config->base + size > real->ram.size)
        return err_set(err, EINVAL, "%s: %u bytes at %o are not in the bare machine's %u",
                       config->name, size, config->base, real->ram.size);
    if (config->method->kbs && !real->cpu.vmx)
        return err_set(err, EINVAL, "%s: method %s needs a bare machine with option kbs11a",
                       config->name, config->method->name);
    if (config->method->hv && !real->cpu.hv)
        return err_set(err, EINVAL, "%s: method %s needs a bare machine with option hv",
                       config->name, config->method->name);
    if (config->assist && (!config->method->kbs || config->kernel_in_supervisor))
        return err_set(err, EINVAL,
                       "%s: VM-assist works for method trap with all modes in user mode only",
                       config->name);
    if (config->moves && config->kernel_in_supervisor)
        return err_set(err, EINVAL,
                       "%s: a stack limit in supervisor mode is not kept by direct moves: either "
                       "'moves' or the kernel in supervisor mode",
                       config->name);
    if (config->assist && !kbs11_assists(&real->kbs))
        return err_set(err, EINVAL, "%s: VM-assist needs a bare machine with option vmassist",
                       config->name);
    if (config->method->hv && (config->machine.options.hv || config->machine.options.kbs11a))
        return err_set(err, EINVAL, "%s: with method %s it has no options hv and kbs11a of its own",
                       config->name, config->method->name);
    return 0;
}

/* What it needs of CP's own memory. */
static int take_place(struct vm *vm, struct err *err)
{
    if (!vm->method->hv && !vm->assist)
        return 0;
    vm->slot = hw_take_place(&vm->host->hw);
    if (!vm->slot)
        return err_set(err, EBUSY, "%s: CP has no memory left for its control block", vm->name);
    return 0;
}

int vm_new(struct vm **out, struct vm_host *host, const struct vm_config *config, struct err *err)
{
    struct machine_config machine = config->machine;
    struct machine *real = host->hw.m;
    u32 size = machine.memory ? machine.memory : real->model->memory;
    struct vm *vm;
    int rc = check(host, config, size, err);

    if (rc)
        return rc;
    vm = calloc(1, sizeof *vm);
    if (!vm)
        return err_set(err, ENOMEM, "no host memory for a virtual machine");
    snprintf(vm->name, sizeof vm->name, "%s", config->name);
    vm->host = host;
    vm->method = config->method;
    vm->pure = !config->impure;
    vm->kbs = config->method->kbs;
    vm->base = config->base >> 6;
    memcpy(vm->place, config->method->place, sizeof vm->place);
    if (config->kernel_in_supervisor)
        vm->place[MODE_K] = MODE_S;
    vm->moves = config->moves;
    vm->assist = config->assist;
    vm->code = real->ram.code ? alias_new(&real->ram, config->base, size) : NULL;
    scrub(&real->ram, config->base, size);
    machine.engine = ENGINE_INTERP;
    machine.memory = size;
    machine.host = (struct machine_host){.memory = real->ram.base + config->base,
                                         .code = vm->code,
                                         .run = vm->method->run,
                                         .ctx = vm};
    rc = take_place(vm, err);
    if (rc == 0)
        rc = machine_new(&vm->m, &machine, err);
    if (rc) {
        vm_free(vm);
        return rc;
    }
    vm->watch = (struct cpu_watch){.io = saw_io, .vector = saw_vector, .devices = true, .ctx = vm};
    cpu_watch_add(&vm->m->cpu, &vm->watch);
    if (vm->method->hv)
        vm_make_vmcb(vm);
    *out = vm;
    return 0;
}

void vm_free(struct vm *vm)
{
    if (!vm)
        return;
    for (unsigned i = 0; i < ARRAY_LEN(vm->host->shadow); i++)
        if (vm->host->shadow[i].vm == vm)
            vm->host->shadow[i].vm = NULL;
    if (vm->host->current == vm)
        vm->host->current = NULL;
    if (vm->m) {
        cpu_watch_remove(&vm->m->cpu, &vm->watch);
        scrub(&vm->host->hw.m->ram, vm->base << 6, vm->m->ram.size);
    }
    hw_drop_place(&vm->host->hw, vm->slot);
    machine_free(vm->m);
    prep_free(vm->prep);
    free(vm->code);
    free(vm);
}
