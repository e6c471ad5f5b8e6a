/* test_identify.c - what a file is. */
#include "machine/identify.h"

#include <errno.h>

#include "dev/rk11.h"
#include "rig.h"

static enum file_kind words(const char *path, u64 size, const u16 *first, size_t count)
{
    static u8 head[IDENTIFY_HEAD];
    size_t len = size < sizeof head ? (size_t)size : sizeof head;

    memset(head, 0, sizeof head);
    rig_words(head, first, count);
    return identify(path, head, len, size);
}

static enum file_kind text(const char *path, const char *content)
{
    return identify(path, (const u8 *)content, strlen(content), strlen(content));
}

static void unix_programs(void **state)
{
    const u16 v1[] = {0405, 014, 0, 0, 0, 0};
    const u16 exact[] = {0407, 0100, 020, 0, 0, 0, 0, 1};
    const u16 split[] = {0411, 0100, 020, 0, 0, 0, 0, 1};
    const u16 pure[] = {0410, 0100, 020, 0, 0, 0, 0, 1};

    assert_int_equal(words("a.out", 014, v1, 6), FILE_AOUT);
    assert_int_equal(words("a.out", 16 + 0120, exact, 8), FILE_AOUT);
    assert_int_equal(words("a.out", 16 + 0120, pure, 8), FILE_AOUT);
    assert_int_equal(words("a.out", 16 + 0120, split, 8), FILE_AOUT);
    /* Truncated ones are still what they are: the reader says what is wrong. */
    assert_int_equal(words("a.out", 040, exact, 8), FILE_AOUT);
    assert_int_equal(words("prog.bin", 512, exact, 8), FILE_AOUT);
}

/* V6's boot block begins with a header that any a.out could have. */
static void boot_blocks_are_no_programs(void **state)
{
    const u16 v6[] = {0407, 0676, 0, 0, 0, 0, 0, 1};

    assert_int_equal(words("v6bin.rk", 2077696, v6, 8), FILE_DISK);
    assert_int_equal(words("pack", 2077696, v6, 8), FILE_DISK);
    assert_int_equal(words("tape0.bin", 51200, v6, 8), FILE_DISK);
    assert_int_equal(words("padded", 512, v6, 8), FILE_AOUT);
}

static void disks(void **state)
{
    const u16 boot[] = {012706, 0157000}, nop[] = {0240}, zero[] = {0};

    assert_int_equal(words("x", RK05_CAPACITY, boot, 2), FILE_DISK);
    assert_int_equal(words("x", 10485760, nop, 1), FILE_DISK);
    assert_int_equal(words("blank.rk05", 512, zero, 1), FILE_DISK);
    assert_int_equal(words("x", 1024, boot, 2), FILE_RAW);
    assert_int_equal(words("x", 2048001, boot, 2), FILE_RAW);
    assert_string_equal(identify_unit(RK05_CAPACITY), "rk0");
    assert_null(identify_unit(RK05_CAPACITY + 512));
    assert_string_equal(identify_pack(10485760), "RL02");
    assert_string_equal(identify_pack(2048000), "RK05");
}

static void tapes(void **state)
{
    const u8 good[] = {0, 0, 0, 1, 0, 6, 0, 0, 2, 0367};
    const u8 bad[] = {0, 0, 0, 1, 0, 6, 0, 0, 2, 0};
    const u8 none[] = {1, 0, 5, 0, 0, 2, 0, 0, 0};

    assert_int_equal(identify("x", good, sizeof good, sizeof good), FILE_LDA);
    assert_int_equal(identify("x.bin", good, sizeof good, 512 * 400), FILE_LDA);
    assert_int_equal(identify("x", bad, sizeof bad, sizeof bad), FILE_LDA);
    assert_int_equal(identify("x", none, sizeof none, sizeof none), FILE_RAW);
    assert_int_equal(identify("x.ptap", none, sizeof none, sizeof none), FILE_LDA);
}

static void texts(void **state)
{
    assert_int_equal(text("prog.mac", "\tMOV R0, R1 ; \303\244\n"), FILE_SOURCE);
    assert_int_equal(text("prog", "; hello\n\tHALT\n"), FILE_SOURCE);
    assert_int_equal(text("prog", "START:\tHALT\n"), FILE_SOURCE);
    assert_int_equal(text("m.yaml", "anything\n"), FILE_CONFIG);
    assert_int_equal(text("m", "# a machine\n\ncpu: 11/50\n"), FILE_CONFIG);
    assert_int_equal(text("m", "---\nunits:\n"), FILE_CONFIG);
    assert_int_equal(text("m", "label: x\n"), FILE_SOURCE);
    assert_int_equal(text("m", "a\001b"), FILE_RAW);
    assert_int_equal(text("/dir.mac/m", "\377\n"), FILE_RAW);
}

static void files(void **state)
{
    static const char *const names[] = {"f", NULL};
    enum file_kind kind;
    struct err err = {0};
    char dir[32];

    files_begin(dir);
    file_make("f", "\tHALT\n", 6);
    assert_int_equal(identify_file("f", &kind, &err), 0);
    assert_int_equal(kind, FILE_SOURCE);
    assert_int_equal(identify_file(".", &kind, &err), -EISDIR);
    rig_error(&err, EISDIR, ".: Is a directory", NULL);
    files_end(dir, names);
    for (unsigned k = FILE_RAW; k <= FILE_CONFIG; k++)
        assert_true(strlen(file_kind_name((enum file_kind)k)) > 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unix_programs), cmocka_unit_test(boot_blocks_are_no_programs),
        cmocka_unit_test(disks),         cmocka_unit_test(tapes),
        cmocka_unit_test(texts),         cmocka_unit_test(files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
