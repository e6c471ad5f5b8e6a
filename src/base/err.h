/* err.h - host failures are values with a text.
 *
 * A function that can fail on the host's account returns 0 or a negative errno value and takes a
 * `struct err *` as its last argument. The text is written once, where the cause is known, and
 * names the thing at fault (file, line, option) and, where there is one, the mend. Faults of the
 * guest are not errors: see enum trap in cpu/.
 */
#ifndef VM11_BASE_ERR_H
#define VM11_BASE_ERR_H

#include "base/types.h"

struct err {
    int code;       /* a positive errno value, 0 while nothing has failed */
    char text[400]; /* one line without control characters, for a person */
};

/* Record a failure: `code` is a positive errno value. The first text set stays. `err` may be NULL.
 * Returns -code, so that a caller can write: return err_set(err, EINVAL, "..."). */
int err_set(struct err *err, int code, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* Make a text one line: what comes from a file or a command line may hold control characters, which
 * a terminal would obey. Each becomes a question mark. */
void err_one_line(char *text);

#endif
