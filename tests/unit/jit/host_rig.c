/* host_rig.c - see host_rig.h. */
#include "host_rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CODE_SIZE 8192u
#define MEMORY    0200000u

/* Where code puts what the test wants to see: in the jump cache, which it does not use then. */
#define OUT_AT(n) (HOT_FIELD(jump) + 2u * (u32)(n))
enum { OUT_COND = 0, OUT_REG = CONDS, OUT_COUNT = CONDS + HR_COUNT };

static const char *const names[HR_COUNT] = {"R0", "R1", "R2",   "R3",  "R4", "R5",
                                            "SP", "NZ", "ADDR", "VAL", "TMP"};

void rig_init(struct rig *rig)
{
    struct err err;

    *rig = (struct rig){.random = {0x1157}};
    rig->hot = calloc(1, sizeof *rig->hot);
    rig->cpu = calloc(1, sizeof *rig->cpu);
    if (!rig->hot || !rig->cpu || ram_init(&rig->ram, MEMORY, &err) ||
        code_init(&rig->code, CODE_SIZE, &err)) {
        printf("Bail out! no host memory\n");
        exit(1);
    }
    rig->cpu->ram = &rig->ram;
    rig->hot->cpu = rig->cpu;
    rig->hot->memory = rig->ram.base;
    host_prologue(&rig->code);
    code_sync(&rig->code, 0);
    rig->start = rig->code.at;
}

void rig_fini(struct rig *rig)
{
    code_fini(&rig->code);
    ram_fini(&rig->ram);
    free(rig->hot);
    free(rig->cpu);
}

u16 rig_value(struct rig *rig)
{
    static const u16 list[] = {0,      1,      2,      0x7f,   0x80,   0xff,   0x100,  0x7f80,
                               0x7fff, 0x8000, 0x8001, 0xff00, 0xff7f, 0xff80, 0xfffe, 0xffff};

    switch (random_below(&rig->random, 4)) {
    case 0: return list[random_below(&rig->random, ARRAY_LEN(list))];
    case 1: return rig->in.r[random_below(&rig->random, HR_COUNT)];
    default: return random_word(&rig->random);
    }
}

enum host_reg rig_reg(struct rig *rig, unsigned but)
{
    unsigned reg;

    do
        reg = random_below(&rig->random, HR_COUNT);
    while (but >> reg & 1);
    return (enum host_reg)reg;
}

u16 rig_alu(enum host_alu op, unsigned size, u16 dst, u16 src, struct flags *flags)
{
    u32 mask = size == 2 ? 0xffff : 0xff, top = mask / 2 + 1, a = dst & mask, b = src & mask, r;

    *flags = (struct flags){0};
    switch (op) {
    case ALU_ADD:
        r = a + b;
        flags->c = r > mask;
        flags->v = ~(a ^ b) & (a ^ r) & top;
        break;
    case ALU_SUB:
    case ALU_CMP:
        r = a - b;
        flags->c = a < b;
        flags->v = (a ^ b) & (a ^ r) & top;
        break;
    case ALU_AND:
    case ALU_TEST: r = a & b; break;
    case ALU_OR: r = a | b; break;
    case ALU_XOR:
    default: r = a ^ b; break;
    }
    flags->n = r & top;
    flags->z = !(r & mask);
    return op == ALU_CMP || op == ALU_TEST ? dst : (u16)((dst & ~mask) | (r & mask));
}

bool rig_cond(enum host_cond cond, const struct flags *f)
{
    switch (cond) {
    case COND_NE: return !f->z;
    case COND_EQ: return f->z;
    case COND_GE: return f->n == f->v;
    case COND_LT: return f->n != f->v;
    case COND_GT: return !f->z && f->n == f->v;
    case COND_LE: return f->z || f->n != f->v;
    case COND_PL: return !f->n;
    case COND_MI: return f->n;
    case COND_HI: return !f->c && !f->z;
    case COND_LOS: return f->c || f->z;
    case COND_VC: return !f->v;
    case COND_VS: return f->v;
    case COND_CC: return !f->c;
    case COND_CS: return f->c;
    }
    return false;
}

/* --- one run -------------------------------------------------------------------------------- */

void rig_begin(struct rig *rig)
{
    struct code *code = &rig->code;
    struct hot *hot = rig->hot;
    enum host_reg dst, src;

    for (unsigned i = 0; i < HR_COUNT; i++)
        rig->in.r[i] = rig_value(rig);
    rig->in.v = random_below(&rig->random, 2) & 1;
    rig->in.c = random_below(&rig->random, 2) & 1;
    memcpy(rig->cpu->r, rig->in.r, 7 * sizeof rig->in.r[0]);
    rig->cpu->cc = (struct cc){.v = rig->in.v, .c = rig->in.c};
    hot->nz = rig->in.r[HR_NZ];
    hot->budget = BUDGET;
    memset(hot->jump, 0, sizeof hot->jump);
    code->at = rig->start;
    code->full = false;
    for (unsigned i = HR_ADDR; i <= HR_TMP; i++)
        host_const(code, (enum host_reg)i, rig->in.r[i]);
    dst = rig_reg(rig, 0);
    src = rig_reg(rig, 0);
    host_alu(code, ALU_CMP, 2, dst, src);
    rig_alu(ALU_CMP, 2, rig->in.r[dst], rig->in.r[src], &rig->flags);
}

