/* test_vmx.c - the KBS11-A (docs/kbs11a.md): the ten instructions, the offset of vectors, the user
 * stack limit; and that nothing is different while it is not enabled.
 *
 * Programs are at CODE; the vectors V + 1000n lead to HANDLER + 1000n + V.
 */
#include "rig.h"

#include <string.h>

#include "cpu/trap.h"

#define CODE    010000u
#define HANDLER 040000u
#define STACK   007700u
#define PS_S    0040000u
#define PS_U    0140000u

static const u16 modes[] = {0, PS_S, PS_U};

static const struct {
    u16 word;
    enum vmx_code code;
} ten[] = {
    {I_HALT, VMX_HALT}, {I_WAIT, VMX_WAIT},     {I_RESET, VMX_RESET}, {I_RTI, VMX_RTI},
    {I_RTT, VMX_RTT},   {I_SPL | 5, VMX_SPL},   {I_MTPI | R1, 7},     {I_MTPD | M1(R1), 010},
    {I_MFPI | R1, 011}, {I_MFPD | M3(R1), 012},
};

static struct vmx *begin(struct rig *rig, struct vmx *vmx, u16 vcsr, u16 ps)
{
    rig_reset(rig);
    for (unsigned at = 0; at < 04000; at += 4)
        rig_vector(rig, (u16)at, (u16)(HANDLER + at), 0340);
    *vmx = (struct vmx){.vcsr = vcsr};
    rig->cpu.vmx = vmx;
    rig_ps(rig, ps);
    cpu_vmx_changed(&rig->cpu);
    for (unsigned mode = 0; mode < 4; mode++)
        cpu_put_sp(&rig->cpu, (enum mode)mode, (u16)(STACK - 0400 * mode));
    rig->cpu.r[PC] = CODE;
    return vmx;
}

/* What the instruction of a row finds: a stack to return from, good pointers. */
static void operands(struct rig *rig, u16 word, u16 ps)
{
    RIG_LOAD(rig, CODE, word, NOP);
    RIG_LOAD(rig, rig->cpu.r[SP], 020000, ps);
    RIG_LOAD(rig, 030000, 030010, 5);
    RIG_LOAD(rig, 030010, 7);
    rig->cpu.r[R1] = 030000;
}

static u16 offset_of(u16 vcsr, u16 ps)
{
    return (u16)(vcsr & VCSR_EN && ps >> 14 == 3 ? (vcsr & VCSR_VOFF) >> 3 << 9 : 0);
}

static bool expected(u16 vcsr, u16 ps, enum vmx_code code)
{
    unsigned mode = ps >> 14;

    return vcsr & VCSR_EN && ((mode == 3 && vcsr & VCSR_TUSR) || (mode == 1 && vcsr & VCSR_TSUP)) &&
           (code < VMX_MTPI || vcsr & VCSR_MXE);
}

/* It trapped to `vector`, and all is as it was before the instruction but PC. */
static void check_trapped(struct rig *rig, u16 vector, u16 ps, const u16 *r)
{
    struct cpu *cpu = &rig->cpu;

    CHECK_REG(rig, PC, HANDLER + vector);
    CHECK_PS(rig, 0340 | (ps >> 2 & PS_PREV));
    CHECK_REG(rig, SP, STACK - 4);
    CHECK_MEM(rig, STACK - 4, CODE + 2);
    CHECK_MEM(rig, STACK - 2, ps);
    CHECK(cpu_get_sp(cpu, (enum mode)(ps >> 14)), r[SP]);
    assert_memory_equal(cpu->r, r, 6 * sizeof *r);
    CHECK(cpu->attention, 0);
}

static void test_ten_instructions(void **state)
{
    struct rig *rig = *state;
    struct vmx vmx;

    for (unsigned i = 0; i < 128 * ARRAY_LEN(ten) * 3; i++) {
        u16 vcsr = i & 127, word = ten[i / 128 % ARRAY_LEN(ten)].word, r[8];
        u16 ps = (u16)(modes[i / 128 / ARRAY_LEN(ten)] | PS_PREV | 5);
        enum vmx_code code = ten[i / 128 % ARRAY_LEN(ten)].code;
        enum cpu_exit exit;
        begin(rig, &vmx, vcsr, ps);
        vmx.vcode = 0123456;
        operands(rig, word, ps);
        memcpy(r, rig->cpu.r, sizeof r);
        exit = cpu_run(&rig->cpu, 1);
        if (expected(vcsr, ps, code)) {
            check_trapped(rig, (u16)(010 + offset_of(vcsr, ps)), ps, r);
            CHECK(vmx.vcode, 0100000 | code << 1);
            continue;
        }
        CHECK(vmx.vcode, 0123456);
        if (code == VMX_HALT && ps >> 14)
            check_trapped(rig, (u16)(4 + offset_of(vcsr, ps)), ps, r);
        else
            assert_true(rig->cpu.r[PC] == CODE + 2 || rig->cpu.r[PC] == 020000);
        CHECK(exit, code == VMX_HALT && !(ps >> 14) ? EXIT_HALT : EXIT_LIMIT);
        CHECK(rig->inits, code == VMX_RESET && !(ps >> 14));
    }
}

