/* prep.h - a VM's program, preprocessed: the method of the thesis of 1975.
 *
 * On a machine without KBS11-A some instructions do something else in user mode, and do not trap.
 * When a program is loaded they are replaced by TRAP 104450, and a table (the thesis's .vmt003)
 * holds what they were. The TRAPs are in memory only while the VM's engine runs, and not where the
 * VM's own processor executes; so whoever looks at the VM between two runs, and its state's hash,
 * find the program as it was.
 */
#ifndef VM11_CP_PREP_H
#define VM11_CP_PREP_H

#include "cp/vm.h"
#include "machine/load.h"

/* `program` was loaded into a VM. Of method preprocess: its text is swept. -ENOMEM. */
int prep_program(struct vm *vm, const struct program *program, struct err *err);

/* Does its program run directly? */
static inline bool prep_runs(const struct vm *vm)
{
    return vm->prep && !(vm->m->cpu.mmu.mmr0 & MMR0_ENABLE);
}

/* The VM's engine begins and ends. */
void prep_put(struct vm *vm);
void prep_take(struct vm *vm);

/* What is to be executed at the VM's PC is in memory, until prep_lower(). */
void prep_lift(struct vm *vm);
void prep_lower(struct vm *vm);

/* The word at the VM's physical address `pa`, which holds `word`: what was there. */
u16 prep_word(const struct vm *vm, u32 pa, u16 word);

/* NULL is allowed. */
void prep_free(struct prep *prep);

#endif
