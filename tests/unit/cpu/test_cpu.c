/* test_cpu.c - the processor's state as its owner loads and reads it, and those who look on. */
#include "rig.h"

#include <stdio.h>
#include <string.h>

static void test_power_up_state(void **state)
{
    struct rig *rig = *state;

    cpu_init(&rig->cpu, &rig->ram, rig->cpu.io, rig->cpu.ops, rig);
    CHECK_PS(rig, 0);
    CHECK(rig->cpu.attention, 0);
    assert_true(rig->cpu.icount == 0);
    for (unsigned i = 0; i < 8; i++)
        CHECK_REG(rig, i, 0);
}

static void test_stack_pointers(void **state)
{
    struct rig *rig = *state;
    static const u16 modes[] = {0, 0040000, 0100000, 0140000};

    for (unsigned current = 0; current < 4; current++) {
        rig_ps(rig, modes[current]);
        for (unsigned mode = 0; mode < 4; mode++)
            cpu_put_sp(&rig->cpu, (enum mode)mode, (u16)(01000 * (current + 1) + mode));
        CHECK_REG(rig, SP, 01000 * (current + 1) + current);
        for (unsigned mode = 0; mode < 4; mode++)
            CHECK(cpu_get_sp(&rig->cpu, (enum mode)mode), 01000 * (current + 1) + mode);
    }
    for (unsigned mode = 0; mode < 4; mode++) {
        rig_ps(rig, modes[mode]);
        CHECK_REG(rig, SP, 04000 + mode);
    }
}

static void test_register_sets(void **state)
{
    struct rig *rig = *state;

    for (u16 i = 0; i < 6; i++) {
        rig->cpu.r[i] = (u16)(0100 + i);
        rig->cpu.alt[i] = (u16)(0200 + i);
    }
    rig_ps(rig, PS_SET | 0140017);
    CHECK_PS(rig, PS_SET | 0140017);
    for (u16 i = 0; i < 6; i++) {
        CHECK_REG(rig, i, 0200 + i);
        CHECK(rig->cpu.alt[i], 0100 + i);
    }
    rig_ps(rig, 0);
    CHECK_REG(rig, R5, 0105);
}

/* PIRQ and BR against each priority. */
static void test_attention_by_priority(void **state)
{
    struct rig *rig = *state;

    for (unsigned level = 1; level < 8; level++) {
        for (unsigned prio = 0; prio < 8; prio++) {
            rig_ps(rig, (u16)(prio << 5));
            rig->cpu.pirq = (u16)(0400 << level);
            cpu_update(&rig->cpu);
            CHECK(rig->cpu.attention, level > prio ? ATTN_IRQ : 0);
            rig->cpu.pirq = 0;
            cpu_set_br(&rig->cpu, 1u << level);
            CHECK(rig->cpu.attention, level > prio ? ATTN_IRQ : 0);
            cpu_set_br(&rig->cpu, 0);
            CHECK(rig->cpu.attention, 0);
        }
    }
}

/* State loaded from outside (a snapshot, a console) counts after cpu_update(). */
static void test_update_after_loading(void **state)
{
    struct rig *rig = *state;

    rig->cpu.slr = 04000;
    rig->cpu.ps |= PS_T;
    cpu_update(&rig->cpu);
    CHECK(rig->cpu.attention, ATTN_T);
    CHECK(rig->cpu.stack_edge, 04402);
    rig->cpu.mmu.mmr3 = 4;
    cpu_update(&rig->cpu);
    assert_ptr_equal(rig->cpu.map[SPACE_D], &rig->cpu.mmu.map[MODE_K][SPACE_D]);
    assert_ptr_equal(rig->cpu.map[SPACE_I], &rig->cpu.mmu.map[MODE_K][SPACE_I]);
}

/* Those who look on. */
struct seen {
    struct rig *rig;
    char text[400];
};

static void note(struct seen *seen, const char *format, unsigned a, unsigned b, unsigned c)
{
    size_t length = strlen(seen->text);

    snprintf(seen->text + length, sizeof seen->text - length, format, a, b, c);
}

static void see_insn(void *ctx)
{
    struct seen *seen = ctx;

    note(seen, "%o ", seen->rig->cpu.r[PC], 0, 0);
}

static void see_vector(void *ctx, enum cpu_cause cause, u16 vector, u16 pc, u16 ps)
{
    note(ctx, "V%u:%o:%o ", cause, vector, pc);
    CHECK(ps & 017, 0);
}

static void see_io(void *ctx, u32 pa, enum io_cycle cycle, u16 value, bool answered)
{
    note(ctx, answered ? "%o/%u=%o " : "%o/%u! ", pa, cycle, value);
}

static void see_abort(void *ctx, const struct mmu_ref *ref)
{
    note(ctx, "A%o ", ref->va, 0, 0);
}

