/* test_pc11.c - paper tape reader and punch: registers, timing, interrupts, errors, INIT. */
#include "rig.h"

#include <errno.h>

#include "dev/pc11.h"
#include "../base/files.h"

enum {
    PRS = 0777550,
    PRB = 0777552,
    PPS = 0777554,
    PPB = 0777556,
    ERROR = 0100000,
    BUSY = 04000,
    DONE = 0200,
    IE = 0100,
    ENB = 01,
};

struct world {
    char dir[32];
    struct rig rig;
    struct pc11_reader pr;
    struct pc11_punch pp;
};

static int setup(void **state)
{
    static struct world world;
    struct world *w = &world;

    files_begin(w->dir);
    rig_init(&w->rig);
    pc11_reader_init(&w->pr);
    pc11_punch_init(&w->pp);
    assert_int_equal(bus_add(&w->rig.bus, &w->pr.dev, PC11_READER_BASE, NULL), 0);
    assert_int_equal(bus_add(&w->rig.bus, &w->pp.dev, PC11_PUNCH_BASE, NULL), 0);
    bus_reset(&w->rig.bus);
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    static const char *const names[] = {"in", "out", NULL};
    struct world *w = *state;

    bus_fini(&w->rig.bus);
    files_end(w->dir, names);
    return 0;
}

static int attach(struct world *w, const char *unit, const char *path, struct err *err)
{
    struct attach how = {.path = path};
    unsigned number;
    struct device *dev = bus_find(&w->rig.bus, unit, &number);

    assert_non_null(dev);
    return dev->ops->attach(dev, number, &how, err);
}

static void load(struct world *w, const char *frames, size_t len)
{
    file_make("in", frames, len);
    assert_int_equal(attach(w, "pr", "in", NULL), 0);
}

static void test_reader_without_tape(void **state)
{
    struct world *w = *state;

    assert_int_equal(rig_get(&w->rig, PRS), ERROR);
    rig_put(&w->rig, PRS, ENB);
    assert_int_equal(rig_get(&w->rig, PRS), ERROR);
    assert_int_equal(w->rig.bus.levels, 0);
    rig_put(&w->rig, PRS, IE); /* ERROR is a cause */
    assert_int_equal(rig_grant(&w->rig, 4), 070);
    rig_put(&w->rig, PRS, IE);
    assert_int_equal(w->rig.bus.levels, 0);
    rig_put(&w->rig, PRS, IE | ENB); /* and RDR ENB interrupts at once, each time */
    assert_int_equal(rig_grant(&w->rig, 4), 070);
    rig_pass(&w->rig, 2 * PC11_READ_TIME);
    assert_int_equal(rig_get(&w->rig, PRS), ERROR | IE);
    rig_put(&w->rig, PRS, IE | ENB);
    rig_put(&w->rig, PRS, 0);
    assert_int_equal(w->rig.bus.levels, 0);
}

static void test_reader_bits(void **state)
{
    struct world *w = *state;

    load(w, "a", 1);
    assert_int_equal(rig_get(&w->rig, PRS), 0);
    rig_put(&w->rig, PRS, 0177776);
    assert_int_equal(rig_get(&w->rig, PRS), IE);
    rig_putb(&w->rig, PRS + 1, 0);
    assert_int_equal(rig_get(&w->rig, PRS), IE);
    rig_put(&w->rig, PRB, 0123);
    assert_int_equal(rig_get(&w->rig, PRB), 0);
}

