/* test_rk11_transfer.c - RK11-D: data, counters, addresses, errors in mid-transfer, timing. */
#include <signal.h>
#include <sys/resource.h>

#include "rk11_world.h"

#define WCE 1u
#define NXM 02000u
#define OVR 040000u
#define DRE 0100000u

static void test_write_read(void **state)
{
    struct world *w = *state;
    unsigned rkda = disk_address(0, 3, 1, 10);

    /* 600 words: two sectors, over the end of a track and cylinder, and part of a third. */
    fill(w, 02000, 768, 1);
    assert_int_equal(run(w, FN(RK11_WRITE), rkda, 768, 02000), 0);
    fill(w, 02000, 600, 07000);
    assert_int_equal(run(w, FN(RK11_WRITE), rkda, 600, 02000), 0);
    assert_int_equal(get(w, RKWC), 0);
    assert_int_equal(get(w, RKBA), 02000 + 1200);
    assert_int_equal(get(w, RKDA), disk_address(0, 4, 0, 1));
    assert_int_equal(get(w, RKDB), 07000 + 599);
    assert_int_equal(pack_word(w, 0, 3 * 24 + 12 + 10, 0), 07000);
    assert_int_equal(pack_word(w, 0, 4 * 24, 87), 07000 + 599);
    /* The rest of the last sector is zeros. */
    assert_int_equal(pack_word(w, 0, 4 * 24, 88), 0);
    assert_int_equal(pack_word(w, 0, 4 * 24, 255), 0);
    fill(w, 010000, 700, 0);
    assert_int_equal(run(w, FN(RK11_READ), rkda, 600, 010000), 0);
    for (unsigned i = 0; i < 600; i++)
        assert_int_equal(memory(w, 010000 + 2 * i), 07000 + i);
    assert_int_equal(memory(w, 010000 + 1200), 600); /* only as many words as asked for */
    assert_int_equal(get(w, RKDB), 07000 + 599);
    assert_int_equal(run(w, FN(RK11_WRITE_CHECK), rkda, 600, 010000), 0);
    assert_int_equal(get(w, RKWC), 0);
    assert_int_equal(w->failures, 0);
}

/* Across 64 KB the carry goes to MEX; across 256 KB there is no more. */
static void test_extended_address(void **state)
{
    struct world *w = *state;

    fill(w, 0177774, 4, 0111);
    assert_int_equal(run(w, FN(RK11_WRITE), 0, 4, 0177774), 0);
    assert_int_equal(get(w, RKBA), 4);
    assert_int_equal(get(w, RKCS) & 060, 020);
    assert_int_equal(pack_word(w, 0, 0, 3), 0111 + 3);
    assert_int_equal(run(w, FN(RK11_READ), 0, 4, 0377774), 0);
    assert_int_equal(memory(w, 0400002), 0111 + 3);
    assert_int_equal(get(w, RKCS) & 060, 040);
    /* The I/O page: RKMR takes anything and RKDB is read only. */
    assert_int_equal(run(w, FN(RK11_READ), 0, 2, RK11_BASE + RKMR), 0);
    assert_int_equal(get(w, RKBA), (RK11_BASE + 020) & 0177777);
    /* An odd address loses bit 0 on the bus, but keeps it in the register. */
    assert_int_equal(run(w, FN(RK11_READ), 0, 2, 03001), 0);
    assert_int_equal(memory(w, 03000), 0111);
    assert_int_equal(get(w, RKBA), 03005);
}

