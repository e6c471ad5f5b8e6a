/* test_host_memory.c - references of jit/host.h: random maps, random addresses, and memory in which
 * only what is meant may change. See host_rig.h.
 */
#include "host_rig.h"

#include <string.h>

#define HOST_WORDS (0200000u / 2)

/* A map in which half of the blocks lead to some other block of memory, and some only near code. */
static void random_map(struct rig *rig, struct mmu_map *map)
{
    memset(map, 0, sizeof *map);
    for (unsigned i = 0; i < MAP_BLOCKS; i++) {
        map_entry at = (map_entry)rig->ram.base + 64 * random_below(&rig->random, MAP_BLOCKS);
        map_entry entry = at - 64 * i;
        unsigned what = random_below(&rig->random, 4);

        if (what > 0)
            map->read[i] = entry;
        if (what == 1)
            map->write[i] = entry;
        if (what == 2)
            map->code[i] = entry;
    }
    for (u32 pa = 0; pa < rig->ram.size; pa += 2)
        word_put(rig->ram.base + pa, random_word(&rig->random));
}

/* A reference by a register, or to a known address. The register is even where `even`. */
static struct host_addr pick_addr(struct rig *rig, unsigned but, unsigned size)
{
    struct host_addr addr = {.constant = random_below(&rig->random, 4) == 0,
                             .reg = rig_reg(rig, but)};
    u16 value = rig_value(rig) & (size == 2 ? 0xfffe : 0xffff);

    addr.value = value;
    if (!addr.constant) {
        rig->in.r[addr.reg] = value;
        host_const(&rig->code, addr.reg, value);
    }
    return addr;
}

static u8 *host_of(map_entry entry, u16 va)
{
    return (u8 *)(entry + va);
}

static u16 value_at(const u8 *at, unsigned size)
{
    return size == 2 ? word_get(at) : *at;
}

static void test_load(struct rig *rig)
{
    struct mmu_map *map = &rig->cpu->mmu.map[MODE_K][SPACE_D];
    enum host_reg dst = rig_reg(rig, 0);
    unsigned size = 1 + random_below(&rig->random, 2);
    struct host_addr addr;
    struct want want;
    fixup none;

    random_map(rig, map);
    rig->hot->map = map;
    rig_begin(rig);
    addr = pick_addr(rig, 0, size);
    none = host_resolve(&rig->code, false, addr);
    host_alu(&rig->code, ALU_CMP, 2, HR_SP, HR_NZ); /* a load keeps the flags */
    host_load(&rig->code, size, dst, addr);
    rig_end_jump(rig, none);
    want = rig_want(rig);
    want.taken = map->read[addr.value >> 6] == 0;
    if (want.taken)
        want.known = KNOWN_NONE;
    else
        want.out.r[dst] = value_at(host_of(map->read[addr.value >> 6], addr.value), size);
    rig_alu(ALU_CMP, 2, rig->in.r[HR_SP], rig->in.r[HR_NZ], &want.flags);
    rig_expect(rig, &want);
}

/* A store where it may be, and nowhere else. */
static void expect_store(struct rig *rig, const u16 *before, u8 *at, unsigned size, u16 value)
{
    u32 pa = (u32)(at - rig->ram.base);

    for (u32 i = 0; i < HOST_WORDS; i++) {
        u16 must = before[i];

        if (at && i == pa / 2)
            must = size == 2  ? value
                   : (pa & 1) ? (u16)((must & 0xff) | value << 8)
                              : (u16)((must & 0xff00) | (value & 0xff));
        rig_check(rig, word_get(rig->ram.base + 2 * i) == must, "a word of memory");
    }
}

