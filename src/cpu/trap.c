/* trap.c - trap and interrupt flows of the KB11-A, stack limits, service order.
 *
 * A flow fetches PC and PSW from kernel D space, lowers the new mode's SP by 4, pushes the old PSW
 * and PC. Whatever goes wrong in it begins another flow with the PSW and PC of the first entry
 * ("PS RESTORE" in the microcode, states ZAP and SVC). Requests are looked at again after every
 * flow, before the first instruction of the handler.
 *
 * In a virtual machine of the Hardware Virtualizer a flow may meet a VM-fault, or its parent wants
 * to hear of it: the flow is noted, the machine suspended, and the parent's flow runs instead.
 *
 * With the KBS11-A the vectors of a flow that begins in user mode may be offset.
 *
 * Sources: KB11-A microcode (SVC, ZAP, SER, BRK); facts F31-F47, F58-F60, F63-F67.
 */
#include "cpu/trap.h"

#include <string.h>

#include "cpu/access.h"
#include "cpu/assist.h"
#include "cpu/debug.h"
#include "cpu/hv_note.h"
#include "cpu/operand.h"
#include "cpu/watch.h"

#define VEC_BUS   0004u
#define VEC_RSVD  0010u
#define VEC_POWER 0024u
#define VEC_PIRQ  0240u
#define VEC_FP    0244u
#define VEC_MMU   0250u
#define VEC_T     0014u
/* Requests that references ask for: an abort, of the same reference or a later one before the next
 * service, cancels them (w11: s_vmerr). */
#define ATTN_BY_REF (ATTN_YELLOW | ATTN_MMU)

/* Flows that abort in a row before it is for ever: each lowers the new mode's SP by 4, which may
 * lead it to where there is memory; by then it has been everywhere. */
#define TRY_LIMIT  040000u
#define FLOW_LIMIT 16u

const u16 trap_vector[TRAP_COUNT] = {
    [TRAP_ODD] = VEC_BUS, [TRAP_BUS] = VEC_BUS,  [TRAP_MMU] = VEC_MMU,   [TRAP_LIMIT] = VEC_BUS,
    [TRAP_RED] = VEC_BUS, [TRAP_HALT] = VEC_BUS, [TRAP_RSVD] = VEC_RSVD, [TRAP_BPT] = 0014u,
    [TRAP_IOT] = 0020u,   [TRAP_EMT] = 0030u,    [TRAP_TRAP] = 0034u,    [TRAP_VMX] = VEC_RSVD,
};

/* One way into a vector. */
struct vector_flow {
    u16 vector;
    enum cpu_cause cause;
    bool by_insn; /* BPT, IOT, EMT, TRAP, the KBS11-A's ten: MMR2 keeps the instruction's address
                     (F60) */
    bool red;     /* the new stack at 4; its pushes are not checked */
    bool yellow;  /* its pushes ask for no other yellow trap */
    bool again;   /* it was begun before, and a VM-fault came between, */
    bool half;    /* after the first push: what the vector held */
    u16 to_pc, to_ps;
    u16 ps, pc; /* to be pushed: those of the entry */
};

enum trap operand_stack_limit(struct cpu *cpu, u16 va)
{
    bool kernel = cpu_mode(cpu) == MODE_K;

    /* Below limit + 340, or the PSW's own address, whatever the limit (F42, F46). */
    if (va >= 0177776u || va < (kernel ? cpu->slr : cpu->vmx->vusl) + 0340u)
        return kernel ? TRAP_RED : TRAP_LIMIT;
    cpu->attention |= ATTN_YELLOW;
    return TRAP_NONE;
}

/* One of the two pushes of a flow, in the new mode. */
static enum trap flow_push(struct cpu *cpu, const struct vector_flow *flow, u16 va, u16 value)
{
    bool frozen = cpu->mmu.mmr0 & MMR0_FREEZE;
    u32 pending = cpu->attention & ATTN_YELLOW;
    enum trap trap;

    if (!flow->red) {
        trap = stack_guard(cpu, SPEC_PUSH, va);
        if (flow->yellow && !pending)
            cpu->attention &= ~ATTN_YELLOW;
        if (trap)
            return trap;
    }
    trap = cpu_write(cpu, SPACE_D, va, value);
    /* "Instruction complete": the abort is the flow's, on another mode's stack (F58). */
    if (trap == TRAP_MMU && !frozen && !flow->by_insn && cpu_mode(cpu) != MODE_K)
        cpu->mmu.mmr0 |= MMR0_DONE;
    return stack_fault(cpu, SPEC_PUSH, trap);
}

