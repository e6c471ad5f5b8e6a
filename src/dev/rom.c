/* rom.c - read-only memory in the I/O page: see rom.h. */
#include "dev/rom.h"

#include <string.h>

static u16 rom_read(struct device *dev, unsigned offset, enum io_cycle cycle)
{
    struct rom *rom = container_of(dev, struct rom, dev);

    return rom->words[offset / 2];
}

static const struct reg_info rom_regs[] = {
    {"ROM", 0, offsetof(struct rom, words), 2, ROM_WORDS},
};

static const struct device_ops rom_ops = {
    .name = "rom",
    .about = "BM792 bootstrap memory",
    .regs = rom_regs,
    .reg_count = ARRAY_LEN(rom_regs),
    .words = ROM_WORDS,
    .read = rom_read,
    .steady = UINT32_MAX,
};

void rom_init(struct rom *rom)
{
    memset(rom, 0, sizeof *rom);
    rom->dev.ops = &rom_ops;
}
