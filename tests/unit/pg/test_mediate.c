/* test_mediate.c - the check of a monitor: a perfect one passes, each of a few faults is found and
 * named; CP's methods are perfect.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "pg/mediate.h"
#include "pg/pg.h"

/* A "monitor" whose guest is simply another bare machine, and what it does wrong. */
enum fault { NONE, LOSES_PRIORITY, MUTES_RESET, SWALLOWS_HALT, SPOILS_MEMORY, FORGETS_YELLOW };

struct guest {
    struct cpu cpu;
    struct ram ram;
    enum fault fault;
    bool init;
};

static bool io_none(void *ctx, u32 pa, enum io_cycle cycle, u16 *value)
{
    return false;
}

static bool io_nowhere(void *ctx, u32 pa, enum io_cycle cycle, u16 value)
{
    return false;
}

static bool no_grant(void *ctx, unsigned level, u16 *vector)
{
    return false;
}

static void init(void *ctx)
{
    ((struct guest *)ctx)->init = true;
}

static int guest_make(void **made, const char *how, struct err *err)
{
    static const struct io_ops io = {.read = io_none, .write = io_nowhere};
    static const struct cpu_ops ops = {no_grant, init};
    struct guest *guest = calloc(1, sizeof *guest);

    assert_non_null(guest);
    assert_int_equal(ram_init(&guest->ram, PG_MEMORY, err), 0);
    cpu_init(&guest->cpu, &guest->ram, (struct io){&io, guest}, &ops, guest);
    guest->fault = (enum fault)(how[0] - '0');
    *made = guest;
    return 0;
}

static void guest_free(void *ctx)
{
    struct guest *guest = ctx;

    ram_fini(&guest->ram);
    free(guest);
}

static u8 *guest_memory(void *ctx)
{
    return ((struct guest *)ctx)->ram.base;
}

static void guest_load(void *ctx, const struct pg_machine *machine)
{
    struct guest *guest = ctx;

    guest->init = false;
    pg_machine_put(&guest->cpu, machine);
}

static enum cpu_exit guest_step(void *ctx)
{
    struct guest *guest = ctx;
    enum cpu_exit exit = cpu_run(&guest->cpu, guest->cpu.icount + 1);

    if (guest->fault == SPOILS_MEMORY && cpu_mode(&guest->cpu) == MODE_S)
        ram_put(&guest->ram, 0321450, (u16)(ram_get(&guest->ram, 0321450) ^ 1u));
    return guest->fault == SWALLOWS_HALT && exit == EXIT_HALT ? EXIT_LIMIT : exit;
}

static void guest_read(void *ctx, struct pg_machine *machine)
{
    struct guest *guest = ctx;

    pg_machine_take(&guest->cpu, machine);
    machine->init = guest->init && guest->fault != MUTES_RESET;
    if (guest->fault == LOSES_PRIORITY)
        machine->ps &= (u16)~PS_PRIO;
    if (guest->fault == FORGETS_YELLOW)
        machine->pending &= ~ATTN_YELLOW;
}

static const struct pg_monitor plain = {guest_make, guest_free, guest_memory,
                                        guest_load, guest_step, guest_read};

static struct pg *make(const struct pg_monitor *monitor, const char *how, unsigned samples)
{
    const struct pg_config config = {.mmu = true,
                                     .guest = MODE_U,
                                     .samples = samples,
                                     .seed = 5,
                                     .homo = true,
                                     .monitor = monitor,
                                     .how = how};
    struct pg *pg = NULL;
    struct err err = {0};

    if (pg_new(&pg, &config, &err))
        fail_msg("%s", err.text);
    return pg;
}

/* What is found of words of all instructions. */
static u32 check(struct pg *pg)
{
    u32 found = 0;

    for (unsigned word = 0; word < 65536; word += word < 0400 ? 1 : 13)
        found |= pg_word(pg, (u16)word) & PG_HOMO;
    return found;
}

static void test_a_perfect_monitor(void **state)
{
    struct pg *pg = make(&plain, "0", 3);

    assert_int_equal(check(pg), 0);
    pg_free(pg);
}

static void test_faults_are_found(void **state)
{
    static const struct {
        enum fault fault;
        u16 word;
        u32 finding;
        const char *what;
    } cases[] = {
        {LOSES_PRIORITY, 0000237, PG_HOMO_K, "PSW"},
        {LOSES_PRIORITY, 0104000, PG_HOMO_U, "PSW"},
        {MUTES_RESET, 0000005, PG_HOMO_K, "INIT"},
        {SWALLOWS_HALT, 0000000, PG_HOMO_K, "how it ends"},
        {SPOILS_MEMORY, 0005003, PG_HOMO_S, "memory"},
        {FORGETS_YELLOW, 0005016, PG_HOMO_K, "a pending request"},
    };

    for (unsigned i = 0; i < ARRAY_LEN(cases); i++) {
        const char how[] = {(char)('0' + cases[i].fault), 0};
        struct pg *pg = make(&plain, how, 200);
        struct pg_state example;
        const char *what = pg_mediated_example(pg, cases[i].word, cases[i].finding, &example);
        if (!what)
            fail_msg("%06o: not found", cases[i].word);
        assert_true(pg_word(pg, cases[i].word) & cases[i].finding);
        assert_string_equal(what, cases[i].what);
        assert_int_equal(example.insn, cases[i].word);
        if (cases[i].fault != LOSES_PRIORITY)
            assert_null(pg_mediated_example(pg, 0000240, PG_HOMO_U, &example));
        pg_free(pg);
    }
}

/* CP by each of its methods. */
static void test_cp(void **state)
{
    static const char *const methods[] = {
        "simulate",    "preprocess",        "hybrid", "trap",           "trap,moves",
        "trap,assist", "trap,moves,assist", "hv",     "trap,supervisor"};

    for (unsigned i = 0; i < ARRAY_LEN(methods); i++) {
        struct pg *pg = make(&pg_monitor_cp, methods[i], 3);
        u32 found = check(pg);
        if (found)
            fail_msg("method %s: %o", methods[i], found);
        pg_free(pg);
    }
}

static void test_no_such_method(void **state)
{
    const struct pg_config config = {
        .mmu = true, .guest = MODE_U, .samples = 1, .monitor = &pg_monitor_cp, .how = "tarp"};
    struct pg *pg = NULL;
    struct err err = {0};

    assert_true(pg_new(&pg, &config, &err) < 0);
    assert_non_null(strstr(err.text, "tarp"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_perfect_monitor),
        cmocka_unit_test(test_faults_are_found),
        cmocka_unit_test(test_cp),
        cmocka_unit_test(test_no_such_method),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
