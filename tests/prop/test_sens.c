/* test_sens.c - the column sens of isa.def: what each instruction does outside kernel mode.
 *
 * NONE: with the same mapping the same result in the three modes. PRIV traps in user mode, MUTE
 * silently does less, IDLE waits in any mode, PSW loads the PSW without a trap but not all of it,
 * PREV reaches into the previous mode's space, TRAP traps always. (Goldberg; the thesis, appendix
 * C.)
 */
#include "one.h"

#include <stdlib.h>
#include <string.h>

#define PS_S 0040000u
#define PS_U 0140000u

static const u16 modes[] = {0, PS_S, PS_U};

/* What is left when the mode is left out. */
struct result {
    struct outcome out;
    u16 r[8], cc;
    u64 ac[6];
    struct fp11 fp;
};

/* Runs the prepared trial in a mode, with the previous mode the same. */
static struct result run_in(struct bench *bench, u16 mode)
{
    struct cpu *cpu = &bench->rig->cpu;
    u16 sp = cpu->r[SP];
    struct result result = {.out = {.exit = EXIT_LIMIT}};

    rig_ps(bench->rig, (u16)((cpu_ps(cpu) & 07777) | mode | mode >> 2));
    cpu_put_sp(cpu, cpu_mode(cpu), sp);
    result.out = bench_run(bench);
    result.cc = cpu_ps(cpu) & PS_CC;
    if (result.out.traps)
        cpu_set_ps(cpu, (u16)((cpu_ps(cpu) & 07777) | mode | PS_SET));
    memcpy(result.r, cpu->r, sizeof result.r);
    result.fp = cpu->fp;
    return result;
}

/* The three runs of one trial: same registers, same memory, same trap or none. The vectors' PSW is
 * that of the trial's set, in kernel mode, so the frame is on the kernel's stack. */
static void check_same(struct bench *bench, u16 insn)
{
    struct rig_copy trial;
    struct result results[3];
    u8 *memory[3];

    bench_state(bench, insn);
    rig_save(bench->rig, &trial);
    for (unsigned m = 0; m < 3; m++) {
        struct rig_copy after;
        rig_restore(bench->rig, &trial);
        results[m] = run_in(bench, modes[m]);
        rig_save(bench->rig, &after);
        memory[m] = after.memory;
    }
    for (unsigned m = 1; m < 3; m++) {
        const struct result *a = &results[0], *b = &results[m];
        bool same = a->out.exit == b->out.exit && !a->out.traps == !b->out.traps &&
                    a->out.vector == b->out.vector;
        if (a->out.ios || b->out.ios)
            continue; /* the PSW is there, and is not the same */
        if (same && a->out.traps)
            same = a->out.pc == b->out.pc && !memcmp(a->r, b->r, 6 * sizeof a->r[0]);
        else if (same)
            same = !memcmp(a->r, b->r, sizeof a->r) && a->cc == b->cc &&
                   !memcmp(&a->fp, &b->fp, sizeof a->fp) && !memcmp(memory[0], memory[m], RIG_RAM);
        if (!same)
            print_error("%06o at %06o, in mode %u\n", insn, trial.rig.cpu.r[PC], modes[m] >> 14);
        assert_true(same);
    }
    for (unsigned m = 0; m < 3; m++)
        rig_discard(&(struct rig_copy){.memory = memory[m]});
    rig_discard(&trial);
}

static void test_none(void **state)
{
    struct bench *bench = *state;

    for (unsigned op = OP_NONE + 1; op < OP_COUNT; op++) {
        if (isa_info[op].sens != SENS_NONE)
            continue;
        for (unsigned i = 0; i < 60; i++)
            check_same(bench, bench_insn(bench, op));
    }
}

/* PRIV: HALT. */
static void test_priv(void **state)
{
    struct bench *bench = *state;

    for (unsigned op = OP_NONE + 1; op < OP_COUNT; op++) {
        for (unsigned m = 0; m < 3 && bench_has(op) && isa_info[op].sens == SENS_PRIV; m++) {
            struct result result;
            bench_state(bench, bench_insn(bench, op));
            result = run_in(bench, modes[m]);
            CHECK(result.out.traps, m ? 1 : 0);
            CHECK(result.out.exit, m ? EXIT_LIMIT : EXIT_HALT);
        }
    }
}

/* One of the Hardware Virtualizer's, with that or without. */
static struct result run_virtualizer(struct bench *bench, unsigned op, struct hv *hv, u16 mode)
{
    bench_state(bench, (u16)(bench_insn(bench, op) & ~077)); /* of R0 */
    bench->rig->cpu.hv = hv;
    if (hv) {
        hv_init(hv, 0764020, 0);
        hv->reg.csr = HVCSR_HVE;
    }
    return run_in(bench, mode);
}

/* Reserved without the option, and with it outside kernel mode. There HVINV just goes on; LVMID
 * finds no machine in an empty table, so its fault comes; level 0 has nobody for DIAG. */
static void test_virtualizer(void **state)
{
    struct hv *hv = calloc(1, sizeof *hv);
    struct bench *bench = *state;
    unsigned rows = 0;

    assert_non_null(hv);
    for (unsigned op = OP_NONE + 1; op < OP_COUNT; op++) {
        for (unsigned i = 0; i < 6 && !bench_has(op); i++, rows++) {
            struct result r = run_virtualizer(bench, op, i < 3 ? NULL : hv, modes[i % 3]);
            CHECK(isa_info[op].sens, SENS_PRIV);
            CHECK(r.out.exit, EXIT_LIMIT);
            CHECK(r.out.traps, i == 3 && op == OP_HVINV ? 0 : 1);
            if (r.out.traps)
                CHECK(r.out.vector, i == 3 && op == OP_LVMID ? 0110 : 010);
        }
    }
    CHECK(rows, 18);
    free(hv);
}

