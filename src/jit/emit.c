/* emit.c - the code of a block: its head, its instructions in order, its ways out, its stubs.
 *
 * The head takes the block's instructions from the budget. Who leaves early puts back what was not
 * executed, so that the budget is exact wherever the interpreter, or another block, goes on.
 */
#include "jit/emit.h"

#include "jit/emit_impl.h"

struct stub *emit_stub(struct emit *e)
{
    if (e->stubs == STUBS_MAX) {
        e->code->full = true;
        e->stubs--;
    }
    return &e->stub[e->stubs++];
}

/* Tell which instruction was the last where a breakpoint may follow. Keeps the flags. */
static void note_last(const struct emit *e, struct last last)
{
    if (!e->plan->stops || !last.known)
        return;
    host_put_const(e->code, HOT_FIELD(last), last.pc);
    host_put_const(e->code, HOT_FIELD(last_changes), last.changes);
}

/* This one. */
static struct last this_one(const struct emit *e)
{
    return (struct last){.known = !e->insn->step, .pc = e->insn->pc, .changes = e->changes};
}

/* Instructions of the block from this one on. */
static int rest(const struct emit *e)
{
    return (int)(e->plan->count - e->index);
}

static struct stub *side_stub(struct emit *e, u16 pc, int refund)
{
    struct stub *stub = emit_stub(e);

    *stub = (struct stub){
        .kind = STUB_EDGE, .pc = pc, .refund = refund, .cc = e->cc, .last = this_one(e)};
    return stub;
}

/* Go to a known address. */
static void edge(struct emit *e, u16 pc)
{
    struct emit_result *result = e->result;

    if (pc == e->plan->pc) {
        host_jump_to(e->code, result->head);
        return;
    }
    if ((pc ^ e->plan->pc) >> 13 || pc & 1 || result->edges == EDGES_MAX) {
        host_const(e->code, HR_ADDR, pc);
        host_jump_guest(e->code, HR_ADDR);
        return;
    }
    result->edge[result->edges].pc = pc;
    result->edge[result->edges].at = host_edge(e->code, e->first_edge + result->edges);
    result->edges++;
}

/* Go to a known address with all condition codes where they belong. */
static void leave_to(struct emit *e, u16 pc)
{
    emit_materialise(e->code, &e->cc);
    note_last(e, this_one(e));
    edge(e, pc);
}

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

static void add_fixup(struct stub *stub, fixup at)
{
    stub->at[stub->count++] = at;
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
        add_fixup(stub, host_jump_if(e->code, cond));
        return;
    }
    if (e->cc.v == BIT_1) {
        test_nz(e);
        add_fixup(stub, host_jump_if(e->code, with_v(cond)));
        return;
    }
    set = host_jump_v(e->code);
    test_nz(e);
    add_fixup(stub, host_jump_if(e->code, cond));
    done = host_jump(e->code);
    host_bind(e->code, set);
    test_nz(e);
    add_fixup(stub, host_jump_if(e->code, with_v(cond)));
    host_bind(e->code, done);
}

/* Jumps to `stub` where the bit is as wanted. */
static void branch_bit(struct emit *e, enum bit_state bit, bool is_v, bool wanted,
                       struct stub *stub)
{
    fixup set;

    if (bit != BIT_HERE) {
        if ((bit == BIT_1) == wanted)
            add_fixup(stub, host_jump(e->code));
        return;
    }
    set = is_v ? host_jump_v(e->code) : host_jump_c(e->code);
    if (wanted) {
        add_fixup(stub, set);
        return;
    }
    add_fixup(stub, host_jump(e->code));
    host_bind(e->code, set);
}

/* BHI and BLOS. */
static void branch_cz(struct emit *e, enum host_cond cond, struct stub *stub)
{
    fixup set;

    if (cond == COND_LOS) {
        branch_bit(e, (enum bit_state)e->cc.c, false, true, stub);
        test_nz(e);
        add_fixup(stub, host_jump_if(e->code, COND_EQ));
        return;
    }
    if (e->cc.c == BIT_1)
        return;
    if (e->cc.c == BIT_0) {
        test_nz(e);
        add_fixup(stub, host_jump_if(e->code, COND_NE));
        return;
    }
    set = host_jump_c(e->code);
    test_nz(e);
    add_fixup(stub, host_jump_if(e->code, COND_NE));
    host_bind(e->code, set);
}

/* Jumps to the stub that is returned where the condition is met. */
static struct stub *branch(struct emit *e, enum host_cond cond, u16 pc)
{
    bool in_flags = e->flags == FLAGS_ALL || (e->flags == FLAGS_NZV && !needs_c(cond));
    struct stub *stub;

