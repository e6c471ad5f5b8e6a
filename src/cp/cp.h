/* cp.h - CP/11: one bare PDP-11 becomes many.
 *
 * CP has a bare machine, gives parts of its memory to VMs (alloc.h), and lets them execute in
 * turns. Time is the bare machine's: instructions that VMs execute directly, CP's own work as
 * cost.h charges it, and what passes while all VMs wait. A VM has its own time, which stands still
 * while others execute: so a VM does the same to the bit whoever else is there, and only its pace
 * tells.
 *
 * A turn is a slice of so many instructions, and goes to the VM that has had least for its share.
 * While nobody else wants the processor it goes on: CP looks up from it after each slice, but a
 * resident CP would not, and is charged with one end only.
 * A VM with a reservation goes first while it has had less than that. A VM that waits gives its
 * turn up, for as long as its own time says.
 *
 * CP owns no terminal: VMs' lines and their stops are its owner's (vm11 cp).
 */
#ifndef VM11_CP_CP_H
#define VM11_CP_CP_H

#include "cp/alloc.h"
#include "cp/vm.h"

#define CP_SLICE 10000u /* instructions */
#define CP_SHARE 100u

/* How a VM's line clock ticks. */
enum cp_clock {
    CP_CLOCK_VIRTUAL,  /* with its own time */
    CP_CLOCK_REAL,     /* with the bare machine's: ticks that it could not take are lost */
    CP_CLOCK_CATCH_UP, /* likewise, but they come later */
};

enum cp_state {
    CP_STOPPED, /* by the operator, or not begun */
    CP_RUNNING, /* it runs, or waits for its turn or an event */
    CP_ENDED,   /* it stopped by itself: entry.stop */
};

struct cp;

/* A VM, as CP's scheduler knows it. */
struct cp_vm {
    struct cp *cp;
    struct vm *vm;
    enum cp_state state;
    enum stop stop; /* CP_ENDED: why */
    enum cp_clock clock;
    unsigned share;   /* of what is not reserved */
    unsigned reserve; /* percent of the bare machine; 0: none */
    u64 limit;        /* icount at which it stops (CP_ENDED by STOP_LIMIT); UINT64_MAX: none */
    u64 pause,
        deadline; /* icount and time of its own at which it gets no more turns; UINT64_MAX: none */
    u64 power;    /* its time at which its power is gone; UINT64_MAX: it stays */
    u64 used;     /* time of the bare machine that it took, CP's for it included */
    u64 recent;   /* of this in the current second */
    u64 pass;     /* used, by share: the least goes next */
    u64 wake;     /* it waits until this time; 0: not, UINT64_MAX: for its clock or for input */
    u64 paid;     /* of its own time to come: it has waited for that already */
    u64 late;     /* it was called so much too late */
    u64 ticks, owed; /* of the clock: so far, and not yet delivered */
    struct cp_vm *next;
};

struct cp_config {
    struct machine_config bare;
    u64 slice; /* instructions; 0: CP_SLICE */
    u32 own;   /* bytes at the top of memory that CP keeps: HW_PLACE for VMTAB and for each VM by hv
                  or   with VM-assist; 0: there is none */
};

struct cp {
    struct machine *bare;
    struct vm_host host;
    struct alloc memory;
    struct cp_vm *vms; /* in the order in which they were added */
    u64 slice;
    u64 time;   /* the bare machine's, in instructions and what stands for them */
    u64 idle;   /* of this: all VMs waited */
    u64 pass;   /* that of the last who had a turn by its share */
    u64 second; /* the current one began then */
    u64 alone;  /* nobody else wants the processor before then; 0: that is not known */
    bool asked; /* cp_interrupt() */
    /* A VM had a turn; a VM stopped by itself. NULL: nobody wants to know. */
    void (*turned)(void *ctx, struct cp_vm *entry);
    void (*ended)(void *ctx, struct cp_vm *entry);
    void *ctx;
};

/* A bare machine and its CP. -errno. */
int cp_new(struct cp **cp, const struct cp_config *config, struct err *err);
/* All VMs go. NULL is allowed. */
void cp_free(struct cp *cp);

/* A VM, stopped, at its START key's zero. config->base counts only with `fixed`; else CP finds a
 * place. -EEXIST for a name that is there, -ENOMEM, -EBUSY, -EINVAL. */
int cp_add(struct cp *cp, const struct vm_config *config, bool fixed, struct cp_vm **entry,
           struct err *err);
/* It goes; its memory is scrubbed and free. */
void cp_remove(struct cp_vm *entry);
/* The VM of that name; NULL: none. */
struct cp_vm *cp_find(const struct cp *cp, const char *name);

/* Its ticks come by `clock` from now on. */
void cp_set_clock(struct cp_vm *entry, enum cp_clock clock);

/* It has so many percent for certain from now on. What it had by an earlier reservation beyond its
 * share is not held against it. -EINVAL: with the others' that is more than 100. */
int cp_set_reserve(struct cp_vm *entry, unsigned percent, struct err *err);

/* It may run (on), and no more: the operator's CONTINUE and HALT keys. */
void cp_start(struct cp_vm *entry);
void cp_halt(struct cp_vm *entry);

/* Its power fails: it traps to 24, has 2 milliseconds, and stops. And comes back: PC and PSW from
 * 24, as core memory allows. -EIO where 24 cannot be read. */
void cp_power_off(struct cp_vm *entry);
int cp_power_on(struct cp_vm *entry, struct err *err);

/* Something came for it from outside (input): it is looked at again. */
void cp_wake(struct cp_vm *entry);

/* Why cp_run() returned. */
enum cp_pause {
    CP_TIME,   /* the time is reached */
    CP_NOBODY, /* no VM runs */
    CP_ASLEEP, /* all that run wait for something from outside */
    CP_ASKED,  /* cp_interrupt() */
};

/* Give turns until CP's time is `until`. */
enum cp_pause cp_run(struct cp *cp, u64 until);

/* One turn for this VM, whoever else waits; its stop, as of machine_run(). For console functions:
 * `count` instructions at most. */
enum stop cp_turn(struct cp_vm *entry, u64 count);

/* cp_run() returns after the current turn. For who is called from inside it. */
void cp_interrupt(struct cp *cp);

#endif
