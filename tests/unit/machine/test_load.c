/* test_load.c - files into programs into machines: what is not one format's own. */
#include "machine/load.h"

#include <errno.h>
#include <sys/stat.h>

#include "isa/asmout.h"
#include "rig.h"

static char dir[32];

static int begin(void **state)
{
    files_begin(dir);
    return 0;
}

static int end(void **state)
{
    static const char *const names[] = {"p.mac", "inc.mac", "p.aout", "p.lda",
                                        "p.raw", "p.dsk",   "m.yaml", NULL};
    remove("d");
    files_end(dir, names);
    return 0;
}

static void text_make(const char *name, const char *text)
{
    file_make(name, text, strlen(text));
}

static int failure(const char *path, const struct program_options *opt, struct err *err)
{
    struct program *p = NULL;

    *err = (struct err){0};
    return program_read(&p, path, opt, err);
}

static void source(void **state)
{
    struct program *p;
    struct err err = {0};
    struct machine *m = rig_machine(0);

    text_make("inc.mac", "FIVE\t= 5\n");
    text_make("p.mac", "\t.INCLUDE \"inc.mac\"\n\t.=1000\nGO::\tMOV #FIVE, R0\n\tHALT\n"
                       "BUF:\t.BLKW 3\n\t.END GO\n");
    assert_int_equal(program_read(&p, "p.mac", NULL, &err), 0);
    assert_int_equal(p->kind, FILE_SOURCE);
    assert_int_equal(p->segment[0].pa, 01000);
    assert_int_equal(p->segment[0].len, 6);
    assert_int_equal(p->segment[0].size, 014);
    assert_int_equal(p->symbols, 3);
    assert_string_equal(p->symbol[1].name, "GO");
    assert_true(p->symbol[1].label && p->symbol[1].global);
    assert_int_equal(program_load(p, m, &err), 0);
    assert_int_equal(program_start(p, m, &err), 0);
    assert_int_equal(machine_run(m, 10, EVENT_NEVER), STOP_HALT);
    assert_int_equal(m->cpu.r[R0], 5);
    program_free(p);
    machine_free(m);
}

static void bad_source(void **state)
{
    const struct program_options placed = {.has_load_at = true, .load_at = 01000};
    struct rig_log seen = {0};
    const struct log log = {rig_log_sink, &seen};
    const struct program_options logged = {.log = &log};
    struct err err;

    text_make("p.mac", "\tMOVE R0, R1\n\tHALT 5\n\t.END\n");
    assert_int_equal(failure("p.mac", &logged, &err), -EINVAL);
    rig_error(&err, EINVAL, "p.mac:1: ", "(2 errors)", NULL);
    assert_int_equal(seen.count, 1);
    assert_non_null(strstr(seen.text, "p.mac:2: "));
    assert_int_equal(failure("p.mac", &placed, &err), -EINVAL);
    rig_error(&err, EINVAL, ".=ADDRESS", NULL);
    text_make("p.mac", "; nothing\n\t.END\n");
    assert_int_equal(failure("p.mac", NULL, &err), -EINVAL);
    rig_error(&err, EINVAL, "makes no words", NULL);
    text_make("p.mac", "\t.=157776\n\t.WORD 1, 2\n\t.END\n");
    assert_int_equal(failure("p.mac", NULL, &err), -EINVAL);
    rig_error(&err, EINVAL, "157776 run into the I/O page", NULL);
}

/* .INCLUDE reads files only for a program that is a file itself. */
static void include_from_memory(void **state)
{
    static const char text[] = "\t.INCLUDE \"inc.mac\"\n\tHALT\n";
    struct program *p;
    struct err err = {0};

    text_make("inc.mac", "FIVE\t= 5\n");
    assert_int_equal(
        program_parse(&p, "x.mac", FILE_SOURCE, (const u8 *)text, sizeof text - 1, NULL, &err),
        -EINVAL);
    rig_error(&err, EINVAL, "x.mac:1", NULL);
}

