/* assist.c - VM-assist: see assist.h.
 *
 * First everything is looked at without an effect (mmu_probe()): the words on the stack, the
 * vector, where would be pushed. Only then something is done, by references that cannot fail.
 */
#include "cpu/assist.h"

#include "cpu/access.h"

/* What of the virtual PSW is in the block; the rest is in the real one. */
#define PS_VIRTUAL (PS_MODE | PS_PREV | PS_PRIO)

static u16 block_get(const struct cpu *cpu, unsigned at)
{
    return ram_get(cpu->ram, ((u32)cpu->vmx->vablk << 6) + at);
}

static void block_put(struct cpu *cpu, unsigned at, u16 value)
{
    ram_put(cpu->ram, ((u32)cpu->vmx->vablk << 6) + at, value);
}

/* The guest's PSW. */
static u16 virtual_ps(const struct cpu *cpu)
{
    return (u16)((block_get(cpu, VAB_PS) & PS_VIRTUAL) | (cpu_ps(cpu) & ~PS_VIRTUAL));
}

/* The part of VM-assist that `bit` is may act. */
static bool is_on(const struct cpu *cpu, unsigned bit)
{
    const struct vmx *vmx = cpu->vmx;
    unsigned need = VACSR_ON | bit;

    return (vmx->vacsr & need) == need && vmx->vcsr & VCSR_EN && cpu_mode(cpu) == MODE_U &&
           !(cpu->ps & PS_T) && ((u32)vmx->vablk << 6) + VAB_SIZE <= cpu->ram->size;
}

/* A word of the guest: would a reference to it succeed, in memory, without any trap? */
static bool look(const struct cpu *cpu, enum space space, u16 va, bool write, u16 *value)
{
    const struct mmu_ref ref = {MODE_U, space, va, write};
    u32 pa;

    if (va & 1 || !mmu_probe(&cpu->mmu, &ref, &pa) || pa >= cpu->ram->size)
        return false;
    *value = ram_get(cpu->ram, pa);
    return true;
}

/* May the guest go on with this PSW, with no more than what is here? */
static bool is_usual(const struct cpu *cpu, u16 ps)
{
    unsigned mode = ps >> 14, was = block_get(cpu, VAB_PS) >> 14;

    if (ps & PS_T || mode == MODE_ILLEGAL || was == MODE_ILLEGAL)
        return false;
    if (mode != was && !(block_get(cpu, VAB_MAP) & VAB_MAP_ONE))
        return false;
    return (block_get(cpu, VAB_LEVEL) >> 5 & 7) <= (ps >> 5 & 7);
}

/* The stack pointer that the guest has in `mode`. */
static u16 virtual_sp(const struct cpu *cpu, unsigned mode)
{
    return mode == block_get(cpu, VAB_PS) >> 14 ? cpu->r[SP] : block_get(cpu, VAB_SP + 2 * mode);
}

/* Load the guest's PSW; the register set and the stack pointer follow. */
static void load_ps(struct cpu *cpu, u16 ps)
{
    struct vmx *vmx = cpu->vmx;
    unsigned mode = ps >> 14, was = block_get(cpu, VAB_PS) >> 14;

    if (mode != was) {
        block_put(cpu, VAB_SP + 2 * was, cpu->r[SP]);
        cpu->r[SP] = block_get(cpu, VAB_SP + 2 * mode);
    }
    block_put(cpu, VAB_PS, ps & PS_VIRTUAL);
    cpu_set_ps(cpu, (u16)((cpu->ps & PS_VIRTUAL) | (ps & ~PS_VIRTUAL)));
    if (mode != was && block_get(cpu, VAB_MAP) & VAB_MAP_LIMIT) {
        vmx->vcsr = (u16)(mode == MODE_K ? vmx->vcsr | VCSR_USLE : vmx->vcsr & ~VCSR_USLE);
        cpu_vmx_changed(cpu);
    }
}

