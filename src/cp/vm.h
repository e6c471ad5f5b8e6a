/* vm.h - a virtual machine: a machine of its own whose instructions run on another's processor.
 *
 * What a VM *is*, its processor's registers, its devices, its time, is a `struct machine`, built of
 * the same parts as a bare one. Two things are not its own: its memory is a part of the bare
 * machine's, and its engine is CP. The engine has the contract of every engine (cpu/run.h), so all
 * that can be done with a machine can be done with a VM: snapshots, recordings, the monitor, the
 * hash of its state, which is the same as that of a bare machine that ran the same program.
 *
 * CP's three parts (Popek and Goldberg; thesis figure 7): the dispatcher (dispatch.c) gets control
 * where direct execution ends, and calls a simulator (sim_*.c); the allocator (alloc.c) says which
 * parts of the bare machine a VM has. This file holds the control tables that they share.
 */
#ifndef VM11_CP_VM_H
#define VM11_CP_VM_H

#include "cp/hw.h"

/* Why a VM left direct execution, or was simulated; the rows of a report. */
enum vm_event {
    VM_HALT,
    VM_WAIT,
    VM_RESET,
    VM_SPL,
    VM_RETURN,    /* RTI, RTT */
    VM_SPACE,     /* MFPx, MTPx */
    VM_TRAP,      /* EMT, TRAP, BPT, IOT: reflected */
    VM_RESERVED,  /* reserved instructions */
    VM_DIAG,      /* services of CP */
    VM_DEVICE,    /* a reference to a device's register */
    VM_PROCESSOR, /* to one of the processor: PSW, PIRQ, stack limit */
    VM_MAP,       /* to one of the KT11-C */
    VM_FAULT,     /* an abort, a time-out or an odd address, or what only looked like one */
    VM_REQUEST,   /* an interrupt or a request inside the processor is served */
    VM_KERNEL,    /* virtual kernel mode, where that is interpreted */
    VM_OTHER,     /* simulated for another reason: traced, watched, a mode that does not exist */
    VM_EVENTS
};

extern const char *const vm_event_names[VM_EVENTS];

struct vm_stats {
    u64 direct;           /* instructions executed by the bare machine */
    u64 translated;       /* of these, by its translator's code */
    u64 simulated;        /* instructions simulated */
    u64 skipped;          /* of a simulated loop that waits: counted, not executed (cpu/idle.h) */
    u64 event[VM_EVENTS]; /* of these, and of requests: by reason */
    u64 exits;            /* from direct execution by a trap */
    u64 slices;           /* ends of direct execution at a limit */
    u64 shadow_pages;     /* pages of the shadow map that became others */
    u64 shadow_loads;     /* times that it had to be looked at */
    u64 interrupts;       /* virtual ones */
    u64 assists;          /* what VM-assist did: exits that were not */
};

/* How a VM's modes are run; one per VM, all on one dispatcher. */
struct method {
    const char *name;
    const char *about;
    /* The real mode for virtual kernel, supervisor, user mode; MODE_K: it is interpreted. */
    enum mode place[4];
    bool kbs;  /* needs the KBS11-A, which is on while it runs */
    bool hv;   /* needs the Hardware Virtualizer */
    bool prep; /* programs are preprocessed: prep.h */
    enum cpu_exit (*run)(void *vm, u64 until);
};

/* The row of a name; NULL where there is none. */
const struct method *method_find(const char *name);
/* In order; NULL after the last. */
const struct method *method_at(unsigned index);

struct vm;
struct prep;

/* What the shadow map in a real mode was made of. */
struct vm_shadow {
    const struct vm *vm; /* NULL: nothing is known */
    enum mode mode;      /* the virtual one */
    u32 version;         /* mmu.version */
    u16 slr;
    bool partial; /* pages may be missing: VM-assist enters them */
};

/* The bare machine and who is on it: shared by its VMs. */
struct vm_host {
    struct hw hw;
    struct vm_shadow shadow[4]; /* by real mode */
    struct vm *current;         /* whose instructions it executes */
};

struct vm {
    char name[16];
    struct vm_host *host;
    struct machine *m; /* what it is */
    const struct method *method;
    enum mode place[4];     /* as the method's, or the kernel in supervisor mode */
    u32 base;               /* click of the bare machine where its memory begins */
    struct ram_code *code;  /* hears of what is written to its memory */
    struct prep *prep;      /* of method preprocess; NULL: no program was loaded */
    u32 block_version;      /* of its map, plus 1, that the block of VM-assist holds */
    u16 assist;             /* what VM-assist does for it, as VACSR; 0: nothing */
    bool pure;              /* DIAG does not exist */
    bool moves;             /* MFPx and MTPx between kernel and user mode are not trapped */
    unsigned slot;          /* its place in CP's own memory (cp/hw.h); 0: it needs none */
    bool kbs;               /* direct execution has the ten instructions trapped */
    struct cpu_watch watch; /* of its processor, for the counts: */
    enum vm_event saw;      /* what the turn under way has referred to in the I/O page */
    bool at_limit;          /* direct execution has just ended at its limit, and for nothing else */
    const struct vm_services *services; /* borrowed; NULL: none */
    struct vm_stats stats;
};

/* What DIAG needs of those above; NULL where there is nothing. */
struct vm_services {
    u64 (*time)(void *ctx); /* CP's, in microseconds */
    /* Close the spool file of the printer (0) or the punch (1). -ENOENT: it is not spooled; -errno.
     */
    int (*close)(void *ctx, struct vm *vm, unsigned device);
    void *ctx;
};

struct vm_config {
    const char *name;
    const struct method *method;
    bool kernel_in_supervisor; /* of `trap`: virtual kernel mode runs in real supervisor mode, */
    bool moves;                /* and moves words to and from user mode directly */
    u16 assist;                /* of `trap`, all in user mode: bits of VACSR; 0: no VM-assist */
    bool impure;
    u32 base; /* of its memory in the bare machine's, bytes, a multiple of 64 */
    struct machine_config machine; /* model, memory, clock; engine and host are CP's */
};

/* A VM on `host`, whose machine has the memory and the options that the method needs: -EINVAL where
 * not. Its memory is zero. -ENOMEM. */
int vm_new(struct vm **vm, struct vm_host *host, const struct vm_config *config, struct err *err);

/* Its memory is zero again. NULL is allowed. */
void vm_free(struct vm *vm);

/* The engines of the methods that execute directly, as cpu_run(). */
enum cpu_exit vm_run_direct(void *vm, u64 until);
enum cpu_exit vm_run_simulated(void *vm, u64 until);
enum cpu_exit vm_run_preprocessed(void *vm, u64 until);
enum cpu_exit vm_run_virtualized(void *vm, u64 until); /* method_hv.c */

/* For those: `done` instructions of direct execution are over, by a trap or at its limit, and are
 * counted. `translated`: hw_translated() before. */
void vm_count_direct(struct vm *vm, u64 done, u64 translated, bool limit);

/* A VM of method hv gets its VMCB. */
void vm_make_vmcb(struct vm *vm);

#endif
