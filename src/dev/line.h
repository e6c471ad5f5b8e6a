/* line.h - one end of a serial connection: what a DL11 has in place of a cable.
 *
 * The device side takes characters that came in and sends characters out; the host side (a
 * terminal, a socket, a script) puts characters in and provides a sink. The queue is short on
 * purpose: who has much to type keeps it and looks at line_space().
 */
#ifndef VM11_DEV_LINE_H
#define VM11_DEV_LINE_H

#include "base/types.h"

#define LINE_QUEUE 16u
#define LINE_PAST  64u /* characters that were sent, which are remembered */

struct line {
    void (*sink)(void *ctx, u8 ch); /* to the host; NULL: nobody listens */
    void *sink_ctx;
    void (*arrived)(void *ctx); /* to the device: input is waiting */
    void *arrived_ctx;
    u8 queue[LINE_QUEUE];
    unsigned head, count;
    bool muted;             /* what is sent now has been sent before: the sink does not get it */
    void (*tap)(void *ctx); /* a character was sent, muted or not; NULL: nobody looks on */
    void *tap_ctx;
    u8 past[LINE_PAST]; /* character n is at n % LINE_PAST */
    u64 sent;
};

/* Host side: room for so many characters. */
unsigned line_space(const struct line *line);
/* Host side: a character arrives; false (and lost) where there is no room. */
bool line_type(struct line *line, u8 ch);
/* Device side: take the oldest character; false where there is none. */
bool line_take(struct line *line, u8 *ch);
/* The last `len` characters that were sent end in these, but for parity. */
bool line_ends_in(const struct line *line, const char *text, size_t len);
/* Device side: send a character to the host. */
void line_send(struct line *line, u8 ch);

#endif
