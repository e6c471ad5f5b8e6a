/* hv.h - the Hardware Virtualizer, after Goldberg, as an option of the processor.
 *
 * A map f from the resources of a virtual machine to those of the machine that made it, its
 * *parent*, is applied behind the KT11-C: to physical addresses. Machines nest, each with a map and
 * all registers of its own, 16 deep; a reference of the running machine goes through the maps of
 * all levels down to the real memory. Where a map f_k has a hole the monitor at level k-1 gets a
 * VM-fault, and no other. An abort or a trap is none of the maps' business: it is the machine's
 * own.
 *
 * Composed maps are kept in an associator (hv_map.c), tagged by machine, and from there in the
 * processor's map tables, which are emptied when another machine runs. Memory that holds page
 * tables is watched, so that a change counts at once and nobody sees what is kept.
 *
 * Sources: Goldberg, "Survey of virtual machine research" (1974) and US patent 4,253,145 for maps,
 * faults, composition and the associator. Registers, formats and codes are our own design:
 * docs/hv.md.
 */
#ifndef VM11_CPU_HV_H
#define VM11_CPU_HV_H

#include "base/types.h"
#include "cpu/vmcb.h"
#include "isa/alu.h"
#include "mem/io.h"
#include "mem/mmu.h"
#include "mem/ram.h"
#include "mem/trap.h"

struct cpu;
struct mmu_ref;
struct vmx;

#define HV_DEPTH  16u /* levels of virtual machines; the bare machine is level 0 */
#define HV_NODES  64u /* machines that are known at a time, the bare one included */
#define HV_PINS   8u  /* clicks of a VMCB, and of what else is found when a machine is entered */
#define HV_SLOTS  4096u
#define HV_RECENT 64u

/* Where a block of the I/O page leads; 0: that is not known. */
#define IO_LEADS   0100000u /* to block <6:0> */
#define IO_FAULTS  0040000u /* of the map of level <11:7>, at its block <6:0> */
#define IO_NOTHING 0020000u /* answers */
#define IO_LEVEL   7u       /* shift */
#define IO_BLOCK   0177u

/* HVCSR */
#define HVCSR_VMF   0100000u /* fault information is valid; cleared by writing 1 */
#define HVCSR_WR    0040000u /* the reference was a write, */
#define HVCSR_I     0020000u /* to I space, */
#define HVCSR_BYTE  0010000u /* of a byte */
#define HVCSR_CODE  0007400u /* enum hv_code */
#define HVCSR_INTR  0000200u /* VM-fault where this level has an interrupt above its priority */
#define HVCSR_STAT  0000100u /* instructions of children are counted */
#define HVCSR_ASSOC 0000040u /* level 0: composed maps are kept */
#define HVCSR_DEPTH 0000036u /* levels that are left, at most 15 */
#define HVCSR_HVE   0000001u
#define HVCSR_WRITE (HVCSR_INTR | HVCSR_STAT | HVCSR_ASSOC | HVCSR_HVE)

/* Why the monitor was entered. */
enum hv_code {
    HV_NONE,
    HV_MAP,    /* the page is absent */
    HV_PROT,   /* a write to a page that is read only */
    HV_IO,     /* a reference to the I/O page that is not mapped */
    HV_BOUND,  /* beyond the bounds, or the map leads to where the parent has no memory */
    HV_HALT,   /* HALT in kernel mode */
    HV_RESET,  /* RESET in kernel mode */
    HV_WAIT,   /* WAIT */
    HV_TIMER,  /* the budget is used up */
    HV_INTR,   /* an interrupt for this level */
    HV_DIAG,   /* DIAG in kernel mode */
    HV_TABLE,  /* LVMID: no such machine, no valid VMCB, too deep */
    HV_DOUBLE, /* the vectors of a trap cannot be fetched */
    HV_TRACE,  /* a vector is about to be entered */
    HV_GRANT,  /* the machine's priority allows a request of VIRQ */
};

/* The registers of a level. */
struct hv_regs {
    u16 csr, root, tlen, vec, syl, fal, fah, tmr; /* vec 0: 110 */
};

/* What is known of a machine. Node 0 is the bare one. */
struct hv_node {
    u16 parent, syllable, depth;
    u16 type, base, len, size, ctl, iomap;
    u16 vmcb[HV_PINS];  /* real clicks */
    u16 table[HV_PINS]; /* of a page table outside */
    u16 io[HV_PINS];    /* of the I/O map */
};

/* A VM-fault under way. */
struct hv_fault {
    unsigned code;
    unsigned level; /* whose map, or whose event: the level below gets it */
    u32 pa;         /* of that level */
    u16 bits;       /* of HVCSR: WR, I, BYTE */
    u16 syllable;   /* of HV_TABLE */
    bool restart;   /* the instruction is to be executed again */
};

