/* gen.h - cases of the differential test: one instruction each, in a random state. */
#ifndef VM11_TESTS_DIFF_GEN_H
#define VM11_TESTS_DIFF_GEN_H

#include "maps.h"

/* Make the case of `word` that `seed` determines, with the maps of a batch. */
void gen_case(struct test_case *tc, u16 word, u64 seed, const struct map_set sets[SETS],
              const struct driver *driver);

/* A word that traps in every mode: the sandbox is full of them. */
u16 gen_trap_word(struct random *random);

#endif
