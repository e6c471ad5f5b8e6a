/* emit_branch.c - branches, jumps, calls and returns.
 *
 * A branch uses the host's flags where they are those of the guest, and else looks at N, Z, V and C
 * where they are. Where it goes to is a way out of the block, or the following instruction.
 */
#include "jit/emit_impl.h"

/* --- branches ------------------------------------------------------------------------------- */

/* The condition of a branch; COND_CS + 1: BR. */
static enum host_cond condition(unsigned op)
{
    switch ((enum op)op) {
    case OP_BNE: return COND_NE;
    case OP_BEQ: return COND_EQ;
    case OP_BGE: return COND_GE;
    case OP_BLT: return COND_LT;
    case OP_BGT: return COND_GT;
    case OP_BLE: return COND_LE;
    case OP_BPL: return COND_PL;
    case OP_BMI: return COND_MI;
    case OP_BHI: return COND_HI;
    case OP_BLOS: return COND_LOS;
    case OP_BVC: return COND_VC;
    case OP_BVS: return COND_VS;
    case OP_BCC: return COND_CC;
    default: return COND_CS;
    }
}

static bool needs_c(enum host_cond cond)
{
    return cond == COND_HI || cond == COND_LOS || cond >= COND_CC;
}

static bool needs_v(enum host_cond cond)
{
    return cond >= COND_GE && cond <= COND_LE;
}

/* N and Z into the host's flags, where V is 0 then. */
static void test_nz(struct emit *e)
{
    enum host_reg reg = HR_NZ;

    if (e->cc.nz == NZ_REGISTER)
        reg = (enum host_reg)e->cc.nz_reg;
    else if (e->cc.nz == NZ_KNOWN)
        host_const(e->code, reg = HR_TMP, e->cc.nz_value);
    host_alu(e->code, ALU_TEST, 2, reg, reg);
}

/* The same condition where V is 1: as N is compared with V. */
static enum host_cond with_v(enum host_cond cond)
{
    switch (cond) {
    case COND_GE:
    case COND_GT: return COND_MI; /* N and not Z: N alone, with Z clear */
    default: return COND_PL;
    }
}

/* Jumps to `stub` where a condition on N, Z and V is met, V not being in the host's flags. */
static void branch_nzv(struct emit *e, enum host_cond cond, struct stub *stub)
{
    fixup set, done;

    if (!needs_v(cond) || e->cc.v == BIT_0) {
        test_nz(e);
        emit_fixup(stub, host_jump_if(e->code, cond));
        return;
    }
    if (e->cc.v == BIT_1) {
        test_nz(e);
        emit_fixup(stub, host_jump_if(e->code, with_v(cond)));
        return;
    }
    set = host_jump_v(e->code);
    test_nz(e);
    emit_fixup(stub, host_jump_if(e->code, cond));
    done = host_jump(e->code);
    host_bind(e->code, set);
    test_nz(e);
    emit_fixup(stub, host_jump_if(e->code, with_v(cond)));
    host_bind(e->code, done);
}

/* Jumps to `stub` where the bit is as wanted. */
static void branch_bit(struct emit *e, enum bit_state bit, bool is_v, bool wanted,
                       struct stub *stub)
{
    fixup set;

    if (bit != BIT_HERE) {
        if ((bit == BIT_1) == wanted)
            emit_fixup(stub, host_jump(e->code));
        return;
    }
    set = is_v ? host_jump_v(e->code) : host_jump_c(e->code);
    if (wanted) {
        emit_fixup(stub, set);
        return;
    }
    emit_fixup(stub, host_jump(e->code));
    host_bind(e->code, set);
}

/* BHI and BLOS. */
static void branch_cz(struct emit *e, enum host_cond cond, struct stub *stub)
{
    fixup set;

    if (cond == COND_LOS) {
        branch_bit(e, (enum bit_state)e->cc.c, false, true, stub);
        test_nz(e);
        emit_fixup(stub, host_jump_if(e->code, COND_EQ));
        return;
    }
    if (e->cc.c == BIT_1)
        return;
    if (e->cc.c == BIT_0) {
        test_nz(e);
        emit_fixup(stub, host_jump_if(e->code, COND_NE));
        return;
    }
    set = host_jump_c(e->code);
    test_nz(e);
    emit_fixup(stub, host_jump_if(e->code, COND_NE));
    host_bind(e->code, set);
}

/* The host's flags tell whether the condition is met. */
static bool is_in_flags(const struct emit *e, enum host_cond cond)
{
    return e->flags == FLAGS_ALL || (e->flags == FLAGS_NZV && !needs_c(cond));
}

/* Jumps to the stub that is returned where the condition is met. */
static struct stub *branch(struct emit *e, enum host_cond cond, u16 pc)
{
    bool in_flags = is_in_flags(e, cond);
    struct stub *stub;

