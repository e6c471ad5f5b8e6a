/* test_dl11.c - the console line: every bit of its registers, timing, interrupts, INIT. */
#include "rig.h"

#include "dev/dl11.h"

enum {
    RCSR = 0777560,
    RBUF = 0777562,
    XCSR = 0777564,
    XBUF = 0777566,
    ACT = 04000,
    DONE = 0200,
    IE = 0100,
    MAINT = 04,
    BREAK = 01,
    OVERRUN = 0140000,
    FRAMING = 0120000,
};

#define FRAME (DL11_HALF + DL11_DATA + DL11_HALF)
#define HALF  DL11_HALF

struct world {
    struct rig rig;
    struct dl11 dl;
    struct line line;
    char output[200];
    unsigned length;
};

static void sink(void *ctx, u8 ch)
{
    struct world *w = ctx;

    w->output[w->length++] = (char)ch;
}

static int setup(void **state)
{
    static struct world world;
    struct world *w = &world;

    memset(w, 0, sizeof *w);
    rig_init(&w->rig);
    dl11_init(&w->dl);
    w->line.sink = sink;
    w->line.sink_ctx = w;
    dl11_connect(&w->dl, &w->line);
    assert_int_equal(bus_add(&w->rig.bus, &w->dl.dev, DL11_BASE, NULL), 0);
    bus_reset(&w->rig.bus);
    *state = w;
    return 0;
}

static void test_idle(void **state)
{
    struct world *w = *state;

    assert_int_equal(rig_get(&w->rig, RCSR), 0);
    assert_int_equal(rig_get(&w->rig, RBUF), 0);
    assert_int_equal(rig_get(&w->rig, XCSR), DONE);
    assert_int_equal(rig_get(&w->rig, XBUF), 0);
}

static void test_writable_bits(void **state)
{
    struct world *w = *state;

    rig_put(&w->rig, RCSR, 0177777);
    assert_int_equal(rig_get(&w->rig, RCSR), IE); /* RDR ENB reads as 0 */
    rig_putb(&w->rig, RCSR + 1, 0);
    assert_int_equal(rig_get(&w->rig, RCSR), IE);
    rig_put(&w->rig, RCSR, 0);
    assert_int_equal(rig_get(&w->rig, RCSR), 0);
    rig_put(&w->rig, RBUF, 0177777);
    assert_int_equal(rig_get(&w->rig, RBUF), 0);
    rig_put(&w->rig, XCSR, 0177777);
    assert_int_equal(rig_get(&w->rig, XCSR), DONE | IE | MAINT | BREAK);
    rig_putb(&w->rig, XCSR + 1, 0);
    assert_int_equal(rig_get(&w->rig, XCSR), DONE | IE | MAINT | BREAK);
    rig_putb(&w->rig, XCSR, 0);
    assert_int_equal(rig_get(&w->rig, XCSR), DONE);
    rig_putb(&w->rig, XBUF + 1, 'x'); /* the high byte of XBUF sends nothing */
    assert_int_equal(rig_get(&w->rig, XCSR), DONE);
    rig_pass(&w->rig, FRAME);
    assert_int_equal(w->length, 0);
}

static void test_receive_timing(void **state)
{
    struct world *w = *state;

    assert_true(line_type(&w->line, 0301));
    rig_pass(&w->rig, HALF - 1);
    assert_int_equal(rig_get(&w->rig, RCSR), 0);
    rig_pass(&w->rig, 1);
    assert_int_equal(rig_get(&w->rig, RCSR), ACT);
    rig_pass(&w->rig, DL11_DATA - 1);
    assert_int_equal(rig_get(&w->rig, RCSR), ACT);
    rig_pass(&w->rig, 1);
    assert_int_equal(rig_get(&w->rig, RCSR), DONE);
    assert_int_equal(rig_get(&w->rig, RBUF), 0301); /* all eight bits */
    assert_int_equal(rig_get(&w->rig, RCSR), 0);
    assert_int_equal(rig_get(&w->rig, RBUF), 0301); /* reading does not clear the character */
}

