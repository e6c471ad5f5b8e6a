/* insn.c - see insn.h. */
#include "insn.h"

#include "cpu/cpu.h"
#include "isa/isa.h"

static void put(struct stream *s, unsigned word)
{
    if (s->count < s->max)
        s->words[s->count++] = (u16)word;
}

/* The address of the next word. */
static u16 here(const struct stream *s)
{
    return (u16)(s->va + 2 * s->count);
}

/* A register of the set; sometimes the last one, SP or PC. */
static unsigned pick_register(struct stream *s, unsigned set)
{
    struct random *random = s->random;

    if (s->last < SP && random_chance(random, set >> s->last & 1 ? 35 : 6))
        return s->last;
    if (random_chance(random, 10))
        return SP;
    if (random_chance(random, 2))
        return PC;
    do
        s->last = random_below(random, 6);
    while (!(set >> s->last & 1));
    return s->last;
}

static unsigned pick_number(struct stream *s)
{
    return pick_register(s, s->taste->values);
}

/* An operand's extra word that is to come. */
struct extra {
    bool wanted, relative;
    u16 value;
};

/* An operand of 6 bits. `bias`: percent of registers. */
static unsigned pick_operand(struct stream *s, struct extra *extra, unsigned bias)
{
    static const u8 modes[] = {1, 1, 2, 2, 2, 3, 4, 4, 4, 5, 6, 6, 6, 7};
    struct random *random = s->random;
    unsigned mode = modes[random_below(random, ARRAY_LEN(modes))], reg;

    *extra = (struct extra){.wanted = false};
    if (random_chance(random, bias))
        return pick_number(s);
    if (random_chance(random, 22)) {
        static const u8 with_pc[] = {027, 027, 037, 037, 067, 067, 077};
        unsigned spec = with_pc[random_below(random, ARRAY_LEN(with_pc))];
        *extra = (struct extra){true, spec >= 067, 0};
        if (spec == 027)
            extra->value = pick_value(random);
        else
            extra->value = random_chance(random, 12) ? pick_code(s->places, random)
                                                     : pick_data(s->places, random);
        return spec;
    }
    reg = pick_register(s, s->taste->pointers);
    if (mode >= 6) {
        extra->wanted = true;
        extra->value = (u16)(2 * random_below(random, 41) - 40);
        if (random_chance(random, 5))
            extra->value = (u16)(extra->value | 1);
        if (random_chance(random, 8))
            extra->value = pick_data(s->places, random);
    } else if (mode == 2 && reg == PC) {
        *extra = (struct extra){true, false, pick_value(random)};
    }
    return mode << 3 | reg;
}

static void put_extra(struct stream *s, const struct extra *extra)
{
    if (extra->wanted)
        put(s, extra->relative ? (u16)(extra->value - here(s) - 2) : extra->value);
}

static void put_single(struct stream *s, unsigned base, unsigned bias)
{
    struct extra extra;
    unsigned spec = pick_operand(s, &extra, bias);

    put(s, base | spec);
    put_extra(s, &extra);
}

static void put_double(struct stream *s, unsigned base)
{
    struct extra from, to;
    unsigned source = pick_operand(s, &from, 45), target = pick_operand(s, &to, 50);

    put(s, base | source << 6 | target);
    put_extra(s, &from);
    put_extra(s, &to);
}

static void make_double(struct stream *s)
{
    unsigned op = 1 + random_below(s->random, 6);
    unsigned byte = random_chance(s->random, 35) ? 0100000 : 0;

    if (op == 6 && random_chance(s->random, 60))
        byte = 0; /* SUB is ADDB's word */
    put_double(s, byte | op << 12);
}

static void make_single(struct stream *s)
{
    unsigned byte = random_chance(s->random, 35) ? 0100000 : 0;

    put_single(s, byte | (050 + random_below(s->random, 014)) << 6, 50);
}

static void make_eis(struct stream *s)
{
    struct random *random = s->random;

    unsigned op = random_below(random, 4) << 9;

    switch (random_below(random, 8)) {
    case 0: put_single(s, 000300, 50); break;
    case 1: put_single(s, 006700, 50); break;
    case 2: put_single(s, 074000 | pick_number(s) << 6, 50); break;
    default: put_single(s, 070000 | op | random_below(random, 6) << 6, 50); break;
    }
}