/* A trap flow that met a VM-fault: it is begun again when the machine goes on. */
struct hv_flow {
    u16 vector, flags;
    u16 pc, ps; /* HV_FLOW_HALF: what the vector held */
};

#define HV_FLOW_VALID  0100000u
#define HV_FLOW_RED    1u
#define HV_FLOW_YELLOW 2u
#define HV_FLOW_INSN   4u
#define HV_FLOW_CAUSE  3u   /* shift */
#define HV_FLOW_HALF   040u /* the PSW has been pushed */

/* An entry of the associator: a page of a machine's memory, or a part of it that is mapped in one
 * piece. */
struct hv_slot {
    u32 tag; /* of the machine; 0: empty */
    u16 page;
    u16 first, last; /* clicks of the machine */
    u16 real;        /* click where `first` is */
    bool write;
    u64 used;
};

struct hv_stats {
    u64 hits, misses; /* references that the processor's map tables did not hold */
    u64 entries;      /* of virtual machines */
    u64 faults;
};

struct hv {
    struct hv_regs reg; /* of the current level */
    u16 level;
    u16 chain[HV_DEPTH + 1]; /* nodes, from level 0 to the current one */
    u16 csr[HV_DEPTH + 1];   /* of the levels below the current one: HVCSR, */
    u16 ps[HV_DEPTH + 1];    /* PSW, */
    u16 br[HV_DEPTH + 1];    /* requested levels */
    u64 due[HV_DEPTH + 1];   /* icount when the level's time is over; 0: never */
    u64 since[HV_DEPTH + 1]; /* icount at its entry */
    struct hv_flow flow;     /* of the current level */
    u8 bare[VMCB_BYTES];     /* level 0's context while another runs, as in a VMCB */
    struct hv_node node[HV_NODES];
    u16 owner[128]; /* by block of the real I/O page: who wrote there last, for its DMA */

    /* What follows is not state of the guest. */
    u32 base;        /* physical address of the registers */
    struct vmx *vmx; /* the KBS11-A, which is level 0's alone */
    u64 next_due;    /* the first of due[]; 0: none */
    u16 exits;       /* exit controls of the current machine */
    u16 asks; /* the lowest level below the current one with an interrupt that it wants, or that */
    struct hv_fault fault;
    struct cc cc; /* before the current instruction, as are */
    u16 r[8], held;
    u32 tag[HV_NODES], serial;
    /* A bit for each real click that holds a page table or an I/O map. */
    u8 watched[RAM_MAX_WIDE >> 9];
    u32 internal[128]; /* a bit for each word of the I/O page: is it the processor's own? */
    u16 io[128];       /* where the current machine's I/O page leads: hv_io.c */
    u16 writer[RAM_MAX_WIDE >> 6]; /* by real click: who had an entry to write there: hv_writer() */
    u32 ways, sets; /* of the associator; sets, a power of two, 1: it is bounded; no map tables */
    u64 clock;
    u16 recent[HV_RECENT]; /* slots, by page: to be looked at first */
    struct hv_stats stats;
    struct hv_slot slot[HV_SLOTS];
};

/* A processor's option at `base` of the I/O page; `slots` bounds the associator, 0: it does not. */
void hv_init(struct hv *hv, u32 base, unsigned slots);

/* All that a VMCB holds of a processor's state but the HV's own: to the VMCB at the real address
 * `pa`, or from there, for a monitor that is outside (src/cp). `cpu` needs no HV; which flow it was
 * suspended in, in *flow. */
void hv_put_state(struct cpu *cpu, struct ram *ram, u32 pa);
void hv_get_state(struct cpu *cpu, struct ram *ram, u32 pa, struct hv_flow *flow);

/* INIT: level 0 runs, no other machine is known. */
void hv_reset(struct cpu *cpu);

/* The state was loaded: the rest is brought into line with it. False: it cannot be. */
bool hv_restored(struct cpu *cpu);

/* The registers of the current level, by their offset. */
u16 hv_read(const struct hv *hv, unsigned offset);
void hv_write(struct cpu *cpu, unsigned offset, u16 value, u16 mask);

/* While a machine above level 0 runs: */

/* The exit controls of a machine, in its VMCB. */
enum {
    HV_EXIT_RESET = 0002,
    HV_EXIT_WAIT = 0004,
    HV_EXIT_TRAPS = 0010,
    HV_EXIT_T = 0020,
    HV_EXIT_DIAG = 0040,
    HV_PURE = 0100,  /* DIAG does not exist */
    HV_NO_HV = 0200, /* it has no Hardware Virtualizer: its registers do not exist */
    HV_EXIT_GRANT = 0400,
};

