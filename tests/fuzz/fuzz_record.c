/* fuzz_record.c - a recording with any bytes changed: it is refused with one line, or the machine
 * goes through it to its end, and back.
 *
 * The input is a list of changes to a good recording (two bytes where, one byte what), whose
 * checksum is put right again.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/assert.h"
#include "base/wholefile.h"
#include "machine/record.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

static struct machine *new_machine(void)
{
    const struct machine_config config = {.memory = 2048};
    struct machine *m = NULL;

    base_assert(machine_new(&m, &config, NULL) == 0);
    return m;
}

/* A loop that the clock and what is typed interrupt. */
static u8 *good(size_t *size)
{
    static const u16 words[] = {0012737, 0000100, 0177546, 0012737, 0000100,
                                0177560, 0005201, 0000776, 0005202, 0000002};
    char dir[] = "/tmp/vm11-fuzz-XXXXXX", path[64];
    struct machine *m = new_machine();
    u8 *bytes;

    for (unsigned i = 0; i < ARRAY_LEN(words); i++)
        ram_put(&m->ram, 01000 + 2 * i, words[i]);
    ram_put(&m->ram, 0100, 01020);
    ram_put(&m->ram, 060, 01020);
    machine_start(m, 01000);
    m->cpu.r[SP] = 0700;
    base_assert(record_begin(m, NULL, NULL) == 0);
    machine_run(m, 3000, EVENT_NEVER);
    base_assert(machine_type(m, "text", 4, NULL) == 0);
    machine_run(m, 6000, EVENT_NEVER);
    base_assert(record_look(m, NULL) == 0);
    m->cpu.r[R3] = 5;
    machine_tick(m);
    machine_run(m, 30000, EVENT_NEVER);
    base_assert(mkdtemp(dir));
    strcpy(stpcpy(path, dir), "/rec");
    base_assert(record_save(m, path, NULL) == 0);
    base_assert(wholefile_read(path, 1u << 20, &bytes, size, NULL) == 0);
    unlink(path);
    rmdir(dir);
    machine_free(m);
    return bytes;
}

static void sum_right(u8 *bytes, size_t size)
{
    u64 hash = 0xcbf29ce484222325u;

    for (size_t i = 0; i < size - 8; i++)
        hash = (hash ^ bytes[i]) * 0x100000001b3u;
    for (unsigned i = 0; i < 8; i++)
        bytes[size - 8 + i] = (u8)(hash >> 8 * i);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
    struct machine *m = new_machine();
    struct err err = {0};
    size_t len;
    u8 *bytes = good(&len);

    for (size_t i = 0; i + 3 <= size; i += 3)
        bytes[(size_t)(data[i] | data[i + 1] << 8) % len] = data[i + 2];
    sum_right(bytes, len);
    if (record_parse(m, "x", bytes, len, &err)) {
        base_assert(err.code && err.text[0] && !strchr(err.text, '\n'));
        base_assert(!record_active(m));
    } else {
        machine_run(m, m->cpu.icount + 100000, machine_time(m) + 100000);
        m->failure.code = 0;
        if (record_goto(m, 4000, &err))
            base_assert(err.text[0]);
    }
    machine_free(m);
    free(bytes);
    return 0;
}
