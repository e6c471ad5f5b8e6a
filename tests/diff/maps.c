/* maps.c - random settings of the KT11: pages of a few blocks, both directions, all access codes.
 *
 * Nothing that a mode under test may write is outside the sandbox, except a page of the I/O page's
 * last block (PSW, PIRQ, stack limit, micro-break). A few pages lie where no memory answers.
 */
#include "maps.h"

#define BLOCKS (SANDWORDS * 2 / 64)

static u16 pick_access(struct random *random)
{
    static const u8 codes[] = {6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 2, 2, 2, 1, 4, 5, 0, 3, 7};
    return codes[random_below(random, ARRAY_LEN(codes))];
}

/* A page of 1 to 16 blocks somewhere in the sandbox. */
static void fill_page(u16 *pdr, u16 *par, const struct driver *driver, struct random *random)
{
    unsigned blocks = 1 + random_below(random, 16), base = driver->sand >> 6;
    unsigned first = base + random_below(random, BLOCKS - blocks + 1);

    *pdr = pick_access(random);
    if (random_chance(random, 4)) {
        *par = (u16)(04000 + random_below(random, 03000)); /* no memory */
        *pdr = (u16)(6 | random_below(random, 0200) << 8);
    } else if (random_chance(random, 2)) {
        *par = 07777;
        *pdr = 6;
    } else if (random_chance(random, 30)) {
        *par = (u16)(first + blocks - 0200); /* grows down from block 177 */
        *pdr = (u16)(*pdr | 010 | (0200 - blocks) << 8);
    } else {
        *par = (u16)first;
        *pdr = (u16)(*pdr | (blocks - 1) << 8);
    }
}

static void set_page(struct mode_map *map, unsigned page, unsigned par, unsigned pdr)
{
    for (unsigned space = 0; space < 2; space++) {
        map->par[space][page] = (u16)par;
        map->pdr[space][page] = (u16)pdr;
    }
}

void maps_fill(struct map_set *set, enum mode handler, const struct driver *driver,
               struct random *random)
{
    static const enum mode modes[3] = {MODE_K, MODE_S, MODE_U};

    set->handler = handler;
    for (unsigned m = 0; m < 3; m++) {
        struct mode_map *map = &set->mode[m];
        for (unsigned i = 0; i < 16; i++)
            fill_page(&map->pdr[i >> 3][i & 7], &map->par[i >> 3][i & 7], driver, random);
        if (modes[m] == handler) {
            for (unsigned page = 0; page < 5; page++)
                set_page(map, page, 0, 0);
            set_page(map, 5, (driver->stack - 0200u) >> 6, 0406);
            set_page(map, 7, 07600, 077406);
        }
        if (modes[m] == MODE_K)
            set_page(map, 0, 0, 03402);
        if (modes[m] == MODE_K || modes[m] == handler)
            set_page(map, 6, driver->hpage >> 6, modes[m] == handler ? 03402 : 2);
    }
}

static enum space effective(u16 mmr3, enum mode mode, enum space space)
{
    static const u8 bit[4] = {4, 2, 0, 1};
    return space == SPACE_D && (mmr3 & bit[mode]) ? SPACE_D : SPACE_I;
}

struct place maps_place(const struct map_set *set, u16 mmr3, enum mode mode, enum space space,
                        u16 va, const struct driver *driver)
{
    const struct mode_map *map = &set->mode[mode_index(mode)];
    unsigned page = va >> 13, block = va >> 6 & 0177u;
    u16 pdr, plf;
    u32 pa;

    space = effective(mmr3, mode, space);
    pdr = map->pdr[space][page];
    plf = pdr >> 8 & 0177;
    pa = (((u32)map->par[space][page] << 6) + (va & 017777u)) & 0777777u;
    if (mode == MODE_ILLEGAL || (pdr & 010 ? block < plf : block > plf) ||
        !(0166 >> (pdr & 7) & 1) || pa < driver->sand || pa >= driver->sand + 2 * SANDWORDS)
        return (struct place){0};
    return (struct place){true, (pdr & 7) >= 4, (pdr & 7) == 2 || (pdr & 7) == 6, (u16)pa};
}

u16 maps_pick(const struct map_set *set, u16 mmr3, enum mode mode, enum space space, unsigned page,
              struct random *random)
{
    u16 pdr = set->mode[mode_index(mode)].pdr[effective(mmr3, mode, space)][page];
    unsigned plf = pdr >> 8 & 0177, low = 0, high = (plf + 1) * 64 - 2;

    if (pdr & 010) {
        low = plf * 64;
        high = 017776;
    }
    if (random_chance(random, 8))
        return (u16)((page << 13) + high + 2 - 2 * random_below(random, 3));
    if (random_chance(random, 6))
        return (u16)((page << 13) + low - 2 + 2 * random_below(random, 3));
    return (u16)((page << 13) + low + (random_below(random, high - low + 2) & ~1u));
}
