/* err.c - recording of host failures: see err.h. */
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>

void err_one_line(char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < ' ' || *text == '\177')
            *text = '?';
}

int err_set(struct err *err, int code, const char *fmt, ...)
{
    if (err && !err->code) {
        va_list ap;
        va_start(ap, fmt);
        vsnprintf(err->text, sizeof err->text, fmt, ap);
        va_end(ap);
        err_one_line(err->text);
        err->code = code;
    }
    return -code;
}
