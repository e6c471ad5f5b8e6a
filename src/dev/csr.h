/* csr.h - what the status registers of the simple devices have in common.
 *
 * Bit 6 enables interrupts, bit 7 (and 15 in some) are their causes. The request is a flip-flop
 * that the rising edge of "a cause and the enable" sets and that the grant clears; its output is
 * gated by the same condition. So setting the enable while a cause is up interrupts, clearing
 * either takes an ungranted request away, and one edge interrupts once (PDP-11 Peripherals
 * Handbook, 1973, chapter 5, the M782/M7820 interrupt control).
 */
#ifndef VM11_DEV_CSR_H
#define VM11_DEV_CSR_H

#include "bus/unibus.h"

#define CSR_ERROR 0100000u
#define CSR_DONE  0200u /* READY in what writes */
#define CSR_IE    0100u

/* Put `value` into the status register `*csr`, whose causes are the bits `causes`, and let the
 * request of `line` follow. */
static inline void csr_set(struct device *dev, unsigned line, u16 *csr, unsigned value,
                           unsigned causes)
{
    bool was = (*csr & CSR_IE) && (*csr & causes);
    bool is = (value & CSR_IE) && (value & causes);

    *csr = (u16)value;
    if (is && !was)
        irq_raise(dev, line);
    if (!is)
        irq_lower(dev, line);
}

#endif
