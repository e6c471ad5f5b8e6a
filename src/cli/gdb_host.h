/* gdb_host.h - `vm11 run --gdb`: a socket at which gdb is awaited, and a run that gdb leads.
 *
 * The machine stands until a client has come and let it go. What the client says while the machine
 * runs is taken by run_loop(), as keys are. A client is what has sent a whole packet; one at a
 * time. When it detaches the machine runs on; when it is lost the machine does what it did: if it
 * stood it waits for a client to come back. The protocol itself is in monitor/gdb.h.
 */
#ifndef VM11_CLI_GDB_HOST_H
#define VM11_CLI_GDB_HOST_H

#include <poll.h>

#include "cli/run.h"

#define GDB_FDS 2

/* Listen at run->opt->gdb, and tell where. 0 or -errno with run->err set. */
int gdb_host_open(struct run *run);
/* The socket goes. Before the session does. NULL is allowed. */
void gdb_host_free(struct gdb_host *host);

/* Lead the run to its end. */
void gdb_host_lead(struct run *run);

/* For run_input.c: what is to be waited for, and that something has come: it may end the loop
 * (END_GDB). */
void gdb_host_await(const struct gdb_host *host, struct pollfd fds[GDB_FDS]);
void gdb_host_take(struct gdb_host *host, const struct pollfd fds[GDB_FDS]);

#endif
