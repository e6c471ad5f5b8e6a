/* test_minidisk.c - parts of a pack, and disks in memory: as images, and in the drives of two
 * machines. */
#include "rk11_world.h"

#define PACK_BLOCKS 6000u
#define FIRST       96u  /* block of the first minidisk */
#define LENGTH      100u /* blocks of each: four cylinders, and four sectors of a fifth */

struct pair {
    struct world *w[2];
    struct image *pack;
    struct err err;
};

static void open_pack(struct pair *p, bool read_only)
{
    const struct attach how = {.path = p->w[0]->path[1], .read_only = read_only};

    image_close(p->pack);
    p->pack = NULL;
    assert_int_equal(image_open(&p->pack, &how, PACK_BLOCKS * 512u, NULL, NULL), 0);
}

static int pair_setup(void **state)
{
    struct pair *p = calloc(1, sizeof *p);

    for (unsigned i = 0; i < 2; i++) {
        void *world = NULL;

        world_setup(&world);
        p->w[i] = world;
        assert_int_equal(p->w[i]->rk.dev.ops->detach(&p->w[i]->rk.dev, 1, NULL), 0);
    }
    open_pack(p, false);
    *state = p;
    return 0;
}

static int pair_teardown(void **state)
{
    struct pair *p = *state;

    image_close(p->pack);
    for (unsigned i = 0; i < 2; i++) {
        void *world = p->w[i];
        world_teardown(&world);
    }
    free(p);
    return 0;
}

/* Block `n` of an image holds `byte` everywhere. */
static void block_is(struct image *image, u64 n, u8 byte)
{
    u8 data[512];

    assert_int_equal(image_read(image, n * 512, data, sizeof data, NULL), 0);
    for (unsigned i = 0; i < sizeof data; i++)
        assert_int_equal(data[i], byte);
}

static void block_put(struct image *image, u64 n, u8 byte)
{
    u8 data[512];

    memset(data, byte, sizeof data);
    assert_int_equal(image_write(image, n * 512, data, sizeof data, NULL), 0);
}

static struct image *window(struct pair *p, u64 first, u64 blocks, bool read_only)
{
    struct image *image = NULL;

    assert_int_equal(image_window(&image, p->pack, first * 512, blocks * 512, read_only, NULL), 0);
    return image;
}

/* Two minidisks side by side go into drive 1 of either machine. */
static void mount(struct pair *p)
{
    for (unsigned i = 0; i < 2; i++)
        assert_int_equal(
            attach(p->w[i], 1,
                   &(struct attach){.image = window(p, FIRST + i * LENGTH, LENGTH, false)}),
            0);
}

static void parts(void **state)
{
    struct pair *p = *state;
    struct image *part, *inner;

    block_put(p->pack, FIRST - 1, 1);
    block_put(p->pack, FIRST, 2);
    block_put(p->pack, FIRST + LENGTH, 3);
    part = window(p, FIRST, LENGTH, false);
    assert_int_equal(image_capacity(part), LENGTH * 512);
    assert_int_equal(image_blocks(part), LENGTH);
    assert_non_null(strstr(image_path(part), "rk1 (blocks 96 to 195)"));
    assert_false(image_read_only(part));
    block_is(part, 0, 2);
    block_put(part, LENGTH - 1, 4);
    block_is(p->pack, FIRST + LENGTH - 1, 4);
    block_is(p->pack, FIRST + LENGTH, 3);
    block_is(p->pack, FIRST - 1, 1);
    /* A part of the part; and the pack stays while it is in use. */
    assert_int_equal(image_window(&inner, part, 99 * 512, 512, true, NULL), 0);
    image_close(part);
    image_close(p->pack);
    p->pack = NULL;
    block_is(inner, 0, 4);
    assert_true(image_read_only(inner));
    assert_int_equal(image_flush(inner, NULL), 0);
    image_close(inner);
    open_pack(p, false); /* it is not locked any more */
}

static void beyond_the_pack(void **state)
{
    static const u64 bad[][2] = {{PACK_BLOCKS, 1}, {0, PACK_BLOCKS + 1}, {PACK_BLOCKS - 1, 2},
                                 {0, 0},           {1, (u64)-1 / 512},   {(u64)-1 / 512, 1}};
    struct pair *p = *state;
    struct image *part = NULL;

    for (unsigned i = 0; i < ARRAY_LEN(bad); i++) {
        struct err err = {0};

        assert_int_equal(
            image_window(&part, p->pack, bad[i][0] * 512, bad[i][1] * 512, false, &err), -EINVAL);
        assert_non_null(strstr(err.text, "but it has 6000"));
        assert_null(part);
    }
}

