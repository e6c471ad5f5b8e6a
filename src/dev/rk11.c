/* rk11.c - RK11-D disk controller: registers, interrupts and cartridges. See rk11.h.
 *
 * Sources: RK11-D and RK11-E moving head disk drive controller manuals (EK-RK11D-MM-002, and
 * -OP-001), chapter 3; PDP-11 Peripherals Handbook (1976), "RK11". What is easily got wrong:
 *
 * - Interrupts come from two sides. With IDE set, the control interrupts when a function ends
 *   (RDY rises) or when IDE is set while RDY is on. A Seek ends for the control when the drive
 *   has accepted it; when the heads arrive, the hardware poll finds the drive, puts its number
 *   into RKDS, sets SCP and interrupts again. The poll runs only while RDY and IDE are on; a seek
 *   that ends while a transfer runs is found after it, one that ends without IDE is not reported.
 * - Only one drive is reported at a time: RKDS and SCP stay for the handler until the next grant.
 * - Hard errors stay until INIT or Control Reset; soft ones go when a function starts.
 * - RKDA takes no write while the control is busy.
 */
#include "dev/rk11.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "dev/rk11_impl.h"

enum { RKDS = 0, RKER = 2, RKCS = 4, RKWC = 6, RKBA = 010, RKDA = 012, RKDB = 016 };

#define COUNTING 10u /* microseconds in which the sector counter is not to be trusted */

static void summary_set(struct rk11 *rk)
{
    rk->rkcs &= (u16) ~(RKCS_ERR | RKCS_HE);
    if (rk->rker)
        rk->rkcs |= RKCS_ERR;
    if (rk->rker & RKER_HARD)
        rk->rkcs |= RKCS_HE;
}

void rk11_error(struct rk11 *rk, unsigned errors)
{
    rk->rker |= (u16)errors;
    summary_set(rk);
}

void rk11_forget_soft(struct rk11 *rk)
{
    rk->rker &= (u16)~RKER_SOFT;
    summary_set(rk);
}

void rk11_request(struct rk11 *rk)
{
    if (rk->request != RK11_NONE && rk->rkcs & RKCS_RDY && rk->rkcs & RKCS_IDE)
        irq_raise(&rk->dev, 0);
    else
        irq_lower(&rk->dev, 0);
}

static void seek_report(struct rk11 *rk)
{
    rk->rkcs |= RKCS_SCP;
    rk->rkds = (u16)(rk->found << 13);
}

/* Find a drive to report: false where there is none, or where the poll does not run. */
static bool poll_find(struct rk11 *rk)
{
    if (!(rk->rkcs & RKCS_RDY) || rk->request != RK11_NONE)
        return false;
    if (!(rk->rkcs & RKCS_IDE))
        rk->attention = 0;
    if (!rk->attention)
        return false;
    do
        rk->poll = (rk->poll + 1) % RK11_DRIVES;
    while (!(rk->attention >> rk->poll & 1));
    rk->attention &= (u8) ~(1u << rk->poll);
    rk->found = rk->poll;
    rk->request = RK11_SEEK_END;
    return true;
}

void rk11_poll(struct rk11 *rk)
{
    if (!poll_find(rk))
        return;
    seek_report(rk);
    rk11_request(rk);
}

static void rk11_ack(struct device *dev, unsigned line)
{
    struct rk11 *rk = (struct rk11 *)dev;

    if (rk->request == RK11_SEEK_END)
        seek_report(rk);
    rk->request = RK11_NONE;
    /* The next drive asks at once, but shows itself when it is granted. */
    if (poll_find(rk))
        rk11_request(rk);
}

static u16 drive_status(struct rk11 *rk)
{
    unsigned unit = rkda_drive(rk->rkda);
    u32 at = (u32)(rk11_now(rk) % RK05_TURN) * RK05_SECTORS;
    u32 sector = at / RK05_TURN;
    u8 bit = (u8)(1u << unit);
    unsigned status = RKDS_RK05;

    if (!(rk->present & bit))
        return 0;
    if (rk->locked & bit)
        status |= RKDS_WPS;
    if (rk->unsafe & bit)
        status |= RKDS_DRU;
    if (!rk->drives[unit].image)
        return (u16)status;
    if (!(rk->unsafe & bit))
        status |= RKDS_DRY;
    if (!event_queued(&rk->drives[unit].seek) && !(rk->phase != RK11_IDLE && rk->drive == unit))
        status |= RKDS_RWS;
    if (at % RK05_TURN >= COUNTING * RK05_SECTORS)
        status |= RKDS_SOK;
    if (sector == (rk->rkda & RKDA_SECTOR))
        status |= RKDS_SCSA;
    return (u16)(status | sector);
}

