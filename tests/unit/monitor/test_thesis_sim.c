/* test_thesis_sim.c - jobs under the thesis's monitor: what each milestone simulates and refuses.
 *
 * The thesis's own method: the same program, with the same input, on the bare machine and under the
 * monitor, must print the same.
 */
#include "machine/load.h"
#include "monitor/thesis.h"
#include "thesis_rig.h"

static char dir[32];

static int begin(void **state)
{
    files_begin(dir);
    return 0;
}

static int end(void **state)
{
    static const char *const names[] = {"a.out", ".vmm002", ".vmt003", NULL};

    files_end(dir, names);
    return 0;
}

#define VECTORS "        .=0\n        BR START\n        .REPT 37\n        NOP\n        .ENDR\n"
/* Prints R0 as an octal number and an end of line. */
#define OCTAL                                                                                      \
    "OCTAL:  MOV #6,R4\n        CLR R5\n        BR 20$\n"                                          \
    "10$:    CLR R5\n        ASL R0\n        ROL R5\n        ASL R0\n        ROL R5\n"             \
    "20$:    ASL R0\n        ROL R5\n        ADD #60,R5\n"                                         \
    "30$:    MOV 177564,R1\n        TSTB R1\n        BPL 30$\n        MOV R5,177566\n"             \
    "        SOB R4,10$\n"                                                                         \
    "40$:    MOV 177564,R1\n        TSTB R1\n        BPL 40$\n        MOV #12,177566\n"            \
    "        RTS PC\n        .END START\n"

static void keep(void *ctx, u8 ch)
{
    char *text = ctx;
    size_t len = strlen(text);

    assert_true(len < 999);
    text[len] = (char)(ch & 0177);
    text[len + 1] = 0;
}

/* What a program prints on the bare machine until it halts. */
static void bare(const char *name, const char *input, char *out)
{
    struct machine *m = rig_machine(0);
    struct program *p;
    struct err err = {0};

    out[0] = 0;
    m->line.sink = keep;
    m->line.sink_ctx = out;
    assert_int_equal(program_read(&p, name, NULL, &err), 0);
    assert_int_equal(program_load(p, m, &err), 0);
    assert_int_equal(program_start(p, m, &err), 0);
    assert_int_equal(machine_type(m, input, strlen(input), &err), 0);
    assert_int_equal(machine_run(m, 3000000, EVENT_NEVER), STOP_HALT);
    program_free(p);
    machine_free(m);
}

/* The same program, the same input (CR at its end is added): the same output. `answers` is what
 * the preprocessor wants to know. */
static void same(unsigned milestone, const char *source, const char *answers, const char *input)
{
    char out[1000], script[400], want[1100];

    rig_program("a.out", source);
    snprintf(script, sizeof script, "%s\r", input);
    bare("a.out", script, out);
    assert_int_not_equal(out[0], 0);
    snprintf(script, sizeof script, "p a.out\n%se\n%s\n", answers, input);
    snprintf(want, sizeof want, "vmm> e\n%s", out);
    rig_tells(milestone, script, want, "HALT at ", NULL);
}

/* A MOV to and from the terminal, with all that the other operand can be. */
static void moves(void **state)
{
    same(1,
         "        .=0\nSTART:  MOV #2000,SP\n        MOV #CHARS,R2\n        MOV #PTRS,R3\n"
         "        MOV #CHARS+6,R4\n        MOV #4,R5\n        CLR R1\n"
         "        MOV (R2),177562(R5)\n        MOV #6000,R0\n1$:     SOB R0,1$\n"
         "        MOV (R2)+,177566\n        MOV #6000,R0\n2$:     SOB R0,2$\n"
         "        MOV @(R3)+,177566(R1)\n        MOV #6000,R0\n3$:     SOB R0,3$\n"
         "        MOV -(R4),177566\n        MOV #6000,R0\n4$:     SOB R0,4$\n"
         "        MOV CHARS,177566\n        MOV #6000,R0\n5$:     SOB R0,5$\n"
         "        MOV @PTRS,177566\n        MOV #6000,R0\n6$:     SOB R0,6$\n"
         "        MOV #133,-(SP)\n        MOV (SP)+,177566\n        MOV #6000,R0\n7$:     SOB "
         "R0,7$\n"
         "        MOV -2(R4),177566\n"
         "        HALT\nCHARS:  .WORD 101,102,103\nPTRS:   .WORD CHARS+4,CHARS+2\n"
         "        .END START\n",
         "", "");
}