/* What the assembler makes comes back the same in each of its formats. */
static void round_trip(void **state)
{
    static const char text[] = "\t.=0\n\tJMP @#GO\n\t.=1000\nGO:\tHALT\n\t.BLKW 4\n\t.END GO\n";
    static const char *const names[] = {"p.aout", "p.lda"};
    struct asm_result *result;
    struct err err = {0};

    assert_int_equal(asm_assemble("x", text, sizeof text - 1, NULL, &result, &err), 0);
    assert_int_equal(result->errors, 0);
    for (unsigned i = 0; i < 2; i++) {
        struct machine *m = rig_machine(0);
        struct program *p;
        u8 *bytes;
        size_t len;

        assert_int_equal(asmout_make(result, i ? ASMOUT_LDA : ASMOUT_AOUT, &bytes, &len, &err), 0);
        file_make(names[i], bytes, len);
        free(bytes);
        assert_int_equal(program_read(&p, names[i], NULL, &err), 0);
        assert_int_equal(p->kind, i ? FILE_LDA : FILE_AOUT);
        assert_int_equal(p->start, 01000);
        assert_int_equal(program_load(p, m, &err), 0);
        assert_memory_equal(m->ram.base, result->image, 01002);
        program_free(p);
        machine_free(m);
    }
    asm_free(result);
}

static void raw(void **state)
{
    const struct program_options placed = {.has_load_at = true, .load_at = 01000};
    const struct program_options high = {.has_load_at = true, .load_at = 0200000};
    const struct program_options top = {.has_load_at = true, .load_at = 0757776};
    struct program *p;
    struct err err;

    file_make("p.raw", "\300\025\005\000\000\000", 6); /* MOV #5,R0; HALT */
    assert_int_equal(failure("p.raw", NULL, &err), -ENOEXEC);
    rig_error(&err, ENOEXEC, "p.raw", "--load-at", NULL);
    assert_int_equal(program_read(&p, "p.raw", &placed, &err), 0);
    assert_int_equal(p->segment[0].pa, 01000);
    assert_true(p->has_start);
    assert_int_equal(p->start, 01000);
    program_free(p);
    assert_int_equal(program_read(&p, "p.raw", &high, &err), 0);
    assert_false(p->has_start);
    program_free(p);
    assert_int_equal(failure("p.raw", &top, &err), -EFBIG);
    rig_error(&err, EFBIG, "6 bytes from 757776 on", NULL);
}

/* With an address given, what only resembles a tape or a disk is raw words. */
static void raw_in_disguise(void **state)
{
    const struct program_options placed = {.has_load_at = true, .load_at = 0};
    u8 block[512] = {1, 0, 020, 0, 0, 2};
    struct program *p;
    struct err err = {0};

    file_make("p.raw", block, 64);
    assert_int_equal(program_read(&p, "p.raw", &placed, &err), 0);
    assert_int_equal(p->kind, FILE_RAW);
    program_free(p);
    file_make("p.dsk", block, sizeof block);
    assert_int_equal(program_read(&p, "p.dsk", &placed, &err), 0);
    assert_int_equal(p->kind, FILE_RAW);
    program_free(p);
    assert_int_equal(failure("p.dsk", NULL, &err), -ENOEXEC);
    rig_error(&err, ENOEXEC, "p.dsk: a disk image is no program", NULL);
}

static void no_programs(void **state)
{
    struct err err;

    text_make("m.yaml", "cpu: 11/50\n");
    assert_int_equal(failure("m.yaml", NULL, &err), -ENOEXEC);
    rig_error(&err, ENOEXEC, "a machine description is no program", NULL);
    assert_int_equal(failure("none", NULL, &err), -ENOENT);
    rig_error(&err, ENOENT, "none: No such file", NULL);
    assert_int_equal(failure(dir, NULL, &err), -EISDIR);
    rig_error(&err, EISDIR, dir, NULL);
    file_make("p.raw", "", 0);
    assert_int_equal(failure("p.raw", NULL, &err), -EINVAL);
    rig_error(&err, EINVAL, "p.raw: the file is empty", NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(source, begin, end),
        cmocka_unit_test_setup_teardown(bad_source, begin, end),
        cmocka_unit_test_setup_teardown(include_from_memory, begin, end),
        cmocka_unit_test_setup_teardown(round_trip, begin, end),
        cmocka_unit_test_setup_teardown(raw, begin, end),
        cmocka_unit_test_setup_teardown(raw_in_disguise, begin, end),
        cmocka_unit_test_setup_teardown(no_programs, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
