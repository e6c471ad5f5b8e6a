/* test_kw11l.c - the line clock: monitor, enable, request, INIT, frequency (facts F78, F87).
 *
 * F78 says "interrupt on IE with monitor set". Two readings: the tick interrupts where the enable
 * is set (all sources agree, UNIX V6 needs it), or setting the enable with the monitor up
 * interrupts too. The manual speaks of line clock pulses as the only cause, and devices that pass
 * DEC's diagnostics on real processors do so; the second reading is refused here.
 */
#include "rig.h"

#include "dev/kw11l.h"

#define LKS     KW11L_BASE
#define MONITOR 0200
#define IE      0100

struct world {
    struct rig rig;
    struct kw11l kw;
};

static int setup(void **state)
{
    static struct world world;
    struct world *w = &world;

    rig_init(&w->rig);
    kw11l_init(&w->kw);
    assert_int_equal(bus_add(&w->rig.bus, &w->kw.dev, KW11L_BASE, NULL), 0);
    bus_reset(&w->rig.bus);
    *state = w;
    return 0;
}

static void test_F87_monitor_without_enable(void **state)
{
    struct world *w = *state;

    rig_put(&w->rig, LKS, 0);
    assert_int_equal(rig_get(&w->rig, LKS), 0);
    rig_pass(&w->rig, 16667);
    assert_int_equal(rig_get(&w->rig, LKS), MONITOR);
    assert_int_equal(rig_get(&w->rig, LKS), MONITOR); /* reading clears nothing */
    assert_int_equal(w->rig.bus.levels, 0);
}

static void test_F78_monitor_is_cleared_not_set(void **state)
{
    struct world *w = *state;

    rig_put(&w->rig, LKS, 0);
    rig_put(&w->rig, LKS, 0177777);
    assert_int_equal(rig_get(&w->rig, LKS), IE); /* nothing else is there, and 7 cannot be set */
    rig_put(&w->rig, LKS, 0);
    rig_pass(&w->rig, 16667);
    rig_bis(&w->rig, LKS, IE);
    assert_int_equal(rig_get(&w->rig, LKS), MONITOR | IE);
    rig_putb(&w->rig, LKS + 1, 0);
    assert_int_equal(rig_get(&w->rig, LKS), MONITOR | IE); /* the high byte is nowhere */
    rig_putb(&w->rig, LKS, IE);
    assert_int_equal(rig_get(&w->rig, LKS), IE);
}

static void test_F78_request(void **state)
{
    struct world *w = *state;

    rig_put(&w->rig, LKS, 0);
    rig_pass(&w->rig, 16667);
    rig_bis(&w->rig, LKS, IE);
    assert_int_equal(w->rig.bus.levels, 0);
    rig_pass(&w->rig, 16667);
    assert_int_equal(w->rig.bus.levels, 1u << 6);
    assert_int_equal(rig_grant(&w->rig, 6), 0100);
    assert_int_equal(w->rig.bus.levels, 0);
    assert_int_equal(rig_get(&w->rig, LKS), MONITOR | IE);
    /* The monitor is still up: the next tick interrupts all the same. */
    rig_pass(&w->rig, 16667);
    assert_int_equal(rig_grant(&w->rig, 6), 0100);
    /* As UNIX V6 does: 0115 to LKS in the handler. */
    rig_put(&w->rig, LKS, 0115);
    assert_int_equal(rig_get(&w->rig, LKS), IE);
    rig_pass(&w->rig, 16667);
    assert_int_equal(rig_grant(&w->rig, 6), 0100);
}

static void test_request_falls(void **state)
{
    struct world *w = *state;

    rig_put(&w->rig, LKS, IE);
    rig_pass(&w->rig, 16667);
    assert_int_equal(w->rig.bus.levels, 1u << 6);
    rig_put(&w->rig, LKS, IE); /* the monitor goes */
    assert_int_equal(w->rig.bus.levels, 0);
    rig_pass(&w->rig, 16667);
    rig_put(&w->rig, LKS, MONITOR); /* the enable goes */
    assert_int_equal(w->rig.bus.levels, 0);
    assert_int_equal(rig_get(&w->rig, LKS), MONITOR);
    rig_put(&w->rig, LKS, IE);
    rig_pass(&w->rig, 16667);
    rig_put(&w->rig, LKS, MONITOR | IE); /* neither goes */
    assert_int_equal(w->rig.bus.levels, 1u << 6);
}

static void test_F77_init(void **state)
{
    struct world *w = *state;

    rig_put(&w->rig, LKS, IE);
    rig_pass(&w->rig, 16000);
    bus_reset(&w->rig.bus);
    assert_int_equal(rig_get(&w->rig, LKS), MONITOR);
    rig_put(&w->rig, LKS, IE);
    rig_pass(&w->rig, 667); /* the mains went on */
    assert_int_equal(w->rig.bus.levels, 1u << 6);
    bus_reset(&w->rig.bus);
    assert_int_equal(w->rig.bus.levels, 0);
    assert_int_equal(rig_get(&w->rig, LKS), MONITOR);
}

static unsigned ticks_in(struct world *w, u64 time)
{
    unsigned ticks = 0;

    rig_put(&w->rig, LKS, IE);
    for (u64 i = 0; i < time; i++) {
        rig_pass(&w->rig, 1);
        ticks += rig_grant(&w->rig, 6) == 0100;
    }
    return ticks;
}

static void test_exact_frequency(void **state)
{
    struct world *w = *state;

    w->rig.bus.events.immediate = true; /* a clock is no delay */
    assert_int_equal(ticks_in(w, 10 * EVENT_HZ), 600);
    assert_int_equal(ticks_in(w, 16665), 0);
    assert_int_equal(ticks_in(w, 1), 1);
}

static void test_50_hz(void **state)
{
    struct world *w = *state;

    event_cancel(&w->rig.bus.events, &w->kw.tick);
    kw11l_set_hz(&w->kw, 50);
    bus_reset(&w->rig.bus);
    assert_int_equal(ticks_in(w, EVENT_HZ), 50);
}

static void test_external(void **state)
{
    struct world *w = *state;

    kw11l_set_external(&w->kw, true);
    bus_reset(&w->rig.bus);
    assert_int_equal(ticks_in(w, EVENT_HZ), 0);
    kw11l_tick(&w->kw);
    assert_int_equal(rig_get(&w->rig, LKS), MONITOR | IE);
    assert_int_equal(rig_grant(&w->rig, 6), 0100);
    kw11l_set_external(&w->kw, false);
    assert_int_equal(ticks_in(w, EVENT_HZ), 60);
}

static void test_fields(void **state)
{
    struct world *w = *state;

    rig_check_regs(&w->kw.dev, sizeof w->kw);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_F87_monitor_without_enable, setup),
        cmocka_unit_test_setup(test_F78_monitor_is_cleared_not_set, setup),
        cmocka_unit_test_setup(test_F78_request, setup),
        cmocka_unit_test_setup(test_request_falls, setup),
        cmocka_unit_test_setup(test_F77_init, setup),
        cmocka_unit_test_setup(test_exact_frequency, setup),
        cmocka_unit_test_setup(test_50_hz, setup),
        cmocka_unit_test_setup(test_external, setup),
        cmocka_unit_test_setup(test_fields, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