/* Not enabled: whatever the other bits are, the state behind each instruction is that of a
 * processor without the option. */
static void test_disabled(void **state)
{
    struct rig *rig = *state;
    struct vmx vmx;

    for (unsigned i = 0; i < 3 * 0200; i++) {
        u16 ps = modes[i % 3];
        u64 digest[2];
        for (unsigned with = 0; with < 2; with++) {
            begin(rig, &vmx, (u16)(i / 3 << 1 & VCSR_WRITE), ps);
            vmx.vusl = 0177400;
            rig->cpu.vmx = with ? &vmx : NULL;
            cpu_vmx_changed(&rig->cpu);
            operands(rig, ten[i % ARRAY_LEN(ten)].word, ps);
            RIG_LOAD(rig, CODE + 2, I_MOV | S(R1) | M4(SP), I_EMT, I_HALT);
            rig->cpu.pirq = (u16)(i & 1 ? 0100000 : 0);
            cpu_update(&rig->cpu);
            cpu_run(&rig->cpu, 4);
            digest[with] = rig_digest(rig);
        }
        assert_true(digest[0] == digest[1]);
        CHECK(vmx.vcode, 0);
    }
}

static void test_genuine_reserved_instruction(void **state)
{
    struct rig *rig = *state;
    struct vmx vmx;

    for (u16 vcsr = 0; vcsr < 2; vcsr++) {
        for (unsigned m = 0; m < 3; m++) {
            begin(rig, &vmx, vcsr | VCSR_TUSR | VCSR_TSUP | 020, modes[m]);
            vmx.vcode = 0100002;
            RIG_LOAD(rig, CODE, 000010);
            rig_run(rig, 1);
            CHECK_REG(rig, PC, HANDLER + 010 + (m == 2 && vcsr ? 02000 : 0));
            CHECK(vmx.vcode, vcsr ? 0 : 0100002);
        }
    }
}

/* EMT, TRAP, BPT, IOT, an odd address, the trace trap and the KT11's abort. */
static void test_vectors_of_traps(void **state)
{
    struct rig *rig = *state;
    struct vmx vmx;
    static const struct {
        u16 word, ps, vector;
    } rows[] = {
        {I_EMT, 0, 030},        {I_TRAP, 0, 034},       {I_BPT, 0, 014},  {I_IOT, 0, 020},
        {I_CLR | M1(R0), 0, 4}, {I_CLR | M1(R2), 0, 4}, {NOP, PS_T, 014},
    };

    for (unsigned i = 0; i < ARRAY_LEN(rows) * 3 * 4; i++) {
        u16 mode = modes[i / 4 % 3], ps = mode | rows[i / 12].ps;
        u16 vcsr = (u16)(VCSR_EN | (i % 4) << 3);
        begin(rig, &vmx, vcsr, ps);
        RIG_LOAD(rig, CODE, rows[i / 12].word, NOP);
        rig->cpu.r[R0] = 1;
        rig->cpu.r[R2] = 0150000; /* no memory */
        rig_run(rig, 1);
        if (rows[i / 12].ps)
            assert_true(trap_service(&rig->cpu) == SERVICE_DONE);
        CHECK_REG(rig, PC, HANDLER + rows[i / 12].vector + offset_of(vcsr, ps));
        CHECK_MEM(rig, STACK - 2, ps);
    }
}

static void test_vector_of_an_abort(void **state)
{
    struct rig *rig = *state;
    struct vmx vmx;

    for (unsigned m = 0; m < 3; m++) {
        begin(rig, &vmx, VCSR_EN | 030, modes[m]);
        RIG_LOAD(rig, CODE, I_CLR | M1(R1));
        rig_map(rig, 0);
        *rig_pdr(rig, (enum mode)(modes[m] >> 14), SPACE_I, 3) = 0;
        rig->cpu.r[R1] = 060000;
        rig_run(rig, 1);
        CHECK_REG(rig, PC, HANDLER + 0250 + (m == 2 ? 03000 : 0));
    }
}

