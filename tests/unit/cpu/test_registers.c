/* test_registers.c - the processor's registers in the I/O page, by words and bytes, from programs
 * and from a console.
 */
#include "rig.h"

#include "cpu/registers.h"

/* It exists and takes writes; that it reads back is the 11/70's behaviour. Eight bits. */
static void f83_micro_break(void **state)
{
    struct rig *rig = *state;

    RIG_CODE_IS(rig, I_MOV | S(IMM) | ABS, 0123456, A_UBRK, I_MOV | S(ABS) | R0, A_UBRK,
                I_MOVB | S(IMM) | ABS, 0377, A_UBRK + 1, I_MOVB | S(ABS) | R1, A_UBRK, I_CLRB | ABS,
                A_UBRK);
    rig_run(rig, 4);
    CHECK_REG(rig, R0, 056);
    CHECK_REG(rig, R1, 056);
    rig_run(rig, 1);
    CHECK(rig_get(rig, A_UBRK), 0);
}

/* 177570: reading gives the switches, writing goes to the display. */
static void n_6_7_switches_and_display(void **state)
{
    struct rig *rig = *state;

    rig->cpu.switches = 0123456;
    RIG_CODE_IS(rig, I_MOV | S(ABS) | R0, A_SWR, I_MOVB | S(ABS) | R1, A_SWR + 1,
                I_MOV | S(IMM) | ABS, 0654, A_SWR, I_MOVB | S(IMM) | ABS, 0377, A_SWR + 1);
    rig_run(rig, 2);
    CHECK_REG(rig, R0, 0123456);
    CHECK_REG(rig, R1, 0177647);
    rig_run(rig, 1);
    CHECK(rig->cpu.display, 0654);
    rig_run(rig, 1);
    CHECK(rig->cpu.display, 0177654);
    CHECK(rig_get(rig, A_SWR), 0123456);
}

/* INC reads the switches and writes the display. */
static void n_6_7_read_and_write_back(void **state)
{
    struct rig *rig = *state;

    rig->cpu.switches = 7;
    RIG_CODE_IS(rig, I_INC | ABS, A_SWR);
    rig_run(rig, 1);
    CHECK(rig->cpu.display, 010);
    CHECK(rig->cpu.switches, 7);
}

/* All PAR and PDR, each by its own address (notes 3.6). */
static void n_3_6_page_registers(void **state)
{
    struct rig *rig = *state;
    static const u16 bases[] = {0172200, 0172220, 0172240, 0172260, 0172300, 0172320,
                                0172340, 0172360, 0177600, 0177620, 0177640, 0177660};
    u16 value = 0;

    for (unsigned i = 0; i < ARRAY_LEN(bases); i++) {
        for (u16 k = 0; k < 8; k++)
            rig_put(rig, bases[i] + 2u * k, value = (u16)(value + 0411));
    }
    value = 0;
    for (unsigned i = 0; i < ARRAY_LEN(bases); i++) {
        bool par = bases[i] & 040;
        enum mode mode = i < 4 ? MODE_S : i < 8 ? MODE_K : MODE_U;
        enum space space = bases[i] & 020 ? SPACE_D : SPACE_I;
        for (u16 k = 0; k < 8; k++) {
            value = (u16)(value + 0411);
            CHECK(rig_get(rig, bases[i] + 2u * k), value & (par ? 07777 : 077417));
            CHECK((par ? rig->cpu.mmu.par : rig->cpu.mmu.pdr)[mode][space][k],
                  value & (par ? 07777 : 077417));
        }
    }
}

/* MMR3 has three bits; its high byte is nowhere. */
static void f61_mmr3(void **state)
{
    struct rig *rig = *state;

    RIG_CODE_IS(rig, I_MOV | S(IMM) | ABS, 0177777, A_MMR3, I_CLRB | ABS, A_MMR3 + 1,
                I_MOV | S(ABS) | R0, A_MMR3, I_RESET);
    rig_run(rig, 3);
    CHECK_REG(rig, R0, 7);
    rig_put(rig, 0172344, 01234);
    rig_run(rig, 1);
    CHECK(rig_get(rig, A_MMR3), 0);
    CHECK(rig_get(rig, 0172344), 01234);
}

