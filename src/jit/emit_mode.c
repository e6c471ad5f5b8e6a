/* emit_mode.c - what the kernel does beyond its own space: MFPx and MTPx to and from the user's,
 * and the PSW as a word of memory at 177776.
 *
 * The user's words are found in the user's map, so that relocation and protection are done, as in
 * user mode. The PSW is known to be at its address while hot.psw says so; a new PSW is taken if
 * mode and register set stay (hot.plain) and its priority holds all requests (hot.request). PIRQ,
 * which is beside it, is written by request.c. All else is the interpreter's.
 * Source: src/cpu/exec_mode.c, registers.c.
 */
#include "jit/emit_impl.h"
#include "jit/request.h"

/* --- the previous mode's space ---------------------------------------------------------------- */

/* The previous mode is user mode, or it is a miss. Destroys VAL. */
static void need_user(struct emit *e)
{
    host_get(e->code, HR_VAL, HOT_FIELD(ps));
    host_alu_const(e->code, ALU_AND, 2, HR_VAL, PS_PREV);
    host_alu_const(e->code, ALU_CMP, 2, HR_VAL, PS_PREV);
    emit_miss(e, host_jump_if(e->code, COND_NE));
}

static u32 user_map(const struct emit *e)
{
    bool data = e->insn->op == OP_MFPD || e->insn->op == OP_MTPD;

    return data ? HOT_FIELD(user[SPACE_D]) : HOT_FIELD(user[SPACE_I]);
}

static void logic_codes(struct emit *e)
{
    emit_nz(e, HR_VAL, 2);
    e->cc.v = BIT_0;
}

void emit_mfp(struct emit *e)
{
    struct operand op = emit_last(e, 2);
    struct place push = {.addr = {.reg = HR_ADDR}, .evens = 1u << SP, .guard = true, .size = 2};
    struct place place;

    need_user(e);
    if (!emit_in_register(&op)) {
        place = emit_place(e, &op);
        if (!place.even)
            emit_miss(e, host_odd(e->code, place.addr.reg));
        host_borrow_map(e->code, user_map(e));
        emit_miss(e, host_resolve(e->code, false, place.addr));
        host_load(e->code, 2, HR_VAL, place.addr);
        host_own_map(e->code);
    } else if (op.spec == SP) {
        host_get_sp(e->code, HR_VAL, MODE_U);
    } else {
        host_move(e->code, HR_VAL, (enum host_reg)op.spec);
    }
    e->pending[SP] -= 2;
    emit_record(e, SP, -2);
    push.even = e->even >> SP & 1 && (e->pending[SP] & 1) == 0;
    host_offset(e->code, HR_ADDR, HR_SP, e->pending[SP]);
    emit_find(e, &push, true);
    host_store(e->code, 2, HR_VAL, push.addr);
    emit_commit(e);
    logic_codes(e);
}

void emit_mtp(struct emit *e)
{
    struct operand op = emit_last(e, 2);
    struct place pop = {
        .addr = {.reg = HR_SP}, .even = e->even >> SP & 1, .evens = 1u << SP, .size = 2};
    struct place place;

    need_user(e);
    emit_find(e, &pop, false);
    host_load(e->code, 2, HR_VAL, pop.addr);
    e->pending[SP] += 2;
    emit_record(e, SP, 2);
    if (!emit_in_register(&op)) {
        place = emit_place(e, &op);
        host_borrow_map(e->code, user_map(e));
        emit_find(e, &place, true);
        host_store(e->code, 2, HR_VAL, place.addr);
        host_own_map(e->code);
        emit_commit(e);
    } else if (op.spec == SP) {
        emit_commit(e);
        host_put_sp(e->code, HR_VAL, MODE_U);
    } else {
        emit_commit(e);
        emit_changes(e, (enum host_reg)op.spec);
        host_move(e->code, (enum host_reg)op.spec, HR_VAL);
    }
    logic_codes(e);
}

/* --- the PSW --------------------------------------------------------------------------------- */

/* It is at its address, or it is a miss. */
static void need_psw(struct emit *e, const struct operand *op)
{
    emit_miss(e, host_unless(e->code, HOT_FIELD(psw)));
    if ((op->spec & 070) == 030)
        emit_record(e, PC, 2);
}