static void test_vectors_of_interrupts(void **state)
{
    struct rig *rig = *state;
    struct vmx vmx;

    for (unsigned i = 0; i < 3 * 4 * 8; i++) {
        u16 ps = modes[i / 4 % 3], vcsr = (u16)(VCSR_EN | (i % 4) << 3);
        unsigned level = i / 12;
        begin(rig, &vmx, vcsr, ps);
        RIG_LOAD(rig, CODE, NOP);
        if (level < 4) {
            rig->vector[4 + level] = 0200;
            cpu_set_br(&rig->cpu, 020u << level);
        } else {
            rig->cpu.pirq = (u16)(0400u << level);
            cpu_update(&rig->cpu);
        }
        assert_true(trap_service(&rig->cpu) == SERVICE_DONE);
        CHECK_REG(rig, PC, HANDLER + (level < 4 ? 0200 : 0240) + offset_of(vcsr, ps));
        CHECK_MEM(rig, STACK - 4, CODE);
    }
}

/* A vector of the other space may lead to supervisor mode: what it is for. */
static void test_to_a_supervisor(void **state)
{
    struct rig *rig = *state;
    struct vmx vmx;

    begin(rig, &vmx, VCSR_EN | VCSR_TUSR | 010, PS_U | PS_PREV | 011);
    rig_vector(rig, 01010, 050000, PS_S);
    RIG_LOAD(rig, CODE, I_SPL | 3);
    rig_run(rig, 1);
    CHECK_REG(rig, PC, 050000);
    CHECK_PS(rig, PS_S | PS_PREV);
    CHECK_REG(rig, SP, STACK - 0400 - 4);
    CHECK_MEM(rig, STACK - 0404, CODE + 2);
    CHECK_MEM(rig, STACK - 0402, PS_U | PS_PREV | 011);
    CHECK(cpu_get_sp(&rig->cpu, MODE_K), STACK);
    CHECK(vmx.vcode, 0100014);
}

/* An abort on the way into a vector takes the offset of the first entry. */
static void test_second_flow(void **state)
{
    struct rig *rig = *state;
    struct vmx vmx;

    begin(rig, &vmx, VCSR_EN | 020, PS_U);
    RIG_LOAD(rig, CODE, I_EMT);
    rig_map(rig, 0);
    *rig_pdr(rig, MODE_S, SPACE_I, 0) = 0;
    rig_vector(rig, 02030, 050000, PS_S);
    rig_run(rig, 1);
    CHECK_REG(rig, PC, HANDLER + 02250);
    CHECK_MEM(rig, STACK - 4, CODE + 2);
    CHECK_MEM(rig, STACK - 2, PS_U);
}

/* A write through SP at `va`: 0 nothing, 1 yellow, 2 red. */
static unsigned zone(struct rig *rig, struct vmx *vmx, u16 vusl, u16 ps, u16 word, u16 sp, u16 va)
{
    struct cpu *cpu = &rig->cpu;
    u16 before;

    begin(rig, vmx, VCSR_EN | VCSR_USLE | 020, ps);
    vmx->vusl = vusl;
    cpu_vmx_changed(cpu);
    RIG_LOAD(rig, CODE, word, 4, 4);
    RIG_LOAD(rig, va & ~1u, 055555);
    for (unsigned i = 0; i < 4; i++) /* for the deferred modes: -(SP), (SP), 4(SP) */
        rig_put(rig, (sp + 2 * i - 2) & 0177776, i == 2 ? 0 : va);
    before = rig_get(rig, va & ~1u);
    cpu->r[R1] = 0177777;
    cpu->r[SP] = sp;
    rig_run(rig, 1);
    if (cpu->r[PC] == HANDLER + 02004) { /* before the write; on the kernel's stack */
        CHECK_MEM(rig, va & ~1u, before);
        CHECK(cpu_get_sp(cpu, MODE_K), STACK - 4);
        return 2;
    }
    assert_true(rig_get(rig, va & ~1u) != before);
    if (cpu->attention & ATTN_YELLOW) { /* the instruction is complete, and then traps */
        assert_true(trap_service(cpu) == SERVICE_DONE);
        CHECK_REG(rig, PC, HANDLER + 02004);
        return 1;
    }
    return 0;
}

