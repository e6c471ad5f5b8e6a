/* expect_impl.h - a console script in memory: between expect_parse.c and expect.c. */
#ifndef VM11_MACHINE_EXPECT_IMPL_H
#define VM11_MACHINE_EXPECT_IMPL_H

#include "machine/expect.h"

#define EXPECT_SEEN    (1u << 17)                /* characters of output that are kept */
#define EXPECT_TIMEOUT (60 * (u64)EVENT_HZ)      /* until the script says otherwise */
#define EXPECT_LONGEST (1000000 * (u64)EVENT_HZ) /* seconds in a script */

enum expect_kind {
    COMMAND_EXPECT,
    COMMAND_SEND,
    COMMAND_TIMEOUT,
    COMMAND_WAIT,
    COMMAND_WAIT_HALT,
    COMMAND_PEEK,
    COMMAND_HALT,
    COMMAND_INTERACT,
    COMMAND_LAST, /* the end of a script that ends in `send` */
};

struct expect_command {
    enum expect_kind kind;
    unsigned line;
    char *text; /* of expect and send: len characters */
    size_t len;
    bool has_cr; /* there is a CR in the text */
    u64 time;    /* of timeout and wait, microseconds */
    u32 addr;    /* of peek */
    bool has_value;
    u16 value;
};

struct expect {
    char *name;
    struct expect_command *command;
    unsigned commands;
    struct expect_peek *peek;
    unsigned peeks, peeks_done;

    struct machine *machine;
    enum expect_status status;
    unsigned at;  /* the current command */
    bool waiting; /* it has begun, and has a deadline */
    bool matched;
    u64 timeout, deadline;
    struct err err;

    /* What the guest printed; what lies before `mark` has been matched, and no match of the
     * current command ends at or before `scan`. */
    size_t count, mark, scan;
    char seen[EXPECT_SEEN + 1];
};

#endif
