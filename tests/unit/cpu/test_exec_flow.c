/* test_exec_flow.c - branches: each on each of the sixteen condition codes, near and far. */
#include "rig.h"

/* The handbook's conditions. */
static bool taken(enum op op, bool n, bool z, bool v, bool c)
{
    switch ((int)op) {
    case OP_BR: return true;
    case OP_BNE: return !z;
    case OP_BEQ: return z;
    case OP_BPL: return !n;
    case OP_BMI: return n;
    case OP_BVC: return !v;
    case OP_BVS: return v;
    case OP_BCC: return !c;
    case OP_BCS: return c;
    case OP_BGE: return (n ^ v) == 0;
    case OP_BLT: return (n ^ v) == 1;
    case OP_BGT: return (z | (n ^ v)) == 0;
    case OP_BLE: return (z | (n ^ v)) == 1;
    case OP_BHI: return (c | z) == 0;
    case OP_BLOS: return (c | z) == 1;
    }
    fail();
    return false;
}

static void test_conditions(void **state)
{
    struct rig *rig = *state;
    unsigned rows = 0;

    for (unsigned op = OP_NONE + 1; op < OP_COUNT; op++) {
        if (isa_info[op].form != FORM_BR)
            continue;
        rows++;
        for (u16 codes = 0; codes < 020; codes++) {
            bool jump = taken((enum op)op, codes & 010, codes & 4, codes & 2, codes & 1);
            RIG_CODE_IS(rig, (u16)(isa_info[op].base | 5));
            rig_ps(rig, codes);
            rig_go(rig, RIG_CODE, 1);
            CHECK_REG(rig, PC, RIG_CODE + 2 + (jump ? 10 : 0));
            CHECK_CC(rig, codes);
        }
    }
    CHECK(rows, 15);
}

static void test_displacements(void **state)
{
    struct rig *rig = *state;

    for (int n = -128; n < 128; n++) {
        rig_put(rig, 04000, (u16)BR(n));
        rig_go(rig, 04000, 1);
        CHECK_REG(rig, PC, 04002 + 2 * n);
    }
    rig_put(rig, 0, BR(-128)); /* around the end of the space */
    rig_go(rig, 0, 1);
    CHECK_REG(rig, PC, 0177402);
}

static void test_sob_goes_back_only(void **state)
{
    struct rig *rig = *state;

    for (u16 n = 0; n < 0100; n++) {
        rig_put(rig, 04000, (u16)(I_SOB | S(R3) | n));
        rig->cpu.r[R3] = 2;
        rig_go(rig, 04000, 1);
        CHECK_REG(rig, PC, 04002 - 2 * n);
        CHECK_REG(rig, R3, 1);
        rig_go(rig, 04000, 1);
        CHECK_REG(rig, PC, 04002);
    }
}

/* Each register of JSR and RTS, a subroutine and back. */
static void test_subroutines(void **state)
{
    struct rig *rig = *state;

    for (u16 link = 0; link < 8; link++) {
        if (link == SP)
            continue; /* facts F11, F13 */
        RIG_CODE_IS(rig, (u16)(I_JSR | S(link) | ABS), 04000);
        rig_put(rig, 04000, (u16)(I_RTS | link));
        rig->cpu.r[SP] = RIG_STACK;
        rig->cpu.r[link] = 0123;
        rig_go(rig, RIG_CODE, 1);
        CHECK_REG(rig, PC, 04000);
        CHECK_REG(rig, link, link == PC ? 04000 : RIG_CODE + 4);
        CHECK_MEM(rig, RIG_STACK - 2, link == PC ? RIG_CODE + 4 : 0123);
        rig_run(rig, 1);
        CHECK_REG(rig, PC, RIG_CODE + 4);
        CHECK_REG(rig, SP, RIG_STACK);
        if (link != PC)
            CHECK_REG(rig, link, 0123);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(test_conditions),
        RIG_TEST(test_displacements),
        RIG_TEST(test_sob_goes_back_only),
        RIG_TEST(test_subroutines),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
