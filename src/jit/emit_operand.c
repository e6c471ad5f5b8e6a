/* emit_operand.c - addressing modes, registers and condition codes: see emit_impl.h.
 *
 * Source of the modes: src/cpu/operand.h. Of references through PC only those come here whose
 * address is known (plan.c).
 */
#include "base/assert.h"
#include "jit/emit_impl.h"
#include "jit/find.h"

/* --- operands ------------------------------------------------------------------------------- */

struct operand emit_source(const struct emit *e, unsigned size)
{
    unsigned spec = e->insn->word[0] >> 6 & 077u;
    bool takes = (spec & 060) == 060 || (spec & 067) == 027;

    return (struct operand){.spec = (u8)spec,
                            .extra = e->insn->word[1],
                            .pc = (u16)(e->insn->pc + (takes ? 4 : 2)),
                            .size = size};
}

struct operand emit_last(const struct emit *e, unsigned size)
{
    const struct plan_insn *insn = e->insn;

    return (struct operand){.spec = (u8)(insn->word[0] & 077),
                            .extra = insn->word[insn->length - 1],
                            .pc = (u16)(insn->pc + 2 * insn->length),
                            .size = size};
}

/* What Rn will be when the noted steps are in it, plus `delta`. */
static struct place by_register(struct emit *e, unsigned reg, int delta)
{
    int by = e->pending[reg] + delta;
    bool even = e->even >> reg & 1 && (by & 1) == 0;
    enum host_reg at = HR_ADDR;

    if ((by & 0xffff) == 0)
        at = (enum host_reg)reg;
    else
        host_offset(e->code, HR_ADDR, (enum host_reg)reg, by);
    return (struct place){.addr = {.reg = at}, .even = even, .evens = (u8)(by & 1 ? 0 : 1u << reg)};
}

static struct place by_constant(u16 address)
{
    return (struct place){.addr = {.constant = true, .value = address}, .even = (address & 1) == 0};
}

/* The place that a pointer in memory tells. */
static struct place follow(struct emit *e, struct place pointer)
{
    pointer.size = 2;
    emit_find(e, &pointer, false);
    host_load(e->code, 2, HR_ADDR, pointer.addr);
    return (struct place){.addr = {.reg = HR_ADDR}};
}

static struct place through_pc(struct emit *e, const struct operand *op)
{
    u16 relative = (u16)(op->pc + op->extra);

    switch (op->spec >> 3) {
    case 3: emit_record(e, PC, 2); return by_constant(op->extra);
    case 6: return by_constant(relative);
    default: return follow(e, by_constant(relative));
    }
}

bool emit_step_early(struct emit *e, unsigned reg, int by)
{
    bool even = e->even >> reg & 1 && (by & 1) == 0;

    if (e->early.by || e->pending[reg] || (e->cc.nz == NZ_REGISTER && e->cc.nz_reg == reg))
        return false;
    emit_end_misses(e);
    e->early = (struct early){.reg = (u8)reg, .by = (i8)by};
    emit_changes(e, (enum host_reg)reg);
    host_bump(e->code, (enum host_reg)reg, by);
    if (even)
        e->even |= (u8)(1u << reg);
    return true;
}

/* No value of the register from before a step is wanted behind it, but by a miss. */
static bool allows_early(const struct plan_insn *insn, unsigned reg)
{
    const struct insn_info *info = &isa_info[insn->op];

    if (info->unit == UNIT_FP11 || info->sens != SENS_NONE || insn->psw)
        return false;
    return info->form == FORM_D || (info->form == FORM_SD && (insn->word[0] >> 6 & 077u) != reg);
}

static struct place through_register(struct emit *e, const struct operand *op)
{
    unsigned reg = op->spec & 7;
    int step = reg == SP && op->size == 1 ? 2 : (int)op->size;
    struct place place;

    switch (op->spec >> 3) {
    case 1: return by_register(e, reg, 0);
    case 2:
        place = by_register(e, reg, 0);
        e->pending[reg] += step;
        emit_record(e, reg, step);
        return place;
    case 3:
        place = follow(e, by_register(e, reg, 0));
        e->pending[reg] += 2;
        emit_record(e, reg, 2);
        return place;
    case 4:
        emit_record(e, reg, -step);
        if (!allows_early(e->insn, reg) || !emit_step_early(e, reg, -step))
            e->pending[reg] -= step;
        return by_register(e, reg, 0);
    case 5:
        e->pending[reg] -= 2;
        emit_record(e, reg, -2);
        return follow(e, by_register(e, reg, 0));
    case 6: return by_register(e, reg, (i16)op->extra);
    default: return follow(e, by_register(e, reg, (i16)op->extra));
    }
}

struct place emit_place(struct emit *e, const struct operand *op)
{
    unsigned mode = op->spec >> 3, reg = op->spec & 7;
    struct place place = reg == PC ? through_pc(e, op) : through_register(e, op);

    place.size = op->size;
    /* Stack references are those of modes 1, 2, 4 and 6 on SP (F41). */
    place.guard = e->plan->guards && reg == SP && (0126u >> mode & 1);
    return place;
}

