/* kw11l.h - KW11-L line time clock: an interrupt at level 6 for each cycle of the mains.
 *
 *   777546 LKS  7 line clock monitor, 6 interrupt enable
 *
 * In virtual time the clock makes its own ticks, exactly 60 (or 50) a guest second on average. In
 * real time the machine calls kw11l_tick() where host time says so.
 */
#ifndef VM11_DEV_KW11L_H
#define VM11_DEV_KW11L_H

#include "bus/device.h"

#define KW11L_BASE 0777546

struct kw11l {
    struct device dev;
    struct event tick;
    u16 lks;
    u16 hz;       /* 60 or 50 */
    u16 fraction; /* of a microsecond, in 1/hz: what the ticks so far are early */
    u8 external;  /* ticks come from outside */
};

void kw11l_init(struct kw11l *kw);

/* The frequency of the mains, 50 or 60 (the default). Before the first INIT. */
void kw11l_set_hz(struct kw11l *kw, unsigned hz);

/* Whether ticks come from kw11l_tick() alone. Once the clock is on the bus. */
void kw11l_set_external(struct kw11l *kw, bool external);

/* The mains completed a cycle. */
void kw11l_tick(struct kw11l *kw);

#endif
