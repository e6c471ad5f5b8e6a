/* test_regs.c - every name finds its register; what is set is what is got. */
#include <string.h>

#include "monitor/regs.h"
#include "rig.h"

static bool find(struct rig *rig, const char *name, struct reg *reg)
{
    return reg_find(rig->m, name, strlen(name), reg);
}

static u64 get(struct rig *rig, const char *name)
{
    struct reg reg;

    assert_true(find(rig, name, &reg));
    return reg_get(rig->m, &reg);
}

static void set(struct rig *rig, const char *name, u64 value)
{
    struct reg reg;

    assert_true(find(rig, name, &reg));
    assert_int_equal(reg_set(rig->m, &reg, value, NULL), 0);
}

/* Every name in the list is found; what can be set keeps a value that has all of its bits. */
static void test_all(void **state)
{
    struct rig *rig = *state;
    char name[REG_NAME_MAX];
    unsigned n = 0, fixed = 0;

    for (; reg_name(rig->m, n, name); n++) {
        struct reg reg;
        if (!find(rig, name, &reg))
            fail_msg("%s is not found", name);
        fixed += reg.fixed;
        if (reg.fixed) {
            struct err err = {0};
            assert_true(reg_set(rig->m, &reg, 0, &err) < 0);
            assert_non_null(strstr(err.text, "cannot be set"));
        } else {
            assert_int_equal(reg_set(rig->m, &reg, 0, NULL), 0);
            assert_int_equal(reg_get(rig->m, &reg), 0);
        }
    }
    assert_true(n > 150);
    assert_true(fixed > 2);
}

static void test_sets(void **state)
{
    struct rig *rig = *state;

    for (u16 i = 0; i < 6; i++) {
        rig->m->cpu.r[i] = (u16)(0100 + i);
        rig->m->cpu.alt[i] = (u16)(0200 + i);
    }
    assert_int_equal(get(rig, "r3"), 0103);
    assert_int_equal(get(rig, "r03"), 0103);
    assert_int_equal(get(rig, "r13"), 0203);
    set(rig, "ps", PS_SET);
    assert_int_equal(get(rig, "r3"), 0203);
    assert_int_equal(get(rig, "r03"), 0103);
    assert_int_equal(get(rig, "r13"), 0203);
    set(rig, "r03", 1);
    set(rig, "r13", 2);
    assert_int_equal(rig->m->cpu.alt[3], 1);
    assert_int_equal(rig->m->cpu.r[3], 2);
}

static void test_stacks(void **state)
{
    struct rig *rig = *state;

    set(rig, "ksp", 1);
    set(rig, "ssp", 2);
    set(rig, "usp", 3);
    assert_int_equal(get(rig, "sp"), 1);
    set(rig, "ps.mode", MODE_U);
    assert_int_equal(get(rig, "sp"), 3);
    assert_int_equal(get(rig, "ksp"), 1);
    set(rig, "sp", 7);
    assert_int_equal(get(rig, "usp"), 7);
    assert_int_equal(get(rig, "r6"), 7);
}

static void test_psw(void **state)
{
    static const struct {
        const char *name;
        u16 bits;
    } rows[] = {{"ps.c", 1},         {"ps.v", 2},          {"ps.z", 4},
                {"ps.n", 010},       {"ps.t", 020},        {"ps.prio", 0340},
                {"ps.set", 0004000}, {"ps.prev", 0030000}, {"ps.mode", 0140000}};
    struct rig *rig = *state;

    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        u64 max = rows[i].bits / (rows[i].bits & -rows[i].bits);
        struct reg reg;
        set(rig, "psw", 0);
        set(rig, rows[i].name, max);
        assert_int_equal(cpu_ps(&rig->m->cpu), rows[i].bits);
        assert_int_equal(get(rig, rows[i].name), max);
        assert_true(find(rig, rows[i].name, &reg));
        assert_true(reg_set(rig->m, &reg, max + 1, NULL) < 0);
    }
}

static void test_kt11(void **state)
{
    struct rig *rig = *state;
    struct mmu *mmu = &rig->m->cpu.mmu;

    set(rig, "kipar0", 0177777);
    set(rig, "UDPDR7", 0177777);
    set(rig, "sdpar3", 0123);
    assert_int_equal(mmu->par[MODE_K][SPACE_I][0], PAR_WRITE);
    assert_int_equal(mmu->pdr[MODE_U][SPACE_D][7], PDR_WRITE | PDR_A | PDR_W);
    assert_int_equal(mmu->par[MODE_S][SPACE_D][3], 0123);
    assert_int_equal(get(rig, "sdpar3"), 0123);
    set(rig, "mmr1", 0123);
    assert_int_equal(get(rig, "mmr1"), 0123);
    set(rig, "mmr0", MMR0_NR);
    set(rig, "mmr2", 0456);
    assert_int_equal(get(rig, "mmr2"), 0456);
    set(rig, "mmr3", 0177777);
    assert_int_equal(get(rig, "mmr3"), 7);
}

/* A page register that is set takes effect at once. */
static void test_map_flushed(void **state)
{
    struct rig *rig = *state;
    struct cpu *cpu = &rig->m->cpu;

    ram_put(&rig->m->ram, 0, 0240);       /* NOP */
    ram_put(&rig->m->ram, 020000, 0241);  /* CLC */
    ram_put(&rig->m->ram, 020002, 05200); /* INC R0 */
    set(rig, "kipdr0", 077406);
    set(rig, "mmr0", 1);
    assert_int_equal(machine_run(rig->m, 1, EVENT_NEVER), STOP_LIMIT);
    set(rig, "kipar0", 0200);
    assert_int_equal(machine_run(rig->m, 2, EVENT_NEVER), STOP_LIMIT);
    assert_int_equal(cpu->r[R0], 1);
}

/* A processor that waits is woken by a new PC. */
static void test_pc(void **state)
{
    struct rig *rig = *state;

    ram_put(&rig->m->ram, 0, 1); /* WAIT */
    machine_run(rig->m, 1, EVENT_NEVER);
    assert_true(rig->m->cpu.attention & ATTN_WAIT);
    set(rig, "pc", 01000);
    assert_false(rig->m->cpu.attention & ATTN_WAIT);
}

static void test_devices(void **state)
{
    struct rig *rig = *state;
    struct reg reg;

    set(rig, "rkda", 01234);
    assert_int_equal(rig->m->rk.rkda, 01234);
    assert_int_equal(get(rig, "rk.RKDA"), 01234);
    assert_true(find(rig, "rk.cylinder.7", &reg));
    assert_false(find(rig, "rk.cylinder.8", &reg));
    assert_false(find(rig, "rk.cylinder.", &reg));
    assert_false(find(rig, "rk.cylinder.99999999999", &reg));
    assert_false(find(rig, "phase", &reg));
    assert_false(find(rig, "rk.", &reg));
    assert_false(find(rig, "kipar8", &reg));
    assert_false(find(rig, "?ipar0", &reg));
    assert_false(find(rig, "", &reg));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(test_all), RIG_TEST(test_sets),    RIG_TEST(test_stacks),
        RIG_TEST(test_psw), RIG_TEST(test_kt11),    RIG_TEST(test_map_flushed),
        RIG_TEST(test_pc),  RIG_TEST(test_devices),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
