/* lp11.h - LP11 line printer: a drum printer on a text file.
 *
 *   777514 LPS  15 ERROR, 7 DONE, 6 INT ENB
 *   777516 LPB  6-0 the character (write only)
 *
 * Unit: "lp", a file that the seven-bit characters are added to as they come, without NUL and DEL,
 * which a printer ignores. Columns are not counted: nothing is cut off.
 */
#ifndef VM11_DEV_LP11_H
#define VM11_DEV_LP11_H

#include "bus/device.h"
#include "dev/paper.h"

#define LP11_BASE 0777514

/* In microseconds. The handbook's printer makes 1110 lines a minute of 20 columns and 356 of 80:
 * it prints from a buffer of 20 characters, then feeds the paper. */
#define LP11_BUFFER    20u    /* characters */
#define LP11_CHAR_TIME 2u     /* into the buffer */
#define LP11_ZONE_TIME 38150u /* print the buffer */
#define LP11_FEED_TIME 15900u /* one line, or the rest of the form */

struct lp11 {
    struct device dev;
    struct paper paper;
    struct event ready;
    u16 lps;
    u8 busy;     /* the printer does not take a character */
    u8 buffered; /* characters in the printer's buffer */
};

void lp11_init(struct lp11 *lp);

#endif
