/* hw.h - the bare machine below CP: all that CP needs of it, and all that it may touch.
 *
 * CP is the kernel of a real PDP-11 in place of a program in its memory: real kernel mode is never
 * entered (struct cpu_outside). What CP does with the machine is what such a kernel could do: load
 * registers, PAR and PDR of supervisor and user mode, the KBS11-A's registers, words of memory; and
 * enter one of the two modes. It gets control back at the instruction count that it asked for, or
 * where a vector would be entered. With the Hardware Virtualizer it can have a virtual machine run
 * at level 1, with all its modes, and gets control back at a VM-fault.
 */
#ifndef VM11_CP_HW_H
#define VM11_CP_HW_H

#include "machine/machine.h"

struct hw {
    struct machine *m;          /* borrowed */
    struct cpu_outside outside; /* why the last run ended, if by a trap */
    u64 entries;
    u32 own;   /* address of CP's own memory, of `places` places of HW_PLACE bytes */
    u32 taken; /* places, a bit for each: 0 is VMTAB */
    unsigned places;
};

#define HW_PLACE  02000u /* bytes that CP keeps in real memory for a VM: */
#define HW_VMCB   0u     /* its VMCB, */
#define HW_ASSIST 01000u /* VM-assist's block, */
#define HW_IOMAP  01400u /* the I/O map of its machine */
#define HW_PLACES 32u

/* CP takes over the kernel of `m`, with its memory management on. The ROM has the bootstrap of rk0,
 * from which the bare machine was started. */
void hw_init(struct hw *hw, struct machine *m);

/* CP keeps what the bare machine must find in memory from `base` on, in so many places, up to
 * HW_PLACES: VMTAB's and those of VMs. Without it no place can be taken. */
void hw_set_memory(struct hw *hw, u32 base, unsigned places);

/* A place for a VM, and its machine's syllable; 0: none is left. */
unsigned hw_take_place(struct hw *hw);
void hw_drop_place(struct hw *hw, unsigned place);

/* Its real address. */
static inline u32 hw_place(const struct hw *hw, unsigned place)
{
    return hw->own + place * HW_PLACE;
}

/* PAR and PDR of a page; nothing happens if they hold that already. The page's W bit is cleared
 * otherwise. True: they did not. */
bool hw_set_page(struct hw *hw, enum mode mode, enum space space, unsigned page, u16 par, u16 pdr);

/* A page's PDR, where its W bit is. */
static inline u16 hw_pdr(const struct hw *hw, enum mode mode, enum space space, unsigned page)
{
    return hw->m->cpu.mmu.pdr[mode][space][page];
}

/* Does `mode` have a data space of its own? */
void hw_set_space(struct hw *hw, enum mode mode, bool split);

/* The KBS11-A has its instructions trapped in both modes, MFPx and MTPx only with `moves`; or none.
 */
void hw_set_trapping(struct hw *hw, bool on, bool moves);

/* VM-assist does what `bits` say (VACSR), on the block in `place`; 0: nothing. */
void hw_set_assist(struct hw *hw, u16 bits, unsigned place);

/* What it has done since power-up. */
static inline u64 hw_assists(const struct hw *hw)
{
    return hw->m->cpu.vmx ? hw->m->cpu.vmx->assists : 0;
}

/* The user stack limit; `on`: it is enforced. */
void hw_set_limit(struct hw *hw, u16 limit, bool on);

/* Instructions that its translator's code has executed; one less for each request that the
 * interpreter served. */
u64 hw_translated(const struct hw *hw);

/* Enter a mode with the registers that are in the machine's processor, for `count` instructions.
 * EXIT_LIMIT, or EXIT_TRAP: hw->outside tells why. *done is how many were completed; with
 * CAUSE_TRAP that one was not, and hw->outside has the registers before it. */
enum cpu_exit hw_enter(struct hw *hw, u64 count, u64 *done);

/* Enter the machine whose VMCB is in `place`, for `count` instructions. Why it ended, HV_INTR at
 * the count; its state is in the VMCB. *done is how many instructions were completed or begun. */
enum hv_code hw_enter_machine(struct hw *hw, unsigned place, u64 count, u64 *done);

#endif
