/* test_asm_msg.c - the messages for what is wrong outside of operands, macros and conditionals. */
#include "asm_help.h"

static void test_unknown(void **state)
{
    help_message("MOVE R0,R1", 1, "unknown instruction MOVE; did you mean MOV?");
    help_message("  mvo r0,r1", 1, "unknown instruction MVO; did you mean MOV?");
    help_message(".WRD 1", 1, "unknown directive .WRD; did you mean .WORD?");
    help_message("PUSH R0", 1, "unknown instruction PUSH: write MOV X,-(SP)");
    help_message("PUSH -(R0)", 1, "unknown instruction PUSH: write MOV X,-(SP)");
    help_message("RET", 1, "unknown instruction RET: write RTS PC, or RETURN");
    help_message(".ELSE", 1, "unknown directive .ELSE: write .IFF");
    help_message("LOOP MOV R0,R1", 1, "LOOP is no instruction; a label needs a colon: LOOP:");
    help_message("QUUX R0", 1, "unknown instruction QUUX");
    help_message(".MACRO PRINT A\n.ENDM\nPRNT 5", 3,
                 "unknown instruction PRNT; did you mean PRINT?");
    help_message("#5", 1, "a statement cannot begin with `#5'");
}

static void test_symbols(void **state)
{
    help_message("MOV FOO,R0", 1, "undefined symbol FOO");
    help_message("COUNT=1\nMOV CUONT,R0", 2, "undefined symbol CUONT; did you mean COUNT?");
    help_message("A: NOP\nA: NOP", 2, "A is already defined at T:1");
    help_message("A: NOP\nA=5", 2, "A is already a label, at T:1");
    help_message("A=5\nA: NOP", 2, "A is already defined at T:1");
    help_message("R0: NOP", 1, "R0 is the name of a register and cannot be a label");
    help_message("BR 1$", 1,
                 "no local label 1$: between this line and the ordinary labels (NAME:) "
                 "before and behind it");
    help_message("1$: NOP\n1$: NOP", 2,
                 "1$ is already defined at T:1 (local labels are told apart by the ordinary labels "
                 "between them)");
    help_message(".BLKW N\nN=5", 1,
                 "the number of bytes or words depends on N, which must be "
                 "defined before this line");
    help_message(".=A\nA=5", 1,
                 "the location counter depends on A, which must be defined before this line");
    help_message("A=", 1, "an expression is wanted behind A=");
    help_message(".IF NDF A\nNOP\n.ENDC\nB: NOP\n.IF DF A\n.ENDC\nA=1\n.IIF DF A,.IIF EQ A,NOP\n"
                 ".WORD C",
                 9, "undefined symbol C");
    help_message(".=A&0+2\n.WORD B\nB:\nA=1", 1,
                 "the location counter depends on A, which must be defined before this line");
    help_message("A=B\nB=C\nC=D\nD=E\nE=F\nF=G\nG=H\nH=I\nI=J\nJ=K\nK=5", 3,
                 "C hangs on too long a chain of symbols that are defined later");
    help_message(
        "AAAAAAAAAABBBBBBBBBBCCCCCCCCCCDDDDDDDDDDEEEEEEEEEEFFFFFFFFFFGGGGGGGGGGHHHHHHHHHHI: NOP", 1,
        "a name longer than 80 characters");
}

static void test_numbers(void **state)
{
    help_message(".WORD 18", 1,
                 "18: no octal digit is 8; a decimal number has a point behind it: 18.");
    help_message(".WORD 0x1F,2", 1, "a hexadecimal number is written ^X1F");
    help_message(".WORD 200000", 1, "200000 does not fit a word: the largest is 177777 (65535.)");
    help_message(".WORD 65536.", 1, "65536 does not fit a word: the largest is 177777 (65535.)");
    help_message(".WORD 1.5", 1,
                 "1.5 is no integer; floating numbers belong behind .FLT2, .FLT4, "
                 "^F, or # in floating instructions");
    help_message(".WORD ^B12", 1, "12: 2 is no digit in radix 2");
    help_message(".WORD 1A", 1, "`1A' is neither a number nor a symbol");
    help_message(".WORD 1/0", 1, "division by zero");
    help_message(".WORD <1+2", 1, "`>' is missing");
    help_message(".WORD 1+", 1, "a number or a symbol is wanted behind `+'");
    help_message(".WORD ^Q1", 1,
                 "no operator ^Q: there are ^O ^D ^B ^X (radix), ^C (complement), "
                 "^F (floating) and ^R (RADIX-50)");
    help_message(".WORD '", 1, "' wants 1 character behind it");
    help_message(".WORD 99999999999", 1,
                 "99999999999: no octal digit is 9; a decimal number has a point behind it: "
                 "99999999999.");
    help_message(".WORD 777777777777", 1,
                 "777777777777 does not fit a word: the largest is 177777 (65535.)");
    help_message(".WORD ^FX", 1, "a decimal number is wanted here, such as 1.5 or -2.0E-3");
    help_message(".WORD %<1+10>", 1, "register %11: registers are %0 to %7");
    help_message(".WORD R5+5", 1, "register %12: registers are %0 to %7");
    help_message(".BLKB )", 1, "the number of bytes or words: an expression is wanted here");
    help_message(".WORD ^C", 1, "an expression is wanted at `'");
    help_message(".WORD )", 1, "an expression is wanted at `)'");
    help_message(".RADIX 7", 1, ".RADIX 7: it can be 2, 8, 10 or 16");
}

