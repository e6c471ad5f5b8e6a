/* dl11.c - DL11-C asynchronous line interface: see dl11.h.
 *
 * Source: DL11 asynchronous line interface manual (DEC-11-HDLAA), chapters 4 and 5; PDP-11
 * Peripherals Handbook (1973), "DL11". The points that emulators miss:
 *
 * - The transmitter is double buffered (a UART): XMIT RDY comes back as soon as the character has
 *   moved from XBUF to the shift register, long before it is sent. The second character in a row
 *   waits for the first.
 * - MAINT feeds the transmitter's output to the receiver, at the same time as to the line, and
 *   cuts the line's input off. Only this way can the receiver be overrun: a connected line holds
 *   its next character back until the program has taken the last one, so a paste loses nothing.
 * - Any reference to RBUF, DATIP and writes too, clears RCVR DONE, and so does RDR ENB.
 * - The error bits belong to the last character received and stay until the next.
 *
 * A character reaches the host when its start bit leaves, so a RESET right behind the last one
 * does not tear it. BREAK exists in the maintenance loop only; a host's line has no such state.
 */
#include "dev/dl11.h"

#include "dev/csr.h"

#define RCVR_ACT  04000u
#define RDR_ENB   01u
#define RBUF_ERR  0100000u
#define OR_ERR    040000u
#define FR_ERR    020000u
#define XMIT_MAIN 04u
#define XMIT_BRK  01u

enum { RECEIVER, TRANSMITTER }; /* interrupt lines */
enum { RCSR = 0, RBUF = 2, XCSR = 4, XBUF = 6 };

static void rcsr_set(struct dl11 *dl, unsigned value)
{
    csr_set(&dl->dev, RECEIVER, &dl->rcsr, value, CSR_DONE);
}

static void xcsr_set(struct dl11 *dl, unsigned value)
{
    csr_set(&dl->dev, TRANSMITTER, &dl->xcsr, value, CSR_DONE);
}

/* A start bit falls on the receiver: from the line when a character waits there and the program
 * has taken the last one; from the transmitter's BREAK in maintenance mode. */
static void receive_start(struct dl11 *dl, bool held)
{
    dl->rx = DL11_START;
    dl->rx_break = held;
    event_after(&dl->dev.bus->events, &dl->receive, DL11_HALF);
}

static void receive_try(struct dl11 *dl)
{
    if (dl->rx != DL11_IDLE || dl->rcsr & CSR_DONE || dl->xcsr & XMIT_MAIN)
        return;
    if (dl->line && line_space(dl->line) < LINE_QUEUE)
        receive_start(dl, false);
}

static void receive_abort(struct dl11 *dl)
{
    event_cancel(&dl->dev.bus->events, &dl->receive);
    dl->rx = DL11_IDLE;
}

/* A character is complete. */
static void receive_done(struct dl11 *dl, u8 ch, unsigned errors)
{
    if (dl->rcsr & CSR_DONE)
        errors |= OR_ERR;
    if (errors)
        errors |= RBUF_ERR;
    dl->rbuf = (u16)(errors | ch);
    rcsr_set(dl, (dl->rcsr & ~RCVR_ACT) | CSR_DONE);
}

/* The character stays in the line's queue until it is complete: INIT and MAINT in the middle of
 * it delay it, but do not lose it. */
static void receive_fire(void *ctx)
{
    struct dl11 *dl = ctx;
    u8 ch = 0;

    if (dl->rx == DL11_START) {
        dl->rx = DL11_BITS;
        rcsr_set(dl, dl->rcsr | RCVR_ACT);
        event_after(&dl->dev.bus->events, &dl->receive, DL11_DATA);
        return;
    }
    dl->rx = DL11_IDLE;
    if (dl->rx_break)
        receive_done(dl, 0, FR_ERR);
    else if (line_take(dl->line, &ch))
        receive_done(dl, ch, 0);
}

static void line_arrived(void *ctx)
{
    receive_try(ctx);
}

/* XBUF moves to the shift register and its start bit leaves. */
static void transmit_start(struct dl11 *dl)
{
    bool held = dl->xcsr & XMIT_BRK;

    dl->xshift = dl->xbuf;
    dl->tx = DL11_START;
    dl->looped = dl->xcsr & XMIT_MAIN && !held;
    event_after(&dl->dev.bus->events, &dl->transmit, DL11_HALF);
    if (dl->line && !held)
        line_send(dl->line, dl->xshift);
    xcsr_set(dl, dl->xcsr | CSR_DONE);
}

static void transmit_fire(void *ctx)
{
    struct dl11 *dl = ctx;
    struct event_queue *events = &dl->dev.bus->events;

    switch ((enum dl11_phase)dl->tx) {
    case DL11_IDLE: break;
    case DL11_LOADING: transmit_start(dl); break;
    case DL11_START:
        dl->tx = DL11_BITS;
        if (dl->looped)
            rcsr_set(dl, dl->rcsr | RCVR_ACT);
        event_after(events, &dl->transmit, DL11_DATA);
        break;
    case DL11_BITS:
        dl->tx = DL11_STOP;
        if (dl->looped)
            receive_done(dl, dl->xshift, 0);
        event_after(events, &dl->transmit, DL11_HALF);
        break;
    case DL11_STOP:
        dl->tx = DL11_IDLE;
        if (!(dl->xcsr & CSR_DONE))
            transmit_start(dl);
        break;
    }
}

