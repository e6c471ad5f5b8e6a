/* test_alloc.c - pieces of the bare machine's memory. */
#include "cp/alloc.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static void first_fit(void **state)
{
    struct alloc alloc;
    struct err err;
    u32 a, b, c, largest;

    alloc_init(&alloc, 0100000);
    assert_int_equal(alloc_take(&alloc, 0010000, &a, &err), 0);
    assert_int_equal(alloc_take(&alloc, 0020000, &b, &err), 0);
    assert_int_equal(a, 0);
    assert_int_equal(b, 0010000);
    alloc_give(&alloc, a);
    assert_int_equal(alloc_take(&alloc, 0010001, &c, &err),
                     0); /* rounded to clicks: no room at 0 */
    assert_int_equal(c, 0030000);
    assert_int_equal(alloc_take(&alloc, 0010000, &a, &err), 0);
    assert_int_equal(a, 0);
    assert_int_equal(alloc_free_bytes(&alloc, &largest), 0100000 - 0040100);
    assert_int_equal(largest, 0100000 - 0040100);
    assert_int_equal(alloc_take(&alloc, 0040000, &c, &err), -ENOMEM);
}

static void at_a_place(void **state)
{
    struct alloc alloc;
    struct err err;
    u32 a;

    alloc_init(&alloc, 0100000);
    assert_int_equal(alloc_take_at(&alloc, 0, 0010000, &err), 0);
    assert_int_equal(alloc_take_at(&alloc, 0007700, 0100, &err), -EBUSY);
    assert_int_equal(alloc_take_at(&alloc, 0077700, 0200, &err), -ENOMEM);
    assert_int_equal(alloc_take_at(&alloc, 0077700, 0100, &err), 0);
    assert_int_equal(alloc_take(&alloc, 0067700, &a, &err), 0);
    assert_int_equal(a, 0010000);
    assert_int_equal(alloc_take(&alloc, 0100, &a, &err), -ENOMEM);
}

/* Whatever is taken and given back, no two pieces overlap, and all comes back. */
static void at_random(void **state)
{
    struct alloc alloc;
    struct err err;
    u32 base[8] = {0}, size[8] = {0}, seed = 1, largest;

    alloc_init(&alloc, 0760000);
    for (unsigned i = 0; i < 20000; i++) {
        unsigned n = (seed = seed * 1103515245u + 12345u) >> 16 & 7;
        if (size[n]) {
            alloc_give(&alloc, base[n]);
            size[n] = 0;
            continue;
        }
        size[n] = 64 * (1 + (seed >> 8 & 01777));
        if (alloc_take(&alloc, size[n], &base[n], &err))
            size[n] = 0;
        for (unsigned k = 0; k < 8; k++)
            if (k != n && size[k] && size[n])
                assert_true(base[k] + size[k] <= base[n] || base[n] + size[n] <= base[k]);
    }
    for (unsigned n = 0; n < 8; n++)
        if (size[n])
            alloc_give(&alloc, base[n]);
    assert_int_equal(alloc_free_bytes(&alloc, &largest), 0760000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_fit),
        cmocka_unit_test(at_a_place),
        cmocka_unit_test(at_random),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
