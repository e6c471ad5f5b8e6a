/* test_spool.c - spooled printers, punches and readers of machines that do nothing else. */
#include "cp/spool.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "../base/rig.h"
#include "base/types.h"
#include "machine/snapshot.h"

enum { PRS = 0777550, PRB = 0777552, PPS = 0777554, PPB = 0777556, LPS = 0777514, LPB = 0777516 };

#define ERROR   0100000u
#define DONE    0200u
#define PRINTER (1u << SPOOL_PRINTER)
#define PUNCH   (1u << SPOOL_PUNCH)
#define READER  (1u << SPOOL_READER)
#define ALL     (PRINTER | PUNCH | READER)

struct world {
    char dir[32];
    struct spool *spool;
    struct machine *m[3]; /* a, b, and c, which has a label */
    struct err err;
    struct log log;
    unsigned notes, ready; /* how often */
    struct machine *was_ready;
    char note[400];
};

static void sink(void *ctx, enum log_level level, const char *text)
{
    struct world *w = ctx;

    w->notes++;
    snprintf(w->note, sizeof w->note, "%s", text);
}

static void on_ready(void *ctx, struct machine *m)
{
    struct world *w = ctx;

    w->ready++;
    w->was_ready = m;
}

static void begin(struct world *w)
{
    static const char *const names[] = {"a", "b", "c"};

    assert_int_equal(spool_new(&w->spool, "spool", &w->log, &w->err), 0);
    spool_on_ready(w->spool, on_ready, w);
    for (unsigned i = 0; i < 3; i++)
        assert_int_equal(
            spool_join(w->spool, names[i], i == 2 ? "secret" : NULL, w->m[i], ALL, &w->err), 0);
}

static int setup(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    const struct machine_config config = {.memory = 8192, .fast_io = true};

    files_begin(w->dir);
    w->log = (struct log){.sink = sink, .ctx = w};
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(machine_new(&w->m[i], &config, NULL), 0);
        ram_put(&w->m[i]->ram, 01000, 0777); /* BR . */
        machine_start(w->m[i], 01000);
    }
    begin(w);
    *state = w;
    return 0;
}

/* The limit of the size of files: none where it is 0. */
static void limit(rlim_t size)
{
    struct rlimit now;

    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &now), 0);
    now.rlim_cur = size ? size : now.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &now), 0);
}

static int teardown(void **state)
{
    struct world *w = *state;

    limit(0);
    spool_free(w->spool);
    for (unsigned i = 0; i < 3; i++)
        machine_free(w->m[i]);
    assert_int_equal(system("rm -r spool"), 0);
    files_end(w->dir, (const char *const[]){"deck", NULL});
    free(w);
    return 0;
}

static u16 get(struct machine *m, u32 pa)
{
    u16 value = 0;

    assert_true(bus_io_ops.read(&m->bus, pa, IO_DATI, &value));
    return value;
}

static void put(struct machine *m, u32 pa, unsigned value)
{
    assert_true(bus_io_ops.write(&m->bus, pa, IO_DATO, (u16)value));
}

static void pass(struct machine *m, u64 count)
{
    machine_run(m, m->cpu.icount + count, EVENT_NEVER);
}

/* Write `len` bytes to the device of these registers; how many it took before it stood. */
static size_t feed(struct machine *m, u32 csr, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        for (unsigned n = 0; !(get(m, csr) & DONE); n++) {
            if (n == 50)
                return i;
            pass(m, 1);
        }
        put(m, csr + 2, (u8)text[i]);
    }
    return len;
}

static void print(struct machine *m, const char *text)
{
    assert_int_equal(feed(m, LPS, text, strlen(text)), strlen(text));
}

static void punch(struct machine *m, const char *text)
{
    assert_int_equal(feed(m, PPS, text, strlen(text)), strlen(text));
}

/* Read frames up to the end of the tape. */
static void reads(struct machine *m, const char *text)
{
    for (; !(get(m, PRS) & ERROR); text++) {
        put(m, PRS, 1);
        pass(m, 5);
        if (get(m, PRS) & ERROR)
            break;
        assert_int_equal(get(m, PRS) & DONE, DONE);
        assert_int_equal(get(m, PRB), *text);
    }
    assert_int_equal(*text, 0);
}

