/* plan.c - decode a block, and find which condition codes matter: see plan.h. */
#include "jit/plan.h"

#include <string.h>

#include "cpu/idle.h"
#include "jit/cache.h"
#include "jit/fp.h"
#include "mem/ram.h"

#define IDLE_LOOP 0777u /* BR . */
#define INSN_RTS  0200u

#define EXTENT     256u /* bytes between the first and the last of a block, at most */
#define AFTER_CALL 8u   /* instructions behind a call that is followed, at most */

/* The word at `va` of the program; false where the map has no entry for it. */
static bool fetch(const struct cpu *cpu, u16 va, u16 *word, u32 *pa)
{
    map_entry entry = cpu->map[SPACE_I]->read[va >> 6];
    const u8 *at = (const u8 *)(entry + va);

    if (!entry || va & 1)
        return false;
    *word = word_get(at);
    *pa = (u32)(at - cpu->ram->base);
    return true;
}

/* Can an operand be translated? `extra` is the word that belongs to it, `behind` PC when that has
 * been fetched. */
static bool operand_fits(unsigned spec, u16 extra, u16 behind, bool write, unsigned size)
{
    unsigned reg = spec & 7;

    if (reg != PC)
        return true;
    switch (spec >> 3) {
    case 0: return !write && size == 2;
    case 2: return !write;
    case 3: return size == 1 || !(extra & 1);
    case 6: return size == 1 || !((extra + behind) & 1);
    case 7: return !((extra + behind) & 1);
    default: return false;
    }
}

/* The operand in bits <5:0>, which comes last. */
static bool last_fits(const struct plan_insn *insn, bool write, unsigned size)
{
    u16 behind = (u16)(insn->pc + 2u * insn->length);

    return operand_fits(insn->word[0] & 077u, insn->word[insn->length - 1], behind, write, size);
}

static bool double_fits(const struct plan_insn *insn, bool write, unsigned size)
{
    unsigned src = insn->word[0] >> 6 & 077u;

    return operand_fits(src, insn->word[1], (u16)(insn->pc + 4), false, size) &&
           last_fits(insn, write, size);
}

/* MUL, DIV, ASH and ASHC: with registers that are not SP and PC. */
static bool eis_fits(const struct plan_insn *insn)
{
    unsigned word = insn->word[0], reg = word >> 6 & 7, spec = word & 077;

    if (reg >= SP || !last_fits(insn, false, 2))
        return false;
    switch (insn->op) {
    case OP_DIV: return reg % 2 == 0 && (spec >> 4 == 0 || spec >> 4 == 3 || spec == 027);
    default: return true;
    }
}

/* A floating point instruction: those that fp.c has; memory by PC only where the address is
 * known, and no immediate destination. */
static bool fp_fits(const struct plan_insn *insn)
{
    enum op op = (enum op)insn->op;
    unsigned spec = insn->word[0] & 077u;
    const char *operands = isa_form[isa_info[op].form].operands;
    bool floating = strchr(operands, 'f'), written;

    if (!*operands)
        return fp_function(op, FP_ACCUMULATOR, false);
    if (!fp_function(op, FP_MEMORY, false))
        return false;
    written = !fp_function(op, FP_WORD, false);
    if (floating && spec < 010)
        return spec < 6;
    return last_fits(insn, written, 2);
}

/* The emitters of emit.c can do it. */
static bool is_native(const struct plan_insn *insn)
{
    const struct insn_info *info = &isa_info[insn->op];
    unsigned spec = insn->word[0] & 077u, link;
    bool write = info->dst == DST_W16 || info->dst == DST_RW16 || info->dst == DST_W8 ||
                 info->dst == DST_RW8;
    unsigned size = info->dst == DST_R8 || info->dst == DST_W8 || info->dst == DST_RW8 ? 1 : 2;

    if (info->unit == UNIT_FP11)
        return fp_fits(insn);
    if (info->sens != SENS_NONE)
        return false;
    switch ((enum form)info->form) {
    case FORM_SD: return double_fits(insn, write, size);
    case FORM_DR: return eis_fits(insn);
    case FORM_CC: return (insn->word[0] & (CC_N | CC_Z)) == 0;
    case FORM_BR: return true;
    case FORM_SOB: return (insn->word[0] >> 6 & 7) < PC;
    case FORM_Q: link = insn->word[0] & 7; return link != SP;
    case FORM_D:
        if (insn->op == OP_JMP)
            return spec >= 010 && spec != 027 && last_fits(insn, false, 1);
        return last_fits(insn, write, size);
    case FORM_RD:
        link = insn->word[0] >> 6 & 7;
        if (insn->op == OP_JSR)
            return link != SP && spec >= 010 && spec != 027 && last_fits(insn, false, 1);
        return link != PC && last_fits(insn, write, size);
    default: return false;
    }
}

