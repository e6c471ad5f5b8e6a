/* signals.c - see signals.h. */
#include "cli/signals.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>

int signals_open(const int *wanted, struct err *err)
{
    sigset_t set;
    int fd;

    sigemptyset(&set);
    for (; *wanted; wanted++) {
        struct sigaction found;
        if (sigaction(*wanted, NULL, &found) == 0 && found.sa_handler != SIG_IGN)
            sigaddset(&set, *wanted);
    }
    sigprocmask(SIG_BLOCK, &set, NULL);
    fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    return fd < 0 ? err_set(err, errno, "signals: %s", strerror(errno)) : fd;
}

void signals_end(int sig)
{
    sigset_t set;

    if (sig != SIGINT && sig != SIGQUIT)
        return;
    fflush(NULL);
    signal(SIGINT, SIG_DFL);
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    raise(SIGINT);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
}
