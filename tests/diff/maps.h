/* maps.h - random settings of the KT11 over the sandbox. */
#ifndef VM11_TESTS_DIFF_MAPS_H
#define VM11_TESTS_DIFF_MAPS_H

#include "layout.h"
#include "random.h"

/* Fill one set whose traps enter `handler`. */
void maps_fill(struct map_set *set, enum mode handler, const struct driver *driver,
               struct random *random);

/* Where a reference goes. */
struct place {
    bool read, write; /* permitted, and in the sandbox */
    bool quiet;       /* neither would be trapped */
    u16 pa;           /* if read */
};

struct place maps_place(const struct map_set *set, u16 mmr3, enum mode mode, enum space space,
                        u16 va, const struct driver *driver);

/* Any address of `page` that its PDR permits, sometimes one just outside; even. */
u16 maps_pick(const struct map_set *set, u16 mmr3, enum mode mode, enum space space, unsigned page,
              struct random *random);

#endif