static u16 rk11_read(struct device *dev, unsigned offset, enum io_cycle cycle)
{
    struct rk11 *rk = (struct rk11 *)dev;

    switch (offset) {
    case RKDS: rk->rkds = (u16)((rk->rkds & RKDS_IDENT) | drive_status(rk)); return rk->rkds;
    case RKER: return rk->rker;
    case RKCS: return rk->rkcs;
    case RKWC: return rk->rkwc;
    case RKBA: return rk->rkba;
    case RKDA: return rk->rkda;
    case RKDB: return rk->rkdb;
    }
    return 0;
}

static void rkcs_write(struct rk11 *rk, u16 value, u16 mask)
{
    u16 was = rk->rkcs, bits = mask & RKCS_WRITE;
    bool go = value & mask & RKCS_GO;
    bool reset;

    rk->rkcs = (u16)((was & ~bits) | (value & bits));
    reset = (rk->rkcs & RKCS_FUNC) >> 1 == RK11_CONTROL_RESET;
    if (go && (was & RKCS_RDY || reset)) {
        rk11_go(rk);
        return;
    }
    if (!(rk->rkcs & RKCS_IDE))
        rk->request = RK11_NONE;
    else if (!(was & RKCS_IDE) && rk->rkcs & RKCS_RDY)
        rk->request = RK11_DONE;
    rk11_request(rk);
}

static void bits_write(u16 *reg, u16 value, u16 mask)
{
    *reg = (u16)((*reg & ~mask) | (value & mask));
}

static void rk11_write(struct device *dev, unsigned offset, u16 value, u16 mask)
{
    struct rk11 *rk = (struct rk11 *)dev;

    switch (offset) {
    case RKCS: rkcs_write(rk, value, mask); break;
    case RKWC: bits_write(&rk->rkwc, value, mask); break;
    case RKBA: bits_write(&rk->rkba, value, mask); break;
    case RKDA:
        if (rk->rkcs & RKCS_RDY)
            bits_write(&rk->rkda, value, mask);
        break;
    }
}

static void rk11_reset(struct device *dev)
{
    struct rk11 *rk = (struct rk11 *)dev;

    rk->polled = 0;
    rk->poll = 0;
    rk11_control_reset(rk);
}

/* A cartridge may have fewer sectors than an RK05's, but no more. */
static int image_take(struct rk11_drive *drive, struct image *image, struct err *err)
{
    if (image_capacity(image) > RK05_CAPACITY)
        return err_set(err, EINVAL, "%s: %llu bytes, but an RK05 has %u", image_path(image),
                       (unsigned long long)image_capacity(image), RK05_CAPACITY);
    drive->image = image;
    return 0;
}

static int rk11_attach(struct device *dev, unsigned unit, const struct attach *how, struct err *err)
{
    struct rk11 *rk = (struct rk11 *)dev;
    struct rk11_drive *drive = &rk->drives[unit];
    u8 bit = (u8)(1u << unit);
    int rc;

    if (drive->image)
        return err_set(err, EBUSY, "rk%u: holds %s; detach that first", unit,
                       image_path(drive->image));
    if (!how->image)
        rc = image_open(&drive->image, how, RK05_CAPACITY, dev->bus->log, err);
    else
        rc = image_take(drive, how->image, err);
    if (rc)
        return rc;
    rk->present |= bit;
    rk->unsafe &= (u8)~bit;
    rk->locked &= (u8)~bit;
    if (image_read_only(drive->image))
        rk->locked |= bit;
    rk->cylinder[unit] = 0;
    return 0;
}

static int rk11_detach(struct device *dev, unsigned unit, struct err *err)
{
    struct rk11 *rk = (struct rk11 *)dev;
    struct rk11_drive *drive = &rk->drives[unit];
    u8 bit = (u8)(1u << unit);
    int rc;

    if (!drive->image)
        return err_set(err, ENOENT, "rk%u: nothing is attached", unit);
    rc = image_flush(drive->image, err);
    image_close(drive->image);
    drive->image = NULL;
    event_cancel(&dev->bus->events, &drive->seek);
    rk->polled &= (u8)~bit;
    rk->attention &= (u8)~bit;
    if (rk->phase != RK11_IDLE && rk->drive == unit)
        rk11_drive_lost(rk);
    return rc;
}

