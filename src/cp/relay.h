/* relay.h - who looks on at a VM's processor is told of what the bare machine's does for it. */
#ifndef VM11_CP_RELAY_H
#define VM11_CP_RELAY_H

#include "cp/vm.h"

struct relay {
    struct cpu_watch watch; /* of the bare machine's processor, while an engine runs the VM */
    struct vm *vm;
    u64 ahead;    /* of the VM's icount, the bare machine's */
    bool on;      /* somebody looks on, */
    bool closely; /* also at the processor's own registers: of those nothing is told; */
    bool devices; /* at any of the I/O page */
};

/* The engine of `vm` begins and ends. Vectors that the bare machine enters are the VM's, and where
 * `aborts` so are its KT11-C's aborts. */
void relay_begin(struct relay *relay, struct vm *vm, bool aborts);
void relay_end(struct relay *relay);

/* A stretch of direct execution begins. */
static inline void relay_enter(struct relay *relay)
{
    relay->ahead = relay->vm->host->hw.m->cpu.icount - relay->vm->m->cpu.icount;
}

#endif
