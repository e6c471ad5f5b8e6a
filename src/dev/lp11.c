/* lp11.c - LP11 line printer: see lp11.h.
 *
 * Source: PDP-11 Peripherals Handbook (1973), "LP11"; LP11 manual (DEC-11-HLPBA).
 *
 * ERROR is up while the printer is off line, here: while it has no paper, or the spool no room. It
 * holds DONE down, and what is loaded meanwhile is lost. Either bit interrupts: ERROR when the
 * printer goes off line, DONE when it is ready again. INIT clears the enable only; it cannot put
 * paper in.
 *
 * A character is in the file's buffer as soon as it is loaded, and each line is in the file.
 */
#include "dev/lp11.h"

#include "dev/csr.h"

enum { LPS = 0, LPB = 2 };
enum { LF = 012, FF = 014, CR = 015, SPACE = 040, DEL = 0177 };

static void lps_set(struct lp11 *lp, unsigned value)
{
    csr_set(&lp->dev, 0, &lp->lps, value, CSR_ERROR | CSR_DONE);
}

static void busy_set(struct lp11 *lp, bool busy)
{
    bool done = !busy && !(lp->lps & CSR_ERROR);

    lp->busy = busy;
    lps_set(lp, (lp->lps & ~CSR_DONE) | (done ? CSR_DONE : 0));
}

/* On line or off line. One of the two causes falls before the other comes: an edge. */
static void error_set(struct lp11 *lp, bool error)
{
    lps_set(lp, lp->lps & CSR_IE);
    if (error)
        lps_set(lp, lp->lps | CSR_ERROR);
    busy_set(lp, lp->busy);
}

static void ready_fire(void *ctx)
{
    busy_set(ctx, false);
}

/* How long the printer is busy with `ch`. */
static unsigned print_time(struct lp11 *lp, u8 ch)
{
    bool ends = ch == LF || ch == FF || ch == CR;
    unsigned time = LP11_CHAR_TIME;

    if (ch >= SPACE && ch != DEL)
        lp->buffered++;
    if (lp->buffered == LP11_BUFFER || (ends && lp->buffered)) {
        lp->buffered = 0;
        time = LP11_ZONE_TIME;
    }
    if (ch == LF || ch == FF)
        time += LP11_FEED_TIME;
    return time;
}

static void lpb_write(struct lp11 *lp, u8 ch)
{
    struct err err = {0};
    int rc = 0;

    if (!(lp->lps & CSR_DONE))
        return;
    busy_set(lp, true);
    event_after(&lp->dev.bus->events, &lp->ready, print_time(lp, ch));
    if (ch != 0 && ch != DEL)
        rc = paper_put(&lp->paper, ch, &err);
    if (rc == 0 && (ch == LF || ch == FF))
        rc = paper_flush(&lp->paper, &err);
    if (rc != 0)
        error_set(lp, true);
    if (rc < 0)
        bus_fail(lp->dev.bus, &err);
}

/* There is room in the spool: on line again. */
static void lp11_ready(struct device *dev)
{
    struct lp11 *lp = (struct lp11 *)dev;

    lp->paper.full = false;
    error_set(lp, false);
}

static u16 lp11_read(struct device *dev, unsigned offset, enum io_cycle cycle)
{
    return offset == LPS ? ((struct lp11 *)dev)->lps : 0;
}

static void lp11_write(struct device *dev, unsigned offset, u16 value, u16 mask)
{
    struct lp11 *lp = (struct lp11 *)dev;

    if (!(mask & 0377))
        return;
    if (offset == LPB)
        lpb_write(lp, value & 0177);
    else
        lps_set(lp, (lp->lps & ~CSR_IE) | (value & CSR_IE));
}

static void lp11_reset(struct device *dev)
{
    struct lp11 *lp = (struct lp11 *)dev;

    lps_set(lp, lp->lps & ~CSR_IE);
    event_cancel(&dev->bus->events, &lp->ready);
    busy_set(lp, false);
}

static int lp11_attach(struct device *dev, unsigned unit, const struct attach *how, struct err *err)
{
    struct lp11 *lp = (struct lp11 *)dev;
    int rc = how->end ? paper_end_open(&lp->paper, how, dev, lp11_ready, err)
                      : paper_write_open(&lp->paper, how, err);

    if (rc == 0)
        error_set(lp, false);
    return rc;
}

static int lp11_detach(struct device *dev, unsigned unit, struct err *err)
{
    struct lp11 *lp = (struct lp11 *)dev;

    error_set(lp, true);
    return paper_close(&lp->paper, err);
}

static int lp11_flush(struct device *dev, struct err *err)
{
    return paper_flush(&((struct lp11 *)dev)->paper, err);
}

static int lp11_restored(struct device *dev, struct err *err)
{
    struct lp11 *lp = (struct lp11 *)dev;
    bool error = lp->lps & CSR_ERROR;
    int rc = paper_restored(&lp->paper, "lp", !error || lp->lps & CSR_DONE, err);

    /* A spool has room, or has none, whatever was then. */
    if (rc == 0 && lp->paper.end && error != lp->paper.full)
        error_set(lp, lp->paper.full);
    return rc;
}

static void lp11_fini(struct device *dev)
{
    paper_close(&((struct lp11 *)dev)->paper, NULL);
}

static const struct reg_info lp11_regs[] = {
    {"LPS", LPS, offsetof(struct lp11, lps), 2, 1},
    {"BUSY", REG_NO_ADDRESS, offsetof(struct lp11, busy), 1, 1},
    {"BUFFERED", REG_NO_ADDRESS, offsetof(struct lp11, buffered), 1, 1},
    {"POSITION", REG_NO_ADDRESS, offsetof(struct lp11, paper.position), 8, 1},
};

static const struct device_ops lp11_ops = {
    .name = "lp",
    .about = "LP11 line printer",
    .regs = lp11_regs,
    .reg_count = ARRAY_LEN(lp11_regs),
    .words = 2,
    .units = 1,
    .read = lp11_read,
    .steady = 3,
    .write = lp11_write,
    .reset = lp11_reset,
    .attach = lp11_attach,
    .detach = lp11_detach,
    .restored = lp11_restored,
    .flush = lp11_flush,
    .fini = lp11_fini,
};

void lp11_init(struct lp11 *lp)
{
    *lp = (struct lp11){
        .dev.ops = &lp11_ops,
        .dev.lines[0] = {.level = 4, .vector = 0200},
        .lps = CSR_ERROR,
    };
    event_init(&lp->ready, "lp ready", ready_fire, lp);
}
