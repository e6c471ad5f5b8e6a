/* test_symbols.c - the table of names, and the readers of files. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "isa/asmout.h"
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

/* RT-11's LINK: columns, indented; sections, of which some have no name. */
static void test_map_rt11(void **state)
{
    struct symbols *s = ((struct rig *)*state)->mon->symbols;
    static const char text[] =
        "RT-11 LINK  V05.04 \tLoad Map  \tSaturday 22-Nov-75 12:00 Page 1\r\n"
        "TEST  .SAV \tTitle:\tTEST  \tIdent:\t      \r\n\r\n"
        "Section  Addr\tSize\tGlobal\tValue\tGlobal\tValue\tGlobal\tValue\r\n\r\n"
        " . ABS.\t 000000\t001000 = 256.   words  (RW,I,GBL,ABS,OVR)\r\n"
        "         001000\t000014 = 6.     words  (RW,I,LCL,REL,CON)\r\n"
        "\t\t\tBEGIN\t001000\tLOOP\t001004\r\n"
        " MAIN  \t 001014\t000100 = 32.    words  (RW,I,LCL,REL,CON)\r\n"
        "\t\t\t$SUB\t001014\r\n\r\n"
        "Transfer address = 001000, High limit = 001776 = 511.  words\r\n";

    assert_int_equal(read_text(s, text), 4);
    is(s, "BEGIN", 01000);
    is(s, "LOOP", 01004);
    is(s, "MAIN", 01014);
    is(s, "$SUB", 01014);
    assert_null(symbols_line(s, 01000));
}

/* The task builder of RSX-11M. */
static void test_map_rsx(void **state)
{
    struct symbols *s = ((struct rig *)*state)->mon->symbols;
    static const char text[] =
        "TEST.TSK;1      MEMORY ALLOCATION MAP TKB M40.10     PAGE 1\n"
        "                22-NOV-75       12:00\n\n"
        "STACK LIMITS: 000260 001257 001000 00512.\nPRG XFR ADDRESS: 001264\n"
        "*** ROOT SEGMENT: TEST\n\nR/W MEM LIMITS: 000000 001777 002000 01024.\n\n"
        "SECTION                                       TITLE  IDENT  FILE\n"
        ". BLK.:(RW,I,LCL,REL,CON)   001264 000014 00012.\n"
        "                            001264 000014 00012. TEST   01     TEST.OBJ;1\n\n"
        "GLOBAL SYMBOLS:\n\n"
        "BEGIN  001264-R   IE.BAD 177777     LOOP   001270-R\n";

    assert_int_equal(read_text(s, text), 3);
    is(s, "BEGIN", 01264);
    is(s, "IE.BAD", 0177777);
    is(s, "LOOP", 01270);
    assert_null(symbols_line(s, 01264));
}

/* A line that MACRO-11 complains of; nm of 2.11BSD, with overlays. */
static void test_marks(void **state)
{
    struct symbols *s = ((struct rig *)*state)->mon->symbols;

    assert_int_equal(read_text(s,
                               "UQ    3 001000 012700  000000    X:     MOV  #Y,R0 ; WORD 001234\n"
                               "A      4 001004 000000           .WORD  001236\n"
                               "A       001010R    B     = 000003\n"
                               "      5 001006                   Z:\n"
                               "      6         ; Z2 001234\n"),
                     4);
    is(s, "X", 01000);
    is(s, "A", 01010);
    is(s, "B", 3);
    is(s, "Z", 01006);
    assert_string_equal(symbols_line(s, 01000), "X:     MOV  #Y,R0 ; WORD 001234");
    assert_string_equal(symbols_line(s, 01004), ".WORD  001236");
    symbols_clear(s);
    assert_int_equal(read_text(s, "001000 T _main 2\n002000 t ~sub  \n"), 2);
    is(s, "_main", 01000);
    is(s, "~sub", 02000);
}

static void ours(struct symbols *s)
{
    is(s, "START", 01000);
    is(s, "TWO", 01004);
    is(s, "DAT", 01012);
    is(s, "X", 012);
    assert_string_equal(symbols_at(s, 01006)->name, "TWO");
    symbols_clear(s);
}

