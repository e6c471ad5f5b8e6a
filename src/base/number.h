/* number.h - numbers as a person writes them for a PDP-11.
 *
 * Octal unless they end in `.` (decimal) or begin with `0x`. Sizes are decimal with K or M behind
 * them ("248K"), or a number as above.
 */
#ifndef VM11_BASE_NUMBER_H
#define VM11_BASE_NUMBER_H

#include "base/types.h"

/* Parse all of `text` as a number of at most `max`. False where it is no number or too large. */
bool number_parse(const char *text, u64 max, u64 *value);

/* Parse all of `text` as a size in bytes: decimal digits and K or M; else like number_parse. */
bool size_parse(const char *text, u64 max, u64 *value);

/* Parse all of `text` as a decimal count, with an optional final `.`, K (1000) or M (1000000). */
bool count_parse(const char *text, u64 max, u64 *value);

/* Parse all of `text` as seconds, as "30" or "0.5": more than 0, at most a thousand million. */
bool seconds_parse(const char *text, double *seconds);

#endif
