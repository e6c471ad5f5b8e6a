/* test_aout.c - UNIX a.out files of all four kinds, good and bad. */
#include <errno.h>

#include "machine/load.h"
#include "rig.h"

#define HALT 0

static int parse(struct program **p, const u16 *words, size_t count,
                 const struct program_options *opt, struct err *err)
{
    u8 bytes[2000];
    size_t len = rig_words(bytes, words, count);

    return program_parse(p, "a.out", FILE_AOUT, bytes, len, opt, err);
}

static void normal(void **state)
{
    const u16 words[] = {0407, 4, 2, 6, 0, 2, 0, 1, 0240, HALT, 0123456};
    struct program *p;
    struct err err = {0};
    struct machine *m = rig_machine(0);

    assert_int_equal(parse(&p, words, ARRAY_LEN(words), NULL, &err), 0);
    assert_int_equal(p->magic, 0407);
    assert_int_equal(p->segments, 2);
    assert_int_equal(p->segment[0].va, 0);
    assert_int_equal(p->segment[0].size, 4);
    assert_int_equal(p->segment[1].pa, 4);
    assert_int_equal(p->segment[1].len, 2);
    assert_int_equal(p->segment[1].size, 8);
    assert_true(p->has_start);
    assert_int_equal(p->start, 2);
    ram_put(&m->ram, 012, 0177777); /* bss is zeroed, what follows is not touched */
    ram_put(&m->ram, 014, 0177777);
    assert_int_equal(program_load(p, m, &err), 0);
    assert_int_equal(ram_get(&m->ram, 0), 0240);
    assert_int_equal(ram_get(&m->ram, 4), 0123456);
    assert_int_equal(ram_get(&m->ram, 012), 0);
    assert_int_equal(ram_get(&m->ram, 014), 0177777);
    assert_int_equal(program_start(p, m, &err), 0);
    assert_int_equal(m->cpu.r[PC], 2);
    assert_int_equal(machine_run(m, 10, EVENT_NEVER), STOP_HALT);
    assert_int_equal(m->cpu.icount, 1);
    program_free(p);
    machine_free(m);
}

static void elsewhere(void **state)
{
    const u16 words[] = {0407,           4, 0, 0,   12, 0, 0, 1, 0240, HALT, 'm' | 'a' << 8,
                         'i' | 'n' << 8, 0, 0, 042, 2};
    const struct program_options opt = {.has_load_at = true, .load_at = 02000};
    const struct program_options start = {.has_start = true, .start = 2};
    struct program *p;
    struct err err = {0};

    assert_int_equal(parse(&p, words, ARRAY_LEN(words), &opt, &err), 0);
    assert_int_equal(p->segment[0].pa, 02000);
    assert_int_equal(p->start, 02000);
    assert_int_equal(p->symbol[0].value, 02002);
    program_free(p);
    assert_int_equal(parse(&p, words, ARRAY_LEN(words), &start, &err), 0);
    assert_int_equal(p->start, 2);
    program_free(p);
}

/* The data of a shared text begins at the next multiple of 8 KB. */
static void pure(void **state)
{
    const u16 words[] = {0410, 4, 2, 2, 0, 0, 0, 1, 0240, HALT, 0123456};
    struct program *p;
    struct err err = {0};

    assert_int_equal(parse(&p, words, ARRAY_LEN(words), NULL, &err), 0);
    assert_false(p->split);
    assert_int_equal(p->segment[1].pa, 020000);
    assert_int_equal(p->segment[1].va, 020000);
    assert_int_equal(p->segment[1].size, 4);
    program_free(p);
}

/* A split program runs in kernel mode: fetches from the text, data from the data, the I/O page in
 * D page 7. MOV 2,R1; MOV R1,@#4; MOV @#177570,R2; HALT */
