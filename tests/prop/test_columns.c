/* test_columns.c - every row of isa.def keeps what its columns nzvc, dst and flow promise, on
 * random states.
 */
#include "one.h"

#include <string.h>

#define TRIALS 200u

static void complain(const char *what, const struct before *before)
{
    print_error("%s: %06o at %06o, PSW %06o\n", what, before->insn, before->r[PC], before->ps);
    fail();
}

/* '-' never changes, '0' and '1' are so; a letter takes both values. */
static void test_nzvc(void **state)
{
    struct bench *bench = *state;
    struct before before;

    for (unsigned op = OP_NONE + 1; op < OP_COUNT; op++) {
        const char *nzvc = isa_info[op].nzvc;
        unsigned ones = 0, zeros = 0, same = 0;
        for (unsigned i = 0; i < TRIALS && bench_has(op) && bench_try(bench, op, &before); i++) {
            unsigned now = cpu_ps(&bench->rig->cpu);
            ones |= now;
            zeros |= ~now;
            for (unsigned k = 0; k < 4; k++) {
                unsigned bit = 010u >> k, old = before.ps & bit;
                if ((nzvc[k] == '-' && (now & bit) != old) || (nzvc[k] == '0' && now & bit) ||
                    (nzvc[k] == '1' && !(now & bit)))
                    complain(isa_info[op].text, &before);
            }
            same++;
        }
        if (isa_info[op].flow == FLOW_TRAP || op == OP_HALT || !bench_has(op))
            continue; /* never ends without a trap */
        assert_true(same == TRIALS);
        for (unsigned k = 0; k < 4; k++) {
            if (nzvc[k] == "NZVC"[k] && !(ones & zeros & (010u >> k)))
                complain("a code that never varies", &before);
        }
    }
}

/* Words of the operand that dst describes. */
static unsigned operand_size(const struct insn_info *info, u16 fps)
{
    switch ((enum dst)info->dst) {
    case DST_NONE:
    case DST_A: return 0;
    case DST_R8:
    case DST_W8:
    case DST_RW8: return 1;
    case DST_R16:
    case DST_W16:
    case DST_RW16: return 2;
    case DST_RF:
    case DST_WF:
    case DST_RWF: return 2 * fp11_float_words(fps);
    case DST_RX:
    case DST_WX: return 2 * fp11_other_words(fps);
    case DST_RI:
    case DST_WI: return 2 * fp11_int_words(fps);
    case DST_WS: return 4;
    }
    return 0;
}

static bool reads(enum dst dst)
{
    return dst == DST_R8 || dst == DST_RW8 || dst == DST_R16 || dst == DST_RW16 || dst == DST_RF ||
           dst == DST_RWF || dst == DST_RX || dst == DST_RI;
}

static bool writes(enum dst dst)
{
    return dst == DST_W8 || dst == DST_RW8 || dst == DST_W16 || dst == DST_RW16 || dst == DST_WF ||
           dst == DST_RWF || dst == DST_WX || dst == DST_WI || dst == DST_WS;
}

static bool has_operand(unsigned op)
{
    return strpbrk(isa_form[isa_info[op].form].operands, "df") != NULL;
}

/* JSR, MFPI, MFPD. */
static bool pushes(unsigned op)
{
    return op == OP_JSR || op == OP_MFPI || op == OP_MFPD;
}

/* Memory changes nowhere but in the operand, where dst says W, and in a pushed word. The operand
 * is (Rn), so that its address is in a register. */
static void test_memory_written(void **state)
{
    struct bench *bench = *state;
    struct rig *rig = bench->rig;

    for (unsigned op = OP_NONE + 1; op < OP_COUNT; op++) {
        const struct insn_info *info = &isa_info[op];
        for (unsigned i = 0; i < 60; i++) {
            u16 insn = bench_insn(bench, op), push, at;
            unsigned size, reg = insn & 7;
            struct outcome out;
            if (has_operand(op))
                insn = (u16)((insn & ~070) | 010);
            if (reg >= SP)
                continue;
            bench_state(bench, insn);
            size = operand_size(info, rig->cpu.fp.fps);
            at = rig->cpu.r[reg];
            push = (u16)(rig->cpu.r[SP] - 2);
            out = bench_run(bench);
            if (out.traps || out.ios)
                continue;
            if (strchr(isa_form[info->form].operands, 's'))
                at = rig->cpu.r[reg]; /* the source may have moved it */
            for (u32 pa = 0; pa < RIG_RAM; pa++) {
                bool operand = writes(info->dst) && pa - at < size;
                bool pushed = pushes(op) && pa - push < 2;
                bool code = pa - rig->cpu.start < 6; /* put there for the trial */
                if (rig->ram.base[pa] == bench->start.memory[pa] || operand || pushed || code)
                    continue;
                print_error("%s: %06o writes to %06o\n", info->text, insn, pa);
                fail();
            }
        }
    }
}

/* The bus cycles on an operand in the I/O page are those that dst tells: DATI, DATO, DATIP and
 * DATO; none for an address. ABSF and NEGF are the FP11's: they read, then write. */
