/* rom.h - read-only memory in the I/O page, for bootstraps: a BM792 with contents of our own.
 *
 * 256 words at 773000. Writes time out, as on the real module.
 */
#ifndef VM11_DEV_ROM_H
#define VM11_DEV_ROM_H

#include "bus/device.h"

#define ROM_BASE  0773000u
#define ROM_WORDS 256u

struct rom {
    struct device dev;
    u16 words[ROM_WORDS];
};

void rom_init(struct rom *rom);

#endif
