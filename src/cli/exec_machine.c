/* exec_machine.c - runs the requests of `vm11 exec`: see exec_machine.h. */
#include "cli/exec_machine.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/near.h"
#include "base/number.h"
#include "cli/options.h"
#include "cli/run_options.h"
#include "cli/state.h"

#define MAX_STEPS 1000000000u /* instructions in one request */
#define PAGE      4096u       /* of memory that is compared and cleared at a time */

static void on_io(void *ctx, u32 pa, enum io_cycle cycle, u16 value, bool answered)
{
    struct exec_machine *exec = ctx;
    const struct machine *m = exec->machine;

    /* The processor's own registers have no slot on the bus. */
    if (m->bus.slots[(pa - IO_PAGE) / 2])
        exec->used_device = true;
}

static void on_vector(void *ctx, enum cpu_cause cause, u16 vector, u16 pc, u16 ps) {}

static void on_abort(void *ctx, const struct mmu_ref *ref) {}

void exec_fini(struct exec_machine *exec)
{
    machine_free(exec->machine);
    free(exec->before);
    exec->machine = NULL;
    exec->before = NULL;
}

/* "cpu" and "engine". */
static int find_model(const json_t *request, const struct model **model, enum engine *which,
                      struct err *err)
{
    const json_t *cpu = json_object_get(request, "cpu");
    const json_t *engine = json_object_get(request, "engine");

    *model = model_at(0);
    if (engine && !json_is_string(engine))
        return err_set(err, EINVAL, "\"engine\": wants a string");
    if (engine && run_parse_engine(json_string_value(engine), which, err))
        return -EINVAL;
    if (!cpu)
        return 0;
    if (!json_is_string(cpu))
        return err_set(err, EINVAL, "\"cpu\": wants a string");
    return option_model(json_string_value(cpu), model, err);
}

static int build(struct exec_machine *exec, const struct model *model, struct err *err)
{
    /* Real time: no tick comes by itself, so a WAIT ends the request. */
    const struct machine_config config = {.model = model, .real_time = true};
    int rc;

    exec_fini(exec);
    rc = machine_new(&exec->machine, &config, err);
    if (rc)
        return rc;
    exec->before = calloc(1, exec->machine->ram.size);
    if (!exec->before) {
        exec_fini(exec);
        return err_set(err, ENOMEM, "no host memory for a machine");
    }
    exec->watch =
        (struct cpu_watch){.vector = on_vector, .io = on_io, .abort = on_abort, .ctx = exec};
    exec->used = exec->used_device = false;
    return 0;
}

/* Zero what is not zero, page by page: most pages never were touched. */
static void clear(u8 *bytes, u32 size)
{
    static const u8 zero[PAGE];

    for (u32 at = 0; at < size; at += PAGE) {
        u32 len = size - at < PAGE ? size - at : PAGE;
        if (memcmp(bytes + at, zero, len) != 0)
            memset(bytes + at, 0, len);
    }
}

static int make_fresh(struct exec_machine *exec, const struct model *model, enum engine engine,
                      struct err *err)
{
    struct machine *m = exec->machine;

    if (!m || m->model != model || exec->used_device) {
        int rc = build(exec, model, err);
        if (rc)
            return rc;
        m = exec->machine;
    }
    if (exec->used) {
        struct cpu *cpu = &m->cpu;
        int rc = machine_set_engine(m, ENGINE_INTERP, err); /* nothing stays translated */
        if (rc)
            return rc;
        bus_reset(&m->bus);
        cpu_init(cpu, &m->ram, cpu->io, cpu->ops, cpu->ops_ctx);
        m->skipped = 0;
        clear(m->ram.base, m->ram.size);
        clear(exec->before, m->ram.size);
    }
    exec->used = true;
    m->cpu.watch = &exec->watch;
    return machine_set_engine(m, engine, err);
}

