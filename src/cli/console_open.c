/* console_open.c - the kinds of console: parsing their names, opening, closing.
 *
 * Sockets serve one peer at a time; the next waits until the first has gone. A TCP console has no
 * password, so it is bound to 127.0.0.1 unless a host was given.
 */
#include "cli/console_open.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <termios.h>
#include <unistd.h>

#include "base/number.h"
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
        return options_unknown(word, "kind of console", names, err);
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

static int listen_on(struct console *c, int fd, const struct sockaddr *addr, socklen_t len)
{
    if (bind(fd, addr, len) || listen(fd, 1)) {
        int code = errno;
        close(fd);
        errno = code;
        return -1;
    }
    c->listener = fd;
    return 0;
}

/* Whether a socket is left over from a machine that has gone. */
static bool stale(const struct sockaddr_un *addr)
{
    struct stat st;
    int fd;
    bool dead;

    if (stat(addr->sun_path, &st) || !S_ISSOCK(st.st_mode))
        return false;
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return false;
    dead = connect(fd, (const struct sockaddr *)addr, sizeof *addr) && errno == ECONNREFUSED;
    close(fd);
    return dead;
}

static int open_unix(struct console *c, struct err *err)
{
    struct sockaddr_un addr = {.sun_family = AF_UNIX};
    const char *path = c->spec.path;
    int fd;

    if (strlen(path) >= sizeof addr.sun_path)
        return err_set(err, EINVAL, "console: %s: too long for the name of a socket (107 bytes)",
                       path);
    strcpy(addr.sun_path, path);
    if (stale(&addr))
        unlink(path);
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0 || listen_on(c, fd, (struct sockaddr *)&addr, sizeof addr))
        return fail(path, err);
    report_note("run", "the console is at the socket %s", path);
    return 0;
}

/* The port that was got, for port 0. */
static unsigned own_port(int fd)
{
    struct sockaddr_storage addr;
    socklen_t len = sizeof addr;

    if (getsockname(fd, (struct sockaddr *)&addr, &len))
        return 0;
    if (addr.ss_family == AF_INET6)
        return ntohs(((struct sockaddr_in6 *)&addr)->sin6_port);
    return ntohs(((struct sockaddr_in *)&addr)->sin_port);
}

static int open_tcp(struct console *c, struct err *err)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE};
    struct addrinfo *list;
    char port[8];
    int rc, one = 1;

    snprintf(port, sizeof port, "%u", c->spec.port);
    rc = getaddrinfo(c->spec.host, port, &hints, &list);
    if (rc)
        return err_set(err, EINVAL, "console: %s: %s", c->spec.host, gai_strerror(rc));
    errno = EINVAL;
    for (struct addrinfo *a = list; a && c->listener < 0; a = a->ai_next) {
        int fd = socket(a->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (fd < 0)
            continue;
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
        listen_on(c, fd, a->ai_addr, a->ai_addrlen);
    }
    freeaddrinfo(list);
    if (c->listener < 0)
        return err_set(err, errno, "console: %s:%s: %s", c->spec.host, port, strerror(errno));
    report_note("run", "the console is at %s port %u", c->spec.host, own_port(c->listener));
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
    int one = 1;
    int fd = accept4(c->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

    if (fd < 0)
        return;
    if (c->spec.kind == CONSOLE_TCP)
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
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