static unsigned closed(struct world *w, const char *name, enum spool_device device)
{
    unsigned number = 77;

    assert_int_equal(spool_close(w->spool, name, device, &number, &w->err), 0);
    return number;
}

static void is(struct world *w, unsigned index, unsigned number, const char *owner, u64 size)
{
    const struct spool_file *file = spool_at(w->spool, index);

    assert_non_null(file);
    assert_int_equal(file->number, number);
    assert_string_equal(file->owner, owner);
    assert_int_equal(file->size, size);
}

static bool there(const char *name)
{
    return access(name, F_OK) == 0;
}

static void close_makes_visible(void **state)
{
    struct world *w = *state;

    assert_int_equal(closed(w, "a", SPOOL_PRINTER), 0);
    print(w->m[0], "first\n");
    print(w->m[1], "of b\n");
    assert_int_equal(spool_flush(w->spool, &w->err), 0);
    assert_false(there("spool/a-lp-0001.txt"));
    assert_null(spool_at(w->spool, 0));
    /* The machines are in the order in which their numbers were taken. */
    print(w->m[0], "second\n");
    assert_int_equal(closed(w, "B", SPOOL_PRINTER), 1);
    assert_int_equal(closed(w, "a", SPOOL_PRINTER), 2);
    assert_int_equal(closed(w, "a", SPOOL_PRINTER), 0);
    file_check("spool/b-lp-0001.txt", "of b\n", 5);
    file_check("spool/a-lp-0002.txt", "first\nsecond\n", 13);
    is(w, 0, 1, "b", 5);
    is(w, 1, 2, "a", 13);
    print(w->m[0], "third\n");
    punch(w->m[0], "\1\2");
    assert_int_equal(closed(w, "a", SPOOL_PUNCH), 3);
    assert_int_equal(closed(w, "a", SPOOL_PRINTER), 4);
    file_check("spool/a-pp-0003.bin", "\1\2", 2);
    file_check("spool/a-lp-0004.txt", "third\n", 6);
    assert_int_equal(spool_close(w->spool, "d", SPOOL_PRINTER, NULL, &w->err), -ENOENT);
    assert_int_equal(spool_close(w->spool, "a", SPOOL_READER, NULL, NULL), -ENOENT);
}

static void transfer(void **state)
{
    struct world *w = *state;

    assert_int_equal(get(w->m[1], PRS) & ERROR, ERROR);
    punch(w->m[0], "abc");
    assert_int_equal(closed(w, "a", SPOOL_PUNCH), 1);
    punch(w->m[0], "de");
    assert_int_equal(closed(w, "a", SPOOL_PUNCH), 2);
    assert_int_equal(spool_transfer(w->spool, 1, "b", &w->err), 0);
    assert_int_equal(spool_transfer(w->spool, 2, "b", &w->err), 0);
    assert_true(there("spool/b-pr-0001.bin"));
    assert_false(there("spool/a-pp-0001.bin"));
    spool_service(w->spool);
    assert_true(spool_at(w->spool, 0)->reading);
    assert_int_equal(w->ready, 1);
    assert_ptr_equal(w->was_ready, w->m[1]);
    assert_int_equal(spool_purge(w->spool, 1, NULL), -EBUSY);
    assert_int_equal(spool_order(w->spool, 1, NULL), -EBUSY);
    assert_int_equal(spool_transfer(w->spool, 1, "a", NULL), -EBUSY);
    spool_service(w->spool);
    reads(w->m[1], "abc");
    /* The end is seen for a second; then the next file is there, and the first is gone. */
    spool_service(w->spool);
    pass(w->m[1], EVENT_HZ - 1);
    spool_service(w->spool);
    assert_int_equal(get(w->m[1], PRS) & ERROR, ERROR);
    assert_true(there("spool/b-pr-0001.bin"));
    pass(w->m[1], 1);
    spool_service(w->spool);
    assert_false(there("spool/b-pr-0001.bin"));
    reads(w->m[1], "de");
    spool_service(w->spool);
    pass(w->m[1], EVENT_HZ);
    spool_service(w->spool);
    assert_null(spool_at(w->spool, 0));
    assert_int_equal(get(w->m[1], PRS) & ERROR, ERROR);
    assert_int_equal(w->notes, 0);
}

