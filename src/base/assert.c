/* assert.c - the end of a process with a bug in it: the one place below cli/ that prints. */
#include "base/assert.h"

#include <stdio.h>
#include <stdlib.h>

void base_assert_fail(const char *what, const char *file, int line)
{
    fprintf(stderr, "vm11: bug: %s:%d: %s\n", file, line, what);
    abort();
}
