/* solo.h - one VM, and a bare machine for it alone: `vm11 run --vm`. */
#ifndef VM11_CP_SOLO_H
#define VM11_CP_SOLO_H

#include "cp/vm.h"

struct solo {
    struct machine *bare;
    struct vm_host host;
    struct vm *vm;
};

/* How to run the VM: "METHOD", of trap also with ",supervisor", or ",moves" and
 * ",assist[=BIT[+BIT...]]". -EINVAL with a did-you-mean. */
int solo_parse(const char *text, struct vm_config *config, struct err *err);

/* A VM of config->machine, at the top of the memory of a bare machine whose engine is
 * config->machine.engine. -errno. */
int solo_new(struct solo **solo, const struct vm_config *config, struct err *err);
/* NULL is allowed. */
void solo_free(struct solo *solo);

#endif
