/* test_host.c - control, registers, memory and modes of jit/host.h: every operation on random
 * states against the same in C. See host_rig.h; arithmetic is in test_host_alu.c.
 */
#include "host_rig.h"

#include <string.h>

/* --- registers: the flags stay -------------------------------------------------------------- */

static void test_move(struct rig *rig)
{
    enum host_reg dst = rig_reg(rig, 0), src = rig_reg(rig, 0), third = rig_reg(rig, 0);
    u16 value = rig_value(rig);
    struct want want;

    rig_begin(rig);
    host_move(&rig->code, dst, src);
    host_const(&rig->code, third, value);
    rig_end(rig);
    want = rig_want(rig);
    want.out.r[dst] = rig->in.r[src];
    want.out.r[third] = value;
    rig_expect(rig, &want);
}

static void test_offset(struct rig *rig)
{
    static const int deltas[] = {0, 1, -1, 2, -2, 4, -8, 0x7fff, -0x8000, 0xffff, 0x1000, 0x10000};
    enum host_reg dst = rig_reg(rig, 0), src = rig_reg(rig, 0);
    int delta = deltas[random_below(&rig->random, ARRAY_LEN(deltas))];
    struct want want;

    rig_begin(rig);
    host_offset(&rig->code, dst, src, delta);
    rig_end(rig);
    want = rig_want(rig);
    want.out.r[dst] = (u16)(rig->in.r[src] + delta);
    rig_expect(rig, &want);
}

static void test_bytes(struct rig *rig)
{
    enum host_reg dst = rig_reg(rig, 0), src = rig_reg(rig, 0);
    bool insert = random_below(&rig->random, 2);
    struct want want;

    rig_begin(rig);
    if (insert)
        host_insert(&rig->code, dst, src);
    else
        host_extend(&rig->code, dst, src);
    rig_end(rig);
    want = rig_want(rig);
    want.out.r[dst] = insert ? (u16)((rig->in.r[dst] & 0xff00) | (rig->in.r[src] & 0xff))
                             : (u16)(i8)rig->in.r[src];
    rig_expect(rig, &want);
}

static void test_swap(struct rig *rig)
{
    enum host_reg reg = rig_reg(rig, 0);
    struct want want;

    rig_begin(rig);
    host_swap(&rig->code, reg);
    rig_end(rig);
    want = rig_want(rig);
    want.known = KNOWN_NONE;
    want.out.r[reg] = (u16)(rig->in.r[reg] << 8 | rig->in.r[reg] >> 8);
    rig_expect(rig, &want);
}

static void test_sign(struct rig *rig)
{
    enum host_reg dst = rig_reg(rig, 0);
    struct want want;

    rig_begin(rig);
    host_sign(&rig->code, dst);
    rig_end(rig);
    want = rig_want(rig);
    want.known = KNOWN_NONE;
    want.out.r[dst] = rig->in.r[HR_NZ] & 0x8000 ? 0xffff : 0;
    rig_expect(rig, &want);
}

/* --- fields of struct hot ------------------------------------------------------------------- */

static void test_field(struct rig *rig)
{
    enum host_reg dst = rig_reg(rig, 0), src = rig_reg(rig, REG_BIT(dst));
    u16 target = rig_value(rig), constant = rig_value(rig);
    struct want want;

    rig->hot->target = target;
    rig_begin(rig);
    host_get(&rig->code, dst, HOT_FIELD(target));
    host_put(&rig->code, HOT_FIELD(next_ps), src);
    host_put_const(&rig->code, HOT_FIELD(target), constant);
    rig_end(rig);
    want = rig_want(rig);
    want.out.r[dst] = target;
    rig_expect(rig, &want);
    rig_check(rig, rig->hot->next_ps == rig->in.r[src], "host_put()");
    rig_check(rig, rig->hot->target == constant, "host_put_const()");
}

static void test_unless(struct rig *rig)
{
    struct want want;

    rig->hot->plain = random_below(&rig->random, 2) ? 0 : rig_value(rig);
    rig_begin(rig);
    rig_end_jump(rig, host_unless(&rig->code, HOT_FIELD(plain)));
    want = rig_want(rig);
    want.known = KNOWN_NONE;
    want.taken = rig->hot->plain == 0;
    rig_expect(rig, &want);
}