static void read_only_parts(void **state)
{
    struct pair *p = *state;
    struct image *part = window(p, 0, LENGTH, true);

    assert_true(image_read_only(part));
    assert_int_equal(image_scrub(part, &p->err), -EROFS);
    assert_int_equal(attach(p->w[0], 1, &(struct attach){.image = part}), 0);
    assert_int_equal(run(p->w[0], FN(RK11_WRITE), disk_address(1, 0, 0, 0), 1, 01000), 020000);
    assert_int_equal(p->w[0]->rk.dev.ops->detach(&p->w[0]->rk.dev, 1, NULL), 0);
    open_pack(p, true);
    part = window(p, 0, LENGTH, false);
    assert_true(image_read_only(part));
    image_close(part);
}

/* What one machine writes, wherever it can, is not on the other's disk nor outside. */
static void two_machines(void **state)
{
    struct pair *p = *state;

    mount(p);
    for (unsigned i = 0; i < 2; i++)
        for (unsigned word = 0; word < 256 * LENGTH; word++)
            ram_put(&p->w[i]->ram, 02000 + 2 * word, i ? 0x2222 : 0x1111);
    for (unsigned i = 0; i < 2; i++)
        assert_int_equal(
            run(p->w[i], FN(RK11_WRITE), disk_address(1, 0, 0, 0), 256 * LENGTH, 02000), 0);
    block_is(p->pack, FIRST - 1, 0);
    for (unsigned n = 0; n < LENGTH; n++) {
        block_is(p->pack, FIRST + n, 0x11);
        block_is(p->pack, FIRST + LENGTH + n, 0x22);
    }
    block_is(p->pack, FIRST + 2 * LENGTH, 0);
    fill(p->w[0], 02000, 256, 1);
    assert_int_equal(run(p->w[0], FN(RK11_READ), disk_address(1, 4, 0, 3), 256, 02000), 0);
    assert_int_equal(memory(p->w[0], 02000), 0x1111);
}

/* A drive with a minidisk has no sector behind its last: block 99 is cylinder 4, sector 3. */
static void beyond_the_minidisk(void **state)
{
    static const struct {
        unsigned cylinder, surface, sector;
        u16 errors;
    } cases[] = {
        {4, 0, 3, 0},         {4, 0, 4, 0000040},   {4, 1, 0, 0000040},      {4, 1, 013, 0000040},
        {5, 0, 0, 0000100},   {5, 0, 3, 0000100},   {0312, 1, 013, 0000100}, {0313, 0, 0, 0000100},
        {0, 0, 014, 0000040}, {5, 0, 014, 0000140},
    };
    static const enum rk11_function functions[] = {RK11_WRITE, RK11_READ, RK11_WRITE_CHECK,
                                                   RK11_READ_CHECK, RK11_SEEK};
    struct pair *p = *state;
    struct world *w = p->w[0];

    mount(p);
    block_put(p->pack, FIRST + LENGTH, 0x77);
    for (unsigned i = 0; i < ARRAY_LEN(cases); i++)
        for (unsigned f = 0; f < ARRAY_LEN(functions); f++) {
            unsigned at = disk_address(1, cases[i].cylinder, cases[i].surface, cases[i].sector);

            ram_put(&w->ram, 01000, 0);
            assert_int_equal(run(w, FN(functions[f]), at, 1, 01000), cases[i].errors);
            assert_int_equal(get(w, RKCS) & HE, cases[i].errors ? HE : 0);
            put(w, RKCS, 1); /* Control Reset */
            pass(w, 200000); /* the heads arrive */
        }
    block_is(p->pack, FIRST + LENGTH, 0x77);
}

/* A transfer that runs off the end: what fits is done, OVR, and nothing goes to the neighbour. */
static void overrun(void **state)
{
    struct pair *p = *state;
    struct world *w = p->w[0];

    mount(p);
    block_put(p->pack, FIRST + LENGTH, 0x77);
    for (unsigned word = 0; word < 1024; word++)
        ram_put(&w->ram, 02000 + 2 * word, 0x3333);
    assert_int_equal(run(w, FN(RK11_WRITE), disk_address(1, 4, 0, 2), 1024, 02000), 040000);
    assert_int_equal(get(w, RKWC), 0200000 - 512);
    block_is(p->pack, FIRST + LENGTH - 1, 0x33);
    block_is(p->pack, FIRST + LENGTH, 0x77);
    put(w, RKCS, 1);
    assert_int_equal(run(w, FN(RK11_READ), disk_address(1, 4, 0, 2), 1024, 010000), 040000);
    assert_int_equal(memory(w, 010000 + 1022), 0x3333);
    assert_int_equal(memory(w, 010000 + 1024), 0);
    /* To the last word of the last sector is no overrun. */
    put(w, RKCS, 1);
    assert_int_equal(run(w, FN(RK11_READ), disk_address(1, 4, 0, 2), 512, 010000), 0);
}