/* One that changes the PSW, in a mode where emit_trap.c can do it. */
static bool changes_ps(unsigned op, enum mode mode)
{
    switch ((enum op)op) {
    case OP_BPT:
    case OP_IOT:
    case OP_EMT:
    case OP_TRAP: return mode == MODE_K || mode == MODE_U;
    case OP_RTI:
    case OP_RTT: return mode == MODE_K;
    case OP_SPL: return true;
    default: return false;
    }
}

/* A reference to memory may find no entry in the map, and then nothing has changed yet. */
static bool may_miss(const struct plan_insn *insn)
{
    unsigned spec = insn->word[0] & 077u, src = insn->word[0] >> 6 & 077u;

    if (isa_info[insn->op].unit == UNIT_FP11)
        return true;
    switch ((enum form)isa_info[insn->op].form) {
    case FORM_SD: return (src >= 010 && src != 027) || (spec >= 010 && spec != 027);
    case FORM_DR: return insn->op == OP_DIV || (spec >= 010 && spec != 027);
    case FORM_D:
    case FORM_RD: return spec >= 010;
    case FORM_Q: return true;
    default: return false;
    }
}

static unsigned flags_defined(const struct plan_insn *insn)
{
    const char *nzvc = isa_info[insn->op].nzvc;

    if (insn->op == OP_CLCC || insn->op == OP_SECC)
        return (insn->word[0] & CC_V ? LIVE_V : 0) | (insn->word[0] & CC_C ? LIVE_C : 0);
    return (nzvc[1] != '-' ? LIVE_NZ : 0) | (nzvc[2] != '-' ? LIVE_V : 0) |
           (nzvc[3] != '-' ? LIVE_C : 0);
}

bool plan_needs_carry(unsigned op)
{
    switch ((enum op)op) {
    case OP_ADC:
    case OP_ADCB:
    case OP_SBC:
    case OP_SBCB:
    case OP_ROR:
    case OP_RORB:
    case OP_ROL:
    case OP_ROLB: return true;
    default: return false;
    }
}

static unsigned flags_used(const struct plan_insn *insn)
{
    if (insn->step || insn->guarded || isa_info[insn->op].sens != SENS_NONE ||
        insn->next != NEXT_INSN || may_miss(insn))
        return LIVE_ALL;
    if (plan_needs_carry(insn->op))
        return LIVE_C;
    return insn->op == OP_SXT ? LIVE_NZ : 0;
}

static void find_live(struct plan *plan)
{
    unsigned live = LIVE_ALL;

    for (unsigned i = plan->count; i-- > 0;) {
        struct plan_insn *insn = &plan->insn[i];

        if (insn->pirq) /* behind which the block may be left */
            live = LIVE_ALL;
        insn->live = (u8)live;
        insn->defined = (u8)(insn->step ? 0 : flags_defined(insn));
        live = flags_used(insn) | (live & ~(unsigned)insn->defined);
    }
}

/* The target of a jump that is known: BR, JMP and JSR to a constant address. */
static bool known_target(const struct plan_insn *insn, u16 *target)
{
    unsigned word = insn->word[0];
    u16 behind = (u16)(insn->pc + 2u * insn->length);

    if (isa_info[insn->op].form == FORM_BR)
        *target = (u16)(behind + 2 * (i8)(word & 0377));
    else if (insn->op == OP_SOB)
        *target = (u16)(behind - 2 * (word & 077));
    else if ((insn->op == OP_JMP || insn->op == OP_JSR) && (word & 077) == 037)
        *target = insn->word[1];
    else if ((insn->op == OP_JMP || insn->op == OP_JSR) && (word & 077) == 067)
        *target = (u16)(behind + insn->word[1]);
    else
        return false;
    return true;
}

static bool is_planned(const struct plan *plan, u16 pc)
{
    for (unsigned i = 0; i < plan->count; i++)
        if (plan->insn[i].pc == pc)
            return true;
    return false;
}

