/* test_thesis.c - sessions with the thesis's monitor: commands, dialogues, files, restrictions. */
#include "monitor/thesis.h"

#include <errno.h>
#include <sys/stat.h>

#include "base/wholefile.h"
#include "mem/ram.h"
#include "thesis_rig.h"

static char dir[32];

static int begin(void **state)
{
    files_begin(dir);
    return 0;
}

static int end(void **state)
{
    static const char *const names[] = {"a.out", "b.out", ".vmm002", ".vmt003", NULL};

    files_end(dir, names);
    return 0;
}

/* Prints R0, which is A, and halts. */
static const char print_a[] = "        .=0\n"
                              "START:  MOV #101,R0\n"   /* 0 */
                              "10$:    MOV 177564,R1\n" /* 4 */
                              "        TSTB R1\n"       /* 10 */
                              "        BPL 10$\n"       /* 12 */
                              "        MOV R0,177566\n" /* 14 */
                              "        HALT\n"          /* 20 */
                              "        .END START\n";

/* The preprocessor's output to the bit: the a.out and the table of print_a. */
static void files_exact(void **state)
{
    static const u16 aout[] = {0407,    022,     0,       0,       0,       0,
                               0,       1,       012700,  0101,    0104450, 0177554,
                               0105701, 0100374, 0104450, 0177546, 0104450};
    static const u16 table[] = {04, 016701, 014, 010067, 020, 0};
    struct err err = {0};
    size_t len;
    u8 *bytes;

    rig_program("a.out", print_a);
    rig_transcript(
        1, "p a.out\ns\n",
        "vmm> p a.out\n"
        "words: 11, blocks: 1, parameters skipped: 0, sensitive instructions replaced: 3, "
        "declined: 0, refused: 0\n"
        "vmm> s\n");
    assert_int_equal(wholefile_read(".vmm002", 1000, &bytes, &len, &err), 0);
    assert_true(len >= sizeof aout);
    for (unsigned i = 0; i < ARRAY_LEN(aout); i++)
        if (i < 4 || i > 7) /* symbols, entry, flag: as they came */
            assert_int_equal(word_get(bytes + 2 * i), aout[i]);
    free(bytes);
    assert_int_equal(wholefile_read(".vmt003", 1000, &bytes, &len, &err), 0);
    assert_int_equal(len, sizeof table);
    for (unsigned i = 0; i < ARRAY_LEN(table); i++)
        assert_int_equal(word_get(bytes + 2 * i), table[i]);
    free(bytes);
}

/* All but the replaced words is as it was. */
static void rest_unchanged(void **state)
{
    struct err err = {0};
    size_t before, after;
    unsigned changed = 0;
    u8 *old, *new;

    rig_program("a.out", print_a);
    rig_tells(1, "p a.out\n", "replaced: 3", NULL);
    assert_int_equal(wholefile_read("a.out", 1000, &old, &before, &err), 0);
    assert_int_equal(wholefile_read(".vmm002", 1000, &new, &after, &err), 0);
    assert_int_equal(before, after);
    for (size_t i = 0; i < before; i += 2)
        changed += word_get(old + i) != word_get(new + i);
    assert_int_equal(changed, 3);
    free(old);
    free(new);
}

/* The whole session of appendix D.IV, command by command. */
static void session(void **state)
{
    rig_program("a.out", print_a);
    rig_transcript(
        1,
        "p a.out n\nb 14\ne\nd r\nd o 0 12\nd s 0 3\nm r0 102\nm mem 16 177546\ne\n"
        "e\ns\n",
        "vmm> p a.out n\n"
        "words: 11, blocks: 1, parameters skipped: 0, sensitive instructions replaced: 3, "
        "declined: 0, refused: 0\n"
        "vmm> b 14\n"
        "vmm> e\n"
        "breakpoint at 000014 010067 177546         MOV R0,177566\n"
        "vmm> d r\n"
        "R0 000101      65\n"
        "R1 000200     128\n"
        "R2 000000       0\n"
        "R3 000000       0\n"
        "R4 000000       0\n"
        "R5 000000       0\n"
        "PS 000010\n"
        "SP 000000\n"
        "PC 000014\n"
        "vmm> d o 0 12\n"
        "000000: 012700 000101 104450 177554 105701 100374 104450 177546\n"
        "000020: 104450 000000\n"
        "vmm> d s 0 3\n"
        "000000 012700 000101         MOV #101,R0\n"
        "000004 104450 177554         TRAP 50    <- sensitive, 016701 MOV\n"
        "000010 105701                TSTB R1\n"
        "vmm> m r0 102\n"
        "vmm> m mem 16 177546\n"
        "vmm> e\n"
        "B\n"
        "HALT at 000020: the job is done\n"
        "vmm> e\n"
        "A\n"
        "HALT at 000020: the job is done\n"
        "vmm> s\n");
}

