/* fuzz_monitor.c - any bytes as lines for the monitor: each is answered, in bounded time, and what
 * is wrong with it is told in one line. The host's files are out of reach.
 */
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "monitor/monitor.h"

#define MAX_LINES 200u

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

struct host {
    struct machine *machine;
    u64 budget; /* instructions */
    bool complained;
};

static void print(void *ctx, const char *text, size_t len)
{
    base_assert(len == 0 || text);
}

static void complain(void *ctx, const char *text)
{
    struct host *host = ctx;

    base_assert(*text && !strchr(text, '\n'));
    host->complained = true;
}

/* The machine runs, but not for long. */
static enum stop run(void *ctx, u64 icount)
{
    struct host *host = ctx;
    u64 now = host->machine->cpu.icount, until = now + host->budget;
    enum stop stop = machine_run(host->machine, icount < until ? icount : until,
                                 machine_time(host->machine) + 100000);

    host->budget -= host->machine->cpu.icount - now;
    return stop == STOP_TIME || host->machine->cpu.icount >= until ? STOP_REQUEST : stop;
}

static void put(void *ctx, const char *name, bool list) {}

static void put_close(void *ctx) {}

static void put_text(void *ctx, const char *name, const char *text)
{
    base_assert(strlen(text) < 65536);
}

static void put_number(void *ctx, const char *name, u64 value) {}

static void put_bool(void *ctx, const char *name, bool value) {}

static void obey(struct monitor *monitor, struct host *host, const char *text, size_t len)
{
    char *line = strndup(text, len);
    enum monitor_result result;

    base_assert(line);
    host->complained = false;
    result = monitor_command(monitor, line);
    base_assert(host->complained == (result == MONITOR_ERROR || result == MONITOR_FAILED));
    for (unsigned i = 0; i < 3; i++)
        free(monitor_complete(monitor, line, i));
    free(line);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
    static const struct monitor_data sink = {put, put_close, put_text, put_number, put_bool};
    const struct machine_config config = {.memory = 8192};
    struct host host = {.budget = 20000};
    const struct monitor_io io = {.print = print,
                                  .complain = complain,
                                  .data = &sink,
                                  .run = run,
                                  .no_files = true,
                                  .ctx = &host};
    const char *at = (const char *)data, *end = at + size;
    struct monitor *monitor;

    base_assert(machine_new(&host.machine, &config, NULL) == 0);
    base_assert(monitor_new(&monitor, host.machine, &io, NULL) == 0);
    monitor_set_patience(monitor, 20000);
    for (unsigned i = 0; at < end && i < MAX_LINES; i++) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        size_t len = newline ? (size_t)(newline - at) : (size_t)(end - at);
        obey(monitor, &host, at, len);
        at += len + 1;
    }
    monitor_end(monitor);
    monitor_free(monitor);
    machine_free(host.machine);
    return 0;
}
