/* pc11.h - PC11 paper tape reader and punch: two devices that share a controller's name.
 *
 *   777550 PRS  15 ERROR, 11 BUSY, 7 DONE, 6 INT ENB, 0 RDR ENB (write only)
 *   777552 PRB  7-0 the frame that was read
 *   777554 PPS  15 ERROR, 7 READY, 6 INT ENB
 *   777556 PPB  7-0 the frame to punch (write only)
 *
 * Units: "pr", a regular file of frames, one byte each; "pp", a file that frames are added to.
 */
#ifndef VM11_DEV_PC11_H
#define VM11_DEV_PC11_H

#include "bus/device.h"
#include "dev/paper.h"

#define PC11_READER_BASE 0777550
#define PC11_PUNCH_BASE  0777554

/* In microseconds. */
#define PC11_READ_TIME  3333u  /* 300 frames a second */
#define PC11_PUNCH_TIME 20000u /* 50 frames a second */

struct pc11_reader {
    struct device dev;
    struct paper tape;
    struct event frame;
    u16 prs;
    u8 prb;
};

struct pc11_punch {
    struct device dev;
    struct paper tape;
    struct event frame;
    u16 pps;
    u8 ppb;
};

void pc11_reader_init(struct pc11_reader *pr);
void pc11_punch_init(struct pc11_punch *pp);

#endif