/* The condition codes of a simulated MOV; C stays. */
static void condition_codes(void **state)
{
    same(3,
         VECTORS "START:  MOV #2000,SP\n        MOV #10$,20\n        CLR 22\n"
                 "        SEC\n        MOV 177560,R2\n        IOT\n"
                 "        CLC\n        MOV 177564,R2\n        IOT\n"
                 "        SEV\n        MOV #-1,R3\n        MOV R3,177562\n        IOT\n"
                 "        HALT\n"
                 "10$:    MOV 2(SP),R0\n        JSR PC,OCTAL\n        RTI\n" OCTAL,
         "0\n", "");
}

/* The four registers and nothing else; every other way is told. */
static void io_refused(void **state)
{
    static const struct {
        const char *insn, *tells;
    } list[] = {
        {"MOV @#177564,R0", "refers to 177564"}, {"TSTB 177564", "refers to 177564"},
        {"CLR 177560", "refers to 177560"},      {"MOVB 177562,R0", "refers to 177562"},
        {"MOV 177776,R0", "refers to 177776"},   {"MOV 177546,R0", "refers to 177546"},
        {"MOV 177570,R0", "refers to 177570"},   {"MOV 177556,R0", "refers to 177556"},
        {"MOV @PTR,R0", "refers to 177564"},     {"MOV R0,(R5)", "refers to 177560"},
        {"MOV 4(R5),R0", "refers to 177564"},    {"MOV 177564,(R5)", "refers to 177560"},
        {"JMP (R5)", "refers to 177560"},
    };
    char source[300], where[60];

    for (unsigned i = 0; i < ARRAY_LEN(list); i++) {
        snprintf(source, sizeof source,
                 "        .=0\n        MOV #177560,R5\n        %s\n        HALT\n"
                 "PTR:    .WORD 177564\n        .END 0\n",
                 list[i].insn);
        snprintf(where, sizeof where, "page by MOV with direct index only, of it 177560 to 177566");
        rig_program("a.out", source);
        rig_tells(1, "p a.out\ne\ne\n", "restriction 4 (the I/O ", where, list[i].tells, NULL);
        rig_tells(3, "p a.out\ne\n", "restriction 4", list[i].tells, NULL);
    }
    rig_program("a.out", "        .=0\n        MOV @#177564,R0\n        HALT\n        .END 0\n");
    rig_tells(1, "p a.out\n", "it will fail: it refers to 177564", "refused: 1", NULL);
}

/* Milestone 1: what needs interrupts ends the job. */
static void no_interrupts(void **state)
{
    static const struct {
        const char *insn, *tells;
    } list[] = {
        {"BPT", "restriction 3 (no interrupt processing): 000000 BPT"},
        {"IOT", "restriction 3 (no interrupt processing): 000000 IOT"},
        {"EMT 5", "restriction 3 (no interrupt processing): 000000 EMT 5"},
        {"TRAP 4", "restriction 2 (no UNIX system calls): 000000 TRAP 4"},
        {"TRAP 50", "restriction 2 (no UNIX system calls): 000000 TRAP 50"},
        {"MOV #100,177560", "000000 MOV #100,177560: enables interrupts"},
        {"MOV #100,177564", "000000 MOV #100,177564: enables interrupts"},
        {"TST @#1", "000000 TST @#000001: trap to 4: an odd address"},
        {".WORD 10", "trap to 10: a reserved instruction"},
        {"MOV -1(R0),R0", "trap to"},
    };
    char source[300];

    for (unsigned i = 0; i < ARRAY_LEN(list); i++) {
        snprintf(source, sizeof source, "        .=0\n        %s\n        HALT\n        .END 0\n",
                 list[i].insn);
        rig_program("a.out", source);
        rig_tells(1, "p a.out\n0\ne\n", list[i].tells, NULL);
    }
}