static enum trap flow_fetch(struct cpu *cpu, struct vector_flow *flow)
{
    u16 va = flow->vector;
    enum space space = mmu_space(&cpu->mmu, MODE_K, SPACE_D);
    map_entry entry = cpu->mmu.map[MODE_K][space].read[map_block(va)];
    enum trap trap;

    if (likely(entry && va % 4 == 0)) {
        flow->to_pc = word_get((const u8 *)(entry + va));
        flow->to_ps = word_get((const u8 *)(entry + va + 2));
        return TRAP_NONE;
    }
    trap = access_read_mode(cpu, MODE_K, SPACE_D, va, &flow->to_pc);
    return trap ? trap : access_read_mode(cpu, MODE_K, SPACE_D, (u16)(va + 2), &flow->to_ps);
}

/* A flow that is begun again pushes both words again: the first may have been the PSW, at the top
 * of the I/O page, so that the second is on another stack. */
static enum trap flow_enter(struct cpu *cpu, struct vector_flow *flow)
{
    enum trap trap = TRAP_NONE;
    enum mode mode;

    cpu->changes = 0;
    if (!flow->by_insn)
        cpu->start = flow->vector;
    if (!flow->half)
        trap = flow_fetch(cpu, flow);
    if (trap)
        return trap;
    cpu_set_ps(cpu, (u16)((flow->to_ps & ~PS_PREV) | (flow->ps >> 2 & PS_PREV)));
    if (flow->red)
        cpu_put_sp(cpu, MODE_K, 4);
    mode = cpu_mode(cpu);
    /* Both decrements come before the first push (F38). */
    cpu->r[SP] = (u16)(cpu->r[SP] - 4);
    cpu_record(cpu, SP, -2);
    cpu_record(cpu, SP, -2);
    trap = flow_push(cpu, flow, (u16)(cpu->r[SP] + 2), flow->ps);
    flow->half = flow->half || !trap;
    if (!trap)
        trap = flow_push(cpu, flow, cpu->r[SP], flow->pc);
    if (!trap)
        cpu->r[PC] = flow->to_pc;
    if (trap == TRAP_VM)
        cpu_put_sp(cpu, mode, (u16)(cpu_get_sp(cpu, mode) + 4));
    return trap;
}

/* The KBS11-A looks at an instruction's trap: VM-assist does it, or a genuine reserved instruction
 * is noted. */
static bool is_assisted(struct cpu *cpu, const struct vector_flow *flow)
{
    struct vmx *vmx = cpu->vmx;

    if (flow->cause != CAUSE_TRAP || !(vmx->vcsr & VCSR_EN))
        return false;
    if (vmx->vacsr && assist_trap(cpu, flow->vector, flow->by_insn))
        return true;
    if (flow->vector == VEC_RSVD && !flow->by_insn)
        vmx->vcode = 0;
    return false;
}

/* The parent wants to hear of all vectors, or of T traps. */
static bool flow_exits(struct cpu *cpu, const struct vector_flow *flow)
{
    bool traced = flow->vector == VEC_T && flow->cause == CAUSE_REQUEST;

    if (flow->again || !cpu->hv->level)
        return false;
    if (!hv_exits(cpu->hv, HV_EXIT_TRAPS) && !(traced && hv_exits(cpu->hv, HV_EXIT_T)))
        return false;
    (void)hv_event(cpu, HV_TRACE);
    return true;
}

/* The flow met a VM-fault: the machine is suspended before it, and the monitor's flow follows. */
static struct vector_flow flow_suspend(struct cpu *cpu, const struct vector_flow *flow)
{
    struct vector_flow next = {.cause = CAUSE_TRAP};

    cpu->hv->fault.restart = false;
    cpu->hv->flow = (struct hv_flow){
        .pc = flow->to_pc,
        .ps = flow->to_ps,
        .vector = flow->vector,
        .flags = (u16)(HV_FLOW_VALID | (flow->red ? HV_FLOW_RED : 0) |
                       (flow->yellow ? HV_FLOW_YELLOW : 0) | (flow->by_insn ? HV_FLOW_INSN : 0) |
                       (flow->half ? HV_FLOW_HALF : 0) | (unsigned)flow->cause << HV_FLOW_CAUSE)};
    next.vector = hv_leave(cpu);
    next.ps = cpu_ps(cpu);
    next.pc = cpu->r[PC];
    return next;
}

/* The flow that the machine was suspended in goes on. */
static struct vector_flow flow_again(struct hv_flow was)
{
    return (struct vector_flow){.vector = was.vector & 07774u,
                                .cause = (enum cpu_cause)((was.flags >> HV_FLOW_CAUSE & 3) % 3),
                                .by_insn = was.flags & HV_FLOW_INSN,
                                .red = was.flags & HV_FLOW_RED,
                                .yellow = was.flags & HV_FLOW_YELLOW,
                                .half = was.flags & HV_FLOW_HALF,
                                .to_pc = was.pc,
                                .to_ps = was.ps,
                                .again = true};
}

