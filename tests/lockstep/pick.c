/* pick.c - the values, addresses and tastes that instructions are made of: see insn.h. */
#include "cpu/cpu.h"
#include "insn.h"

u16 pick_value(struct random *random)
{
    static const u16 list[] = {0,      1,       2,       0177777, 0177776, 0100000,
                               077777, 040000,  0140000, 0377,    0200,    0177,
                               0400,   0177600, 0177400, 052525,  020,     0177740};

    switch (random_below(random, 4)) {
    case 0: return (u16)random_below(random, 040);
    case 1: return random_word(random);
    default: return list[random_below(random, ARRAY_LEN(list))];
    }
}

u16 pick_psw(struct random *random)
{
    static const u8 modes[] = {MODE_K, MODE_K, MODE_K, MODE_U, MODE_U, MODE_S};
    unsigned ps = (unsigned)modes[random_below(random, ARRAY_LEN(modes))] << 14;

    ps |= (unsigned)modes[random_below(random, ARRAY_LEN(modes))] << 12;
    ps |= random_below(random, 16);
    if (random_chance(random, 30))
        ps |= PS_SET;
    if (random_chance(random, 40))
        ps |= random_below(random, 8) << 5;
    if (random_chance(random, 3))
        ps |= PS_T;
    return random_chance(random, 1) ? random_word(random) : (u16)ps;
}

u16 pick_vcsr(struct random *random)
{
    u16 vcsr = (u16)random_below(random, VCSR_WRITE + 1);

    if (random_chance(random, 70))
        vcsr |= VCSR_EN;
    return random_chance(random, 60) ? vcsr & (u16)~VCSR_VOFF : vcsr;
}

u16 pick_data(const struct places *places, struct random *random)
{
    u16 va = places->data[random_below(random, places->datas)];

    if (random_chance(random, 40))
        va = (u16)(va + 2 * random_below(random, 33) - 32);
    return random_chance(random, 3) ? va | 1 : va;
}

u16 pick_code(const struct places *places, struct random *random)
{
    u16 va = places->code[random_below(random, places->codes)];

    return (u16)(va + 2 * random_below(random, 24));
}

void taste_pick(struct taste *taste, struct random *random, bool disk)
{
    static const u8 usual[KIND_COUNT] = {
        [KIND_DOUBLE] = 100, [KIND_SINGLE] = 60, [KIND_EIS] = 15,  [KIND_BRANCH] = 50,
        [KIND_SOB] = 10,     [KIND_JUMP] = 12,   [KIND_CODES] = 8, [KIND_TRAP] = 3,
        [KIND_PSW] = 3,      [KIND_MODE] = 2,    [KIND_FLOAT] = 4, [KIND_IO] = 3,
        [KIND_POINT] = 20,   [KIND_PATCH] = 3,   [KIND_IDLE] = 1,  [KIND_ANY] = 3,
    };

    for (unsigned i = 0; i < KIND_COUNT; i++)
        taste->weight[i] = usual[i];
    /* Half of the programs have a favourite, and something that they lack. */
    if (random_chance(random, 50)) {
        unsigned favourite = random_below(random, KIND_WORD);
        if (favourite != KIND_STOP && favourite != KIND_DISK)
            taste->weight[favourite] = 20 + random_below(random, 200);
        taste->weight[2 + random_below(random, KIND_COUNT - 2)] = 0;
    }
    if (random_chance(random, 30))
        taste->weight[KIND_STOP] = 2;
    if (random_chance(random, 15))
        taste->weight[KIND_WORD] = 6;
    if (random_chance(random, 30)) /* nothing but the plain ones: they run far */
        for (unsigned i = KIND_TRAP; i < KIND_COUNT; i++)
            if (i != KIND_POINT)
                taste->weight[i] = 0;
    taste->weight[KIND_DISK] = disk ? 4 : 0;
    taste->sum = 0;
    for (unsigned i = 0; i < KIND_COUNT; i++)
        taste->sum += taste->weight[i];
    taste->values = random_below(random, 077);
    taste->pointers = (~taste->values & 077) | 1u << random_below(random, 6);
    taste->values |= 1u << random_below(random, 6);
}

void taste_float(struct taste *taste)
{
    unsigned others = taste->sum - taste->weight[KIND_FLOAT];

    taste->weight[KIND_FLOAT] = others;
    taste->sum = 2 * others;
}
