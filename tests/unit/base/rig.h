/* rig.h - what the tests of several floors share: cmocka with what it needs, error texts, files. */
#ifndef VM11_TEST_BASE_RIG_H
#define VM11_TEST_BASE_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/err.h"

#include "files.h"

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

#endif
