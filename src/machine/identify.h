/* identify.h - what a file is, by its content.
 *
 * `vm11 run FILE` takes whatever a person has. The first bytes and the length decide; the name's
 * ending is asked only where content cannot tell (text: source or description; a small file: disk
 * or raw words). The rules are in docs/booting.md.
 */
#ifndef VM11_MACHINE_IDENTIFY_H
#define VM11_MACHINE_IDENTIFY_H

#include "base/err.h"
#include "base/types.h"

enum file_kind {
    FILE_RAW,    /* nothing else fits: words, to be loaded where the user says */
    FILE_AOUT,   /* UNIX a.out 0405, 0407, 0410, 0411 */
    FILE_LDA,    /* absolute loader tape */
    FILE_SOURCE, /* MACRO-11 source */
    FILE_DISK,   /* disk image, to be booted */
    FILE_CONFIG, /* machine description in YAML */
};

#define IDENTIFY_HEAD 4096u /* bytes from the beginning that are looked at */

/* What a file of `size` bytes that begins with `head_len` bytes `head` is; the latter is the
 * smaller of `size` and IDENTIFY_HEAD. `path` is looked at only for its ending. */
enum file_kind identify(const char *path, const u8 *head, size_t head_len, u64 size);

/* The same for a file of the host. Errors name it: missing, a directory, empty, unreadable. */
int identify_file(const char *path, enum file_kind *kind, struct err *err);

/* For a person: "absolute loader tape". */
const char *file_kind_name(enum file_kind kind);

/* For a disk image of `size` bytes: the unit that it belongs on ("rk0"); NULL where this machine
 * has no drive for so large a pack. */
const char *identify_unit(u64 size);

/* The smallest pack that holds `size` bytes: "RK05", "RL02". */
const char *identify_pack(u64 size);

#endif