static void test_store(struct rig *rig)
{
    static u16 before[HOST_WORDS];
    struct mmu_map *map = &rig->cpu->mmu.map[MODE_K][SPACE_D];
    enum host_reg src = rig_reg(rig, 0);
    unsigned size = 1 + random_below(&rig->random, 2);
    bool constant = random_below(&rig->random, 2);
    u16 value = rig_value(rig);
    struct host_addr addr;
    struct want want;
    map_entry entry;
    fixup none;

    random_map(rig, map);
    for (u32 i = 0; i < HOST_WORDS; i++)
        before[i] = word_get(rig->ram.base + 2 * i);
    rig->hot->map = map;
    rig_begin(rig);
    addr = pick_addr(rig, 0, size);
    none = host_resolve(&rig->code, true, addr);
    host_alu(&rig->code, ALU_CMP, 2, HR_SP, HR_NZ);
    if (constant)
        host_store_const(&rig->code, size, value, addr);
    else
        host_store(&rig->code, size, src, addr);
    rig_end_jump(rig, none);
    entry = map->write[addr.value >> 6];
    want = rig_want(rig);
    want.taken = entry == 0;
    want.known = want.taken ? KNOWN_NONE : KNOWN_ALL;
    rig_alu(ALU_CMP, 2, rig->in.r[HR_SP], rig->in.r[HR_NZ], &want.flags);
    rig_expect(rig, &want);
    expect_store(rig, before, entry ? host_of(entry, addr.value) : NULL, size,
                 constant ? value : rig->in.r[src]);
}

/* What hot.find_call() is told, and says. */
static struct {
    u32 va, write, where;
    const struct mmu_map *map;
    i32 budget;
    map_entry entry;
} finds;

static map_entry find(struct hot *hot, u32 va, const struct mmu_map *map, u32 write)
{
    finds.va = va;
    finds.write = write;
    finds.where = hot->pc;
    finds.map = map;
    finds.budget = hot->budget;
    return finds.entry;
}

/* A rare reference, and the load that it goes back to. Jumps if there is nothing. */
static fixup load_rare(struct rig *rig, bool write, struct host_addr addr, u32 where, unsigned size,
                       enum host_reg dst)
{
    fixup first = host_jump(&rig->code), found, none;
    u32 load = rig->code.at;

    host_load(&rig->code, size, dst, addr);
    found = host_jump(&rig->code);
    host_bind(&rig->code, first);
    host_resolve_rare(&rig->code, write, addr, where, load);
    none = host_jump(&rig->code);
    host_bind(&rig->code, found);
    return none;
}

/* Near translated code: the word itself must not be translated. */
static void test_rare(struct rig *rig)
{
    static u8 words[RAM_MAX / 16];
    struct mmu_map *map = &rig->cpu->mmu.map[MODE_K][SPACE_D];
    unsigned size = 1 + random_below(&rig->random, 2);
    enum host_reg dst = rig_reg(rig, REG_BIT(HR_TMP));
    struct host_addr addr;
    struct want want;
    map_entry entry;

    random_map(rig, map);
    for (unsigned i = 0; i < sizeof words; i++)
        words[i] = (u8)random_word(&rig->random);
    rig->hot->map = map;
    rig->hot->words = words;
    rig->hot->find_call = find;
    finds.entry = 0;
    rig_begin(rig);
    addr = pick_addr(rig, REG_BIT(HR_TMP), size);
    rig_end_jump(rig, load_rare(rig, true, addr, 0, size, dst));
    entry = map->code[addr.value >> 6];
    want = rig_want(rig);
    want.known = KNOWN_NONE;
    want.destroys = REG_BIT(HR_TMP);
    want.taken = true;
    if (entry) {
        u8 *at = host_of(entry, addr.value);
        u32 word = (u32)(at - rig->ram.base) / 2;

        want.taken = words[word / 8] >> word % 8 & 1;
        if (!want.taken)
            want.out.r[dst] = value_at(at, size);
    }
    rig_expect(rig, &want);
}

