/* spool_world.c - see spool_world.h. */
#include "spool_world.h"

#include <signal.h>
#include <sys/resource.h>

static void sink(void *ctx, enum log_level level, const char *text)
{
    struct world *w = ctx;

    w->notes++;
    snprintf(w->note, sizeof w->note, "%s", text);
}

static void on_ready(void *ctx, struct machine *m)
{
    struct world *w = ctx;

    w->ready++;
    w->was_ready = m;
}

void world_begin(struct world *w)
{
    static const char *const names[] = {"a", "b", "c"};

    assert_int_equal(spool_new(&w->spool, "spool", &w->log, &w->err), 0);
    spool_on_ready(w->spool, on_ready, w);
    for (unsigned i = 0; i < 3; i++)
        assert_int_equal(
            spool_join(w->spool, names[i], i == 2 ? "secret" : NULL, w->m[i], ALL, &w->err), 0);
}

int world_setup(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    const struct machine_config config = {.memory = 8192, .fast_io = true};

    files_begin(w->dir);
    w->log = (struct log){.sink = sink, .ctx = w};
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(machine_new(&w->m[i], &config, NULL), 0);
        ram_put(&w->m[i]->ram, 01000, 0777); /* BR . */
        machine_start(w->m[i], 01000);
    }
    world_begin(w);
    *state = w;
    return 0;
}

/* The limit of the size of files: none where it is 0. */
void world_limit(rlim_t size)
{
    struct rlimit now;

    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &now), 0);
    now.rlim_cur = size ? size : now.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &now), 0);
}

int world_teardown(void **state)
{
    struct world *w = *state;

    world_limit(0);
    spool_free(w->spool);
    for (unsigned i = 0; i < 3; i++)
        machine_free(w->m[i]);
    assert_int_equal(system("rm -r spool"), 0);
    files_end(w->dir, (const char *const[]){"deck", NULL});
    free(w);
    return 0;
}

u16 world_get(struct machine *m, u32 pa)
{
    u16 value = 0;

    assert_true(bus_io_ops.read(&m->bus, pa, IO_DATI, &value));
    return value;
}

void world_put(struct machine *m, u32 pa, unsigned value)
{
    assert_true(bus_io_ops.write(&m->bus, pa, IO_DATO, (u16)value));
}

void world_pass(struct machine *m, u64 count)
{
    machine_run(m, m->cpu.icount + count, EVENT_NEVER);
}

/* Write `len` bytes to the device of these registers; how many it took before it stood. */
size_t world_feed(struct machine *m, u32 csr, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        for (unsigned n = 0; !(world_get(m, csr) & DONE); n++) {
            if (n == 50)
                return i;
            world_pass(m, 1);
        }
        world_put(m, csr + 2, (u8)text[i]);
    }
    return len;
}

void world_print(struct machine *m, const char *text)
{
    assert_int_equal(world_feed(m, LPS, text, strlen(text)), strlen(text));
}

void world_punch(struct machine *m, const char *text)
{
    assert_int_equal(world_feed(m, PPS, text, strlen(text)), strlen(text));
}

/* Read frames up to the end of the tape. */
void world_read(struct machine *m, const char *text)
{
    for (; !(world_get(m, PRS) & ERROR); text++) {
        world_put(m, PRS, 1);
        world_pass(m, 5);
        if (world_get(m, PRS) & ERROR)
            break;
        assert_int_equal(world_get(m, PRS) & DONE, DONE);
        assert_int_equal(world_get(m, PRB), *text);
    }
    assert_int_equal(*text, 0);
}

unsigned world_closed(struct world *w, const char *name, enum spool_device device)
{
    unsigned number = 77;

    assert_int_equal(spool_close(w->spool, name, device, &number, &w->err), 0);
    return number;
}

void world_is(struct world *w, unsigned index, unsigned number, const char *owner, u64 size)
{
    const struct spool_file *file = spool_at(w->spool, index);

    assert_non_null(file);
    assert_int_equal(file->number, number);
    assert_string_equal(file->owner, owner);
    assert_int_equal(file->size, size);
}