/* One try: what went wrong, or TRAP_NONE. */
static enum trap flow_try(struct cpu *cpu, struct vector_flow *flow)
{
    u32 before = cpu->attention;
    enum trap trap;

    if (unlikely(before & ATTN_HV) && flow_exits(cpu, flow))
        return TRAP_VM;
    if (cpu->debug)
        debug_flow(cpu, true, flow->vector);
    trap = flow_enter(cpu, flow);
    if (cpu->debug)
        debug_flow(cpu, false, 0);
    if (!trap)
        return TRAP_NONE;
    cpu_set_ps(cpu, flow->ps);
    if (trap == TRAP_VM && cpu->attention & ~before & ATTN_MMU)
        cpu->mmu.mmr0 &= (u16)~MMR0_TRAP;
    cpu->attention &= ~ATTN_BY_REF;
    if (trap == TRAP_VM)
        cpu->attention |= before & ATTN_BY_REF;
    return trap;
}

/* The kernel, of level 0, is outside: it hears what would have been. The rest of what it wants to
 * know is from before the instruction: trap_service(). */
static bool flow_leaves(struct cpu *cpu, const struct vector_flow *flow)
{
    if (cpu->hv && cpu->hv->level)
        return false;
    cpu->outside->vector = flow->vector;
    cpu->outside->cause = flow->cause;
    return true;
}

/* In a virtual machine a flow that cannot end is its parent's: at most as often as there are
 * levels.
 */
static bool flow_run(struct cpu *cpu, struct vector_flow flow)
{
    u16 offset = 0;

    flow.ps = cpu_ps(cpu);
    flow.pc = cpu->r[PC];
    if (unlikely(cpu->vmx)) {
        if (is_assisted(cpu, &flow))
            return true;
        offset = cpu->outside ? 0 : vmx_offset(cpu->vmx, flow.ps);
        flow.vector = (u16)(flow.vector + offset);
    }
    for (unsigned i = 0; i < TRY_LIMIT; i++) {
        enum trap trap;

        if (unlikely(cpu->outside) && flow_leaves(cpu, &flow))
            return false;
        trap = flow_try(cpu, &flow);
        if (!trap) {
            cpu->trace = true; /* a vector that loads T traps before its handler runs (F31) */
            if (cpu->watch)
                watch_vector(cpu, flow.cause, flow.vector, flow.pc, flow.ps);
            if (cpu->debug)
                debug_vector(cpu, flow.cause, flow.vector);
            if (flow.red)
                cpu->attention |= ATTN_PROTECT; /* F67 */
            return true;
        }
        if (trap == TRAP_VM) {
            flow = flow_suspend(cpu, &flow);
            continue;
        }
        flow = (struct vector_flow){.vector = (u16)(trap_vector[trap] + offset),
                                    .red = trap == TRAP_RED,
                                    .again = flow.again,
                                    .ps = flow.ps,
                                    .pc = flow.pc};
    }
    if (!(cpu->attention & ATTN_HV))
        return false;
    (void)hv_event(cpu, HV_DOUBLE);
    return flow_run(cpu, (struct vector_flow){.vector = hv_leave(cpu)});
}

bool trap_take(struct cpu *cpu, enum trap trap)
{
    if (trap <= TRAP_RED)
        cpu->attention &= ~ATTN_BY_REF;
    if (unlikely(trap == TRAP_VM))
        return flow_run(cpu, (struct vector_flow){.vector = hv_leave(cpu)});
    return flow_run(cpu, (struct vector_flow){.vector = trap_vector[trap],
                                              .by_insn = trap >= TRAP_BPT,
                                              .red = trap == TRAP_RED});
}

bool trap_resume(struct cpu *cpu, const struct hv_flow *flow)
{
    return flow_run(cpu, flow_again(*flow));
}

static enum service served(struct cpu *cpu, struct vector_flow flow)
{
    cpu->attention &= ~ATTN_WAIT;
    /* A handler entered from its own first instruction for ever executes nothing, but time goes
     * on: such flows count as instructions. */
    if (cpu->flows_at != cpu->icount)
        cpu->flows = 0;
    if (cpu->flows < FLOW_LIMIT)
        cpu->flows++;
    else
        cpu->icount++;
    cpu->flows_at = cpu->icount;
    if (cpu->debug)
        debug_counted(cpu);
    return flow_run(cpu, flow) ? SERVICE_DONE : SERVICE_DOUBLE;
}

