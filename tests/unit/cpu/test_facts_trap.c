/* test_facts_trap.c - facts about traps and interrupts: the T bit, the order of service, program
 * interrupt requests.
 *
 * fNN_ names a row of the facts table, n_S_N_ an item of the notes on the KB11-A's microcode; W is
 * the w11 project's tests, which a real 11/70 passes where they say so.
 */
#include "rig.h"

/* A stack with a PC and a PSW to return to. */
static void frame(struct rig *rig, u16 pc, u16 ps)
{
    rig->cpu.r[SP] = RIG_STACK;
    RIG_LOAD(rig, RIG_STACK, pc, ps);
}

/* W details A4.3.1: before the instruction returned to. */
static void f29_rti_that_sets_t_traps_at_once(void **state)
{
    struct rig *rig = *state;

    RIG_CODE_IS(rig, I_RTI);
    RIG_LOAD(rig, 04000, I_INC | R1);
    frame(rig, 04000, PS_T | 3);
    rig_run(rig, 2);
    CHECK_FRAME(rig, 014, 04000, PS_T | 3);
    CHECK_REG(rig, R1, 0);
}

static void f29_rtt_that_sets_t_traps_one_later(void **state)
{
    struct rig *rig = *state;

    RIG_CODE_IS(rig, I_RTT);
    RIG_LOAD(rig, 04000, I_INC | R1, I_INC | R1);
    frame(rig, 04000, PS_T);
    rig_run(rig, 3);
    CHECK_FRAME(rig, 014, 04002, PS_T);
    CHECK_REG(rig, R1, 1);
}

/* The handbook can be read otherwise; W details A4.4.8. */
static void f29_traced_return_that_clears_t_does_not_trap(void **state)
{
    struct rig *rig = *state;
    static const u16 insns[] = {I_RTI, I_RTT};

    RIG_LOAD(rig, 04000, I_INC | R1, I_INC | R1);
    for (unsigned i = 0; i < ARRAY_LEN(insns); i++) {
        RIG_CODE_IS(rig, insns[i]);
        frame(rig, 04000, 0);
        rig_ps(rig, PS_T);
        rig_go(rig, RIG_CODE, 3);
        CHECK_REG(rig, PC, 04004);
    }
}

static void f80_rtt_sets_t_for_an_rti_that_clears_it(void **state)
{
    struct rig *rig = *state;

    RIG_CODE_IS(rig, I_RTT);
    RIG_LOAD(rig, 04000, I_RTI);
    RIG_LOAD(rig, 05000, I_INC | R1, I_INC | R1);
    rig->cpu.r[SP] = RIG_STACK;
    RIG_LOAD(rig, RIG_STACK, 04000, PS_T, 05000, 0);
    rig_run(rig, 4);
    CHECK_REG(rig, PC, 05004);
    CHECK_REG(rig, SP, RIG_STACK + 010);
}

/* Every instruction is traced, jumps with their target (W A4.4.1, A4.4.6). */
static void n_1_4_traced_instructions(void **state)
{
    struct rig *rig = *state;
    static const struct {
        u16 insn, target;
    } rows[] = {{NOP, RIG_CODE + 2},        {I_RESET, RIG_CODE + 2}, {I_MOV | S(R1) | PC, 04000},
                {I_CLR | R0, RIG_CODE + 2}, {I_JMP | M1(R1), 04000}, {BR(3), RIG_CODE + 010},
                {I_RTS | R1, 04000},        {I_CLR | PC, 0}};

    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        rig->cpu.r[R1] = 04000;
        rig->cpu.r[SP] = RIG_STACK;
        RIG_CODE_IS(rig, rows[i].insn);
        rig_ps(rig, PS_T);
        rig_go(rig, RIG_CODE, 2);
        CHECK(rig->cpu.r[PC], RIG_HANDLER + 014 + 2);
        CHECK_MEM(rig, rig->cpu.r[SP], rows[i].target);
    }
}

static void f31_vector_that_loads_t(void **state)
{
    struct rig *rig = *state;

    rig_vector(rig, 030, 04000, PS_T | 0340);
    RIG_LOAD(rig, 04000, I_INC | R1);
    RIG_CODE_IS(rig, I_EMT);
    rig_run(rig, 2);
    CHECK_FRAME(rig, 014, 04000, PS_T | 0340);
    CHECK_OUTER(rig, 1, RIG_CODE + 2, 0);
    CHECK_REG(rig, R1, 0);
}

