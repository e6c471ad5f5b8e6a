/* test_kbs11.c - the KBS11-A's registers on the bus; what they do is tested with the processor. */
#include "rig.h"

#include "dev/kbs11.h"

#define VCSR  KBS11_BASE
#define VCODE (KBS11_BASE + 2)
#define VUSL  (KBS11_BASE + 4)

struct world {
    struct rig rig;
    struct kbs11 kbs;
    unsigned changes;
};

static void changed(void *ctx)
{
    ((struct world *)ctx)->changes++;
}

static int setup(void **state)
{
    static struct world world;
    struct world *w = &world;

    rig_init(&w->rig);
    kbs11_init(&w->kbs, false);
    w->kbs.changed = changed;
    w->kbs.ctx = w;
    assert_int_equal(bus_add(&w->rig.bus, &w->kbs.dev, KBS11_BASE, NULL), 0);
    bus_reset(&w->rig.bus);
    w->changes = 0;
    *state = w;
    return 0;
}

static void test_bits(void **state)
{
    struct world *w = *state;

    rig_put(&w->rig, VCSR, 0177777);
    assert_int_equal(rig_get(&w->rig, VCSR), 0177);
    rig_putb(&w->rig, VCSR, 0);
    rig_putb(&w->rig, VCSR + 1, 0377);
    assert_int_equal(rig_get(&w->rig, VCSR), 0);
    rig_put(&w->rig, VUSL, 0177777);
    assert_int_equal(rig_get(&w->rig, VUSL), 0177400);
    rig_putb(&w->rig, VUSL, 0123);
    assert_int_equal(rig_get(&w->rig, VUSL), 0177400);
    rig_putb(&w->rig, VUSL + 1, 0123);
    assert_int_equal(rig_get(&w->rig, VUSL), 0123 << 8);
    assert_int_equal(w->changes, 6);
}

static void test_code_is_read_only(void **state)
{
    struct world *w = *state;

    w->kbs.vmx.vcode = 0100014;
    rig_put(&w->rig, VCODE, 0);
    assert_int_equal(rig_get(&w->rig, VCODE), 0100014);
    assert_int_equal(w->changes, 0);
}

static void test_init(void **state)
{
    struct world *w = *state;

    w->kbs.vmx = (struct vmx){.vcsr = 0177, .vcode = 0100014, .vusl = 0177400};
    bus_reset(&w->rig.bus);
    assert_int_equal(rig_get(&w->rig, VCSR) | rig_get(&w->rig, VCODE) | rig_get(&w->rig, VUSL), 0);
    assert_int_equal(w->changes, 1);
}

/* They are inside the processor. */
static void test_no_npr(void **state)
{
    struct world *w = *state;
    u16 value;

    for (u32 pa = VCSR; pa <= VUSL; pa += 2) {
        assert_false(bus_npr_read(&w->rig.bus, pa, &value));
        assert_false(bus_npr_write(&w->rig.bus, pa, 0177777));
        assert_int_equal(rig_get(&w->rig, pa), 0);
    }
}

static void test_restored(void **state)
{
    struct world *w = *state;

    w->kbs.vmx = (struct vmx){.vcsr = 0177777, .vcode = 0177777, .vusl = 0177777};
    assert_int_equal(w->kbs.dev.ops->restored(&w->kbs.dev, NULL), 0);
    assert_int_equal(rig_get(&w->rig, VCSR), 0177);
    assert_int_equal(rig_get(&w->rig, VUSL), 0177400);
    assert_int_equal(w->changes, 1);
}

/* VM-assist's registers: there with it only. */
static void test_assist(void **state)
{
    struct world *w = *state;
    u16 value;

    assert_false(bus_io_ops.read(&w->rig.bus, KBS11_BASE + 6, IO_DATI, &value));
    rig_init(&w->rig);
    kbs11_init(&w->kbs, true);
    w->kbs.changed = changed;
    w->kbs.ctx = w;
    assert_int_equal(bus_add(&w->rig.bus, &w->kbs.dev, KBS11_BASE, NULL), 0);
    rig_put(&w->rig, KBS11_BASE + 6, 0177777);
    rig_put(&w->rig, KBS11_BASE + 010, 0177777);
    assert_int_equal(rig_get(&w->rig, KBS11_BASE + 6), 0377);
    assert_int_equal(rig_get(&w->rig, KBS11_BASE + 010), 07777);
    rig_check_regs(&w->kbs.dev, sizeof(struct kbs11));
    bus_reset(&w->rig.bus);
    assert_int_equal(rig_get(&w->rig, KBS11_BASE + 6) | rig_get(&w->rig, KBS11_BASE + 010), 0);
}

static void test_regs(void **state)
{
    rig_check_regs(&((struct world *)*state)->kbs.dev, sizeof(struct kbs11));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_bits, setup),
        cmocka_unit_test_setup(test_init, setup),
        cmocka_unit_test_setup(test_no_npr, setup),
        cmocka_unit_test_setup(test_restored, setup),
        cmocka_unit_test_setup(test_regs, setup),
        cmocka_unit_test_setup(test_assist, setup),
        cmocka_unit_test_setup(test_code_is_read_only, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
