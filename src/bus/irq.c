/* irq.c - interrupt requests and grants.
 *
 * Each device drives the bus request line of its level; the processor sees only which of BR4-BR7
 * are driven. Its grant runs down the bus from device to device, and the first that asks on that
 * level keeps it and answers with its vector (PDP-11 Peripherals Handbook, 1973, 5.3). So the
 * order among equals is the order on the cable, and among a device's own lines their number.
 */
#include "bus/unibus.h"

#include "base/assert.h"

static void requests_update(struct bus *bus)
{
    unsigned levels = 0;

    for (const struct device *dev = bus->devices; dev; dev = dev->next)
        for (unsigned i = 0; i < DEVICE_LINES; i++)
            if (dev->lines[i].request)
                levels |= 1u << dev->lines[i].level;
    if (levels == bus->levels)
        return;
    bus->levels = levels;
    if (bus->host.requests)
        bus->host.requests(bus->host.ctx, levels);
}

static void line_set(struct device *dev, unsigned line, bool request)
{
    base_assert(line < DEVICE_LINES && dev->lines[line].level);
    if (dev->lines[line].request == request)
        return;
    dev->lines[line].request = request;
    requests_update(dev->bus);
}

void irq_raise(struct device *dev, unsigned line)
{
    line_set(dev, line, true);
}

void irq_lower(struct device *dev, unsigned line)
{
    line_set(dev, line, false);
}

bool bus_grant(struct bus *bus, unsigned level, u16 *vector)
{
    for (struct device *dev = bus->devices; dev; dev = dev->next) {
        for (unsigned i = 0; i < DEVICE_LINES; i++) {
            if (!dev->lines[i].request || dev->lines[i].level != level)
                continue;
            *vector = dev->lines[i].vector;
            line_set(dev, i, false);
            if (dev->ops->ack)
                dev->ops->ack(dev, i);
            return true;
        }
    }
    return false;
}

void bus_reset(struct bus *bus)
{
    for (struct device *dev = bus->devices; dev; dev = dev->next) {
        for (unsigned i = 0; i < DEVICE_LINES; i++)
            dev->lines[i].request = false;
        if (dev->ops->reset)
            dev->ops->reset(dev);
    }
    requests_update(bus);
}