static void test_jump_bits(struct rig *rig)
{
    bool v = random_below(&rig->random, 2);
    struct want want;

    rig_begin(rig);
    rig_end_jump(rig, v ? host_jump_v(&rig->code) : host_jump_c(&rig->code));
    want = rig_want(rig);
    want.known = KNOWN_NONE;
    want.taken = v ? rig->in.v : rig->in.c;
    rig_expect(rig, &want);
}

/* --- the processor's mode ------------------------------------------------------------------- */

static void test_pack(struct rig *rig)
{
    enum host_reg dst = rig_reg(rig, REG_BIT(HR_TMP) | REG_BIT(HR_NZ));
    u16 ps = rig_value(rig) & 0xfff0, nz;
    struct want want;

    rig->hot->ps = ps;
    rig_begin(rig);
    host_pack(&rig->code, dst);
    rig_end(rig);
    want = rig_want(rig);
    want.known = KNOWN_NONE;
    want.destroys = REG_BIT(HR_TMP);
    nz = rig->in.r[HR_NZ];
    want.out.r[dst] = (u16)(ps | (nz & 0x8000 ? CC_N : 0) | (nz ? 0 : CC_Z) |
                            (rig->in.v ? CC_V : 0) | (rig->in.c ? CC_C : 0));
    rig_expect(rig, &want);
}

static void test_unpack(struct rig *rig)
{
    enum host_reg src = rig_reg(rig, REG_BIT(HR_NZ));
    u16 bits = rig_value(rig);
    struct want want;

    if ((bits & (CC_N | CC_Z)) == (CC_N | CC_Z))
        bits &= (u16)~CC_N;
    rig_begin(rig);
    host_const(&rig->code, src, bits);
    host_unpack(&rig->code, src);
    rig_end(rig);
    want = rig_want(rig);
    want.known = KNOWN_NONE;
    want.destroys = REG_BIT(src);
    want.nz_meaning = true;
    want.out.r[HR_NZ] = bits & CC_N ? 0x8000 : bits & CC_Z ? 0 : 1;
    want.out.v = bits & CC_V ? 1 : 0;
    want.out.c = bits & CC_C ? 1 : 0;
    rig_expect(rig, &want);
}

static void test_modes(struct rig *rig)
{
    enum host_reg dst = rig_reg(rig, REG_BIT(HR_SP));
    unsigned from = random_below(&rig->random, 4), to = random_below(&rig->random, 4);
    unsigned other = random_below(&rig->random, 4);
    u16 sp[4];
    struct want want;

    rig_modes(rig);
    memcpy(sp, rig->cpu->sp, sizeof sp);
    rig_begin(rig);
    host_set_mode(&rig->code, from, to);
    host_get_sp(&rig->code, dst, other);
    rig_end(rig);
    want = rig_want(rig);
    sp[from] = rig->in.r[HR_SP];
    want.out.r[dst] = sp[other];
    rig_expect(rig, &want);
    rig_check(rig, memcmp(sp, rig->cpu->sp, sizeof sp) == 0, "the stack pointers");
    rig_check(rig, memcmp(rig->hot->page, rig->hot->mode[to].page, sizeof rig->hot->page) == 0,
              "the pages");
}

/* --- control -------------------------------------------------------------------------------- */

static void test_jump(struct rig *rig)
{
    struct want want;
    fixup over, back;
    u32 loop;

    rig_begin(rig);
    over = host_jump(&rig->code);
    loop = rig->code.at; /* behind it, by a jump back */
    host_const(&rig->code, HR_R0, 0x1234);
    back = host_jump(&rig->code);
    host_bind(&rig->code, over);
    host_jump_to(&rig->code, loop);
    host_bind(&rig->code, back);
    rig_end(rig);
    want = rig_want(rig);
    want.out.r[HR_R0] = 0x1234;
    rig_expect(rig, &want);
}

