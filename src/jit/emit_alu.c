/* emit_alu.c - the instructions that compute: see emit_impl.h. Source: src/isa/alu.h. */
#include "jit/eis.h"
#include "jit/emit_impl.h"

/* Both V and C are in the host's flags now, or only V. */
static void flags_are(struct emit *e, enum flags_state flags)
{
    e->flags = (u8)flags;
    e->flags_of.size = 0;
    e->cc.v = BIT_FLAGS;
    if (flags == FLAGS_ALL)
        e->cc.c = BIT_FLAGS;
}

static u8 operand_again(const struct value *value)
{
    return value->constant ? HR_COUNT : (u8)value->reg;
}

/* The flags are those of the operation, which can be had again if its operands are the guest's
 * registers, or known. */
static void flags_are_of(struct emit *e, enum host_alu op, unsigned size, struct value left,
                         struct value right)
{
    bool again = (left.constant || left.reg <= HR_SP) && (right.constant || right.reg <= HR_SP) &&
                 !(left.constant && right.constant);

    flags_are(e, FLAGS_ALL);
    if (!again || (op != ALU_CMP && !right.constant && left.reg == right.reg))
        return;
    e->flags_of = (struct later){.op = (u8)op,
                                 .size = (u8)size,
                                 .left = operand_again(&left),
                                 .right = operand_again(&right),
                                 .value = left.constant ? left.value : right.value};
}

/* The host's flags are those of a logical operation: V is 0, C is as it was. */
static void flags_logical(struct emit *e)
{
    e->flags = FLAGS_NZV;
    e->cc.v = BIT_0;
}

/* Load an operand in memory that is changed: into HR_NZ if that is where the result is wanted. */
static enum host_reg work_register(const struct emit *e, unsigned size)
{
    return size == 2 && emit_live(e, LIVE_NZ) ? HR_NZ : HR_TMP;
}

/* An operand that is changed. */
struct target {
    struct place place;
    enum host_reg reg; /* where it is: Rn, or a copy of what is in memory */
    bool memory;
};

static struct target open_target(struct emit *e, const struct operand *op)
{
    struct target t = {.reg = (enum host_reg)op->spec};

    if (emit_in_register(op)) {
        emit_commit(e);
        emit_changes(e, t.reg);
        return t;
    }
    t.memory = true;
    t.place = emit_place(e, op);
    emit_find(e, &t.place, true);
    t.reg = work_register(e, op->size);
    host_load(e->code, op->size, t.reg, t.place.addr);
    return t;
}

/* It has been changed; the flags are kept. */
static void close_target(struct emit *e, const struct target *t, unsigned size)
{
    if (t->memory)
        host_store(e->code, size, t->reg, t->place.addr);
    emit_nz(e, t->reg, size);
    emit_commit(e);
}

/* --- two operands --------------------------------------------------------------------------- */

static void emit_mov(struct emit *e, unsigned size)
{
    struct operand src = emit_source(e, size), dst = emit_last(e, size);
    struct value value = emit_read(e, &src, HR_VAL);
    enum host_reg to = (enum host_reg)dst.spec;
    u16 known = size == 1 ? (u16)(i8)value.value : value.value;
    struct place place;

    e->cc.v = BIT_0;
    if (emit_in_register(&dst)) {
        emit_commit(e);
        emit_changes(e, to);
        if (value.constant)
            host_const(e->code, to, known);
        else if (size == 1)
            host_extend(e->code, to, value.reg);
        else
            host_move(e->code, to, value.reg);
        emit_nz(e, to, 2);
        return;
    }
    place = emit_place(e, &dst);
    emit_find(e, &place, true);
    if (value.constant) {
        host_store_const(e->code, size, known, place.addr);
        emit_nz_known(e, known);
    } else {
        host_store(e->code, size, value.reg, place.addr);
        emit_nz(e, value.reg, size);
    }
    emit_commit(e);
}

