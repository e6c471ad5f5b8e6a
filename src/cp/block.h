/* block.h - a VM's block of VM-assist: what of its state is there while it runs directly. */
#ifndef VM11_CP_BLOCK_H
#define VM11_CP_BLOCK_H

#include "cp/vm.h"

/* The VM's virtual state goes to its block, and the bare machine's VM-assist does what `bits` say;
 * where `fixed` it changes neither mode nor previous mode. */
void block_load(struct vm *vm, u16 bits, bool fixed);

/* It is the VM's again; its current mode, which VM-assist may have changed. The registers that
 * r[] of its processor holds are still the bare machine's. */
enum mode block_unload(struct vm *vm);

#endif
