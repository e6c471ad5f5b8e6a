/* wholefile.h - a small file of the host as bytes in memory. */
#ifndef VM11_BASE_WHOLEFILE_H
#define VM11_BASE_WHOLEFILE_H

#include "base/err.h"
#include "base/types.h"

/* Read the beginning of the regular file `path`: at most `max` bytes, into *bytes, which is to be
 * freed with free(); *len tells how many, *size how long the file is. There is a 0 behind the
 * bytes. Errors name the file: missing, unreadable, a directory, no regular file, empty. */
int wholefile_head(const char *path, size_t max, u8 **bytes, size_t *len, u64 *size,
                   struct err *err);

/* All of it; -EFBIG where it is longer than `max`. */
int wholefile_read(const char *path, size_t max, u8 **bytes, size_t *len, struct err *err);

#endif
