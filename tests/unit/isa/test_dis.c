/* test_dis.c - the disassembler: what its texts look like, and that the assembler reads every one
 * of them back as the same words.
 */
#include "asm_help.h"

#include <stdlib.h>

#include "isa/dis.h"
#include "isa/isa.h"

static void text_is(u16 pc, u16 w0, u16 w1, u16 w2, unsigned length, const char *text)
{
    const u16 words[3] = {w0, w1, w2};
    char got[DIS_TEXT_MAX];

    assert_int_equal(dis_insn(words, 3, pc, got, sizeof got), length);
    assert_string_equal(got, text);
}

static void test_virtualizer(void **state)
{
    text_is(01000, 0007427, 1, 0, 2, "LVMID #1");
    text_is(01000, 0007477, 0230, 0, 2, "LVMID @001234");
    text_is(01000, 0007500, 0, 0, 1, "HVINV R0");
    text_is(01000, 0007605, 0, 0, 1, "DIAG 5");
    text_is(01000, 0007677, 0, 0, 1, "DIAG 77");
    text_is(01000, 0007700, 0, 0, 1, ".WORD 007700");
    text_is(01000, 0007377, 0, 0, 1, ".WORD 007377");
}

static void test_modes(void **state)
{
    text_is(01000, 0010001, 0, 0, 1, "MOV R0,R1");
    text_is(01000, 0011102, 0, 0, 1, "MOV (R1),R2");
    text_is(01000, 0012616, 0, 0, 1, "MOV (SP)+,(SP)");
    text_is(01000, 0013103, 0, 0, 1, "MOV @(R1)+,R3");
    text_is(01000, 0014446, 0, 0, 1, "MOV -(R4),-(SP)");
    text_is(01000, 0015150, 0, 0, 1, "MOV @-(R1),@-(R0)");
    text_is(01000, 0016061, 012, 0177776, 3, "MOV 12(R0),177776(R1)");
    text_is(01000, 0017071, 012, 4, 3, "MOV @12(R0),@4(R1)");
    text_is(01000, 0012700, 012, 0, 2, "MOV #12,R0");
    text_is(01000, 0013737, 0177560, 012, 3, "MOV @#177560,@#000012");
    text_is(01000, 0016700, 0230, 0, 2, "MOV 001234,R0");
    text_is(01000, 0016767, 0230, 0226, 3, "MOV 001234,001234");
    text_is(01000, 0005077, 0230, 0, 2, "CLR @001234");
    text_is(01000, 0005007, 0, 0, 1, "CLR PC");
    text_is(01000, 0005017, 0, 0, 1, "CLR (PC)");
    text_is(01000, 0005047, 0, 0, 1, "CLR -(PC)");
    text_is(01000, 0005057, 0, 0, 1, "CLR @-(PC)");
    text_is(0177776, 0016700, 4, 0, 2, "MOV 000006,R0");
}

static void test_forms(void **state)
{
    text_is(01000, 0000000, 0, 0, 1, "HALT");
    text_is(01000, 0000007, 0, 0, 1, ".WORD 000007");
    text_is(01000, 0000420, 0, 0, 1, "BR 001042");
    text_is(01000, 0001377, 0, 0, 1, "BNE 001000");
    text_is(0, 0000600, 0, 0, 1, "BR 177402");
    text_is(01000, 0077102, 0, 0, 1, "SOB R1,000776");
    text_is(01000, 0004767, 0774, 0, 2, "JSR PC,002000");
    text_is(01000, 0000205, 0, 0, 1, "RTS R5");
    text_is(01000, 0000237, 0, 0, 1, "SPL 7");
    text_is(01000, 0006417, 0, 0, 1, "MARK 17");
    text_is(01000, 0104012, 0, 0, 1, "EMT 12");
    text_is(01000, 0104777, 0, 0, 1, "TRAP 377");
    text_is(01000, 0070127, 5, 0, 2, "MUL #5,R1");
    text_is(01000, 0074102, 0, 0, 1, "XOR R1,R2");
    text_is(01000, 0006606, 0, 0, 1, "MTPI SP");
}

static void test_conditions(void **state)
{
    text_is(01000, 0000240, 0, 0, 1, "NOP");
    text_is(01000, 0000241, 0, 0, 1, "CLC");
    text_is(01000, 0000243, 0, 0, 1, "CLC!CLV");
    text_is(01000, 0000257, 0, 0, 1, "CCC");
    text_is(01000, 0000260, 0, 0, 1, "NOP!20");
    text_is(01000, 0000270, 0, 0, 1, "SEN");
    text_is(01000, 0000276, 0, 0, 1, "SEV!SEZ!SEN");
    text_is(01000, 0000277, 0, 0, 1, "SCC");
}

static void test_floating(void **state)
{
    text_is(01000, 0172537, 01130, 0, 2, "LDF @#001130,AC1");
    text_is(01000, 0174205, 0, 0, 1, "STF AC2,AC5");
    text_is(01000, 0172406, 0, 0, 1, "LDF %6,AC0");
    text_is(01000, 0172427, 040200, 0, 2, "LDF #1.0,AC0");
    text_is(01000, 0172427, 040300, 0, 2, "LDF #1.5,AC0");
    text_is(01000, 0172427, 0140740, 0, 2, "LDF #-7.0,AC0");
    text_is(01000, 0172427, 0, 0, 2, "LDF #0.0,AC0");
    text_is(01000, 0172427, 1, 0, 2, "LDF #^O000001,AC0");
    text_is(01000, 0172427, 077777, 0, 2, "LDF #1.695E38,AC0");
    text_is(01000, 0172427, 000200, 0, 2, "LDF #2.939E-39,AC0");
    text_is(01000, 0176427, 012, 0, 2, "LDEXP #12,AC0");
    text_is(01000, 0175302, 0, 0, 1, "STEXP AC3,R2");
    text_is(01000, 0170011, 0, 0, 1, "SETD");
    text_is(01000, 0170127, 040200, 0, 2, "LDFPS #40200");
}