static void order_and_purge(void **state)
{
    struct world *w = *state;

    for (unsigned i = 1; i <= 3; i++) {
        const char text[] = {(char)('0' + i), 0};

        punch(w->m[0], text);
        assert_int_equal(closed(w, "a", SPOOL_PUNCH), i);
        assert_int_equal(spool_transfer(w->spool, i, "b", &w->err), 0);
    }
    assert_int_equal(spool_order(w->spool, 3, &w->err), 0);
    is(w, 0, 3, "b", 1);
    is(w, 1, 1, "b", 1);
    is(w, 2, 2, "b", 1);
    assert_int_equal(spool_purge(w->spool, 1, &w->err), 0);
    assert_false(there("spool/b-pr-0001.bin"));
    assert_int_equal(spool_purge(w->spool, 1, &w->err), -ENOENT);
    rig_error(&w->err, ENOENT, "1: the spool has no file of that number", NULL);
    assert_int_equal(spool_order(w->spool, 9, NULL), -ENOENT);
    spool_service(w->spool);
    reads(w->m[1], "3");
    spool_service(w->spool);
    pass(w->m[1], EVENT_HZ);
    spool_service(w->spool);
    reads(w->m[1], "2");
}

static void refused_transfers(void **state)
{
    struct world *w = *state;
    struct err err = {0};

    print(w->m[0], "x");
    assert_int_equal(closed(w, "a", SPOOL_PRINTER), 1);
    print(w->m[2], "y");
    assert_int_equal(closed(w, "c", SPOOL_PRINTER), 2);
    assert_int_equal(spool_transfer(w->spool, 3, "b", NULL), -ENOENT);
    assert_int_equal(spool_transfer(w->spool, 1, "bb", &err), -ENOENT);
    rig_error(&err, ENOENT, "bb: no such machine has a spool; did you mean b?", NULL);
    assert_int_equal(spool_transfer(w->spool, 2, "b", &w->err), -EPERM);
    rig_error(&w->err, EPERM, "2: c is secret, and b is without a label", NULL);
    assert_int_equal(spool_transfer(w->spool, 1, "c", NULL), -EPERM);
    assert_int_equal(spool_transfer(w->spool, 2, "c", NULL), 0);
    /* Who has left has no label that could be compared; who has no reader gets nothing. */
    assert_int_equal(spool_leave(w->spool, "a", NULL), 0);
    assert_int_equal(spool_transfer(w->spool, 1, "b", NULL), -ENOENT);
    assert_int_equal(spool_join(w->spool, "a", NULL, w->m[0], PRINTER, NULL), 0);
    assert_int_equal(spool_transfer(w->spool, 1, "a", NULL), -ENODEV);
    assert_int_equal(spool_join(w->spool, "A", NULL, w->m[0], PRINTER, NULL), -EEXIST);
}

/* 3000 characters, none like its neighbours. */
static void long_text(char text[3000])
{
    for (unsigned i = 0; i < 3000; i++)
        text[i] = (char)(' ' + (i * 7 + i / 90) % 90);
}

static void full_printer(void **state)
{
    struct world *w = *state;
    char text[3000];
    size_t done;

    long_text(text);
    limit(700);
    done = feed(w->m[0], LPS, text, sizeof text);
    assert_int_equal(done, 1024); /* two buffers; 700 of them are in the file */
    assert_int_equal(get(w->m[0], LPS) & (ERROR | DONE), ERROR);
    assert_non_null(strstr(spool_stands(w->spool, "a", SPOOL_PRINTER), "a lp: the spool in spool"));
    assert_null(spool_stands(w->spool, "a", SPOOL_PUNCH));
    assert_non_null(strstr(w->note, "it stands until there is room"));
    assert_int_equal(w->notes, 1);
    /* The others do not hear of it, nor does the machine stop. */
    assert_int_equal(w->m[0]->failure.code, 0);
    print(w->m[1], "b");
    punch(w->m[0], "p");
    assert_int_equal(spool_service(w->spool), 1);
    assert_int_equal(w->notes, 1);
    assert_int_equal(spool_close(w->spool, "a", SPOOL_PRINTER, NULL, NULL), -EFBIG);
    assert_null(spool_at(w->spool, 0));
    /* INIT does not help; room does. */
    bus_reset(&w->m[0]->bus);
    assert_int_equal(get(w->m[0], LPS) & (ERROR | DONE), ERROR);
    limit(0);
    assert_int_equal(spool_service(w->spool), 0);
    assert_non_null(strstr(w->note, "goes on"));
    assert_int_equal(w->ready, 1);
    assert_ptr_equal(w->was_ready, w->m[0]);
    assert_null(spool_stands(w->spool, "a", SPOOL_PRINTER));
    assert_int_equal(feed(w->m[0], LPS, text + done, sizeof text - done), sizeof text - done);
    assert_int_equal(closed(w, "a", SPOOL_PRINTER), 1);
    file_check("spool/a-lp-0001.txt", text, sizeof text);
}

