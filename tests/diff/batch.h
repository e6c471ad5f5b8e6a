/* batch.h - some hundred cases as one memory image, and their results out of memory again. */
#ifndef VM11_TESTS_DIFF_BATCH_H
#define VM11_TESTS_DIFF_BATCH_H

#include "layout.h"
#include "random.h"

#define NOTE_SINGLE 1u /* one instruction only, or a second one that trapped at once */
#define NOTE_UBREAK 2u /* the micro-break register was written */
#define NOTE_PSW    4u /* the PSW was written, as a register */

struct batch {
    const struct driver *driver;
    bool has_fp;
    unsigned count;
    struct map_set set[SETS];
    u16 master[SANDWORDS];
    struct test_case tc[CASES_MAX];
    u16 results; /* address of the first result */
    u8 image[65536];
};

/* An empty batch with random maps and a random sandbox. */
void batch_init(struct batch *batch, const struct driver *driver, bool has_fp, u64 seed);

/* Append a case. False where it does not fit. */
bool batch_add(struct batch *batch, const struct test_case *tc);

/* Write the image that both machines load. */
void batch_build(struct batch *batch);

/* Bytes of all results. */
u32 batch_result_bytes(const struct batch *batch);

/* Result `index` out of the words from batch->results on. */
void batch_result(const struct batch *batch, const u16 *words, unsigned index,
                  struct result *result);

/* Run the image on a vm11. Returns the number of cases that were completed, batch->count if all
 * went well: the next one stopped or hung the machine, or damaged the driver. `words` takes the
 * results. `log` (32 pairs of words) takes the changes of the last case. notes[i] takes
 * NOTE_ bits of case i. */
unsigned batch_run(const struct batch *batch, u16 *words, u16 *log, u8 *notes);

#endif