/* Addresses next to the processor's own go to the bus. */
static void test_what_is_not_ours_goes_to_the_bus(void **state)
{
    struct rig *rig = *state;
    static const u16 addresses[] = {0172176, 0172400, 0172514, 0172520, 0177566,
                                    0177700, 0177766, 0160000, 0177546};

    for (unsigned i = 0; i < ARRAY_LEN(addresses); i++) {
        rig->cycles = 0;
        rig_device(rig, addresses[i], 0777);
        RIG_CODE_IS(rig, I_MOV | S(R0) | ABS, addresses[i]);
        rig->cpu.r[R0] = 0123;
        rig_go(rig, RIG_CODE, 1);
        CHECK(rig->cycles, 1);
        CHECK(rig->log[0].pa, addresses[i] + 0600000u);
        CHECK(rig_page(rig, addresses[i]), 0123);
    }
}

/* A console's references have no page and no mode. */
static void test_console_references(void **state)
{
    struct rig *rig = *state;
    u16 value = 0;

    rig_map(rig, 0);
    assert_true(registers_write(&rig->cpu, 0777573, NULL, IO_DATOB, 0100));
    assert_true(registers_read(&rig->cpu, 0777572, NULL, IO_DATI, &value));
    CHECK(value, MMR0_PL | MMR0_ENABLE);
    assert_false(registers_read(&rig->cpu, 0777766, NULL, IO_DATI, &value));
    assert_false(registers_write(&rig->cpu, 0777766, NULL, IO_DATO, 0));
    rig_device(rig, A_DEV, 0);
    assert_true(registers_write(&rig->cpu, 0600000 + A_DEV + 1, NULL, IO_DATOB, 0123));
    CHECK(rig_page(rig, A_DEV), 0123 << 8);
}

/* MMR0's page field where the program itself is not in memory: a device's words. */
static void n_3_1_program_in_the_io_page(void **state)
{
    struct rig *rig = *state;

    rig_map(rig, 0);
    rig_device(rig, A_DEV, I_MOV | S(M7(R1)) | R0);
    rig_device(rig, A_DEV + 2, 2);
    rig_put(rig, 04000, A_MMR0);
    rig->cpu.r[R1] = 03776;
    rig_go(rig, A_DEV, 1);
    CHECK_REG(rig, R0, 017); /* page 7: that of the program; its pointer is not looked for */
    /* only the index word is */
    *rig_par(rig, MODE_K, SPACE_I, 4) = 07640;
    rig_put(rig, 077776, I_MOV | S(M7(R1)) | R0);
    rig_device(rig, 0164000, 2);
    rig_go(rig, 077776, 1);
    CHECK_REG(rig, R0, 011);
}

/* A destination that is read and written: MMR0's field is found by the destination's mode. */
static void n_3_1_mmr0_as_destination(void **state)
{
    struct rig *rig = *state;

    rig_map(rig, 0);
    rig_put(rig, 040000, A_MMR0);
    RIG_CODE_IS(rig, I_BIS | S(M1(R2)) | M3(R1), I_BIT | S(R3) | M3(R1), I_BIT | S(M3(R1)) | R3);
    rig_put(rig, 04000, MMR0_ENTRAP);
    rig->cpu.r[R2] = 04000;
    rig->cpu.r[R3] = 4;
    for (u16 i = 0; i < 3; i++) {
        rig->cpu.r[R1] = 040000;
        rig_run(rig, 1);
        CHECK_CC(rig, 0); /* bit 2: page 2 */
    }
    CHECK(rig_get(rig, A_MMR0) & MMR0_ENTRAP, MMR0_ENTRAP);
}

/* Read only; a write is not a time-out. */
static void n_3_6_mmr1_and_mmr2_are_read_only(void **state)
{
    struct rig *rig = *state;

    RIG_CODE_IS(rig, I_MOV | S(IMM) | ABS, 0177777, A_MMR1, I_CLR | ABS, A_MMR2, NOP);
    rig_run(rig, 2);
    CHECK_REG(rig, PC, RIG_CODE + 012);
    CHECK(rig_get(rig, A_MMR2), RIG_CODE + 6);
    CHECK(rig_get(rig, A_MMR1), 027);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(f61_mmr3),
        RIG_TEST(f83_micro_break),
        RIG_TEST(n_3_1_mmr0_as_destination),
        RIG_TEST(n_3_1_program_in_the_io_page),
        RIG_TEST(n_3_6_mmr1_and_mmr2_are_read_only),
        RIG_TEST(n_3_6_page_registers),
        RIG_TEST(n_6_7_read_and_write_back),
        RIG_TEST(n_6_7_switches_and_display),
        RIG_TEST(test_console_references),
        RIG_TEST(test_what_is_not_ours_goes_to_the_bus),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