void emit_psw_read(struct emit *e, const struct operand *op, enum host_reg dst)
{
    need_psw(e, op);
    emit_materialise(e->code, &e->cc);
    e->cc = (struct cc_state){0};
    host_pack(e->code, dst);
}

/* VAL := the source, of CLR 0, with the upper byte as it does no harm; of BIC its complement. */
static void psw_source(struct emit *e, unsigned base, unsigned size)
{
    struct operand src = emit_source(e, size);
    struct value value = {.constant = true};
    u16 known;

    if (base != OP_CLR)
        value = emit_read(e, &src, HR_VAL);
    known = size == 1 ? value.value & 0377 : value.value;
    if (value.constant) {
        host_const(e->code, HR_VAL, base == OP_BIC ? (u16)~known : known);
        return;
    }
    host_move(e->code, HR_VAL, value.reg);
    if (size == 1)
        host_alu_const(e->code, ALU_AND, 2, HR_VAL, 0377);
    if (base == OP_BIC)
        host_single(e->code, SINGLE_NOT, 2, HR_VAL);
}

/* VAL := what is to be written. */
static void new_psw(struct emit *e, const struct operand *psw)
{
    unsigned size = e->insn->word[0] >> 15 ? 1 : 2, base = isa_op(e->insn->word[0] & 077777);

    psw_source(e, base, size);
    if (size == 2 && (base == OP_MOV || base == OP_CLR)) {
        need_psw(e, psw);
        return;
    }
    emit_psw_read(e, psw, HR_ADDR);
    if (base == OP_BIC) {
        host_alu(e->code, ALU_AND, 2, HR_VAL, HR_ADDR);
        return;
    }
    if (base != OP_BIS)
        host_alu_const(e->code, ALU_AND, 2, HR_ADDR, 0177400);
    host_alu(e->code, ALU_OR, 2, HR_VAL, HR_ADDR);
}

void emit_psw_write(struct emit *e)
{
    struct operand psw = emit_last(e, 2);

    emit_miss(e, host_unless(e->code, HOT_FIELD(plain)));
    new_psw(e, &psw);
    host_get(e->code, HR_TMP, HOT_FIELD(ps));
    host_alu(e->code, ALU_XOR, 2, HR_TMP, HR_VAL);
    host_alu_const(e->code, ALU_TEST, 2, HR_TMP, PS_MODE | PS_SET);
    emit_miss(e, host_jump_if(e->code, COND_NE));
    emit_need_nz(e, HR_VAL);
    emit_need_hold(e, HR_VAL, HR_TMP);
    emit_commit(e);
    host_move(e->code, HR_ADDR, HR_VAL);
    host_alu_const(e->code, ALU_AND, 2, HR_ADDR, PS_MODE | PS_PREV | PS_PRIO);
    host_put(e->code, HOT_FIELD(ps), HR_ADDR);
    host_unpack(e->code, HR_VAL);
    e->cc = (struct cc_state){0};
}

/* Where the interrupt is due, the interpreter enters it. With a debugger there is no hot.psw, so
 * nobody asks which instruction was the last. */
void emit_pirq_write(struct emit *e)
{
    unsigned op = e->insn->op;
    host_fn *fn = op == OP_BIS ? request_set : op == OP_BIC ? request_keep : request_write;
    struct operand pirq = emit_last(e, 2);
    u16 behind = (u16)(e->insn->pc + 2 * e->insn->length);
    fixup holds;

    psw_source(e, op, 2);
    if ((pirq.spec & 070) == 030)
        emit_record(e, PC, 2);
    emit_miss(e, host_call(e->code, fn, (struct host_addr){.reg = HR_VAL}, 0, false));
    emit_commit(e);
    logic_codes(e);
    if (op == OP_CLR)
        e->cc.c = BIT_0;
    holds = host_unless(e->code, HOT_FIELD(due));
    emit_materialise(e->code, &e->cc);
    host_leave(e->code, HOST_EXIT_MISS, behind, emit_rest(e) - 1);
    host_bind(e->code, holds);
}
