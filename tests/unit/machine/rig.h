/* rig.h - what the tests of the machine's floor share: machines, words, files, error texts. */
#ifndef VM11_TEST_MACHINE_RIG_H
#define VM11_TEST_MACHINE_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "machine/machine.h"

#include "../dev/files.h"

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

/* The error has this code, and each of the texts up to NULL stands in its line. */
static inline void rig_error(const struct err *err, int code, ...)
{
    const char *text;
    va_list ap;

    assert_int_equal(err->code, code);
    assert_null(strchr(err->text, '\n'));
    va_start(ap, code);
    while ((text = va_arg(ap, const char *)) != NULL)
        if (!strstr(err->text, text))
            fail_msg("'%s' is not in: %s", text, err->text);
    va_end(ap);
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
