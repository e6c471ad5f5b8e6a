/* run_console.h - the far end of the console line: this terminal, a pty, a socket, a file.
 *
 * Output is gathered and leaves with console_flush(). A terminal, a pipe or a file loses nothing
 * and is waited for. A peer on a socket or a pty may go away, stay away or stop reading: after a
 * short wait its output is dropped, and the machine goes on.
 */
#ifndef VM11_CLI_RUN_CONSOLE_H
#define VM11_CLI_RUN_CONSOLE_H

#include "base/err.h"
#include "base/types.h"

enum console_kind {
    CONSOLE_TTY,
    CONSOLE_PTY,
    CONSOLE_UNIX,
    CONSOLE_TCP,
    CONSOLE_FILE,
    CONSOLE_NULL,
};

struct console_spec {
    enum console_kind kind;
    const char *path; /* unix, file: borrowed */
    char host[64];    /* tcp */
    u16 port;         /* tcp; 0: any that is free */
};

/* Parse "tty", "pty", "unix:PATH", "tcp:[HOST:]PORT", "file:PATH", "null". -EINVAL. */
int console_parse(const char *text, struct console_spec *spec, struct err *err);

#define CONSOLE_BUFFER 16384u

struct console {
    struct console_spec spec;
    int in;       /* descriptor to read characters from; -1: none, or nobody is connected */
    int out;      /* descriptor to write to; -1: likewise */
    int listener; /* -1: no socket */
    int spare;    /* the pty's slave, so that its master never hangs up; -1: none */
    bool patient; /* output is waited for as long as it takes */
    bool deaf;    /* the peer does not read: output is dropped until it does */
    bool eight;   /* pass 8 bits; else 7 */
    bool at_line; /* what was last printed to stdout ended a line, or nothing was */
    size_t count;
    u8 buffer[CONSOLE_BUFFER];
};

/* Open it; says on stderr where a pty or a socket is. A failure names it: -EADDRINUSE, ... */
int console_open(struct console *console, const struct console_spec *spec, struct err *err);

/* Sockets are unlinked. Does not flush. */
void console_close(struct console *console);

/* Whoever is connected to a socket is no more; another may come. What was gathered is dropped. */
void console_hang_up(struct console *console);

/* The guest printed a character. Never fails: console_flush() tells. */
void console_put(struct console *console, u8 ch);

/* Write what was gathered. A failure of stdout or a file: -EPIPE, -ENOSPC, ... */
int console_flush(struct console *console, struct err *err);

/* Begin a line of vm11's own on stdout: what the guest printed there is flushed and ended. */
int console_break_line(struct console *console, struct err *err);

/* The descriptor that tells of input or of a new peer, -1: none. */
int console_poll_fd(const struct console *console);

/* That descriptor is ready: up to `size` bytes of input. 0: none. -1: there will never be any
 * more (only a tty, a file or a pipe ends). */
long console_read(struct console *console, u8 *bytes, size_t size);

#endif
