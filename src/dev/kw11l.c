/* kw11l.c - KW11-L line time clock: see kw11l.h.
 *
 * Source: KW11-L line time clock manual (EK-KW11L-TM-002), chapter 3; PDP-11 Peripherals Handbook
 * (1973), "KW11-L".
 *
 * - Each cycle sets the monitor, whatever the enable is; so does INIT, which clears the enable.
 * - The program clears the monitor by writing 0 there; writing 1 leaves it as it is.
 * - The cycle itself makes the request where the enable is set, even if nobody has cleared the
 *   monitor since the last: systems that never write LKS again get all their ticks. Setting the
 *   enable later, with the monitor up, requests nothing.
 * - An ungranted request falls when the program clears the enable or the monitor.
 *
 * The mains do not stop for INIT: the period goes on.
 */
#include "dev/kw11l.h"

#include <errno.h>

#include "base/assert.h"
#include "dev/csr.h"

#define LKS_MONITOR 0200u

static void tick_schedule(struct kw11l *kw)
{
    unsigned period = EVENT_HZ / kw->hz;

    kw->fraction = (u16)(kw->fraction + EVENT_HZ % kw->hz);
    if (kw->fraction >= kw->hz) {
        kw->fraction = (u16)(kw->fraction - kw->hz);
        period++;
    }
    event_period(&kw->dev.bus->events, &kw->tick, period);
}

static void tick_fire(void *ctx)
{
    struct kw11l *kw = ctx;

    tick_schedule(kw);
    kw11l_tick(kw);
}

void kw11l_tick(struct kw11l *kw)
{
    kw->lks |= LKS_MONITOR;
    if (kw->lks & CSR_IE)
        irq_raise(&kw->dev, 0);
}

void kw11l_set_hz(struct kw11l *kw, unsigned hz)
{
    base_assert(hz == 50 || hz == 60);
    kw->hz = (u16)hz;
}

void kw11l_set_external(struct kw11l *kw, bool external)
{
    kw->external = external;
    if (external)
        event_cancel(&kw->dev.bus->events, &kw->tick);
    else if (!event_queued(&kw->tick))
        tick_schedule(kw);
}

static u16 kw11l_read(struct device *dev, unsigned offset, enum io_cycle cycle)
{
    return ((struct kw11l *)dev)->lks;
}

static void kw11l_write(struct device *dev, unsigned offset, u16 value, u16 mask)
{
    struct kw11l *kw = (struct kw11l *)dev;

    if (!(mask & 0377))
        return;
    kw->lks = (u16)((kw->lks & value & LKS_MONITOR) | (value & CSR_IE));
    if (kw->lks != (LKS_MONITOR | CSR_IE))
        irq_lower(dev, 0);
}

static void kw11l_reset(struct device *dev)
{
    struct kw11l *kw = (struct kw11l *)dev;

    kw->lks = LKS_MONITOR;
    irq_lower(dev, 0);
    if (!kw->external && !event_queued(&kw->tick))
        tick_schedule(kw);
}

static int kw11l_restored(struct device *dev, struct err *err)
{
    const struct kw11l *kw = (struct kw11l *)dev;

    if (kw->hz != 50 && kw->hz != 60)
        return err_set(err, EINVAL, "kw: a line clock of %u Hz", kw->hz);
    return 0;
}

static const struct reg_info kw11l_regs[] = {
    {"LKS", 0, offsetof(struct kw11l, lks), 2, 1},
    {"HZ", REG_NO_ADDRESS, offsetof(struct kw11l, hz), 2, 1},
    {"FRACTION", REG_NO_ADDRESS, offsetof(struct kw11l, fraction), 2, 1},
    {"EXTERNAL", REG_NO_ADDRESS, offsetof(struct kw11l, external), 1, 1},
};

static const struct device_ops kw11l_ops = {
    .name = "kw",
    .about = "KW11-L line time clock",
    .regs = kw11l_regs,
    .reg_count = ARRAY_LEN(kw11l_regs),
    .words = 1,
    .read = kw11l_read,
    .steady = 1,
    .write = kw11l_write,
    .reset = kw11l_reset,
    .restored = kw11l_restored,
};

void kw11l_init(struct kw11l *kw)
{
    *kw = (struct kw11l){
        .dev.ops = &kw11l_ops,
        .dev.lines[0] = {.level = 6, .vector = 0100},
        .hz = 60,
    };
    event_init(&kw->tick, "kw tick", tick_fire, kw);
}