static void test_read_timing(void **state)
{
    struct world *w = *state;

    load(w, "\301\0\3", 3);
    rig_put(&w->rig, PRS, ENB);
    assert_int_equal(rig_get(&w->rig, PRS), BUSY);
    rig_pass(&w->rig, PC11_READ_TIME / 2);
    rig_put(&w->rig, PRS, ENB); /* the tape is moving already */
    rig_pass(&w->rig, PC11_READ_TIME - PC11_READ_TIME / 2 - 1);
    assert_int_equal(rig_get(&w->rig, PRS), BUSY);
    rig_pass(&w->rig, 1);
    assert_int_equal(rig_get(&w->rig, PRS), DONE);
    assert_int_equal(rig_get(&w->rig, PRB), 0301);
    assert_int_equal(rig_get(&w->rig, PRS), 0);
    assert_int_equal(rig_get(&w->rig, PRB), 0); /* taken */
    rig_put(&w->rig, PRS, ENB);
    rig_pass(&w->rig, PC11_READ_TIME);
    assert_int_equal(rig_get(&w->rig, PRS), DONE);
    rig_put(&w->rig, PRS, ENB); /* over the frame that nobody took */
    assert_int_equal(rig_get(&w->rig, PRS), BUSY);
    rig_pass(&w->rig, PC11_READ_TIME);
    assert_int_equal(rig_get(&w->rig, PRB), 3);
}

static void test_enable_clears_buffer(void **state)
{
    struct world *w = *state;

    load(w, "ab", 2);
    rig_put(&w->rig, PRS, ENB);
    rig_pass(&w->rig, PC11_READ_TIME);
    rig_put(&w->rig, PRS, ENB);
    assert_int_equal(rig_get(&w->rig, PRB), 0);
    rig_pass(&w->rig, PC11_READ_TIME);
    assert_int_equal(rig_get(&w->rig, PRB), 'b');
}

/* Any reference to PRB takes the frame: DATIP and writes, as DATI. */
static void test_F68_what_takes_the_frame(void **state)
{
    struct world *w = *state;
    u16 value;

    load(w, "abc", 3);
    rig_put(&w->rig, PRS, ENB);
    rig_pass(&w->rig, PC11_READ_TIME);
    assert_true(bus_io_ops.read(&w->rig.bus, PRB, IO_DATIP, &value));
    assert_int_equal(value, 'a');
    assert_int_equal(rig_get(&w->rig, PRS), 0);
    rig_put(&w->rig, PRS, ENB);
    rig_pass(&w->rig, PC11_READ_TIME);
    rig_putb(&w->rig, PRB + 1, 0);
    assert_int_equal(rig_get(&w->rig, PRS), 0);
    assert_int_equal(rig_get(&w->rig, PRB), 0);
}

static void test_read_interrupt(void **state)
{
    struct world *w = *state;

    load(w, "ab", 2);
    rig_put(&w->rig, PRS, IE | ENB);
    assert_int_equal(w->rig.bus.levels, 0);
    rig_pass(&w->rig, PC11_READ_TIME);
    assert_int_equal(w->rig.bus.levels, 1u << 4);
    assert_int_equal(rig_get(&w->rig, PRB), 'a'); /* the request falls with DONE */
    assert_int_equal(w->rig.bus.levels, 0);
    rig_put(&w->rig, PRS, ENB); /* which also clears the enable */
    rig_pass(&w->rig, PC11_READ_TIME);
    assert_int_equal(w->rig.bus.levels, 0);
    rig_put(&w->rig, PRS, IE); /* while DONE is up */
    assert_int_equal(rig_grant(&w->rig, 4), 070);
    assert_int_equal(rig_get(&w->rig, PRB), 'b');
}

static void test_end_of_tape(void **state)
{
    struct world *w = *state;

    load(w, "a", 1);
    rig_put(&w->rig, PRS, ENB);
    rig_pass(&w->rig, PC11_READ_TIME);
    assert_int_equal(rig_get(&w->rig, PRB), 'a');
    assert_int_equal(rig_get(&w->rig, PRS), 0);
    rig_put(&w->rig, PRS, IE | ENB);
    rig_pass(&w->rig, PC11_READ_TIME - 1);
    assert_int_equal(rig_get(&w->rig, PRS), BUSY | IE);
    rig_pass(&w->rig, 1);
    assert_int_equal(rig_get(&w->rig, PRS), ERROR | IE);
    assert_int_equal(rig_grant(&w->rig, 4), 070);
    bus_reset(&w->rig.bus);
    assert_int_equal(rig_get(&w->rig, PRS), ERROR);
    load(w, "b", 1); /* a new tape */
    assert_int_equal(rig_get(&w->rig, PRS), 0);
    rig_put(&w->rig, PRS, ENB);
    rig_pass(&w->rig, PC11_READ_TIME);
    assert_int_equal(rig_get(&w->rig, PRB), 'b');
    assert_int_equal(w->rig.failures, 0);
}

