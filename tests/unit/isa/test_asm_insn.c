/* test_asm_insn.c - instructions as people write them. What every word means is in test_dis.c. */
#include "asm_help.h"

static void test_operands(void **state)
{
    help_words("MOV R0,R1", "10001");
    help_words("MOV (R0),@R1", "11011");
    help_words("MOV (R0)+,-(SP)", "12046");
    help_words("MOV @(R0)+,@-(R5)", "13055");
    help_words("MOV 2(R0),@4(R1)", "16071 2 4");
    help_words("MOV @(R0),R1", "17001 0");
    help_words("MOV #5,@#6", "12737 5 6");
    help_words("MOV A,@A\nA=2000", "16777 774 772");
    help_words("MOV %2,SP", "10206");
    help_words("MOV ( R0 ) , R1", "11001");
    help_words("CNT=%3\nINC CNT\nINC (CNT)\nINC CNT+1", "5203 5213 5204");
    help_words("MOV -(R0),-2(R0)", "14060 177776");
    help_words("MOVB #'A,@#177566", "112737 101 177566");
    help_words(".ENABL AMA\nMOV A,@A\n.DSABL AMA\nMOV A,R0\nA=2000", "13777 2000 772 16700 766");
    help_words("R0=%0\nR6=%6\nMOV R0,-(R6)", "10046");
    help_words("MOV #.,R0\nBR .+4\nBR .", "12700 1000 401 777");
}

static void test_forms(void **state)
{
    help_words("MUL #3,R1\nASH R2,R1\nXOR R1,(R2)", "70127 3 72102 74112");
    help_words("A: SOB R3,A\nSOB R3,A", "77301 77302");
    help_words("A: BHIS A\nBLO A\nBCC A", "103377 103776 103375");
    help_words("JSR PC,@#2\nCALL @#2\nCALLR (R0)\nRETURN\nRTS R5", "4737 2 4737 2 110 207 205");
    help_words("EMT\nEMT 5\nTRAP 377\nTRAP", "104000 104005 104777 104400");
    help_words("SPL 7\nMARK 3\nMFPI (SP)\nSXT R0", "237 6403 6516 6700");
    help_words("NOP\nCLC!CLV\nSEC ! SEN\nCCC\nNOP!20", "240 243 271 257 260");
}

static void test_floating(void **state)
{
    help_words("LDF AC4,AC1\nLDD (R1)+,AC0", "172504 172421");
    help_words("STF AC2,@#4\nSTCFD AC1,AC5", "174237 4 176105");
    help_words("LDF #1.5,AC0\nLDF #1,AC0\nLDF #-2.E0,AC3",
               "172427 40300 172427 40200 172727 140400");
    help_words("LDF #X,AC0\nX=5", "172427 5");
    help_words("LDCIF #1,AC0\nLDEXP #-1,R2\nSTEXP AC1,R1", "177027 1 176627 177777 175101");
    help_words("LDF R4,R1\nLDF %6,AC0", "172504 172406");
    help_words("LDFPS #200\nSTST R0\nCFCC\nABSD AC5", "170127 200 170300 170000 170605");
}

static void test_branch_errors(void **state)
{
    help_words("BR A\n.=.+376\nA: NOP",
               "577"
               " 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0"
               " 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0"
               " 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0"
               " 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0"
               " 240");
    help_message("BR .+402", 1,
                 "BR to 000402: 256. bytes ahead, it reaches 256. back and 254. ahead: write JMP");
    help_message(".=1000\nBGT .-400", 2,
                 "BGT to 000400: 258. bytes back, it reaches 256. back and 254. ahead: write BLE "
                 ".+6 and JMP behind it");
    help_message("BNE .+3", 1, "BNE to the odd address 000003");
    help_message("BNE R1", 1, "BNE goes to a label, not to a register: JMP (R1) does");
    help_message("SOB R0,.+4", 1,
                 "SOB only goes back, and 000004 is 2. bytes ahead: write DEC and "
                 "BNE");
    help_message(".=1000\nSOB R0,.-176", 2,
                 "SOB to 000602: 128. bytes back, it reaches 126.: write DEC and BNE, or DEC, BEQ "
                 ".+6 and JMP");
}

static void test_operand_errors(void **state)
{
    help_message("MOV R0", 1, "MOV takes two operands: MOV source,destination");
    help_message("MOV R0 R1", 1, "MOV takes two operands: MOV source,destination");
    help_message("MOV R0,R1,R2", 1, "MOV takes two operands: MOV source,destination");
    help_message("CLR", 1, "CLR takes one operand: CLR operand");
    help_message("LDF A,", 1, "undefined symbol A");
    help_message("STF AC1", 1, "STF takes two operands: STF accumulator,floating operand");
    help_message("HALT 5", 1, "HALT takes no operand, but here is `5'");
    help_message("RETURN PC", 1, "RETURN takes no operand, but here is `PC'");
    help_message("CLR R0 R1", 1,
                 "`R1' is left over behind the statement; a comment begins with `;'");
    help_message("CLR (R0", 1, "`)' is missing behind the register");
    help_message("CLR 5(6)", 1, "a register R0 to R5, SP or PC is wanted between ( and )");
    help_message("CLR (AC1)", 1,
                 "an accumulator cannot hold an address: write (R1) for register 1");
    help_message("CLR AC1", 1, "AC1 is an accumulator of the floating unit; the register is R1");
    help_message("LDF SP,AC0", 1, "SP and PC are no accumulators: those are AC0 to AC5");
    help_message("LDF R0,AC4", 1, "LDF needs one of the accumulators AC0 to AC3 here");
    help_message("RTS 5", 1, "RTS needs a register here: R0 to R5, SP or PC");
    help_message("SPL 10", 1, "SPL takes a number from 0 to 7, not 10");
    help_message("CLR #", 1, "a number or a symbol is wanted behind #");
    help_message("CLR %10", 1, "register %10: registers are %0 to %7");
    help_message("CLR R\nR=%1", 1, "register R must be defined before the line that uses it");
    help_message(".BYTE 1\nNOP", 2,
                 "an instruction at the odd address 000001: write .EVEN before "
                 "it");
    help_message("JMP R3", 1,
                 "warning: JMP of a register traps when it is executed: write (R3) "
                 "for the address in it");
    help_message("DIV R2,R1", 1,
                 "warning: DIV divides a pair of registers and needs an even one, "
                 "R0 R2 or R4");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_operands),       cmocka_unit_test(test_forms),
        cmocka_unit_test(test_floating),       cmocka_unit_test(test_branch_errors),
        cmocka_unit_test(test_operand_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