/* With an RTT the handler's first instruction runs, then it is traced again. */
static void f31_vector_that_loads_t_returns(void **state)
{
    struct rig *rig = *state;

    rig_vector(rig, 060, 04000, PS_T | 0340);
    RIG_LOAD(rig, 04000, I_INC | R1, I_INC | R1);
    RIG_LOAD(rig, RIG_HANDLER + 014, I_RTT);
    RIG_CODE_IS(rig, NOP);
    rig->vector[5] = 060;
    cpu_set_br(&rig->cpu, 1 << 5);
    rig_run(rig, 1); /* interrupt, trap, RTT */
    CHECK_REG(rig, PC, 04000);
    rig_run(rig, 1);
    CHECK_REG(rig, R1, 1);
    rig_run(rig, 1);
    CHECK_REG(rig, PC, 04002);
    CHECK_REG(rig, SP, RIG_STACK - 4);
}

/* On other models T goes first; W A4.4.3. One T trap, when the interrupt's handler returns. */
static void f32_interrupt_before_t(void **state)
{
    struct rig *rig = *state;

    RIG_CODE_IS(rig, NOP, NOP);
    RIG_LOAD(rig, RIG_HANDLER + 060, I_RTI);
    rig_ps(rig, PS_T);
    rig->vector[4] = 060;
    rig_run(rig, 1);
    cpu_set_br(&rig->cpu, 1 << 4);
    rig_run(rig, 1); /* interrupt, RTI */
    CHECK_REG(rig, PC, RIG_CODE + 2);
    CHECK_REG(rig, SP, RIG_STACK);
    rig_run(rig, 1);
    CHECK_FRAME(rig, 014, RIG_CODE + 2, PS_T);
    CHECK_REG(rig, SP, RIG_STACK - 4);
}

static void f32_interrupt_before_t_returning_by_rtt(void **state)
{
    struct rig *rig = *state;

    RIG_CODE_IS(rig, NOP, NOP);
    RIG_LOAD(rig, RIG_HANDLER + 060, I_RTT);
    rig_ps(rig, PS_T);
    rig->vector[4] = 060;
    rig_run(rig, 1);
    cpu_set_br(&rig->cpu, 1 << 4);
    rig_run(rig, 2); /* interrupt, RTT, NOP */
    CHECK_REG(rig, PC, RIG_CODE + 4);
    rig_run(rig, 1);
    CHECK_FRAME(rig, 014, RIG_CODE + 4, PS_T);
}

static void f33_traced_wait_waits(void **state)
{
    struct rig *rig = *state;

    RIG_CODE_IS(rig, I_WAIT, I_INC | R1);
    RIG_LOAD(rig, RIG_HANDLER + 060, I_RTI);
    rig_ps(rig, PS_T);
    CHECK(cpu_run(&rig->cpu, 10), EXIT_WAIT);
    CHECK_REG(rig, SP, RIG_STACK);
    rig->vector[4] = 060;
    cpu_set_br(&rig->cpu, 1 << 4);
    rig_run(rig, 1);
    CHECK_REG(rig, PC, RIG_CODE + 2);
    rig_run(rig, 1);
    CHECK_FRAME(rig, 014, RIG_CODE + 2, PS_T);
    CHECK_REG(rig, R1, 0);
}

static void f34_traced_trap_instruction(void **state)
{
    struct rig *rig = *state;

    RIG_CODE_IS(rig, I_TRAP | 3, I_INC | R1);
    RIG_LOAD(rig, RIG_HANDLER + 034, NOP, I_RTI);
    rig_ps(rig, PS_T);
    rig_run(rig, 2);
    CHECK_FRAME(rig, 034, RIG_CODE + 2, PS_T);
    CHECK_REG(rig, SP, RIG_STACK - 4);
    rig_run(rig, 2);
    CHECK_FRAME(rig, 014, RIG_CODE + 2, PS_T);
    CHECK_REG(rig, R1, 0);
}

static void f35_abort_suppresses_t(void **state)
{
    struct rig *rig = *state;

    RIG_CODE_IS(rig, I_TST | M1(R1));
    rig->cpu.r[R1] = 04001;
    rig_ps(rig, PS_T);
    rig_run(rig, 2);
    CHECK_FRAME(rig, 4, RIG_CODE + 2, PS_T);
    CHECK_REG(rig, SP, RIG_STACK - 4);
}

