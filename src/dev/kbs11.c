/* kbs11.c - the KBS11-A's registers: see kbs11.h. What they do is the processor's. */
#include "dev/kbs11.h"

#include "bus/unibus.h"
#include "cpu/assist.h"

enum { VCSR = 0, VCODE = 2, VUSL = 4, VACSR = 6, VABLK = 010 };

static u16 kbs11_read(struct device *dev, unsigned offset, enum io_cycle cycle)
{
    const struct vmx *vmx = &((struct kbs11 *)dev)->vmx;

    switch (offset) {
    case VCSR: return vmx->vcsr;
    case VCODE: return vmx->vcode;
    case VUSL: return vmx->vusl;
    case VACSR: return vmx->vacsr;
    default: return vmx->vablk;
    }
}

/* The block may be anywhere in memory. */
static u16 vablk_bits(const struct kbs11 *kbs)
{
    return (u16)(VABLK_WRITE | kbs->dev.bus->ram->wide >> 6);
}

static void kbs11_write(struct device *dev, unsigned offset, u16 value, u16 mask)
{
    struct kbs11 *kbs = (struct kbs11 *)dev;
    struct vmx *vmx = &kbs->vmx;

    switch (offset) {
    case VCSR: vmx->vcsr = (u16)((vmx->vcsr & ~mask) | (value & mask & VCSR_WRITE)); break;
    case VUSL: vmx->vusl = (u16)((vmx->vusl & ~mask) | (value & mask & VUSL_WRITE)); break;
    case VACSR: vmx->vacsr = (u16)((vmx->vacsr & ~mask) | (value & mask & VACSR_WRITE)); break;
    case VABLK: vmx->vablk = (u16)((vmx->vablk & ~mask) | (value & mask & vablk_bits(kbs))); break;
    default: return;
    }
    kbs->changed(kbs->ctx);
}

static void kbs11_reset(struct device *dev)
{
    struct kbs11 *kbs = (struct kbs11 *)dev;

    kbs->vmx = (struct vmx){0};
    kbs->changed(kbs->ctx);
}

/* Bits that the registers do not have are none of a snapshot's either. */
static int kbs11_restored(struct device *dev, struct err *err)
{
    struct kbs11 *kbs = (struct kbs11 *)dev;

    kbs->vmx.vcsr &= VCSR_WRITE;
    kbs->vmx.vusl &= VUSL_WRITE;
    kbs->vmx.vacsr &= VACSR_WRITE;
    kbs->vmx.vablk &= vablk_bits(kbs);
    kbs->changed(kbs->ctx);
    return 0;
}

static const struct reg_info kbs11_regs[] = {
    {"VCSR", VCSR, offsetof(struct kbs11, vmx.vcsr), 2, 1},
    {"VCODE", VCODE, offsetof(struct kbs11, vmx.vcode), 2, 1},
    {"VUSL", VUSL, offsetof(struct kbs11, vmx.vusl), 2, 1},
    {"VACSR", VACSR, offsetof(struct kbs11, vmx.vacsr), 2, 1},
    {"VABLK", VABLK, offsetof(struct kbs11, vmx.vablk), 2, 1},
};

/* Without VM-assist the last two registers are not there. */
#define KBS11_OPS(text, count)                                                                     \
    {                                                                                              \
        .name = "kbs", .about = text, .regs = kbs11_regs, .reg_count = count, .internal = true,    \
        .words = count, .read = kbs11_read, .write = kbs11_write, .reset = kbs11_reset,            \
        .restored = kbs11_restored,                                                                \
    }

static const struct device_ops kbs11_ops = KBS11_OPS("KBS11-A virtual machine extension", 3);
static const struct device_ops assist_ops =
    KBS11_OPS("KBS11-A virtual machine extension, VM-assist", 5);

void kbs11_init(struct kbs11 *kbs, bool assist)
{
    *kbs = (struct kbs11){.dev.ops = assist ? &assist_ops : &kbs11_ops};
}

bool kbs11_assists(const struct kbs11 *kbs)
{
    return kbs->dev.ops == &assist_ops;
}
