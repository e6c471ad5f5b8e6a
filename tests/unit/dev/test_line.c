/* test_line.c - the queue of a serial line: order, limits, the hooks of both sides. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "dev/line.h"

static void count_arrival(void *ctx)
{
    ++*(unsigned *)ctx;
}

static void keep(void *ctx, u8 ch)
{
    *(u8 *)ctx = ch;
}

static void test_order_and_limit(void **state)
{
    struct line line = {0};
    u8 ch = 0;

    for (unsigned round = 0; round < 3; round++) {
        assert_int_equal(line_space(&line), LINE_QUEUE);
        for (unsigned i = 0; i < LINE_QUEUE; i++)
            assert_true(line_type(&line, (u8)(i + round)));
        assert_int_equal(line_space(&line), 0);
        assert_false(line_type(&line, 0377));
        assert_true(line_take(&line, &ch));
        assert_int_equal(ch, round);
        assert_int_equal(line_space(&line), 1);
        assert_true(line_type(&line, 0377)); /* behind the others, across the end of the ring */
        for (unsigned i = 1; i < LINE_QUEUE; i++) {
            assert_true(line_take(&line, &ch));
            assert_int_equal(ch, i + round);
        }
        assert_true(line_take(&line, &ch));
        assert_int_equal(ch, 0377);
        assert_false(line_take(&line, &ch));
    }
}

static void test_hooks(void **state)
{
    struct line line = {0};
    unsigned arrivals = 0;
    u8 sent = 0;

    line_send(&line, 'x'); /* nobody listens */
    line.arrived = count_arrival;
    line.arrived_ctx = &arrivals;
    line.sink = keep;
    line.sink_ctx = &sent;
    for (unsigned i = 0; i < LINE_QUEUE + 2; i++)
        line_type(&line, 'a');
    assert_int_equal(arrivals, LINE_QUEUE); /* a lost character does not arrive */
    line_send(&line, 0312);
    assert_int_equal(sent, 0312);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order_and_limit),
        cmocka_unit_test(test_hooks),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