/* Our assembler's source, its listing and its a.out give the same names. */
static void test_ours(void **state)
{
    struct symbols *s = ((struct rig *)*state)->mon->symbols;
    static const char source[] = ".=1000\nSTART:\tMOV #X,R0\nTWO:\tINC DAT\n\tHALT\n"
                                 "DAT:\t.WORD 0\nX=12\n\t.END START\n";
    const struct asm_options how = {.listing = true};
    struct asm_result *result = NULL;
    size_t len = 0;
    u8 *aout = NULL;

    assert_int_equal(asm_assemble("t", source, strlen(source), &how, &result, NULL), 0);
    assert_int_equal(asmout_make(result, ASMOUT_AOUT, &aout, &len, NULL), 0);
    read_bytes(s, "source.mac", source, strlen(source), 0);
    ours(s);
    read_bytes(s, "aout", aout, len, 0);
    ours(s);
    read_bytes(s, "list", result->listing, result->listing_len, 0);
    assert_string_equal(symbols_line(s, 01000), "START:\tMOV #X,R0");
    assert_string_equal(symbols_line(s, 01004), "TWO:\tINC DAT");
    assert_string_equal(symbols_line(s, 01010), "HALT");
    assert_null(symbols_line(s, 01006));
    ours(s);
    read_bytes(s, "list", result->listing, result->listing_len, 01000);
    is(s, "TWO", 02004);
    is(s, "X", 012);
    assert_string_equal(symbols_line(s, 02010), "HALT");
    free(aout);
    asm_free(result);
}

/* V6, V7: twelve bytes an entry, through load.h; with relocation; other kinds are no names. */
static void test_aout(void **state)
{
    struct symbols *s = ((struct rig *)*state)->mon->symbols;
    static const u16 words[] = {0407,   2,      0,    0, 24,  0, 0, 1, 0, /* header, text */
                                0x6d5f, 0x6961, 0x6e, 0, 042, 0,          /* _main */
                                0x6e65, 0x64,   0,    0, 041, 5};         /* end: absolute */
    static const u16 relocated[] = {
        0407,   2,    0,      0,      36,     0,      0,   0,
        0,      0,    0x615f, 0x6362, 0x6564, 0x6766, 043, 2, /* eight characters */
        0x2e61, 0x6f, 0,      0,      037,    0,              /* a file: a.o */
        0x7865, 0x74, 0,      0,      040,    0};             /* undefined */

    assert_int_equal(read_bytes(s, "aout", words, sizeof words, 0), 2);
    is(s, "_main", 0);
    is(s, "end", 5);
    symbols_clear(s);
    assert_int_equal(read_bytes(s, "aout", relocated, sizeof relocated, 01000), 1);
    is(s, "_abcdefg", 01002);
}

/* 0410 and 0411: text and data apart; 0405 of V1: six words of header, loaded at 40000. */
static void test_aout_kinds(void **state)
{
    struct symbols *s = ((struct rig *)*state)->mon->symbols;
    static const u16 data[] = {0x645f, 0x7461, 0x61, 0, 043, 020000};     /* _data */
    static const u16 first[] = {0405,   16,     24, 0, 0,   0,      0, 0, /* header, text */
                                0x616d, 0x6e69, 0,  0, 043, 040014,       /* main: an address */
                                0x306e, 0,      0,  0, 041, 7};           /* n0: a number */
    u16 words[8 + 2 + 6];

    for (u16 magic = 0410; magic <= 0411; magic++) {
        const u16 head[] = {magic, 2, 2, 0, 12, 0, 0, 1, 0, 0};
        memcpy(words, head, sizeof head);
        memcpy(words + 10, data, sizeof data);
        assert_int_equal(read_bytes(s, "kind", words, sizeof words, 0), 1);
        is(s, "_data", 020000);
        symbols_clear(s);
    }
    assert_int_equal(read_bytes(s, "first", first, sizeof first, 0), 2);
    is(s, "main", 040014);
    is(s, "n0", 7);
}

/* 2.9BSD with overlays: seven sizes, entries of twelve bytes. */
static void test_aout_overlay(void **state)
{
    struct symbols *s = ((struct rig *)*state)->mon->symbols;
    static const u16 tail[] = {0x745f, 0x7865, 0x74,   0,      042, 0100,   /* _text */
                               0x6f5f, 0x6c76, 0x5f79, 0x3231, 042, 020000, /* _ovly_12 */
                               0x6c7e, 0x636f, 0,      0,      01,  3};     /* ~loc: a number */
    u16 words[8 + 8 + 1 + 2 + 18] = {0430, 2, 0, 0, 36, 0, 0, 1, 4, 4};

    for (u16 magic = 0430; magic <= 0431; magic++) {
        words[0] = magic;
        memcpy(words + 8 + 8 + 1 + 2, tail, sizeof tail);
        assert_int_equal(read_bytes(s, "overlay", words, sizeof words, 0), 3);
        is(s, "_text", 0100);
        is(s, "_ovly_12", 020000);
        is(s, "~loc", 3);
        symbols_clear(s);
    }
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
        RIG_TEST(test_table),      RIG_TEST(test_listing_ours), RIG_TEST(test_listing_macro11),
        RIG_TEST(test_tables),     RIG_TEST(test_map_rt11),     RIG_TEST(test_map_rsx),
        RIG_TEST(test_marks),      RIG_TEST(test_ours),         RIG_TEST(test_aout),
        RIG_TEST(test_aout_kinds), RIG_TEST(test_aout_bsd),     RIG_TEST(test_aout_overlay),
        RIG_TEST(test_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
