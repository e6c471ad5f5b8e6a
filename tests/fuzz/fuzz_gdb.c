/* fuzz_gdb.c - any bytes from a gdb client: each packet is answered once, in its frame and in
 * bounded time, and nothing else happens. The host's files are out of reach.
 *
 * The first byte chooses: the rest is a stream as it comes, or lines that are put into frames, so
 * that what is behind the checksum is reached soon. Bits 1 to 7 say how the stream is cut.
 */
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "monitor/gdb.h"

#define MAX_PACKETS 200u

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

struct host {
    struct machine *machine;
    u64 budget; /* instructions */
    unsigned answers;
    unsigned asked;
};

/* The whole of what the engine sends at once is a packet or an acknowledgement. */
static void send_bytes(void *ctx, const void *bytes, size_t len)
{
    struct host *host = ctx;
    const u8 *at = bytes;
    char sum[4];
    u8 added = 0;

    if (len == 1) {
        base_assert(*at == '+' || *at == '-');
        return;
    }
    base_assert(len >= 4 && *at == '$' && at[len - 3] == '#');
    for (size_t i = 1; i < len - 3; i++) {
        base_assert(at[i] != '$' && at[i] != '#');
        added = (u8)(added + at[i]);
    }
    memcpy(sum, at + len - 2, 2);
    sum[2] = 0;
    base_assert(strtoul(sum, NULL, 16) == added);
    host->answers += at[1] != 'O' || at[2] == 'K';
}

static void print(void *ctx, const char *text, size_t len) {}

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

static bool interrupted(void *ctx)
{
    return ++((struct host *)ctx)->asked % 1000 == 0;
}

static bool go_on(struct gdb *gdb)
{
    enum gdb_wish wish = gdb_serve(gdb);

    return wish == GDB_NOTHING || wish == GDB_HOLD;
}

static void feed_stream(struct gdb *gdb, const u8 *at, size_t left, size_t piece)
{
    while (left) {
        size_t n = piece && piece < left ? piece : left;

        gdb_hear(gdb, at, n);
        if (!go_on(gdb))
            return;
        at += n;
        left -= n;
    }
}

/* A line as a packet; what would end it is escaped. */
static size_t frame(const u8 *line, size_t len, u8 *to)
{
    static const char digits[] = "0123456789abcdef";
    size_t n = 0;
    u8 sum = 0;

    to[n++] = '$';
    for (size_t i = 0; i < len; i++) {
        if (line[i] == '$' || line[i] == '#')
            to[n++] = 0x7d;
        to[n++] = line[i] == '$' || line[i] == '#' ? line[i] ^ 0x20 : line[i];
    }
    for (size_t i = 1; i < n; i++)
        sum = (u8)(sum + to[i]);
    to[n++] = '#';
    to[n++] = (u8)digits[sum >> 4];
    to[n++] = (u8)digits[sum & 15];
    return n;
}

static void feed_lines(struct gdb *gdb, struct host *host, const u8 *at, const u8 *end)
{
    u8 *packet = malloc(2 * (size_t)(end - at) + 8);

    base_assert(packet);
    for (unsigned i = 0; at < end && i < MAX_PACKETS; i++) {
        const u8 *newline = memchr(at, '\n', (size_t)(end - at));
        size_t len = newline ? (size_t)(newline - at) : (size_t)(end - at);
        bool escape = len && memchr(at, 0x7d, len);
        enum gdb_wish wish;

        host->answers = 0;
        gdb_hear(gdb, packet, frame(at, len, packet));
        wish = gdb_serve(gdb);
        base_assert(escape || host->answers == 1 || wish == GDB_KILL);
        if (wish == GDB_RELEASE)
            gdb_close(gdb, false);
        else if (wish == GDB_KILL)
            gdb_open(gdb);
        at += len + 1;
    }
    free(packet);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
    /* INC R0; MOV R0,@#400; TRAP 1; BR 1000; the trap's vector; an RTI */
    static const struct {
        u16 at, word;
    } program[] = {{01000, 005200}, {01002, 010037}, {01004, 0400},  {01006, 0104401},
                   {01010, 000773}, {034, 01100},    {01100, 000002}};
    const struct machine_config config = {.memory = 8192};
    struct host host = {.budget = 20000};
    const struct gdb_io io = {
        .send = send_bytes, .run = run, .interrupted = interrupted, .no_files = true, .ctx = &host};
    const struct monitor_io nobody = {.print = print, .run = run, .no_files = true, .ctx = &host};
    struct monitor *monitor;
    struct gdb *gdb;

    if (size == 0)
        return 0;
    base_assert(machine_new(&host.machine, &config, NULL) == 0);
    for (unsigned i = 0; i < ARRAY_LEN(program); i++)
        ram_put(&host.machine->ram, program[i].at, program[i].word);
    machine_start(host.machine, 01000);
    host.machine->cpu.r[SP] = 01000;
    base_assert(monitor_new(&monitor, host.machine, &nobody, NULL) == 0);
    monitor_set_patience(monitor, 20000);
    base_assert(gdb_new(&gdb, monitor, &io, NULL) == 0);
    if (data[0] & 1)
        feed_lines(gdb, &host, data + 1, data + size);
    else
        feed_stream(gdb, data + 1, size - 1, data[0] >> 1);
    gdb_free(gdb);
    monitor_free(monitor);
    machine_free(host.machine);
    return 0;
}
