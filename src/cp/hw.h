/* hw.h - the bare machine below CP: all that CP needs of it, and all that it may touch.
 *
 * CP is the kernel of a real PDP-11 in place of a program in its memory: real kernel mode is never
 * entered (struct cpu_outside). What CP does with the machine is what such a kernel could do: load
 * registers, PAR and PDR of supervisor and user mode, the KBS11-A's registers, words of memory; and
 * enter one of the two modes. It gets control back at the instruction count that it asked for, or
 * where a vector would be entered.
 */
#ifndef VM11_CP_HW_H
#define VM11_CP_HW_H

#include "machine/machine.h"

struct hw {
    struct machine *m;          /* borrowed */
    struct cpu_outside outside; /* why the last run ended, if by a trap */
    u64 entries;
};

/* CP takes over the kernel of `m`, with its memory management on. */
void hw_init(struct hw *hw, struct machine *m);

/* Give it back. */
void hw_fini(struct hw *hw);

/* PAR and PDR of a page; nothing happens if they hold that already. The page's W bit is cleared
 * otherwise. */
void hw_set_page(struct hw *hw, enum mode mode, enum space space, unsigned page, u16 par, u16 pdr);

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

/* The user stack limit; `on`: it is enforced. */
void hw_set_limit(struct hw *hw, u16 limit, bool on);

/* Enter a mode with the registers that are in the machine's processor, for `count` instructions.
 * EXIT_LIMIT, or EXIT_TRAP: hw->outside tells why. *done is how many were completed; with
 * CAUSE_TRAP that one was not, and hw->outside has the registers before it. */
enum cpu_exit hw_enter(struct hw *hw, u64 count, u64 *done);

#endif
