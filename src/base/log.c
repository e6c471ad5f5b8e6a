/* log.c - formatting of notes: see log.h. */
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/err.h"

void log_put(const struct log *log, enum log_level level, const char *fmt, ...)
{
    char text[512];
    va_list ap;

    if (!log || !log->sink)
        return;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    err_one_line(text);
    log->sink(log->ctx, level, text);
}
