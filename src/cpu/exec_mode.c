/* exec_mode.c - the sensitive instructions: HALT, WAIT, RESET, SPL, RTI, RTT, MFPx, MTPx.
 *
 * What each does outside kernel mode is the subject of the thesis's appendix C and of facts F1-F4
 * and F25-F29. With the KBS11-A all of them can trap there instead.
 */
#include "cpu/exec.h"
#include "cpu/operand.h"

/* The KBS11-A makes the instruction trap, before anything of it is executed. */
static inline bool is_taken(struct cpu *cpu, enum vmx_code code)
{
    if (likely(!cpu->vmx) || !vmx_traps(cpu->vmx, cpu_mode(cpu), code))
        return false;
    cpu->vmx->vcode = (u16)(VCODE_TAKEN | (unsigned)code << 1);
    return true;
}

/* A virtual machine's HALT, RESET and WAIT are its parent's business. */
static inline bool is_virtual(const struct cpu *cpu)
{
    return unlikely(cpu->hv) && cpu->hv->level;
}

enum trap exec_HALT(struct cpu *cpu, unsigned insn)
{
    if (is_taken(cpu, VMX_HALT))
        return TRAP_VMX;
    if (cpu_mode(cpu) != MODE_K)
        return TRAP_HALT;
    return is_virtual(cpu) ? hv_event(cpu, HV_HALT) : TRAP_STOP;
}

/* Waits in any mode (F2: the microcode has no branch on the mode). A traced WAIT waits too; its T
 * trap comes after the interrupt's return (F33). */
enum trap exec_WAIT(struct cpu *cpu, unsigned insn)
{
    if (is_taken(cpu, VMX_WAIT))
        return TRAP_VMX;
    cpu->attention |= ATTN_WAIT;
    if (is_virtual(cpu) && hv_exits(cpu->hv, HV_EXIT_WAIT) && !(cpu->attention & ATTN_IRQ))
        return hv_event(cpu, HV_WAIT);
    return TRAP_NONE;
}

enum trap exec_RESET(struct cpu *cpu, unsigned insn)
{
    if (is_taken(cpu, VMX_RESET))
        return TRAP_VMX;
    if (cpu_mode(cpu) != MODE_K)
        return TRAP_NONE;
    if (is_virtual(cpu)) {
        cpu_reset(cpu);
        hv_init_level(cpu);
        return hv_exits(cpu->hv, HV_EXIT_RESET) ? hv_event(cpu, HV_RESET) : TRAP_NONE;
    }
    cpu->ops->init(cpu->ops_ctx);
    cpu_reset(cpu);
    return TRAP_NONE;
}

/* The next instruction is fetched without a look at requests, in every mode (F4, F82; microcode
 * SPL.00 goes to the fetch without BRQ strobe). */
enum trap exec_SPL(struct cpu *cpu, unsigned insn)
{
    if (is_taken(cpu, VMX_SPL))
        return TRAP_VMX;
    if (cpu_mode(cpu) == MODE_K) {
        cpu->ps = (u16)((cpu->ps & ~PS_PRIO) | (insn & 7u) << 5);
        cpu_update(cpu);
    }
    cpu->attention |= ATTN_PROTECT;
    return TRAP_NONE;
}

/* Outside kernel mode mode, previous mode and set can only be raised and the priority stays. PC is
 * loaded before the PSW is popped; both pops are on the old mode's stack (F28, F69, F70). */
static enum trap return_from_trap(struct cpu *cpu)
{
    enum trap trap;
    u16 pc, ps;

    trap = operand_pop(cpu, &pc);
    if (unlikely(trap))
        return trap;
    cpu->r[PC] = pc;
    trap = operand_pop(cpu, &ps);
    if (unlikely(trap))
        return trap;
    if (cpu_mode(cpu) != MODE_K)
        ps = (u16)((ps & 0174037u) | (cpu->ps & 0174340u));
    cpu_set_ps(cpu, ps);
    return TRAP_NONE;
}