/* CMP and BIT: neither is changed. */
static void emit_compare(struct emit *e, bool subtract, unsigned size)
{
    struct operand src = emit_source(e, size), dst = emit_last(e, size);
    struct value left = emit_read(e, &src, HR_VAL), right;
    bool result = emit_live(e, LIVE_NZ);
    enum host_alu op = subtract ? ALU_CMP : ALU_TEST;
    enum host_reg reg;

    if (emit_in_register(&dst))
        emit_commit(e);
    right = emit_read(e, &dst, HR_ADDR);
    reg = emit_register(e, left, HR_VAL);
    if (result) { /* the operation that leaves it */
        op = subtract ? ALU_SUB : ALU_AND;
        host_move(e->code, HR_NZ, reg);
        reg = HR_NZ;
    }
    if (right.constant)
        host_alu_const(e->code, op, size, reg, right.value);
    else
        host_alu(e->code, op, size, reg, right.reg);
    if (subtract)
        flags_are_of(e, ALU_CMP, size, left, right);
    else
        flags_logical(e);
    e->cc.nz = NZ_HERE;
    if (result && size == 1)
        host_extend(e->code, HR_NZ, HR_NZ);
    emit_commit(e);
}

/* dst := dst op src. */
static void emit_modify(struct emit *e, enum host_alu op, struct value value, struct operand dst)
{
    struct target t = open_target(e, &dst);

    if (value.constant)
        host_alu_const(e->code, op, dst.size, t.reg, value.value);
    else
        host_alu(e->code, op, dst.size, t.reg, value.reg);
    if (op == ALU_ADD || op == ALU_SUB)
        flags_are_of(e, op, dst.size, (struct value){.reg = t.reg}, value);
    else
        flags_logical(e);
    close_target(e, &t, dst.size);
}

static void emit_double(struct emit *e, enum host_alu op, unsigned size)
{
    struct operand src = emit_source(e, size);

    emit_modify(e, op, emit_read(e, &src, HR_VAL), emit_last(e, size));
}

/* dst := dst and not src. */
static void emit_bic(struct emit *e, unsigned size)
{
    struct operand src = emit_source(e, size);
    struct value value = emit_read(e, &src, HR_VAL);

    value.value = (u16)~value.value;
    if (!value.constant) {
        host_move(e->code, HR_VAL, value.reg);
        host_single(e->code, SINGLE_NOT, 2, HR_VAL);
        value.reg = HR_VAL;
    }
    emit_modify(e, ALU_AND, value, emit_last(e, size));
}

static void emit_xor(struct emit *e)
{
    struct value value = {.reg = (enum host_reg)(e->insn->word[0] >> 6 & 7)};

    emit_modify(e, ALU_XOR, value, emit_last(e, 2));
}

/* --- one operand ---------------------------------------------------------------------------- */

static void emit_clr(struct emit *e, unsigned size)
{
    struct operand dst = emit_last(e, size);
    struct place place;

    e->cc.v = e->cc.c = BIT_0;
    if (!emit_in_register(&dst)) {
        place = emit_place(e, &dst);
        emit_find(e, &place, true);
        host_store_const(e->code, size, 0, place.addr);
    } else {
        enum host_reg reg = (enum host_reg)dst.spec;

        emit_changes(e, reg);
        if (size == 2)
            host_const(e->code, reg, 0);
        else
            host_alu_const(e->code, ALU_AND, 2, reg, 0177400);
    }
    emit_nz_known(e, 0);
    emit_commit(e);
}

static void emit_tst(struct emit *e, unsigned size)
{
    struct operand dst = emit_last(e, size);
    struct value value = emit_read(e, &dst, emit_live(e, LIVE_NZ) ? HR_NZ : HR_VAL);
    enum host_reg reg = emit_register(e, value, HR_VAL);

    host_alu(e->code, ALU_TEST, size, reg, reg);
    e->flags = FLAGS_ALL;
    e->cc.v = e->cc.c = BIT_0;
    emit_nz(e, reg, size);
    emit_commit(e);
}

static void emit_single(struct emit *e, enum host_single op, unsigned size)
{
    struct operand dst = emit_last(e, size);
    struct target t = open_target(e, &dst);
    u8 c = e->cc.c;

    host_single(e->code, op, size, t.reg);
    if (op == SINGLE_INC || op == SINGLE_DEC) {
        flags_are_of(e, op == SINGLE_INC ? ALU_ADD : ALU_SUB, size, (struct value){.reg = t.reg},
                     (struct value){.constant = true, .value = 1});
        e->flags = FLAGS_NZV;
        e->cc.c = c;
    } else if (op == SINGLE_NOT) {
        e->cc.v = BIT_0;
        e->cc.c = BIT_1;
    } else {
        flags_are(e, FLAGS_ALL);
    }
    close_target(e, &t, size);
}

