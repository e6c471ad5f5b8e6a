/* method_hv.c - the engine of method hv: a VM runs at level 1 of the Hardware Virtualizer.
 *
 * Its map is relocation and bounds: click c of its memory is base + c of the bare machine's. All
 * its modes run directly, with its own KT11-C, PSW, stack limits, traps and FP11; what is left is
 * the I/O page, HALT, RESET, WAIT, and requests of its devices. These are VM-faults. Its state then
 * goes from the VMCB to the VM's own processor, which does what is left, and back at the next
 * entry. A request that the VM's priority forbids is in the VMCB (VIRQ); when the priority falls
 * the machine calls back before it would be granted, and the VM's own bus grants it.
 *
 * One part of the I/O page needs no monitor: a ROM does nothing but answer. Its blocks of 64 bytes
 * that hold what those of the bare machine's ROM hold are passed to that one by the I/O map; so a
 * bootstrap's loop costs an exit for the device that it waits for, and none for its instructions. A
 * write to it times out in either.
 *
 * Who looks on at the VM's processor is told of vectors and aborts by a watch of the bare
 * machine's. While somebody looks on at the I/O page nothing is passed.
 */
#include <string.h>

#include "cp/dispatch.h"
#include "cp/relay.h"
#include "cpu/idle.h"
#include "cpu/vmcb.h"

/* Of the I/O map: words of a block, and that it is a block of the bare machine's. */
#define IO_BLOCK_WORDS 32u
#define IO_MAP_PASS    0100000u

/* What is the VM's own processor's to serve before it can run directly. */
#define ATTN_OWN (ATTN_STOP | ATTN_WAIT | ATTN_IRQ | ATTN_POWER | ATTN_WATCH | ATTN_DEBUG)

static u32 vmcb_of(const struct vm *vm)
{
    return hw_place(&vm->host->hw, vm->slot) + HW_VMCB;
}

static void set(struct vm *vm, unsigned offset, u16 value)
{
    ram_put(&vm->host->hw.m->ram, vmcb_of(vm) + offset, value);
}

void vm_make_vmcb(struct vm *vm)
{
    u16 clicks = (u16)(vm->m->ram.size >> 6);

    set(vm, VMCB_STAT, STAT_VALID | MAP_BOUNDS);
    set(vm, VMCB_CTL,
        HV_EXIT_RESET | HV_EXIT_WAIT | HV_EXIT_GRANT | HV_NO_HV |
            (vm->pure ? HV_PURE : HV_EXIT_DIAG));
    set(vm, VMCB_SIZE, clicks);
    set(vm, VMCB_BASE, (u16)vm->base);
    set(vm, VMCB_LEN, clicks);
    set(vm, VMCB_IOMAP, (u16)((hw_place(&vm->host->hw, vm->slot) + HW_IOMAP) >> 6));
}

/* The ROM's part of the I/O map. What the VM's ROM holds may be another at each boot. */
static void map_rom(struct vm *vm, const struct relay *relay)
{
    struct machine *real = vm->host->hw.m;
    u32 map = hw_place(&vm->host->hw, vm->slot) + HW_IOMAP;

    for (unsigned i = 0; i < ROM_WORDS / IO_BLOCK_WORDS; i++) {
        unsigned at = i * IO_BLOCK_WORDS, block = (ROM_BASE - IO_PAGE) / 2 / IO_BLOCK_WORDS + i;
        bool same = memcmp(&vm->m->rom.words[at], &real->rom.words[at], 2 * IO_BLOCK_WORDS) == 0;
        u16 word = (u16)(same && !relay->devices ? IO_MAP_PASS | block : 0);

        if (ram_get(&real->ram, map + 2 * block) != word)
            ram_put(&real->ram, map + 2 * block, word);
    }
}

static bool may_enter(const struct vm *vm, const struct relay *relay)
{
    const struct cpu *cpu = &vm->m->cpu;

    return !(cpu->attention & ATTN_OWN) && !cpu->debug && !relay->closely;
}

static void load(struct vm *vm)
{
    struct cpu *cpu = &vm->m->cpu, *real = &vm->host->hw.m->cpu;

    cpu->fp = real->fp;
    hv_put_state(cpu, &vm->host->hw.m->ram, vmcb_of(vm));
    real->flows = cpu->flows;
    real->flows_at = real->icount - (cpu->icount - cpu->flows_at);
}

/* The VM's icount is counted already. */
static void unload(struct vm *vm, struct hv_flow *flow)
{
    struct cpu *cpu = &vm->m->cpu, *real = &vm->host->hw.m->cpu;

    hv_get_state(cpu, &vm->host->hw.m->ram, vmcb_of(vm), flow);
    real->fp = cpu->fp;
    cpu->flows = real->flows;
}

/* Was an instruction begun that is to be executed again? */
static bool is_begun(enum hv_code code, const struct hv_flow *flow)
{
    return (code == HV_MAP || code == HV_PROT || code == HV_IO || code == HV_BOUND ||
            code == HV_DIAG) &&
           !(flow->flags & HV_FLOW_VALID);
}

/* Execute directly. True: the engine returns *exit. */
static bool run(struct vm *vm, struct relay *relay, enum cpu_exit *exit)
{
    struct cpu *cpu = &vm->m->cpu, *real = &vm->host->hw.m->cpu;
    u64 from = cpu->icount, ahead = real->icount - from, done, idled = real->idled,
        translated = hw_translated(&vm->host->hw);
    struct hv_flow flow;
    enum hv_code code;

    relay_enter(relay);
    load(vm);
    code = hw_enter_machine(&vm->host->hw, vm->slot, cpu->until - from, &done);
    unload(vm, &flow);
    if (is_begun(code, &flow))
        done--;
    cpu->icount = from + done;
    cpu->flows_at = real->flows_at - ahead;
    cpu->idled += real->idled - idled;
    vm_count_direct(vm, done, translated, code == HV_INTR);
    return dispatch_fault(vm, code, &flow, exit);
}

static enum cpu_exit run_until(struct vm *vm, struct relay *relay)
{
    struct cpu *cpu = &vm->m->cpu, *real = &vm->host->hw.m->cpu;
    bool over = false;
    enum cpu_exit exit;

    real->fp = cpu->fp;
    while (!over && cpu->icount < cpu->until)
        over = may_enter(vm, relay) ? run(vm, relay, &exit) : dispatch(vm, &exit);
    cpu->fp = real->fp;
    return over ? exit : cpu_limit_exit(cpu);
}

enum cpu_exit vm_run_virtualized(void *ctx, u64 until)
{
    struct vm *vm = ctx;
    struct cpu *cpu = &vm->m->cpu;
    struct relay relay;
    enum cpu_exit exit;

    cpu->until = until;
    idle_begin(cpu);
    vm->at_limit = false;
    vm->host->current = vm;
    relay_begin(&relay, vm, true);
    map_rom(vm, &relay);
    exit = run_until(vm, &relay);
    relay_end(&relay);
    return exit;
}
