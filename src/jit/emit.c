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

struct stub *emit_side_stub(struct emit *e, u16 pc, int refund)
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

/* --- loops ------------------------------------------------------------------------------------
 *
 * A block that ends by going back to its own beginning is written twice: first for whoever enters,
 * with nothing known, then as the loop, with what is known at the end: which registers are even,
 * where condition codes are, the formats of numbers. */

static bool same_later(const struct later *a, const struct later *b)
{
    return a->op == b->op && a->size == b->size && a->left == b->left && a->right == b->right &&
           a->value == b->value;
}

static bool same_codes(const struct cc_state *a, const struct cc_state *b)
{
    return a->nz == b->nz && a->v == b->v && a->c == b->c &&
           (a->nz != NZ_REGISTER || a->nz_reg == b->nz_reg) &&
           (a->nz != NZ_KNOWN || a->nz_value == b->nz_value) &&
           ((a->v != BIT_LATER && a->c != BIT_LATER) || same_later(&a->later, &b->later));
}

/* There is a loop, and it may be entered: at least what it takes to be known is. */
static bool fits_loop(const struct emit *e)
{
    const struct loop *loop = &e->loop;

    return loop->written && same_codes(&e->cc, &loop->cc) && (e->even & loop->even) == loop->even &&
           (e->fps_known & loop->fps_known) == loop->fps_known &&
           ((e->fps ^ loop->fps) & loop->fps_known) == 0;
}

/* What the rest of the block, which begins behind the instruction, makes of V and C. */
static void settle_behind(struct emit *e)
{
    emit_settle_live(e, e->insn->live, (unsigned)(e->insn - e->plan->insn) + 1);
}

/* Go back to the beginning of the block as its loop. False: not so. */
static bool loop_back(struct emit *e)
{
    static const struct cc_state settled = {0};
    struct loop *loop = &e->loop;

    if (e->plan->stops)
        return false;
    settle_behind(e);
    if (fits_loop(e)) {
        host_jump_to(e->code, loop->head);
        return true;
    }
    if (loop->wanted || (same_codes(&e->cc, &settled) && !e->even && !e->fps_known))
        return false;
    *loop = (struct loop){.wanted = true,
                          .cc = e->cc,
                          .even = e->even,
                          .fps = e->fps,
                          .fps_known = e->fps_known,
                          .at = host_jump(e->code)};
    return true;
}

bool emit_loop_if(struct emit *e, enum host_cond cond)
{
    if (!e->loop.written)
        return false;
    settle_behind(e);
    if (!fits_loop(e))
        return false;
    host_jump_back_if(e->code, cond, e->loop.head);
    return true;
}

/* Go to a known address with all condition codes where they belong. */
void emit_leave_to(struct emit *e, u16 pc)
{
    if (pc == e->plan->pc && loop_back(e))
        return;
    emit_materialise(e->code, &e->cc);
    note_last(e, this_one(e));
    edge(e, pc);
}

void emit_jump_guest(struct emit *e, enum host_reg reg)
{
    emit_materialise(e->code, &e->cc);
    note_last(e, this_one(e));
    host_jump_guest(e->code, reg);
}

void emit_return(struct emit *e)
{
    struct emit_result *result = e->result;

    emit_materialise(e->code, &e->cc);
    note_last(e, this_one(e));
    for (unsigned i = 0; i < GUESSES && result->edges < EDGES_MAX; i++) {
        result->edge[result->edges].pc = (e->plan->pc & 0160000) | EDGE_OPEN;
        result->edge[result->edges].at = host_guess(e->code, e->first_edge + result->edges);
        result->edges++;
    }
    host_jump_guest(e->code, HR_ADDR);
}

void emit_return_to(struct emit *e, u16 expected)
{
    struct stub *stub = emit_side_stub(e, 0, emit_rest(e) - 1);

    stub->kind = STUB_JUMP;
    host_alu_const(e->code, ALU_CMP, 2, HR_ADDR, expected);
    emit_fixup(stub, host_jump_if(e->code, COND_NE));
}

/* --- the block ------------------------------------------------------------------------------ */

/* The interpreter does it, and the block goes on if nothing else has changed. */
static void emit_step(struct emit *e)
{
    emit_materialise(e->code, &e->cc);
    host_refund(e->code, emit_rest(e));
    host_step(e->code, e->insn->pc, (u16)(e->insn->pc + 2 * e->insn->length));
    host_refund(e->code, 1 - emit_rest(e));
    e->cc = (struct cc_state){0};
    e->even = 0;
    e->fps_known = 0;
}

/* Another block has what the instruction became; and if this one begins with it, the interpreter
 * does it. */
struct stub *emit_changed(struct emit *e)
{
    struct stub *stub = emit_side_stub(e, e->insn->pc, emit_rest(e));

    stub->last = e->last;
    stub->kind = e->index ? STUB_EDGE : STUB_CHANGED;
    return stub;
}

/* Is the instruction still what was translated? */
static void emit_guard(struct emit *e)
{
    struct stub *stub = emit_changed(e);

    for (unsigned i = 0; i < e->insn->length; i++)
        emit_fixup(stub, host_unless_word(e->code, e->insn->pa + 2 * i, e->insn->word[i]));
}

