/* test_symbols.c - the table of names, and the readers of files. */
#include <string.h>
#include <unistd.h>

#include "monitor/symbols.h"
#include "rig.h"

static void define(struct symbols *s, const char *name, u16 value, bool label)
{
    assert_int_equal(symbols_define(s, name, strlen(name), value, label, NULL), 0);
}

static unsigned read_bytes(struct symbols *s, const char *name, const void *bytes, size_t len,
                           u16 offset)
{
    const char *path = rig_file(name, bytes, len);
    unsigned count = 0;
    struct err err = {0};

    if (symbols_read(s, path, offset, &count, &err))
        fail_msg("%s", err.text);
    unlink(path);
    return count;
}

static unsigned read_text(struct symbols *s, const char *text)
{
    return read_bytes(s, "names", text, strlen(text), 0);
}

static void is(struct symbols *s, const char *name, u16 value)
{
    u16 got = 0;

    if (!symbols_find(s, name, strlen(name), &got))
        fail_msg("%s is not known", name);
    if (got != value)
        fail_msg("%s is %o, not %o", name, got, value);
}

static void test_table(void **state)
{
    struct symbols *s = ((struct rig *)*state)->mon->symbols;
    u16 value;

    define(s, "b", 02000, true);
    define(s, "a", 01000, true);
    define(s, "n", 01500, false);
    define(s, "also_a", 01000, true);
    assert_null(symbols_at(s, 0777));
    assert_string_equal(symbols_at(s, 01000)->name, "a");
    assert_string_equal(symbols_at(s, 01777)->name, "a");
    assert_string_equal(symbols_at(s, 02000)->name, "b");
    assert_string_equal(symbols_at(s, 02000 + 4096)->name, "b");
    assert_null(symbols_at(s, 02000 + 4098));
    define(s, "a", 03000, true);
    is(s, "a", 03000);
    is(s, "A", 03000);
    assert_string_equal(symbols_at(s, 01000)->name, "also_a");
    assert_string_equal(symbols_index(s, 0)->name, "also_a");
    assert_null(symbols_index(s, 4));
    symbols_clear(s);
    assert_false(symbols_find(s, "a", 1, &value));
    assert_null(symbols_index(s, 0));

    /* Names that the linker makes come after others. */
    define(s, "_edata", 020000, true);
    define(s, "_end", 020000, true);
    assert_string_equal(symbols_at(s, 020000)->name, "_edata");
    define(s, "_first", 020000, true);
    assert_string_equal(symbols_at(s, 020000)->name, "_first");
}

static void test_listing_ours(void **state)
{
    struct symbols *s = ((struct rig *)*state)->mon->symbols;

    read_text(s, "        001000                 \t.=1000\n"
                 "001000  012700 000005          START:\tMOV\t#5,R0\n"
                 "001004  150 145 154            MSG: TWO:\t.ASCII\t/hel/\n"
                 "001007  157\n"
                 "        000012                 X=12\n"
                 "                               ; HERE 001234\n"
                 "\nSymbols (= number, : address)\n\n"
                 "001000 START:\n000012 X=\n001010 LAST::\n");
    is(s, "START", 01000);
    is(s, "MSG", 01004);
    is(s, "TWO", 01004);
    is(s, "X", 012);
    is(s, "LAST", 01010);
    assert_string_equal(symbols_line(s, 01000), "START:\tMOV\t#5,R0");
    assert_null(symbols_line(s, 01002));
    assert_null(symbols_line(s, 01010));
}

static void test_listing_macro11(void **state)
{
    struct symbols *s = ((struct rig *)*state)->mon->symbols;
    static const char text[] = "TEST\tMACRO V05.05  Saturday\n"
                               "     2        000012           LIMIT=10.\n"
                               "     3 001000 012700 000012'   BEGIN: MOV #LIMIT,R0 ; 000000\n"
                               "     4                         ; WORD 001234\n"
                               "Symbol table\n\n"
                               "BEGIN   001000R     LIMIT = 000012   FAR    002000RG    002\n";
    u16 value;

    assert_int_equal(read_bytes(s, "lst", text, strlen(text), 04000), 3);
    is(s, "BEGIN", 05000);
    is(s, "FAR", 06000);
    is(s, "LIMIT", 012);
    assert_string_equal(symbols_line(s, 05000), "BEGIN: MOV #LIMIT,R0 ; 000000");
    assert_false(symbols_find(s, "WORD", 4, &value));
}

static void test_tables(void **state)
{
    struct symbols *s = ((struct rig *)*state)->mon->symbols;

    assert_int_equal(read_text(s, "001000T _main\n002000 D _data\n000017 a lim\n       U _x\n"), 3);
    is(s, "main", 01000);
    is(s, "_data", 02000);
    assert_int_equal(read_text(s, "_start  001000  _stop  001234\n_edata = 002000\n"), 3);
    is(s, "_stop", 01234);
}

/* V6: twelve bytes an entry, through load.h. */
static void test_aout(void **state)
{
    struct symbols *s = ((struct rig *)*state)->mon->symbols;
    static const u16 words[] = {0407,   2,      0,    0, 24,  0, 0, 1, 0, /* header, text */
                                0x6d5f, 0x6961, 0x6e, 0, 042, 0,          /* _main */
                                0x6e65, 0x64,   0,    0, 041, 5};         /* end: absolute */

    assert_int_equal(read_bytes(s, "aout", words, sizeof words, 0), 2);
    is(s, "_main", 0);
    is(s, "end", 5);
}

/* 2.11BSD: eight bytes an entry, names behind them; the second with the header of overlays. */
static void test_aout_bsd(void **state)
{
    struct symbols *s = ((struct rig *)*state)->mon->symbols;
    static const u16 plain[] = {0407, 2,    0,      0,      16,    0, 0, 1, 0, /* header, text */
                                0,    4,    042,    01000,           /* name at 4, text, 1000 */
                                0,    9999, 042,    01000,           /* a name that is not there */
                                0,    10,   0x6d5f, 0x6961, 0x006e}; /* ten bytes of names: _main */
    u16 overlay[8 + 16 + 1 + 1 + 4 + 5] = {0430, 2, 0, 0, 8, 0, 0, 1, 0, 2};
    static const u16 tail[] = {0, 4, 043, 02000, 0, 10, 0x645f, 0x7461, 0x0061};

    memcpy(overlay + 8 + 16 + 1 + 1, tail, sizeof tail);
    assert_int_equal(read_bytes(s, "bsd", plain, sizeof plain, 0), 1);
    is(s, "_main", 01000);
    assert_int_equal(read_bytes(s, "overlay", overlay, sizeof overlay, 0), 1);
    is(s, "_data", 02000);
}

static void test_nothing(void **state)
{
    struct symbols *s = ((struct rig *)*state)->mon->symbols;
    const char *path = rig_file("nothing", "no symbols here\n", 16);
    unsigned count;
    struct err err = {0};

    assert_true(symbols_read(s, path, 0, &count, &err) < 0);
    assert_non_null(strstr(err.text, "there are no symbols in it"));
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(test_table),   RIG_TEST(test_listing_ours), RIG_TEST(test_listing_macro11),
        RIG_TEST(test_tables),  RIG_TEST(test_aout),         RIG_TEST(test_aout_bsd),
        RIG_TEST(test_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
