/* image.h - the host's side of a disk or a tape: a file of raw bytes in logical order.
 *
 * Nothing is ever appended to an image that the guest did not write. A file shorter than the
 * medium reads as zeros beyond its end, and grows only when the guest writes there. With an
 * overlay the file is opened read-only, and what the guest writes goes to the overlay.
 */
#ifndef VM11_DEV_IMAGE_H
#define VM11_DEV_IMAGE_H

#include "base/err.h"
#include "base/log.h"
#include "base/types.h"
#include "bus/device.h"

struct image;

/* Open the file of `how` as a medium of `capacity` bytes. A file longer than the medium is used up
 * to `capacity`, with a note; a shorter one gets a note too. `create` makes an empty file and
 * refuses an existing one. Errors name the file: a directory, a missing or unreadable file, a
 * file that may not be written (mend: ,ro or an overlay), an overlay of another image. */
int image_open(struct image **image, const struct attach *how, u64 capacity, const struct log *log,
               struct err *err);

/* A part of another image, `length` bytes from `offset`, multiples of 512: a minidisk. What lies
 * outside it cannot be reached. It is read-only if it shall be, or the other is; the other stays
 * open as long as its parts. -EINVAL where it goes beyond the other's end. */
int image_window(struct image **image, struct image *parent, u64 offset, u64 length, bool read_only,
                 struct err *err);

/* A medium of `capacity` bytes, a multiple of 512, in the host's memory: zeros at first, and gone
 * when it is closed. */
int image_memory(struct image **image, const char *name, u64 capacity, struct err *err);

/* Everything on the medium becomes zeros, on the host's disk too: before another gets it. -EROFS */
int image_scrub(struct image *image, struct err *err);

/* NULL is allowed. Unflushed data is written; errors are lost, so flush first. */
void image_close(struct image *image);

/* All of `len` bytes or an error. `offset + len` is at most the capacity. */
int image_read(struct image *image, u64 offset, void *data, size_t len, struct err *err);
int image_write(struct image *image, u64 offset, const void *data, size_t len, struct err *err);

/* What was written is on the host's disk when this returns. */
int image_flush(struct image *image, struct err *err);

/* --- going back, for recordings ------------------------------------------------------------ */

struct undo;

/* From now on what the guest overwrites is kept. -ENOMEM. */
int image_journal(struct image *image, struct err *err);
/* No longer; what was kept is forgotten. */
void image_journal_end(struct image *image);
/* The list of what was kept, borrowed; NULL: there is none. */
struct undo *image_undo_list(struct image *image);
/* Everything written since `mark` (of undo_mark()) is taken back; the file too gets its old
 * length. */
int image_undo(struct image *image, u64 mark, struct err *err);

/* From now on what is written stays in host memory, and goes when the image is closed: the file is
 * read only, and even a read-only image can be written. -ENOMEM. */
int image_scratch(struct image *image, struct err *err);
bool image_is_scratch(const struct image *image);
/* No longer: what was written is gone. */
void image_scratch_end(struct image *image);

/* A hash of the contents of the whole medium; where over[n] is not NULL, block n is taken from
 * there. `over` may be NULL. */
int image_hash(struct image *image, const u8 *const *over, u64 *hash, struct err *err);

/* Bytes in the medium, and blocks of UNDO_BLOCK. */
u64 image_capacity(const struct image *image);
u64 image_blocks(const struct image *image);

/* For the guest: false for a scratch image. */
bool image_read_only(const struct image *image);
const char *image_path(const struct image *image);
/* Where what the guest writes goes, borrowed; NULL: to the image itself. */
const char *image_overlay_path(const struct image *image);

#endif
