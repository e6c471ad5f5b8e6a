/* bytes.h - files that hold a machine's state: numbers, the head, the checksum.
 *
 * Recordings and saved states begin alike: eight characters that say what it is, how the machine
 * was built; and they end with the FNV-1a hash of all before it. Numbers are little-endian. What is
 * read may have been made up by anyone: a reader that has met something impossible is `bad`, and
 * gives zeros from then on.
 */
#ifndef VM11_MACHINE_BYTES_H
#define VM11_MACHINE_BYTES_H

#include "machine/machine.h"

#define BYTES_MAGIC    8u
#define BYTES_FILE_MAX (1u << 30)

struct bytes_out {
    u8 *bytes; /* to be freed */
    size_t size, room;
    bool failed; /* no host memory */
};

void bytes_put(struct bytes_out *out, const void *bytes, size_t len);
void bytes_put_number(struct bytes_out *out, u64 value, unsigned size);
/* The head: what it is, and how the machine is built. */
void bytes_put_head(struct bytes_out *out, const char *magic, const struct machine *machine);
/* The checksum, and all of it into a file, which must not exist. -ENOMEM, or the host's error. */
int bytes_write(struct bytes_out *out, const char *path, struct err *err);

struct bytes_in {
    const u8 *at;
    size_t left;
    bool bad;
};

/* `len` bytes, which are borrowed; NULL: there are not so many. */
const u8 *bytes_take(struct bytes_in *in, u64 len);
u64 bytes_take_number(struct bytes_in *in, unsigned size);
/* A file as it was read. -ENOEXEC where it is none of these, -EINVAL where its checksum is wrong;
 * `what` is for the texts: "recording". */
int bytes_open(struct bytes_in *in, const u8 *bytes, size_t size, const char *magic,
               const char *what, struct err *err);
/* The machine that is told of must be built as this one; `done` is what was done to it: "recorded".
 * -EINVAL. */
int bytes_take_build(struct bytes_in *in, const struct machine *machine, const char *done,
                     struct err *err);

u64 bytes_fnv(const u8 *data, size_t len);
/* The tape in the reader by its hash; 0: none. */
int bytes_tape_hash(const struct machine *machine, u64 *hash, struct err *err);

#endif