static void make_branch(struct stream *s)
{
    static const u16 rows[] = {0000400, 0001000, 0001400, 0002000, 0002400,
                               0003000, 0003400, 0100000, 0100400, 0101000,
                               0101400, 0102000, 0102400, 0103000, 0103400};
    struct random *random = s->random;
    unsigned offset = 1 + random_below(random, 5);

    if (random_chance(random, 25))
        offset = 0u - 2 - random_below(random, 12);
    else if (random_chance(random, 15))
        offset = random_below(random, 33) - 16;
    put(s, rows[random_below(random, ARRAY_LEN(rows))] | (offset & 0377));
}

static void make_jump(struct stream *s)
{
    struct random *random = s->random;
    unsigned base = random_chance(random, 50) ? 000100u : 004000 | pick_number(s) << 6;
    u16 target = pick_code(s->places, random);

    switch (random_below(random, 10)) {
    case 0: put(s, 000200 | pick_number(s)); break;
    case 1:
    case 2: put(s, 000207); break;
    case 3: put(s, 006400 | random_below(random, 4)); break;
    case 4: put_single(s, base, 5); break;
    case 5: /* through a register */
        put(s, 012700 | s->last);
        put(s, target);
        put(s, base | (random_chance(random, 50) ? 010 : 020) | s->last);
        break;
    default:
        if (base != 000100 && random_chance(random, 60))
            base = 004700;
        put(s, base | (random_chance(random, 50) ? 037 : 067));
        put(s, s->words[s->count - 1] & 040 ? (u16)(target - here(s) - 2) : target);
    }
}

static void make_trap(struct stream *s)
{
    struct random *random = s->random;

    switch (random_below(random, 6)) {
    case 0: put(s, 3); break;
    case 1: put(s, 4); break;
    case 2: put(s, 7 + random_below(random, 071)); break;
    default: put(s, 0104000 + random_below(random, 01000)); break;
    }
}

/* RTI and RTT with something good on the stack, mostly. */
/* The PSW as a word of memory. */
static void make_psw_word(struct stream *s)
{
    static const u16 immediate[] = {012737, 0112737, 052737, 0152737,
                                    042737, 0142737, 032737, 062737};
    static const u16 others[] = {013746, 012637, 05037, 0105037, 05737, 013702, 0113703, 053737};
    struct random *random = s->random;

    if (random_chance(random, 50)) {
        put(s, immediate[random_below(random, ARRAY_LEN(immediate))]);
        put(s, random_chance(random, 50) ? pick_psw(random) : (u16)(random_below(random, 8) << 5));
    } else {
        put(s, others[random_below(random, ARRAY_LEN(others))]);
    }
    put(s, 0177776);
}

static void make_psw(struct stream *s)
{
    struct random *random = s->random;

    if (random_chance(random, 40)) {
        make_psw_word(s);
        return;
    }
    if (random_chance(random, 30)) {
        put(s, 000230 | random_below(random, 8));
        return;
    }
    if (random_chance(random, 75)) {
        put(s, 012746);
        put(s, pick_psw(random));
        put(s, 012746);
        put(s, pick_code(s->places, random));
    }
    put(s, random_chance(random, 50) ? 2 : 6);
}

static void make_stop(struct stream *s)
{
    static const u8 words[] = {0, 1, 1, 5, 5};

    put(s, words[random_below(s->random, ARRAY_LEN(words))]);
}

static void make_float(struct stream *s)
{
    struct random *random = s->random;

    if (random_chance(random, 12)) {
        put(s, 0170000 | random_below(random, 013));
        return;
    }
    if (random_chance(random, 6)) { /* LDFPS #n: not the whole world of interrupts every time */
        u16 mask = random_chance(random, 60) ? 0300 : FP11_FPS_BITS;
        put(s, 0170127);
        put(s, random_word(random) & mask);
        return;
    }
    put_single(s, 0170000 | random_below(random, 064) << 6, 25);
}

static void make_mode(struct stream *s)
{
    static const u16 rows[] = {006500, 006600, 0106500, 0106600};

    put_single(s, rows[random_below(s->random, 4)], 40);
}