void emit_find(struct emit *e, const struct place *place, bool write)
{
    struct host_addr addr = place->addr;
    u32 where = (u32)emit_rest(e) << 16 | e->insn->pc;
    struct stub *stub;
    fixup none;

    if (place->size == 2 && !place->even) {
        emit_miss(e, host_odd(e->code, addr.reg));
        e->even |= place->evens;
    }
    if (write && place->guard)
        emit_miss(e, host_stack_guard(e->code, addr));
    none = host_resolve(e->code, write, addr);
    if (e->insn->idle)
        where |= FIND_IDLE;
    e->rare = true;
    stub = emit_stub(e);
    *stub = (struct stub){.kind = STUB_RARE,
                          .at = {none},
                          .count = 1,
                          .where = where,
                          .addr = addr,
                          .write = write,
                          .resume = e->code->at};
}

struct value emit_read(struct emit *e, const struct operand *op, enum host_reg temp)
{
    struct place place;

    if (op->spec == PC)
        return (struct value){.constant = true, .value = op->pc};
    if (emit_in_register(op))
        return (struct value){.reg = (enum host_reg)op->spec};
    if (op->spec == 027) { /* the low byte of a known word */
        emit_record(e, PC, 2);
        return (struct value){.constant = true, .value = op->extra};
    }
    if (plan_is_psw(e->plan->mode, op->spec, op->extra, op->pc) && op->size == 2) {
        temp = temp == HR_NZ ? HR_VAL : temp;
        emit_psw_read(e, op, temp);
        return (struct value){.reg = temp};
    }
    place = emit_place(e, op);
    emit_find(e, &place, false);
    host_load(e->code, op->size, temp, place.addr);
    return (struct value){.reg = temp};
}

enum host_reg emit_register(struct emit *e, struct value value, enum host_reg temp)
{
    if (!value.constant)
        return value.reg;
    host_const(e->code, temp, value.value);
    return temp;
}

/* --- registers ------------------------------------------------------------------------------ */

void emit_changes(struct emit *e, enum host_reg reg)
{
    if (reg > HR_SP)
        return;
    if (e->cc.nz == NZ_REGISTER && e->cc.nz_reg == reg) {
        if (isa_info[e->insn->op].nzvc[1] == '-') /* else they get another value now */
            host_move(e->code, HR_NZ, reg);
        e->cc.nz = NZ_HERE;
    }
    e->even &= (u8) ~(1u << reg);
}

void emit_commit(struct emit *e)
{
    for (unsigned i = 0; i < ARRAY_LEN(e->pending); i++) {
        bool even = e->even >> i & 1 && (e->pending[i] & 1) == 0;

        if (e->pending[i] == 0)
            continue;
        emit_changes(e, (enum host_reg)i);
        if (e->flags == FLAGS_NONE && e->cc.v != BIT_FLAGS && e->cc.c != BIT_FLAGS)
            host_bump(e->code, (enum host_reg)i, e->pending[i]);
        else
            host_offset(e->code, (enum host_reg)i, (enum host_reg)i, e->pending[i]);
        e->pending[i] = 0;
        if (even)
            e->even |= (u8)(1u << i);
    }
}

/* (R)+, -(R) and the deferred ones. */
static unsigned steps(unsigned spec)
{
    return spec >> 3 >= 2 && spec >> 3 <= 5 ? 1u << (spec & 7) : 0;
}

/* A destination. */
static unsigned target(unsigned spec, bool written)
{
    return steps(spec) | (written && spec < 010 ? 1u << spec : 0);
}

unsigned emit_clobbers(const struct plan_insn *insn)
{
    const struct insn_info *info = &isa_info[insn->op];
    unsigned src = insn->word[0] >> 6 & 077u, dst = insn->word[0] & 077u;
    bool written = info->dst != DST_R16 && info->dst != DST_R8;

    if ((insn->op == OP_JSR || insn->op == OP_RTS) && insn->next == NEXT_INSN && !insn->leave)
        return 1u << SP | 1u << (insn->op == OP_JSR ? src & 7 : PC);
    if (insn->step || insn->leave || info->unit == UNIT_FP11 || info->sens != SENS_NONE ||
        info->flow > FLOW_JUMP || plan_needs_carry(insn->op))
        return ~0u;
    switch ((enum form)info->form) {
    case FORM_SD: return steps(src) | target(dst, written);
    case FORM_D: return target(dst, written);
    case FORM_BR:
    case FORM_CC: return 0;
    case FORM_SOB: return 1u << (src & 7);
    default: return ~0u;
    }
}

/* --- condition codes ------------------------------------------------------------------------ */

void emit_nz(struct emit *e, enum host_reg reg, unsigned size)
{
    e->cc.nz = NZ_HERE;
    if (!emit_live(e, LIVE_NZ))
        return;
    if (size == 1) {
        host_extend(e->code, HR_NZ, reg);
    } else if (reg <= HR_SP && e->pending[reg] == 0) {
        e->cc.nz = NZ_REGISTER;
        e->cc.nz_reg = (u8)reg;
    } else {
        host_move(e->code, HR_NZ, reg);
    }
}