/* Five previous instructions, the user's yes and no; the parameters of JSR and TRAP. */
static void dialogue(void **state)
{
    rig_program("a.out", "        .=0\n"
                         "START:  NOP\n        NOP\n        MOV #5,R0\n        NOP\n"
                         "        CLR R1\n        CLR R2\n        RESET\n"
                         "        JSR R5,20$\n        .WORD 0,5\n"
                         "        TRAP 3\n        .WORD 2\n        HALT\n"
                         "20$:    RTS R5\n        .END START\n");
    rig_transcript(
        1, "p a.out y\nmaybe\nn\n9\n100\n2\n1\ny\ns\n",
        "vmm> p a.out y\n"
        "000002 000240                NOP\n"
        "000004 012700 000005         MOV #5,R0\n"
        "000010 000240                NOP\n"
        "000012 005001                CLR R1\n"
        "000014 005002                CLR R2\n"
        "000016 000005                RESET    <- sensitive\n"
        "put the TRAP in its place (y, n)? maybe\n"
        "answer y or n\n"
        "put the TRAP in its place (y, n)? n\n"
        "000004 012700 000005         MOV #5,R0\n"
        "000010 000240                NOP\n"
        "000012 005001                CLR R1\n"
        "000014 005002                CLR R2\n"
        "000016 000005                RESET\n"
        "000020 004567 000012         JSR R5,000036    <- JSR\n"
        "number of parameters behind it? 9\n"
        "9: not an octal number up to 177777\n"
        "number of parameters behind it? 100\n"
        "only 6 words follow\n"
        "number of parameters behind it? 2\n"
        "000010 000240                NOP\n"
        "000012 005001                CLR R1\n"
        "000014 005002                CLR R2\n"
        "000016 000005                RESET\n"
        "000020 004567 000012         JSR R5,000036\n"
        "000030 104403                TRAP 3    <- TRAP\n"
        "number of parameters behind it? 1\n"
        "000012 005001                CLR R1\n"
        "000014 005002                CLR R2\n"
        "000016 000005                RESET\n"
        "000020 004567 000012         JSR R5,000036\n"
        "000030 104403                TRAP 3\n"
        "000034 000000                HALT    <- sensitive\n"
        "put the TRAP in its place (y, n)? y\n"
        "words: 20, blocks: 1, parameters skipped: 3, sensitive instructions replaced: 1, "
        "declined: 1, refused: 0\n"
        "vmm> s\n");
}

/* Without an answer nothing is written, and the job that was there stays. */
static void no_answer(void **state)
{
    struct stat st;

    rig_program("a.out", "        .=0\n        JSR PC,0\n        HALT\n        .END 0\n");
    remove(".vmm002");
    remove(".vmt003");
    rig_tells(1, "p a.out", "no answer: nothing is written", NULL);
    assert_int_equal(stat(".vmm002", &st), -1);
    assert_int_equal(stat(".vmt003", &st), -1);
    rig_program("b.out", "        .=0\n        HALT\n        .END 0\n");
    rig_tells(1, "p b.out y", "000000 000000                HALT    <- sensitive", "no answer",
              NULL);
}

/* A job that was preprocessed in another session. */
static void from_files(void **state)
{
    rig_program("a.out", print_a);
    rig_tells(1, "p a.out\n", "replaced: 3", NULL);
    rig_tells(1, "e\n", "./.vmm002: 3 sensitive instructions in the table\nA\nHALT at 000020",
              NULL);
}