/* Milestone 1, appendix D.VII.7: NOPs, with all of their words. */
static void nops(void **state)
{
    rig_program("a.out", "        .=0\n        MOV #2000,SP\n        MOV #1,R0\n"
                         "        RESET\n        WAIT\n        RTI\n        RTT\n        SPL 7\n"
                         "        MFPI 1000\n        MFPD @#1000\n        MTPI (R0)+\n"
                         "        MTPD 1000(R0)\n        HALT\n        .END 0\n");
    rig_tells(1, "p a.out\ne\nd r\n", "HALT at ", "R0 000001", "PS 000000\nSP 002000", NULL);
    rig_tells(1, "p a.out\ni\ne\n", "restriction 7: a NOP", NULL);
    /* At milestone 2 the first of them that is none is WAIT. */
    rig_tells(2, "p a.out\ne\n", "the job waits, and nothing will interrupt it", NULL);
}

static void vectors(void **state)
{
    same(2,
         VECTORS
         "START:  MOV #2000,SP\n"
         "        MOV #10$,4\n        MOV #1,6\n        MOV #10$,10\n        MOV #2,12\n"
         "        MOV #10$,14\n        MOV #3,16\n        MOV #10$,20\n        MOV #344,22\n"
         "        MOV #10$,30\n        MOV #5,32\n        MOV #10$,34\n        MOV #6,36\n"
         "        BPT\n        SEC\n        IOT\n        SEN\n        EMT 3\n"
         "        TRAP 50\n        TST @#1\n        .WORD 7\n        HALT\n"
         "10$:    MOV (SP),R0\n        MOV R1,-(SP)\n        JSR PC,OCTAL\n"
         "        MOV 4(SP),R0\n        JSR PC,OCTAL\n        MOV (SP)+,R1\n        RTI\n" OCTAL,
         "0\n0\n0\n", "");
}

/* Interrupts wait for the priority: SPL, and the PSW of a vector and of RTI. */
static void priorities(void **state)
{
    same(2,
         VECTORS "START:  MOV #2000,SP\n        MOV #60$,64\n        MOV #340,66\n"
                 "        CLR R2\n        SPL 7\n        MOV #100,177564\n"
                 "        MOV R2,R0\n        JSR PC,OCTAL\n" /* 0: masked */
                 "        MOV #100,177564\n        SPL 4\n        NOP\n"
                 "        MOV R2,R3\n        SPL 3\n        INC R2\n        NOP\n"
                 "        MOV R2,R0\n        HALT\n"
                 "60$:    MOV #0,177564\n        MOV R3,R0\n        JSR PC,OCTAL\n"
                 "        MOV R2,R0\n        JSR PC,OCTAL\n        RTI\n" OCTAL,
         "0\n0\n0\n", "");
}

/* Echo by interrupts from a loop that never waits. */
static void spinning(void **state)
{
    same(2,
         VECTORS "START:  MOV #2000,SP\n        MOV #60$,60\n        MOV #200,62\n"
                 "        CLR R2\n        MOV #100,177560\n"
                 "10$:    TST R2\n        BEQ 10$\n        HALT\n"
                 "60$:    MOV 177562,R0\n        MOV R0,177566\n        CMP R0,#15\n"
                 "        BNE 70$\n        INC R2\n70$:    RTI\n        .END START\n",
         "", "spin");
}

/* The job's stack where there is no memory. */
static void no_stack(void **state)
{
    rig_program("a.out", VECTORS "START:  MOV #170000,SP\n        IOT\n        HALT\n"
                                 "        .END START\n");
    rig_tells(2, "p a.out\ne\n", "no memory for the job's stack at 167776", NULL);
}

