/* test_trace.c - traces: which lines the filters let through, files, limits, journeys. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "rig.h"

#define FILE_NAME "monitor-test-trace"

/* An interrupt of the console's transmitter, a trap, an abort of user mode. 13 instructions. */
static void load(struct rig *rig)
{
    rig_do(rig, MONITOR_OK, "deposit 34 2000 340");
    rig_do(rig, MONITOR_OK, "deposit 64 2010 200");
    rig_do(rig, MONITOR_OK, "deposit 250 2020 340");
    rig_do(rig, MONITOR_OK, "assemble 2000 inc r2 \\ rti");
    rig_do(rig, MONITOR_OK, "assemble 2010 clr @#177564 \\ rti");
    rig_do(rig, MONITOR_OK, "assemble 2020 halt");
    rig_do(rig, MONITOR_OK, "assemble 4000 trap 1 \\ clr @#20000");
    rig_do(rig, MONITOR_OK,
           "assemble 1000 mov #1000,sp \\ mov #100,@#177564 \\ inc r1 \\ mov #140000,-(sp) \\ "
           "clr -(sp) \\ mov #1,@#177572 \\ rti");
    rig_do(rig, MONITOR_OK, "set kipdr0 77406");
    rig_do(rig, MONITOR_OK, "set kipdr7 77406");
    rig_do(rig, MONITOR_OK, "set kipar7 7600");
    rig_do(rig, MONITOR_OK, "set uipdr0 77406");
    rig_do(rig, MONITOR_OK, "set uipar0 40");
    rig_do(rig, MONITOR_OK, "set r1 0");
    rig_do(rig, MONITOR_OK, "start 1000");
}

/* The lines of the program under these words: of each the count, the word, and a little more. */
static void traces(struct rig *rig, const char *words, const char *lines)
{
    char command[200], got[4096] = "";

    rig_do(rig, MONITOR_OK, "set mmr0 0");
    load(rig);
    rig->m->cpu.icount = 0;
    snprintf(command, sizeof command, "trace on %s", words);
    rig_do(rig, MONITOR_OK, command);
    rig_do(rig, MONITOR_OK, "continue");
    for (const char *line = rig->text; line[0] == ' '; line = strchr(line, '\n') + 1) {
        size_t used = strlen(got);

        snprintf(got + used, sizeof got - used, "%.22s\n", line + 8);
    }
    if (strcmp(got, lines) != 0)
        print_message("trace on %s:\n%s", words, rig->text);
    assert_string_equal(got, lines);
    rig_do(rig, MONITOR_OK, "trace off");
    assert_false(cpu_needs_interpreter(&rig->m->cpu));
    rig_prints(rig, "trace", "nothing is traced\n");
}

#define TRAP_34  "10 trap 034 from pc 00\n"
#define TRAP_250 "13 trap 250 from pc 00\n"
#define IRQ_64   " 2 irq  064 from pc 00\n"
#define IO_SET   " 1 io   DATO  777564 0\n"
#define IO_CLR   " 2 io   DATIP 777564 0\n 2 io   DATO  777564 0\n"
#define MMU_ON   " 7 mmu  DATO  777572 0\n"
#define ABORT    "12 mmu  abort write ui\n"
#define USER_1   " 9 insn u 000000 10440\n"
#define USER_2   "12 insn u 000002 00503\n"

static void test_kinds(void **state)
{
    struct rig *rig = *state;

    traces(rig, "trap", TRAP_34 TRAP_250);
    traces(rig, "irq", IRQ_64);
    traces(rig, "io", IO_SET IO_CLR);
    traces(rig, "mmu", MMU_ON ABORT);
    traces(rig, "io trap", IO_SET IO_CLR TRAP_34 TRAP_250);
}