/* MUTE: outside kernel mode the PC is all that changes. In kernel mode something does. */
static void test_mute(void **state)
{
    struct bench *bench = *state;
    struct rig *rig = bench->rig;

    for (unsigned op = OP_NONE + 1; op < OP_COUNT; op++) {
        for (unsigned m = 0; m < 3 && isa_info[op].sens == SENS_MUTE; m++) {
            u64 before;
            struct outcome out;
            bench_state(bench, (u16)(isa_info[op].base | (op == OP_SPL ? 5 : 0)));
            rig_ps(rig, modes[m] | PS_SET);
            cpu_put_sp(&rig->cpu, cpu_mode(&rig->cpu), 04000);
            rig->cpu.slr = 0400;
            before = rig_digest(rig);
            out = bench_run(bench);
            CHECK(out.traps, 0);
            rig->cpu.r[PC] = (u16)(rig->cpu.r[PC] - 2);
            rig->cpu.icount = 0;
            rig->cpu.attention = 0;
            rig->cpu.start = 0;
            rig->cpu.trace = false;
            assert_int_equal(rig_digest(rig) == before, m > 0);
        }
    }
}

static void test_idle(void **state)
{
    struct bench *bench = *state;

    for (unsigned op = OP_NONE + 1; op < OP_COUNT; op++) {
        for (unsigned m = 0; m < 3 && isa_info[op].sens == SENS_IDLE; m++) {
            struct result result;
            bench_state(bench, bench_insn(bench, op));
            result = run_in(bench, modes[m]);
            CHECK(result.out.traps, 0);
            CHECK(cpu_run(&bench->rig->cpu, 9), EXIT_WAIT);
        }
    }
}

/* PSW: no trap in any mode; the kernel loads all, others cannot lower mode, set or change the
 * priority. */
static void test_psw(void **state)
{
    struct bench *bench = *state;
    struct rig *rig = bench->rig;

    for (unsigned op = OP_NONE + 1; op < OP_COUNT; op++) {
        for (unsigned i = 0; i < 100 && isa_info[op].sens == SENS_PSW; i++) {
            u16 mode = modes[i % 3], popped = (u16)prng_next(&bench->prng), now;
            bench_state(bench, bench_insn(bench, op));
            rig_ps(rig, mode | PS_SET | 0200);
            rig->cpu.r[SP] = 04000;
            RIG_LOAD(rig, 04000, 05000, popped);
            CHECK(bench_run(bench).traps, 0);
            now = cpu_ps(&rig->cpu);
            CHECK_REG(rig, PC, 05000);
            CHECK(now & 037, popped & 037);
            if (mode == 0)
                CHECK(now, popped & PS_BITS);
            else
                CHECK(now & ~037u, (mode | PS_SET | 0200) | (popped & 0174000));
        }
    }
}

/* PREV: the operand is in the previous mode's space, the stack the current one's. */
static void test_prev(void **state)
{
    struct bench *bench = *state;
    struct rig *rig = bench->rig;

    for (unsigned op = OP_NONE + 1; op < OP_COUNT; op++) {
        for (unsigned i = 0; i < 3 && isa_info[op].sens == SENS_PREV; i++) {
            bool from = isa_info[op].dst == DST_R16;
            u16 prev = modes[i];
            bench_state(bench, (u16)(isa_info[op].base | M1(R1)));
            rig_map(rig, 0);
            for (unsigned m = 0; m < 3; m++) {
                *rig_par(rig, (enum mode)(modes[m] >> 14), SPACE_I, 2) = (u16)(0400 + m);
                rig_put(rig, 040000 + 0100 * m, (u16)(1 + m));
            }
            rig_ps(rig, PS_SET | prev >> 2);
            rig->cpu.r[R1] = 040000;
            rig->cpu.r[SP] = 04000;
            RIG_LOAD(rig, 03776, 0777, 0123);
            CHECK(bench_run(bench).traps, 0);
            if (from)
                CHECK_MEM(rig, 03776, 1 + i);
            for (unsigned m = 0; m < 3; m++)
                CHECK_MEM(rig, 040000 + 0100 * m, !from && m == i ? 0123 : 1 + m);
        }
    }
}

static void test_trap(void **state)
{
    struct bench *bench = *state;

    for (unsigned op = OP_NONE + 1; op < OP_COUNT; op++) {
        for (unsigned m = 0; m < 3 && isa_info[op].sens == SENS_TRAP; m++) {
            struct result result;
            bench_state(bench, bench_insn(bench, op));
            rig_put(bench->rig, 0, 0); /* SP may be anything: the frame need not fit */
            bench->rig->cpu.r[SP] = 04000;
            cpu_put_sp(&bench->rig->cpu, MODE_K, 04000);
            result = run_in(bench, modes[m]);
            CHECK(result.out.traps, 1);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BENCH_TEST(test_none), BENCH_TEST(test_priv),        BENCH_TEST(test_mute),
        BENCH_TEST(test_idle), BENCH_TEST(test_psw),         BENCH_TEST(test_prev),
        BENCH_TEST(test_trap), BENCH_TEST(test_virtualizer),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