static void n_1_5_trap_instructions(void **state)
{
    struct rig *rig = *state;
    static const struct {
        u16 insn, vector;
    } rows[] = {{I_BPT, 014},   {I_IOT, 020},  {I_EMT, 030},
                {0104377, 030}, {I_TRAP, 034}, {0104777, 034}};

    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        rig->cpu.r[SP] = RIG_STACK;
        RIG_CODE_IS(rig, rows[i].insn);
        rig_ps(rig, 0115);
        rig_go(rig, RIG_CODE, 1);
        CHECK_FRAME(rig, rows[i].vector, RIG_CODE + 2, 0115);
        CHECK_PS(rig, 0340);
    }
}

/* Four requests that no priority holds back, served before a single instruction: the frames tell
 * the order. It is known from memory only (among these four). */
static void n_1_2_order_of_requests(void **state)
{
    struct rig *rig = *state;

    RIG_CODE_IS(rig, NOP);
    rig_ps(rig, PS_T);
    rig->cpu.trace = true;
    rig->cpu.attention |= ATTN_FP | ATTN_MMU | ATTN_YELLOW;
    cpu_power_fail(&rig->cpu);
    rig_put(rig, A_PIRQ, 0177000);
    rig->vector[7] = 070;
    cpu_set_br(&rig->cpu, 1 << 7);
    rig_run(rig, 1);
    CHECK_FRAME(rig, 0244, RIG_HANDLER + 024, 0340);
    CHECK_OUTER(rig, 1, RIG_HANDLER + 004, 0340);
    CHECK_OUTER(rig, 2, RIG_HANDLER + 0250, 0340);
    CHECK_OUTER(rig, 3, RIG_CODE, PS_T);
    CHECK(rig->grants, 0);
}

/* One write asks for both traps: the KT11's comes first, then the limit's, before its handler. */
static void n_1_2_yellow_and_kt11_trap(void **state)
{
    struct rig *rig = *state;

    rig_map(rig, 0);
    *rig_pdr(rig, MODE_K, SPACE_I, 2) = 077405;
    rig_put(rig, A_MMR0, MMR0_ENTRAP | 1);
    rig_put(rig, A_SLR, 040000);
    RIG_CODE_IS(rig, I_CLR | M1(SP));
    rig->cpu.r[SP] = 040376;
    rig_run(rig, 2);
    CHECK_FRAME(rig, 4, RIG_HANDLER + 0250, 0340);
    CHECK_OUTER(rig, 1, RIG_CODE + 2, 4);
}

static void f65_pirq_register(void **state)
{
    struct rig *rig = *state;

    rig_ps(rig, 0340);
    for (u16 level = 1; level < 8; level++) {
        u16 bit = (u16)(0400 << level);
        rig_put(rig, A_PIRQ, bit);
        CHECK(rig_get(rig, A_PIRQ), bit | level * 042);
        rig_put(rig, A_PIRQ, (u16)(2 * bit - 01000)); /* and all below */
        CHECK(rig_get(rig, A_PIRQ), (2 * bit - 01000) | level * 042);
    }
    rig_put(rig, A_PIRQ, 0177777);
    CHECK(rig_get(rig, A_PIRQ), 0177356);
    rig_put(rig, A_PIRQ, 0000777);
    CHECK(rig_get(rig, A_PIRQ), 0);
    RIG_CODE_IS(rig, I_MOVB | S(IMM) | ABS, 010, A_PIRQ + 1, I_MOVB | S(IMM) | ABS, 0377, A_PIRQ,
                I_BISB | S(IMM) | ABS, 1, A_PIRQ + 1, I_CLRB | ABS, A_PIRQ);
    rig_run(rig, 4);
    CHECK(rig_get(rig, A_PIRQ), 004146);
}