static void test_reader_detach(void **state)
{
    struct world *w = *state;

    load(w, "ab", 2);
    rig_put(&w->rig, PRS, IE | ENB);
    assert_int_equal(w->pr.dev.ops->detach(&w->pr.dev, 0, NULL), 0);
    assert_int_equal(rig_get(&w->rig, PRS), ERROR | IE);
    assert_int_equal(rig_grant(&w->rig, 4), 070);
    rig_pass(&w->rig, 2 * PC11_READ_TIME);
    assert_int_equal(rig_get(&w->rig, PRS), ERROR | IE);
}

static void test_reader_init(void **state)
{
    struct world *w = *state;

    load(w, "ab", 2);
    rig_put(&w->rig, PRS, IE | ENB);
    rig_pass(&w->rig, 100);
    bus_reset(&w->rig.bus);
    assert_int_equal(rig_get(&w->rig, PRS), 0);
    rig_pass(&w->rig, 2 * PC11_READ_TIME);
    assert_int_equal(rig_get(&w->rig, PRS), 0);
    rig_put(&w->rig, PRS, ENB);
    rig_pass(&w->rig, PC11_READ_TIME);
    bus_reset(&w->rig.bus);
    assert_int_equal(rig_get(&w->rig, PRS), 0);
    assert_int_equal(rig_get(&w->rig, PRB), 0);
}

static void test_read_failure(void **state)
{
    struct world *w = *state;

    load(w, "ab", 2);
    assert_int_equal(close(w->pr.tape.fd), 0);
    rig_put(&w->rig, PRS, ENB);
    rig_pass(&w->rig, PC11_READ_TIME);
    assert_int_equal(rig_get(&w->rig, PRS), ERROR);
    assert_int_equal(w->rig.failures, 1);
    assert_string_equal(w->rig.failed.text, "in: Bad file descriptor");
    w->pr.tape.fd = dup(0);
}

static void test_refused_attach(void **state)
{
    struct world *w = *state;
    struct err err = {0};

    assert_int_equal(attach(w, "pr", "none", &err), -ENOENT);
    assert_string_equal(err.text, "none: No such file or directory");
    assert_int_equal(rig_get(&w->rig, PRS), ERROR);
    assert_int_equal(attach(w, "pp", "none/x", NULL), -ENOENT);
    assert_int_equal(rig_get(&w->rig, PPS), ERROR | DONE);
}

static void test_punch_without_tape(void **state)
{
    struct world *w = *state;

    assert_int_equal(rig_get(&w->rig, PPS), ERROR | DONE);
    rig_put(&w->rig, PPB, 'x');
    assert_int_equal(rig_get(&w->rig, PPS), ERROR | DONE);
    assert_int_equal(w->rig.bus.levels, 0);
    rig_put(&w->rig, PPS, IE);
    assert_int_equal(rig_grant(&w->rig, 4), 074);
    rig_put(&w->rig, PPB, 'x');
    assert_int_equal(rig_grant(&w->rig, 4), 074);
    assert_int_equal(rig_get(&w->rig, PPS), ERROR | DONE | IE);
}

static void test_punch_timing(void **state)
{
    struct world *w = *state;

    assert_int_equal(attach(w, "pp", "out", NULL), 0);
    assert_int_equal(rig_get(&w->rig, PPS), DONE);
    rig_put(&w->rig, PPS, 0177777);
    assert_int_equal(rig_get(&w->rig, PPS), DONE | IE);
    assert_int_equal(rig_grant(&w->rig, 4), 074);
    rig_put(&w->rig, PPB, 0177400 | 0301);
    assert_int_equal(rig_get(&w->rig, PPS), IE);
    assert_int_equal(rig_get(&w->rig, PPB), 0);
    rig_pass(&w->rig, PC11_PUNCH_TIME - 1);
    rig_put(&w->rig, PPB, 'x'); /* too early: lost */
    assert_int_equal(rig_get(&w->rig, PPS), IE);
    rig_pass(&w->rig, 1);
    assert_int_equal(rig_get(&w->rig, PPS), DONE | IE);
    assert_int_equal(rig_grant(&w->rig, 4), 074);
    rig_putb(&w->rig, PPB + 1, 'x'); /* the high byte punches nothing */
    rig_putb(&w->rig, PPS + 1, 0);
    assert_int_equal(rig_get(&w->rig, PPS), DONE | IE);
    rig_putb(&w->rig, PPB, 0);
    assert_int_equal(w->pp.dev.ops->flush(&w->pp.dev, NULL), 0);
    file_check("out", "\301\0", 2);
}