/* A program that does not look at ERROR loses nothing either. */
static void full_punch(void **state)
{
    struct world *w = *state;
    char text[3000];
    size_t done;

    long_text(text);
    limit(100);
    done = feed(w->m[0], PPS, text, sizeof text);
    assert_int_equal(done, 512);
    assert_int_equal(get(w->m[0], PPS) & (ERROR | DONE), 0);
    bus_reset(&w->m[0]->bus);
    pass(w->m[0], 100);
    assert_int_equal(get(w->m[0], PPS) & (ERROR | DONE), 0);
    assert_int_equal(spool_service(w->spool), 1);
    limit(0);
    assert_int_equal(spool_service(w->spool), 0);
    assert_int_equal(get(w->m[0], PPS) & DONE, DONE);
    assert_int_equal(feed(w->m[0], PPS, text + done, sizeof text - done), sizeof text - done);
    assert_int_equal(closed(w, "a", SPOOL_PUNCH), 1);
    file_check("spool/a-pp-0001.bin", text, sizeof text);
}

/* A device that stands is ready by force (a debugger, a state that was loaded): no harm. */
static void forced(void **state)
{
    struct world *w = *state;
    char text[3000];

    long_text(text);
    limit(700);
    assert_int_equal(feed(w->m[0], LPS, text, sizeof text), 1024);
    for (unsigned i = 0; i < 1000; i++) {
        w->m[0]->printer.lps = DONE;
        put(w->m[0], LPB, 'x');
    }
    limit(0);
    spool_service(w->spool);
    assert_int_equal(closed(w, "a", SPOOL_PRINTER), 1);
    assert_true(spool_at(w->spool, 0)->size >= 1024);
}

/* A state of a time when there was room is put back while there is none, and the reverse. */
static void put_back(void **state)
{
    struct world *w = *state;
    struct snapshot room = {0}, none = {0};
    struct machine *m = w->m[0];
    char text[3000];

    long_text(text);
    pass(m, 100);
    assert_int_equal(snapshot_take(&room, m, NULL), 0);
    limit(700);
    assert_int_equal(feed(m, LPS, text, sizeof text), 1024);
    assert_int_equal(feed(m, PPS, text, sizeof text), 1024);
    assert_int_equal(snapshot_take(&none, m, NULL), 0);
    assert_int_equal(snapshot_put(m, room.bytes, room.size, NULL), 0);
    assert_int_equal(get(m, LPS) & (ERROR | DONE), ERROR);
    assert_int_equal(get(m, PPS) & (ERROR | DONE), 0);
    limit(0);
    assert_int_equal(spool_service(w->spool), 0);
    assert_int_equal(snapshot_put(m, none.bytes, none.size, NULL), 0);
    assert_int_equal(feed(m, LPS, text, sizeof text), sizeof text);
    assert_int_equal(feed(m, PPS, text, sizeof text), sizeof text);
    snapshot_free(&room);
    snapshot_free(&none);
}

