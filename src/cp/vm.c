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

#include "cp/dispatch.h"
#include "cp/shadow.h"
#include "cpu/idle.h"

/* What the VM's PSW takes from the bare machine's: by an RTI or RTT that did not trap. */
#define PS_DIRECT (PS_SET | PS_T)
/* What an instruction leaves pending for after it. */
#define ATTN_DIRECT (ATTN_YELLOW | ATTN_FP | ATTN_PROTECT | ATTN_WAIT)

/* All real modes are as the VM's own: nothing traps but what traps there. */
static bool is_natural(const struct vm *vm)
{
    return !vm->kbs;
}

/* Where the VM's next instruction may run; MODE_K: it must be simulated. */
static enum mode place_of(const struct vm *vm)
{
    const struct cpu *cpu = &vm->m->cpu;

    if (cpu->attention || cpu->debug || cpu->mmu.mmr0 & MMR0_MAINT || cpu->icount >= cpu->until)
        return MODE_K;
    /* Without traps MFPx would reach into the bare machine's kernel. */
    if (is_natural(vm) && (cpu_prev_mode(cpu) == MODE_K || cpu_prev_mode(cpu) == MODE_ILLEGAL))
        return MODE_K;
    return vm->place[cpu_mode(cpu)];
}

static void load_map(struct vm *vm, enum mode mode, enum mode place)
{
    shadow_load(vm, mode, place);
    hw_set_trapping(&vm->host->hw, vm->kbs);
    if (is_natural(vm)) /* MFPx reach into the other */
        shadow_load(vm, mode == MODE_S ? MODE_U : MODE_S, place == MODE_S ? MODE_U : MODE_S);
    else
        hw_set_limit(&vm->host->hw, vm->m->cpu.slr, mode == MODE_K && place == MODE_U);
}

static void load(struct vm *vm, enum mode place)
{
    const struct cpu *cpu = &vm->m->cpu;
    struct cpu *real = &vm->host->hw.m->cpu;
    enum mode prev = is_natural(vm) ? cpu_prev_mode(cpu) : place;

    load_map(vm, cpu_mode(cpu), place);
    cpu_set_ps(real, (u16)((unsigned)place << 14 | (unsigned)prev << 12 | (cpu->ps & PS_SET)));
    memcpy(real->r, cpu->r, sizeof real->r);
    memcpy(real->alt, cpu->alt, sizeof real->alt);
    real->cc = cpu->cc;
    if (is_natural(vm)) {
        real->sp[MODE_S] = cpu->sp[MODE_S];
        real->sp[MODE_U] = cpu->sp[MODE_U];
    }
}

static void collect(struct vm *vm, enum mode mode, enum mode place)
{
    shadow_collect(vm, mode, place);
    if (is_natural(vm))
        shadow_collect(vm, mode == MODE_S ? MODE_U : MODE_S, place == MODE_S ? MODE_U : MODE_S);
}

/* Back to the VM. */
static void unload(struct vm *vm)
{
    struct cpu *cpu = &vm->m->cpu, *real = &vm->host->hw.m->cpu;
    u16 bits = is_natural(vm) ? PS_DIRECT | PS_MODE | PS_PREV : PS_DIRECT;
    u32 pending = real->attention & ATTN_DIRECT;

    memcpy(cpu->r, real->r, sizeof cpu->r);
    memcpy(cpu->alt, real->alt, sizeof cpu->alt);
    cpu->cc = real->cc;
    cpu->changes = real->changes;
    cpu->start = real->start;
    if (is_natural(vm)) {
        cpu->sp[MODE_S] = real->sp[MODE_S];
        cpu->sp[MODE_U] = real->sp[MODE_U];
    }
    real->attention &= ~ATTN_DIRECT;
    if ((cpu->ps ^ real->ps) & bits) {
        cpu->ps = (u16)((cpu->ps & ~bits) | (real->ps & bits));
        cpu->trace = real->trace;
        cpu_update(cpu);
    }
    cpu->attention |= pending;
}

