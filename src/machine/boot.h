/* boot.h - booting from a unit, as the console operator does it.
 *
 * The bootstrap of the unit's controller is put into the ROM at 773000 (see rk11boot.mac), and the
 * processor is started there: it reads block 0 of the unit to address 0, tries again after errors,
 * and jumps to 0 with R0 = unit and R1 = address of the controller's status register, as DEC's
 * bootstraps leave them.
 */
#ifndef VM11_MACHINE_BOOT_H
#define VM11_MACHINE_BOOT_H

#include "base/err.h"

struct machine;

/* The ROM has the bootstrap for drive `number` of the RK11. */
void boot_fill_rom(struct machine *machine, unsigned number);

/* LOAD ADRS 773000, START, with the bootstrap for `unit` ("rk0" to "rk7") in the ROM. -ENODEV
 * where there is no such unit or no bootstrap for it, -ENOMEDIUM where nothing is attached to it,
 * -ENOEXEC where its first block is all zeros. */
int boot_unit(struct machine *machine, const char *unit, struct err *err);

#endif