/* A register of the I/O page, and what is likely to be written there. */
struct io_word {
    u16 va, value;
};

static struct io_word pick_kt11(struct random *random)
{
    static const u16 bases[] = {0172200, 0172300, 0177600};
    u16 base = bases[random_below(random, 3)];
    unsigned at = random_below(random, 040) * 2;
    static const u16 pdrs[] = {077406, 077406, 077406, 077402, 077406, 0406,  077404,
                               077405, 077401, 03406,  036416, 0,      077400};

    if (random_chance(random, 25)) {
        u16 traps = random_chance(random, 30) ? MMR0_ENTRAP : 0;
        return (struct io_word){0177572, (u16)(random_below(random, 2) | traps)};
    }
    if (random_chance(random, 15))
        return (struct io_word){0172516, (u16)random_below(random, 8)};
    if (at >= 040)
        return (struct io_word){(u16)(base + at), (u16)random_below(random, 01000)};
    return (struct io_word){(u16)(base + at), pdrs[random_below(random, ARRAY_LEN(pdrs))]};
}

/* The KBS11-A's, where the machine has it: else a time-out. */
static struct io_word pick_kbs(struct random *random)
{
    switch (random_below(random, 7)) {
    case 0: return (struct io_word){0164002, random_word(random)};
    case 1: return (struct io_word){0164004, (u16)(random_below(random, 8) << 8)};
    case 2: return (struct io_word){0164006, (u16)(random_below(random, 040) | 1)};
    case 3: return (struct io_word){0164010, (u16)random_below(random, 0700)};
    default: return (struct io_word){0164000, pick_vcsr(random)};
    }
}

static struct io_word pick_io(struct random *random)
{
    switch (random_below(random, 18)) {
    case 0:
    case 1:
    case 2:
    case 3: return (struct io_word){0177776, pick_psw(random)};
    case 4: return (struct io_word){0177774, (u16)(random_below(random, 8) << 8)};
    case 5: return (struct io_word){0177772, (u16)(1u << (8 + random_below(random, 8)))};
    case 6: return (struct io_word){0177570, random_word(random)};
    case 7: return (struct io_word){0177546, (u16)(random_below(random, 2) << 6)};
    case 8: return (struct io_word){(u16)(0177560 + 2 * random_below(random, 4)), 0100};
    case 9: return (struct io_word){0177564, 0100};
    case 10: return (struct io_word){(u16)(0177572 + 2 * random_below(random, 3)), 0};
    case 11: return (struct io_word){(u16)(0160000 + 2 * random_below(random, 010000)), 0};
    case 12: return pick_kbs(random);
    default: return pick_kt11(random);
    }
}

static void make_io(struct stream *s)
{
    static const u16 singles[] = {005700, 0105700, 005000, 005200, 0105000, 006300, 0105100};
    struct random *random = s->random;
    struct io_word word = pick_io(random);

    if (random_chance(random, 55)) {
        put(s, random_chance(random, 80) ? 012737 : 052737);
        put(s, word.value);
        put(s, word.va);
    } else if (random_chance(random, 50)) {
        unsigned op = (1 + random_below(random, 5)) << 12;
        op |= random_chance(random, 30) ? 0100000 : 0;
        put(s, op | 037 << 6 | pick_number(s));
        put(s, word.va);
    } else {
        put(s, singles[random_below(random, ARRAY_LEN(singles))] | 037);
        put(s, word.va | (random_chance(random, 5) ? 1 : 0));
    }
}

static void make_idle(struct stream *s)
{
    static const u16 loops[][3] = {
        {000777},                    /* BR . */
        {0105737, 0177564, 0100375}, /* TSTB @#TPS; BPL */
        {0105737, 0177404, 0100375}, /* TSTB @#RKCS; BPL */
        {005737, 0177546, 001775},   /* TST @#LKS; BEQ */
        {005767, 0, 001775},         /* TST of a word; BEQ */
        {000001, 000776},            /* WAIT; BR to it */
        {077001},                    /* SOB R0,. */
        {005711, 001776},            /* TST (R1); BEQ */
    };
    const u16 *loop = loops[random_below(s->random, ARRAY_LEN(loops))];

    for (unsigned i = 0; i < 3 && (i == 0 || loop[i] || loop[0] == 005767); i++)
        put(s, i == 1 && loop[0] == 005767 ? (u16)(pick_data(s->places, s->random) - here(s) - 2)
                                           : loop[i]);
}

