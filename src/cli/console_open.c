/* console_open.c - the kinds of console: parsing their names, opening, closing.
 *
 * Sockets serve one peer at a time; the next waits until the first has gone. A TCP console has no
 * password, so it is bound to 127.0.0.1 unless a host was given.
 */
#include "cli/console_open.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/near.h"
#include "base/number.h"
#include "cli/listen.h"
#include "cli/options.h"
#include "cli/report.h"

#define LOCALHOST "127.0.0.1"

/* "[HOST:]PORT"; an IPv6 address stands in brackets. */
static int parse_tcp(const char *text, struct console_spec *spec, struct err *err)
{
    const char *colon = strrchr(text, ':');
    const char *host = text, *port = colon ? colon + 1 : text;
    size_t len = colon ? (size_t)(colon - text) : 0;
    u64 number;

    if (len >= 2 && host[0] == '[' && host[len - 1] == ']') {
        host++;
        len -= 2;
    }
    if (len >= sizeof spec->host || (colon && len == 0))
        return err_set(err, EINVAL, "%s: no host", text);
    if (!count_parse(port, 65535, &number))
        return err_set(err, EINVAL, "%s: no port number up to 65535", port);
    memcpy(spec->host, colon ? host : LOCALHOST, colon ? len : sizeof LOCALHOST);
    if (colon)
        spec->host[len] = 0;
    spec->port = (u16)number;
    return 0;
}

int console_parse(const char *text, struct console_spec *spec, struct err *err)
{
    static const char *const names[] = {"tty", "pty", "unix", "tcp", "file", "null", NULL};
    size_t len = strcspn(text, ":");
    const char *rest = text[len] ? text + len + 1 : NULL;
    char word[16];
    unsigned kind = 0;

    snprintf(word, sizeof word, "%.*s", (int)(len < 15 ? len : 15), text);
    while (names[kind] && strcmp(word, names[kind]) != 0)
        kind++;
    if (!names[kind])
        return near_error(word, "kind of console", names, err);
    *spec = (struct console_spec){.kind = (enum console_kind)kind, .path = rest};
    switch (spec->kind) {
    case CONSOLE_TTY:
    case CONSOLE_PTY:
    case CONSOLE_NULL: return rest ? err_set(err, EINVAL, "%s takes nothing behind it", word) : 0;
    case CONSOLE_UNIX:
    case CONSOLE_FILE: return rest && *rest ? 0 : err_set(err, EINVAL, "write %s:PATH", word);
    case CONSOLE_TCP:
        return rest && *rest ? parse_tcp(rest, spec, err)
                             : err_set(err, EINVAL, "write tcp:PORT or tcp:HOST:PORT");
    }
    return 0;
}

static int fail(const char *what, struct err *err)
{
    return err_set(err, errno, "console: %s: %s", what, strerror(errno));
}

static int open_pty(struct console *c, struct err *err)
{
    struct termios mode;
    int fd = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    const char *name;

    if (fd < 0)
        return fail("pty", err);
    c->in = c->out = fd;
    name = grantpt(fd) == 0 && unlockpt(fd) == 0 ? ptsname(fd) : NULL;
    c->spare = name ? open(name, O_RDWR | O_NOCTTY | O_CLOEXEC) : -1;
    if (c->spare < 0 || tcgetattr(c->spare, &mode))
        return fail("pty", err);
    cfmakeraw(&mode);
    tcsetattr(c->spare, TCSANOW, &mode);
    report_note("run", "the console is at %s", name);
    return 0;
}

static int open_unix(struct console *c, struct err *err)
{
    int fd = listen_unix("console", c->spec.path, err);

    if (fd < 0)
        return fd;
    c->listener = fd;
    report_note("run", "the console is at the socket %s", c->spec.path);
    return 0;
}

static int open_tcp(struct console *c, struct err *err)
{
    int fd = listen_tcp("console", c->spec.host, c->spec.port, err);

    if (fd < 0)
        return fd;
    c->listener = fd;
    report_note("run", "the console is at %s port %u", c->spec.host, listen_port(fd));
    return 0;
}

static int open_file(struct console *c, struct err *err)
{
    c->patient = true;
    c->out = open(c->spec.path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    return c->out < 0 ? fail(c->spec.path, err) : 0;
}

int console_open(struct console *c, const struct console_spec *spec, struct err *err)
{
    *c = (struct console){
        .spec = *spec, .in = -1, .out = -1, .listener = -1, .spare = -1, .at_line = true};
    switch (spec->kind) {
    case CONSOLE_TTY:
        c->patient = true;
        c->in = STDIN_FILENO;
        c->out = STDOUT_FILENO;
        return 0;
    case CONSOLE_PTY: return open_pty(c, err);
    case CONSOLE_UNIX: return open_unix(c, err);
    case CONSOLE_TCP: return open_tcp(c, err);
    case CONSOLE_FILE: return open_file(c, err);
    case CONSOLE_NULL: return 0;
    }
    return 0;
}

void console_accept(struct console *c)
{
    int fd = listen_accept(c->listener);

    if (fd < 0)
        return;
    c->in = c->out = fd;
    c->deaf = false;
}

void console_close(struct console *c)
{
    if (c->spec.kind == CONSOLE_UNIX && c->listener >= 0)
        unlink(c->spec.path);
    if (c->spare >= 0)
        close(c->spare);
    if (c->listener >= 0)
        close(c->listener);
    if (c->out > STDERR_FILENO)
        close(c->out);
    c->in = c->out = c->listener = c->spare = -1;
}