static void test_filters(void **state)
{
    struct rig *rig = *state;

    traces(rig, "insn mode user", USER_1 USER_2);
    traces(rig, "trap irq mode user", TRAP_34 TRAP_250);
    traces(rig, "trap irq mmu mode kernel", IRQ_64 MMU_ON);
    traces(rig, "trap irq vector 60..100", IRQ_64);
    traces(rig, "trap irq io vector 250", IO_SET IO_CLR TRAP_250);
    traces(rig, "trap irq io device dl", IO_SET IRQ_64 IO_CLR TRAP_34 TRAP_250);
    traces(rig, "trap irq io device rk", TRAP_34 TRAP_250);
    traces(rig, "io in 2010..2013", IO_CLR);
    traces(rig, "io in 2012..2013", "");
    traces(rig, "io trap in p:777560..777567", IO_SET IO_CLR);
    traces(rig, "insn in p:4000..4001", USER_1);
    traces(rig, "insn in u:0..1", USER_1);
    traces(rig, "insn in k:0..1", "");
    traces(rig, "insn in 1004", " 1 insn k 001004 01273\n");
    traces(rig, "all if ps.mode == 3 && r1 == 1", USER_1 USER_2 ABORT);
    traces(rig, "insn mode user if 0", "");
}

/* A condition that has no value lets the line through, and is told once. */
static void test_condition_fails(void **state)
{
    struct rig *rig = *state;

    load(rig);
    rig_do(rig, MONITOR_OK, "trace on insn if @(r0+1)");
    rig_do(rig, MONITOR_OK, "step 2 into");
    assert_string_equal(rig->error, "kd:000001: a word has an even address");
    assert_non_null(strstr(rig->text, " 0 insn k 001000"));
    assert_non_null(strstr(rig->text, " 1 insn k 001004"));
}

static void test_names(void **state)
{
    struct rig *rig = *state;

    load(rig);
    rig_do(rig, MONITOR_OK, "define begin 1000");
    rig_do(rig, MONITOR_OK, "trace on insn");
    rig_do(rig, MONITOR_OK, "step 2 into");
    assert_non_null(strstr(rig->text, " 000000  begin\n"));
    assert_non_null(strstr(rig->text, " 000000  begin+4\n"));
}

static size_t file_read(char *text, size_t size)
{
    FILE *file = fopen(FILE_NAME, "r");
    size_t len;

    assert_non_null(file);
    len = fread(text, 1, size - 1, file);
    text[len] = 0;
    fclose(file);
    return len;
}

/* The file is complete when it is looked at, does not grow beyond its limit, and says so. */
static void test_file(void **state)
{
    struct rig *rig = *state;
    char text[2000];

    unlink(FILE_NAME);
    load(rig);
    rig_do(rig, MONITOR_OK, "trace on insn to " FILE_NAME " limit 300");
    rig_do(rig, MONITOR_OK, "step 1 into");
    rig_prints(rig, "trace", "insn to " FILE_NAME ": 1 lines, 122 of 300 bytes\n");
    assert_int_equal(file_read(text, sizeof text), 122);
    rig_do(rig, MONITOR_OK, "continue");
    assert_null(strstr(rig->text, "insn"));
    rig_prints(rig, "trace", "insn to " FILE_NAME ": 2 lines, 244 of 300 bytes, 12 lines lost\n");
    rig_do(rig, MONITOR_OK, "trace off");
    assert_int_equal(file_read(text, sizeof text),
                     244 +
                         strlen("         2 end  the trace has reached its limit of 300 bytes\n"));
    assert_string_equal(text + 244,
                        "         2 end  the trace has reached its limit of 300 bytes\n");
    rig_fails(rig, "trace on insn to " FILE_NAME, FILE_NAME ": File exists");
    unlink(FILE_NAME);
    rig_fails(rig, "trace on insn to none/" FILE_NAME,
              "none/" FILE_NAME ": No such file or directory");
    rig->io.no_files = true;
    rig_fails(rig, "trace on insn to " FILE_NAME, "files of the host cannot be reached from here");
}