/* RTI, RTT: as on the guest's own machine, exec_mode.c. */
static bool assist_return(struct cpu *cpu, bool trace)
{
    u16 sp = cpu->r[SP], pc, ps, old = virtual_ps(cpu);

    if (!look(cpu, SPACE_D, sp, false, &pc) || !look(cpu, SPACE_D, (u16)(sp + 2), false, &ps))
        return false;
    ps &= PS_BITS;
    if (old >> 14 != MODE_K)
        ps = (u16)((ps & 0174037u) | (old & 0174340u));
    if (!is_usual(cpu, ps))
        return false;
    cpu->r[SP] = (u16)(sp + 4);
    load_ps(cpu, ps);
    cpu->r[PC] = pc;
    cpu->trace = trace;
    return true;
}

/* Outside its kernel the guest's SPL does nothing. */
static bool assist_spl(struct cpu *cpu)
{
    u16 ps, insn;

    if (!is_on(cpu, VACSR_SPL) || !look(cpu, SPACE_I, (u16)(cpu->r[PC] - 2), false, &insn))
        return false;
    ps = virtual_ps(cpu);
    if (ps >> 14 == MODE_K) {
        ps = (u16)((ps & ~PS_PRIO) | (insn & 7u) << 5);
        if (!is_usual(cpu, ps))
            return false;
        load_ps(cpu, ps);
    }
    cpu->attention |= ATTN_PROTECT;
    return true;
}

/* Would one of the two pushes meet the guest's stack limit? */
static bool is_limited(const struct cpu *cpu, u16 ps, u16 sp)
{
    unsigned edge = cpu->vmx->vusl + 0402u;

    return !(ps & (PS_MODE | PS_SET)) && ((u16)(sp - 2) < edge || sp < edge);
}

/* The guest enters a vector of its own. */
static bool assist_vector(struct cpu *cpu, u16 vector)
{
    u16 old = virtual_ps(cpu), back = cpu->r[PC], at, pc, ps, sp, word;

    at = (u16)(block_get(cpu, VAB_BASE) + vector);
    if (!look(cpu, SPACE_D, at, false, &pc) || !look(cpu, SPACE_D, (u16)(at + 2), false, &ps))
        return false;
    ps = (u16)((ps & PS_BITS & ~PS_PREV) | (old >> 2 & PS_PREV));
    if (!is_usual(cpu, ps))
        return false;
    sp = virtual_sp(cpu, ps >> 14);
    if (is_limited(cpu, ps, sp) || !look(cpu, SPACE_D, (u16)(sp - 2), true, &word) ||
        !look(cpu, SPACE_D, (u16)(sp - 4), true, &word))
        return false;
    load_ps(cpu, ps);
    cpu->r[SP] = (u16)(sp - 4);
    if (access_write_mode(cpu, MODE_U, SPACE_D, (u16)(sp - 2), old) ||
        access_write_mode(cpu, MODE_U, SPACE_D, (u16)(sp - 4), back))
        return true; /* not reached: looked at */
    cpu->r[PC] = pc;
    cpu->trace = true;
    return true;
}

/* One of the ten. */
static bool assist_insn(struct cpu *cpu, enum vmx_code code)
{
    bool outside = is_on(cpu, VACSR_USER) && block_get(cpu, VAB_PS) >> 14 != MODE_K;

    switch (code) {
    case VMX_RTI: return is_on(cpu, VACSR_RTI) && assist_return(cpu, true);
    case VMX_RTT: return is_on(cpu, VACSR_RTI) && assist_return(cpu, false);
    case VMX_SPL: return assist_spl(cpu);
    case VMX_HALT: return outside && assist_vector(cpu, 0004);
    case VMX_RESET: return outside;
    case VMX_WAIT:
    case VMX_MTPI:
    case VMX_MTPD:
    case VMX_MFPI:
    case VMX_MFPD: break;
    }
    return false;
}

bool assist_trap(struct cpu *cpu, u16 vector, bool by_insn)
{
    if (by_insn && vector == 0010)
        return assist_insn(cpu, (enum vmx_code)(cpu->vmx->vcode >> 1 & 017));
    if (by_insn)
        return is_on(cpu, VACSR_EMT) && assist_vector(cpu, vector);
    return vector == 0010 && is_on(cpu, VACSR_USER) && block_get(cpu, VAB_PS) >> 14 != MODE_K &&
           assist_vector(cpu, vector);
}
