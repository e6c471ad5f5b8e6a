/* rk11.h - RK11-D disk controller with up to eight RK05 DECpack drives.
 *
 * A pack has 203 cylinders of 2 surfaces of 12 sectors of 256 words: 2,494,464 bytes. It turns
 * 25 times a second. One transfer runs at a time, while other drives seek.
 *
 *   777400 RKDS  15-13 drive of the last seek interrupt, 12 DPL, 11 RK05, 10 DRU, 9 SIN, 8 SOK,
 *                7 DRY, 6 R/W/S RDY, 5 WPS, 4 SC=SA, 3-0 sector counter (read only)
 *   777402 RKER  15 DRE, 14 OVR, 13 WLO, 12 SKE, 11 PGE, 10 NXM, 9 DLT, 8 TE, 7 NXD, 6 NXC,
 *                5 NXS (hard errors), 1 CSE, 0 WCE (soft errors) (read only)
 *   777404 RKCS  15 ERR, 14 HE, 13 SCP, 11 IBA, 10 FMT, 9 (unused, but there), 8 SSE, 7 RDY,
 *                6 IDE, 5-4 MEX, 3-1 function, 0 GO (write only)
 *   777406 RKWC  word count, two's complement
 *   777410 RKBA  bus address
 *   777412 RKDA  15-13 drive, 12-5 cylinder, 4 surface, 3-0 sector
 *   777414       the RK11-C's maintenance register: answers, and reads as 0, in the RK11-D
 *   777416 RKDB  the last word that went through (read only)
 */
#ifndef VM11_DEV_RK11_H
#define VM11_DEV_RK11_H

#include "bus/device.h"

#define RK11_BASE   0777400u
#define RK11_DRIVES 8u

#define RK05_CYLINDERS 203u
#define RK05_SECTORS   12u
#define RK05_WORDS     256u
#define RK05_CAPACITY  (RK05_CYLINDERS * 2 * RK05_SECTORS * RK05_WORDS * 2)
#define RK05_TURN      40000u /* microseconds */

enum rk11_function {
    RK11_CONTROL_RESET,
    RK11_WRITE,
    RK11_READ,
    RK11_WRITE_CHECK,
    RK11_SEEK,
    RK11_READ_CHECK,
    RK11_DRIVE_RESET,
    RK11_WRITE_LOCK,
};

/* What the control is at. */
enum rk11_phase {
    RK11_IDLE,
    RK11_START,  /* GO was given */
    RK11_WAIT,   /* for the heads of the drive */
    RK11_SECTOR, /* for the end of the sector in RKDA */
};

/* Why the control asks for an interrupt. */
enum rk11_request { RK11_NONE, RK11_DONE, RK11_SEEK_END };

struct rk11_drive {
    struct rk11 *rk;
    struct image *image; /* NULL: no cartridge */
    struct event seek;   /* the heads arrive */
};

struct rk11 {
    struct device dev;
    u16 rkds, rker, rkcs, rkwc, rkba, rkda, rkdb;
    u8 phase;                 /* enum rk11_phase */
    u8 function, drive;       /* as GO found them */
    u16 mode;                 /* IBA, FMT and SSE as GO found them */
    u8 request;               /* enum rk11_request */
    u8 found;                 /* the drive of a RK11_SEEK_END */
    u8 poll;                  /* counter of the hardware poll */
    u8 attention;             /* drives that have ended a seek that is not yet reported */
    u8 polled;                /* drives whose moving heads make an attention */
    u8 present;               /* drives that are cabled to the control */
    u8 locked;                /* drives in write protect mode */
    u8 unsafe;                /* drives with a fault: the host could not read or write */
    u8 cylinder[RK11_DRIVES]; /* where the heads are */
    u8 target[RK11_DRIVES];   /* where they go */
    u64 passed;               /* time at which the last sector had passed the heads */
    struct event step;        /* the control goes on */
    struct rk11_drive drives[RK11_DRIVES];
};

/* No drive is cabled. A drive comes with the first image that is attached to its unit, and stays,
 * without a cartridge, when that is detached. */
void rk11_init(struct rk11 *rk);

#endif
