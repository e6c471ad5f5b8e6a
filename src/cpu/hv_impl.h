/* hv_impl.h - what the files of the Hardware Virtualizer share: the VMCB, walks through the maps.
 *
 * hv.c holds registers and instructions, hv_map.c the maps of memory, hv_io.c those of the I/O
 * page, hv_state.c what goes to a VMCB and comes from it, hv_level.c the ways up and down.
 */
#ifndef VM11_CPU_HV_IMPL_H
#define VM11_CPU_HV_IMPL_H

#include "cpu/cpu.h"

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

#define NEXT_VALID 0100000u

#define PTE_P     0100000u
#define PTE_W     0040000u
#define PTE_R     0020000u
#define PTE_M     0010000u
#define PTE_FRAME 0007777u

#define SIZE_MAX_CLICKS 07600u
#define IO_PINS         4u /* clicks of an I/O map */

/* f-map types; 2 to 5 are paged. */
enum { MAP_IDENTITY, MAP_BOUNDS, MAP_4K, MAP_1K, MAP_2K, MAP_8K, MAP_TYPES };

static inline bool map_is_outside(unsigned type)
{
    return type == MAP_1K || type == MAP_2K;
}

/* A walk from a machine's memory to the real one. */
struct hv_walk {
    u32 click;       /* in, and out */
    bool write;      /* in */
    bool look;       /* in: no marks */
    u32 back, ahead; /* in: clicks around of interest; out: those that are mapped in one piece */
    unsigned code;   /* out: HV_MAP, HV_PROT, HV_BOUND, and */
    unsigned level;  /* whose map it was, */
    u32 at;          /* at which click */
};

/* False: there is no memory (code HV_NONE: beyond the machine's own size). */
bool hv_walk(const struct cpu *cpu, unsigned node, struct hv_walk *walk) must_check;

/* Real clicks of `count` clicks from `click` on of a machine's memory. */
bool hv_pin(const struct cpu *cpu, unsigned node, u32 click, unsigned count, u16 *pins,
            struct hv_walk *walk) must_check;

/* A reference to memory by the current machine, as hv_refer(). */
enum trap hv_refer_memory(struct cpu *cpu, bool write, u32 *pa) must_check;

/* A VM-fault of the map of `level` at `pa` of its machine: TRAP_VM. */
enum trap hv_map_fault(struct hv *hv, unsigned code, unsigned level, u32 pa);

/* Nodes have become others: find out anew which memory holds their tables. */
void hv_watch_tables(struct hv *hv);

/* A word of a pinned block. */
u16 hv_pinned(const struct cpu *cpu, const u16 *pins, unsigned offset);
void hv_put_pinned(const struct cpu *cpu, const u16 *pins, unsigned offset, u16 value);

/* A word of a level's VMCB; of level 0 the place that stands for one. */
u16 vmcb_get(const struct cpu *cpu, unsigned level, unsigned offset);
void vmcb_put(struct cpu *cpu, unsigned level, unsigned offset, u16 value);

/* The current level's registers to its VMCB. */
void hv_save(struct cpu *cpu);
/* And back: all of it. */
void hv_load(struct cpu *cpu);
/* The KBS11-A is there or not, by level. */
void hv_park(struct cpu *cpu);
/* Only the HV's registers, of a level that is passed through. */
void hv_load_regs(struct cpu *cpu);

/* Find the first of due[]. */
void hv_update_due(struct hv *hv);

/* Go up to child `syllable` of the current level, and on where it was suspended on the way. */
enum trap hv_enter(struct cpu *cpu, unsigned syllable) must_check;

/* Compositions of `node` and its descendants are void. */
void hv_retag(struct hv *hv, unsigned node);

/* A machine is no more known. Its devices' transfers reach nothing. */
void hv_forget(struct hv *hv, unsigned node);

/* Is `node` a descendant of `of`, or that itself? */
bool hv_descends(const struct hv *hv, unsigned node, unsigned of);

#endif
