/* test_host_call.c - functions that blocks call: host_call() and host_unless_fps(). See host_rig.h.
 */
#include "host_rig.h"

/* What a function of the host may destroy. */
static void destroy_registers(void)
{
#ifdef __x86_64__
    __asm__ volatile("mov $-1, %%rax\n mov %%rax, %%rcx\n mov %%rax, %%rdx\n mov %%rax, %%rsi\n"
                     "mov %%rax, %%rdi\n mov %%rax, %%r8\n mov %%rax, %%r9\n mov %%rax, %%r10\n"
                     "mov %%rax, %%r11\n"
                     :
                     :
                     : "rax", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "cc");
#elif defined(__aarch64__)
    __asm__ volatile("mov x0, -1\n mov x1, x0\n mov x2, x0\n mov x3, x0\n mov x4, x0\n"
                     "mov x5, x0\n mov x6, x0\n mov x7, x0\n mov x8, x0\n mov x9, x0\n"
                     "mov x10, x0\n mov x11, x0\n mov x12, x0\n mov x13, x0\n mov x14, x0\n"
                     "mov x15, x0\n mov x16, x0\n mov x17, x0\n"
                     :
                     :
                     : "x0", "x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11",
                       "x12", "x13", "x14", "x15", "x16", "x17", "cc");
#endif
}

/* Tells what it was given in hot.next and .edge; .page[0] is what it returns. */
static i32 called(struct hot *hot, u32 value, u32 word)
{
    hot->next = value;
    hot->edge = word;
    destroy_registers();
    return (i32)hot->page[0];
}

static void test_call(struct rig *rig)
{
    bool constant = random_below(&rig->random, 2), cc = random_below(&rig->random, 2);
    bool fails = random_below(&rig->random, 4) == 0;
    struct host_addr value = {constant, rig_value(rig), rig_reg(rig, 0)};
    u32 result = rig_value(rig) | random_below(&rig->random, 4) << 16;
    u16 word = rig_value(rig);
    struct want want;

    rig_begin(rig);
    rig->hot->page[0] = fails ? result | (u32)1 << 31 : result;
    rig_end_jump(rig, host_call(&rig->code, called, value, word, cc));
    want = rig_want(rig);
    want.known = KNOWN_NONE;
    want.taken = fails;
    want.destroys = SCRATCH;
    if (cc && !fails) {
        want.out.v = result >> 16 & 1;
        want.out.c = result >> 17 & 1;
    }
    rig_expect(rig, &want);
    rig_check(rig, fails || rig->out.r[HR_VAL] == (u16)result, "VAL");
    rig_check(rig, rig->hot->next == (constant ? value.value : rig->in.r[value.reg]), "its value");
    rig_check(rig, rig->hot->edge == word, "its word");
    rig_check(rig, rig->hot->budget == BUDGET, "the budget");
}

/* The map is still the map, and memory is found by it. */
static void test_map(struct rig *rig)
{
    struct mmu_map *map = &rig->cpu->mmu.map[MODE_K][SPACE_D];
    u16 at = (u16)(rig_value(rig) & 0177776), word = rig_value(rig);
    struct host_addr addr = {.constant = true, .value = at};
    struct want want;
    fixup miss;

    rig->hot->map = map;
    map->read[at >> 6] = (map_entry)rig->ram.base;
    word_put(rig->ram.base + at, word);
    rig_begin(rig);
    rig->hot->page[0] = 0;
    miss = host_call(&rig->code, called, addr, 0, false);
    host_bind(&rig->code, miss);
    host_bind(&rig->code, host_resolve(&rig->code, false, addr));
    host_load(&rig->code, 2, HR_VAL, addr);
    rig_end(rig);
    want = rig_want(rig);
    want.known = KNOWN_NONE;
    want.destroys = SCRATCH;
    rig_expect(rig, &want);
    rig_check(rig, rig->out.r[HR_VAL] == word, "the word of memory");
}

static void test_unless_fps(struct rig *rig)
{
    u16 bit = (u16)(1u << random_below(&rig->random, 16));
    bool set = random_below(&rig->random, 2);
    struct want want;

    rig->cpu->fp.fps = rig_value(rig);
    rig_begin(rig);
    rig_end_jump(rig, host_unless_fps(&rig->code, bit, set));
    want = rig_want(rig);
    want.known = KNOWN_NONE;
    want.destroys = REG_BIT(HR_TMP);
    want.taken = ((rig->cpu->fp.fps & bit) != 0) != set;
    rig_expect(rig, &want);
}

int main(void)
{
    static const struct rig_test tests[] = {
        {"call", test_call}, {"map", test_map}, {"unless_fps", test_unless_fps}};
    return rig_main(tests, ARRAY_LEN(tests));
}