static void damaged_files(void **state)
{
    static const u8 odd[4] = {1, 0, 0, 0}, far[4] = {0, 2, 0, 0}, plain[4] = {4, 0, 0240, 0};
    static const u8 twice[8] = {4, 0, 0, 0, 4, 0, 0, 0};

    rig_program("a.out", print_a);
    rig_tells(1, "p a.out\n", "replaced: 3", NULL);
    file_make(".vmt003", odd, 3);
    rig_tells(1, "e\n", "restriction 1", "damaged table: 3 bytes", NULL);
    file_make(".vmt003", odd, 4);
    rig_tells(1, "e\n", "restriction 1", "damaged table: at byte 0 address 000001", NULL);
    file_make(".vmt003", far, 4);
    rig_tells(1, "e\n", "at byte 0 address 001000", NULL);
    file_make(".vmt003", plain, 4);
    rig_tells(1, "e\n", "at byte 0 address 000004, instruction 000240", NULL);
    file_make(".vmt003", twice, 8);
    rig_tells(1, "e\n", "at byte 4 address 000004", NULL);
    remove(".vmt003");
    rig_tells(1, "e\n", "restriction 1", "p FILE comes first", NULL);
    rig_tells(1, "p a.out\n", "replaced: 3", NULL);
    file_make(".vmm002", odd, 4);
    rig_tells(1, "b 4\n", "restriction 1", "0407", NULL);
}

static void bad_programs(void **state)
{
    static const u8 shared[16] = {010, 1}, split[16] = {011, 1}, first[16] = {5, 1};
    static const u8 cut[16] = {7, 1, 0100}, text[] = "hello";

    file_make("a.out", shared, 16);
    rig_tells(1, "p a.out\n", "restriction 1", "shareable", NULL);
    file_make("a.out", split, 16);
    rig_tells(1, "p a.out\n", "restriction 1", "separate spaces", NULL);
    file_make("a.out", first, 16);
    rig_tells(1, "p a.out\n", "restriction 1", "First Edition", NULL);
    file_make("a.out", cut, 16);
    rig_tells(1, "p a.out\n", "restriction 1", "truncated", NULL);
    file_make("a.out", text, 5);
    rig_tells(1, "p a.out\n", "restriction 1", "no a.out", NULL);
    rig_tells(1, "p nonesuch\n", "nonesuch: No such file", NULL);
    rig_tells(1, "p .\n", "directory", NULL);
}

/* An a.out of no text at all is sound; there is nothing to do. */
static void empty_program(void **state)
{
    static const u8 empty[16] = {7, 1};

    file_make("a.out", empty, 16);
    rig_tells(1, "p a.out\ne\n", "words: 0, blocks: 0", "restriction 1", "000000 HALT", NULL);
}

static void bad_commands(void **state)
{
    rig_program("a.out", print_a);
    rig_tells(1, "q\n", "q: no such command", "  e   ", "  s   ", NULL);
    rig_tells(1, "p\n", "p FILE [y|n] [b]", NULL);
    rig_tells(1, "p a.out z\n", "p FILE [y|n] [b]", NULL);
    rig_tells(1, "p a b c d e f\n", "f: that is more than any command takes", NULL);
    rig_tells(1, "p a.out\ne now\n", "nothing stands behind it", NULL);
    rig_tells(1, "p a.out\nb\nb 8\nb 3\nb 160000\nb 177777777777777777777\n", "b ADDR",
              "8: not an octal number", "3: an odd address", "160000: the I/O page",
              "177777777777777777777: not an octal number", NULL);
    rig_tells(1, "p a.out\ne\nd\nd q\nd o 0\nd o 0 x\nd r 1\nd s 1 1\n", "d r | d o ADDR #",
              "x: not an octal", "1: an odd address", NULL);
    rig_tells(1, "p a.out\ne\nm\nm r6 1\nm r0\nm r0 200000\nm pc 1\nm mem 1 1\nm mem 0\n", "m rX V",
              "200000: not an octal", "000001: an odd address", "1: an odd address", NULL);
    rig_tells(1, "\n   \ns x\n", "vmm> s x", NULL);
}

/* Everything that can be modified, seen again. */
static void modify(void **state)
{
    rig_program("a.out", print_a);
    rig_tells(1, "p a.out\nb 0\ne\nM R5 177777\nm SP 1000\nm pc 14\nm ps 17\nm r0 103\nd r\ne\n",
              "R5 177777      -1", "SP 001000", "PC 000014", "PS 000017", "C\nHALT", NULL);
    /* Memory before the first execution is that of the file. */
    rig_tells(1, "p a.out\nm mem 2 104\nd s 0 1\ne\n", "000000 012700 000104         MOV #104,R0",
              "D\nHALT", NULL);
    rig_tells(1, "e\n", "D\nHALT", NULL);
    rig_tells(1, "p a.out\nm mem 0 0\n", "000000 is HALT", NULL);
}

