/* test_watchers.c - looking on changes nothing: the hashes of a busy machine are the same, with
 * either engine, also where it comes and goes.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "monitor/monitor.h"

#include "../machine/busy.h"

#define STEPS     40u
#define STEP      5000u
#define FILE_NAME "watchers-test-trace"

/* The KT11 on, I and D spaces apart, a user program that traps and aborts for ever. */
static const char mapped_source[] =
    ".=4\n .word odd,340\n"
    ".=34\n .word trp,340\n"
    ".=250\n .word abt,340\n"
    ".=1000\n"
    "start: mov #1000,sp\n"
    " mov #77406,@#172300\n mov #77406,@#172316\n mov #7600,@#172356\n"
    " mov #77406,@#172320\n mov #77406,@#172336\n mov #7600,@#172376\n"
    " mov #200,@#177640\n mov #77402,@#177600\n"
    " mov #300,@#177660\n mov #77406,@#177620\n"
    " mov #5,@#172516\n mov #1,@#177572\n"
    " mov #144000,-(sp)\n clr -(sp)\n rti\n"
    "trp: inc @#count\n mfpd @#100\n mov (sp)+,r3\n rti\n"
    "abt: mov @#177576,r4\n mov #1,@#177572\n bic #100,@#177620\n rti\n"
    "odd: rti\n"
    "count: .word 0\n"
    ".=20000\n"
    "user: inc r0\n mov r0,@#100\n add @#100,r1\n mov r1,table(r1)\n trap 1\n"
    " mov r1,@#40000\n bic #177001,r1\n br user\n"
    "table: .word 0\n .end start\n";

static void load(struct machine *m, const char *source)
{
    struct asm_result *result = NULL;

    assert_int_equal(asm_assemble("test", source, strlen(source), NULL, &result, NULL), 0);
    for (unsigned i = 0; i < result->messages; i++)
        fail_msg("%s", result->message[i].text);
    memcpy(m->ram.base, result->image, 0140000);
    machine_start(m, result->start);
    asm_free(result);
}

static struct machine *mapped_new(void)
{
    struct machine *m = rig_machine(0);

    load(m, mapped_source);
    return m;
}

/* What is printed, as a number. */
static void print(void *ctx, const char *text, size_t len)
{
    u64 *hash = ctx;

    for (size_t i = 0; i < len; i++)
        *hash = (*hash ^ (u8)text[i]) * 0x100000001b3u;
}

/* The hashes of a run in which a monitor has carried out `lines` first; what it printed. */
static u64 run(struct machine *m, const char *const *lines, u64 hashes[STEPS])
{
    u64 printed = 1;
    const struct monitor_io io = {.print = print, .ctx = &printed};
    struct monitor *mon;

    assert_int_equal(monitor_new(&mon, m, &io, NULL), 0);
    for (; *lines; lines++)
        assert_int_equal(monitor_command(mon, *lines), MONITOR_OK);
    for (unsigned i = 0; i < STEPS; i++) {
        /* What looks on may come and go. */
        if (i == STEPS / 2)
            assert_int_equal(monitor_command(mon, "measure off"), MONITOR_OK);
        assert_int_equal(machine_run(m, (i + 1) * STEP, EVENT_NEVER), STOP_LIMIT);
        hashes[i] = machine_hash(m);
    }
    assert_int_equal(monitor_command(mon, "history 100"), MONITOR_OK);
    assert_int_equal(monitor_command(mon, "trace"), MONITOR_OK);
    monitor_free(mon);
    assert_null(m->cpu.watch);
    assert_false(cpu_needs_interpreter(&m->cpu));
    machine_free(m);
    unlink(FILE_NAME);
    return printed;
}

static void compare(struct machine *(*make)(void))
{
    static const char *const none[] = {NULL};
    static const char *const sets[][4] = {
        {"history on 1000"},
        {"measure on mix hot"},
        {"measure on heat"},
        {"trace on all to " FILE_NAME},
        {"trace on insn limit 1000 if r0 == @sp"},
        {"trace on trap irq io mmu limit 100M"},
        {"measure on", "history on 10", "trace on all limit 100"},
    };
    u64 plain[STEPS], watched[STEPS], printed = 0;

    run(make(), none, plain);
    assert_true(plain[STEPS - 1] != plain[STEPS - 2]);
    for (unsigned i = 0; i < 2 * ARRAY_LEN(sets); i++) {
        struct machine *m = make();
        const char *const *lines = sets[i / 2];

        /* A host without a translator does all with the interpreter. */
        if (i & 1 && machine_set_engine(m, ENGINE_JIT, NULL) != 0)
            assert_int_equal(machine_set_engine(m, ENGINE_JIT, NULL), -ENOTSUP);
        if (i & 1)
            assert_int_equal(run(m, lines, watched), printed);
        else
            printed = run(m, lines, watched);
        for (unsigned k = 0; k < STEPS; k++)
            if (plain[k] != watched[k])
                fail_msg("%s: another hash after %u instructions", lines[0], (k + 1) * STEP);
    }
}

static void test_busy(void **state)
{
    compare(busy_new);
}

static void test_mapped(void **state)
{
    compare(mapped_new);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_busy),
        cmocka_unit_test(test_mapped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
