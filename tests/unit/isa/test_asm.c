/* test_asm.c - statements, expressions, storage, sections, and the result as a whole. */
#include "asm_help.h"

#include <stdlib.h>

static void test_expressions(void **state)
{
    help_words(".WORD 1+2*3", "11"); /* from left to right */
    help_words(".WORD 1+<2*3>", "7");
    help_words(".WORD 10.,10,^D10,^B101,^X1F,^O17", "12 10 12 5 37 17");
    help_words(".WORD 7&3,4!1,100/3,-6/2,177777", "3 5 25 177775 177777");
    help_words(".WORD -1,+1,^C0,-<1+1>", "177777 1 177777 177776");
    help_words(".WORD 'A,\"AB,'A+1", "101 41101 102");
    help_words(".WORD ^RABC,^RA,^R$.9", "3223 3100 126507");
    help_words(".WORD ^F1.0,^F-1.0,-^F1.0,^F 6.2", "40200 140200 137600 40706");
    help_words(".WORD .,.,.-2", "1000 1002 1002");
    help_words("A=5\nB=A+1\n.WORD A,B,b", "5 6 6");
    help_words(".WORD MOV,CLC!CLV", "10000 243");
    help_words(".WORD ^D<10+10>,^O10.", "24 12");
    help_words(".RADIX 10\n.WORD 10,10.,^O10\n.RADIX 8\n.WORD 10", "12 12 10 10");
    help_words("R=R1+1\nS=R-R1\nT=R*2\nU=5-R\n.WORD S,T,U\nCLR R", "1 4 3 5002");
    help_words(".WORD A-B+1\nA=5\nB=3", "3");
    help_words(".WORD ^Rabc", "3223");
    help_words(".WORD A\nA=B\nB=C\nC=D\nD=3", "3"); /* defined backwards */
}

static void test_storage(void **state)
{
    help_words(".WORD 1,,2,", "1 0 2 0");
    help_words(".WORD", "0");
    help_words("1,2\nA-.\nA=1000", "1 2 177774"); /* implied */
    help_words(".BYTE 1,2,-1,377", "1001 177777");
    help_words(".ASCII /AB/", "41101");
    help_words(".ASCII <15><12>/A;B/<0>", "5015 35501 102");
    help_words(".ASCIZ /A/", "101");
    help_words(".ASCIZ \"ABC\"", "41101 103");
    help_words(".RAD50 /ABCDE/", "3223 14710");
    help_words(".RAD50 /A/<2>\"C\"", "3223");
    help_words(".BYTE 1\n.EVEN\n.WORD 2\n.EVEN\n.WORD 3", "1 2 3");
    help_words(".ODD\n.BYTE 2\n.WORD 3", "1000 3");
    help_words(".BLKB 2\n.WORD .", "0 1002");
    help_words(".BLKW 2\n.WORD .\n.BLKW\n.WORD .", "0 0 1004 0 1010");
    help_words(".=.+4\n.WORD 1", "0 0 1");
}

static void test_floats(void **state)
{
    help_words(".FLT2 1.5,-1.5,0,1", "40300 0 140300 0 0 0 40200 0");
    help_words(".FLT2 6.2", "40706 63146");
    help_words(".FLT4 6.2", "40706 63146 63146 63146");
    help_words(".FLT4 0.1", "37314 146314 146314 146315");
    help_words(".ENABL FPT\n.FLT4 0.1", "37314 146314 146314 146314");
    help_words(".FLT2 1E10,1.0E-10,+2.5e+1", "50425 1371 27733 163377 41310 0");
    help_words(".FLT4 3.14159265358979323846", "40511 7732 121041 64302");
    help_words(".FLT2 1.7014117E38", "77777 177777");
    help_words(".FLT2 2.9387359E-39", "200 0");
    help_words(".FLT2 16777217.,16777219.", "46200 1 46200 2"); /* one half: away from zero */
    help_words(".WORD ^F0.998046875", "40200");                 /* rounds into the next exponent */
    help_message(".FLT2 1.8E38", 1, "the number is too large: the largest is 1.7E38");
    help_message(".FLT2 1E999999999", 1, "the number is too large: the largest is 1.7E38");
    help_message(".FLT2 2E-39", 1, "the number is too small: the smallest is 2.9E-39");
    help_message(".FLT2 1E-500", 1, "the number is too small: the smallest is 2.9E-39");
    help_message(".FLT2 X", 1, "a decimal number is wanted here, such as 1.5 or -2.0E-3");
}

static void test_local_labels(void **state)
{
    help_words("A: BR 1$\n1$: BR 1$\nB: BR 1$\n1$: NOP", "400 777 400 240");
    help_words(".ENABL LSB\nA: BR 1$\nB: NOP\n1$: NOP\n.DSABL LSB\n1$: NOP", "401 240 240 240");
    help_words("A: BR 10$\nX=5\n10$: NOP", "400 240"); /* an assignment begins no block */
}

