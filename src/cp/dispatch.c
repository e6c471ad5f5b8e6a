/* dispatch.c - the dispatcher: see dispatch.h.
 *
 * Popek and Goldberg's dispatcher; the thesis's, chapter V.C.5. A table leads from what an
 * instruction is (isa.def) to its simulator.
 */
#include "cp/dispatch.h"

#include <string.h>

#include "base/assert.h"
#include "cp/prep.h"
#include "cp/sim.h"

static sim_fn *const simulators[OP_COUNT] = {
    [OP_NONE] = sim_reserved,  [OP_HALT] = sim_halt,      [OP_WAIT] = sim_wait,
    [OP_RESET] = sim_reset,    [OP_SPL] = sim_spl,        [OP_RTI] = sim_return,
    [OP_RTT] = sim_return,     [OP_MFPI] = sim_space,     [OP_MFPD] = sim_space,
    [OP_MTPI] = sim_space,     [OP_MTPD] = sim_space,     [OP_EMT] = sim_trap,
    [OP_TRAP] = sim_trap,      [OP_BPT] = sim_trap,       [OP_IOT] = sim_trap,
    [OP_LVMID] = sim_reserved, [OP_HVINV] = sim_reserved, [OP_DIAG] = sim_diag,
};

/* The word at the VM's PC; HALT's place is taken by any that refers to memory if it has none. */
static u16 insn_at_pc(const struct vm *vm)
{
    const struct cpu *cpu = &vm->m->cpu;
    const struct mmu_ref ref = {cpu_mode(cpu), SPACE_I, cpu->r[PC], false};
    u32 pa;

    if (ref.va & 1 || !mmu_probe(&cpu->mmu, &ref, &pa) || pa >= cpu->ram->size)
        return 0005737; /* TST @#: the simulator of memory finds the fault */
    return prep_word(vm, pa, ram_get(cpu->ram, pa));
}

bool dispatch(struct vm *vm, enum cpu_exit *exit)
{
    const struct cpu *cpu = &vm->m->cpu;

    if (!vm->pure && !(cpu->attention & ~(ATTN_T | ATTN_WATCH)) &&
        !(cpu->attention & ATTN_T && cpu->trace) && isa_op(insn_at_pc(vm)) == OP_DIAG)
        return sim_diag(vm, insn_at_pc(vm), exit);
    if (cpu->attention)
        return sim_turn(vm, VM_REQUEST, exit);
    return sim_turn(vm, cpu_mode(cpu) == MODE_K ? VM_KERNEL : VM_OTHER, exit);
}

/* A request inside the processor, that the bare machine was about to serve, is the VM's. */
static void take_request(struct cpu *cpu, u16 vector)
{
    switch (vector) {
    case 0004: cpu->attention |= ATTN_YELLOW; break;
    case 0244: cpu->attention |= ATTN_FP; break;
    default: break; /* 14: the trace bit is in the VM's PSW already, and `trace` is set */
    }
}

/* The instruction at PC. */
static bool simulate(struct vm *vm, enum cpu_exit *exit)
{
    u16 insn = insn_at_pc(vm);
    sim_fn *simulator = simulators[isa_op(insn)];

    return (simulator ? simulator : sim_memory)(vm, insn, exit);
}

bool dispatch_trap(struct vm *vm, enum cpu_exit *exit)
{
    const struct cpu_outside *outside = &vm->host->hw.outside;
    struct cpu *cpu = &vm->m->cpu;

    if (outside->cause != CAUSE_TRAP) {
        take_request(cpu, outside->vector);
        return sim_turn(vm, VM_REQUEST, exit);
    }
    memcpy(cpu->r, outside->r, sizeof cpu->r);
    cpu->cc = outside->cc;
    return simulate(vm, exit);
}

bool dispatch_fault(struct vm *vm, enum hv_code code, const struct hv_flow *flow,
                    enum cpu_exit *exit)
{
    if (flow->flags & HV_FLOW_VALID)
        return sim_flow(vm, flow, exit);
    switch (code) {
    case HV_MAP:
    case HV_PROT:
    case HV_IO:
    case HV_BOUND: return simulate(vm, exit);
    case HV_DIAG:
        vm->m->cpu.r[PC] = (u16)(vm->m->cpu.r[PC] - 2); /* it is behind DIAG */
        return simulate(vm, exit);
    case HV_HALT: return sim_halted(vm, exit);
    case HV_RESET: return sim_init(vm, exit);
    case HV_WAIT: return sim_waiting(vm, exit);
    case HV_GRANT: return sim_turn(vm, VM_REQUEST, exit);
    case HV_DOUBLE: *exit = EXIT_DOUBLE; return true;
    case HV_INTR: return false; /* CP's own */
    case HV_NONE:
    case HV_TIMER:
    case HV_TABLE:
    case HV_TRACE: break;
    }
    base_assert(false); /* CP has not asked for it */
    return true;
}