/* Too few words, and too small a text. */
static void test_bounds(void **state)
{
    const u16 words[] = {0012737, 1, 2};
    char text[DIS_TEXT_MAX];

    assert_int_equal(dis_insn(words, 2, 0, text, sizeof text), 1);
    assert_string_equal(text, ".WORD 012737");
    assert_int_equal(dis_insn(words, 3, 0, text, 6), 3);
    assert_string_equal(text, "MOV #");
    assert_int_equal(dis_insn(words, 3, 0, text, 1), 3);
    assert_string_equal(text, "");
}

enum { BATCH = 4096, LINE = DIS_TEXT_MAX + 2 };

static u32 random_next(u32 *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    *seed ^= *seed << 5;
    return *seed;
}

/* Disassemble the instructions first..first+BATCH-1, one behind the other from `pc` on, with
 * random further words, and assemble the text again. */
static void batch_check(u32 first, u32 pc, u32 *seed)
{
    char *source = test_malloc(BATCH * LINE + 100);
    u16 *words = test_malloc(BATCH * 3 * sizeof *words);
    size_t len = (size_t)snprintf(source, LINE, ".=%o\n", pc);
    unsigned count = 0;
    struct asm_result *result;

    for (u32 word = first; word < first + BATCH; word++) {
        char text[DIS_TEXT_MAX];
        unsigned length = isa_length((u16)word);
        words[count] = (u16)word;
        for (unsigned i = 1; i < length; i++)
            words[count + i] = (u16)random_next(seed);
        assert_int_equal(dis_insn(words + count, length, (u16)(pc + 2 * count), text, sizeof text),
                         length);
        len += (size_t)sprintf(source + len, "%s\n", text);
        count += length;
    }
    assert_true(pc + 2 * count <= 0200000);
    result = help_assemble(source, NULL);
    for (unsigned i = 0; i < result->messages; i++)
        if (result->message[i].kind == ASM_ERROR)
            fail_msg("%s", result->message[i].text);
    for (unsigned i = 0; i < count; i++)
        if (help_word(result, pc + 2 * i) != words[i])
            fail_msg("%06o: %06o, not %06o", pc + 2 * i, help_word(result, pc + 2 * i), words[i]);
    asm_free(result);
    test_free(words);
    test_free(source);
}

static void test_round_trip(void **state)
{
    static const u32 places[] = {0, 01002, 040000, 0117776};
    u32 seed = 1975;

    for (size_t i = 0; i < ARRAY_LEN(places); i++)
        for (u32 first = 0; first < 0200000; first += BATCH)
            batch_check(first, places[i], &seed);
}

/* The same at the two ends of the address space, where targets wrap around. */
static void test_round_trip_wraps(void **state)
{
    static const u16 firsts[] = {0000400, 0000600, 0001377, 0077001, 0077077,
                                 0016700, 0005077, 0016767, 0172467};
    static const u16 pcs[] = {0, 2, 0177770, 0177772};

    for (size_t i = 0; i < ARRAY_LEN(firsts); i++)
        for (size_t k = 0; k < ARRAY_LEN(pcs); k++)
            for (u32 extra = 0; extra < 0200000; extra += 07777) {
                const u16 words[3] = {firsts[i], (u16)extra, (u16)(extra * 3)};
                char text[DIS_TEXT_MAX], source[2 * DIS_TEXT_MAX];
                struct asm_result *result;
                unsigned length = dis_insn(words, 3, pcs[k], text, sizeof text);
                snprintf(source, sizeof source, ".=%o\n%s\n", pcs[k], text);
                result = help_assemble(source, NULL);
                assert_int_equal(result->errors, 0);
                for (unsigned n = 0; n < length; n++)
                    assert_int_equal(help_word(result, pcs[k] + 2 * n), words[n]);
                asm_free(result);
            }
}

/* Every one-word floating number has a text of its own. */
static void test_round_trip_floats(void **state)
{
    char *source = test_malloc(010000 * LINE);
    struct asm_result *result;

    for (u32 first = 0; first < 0200000; first += 010000) {
        size_t len = 0;
        for (u32 n = 0; n < 010000; n++) {
            const u16 words[2] = {0172427, (u16)(first + n)};
            char text[DIS_TEXT_MAX];
            dis_insn(words, 2, 0, text, sizeof text);
            len += (size_t)sprintf(source + len, "%s\n", text);
        }
        result = help_assemble(source, NULL);
        assert_int_equal(result->errors, 0);
        for (u32 n = 0; n < 010000; n++)
            assert_int_equal(help_word(result, 4 * n + 2), first + n);
        asm_free(result);
    }
    test_free(source);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_modes),
        cmocka_unit_test(test_virtualizer),
        cmocka_unit_test(test_forms),
        cmocka_unit_test(test_conditions),
        cmocka_unit_test(test_floating),
        cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_round_trip_wraps),
        cmocka_unit_test(test_round_trip_floats),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
