/* shadow.h - the shadow map: PAR and PDR of the bare machine, made of a VM's and of where its
 * memory is. */
#ifndef VM11_CP_SHADOW_H
#define VM11_CP_SHADOW_H

#include "cp/vm.h"

/* A page as the bare machine shall have it: the VM's, relocated, and without what it must not
 * reach. */
struct shadow_page {
    u16 par, pdr;
};

/* The shadow of a page of the VM's virtual `mode`, that runs in real `place`. */
struct shadow_page shadow_page(const struct vm *vm, enum mode mode, enum space space, unsigned page,
                               enum mode place);

/* The bare machine's mode `place` gets the shadow of the VM's `mode`. */
void shadow_load(struct vm *vm, enum mode mode, enum mode place);

/* The W bits that direct execution in `place` has set become those of the VM's `mode`. */
void shadow_collect(struct vm *vm, enum mode mode, enum mode place);

#endif
