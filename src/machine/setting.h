/* setting.h - REG=VALUE and ADDRESS=VALUE: what is put into a machine before it runs. */
#ifndef VM11_MACHINE_SETTING_H
#define VM11_MACHINE_SETTING_H

#include "machine/machine.h"

struct setting {
    enum { SETTING_REG, SETTING_PS, SETTING_SWITCHES, SETTING_MEMORY } kind;
    u32 number; /* of the register; the address */
    u16 value;
};

/* "pc=1000", "sr=173030", "177570=7": a register, the PSW, the switches, or a word at an even
 * physical address; numbers are octal. -EINVAL, with a did-you-mean. */
int setting_parse(const char *text, struct setting *setting, struct err *err);

/* Do it. -EINVAL where nothing answers. */
int setting_apply(const struct setting *setting, struct machine *machine, struct err *err);

#endif