    if (!in_flags)
        emit_settle(e);
    stub = side_stub(e, pc, rest(e) - 1);
    if (in_flags)
        add_fixup(stub, host_jump_if(e->code, cond));
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

static void emit_branch(struct emit *e)
{
    const struct plan_insn *insn = e->insn;
    u16 behind = (u16)(insn->pc + 2);
    enum host_cond cond;
    u16 target;

    if (insn->op == OP_SOB) {
        enum host_reg reg = (enum host_reg)(insn->word[0] >> 6 & 7);

        target = (u16)(behind - 2 * (insn->word[0] & 077));
        emit_settle(e);
        emit_changes(e, reg);
        host_single(e->code, SINGLE_DEC, 2, reg);
        add_fixup(side_stub(e, behind, 0), host_jump_if(e->code, COND_EQ));
        leave_to(e, target);
        return;
    }
    cond = condition(insn->op);
    target = (u16)(behind + 2 * (i8)(insn->word[0] & 0377));
    if (insn->next == NEXT_SIDE) {
        branch(e, cond, target);
        return;
    }
    branch(e, (enum host_cond)(cond ^ 1), behind);
    leave_to(e, target);
}

/* --- jumps ---------------------------------------------------------------------------------- */

static void jump_guest(struct emit *e, enum host_reg reg)
{
    emit_materialise(e->code, &e->cc);
    note_last(e, this_one(e));
    host_jump_guest(e->code, reg);
}

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

static void emit_jmp(struct emit *e)
{
    jump_target(e);
    emit_commit(e);
    jump_guest(e, HR_ADDR);
}

static void emit_jsr(struct emit *e)
{
    enum host_reg link = (enum host_reg)(e->insn->word[0] >> 6 & 7);
    u16 behind = (u16)(e->insn->pc + 2 * e->insn->length);
    struct host_addr target = jump_target(e);
    struct place push = {.addr = {.reg = HR_VAL}, .guard = e->plan->guards, .size = 2};

    e->pending[SP] -= 2;
    emit_record(e, SP, -2);
    push.even = e->even >> SP & 1 && (e->pending[SP] & 1) == 0;
    host_offset(e->code, HR_VAL, HR_SP, e->pending[SP]);
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
    if (target.constant)
        leave_to(e, target.value);
    else
        jump_guest(e, HR_ADDR);
}

static void emit_rts(struct emit *e)
{
    enum host_reg link = (enum host_reg)(e->insn->word[0] & 7), target = HR_ADDR;
    struct place pop = {.addr = {.reg = HR_SP}, .even = e->even >> SP & 1, .size = 2};

    emit_find(e, &pop, false);
    host_load(e->code, 2, HR_ADDR, pop.addr);
    e->pending[SP] += 2;
    emit_record(e, SP, 2);
    emit_commit(e);
    if ((unsigned)link != PC) {
        host_move(e->code, target = HR_VAL, link);
        emit_changes(e, link);
        host_move(e->code, link, HR_ADDR);
    }
    jump_guest(e, target);
}

/* --- the block ------------------------------------------------------------------------------ */

/* The interpreter does it, and the block goes on if nothing else has changed. */
static void emit_step(struct emit *e)
{
    emit_materialise(e->code, &e->cc);
    host_refund(e->code, rest(e));
    host_step(e->code, e->insn->pc, (u16)(e->insn->pc + 2 * e->insn->length));
    host_refund(e->code, 1 - rest(e));
    e->cc = (struct cc_state){0};
    e->even = 0;
    e->fps_known = 0;
}

/* Another block has what the instruction became; and if this one begins with it, the interpreter
 * does it. */
struct stub *emit_changed(struct emit *e)
{
    struct stub *stub = side_stub(e, e->insn->pc, rest(e));

