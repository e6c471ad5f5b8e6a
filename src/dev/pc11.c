/* pc11.c - PC11 paper tape reader and punch: see pc11.h.
 *
 * Source: PDP-11 Peripherals Handbook (1973), "PC11"; PC11 manual (DEC-11-HPCAA).
 *
 * - RDR ENB clears DONE and PRB, sets BUSY and moves the tape by one frame. While ERROR is up it
 *   does nothing but interrupt at once where interrupts are enabled; so does loading PPB.
 * - Any reference to PRB, DATIP and writes too, clears DONE and leaves PRB empty.
 * - ERROR (no tape, end of tape) interrupts as DONE and READY do. INIT does not touch it: only a
 *   new tape does.
 *
 * While a spool has no room for another frame READY stays away, without ERROR: a program that does
 * not look at ERROR loses nothing.
 *
 * A frame is in the punch's file when PPB is loaded, and READY comes when the real punch would be
 * through: a program that halts at once has punched all it asked for.
 */
#include "dev/pc11.h"

#include "dev/csr.h"

#define BUSY    04000u
#define RDR_ENB 01u
#define CAUSES  (CSR_ERROR | CSR_DONE)

enum { STATUS = 0, BUFFER = 2 };

static void prs_set(struct pc11_reader *pr, unsigned value)
{
    csr_set(&pr->dev, 0, &pr->prs, value, CAUSES);
}

static void reader_fire(void *ctx)
{
    struct pc11_reader *pr = ctx;
    struct err err = {0};
    int got = paper_get(&pr->tape, &pr->prb, &err);

    if (got < 0)
        bus_fail(pr->dev.bus, &err);
    prs_set(pr, (pr->prs & ~BUSY) | (got > 0 ? CSR_DONE : CSR_ERROR));
}

static void prs_write(struct pc11_reader *pr, u16 value)
{
    unsigned next = (pr->prs & ~CSR_IE) | (value & CSR_IE);

    if (!(value & RDR_ENB)) {
        prs_set(pr, next);
    } else if (pr->prs & CSR_ERROR) {
        prs_set(pr, next);
        if (value & CSR_IE)
            irq_raise(&pr->dev, 0);
    } else {
        pr->prb = 0;
        prs_set(pr, (next & ~CSR_DONE) | BUSY);
        if (!event_queued(&pr->frame))
            event_after(&pr->dev.bus->events, &pr->frame, PC11_READ_TIME);
    }
}

static u16 prb_take(struct pc11_reader *pr)
{
    u16 value = pr->prb;

    pr->prb = 0;
    prs_set(pr, pr->prs & ~CSR_DONE);
    return value;
}

static u16 reader_read(struct device *dev, unsigned offset, enum io_cycle cycle)
{
    struct pc11_reader *pr = (struct pc11_reader *)dev;

    return offset == STATUS ? pr->prs : prb_take(pr);
}

static void reader_write(struct device *dev, unsigned offset, u16 value, u16 mask)
{
    struct pc11_reader *pr = (struct pc11_reader *)dev;

    if (offset == BUFFER)
        prb_take(pr);
    else if (mask & 0377)
        prs_write(pr, value);
}

static void reader_reset(struct device *dev)
{
    struct pc11_reader *pr = (struct pc11_reader *)dev;

    event_cancel(&dev->bus->events, &pr->frame);
    pr->prb = 0;
    prs_set(pr, pr->prs & CSR_ERROR);
}

static int reader_attach(struct device *dev, unsigned unit, const struct attach *how,
                         struct err *err)
{
    struct pc11_reader *pr = (struct pc11_reader *)dev;
    int rc = paper_read_open(&pr->tape, how, err);

    if (rc == 0)
        prs_set(pr, pr->prs & ~CSR_ERROR);
    return rc;
}

static int reader_detach(struct device *dev, unsigned unit, struct err *err)
{
    struct pc11_reader *pr = (struct pc11_reader *)dev;

    event_cancel(&dev->bus->events, &pr->frame);
    prs_set(pr, (pr->prs & ~BUSY) | CSR_ERROR);
    return paper_close(&pr->tape, err);
}

static int reader_restored(struct device *dev, struct err *err)
{
    struct pc11_reader *pr = (struct pc11_reader *)dev;

    return paper_restored(
        &pr->tape, "pr", !(pr->prs & CSR_ERROR) || pr->prs & BUSY || event_queued(&pr->frame), err);
}

static void reader_fini(struct device *dev)
{
    paper_close(&((struct pc11_reader *)dev)->tape, NULL);
}

static const struct reg_info reader_regs[] = {
    {"PRS", STATUS, offsetof(struct pc11_reader, prs), 2, 1},
    {"PRB", BUFFER, offsetof(struct pc11_reader, prb), 1, 1},
    {"POSITION", REG_NO_ADDRESS, offsetof(struct pc11_reader, tape.position), 8, 1},
};

static const struct device_ops reader_ops = {
    .name = "pr",
    .about = "PC11 paper tape reader",
    .regs = reader_regs,
    .reg_count = ARRAY_LEN(reader_regs),
    .words = 2,
    .units = 1,
    .read = reader_read,
    .steady = 1u << STATUS / 2, /* not PRB */
    .write = reader_write,
    .reset = reader_reset,
    .attach = reader_attach,
    .detach = reader_detach,
    .restored = reader_restored,
    .fini = reader_fini,
};

