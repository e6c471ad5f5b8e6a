/* rk11_transfer.c - the words of one sector between an RK05 and memory.
 *
 * A sector is moved at the moment at which its end passes the heads. RKWC and RKBA count with
 * every word, so after a bus time-out they show the word that failed; RKDA is counted by who
 * calls, after a sector without a hard error. The word in hand is in RKDB.
 *
 * Source: RK11-D moving head disk drive controller manual (EK-RK11D-MM-002), 1.3.2 and 3.2.
 */
#include "dev/rk11_impl.h"

#define SECTOR_BYTES (RK05_WORDS * 2)

static u32 bus_address(const struct rk11 *rk)
{
    return ((u32)(rk->rkcs & RKCS_MEX) << 12 | rk->rkba) & ~1u;
}

/* A word is over: the bus address carries into MEX, unless RKBA is held. */
static void word_count(struct rk11 *rk, bool address)
{
    rk->rkwc++;
    if (!address || rk->mode & RKCS_IBA)
        return;
    rk->rkba = (u16)(rk->rkba + 2);
    if (rk->rkba < 2)
        rk->rkcs = (u16)((rk->rkcs & ~RKCS_MEX) | ((rk->rkcs + 020) & RKCS_MEX));
}

static bool word_store(struct rk11 *rk, u16 value)
{
    rk->rkdb = value;
    if (!npr_write(&rk->dev, bus_address(rk), value)) {
        rk11_error(rk, RKER_NXM);
        return false;
    }
    word_count(rk, true);
    return true;
}

static bool word_fetch(struct rk11 *rk, u16 *value)
{
    if (!npr_read(&rk->dev, bus_address(rk), value)) {
        rk11_error(rk, RKER_NXM);
        return false;
    }
    rk->rkdb = *value;
    word_count(rk, true);
    return true;
}

static u64 sector_offset(u16 rkda)
{
    return (u64)rkda_number(rkda) * SECTOR_BYTES;
}

/* The host let the drive down: the guest sees a drive that is unsafe, the machine stops. */
static bool host_failed(struct rk11 *rk, const struct err *err)
{
    rk->unsafe |= (u8)(1u << rk->drive);
    rk11_error(rk, RKER_DRE);
    bus_fail(rk->dev.bus, err);
    return false;
}

static bool sector_load(struct rk11 *rk, u8 *data)
{
    struct err err = {0};
    struct image *image = rk->drives[rk->drive].image;

    if (image_read(image, sector_offset(rk->rkda), data, SECTOR_BYTES, &err) < 0)
        return host_failed(rk, &err);
    return true;
}

static bool sector_read(struct rk11 *rk, unsigned words)
{
    u8 data[SECTOR_BYTES];

    if (!sector_load(rk, data))
        return false;
    for (unsigned i = 0; i < words; i++)
        if (!word_store(rk, word_get(data + 2 * i)))
            return false;
    return true;
}

/* What memory does not give is written as zeros, also after a bus time-out: the control never
 * leaves a sector half written. Nothing is written where not even the first word came. */
static bool sector_write(struct rk11 *rk, unsigned words)
{
    u8 data[SECTOR_BYTES] = {0};
    struct image *image = rk->drives[rk->drive].image;
    struct err err = {0};
    unsigned i;
    u16 value;

    for (i = 0; i < words && word_fetch(rk, &value); i++)
        word_put(data + 2 * i, value);
    if (i && image_write(image, sector_offset(rk->rkda), data, SECTOR_BYTES, &err) < 0)
        return host_failed(rk, &err);
    return i == words;
}

static bool sector_compare(struct rk11 *rk, unsigned words)
{
    u8 data[SECTOR_BYTES];
    u16 value;

    if (!sector_load(rk, data))
        return false;
    for (unsigned i = 0; i < words; i++) {
        if (!word_fetch(rk, &value))
            return false;
        if (value != word_get(data + 2 * i))
            rk11_error(rk, RKER_WCE);
    }
    return true;
}

/* Only the checksum is looked at: no word goes over the bus. */
static bool sector_check(struct rk11 *rk, unsigned words)
{
    u8 data[SECTOR_BYTES];

    if (!sector_load(rk, data))
        return false;
    for (unsigned i = 0; i < words; i++)
        word_count(rk, false);
    return true;
}

bool rk11_sector(struct rk11 *rk)
{
    unsigned left = 0200000u - rk->rkwc;
    unsigned words = left < RK05_WORDS ? left : RK05_WORDS;

    switch (rk->function) {
    case RK11_READ:
        /* Format mode reads headers, one word a sector: the cylinder as it stands in RKDA. */
        if (rk->mode & RKCS_FMT)
            return word_store(rk, (u16)(rkda_cylinder(rk->rkda) << 5));
        return sector_read(rk, words);
    case RK11_WRITE:
        /* Format mode writes the header too, which an image does not hold. */
        return sector_write(rk, words);
    case RK11_WRITE_CHECK: return sector_compare(rk, words);
    default: return sector_check(rk, words);
    }
}
