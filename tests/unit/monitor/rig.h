/* rig.h - a monitor around a small machine, whose answers are kept. */
#ifndef VM11_TESTS_MONITOR_RIG_H
#define VM11_TESTS_MONITOR_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "monitor/impl.h"

struct rig {
    struct machine *m;
    struct monitor *mon;
    struct monitor_io io;
    char text[8192];              /* printed by the last command */
    char error[1024];             /* the last complaint, empty: none */
    unsigned asked, interrupt_at; /* the question at which ^C has been typed; 0: never */
};

/* For cmocka_unit_test_setup_teardown: *state is a struct rig. */
int rig_setup(void **state);
int rig_teardown(void **state);

/* Carry out a line and check how it ends; the text and the complaint are kept. */
void rig_do(struct rig *rig, enum monitor_result result, const char *line);

/* The line prints exactly this. */
void rig_prints(struct rig *rig, const char *line, const char *text);

/* The line is complained of, exactly so. */
void rig_fails(struct rig *rig, const char *line, const char *complaint);

/* The value of an expression. */
u64 rig_value(struct rig *rig, const char *expr);

/* A file with this text, in the directory of the tests; its name, until the next call. */
const char *rig_file(const char *name, const void *bytes, size_t len);

#define RIG_TEST(f) cmocka_unit_test_setup_teardown(f, rig_setup, rig_teardown)

#endif
