/* snapshot.h - the whole state of a machine as a string of bytes, and back.
 *
 * In it: processor, memory, device registers, requests, events, time, what is still to be typed.
 * Not in it: the files that are attached, and how the machine is built; both must be the same when
 * it is put back. The bytes are the same on every host, and two states that differ in what a guest
 * can see differ in their bytes. A machine that goes on from a snapshot does what the one did that
 * it was taken from, to the bit.
 */
#ifndef VM11_MACHINE_SNAPSHOT_H
#define VM11_MACHINE_SNAPSHOT_H

#include "machine/machine.h"

struct snapshot {
    u8 *bytes; /* NULL: none was taken */
    size_t size, room;
};

/* Take one, in place of what was there. -ENOMEM. */
int snapshot_take(struct snapshot *snapshot, struct machine *machine, struct err *err);
void snapshot_free(struct snapshot *snapshot);

/* Put a state into the machine. -EINVAL where the bytes are no state of such a machine with such
 * files in its drives; then the machine is in no sensible state: put another one in. A host
 * failure that had stopped it is forgotten. */
int snapshot_put(struct machine *machine, const u8 *bytes, size_t size, struct err *err);

/* --- files (snapshot_file.c; the format is in docs/debugging.md) --------------------------- */

/* The state into a file, which must not exist. What disks and tape hold is not in it, but hashes
 * of it are. */
int snapshot_save(struct machine *machine, const char *path, struct err *err);

/* The state of a file into the machine, which must be built alike and have disks and a tape with
 * the same contents, unless `anyway`: then disks and tape may be others. What it prints and
 * punches from now on goes to the ends of the files. Not while it is being recorded (-EBUSY). On an
 * error the machine is as it was. */
int snapshot_load(struct machine *machine, const char *path, bool anyway, struct err *err);
/* The same from memory; `name` for texts. */
int snapshot_parse(struct machine *machine, const char *name, const u8 *bytes, size_t size,
                   bool anyway, struct err *err);

#endif