static void split(void **state)
{
    const u16 words[] = {0411,    016,    4, 010,    0,       0,    0,       1,   016701,
                         0177776, 010137, 4, 013702, 0177570, HALT, 0111111, 0222};
    struct program *p;
    struct err err = {0};
    struct machine *m = rig_machine(0);

    assert_int_equal(parse(&p, words, ARRAY_LEN(words), NULL, &err), 0);
    assert_true(p->split);
    assert_true(p->segment[1].data_space);
    assert_int_equal(p->segment[1].va, 0);
    assert_int_equal(p->segment[1].pa, 020000);
    assert_int_equal(program_load(p, m, &err), 0);
    assert_int_equal(program_start(p, m, &err), 0);
    m->cpu.switches = 0123;
    assert_int_equal(machine_run(m, 10, EVENT_NEVER), STOP_HALT);
    assert_int_equal(m->cpu.icount, 4);
    assert_int_equal(m->cpu.r[R1], 0222);
    assert_int_equal(m->cpu.r[R2], 0123);
    assert_int_equal(ram_get(&m->ram, 020004), 0222);
    assert_int_equal(ram_get(&m->ram, 4), 010137);
    program_free(p);
    machine_free(m);
}

/* First Edition: the header is loaded too, at 040000, and begins with a branch over itself. */
static void first_edition(void **state)
{
    const u16 words[] = {0405, 020, 12, 0, 4, 0, 0240, HALT, 'x', 0, 0, 0, 043, 040014};
    struct program *p;
    struct err err = {0};
    struct machine *m = rig_machine(0);

    assert_int_equal(parse(&p, words, ARRAY_LEN(words), NULL, &err), 0);
    assert_int_equal(p->segment[0].pa, 040000);
    assert_int_equal(p->segment[0].len, 020);
    assert_int_equal(p->segment[1].pa, 040020);
    assert_int_equal(p->segment[1].size, 4);
    assert_int_equal(p->symbols, 1);
    assert_int_equal(p->symbol[0].value, 040014);
    assert_true(p->symbol[0].label);
    assert_int_equal(program_load(p, m, &err), 0);
    assert_int_equal(program_start(p, m, &err), 0);
    assert_int_equal(machine_run(m, 10, EVENT_NEVER), STOP_HALT);
    assert_int_equal(m->cpu.r[PC], 040020);
    program_free(p);
    machine_free(m);
}

/* Text, relocation of text, symbols: an address, a number, a register, an undefined one, bss. */
static void symbols(void **state)
{
    const u16 words[] = {0407,
                         2,
                         0,
                         2,
                         60,
                         0,
                         0,
                         0,
                         HALT,
                         0,
                         'a' | 'b' << 8,
                         0,
                         0,
                         0,
                         042,
                         0,
                         'n',
                         0,
                         0,
                         0,
                         1,
                         5,
                         'r',
                         0,
                         0,
                         0,
                         024,
                         1,
                         'u',
                         0,
                         0,
                         0,
                         040,
                         0,
                         'b' | 'c' << 8,
                         'd' | 'e' << 8,
                         'f' | 'g' << 8,
                         'h' | 'i' << 8,
                         4,
                         2};
    struct program *p;
    struct err err = {0};

    assert_int_equal(parse(&p, words, ARRAY_LEN(words), NULL, &err), 0);
    assert_int_equal(p->symbols, 3);
    assert_string_equal(p->symbol[0].name, "ab");
    assert_true(p->symbol[0].label && p->symbol[0].global);
    assert_string_equal(p->symbol[1].name, "n");
    assert_int_equal(p->symbol[1].value, 5);
    assert_false(p->symbol[1].label || p->symbol[1].global);
    assert_string_equal(p->symbol[2].name, "bcdefghi");
    program_free(p);
}