void pc11_reader_init(struct pc11_reader *pr)
{
    *pr = (struct pc11_reader){
        .dev.ops = &reader_ops,
        .dev.lines[0] = {.level = 4, .vector = 070},
        .prs = CSR_ERROR,
    };
    event_init(&pr->frame, "pr frame", reader_fire, pr);
}

static void pps_set(struct pc11_punch *pp, unsigned value)
{
    csr_set(&pp->dev, 0, &pp->pps, value, CAUSES);
}

static void punch_fire(void *ctx)
{
    struct pc11_punch *pp = ctx;

    if (!pp->tape.full)
        pps_set(pp, pp->pps | CSR_DONE);
}

static void ppb_write(struct pc11_punch *pp, u16 value)
{
    struct err err = {0};
    int rc;

    if (pp->pps & CSR_ERROR) {
        if (pp->pps & CSR_IE)
            irq_raise(&pp->dev, 0);
        return;
    }
    if (!(pp->pps & CSR_DONE))
        return; /* the pins are in the paper */
    pp->ppb = (u8)value;
    pps_set(pp, pp->pps & ~CSR_DONE);
    event_after(&pp->dev.bus->events, &pp->frame, PC11_PUNCH_TIME);
    rc = paper_put(&pp->tape, pp->ppb, &err);
    if (rc < 0) {
        pps_set(pp, pp->pps | CSR_ERROR);
        bus_fail(pp->dev.bus, &err);
    }
}

static u16 punch_read(struct device *dev, unsigned offset, enum io_cycle cycle)
{
    return offset == STATUS ? ((struct pc11_punch *)dev)->pps : 0;
}

static void punch_write(struct device *dev, unsigned offset, u16 value, u16 mask)
{
    struct pc11_punch *pp = (struct pc11_punch *)dev;

    if (!(mask & 0377))
        return;
    if (offset == BUFFER)
        ppb_write(pp, value);
    else
        pps_set(pp, (pp->pps & ~CSR_IE) | (value & CSR_IE));
}

static void punch_reset(struct device *dev)
{
    struct pc11_punch *pp = (struct pc11_punch *)dev;

    event_cancel(&dev->bus->events, &pp->frame);
    pps_set(pp, (pp->pps & CSR_ERROR) | (pp->tape.full ? 0 : CSR_DONE));
}

/* There is room in the spool: READY when the frame is through. */
static void punch_ready(struct device *dev)
{
    struct pc11_punch *pp = (struct pc11_punch *)dev;

    pp->tape.full = false;
    if (!event_queued(&pp->frame))
        punch_fire(pp);
}

static int punch_attach(struct device *dev, unsigned unit, const struct attach *how,
                        struct err *err)
{
    struct pc11_punch *pp = (struct pc11_punch *)dev;
    int rc = how->end ? paper_end_open(&pp->tape, how, dev, punch_ready, err)
                      : paper_write_open(&pp->tape, how, err);

    if (rc == 0)
        pps_set(pp, pp->pps & ~CSR_ERROR);
    return rc;
}

static int punch_detach(struct device *dev, unsigned unit, struct err *err)
{
    struct pc11_punch *pp = (struct pc11_punch *)dev;

    pps_set(pp, pp->pps | CSR_ERROR | (pp->tape.full ? CSR_DONE : 0));
    return paper_close(&pp->tape, err);
}

static int punch_flush(struct device *dev, struct err *err)
{
    return paper_flush(&((struct pc11_punch *)dev)->tape, err);
}

static int punch_restored(struct device *dev, struct err *err)
{
    struct pc11_punch *pp = (struct pc11_punch *)dev;
    int rc = paper_restored(&pp->tape, "pp", !(pp->pps & CSR_ERROR), err);

    /* A spool has room, or has none, whatever was then. */
    if (rc == 0 && pp->tape.full)
        pps_set(pp, pp->pps & ~CSR_DONE);
    else if (rc == 0 && pp->tape.end && !event_queued(&pp->frame))
        punch_fire(pp);
    return rc;
}

static void punch_fini(struct device *dev)
{
    paper_close(&((struct pc11_punch *)dev)->tape, NULL);
}

static const struct reg_info punch_regs[] = {
    {"PPS", STATUS, offsetof(struct pc11_punch, pps), 2, 1},
    {"PPB", BUFFER, offsetof(struct pc11_punch, ppb), 1, 1},
    {"POSITION", REG_NO_ADDRESS, offsetof(struct pc11_punch, tape.position), 8, 1},
};

static const struct device_ops punch_ops = {
    .name = "pp",
    .about = "PC11 paper tape punch",
    .regs = punch_regs,
    .reg_count = ARRAY_LEN(punch_regs),
    .words = 2,
    .units = 1,
    .read = punch_read,
    .steady = 3,
    .write = punch_write,
    .reset = punch_reset,
    .attach = punch_attach,
    .detach = punch_detach,
    .restored = punch_restored,
    .flush = punch_flush,
    .fini = punch_fini,
};

void pc11_punch_init(struct pc11_punch *pp)
{
    *pp = (struct pc11_punch){
        .dev.ops = &punch_ops,
        .dev.lines[0] = {.level = 4, .vector = 074},
        .pps = CSR_ERROR | CSR_DONE,
    };
    event_init(&pp->frame, "pp frame", punch_fire, pp);
}
