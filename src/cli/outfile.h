/* outfile.h - a whole file written at once, or not at all. */
#ifndef VM11_CLI_OUTFILE_H
#define VM11_CLI_OUTFILE_H

#include "base/err.h"

/* Write `len` bytes to `path`; "-" is stdout. A regular file is replaced only when all is written,
 * so that a full disk does not cost the old one. Errors name the path. */
int outfile_write(const char *path, const void *bytes, size_t len, struct err *err);

/* Whether outfile_write() can write to `path`, as far as that can be known before: a folder, a
 * place where nothing may be created. Errors name the path. */
int outfile_check(const char *path, struct err *err);

/* -EINVAL where writing to `path` (NULL: nothing) would cost the file `source`. */
int outfile_spare(const char *path, const char *source, struct err *err);

#endif
