/* test_asmout.c - the three file formats, byte by byte. */
#include "asm_help.h"

#include <errno.h>
#include <stdlib.h>

#include "isa/asmout.h"

static void bytes_are(const char *source, enum asmout_format format, const char *want)
{
    struct asm_result *result = help_assemble(source, NULL);
    char got[2000] = "", *p = got;
    u8 *bytes;
    size_t len;

    assert_int_equal(result->errors, 0);
    assert_int_equal(asmout_make(result, format, &bytes, &len, NULL), 0);
    for (size_t i = 0; i < len; i++)
        p += sprintf(p, "%s%o", i ? " " : "", bytes[i]);
    assert_string_equal(got, want);
    free(bytes);
    asm_free(result);
}

static void test_aout(void **state)
{
    bytes_are("START:: MOV R0,R1\nLONGNAME9=5\n.WORD 2\n.BLKB 3\n.END START", ASMOUT_AOUT,
              "7 1 4 0 0 0 4 0 30 0 0 0 0 0 1 0 "
              "1 20 2 0 "
              "123 124 101 122 124 0 0 0 42 0 0 0 "
              "114 117 116 107 116 101 115 105 1 0 5 0");
    bytes_are(".=2\n.BYTE 3\n.END 2", ASMOUT_AOUT, "7 1 4 0 0 0 0 0 0 0 2 0 0 0 1 0 0 0 3 0");
    bytes_are("", ASMOUT_AOUT, "7 1 0 0 0 0 0 0 0 0 0 0 0 0 1 0");
}

static void test_lda(void **state)
{
    bytes_are(".=1000\n.WORD 1,2\n.=2000\n.BYTE 3\n.END 1000", ASMOUT_LDA,
              "1 0 12 0 0 2 1 0 2 0 360 "
              "1 0 7 0 0 4 3 361 "
              "1 0 6 0 0 2 367");
    bytes_are("", ASMOUT_LDA, "1 0 6 0 1 0 370");
}

/* A segment of more than a block: every block adds up to zero, and all bytes are there. */
static void test_lda_blocks(void **state)
{
    struct asm_result *result = help_assemble(".=1000\n.REPT 400\n.BYTE 1,2,3\n.ENDR", NULL);
    u8 *bytes;
    size_t len, pos = 0, data = 0;
    unsigned blocks = 0;

    assert_int_equal(asmout_make(result, ASMOUT_LDA, &bytes, &len, NULL), 0);
    while (pos < len) {
        size_t count = bytes[pos + 2] + 256u * bytes[pos + 3];
        u8 sum = 0;
        assert_int_equal(bytes[pos], 1);
        for (size_t i = 0; i <= count; i++)
            sum = (u8)(sum + bytes[pos + i]);
        assert_int_equal(sum, 0);
        if (count > 6)
            assert_int_equal(bytes[pos + 4] + 256u * bytes[pos + 5], 01000 + data);
        for (size_t i = 6; i < count; i++, data++)
            assert_int_equal(bytes[pos + i], 1 + data % 3);
        pos += count + 1;
        blocks++;
    }
    assert_int_equal(data, 3 * 0400);
    assert_int_equal(blocks, 4);
    free(bytes);
    asm_free(result);
}

static void test_raw(void **state)
{
    bytes_are(".=1000\n.BYTE 1\n.=1004\n.BYTE 2", ASMOUT_RAW, "1 0 0 0 2");
    bytes_are("", ASMOUT_RAW, "");
}

static void test_whole_space(void **state)
{
    struct asm_result *result = help_assemble(".BYTE 1\n.=177777\n.BYTE 2", NULL);
    struct err err = {0};
    u8 *bytes = NULL;
    size_t len;

    assert_int_equal(asmout_make(result, ASMOUT_RAW, &bytes, &len, &err), 0);
    assert_int_equal(len, 0200000);
    assert_int_equal(bytes[0177777], 2);
    free(bytes);
    assert_int_equal(asmout_make(result, ASMOUT_AOUT, &bytes, &len, &err), -EFBIG);
    assert_string_equal(err.text,
                        "the program ends at 200000, an a.out at 177776: take the format lda");
    asm_free(result);
}

static void test_names(void **state)
{
    enum asmout_format format = ASMOUT_RAW;
    struct asm_result *result = help_assemble(".=2\n.WORD 1", NULL);

    assert_true(asmout_parse("aout", &format) && format == ASMOUT_AOUT);
    assert_true(asmout_parse("lda", &format) && format == ASMOUT_LDA);
    assert_true(asmout_parse("raw", &format) && format == ASMOUT_RAW);
    assert_false(asmout_parse("elf", &format));
    assert_int_equal(asmout_default(result), ASMOUT_LDA);
    asm_free(result);
    result = help_assemble(".WORD 1", NULL);
    assert_int_equal(asmout_default(result), ASMOUT_AOUT);
    asm_free(result);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_aout),        cmocka_unit_test(test_lda),
        cmocka_unit_test(test_lda_blocks),  cmocka_unit_test(test_raw),
        cmocka_unit_test(test_whole_space), cmocka_unit_test(test_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
