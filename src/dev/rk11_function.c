/* rk11_function.c - the functions of the RK11-D: how they start, take their time and end.
 *
 * GO takes RDY away; a few microseconds later the control knows whether it can do the function.
 * A Seek or Drive Reset is over for the control as soon as the drive has accepted it. A transfer
 * waits for the heads, which it moves itself where they are elsewhere, then for the sector, and
 * ends with the last sector's end.
 *
 * The times are those of the RK05 (EK-RK05-OP-001, 1-2): 40 ms a turn; 10 ms to the next cylinder,
 * 50 ms on average, 85 ms for 200 cylinders, to which a square root fits well.
 *
 * Sources: RK11-D manual (EK-RK11D-MM-002) 1.3.2 and 3.2. Where it is silent: all errors that can
 * be seen at the start come on together; GO while RDY is off is ignored, except for a Control
 * Reset; a function for a drive whose heads are moving waits for them.
 */
#include "dev/rk11_impl.h"

#define START_TIME 5u  /* microseconds from GO to the first decision */
#define SETTLE     20u /* a seek to where the heads are */

static struct rk11_drive *drive(struct rk11 *rk)
{
    return &rk->drives[rk->drive];
}

static u8 drive_bit(const struct rk11 *rk)
{
    return (u8)(1u << rk->drive);
}

static void function_end(struct rk11 *rk)
{
    rk->phase = RK11_IDLE;
    rk->rkcs |= RKCS_RDY;
    if (rk->rkcs & RKCS_IDE)
        rk->request = RK11_DONE;
    rk11_request(rk);
    rk11_poll(rk);
}

static u32 square_root(u32 n)
{
    u32 root = 0;

    for (u32 bit = 1u << 15; bit; bit >>= 1)
        if ((u64)(root | bit) * (root | bit) <= n)
            root |= bit;
    return root;
}

/* Microseconds for `distance` cylinders: 4293 + 5707 sqrt(distance). */
static u32 seek_time(unsigned distance)
{
    return distance ? 4293 + 5707 * square_root(distance * 10000) / 100 : SETTLE;
}

static void heads_move(struct rk11 *rk, unsigned cylinder)
{
    unsigned from = rk->cylinder[rk->drive];

    rk->target[rk->drive] = (u8)cylinder;
    event_after(&rk->dev.bus->events, &drive(rk)->seek,
                seek_time(from < cylinder ? cylinder - from : from - cylinder));
}

/* The sector in RKDA is caught when its start passes the heads. */
static void sector_wait(struct rk11 *rk)
{
    u32 sector = rk->rkda & RKDA_SECTOR;
    u32 start = sector * RK05_TURN / RK05_SECTORS;
    u32 end = (sector + 1) * RK05_TURN / RK05_SECTORS;
    u32 at = (u32)(rk->passed % RK05_TURN);
    u64 now = rk11_now(rk);

    rk->passed += (start + RK05_TURN - at) % RK05_TURN + (end - start);
    rk->phase = RK11_SECTOR;
    event_after(&rk->dev.bus->events, &rk->step, rk->passed > now ? rk->passed - now : 1);
}

/* The drive is fit for the function: go on as soon as its heads rest. */
static void function_proceed(struct rk11 *rk)
{
    rk->phase = RK11_WAIT;
    if (event_queued(&drive(rk)->seek))
        return;
    switch (rk->function) {
    case RK11_DRIVE_RESET:
        rk->unsafe &= (u8)~drive_bit(rk);
        rk->polled |= drive_bit(rk);
        heads_move(rk, 0);
        function_end(rk);
        break;
    case RK11_SEEK:
        rk->polled |= drive_bit(rk);
        heads_move(rk, rkda_cylinder(rk->rkda));
        function_end(rk);
        break;
    default:
        if (rk->cylinder[rk->drive] != rkda_cylinder(rk->rkda))
            heads_move(rk, rkda_cylinder(rk->rkda));
        else
            sector_wait(rk);
    }
}

/* Sectors of the cartridge: a minidisk is one that ends early. */
static u32 sectors(const struct rk11 *rk)
{
    const struct image *image = rk->drives[rk->drive].image;

    return (u32)((image ? image_capacity(image) : RK05_CAPACITY) / (RK05_WORDS * 2));
}

unsigned rk11_beyond(const struct rk11 *rk)
{
    unsigned cylinder = rkda_cylinder(rk->rkda), errors = 0;

    if ((rk->rkda & RKDA_SECTOR) >= RK05_SECTORS)
        errors |= RKER_NXS;
    if (cylinder >= RK05_CYLINDERS || cylinder * 2 * RK05_SECTORS >= sectors(rk))
        errors |= RKER_NXC;
    else if (rkda_number(rk->rkda) >= sectors(rk))
        errors |= RKER_NXS;
    return errors;
}

