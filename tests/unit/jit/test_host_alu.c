/* test_host_alu.c - arithmetic, condition codes and the extended instruction set of jit/host.h:
 * every operation on random values against the same in C. See host_rig.h.
 */
#include "host_rig.h"

static unsigned pick_size(struct rig *rig)
{
    return 1 + random_below(&rig->random, 2);
}

/* --- flags ---------------------------------------------------------------------------------- */

static void test_alu(struct rig *rig)
{
    enum host_alu op = (enum host_alu)random_below(&rig->random, ALU_TEST + 1);
    enum host_reg dst = rig_reg(rig, 0), src = rig_reg(rig, 0);
    unsigned size = pick_size(rig);
    struct want want;

    rig_begin(rig);
    host_alu(&rig->code, op, size, dst, src);
    rig_end(rig);
    want = rig_want(rig);
    want.out.r[dst] = rig_alu(op, size, want.out.r[dst], want.out.r[src], &want.flags);
    rig_expect(rig, &want);
}

static void test_alu_const(struct rig *rig)
{
    enum host_alu op = (enum host_alu)random_below(&rig->random, ALU_TEST + 1);
    enum host_reg dst = rig_reg(rig, 0);
    unsigned size = pick_size(rig);
    u16 value = rig_value(rig);
    struct want want;

    rig_begin(rig);
    host_alu_const(&rig->code, op, size, dst, value);
    rig_end(rig);
    want = rig_want(rig);
    want.out.r[dst] = rig_alu(op, size, want.out.r[dst], value, &want.flags);
    rig_expect(rig, &want);
}

static void test_single(struct rig *rig)
{
    enum host_single op = (enum host_single)random_below(&rig->random, SINGLE_ASL + 1);
    enum host_reg reg = rig_reg(rig, 0);
    unsigned size = pick_size(rig);
    struct want want;
    u16 *dst, was;

    rig_begin(rig);
    host_single(&rig->code, op, size, reg);
    rig_end(rig);
    want = rig_want(rig);
    dst = &want.out.r[reg];
    was = *dst;
    want.known = KNOWN_NZV;
    switch (op) {
    case SINGLE_INC: *dst = rig_alu(ALU_ADD, size, was, 1, &want.flags); break;
    case SINGLE_DEC: *dst = rig_alu(ALU_SUB, size, was, 1, &want.flags); break;
    case SINGLE_NEG: {
        u16 result = rig_alu(ALU_SUB, size, 0, was, &want.flags);
        *dst = size == 2 ? result : (u16)((was & 0xff00) | result);
        want.known = KNOWN_ALL;
        break;
    }
    case SINGLE_NOT:
        *dst = rig_alu(ALU_XOR, size, was, 0xffff, &want.flags);
        want.known = KNOWN_NONE;
        break;
    case SINGLE_ASL:
        *dst = rig_alu(ALU_ADD, size, was, was, &want.flags);
        want.known = KNOWN_ALL;
        break;
    }
    rig_expect(rig, &want);
}

/* The carry comes from hot.c, and the flags are those of the operation with it. */
static void test_carry(struct rig *rig)
{
    enum host_reg dst = rig_reg(rig, REG_BIT(HR_VAL));
    bool minus = random_below(&rig->random, 2);
    unsigned size = pick_size(rig);
    struct want want;

    rig_begin(rig);
    host_carry(&rig->code, minus, size, dst);
    rig_end(rig);
    want = rig_want(rig);
    want.destroys = REG_BIT(HR_VAL);
    want.out.r[dst] =
        rig_alu(minus ? ALU_SUB : ALU_ADD, size, want.out.r[dst], rig->in.c, &want.flags);
    rig_expect(rig, &want);
}

/* What the flags say goes into hot.v and hot.c; they stay. */
static void test_save(struct rig *rig)
{
    bool v = random_below(&rig->random, 2), c = random_below(&rig->random, 2);
    struct want want;

    rig_begin(rig);
    if (v)
        host_save_v(&rig->code);
    if (c)
        host_save_c(&rig->code);
    rig_end(rig);
    want = rig_want(rig);
    if (v)
        want.out.v = rig->flags.v;
    if (c)
        want.out.c = rig->flags.c;
    rig_expect(rig, &want);
}