static void make_point(struct stream *s)
{
    unsigned reg = pick_register(s, s->taste->pointers);

    put(s, 012700 | (reg == PC ? SP : reg));
    put(s, pick_data(s->places, s->random));
}

/* Any row of isa.def. */
static void make_any(struct stream *s)
{
    unsigned op = 1 + random_below(s->random, OP_COUNT - 1);
    const struct insn_info *info = &isa_info[op];

    if (op == OP_HALT || op == OP_WAIT)
        op = OP_CLR;
    put(s, isa_info[op].base | (random_word(s->random) & isa_form[info->form].mask));
}

/* MOV #instruction,@#program, or one word copied there, or a word of it changed a little. */
static void make_patch(struct stream *s)
{
    struct random *random = s->random;
    u16 at = pick_code(s->places, random);
    u16 words[1] = {0};
    struct stream one = {.random = random,
                         .places = s->places,
                         .taste = s->taste,
                         .va = at,
                         .words = words,
                         .max = 1};

    switch (random_below(random, 4)) {
    case 0:
        put(s, 013737);
        put(s, pick_code(s->places, random));
        break;
    case 1: put(s, 005237); break;
    case 2:
        put(s, 0105237);
        at = (u16)(at + random_below(random, 2));
        break;
    default:
        if (random_chance(random, 50))
            make_double(&one);
        else
            make_branch(&one);
        put(s, 012737);
        put(s, words[0]);
    }
    put(s, at);
}

static void store(struct stream *s, unsigned value, u16 va)
{
    put(s, 012737);
    put(s, value);
    put(s, va);
}

static void make_disk(struct stream *s)
{
    static const u8 functions[] = {5, 5, 5, 0105, 0105, 7, 015, 3, 1, 011};
    struct random *random = s->random;

    store(s, 0u - 1 - random_below(random, 40), 0177406);
    store(s,
          random_chance(random, 50) ? pick_code(s->places, random) : pick_data(s->places, random),
          0177410);
    store(s, random_below(random, 12), 0177412);
    store(s, functions[random_below(random, ARRAY_LEN(functions))], 0177404);
}

static void make_word(struct stream *s)
{
    put(s, random_word(s->random));
}

static void make_sob(struct stream *s)
{
    unsigned reg = pick_number(s);

    put(s, 077000 | (reg == PC ? 0 : reg) << 6 | (2 + random_below(s->random, 12)));
}

static void make_codes(struct stream *s)
{
    put(s, 0240 + random_below(s->random, 040));
}

static void (*const makers[KIND_COUNT])(struct stream *s) = {
    [KIND_DOUBLE] = make_double, [KIND_SINGLE] = make_single, [KIND_EIS] = make_eis,
    [KIND_BRANCH] = make_branch, [KIND_SOB] = make_sob,       [KIND_JUMP] = make_jump,
    [KIND_CODES] = make_codes,   [KIND_TRAP] = make_trap,     [KIND_PSW] = make_psw,
    [KIND_STOP] = make_stop,     [KIND_MODE] = make_mode,     [KIND_FLOAT] = make_float,
    [KIND_IO] = make_io,         [KIND_POINT] = make_point,   [KIND_IDLE] = make_idle,
    [KIND_PATCH] = make_patch,   [KIND_DISK] = make_disk,     [KIND_ANY] = make_any,
    [KIND_WORD] = make_word,
};

static enum kind pick_kind(const struct taste *taste, struct random *random)
{
    unsigned n = random_below(random, taste->sum), kind = 0;

    while (n >= taste->weight[kind])
        n -= taste->weight[kind++];
    return (enum kind)kind;
}

void stream_fill(struct stream *s)
{
    s->count = 0;
    while (s->count < s->max) {
        if (s->count + 2 == s->max && random_chance(s->random, 75)) {
            put(s, 000137); /* at the end elsewhere, mostly */
            put(s, pick_code(s->places, s->random));
            break;
        }
        makers[pick_kind(s->taste, s->random)](s);
    }
}
