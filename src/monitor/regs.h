/* regs.h - everything in the machine that has a name and a value, but memory.
 *
 * Processor: r0-r5 sp pc of the current set and mode, r00-r05 r10-r15 of both sets, ksp ssp usp,
 * ps (psw) and its parts (ps.n ... ps.mode), pirq slr sr dr ubreak, mmr0-mmr3, the PARs and PDRs
 * (kipar0 ... udpdr7), fps fea fec ac0-ac5, icount, time, hash. Devices: the registers of their
 * tables (rkcs, rk.rkcs), and with the device's name what has no address (rk.phase, rk.cylinder.3),
 * which cannot be set. Upper and lower case alike.
 *
 * Reading is without effect. Writing sets the state itself, not what a program's write would do.
 */
#ifndef VM11_MONITOR_REGS_H
#define VM11_MONITOR_REGS_H

#include "machine/machine.h"

/* A name that was found. */
struct reg {
    const char *name;
    u8 kind; /* regs.c's */
    u8 index;
    u8 bytes;    /* of the value: 1, 2, 4, 8 */
    bool fixed;  /* cannot be set */
    void *field; /* of a device */
};

/* The register called by the `len` characters at `name`; false: there is none. */
bool reg_find(struct machine *machine, const char *name, size_t len, struct reg *reg);

u64 reg_get(const struct machine *machine, const struct reg *reg);

/* -EINVAL where the value is too large for it, or the register is fixed. */
int reg_set(struct machine *machine, const struct reg *reg, u64 value, struct err *err);

/* The `index`-th name, for completion and did-you-mean: in `name`; false after the last. */
#define REG_NAME_MAX 24
bool reg_name(const struct machine *machine, unsigned index, char name[REG_NAME_MAX]);

#endif