static void emit_leave(struct emit *e)
{
    emit_materialise(e->code, &e->cc);
    note_last(e, e->last);
    host_leave(e->code, HOST_EXIT_MISS, e->insn->pc, emit_rest(e));
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
    else if (insn->pirq)
        emit_pirq_write(e);
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

void emit_end_misses(struct emit *e)
{
    struct stub *stub;

    if (!e->misses && !e->rare)
        return;
    stub = emit_stub(e);
    *stub = (struct stub){.kind = STUB_MISS,
                          .pc = e->insn->pc,
                          .refund = emit_rest(e),
                          .early = e->early,
                          .cc = e->cc_before,
                          .last = e->last};
    for (; stub->count < e->misses; stub->count++)
        stub->at[stub->count] = e->miss[stub->count];
    e->misses = 0;
    e->rare = false;
}

static void emit_insn(struct emit *e)
{
    const struct plan_insn *insn = e->insn;
    bool branches = insn->next == NEXT_SIDE || insn->next == NEXT_LOOP;

    e->misses = 0;
    e->rare = false;
    e->changes = 0;
    e->early.by = 0;
    if (!branches || insn->guarded)
        emit_settle(e);
    if (!branches)
        emit_not_later(e, emit_clobbers(insn));
    e->cc_before = e->cc;
    if (insn->guarded && !insn->step && !insn->leave)
        emit_guard(e);
    emit_kind(e);
    emit_end_misses(e);
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
    unsigned misses = 0; /* of rare stubs that the miss stub does not follow immediately */

    for (unsigned i = 0; i < e->stubs; i++) {
        const struct stub *stub = &e->stub[i];

        for (unsigned k = 0; k < stub->count; k++)
            host_bind(e->code, stub->at[k]);
        switch (stub->kind) {
        case STUB_RARE:
            host_resolve_rare(e->code, stub->write, stub->addr, stub->where, stub->resume);
            if (i + 1 == e->stubs || stub[1].kind != STUB_MISS)
                missed[misses++] = host_jump(e->code);
            break;
        case STUB_MISS:
            while (misses)
                host_bind(e->code, missed[--misses]);
            if (stub->early.by)
                host_bump(e->code, (enum host_reg)stub->early.reg, -stub->early.by);
            leave(e, stub, HOST_EXIT_MISS);
            break;
        case STUB_CHANGED: leave(e, stub, HOST_EXIT_CHANGED); break;
        case STUB_EDGE:
        case STUB_JUMP:
            emit_materialise(e->code, &stub->cc);
            note_last(e, stub->last);
            host_refund(e->code, stub->refund);
            if (stub->kind == STUB_EDGE)
                edge(e, stub->pc);
            else
                host_jump_guest(e->code, HR_ADDR);
            break;
        }
    }
}

/* The instructions in order, the way out behind the last, and what is rarely needed. `at` is told
 * where each is. */
static void emit_body(struct emit *e, u32 *at, u32 *rest)
{
    e->stubs = 0;
    e->last.known = false;
    for (e->index = 0; e->index < e->plan->count; e->index++) {
        e->insn = &e->plan->insn[e->index];
        at[e->index] = e->code->at;
        emit_insn(e);
    }
    if (e->insn->next == NEXT_INSN || e->insn->next == NEXT_SIDE)
        emit_leave_to(e, e->plan->end);
    *rest = e->code->at;
    emit_stubs(e);
}

/* Where a head goes, which comes next, when the budget is exhausted: none of the block is executed.
 */
static u32 emit_poor(const struct emit *e, const struct cc_state *cc, bool loops)
{
    u32 poor = e->code->at;

    emit_materialise(e->code, cc);
    host_leave(e->code, HOST_EXIT_BUDGET, e->plan->pc, (int)e->plan->count);
    if (loops)
        host_align(e->code);
    return poor;
}

static void emit_loop(struct emit *e)
{
    struct loop *loop = &e->loop;
    u32 at[PLAN_MAX], rest, poor = emit_poor(e, &loop->cc, true);

    host_bind(e->code, loop->at);
    loop->head = e->code->at;
    loop->written = true;
    e->cc = loop->cc;
    e->even = loop->even;
    e->fps = loop->fps;
    e->fps_known = loop->fps_known;
    e->flags = FLAGS_NONE;
    host_head(e->code, e->plan->count, poor);
    emit_body(e, at, &rest);
}

bool emit_block(struct code *code, const struct plan *plan, u32 first_edge,
                struct emit_result *result)
{
    struct stub stub[STUBS_MAX]; /* large: not to be filled with zeros for each block */
    struct emit e = {
        .code = code, .plan = plan, .first_edge = first_edge, .result = result, .stub = stub};
    u32 before = code->at, poor;

    code->full = false;
    result->edges = 0;
    poor = emit_poor(&e, &e.cc, plan->loops);
    result->head = code->at;
    host_head(code, plan->count, poor);
    emit_body(&e, result->at, &result->rest);
    if (e.loop.wanted)
        emit_loop(&e);
    if (code->full)
        code->at = before;
    else
        code_sync(code, before);
    return !code->full;
}
