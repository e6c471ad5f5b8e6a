/* test_lda.c - absolute loader tapes, good and bad. */
#include <errno.h>

#include "machine/load.h"
#include "rig.h"

struct tape {
    u8 bytes[1000];
    size_t len;
};

/* A block at `addr` with `len` bytes of `data`; count 6 without data is the start block. */
static void block(struct tape *t, u16 addr, const void *data, size_t len)
{
    u8 *at = t->bytes + t->len, sum = 0;
    size_t count = 6 + len;

    at[0] = 1;
    at[1] = 0;
    word_put(at + 2, (u16)count);
    word_put(at + 4, addr);
    if (len)
        memcpy(at + 6, data, len);
    for (size_t i = 0; i < count; i++)
        sum = (u8)(sum + at[i]);
    at[count] = (u8)-sum;
    t->len += count + 1;
}

static int parse(struct program **p, const struct tape *t, const struct program_options *opt,
                 struct err *err)
{
    return program_parse(p, "t.lda", FILE_LDA, t->bytes, t->len, opt, err);
}

static void blocks_and_start(void **state)
{
    struct tape t = {.len = 20}; /* leader */
    struct program *p;
    struct err err = {0};

    block(&t, 01000, "abcd", 4);
    t.len += 3;
    block(&t, 01004, "ef", 2);
    block(&t, 02001, "x", 1);
    block(&t, 01002, NULL, 0);
    assert_int_equal(parse(&p, &t, NULL, &err), 0);
    assert_int_equal(p->segments, 2);
    assert_int_equal(p->segment[0].pa, 01000);
    assert_int_equal(p->segment[0].va, 01000);
    assert_int_equal(p->segment[0].len, 6);
    assert_memory_equal(p->segment[0].data, "abcdef", 6);
    assert_int_equal(p->segment[1].pa, 02001);
    assert_int_equal(p->segment[1].size, 1);
    assert_true(p->has_start);
    assert_int_equal(p->start, 01002);
    program_free(p);
}

/* Each block apart from the one before is a segment of its own. */
static void many_blocks(void **state)
{
    struct tape t = {.len = 0};
    struct program *p;
    struct err err = {0};

    for (u16 i = 0; i < 50; i++)
        block(&t, (u16)(i * 0100), &i, 2);
    block(&t, 0, NULL, 0);
    assert_int_equal(parse(&p, &t, NULL, &err), 0);
    assert_int_equal(p->segments, 50);
    for (unsigned i = 0; i < 50; i++) {
        assert_int_equal(p->segment[i].pa, i * 0100);
        assert_int_equal(p->segment[i].data[0], i);
    }
    program_free(p);
}

/* An odd transfer address: the loader halts, there is no start. */
static void odd_start(void **state)
{
    struct tape t = {.len = 0};
    struct program *p;
    struct err err = {0};
    struct machine *m = rig_machine(0);

    block(&t, 0, "ab", 2);
    block(&t, 1, NULL, 0);
    assert_int_equal(parse(&p, &t, NULL, &err), 0);
    assert_false(p->has_start);
    assert_int_equal(program_start(p, m, &err), -EINVAL);
    rig_error(&err, EINVAL, "t.lda", "no start address", "--start", NULL);
    program_free(p);
    machine_free(m);
}

static void notes(void **state)
{
    struct rig_log seen = {0};
    const struct log log = {rig_log_sink, &seen};
    const struct program_options opt = {.log = &log};
    struct tape t = {.len = 0};
    struct program *p;
    struct err err = {0};

    block(&t, 0, "ab", 2);
    assert_int_equal(parse(&p, &t, &opt, &err), 0);
    assert_false(p->has_start);
    assert_non_null(strstr(seen.text, "without a start block"));
    program_free(p);

    block(&t, 0, NULL, 0);
    t.bytes[t.len + 4] = 'x';
    t.len += 5;
    assert_int_equal(parse(&p, &t, &opt, &err), 0);
    assert_non_null(strstr(seen.text, "byte 20: what follows the start block is ignored"));
    program_free(p);
}

