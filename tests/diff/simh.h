/* simh.h - runs batches on SIMH's pdp11, the peer. */
#ifndef VM11_TESTS_DIFF_SIMH_H
#define VM11_TESTS_DIFF_SIMH_H

#include "batch.h"

struct simh {
    const char *program;
    char folder[64]; /* for tapes and the script; removed by simh_fini */
    unsigned tapes;
};

/* False, with a message, if no folder can be made. */
bool simh_init(struct simh *simh, const char *program);
void simh_fini(struct simh *simh);

/* Write the batch's image as a tape that the next simh_run loads. */
void simh_add(struct simh *simh, const struct batch *batch);

/* Run the `count` batches that were added since the last call, and set words[i] (room for
 * batch_result_bytes) for each, and log[i] if log is not NULL. False, with a message, if the
 * program fails, or does not come to the end of each batch within a minute. */
bool simh_run(struct simh *simh, const struct batch *const *batch, unsigned count, u16 **words,
              u16 **log);

#endif
