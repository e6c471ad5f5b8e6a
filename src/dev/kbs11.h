/* kbs11.h - the KBS11-A's registers: those of the processor's option (cpu/vmx.h), on the bus.
 *
 *   764000 VCSR   6 MFPx and MTPx too, 5 user stack limit, 4:3 vector offset, 2 trap in supervisor
 *                 mode, 1 trap in user mode, 0 enable
 *   764002 VCODE  15 the last trap to 10 was by one of the ten, 4:1 which; read only
 *   764004 VUSL   15:8 user stack limit
 *   764006 VACSR  VM-assist (cpu/assist.h): 7 PIRQ and stack limit, 6 PSW, 5 pages, 4 EMT and its
 *                 like, 3 SPL, 2 RTI, 1 guest's S or U, 0 on
 *   764010 VABLK  11:0 address of its block in units of 64 bytes
 *
 * They are inside the processor: NPR devices cannot reach them. INIT clears them. The addresses are
 * our own choice; others can be given (machine.h).
 */
#ifndef VM11_DEV_KBS11_H
#define VM11_DEV_KBS11_H

#include "bus/device.h"
#include "cpu/vmx.h"

#define KBS11_BASE 0764000

struct kbs11 {
    struct device dev;
    struct vmx vmx;
    void (*changed)(void *ctx); /* the processor is to look at vmx again */
    void *ctx;
};

/* With VM-assist or without. The owner sets `changed` before the device is on the bus. */
void kbs11_init(struct kbs11 *kbs, bool assist);

/* Which it was. */
bool kbs11_assists(const struct kbs11 *kbs);

#endif
