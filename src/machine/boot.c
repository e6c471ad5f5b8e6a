/* boot.c - bootstraps into the ROM, and START: see boot.h. */
#include "machine/boot.h"

#include <errno.h>
#include <string.h>

#include "base/assert.h"
#include "dev/image.h"
#include "machine/machine.h"

/* Made from rk11boot.mac by the build. */
extern const u16 rk11boot[];
extern const unsigned rk11boot_words;

#define UNIT_WORD 1u /* where the bootstrap's first instruction has the drive's number */
#define BLOCK     512u

/* A pack without a boot block would run into the HALT that a word of zeros is. */
static int block_check(const char *unit, struct image *image, struct err *err)
{
    u8 block[BLOCK];
    int rc = image_read(image, 0, block, sizeof block, err);

    if (rc)
        return rc;
    for (unsigned i = 0; i < sizeof block; i++)
        if (block[i])
            return 0;
    return err_set(err, ENOEXEC, "%s: %s has no boot block: block 0 is all zeros", unit,
                   image_path(image));
}

static int rk11_check(struct machine *m, const char *unit, unsigned number, struct err *err)
{
    struct image *image = m->rk.drives[number].image;

    if (!image)
        return err_set(err, ENOMEDIUM,
                       "%s: nothing is attached to it; attach an image (-d %s=FILE)", unit, unit);
    return block_check(unit, image, err);
}

void boot_fill_rom(struct machine *m, unsigned number)
{
    base_assert(rk11boot_words <= ROM_WORDS);
    memset(m->rom.words, 0, sizeof m->rom.words);
    memcpy(m->rom.words, rk11boot, rk11boot_words * sizeof rk11boot[0]);
    m->rom.words[UNIT_WORD] = (u16)number;
}

int boot_unit(struct machine *m, const char *unit, struct err *err)
{
    unsigned number;
    struct device *dev = bus_find(&m->bus, unit, &number);
    int rc;

    if (!dev)
        return err_set(err, ENODEV, "%s: no such unit; this machine boots from rk0 to rk7", unit);
    if (dev != &m->rk.dev)
        return err_set(err, ENODEV,
                       "%s: there is no bootstrap for it; this machine boots from rk0 "
                       "to rk7",
                       unit);
    rc = rk11_check(m, unit, number, err);
    if (rc)
        return rc;
    boot_fill_rom(m, number);
    machine_start(m, ROM_BASE & 0177777);
    return 0;
}
