/* vmcb.h - the block of memory in which the Hardware Virtualizer has a virtual machine: docs/hv.md.
 * For the HV itself, and for a monitor that is outside (src/cp).
 */
#ifndef VM11_CPU_VMCB_H
#define VM11_CPU_VMCB_H

/* Offsets in a VMCB: docs/hv.md. */
enum {
    VMCB_STAT = 0000,
    VMCB_NEXT = 0002,
    VMCB_ROOT = 0004,
    VMCB_TLEN = 0006,
    VMCB_VEC = 0010,
    VMCB_CSR = 0012,
    VMCB_CTL = 0014,
    VMCB_SIZE = 0016,
    VMCB_SET0 = 0020,
    VMCB_SET1 = 0034,
    VMCB_KSP = 0050,
    VMCB_SSP = 0052,
    VMCB_USP = 0054,
    VMCB_PC = 0056,
    VMCB_PSW = 0060,
    VMCB_MMR0 = 0062,
    VMCB_SLR = 0072,
    VMCB_PIRQ = 0074,
    VMCB_SWR = 0076,
    VMCB_DISPLAY = 0100,
    VMCB_VIRQ = 0102,
    VMCB_VECTORS = 0104, /* of BR4 to BR7 */
    VMCB_TIME = 0114,    /* instructions, low and high */
    VMCB_FCODE = 0120,
    VMCB_FAL = 0122,
    VMCB_FAH = 0124,
    VMCB_FIR = 0126,
    VMCB_FPC = 0130,
    VMCB_FMMR1 = 0132,
    VMCB_BASE = 0134,
    VMCB_LEN = 0136,
    VMCB_IOMAP = 0140,
    VMCB_FLOW_PC = 0146, /* from here to 177 the HV's own */
    VMCB_FLOW_PS = 0150,
    VMCB_SP2 = 0152, /* of mode 2 */
    VMCB_LEFT = 0154,
    VMCB_SYL = 0160,
    VMCB_HFAL = 0162,
    VMCB_HFAH = 0164,
    VMCB_TMR = 0166,
    VMCB_FLOW = 0170,
    VMCB_FLAGS = 0172,
    VMCB_START = 0174,
    VMCB_UBREAK = 0176,
    VMCB_PTE = 0200,
    VMCB_PAR = 0400,
    VMCB_PDR = 0540,
    VMCB_FPP = 0700,
    VMCB_BYTES = 01000,
};

#define STAT_VALID   0100000u
#define STAT_RUNNING 0040000u
#define STAT_WAITING 0020000u
#define STAT_HALTED  0010000u
#define STAT_TRACE   0002000u /* a T trap is due; what follows is pending, too */
#define STAT_PROTECT 0001000u
#define STAT_YELLOW  0000400u
#define STAT_MMU     0000200u
#define STAT_FP      0000100u
#define STAT_PENDING 0003700u
#define STAT_TYPE    0000017u
#define STAT_KEPT    (STAT_VALID | 0004000u | STAT_TYPE)

/* f-map types; 2 to 5 are paged. */
enum { MAP_IDENTITY, MAP_BOUNDS, MAP_4K, MAP_1K, MAP_2K, MAP_8K, MAP_TYPES };

#endif