/* References without an entry: the call changes nothing else. */
static void test_find(struct rig *rig)
{
    struct mmu_map *map = &rig->cpu->mmu.map[MODE_K][SPACE_D];
    bool write = random_below(&rig->random, 2);
    unsigned size = 1 + random_below(&rig->random, 2);
    u32 where = (u32)random_word(&rig->random) << 16 | random_word(&rig->random);
    enum host_reg dst = rig_reg(rig, write ? REG_BIT(HR_TMP) : 0);
    struct host_addr addr;
    struct want want;

    random_map(rig, map);
    memset(map->code, 0, sizeof map->code);
    rig->hot->map = map;
    rig->hot->find_call = find;
    finds.entry = 0;
    rig_begin(rig);
    addr = pick_addr(rig, write ? REG_BIT(HR_TMP) : 0, size);
    if (random_below(&rig->random, 2))
        finds.entry = (map_entry)rig->ram.base + 64 - addr.value;
    rig_end_jump(rig, load_rare(rig, write, addr, where, size, dst));
    want = rig_want(rig);
    want.known = KNOWN_NONE;
    want.destroys = write ? REG_BIT(HR_TMP) : 0;
    want.taken = !finds.entry;
    if (finds.entry)
        want.out.r[dst] = value_at(rig->ram.base + 64, size);
    rig_expect(rig, &want);
    rig_check(rig,
              finds.va == addr.value && finds.write == write && finds.where == where &&
                  finds.map == map && finds.budget == rig->hot->budget,
              "what hot.find_call() was told");
}

static void test_odd(struct rig *rig)
{
    enum host_reg reg = rig_reg(rig, 0);
    struct want want;

    rig_begin(rig);
    rig_end_jump(rig, host_odd(&rig->code, reg));
    want = rig_want(rig);
    want.known = KNOWN_NONE;
    want.taken = rig->in.r[reg] & 1;
    rig_expect(rig, &want);
}

static void test_unless_word(struct rig *rig)
{
    u32 pa = 2 * random_below(&rig->random, HOST_WORDS);
    u16 is = rig_value(rig), wanted = random_below(&rig->random, 2) ? is : rig_value(rig);
    struct want want;

    word_put(rig->ram.base + pa, is);
    rig_begin(rig);
    rig_end_jump(rig, host_unless_word(&rig->code, pa, wanted));
    want = rig_want(rig);
    want.known = KNOWN_NONE;
    want.taken = is != wanted;
    rig_expect(rig, &want);
}

static void test_stack_guard(struct rig *rig)
{
    struct host_addr addr = {.reg = rig_reg(rig, REG_BIT(HR_TMP))};
    struct want want;

    rig->hot->stack_edge = random_below(&rig->random, 2) ? 0 : rig_value(rig);
    rig_begin(rig);
    rig_end_jump(rig, host_stack_guard(&rig->code, addr));
    want = rig_want(rig);
    want.known = KNOWN_NONE;
    want.taken = rig->in.r[addr.reg] < rig->hot->stack_edge;
    rig_expect(rig, &want);
}

/* The map counts at once, and the stack's edge. */
static void test_use_map(struct rig *rig)
{
    unsigned mode = random_below(&rig->random, 4);
    struct mmu_map *map = &rig->cpu->mmu.map[mode][SPACE_D];
    struct host_addr addr;
    struct want want;
    fixup none;

    rig_modes(rig);
    rig->hot->map = &rig->cpu->mmu.map[mode ^ 1][SPACE_D];
    memset(&rig->cpu->mmu.map[mode ^ 1][SPACE_D], 0, sizeof *map);
    random_map(rig, map);
    rig_begin(rig);
    addr = pick_addr(rig, 0, 1);
    host_use_map(&rig->code, mode);
    none = host_resolve(&rig->code, false, addr);
    rig_end_jump(rig, none);
    want = rig_want(rig);
    want.known = KNOWN_NONE;
    want.taken = map->read[addr.value >> 6] == 0;
    rig_expect(rig, &want);
    rig_check(rig, rig->hot->map == map, "hot.map");
    rig_check(rig, rig->hot->stack_edge == rig->hot->mode[mode].stack_edge, "hot.stack_edge");
}

int main(void)
{
    static const struct rig_test tests[] = {
        {"load", test_load},
        {"store", test_store},
        {"rare", test_rare},
        {"find", test_find},
        {"odd", test_odd},
        {"unless_word", test_unless_word},
        {"stack_guard", test_stack_guard},
        {"use_map", test_use_map},
    };
    return rig_main(tests, ARRAY_LEN(tests));
}