static void test_inhibit_increment(void **state)
{
    struct world *w = *state;

    fill(w, 01000, 3, 0505);
    assert_int_equal(run(w, FN(RK11_WRITE) | IBA, 0, 300, 01000), 0);
    assert_int_equal(get(w, RKBA), 01000);
    assert_int_equal(get(w, RKWC), 0);
    assert_int_equal(get(w, RKDA), 2);
    assert_int_equal(pack_word(w, 0, 1, 43), 0505);
    assert_int_equal(pack_word(w, 0, 1, 44), 0);
    fill(w, 01000, 256, 1);
    assert_int_equal(run(w, FN(RK11_WRITE), 0, 256, 01000), 0);
    assert_int_equal(run(w, FN(RK11_READ) | IBA, 0, 256, 02000), 0);
    assert_int_equal(memory(w, 02000), 256);
    assert_int_equal(memory(w, 02002), 0);
    assert_int_equal(run(w, FN(RK11_WRITE_CHECK) | IBA, disk_address(0, 0, 0, 1), 44, 01000), WCE);
    ram_put(&w->ram, 01000, 0505);
    assert_int_equal(run(w, FN(RK11_WRITE_CHECK) | IBA, disk_address(0, 0, 0, 1), 44, 01000), 0);
}

/* Read Format gives the header, one word a sector; Write Format writes data like Write. */
static void test_format(void **state)
{
    struct world *w = *state;

    assert_int_equal(run(w, FN(RK11_READ) | FMT, disk_address(1, 0146, 1, 11), 3, 01000), 0);
    assert_int_equal(memory(w, 01000), 0146 << 5);
    assert_int_equal(memory(w, 01002), 0147 << 5);
    assert_int_equal(memory(w, 01004), 0147 << 5);
    assert_int_equal(memory(w, 01006), 0);
    assert_int_equal(get(w, RKWC), 0);
    assert_int_equal(get(w, RKDA), disk_address(1, 0147, 0, 2));
    fill(w, 01000, 256, 9);
    assert_int_equal(run(w, FN(RK11_WRITE) | FMT, disk_address(1, 5, 0, 0), 256, 01000), 0);
    assert_int_equal(pack_word(w, 1, 5 * 24, 255), 9 + 255);
}

/* Without SSE all is compared; with it the control stops at the end of the sector at fault. */
static void test_write_check(void **state)
{
    struct world *w = *state;

    fill(w, 01000, 512, 1);
    assert_int_equal(run(w, FN(RK11_WRITE), 0, 512, 01000), 0);
    ram_put(&w->ram, 01010, 0);
    assert_int_equal(run(w, FN(RK11_WRITE_CHECK) | IDE, 0, 512, 01000), WCE);
    assert_int_equal(get(w, RKWC), 0);
    assert_int_equal(get(w, RKCS) & (ERR | HE), ERR);
    assert_int_equal(interrupt(w), 0220);
    assert_int_equal(run(w, FN(RK11_WRITE_CHECK) | SSE | IDE, 0, 512, 01000), WCE);
    assert_int_equal(get(w, RKWC), 0177400);
    assert_int_equal(get(w, RKBA), 02000);
    assert_int_equal(get(w, RKDA), 1);
    assert_int_equal(interrupt(w), 0220);
    /* Soft errors go when a function starts. */
    start(w, FN(RK11_READ_CHECK), 0, 256, 0);
    assert_int_equal(get(w, RKER), 0);
    assert_int_equal(get(w, RKCS) & ERR, 0);
    ready_wait(w);
}

/* Read Check counts words and sectors, but never uses the bus. */
static void test_read_check(void **state)
{
    struct world *w = *state;

    assert_int_equal(run(w, FN(RK11_READ_CHECK), disk_address(0, 1, 0, 0), 512, 0757776), 0);
    assert_int_equal(get(w, RKWC), 0);
    assert_int_equal(get(w, RKBA), 0157776);
    assert_int_equal(get(w, RKDA), disk_address(0, 1, 0, 2));
}

