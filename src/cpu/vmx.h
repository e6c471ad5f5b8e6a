/* vmx.h - the KBS11-A, DEC's virtual machine extension of the 11/45 and 11/50, as an option of the
 * processor.
 *
 * Three registers: VCSR selects, in user or supervisor mode, ten sensitive instructions that then
 * trap to 10, an offset for all vectors that are generated in user mode, and a stack limit for user
 * mode; VCODE tells which of the ten trapped; VUSL is that limit. While VCSR<0> is clear the
 * processor is that without the option, bit for bit.
 *
 * What the option does is documented (the thesis, chapter V.A, after DEC's specification
 * CSS-MO-F); the places of its registers and bits, and the codes, are lost: these are our own,
 * docs/kbs11a.md.
 */
#ifndef VM11_CPU_VMX_H
#define VM11_CPU_VMX_H

#include "base/types.h"
#include "isa/alu.h"
#include "mem/mmu.h"

#define VCSR_EN     0001u /* master enable */
#define VCSR_TUSR   0002u /* the ten trap in user mode */
#define VCSR_TSUP   0004u /* and in supervisor mode */
#define VCSR_VOFF   0030u /* vectors of user mode: offset in units of 1000 */
#define VCSR_USLE   0040u /* the user stack limit is enforced */
#define VCSR_MXE    0100u /* MFPI, MFPD, MTPI and MTPD are among the ten */
#define VCSR_WRITE  0177u
#define VCODE_TAKEN 0100000u /* the last trap to 10 was by one of the ten; <4:1> which */
#define VUSL_WRITE  0177400u

/* Which of the ten. */
enum vmx_code {
    VMX_HALT = 1,
    VMX_WAIT,
    VMX_RESET,
    VMX_RTI,
    VMX_RTT,
    VMX_SPL,
    VMX_MTPI,
    VMX_MTPD,
    VMX_MFPI,
    VMX_MFPD,
};

/* The registers. Who changes them calls cpu_vmx_changed(). */
struct vmx {
    u16 vcsr, vcode, vusl;
    u16 vacsr, vablk; /* of VM-assist, where it is there: assist.h */
    struct {
        u16 r[8];
        struct cc cc;
    } back;      /* VM-assist's, within an instruction */
    u64 assists; /* what it did: not of the guest's state */
};

/* The user stack limit is in force in `mode`. */
static inline bool vmx_limits(const struct vmx *vmx, enum mode mode)
{
    return (vmx->vcsr & (VCSR_EN | VCSR_USLE)) == (VCSR_EN | VCSR_USLE) && mode == MODE_U;
}

/* What is added to a vector that is generated under the PSW `ps`. */
static inline u16 vmx_offset(const struct vmx *vmx, u16 ps)
{
    if (!(vmx->vcsr & VCSR_EN) || ps >> 14 != MODE_U)
        return 0;
    return (u16)((vmx->vcsr & VCSR_VOFF) << 6);
}

/* Does `code` trap in `mode`? */
bool vmx_traps(const struct vmx *vmx, enum mode mode, enum vmx_code code);

#endif
