/* listen.h - sockets on which peers are awaited: of a console, of gdb.
 */
#ifndef VM11_CLI_LISTEN_H
#define VM11_CLI_LISTEN_H

#include "base/err.h"
#include "base/types.h"

/* Listen on a Unix socket; one that a dead process left behind is replaced, any other file is an
 * error. The descriptor, which does not block, or -errno; `what` begins the text. The file is the
 * caller's to unlink. */
int listen_unix(const char *what, const char *path, struct err *err);

/* Listen on a TCP port (0: any that is free) of a host's address. */
int listen_tcp(const char *what, const char *host, u16 port, struct err *err);

/* The port that was got. */
unsigned listen_port(int fd);

/* Nobody on another host can reach it. */
bool listen_is_local(int fd);

/* Let in who knocks: a descriptor that does not block; -1: he has gone. */
int listen_accept(int fd);

#endif