/* Does the current machine's parent want to hear of it? */
static inline bool hv_exits(const struct hv *hv, unsigned control)
{
    return hv->exits & control;
}

/* `pa` is in the I/O page, of a register of the processor. */
static inline bool hv_is_internal(const struct hv *hv, u32 pa)
{
    return hv->internal[(pa - IO_PAGE) >> 6] >> (pa >> 1 & 037u) & 1;
}

/* One that the current machine has: no map is asked. */
static inline bool hv_has_register(const struct hv *hv, u32 pa)
{
    return hv_is_internal(hv, pa) &&
           !(hv_exits(hv, HV_NO_HV) && pa >= hv->base && pa < hv->base + 020);
}

/* The physical address of a reference, `flags` as in access.h, becomes the real one: in memory, or
 * in the I/O page that of a device; not to be asked where hv_has_register(). TRAP_VM, or TRAP_BUS
 * where the machine has nothing there. */
enum trap hv_refer(struct cpu *cpu, const struct mmu_ref *ref, unsigned flags, unsigned size,
                   u32 *pa) must_check;

/* The same, where what it leads to is kept, and for the machine's own registers: no fault, no mark.
 * False: ask hv_refer(). Nothing in memory is known with a bounded associator. */
bool hv_refer_known(struct cpu *cpu, bool write, u32 *pa);

/* The same for who looks on: without faults, marks and the I/O page. False: there is nothing. */
bool hv_look(const struct cpu *cpu, u32 *pa);

/* A HALT, RESET or WAIT, or a trap flow that cannot end, is the parent's: TRAP_VM. */
enum trap hv_event(struct cpu *cpu, enum hv_code code);

/* RESET's effect on the level's own registers. */
void hv_init_level(struct cpu *cpu);

/* Another level gets control before the next instruction: a timer, an interrupt. To be asked where
 * hv_may_be_due(). */
bool hv_due(struct cpu *cpu, u32 attention);

static inline bool hv_may_be_due(const struct hv *hv, u64 icount)
{
    return hv->asks < hv->level || (hv->next_due && icount >= hv->next_due);
}

/* Some level below the current one has an interrupt that it wants to hear of. */
static inline bool hv_interrupted(const struct hv *hv)
{
    return hv->asks < hv->level;
}

/* After TRAP_VM: suspend the machines from hv->fault.level on. The level below that is current
 * then, before its trap through the vector that is returned. */
u16 hv_leave(struct cpu *cpu);

/* The virtual interrupt of the highest level: its vector, and the request falls. */
u16 hv_grant(struct cpu *cpu, unsigned level);

/* The bus's request levels, whoever runs. */
void hv_set_br(struct cpu *cpu, unsigned levels);

/* A device register at the real address `pa` is written: the device works for the current machine.
 */
void hv_own(struct cpu *cpu, u32 pa);

/* The bus address of a transfer by the device whose registers are at `base` becomes the real one.
 * False: its machine has nothing there, or that has no address on the bus. */
bool hv_dma(struct cpu *cpu, u32 base, bool write, u32 *pa);

/* The memory at the real address holds a page table or an I/O map. */
static inline bool hv_watches(const struct hv *hv, u32 pa)
{
    return hv->watched[pa >> 9] >> (pa >> 6 & 7) & 1;
}

/* Such memory is about to be written: what was composed with it is void. */
void hv_write_watched(struct cpu *cpu, u32 pa);

/* Memory was changed from outside: anything that was composed may be void. */
void hv_forget_composed(struct cpu *cpu);

/* The map tables may have an entry for the real address that a reference leads to. */
static inline bool hv_mappable(const struct hv *hv, bool write, u32 pa)
{
    if (write && hv_watches(hv, pa))
        return false;
    return !hv->level || (hv->sets > 1 && hv->csr[0] & HVCSR_ASSOC);
}

/* In a virtual machine it is not easily told which entries of the map tables lead to a real click.
 * hv->writer holds the only one by which the click may be written, 0 for none, or HV_WRITERS. */
#define HV_WRITERS 0xffffu

static inline u16 hv_writer(enum mode mode, enum space space, unsigned block)
{
    return (u16)(1u << 15 | (unsigned)mode << 11 | (unsigned)space << 10 | block);
}

static inline void hv_add_writer(struct hv *hv, u32 pa, u16 writer)
{
    u16 *to = &hv->writer[pa >> 6];

    *to = !*to || *to == writer ? writer : HV_WRITERS;
}

/* Which composed map is in force; 0: level 0 runs. */
static inline u32 hv_tag(const struct hv *hv)
{
    return hv && hv->level ? hv->tag[hv->chain[hv->level]] : 0;
}

#endif
