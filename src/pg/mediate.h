/* mediate.h - does a monitor's guest do what the bare machine does? The homomorphism of Popek and
 * Goldberg, of a monitor that runs: an instruction that it mediates, directly or not, must leave
 * the guest as the bare machine is left.
 *
 * A monitor is plugged in as a struct of functions. It makes a guest with the memory of the bare
 * machine, no more, which has a KT11, an FP11 and no option; a state is loaded, one instruction
 * executed, with the trap that it takes, and the state read back. Who drives it looks at nothing
 * else. pg.h has the states; monitor_cp.c plugs in CP.
 */
#ifndef VM11_PG_MEDIATE_H
#define VM11_PG_MEDIATE_H

#include "base/err.h"
#include "cpu/run.h"

#define PG_MEMORY 0400000u /* bytes of a guest's memory */

/* All that a machine is but its memory. */
struct pg_machine {
    u16 set[2][6], sp[4], pc, ps; /* R0-R5 by register set, SP by mode */
    u16 pirq, slr;
    u16 mmr0, mmr1, mmr2, mmr3; /* mmr1 and mmr2 where MMR0 is frozen, 0 else */
    u16 par[4][2][8], pdr[4][2][8];
    struct fp11 fp;
    u32 pending; /* ATTN_WAIT, and the requests of the instruction: T, YELLOW, MMU, FP, PROTECT */
    bool trace;  /* with ATTN_T: the trap comes before the next instruction */
    bool init;   /* INIT was on the guest's bus */
};

/* All functions but make() cannot fail. */
struct pg_monitor {
    /* A guest, run `how` the monitor can. -EINVAL, -ENOMEM. */
    int (*make)(void **guest, const char *how, struct err *err);
    void (*free)(void *guest);
    /* Its memory, PG_MEMORY bytes. */
    u8 *(*memory)(void *guest);
    void (*load)(void *guest, const struct pg_machine *machine);
    /* Execute one instruction: EXIT_LIMIT, or why the guest does not go on. */
    enum cpu_exit (*step)(void *guest);
    void (*read)(void *guest, struct pg_machine *machine);
};

/* CP's methods: `how` is METHOD[,supervisor[,moves]], as of `run --vm`. */
extern const struct pg_monitor pg_monitor_cp;

/* For monitors whose guest has a struct cpu: what it is, and that it be so. `init` is not the
 * processor's. */
void pg_machine_take(const struct cpu *cpu, struct pg_machine *machine);
void pg_machine_put(struct cpu *cpu, const struct pg_machine *machine);

/* The name of a part in which two machines differ; NULL: they are the same. */
const char *pg_machine_differs(const struct pg_machine *a, const struct pg_machine *b);

#endif
