/* assist.c - VM-assist: see assist.h.
 *
 * First everything is looked at without an effect (assist_look()): the words on the stack, the
 * vector, where would be pushed. Only then something is done, by references that cannot fail.
 */
#include "cpu/access.h"
#include "cpu/assist_impl.h"
#include "cpu/registers.h"
#include "cpu/watch.h"

u16 assist_ps(const struct cpu *cpu)
{
    return (u16)((block_get(cpu, VAB_PS) & PS_VIRTUAL) | (cpu_ps(cpu) & ~PS_VIRTUAL));
}

bool assist_is_on(const struct cpu *cpu, unsigned bit)
{
    const struct vmx *vmx = cpu->vmx;
    unsigned need = VACSR_ON | bit, trap = VCSR_EN | VCSR_TUSR;

    return (vmx->vacsr & need) == need && (vmx->vcsr & trap) == trap && cpu_mode(cpu) == MODE_U &&
           !(cpu->ps & PS_T) && ((u32)vmx->vablk << 6) + VAB_SIZE <= cpu->ram->size;
}

/* The highest level at which the guest has a request. */
static unsigned request_level(const struct cpu *cpu)
{
    unsigned device = block_get(cpu, VAB_LEVEL) >> 5 & 7u;
    unsigned program = registers_pirq_level(block_get(cpu, VAB_PIRQ) & 0177000u);

    return device > program ? device : program;
}

bool assist_is_usual(const struct cpu *cpu, u16 ps)
{
    unsigned mode = ps >> 14, was = block_mode(cpu);

    if (ps & PS_T || mode == MODE_ILLEGAL || was == MODE_ILLEGAL)
        return false;
    if (mode != was && !block_flag(cpu, VAB_MAP_ONE | VAB_MAP_SHADOW))
        return false;
    if (block_flag(cpu, VAB_FIXED) && (ps ^ assist_ps(cpu)) & (PS_MODE | PS_PREV))
        return false;
    return request_level(cpu) <= (ps >> 5 & 7u);
}

/* The stack pointer that the guest has in `mode`. */
static u16 virtual_sp(const struct cpu *cpu, unsigned mode)
{
    return mode == block_mode(cpu) ? cpu->r[SP] : block_get(cpu, VAB_SP + 2 * mode);
}

/* Another mode of the guest: its stack pointer, its map, the stack limit in its kernel. */
static void change_mode(struct cpu *cpu, enum mode was, enum mode mode)
{
    struct vmx *vmx = cpu->vmx;

    block_put(cpu, VAB_SP + 2 * was, cpu->r[SP]);
    cpu->r[SP] = block_get(cpu, VAB_SP + 2 * mode);
    if (!block_flag(cpu, VAB_MAP_ONE))
        assist_empty(cpu);
    if (!block_flag(cpu, VAB_MAP_LIMIT))
        return;
    vmx->vcsr = (u16)(mode == MODE_K ? vmx->vcsr | VCSR_USLE : vmx->vcsr & ~VCSR_USLE);
    cpu_vmx_changed(cpu);
}

void assist_load_ps(struct cpu *cpu, u16 ps)
{
    enum mode mode = (enum mode)(ps >> 14), was = block_mode(cpu);

    if (mode != was)
        change_mode(cpu, was, mode);
    block_put(cpu, VAB_PS, ps & PS_VIRTUAL);
    cpu_set_ps(cpu, (u16)((cpu->ps & PS_VIRTUAL) | (ps & ~PS_VIRTUAL)));
}

/* A word on the stack of the guest's current mode. */
static bool look_stack(const struct cpu *cpu, u16 va, u16 *value)
{
    return assist_look(cpu, block_mode(cpu), SPACE_D, va, false, value);
}

/* RTI, RTT: as on the guest's own machine, exec_mode.c. */
static bool assist_return(struct cpu *cpu, bool trace)
{
    u16 sp = cpu->r[SP], pc, ps, old = assist_ps(cpu);

    if (!look_stack(cpu, sp, &pc) || !look_stack(cpu, (u16)(sp + 2), &ps))
        return false;
    ps &= PS_BITS;
    if (old >> 14 != MODE_K)
        ps = (u16)((ps & 0174037u) | (old & 0174340u));
    if (!assist_is_usual(cpu, ps))
        return false;
    cpu->r[SP] = (u16)(sp + 4);
    cpu_record(cpu, SP, 2);
    cpu_record(cpu, SP, 2);
    assist_load_ps(cpu, ps);
    cpu->r[PC] = pc;
    cpu->trace = trace;
    return true;
}

