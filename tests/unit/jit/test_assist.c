/* test_assist.c - the translator with a guest of VM-assist: a kernel and a user program with maps
 * of their own, which call each other, raise and lower the priority and write the stack limit, all
 * without the monitor. The interpreter's states, whatever the slices; most of it translated.
 */
#include <stdlib.h>
#include <string.h>

#include "cpu/assist.h"
#include "jit_rig.h"

#define COUNT  40009u
#define BASE   040000u /* of the guest's memory */
#define BLOCK  030000u
#define KERNEL 02000u
#define SYSTEM 03000u
#define USER   04000u /* in the user's map, which begins at the guest's 20000 */

static void put_block(struct rig *rig, unsigned at, u16 value)
{
    ram_put(&rig->ram, BLOCK + at, value);
}

static void load_program(struct rig *rig)
{
    RIG_LOAD(rig, BASE + KERNEL, I_MOV | S(IMM) | M4(SP), 0140000, /* 2000 */
             I_MOV | S(IMM) | M4(SP), USER,                        /* 2004 */
             I_RTI);                                               /* 2010 */
    RIG_LOAD(rig, BASE + SYSTEM, I_INC | R3,                       /* 3000 */
             I_BIS | S(IMM) | ABS, 0340, A_PSW,                    /* 3002 */
             I_MOV | S(R3) | ABS, 012000,                          /* 3010 */
             I_BIC | S(IMM) | ABS, 0340, A_PSW,                    /* 3014 */
             I_MOV | S(IMM) | ABS, 0400, A_SLR,                    /* 3022 */
             I_CLR | ABS, A_PIRQ,                                  /* 3030 */
             I_RTI);                                               /* 3034 */
    RIG_LOAD(rig, BASE + 020000 + USER, I_MOV | S(IMM) | R2, 20,   /* 4000 */
             I_INC | R0,                                           /* 4004 */
             I_MOV | S(R0) | ABS, 010000,                          /* 4006 */
             I_ADD | S(R0) | R1,                                   /* 4012 */
             I_SOB | S(R2) | 5,                                    /* 4014: to 4004 */
             I_EMT,                                                /* 4016 */
             I_BR | 0367);                                         /* 4020: to 4000 */
    RIG_LOAD(rig, BASE + 030, SYSTEM, 0340);
}

static struct rig *make(struct vmx *vmx)
{
    struct rig *rig = NULL;

    assert_int_equal(rig_setup((void **)&rig), 0);
    *vmx = (struct vmx){.vcsr = VCSR_EN | VCSR_TUSR | VCSR_MXE | VCSR_USLE,
                        .vacsr = VACSR_WRITE,
                        .vablk = BLOCK >> 6};
    load_program(rig);
    rig_map(rig, 1);
    memset(rig->cpu.mmu.pdr[MODE_U], 0, sizeof rig->cpu.mmu.pdr[MODE_U]);
    mmu_flush(&rig->cpu.mmu);
    put_block(rig, VAB_PS, 0340);
    put_block(rig, VAB_FLAGS, VAB_MAP_SHADOW | VAB_MAP_LIMIT);
    put_block(rig, VAB_SP + 2 * MODE_U, 07000);
    put_block(rig, VAB_MMR0, 1);
    put_block(rig, VAB_ORIGIN, BASE >> 6);
    put_block(rig, VAB_LENGTH, 0400);
    for (unsigned page = 0; page < 8; page += 7) {
        put_block(rig, VAB_PAR + 2 * page, page ? 07600 : 0);
        put_block(rig, VAB_PDR + 2 * page, PDR_RW);
    }
    put_block(rig, VAB_PAR + 2 * 32, 0200);
    put_block(rig, VAB_PDR + 2 * 32, PDR_RW);
    rig->cpu.vmx = vmx;
    rig_ps(rig, 0170000);
    rig->cpu.r[SP] = 07000;
    rig->cpu.r[PC] = KERNEL;
    cpu_vmx_changed(&rig->cpu);
    return rig;
}

static void run(u64 slice)
{
    struct vmx vmx[2];
    struct rig *plain = make(&vmx[0]), *translated = make(&vmx[1]);
    struct jit_stats stats;
    struct jit *jit;
    struct err err;

    assert_int_equal(jit_new(&jit, &translated->cpu, &(struct jit_options){.threshold = 1}, &err),
                     0);
    while (plain->cpu.icount < COUNT) {
        u64 until = plain->cpu.icount + slice;
        assert_int_equal(cpu_run(&plain->cpu, until), EXIT_LIMIT);
        assert_int_equal(jit_run(jit, until), EXIT_LIMIT);
        assert_true(rig_digest(plain) == rig_digest(translated));
        assert_int_equal(cpu_mode(&plain->cpu), MODE_U); /* the monitor has nothing to do */
        assert_int_equal(vmx[0].vusl, vmx[1].vusl);
        assert_int_equal(vmx[0].vcsr, vmx[1].vcsr);
    }
    assert_int_equal(vmx[0].vusl, 0400);
    assert_true(plain->cpu.r[R3] > COUNT / 200);
    jit_describe(jit, &stats);
    if (slice > 100)
        assert_true(stats.interpreted < COUNT / 5);
    jit_free(jit);
    rig_teardown((void **)&plain);
    rig_teardown((void **)&translated);
}

static void test_engines_agree(void **state)
{
    run(1009);
    run(7);
    run(COUNT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_engines_agree)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
