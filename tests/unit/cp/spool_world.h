/* spool_world.h - three machines that do nothing, with a spool of their own in a folder of the
 * test's.
 */
#ifndef VM11_TEST_CP_SPOOL_WORLD_H
#define VM11_TEST_CP_SPOOL_WORLD_H

#include <sys/resource.h>

#include "../base/rig.h"
#include "base/types.h"
#include "cp/spool.h"

enum { PRS = 0777550, PRB = 0777552, PPS = 0777554, PPB = 0777556, LPS = 0777514, LPB = 0777516 };

#define ERROR   0100000u
#define DONE    0200u
#define PRINTER (1u << SPOOL_PRINTER)
#define PUNCH   (1u << SPOOL_PUNCH)
#define READER  (1u << SPOOL_READER)
#define ALL     (PRINTER | PUNCH | READER)

struct world {
    char dir[32];
    struct spool *spool;
    struct machine *m[3]; /* a, b, and c, which has a label */
    struct err err;
    struct log log;
    unsigned notes, ready; /* how often */
    struct machine *was_ready;
    char note[400];
};

/* For cmocka. */
int world_setup(void **state);
int world_teardown(void **state);
#define WORLD_TEST(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)

/* Open the spool in its folder, with the three. */
void world_begin(struct world *w);

/* The limit of the size of files: none where it is 0. */
void world_limit(rlim_t size);

/* Registers on the bus; instructions that pass. */
u16 world_get(struct machine *m, u32 pa);
void world_put(struct machine *m, u32 pa, unsigned value);
void world_pass(struct machine *m, u64 count);

/* Write `len` bytes to the device of these registers; how many it took before it stood. */
size_t world_feed(struct machine *m, u32 csr, const char *text, size_t len);

/* It takes all of it. */
void world_print(struct machine *m, const char *text);
void world_punch(struct machine *m, const char *text);

/* Read frames up to the end of the tape: they are the text's. */
void world_read(struct machine *m, const char *text);

/* Close a device's file; its number. */
unsigned world_closed(struct world *w, const char *name, enum spool_device device);

/* The file at an index is that. */
void world_is(struct world *w, unsigned index, unsigned number, const char *owner, u64 size);

#endif