/* What may be wrong with the header words, the file otherwise having `count` words. */
static void damaged(void **state)
{
    static const struct {
        u16 words[8];
        unsigned count;
        int code;
        const char *text;
    } cases[] = {
        {{0407, 010, 0, 0, 0, 0, 0, 1}, 11, EINVAL, "truncated a.out: the header tells of 8 bytes"},
        {{0407, 2, 4, 0, 0, 0, 0, 1}, 10, EINVAL, "the file ends at byte 20"},
        {{0407, 2, 0, 0, 12, 0, 0, 1}, 10, EINVAL, "12 bytes of symbols begin at byte 18"},
        {{0407, 3, 0, 0, 0, 0, 0, 1}, 20, EINVAL, "must be even"},
        {{0407, 2, 0, 0, 0, 1, 0, 1}, 20, EINVAL, "must be even"},
        {{0407, 2, 0, 0160000, 0, 0, 0, 1}, 20, EFBIG, "ends at 160002 runs into the I/O page"},
        {{0410, 2, 2, 0140000, 0, 0, 0, 1}, 20, EFBIG, "ends at 160002"},
        {{0411, 2, 2, 0160000, 0, 0, 0, 1}, 20, EFBIG, "D space"},
        {{0405, 012, 0, 0, 0, 0}, 20, EINVAL, "no room for its header"},
        {{0401, 2, 0, 0, 0, 0, 0, 1}, 20, EINVAL, "no a.out"},
        {{0407, 2, 0, 0, 0, 0, 0, 1}, 7, EINVAL, "no a.out"},
    };

    for (unsigned i = 0; i < ARRAY_LEN(cases); i++) {
        u16 words[20] = {0};
        struct program *p;
        struct err err = {0};
        memcpy(words, cases[i].words, sizeof cases[i].words);
        assert_int_equal(parse(&p, words, cases[i].count, NULL, &err), -cases[i].code);
        rig_error(&err, cases[i].code, "a.out: ", cases[i].text, NULL);
    }
}

/* Its pages wrap at the end of the bus: page registers have twelve bits. */
static void split_high(void **state)
{
    const u16 words[] = {0411, 2, 0, 0, 0, 0, 0, 1, HALT};
    const struct program_options high = {.has_load_at = true, .load_at = 0700000};
    struct program *p;
    struct err err = {0};
    struct machine *m = rig_machine(0);

    assert_int_equal(parse(&p, words, ARRAY_LEN(words), &high, &err), 0);
    assert_int_equal(program_load(p, m, &err), 0);
    assert_int_equal(program_start(p, m, &err), 0);
    assert_int_equal(m->cpu.mmu.par[MODE_K][SPACE_I][0], 07000);
    assert_int_equal(m->cpu.mmu.par[MODE_K][SPACE_D][6], 0600);
    assert_int_equal(machine_run(m, 10, EVENT_NEVER), STOP_HALT);
    program_free(p);
    machine_free(m);
}

static void bad_places(void **state)
{
    const u16 words[] = {0411, 2, 0, 0, 0, 0, 0, 1, HALT};
    const struct program_options odd = {.has_load_at = true, .load_at = 1};
    const struct program_options far = {.has_load_at = true, .load_at = 0760000};
    const struct program_options block = {.has_load_at = true, .load_at = 020};
    const struct program_options start = {.has_start = true, .start = 1};
    struct program *p;
    struct err err = {0};

    assert_int_equal(parse(&p, words, ARRAY_LEN(words), &odd, &err), -EINVAL);
    rig_error(&err, EINVAL, "1 is no load address", NULL);
    err = (struct err){0};
    assert_int_equal(parse(&p, words, ARRAY_LEN(words), &far, &err), -EINVAL);
    rig_error(&err, EINVAL, "760000 is no load address", NULL);
    err = (struct err){0};
    assert_int_equal(parse(&p, words, ARRAY_LEN(words), &block, &err), -EINVAL);
    rig_error(&err, EINVAL, "multiple of 100", NULL);
    err = (struct err){0};
    assert_int_equal(parse(&p, words, ARRAY_LEN(words), &start, &err), -EINVAL);
    rig_error(&err, EINVAL, "000001 is odd", NULL);
}

static void trailing_bytes(void **state)
{
    const u16 words[] = {0407, 2, 0, 0, 0, 0, 0, 1, HALT, 0, 0};
    struct rig_log seen = {0};
    const struct log log = {rig_log_sink, &seen};
    const struct program_options opt = {.log = &log};
    struct program *p;
    struct err err = {0};

    assert_int_equal(parse(&p, words, ARRAY_LEN(words), &opt, &err), 0);
    assert_int_equal(seen.count, 1);
    assert_non_null(strstr(seen.text, "4 bytes behind the a.out"));
    program_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(normal),     cmocka_unit_test(elsewhere),
        cmocka_unit_test(pure),       cmocka_unit_test(split),
        cmocka_unit_test(split_high), cmocka_unit_test(first_edition),
        cmocka_unit_test(symbols),    cmocka_unit_test(damaged),
        cmocka_unit_test(bad_places), cmocka_unit_test(trailing_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