/* RESET and SPL at milestone 2 and 3; modes, by RTI and back. */
static void previous_mode(void **state)
{
    static const char source[] = VECTORS
        "START:  MOV #2000,SP\n        MOV #80$,30\n        CLR 32\n        MOV #81$,4\n"
        "        CLR 6\n        MOV #30000,-(SP)\n        MOV #10$,-(SP)\n        RTI\n"
        "10$:    MOV #1234,-(SP)\n        MTPI SP\n        MFPD SP\n        MOV (SP)+,R0\n"
        "        JSR PC,OCTAL\n"
        "        MOV #1000,R3\n        MOV #55,-(SP)\n        MTPD (R3)+\n        MFPI -(R3)\n"
        "        MOV (SP)+,R0\n        ADD R3,R0\n        JSR PC,OCTAL\n"
        "        MOV #174000,-(SP)\n        MOV #20$,-(SP)\n        RTI\n"
        "20$:    MOV SP,R0\n        MOV #30$,R2\n        EMT\n"
        "30$:    JSR PC,OCTAL\n"
        "        MOV #170000,-(SP)\n        MOV #40$,-(SP)\n        RTI\n"
        "40$:    RESET\n        MOV #50$,1002\n        HALT\n" /* traps to 4 */
        "50$:    JSR PC,OCTAL\n        HALT\n"
        "80$:    MOV 2(SP),R0\n        ADD #4,SP\n        MOV #30$,PC\n"
        "81$:    MOV 2(SP),R0\n        ADD #4,SP\n        MOV 1002,PC\n" OCTAL;

    same(3, source, "0\n0\n0\n0\n", "");
}

/* RTI and RTT in user mode cannot lower the mode; MxPx of registers; a traced RTT. */
static void in_user_mode(void **state)
{
    same(3,
         VECTORS "START:  MOV #2000,SP\n        MOV #30$,30\n        MOV #340,32\n"
                 "        MOV #40$,14\n        MOV #340,16\n        CLR R3\n"
                 "        MOV #1600,-(SP)\n        MOV #30000,-(SP)\n        MOV #5$,-(SP)\n"
                 "        RTI\n"
                 "5$:     MTPD SP\n"
                 "        MOV #170000,-(SP)\n        MOV #10$,-(SP)\n        RTI\n"
                 "10$:    CLR -(SP)\n        MOV #11$,-(SP)\n        RTI\n"
                 "11$:    MOV #4017,-(SP)\n        MOV #12$,-(SP)\n        RTT\n"
                 "12$:    EMT\n"
                 "13$:    MOV #30,-(SP)\n        MTPI R2\n        MFPD R2\n"
                 "        MOV (SP)+,R0\n        JSR PC,OCTAL\n"
                 "        MOV #20,-(SP)\n        MOV #14$,-(SP)\n        RTT\n"
                 "14$:    NOP\n        NOP\n"
                 "        MOV R3,R0\n        JSR PC,OCTAL\n        HALT\n"
                 "30$:    MOV 2(SP),R0\n        ADD #4,SP\n        JSR PC,OCTAL\n"
                 "        MOV #13$,PC\n"
                 "40$:    INC R3\n        CMP R3,#3\n        BNE 41$\n"
                 "        CLR 2(SP)\n41$:    RTT\n" OCTAL,
         "0\n0\n0\n", "");
}

/* What a simulated instruction cannot reach: at milestone 1 the end, later the job's vector 4. */
static void faults(void **state)
{
    static const char *const odd[] = {"MOV 177560,1(R0)", "MOV -1(R0),R1", "MOV 177560,@1(R0)",
                                      "MFPI 1(R0)",       "MTPD 1(R0)",    "MOV 177561,R1"};
    static const char *const io[] = {"MFPI 177560", "MTPI @#177566", "MFPD (R2)", "MFPI @(R2)"};
    char source[400];

    for (unsigned i = 0; i < ARRAY_LEN(odd); i++) {
        snprintf(source, sizeof source,
                 VECTORS "START:  MOV #2000,SP\n        MOV #1000,R0\n        MOV #10$,4\n"
                         "        MOV #340,6\n        CLR -(SP)\n        %s\n        HALT\n"
                         "10$:    MOV #117,177566\n        HALT\n        .END START\n",
                 odd[i]);
        same(3, source, "", "");
        if (odd[i][1] == 'O')
            rig_tells(1, "p a.out\ne\n", "restriction 3", "trap to 4: an odd address", NULL);
    }
    for (unsigned i = 0; i < ARRAY_LEN(io); i++) {
        snprintf(source, sizeof source,
                 "        .=0\n        MOV #2000,SP\n        MOV #177560,R2\n"
                 "        %s\n        HALT\n        .END 0\n",
                 io[i]);
        rig_program("a.out", source);
        rig_tells(3, "p a.out\ne\n", "restriction 4", "refers to 1775", NULL);
        rig_tells(1, "p a.out\ne\n", "HALT at", NULL);
    }
    rig_program("a.out", "        .=0\n        MOV #160001,SP\n        RTI\n        .END 0\n");
    rig_tells(2, "p a.out\ne\n", "no memory for the job's stack", NULL);
    rig_program("a.out", "        .=0\n        MOV #160000,SP\n        RTI\n        .END 0\n");
    rig_tells(2, "p a.out\ne\n", "restriction 4", "000004 RTI: refers to 160000", NULL);
    rig_program("a.out", "        .=0\n        MOV #2,SP\n        MFPI R0\n        MFPI R0\n"
                         "        .END 0\n");
    rig_tells(3, "p a.out\ne\n", "restriction 4", "000006 MFPI R0: refers to 177776", NULL);
}