/* A bad bus address is the affair of its own machine: NXM, and the sector keeps to the minidisk. */
static void bad_memory_address(void **state)
{
    struct pair *p = *state;

    mount(p);
    assert_int_equal(run(p->w[0], FN(RK11_READ), disk_address(1, 0, 0, 0), 256, 0760000), 002000);
    put(p->w[0], RKCS, 1);
    assert_int_equal(run(p->w[0], FN(RK11_WRITE), disk_address(1, 0, 0, 0), 256, 0760000), 002000);
    assert_int_equal(run(p->w[1], FN(RK11_READ), disk_address(1, 0, 0, 0), 256, 02000), 0);
}

static void scrub(void **state)
{
    struct pair *p = *state;
    struct image *part = window(p, FIRST, LENGTH, false);
    struct stat st;

    for (unsigned n = 0; n < LENGTH + 2; n++)
        block_put(p->pack, FIRST - 1 + n, (u8)(n + 1));
    assert_int_equal(image_scrub(part, NULL), 0);
    for (unsigned n = 0; n < LENGTH; n++)
        block_is(p->pack, FIRST + n, 0);
    block_is(p->pack, FIRST - 1, 1);
    block_is(p->pack, FIRST + LENGTH, LENGTH + 2);
    image_close(part);
    /* Where nothing was written nothing is. */
    part = window(p, PACK_BLOCKS - 10, 10, false);
    assert_int_equal(image_scrub(part, NULL), 0);
    assert_int_equal(stat(p->w[0]->path[1], &st), 0);
    assert_int_equal(st.st_size, (FIRST + LENGTH + 1) * 512);
    image_close(part);
}

static void in_memory(void **state)
{
    struct pair *p = *state;
    struct image *ram = NULL;
    u64 before, after;

    assert_int_equal(image_memory(&ram, "v6 rk2", 50 * 512, NULL), 0);
    assert_int_equal(image_capacity(ram), 50 * 512);
    assert_string_equal(image_path(ram), "v6 rk2");
    block_is(ram, 49, 0);
    assert_int_equal(image_hash(ram, NULL, &before, NULL), 0);
    assert_int_equal(attach(p->w[0], 1, &(struct attach){.image = ram}), 0);
    fill(p->w[0], 02000, 256, 5);
    assert_int_equal(run(p->w[0], FN(RK11_WRITE), disk_address(1, 2, 0, 1), 256, 02000), 0);
    assert_int_equal(pack_word(p->w[0], 1, 49, 255), 260);
    put(p->w[0], RKCS, 1);
    assert_int_equal(run(p->w[0], FN(RK11_WRITE), disk_address(1, 2, 0, 2), 256, 02000), 040);
    assert_int_equal(image_hash(ram, NULL, &after, NULL), 0);
    assert_int_not_equal(before, after);
    assert_int_equal(image_scrub(ram, NULL), 0);
    assert_int_equal(image_hash(ram, NULL, &after, NULL), 0);
    assert_int_equal(before, after);
}

/* Going back, as in a recording, and blocks that never reach the medium. */
static void journal_and_scratch(void **state)
{
    struct pair *p = *state;
    struct image *image[2] = {window(p, FIRST, LENGTH, false), NULL};

    assert_int_equal(image_memory(&image[1], "m", 512 * LENGTH, NULL), 0);
    for (unsigned i = 0; i < 2; i++) {
        block_put(image[i], 3, 1);
        assert_int_equal(image_journal(image[i], NULL), 0);
        block_put(image[i], 3, 2);
        assert_int_equal(image_undo(image[i], 0, NULL), 0);
        block_is(image[i], 3, 1);
        image_journal_end(image[i]);
        assert_int_equal(image_scratch(image[i], NULL), 0);
        block_put(image[i], 3, 9);
        block_is(image[i], 3, 9);
        image_scratch_end(image[i]);
        block_is(image[i], 3, 1);
        image_close(image[i]);
    }
}

static void more_than_a_drive(void **state)
{
    struct pair *p = *state;
    struct image *part = window(p, 0, 4873, false);

    assert_int_equal(
        p->w[0]->rk.dev.ops->attach(&p->w[0]->rk.dev, 1, &(struct attach){.image = part}, &p->err),
        -EINVAL);
    assert_non_null(strstr(p->err.text, "but an RK05 has 2494464"));
    image_close(part); /* it is still ours */
}

#undef TEST
#define TEST(f) cmocka_unit_test_setup_teardown(f, pair_setup, pair_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(parts),
        TEST(beyond_the_pack),
        TEST(read_only_parts),
        TEST(two_machines),
        TEST(beyond_the_minidisk),
        TEST(overrun),
        TEST(bad_memory_address),
        TEST(scrub),
        TEST(in_memory),
        TEST(journal_and_scratch),
        TEST(more_than_a_drive),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
