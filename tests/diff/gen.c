/* gen.c - random states that make an instruction's corner cases likely.
 *
 * Registers that are used as addresses mostly point into pages that may be reached, sometimes to
 * their ends and beyond, sometimes nowhere; the operand found there is mostly one of the values at
 * which something changes (0, 1, -1, 77777, 100000, ...; for floating numbers exponents at the
 * edges and near each other). The walk over the operands here only chooses; that it may be wrong
 * about where an operand is costs nothing but a dull case.
 */
#include "gen.h"

#include <string.h>

#include "cpu/cpu.h"

struct gen {
    struct test_case *tc;
    const struct map_set *set;
    const struct driver *driver;
    struct random random;
    enum mode mode, prev;
    u16 first[8];   /* registers as the instruction finds them */
    u16 r[8];       /* and as its operands leave them */
    unsigned fixed; /* bit n: r[n] is chosen already */
    u16 next;       /* where the next index or immediate word goes */
};

u16 gen_trap_word(struct random *random)
{
    switch (random_below(random, 8)) {
    case 0: return (u16)(3 + random_below(random, 2));
    case 1: return (u16)(010 + random_below(random, 070));
    case 2: return (u16)(075000 + random_below(random, 02000));
    case 3: return (u16)(0107000 + random_below(random, 01000));
    default: return (u16)(0104000 + random_below(random, 01000));
    }
}

static u16 pick_value(struct random *random)
{
    static const u16 list[] = {
        0,       1,    2,    3,    0177777, 0177776, 0100000, 0100001, 077777,  077776,  040000,
        0140000, 0377, 0200, 0177, 0400,    0177600, 0177400, 0100200, 052525,  0125252, 010,
        017,     020,  021,  037,  040,     041,     077,     0177760, 0177740, 0177700};

    switch (random_below(random, 10)) {
    case 0: return (u16)random_below(random, 0100);
    case 1: return (u16)(0 - random_below(random, 0100));
    case 2:
    case 3:
    case 4: return random_word(random);
    default: return list[random_below(random, ARRAY_LEN(list))];
    }
}

/* The first word's exponent at an edge, or near `near`; the fraction empty, full, or random. */
static u64 pick_float(struct random *random, unsigned near)
{
    static const u8 edges[] = {0,   0,   1,   2,   24,  56,  127, 128,
                               129, 130, 144, 160, 184, 200, 254, 255};
    unsigned exponent = near + random_below(random, 61) - 30;
    u64 fraction = random_next(random);

    switch (random_below(random, 4)) {
    case 0: exponent = edges[random_below(random, ARRAY_LEN(edges))]; break;
    case 1: exponent = random_below(random, 256); break;
    }
    switch (random_below(random, 8)) {
    case 0: fraction = 0; break;
    case 1: fraction = ~(u64)0; break;
    case 2: fraction &= 0x7f000000000000u; break;
    case 3: fraction &= 0x7fffff00000000u; break;
    case 4: fraction = (u64)1 << random_below(random, 55); break;
    case 5: fraction = ~(u64)0 << random_below(random, 55); break;
    }
    return (random_next(random) & (u64)1 << 63) | (u64)(exponent & 255) << 55 |
           (fraction & 0x7fffffffffffffu);
}

static void put_poke(struct gen *gen, u16 pa, u16 value)
{
    struct test_case *tc = gen->tc;

    if (tc->head.pokes < POKES)
        tc->poke[tc->head.pokes++] = (struct poke){pa & 0177776u, value};
}

/* Set a word of the sandbox by its virtual address, if it can be reached. */
static void put_word(struct gen *gen, enum mode mode, enum space space, u16 va, u16 value)
{
    struct place place = maps_place(gen->set, gen->tc->head.mmr3, mode, space, va, gen->driver);

    if (place.read)
        put_poke(gen, place.pa, value);
}

/* An address for a reference of `bytes` bytes: mostly permitted. */
static u16 pick_address(struct gen *gen, enum mode mode, enum space space, unsigned bytes,
                        bool write)
{
    u16 va = random_word(&gen->random);

    if (random_chance(&gen->random, 2))
        return pick_value(&gen->random);
    for (unsigned i = 0; i < 40; i++) {
        struct place first, last;
        va = maps_pick(gen->set, gen->tc->head.mmr3, mode, space, random_below(&gen->random, 8),
                       &gen->random);
        first = maps_place(gen->set, gen->tc->head.mmr3, mode, space, va, gen->driver);
        last = maps_place(gen->set, gen->tc->head.mmr3, mode, space, (u16)(va + bytes - 1),
                          gen->driver);
        if (write ? first.write && last.write : first.read && last.read)
            break;
        if (random_chance(&gen->random, 3))
            break;
    }
    if (bytes == 1 || random_chance(&gen->random, 2))
        va = (u16)(va | random_below(&gen->random, 2));
    return va;
}

