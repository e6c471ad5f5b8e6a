/* near.h - did you mean: the known word that an unknown one was probably meant to be. */
#ifndef VM11_MACHINE_NEAR_H
#define VM11_MACHINE_NEAR_H

#include "base/types.h"

/* The word of `words` (up to NULL) that is nearest to `word`, upper and lower case alike, where
 * that is near enough to be a slip; else NULL. */
const char *near_word(const char *word, const char *const *words);

#endif