static void test_put(struct rig *rig)
{
    bool v = random_below(&rig->random, 2), c = random_below(&rig->random, 2);
    struct want want;

    rig_begin(rig);
    host_put_v(&rig->code, v);
    host_put_c(&rig->code, c);
    rig_end(rig);
    want = rig_want(rig);
    want.out.v = v;
    want.out.c = c;
    rig_expect(rig, &want);
}

/* --- shifts --------------------------------------------------------------------------------- */

static void test_asr(struct rig *rig)
{
    enum host_reg reg = rig_reg(rig, 0);
    unsigned size = pick_size(rig);
    struct want want;

    rig_begin(rig);
    host_asr(&rig->code, size, reg);
    rig_end(rig);
    want = rig_want(rig);
    want.known = KNOWN_NONE;
    want.destroys = reg == HR_TMP ? 0 : REG_BIT(HR_TMP);
    if (size == 2)
        want.out.r[reg] = (u16)((i16)rig->in.r[reg] >> 1);
    else
        want.out.r[reg] = (u16)((rig->in.r[reg] & 0xff00) | (u8)((i8)rig->in.r[reg] >> 1));
    rig_expect(rig, &want);
}

static void test_shift(struct rig *rig)
{
    enum host_shift op = (enum host_shift)random_below(&rig->random, SHIFT_ASR + 1);
    enum host_reg reg = rig_reg(rig, REG_BIT(HR_VAL));
    unsigned size = pick_size(rig), bits = 8 * size, c_in, was, result = 0;
    u16 mask = size == 2 ? 0xffff : 0xff;
    bool v = random_below(&rig->random, 2);
    struct want want;

    rig_begin(rig);
    host_shift(&rig->code, op, size, reg, v);
    rig_end(rig);
    want = rig_want(rig);
    want.known = KNOWN_NONE;
    want.destroys = REG_BIT(HR_VAL) | (reg == HR_TMP ? 0 : REG_BIT(HR_TMP));
    was = rig->in.r[reg] & mask;
    c_in = rig->in.c;
    switch (op) {
    case SHIFT_ROR: result = was >> 1 | c_in << (bits - 1); break;
    case SHIFT_ROL: result = was << 1 | c_in; break;
    case SHIFT_ASR: result = was >> 1 | (was & 1u << (bits - 1)); break;
    }
    want.out.c = op == SHIFT_ROL ? was >> (bits - 1) & 1 : was & 1;
    if (v)
        want.out.v = want.out.c ^ (result >> (bits - 1) & 1);
    want.out.r[reg] = (u16)((rig->in.r[reg] & ~mask) | (result & mask));
    if (size == 1 && reg == HR_TMP) { /* nobody wants its upper byte */
        want.destroys |= REG_BIT(HR_TMP);
        rig_check(rig, ((rig->out.r[reg] ^ result) & mask) == 0, "the low byte of TMP");
    }
    rig_expect(rig, &want);
}

/* A number of `bits` bits is shifted one place a time: V if its sign is ever another one, C what
 * leaves last. */
static u32 shift_slowly(u32 value, unsigned bits, int count, struct want *want)
{
    u32 top = 1u << (bits - 1), sign = value & top;

    want->out.v = want->out.c = 0;
    for (; count > 0; count--) {
        want->out.c = (value & top) != 0;
        value = (value << 1) & (top | (top - 1));
        if ((value & top) != sign)
            want->out.v = 1;
    }
    for (; count < 0; count++) {
        want->out.c = value & 1;
        value = value >> 1 | sign;
    }
    return value;
}

static void want_eis(struct want *want)
{
    want->known = KNOWN_NONE;
    want->destroys = SCRATCH;
    want->nz_meaning = true;
}

/* A register of the guest, without SP. */
static enum host_reg guest_reg(struct rig *rig, unsigned but)
{
    return rig_reg(rig, SCRATCH | REG_BIT(HR_NZ) | REG_BIT(HR_SP) | but);
}

