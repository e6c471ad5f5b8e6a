/* test_decode.c - isa.def and the decode table say the same, for each of the 65536 words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "isa/isa.h"

static bool matches(unsigned word, unsigned op)
{
    const struct insn_info *info = &isa_info[op];

    return (word & ~(unsigned)isa_form[info->form].mask) == info->base;
}

/* The row of a word is the one that matches; where none does, the word is reserved. */
static void test_each_word(void **state)
{
    for (unsigned word = 0; word < 65536; word++) {
        unsigned owners = 0, owner = OP_NONE;
        for (unsigned op = OP_NONE + 1; op < OP_COUNT; op++) {
            if (matches(word, op)) {
                owners++;
                owner = op;
            }
        }
        assert_true(owners <= 1);
        assert_int_equal(isa_op((u16)word), owner);
    }
}

/* Each row owns as many words as its operands have values. */
static void test_each_row(void **state)
{
    unsigned count[OP_COUNT] = {0};

    for (unsigned word = 0; word < 65536; word++)
        count[isa_op((u16)word)]++;
    for (unsigned op = OP_NONE + 1; op < OP_COUNT; op++) {
        const struct insn_info *info = &isa_info[op];
        unsigned bits = (unsigned)__builtin_popcount(isa_form[info->form].mask);
        assert_int_equal(info->base & isa_form[info->form].mask, 0);
        assert_int_equal(count[op], 1u << bits);
    }
}

/* The columns hold what isa.def's head admits. */
static void test_columns(void **state)
{
    for (unsigned op = OP_NONE + 1; op < OP_COUNT; op++) {
        const struct insn_info *info = &isa_info[op];
        const char *operands = isa_form[info->form].operands;
        assert_int_equal(strlen(info->nzvc), 4);
        for (unsigned i = 0; i < 4; i++)
            assert_true(info->nzvc[i] == "NZVC"[i] || strchr("-01", info->nzvc[i]));
        assert_true(strlen(info->text) > 0);
        /* an operand d or f and a column dst go together */
        assert_int_equal(strpbrk(operands, "df") != NULL, info->dst != DST_NONE);
        assert_true(info->flow <= FLOW_SYNC && info->sens <= SENS_TRAP && info->unit <= UNIT_HV);
    }
    for (const struct alias_info *alias = isa_alias; alias->text; alias++)
        assert_true(alias->op > OP_NONE && alias->op < OP_COUNT);
}

/* Bits per operand: a form's mask is the sum of its operands'. */
static void test_forms(void **state)
{
    static const struct {
        char letter;
        u16 mask;
    } letters[] = {{'s', 07700}, {'d', 077},  {'f', 077}, {'r', 0700}, {'q', 07},  {'n', 07},
                   {'m', 077},   {'t', 0377}, {'c', 017}, {'b', 0377}, {'o', 077}, {'a', 0300}};

    for (unsigned form = 0; form < FORM_COUNT; form++) {
        unsigned mask = 0;
        for (const char *p = isa_form[form].operands; *p; p++) {
            for (unsigned i = 0; i < ARRAY_LEN(letters); i++) {
                if (*p == letters[i].letter) {
                    assert_int_equal(mask & letters[i].mask, 0);
                    mask |= letters[i].mask;
                }
            }
        }
        assert_int_equal(mask, isa_form[form].mask);
    }
}

static void test_lengths(void **state)
{
    for (unsigned word = 0; word < 65536; word++) {
        unsigned op = isa_op((u16)word), length = 1;
        const char *operands = isa_form[isa_info[op].form].operands;
        for (unsigned shift = 0; shift <= 6; shift += 6) {
            unsigned spec = word >> shift & 077;
            if (!strpbrk(operands, shift ? "s" : "df"))
                continue;
            if (spec >= 060 || spec == 027 || spec == 037)
                length++;
        }
        assert_int_equal(isa_length((u16)word), length);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_word), cmocka_unit_test(test_each_row),
        cmocka_unit_test(test_columns),   cmocka_unit_test(test_forms),
        cmocka_unit_test(test_lengths),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