/* At each level a program request is served before the bus's, both above the PSW only. */
static void f86_pirq_and_br_by_level(void **state)
{
    struct rig *rig = *state;

    for (u16 level = 1; level < 8; level++) {
        u16 bit = (u16)(0400 << level);
        RIG_CODE_IS(rig, NOP, NOP, NOP);
        rig_ps(rig, (u16)(level << 5));
        rig->cpu.r[SP] = RIG_STACK;
        rig_put(rig, A_PIRQ, (u16)(2 * bit - 01000)); /* this level and all below */
        if (level >= 4) {
            rig->vector[level] = 060;
            cpu_set_br(&rig->cpu, 1u << level);
        }
        rig_go(rig, RIG_CODE, 1);
        CHECK_REG(rig, PC, RIG_CODE + 2);
        rig_ps(rig, (u16)((level - 1) << 5));
        rig_run(rig, 1);
        CHECK_FRAME(rig, 0240, RIG_CODE + 2, (level - 1) << 5);
        CHECK(rig_get(rig, A_PIRQ) & bit, bit); /* not cleared by service */
        rig_put(rig, A_PIRQ, (u16)(bit - 01000));
        rig_ps(rig, (u16)((level - 1) << 5));
        rig_run(rig, 1);
        CHECK(rig->cpu.r[PC], level < 4 ? RIG_HANDLER + 0240 + 4 : RIG_HANDLER + 060 + 2);
        rig_put(rig, A_PIRQ, 0);
    }
}

/* W A1.1: right after the instruction that writes the request. */
static void f86_pirq_right_after_the_write(void **state)
{
    struct rig *rig = *state;

    RIG_CODE_IS(rig, I_MOV | S(IMM) | ABS, 001000, A_PIRQ, I_INC | R1);
    rig_run(rig, 2);
    CHECK_FRAME(rig, 0240, RIG_CODE + 6, 0);
    CHECK_REG(rig, R1, 0);
}

/* A priority equal to the request's holds it back; what is higher comes before the first
 * instruction of the handler. */
static void f66_priorities(void **state)
{
    struct rig *rig = *state;

    RIG_CODE_IS(rig, NOP);
    rig->vector[4] = 060;
    rig->vector[5] = 070;
    rig->vector[6] = 0100;
    rig_vector(rig, 060, RIG_HANDLER + 060, 0240);
    cpu_set_br(&rig->cpu, 1 << 4 | 1 << 5);
    rig_vector(rig, 070, RIG_HANDLER + 070, 0200);
    rig_run(rig, 1);
    CHECK_FRAME(rig, 070, RIG_CODE, 0); /* 5 first; 4 is not above 4 */
    rig_ps(rig, 0140);
    cpu_set_br(&rig->cpu, 1 << 4);
    rig->sticky = true;
    rig->vector[4] = 060;
    cpu_set_br(&rig->cpu, 1 << 4);
    rig_run(rig, 1);
    CHECK_FRAME(rig, 060, RIG_HANDLER + 072, 0140);
    cpu_set_br(&rig->cpu, 1 << 6);
    rig->sticky = false;
    rig_run(rig, 1);
    CHECK_FRAME(rig, 0100, RIG_HANDLER + 062, 0240);
}

/* After every flow requests are looked at again, before the handler's first instruction. */
static void n_1_3_requests_after_a_flow(void **state)
{
    struct rig *rig = *state;

    RIG_CODE_IS(rig, I_EMT);
    rig_vector(rig, 030, RIG_HANDLER + 030, 0);
    rig_ps(rig, 0340);
    rig_put(rig, A_PIRQ, 001000);
    rig_run(rig, 2);
    CHECK_FRAME(rig, 0240, RIG_HANDLER + 030, 0);
    CHECK_OUTER(rig, 1, RIG_CODE + 2, 0340);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(f29_rti_that_sets_t_traps_at_once),
        RIG_TEST(f29_rtt_that_sets_t_traps_one_later),
        RIG_TEST(f29_traced_return_that_clears_t_does_not_trap),
        RIG_TEST(f31_vector_that_loads_t),
        RIG_TEST(f31_vector_that_loads_t_returns),
        RIG_TEST(f32_interrupt_before_t),
        RIG_TEST(f32_interrupt_before_t_returning_by_rtt),
        RIG_TEST(f33_traced_wait_waits),
        RIG_TEST(f34_traced_trap_instruction),
        RIG_TEST(f35_abort_suppresses_t),
        RIG_TEST(f65_pirq_register),
        RIG_TEST(f66_priorities),
        RIG_TEST(f80_rtt_sets_t_for_an_rti_that_clears_it),
        RIG_TEST(f86_pirq_and_br_by_level),
        RIG_TEST(f86_pirq_right_after_the_write),
        RIG_TEST(n_1_2_order_of_requests),
        RIG_TEST(n_1_2_yellow_and_kt11_trap),
        RIG_TEST(n_1_3_requests_after_a_flow),
        RIG_TEST(n_1_4_traced_instructions),
        RIG_TEST(n_1_5_trap_instructions),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