/* T, set by the user, has nobody to trap to. */
static void traced(void **state)
{
    rig_program("a.out", "        .=0\n        NOP\n        NOP\n        HALT\n        .END 0\n");
    rig_tells(1, "p a.out\nb 0\ne\nm ps 20\ne\n",
              "restriction 3 (no interrupt processing): 000002 NOP: interrupt through 014", NULL);
}

/* RESET is the terminal's too. */
static void reset(void **state)
{
    same(3,
         VECTORS
         "START:  MOV #2000,SP\n        SPL 7\n        MOV #140,177560\n"
         "        MOV #100,177564\n        RESET\n        MOV 177560,R0\n        JSR PC,OCTAL\n"
         "        MOV 177564,R0\n        JSR PC,OCTAL\n        HALT\n" OCTAL,
         "0\n0\n", "");
}

/* A WAIT that nothing ends. */
static void waits(void **state)
{
    rig_program("a.out", VECTORS "START:  SPL 7\n        MOV #100,177560\n        WAIT\n"
                                 "        HALT\n        .END START\n");
    rig_tells(2, "p a.out\ne\nab\n", "the job waits, and nothing will interrupt it", NULL);
    rig_tells(2, "p a.out\ne\n", "asks for a character, and there is no more input", NULL);
}

/* The three failures of chapter IV.D.3. */
static void failures(void **state)
{
    char out[1000];

    rig_program("a.out", "        .=0\n        MOV #5,R0\n        ADD TABLE,R0\n"
                         "        MOV R0,177566\n        HALT\nTABLE:  .WORD 74\n        .END 0\n");
    bare("a.out", "", out);
    assert_string_equal(out, "A");
    rig_tells(1, "p a.out\ne\n", "vmm> e\nA\nHALT", NULL);
    rig_program("a.out", "        .=0\n        MOV #100,R0\n        ADD TABLE,R0\n"
                         "        MOV R0,177566\n        HALT\nTABLE:  .WORD 1\n        .END 0\n");
    bare("a.out", "", out);
    assert_string_equal(out, "A");
    rig_tells(1, "p a.out\ne\n", "vmm> e\nh\nHALT", NULL); /* 100 + 104450 */
    rig_tells(1, "p a.out y\ny\ny\nn\ne\n", "vmm> e\nA\nHALT", NULL);
    rig_program("a.out", "        .=0\n        BR HIDE+2\nHIDE:   MOV #0,R3\n        .END 0\n");
    rig_tells(1, "p a.out\ne\n", "000004 HALT: a HALT that was not preprocessed", NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moves),        cmocka_unit_test(condition_codes),
        cmocka_unit_test(io_refused),   cmocka_unit_test(no_interrupts),
        cmocka_unit_test(nops),         cmocka_unit_test(vectors),
        cmocka_unit_test(priorities),   cmocka_unit_test(spinning),
        cmocka_unit_test(no_stack),     cmocka_unit_test(previous_mode),
        cmocka_unit_test(in_user_mode), cmocka_unit_test(faults),
        cmocka_unit_test(traced),       cmocka_unit_test(reset),
        cmocka_unit_test(waits),        cmocka_unit_test(failures),
    };

    return cmocka_run_group_tests_name("thesis_sim", tests, begin, end);
}
