/* emit_fp.c - floating point instructions: the operand's address, and a call of what fp.c has.
 *
 * How far modes 2 and 4 step depends on FPS<FD> or <FL>. It is taken to be what it was when the
 * block was planned, or what the block itself has set, and the former is checked; where it is
 * wrong, that is an instruction that has changed.
 */
#include "jit/emit_impl.h"
#include "jit/fp.h"

/* Mode 2 or 4, and no immediate operand. */
static bool has_step(unsigned spec)
{
    return (spec & 070) == 040 || ((spec & 070) == 020 && spec != 027);
}

/* What FPS is taken to be. */
static u16 likely_fps(const struct emit *e)
{
    return (u16)((e->fps & e->fps_known) | (e->plan->fps & ~e->fps_known));
}

/* A bit of FPS shall be as it is taken to be. */
static void assume(struct emit *e, unsigned bit)
{
    struct stub *stub;

    if (e->fps_known & bit)
        return;
    e->fps = (u16)((e->fps & ~bit) | (likely_fps(e) & bit));
    e->fps_known |= (u16)bit;
    stub = emit_changed(e);
    stub->at[stub->count++] = host_unless_fps(e->code, (u16)bit, e->fps & bit);
}

/* Bytes of the operand, where they matter. */
static unsigned operand_bytes(struct emit *e)
{
    unsigned bit, words;

    switch ((enum dst)isa_info[e->insn->op].dst) {
    case DST_RF:
    case DST_WF:
    case DST_RWF:
        bit = FP11_FD;
        words = fp11_float_words(likely_fps(e));
        break;
    case DST_RX:
    case DST_WX:
        bit = FP11_FD;
        words = fp11_other_words(likely_fps(e));
        break;
    case DST_RI:
    case DST_WI:
        bit = FP11_FL;
        words = fp11_int_words(likely_fps(e));
        break;
    default: return 2;
    }
    if (has_step(e->insn->word[0] & 077u))
        assume(e, bit);
    return 2 * words;
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
    bool written = !fp_function((enum op)e->insn->op, FP_WORD);
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
    bool cc = info->nzvc[0] != '-';
    bool takes_accumulator = fp_function((enum op)e->insn->op, FP_ACCUMULATOR);
    struct operand op = emit_last(e, operand_bytes(e));
    struct host_addr value = {.constant = true};
    enum fp_place kind = FP_ACCUMULATOR;
    enum host_reg result = HR_VAL;

    if (info->form != FORM_NONE && !(emit_in_register(&op) && takes_accumulator))
        value = find_operand(e, &op, &kind);
    emit_miss(e, host_call(e->code, fp_function((enum op)e->insn->op, kind), value,
                           e->insn->word[0], cc));
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
