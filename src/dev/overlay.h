/* overlay.h - what a guest wrote over an image that stays as it is.
 *
 * The file, all numbers little-endian:
 *
 *      0  8  "vm11ovl1"
 *      8  8  block size: 512
 *     16  8  capacity of the medium in bytes, a multiple of the block size
 *     24  8  bytes of the base image that belong to the medium
 *     32  8  FNV-1a hash of those bytes
 *     40  8  FNV-1a hash of bytes 0-39
 *    512  .  map: bit n%8 of byte n/8 says that block n is in the overlay; bits beyond the last
 *            block are 0. The map is filled up to a multiple of 512 bytes
 *      .  .  block n at n*512 behind the map; the file is sparse and as long as it needs to be
 *
 * A block is written before its bit in the map is set, so a machine that is killed leaves either
 * the old block or the new one. overlay_flush() makes both lasting against a loss of power.
 */
#ifndef VM11_DEV_OVERLAY_H
#define VM11_DEV_OVERLAY_H

#include "dev/hostfile.h"

#define OVERLAY_BLOCK 512u

struct overlay;

/* Open the overlay `path` of the image `base`, of which `base_size` bytes belong to a medium of
 * `capacity` bytes. A missing or empty file becomes a new overlay. -EBUSY where another machine
 * has it, -EINVAL where it is no overlay, a damaged one, or one of another image. `path` must
 * live as long as the overlay. */
int overlay_open(struct overlay **overlay, const char *path, const struct hostfile *base,
                 u64 base_size, u64 capacity, struct err *err);

/* NULL is allowed. */
void overlay_close(struct overlay *overlay);

bool overlay_has(const struct overlay *overlay, u64 block);

/* One block of OVERLAY_BLOCK bytes. overlay_read is for blocks that overlay_has. */
int overlay_read(const struct overlay *overlay, u64 block, void *data, struct err *err);
int overlay_write(struct overlay *overlay, u64 block, const void *data, struct err *err);

int overlay_flush(struct overlay *overlay, struct err *err);

#endif