/* The highest of PIRQ and BR; PIRQ goes first at its level (F65). */
static enum service serve_interrupt(struct cpu *cpu)
{
    unsigned levels = (cpu->pirq >> 8 & 0376u) | cpu->br, level = 7;
    u16 vector;

    while (!(levels >> level & 1))
        level--;
    if (cpu->pirq >> (level + 8) & 1)
        return served(cpu, (struct vector_flow){.vector = VEC_PIRQ, .cause = CAUSE_INTERRUPT});
    if (cpu->attention & ATTN_HV && hv_exits(cpu->hv, HV_EXIT_GRANT))
        return trap_take(cpu, hv_event(cpu, HV_GRANT)) ? SERVICE_DONE : SERVICE_DOUBLE;
    if (cpu->attention & ATTN_HV)
        return served(
            cpu, (struct vector_flow){.vector = hv_grant(cpu, level), .cause = CAUSE_INTERRUPT});
    if (cpu->ops->grant(cpu->ops_ctx, level, &vector))
        return served(cpu, (struct vector_flow){.vector = vector, .cause = CAUSE_INTERRUPT});
    cpu_set_br(cpu, cpu->br & ~(1u << level)); /* passive release */
    return SERVICE_DONE;
}

/* Of the requests that are flags: the bit, its vector. In the order of service. */
static const struct {
    u32 bit;
    u16 vector;
} requests[] = {
    {ATTN_MMU, VEC_MMU}, {ATTN_YELLOW, VEC_BUS}, {ATTN_POWER, VEC_POWER}, {ATTN_FP, VEC_FP}};

/* In a virtual machine: the flow that it was suspended in, or another level's request. */
static bool serve_levels(struct cpu *cpu, u32 attention, enum service *service)
{
    const struct hv_flow flow = cpu->hv->flow;
    bool done;

    if ((attention & ATTN_POWER || hv_may_be_due(cpu->hv, cpu->icount)) && hv_due(cpu, attention)) {
        done = trap_take(cpu, TRAP_VM);
    } else if (flow.flags & HV_FLOW_VALID) {
        cpu->hv->flow = (struct hv_flow){0};
        done = trap_resume(cpu, &flow);
    } else {
        return false;
    }
    *service = done ? SERVICE_DONE : SERVICE_DOUBLE;
    return true;
}

/* Serve the most urgent of `attention`, which is not 0. */
static enum service serve(struct cpu *cpu, u32 attention)
{
    enum service levels;

    if (attention & ATTN_DEBUG)
        return SERVICE_WATCH;
    if (attention & ATTN_STOP) {
        cpu->attention &= ~ATTN_STOP;
        return SERVICE_STOP;
    }
    if (unlikely(attention & ATTN_HV)) {
        if (serve_levels(cpu, attention, &levels))
            return levels;
        if (attention == ATTN_HV)
            return SERVICE_NONE; /* as if nothing asked for attention */
    }
    if (attention & ATTN_PROTECT) {
        cpu->attention &= ~ATTN_PROTECT;
        cpu->trace = true;
        return SERVICE_NONE;
    }
    for (unsigned i = 0; i < ARRAY_LEN(requests); i++) {
        if (attention & requests[i].bit) {
            cpu->attention &= ~requests[i].bit;
            return served(cpu, (struct vector_flow){.vector = requests[i].vector,
                                                    .cause = CAUSE_REQUEST,
                                                    .yellow = requests[i].bit == ATTN_YELLOW});
        }
    }
    if (attention & ATTN_IRQ)
        return serve_interrupt(cpu);
    if (attention & ATTN_WAIT)
        return SERVICE_WAIT;
    /* T is the lowest of all (F32). */
    if (attention & ATTN_T && cpu->trace) {
        cpu->trace = false;
        return served(cpu, (struct vector_flow){.vector = VEC_T, .cause = CAUSE_REQUEST});
    }
    cpu->trace = true;
    return SERVICE_NONE;
}

enum service trap_service(struct cpu *cpu)
{
    u32 attention = cpu->attention & ~(ATTN_WATCH | ATTN_OUTSIDE);
    bool trace = cpu->trace;
    enum service found = attention ? serve(cpu, attention) : SERVICE_NONE;

    if (found != SERVICE_NONE)
        return found;
    if (unlikely(attention & ATTN_HV))
        hv_note(cpu, attention);
    if (cpu->outside) {
        memcpy(cpu->outside->r, cpu->r, sizeof cpu->r);
        cpu->outside->cc = cpu->cc;
    }
    if (cpu->debug)
        debug_served(cpu, attention, trace);
    if (cpu->attention & ATTN_WATCH && !(cpu->debug && debug_would_stop(cpu)))
        watch_insn(cpu);
    return found;
}