/* What can be seen from outside goes there; the flags first. */
static void put_all(struct rig *rig, bool taken)
{
    struct code *code = &rig->code;

    for (unsigned i = 0; i < CONDS; i++) {
        fixup not = host_jump_if(code, (enum host_cond)(i ^ 1));
        host_put_const(code, OUT_AT(OUT_COND + i), 1);
        host_bind(code, not );
    }
    for (unsigned i = 0; i < HR_COUNT; i++)
        host_put(code, OUT_AT(OUT_REG + i), (enum host_reg)i);
    host_move(code, HR_NZ, rig->wide);
    host_leave(code, HOST_EXIT_MISS, taken, 0);
}

void rig_run(struct rig *rig)
{
    const u8 *out = (const u8 *)rig->hot;
    u16 value;

    if (rig->code.full) {
        printf("Bail out! %s: the code is too long\n", rig->name);
        exit(1);
    }
    code_sync(&rig->code, rig->start);
    rig->exit = host_run(&rig->code, rig->hot, rig->code.exec + rig->start);
    for (unsigned i = 0; i < OUT_COUNT; i++) {
        memcpy(&value, out + OUT_AT(i), sizeof value);
        if (i < OUT_REG)
            rig->cond[i] = value;
        else
            rig->out.r[i - OUT_REG] = value;
    }
    rig->out.v = rig->cpu->cc.v;
    rig->out.c = rig->cpu->cc.c;
    rig->wide_value = rig->hot->nz;
    rig->taken = rig->hot->pc;
}

void rig_end(struct rig *rig)
{
    rig->wide = rig_reg(rig, 0);
    put_all(rig, false);
    rig_run(rig);
}

void rig_end_jump(struct rig *rig, fixup jump)
{
    rig->wide = rig_reg(rig, 0);
    put_all(rig, false);
    host_bind(&rig->code, jump);
    put_all(rig, true);
    rig_run(rig);
}

void rig_modes(struct rig *rig)
{
    for (unsigned mode = 0; mode < 4; mode++) {
        struct hot_mode *m = &rig->hot->mode[mode];

        m->map = &rig->cpu->mmu.map[mode][SPACE_D];
        m->stack_edge = rig_value(rig);
        for (unsigned i = 0; i < 8; i++)
            m->page[i] = (u32)random_next(&rig->random);
        rig->cpu->sp[mode] = rig_value(rig);
    }
}

/* --- what must be --------------------------------------------------------------------------- */

struct want rig_want(const struct rig *rig)
{
    return (struct want){.out = rig->in, .flags = rig->flags, .known = KNOWN_ALL};
}

static void tell(struct rig *rig, const char *what, unsigned is, unsigned must)
{
    if (rig->failures++ < 10)
        printf("# %s, round %u: %s is %#x, must be %#x (R0-R5 SP NZ ADDR VAL TMP before: %x %x %x "
               "%x %x %x %x %x %x %x %x; v %u c %u)\n",
               rig->name, rig->round, what, is, must, rig->in.r[0], rig->in.r[1], rig->in.r[2],
               rig->in.r[3], rig->in.r[4], rig->in.r[5], rig->in.r[6], rig->in.r[7], rig->in.r[8],
               rig->in.r[9], rig->in.r[10], rig->in.v, rig->in.c);
}

void rig_check(struct rig *rig, bool good, const char *what)
{
    if (!good)
        tell(rig, what, 0, 1);
}

static void expect_regs(struct rig *rig, const struct want *want)
{
    for (unsigned i = 0; i < HR_COUNT; i++) {
        u16 is = rig->out.r[i], must = want->out.r[i];

        if (want->destroys >> i & 1)
            continue;
        if (i == HR_NZ && want->nz_meaning) {
            is = (u16)((is & 0x8000) | !is);
            must = (u16)((must & 0x8000) | !must);
        }
        if (is != must)
            tell(rig, names[i], is, must);
    }
    if (!(want->destroys >> rig->wide & 1) && rig->wide_value != rig->out.r[rig->wide])
        tell(rig, "all 32 bits of a register", rig->wide_value, rig->out.r[rig->wide]);
    if (rig->out.v != want->out.v)
        tell(rig, "hot.v", rig->out.v, want->out.v);
    if (rig->out.c != want->out.c)
        tell(rig, "hot.c", rig->out.c, want->out.c);
}

void rig_expect(struct rig *rig, const struct want *want)
{
    static const char *const conds[CONDS] = {"NE", "EQ", "GE",  "LT", "GT", "LE", "PL",
                                             "MI", "HI", "LOS", "VC", "VS", "CC", "CS"};

    if (rig->exit != HOST_EXIT_MISS)
        tell(rig, "the exit", rig->exit, HOST_EXIT_MISS);
    if (rig->hot->budget != BUDGET)
        tell(rig, "the budget", (unsigned)rig->hot->budget, BUDGET);
    if (rig->taken != want->taken)
        tell(rig, "the jump", rig->taken, want->taken);
    expect_regs(rig, want);
    for (unsigned i = 0; i < CONDS && want->known != KNOWN_NONE; i++) {
        bool must = rig_cond((enum host_cond)i, &want->flags);

        if (want->known == KNOWN_NZV &&
            (i == COND_HI || i == COND_LOS || i == COND_CC || i == COND_CS))
            continue;
        if (rig->cond[i] != must)
            tell(rig, conds[i], rig->cond[i], must);
    }
}

int rig_main(const struct rig_test *tests, unsigned count)
{
    unsigned bad = 0;
    struct rig rig;

    printf("1..%u\n", count);
    for (unsigned i = 0; i < count; i++) {
        rig_init(&rig);
        rig.name = tests[i].name;
        for (rig.round = 0; rig.round < ROUNDS; rig.round++)
            tests[i].run(&rig);
        printf("%s %u - %s\n", rig.failures ? "not ok" : "ok", i + 1, tests[i].name);
        bad += rig.failures != 0;
        rig_fini(&rig);
    }
    return bad != 0;
}