static void test_punch_detach(void **state)
{
    struct world *w = *state;

    assert_int_equal(attach(w, "pp", "out", NULL), 0);
    rig_put(&w->rig, PPS, IE);
    rig_put(&w->rig, PPB, 'a');
    assert_int_equal(w->pp.dev.ops->detach(&w->pp.dev, 0, NULL), 0);
    assert_int_equal(rig_get(&w->rig, PPS), ERROR | IE);
    assert_int_equal(rig_grant(&w->rig, 4), 074);
    file_check("out", "a", 1);
    rig_pass(&w->rig, PC11_PUNCH_TIME);
    assert_int_equal(rig_get(&w->rig, PPS), ERROR | DONE | IE);
    assert_int_equal(attach(w, "pp", "out", NULL), 0);
    assert_int_equal(rig_get(&w->rig, PPS), DONE | IE);
    rig_put(&w->rig, PPB, 'b');
    bus_fini(&w->rig.bus);
    file_check("out", "ab", 2);
}

static void test_F77_punch_init(void **state)
{
    struct world *w = *state;

    bus_reset(&w->rig.bus);
    assert_int_equal(rig_get(&w->rig, PPS), ERROR | DONE);
    assert_int_equal(attach(w, "pp", "out", NULL), 0);
    rig_put(&w->rig, PPS, IE);
    rig_put(&w->rig, PPB, 'a');
    bus_reset(&w->rig.bus);
    assert_int_equal(rig_get(&w->rig, PPS), DONE);
    assert_int_equal(w->rig.bus.levels, 0);
    rig_pass(&w->rig, 2 * PC11_PUNCH_TIME);
    assert_int_equal(rig_get(&w->rig, PPS), DONE);
}

/* A full disk stops the machine once, and the punch shows an error. */
static void test_punch_failure(void **state)
{
    struct world *w = *state;

    w->rig.bus.events.immediate = true;
    assert_int_equal(attach(w, "pp", "/dev/full", NULL), 0);
    for (unsigned i = 0; i < PAPER_BUFFER; i++) {
        assert_int_equal(w->rig.failures, 0);
        rig_put(&w->rig, PPB, 'x');
        rig_pass(&w->rig, 1);
    }
    assert_int_equal(w->rig.failures, 1);
    assert_string_equal(w->rig.failed.text, "/dev/full: No space left on device");
    assert_int_equal(rig_get(&w->rig, PPS), ERROR | DONE);
    rig_put(&w->rig, PPB, 'x');
    assert_int_equal(w->pp.dev.ops->flush(&w->pp.dev, NULL), 0);
    assert_int_equal(w->rig.failures, 1);
}

static void test_fields(void **state)
{
    struct world *w = *state;

    rig_check_regs(&w->pr.dev, sizeof w->pr);
    rig_check_regs(&w->pp.dev, sizeof w->pp);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_reader_without_tape),
        CASE(test_reader_bits),
        CASE(test_read_timing),
        CASE(test_enable_clears_buffer),
        CASE(test_F68_what_takes_the_frame),
        CASE(test_read_interrupt),
        CASE(test_end_of_tape),
        CASE(test_reader_detach),
        CASE(test_reader_init),
        CASE(test_read_failure),
        CASE(test_refused_attach),
        CASE(test_punch_without_tape),
        CASE(test_punch_timing),
        CASE(test_punch_detach),
        CASE(test_F77_punch_init),
        CASE(test_punch_failure),
        CASE(test_fields),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