/* A label that people can read may be punched before the first block. */
static void label_is_skipped(void **state)
{
    struct tape t = {.bytes = {0, 0, 0176, 1, 011, 0176, 0, 0}, .len = 8};
    struct program *p;
    struct err err = {0};

    block(&t, 0500, "ab", 2);
    block(&t, 0500, NULL, 0);
    assert_int_equal(parse(&p, &t, NULL, &err), 0);
    assert_int_equal(p->segment[0].pa, 0500);
    program_free(p);
}

static void damaged(void **state)
{
    struct tape good = {.len = 5}, t;
    struct program *p;
    struct err err = {0};

    block(&good, 01000, "abcd", 4);
    block(&good, 01000, NULL, 0);

    t = good;
    t.bytes[5 + 7] ^= 4;
    assert_int_equal(parse(&p, &t, NULL, &err), -EINVAL);
    rig_error(&err, EINVAL, "t.lda: byte 5: bad checksum in the block for 001000: it is ",
              ", its bytes make ", NULL);

    err = (struct err){0};
    t = good;
    t.len = 5 + 9;
    assert_int_equal(parse(&p, &t, NULL, &err), -EINVAL);
    rig_error(&err, EINVAL, "byte 5: a block of 11 bytes, but the tape has 9 more", NULL);

    err = (struct err){0};
    t.len = 5 + 3;
    assert_int_equal(parse(&p, &t, NULL, &err), -EINVAL);
    rig_error(&err, EINVAL, "byte 5: the tape ends within a block's header", NULL);

    err = (struct err){0};
    t = good;
    t.bytes[5 + 2] = 5;
    assert_int_equal(parse(&p, &t, NULL, &err), -EINVAL);
    rig_error(&err, EINVAL, "byte 5: a block cannot have 5 bytes", NULL);

    err = (struct err){0};
    t = (struct tape){.len = 30};
    assert_int_equal(parse(&p, &t, NULL, &err), -EINVAL);
    rig_error(&err, EINVAL, "no block with data on this tape", NULL);
}

static void beyond(void **state)
{
    const struct program_options placed = {.has_load_at = true, .load_at = 01000};
    struct tape t = {.len = 0};
    struct program *p;
    struct err err = {0};
    struct machine *m;

    block(&t, 0157776, "abc", 3);
    assert_int_equal(parse(&p, &t, NULL, &err), -EINVAL);
    rig_error(&err, EINVAL, "157776 to 160000 runs into the I/O page", NULL);

    err = (struct err){0};
    assert_int_equal(parse(&p, &t, &placed, &err), -EINVAL);
    rig_error(&err, EINVAL, "addresses of its own", NULL);

    err = (struct err){0};
    t.len = 0;
    block(&t, 01000, "ab", 2);
    block(&t, 017776, "abc", 3);
    assert_int_equal(parse(&p, &t, NULL, &err), 0);
    m = rig_machine(8192);
    assert_int_equal(program_load(p, m, &err), -E2BIG);
    rig_error(&err, E2BIG, "t.lda", "up to 020001", "8K (to 020000)", NULL);
    assert_int_equal(ram_get(&m->ram, 01000), 0); /* nothing was written */
    machine_free(m);
    m = rig_machine(16384);
    err = (struct err){0};
    assert_int_equal(program_load(p, m, &err), 0);
    assert_int_equal(ram_get(&m->ram, 01000), 'a' | 'b' << 8);
    assert_int_equal(ram_get(&m->ram, 020000), 'c');
    machine_free(m);
    program_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_and_start), cmocka_unit_test(many_blocks),
        cmocka_unit_test(odd_start),        cmocka_unit_test(notes),
        cmocka_unit_test(label_is_skipped), cmocka_unit_test(damaged),
        cmocka_unit_test(beyond),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
