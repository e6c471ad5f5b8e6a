/* peer.c - the other end of a console, for the tests: sends a text, waits for an answer.
 *
 *     peer unix:PATH|tcp:PORT|PATH-OF-A-TERMINAL SEND EXPECT
 *
 * Tries to connect for ten seconds and reads as long. Status 0 where EXPECT came.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define TRIES 100 /* of a tenth of a second */

static int dial(const char *where)
{
    struct sockaddr_un local = {.sun_family = AF_UNIX};
    struct sockaddr_in inet = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd, rc;

    if (strncmp(where, "unix:", 5) == 0) {
        snprintf(local.sun_path, sizeof local.sun_path, "%s", where + 5);
        fd = socket(AF_UNIX, SOCK_STREAM, 0);
        rc = connect(fd, (struct sockaddr *)&local, sizeof local);
    } else if (strncmp(where, "tcp:", 4) == 0) {
        inet.sin_port = htons((unsigned short)atoi(where + 4));
        fd = socket(AF_INET, SOCK_STREAM, 0);
        rc = connect(fd, (struct sockaddr *)&inet, sizeof inet);
    } else {
        fd = open(where, O_RDWR | O_NOCTTY);
        rc = fd < 0 ? -1 : 0;
    }
    if (rc == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

int main(int argc, char **argv)
{
    char text[65536] = "";
    size_t len = 0;
    int fd = -1;

    if (argc != 4)
        return 2;
    for (int i = 0; i < TRIES && (fd = dial(argv[1])) < 0; i++)
        usleep(100000);
    if (fd < 0 || write(fd, argv[2], strlen(argv[2])) != (ssize_t)strlen(argv[2])) {
        fprintf(stderr, "peer: %s: %s\n", argv[1], strerror(errno));
        return 1;
    }
    while (!strstr(text, argv[3])) {
        struct pollfd ready = {.fd = fd, .events = POLLIN};
        ssize_t n = poll(&ready, 1, 10000) > 0 ? read(fd, text + len, sizeof text - 1 - len) : 0;
        if (n <= 0) {
            fprintf(stderr, "peer: \"%s\" did not come, but \"%s\"\n", argv[3], text);
            return 1;
        }
        len += (size_t)n;
        text[len] = 0;
    }
    return 0;
}