/* hot.c holds C. */
static void put_c(struct emit *e)
{
    if (e->cc.c == BIT_0 || e->cc.c == BIT_1)
        host_put_c(e->code, e->cc.c == BIT_1);
    e->cc.c = BIT_HERE;
}

static void emit_carry(struct emit *e, bool minus, unsigned size)
{
    struct operand dst = emit_last(e, size);
    struct target t = open_target(e, &dst);

    put_c(e);
    host_carry(e->code, minus, size, t.reg);
    flags_are(e, FLAGS_ALL);
    close_target(e, &t, size);
}

static void emit_shift(struct emit *e, enum host_shift op, unsigned size)
{
    struct operand dst = emit_last(e, size);
    struct target t = open_target(e, &dst);

    if (op != SHIFT_ASR)
        put_c(e);
    if (op == SHIFT_ASR && !emit_live(e, LIVE_V | LIVE_C))
        host_asr(e->code, size, t.reg);
    else
        host_shift(e->code, op, size, t.reg, emit_live(e, LIVE_V));
    e->cc.v = e->cc.c = BIT_HERE;
    close_target(e, &t, size);
}

static void emit_swab(struct emit *e)
{
    struct operand dst = emit_last(e, 2);
    struct target t = open_target(e, &dst);

    if (t.memory && t.reg == HR_NZ) /* N and Z are those of the low byte */
        host_move(e->code, t.reg = HR_TMP, HR_NZ);
    host_swap(e->code, t.reg);
    e->cc.v = e->cc.c = BIT_0;
    if (t.memory)
        host_store(e->code, 2, t.reg, t.place.addr);
    emit_nz(e, t.reg, 1);
    emit_commit(e);
}

static void emit_sxt(struct emit *e)
{
    struct operand dst = emit_last(e, 2);
    struct cc_state nz = {.nz = e->cc.nz, .nz_reg = e->cc.nz_reg, .nz_value = e->cc.nz_value};
    struct place place;

    if (!emit_in_register(&dst)) {
        place = emit_place(e, &dst);
        emit_find(e, &place, true);
    }
    emit_materialise(e->code, &nz);
    host_sign(e->code, HR_NZ);
    if (emit_in_register(&dst)) {
        emit_changes(e, (enum host_reg)dst.spec);
        host_move(e->code, (enum host_reg)dst.spec, HR_NZ);
    } else {
        host_store(e->code, 2, HR_NZ, place.addr);
    }
    e->cc.nz = NZ_HERE;
    e->cc.v = BIT_0;
    emit_commit(e);
}

/* CLV, SEC and the like: those without N and Z. */
static void emit_bits(struct emit *e, enum bit_state bit)
{
    if (e->insn->word[0] & CC_V)
        e->cc.v = (u8)bit;
    if (e->insn->word[0] & CC_C)
        e->cc.c = (u8)bit;
}

/* --- the extended instruction set ----------------------------------------------------------- */

/* A shift by `count`, which is in a register. */
static void emit_shift_by(struct emit *e, enum host_reg count, enum host_reg high,
                          enum host_reg low)
{
    bool wide = e->insn->op == OP_ASHC;
    struct host_addr value = {.reg = count};

    host_put(e->code, HOT_FIELD(high), high);
    if (wide)
        host_put(e->code, HOT_FIELD(low), low);
    emit_miss(e, host_call(e->code, wide ? eis_ashc : eis_ash, value, 0, true));
    host_move(e->code, high, HR_VAL);
    if (wide) {
        host_get(e->code, low, HOT_FIELD(low));
        host_get(e->code, HR_NZ, HOT_FIELD(high));
    } else {
        host_move(e->code, HR_NZ, HR_VAL);
    }
}

