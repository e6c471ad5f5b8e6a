/* run_text.c - typing of text when the guest is quiet: see run_text.h. */
#include "cli/run_text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define POLLING_LOOKS 2u    /* silent and looking for a key for so long: it asks */
#define WAITING_LOOKS 40u   /* silent and waiting */
#define SILENT_LOOKS  100u  /* silent */
#define POLLS         1000u /* between two looks */

int text_put(struct run_text *t, const struct machine *m, const u8 *bytes, size_t len,
             struct err *err)
{
    if (t->first + t->count + len > t->size) {
        size_t size = 2 * (t->first + t->count + len);
        u8 *bigger = realloc(t->text, size);
        if (!bigger)
            return err_set(err, ENOMEM, "no host memory for %zu characters of input", len);
        t->text = bigger;
        t->size = size;
    }
    memcpy(t->text + t->first + t->count, bytes, len);
    if (t->count == 0 && len)
        t->next = (machine_time(m) / TEXT_GRID + 1) * TEXT_GRID;
    t->count += len;
    return 0;
}

/* Type up to the end of a line. */
static int type_line(struct run_text *t, struct machine *m, struct err *err)
{
    const u8 *start = t->text + t->first;
    const u8 *end = memchr(start, '\r', t->count);
    size_t len = end ? (size_t)(end - start) + 1 : t->count;
    int rc = machine_type(m, start, len, err);

    t->first += len;
    t->count -= len;
    if (t->count == 0)
        t->first = 0;
    return rc;
}

static bool is_quiet(const struct run_text *t)
{
    return !t->begun || t->polling >= POLLING_LOOKS || t->waiting >= WAITING_LOOKS ||
           t->silent >= SILENT_LOOKS;
}

int text_look(struct run_text *t, struct machine *m, u64 printed, u64 polls, struct err *err)
{
    bool silent = printed == t->printed && m->feed.count == 0;
    bool waits = m->cpu.attention & ATTN_WAIT && !event_working(&m->bus.events);
    int rc = 0;

    t->silent = silent ? t->silent + 1 : 0;
    t->waiting = silent && waits ? t->waiting + 1 : 0;
    t->polling = silent && polls - t->polls > POLLS ? t->polling + 1 : 0;
    t->printed = printed;
    t->polls = polls;
    if (is_quiet(t)) {
        rc = type_line(t, m, err);
        t->begun = true;
        t->silent = t->waiting = t->polling = 0;
    }
    t->next = t->count ? t->next + TEXT_GRID : EVENT_NEVER;
    return rc;
}

void text_fini(struct run_text *t)
{
    free(t->text);
    t->text = NULL;
}
