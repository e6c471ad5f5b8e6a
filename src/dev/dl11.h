/* dl11.h - DL11-C asynchronous line interface: the console.
 *
 * An LA30 DECwriter or a teletype hangs on the 20 mA loop of a DL11-A or DL11-C; the C has the
 * error bits of RBUF and BREAK besides, and is the one that is modelled. 9600 baud, eight bits, no
 * parity, one stop bit: all eight bits pass both ways. Who wants parity adds or strips it on the
 * host's side of the line.
 *
 *   777560 RCSR  11 RCVR ACT, 7 RCVR DONE, 6 RCVR INT ENB, 0 RDR ENB (write only)
 *   777562 RBUF  15 ERROR, 14 OR ERR, 13 FR ERR, 12 P ERR, 7-0 the character
 *   777564 XCSR  7 XMIT RDY, 6 XMIT INT ENB, 2 MAINT, 0 BREAK
 *   777566 XBUF  7-0 the character (write only)
 */
#ifndef VM11_DEV_DL11_H
#define VM11_DEV_DL11_H

#include "bus/device.h"
#include "dev/line.h"

#define DL11_BASE 0777560

/* Times in microseconds: ten bits of 1/9600 s. The receiver is active from the middle of the
 * start bit to the middle of the stop bit. */
#define DL11_HALF 52u  /* half a bit */
#define DL11_DATA 938u /* from the middle of the start bit to the middle of the stop bit */
#define DL11_LOAD 10u  /* from XBUF to an idle shift register: a clock or two of bit time / 16 */

enum dl11_phase { DL11_IDLE, DL11_LOADING, DL11_START, DL11_BITS, DL11_STOP };

struct dl11 {
    struct device dev;
    struct line *line; /* borrowed; NULL: nothing is connected */
    struct event receive, transmit;
    u16 rcsr, rbuf, xcsr;
    u8 xbuf;     /* the transmitter's holding register */
    u8 xshift;   /* its shift register */
    u8 rx, tx;   /* enum dl11_phase */
    u8 looped;   /* the character in xshift goes to the receiver */
    u8 rx_break; /* what the receiver is at is a BREAK, not a character */
};

void dl11_init(struct dl11 *dl);

/* Connect the interface to the device side of `line`, which must outlive it. Once. */
void dl11_connect(struct dl11 *dl, struct line *line);

#endif