static void breakpoints(void **state)
{
    rig_program("a.out", print_a);
    rig_tells(1, "p a.out\nb 0\nb 2\nb 4\nb 6\nb 10\nb 12\nb 14\nb 16\nb 20\nb 22\nb 24\nb 0\n",
              "000024: there are 10 breakpoints", "000000: there is a breakpoint already", NULL);
    /* One-shot: the loop goes on without it. */
    rig_tells(1, "p a.out\ne\nb 10\ne\nd s 10 1\ne\n", "breakpoint at 000010 105701",
              "000010 105701                TSTB R1\nvmm> e\nA\nHALT", NULL);
    rig_tells(1, "p a.out\nb 10\nd s 10 1\ne\nm mem 10 240\ne\n", "<- breakpoint, 105701", NULL);
    /* What is modified under a breakpoint is there when it is taken out. */
    rig_tells(1, "p a.out\nb 0\ne\nb 4\nm mem 4 12701\nm mem 6 200\ne\nd s 4 1\n",
              "breakpoint at 000004 012701 000200         MOV #200,R1", NULL);
}

/* A breakpoint where input is read: what was typed and not read is lost. */
static void lost_input(void **state)
{
    rig_program("a.out", "        .=0\n"
                         "10$:    MOV 177560,R1\n        TSTB R1\n        BPL 10$\n"
                         "        MOV 177562,R0\n        CMP R0,#15\n        BNE 10$\n"
                         "        HALT\n        .END 0\n");
    rig_tells(1, "p a.out\nb 14\ne\nabc\nd r\ne\nx\n", "breakpoint at 000014 020027 000015",
              "restriction 8 (a breakpoint in an input loop loses characters): 3 characters",
              "R0 000141", "HALT at 000022", NULL);
    rig_tells(1, "p a.out\ne\n", "asks for a character, and there is no more input", NULL);
    rig_tells(1, "p a.out\nm mem 16 141\ne\nxabc\n", "3 characters that were typed were not read",
              NULL);
}

/* Before the first execution: restriction 5; before p: restriction 1. */
static void too_early(void **state)
{
    static const char *const lines[] = {"e\n", "b 0\n", "d r\n", "d s 0 1\n", "m r0 1\n"};

    remove(".vmm002");
    for (unsigned i = 0; i < ARRAY_LEN(lines); i++)
        rig_tells(1, lines[i], "restriction 1 (files are a.out and preprocessed", NULL);
    rig_program("a.out", print_a);
    rig_tells(1, "p a.out\nd r\nm r0 1\nm pc 0\nd o 0 1\n", "vmm> d r\nrestriction 5",
              "vmm> m r0 1\nrestriction 5", "vmm> m pc 0\nrestriction 5",
              "vmm> d o 0 1\nrestriction 5", NULL);
}

static void debugger(void **state)
{
    rig_program("a.out", print_a);
    rig_tells(1, "p a.out n b\ne\n", "  * block=0", "  * vmt[0] addr=000004 insn=016701", NULL);
    rig_tells(1, "i\np a.out\nb 14\ne\nx\ne\n", "  * debug=1", "  * bp[0] addr=000014 insn=104450",
              "  * simulate MOV insn=016701", "  * debug=0\nvmm> e\nA\nHALT", NULL);
}

static void stopping(void **state)
{
    const struct thesis_config config = {.limit = 1000, .stats = true};
    const struct thesis_config endless = {.milestone = 1};
    struct rig_session s = {0};

    rig_program("a.out", "        .=0\n        BR 0\n        .END 0\n");
    assert_int_equal(rig_session_of(&s, &config, "p a.out\ne\n"), 0);
    assert_non_null(strstr(s.text, "stopped after 1000 instructions, PC 000000"));
    assert_true(s.failed);
    s.interrupts = 3;
    assert_int_equal(rig_session_of(&s, &endless, "p a.out\ne\nd r\n"), 0);
    assert_non_null(strstr(s.text, "interrupted, PC 000000"));
    assert_false(s.failed);
}

static void stats(void **state)
{
    const struct thesis_config config = {.stats = true};
    struct rig_session s = {0};

    rig_program("a.out", "        .=0\n        MOV #4,R0\n1$:     NOP\n        SOB R0,1$\n"
                         "        RESET\n        HALT\n        .END 0\n");
    assert_int_equal(rig_session_of(&s, &config, "p a.out\nb 6\ne\ne\n"), 0);
    assert_non_null(strstr(s.text,
                           "11 instructions, 9 of them executed directly (81.8%), 2 simulated\n"
                           "  HALT   1\n  RESET  1\n"));
}