/* A paste: the next character waits in the line until the last has been taken. */
static void test_line_never_overruns(void **state)
{
    struct world *w = *state;
    const char *text = "abcdefghijklmnop";

    for (const char *p = text; *p; p++)
        assert_true(line_type(&w->line, (u8)*p));
    for (const char *p = text; *p; p++) {
        rig_pass(&w->rig, 50 * FRAME);
        assert_int_equal(rig_get(&w->rig, RCSR), DONE);
        assert_int_equal(rig_get(&w->rig, RBUF), *p);
    }
    rig_pass(&w->rig, 50 * FRAME);
    assert_int_equal(rig_get(&w->rig, RCSR), 0);
}

static void test_receive_interrupt(void **state)
{
    struct world *w = *state;

    rig_put(&w->rig, RCSR, IE);
    line_type(&w->line, 'a');
    line_type(&w->line, 'b');
    rig_pass(&w->rig, FRAME);
    assert_int_equal(w->rig.bus.levels, 1u << 4);
    assert_int_equal(rig_grant(&w->rig, 4), 060);
    assert_int_equal(w->rig.bus.levels, 0); /* one edge, one interrupt */
    rig_put(&w->rig, RCSR, IE);
    assert_int_equal(w->rig.bus.levels, 0);
    rig_put(&w->rig, RCSR, 0);
    rig_put(&w->rig, RCSR, IE); /* a new edge while DONE is set */
    assert_int_equal(rig_grant(&w->rig, 4), 060);
    assert_int_equal(rig_get(&w->rig, RBUF), 'a');
    rig_pass(&w->rig, FRAME);
    assert_int_equal(w->rig.bus.levels, 1u << 4);
    rig_put(&w->rig, RCSR, 0); /* without the enable the request falls */
    assert_int_equal(w->rig.bus.levels, 0);
    rig_put(&w->rig, RCSR, IE);
    assert_int_equal(w->rig.bus.levels, 1u << 4);
    assert_int_equal(rig_get(&w->rig, RBUF), 'b'); /* and without DONE */
    assert_int_equal(w->rig.bus.levels, 0);
}

static void done_again(struct world *w)
{
    line_type(&w->line, 'z');
    rig_pass(&w->rig, FRAME);
    assert_int_equal(rig_get(&w->rig, RCSR) & DONE, DONE);
}

/* F68: any reference to RBUF clears DONE, DATIP as well as DATI; so does RDR ENB. */
static void test_F68_what_clears_done(void **state)
{
    struct world *w = *state;
    u16 value;

    done_again(w);
    assert_true(bus_io_ops.read(&w->rig.bus, RBUF, IO_DATIP, &value));
    assert_int_equal(value, 'z');
    assert_int_equal(rig_get(&w->rig, RCSR), 0);
    done_again(w);
    rig_put(&w->rig, RBUF, 0);
    assert_int_equal(rig_get(&w->rig, RCSR), 0);
    done_again(w);
    rig_putb(&w->rig, RBUF + 1, 0);
    assert_int_equal(rig_get(&w->rig, RCSR), 0);
    done_again(w);
    rig_put(&w->rig, RCSR, IE | 1);
    assert_int_equal(rig_get(&w->rig, RCSR), IE);
    assert_int_equal(w->rig.bus.levels, 0);
}

/* The UART is double buffered: XMIT RDY soon, then one character time for each. */
static void test_transmit_timing(void **state)
{
    struct world *w = *state;

    rig_put(&w->rig, XBUF, 0xff00 | 0301);
    assert_int_equal(rig_get(&w->rig, XCSR), 0);
    rig_pass(&w->rig, DL11_LOAD - 1);
    assert_int_equal(rig_get(&w->rig, XCSR), 0);
    rig_pass(&w->rig, 1);
    assert_int_equal(rig_get(&w->rig, XCSR), DONE);
    assert_int_equal(w->length, 1);
    assert_int_equal((u8)w->output[0], 0301);
    rig_putb(&w->rig, XBUF, 'b');
    rig_pass(&w->rig, FRAME - 1);
    assert_int_equal(rig_get(&w->rig, XCSR), 0);
    assert_int_equal(w->length, 1);
    rig_pass(&w->rig, 1);
    assert_int_equal(rig_get(&w->rig, XCSR), DONE);
    assert_int_equal(w->length, 2);
    rig_pass(&w->rig, FRAME);
    rig_put(&w->rig, XBUF, 'c'); /* idle again */
    rig_pass(&w->rig, DL11_LOAD);
    assert_int_equal(w->length, 3);
    assert_int_equal(w->output[2], 'c');
}