/* Execute directly in `place`. True: the engine returns *exit. */
static bool run_in(struct vm *vm, enum mode place, enum cpu_exit *exit)
{
    struct hw *hw = &vm->host->hw;
    struct cpu *cpu = &vm->m->cpu;
    enum mode mode = cpu_mode(cpu);
    u64 done, idled = hw->m->cpu.idled;
    enum cpu_exit why;

    load(vm, place);
    why = hw_enter(hw, cpu->until - cpu->icount, &done);
    collect(vm, mode, place);
    unload(vm);
    cpu->icount += done;
    cpu->idled += hw->m->cpu.idled - idled;
    vm->stats.direct += done;
    if (why != EXIT_TRAP) {
        vm->stats.slices++;
        return false;
    }
    vm->stats.exits++;
    return dispatch_trap(vm, exit);
}

enum cpu_exit vm_run_direct(void *ctx, u64 until)
{
    struct vm *vm = ctx;
    struct cpu *cpu = &vm->m->cpu;
    struct cpu *real = &vm->host->hw.m->cpu;
    enum cpu_exit exit;
    bool over = false;

    cpu->until = until;
    idle_begin(cpu);
    vm->host->current = vm;
    real->fp = cpu->fp;
    while (!over && cpu->icount < cpu->until) {
        enum mode place = place_of(vm);
        over = place == MODE_K ? dispatch(vm, &exit) : run_in(vm, place, &exit);
    }
    cpu->fp = real->fp;
    return over ? exit : cpu_limit_exit(cpu);
}

enum cpu_exit vm_run_simulated(void *ctx, u64 until)
{
    struct vm *vm = ctx;
    struct cpu *cpu = &vm->m->cpu;
    u64 from = cpu->icount;
    enum cpu_exit exit = cpu_run(cpu, until);

    vm->stats.simulated += cpu->icount - from;
    return exit;
}

/* --- what a turn of the VM's processor did ------------------------------------------------------
 */

static void saw_io(void *ctx, u32 pa, enum io_cycle cycle, u16 value, bool answered)
{
    struct vm *vm = ctx;
    vm->device = true;
}

static void saw_vector(void *ctx, enum cpu_cause cause, u16 vector, u16 pc, u16 ps)
{
    struct vm *vm = ctx;
    vm->vector = true;
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
};

static void written(struct ram_code *code, u32 pa, u32 len)
{
    struct alias *alias = (struct alias *)(void *)code;
    ram_wrote(alias->real, alias->base + pa, len);
}

static struct ram_code *alias_new(struct ram *real, u32 base)
{
    struct alias *alias = calloc(1, sizeof *alias);

    if (!alias)
        return NULL;
    memset(alias->code.granule, 1, sizeof alias->code.granule);
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
    vm->kbs = config->method->kbs;
    vm->pure = !config->impure;
    vm->base = config->base >> 6;
    memcpy(vm->place, config->method->place, sizeof vm->place);
    if (config->kernel_in_supervisor)
        vm->place[MODE_K] = MODE_S;
    vm->code = real->ram.code ? alias_new(&real->ram, config->base) : NULL;
    scrub(&real->ram, config->base, size);
    machine.engine = ENGINE_INTERP;
    machine.memory = size;
    machine.host = (struct machine_host){.memory = real->ram.base + config->base,
                                         .code = vm->code,
                                         .run = vm->method->run,
                                         .ctx = vm};
    rc = machine_new(&vm->m, &machine, err);
    if (rc) {
        vm_free(vm);
        return rc;
    }
    vm->watch = (struct cpu_watch){.io = saw_io, .vector = saw_vector, .devices = true, .ctx = vm};
    cpu_watch_add(&vm->m->cpu, &vm->watch);
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
    machine_free(vm->m);
    free(vm->code);
    free(vm);
}