static void put_operand(struct gen *gen, enum mode mode, enum space space, u16 va, unsigned bytes)
{
    u64 wide = (u64)pick_value(&gen->random) << 48;

    if (random_chance(&gen->random, 10))
        return;
    if (gen->tc->op >= OP_CLRF && bytes >= 4)
        wide = pick_float(&gen->random, (unsigned)(gen->tc->ac[gen->tc->word >> 6 & 3] >> 55));
    for (unsigned i = 0; i < bytes; i += 2)
        put_word(gen, mode, space, (u16)(va + i), (u16)(wide >> (48 - 8 * i)));
}

static u16 put_next(struct gen *gen, u16 value)
{
    put_word(gen, gen->mode, SPACE_I, gen->next, value);
    gen->next = (u16)(gen->next + 2);
    gen->r[PC] = gen->next;
    return value;
}

static void fix_register(struct gen *gen, unsigned reg, u16 value)
{
    if (!(gen->fixed >> reg & 1))
        gen->first[reg] = gen->r[reg] = value;
    gen->fixed |= 1u << reg;
}

/* Choose the operand of a specifier: register, index word, pointer, contents. `mode` is that of
 * the last reference. */
static void walk_operand(struct gen *gen, unsigned spec, enum mode mode, unsigned bytes, bool write)
{
    unsigned reg = spec & 7, how = spec >> 3 & 7;
    enum space pointer_space = reg == PC ? SPACE_I : SPACE_D;
    enum space space = how == 1 || how == 2 || how == 4 ? pointer_space : SPACE_D;
    unsigned step = bytes == 1 && reg >= SP ? 2 : bytes;
    u16 target, at;

    if (how == 0)
        return;
    if (reg == PC && how == 2) {
        put_next(gen, pick_value(&gen->random));
        return;
    }
    target = pick_address(gen, mode, space, bytes, write);
    switch (how) {
    case 1:
        fix_register(gen, reg, target);
        target = gen->r[reg];
        break;
    case 2:
        fix_register(gen, reg, target);
        target = gen->r[reg];
        gen->r[reg] = (u16)(target + step);
        break;
    case 4:
        fix_register(gen, reg, (u16)(target + step));
        target = gen->r[reg] = (u16)(gen->r[reg] - step);
        break;
    case 3:
        if (reg == PC) {
            put_next(gen, target);
            break;
        }
        fix_register(gen, reg, pick_address(gen, gen->mode, SPACE_D, 2, false));
        put_word(gen, gen->mode, SPACE_D, gen->r[reg], target);
        gen->r[reg] = (u16)(gen->r[reg] + 2);
        break;
    case 5:
        fix_register(gen, reg, (u16)(pick_address(gen, gen->mode, SPACE_D, 2, false) + 2));
        gen->r[reg] = (u16)(gen->r[reg] - 2);
        put_word(gen, gen->mode, pointer_space, gen->r[reg], target);
        break;
    default:
        at = how == 6 ? target : pick_address(gen, gen->mode, SPACE_D, 2, false);
        fix_register(gen, reg, pick_value(&gen->random));
        put_next(gen, (u16)(at - (reg == PC ? gen->next + 2 : gen->r[reg])));
        if (how == 7)
            put_word(gen, gen->mode, SPACE_D, at, target);
    }
    put_operand(gen, mode, space, target, bytes);
}

/* Bytes of operand d or f, and whether it is written. */
static unsigned operand_bytes(const struct test_case *tc, bool *write)
{
    unsigned dst = isa_info[tc->op].dst;

    *write = dst == DST_W8 || dst == DST_RW8 || dst == DST_W16 || dst == DST_RW16 ||
             dst == DST_WF || dst == DST_RWF || dst == DST_WX || dst == DST_WI || dst == DST_WS;
    switch (dst) {
    case DST_R8:
    case DST_W8:
    case DST_RW8: return 1;
    case DST_RF:
    case DST_WF:
    case DST_RWF: return 2 * fp11_float_words(tc->fps);
    case DST_RX:
    case DST_WX: return 2 * fp11_other_words(tc->fps);
    case DST_RI:
    case DST_WI: return 2 * fp11_int_words(tc->fps);
    case DST_WS: return 4;
    default: return 2;
    }
}

