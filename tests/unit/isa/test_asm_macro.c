/* test_asm_macro.c - macros, repeats and conditionals. */
#include "asm_help.h"

static void test_calls(void **state)
{
    help_words(".MACRO M A,B\n.WORD A,B\n.ENDM\nM 1,2\nM 3 4\nM ,5\nM 6", "1 2 3 4 0 5 6 0");
    help_words(".MACRO M A\n.WORD A\n.ENDM M\nM <1,2>\nM ^/3,4/", "1 2 3 4");
    help_words(".MACRO M A=5,B=<6,7>\n.WORD A,B\n.ENDM\nM\nM B=1,A=2\nM 3", "5 6 7 2 1 3 6 7");
    help_words(".MACRO M A,B\nX'A'B: .WORD A'B\n.ENDM\nM 1,2\n.WORD X12", "12 1000");
    help_words(".MACRO M A\n.ASCII /A/\n.BYTE ''A\n.ENDM\nM B", "41102");
    help_words(".MACRO M A,?L\nBR L\n.WORD A\nL:\n.ENDM\nM 1\nM 2", "401 1 401 2");
    help_words(".MACRO M ?L\nL: BR L\n.ENDM\nM\nM Q\n.WORD Q", "777 777 1002");
    help_words("N=10\n.MACRO M A\n.WORD A\nV'A=N\n.ENDM\nM \\N\n.WORD V10", "10 10");
    help_words(".MACRO M A,B,C\n.NARG N\n.WORD N\n.ENDM\nM\nM 1\nM 1,2", "0 1 2");
    help_words(".NCHR N,<HELLO>\n.WORD N\n.NCHR N\n.WORD N", "5 0");
    help_words(".NTYPE N,@(R3)+\n.WORD N\n.NTYPE N,#5\n.WORD N", "33 27");
    help_words(".MACRO NOP\nHALT\n.ENDM\nNOP", "0"); /* a macro comes before an instruction */
    help_words(".MACRO M\n.MACRO K\n.WORD 1\n.ENDM\n.WORD 2\n.ENDM\nM\nK", "2 1");
    help_words(".MACRO M\n.WORD 1\n.ENDM\nM\n.MACRO M\n.WORD 2\n.ENDM\nM", "1 2");
    help_words(".MACRO M N\n.IF GT N\n.WORD N\nM N-1\n.ENDC\n.ENDM\nM 3", "3 2 1");
    help_words(".MACRO M A\n.IF EQ A\n.MEXIT\n.ENDC\n.WORD A\n.ENDM\nM 0\nM 1", "1");
    help_words(".macro m a\n.word A\n.endm\nM 1", "1");
}

static void test_repeats(void **state)
{
    help_words(".REPT 3\n.WORD 1\n.ENDR", "1 1 1");
    help_words(".REPT 0\n.WORD 1\n.ENDR\n.REPT -1\n.WORD 1\n.ENDR\n.WORD 2", "2");
    help_words(".REPT 2\n.REPT 2\n.WORD .\n.ENDR\n.ENDR", "1000 1002 1004 1006");
    help_words("N=0\n.REPT 3\nN=N+1\n.IF EQ N-2\n.MEXIT\n.ENDC\n.WORD N\n.ENDM", "1");
    help_words(".IRP X,<1,<2,3>,,4>\n.WORD X\n.ENDR", "1 2 3 0 4");
    help_words(".IRPC X,123\n.WORD X'0\n.ENDR", "10 20 30");
    help_words(".IRPC X,<AB>\n.WORD ''X\n.ENDM", "101 102");
    help_words(".MACRO M L\n.IRP X,<L>\n.WORD X\n.ENDR\n.ENDM\nM <1,2>", "1 2");
    help_words(".IRP X,\n.WORD 1\n.ENDR\n.WORD 2", "2");
}

static void condition(const char *condition, bool result)
{
    char text[200];

    snprintf(text, sizeof text, ".IF %s\n.WORD 1\n.IFF\n.WORD 2\n.IFTF\n.WORD 3\n.ENDC", condition);
    help_words(text, result ? "1 3" : "2 3");
    snprintf(text, sizeof text, "A=1\nB=2\n.IF %s\n.WORD 1\n.ENDC\n.WORD 4", condition);
    if (condition[0] != 'D' && condition[0] != 'N')
        help_words(text, result ? "1 4" : "4");
}

static void test_conditions(void **state)
{
    condition("EQ 0", true);
    condition("EQ,1", false);
    condition("NE 1", true);
    condition("GT -1", false);
    condition("GT 1", true);
    condition("LT -1", true);
    condition("GE 0", true);
    condition("LE 1", false);
    condition("Z 0", true);
    condition("NZ 0", false);
    condition("DF R0", true);
    condition("DF A", false);
    condition("NDF A", true);
    condition("DF A!SP", true);
    condition("DF A&SP", false);
    condition("B", true);
    condition("B <>", true);
    condition("NB <X>", true);
    condition("B X", false);
    condition("IDN A,A", true);
    condition("IDN <A B>,<A C>", false);
    condition("DIF A,B", true);
}

