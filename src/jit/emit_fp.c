/* emit_fp.c - floating point instructions: the operand's address, and a call of what fp.c has.
 *
 * The function depends on FPS<FD>, and how far modes 2 and 4 step on this or on <FL>. They are
 * taken to be what they were when the block was planned, or what the block itself has set, and the
 * former is checked once; where it is wrong, that is an instruction that has changed.
 */
#include "jit/emit_impl.h"
#include "jit/fp.h"

/* Mode 2 or 4, and no immediate operand. */
static bool has_step(unsigned spec)
{
    return (spec & 070) == 040 || ((spec & 070) == 020 && spec != 027);
}

/* A bit of FPS shall be as it is taken to be. */
static void assume(struct emit *e, unsigned bit)
{
    struct stub *stub;

    if (e->fps_known & bit)
        return;
    e->fps = (u16)((e->fps & ~bit) | (e->plan->fps & bit));
    e->fps_known |= (u16)bit;
    stub = emit_changed(e);
    stub->at[stub->count++] = host_unless_fps(e->code, (u16)bit, e->fps & bit);
}

/* Bytes of the operand, where they matter. The format is known. */
static unsigned operand_bytes(struct emit *e)
{
    switch ((enum dst)isa_info[e->insn->op].dst) {
    case DST_RF:
    case DST_WF:
    case DST_RWF: return 2 * fp11_float_words(e->fps);
    case DST_RX:
    case DST_WX: return 2 * fp11_other_words(e->fps);
    case DST_RI:
    case DST_WI:
        if (has_step(e->insn->word[0] & 077u))
            assume(e, FP11_FL);
        return 2 * fp11_int_words(e->fps);
    default: return 2;
    }
}

/* What is known of FPS behind the instruction. */
static void follow_fps(struct emit *e)
{
    unsigned known = 0, bits = 0;

    switch ((enum op)e->insn->op) {
    case OP_SETF: known = FP11_FD; break;
    case OP_SETD: known = bits = FP11_FD; break;
    case OP_SETI: known = FP11_FL; break;
    case OP_SETL: known = bits = FP11_FL; break;
    case OP_LDFPS:
        e->fps_known = 0;
        if ((e->insn->word[0] & 077) == 027) {
            known = FP11_FD | FP11_FL;
            bits = e->insn->word[1] & known;
        }
        break;
    default: return;
    }
    e->fps_known |= (u16)known;
    e->fps = (u16)((e->fps & ~known) | bits);
}

/* The operand's value for host_call(): its address, or itself, or nothing. */
static struct host_addr find_operand(struct emit *e, const struct operand *op, enum fp_place *kind)
{
    bool written = !fp_function((enum op)e->insn->op, FP_WORD, false);
    struct place place;

    *kind = FP_WORD;
    if (op->spec == PC)
        return (struct host_addr){.constant = true, .value = op->pc};
    if (op->spec == 027) {
        emit_record(e, PC, 2);
        return (struct host_addr){.constant = true, .value = op->extra};
    }
    if (emit_in_register(op))
        return (struct host_addr){.reg = (enum host_reg)op->spec};
    *kind = FP_MEMORY;
    place = emit_place(e, op);
    if (written && place.guard)
        emit_miss(e, host_stack_guard(e->code, place.addr));
    return place.addr;
}

void emit_fp(struct emit *e)
{
    const struct insn_info *info = &isa_info[e->insn->op];
    enum op id = (enum op)e->insn->op;
    bool cc = info->nzvc[0] != '-';
    struct host_addr value = {.constant = true};
    enum fp_place kind = FP_ACCUMULATOR;
    enum host_reg result = HR_VAL;
    struct operand op;
    host_fn *fn;

    if (fp_has_format(id))
        assume(e, FP11_FD);
    op = emit_last(e, operand_bytes(e));
    if (info->form != FORM_NONE &&
        !(emit_in_register(&op) && fp_function(id, FP_ACCUMULATOR, false)))
        value = find_operand(e, &op, &kind);
    fn = fp_function(id, kind, e->fps & FP11_FD);
    emit_miss(e, host_call(e->code, fn, value, fp_numbers(e->insn->word[0]), cc));
    emit_commit(e);
    if (kind == FP_ACCUMULATOR && (info->dst == DST_W16 || info->dst == DST_WI)) {
        result = (enum host_reg)op.spec;
        emit_changes(e, result);
        host_move(e->code, result, HR_VAL);
    }
    if (cc) {
        emit_nz(e, result, 2);
        e->cc.v = e->cc.c = BIT_HERE;
    }
    follow_fps(e);
}
