/* listen.c - sockets on which peers are awaited: see listen.h. */
#include "cli/listen.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static int fail(const char *what, const char *name, struct err *err)
{
    return err_set(err, errno, "%s: %s: %s", what, name, strerror(errno));
}

static bool listen_on(int fd, const struct sockaddr *addr, socklen_t len)
{
    int code;

    if (bind(fd, addr, len) == 0 && listen(fd, 1) == 0)
        return true;
    code = errno;
    close(fd);
    errno = code;
    return false;
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

int listen_unix(const char *what, const char *path, struct err *err)
{
    struct sockaddr_un addr = {.sun_family = AF_UNIX};
    int fd;

    if (strlen(path) >= sizeof addr.sun_path)
        return err_set(err, EINVAL, "%s: %s: too long for the name of a socket (107 bytes)", what,
                       path);
    strcpy(addr.sun_path, path);
    if (stale(&addr))
        unlink(path);
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0 || !listen_on(fd, (struct sockaddr *)&addr, sizeof addr))
        return fail(what, path, err);
    return fd;
}

int listen_tcp(const char *what, const char *host, u16 number, struct err *err)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE};
    struct addrinfo *list;
    char port[8];
    int rc, one = 1, listener = -1;

    snprintf(port, sizeof port, "%u", number);
    rc = getaddrinfo(host, port, &hints, &list);
    if (rc)
        return err_set(err, EINVAL, "%s: %s: %s", what, host, gai_strerror(rc));
    errno = EINVAL;
    for (struct addrinfo *a = list; a && listener < 0; a = a->ai_next) {
        int fd = socket(a->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (fd < 0)
            continue;
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
        if (listen_on(fd, a->ai_addr, a->ai_addrlen))
            listener = fd;
    }
    freeaddrinfo(list);
    if (listener < 0)
        return err_set(err, errno, "%s: %s:%s: %s", what, host, port, strerror(errno));
    return listener;
}

unsigned listen_port(int fd)
{
    struct sockaddr_storage addr;
    socklen_t len = sizeof addr;

    if (getsockname(fd, (struct sockaddr *)&addr, &len))
        return 0;
    if (addr.ss_family == AF_INET6)
        return ntohs(((struct sockaddr_in6 *)&addr)->sin6_port);
    return ntohs(((struct sockaddr_in *)&addr)->sin_port);
}

bool listen_is_local(int fd)
{
    struct sockaddr_storage addr;
    socklen_t len = sizeof addr;

    if (getsockname(fd, (struct sockaddr *)&addr, &len))
        return false;
    switch (addr.ss_family) {
    case AF_UNIX: return true;
    case AF_INET:
        return ntohl(((struct sockaddr_in *)&addr)->sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
    case AF_INET6: return IN6_IS_ADDR_LOOPBACK(&((struct sockaddr_in6 *)&addr)->sin6_addr);
    default: return false;
    }
}

int listen_accept(int listener)
{
    int one = 1;
    int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

    if (fd >= 0) /* of no account where it is not TCP */
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    return fd;
}
