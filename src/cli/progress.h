/* progress.h - a bar on stderr while something takes long. */
#ifndef VM11_CLI_PROGRESS_H
#define VM11_CLI_PROGRESS_H

#include <stdbool.h>

#include "base/types.h"

/* All zero: nothing is shown. */
struct progress {
    u64 began; /* host nanoseconds */
    u64 told;  /* when the bar was drawn last */
    bool shown;
};

/* `done` of `total` is done. Draws, in place, ten times a second at most, once it has taken half a
 * second; nothing where stderr is no terminal. Cheap enough for every slice. */
void progress_tell(struct progress *progress, const char *what, u64 done, u64 total);

/* It is over: the bar goes. */
void progress_end(struct progress *progress);

#endif
