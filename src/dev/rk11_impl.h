/* rk11_impl.h - what the files of the RK11-D share: register bits, and the calls between them.
 *
 * rk11.c has the registers, the interrupts and the drives' cartridges; rk11_function.c starts and
 * ends functions and moves heads; rk11_transfer.c moves the words of one sector.
 */
#ifndef VM11_DEV_RK11_IMPL_H
#define VM11_DEV_RK11_IMPL_H

#include "bus/unibus.h"
#include "dev/image.h"
#include "dev/rk11.h"

#define RKDS_IDENT 0160000u
#define RKDS_RK05  004000u
#define RKDS_DRU   002000u
#define RKDS_SOK   000400u
#define RKDS_DRY   000200u
#define RKDS_RWS   000100u
#define RKDS_WPS   000040u
#define RKDS_SCSA  000020u

#define RKER_DRE  0100000u
#define RKER_OVR  0040000u
#define RKER_WLO  0020000u
#define RKER_PGE  0004000u
#define RKER_NXM  0002000u
#define RKER_NXD  0000200u
#define RKER_NXC  0000100u
#define RKER_NXS  0000040u
#define RKER_WCE  0000001u
#define RKER_HARD 0177740u
#define RKER_SOFT 0000003u

#define RKCS_ERR   0100000u
#define RKCS_HE    0040000u
#define RKCS_SCP   0020000u
#define RKCS_IBA   0004000u
#define RKCS_FMT   0002000u
#define RKCS_SSE   0000400u
#define RKCS_RDY   0000200u
#define RKCS_IDE   0000100u
#define RKCS_MEX   0000060u
#define RKCS_FUNC  0000016u
#define RKCS_GO    0000001u
#define RKCS_WRITE 0007576u /* bits that a program writes, but for GO */

#define RKDA_SECTOR  017u
#define RKDA_SURFACE 020u

static inline unsigned rkda_cylinder(u16 rkda)
{
    return rkda >> 5 & 0377;
}

static inline unsigned rkda_drive(u16 rkda)
{
    return rkda >> 13;
}

static inline u64 rk11_now(const struct rk11 *rk)
{
    const struct event_queue *events = &rk->dev.bus->events;

    return events->now(events->ctx);
}

/* The number of a sector on its pack. */
static inline u32 rkda_number(u16 rkda)
{
    u32 track = rkda_cylinder(rkda) * 2 + (rkda & RKDA_SURFACE ? 1 : 0);

    return track * RK05_SECTORS + (rkda & RKDA_SECTOR);
}

/* rk11_function.c: NXS or NXC where the drive has no such sector, else 0. */
unsigned rk11_beyond(const struct rk11 *rk);

/* rk11.c: error bits come on, with ERR and HE in RKCS. */
void rk11_error(struct rk11 *rk, unsigned errors);
/* The soft errors go, as at the start of a function. */
void rk11_forget_soft(struct rk11 *rk);
/* The interrupt request line follows the state. */
void rk11_request(struct rk11 *rk);
/* The hardware poll looks for a drive that has ended its seek. */
void rk11_poll(struct rk11 *rk);

/* rk11_function.c: the function in RKCS begins; Control Reset is over when this returns. */
void rk11_go(struct rk11 *rk);
/* The control drops what it is at and clears its registers; heads in motion arrive unseen. */
void rk11_control_reset(struct rk11 *rk);
/* The drive that the control is at is gone. */
void rk11_drive_lost(struct rk11 *rk);
/* Events. */
void rk11_step_fire(void *ctx);
void rk11_seek_fire(void *ctx);

/* rk11_transfer.c: move the words of the sector in RKDA. False after a hard error. */
bool rk11_sector(struct rk11 *rk);

#endif