static void test_user_stack_limit(void **state)
{
    static const struct {
        u16 word, bias; /* SP - ea */
    } rows[] = {
        {I_MOV | S(R1) | M1(SP), 0},       {I_MOV | S(R1) | M2(SP), 0}, {I_MOV | S(R1) | M4(SP), 2},
        {I_MOV | S(R1) | M6(SP), 0177774}, {I_BIS | S(R1) | M1(SP), 0}, {I_COM | M4(SP), 2},
        {I_MOVB | S(R1) | M1(SP), 0},      {I_JSR | S(R1) | M1(R0), 2}, {I_MFPI | R1, 2},
        {I_MTPI | M1(SP), 0177776},
    };
    static const struct {
        u16 at;
        unsigned zone;
    } edges[] = {{0402, 0}, {0400, 0}, {0376, 1}, {0340, 1}, {0336, 2}, {0, 2}};
    struct rig *rig = *state;
    struct vmx vmx;

    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        for (unsigned k = 0; k < ARRAY_LEN(edges); k++) {
            u16 limit = 020000, va = (u16)(limit + edges[k].at), sp = (u16)(va + rows[i].bias);
            bool push = rows[i].word == (I_JSR | S(R1) | M1(R0));
            bool move_to = rows[i].word == (I_MTPI | M1(SP));
            if (move_to)
                sp = (u16)(va - 2);
            CHECK(zone(rig, &vmx, limit, PS_U | PS_PREV, rows[i].word, sp, va), edges[k].zone);
            CHECK(zone(rig, &vmx, limit, PS_S, rows[i].word, sp, va), 0);
            CHECK(zone(rig, &vmx, limit, PS_U | PS_SET, rows[i].word, sp, va), 0);
            if (push || move_to)
                continue;
            /* Modes 3, 5 and 7 are no stack references, nor is another register. */
            CHECK(zone(rig, &vmx, limit, PS_U, I_MOV | S(R1) | M3(SP), va, va), 0);
        }
    }
    CHECK(zone(rig, &vmx, 020000, PS_U, I_MOV | S(R1) | M5(SP), 017102, 017000), 0);
    CHECK(zone(rig, &vmx, 020000, PS_U, I_MOV | S(R1) | M7(SP), 017102, 017000), 0);
    CHECK(zone(rig, &vmx, 020000, PS_U, I_MOVB | S(R1) | M1(SP), 020377, 020377), 1);
    CHECK(zone(rig, &vmx, 020000, PS_U, I_MOVB | S(R1) | M1(SP), 020337, 020337), 2);
}

/* Reads are not limited; nor is anything where the limit is not enforced. */
static void test_what_is_not_limited(void **state)
{
    static const u16 reads[] = {I_TST | M1(SP), I_TST | M2(SP), I_TST | M4(SP), I_CMP | S(M6(SP)),
                                I_MOV | S(M2(SP)) | R1};
    struct rig *rig = *state;
    struct vmx vmx;

    for (unsigned i = 0; i < ARRAY_LEN(reads) + 2; i++) {
        bool read = i < ARRAY_LEN(reads);
        begin(rig, &vmx, read ? VCSR_EN | VCSR_USLE : i & 1 ? VCSR_EN : VCSR_USLE, PS_U);
        vmx.vusl = 020000;
        cpu_vmx_changed(&rig->cpu);
        RIG_LOAD(rig, CODE, read ? reads[i] : I_CLR | M4(SP), 4);
        rig->cpu.r[SP] = 020000;
        rig_run(rig, 1);
        CHECK(rig->cpu.attention, 0);
        CHECK(rig->cpu.r[PC] & ~7u, CODE);
    }
}

/* The kernel's stack limit is what it was, and a user's abort on the stack is what it is. */
static void test_kernel_limit_and_aborts(void **state)
{
    struct rig *rig = *state;
    struct vmx vmx;

    begin(rig, &vmx, VCSR_EN | VCSR_USLE, 0);
    vmx.vusl = 0;
    rig->cpu.slr = 03000;
    cpu_update(&rig->cpu);
    RIG_LOAD(rig, CODE, I_CLR | M1(SP));
    rig->cpu.r[SP] = 03336;
    rig_run(rig, 1);
    CHECK_REG(rig, SP, 0);
    CHECK_REG(rig, PC, HANDLER + 4);

    begin(rig, &vmx, VCSR_EN | VCSR_USLE, PS_U);
    RIG_LOAD(rig, CODE, I_CLR | M1(SP));
    rig_map(rig, 0);
    *rig_pdr(rig, MODE_U, SPACE_I, 3) = 0;
    rig->cpu.r[SP] = 060000;
    rig_run(rig, 1);
    CHECK_REG(rig, PC, HANDLER + 0250);
    CHECK_REG(rig, SP, STACK - 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(test_ten_instructions),
        RIG_TEST(test_disabled),
        RIG_TEST(test_genuine_reserved_instruction),
        RIG_TEST(test_vectors_of_traps),
        RIG_TEST(test_vector_of_an_abort),
        RIG_TEST(test_vectors_of_interrupts),
        RIG_TEST(test_to_a_supervisor),
        RIG_TEST(test_second_flow),
        RIG_TEST(test_user_stack_limit),
        RIG_TEST(test_what_is_not_limited),
        RIG_TEST(test_kernel_limit_and_aborts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
