/* test_scan.c - what the preprocessor sees in a text: lengths, actions, groups, memory of
 * five instructions. */
#include "cp/scan.h"

#include "../base/rig.h"
#include "mem/ram.h"

#define TEXT_WORDS 400u

static u8 text[2 * TEXT_WORDS];

/* Scan these words at address `base`. */
static void begin(struct scan *scan, const u16 *words, unsigned count, u16 base)
{
    for (unsigned i = 0; i < count; i++)
        word_put(text + 2 * i, words[i]);
    scan_init(scan, text, 2 * count, base);
}

/* The item that the first of these words is, at 1000. */
static struct scan_item item_of(u16 first, u16 second, u16 third)
{
    const u16 words[] = {first, second, third};
    struct scan scan;

    begin(&scan, words, 3, 01000);
    assert_true(scan_next(&scan));
    return scan.item;
}

static void check(u16 first, u16 second, enum scan_action action, unsigned group)
{
    struct scan_item item = item_of(first, second, 0);

    if (item.action != action || scan_group(&item) != group)
        fail_msg("%06o %06o: action %d, group %u", first, second, (int)item.action,
                 scan_group(&item));
}

/* Appendix C, all of it: every word that decodes to one of its instructions, and none besides. */
static void appendix_c(void **state)
{
    static const struct {
        enum op op;
        unsigned group;
    } list[] = {
        {OP_HALT, 1}, {OP_BPT, 1},  {OP_IOT, 1},   {OP_EMT, 1},  {OP_TRAP, 1},
        {OP_RTI, 2},  {OP_RTT, 2},  {OP_WAIT, 2},  {OP_MFPD, 3}, {OP_MTPD, 3},
        {OP_MFPI, 3}, {OP_MTPI, 3}, {OP_RESET, 4}, {OP_SPL, 4},
    };
    unsigned words[6] = {0};

    for (u32 word = 0; word < 0200000; word++) {
        struct scan_item item = item_of((u16)word, 0, 0);
        unsigned group = 0;
        for (unsigned i = 0; i < ARRAY_LEN(list); i++)
            if (list[i].op == isa_op((u16)word))
                group = list[i].group;
        assert_int_equal(scan_group(&item), group);
        words[group]++;
        if (group && item.op != OP_TRAP)
            assert_int_equal(item.action, SCAN_REPLACE);
        else if (item.op == OP_TRAP || item.op == OP_JSR)
            assert_int_equal(item.action, SCAN_ASK);
        else
            assert_int_equal(item.action, SCAN_PASS);
    }
    assert_int_equal(words[1], 3 + 256 + 256);
    assert_int_equal(words[2], 3);
    assert_int_equal(words[3], 4 * 64);
    assert_int_equal(words[4], 1 + 8);
    assert_string_equal(scan_group_name(3), "III");
}

/* MOV by direct index, as the thesis allows it; what is another way is refused. */
static void io_page(void **state)
{
    check(0016700, 0176554, SCAN_REPLACE, 5); /* MOV 177560,R0: 1004 + 176554 */
    check(0010067, 0176562, SCAN_REPLACE, 5); /* MOV R0,177566 */
    check(0016100, 0177560, SCAN_REPLACE, 5); /* MOV 177560(R1),R0 */
    check(0016500, 0177776, SCAN_REPLACE, 5); /* MOV -2(R5),R0: may be */
    check(0016500, 0157776, SCAN_PASS, 0);
    check(0016700, 0000100, SCAN_PASS, 0);
    check(0012700, 0177560, SCAN_PASS, 0);   /* MOV #177560,R0 */
    check(0013700, 0177560, SCAN_REFUSE, 5); /* MOV @#177560,R0 */
    check(0010037, 0177566, SCAN_REFUSE, 5);
    check(0017700, 0176554, SCAN_REFUSE, 5); /* MOV @177560,R0 */
    check(0017100, 0177776, SCAN_PASS, 0);   /* MOV @-2(R1),R0: who knows */
    check(0105767, 0176554, SCAN_REFUSE, 0); /* TSTB 177560 */
    check(0105737, 0177560, SCAN_REFUSE, 0); /* TSTB @#177560 */
    check(0105761, 0177560, SCAN_PASS, 0);   /* TSTB 177560(R1): who knows */
    check(0116700, 0176554, SCAN_REFUSE, 0); /* MOVB */
    check(0000137, 0173000, SCAN_REFUSE, 0); /* JMP @#173000 */
}