static void test_symbols(void **state)
{
    struct asm_result *r = help_assemble(".=1000\nA::\nB: .WORD 1\nC==5\nD=B+2\nE=B-A\n.GLOBL B\n"
                                         "1$: R=%1\n.END A\nJUNK",
                                         NULL);

    assert_int_equal(r->errors, 0);
    assert_true(r->has_start);
    assert_int_equal(r->start, 01000);
    assert_int_equal(r->symbols, 5);
    assert_string_equal(r->symbol[0].name, "A");
    assert_true(r->symbol[0].global && r->symbol[0].label);
    assert_string_equal(r->symbol[1].name, "B");
    assert_true(r->symbol[1].global && r->symbol[1].label);
    assert_true(r->symbol[2].global && !r->symbol[2].label);
    assert_int_equal(r->symbol[2].value, 5);
    assert_true(!r->symbol[3].global && r->symbol[3].label);
    assert_int_equal(r->symbol[3].value, 01002);
    assert_false(r->symbol[4].label);
    assert_int_equal(r->segments, 1);
    assert_int_equal(r->segment[0].addr, 01000);
    assert_int_equal(r->segment[0].len, 2);
    assert_int_equal(r->limit, 01002);
    asm_free(r);
}

static void test_sections(void **state)
{
    struct asm_result *r =
        help_assemble(".ASECT\n.=4\n.WORD 1,2\nKBS=177560\n.=177560\nKBD: .BLKW\n"
                      ".PSECT CODE\nA: .WORD B,C\n"
                      ".PSECT DATA,RW,D\nB: .BYTE 1\n"
                      ".PSECT CODE\n.WORD 3\nC: .BLKW 4\n"
                      ".PSECT COMMON,ABS\nX: .BLKW\nY:\n",
                      NULL);

    if (r->messages)
        fail_msg("%s", r->message[0].text);
    assert_int_equal(r->segments, 2);
    assert_int_equal(help_word(r, 4), 1);
    assert_int_equal(r->segment[0].len, 012); /* CODE lies behind .ASECT's last byte, at 10 */
    assert_int_equal(help_word(r, 010), 026); /* B: DATA, behind CODE's end */
    assert_int_equal(help_word(r, 012), 016); /* C */
    assert_int_equal(help_word(r, 014), 3);
    assert_int_equal(r->segment[1].addr, 026);
    assert_int_equal(r->limit, 027);
    asm_free(r);
    help_words(".SAVE\n.PSECT X\n.RESTORE\n.WORD 1", "1");
}

/* An include callback: A includes D/B, which includes C beside itself. */
static int include(void *ctx, const char *path, char **text, size_t *len)
{
    const char *found = strcmp(path, "D/B") == 0   ? ".INCLUDE /C/\n.WORD 2\n"
                        : strcmp(path, "D/C") == 0 ? ".WORD 3\nBAD 3\n"
                                                   : NULL;

    if (!found)
        return -2;
    *(unsigned *)ctx += 1;
    *text = strdup(found);
    *len = strlen(found);
    return 0;
}

static void test_include(void **state)
{
    unsigned fetched = 0;
    struct asm_options opt = {.include = include, .ctx = &fetched};
    struct asm_result *r = help_assemble(".INCLUDE \"D/B\"\n.WORD 1\n.INCLUDE /NO/\n", &opt);

    assert_int_equal(r->errors, 2);
    assert_int_equal(fetched, 2);
    assert_int_equal(help_word(r, 0), 3);
    assert_int_equal(help_word(r, 2), 2);
    assert_int_equal(help_word(r, 4), 1);
    assert_string_equal(r->message[0].file, "D/C");
    assert_string_equal(r->message[0].text, "D/C:2: unknown instruction BAD");
    assert_string_equal(r->message[1].text,
                        "T:3: .INCLUDE: cannot read NO: No such file or directory");
    asm_free(r);
    help_message(".INCLUDE /X/", 1, ".INCLUDE: there are no files to include here");
}

static void test_listing(void **state)
{
    struct asm_options opt = {.listing = true};
    struct asm_result *r = help_assemble("X=5\n\n.=1000\nA:: .WORD 1,2,3,4\n.BYTE 1,2\nB:\n"
                                         ".NLIST\n.WORD 5\n.LIST\nBAD R0\n",
                                         &opt);
    const char *want = "        000005                 X=5\n"
                       "\n"
                       "        001000                 .=1000\n"
                       "001000  000001 000002 000003   A:: .WORD 1,2,3,4\n"
                       "001006  000004\n"
                       "001010  001 002                .BYTE 1,2\n"
                       "001012                         B:\n"
                       "                               .LIST\n"
                       "                               BAD R0\n"
                       "*** T:10: unknown instruction BAD\n"
                       "\n"
                       "Symbols (= number, : address, :: or == global)\n"
                       "\n"
                       "001000 A::\n"
                       "001012 B:\n"
                       "000005 X=\n";

    assert_string_equal(r->listing, want);
    assert_int_equal(r->listing_len, strlen(want));
    asm_free(r);
}

/* Lines end in LF or CRLF; the last one may end in nothing; a comment, and other directives. */
static void test_lines(void **state)
{
    help_words(".WORD 1\r\n;comment\r\n\f\t.WORD 2 ; more", "1 2");
    help_words(".TITLE X Y Z\n.SBTTL it's\n.IDENT /V1/\n.PAGE\n.ENABL ABS,LC\n.WORD 1", "1");
    help_words(".REM & several\nlines BAD\n& rest\n.WORD 1", "1");
    help_words("A: B: C:: .WORD A,B,C", "1000 1000 1000");
    help_words("A :.WORD 1", "1");
    help_words("lower: mov r0,Lower", "10067 177774");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_expressions), cmocka_unit_test(test_storage),
        cmocka_unit_test(test_floats),      cmocka_unit_test(test_local_labels),
        cmocka_unit_test(test_symbols),     cmocka_unit_test(test_sections),
        cmocka_unit_test(test_include),     cmocka_unit_test(test_listing),
        cmocka_unit_test(test_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