    stub->last = e->last;
    stub->kind = e->index ? STUB_EDGE : STUB_CHANGED;
    return stub;
}

/* Is the instruction still what was translated? */
static void emit_guard(struct emit *e)
{
    struct stub *stub = emit_changed(e);

    for (unsigned i = 0; i < e->insn->length; i++)
        add_fixup(stub, host_unless_word(e->code, e->insn->pa + 2 * i, e->insn->word[i]));
}

static void emit_leave(struct emit *e)
{
    emit_materialise(e->code, &e->cc);
    note_last(e, e->last);
    host_leave(e->code, HOST_EXIT_MISS, e->insn->pc, rest(e));
}

static void emit_kind(struct emit *e)
{
    const struct plan_insn *insn = e->insn;
    const struct insn_info *info = &isa_info[insn->op];

    if (insn->leave)
        emit_leave(e);
    else if (insn->step)
        emit_step(e);
    else if (insn->next == NEXT_SIDE || insn->next == NEXT_LOOP)
        emit_branch(e);
    else if (info->flow == FLOW_TRAP)
        emit_trap(e);
    else if (insn->op == OP_RTI || insn->op == OP_RTT)
        emit_rti(e);
    else if (insn->op == OP_SPL)
        emit_spl(e);
    else if (insn->op == OP_MFPI || insn->op == OP_MFPD)
        emit_mfp(e);
    else if (insn->op == OP_MTPI || insn->op == OP_MTPD)
        emit_mtp(e);
    else if (insn->psw)
        emit_psw_write(e);
    else if (insn->op == OP_JSR)
        emit_jsr(e);
    else if (insn->op == OP_RTS)
        emit_rts(e);
    else if (insn->next == NEXT_ANYWHERE)
        emit_jmp(e);
    else if (info->unit == UNIT_FP11)
        emit_fp(e);
    else if (info->flow == FLOW_NEXT)
        emit_compute(e);
    else if (insn->op == OP_JMP && (insn->word[0] & 077) == 037)
        emit_record(e, PC, 2); /* all of a jump that the plan follows */
}

static void emit_insn(struct emit *e)
{
    const struct plan_insn *insn = e->insn;
    bool branches = insn->next == NEXT_SIDE || insn->next == NEXT_LOOP;

    e->misses = 0;
    e->rare = false;
    e->changes = 0;
    if (!branches || insn->guarded)
        emit_settle(e);
    e->cc_before = e->cc;
    if (insn->guarded && !insn->step && !insn->leave)
        emit_guard(e);
    emit_kind(e);
    if (e->misses || e->rare) {
        struct stub *stub = emit_stub(e);

        *stub = (struct stub){.kind = STUB_MISS,
                              .pc = insn->pc,
                              .refund = rest(e),
                              .cc = e->cc_before,
                              .last = e->last};
        for (; stub->count < e->misses; stub->count++)
            stub->at[stub->count] = e->miss[stub->count];
    }
    e->last = this_one(e);
}

static void leave(struct emit *e, const struct stub *stub, enum host_exit why)
{
    emit_materialise(e->code, &stub->cc);
    note_last(e, stub->last);
    host_leave(e->code, why, stub->pc, stub->refund);
}

static void emit_stubs(struct emit *e)
{
    fixup missed[MISSES_MAX];
    unsigned misses = 0; /* of rare stubs, for the miss stub that follows */

    for (unsigned i = 0; i < e->stubs; i++) {
        const struct stub *stub = &e->stub[i];

        for (unsigned k = 0; k < stub->count; k++)
            host_bind(e->code, stub->at[k]);
        switch (stub->kind) {
        case STUB_RARE:
            missed[misses++] = host_resolve_rare(e->code, stub->addr);
            host_jump_to(e->code, stub->resume);
            break;
        case STUB_MISS:
            while (misses)
                host_bind(e->code, missed[--misses]);
            leave(e, stub, HOST_EXIT_MISS);
            break;
        case STUB_CHANGED: leave(e, stub, HOST_EXIT_CHANGED); break;
        case STUB_EDGE:
            emit_materialise(e->code, &stub->cc);
            note_last(e, stub->last);
            host_refund(e->code, stub->refund);
            edge(e, stub->pc);
            break;
        }
    }
}

bool emit_block(struct code *code, const struct plan *plan, u32 first_edge,
                struct emit_result *result)
{
    struct emit e = {.code = code, .plan = plan, .first_edge = first_edge, .result = result};
    u32 before = code->at;
    fixup poor;

    code->full = false;
    result->edges = 0;
    host_align(code);
    result->head = code->at;
    poor = host_head(code, plan->count);
    for (; e.index < plan->count; e.index++) {
        e.insn = &plan->insn[e.index];
        result->at[e.index] = code->at;
        emit_insn(&e);
    }
    if (e.insn->next == NEXT_INSN || e.insn->next == NEXT_SIDE)
        leave_to(&e, plan->end);
    result->rest = code->at;
    emit_stubs(&e);
    host_bind(code, poor);
    host_leave(code, HOST_EXIT_BUDGET, plan->pc, (int)plan->count);
    if (code->full)
        code->at = before;
    else
        code_sync(code, before);
    return !code->full;
}
