/* gdb_rig.h - a gdb engine around a monitor and a small machine, and a client that keeps answers.
 */
#ifndef VM11_TESTS_GDB_RIG_H
#define VM11_TESTS_GDB_RIG_H

#include "monitor/gdb_impl.h"
#include "rig.h"

struct gdb_rig {
    struct rig *rig;
    struct gdb *gdb;
    struct gdb_io io;
    u8 raw[65536]; /* all that the engine has sent since gdb_rig_hear() */
    size_t raw_len;
    char answer[GDB_PACKET + 1]; /* the last packet that was no output */
    char text[8192];             /* output, decoded */
    unsigned answers;
    const char *meanwhile; /* what the client says when the machine runs; NULL: nothing */
    const char *under_way; /* what it says at the question `ask_at` of a journey; NULL: nothing */
    unsigned asked, ask_at;
    u64 budget; /* instructions after which a run is interrupted */
    struct gdb_over over;
};

/* For cmocka_unit_test_setup_teardown: *state is a struct gdb_rig. Memory has a program at 1000:
 * it counts R0 up, stores it at 2000, and halts when it is 20. */
int gdb_rig_setup(void **state);
int gdb_rig_teardown(void **state);

/* Bytes as they are; what the engine wants. */
enum gdb_wish gdb_rig_hear(struct gdb_rig *g, const void *bytes, size_t len);

/* A packet of this body; escapes are the caller's. */
enum gdb_wish gdb_rig_send(struct gdb_rig *g, const void *body, size_t len);

/* A packet, and its one answer. */
const char *gdb_rig_ask(struct gdb_rig *g, const char *body);
void gdb_rig_answers(struct gdb_rig *g, const char *body, const char *answer);

/* `monitor LINE`: what it prints. */
const char *gdb_rig_monitor(struct gdb_rig *g, const char *line);

#define GDB_TEST(f) cmocka_unit_test_setup_teardown(f, gdb_rig_setup, gdb_rig_teardown)

#endif
