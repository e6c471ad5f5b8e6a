/* log.h - where notes for a person go.
 *
 * Floors below cli/ do not print. What they want to tell (a short image, an ignored option) goes
 * to a sink that the command line provides; a machine without a sink is silent.
 */
#ifndef VM11_BASE_LOG_H
#define VM11_BASE_LOG_H

#include "base/types.h"

enum log_level { LOG_NOTE, LOG_WARN };

struct log {
    void (*sink)(void *ctx, enum log_level level, const char *text); /* NULL: silent */
    void *ctx;
};

/* Format one line without a newline and hand it to the sink. `log` may be NULL. */
void log_put(const struct log *log, enum log_level level, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#endif