/* "mem": into memory, and into the copy that tells what changed. */
static int load_memory(struct exec_machine *exec, const json_t *mem, struct err *err)
{
    struct machine *m = exec->machine;
    const char *key;
    json_t *value;

    if (!mem)
        return 0;
    if (!json_is_object(mem))
        return err_set(err, EINVAL, "\"mem\": wants an object of words by address");
    json_object_foreach((json_t *)(uintptr_t)mem, key, value)
    {
        u64 addr, word;
        int rc;
        if (!number_parse(key, m->ram.size - 2, &addr) || addr & 1)
            return err_set(err, EINVAL, "\"mem\": \"%.20s\" is no even address of memory", key);
        rc = state_number(value, key, 0177777, &word, err);
        if (rc)
            return rc;
        ram_put(&m->ram, (u32)addr, (u16)word);
        word_put(exec->before + addr, (u16)word);
    }
    return 0;
}

/* The words that differ from the copy. */
static json_t *changed_memory(const struct exec_machine *exec)
{
    const struct ram *ram = &exec->machine->ram;
    json_t *mem = json_object();
    char key[7];

    for (u32 at = 0; at < ram->size; at += PAGE) {
        u32 len = ram->size - at < PAGE ? ram->size - at : PAGE;
        if (memcmp(ram->base + at, exec->before + at, len) == 0)
            continue;
        for (u32 pa = at; pa < at + len; pa += 2) {
            u16 word = ram_get(ram, pa);
            if (word == word_get(exec->before + pa))
                continue;
            state_octal(key, pa);
            json_object_set_new_nocheck(mem, key, state_word(word));
        }
    }
    return mem;
}

/* Keys that nobody knows are slips: refuse them. */
static int check_keys(const json_t *request, struct err *err)
{
    static const char *const own[] = {"cpu", "engine", "n", "mem", "hash", NULL};
    const char *names[64];
    unsigned count = 0;
    const char *key;
    json_t *value;

    for (unsigned i = 0; own[i]; i++)
        names[count++] = own[i];
    for (unsigned i = 0; state_keys[i]; i++)
        names[count++] = state_keys[i];
    names[count] = NULL;
    json_object_foreach((json_t *)(uintptr_t)request, key, value)
    {
        unsigned i = 0;
        while (names[i] && strcmp(names[i], key) != 0)
            i++;
        if (!names[i])
            return near_error(key, "key", names, err);
    }
    return 0;
}

static int load_request(struct exec_machine *exec, const json_t *request, u64 *n, struct err *err)
{
    const json_t *steps = json_object_get(request, "n");
    enum engine engine = ENGINE_INTERP;
    const struct model *model;
    int rc;

    *n = 1;
    if (!json_is_object(request))
        return err_set(err, EINVAL, "a request is an object");
    if (steps && (!json_is_integer(steps) || json_integer_value(steps) < 0 ||
                  json_integer_value(steps) > MAX_STEPS))
        return err_set(err, EINVAL, "\"n\": wants a number of instructions, up to %u", MAX_STEPS);
    if (steps)
        *n = (u64)json_integer_value(steps);
    rc = check_keys(request, err);
    if (rc == 0)
        rc = find_model(request, &model, &engine, err);
    if (rc == 0)
        rc = make_fresh(exec, model, engine, err);
    if (rc == 0)
        rc = load_memory(exec, json_object_get(request, "mem"), err);
    if (rc == 0)
        rc = state_load(exec->machine, request, err);
    return rc;
}

json_t *exec_request(struct exec_machine *exec, const json_t *request, struct err *err)
{
    json_t *answer;
    enum stop stop;
    u64 n;

    if (load_request(exec, request, &n, err))
        return NULL;
    stop = machine_run(exec->machine, n, EVENT_NEVER);
    answer = state_make(exec->machine, state_stop_name(stop));
    if (!answer || json_object_set_new_nocheck(answer, "mem", changed_memory(exec))) {
        json_decref(answer);
        err_set(err, ENOMEM, "no host memory for an answer");
        return NULL;
    }
    if (!json_is_false(json_object_get(request, "hash")))
        state_add_hash(answer, exec->machine);
    return answer;
}