/* What the stack holds for the instructions that pop. A mode that could reach the handler's pages
 * is not entered there. */
static void walk_stack(struct gen *gen)
{
    struct random *random = &gen->random;
    u16 ps = random_word(random) & PS_BITS, pc, sp = gen->r[SP];
    enum mode to;

    if (gen->mode != MODE_K)
        ps |= gen->tc->ps & PS_MODE;
    to = (enum mode)(ps >> 14);
    if (to == MODE_ILLEGAL && random_chance(random, 80))
        ps |= PS_MODE;
    to = (enum mode)(ps >> 14);
    pc = to == MODE_ILLEGAL ? random_word(random) : pick_address(gen, to, SPACE_I, 2, false);
    if (to == gen->set->handler)
        pc &= 077777u;
    put_word(gen, gen->mode, SPACE_D, sp, pc);
    put_word(gen, gen->mode, SPACE_D, (u16)(sp + 2), ps);
}

static void walk(struct gen *gen)
{
    const struct test_case *tc = gen->tc;
    const char *operands = isa_form[isa_info[tc->op].form].operands;
    bool write,
        moves = tc->op == OP_MFPI || tc->op == OP_MFPD || tc->op == OP_MTPI || tc->op == OP_MTPD;
    unsigned bytes = operand_bytes(tc, &write);

    if (strchr(operands, 's'))
        walk_operand(gen, tc->word >> 6 & 077u, gen->mode, bytes, false);
    if (strchr(operands, 'd') || strchr(operands, 'f'))
        walk_operand(gen, tc->word & 077u, moves ? gen->prev : gen->mode, bytes, write);
    if (tc->op == OP_RTI || tc->op == OP_RTT)
        walk_stack(gen);
    if (tc->op == OP_RTS || tc->op == OP_MARK || tc->op == OP_MTPI || tc->op == OP_MTPD)
        put_word(gen, gen->mode, SPACE_D, gen->r[SP], pick_value(&gen->random));
}

/* Kernel stack: the driver's RTT pops PC and PSW of the case from it with the KT11 on. */
static u16 pick_kernel_stack(struct gen *gen)
{
    u16 sp = 0;

    if (gen->set->handler == MODE_K)
        return gen->driver->stack;
    for (unsigned i = 0; i < 1000; i++) {
        struct place low, high;
        sp = maps_pick(gen->set, gen->tc->head.mmr3, MODE_K, SPACE_D, random_below(&gen->random, 8),
                       &gen->random);
        low = maps_place(gen->set, gen->tc->head.mmr3, MODE_K, SPACE_D, (u16)(sp - 4), gen->driver);
        high =
            maps_place(gen->set, gen->tc->head.mmr3, MODE_K, SPACE_D, (u16)(sp - 2), gen->driver);
        if (low.read && low.quiet && high.read && high.quiet)
            break;
    }
    return sp;
}

/* PSW and maps: traps enter a third mode. */
static void pick_modes(struct gen *gen, const struct map_set sets[SETS])
{
    static const enum mode modes[] = {MODE_K, MODE_K, MODE_S, MODE_U, MODE_U};
    struct random *random = &gen->random;
    struct test_case *tc = gen->tc;

    gen->mode = modes[random_below(random, ARRAY_LEN(modes))];
    if (tc->word >> 6 == 070)
        gen->mode = MODE_K; /* SIMH's CSM elsewhere leads anywhere */
    gen->prev = modes[random_below(random, ARRAY_LEN(modes))];
    do
        tc->set = random_below(random, SETS);
    while (sets[tc->set].handler == gen->mode || sets[tc->set].handler == gen->prev);
    gen->set = &sets[tc->set];
    tc->ps = (u16)((unsigned)gen->mode << 14 | (unsigned)gen->prev << 12 |
                   (random_word(random) & (PS_SET | PS_PRIO | PS_T | PS_CC)));
    if (tc->op == OP_DIV && (tc->word & 0600) == 0600)
        tc->ps |= PS_T; /* a jump that goes elsewhere in SIMH: no further */
    tc->head.vector_ps = (u16)((unsigned)gen->set->handler << 14 | PS_PRIO);
    tc->head.map = (u16)(gen->driver->maps + tc->set * sizeof gen->set->mode);
    tc->head.mmr3 = (u16)random_below(random, 8);
    tc->head.mmr0 = (u16)(MMR0_ENABLE | (random_chance(random, 30) ? MMR0_ENTRAP : 0));
}