static void test_nonexistent_memory(void **state)
{
    struct world *w = *state;
    unsigned rkda = disk_address(0, 2, 0, 7);

    fill(w, 01000, 512, 1);
    assert_int_equal(run(w, FN(RK11_WRITE), rkda, 512, 01000), 0);
    w->ram.size = 0100000;
    assert_int_equal(run(w, FN(RK11_READ) | IDE, rkda, 512, 077770), NXM);
    assert_int_equal(get(w, RKCS) & (ERR | HE | RDY), ERR | HE | RDY);
    assert_int_equal(interrupt(w), 0220);
    assert_int_equal(get(w, RKBA), 0100000); /* the word that failed */
    assert_int_equal(get(w, RKWC), 0200000 - 512 + 4);
    assert_int_equal(get(w, RKDA), rkda);
    assert_int_equal(memory(w, 077776), 4);
    /* What came is written, the rest of the sector is zeros, the next sector is untouched. */
    fill(w, 077770, 4, 0300);
    put(w, RKCS, FN(RK11_CONTROL_RESET));
    assert_int_equal(run(w, FN(RK11_WRITE), rkda, 512, 077770), NXM);
    assert_int_equal(pack_word(w, 0, 2 * 24 + 7, 3), 0303);
    assert_int_equal(pack_word(w, 0, 2 * 24 + 7, 4), 0);
    assert_int_equal(pack_word(w, 0, 2 * 24 + 8, 0), 257);
    /* Nothing came: nothing is written. */
    put(w, RKCS, FN(RK11_CONTROL_RESET));
    assert_int_equal(run(w, FN(RK11_WRITE), rkda + 1, 256, 0100000), NXM);
    assert_int_equal(pack_word(w, 0, 2 * 24 + 8, 0), 257);
    assert_int_equal(get(w, RKWC), 0177400);
    put(w, RKCS, FN(RK11_CONTROL_RESET));
    assert_int_equal(run(w, FN(RK11_WRITE_CHECK), rkda, 256, 0100000), NXM);
}

/* The last sector of the pack: an exact end is none, a longer transfer overruns. */
static void test_overrun(void **state)
{
    struct world *w = *state;
    unsigned last = disk_address(1, 0312, 1, 013);
    static const enum rk11_function functions[] = {RK11_WRITE, RK11_READ, RK11_WRITE_CHECK,
                                                   RK11_READ_CHECK};

    for (unsigned i = 0; i < 4; i++) {
        fill(w, 01000, 256, 3);
        assert_int_equal(run(w, FN(functions[i]), last, 256, 01000), 0);
        assert_int_equal(get(w, RKDA), disk_address(1, 0313, 0, 0));
        assert_int_equal(run(w, FN(functions[i]), last, 257, 01000), OVR);
        assert_int_equal(get(w, RKWC), 0177777);
        assert_int_equal(get(w, RKDA), disk_address(1, 0313, 0, 0));
        put(w, RKCS, FN(RK11_CONTROL_RESET));
    }
    assert_int_equal(run(w, FN(RK11_READ) | FMT, last, 2, 01000), OVR);
    assert_int_equal(memory(w, 01000), 0312 << 5);
}

/* A count of zero is 65536 words. */
static void test_longest(void **state)
{
    struct world *w = *state;

    put(w, RKDA, 0);
    put(w, RKCS, FN(RK11_READ) | IBA);
    for (unsigned i = 0; i < 10 && !(get(w, RKCS) & RDY); i++)
        pass(w, 1000000);
    assert_int_equal(get(w, RKDA), disk_address(0, 10, 1, 4)); /* 256 sectors on */
    assert_int_equal(get(w, RKER), 0);
}

/* Where the heads are, a sector takes its own time and at most a turn before it; the sectors of a
 * cylinder follow each other. */
static void test_timing(void **state)
{
    struct world *w = *state;
    u64 time;

    w->time = 3 * RK05_TURN + 7 * RK05_TURN / 12 + 50;
    start(w, FN(RK11_READ), disk_address(0, 0, 0, 8), 1, 01000);
    time = ready_wait(w);
    assert_in_range(time, 2 * SECTOR - 60, 2 * SECTOR);
    start(w, FN(RK11_READ), disk_address(0, 0, 0, 8), 256, 01000);
    assert_in_range(ready_wait(w), RK05_TURN - 5, RK05_TURN + 5);
    start(w, FN(RK11_READ), disk_address(0, 0, 0, 10), 256 * 24, 01000);
    pass(w, SECTOR * 2 + 10);
    assert_int_equal(get(w, RKWC), 0200000 - 23 * 256); /* seen in mid-flight */
    assert_int_equal(get(w, RKDA), disk_address(0, 0, 0, 11));
    /* 13 sectors more on this cylinder, a turn for the seek to the next one, 10 sectors there. */
    time = ready_wait(w);
    assert_in_range(time, 35 * SECTOR - 100, 35 * SECTOR);
    w->bus.events.immediate = true;
    start(w, FN(RK11_READ), disk_address(0, 100, 0, 0), 256 * 2, 01000);
    assert_in_range(ready_wait(w), 3, 4);
}