/* Fetch and decode the instruction at `pc`, and take it into the plan's extent. */
static bool take(struct plan *plan, const struct cpu *cpu, const struct cache *cache, u16 pc)
{
    struct plan_insn *insn = &plan->insn[plan->count];
    u32 first = plan->first, last = plan->last;

    *insn = (struct plan_insn){.pc = pc, .length = 1};
    for (unsigned i = 0; i < insn->length; i++) {
        u16 va = (u16)(pc + 2 * i);
        u32 pa;

        if ((va ^ plan->pc) >> 13 || !fetch(cpu, va, &insn->word[i], &pa))
            return false;
        if (i == 0) {
            insn->length = (u8)isa_length(insn->word[0]);
            insn->pa = pa;
        }
        if (plan->called && cache_changed(cache, pa))
            return false; /* an overlay does not take its caller with it */
        if (cache_changes(cache, pa))
            insn->guarded = true;
        first = pa < first ? pa : first;
        last = pa + 1 > last ? pa + 1 : last;
        if (last - first >= EXTENT)
            return false;
    }
    insn->op = (u8)isa_op(insn->word[0]);
    plan->first = first;
    plan->last = last;
    return true;
}

/* MFPx, MTPx in a mode where emit_mode.c can do them. */
static bool crosses(const struct plan_insn *insn, enum mode mode)
{
    unsigned spec = insn->word[0] & 077u;

    switch ((enum op)insn->op) {
    case OP_MFPI:
    case OP_MFPD:
    case OP_MTPI:
    case OP_MTPD: return mode == MODE_K && spec != PC && last_fits(insn, true, 2);
    default: return false;
    }
}

/* Is the address in the I/O page now? */
static bool is_device(const struct cpu *cpu, u16 va)
{
    const struct mmu_ref ref = {cpu_mode(cpu), SPACE_D, va, false};
    u32 pa;

    mmu_probe(&cpu->mmu, &ref, &pa);
    return pa >= mmu_io_page(&cpu->mmu);
}

/* An operand at a known address: is that a device's register? */
static bool names_device(const struct cpu *cpu, unsigned spec, u16 extra, u16 behind)
{
    return (spec == 037 && is_device(cpu, extra)) ||
           (spec == 067 && is_device(cpu, (u16)(extra + behind)));
}

static bool is_word(unsigned op)
{
    unsigned dst = isa_info[op].dst;

    return dst == DST_R16 || dst == DST_W16 || dst == DST_RW16;
}

static bool is_written(unsigned op)
{
    return isa_info[op].dst != DST_R16 && isa_info[op].dst != DST_R8;
}

/* Words are written, or bits of words. */
static bool is_put(unsigned op)
{
    return op == OP_MOV || op == OP_BIS || op == OP_BIC || op == OP_CLR;
}

/* One or both operands are registers of devices, and it is not for find.c; or the PSW where
 * emit_mode.c cannot do it. */
static bool needs_bus(struct plan_insn *insn, const struct cpu *cpu)
{
    unsigned src = insn->word[0] >> 6 & 077u, dst = insn->word[0] & 077u;
    u16 behind = (u16)(insn->pc + 2u * insn->length), last = insn->word[insn->length - 1];
    bool two = isa_info[insn->op].form == FORM_SD;
    enum mode mode = cpu_mode(cpu);

    if (isa_info[insn->op].flow != FLOW_NEXT)
        return false;
    if (two && plan_is_psw(mode, src, insn->word[1], (u16)(insn->pc + 4)) &&
        names_device(cpu, src, insn->word[1], (u16)(insn->pc + 4)) && !is_word(insn->op))
        return true;
    if (!names_device(cpu, dst, last, behind))
        return false;
    if (!plan_is_psw(mode, dst, last, behind)) {
        insn->pirq = plan_names(mode, dst, last, behind, PLAN_PIRQ) && is_put(insn->op);
        return is_written(insn->op) && !insn->pirq;
    }
    switch ((enum op)insn->op) {
    case OP_MOV:
    case OP_MOVB:
    case OP_BIS:
    case OP_BISB:
    case OP_BIC:
    case OP_BICB:
    case OP_CLR:
    case OP_CLRB: insn->psw = true; return false;
    case OP_TST:
    case OP_BIT:
    case OP_CMP: return false;
    default: return true;
    }
}