static void test_watch(void **state)
{
    struct rig *rig = *state;
    struct seen seen = {.rig = rig};
    struct cpu_watch watch = {
        .insn = see_insn, .vector = see_vector, .io = see_io, .abort = see_abort, .ctx = &seen};

    rig_map(rig, 0);
    *rig_pdr(rig, MODE_K, SPACE_I, 2) = 0;
    cpu_watch_add(&rig->cpu, &watch);
    rig_device(rig, A_DEV, 0123);
    rig_device(rig, A_DEV + 2, 0);
    RIG_CODE_IS(rig, I_INC | ABS, A_DEV, I_MOVB | S(IMM) | ABS, 7, A_DEV + 3, I_EMT);
    rig_run(rig, 3);
    assert_string_equal(seen.text, "1000 764000/1=123 764000/2=124 1004 764003/3=7 1012 "
                                   "V0:30:1014 ");
    seen.text[0] = 0;
    RIG_CODE_IS(rig, I_TST | ABS, A_DEV + 4, I_TST | ABS, 040000);
    rig_ps(rig, 0);
    rig_go(rig, RIG_CODE, 1);
    rig_go(rig, RIG_CODE + 4, 1);
    assert_string_equal(seen.text, "1000 764004/0! V0:4:1004 1004 A40000 V0:250:1010 ");
    seen.text[0] = 0;
    rig->vector[4] = 060;
    cpu_set_br(&rig->cpu, 1 << 4);
    rig_ps(rig, 0);
    cpu_power_fail(&rig->cpu);
    rig_go(rig, RIG_CODE, 1);
    assert_string_equal(seen.text, "V1:24:1000 2024 ");
    seen.text[0] = 0;
    rig_ps(rig, 0);
    rig_go(rig, RIG_CODE, 1);
    assert_string_equal(seen.text, "V2:60:1000 2060 ");
    CHECK(rig->cpu.attention, ATTN_WATCH);
}

/* One who does not want to know of instructions costs the engine nothing. */
static void test_watch_without_instructions(void **state)
{
    struct rig *rig = *state;
    struct seen seen = {.rig = rig};
    struct cpu_watch watch = {.vector = see_vector, .ctx = &seen};

    cpu_watch_add(&rig->cpu, &watch);
    assert_false(cpu_needs_interpreter(&rig->cpu));
    rig_device(rig, A_DEV, 0123);
    RIG_CODE_IS(rig, I_TST | ABS, A_DEV, I_IOT);
    rig_run(rig, 2);
    assert_string_equal(seen.text, "V0:20:1006 ");
}

/* Each on the list is told, in order; adding twice is adding once. */
static void test_watch_list(void **state)
{
    struct rig *rig = *state;
    struct seen seen = {.rig = rig};
    struct cpu_watch insns = {.insn = see_insn, .ctx = &seen},
                     vectors = {.vector = see_vector, .ctx = &seen},
                     both = {.insn = see_insn, .vector = see_vector, .ctx = &seen};

    cpu_watch_remove(&rig->cpu, &both);
    cpu_watch_add(&rig->cpu, &vectors);
    cpu_watch_add(&rig->cpu, &insns);
    cpu_watch_add(&rig->cpu, &both);
    cpu_watch_add(&rig->cpu, &vectors);
    assert_true(cpu_needs_interpreter(&rig->cpu));
    RIG_CODE_IS(rig, NOP, I_IOT);
    rig_run(rig, 2);
    assert_string_equal(seen.text, "1000 1000 1002 1002 V0:20:1004 V0:20:1004 ");
    cpu_watch_remove(&rig->cpu, &insns);
    cpu_watch_remove(&rig->cpu, &both);
    assert_false(cpu_needs_interpreter(&rig->cpu));
    cpu_watch_remove(&rig->cpu, &vectors);
    assert_null(rig->cpu.watch);
}

static void see_reference(void *ctx, const struct mmu_ref *ref, enum cpu_access access, u32 pa)
{
    static const char letters[] = {
        [ACCESS_READ] = 'r', [ACCESS_FETCH] = 'f', [ACCESS_WRITE] = 'w', [ACCESS_MODIFY] = 'm'};

    note(ctx, "%c%o", (unsigned)letters[access], ref->va, 0);
    note(ctx, pa == ref->va ? " " : "=%o ", pa, 0, 0);
}

/* Every reference is told, also the second to the same block; nobody's maps come back. */
static void test_watch_references(void **state)
{
    struct rig *rig = *state;
    struct seen seen = {.rig = rig};
    struct cpu_watch watch = {.reference = see_reference, .ctx = &seen};

    rig_device(rig, A_DEV, 0);
    RIG_CODE_IS(rig, I_INC | ABS, 04000, I_INC | ABS, 04000, I_TST | ABS, A_DEV, I_IOT, NOP);
    rig_run(rig, 1);
    cpu_watch_add(&rig->cpu, &watch);
    assert_true(cpu_needs_interpreter(&rig->cpu));
    rig_go(rig, RIG_CODE + 4, 3);
    assert_string_equal(seen.text, "f1004 f1006 m4000 f1010 f1012 r164000=764000 f1014 "
                                   "r20 r22 w676 w674 ");
    CHECK_MEM(rig, 04000, 2);
    cpu_watch_remove(&rig->cpu, &watch);
    seen.text[0] = 0;
    rig_go(rig, RIG_CODE, 1);
    rig_go(rig, RIG_CODE, 1);
    assert_string_equal(seen.text, "");
    assert_true(rig->cpu.map[SPACE_I]->read[RIG_CODE >> 6] != 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(test_attention_by_priority),
        RIG_TEST(test_power_up_state),
        RIG_TEST(test_register_sets),
        RIG_TEST(test_stack_pointers),
        RIG_TEST(test_update_after_loading),
        RIG_TEST(test_watch),
        RIG_TEST(test_watch_list),
        RIG_TEST(test_watch_references),
        RIG_TEST(test_watch_without_instructions),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