static unsigned start_errors(const struct rk11 *rk)
{
    bool addressed = rk->function != RK11_DRIVE_RESET && rk->function != RK11_WRITE_LOCK;
    unsigned errors = 0;

    if (!(rk->present & drive_bit(rk)))
        errors |= RKER_NXD;
    if (!rk->drives[rk->drive].image)
        errors |= RKER_DRE;
    if (rk->unsafe & drive_bit(rk) && rk->function != RK11_DRIVE_RESET)
        errors |= RKER_DRE;
    if (rk->mode & RKCS_FMT && rk->function != RK11_READ && rk->function != RK11_WRITE)
        errors |= RKER_PGE;
    if (addressed)
        errors |= rk11_beyond(rk);
    if (rk->function == RK11_WRITE && rk->locked & drive_bit(rk))
        errors |= RKER_WLO;
    return errors;
}

/* A hard error that no reset has cleared yet stops every function at once. */
static void function_begin(struct rk11 *rk)
{
    unsigned errors;

    if (rk->rkcs & RKCS_HE) {
        function_end(rk);
        return;
    }
    errors = start_errors(rk);
    if (errors) {
        rk11_error(rk, errors);
        function_end(rk);
        return;
    }
    if (rk->function == RK11_WRITE_LOCK) {
        rk->locked |= drive_bit(rk);
        function_end(rk);
        return;
    }
    rk->passed = rk11_now(rk);
    function_proceed(rk);
}

/* RKDA to the next sector; false where the last one of the cartridge was left. */
static bool sector_advance(struct rk11 *rk)
{
    bool last = rkda_number(rk->rkda) + 1 >= sectors(rk);

    if ((rk->rkda & RKDA_SECTOR) < RK05_SECTORS - 1)
        rk->rkda++;
    else /* the carry out of the surface bit is the next cylinder */
        rk->rkda = (u16)((rk->rkda & ~RKDA_SECTOR) + RKDA_SURFACE);
    return !last;
}

static void sector_end(struct rk11 *rk)
{
    bool more, stop;

    if (!rk11_sector(rk)) {
        function_end(rk);
        return;
    }
    more = sector_advance(rk);
    stop = rk->rkwc == 0 || (rk->mode & RKCS_SSE && rk->rker & RKER_SOFT);
    if (!stop && !more)
        rk11_error(rk, RKER_OVR);
    if (stop || !more)
        function_end(rk);
    else
        function_proceed(rk);
}

void rk11_step_fire(void *ctx)
{
    struct rk11 *rk = ctx;

    if (rk->phase == RK11_START)
        function_begin(rk);
    else
        sector_end(rk);
}

void rk11_seek_fire(void *ctx)
{
    struct rk11_drive *arrived = ctx;
    struct rk11 *rk = arrived->rk;
    unsigned unit = (unsigned)(arrived - rk->drives);
    u8 bit = (u8)(1u << unit);

    rk->cylinder[unit] = rk->target[unit];
    if (rk->phase == RK11_WAIT && rk->drive == unit) {
        rk->polled &= (u8)~bit;
        rk->passed = rk11_now(rk);
        function_proceed(rk);
        return;
    }
    rk->attention |= rk->polled & bit;
    rk->polled &= (u8)~bit;
    rk11_poll(rk);
}

void rk11_go(struct rk11 *rk)
{
    rk->function = (u8)((rk->rkcs & RKCS_FUNC) >> 1);
    if (rk->function == RK11_CONTROL_RESET) {
        rk11_control_reset(rk);
        return;
    }
    /* A seek that was found but not yet granted is found again; a new function for a drive makes
     * its old one's end uninteresting. */
    if (rk->request == RK11_SEEK_END)
        rk->attention |= (u8)(1u << rk->found);
    rk->request = RK11_NONE;
    rk->drive = (u8)rkda_drive(rk->rkda);
    rk->attention &= (u8)~drive_bit(rk);
    rk->mode = rk->rkcs & (RKCS_IBA | RKCS_FMT | RKCS_SSE);
    rk->rkcs &= (u16) ~(RKCS_RDY | RKCS_SCP);
    rk->rkds = 0;
    rk11_forget_soft(rk);
    rk->phase = RK11_START;
    event_after(&rk->dev.bus->events, &rk->step, START_TIME);
    rk11_request(rk);
}

void rk11_control_reset(struct rk11 *rk)
{
    event_cancel(&rk->dev.bus->events, &rk->step);
    rk->phase = RK11_IDLE;
    rk->request = RK11_NONE;
    rk->attention = 0;
    rk->rkds = rk->rker = rk->rkwc = rk->rkba = rk->rkda = rk->rkdb = 0;
    rk->rkcs = RKCS_RDY;
    rk11_request(rk);
}

void rk11_drive_lost(struct rk11 *rk)
{
    event_cancel(&rk->dev.bus->events, &rk->step);
    rk11_error(rk, RKER_DRE);
    function_end(rk);
}