static void test_fast_io(void **state)
{
    struct world *w = *state;

    w->rig.bus.events.immediate = true;
    for (unsigned i = 0; i < 20; i++) {
        rig_put(&w->rig, XBUF, (u16)('a' + i));
        rig_pass(&w->rig, 4);
        assert_int_equal(rig_get(&w->rig, XCSR), DONE);
    }
    assert_memory_equal(w->output, "abcdefghijklmnopqrst", 20);
    line_type(&w->line, 'q');
    rig_pass(&w->rig, 2);
    assert_int_equal(rig_get(&w->rig, RBUF), 'q');
}

static void test_transmit_interrupt(void **state)
{
    struct world *w = *state;

    rig_put(&w->rig, XCSR, IE); /* ready already */
    assert_int_equal(rig_grant(&w->rig, 4), 064);
    assert_int_equal(w->rig.bus.levels, 0);
    rig_put(&w->rig, XBUF, 'a');
    rig_pass(&w->rig, DL11_LOAD);
    assert_int_equal(w->rig.bus.levels, 1u << 4);
    rig_put(&w->rig, XBUF, 'b'); /* not ready: the request falls */
    assert_int_equal(w->rig.bus.levels, 0);
    rig_pass(&w->rig, FRAME);
    assert_int_equal(rig_grant(&w->rig, 4), 064);
    rig_put(&w->rig, XCSR, 0);
    rig_put(&w->rig, XCSR, IE);
    rig_put(&w->rig, XCSR, 0);
    assert_int_equal(w->rig.bus.levels, 0);
}

static void test_receiver_first(void **state)
{
    struct world *w = *state;

    rig_put(&w->rig, XCSR, IE);
    rig_put(&w->rig, RCSR, IE);
    line_type(&w->line, 'a');
    rig_pass(&w->rig, FRAME);
    assert_int_equal(rig_grant(&w->rig, 4), 060);
    assert_int_equal(rig_grant(&w->rig, 4), 064);
    assert_int_equal(rig_grant(&w->rig, 4), 0);
}

static void test_F88_loop(void **state)
{
    struct world *w = *state;

    rig_put(&w->rig, XCSR, MAINT);
    for (unsigned ch = 0; ch < 0400; ch += 0125) {
        rig_put(&w->rig, XBUF, (u16)ch);
        rig_pass(&w->rig, DL11_LOAD + HALF - 1);
        assert_int_equal(rig_get(&w->rig, RCSR), 0);
        rig_pass(&w->rig, 1);
        assert_int_equal(rig_get(&w->rig, RCSR), ACT);
        rig_pass(&w->rig, DL11_DATA);
        assert_int_equal(rig_get(&w->rig, RCSR), DONE);
        assert_int_equal(rig_get(&w->rig, RBUF), ch);
        rig_pass(&w->rig, HALF);
        assert_int_equal((u8)w->output[w->length - 1], ch); /* the line hears it too */
    }
}

static void test_F88_loop_overruns(void **state)
{
    struct world *w = *state;

    rig_put(&w->rig, XCSR, MAINT);
    rig_put(&w->rig, RCSR, IE);
    rig_put(&w->rig, XBUF, 'a');
    rig_pass(&w->rig, DL11_LOAD);
    rig_put(&w->rig, XBUF, 'b');
    rig_pass(&w->rig, FRAME);
    assert_int_equal(rig_grant(&w->rig, 4), 060);
    rig_pass(&w->rig, FRAME);
    assert_int_equal(rig_grant(&w->rig, 4), 0); /* DONE had not fallen: no edge */
    assert_int_equal(rig_get(&w->rig, RBUF), OVERRUN | 'b');
    assert_int_equal(rig_get(&w->rig, RBUF), OVERRUN | 'b');
    rig_put(&w->rig, XBUF, 'c'); /* the next character brings its own errors: none */
    rig_pass(&w->rig, DL11_LOAD + FRAME);
    assert_int_equal(rig_get(&w->rig, RBUF), 'c');
}