/* What the control is at must be possible with the cartridges that are in. */
static int rk11_restored(struct device *dev, struct err *err)
{
    const struct rk11 *rk = (struct rk11 *)dev;
    bool busy = rk->phase == RK11_WAIT || rk->phase == RK11_SECTOR;
    unsigned protected = 0, in = 0;

    for (unsigned unit = 0; unit < RK11_DRIVES; unit++) {
        const struct image *image = rk->drives[unit].image;

        in |= image ? 1u << unit : 0;
        protected |= image && image_read_only(image) ? 1u << unit : 0;
    }
    if (rk->phase > RK11_SECTOR || rk->function > RK11_WRITE_LOCK || rk->drive >= RK11_DRIVES ||
        rk->found >= RK11_DRIVES || rk->poll >= RK11_DRIVES || rk->request > RK11_SEEK_END)
        return err_set(err, EINVAL, "rk: an impossible state");
    if (in & ~rk->present || protected & ~rk->locked)
        return err_set(err, EINVAL, "rk: a drive that is write-protected now, or was absent then");
    if (busy && (!(in >> rk->drive & 1) || rk11_beyond(rk)))
        return err_set(err, EINVAL, "rk: a transfer without a cartridge, or beyond its end");
    return 0;
}

static int rk11_flush(struct device *dev, struct err *err)
{
    struct rk11 *rk = (struct rk11 *)dev;
    int rc = 0;

    for (unsigned unit = 0; unit < RK11_DRIVES; unit++) {
        struct image *image = rk->drives[unit].image;
        int one = image ? image_flush(image, err) : 0;

        if (!rc)
            rc = one;
    }
    return rc;
}

static void rk11_fini(struct device *dev)
{
    struct rk11 *rk = (struct rk11 *)dev;

    for (unsigned unit = 0; unit < RK11_DRIVES; unit++) {
        image_close(rk->drives[unit].image);
        rk->drives[unit].image = NULL;
    }
}

#define ROW(name, offset, field)                                                                   \
    {                                                                                              \
        name, offset, offsetof(struct rk11, field), sizeof(((struct rk11 *)NULL)->field), 1        \
    }
#define STATE(name, field) ROW(name, REG_NO_ADDRESS, field)
#define BYTES(name, field)                                                                         \
    {                                                                                              \
        name, REG_NO_ADDRESS, offsetof(struct rk11, field), 1, RK11_DRIVES                         \
    }

static const struct reg_info rk11_regs[] = {
    ROW("RKDS", RKDS, rkds), ROW("RKER", RKER, rker),     ROW("RKCS", RKCS, rkcs),
    ROW("RKWC", RKWC, rkwc), ROW("RKBA", RKBA, rkba),     ROW("RKDA", RKDA, rkda),
    ROW("RKDB", RKDB, rkdb), STATE("phase", phase),       STATE("function", function),
    STATE("drive", drive),   STATE("mode", mode),         STATE("request", request),
    STATE("found", found),   STATE("poll", poll),         STATE("attention", attention),
    STATE("polled", polled), STATE("present", present),   STATE("locked", locked),
    STATE("unsafe", unsafe), BYTES("cylinder", cylinder), BYTES("target", target),
    STATE("passed", passed),
};

static const struct device_ops rk11_ops = {
    .name = "rk",
    .about = "RK11-D disk controller, eight RK05",
    .regs = rk11_regs,
    .reg_count = ARRAY_LEN(rk11_regs),
    .words = 8,
    .units = RK11_DRIVES,
    .read = rk11_read,
    .steady = 0377,
    .timed = 1u << RKDS / 2, /* it tells which sector is under the heads */
    .write = rk11_write,
    .reset = rk11_reset,
    .ack = rk11_ack,
    .attach = rk11_attach,
    .detach = rk11_detach,
    .restored = rk11_restored,
    .flush = rk11_flush,
    .fini = rk11_fini,
};

void rk11_init(struct rk11 *rk)
{
    static const char *const names[RK11_DRIVES] = {"rk0 seek", "rk1 seek", "rk2 seek", "rk3 seek",
                                                   "rk4 seek", "rk5 seek", "rk6 seek", "rk7 seek"};

    memset(rk, 0, sizeof *rk);
    rk->dev.ops = &rk11_ops;
    rk->dev.lines[0] = (struct irq_line){.level = 5, .vector = 0220};
    rk->rkcs = RKCS_RDY;
    event_init(&rk->step, "rk control", rk11_step_fire, rk);
    for (unsigned unit = 0; unit < RK11_DRIVES; unit++) {
        rk->drives[unit].rk = rk;
        event_init(&rk->drives[unit].seek, names[unit], rk11_seek_fire, &rk->drives[unit]);
    }
}