/* Who leaves while there is no room is told, and what fitted stays. */
static void leave_full(void **state)
{
    struct world *w = *state;
    char text[3000];

    long_text(text);
    limit(700);
    feed(w->m[0], LPS, text, sizeof text);
    assert_int_equal(spool_flush(w->spool, &w->err), -EFBIG);
    assert_int_equal(spool_leave(w->spool, "a", NULL), -EFBIG);
    file_check("spool/a-lp-0001.txt", text, 700);
    assert_int_equal(get(w->m[0], LPS) & ERROR, ERROR);
    assert_int_equal(spool_leave(w->spool, "a", NULL), -ENOENT);
}

static void the_next_cp(void **state)
{
    struct world *w = *state;
    struct spool *other = NULL;

    print(w->m[0], "one\n");
    assert_int_equal(closed(w, "a", SPOOL_PRINTER), 1);
    punch(w->m[0], "two");
    assert_int_equal(closed(w, "a", SPOOL_PUNCH), 2);
    assert_int_equal(spool_transfer(w->spool, 2, "b", NULL), 0);
    spool_service(w->spool);
    print(w->m[1], "three\n");
    assert_int_equal(spool_new(&other, "spool", NULL, &w->err), -EBUSY);
    rig_error(&w->err, EBUSY, "spool: another CP has its spool there", NULL);
    spool_free(w->spool); /* closes what b printed; the file in its reader waits */
    file_make("spool/.a-lp-0017.part", "lost?", 5);
    file_make("spool/notes.txt", "x", 1);
    file_make("spool/a-lp-3.txt", "x", 1);
    begin(w);
    is(w, 0, 1, "a", 4);
    is(w, 1, 2, "b", 3);
    is(w, 2, 3, "b", 6);
    is(w, 3, 17, "a", 5);
    assert_null(spool_at(w->spool, 4));
    assert_string_equal(w->note, "spool/a-lp-0017.txt was not closed: it is now");
    file_check("spool/a-lp-0017.txt", "lost?", 5);
    spool_service(w->spool);
    reads(w->m[1], "two");
    print(w->m[0], "next");
    assert_int_equal(closed(w, "a", SPOOL_PRINTER), 18);
}

static void import(void **state)
{
    struct world *w = *state;

    file_make("deck", "cards", 5);
    assert_int_equal(spool_import(w->spool, "deck", "a", &w->err), 0);
    is(w, 0, 1, "a", 5);
    spool_service(w->spool);
    reads(w->m[0], "cards");
    file_check("deck", "cards", 5);
    assert_int_equal(spool_import(w->spool, "none", "a", NULL), -ENOENT);
    assert_int_equal(spool_import(w->spool, ".", "a", NULL), -EISDIR);
    assert_int_equal(spool_import(w->spool, "deck", "d", NULL), -ENOENT);
    limit(3);
    assert_int_equal(spool_import(w->spool, "deck", "b", &w->err), -ENOSPC);
    assert_null(spool_at(w->spool, 1));
    limit(0);
    assert_int_equal(spool_import(w->spool, "deck", "b", NULL), 0);
    is(w, 1, 2, "b", 5);
}

/* A file that somebody has taken away is left out, and the next one is read. */
static void file_gone(void **state)
{
    struct world *w = *state;

    file_make("deck", "1", 1);
    for (unsigned i = 0; i < 2; i++)
        assert_int_equal(spool_import(w->spool, "deck", "a", NULL), 0);
    assert_int_equal(unlink("spool/a-pr-0001.bin"), 0);
    spool_service(w->spool);
    assert_non_null(strstr(w->note, "it is left out"));
    spool_service(w->spool);
    reads(w->m[0], "1");
}

static void folders(void **state)
{
    struct world *w = *state;
    struct spool *other = NULL;

    file_make("deck", "", 0);
    assert_int_equal(spool_new(&other, "deck", NULL, &w->err), -ENOTDIR);
    rig_error(&w->err, ENOTDIR, "deck: the spool's folder", NULL);
    assert_int_equal(spool_new(&other, "none/spool", NULL, NULL), -ENOENT);
    assert_null(other);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(close_makes_visible),
        TEST(transfer),
        TEST(order_and_purge),
        TEST(refused_transfers),
        TEST(full_printer),
        TEST(full_punch),
        TEST(forced),
        TEST(put_back),
        TEST(leave_full),
        TEST(the_next_cp),
        TEST(import),
        TEST(file_gone),
        TEST(folders),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