/* The budget is taken, and put back; it is poor when it would be below 0. */
static void test_budget(struct rig *rig)
{
    unsigned n = 1 + random_below(&rig->random, 32);
    i32 budget = (i32)random_below(&rig->random, 40);
    int refund = (int)random_below(&rig->random, 65) - 32;
    int put_back = (int)random_below(&rig->random, 65) - 32;
    unsigned between = random_below(&rig->random, 4) * 15; /* near, and far */
    fixup begin;
    u32 poor;

    rig_begin(rig);
    rig->hot->budget = budget;
    begin = host_jump(&rig->code);
    poor = rig->code.at;
    host_leave(&rig->code, HOST_EXIT_BUDGET, 04321, (int)n);
    while (between--)
        host_move(&rig->code, HR_R0, HR_R0);
    host_bind(&rig->code, begin);
    host_head(&rig->code, n, poor);
    host_refund(&rig->code, refund);
    host_leave(&rig->code, HOST_EXIT_MISS, 01234, put_back);
    rig_run(rig);
    if (budget < (i32)n) {
        rig_check(rig, rig->exit == HOST_EXIT_BUDGET && rig->hot->pc == 04321, "out of budget");
        rig_check(rig, rig->hot->budget == budget, "the budget then");
    } else {
        rig_check(rig, rig->exit == HOST_EXIT_MISS && rig->hot->pc == 01234, "enough budget");
        rig_check(rig, rig->hot->budget == budget - (i32)n + refund + put_back, "the budget");
    }
}

/* An edge leaves with its number; linked it goes on; unlinked it leaves again. */
static void test_edge(struct rig *rig)
{
    u32 edge = random_below(&rig->random, 1u << 20), at, target;

    rig_begin(rig);
    at = host_edge(&rig->code, edge);
    target = rig->code.at;
    host_leave(&rig->code, HOST_EXIT_CHANGED, 0177776, 0);
    rig_run(rig);
    rig_check(rig, rig->exit == HOST_EXIT_EDGE && rig->hot->edge == edge, "the edge");
    host_edge_link(&rig->code, at, target);
    rig_run(rig);
    rig_check(rig, rig->exit == HOST_EXIT_CHANGED && rig->hot->pc == 0177776, "the linked edge");
    rig->hot->edge = ~edge;
    host_edge_unlink(&rig->code, at, edge);
    rig_run(rig);
    rig_check(rig, rig->exit == HOST_EXIT_EDGE && rig->hot->edge == edge, "unlinked");
}

/* A guess is open at first; then it is for one address, or for none. */
static void test_guess(struct rig *rig)
{
    u32 edge = random_below(&rig->random, 1u << 20), at, target;
    bool none = random_below(&rig->random, 4) == 0, right = random_below(&rig->random, 2);
    u16 pc;

    rig_begin(rig);
    pc = rig->in.r[HR_ADDR];
    at = host_guess(&rig->code, edge);
    host_leave(&rig->code, HOST_EXIT_MISS, 02, 0);
    target = rig->code.at;
    host_leave(&rig->code, HOST_EXIT_CHANGED, 04, 0);
    rig_run(rig);
    rig_check(rig, rig->exit == HOST_EXIT_EDGE && rig->hot->edge == edge && rig->hot->pc == pc,
              "open");
    host_guess_set(&rig->code, at, none ? NO_GUESS : right ? pc : pc ^ 2u);
    rig->hot->edge = ~edge;
    rig_run(rig);
    right &= !none;
    if (right)
        rig_check(rig, rig->exit == HOST_EXIT_EDGE && rig->hot->edge == edge, "set");
    host_edge_link(&rig->code, at, target);
    rig_run(rig);
    rig_check(rig, rig->exit == (right ? HOST_EXIT_CHANGED : HOST_EXIT_MISS), "linked");
    host_edge_unlink(&rig->code, at, edge);
    rig_run(rig);
    rig_check(rig, rig->exit == (right ? HOST_EXIT_EDGE : HOST_EXIT_MISS), "unlinked");
}