/* Outside its kernel the guest's SPL does nothing. */
static bool assist_spl(struct cpu *cpu)
{
    u16 ps, insn;

    if (!assist_is_on(cpu, VACSR_SPL) ||
        !assist_look(cpu, block_mode(cpu), SPACE_I, (u16)(cpu->r[PC] - 2), false, &insn))
        return false;
    ps = assist_ps(cpu);
    if (ps >> 14 == MODE_K) {
        ps = (u16)((ps & ~PS_PRIO) | (insn & 7u) << 5);
        if (!assist_is_usual(cpu, ps))
            return false;
        assist_load_ps(cpu, ps);
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
static bool assist_vector(struct cpu *cpu, u16 vector, bool by_insn)
{
    u16 old = assist_ps(cpu), back = cpu->r[PC], at, pc, ps, sp, word;
    enum mode mode;

    at = (u16)(block_get(cpu, VAB_BASE) + vector);
    if (!assist_look(cpu, MODE_K, SPACE_D, at, false, &pc) ||
        !assist_look(cpu, MODE_K, SPACE_D, (u16)(at + 2), false, &ps))
        return false;
    ps = (u16)((ps & PS_BITS & ~PS_PREV) | (old >> 2 & PS_PREV));
    if (!assist_is_usual(cpu, ps))
        return false;
    mode = (enum mode)(ps >> 14);
    sp = virtual_sp(cpu, mode);
    if (is_limited(cpu, ps, sp) || !assist_look(cpu, mode, SPACE_D, (u16)(sp - 2), true, &word) ||
        !assist_look(cpu, mode, SPACE_D, (u16)(sp - 4), true, &word))
        return false;
    assist_load_ps(cpu, ps);
    cpu->r[SP] = (u16)(sp - 4);
    if (access_write_mode(cpu, MODE_U, SPACE_D, (u16)(sp - 2), old) ||
        access_write_mode(cpu, MODE_U, SPACE_D, (u16)(sp - 4), back))
        return true; /* not reached: looked at */
    cpu->r[PC] = pc;
    cpu->trace = true;
    /* MMR1 and MMR2, as trap.c has them. */
    cpu->changes = 0;
    cpu_record(cpu, SP, -2);
    cpu_record(cpu, SP, -2);
    if (!by_insn)
        cpu->start = vector;
    if (cpu->watch)
        watch_vector(cpu, CAUSE_TRAP, vector, back, old);
    return true;
}

/* One of the ten. */
static bool assist_insn(struct cpu *cpu, enum vmx_code code)
{
    bool outside = assist_is_on(cpu, VACSR_USER) && block_mode(cpu) != MODE_K;

    switch (code) {
    case VMX_RTI: return assist_is_on(cpu, VACSR_RTI) && assist_return(cpu, true);
    case VMX_RTT: return assist_is_on(cpu, VACSR_RTI) && assist_return(cpu, false);
    case VMX_SPL: return assist_spl(cpu);
    case VMX_HALT: return outside && assist_vector(cpu, 0004, false);
    case VMX_RESET: return outside;
    case VMX_WAIT:
    case VMX_MTPI:
    case VMX_MTPD:
    case VMX_MFPI:
    case VMX_MFPD: break;
    }
    return false;
}

static bool assisted(struct cpu *cpu, u16 vector, bool by_insn)
{
    if (by_insn && vector == 0010)
        return assist_insn(cpu, (enum vmx_code)(cpu->vmx->vcode >> 1 & 017));
    if (by_insn)
        return assist_is_on(cpu, VACSR_EMT) && assist_vector(cpu, vector, true);
    return vector == 0010 && assist_is_on(cpu, VACSR_USER) && block_mode(cpu) != MODE_K &&
           assist_vector(cpu, vector, false);
}

bool assist_trap(struct cpu *cpu, u16 vector, bool by_insn)
{
    bool done = assisted(cpu, vector, by_insn);

    cpu->vmx->assists += done;
    return done;
}