static void refused_sessions(void **state)
{
    const struct thesis_io io = {rig_read, rig_print, NULL, NULL};
    struct machine *small = rig_machine(040000), *m = rig_machine(0);
    struct thesis_config config = {.milestone = 4};
    struct thesis *t = NULL;
    struct err err = {0};
    char long_name[1000];

    assert_int_equal(thesis_new(&t, m, &io, &config, &err), -EINVAL);
    rig_error(&err, EINVAL, "milestone 4", NULL);
    err = (struct err){0};
    config.milestone = 0;
    assert_int_equal(thesis_new(&t, small, &io, &config, &err), -EINVAL);
    rig_error(&err, EINVAL, "64K", NULL);
    err = (struct err){0};
    memset(long_name, 'x', sizeof long_name - 1);
    long_name[sizeof long_name - 1] = 0;
    config.dir = long_name;
    assert_int_equal(thesis_new(&t, m, &io, &config, &err), -ENAMETOOLONG);
    thesis_free(NULL);
    machine_free(small);
    machine_free(m);
}

/* A job without a sensitive instruction has an empty table. */
static void empty_table(void **state)
{
    const struct thesis_config config = {.limit = 1000};
    struct rig_session s = {0};
    struct stat st;

    rig_program("a.out", "        .=0\n        BR 0\n        .END 0\n");
    rig_tells(1, "p a.out\n", "replaced: 0", NULL);
    assert_int_equal(stat(".vmt003", &st), 0);
    assert_int_equal(st.st_size, 0);
    assert_int_equal(rig_session_of(&s, &config, "e\n"), 0);
    assert_non_null(strstr(s.text, "./.vmm002: 0 sensitive instructions in the table\nstopped"));
}

/* A long line is cut, and read to its end; what does not end a line is printed all the same. */
static void long_line(void **state)
{
    char script[1000] = "p a.out\ne\n";

    rig_program("a.out", "        .=0\n10$:    MOV 177560,R1\n        TSTB R1\n        BPL 10$\n"
                         "        MOV 177562,R0\n        INC R2\n        MOV R0,177566\n"
                         "        CMP R0,#15\n        BNE 10$\n        HALT\n        .END 0\n");
    memset(script + strlen(script), 'x', 700);
    strcat(script, "\nd r\n");
    rig_tells(1, script, "xxxx", "R2 000377     255", NULL); /* 254 characters and CR */
}

/* The a.out cannot be replaced: then the table is not left alone. */
static void half_written(void **state)
{
    struct stat st;

    rig_program("a.out", print_a);
    remove(".vmm002");
    assert_int_equal(mkdir(".vmm002", 0700), 0);
    rig_tells(1, "p a.out\ne\n", ".vmm002: ", "restriction 1", NULL);
    assert_int_equal(stat(".vmt003", &st), -1);
    assert_int_equal(rmdir(".vmm002"), 0);
    rig_tells(1, "p a.out\n", "replaced: 3", NULL);
    remove(".vmm002");
    assert_int_equal(mkdir(".vmm002", 0700), 0);
    rig_tells(1, "p a.out\nm mem 0 240\n", ".vmm002: ", NULL);
    assert_int_equal(rmdir(".vmm002"), 0);
}

/* Files that cannot be written: told, and the session goes on. */
static void no_directory(void **state)
{
    const struct thesis_config config = {.dir = "nonesuch"};
    struct rig_session s = {0};

    rig_program("a.out", print_a);
    assert_int_equal(rig_session_of(&s, &config, "p a.out\ne\n"), 0);
    assert_non_null(strstr(s.text, "nonesuch/.vmt003"));
    assert_non_null(strstr(s.text, "restriction 1"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_exact),   cmocka_unit_test(rest_unchanged),
        cmocka_unit_test(session),       cmocka_unit_test(dialogue),
        cmocka_unit_test(no_answer),     cmocka_unit_test(from_files),
        cmocka_unit_test(damaged_files), cmocka_unit_test(bad_programs),
        cmocka_unit_test(empty_program), cmocka_unit_test(bad_commands),
        cmocka_unit_test(modify),        cmocka_unit_test(breakpoints),
        cmocka_unit_test(lost_input),    cmocka_unit_test(too_early),
        cmocka_unit_test(debugger),      cmocka_unit_test(stopping),
        cmocka_unit_test(stats),         cmocka_unit_test(refused_sessions),
        cmocka_unit_test(no_directory),  cmocka_unit_test(empty_table),
        cmocka_unit_test(long_line),     cmocka_unit_test(half_written),
    };

    return cmocka_run_group_tests_name("thesis", tests, begin, end);
}