static void test_nesting(void **state)
{
    help_words(".IF EQ 1\n.IF EQ 0\n.WORD 1\n.IFF\n.WORD 2\n.ENDC\n.IFF\n.WORD 3\n.ENDC", "3");
    help_words(".IF EQ 0\n.IF EQ 1\n.WORD 1\n.IFF\n.WORD 2\n.ENDC\n.IFF\n.WORD 3\n.ENDC", "2");
    help_words(".IF EQ 0\n.WORD 1\n.IFF\n.WORD 2\n.IFT\n.WORD 3\n.ENDC", "1 3");
    help_words(".IF EQ 1\nA: .IF EQ 0\n.WORD 1\n.ENDC\nBAD LINE '\n.ENDC\n.WORD 2", "2");
    help_words(".IIF EQ 0,.WORD 1\n.IIF EQ 1,.WORD 2\n.IIF NDF X,A: .WORD A", "1 1002");
    help_words(".IFDF X\n.WORD 1\n.ENDC\n.IFNDF X\n.WORD 2\n.ENDC\n.IFZ 0\n.WORD 3\n.ENDC", "2 3");
    help_words("X=1\n.IF DF X\n.WORD 1\n.ENDC\n.IF DF Y\n.WORD 2\n.ENDC\nY=1", "1");
}

static void test_errors(void **state)
{
    help_message(".MACRO M\n.WORD 1", 1, ".MACRO has no .ENDM");
    help_message("\n.REPT 2\n.WORD 1", 2, ".REPT has no .ENDR");
    help_message(".ENDM", 1, ".ENDM without .MACRO before it");
    help_message(".ENDC", 1, ".ENDC without an .IF before it");
    help_message(".IFF", 1, ".IFF, .IFT or .IFTF without an .IF before it");
    help_message(".IF EQ 0\n.WORD 1", 1, ".IF has no .ENDC");
    help_message(".IF XX 0\n.ENDC", 1,
                 "no condition `XX': there are EQ NE GT LT GE LE DF NDF B NB IDN DIF");
    help_message(".IF EQ A\n.ENDC\nA=1", 1,
                 "the condition depends on A, which must be defined before this line");
    help_message(".MACRO M A\n.ENDM\nM 1,2", 3,
                 "macro M takes 1 argument; an argument with blanks or commas stands in <...>");
    help_message(".MACRO M A\nCLR A\n.WORD Q\n.ENDM\n\nM R0", 6,
                 "undefined symbol Q (in macro M, T:3)");
    help_message(".MACRO M A\n.ENDM\nM <1", 3, "an argument begins with < and has no >");
    help_message(".MACRO M\n.IF EQ 0\n.ENDM\nM", 4, ".IF has no .ENDC (in macro M, T:2)");
    help_message(".MACRO M A\n.ENDM\nM ^/1", 3, "an argument begins with ^/ and has no /");
    help_message(".MACRO\n.ENDM", 1, ".MACRO wants the name of the macro behind it");
    help_message(".MACRO M (\n.ENDM", 1, "`(': a name is wanted for the macro's argument");
    help_message(
        ".MACRO M A,B,C,D,E,F,G,H,I,J,K,L,M,N,O,P,Q,R,S,T,U,V,W,X,Y,Z,AA,BB,CC,DD,EE,FF,GG\n"
        ".ENDM",
        1, "a macro has at most 32 arguments");
    help_message(".IRP 5,<A>\n.ENDR", 1, ".IRP wants a name and a list: .IRP X,<A,B,C>");
    help_message(".NCHR 5,<A>", 1, ".NCHR wants the name of a symbol");
    help_message(".NTYPE A,", 1, ".NTYPE wants an operand behind the symbol");
    help_message(".IF DF 5\n.ENDC", 1, "a symbol is wanted behind .IF DF or NDF");
    help_message(".IF IDN <A,B\n.ENDC", 1, "an argument begins with < and has no >");
    help_message(".MEXIT", 1, ".MEXIT outside of a macro");
    help_message(".NARG X", 1, ".NARG outside of a macro");
}

/* Sources without an end. */
static void test_limits(void **state)
{
    struct asm_options small = {.max_text = 10000};
    struct asm_result *r;
    char deep[4096] = "", *p = deep;

    help_message(".MACRO M\nM\n.ENDM\nM", 4,
                 "files, macros and repeats are nested deeper than 64: does a macro call itself "
                 "without an .IF to end it? (in macro M, T:2)");
    r = help_assemble(".REPT 77777\nA=1\n.REPT 77777\nA=1\n.ENDR\n.ENDR", &small);
    assert_int_equal(r->errors, 1);
    assert_string_equal(r->message[0].text, "T:4: the source with its macros and repeats is too "
                                            "long: a repeat without end?");
    asm_free(r);
    r = help_assemble(".REPT 77777\n.REPT 77777\n.ENDR\n.ENDR", NULL);
    assert_int_equal(r->messages, 0);
    asm_free(r);
    help_message(".REPT 77777\n.WORD 1,2,3,4\n.ENDR", 2,
                 "the program goes beyond the end of the address space, 177777");
    for (int i = 0; i < 65; i++)
        p += sprintf(p, ".IF EQ 0\n");
    help_message(deep, 65, "conditionals are nested deeper than 64");
    memset(deep, '<', 100);
    memcpy(deep, ".WORD ", 6);
    deep[100] = 0;
    help_message(deep, 1, "an expression nested deeper than 40");
    memset(deep, 'A', 1001);
    deep[1001] = 0;
    help_message(deep, 1, "the line is longer than 1000 characters");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_calls),      cmocka_unit_test(test_repeats),
        cmocka_unit_test(test_conditions), cmocka_unit_test(test_nesting),
        cmocka_unit_test(test_errors),     cmocka_unit_test(test_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