static void xcsr_write(struct dl11 *dl, u16 value)
{
    const unsigned writable = CSR_IE | XMIT_MAIN | XMIT_BRK;
    unsigned was = dl->xcsr;
    bool held;

    xcsr_set(dl, (was & ~writable) | (value & writable));
    if ((was ^ dl->xcsr) & XMIT_MAIN) {
        /* The receiver's input is switched: what it was at is garbage on a real DL11. */
        receive_abort(dl);
        dl->looped = false;
        rcsr_set(dl, dl->rcsr & ~RCVR_ACT);
    }
    held = (dl->xcsr & (XMIT_MAIN | XMIT_BRK)) == (XMIT_MAIN | XMIT_BRK);
    if (held && (was & (XMIT_MAIN | XMIT_BRK)) != (XMIT_MAIN | XMIT_BRK)) {
        dl->looped = false;
        receive_start(dl, true);
    }
    receive_try(dl);
}

static void xbuf_write(struct dl11 *dl, u16 value)
{
    dl->xbuf = (u8)value;
    xcsr_set(dl, dl->xcsr & ~CSR_DONE);
    if (dl->tx == DL11_IDLE) {
        dl->tx = DL11_LOADING;
        event_after(&dl->dev.bus->events, &dl->transmit, DL11_LOAD);
    }
}

static void done_clear(struct dl11 *dl)
{
    rcsr_set(dl, dl->rcsr & ~CSR_DONE);
    receive_try(dl);
}

static u16 dl11_read(struct device *dev, unsigned offset, enum io_cycle cycle)
{
    struct dl11 *dl = (struct dl11 *)dev;

    switch (offset) {
    case RCSR: return dl->rcsr;
    case RBUF: done_clear(dl); return dl->rbuf;
    case XCSR: return dl->xcsr;
    default: return 0; /* XBUF is write only */
    }
}

static void dl11_write(struct device *dev, unsigned offset, u16 value, u16 mask)
{
    struct dl11 *dl = (struct dl11 *)dev;

    if (offset == RBUF)
        done_clear(dl);
    if (!(mask & 0377))
        return; /* nothing can be written in the high bytes */
    switch (offset) {
    case RCSR:
        rcsr_set(dl, (dl->rcsr & ~CSR_IE) | (value & CSR_IE));
        if (value & RDR_ENB)
            done_clear(dl);
        break;
    case XCSR: xcsr_write(dl, value); break;
    case XBUF: xbuf_write(dl, value); break;
    default: break;
    }
}

static void dl11_reset(struct device *dev)
{
    struct dl11 *dl = (struct dl11 *)dev;

    receive_abort(dl);
    event_cancel(&dev->bus->events, &dl->transmit);
    dl->tx = DL11_IDLE;
    dl->looped = false;
    dl->rbuf = 0;
    rcsr_set(dl, 0);
    xcsr_set(dl, CSR_DONE);
    receive_try(dl);
}

#define STATE(name, field)                                                                         \
    {                                                                                              \
        name, REG_NO_ADDRESS, offsetof(struct dl11, field), 1, 1                                   \
    }

static const struct reg_info dl11_regs[] = {
    {"RCSR", RCSR, offsetof(struct dl11, rcsr), 2, 1},
    {"RBUF", RBUF, offsetof(struct dl11, rbuf), 2, 1},
    {"XCSR", XCSR, offsetof(struct dl11, xcsr), 2, 1},
    {"XBUF", XBUF, offsetof(struct dl11, xbuf), 1, 1},
    STATE("XSHIFT", xshift),
    STATE("RCVR PHASE", rx),
    STATE("XMIT PHASE", tx),
    STATE("LOOPED", looped),
    STATE("RCVR BREAK", rx_break),
};

static const struct device_ops dl11_ops = {
    .name = "dl",
    .about = "DL11-C console line, 9600 baud",
    .regs = dl11_regs,
    .reg_count = ARRAY_LEN(dl11_regs),
    .words = 4,
    .read = dl11_read,
    .steady = 1u << RCSR / 2 | 1u << XCSR / 2 | 1u << XBUF / 2, /* not RBUF */
    .write = dl11_write,
    .reset = dl11_reset,
};

void dl11_init(struct dl11 *dl)
{
    *dl = (struct dl11){
        .dev.ops = &dl11_ops,
        .dev.lines =
            {[RECEIVER] = {.level = 4, .vector = 060}, [TRANSMITTER] = {.level = 4, .vector = 064}},
        .xcsr = CSR_DONE,
    };
    event_init(&dl->receive, "dl receive", receive_fire, dl);
    event_init(&dl->transmit, "dl transmit", transmit_fire, dl);
}

void dl11_connect(struct dl11 *dl, struct line *line)
{
    dl->line = line;
    line->arrived = line_arrived;
    line->arrived_ctx = dl;
}