/* An RTI that loads T traps at once, an RTT after the next instruction (F29, F80). */
enum trap exec_RTI(struct cpu *cpu, unsigned insn)
{
    enum trap trap;

    if (is_taken(cpu, VMX_RTI))
        return TRAP_VMX;
    trap = return_from_trap(cpu);
    cpu->trace = true;
    return trap;
}

enum trap exec_RTT(struct cpu *cpu, unsigned insn)
{
    enum trap trap;

    if (is_taken(cpu, VMX_RTT))
        return TRAP_VMX;
    trap = return_from_trap(cpu);
    cpu->trace = false;
    return trap;
}

/* MFPI and MFPD: the address is computed in the current mode, the operand read in the previous
 * one's space; SP is the previous mode's. */
static enum trap move_from(struct cpu *cpu, unsigned insn, unsigned space)
{
    enum mode prev = cpu_prev_mode(cpu);
    struct cc before = cpu->cc;
    unsigned ref;
    enum trap trap;
    u16 va, value;

    if ((insn & 070) == 0) {
        value = (insn & 7) == SP ? cpu_get_sp(cpu, prev) : cpu->r[insn & 7];
    } else {
        trap = operand_address(cpu, insn & 077, 2, &va, &ref);
        if (unlikely(trap))
            return trap;
        trap = access_read_mode(cpu, prev, space | REF_DST, va, &value);
        if (unlikely(trap))
            return trap;
    }
    alu_logic(&cpu->cc, value);
    trap = operand_push(cpu, value);
    if (unlikely(trap))
        cpu->cc = before;
    return trap;
}

/* User mode with previous mode user: execute-only code stays unreadable, MFPI reads D (F25). */
enum trap exec_MFPI(struct cpu *cpu, unsigned insn)
{
    bool user = (cpu->ps & (PS_MODE | PS_PREV)) == (PS_MODE | PS_PREV);

    if (is_taken(cpu, VMX_MFPI))
        return TRAP_VMX;
    return move_from(cpu, insn, user ? SPACE_D : SPACE_I);
}

enum trap exec_MFPD(struct cpu *cpu, unsigned insn)
{
    if (is_taken(cpu, VMX_MFPD))
        return TRAP_VMX;
    return move_from(cpu, insn, SPACE_D);
}

/* MTPI and MTPD: the word is popped before the destination is evaluated (F27). */
static enum trap move_to(struct cpu *cpu, unsigned insn, unsigned space)
{
    enum mode prev = cpu_prev_mode(cpu);
    struct cc before = cpu->cc;
    unsigned spec = insn & 077, ref;
    enum trap trap;
    u16 va, value;

    trap = operand_pop(cpu, &value);
    if (unlikely(trap))
        return trap;
    if ((spec & 070) == 0) {
        if (spec == SP)
            cpu_put_sp(cpu, prev, value);
        else
            cpu->r[spec] = value;
        alu_logic(&cpu->cc, value);
        return TRAP_NONE;
    }
    trap = operand_address(cpu, spec, 2, &va, &ref);
    if (!trap)
        trap = stack_guard(cpu, spec, va);
    if (unlikely(trap))
        return trap;
    alu_logic(&cpu->cc, value);
    trap = stack_fault(cpu, spec, access_write_mode(cpu, prev, space | REF_DST, va, value));
    if (unlikely(trap))
        cpu->cc = before;
    return trap;
}

enum trap exec_MTPI(struct cpu *cpu, unsigned insn)
{
    if (is_taken(cpu, VMX_MTPI))
        return TRAP_VMX;
    return move_to(cpu, insn, SPACE_I);
}

enum trap exec_MTPD(struct cpu *cpu, unsigned insn)
{
    if (is_taken(cpu, VMX_MTPD))
        return TRAP_VMX;
    return move_to(cpu, insn, SPACE_D);
}
