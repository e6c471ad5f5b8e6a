/* progress.c - a bar on stderr: see progress.h. */
#include "cli/progress.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define WIDTH  40u
#define DELAY  500000000u /* nanoseconds until it is shown */
#define PERIOD 100000000u

static u64 host_now(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (u64)ts.tv_sec * 1000000000u + (u64)ts.tv_nsec;
}

void progress_tell(struct progress *p, const char *what, u64 done, u64 total)
{
    double part = total ? (double)done / (double)total : 1;
    u64 now = host_now();
    unsigned full = part < 1 ? (unsigned)(part * WIDTH) : WIDTH;

    if (!p->began)
        p->began = p->told = now;
    if (now - p->began < DELAY || now - p->told < PERIOD || !isatty(STDERR_FILENO))
        return;
    p->told = now;
    p->shown = true;
    fprintf(stderr, "\r%.60s [", what);
    for (unsigned i = 0; i < WIDTH; i++)
        fputc(i < full ? '#' : '.', stderr);
    fprintf(stderr, "] %3u%%", (unsigned)(part < 1 ? part * 100 : 100));
    fflush(stderr);
}

void progress_end(struct progress *p)
{
    if (p->shown)
        fprintf(stderr, "\r\033[K");
    *p = (struct progress){0};
}
