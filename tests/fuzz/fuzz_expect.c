/* fuzz_expect.c - any bytes as a console script, and what stands behind the first NUL as output of
 * the guest: the script ends, and if it fails it says why in one line.
 */
#include <string.h>

#include "base/assert.h"
#include "machine/expect.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

static void script_run(struct expect *e, const u8 *output, size_t size)
{
    const struct machine_config config = {.memory = 8192};
    enum expect_status status;
    struct machine *m;
    u64 now = 0;

    base_assert(machine_new(&m, &config, NULL) == 0);
    expect_begin(e, m);
    while ((status = expect_step(e, now)) == EXPECT_RUNNING && size) {
        expect_output(e, *output++);
        size--;
    }
    for (unsigned steps = 0; status == EXPECT_RUNNING && steps < 20; steps++) {
        base_assert(expect_deadline(e) >= now);
        now = expect_deadline(e);
        status = expect_step(e, now);
    }
    if (status == EXPECT_RUNNING)
        status = expect_end(e, STOP_HALT, now);
    base_assert(status != EXPECT_RUNNING);
    base_assert(!strchr(expect_error(e)->text, '\n'));
    base_assert((status == EXPECT_FAILED) == (expect_error(e)->code != 0));
    expect_tail(e);
    machine_free(m);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
    const u8 *nul = size ? memchr(data, 0, size) : NULL;
    size_t len = nul ? (size_t)(nul - data) : size;
    struct expect *e;
    struct err err = {0};

    if (expect_parse(&e, "x", (const char *)data, len, &err)) {
        base_assert(err.code && !strchr(err.text, '\n'));
        return 0;
    }
    script_run(e, data + len, size - len);
    expect_free(e);
    return 0;
}