/* What the host cannot write is told in the end. */
static void test_full(void **state)
{
    struct rig *rig = *state;
    struct rlimit limit, less;

    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    less = (struct rlimit){.rlim_cur = 1000, .rlim_max = limit.rlim_max};
    signal(SIGXFSZ, SIG_IGN);
    unlink(FILE_NAME);
    load(rig);
    rig_do(rig, MONITOR_OK, "trace on insn to " FILE_NAME);
    rig_do(rig, MONITOR_OK, "continue");
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &less), 0);
    rig_do(rig, MONITOR_ERROR, "trace off");
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    assert_string_equal(rig->error, FILE_NAME ": File too large");
    rig_prints(rig, "trace", "nothing is traced\n");
    unlink(FILE_NAME);
}

/* The next takes the place of the one before; one that is wrong leaves it. */
static void test_another(void **state)
{
    struct rig *rig = *state;

    load(rig);
    rig_do(rig, MONITOR_OK, "trace on insn");
    rig_do(rig, MONITOR_ERROR, "trace on insn trapp");
    rig_prints(rig, "trace", "insn: 0 lines, 0 of 1000000 bytes\n");
    rig_do(rig, MONITOR_OK,
           "trace on trap irq mode user mode kernel in k:0..10 vector 4 device rk limit 5K if r0");
    rig_prints(rig, "trace",
               "trap, irq: 0 lines, 0 of 5000 bytes\n"
               "  mode kernel\n  mode user\n  in ki:000000..000010\n  vector 004..004\n"
               "  device rk\n  if r0\n");
    rig_do(rig, MONITOR_OK, "step 3 into");
    assert_null(strstr(rig->text, "insn"));
    rig_do(rig, MONITOR_OK, "trace off");
    rig_do(rig, MONITOR_OK, "trace off");
}

static void test_errors(void **state)
{
    struct rig *rig = *state;

    rig_fails(rig, "trace on", "what is to be traced: insn, trap, io, mmu, irq, all");
    rig_fails(rig, "trace on mode user", "what is to be traced: insn, trap, io, mmu, irq, all");
    rig_fails(rig, "trace on trapp", "trapp: no such thing to trace; did you mean trap?");
    rig_fails(rig, "trace on insn mode usr", "usr: no such mode; did you mean user?");
    rig_fails(rig, "trace on insn in 20..10", "20..10: the last address lies before the first");
    rig_fails(rig, "trace on irq vector 1000", "1000: a vector is at most 774");
    rig_fails(rig, "trace on irq vector 100..60", "vector: the last lies before the first");
    rig_fails(rig, "trace on io device dx", "dx: no such device; did you mean dl?");
    rig_fails(rig, "trace on insn limit 0", "0: the limit in bytes is 1 to 4611686018427387903");
    rig_fails(rig, "trace on insn if", "if: an expression is missing behind it");
    rig_fails(rig, "trace on insn if zork", "zork: no such register or symbol");
    rig_fails(rig, "trace away", "away: no such thing to do with a trace; there are on, off");
    rig_prints(rig, "trace", "nothing is traced\n");
}

/* A journey is not told; what the user repeats is. */
static void test_journey(void **state)
{
    struct rig *rig = *state;

    load(rig);
    rig_do(rig, MONITOR_OK, "record start");
    rig_do(rig, MONITOR_OK, "trace on all");
    rig_do(rig, MONITOR_OK, "step 6 into");
    rig_do(rig, MONITOR_OK, "reverse-step 3");
    assert_null(strstr(rig->text, "insn"));
    rig_do(rig, MONITOR_OK, "goto 1");
    assert_null(strstr(rig->text, "insn"));
    rig_do(rig, MONITOR_OK, "step 1 into");
    assert_ptr_equal(strstr(rig->text, "         1 insn"), rig->text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(test_kinds),   RIG_TEST(test_filters), RIG_TEST(test_condition_fails),
        RIG_TEST(test_names),   RIG_TEST(test_file),    RIG_TEST(test_full),
        RIG_TEST(test_another), RIG_TEST(test_errors),  RIG_TEST(test_journey),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