/* MOV 177562,177566: the second operand's address counts from the third word. */
static void two_operands(void **state)
{
    struct scan_item item = item_of(0016767, 0176556, 0176560);

    assert_int_equal(item.action, SCAN_REPLACE);
    assert_int_equal(item.io, 0177566);
    assert_int_equal(item.count, 3);
    item = item_of(0016767, 0000000, 0176560);
    assert_int_equal(item.action, SCAN_REPLACE);
    item = item_of(0012767, 0177560, 0000000); /* MOV #177560,1006 */
    assert_int_equal(item.action, SCAN_PASS);
    assert_int_equal(item.io, 0);
}

static void sweep(void **state)
{
    static const u16 words[] = {012706, 01000, 0,      1, 2,      010067, 0,
                                004567, 020,   000000, 5, 000240, 012700};
    static const u16 at[] = {01000, 01004, 01006, 01010, 01012, 01016, 01026, 01030};
    struct scan scan;
    unsigned n = 0;

    begin(&scan, words, ARRAY_LEN(words), 01000);
    while (scan_next(&scan)) {
        assert_true(n < ARRAY_LEN(at));
        assert_int_equal(scan.item.addr, at[n]);
        assert_int_equal(scan.befores, n < SCAN_PREVIOUS ? n : SCAN_PREVIOUS);
        if (n)
            assert_int_equal(scan.before[scan.befores - 1].addr, at[n - 1]);
        if (scan.item.op == OP_JSR) {
            assert_int_equal(scan.before[0].addr, 01000);
            assert_int_equal(scan_left(&scan), 4);
            scan_skip(&scan, 2);
        }
        n++;
    }
    assert_int_equal(n, ARRAY_LEN(at));
    assert_int_equal(scan.item.count, 1); /* MOV #..., cut off by the end */
    assert_int_equal(scan.befores, SCAN_PREVIOUS);
    assert_false(scan_next(&scan));
}

static void skip_too_far(void **state)
{
    static const u16 words[] = {0104400, 0, 0};
    struct scan scan;

    begin(&scan, words, 3, 0);
    assert_true(scan_next(&scan));
    scan_skip(&scan, 0177777);
    assert_false(scan_next(&scan));
    scan_init(&scan, text, 0, 0);
    assert_false(scan_next(&scan));
}

static void texts(void **state)
{
    struct scan_item item = item_of(0012737, 0000005, 0002000);
    char line[100];

    scan_format(&item, line, sizeof line);
    assert_string_equal(line, "001000 012737 000005 002000  MOV #5,@#002000");
    item = item_of(0000005, 0, 0);
    scan_format(&item, line, sizeof line);
    assert_string_equal(line, "001000 000005                RESET");
    assert_non_null(strstr(scan_class_name(&item), "does nothing in user mode"));
    item = item_of(0006511, 0, 0);
    assert_non_null(strstr(scan_class_name(&item), "behaviour-sensitive"));
    item = item_of(0006611, 0, 0);
    assert_non_null(strstr(scan_class_name(&item), "control- and behaviour-sensitive"));
    item = item_of(0016700, 0176554, 0);
    assert_non_null(strstr(scan_class_name(&item), "memory trap"));
    item = item_of(0, 0, 0);
    assert_non_null(strstr(scan_class_name(&item), "privileged"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(appendix_c),   cmocka_unit_test(io_page),
        cmocka_unit_test(two_operands), cmocka_unit_test(sweep),
        cmocka_unit_test(skip_too_far), cmocka_unit_test(texts),
    };

    return cmocka_run_group_tests_name("scan", tests, NULL, NULL);
}