static void emit_eis(struct emit *e)
{
    struct operand src = emit_last(e, 2);
    struct value value = emit_read(e, &src, HR_VAL);
    unsigned reg = e->insn->word[0] >> 6 & 7;
    enum host_reg high = (enum host_reg)reg, low = (enum host_reg)(reg | 1);
    int count = (int)(value.value & 037) - (int)(value.value & 040);

    if (e->insn->op == OP_MUL || e->insn->op == OP_DIV) {
        if (value.constant)
            host_const(e->code, HR_VAL, value.value);
        else
            host_move(e->code, HR_VAL, value.reg);
    }
    emit_commit(e);
    emit_changes(e, high);
    if (e->insn->op != OP_ASH)
        emit_changes(e, low);
    switch ((enum op)e->insn->op) {
    case OP_MUL: host_mul(e->code, high, low); break;
    case OP_DIV: emit_miss(e, host_div(e->code, high, low)); break;
    default:
        if (!value.constant)
            emit_shift_by(e, value.reg, high, low);
        else if (e->insn->op == OP_ASH)
            host_ash(e->code, high, count);
        else
            host_ashc(e->code, high, low, count);
        break;
    }
    e->cc = (struct cc_state){0};
}

void emit_compute(struct emit *e)
{
    switch ((enum op)e->insn->op) {
    case OP_MOV: emit_mov(e, 2); break;
    case OP_MOVB: emit_mov(e, 1); break;
    case OP_CMP: emit_compare(e, true, 2); break;
    case OP_CMPB: emit_compare(e, true, 1); break;
    case OP_BIT: emit_compare(e, false, 2); break;
    case OP_BITB: emit_compare(e, false, 1); break;
    case OP_ADD: emit_double(e, ALU_ADD, 2); break;
    case OP_SUB: emit_double(e, ALU_SUB, 2); break;
    case OP_BIS: emit_double(e, ALU_OR, 2); break;
    case OP_BISB: emit_double(e, ALU_OR, 1); break;
    case OP_BIC: emit_bic(e, 2); break;
    case OP_BICB: emit_bic(e, 1); break;
    case OP_XOR: emit_xor(e); break;
    case OP_CLR: emit_clr(e, 2); break;
    case OP_CLRB: emit_clr(e, 1); break;
    case OP_TST: emit_tst(e, 2); break;
    case OP_TSTB: emit_tst(e, 1); break;
    case OP_COM: emit_single(e, SINGLE_NOT, 2); break;
    case OP_COMB: emit_single(e, SINGLE_NOT, 1); break;
    case OP_INC: emit_single(e, SINGLE_INC, 2); break;
    case OP_INCB: emit_single(e, SINGLE_INC, 1); break;
    case OP_DEC: emit_single(e, SINGLE_DEC, 2); break;
    case OP_DECB: emit_single(e, SINGLE_DEC, 1); break;
    case OP_NEG: emit_single(e, SINGLE_NEG, 2); break;
    case OP_NEGB: emit_single(e, SINGLE_NEG, 1); break;
    case OP_ASL: emit_single(e, SINGLE_ASL, 2); break;
    case OP_ASLB: emit_single(e, SINGLE_ASL, 1); break;
    case OP_ADC: emit_carry(e, false, 2); break;
    case OP_ADCB: emit_carry(e, false, 1); break;
    case OP_SBC: emit_carry(e, true, 2); break;
    case OP_SBCB: emit_carry(e, true, 1); break;
    case OP_ROR: emit_shift(e, SHIFT_ROR, 2); break;
    case OP_RORB: emit_shift(e, SHIFT_ROR, 1); break;
    case OP_ROL: emit_shift(e, SHIFT_ROL, 2); break;
    case OP_ROLB: emit_shift(e, SHIFT_ROL, 1); break;
    case OP_ASR: emit_shift(e, SHIFT_ASR, 2); break;
    case OP_ASRB: emit_shift(e, SHIFT_ASR, 1); break;
    case OP_SWAB: emit_swab(e); break;
    case OP_SXT: emit_sxt(e); break;
    case OP_CLCC: emit_bits(e, BIT_0); break;
    case OP_SECC: emit_bits(e, BIT_1); break;
    case OP_MUL:
    case OP_DIV:
    case OP_ASH:
    case OP_ASHC: emit_eis(e); break;
    default: break;
    }
}
