/* record_rig.h - a busy run that was recorded, for the tests of time travel and saved states: every
 * slice's end is known by its state, the disk's too.
 */
#ifndef VM11_TEST_MACHINE_RECORD_RIG_H
#define VM11_TEST_MACHINE_RECORD_RIG_H

#include "machine/record.h"

#include "dev/image.h"

#include "busy.h"

static char dir[32];

static inline int begin(void **state)
{
    files_begin(dir);
    return 0;
}

static inline int end(void **state)
{
    static const char *const names[] = {"disk",   "tape",  "tape2",  "rec",
                                        "before", "after", "middle", NULL};
    files_end(dir, names);
    return 0;
}

struct heard {
    char text[60000];
    size_t count;
};

static inline void hear(void *ctx, u8 ch)
{
    struct heard *heard = ctx;

    assert_true(heard->count < sizeof heard->text);
    heard->text[heard->count++] = (char)ch;
}

static inline void ok(int rc, const struct err *err)
{
    if (rc < 0)
        fail_msg("%s", err->text);
}

static inline void go_to(struct machine *m, u64 icount)
{
    struct err err = {0};

    ok(record_goto(m, icount, &err), &err);
    assert_true(m->cpu.icount == icount);
}

/* All of a state, the disk too. */
static inline u64 whole_hash(struct machine *m)
{
    u64 disk;

    assert_int_equal(image_hash(m->rk.drives[0].image, NULL, &disk, NULL), 0);
    return machine_hash(m) ^ disk * 3;
}

static inline u32 random_next(u32 *seed)
{
    *seed = *seed * 1103515245u + 12345;
    return *seed >> 8 & 0xffffff;
}

static inline void copy_file(const char *from, const char *to)
{
    FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
    int ch;

    assert_true(in && out);
    while ((ch = getc(in)) != EOF)
        putc(ch, out);
    fclose(in);
    fclose(out);
}

#define SLICES 100u

/* A run of which all slices end at a known state; things come from outside on the way. */
struct past {
    struct machine *m;
    u64 icount[SLICES], hash[SLICES];
};

static inline void past_make(struct past *past, bool real, u64 interval)
{
    const struct record_options opt = {.interval = interval};
    struct machine *m = busy_new();
    struct err err = {0};
    u32 seed = 5;

    past->m = m;
    if (real)
        kw11l_set_external(&m->clock, true);
    ok(record_begin(m, &opt, &err), &err);
    for (unsigned i = 0; i < SLICES; i++) {
        static const char text[] = "it was a dark and stormy night; the rain fell in torrents,\r"
                                   "except at occasional intervals\rwhen it was checked\r";

        if (i % 7 == 3)
            ok(machine_type(m, text, 1 + random_next(&seed) % (sizeof text - 1), &err), &err);
        if (i % 11 == 5) {
            ok(record_look(m, &err), &err);
            ram_put(&m->ram, 014000 + 2 * i, (u16)i);
            m->cpu.r[R3] = (u16)i;
        }
        if (real) {
            for (unsigned k = random_next(&seed) % 3; k; k--)
                machine_tick(m);
            machine_run(m, m->cpu.icount + 1 + random_next(&seed) % 20000, EVENT_NEVER);
        } else {
            machine_run(m, EVENT_NEVER, machine_time(m) + 1 + random_next(&seed) % 20000);
        }
        past->icount[i] = m->cpu.icount;
        past->hash[i] = whole_hash(m);
    }
}

#endif