static void pick_fp(struct gen *gen)
{
    struct random *random = &gen->random;
    struct test_case *tc = gen->tc;
    unsigned near = random_below(random, 256);

    if (random_chance(random, 50))
        near = 128 + random_below(random, 32);
    tc->fps = random_word(random) & FP11_FPS_BITS;
    for (unsigned i = 0; i < 6; i++)
        tc->ac[i] = pick_float(random, near);
}

/* The chosen registers and stack pointers into the head. */
static void put_registers(struct gen *gen)
{
    struct case_head *head = &gen->tc->head;

    memcpy(head->set[gen->tc->ps & PS_SET ? 1 : 0], gen->first, sizeof head->set[0]);
    switch (gen->mode) {
    case MODE_S: head->ssp = gen->first[SP]; break;
    case MODE_U: head->usp = gen->first[SP]; break;
    case MODE_K:
    case MODE_ILLEGAL: break;
    }
    if (gen->set->handler == MODE_S)
        head->ssp = gen->driver->stack;
    if (gen->set->handler == MODE_U)
        head->usp = gen->driver->stack;
    /* The driver's own RTT pops the case's PC and PSW. */
    if (gen->set->handler == MODE_K) {
        put_poke(gen, (u16)(head->ksp - 4), gen->tc->pc);
        put_poke(gen, (u16)(head->ksp - 2), gen->tc->ps);
    } else {
        put_word(gen, MODE_K, SPACE_D, (u16)(head->ksp - 4), gen->tc->pc);
        put_word(gen, MODE_K, SPACE_D, (u16)(head->ksp - 2), gen->tc->ps);
    }
    head->ksp = (u16)(head->ksp - 4);
}

/* The word at `pc` is one of the two that the driver's RTT pops. */
static bool is_on_stack(struct gen *gen, u16 pc)
{
    u16 sp = gen->tc->head.ksp, mmr3 = gen->tc->head.mmr3;
    struct place word = maps_place(gen->set, mmr3, gen->mode, SPACE_I, pc, gen->driver);
    struct place low = maps_place(gen->set, mmr3, MODE_K, SPACE_D, (u16)(sp - 4), gen->driver);
    struct place high = maps_place(gen->set, mmr3, MODE_K, SPACE_D, (u16)(sp - 2), gen->driver);

    return word.read &&
           ((low.read && low.pa == (word.pa & ~1)) || (high.read && high.pa == (word.pa & ~1)));
}

void gen_case(struct test_case *tc, u16 word, u64 seed, const struct map_set sets[SETS],
              const struct driver *driver)
{
    struct gen gen = {.tc = tc, .driver = driver, .random = {seed}};
    struct random *random = &gen.random;

    *tc = (struct test_case){.word = word, .op = isa_op(word), .seed = seed};
    pick_modes(&gen, sets);
    if (word >= 0170000)
        pick_fp(&gen);
    for (unsigned i = 0; i < 12; i++)
        tc->head.set[i / 6][i % 6] = pick_value(random);
    tc->head.ksp = pick_kernel_stack(&gen);
    tc->head.ssp = random_word(random) & 0177776u;
    tc->head.usp = random_word(random) & 0177776u;
    tc->pc = pick_address(&gen, gen.mode, SPACE_I, 2 * isa_length(word), false);
    while (tc->pc >> 6 == driver->hpage >> 6 || is_on_stack(&gen, tc->pc))
        tc->pc = (u16)(tc->pc + 0100); /* neither the driver's own RTT nor what that pops */
    for (unsigned i = 0; i < 6; i++)
        gen.r[i] = random_chance(random, 50) ? pick_value(random)
                                             : pick_address(&gen, gen.mode, SPACE_D, 2, true);
    gen.r[SP] = gen.mode == MODE_K ? tc->head.ksp : pick_address(&gen, gen.mode, SPACE_D, 2, true);
    gen.fixed = gen.mode == MODE_K ? 0300 : 0200;
    gen.r[PC] = gen.next = (u16)(tc->pc + 2);
    memcpy(gen.first, gen.r, sizeof gen.first);
    walk(&gen);
    put_word(&gen, gen.mode, SPACE_I, tc->pc, word);
    put_registers(&gen);
}
