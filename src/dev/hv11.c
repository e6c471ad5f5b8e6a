/* hv11.c - the Hardware Virtualizer's registers: see hv11.h. What they do is the processor's. */
#include "dev/hv11.h"

#include <errno.h>

static u16 hv11_read(struct device *dev, unsigned offset, enum io_cycle cycle)
{
    return hv_read(&((struct hv11 *)dev)->hv, offset);
}

static void hv11_write(struct device *dev, unsigned offset, u16 value, u16 mask)
{
    hv_write(((struct hv11 *)dev)->cpu, offset, value, mask);
}

static void hv11_reset(struct device *dev)
{
    hv_reset(((struct hv11 *)dev)->cpu);
}

static int hv11_restored(struct device *dev, struct err *err)
{
    if (!hv_restored(((struct hv11 *)dev)->cpu))
        return err_set(err, EINVAL, "the snapshot's virtual machines cannot be");
    return 0;
}

#define ROW(name, offset, field)                                                                   \
    {                                                                                              \
        name, offset, offsetof(struct hv11, hv.field), 2, 1                                        \
    }
#define LIST(name, field, size, count)                                                             \
    {                                                                                              \
        name, REG_NO_ADDRESS, offsetof(struct hv11, hv.field), size, count                         \
    }

/* HVCSR without its bits <4:1>, HVVEC 0 for 110. */
static const struct reg_info hv11_regs[] = {
    ROW("HVCSR", 0, reg.csr),
    ROW("HVROOT", 2, reg.root),
    ROW("HVTLEN", 4, reg.tlen),
    ROW("HVVEC", 6, reg.vec),
    ROW("HVSYL", 010, reg.syl),
    ROW("HVFAL", 012, reg.fal),
    ROW("HVFAH", 014, reg.fah),
    ROW("HVTMR", 016, reg.tmr),
    ROW("LEVEL", REG_NO_ADDRESS, level),
    LIST("CHAIN", chain, 2, HV_DEPTH + 1),
    LIST("CSR", csr, 2, HV_DEPTH + 1),
    LIST("PS", ps, 2, HV_DEPTH + 1),
    LIST("BR", br, 2, HV_DEPTH + 1),
    LIST("DUE", due, 8, HV_DEPTH + 1),
    LIST("SINCE", since, 8, HV_DEPTH + 1),
    LIST("FLOW", flow, 2, 4),
    LIST("BARE", bare, 1, 512),
    LIST("NODE", node, 2, sizeof(struct hv_node) / 2 * HV_NODES),
    LIST("OWNER", owner, 2, 128),
};

static const struct device_ops hv11_ops = {
    .name = "hv",
    .about = "Hardware Virtualizer",
    .regs = hv11_regs,
    .reg_count = ARRAY_LEN(hv11_regs),
    .internal = true,
    .words = 8,
    .read = hv11_read,
    .write = hv11_write,
    .reset = hv11_reset,
    .restored = hv11_restored,
};

void hv11_init(struct hv11 *hv, struct cpu *cpu, u32 base, unsigned slots)
{
    hv->dev = (struct device){.ops = &hv11_ops};
    hv->cpu = cpu;
    hv_init(&hv->hv, base, slots);
    cpu->hv = &hv->hv;
}
