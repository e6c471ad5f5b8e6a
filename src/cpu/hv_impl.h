/* hv_impl.h - what the files of the Hardware Virtualizer share: the VMCB, walks through the maps.
 *
 * hv.c holds registers and instructions, hv_map.c the maps of memory, hv_io.c those of the I/O
 * page, hv_state.c what goes to a VMCB and comes from it, hv_level.c the ways up and down.
 */
#ifndef VM11_CPU_HV_IMPL_H
#define VM11_CPU_HV_IMPL_H

#include "cpu/cpu.h"
#include "cpu/vmcb.h"

#define NEXT_VALID 0100000u

#define PTE_P     0100000u
#define PTE_W     0040000u
#define PTE_R     0020000u
#define PTE_M     0010000u
#define PTE_FRAME 0007777u

#define SIZE_MAX_CLICKS 07600u
#define IO_PINS         4u /* clicks of an I/O map */

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

/* A reference to the I/O page by the current machine, as hv_refer(). */
enum trap hv_refer_io(struct cpu *cpu, u32 *pa) must_check;

/* A VM-fault of the map of `level` at `pa` of its machine: TRAP_VM. */
enum trap hv_map_fault(struct hv *hv, unsigned code, unsigned level, u32 pa);

/* Which registers of the I/O page are the processor's own. */
void hv_init_io(struct hv *hv);

/* hv->asks and hv->exits. */
void hv_update_current(struct hv *hv);

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
/* The KBS11-A and wide addresses are there or not, by level. */
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