/* Who does it? */
static void choose(struct plan_insn *insn, const struct cpu *cpu)
{
    enum mode mode = cpu_mode(cpu);

    insn->leave = insn->word[0] == IDLE_LOOP; /* which skips: cpu/idle.h */
    insn->idle = idle_loop(cpu, insn->pc);
    if (insn->leave || (is_native(insn) && !needs_bus(insn, cpu)) || changes_ps(insn->op, mode) ||
        crosses(insn, mode))
        return;
    insn->step = isa_info[insn->op].flow == FLOW_NEXT && insn->op != OP_NONE;
    insn->leave = !insn->step;
}

/* Behind a call not many instructions are taken. RTS PC is likely to come back behind JSR PC. */
static void note_call(struct plan *plan, const struct plan_insn *insn)
{
    if (!plan->called && plan->limit > plan->count + plan->after_call)
        plan->limit = plan->count + plan->after_call;
    plan->called = true;
    if ((insn->word[0] >> 6 & 7) != PC || plan->calls == ARRAY_LEN(plan->back))
        plan->calls = 0;
    else
        plan->back[plan->calls++] = (u16)(insn->pc + 2u * insn->length);
}

static bool likely_return(struct plan *plan, const struct plan_insn *insn, u16 *target)
{
    if (insn->word[0] != (INSN_RTS | PC) || plan->calls == 0)
        return false;
    *target = plan->back[--plan->calls];
    return true;
}

/* A jump, call or return: does it lead to an address that is known, or likely? */
static bool leads(struct plan *plan, const struct plan_insn *insn, u16 *target)
{
    if (isa_info[insn->op].flow == FLOW_RET)
        return likely_return(plan, insn, target);
    if (isa_info[insn->op].flow == FLOW_CALL)
        note_call(plan, insn);
    return known_target(insn, target);
}

/* What comes behind the instruction that has just been taken: *pc. False: the block ends there. */
static bool go_on(struct plan *plan, struct plan_insn *insn, u16 *pc)
{
    const struct insn_info *info = &isa_info[insn->op];
    u16 target = 0, behind = (u16)(insn->pc + 2u * insn->length);

    *pc = plan->end = behind;
    if (insn->leave) {
        insn->next = NEXT_ANYWHERE;
        return false;
    }
    switch ((enum flow)info->flow) {
    case FLOW_NEXT: return true;
    case FLOW_COND:
        known_target(insn, &target);
        /* SOB is for loops, even where its offset is 0 or passes address 0. */
        insn->next = insn->op == OP_SOB || target <= insn->pc ? NEXT_LOOP : NEXT_SIDE;
        return insn->next == NEXT_SIDE;
    case FLOW_JUMP:
    case FLOW_CALL:
    case FLOW_RET:
        if (!leads(plan, insn, &target)) {
            insn->next = NEXT_ANYWHERE;
            return false;
        }
        *pc = plan->end = target;
        return !is_planned(plan, target);
    case FLOW_TRAP: insn->next = NEXT_ANYWHERE; return false;
    case FLOW_SYNC: return true;
    case FLOW_STOP: break;
    }
    return false; /* not reached: the interpreter's */
}

static bool goes_back(const struct plan *plan)
{
    const struct plan_insn *last = &plan->insn[plan->count - 1];
    u16 target = plan->end;

    if (last->next == NEXT_LOOP)
        known_target(last, &target);
    return last->next != NEXT_ANYWHERE && target == plan->pc;
}

bool plan_make(struct plan *plan, const struct cpu *cpu, const struct cache *cache, u16 pc,
               unsigned limit)
{
    u16 at = pc;

    plan->pc = plan->end = pc;
    plan->count = plan->calls = 0;
    plan->called = false;
    plan->after_call = cache_is_empty(cache) ? AFTER_CALL : 0;
    plan->limit = limit;
    plan->first = UINT32_MAX;
    plan->last = 0;
    plan->mode = cpu_mode(cpu);
    plan->stops = cpu->debug;
    plan->fps = cpu->fp.fps;
    plan->guards = plan->mode == MODE_K || (cpu->vmx && vmx_limits(cpu->vmx, plan->mode));
    while (plan->count < plan->limit) {
        struct plan_insn *insn = &plan->insn[plan->count];

        if ((at ^ pc) >> 13 || !take(plan, cpu, cache, at))
            break;
        choose(insn, cpu);
        plan->count++;
        if (!go_on(plan, insn, &at))
            break;
    }
    plan->loops = plan->count && goes_back(plan);
    find_live(plan);
    return plan->count > 0;
}