/* The host's disk is full: the machine hears of it once, the guest sees a drive error, and the
 * pack is as it was. Drive Reset makes the drive usable again. */
static void test_host_full(void **state)
{
    struct world *w = *state;
    struct rlimit limit, old;
    u16 errors;

    signal(SIGXFSZ, SIG_IGN);
    fill(w, 01000, 256, 1);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    limit = (struct rlimit){.rlim_cur = 4096, .rlim_max = old.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    errors = run(w, FN(RK11_WRITE), disk_address(0, 0, 0, 8), 512, 01000);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
    assert_int_equal(errors, DRE);
    assert_int_equal(w->failures, 1);
    assert_int_equal(get(w, RKDS) & 02200, 02000); /* DRU, not DRY */
    put(w, RKCS, FN(RK11_CONTROL_RESET));
    assert_int_equal(run(w, FN(RK11_READ), 0, 1, 01000), DRE);
    put(w, RKCS, FN(RK11_CONTROL_RESET));
    assert_int_equal(run(w, FN(RK11_DRIVE_RESET), 0, 1, 01000), 0);
    assert_int_equal(get(w, RKDS) & 02200, 0200);
    assert_int_equal(run(w, FN(RK11_WRITE), disk_address(0, 0, 0, 8), 1, 01000), 0);
    assert_int_equal(w->failures, 1);
}

/* A short image reads as zeros and grows only by what is written. */
static void test_short_image(void **state)
{
    struct world *w = *state;
    struct stat st;

    fill(w, 01000, 256, 1);
    assert_int_equal(run(w, FN(RK11_READ), disk_address(1, 0312, 1, 013), 256, 01000), 0);
    assert_int_equal(memory(w, 01002), 0);
    assert_int_equal(stat(w->path[1], &st), 0);
    assert_int_equal(st.st_size, 0);
    assert_int_equal(run(w, FN(RK11_WRITE), disk_address(1, 0, 0, 1), 1, 01000), 0);
    assert_int_equal(stat(w->path[1], &st), 0);
    assert_int_equal(st.st_size, 1024);
}

/* Writes go to the overlay, and are read back from it. */
static void test_overlay(void **state)
{
    struct world *w = *state;
    char over[128];
    struct stat st;

    snprintf(over, sizeof over, "%s/over", w->dir);
    assert_int_equal(w->rk.dev.ops->detach(&w->rk.dev, 1, NULL), 0);
    assert_int_equal(attach(w, 1, &(struct attach){.path = w->path[1], .overlay = over}), 0);
    fill(w, 01000, 256, 1);
    assert_int_equal(run(w, FN(RK11_WRITE), disk_address(1, 7, 0, 0), 256, 01000), 0);
    fill(w, 01000, 256, 0);
    assert_int_equal(run(w, FN(RK11_READ), disk_address(1, 7, 0, 0), 256, 01000), 0);
    assert_int_equal(memory(w, 01776), 256);
    assert_int_equal(stat(w->path[1], &st), 0);
    assert_int_equal(st.st_size, 0);
    unlink(over);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_write_read),
        TEST(test_extended_address),
        TEST(test_inhibit_increment),
        TEST(test_format),
        TEST(test_write_check),
        TEST(test_read_check),
        TEST(test_nonexistent_memory),
        TEST(test_overrun),
        TEST(test_longest),
        TEST(test_timing),
        TEST(test_host_full),
        TEST(test_short_image),
        TEST(test_overlay),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