/* The line is cut off in maintenance mode, and what waits there comes afterwards. */
static void test_F88_line_waits(void **state)
{
    struct world *w = *state;

    line_type(&w->line, 'k');
    rig_pass(&w->rig, HALF);
    assert_int_equal(rig_get(&w->rig, RCSR), ACT);
    rig_put(&w->rig, XCSR, MAINT);
    assert_int_equal(rig_get(&w->rig, RCSR), 0);
    line_type(&w->line, 'l');
    rig_pass(&w->rig, 10 * FRAME);
    assert_int_equal(rig_get(&w->rig, RCSR), 0);
    rig_put(&w->rig, XCSR, 0);
    rig_pass(&w->rig, FRAME);
    assert_int_equal(rig_get(&w->rig, RBUF), 'k');
    rig_pass(&w->rig, FRAME);
    assert_int_equal(rig_get(&w->rig, RBUF), 'l');
}

/* Leaving maintenance mode in the middle of a looped character: it does not arrive. */
static void test_loop_cut(void **state)
{
    struct world *w = *state;

    rig_put(&w->rig, XCSR, MAINT);
    rig_put(&w->rig, XBUF, 'a');
    rig_pass(&w->rig, DL11_LOAD + HALF);
    assert_int_equal(rig_get(&w->rig, RCSR), ACT);
    rig_put(&w->rig, XCSR, 0);
    assert_int_equal(rig_get(&w->rig, RCSR), 0);
    rig_pass(&w->rig, 2 * FRAME);
    assert_int_equal(rig_get(&w->rig, RCSR), 0);
}

static void test_break(void **state)
{
    struct world *w = *state;

    rig_put(&w->rig, XCSR, MAINT | BREAK);
    rig_pass(&w->rig, HALF);
    assert_int_equal(rig_get(&w->rig, RCSR), ACT);
    rig_pass(&w->rig, DL11_DATA);
    assert_int_equal(rig_get(&w->rig, RCSR), DONE);
    assert_int_equal(rig_get(&w->rig, RBUF), FRAMING);
    rig_put(&w->rig, XBUF, 'a'); /* drowned by the BREAK */
    rig_pass(&w->rig, 3 * FRAME);
    assert_int_equal(rig_get(&w->rig, RCSR), 0);
    assert_int_equal(w->length, 0);
    rig_put(&w->rig, XCSR, MAINT);
    rig_put(&w->rig, XBUF, 'a');
    rig_pass(&w->rig, 2 * FRAME);
    assert_int_equal(rig_get(&w->rig, RBUF), 'a');
    rig_put(&w->rig, XCSR, BREAK); /* outside of the loop BREAK reaches nobody */
    rig_pass(&w->rig, 2 * FRAME);
    assert_int_equal(rig_get(&w->rig, RCSR), 0);
    rig_put(&w->rig, XCSR, BREAK | MAINT);
    rig_pass(&w->rig, FRAME);
    assert_int_equal(rig_get(&w->rig, RBUF), FRAMING);
}

static void test_F77_init(void **state)
{
    struct world *w = *state;

    line_type(&w->line, 'a');
    line_type(&w->line, 'b');
    rig_pass(&w->rig, FRAME);
    rig_put(&w->rig, RCSR, IE);
    rig_put(&w->rig, XCSR, IE | MAINT | BREAK);
    rig_put(&w->rig, XBUF, 'x');
    bus_reset(&w->rig.bus);
    assert_int_equal(rig_get(&w->rig, RCSR), 0);
    assert_int_equal(rig_get(&w->rig, XCSR), DONE);
    assert_int_equal(w->rig.bus.levels, 0);
    assert_int_equal(w->dl.rbuf, 0);
    rig_pass(&w->rig, FRAME);
    assert_int_equal(w->length, 0); /* what had not started is gone */
    assert_int_equal(rig_get(&w->rig, RBUF), 'b');
}

