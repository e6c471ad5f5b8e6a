/* near.h - did you mean: the known word that an unknown one was probably meant to be. */
#ifndef VM11_BASE_NEAR_H
#define VM11_BASE_NEAR_H

#include "base/err.h"
#include "base/types.h"

#define NEAR_FAR 3u /* letters: no slip any more */

/* How many letters are wrong, missing, too many, or swapped with their neighbour, upper and lower
 * case alike; NEAR_FAR where there are more than two of them or a word is very long. */
unsigned near_distance(const char *a, const char *b);

/* The word of `words` (up to NULL) that is nearest to `word`, where that is near enough to be a
 * slip or one begins with the other; else NULL. */
const char *near_word(const char *word, const char *const *words);

/* Set a failure for an unknown word, with the known one that was probably meant: "--limt: no such
 * option; did you mean --limit?", or else with all of them if they are few. `what` is "option".
 * Returns -EINVAL. */
int near_error(const char *word, const char *what, const char *const *words, struct err *err);

#endif