/* The 32-bit value's N and Z, as a 16-bit one. */
static u16 nz_long(u32 value)
{
    return (u16)(value >> 16 | (value != 0 && value >> 16 == 0));
}

static void test_ash(struct rig *rig)
{
    enum host_reg reg = guest_reg(rig, 0);
    int count = (int)random_below(&rig->random, 64) - 32;
    struct want want;

    rig_begin(rig);
    host_ash(&rig->code, reg, count);
    rig_end(rig);
    want = rig_want(rig);
    want_eis(&want);
    want.out.r[reg] = (u16)shift_slowly(rig->in.r[reg], 16, count, &want);
    want.out.r[HR_NZ] = want.out.r[reg];
    rig_expect(rig, &want);
}

/* Of an odd register both words are the same one, and the low one is what remains. */
static void test_ashc(struct rig *rig)
{
    enum host_reg high = guest_reg(rig, 0), low = (enum host_reg)(high | 1);
    int count = (int)random_below(&rig->random, 64) - 32;
    struct want want;
    u32 value;

    rig_begin(rig);
    host_ashc(&rig->code, high, low, count);
    rig_end(rig);
    want = rig_want(rig);
    want_eis(&want);
    value = shift_slowly((u32)rig->in.r[high] << 16 | rig->in.r[low], 32, count, &want);
    want.out.r[high] = (u16)(value >> 16);
    want.out.r[low] = (u16)value;
    want.out.r[HR_NZ] = nz_long(value);
    rig_expect(rig, &want);
}

static void test_mul(struct rig *rig)
{
    enum host_reg high = guest_reg(rig, 0), low = (enum host_reg)(high | 1);
    struct want want;
    i32 product;

    rig_begin(rig);
    host_mul(&rig->code, high, low);
    rig_end(rig);
    want = rig_want(rig);
    want_eis(&want);
    product = (i16)rig->in.r[high] * (i16)rig->in.r[HR_VAL];
    want.out.r[high] = (u16)((u32)product >> 16);
    want.out.r[low] = (u16)product;
    want.out.r[HR_NZ] = nz_long((u32)product);
    want.out.v = 0;
    want.out.c = product < -32768 || product > 32767;
    rig_expect(rig, &want);
}

/* Where the quotient does not fit nothing may have changed. The lowest one may be left too. */
static void test_div(struct rig *rig)
{
    enum host_reg high = (enum host_reg)(guest_reg(rig, 0) & 6), low = (enum host_reg)(high | 1);
    i64 dividend, divisor, quotient = 1 << 20;
    struct want want;
    fixup slow;

    rig_begin(rig);
    if (random_below(&rig->random, 2)) { /* else the quotient rarely fits */
        host_sign(&rig->code, HR_TMP);
        host_move(&rig->code, high, HR_TMP);
        rig->in.r[high] = rig->in.r[HR_NZ] & 0x8000 ? 0xffff : 0;
    }
    slow = host_div(&rig->code, high, low);
    rig_end_jump(rig, slow);
    want = rig_want(rig);
    want_eis(&want);
    dividend = (i32)((u32)rig->in.r[high] << 16 | rig->in.r[low]);
    divisor = (i16)rig->in.r[HR_VAL];
    if (divisor)
        quotient = dividend / divisor;
    want.taken = quotient < -32768 || quotient > 32767 || (quotient == -32768 && rig->taken);
    if (!want.taken) {
        want.out.r[high] = want.out.r[HR_NZ] = (u16)quotient;
        want.out.r[low] = (u16)(dividend % divisor);
        want.out.v = want.out.c = 0;
    }
    rig_expect(rig, &want);
}

int main(void)
{
    static const struct rig_test tests[] = {
        {"alu", test_alu},       {"alu_const", test_alu_const},
        {"single", test_single}, {"carry", test_carry},
        {"save", test_save},     {"put", test_put},
        {"asr", test_asr},       {"shift", test_shift},
        {"ash", test_ash},       {"ashc", test_ashc},
        {"mul", test_mul},       {"div", test_div},
    };
    return rig_main(tests, ARRAY_LEN(tests));
}