/* INIT in the middle of a character from the line delays the character. */
static void test_init_while_receiving(void **state)
{
    struct world *w = *state;

    line_type(&w->line, 'a');
    rig_pass(&w->rig, 500);
    bus_reset(&w->rig.bus);
    assert_int_equal(rig_get(&w->rig, RCSR), 0);
    rig_pass(&w->rig, FRAME);
    assert_int_equal(rig_get(&w->rig, RCSR), DONE);
    assert_int_equal(rig_get(&w->rig, RBUF), 'a');
}

static void test_unconnected(void **state)
{
    struct world *w = *state;

    rig_init(&w->rig);
    dl11_init(&w->dl);
    assert_int_equal(bus_add(&w->rig.bus, &w->dl.dev, DL11_BASE, NULL), 0);
    bus_reset(&w->rig.bus);
    rig_put(&w->rig, XBUF, 'a');
    rig_pass(&w->rig, 2 * FRAME);
    assert_int_equal(rig_get(&w->rig, XCSR), DONE);
    assert_int_equal(rig_get(&w->rig, RCSR), 0);
}

/* A busy program and a busy typist, sampled: the same times give the same states. */
static u64 busy_run(struct world *w)
{
    u64 trace = 0;
    void *state;

    setup(&state);
    rig_put(&w->rig, RCSR, IE);
    rig_put(&w->rig, XCSR, IE);
    for (unsigned i = 0; i < 20000; i++) {
        if (i % 700 == 0)
            line_type(&w->line, (u8)i);
        if (i % 333 == 0)
            rig_put(&w->rig, XBUF, (u16)i);
        if (i % 5000 == 0)
            rig_put(&w->rig, XCSR, i % 10000 ? IE : IE | MAINT);
        if (rig_grant(&w->rig, 4) == 060)
            trace = trace * 31 + rig_get(&w->rig, RBUF);
        rig_pass(&w->rig, 1);
        trace = trace * 31 + rig_get(&w->rig, RCSR) + ((u64)rig_get(&w->rig, XCSR) << 16);
    }
    return trace * 31 + w->length;
}

static void test_deterministic(void **state)
{
    struct world *w = *state;
    u64 first = busy_run(w);

    assert_true(w->length > 15);
    assert_true(busy_run(w) == first);
}

static void test_fields(void **state)
{
    struct world *w = *state;

    rig_check_regs(&w->dl.dev, sizeof w->dl);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_idle, setup),
        cmocka_unit_test_setup(test_writable_bits, setup),
        cmocka_unit_test_setup(test_receive_timing, setup),
        cmocka_unit_test_setup(test_line_never_overruns, setup),
        cmocka_unit_test_setup(test_receive_interrupt, setup),
        cmocka_unit_test_setup(test_F68_what_clears_done, setup),
        cmocka_unit_test_setup(test_transmit_timing, setup),
        cmocka_unit_test_setup(test_fast_io, setup),
        cmocka_unit_test_setup(test_transmit_interrupt, setup),
        cmocka_unit_test_setup(test_receiver_first, setup),
        cmocka_unit_test_setup(test_F88_loop, setup),
        cmocka_unit_test_setup(test_F88_loop_overruns, setup),
        cmocka_unit_test_setup(test_F88_line_waits, setup),
        cmocka_unit_test_setup(test_loop_cut, setup),
        cmocka_unit_test_setup(test_break, setup),
        cmocka_unit_test_setup(test_F77_init, setup),
        cmocka_unit_test_setup(test_init_while_receiving, setup),
        cmocka_unit_test_setup(test_unconnected, setup),
        cmocka_unit_test_setup(test_deterministic, setup),
        cmocka_unit_test_setup(test_fields, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