    if (!in_flags) {
        emit_settle(e);
        if (needs_v(cond) || needs_c(cond) || cond == COND_VC || cond == COND_VS)
            emit_not_later(e, ~0u);
    }
    stub = emit_side_stub(e, pc, emit_rest(e) - 1);
    if (in_flags)
        emit_fixup(stub, host_jump_if(e->code, cond));
    else if (cond == COND_HI || cond == COND_LOS)
        branch_cz(e, cond, stub);
    else if (cond == COND_VC || cond == COND_VS)
        branch_bit(e, (enum bit_state)e->cc.v, true, cond == COND_VS, stub);
    else if (cond == COND_CC || cond == COND_CS)
        branch_bit(e, (enum bit_state)e->cc.c, false, cond == COND_CS, stub);
    else
        branch_nzv(e, cond, stub);
    return stub;
}

void emit_branch(struct emit *e)
{
    const struct plan_insn *insn = e->insn;
    u16 behind = (u16)(insn->pc + 2);
    enum host_cond cond;
    u16 target;

    if (insn->op == OP_SOB) {
        enum host_reg reg = (enum host_reg)(insn->word[0] >> 6 & 7);

        target = (u16)(behind - 2 * (insn->word[0] & 077));
        emit_settle(e);
        emit_not_later(e, 1u << reg);
        emit_changes(e, reg);
        host_single(e->code, SINGLE_DEC, 2, reg);
        if (target == e->plan->pc && emit_loop_if(e, COND_NE)) {
            emit_leave_to(e, behind);
            return;
        }
        emit_fixup(emit_side_stub(e, behind, 0), host_jump_if(e->code, COND_EQ));
        emit_leave_to(e, target);
        return;
    }
    cond = condition(insn->op);
    target = (u16)(behind + 2 * (i8)(insn->word[0] & 0377));
    if (insn->next == NEXT_SIDE) {
        branch(e, cond, target);
        return;
    }
    if (target == e->plan->pc && is_in_flags(e, cond) && emit_loop_if(e, cond)) {
        emit_leave_to(e, behind);
        return;
    }
    branch(e, (enum host_cond)(cond ^ 1), behind);
    emit_leave_to(e, target);
}

/* --- jumps ---------------------------------------------------------------------------------- */

/* The target of JMP or JSR: known, or in HR_ADDR. */
static struct host_addr jump_target(struct emit *e)
{
    struct operand op = emit_last(e, 2);
    struct host_addr target = emit_place(e, &op).addr;

    if (!target.constant)
        host_move(e->code, HR_ADDR, target.reg);
    target.reg = HR_ADDR;
    return target;
}

void emit_jmp(struct emit *e)
{
    jump_target(e);
    emit_commit(e);
    emit_jump_guest(e, HR_ADDR);
}

void emit_jsr(struct emit *e)
{
    enum host_reg link = (enum host_reg)(e->insn->word[0] >> 6 & 7);
    u16 behind = (u16)(e->insn->pc + 2 * e->insn->length);
    struct host_addr target = jump_target(e);
    struct place push = {
        .addr = {.reg = HR_SP}, .evens = 1u << SP, .guard = e->plan->guards, .size = 2};

    emit_record(e, SP, -2);
    if (!emit_step_early(e, SP, -2)) {
        e->pending[SP] -= 2;
        push.addr.reg = HR_VAL;
        host_offset(e->code, HR_VAL, HR_SP, e->pending[SP]);
    }
    push.even = e->even >> SP & 1 && (e->pending[SP] & 1) == 0;
    emit_find(e, &push, true);
    if ((unsigned)link == PC) {
        host_store_const(e->code, 2, behind, push.addr);
    } else {
        host_offset(e->code, HR_TMP, link, e->pending[link]);
        host_store(e->code, 2, HR_TMP, push.addr);
    }
    emit_commit(e);
    if ((unsigned)link != PC) {
        emit_changes(e, link);
        host_const(e->code, link, behind);
    }
    if (!target.constant) /* else the block goes on there */
        emit_jump_guest(e, HR_ADDR);
}

void emit_rts(struct emit *e)
{
    enum host_reg link = (enum host_reg)(e->insn->word[0] & 7);
    struct place pop = {
        .addr = {.reg = HR_SP}, .even = e->even >> SP & 1, .evens = 1u << SP, .size = 2};

    emit_find(e, &pop, false);
    host_load(e->code, 2, HR_ADDR, pop.addr);
    e->pending[SP] += 2;
    emit_record(e, SP, 2);
    emit_commit(e);
    if ((unsigned)link != PC) {
        host_move(e->code, HR_VAL, link);
        emit_changes(e, link);
        host_move(e->code, link, HR_ADDR);
        host_move(e->code, HR_ADDR, HR_VAL);
    }
    if (e->insn->next == NEXT_ANYWHERE)
        emit_return(e);
    else if (e->index + 1 < e->plan->count)
        emit_return_to(e, e->insn[1].pc);
    else
        emit_return_to(e, e->plan->end);
}