/* Through the jump cache, where the tag is that of the page and the address even. */
static void test_jump_guest(struct rig *rig)
{
    enum host_reg reg = rig_reg(rig, REG_BIT(HR_TMP) | REG_BIT(HR_VAL));
    unsigned wrong = random_below(&rig->random, 4);
    struct hot *hot = rig->hot;
    struct jump *slot;
    u32 target;
    u16 pc;

    rig_begin(rig);
    for (unsigned i = 0; i < 8; i++)
        hot->page[i] = 1u << 31 | (u32)random_next(&rig->random);
    hot->base = rig->code.exec;
    pc = rig->in.r[reg] | 0100;
    host_const(&rig->code, reg, pc);
    host_jump_guest(&rig->code, reg);
    target = rig->code.at;
    host_leave(&rig->code, HOST_EXIT_CHANGED, 02, 0);
    slot = &hot->jump[pc >> 1 & (JUMP_SLOTS - 1)];
    *slot = (struct jump){.tag = hot->page[pc >> 13], .head = target};
    if (wrong == 0)
        slot->tag ^= 1u << random_below(&rig->random, 32);
    rig_run(rig);
    if (wrong == 0 || pc & 1)
        rig_check(rig, rig->exit == HOST_EXIT_JUMP && hot->pc == pc, "not in the cache");
    else
        rig_check(rig, rig->exit == HOST_EXIT_CHANGED && hot->pc == 02, "in the cache");
}

/* What the interpreter sees and leaves. */
struct steps {
    struct rig *rig;
    u16 r[7];
    bool leaves;
};

static u32 step(void *ctx)
{
    struct steps *steps = ctx;
    struct rig *rig = steps->rig;
    struct cpu *cpu = rig->cpu;

    rig_check(rig, memcmp(cpu->r, rig->in.r, sizeof steps->r) == 0, "registers in struct cpu");
    rig_check(rig, cpu->cc.v == rig->in.v && cpu->cc.c == rig->in.c, "V and C in struct cpu");
    rig_check(rig, cpu->cc.n >> 15 == rig->in.r[HR_NZ] >> 15, "N in struct cpu");
    rig_check(rig, (cpu->cc.z == 0) == (rig->in.r[HR_NZ] == 0), "Z in struct cpu");
    rig_check(rig, rig->hot->budget == BUDGET, "the budget in struct hot");
    rig_check(rig, rig->hot->pc == 01000 && rig->hot->next == 0177772, "where it is");
    memcpy(cpu->r, steps->r, sizeof steps->r);
    cpu->cc.v ^= 1;
    cpu->cc.c ^= 1;
    rig->hot->nz = steps->r[1];
    return steps->leaves;
}

static void test_step(struct rig *rig)
{
    struct steps steps = {.rig = rig, .leaves = random_below(&rig->random, 4) == 0};
    struct want want;

    rig_begin(rig);
    for (unsigned i = 0; i < 7; i++)
        steps.r[i] = rig_value(rig);
    rig->hot->step_ctx = &steps;
    rig->hot->step_call = step;
    host_step(&rig->code, 01000, 0177772);
    rig_end(rig);
    want = rig_want(rig);
    memcpy(want.out.r, steps.r, sizeof steps.r);
    want.out.r[HR_NZ] = steps.r[1];
    want.out.v ^= 1;
    want.out.c ^= 1;
    want.known = KNOWN_NONE;
    want.destroys = SCRATCH;
    if (!steps.leaves)
        rig_expect(rig, &want);
    else
        rig_check(rig,
                  rig->exit == HOST_EXIT_STEP && memcmp(rig->cpu->r, steps.r, sizeof steps.r) == 0,
                  "left by the interpreter");
}

int main(void)
{
    static const struct rig_test tests[] = {
        {"move", test_move},     {"offset", test_offset},
        {"bytes", test_bytes},   {"swap", test_swap},
        {"sign", test_sign},     {"field", test_field},
        {"unless", test_unless}, {"jump_bits", test_jump_bits},
        {"pack", test_pack},     {"unpack", test_unpack},
        {"modes", test_modes},   {"jump", test_jump},
        {"budget", test_budget}, {"edge", test_edge},
        {"guess", test_guess},   {"jump_guest", test_jump_guest},
        {"step", test_step},
    };
    return rig_main(tests, ARRAY_LEN(tests));
}