static void test_bus_cycles(void **state)
{
    struct bench *bench = *state;
    struct rig *rig = bench->rig;

    for (unsigned op = OP_NONE + 1; op < OP_COUNT; op++) {
        const struct insn_info *info = &isa_info[op];
        enum dst dst = (enum dst)info->dst;
        for (unsigned i = 0; bench_has(op) && has_operand(op) && i < 8; i++) {
            u16 insn = (u16)(info->base | M1(R1)), fps;
            unsigned n = 0, words;
            bench_state(bench, insn);
            for (u16 k = 0; k < 4; k++)
                rig_device(rig, (u16)(A_DEV + 2 * k), (u16)prng_next(&bench->prng));
            rig->cpu.r[R1] = A_DEV;
            rig->cpu.r[SP] = 05000;
            rig->cpu.r[R0] &= 017777; /* a register as a source */
            rig->cycles = 0;
            fps = rig->cpu.fp.fps;
            CHECK(bench_run(bench).traps, 0);
            words = (operand_size(info, fps) + 1) / 2;
            for (unsigned k = 0; reads(dst) && k < words; k++) {
                bool rmw = dst == DST_RW8 || dst == DST_RW16;
                CHECK(rig->log[n].cycle, rmw ? IO_DATIP : IO_DATI);
                CHECK(rig->log[n++].pa, 0600000 + A_DEV + 2 * k);
            }
            for (unsigned k = 0; writes(dst) && k < words; k++) {
                bool byte = dst == DST_W8 || dst == DST_RW8;
                CHECK(rig->log[n].cycle, byte ? IO_DATOB : IO_DATO);
                CHECK(rig->log[n++].pa, 0600000 + A_DEV + 2 * k);
            }
            CHECK(rig->cycles, n);
        }
    }
}

/* Does an operand or register field use PC in a way that is not #n, @#n, X(PC) or @X(PC)? */
static bool touches_pc(u16 insn)
{
    const char *operands = isa_form[isa_info[isa_op(insn)].form].operands;
    static const u8 plain[] = {027, 037, 067, 077};
    bool touched = strchr(operands, 'r') && (insn >> 6 & 6) == 6; /* MUL R6 writes R6, R7 */

    for (unsigned shift = 0; shift <= 6; shift += 6) {
        unsigned spec = insn >> shift & 077;
        if ((spec & 7) == PC && strpbrk(operands, shift ? "s" : "df") &&
            !memchr(plain, (int)spec, 4))
            touched = true;
    }
    return touched;
}

/* Where the row's flow may lead from `before`. */
static bool flow_allows(const struct before *before, u16 pc)
{
    const struct insn_info *info = &isa_info[isa_op(before->insn)];
    u16 next = (u16)(before->r[PC] + 2 * isa_length(before->insn));
    u16 target =
        (u16)(next + (info->form == FORM_SOB ? -2 * (before->insn & 077) : 2 * (i8)before->insn));

    switch ((enum flow)info->flow) {
    case FLOW_NEXT:
    case FLOW_SYNC: return pc == next;
    case FLOW_COND: return pc == next || pc == target;
    case FLOW_JUMP: return info->form != FORM_BR || pc == target;
    case FLOW_CALL:
    case FLOW_RET: return true;
    case FLOW_TRAP: return false;
    case FLOW_STOP: return isa_op(before->insn) == OP_WAIT && pc == next;
    }
    return false;
}

static void test_flow(void **state)
{
    struct bench *bench = *state;
    struct before before;

    for (unsigned op = OP_NONE + 1; op < OP_COUNT; op++) {
        unsigned taken = 0, fell = 0;
        if (!bench_has(op))
            continue;
        for (unsigned i = 0; i < TRIALS && bench_try(bench, op, &before); i++) {
            u16 pc = bench->rig->cpu.r[PC];
            if (touches_pc(before.insn))
                continue;
            if (!flow_allows(&before, pc))
                complain(isa_info[op].text, &before);
            if (pc == (u16)(before.r[PC] + 2 * isa_length(before.insn)))
                fell++;
            else
                taken++;
        }
        if (isa_info[op].flow == FLOW_COND)
            assert_true(taken && fell);
        if (isa_info[op].flow >= FLOW_JUMP && isa_info[op].flow <= FLOW_RET)
            assert_true(taken);
    }
}

/* FLOW_TRAP always enters a vector with PC behind the word; HALT stops. */
static void test_flow_traps_and_stops(void **state)
{
    struct bench *bench = *state;

    for (unsigned op = OP_NONE + 1; op < OP_COUNT; op++) {
        for (unsigned i = 0; i < 10; i++) {
            u16 pc;
            struct outcome out;
            bench_state(bench, bench_insn(bench, op));
            pc = bench->rig->cpu.r[PC];
            out = bench_run(bench);
            if (isa_info[op].flow == FLOW_TRAP) {
                assert_true(out.traps > 0);
                CHECK(out.pc, pc + 2);
            } else if (isa_info[op].flow == FLOW_STOP) {
                CHECK(out.traps, 0);
                CHECK(bench->rig->cpu.r[PC], pc + 2);
                CHECK(out.exit, op == OP_HALT ? EXIT_HALT : EXIT_LIMIT);
                if (op == OP_WAIT)
                    CHECK(cpu_run(&bench->rig->cpu, 5), EXIT_WAIT);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BENCH_TEST(test_nzvc), BENCH_TEST(test_memory_written),       BENCH_TEST(test_bus_cycles),
        BENCH_TEST(test_flow), BENCH_TEST(test_flow_traps_and_stops),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