void emit_nz_known(struct emit *e, u16 value)
{
    e->cc.nz = NZ_KNOWN;
    e->cc.nz_value = value;
}

static unsigned live_before(const struct emit *e)
{
    return e->index ? e->plan->insn[e->index - 1].live : LIVE_ALL;
}

static unsigned registers_of(const struct later *later)
{
    return 1u << later->left | 1u << later->right;
}

/* From instruction `next` on, `what` (V, C) gets another value before the registers in the mask
 * change and before the block is left, if all goes well. */
static bool is_replaced(const struct plan *plan, unsigned registers, unsigned next, unsigned what)
{
    base_assert(next <= plan->count);
    for (unsigned n = 0; n < plan->count; n++, next++) {
        const struct plan_insn *insn;

        if (next == plan->count) {
            if (!plan->loops)
                return false;
            next = 0;
        }
        insn = &plan->insn[next];
        if (emit_clobbers(insn) & registers)
            return false;
        if (insn->defined & what)
            return true;
    }
    return false;
}

void emit_settle(struct emit *e)
{
    emit_settle_live(e, live_before(e), e->index);
}

void emit_settle_live(struct emit *e, unsigned live, unsigned next)
{
    unsigned registers = registers_of(&e->flags_of);
    bool later = e->flags_of.size && e->cc.v != BIT_LATER && e->cc.c != BIT_LATER;

    if (later && e->cc.v == BIT_FLAGS && is_replaced(e->plan, registers, next, LIVE_V))
        e->cc.v = live & LIVE_V ? BIT_LATER : BIT_HERE;
    if (later && e->cc.c == BIT_FLAGS && is_replaced(e->plan, registers, next, LIVE_C))
        e->cc.c = live & LIVE_C ? BIT_LATER : BIT_HERE;
    if (e->cc.v == BIT_LATER || e->cc.c == BIT_LATER)
        e->cc.later = later ? e->flags_of : e->cc.later;
    if (e->cc.v == BIT_FLAGS) {
        if (live & LIVE_V)
            host_save_v(e->code);
        e->cc.v = BIT_HERE;
    }
    if (e->cc.c == BIT_FLAGS) {
        if (live & LIVE_C)
            host_save_c(e->code);
        e->cc.c = BIT_HERE;
    }
    e->flags = FLAGS_NONE;
    e->flags_of.size = 0;
}

static void operate(struct code *code, enum host_alu op, const struct later *later,
                    enum host_reg left)
{
    if (later->right == HR_COUNT)
        host_alu_const(code, op, later->size, left, later->value);
    else
        host_alu(code, op, later->size, left, (enum host_reg)later->right);
}

/* The host's flags := those of the operation. Destroys TMP. */
static void flags_again(struct code *code, const struct later *later)
{
    enum host_reg left = (enum host_reg)later->left;

    if (later->left == HR_COUNT)
        host_const(code, left = HR_TMP, later->value);
    if (later->op != ALU_CMP) {
        host_move(code, HR_TMP, left);
        operate(code, later->op == ALU_ADD ? ALU_SUB : ALU_ADD, later, left = HR_TMP);
    }
    operate(code, (enum host_alu)later->op, later, left);
}

void emit_not_later(struct emit *e, unsigned changes)
{
    unsigned live = live_before(e);
    bool v = e->cc.v == BIT_LATER, c = e->cc.c == BIT_LATER;

    if (!(v || c) || !(registers_of(&e->cc.later) & changes))
        return;
    if ((v && live & LIVE_V) || (c && live & LIVE_C))
        flags_again(e->code, &e->cc.later);
    if (v && live & LIVE_V)
        host_save_v(e->code);
    if (c && live & LIVE_C)
        host_save_c(e->code);
    if (v)
        e->cc.v = BIT_HERE;
    if (c)
        e->cc.c = BIT_HERE;
}

void emit_materialise(struct code *code, const struct cc_state *cc)
{
    if (cc->nz == NZ_REGISTER)
        host_move(code, HR_NZ, (enum host_reg)cc->nz_reg);
    else if (cc->nz == NZ_KNOWN)
        host_const(code, HR_NZ, cc->nz_value);
    if (cc->v == BIT_FLAGS)
        host_save_v(code);
    else if (cc->v == BIT_0 || cc->v == BIT_1)
        host_put_v(code, cc->v == BIT_1);
    if (cc->c == BIT_FLAGS)
        host_save_c(code);
    else if (cc->c == BIT_0 || cc->c == BIT_1)
        host_put_c(code, cc->c == BIT_1);
    if (cc->v == BIT_LATER || cc->c == BIT_LATER)
        flags_again(code, &cc->later);
    if (cc->v == BIT_LATER)
        host_save_v(code);
    if (cc->c == BIT_LATER)
        host_save_c(code);
}
