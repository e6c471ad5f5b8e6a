/* directory_impl.h - what the files of the directory share: see directory.h.
 *
 * directory_keys.c has the keys of the bare machine and of CP, directory_vm.c those of a VM;
 * directory_check.c looks at the whole.
 */
#ifndef VM11_CP_DIRECTORY_IMPL_H
#define VM11_CP_DIRECTORY_IMPL_H

#include "cp/directory.h"

/* The keys of the file. */
extern const struct keyed_key directory_keys[];

/* An entry of `machines`. */
extern const struct keyed_map directory_vm_map;

/* A name of a VM or a pack: for a row. */
int directory_take_name(void *field, const struct keyed_value *v, struct err *err);

/* How the file of `what` is to be opened: ,ro ,new and an overlay exclude each other. */
struct directory_opening {
    const char *overlay;
    bool ro, new;
};
int directory_check_opening(const struct directory_opening *how, const char *what,
                            const struct keyed_value *at, struct err *err);

/* Find what is named, fill in what is left out, and refuse what does not go together. */
int directory_check(struct directory *directory, const char *path, u64 own, struct err *err);

#endif
