/* rig.h - what the tests of the machine's floor share: machines, words, logs; and the rig of base.
 */
#ifndef VM11_TEST_MACHINE_RIG_H
#define VM11_TEST_MACHINE_RIG_H

#include "machine/machine.h"

#include "../base/rig.h"

/* A machine as it comes, without a log. */
static inline struct machine *rig_machine(u32 memory)
{
    const struct machine_config config = {.memory = memory};
    struct machine *m = NULL;
    struct err err = {0};

    assert_int_equal(machine_new(&m, &config, &err), 0);
    return m;
}

/* Words in a file's byte order. */
static inline size_t rig_words(u8 *at, const u16 *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        word_put(at + 2 * i, words[i]);
    return 2 * count;
}

/* A log that counts and keeps the last text. */
struct rig_log {
    unsigned count;
    char text[300];
};

static inline void rig_log_sink(void *ctx, enum log_level level, const char *text)
{
    struct rig_log *log = ctx;

    log->count++;
    strncpy(log->text, text, sizeof log->text - 1);
}

#endif
