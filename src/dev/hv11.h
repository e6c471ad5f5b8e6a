/* hv11.h - the registers of the Hardware Virtualizer (cpu/hv.h), on the bus.
 *
 *   764020 HVCSR  15 fault information, 14 write, 13 I space, 12 byte, 11:8 fault code, 7
 * interrupts, 6 statistics, 5 associator, 4:1 levels left, 0 enable 764022 HVROOT click of VMTAB
 * 764024 HVTLEN its entries      764026 HVVEC vector 764030 HVSYL  child that faulted   764032
 * HVFAL, 764034 HVFAH its address 764036 HVTMR  time of the next child, in 1024 instructions
 *
 * They are inside the processor: NPR devices cannot reach them. INIT clears them. The addresses are
 * our own choice; others can be given (machine.h).
 */
#ifndef VM11_DEV_HV11_H
#define VM11_DEV_HV11_H

#include "bus/device.h"
#include "cpu/cpu.h"

#define HV11_BASE 0764020

struct hv11 {
    struct device dev;
    struct cpu *cpu;
    struct hv hv;
};

/* The option of `cpu`, which is borrowed, with its registers at `base`; `slots` bounds the
 * associator, 0: it does not. The processor's `hv` is set. */
void hv11_init(struct hv11 *hv, struct cpu *cpu, u32 base, unsigned slots);

#endif
