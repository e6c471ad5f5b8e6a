/* run_console.c - output and input of the console, whatever it is: see run_console.h.
 *
 * How each kind is opened is in console_open.c.
 */
#include "cli/run_console.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cli/console_open.h"

#define PATIENCE 1000 /* ms that a peer may take before its output is dropped */

void console_put(struct console *c, u8 ch)
{
    if (c->out < 0)
        return;
    if (c->count == CONSOLE_BUFFER) {
        struct err ignored = {0}; /* the next flush meets the same failure */
        console_flush(c, &ignored);
        if (c->count == CONSOLE_BUFFER)
            return;
    }
    c->buffer[c->count++] = c->eight ? ch : ch & 0177;
}

/* The peer has gone: wait for another. */
void console_hang_up(struct console *c)
{
    if (c->listener >= 0 && c->in >= 0) {
        close(c->in);
        c->in = c->out = -1;
    }
    c->count = 0;
}

/* Wait until `out` takes more. False: the peer does not read. */
static bool await_room(struct console *c)
{
    struct pollfd fd = {.fd = c->out, .events = POLLOUT};

    if (poll(&fd, 1, c->patient ? -1 : c->deaf ? 0 : PATIENCE) > 0 || c->patient)
        return true;
    c->deaf = true;
    return false;
}

int console_flush(struct console *c, struct err *err)
{
    size_t done = 0;

    if (c->count == 0 || c->out < 0) {
        c->count = 0;
        return 0;
    }
    if (c->out == STDOUT_FILENO) {
        fflush(stdout);
        c->at_line = c->buffer[c->count - 1] == '\n';
    }
    while (done < c->count) {
        ssize_t n = write(c->out, c->buffer + done, c->count - done);
        if (n >= 0) {
            done += (size_t)n;
            c->deaf = false;
        } else if (errno == EAGAIN) {
            if (!await_room(c))
                break;
        } else if (errno != EINTR) {
            int code = errno;
            if (!c->patient) {
                console_hang_up(c);
                return 0;
            }
            c->count = 0;
            return err_set(err, code, "console output: %s", strerror(code));
        }
    }
    c->count = 0;
    return 0;
}

int console_break_line(struct console *c, struct err *err)
{
    int rc = console_flush(c, err);

    if (rc || c->out != STDOUT_FILENO || c->at_line)
        return rc;
    c->at_line = true;
    putchar('\n');
    return 0;
}

int console_poll_fd(const struct console *c)
{
    return c->in >= 0 ? c->in : c->listener;
}

long console_read(struct console *c, u8 *bytes, size_t size)
{
    ssize_t n;

    if (c->in < 0) {
        if (c->listener >= 0)
            console_accept(c);
        return c->listener >= 0 ? 0 : -1;
    }
    n = read(c->in, bytes, size);
    if (n > 0)
        return n;
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return 0;
    if (c->listener >= 0) {
        console_hang_up(c);
        return 0;
    }
    if (c->spare >= 0)
        return 0;
    c->in = -1;
    return -1;
}