static void test_storage(void **state)
{
    help_message(".BYTE 400", 1, "400 does not fit a byte: 0 to 377, or -200 to -1");
    help_message(".BYTE 1\n.WORD 2", 2, "a word at the odd address 000001: write .EVEN before it");
    help_message(".ASCII /ABC", 1, "the string that begins with / has no / at its end");
    help_message(".ASCII", 1, "a string between two equal characters is wanted: /text/");
    help_message(".ASCII <400>", 1, "<400> does not fit a byte");
    help_message(".ASCII <)>", 1, "a number is wanted behind <");
    help_message(".ASCII <5", 1, "`>' is missing behind the number");
    help_message(".RAD50 <50>", 1, "<50>: the codes of RADIX-50 are 0 to 47");
    help_message(".RAD50 /A!/", 1, "RADIX-50 has no `!': it knows A to Z, 0 to 9, blank, $ and .");
    help_message(".=177776\n.WORD 1,2", 2,
                 "the program goes beyond the end of the address space, 177777");
    help_message(".=177000\n.BLKB 1001", 2,
                 "this goes beyond the end of the address space, 177777");
    help_message(".ASECT\n.=10\n.WORD 1\n.PSECT X\n.=4", 5,
                 ".=000004 lies before section X, which begins at 000012: write .=.+n, or .ASECT "
                 "before it");
    help_message(".WORD 1\n.=0\n.WORD 1\n.=0\n.WORD 1", 3,
                 "warning: 000000 is assembled a second time (told once)");
}

static void test_directives(void **state)
{
    help_message(".ERROR ;it is wrong", 1, ".ERROR: it is wrong");
    help_message(".PRINT 5;five", 1, "note: .PRINT: 000005 five");
    help_message(".MCALL .EXIT", 1,
                 "note: .MCALL: there is no library of system macros here; define the macros, or "
                 ".INCLUDE a file that does");
    help_message(".RESTORE", 1, ".RESTORE without .SAVE before it");
    help_message(".REM", 1, ".REM wants the character that ends the comment");
    help_message(".ASECT\n.=177776\n.WORD 1\n.PSECT A\n.WORD 1", 5,
                 "the sections do not fit into the address space");
    help_message(".SAVE\n.SAVE\n.SAVE\n.SAVE\n.SAVE\n.SAVE\n.SAVE\n.SAVE\n.SAVE\n.SAVE\n.SAVE\n"
                 ".SAVE\n.SAVE\n.SAVE\n.SAVE\n.SAVE\n.SAVE",
                 17, ".SAVE more than 16 times");
    help_message(".PSECT A,XX", 1, "sections have no attribute XX");
    help_message(".INCLUDE FILE", 1,
                 ".INCLUDE wants the name of a file between two equal characters: \"FILE\"");
    help_message(".END )", 1, ".END wants the start address, or nothing");
    help_message("B=1\nHALT ;\001\n.PRINT ;\001\033x", 3, "note: .PRINT: ??x");
}

/* Only the first error of a line is told, and not more than 100 of all. */
static void test_many(void **state)
{
    char source[4000] = "", *p = source;
    struct asm_result *r = help_assemble("MOV A,B C D\nCLR E\n", NULL);

    assert_int_equal(r->errors, 2);
    asm_free(r);
    for (int i = 0; i < 150; i++)
        p += sprintf(p, "CLR X%d\n", i);
    r = help_assemble(source, NULL);
    assert_int_equal(r->errors, 150);
    assert_int_equal(r->messages, 101);
    assert_string_equal(r->message[100].text, "T:101: more messages are left out");
    asm_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_unknown),    cmocka_unit_test(test_symbols),
        cmocka_unit_test(test_numbers),    cmocka_unit_test(test_storage),
        cmocka_unit_test(test_directives), cmocka_unit_test(test_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
