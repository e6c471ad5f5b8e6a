/* bench_programs.c - a second oracle: the speed programs end in the states that their manifest
 * tells.
 *
 *     bench_programs FOLDER [full]
 *
 * FOLDER, or $VM11_SHARED/bench if that is set, holds manifest.json and the absolute loader tapes
 * that it names: per program the instruction counts, registers and some words of memory at the end,
 * for a repeat count of 1 and for the full one (some hundred million instructions each). They come
 * from SIMH. Exit status 0, 1, or 77 (skipped) without the folder.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine/load.h"
#include "machine/machine.h"

static u16 octal(const json_t *value)
{
    return (u16)strtoul(json_string_value(value), NULL, 8);
}

static unsigned compare(const char *name, const char *what, u64 want, u64 got)
{
    if (want == got)
        return 0;
    printf("%s: %s is %llu (%06llo), not %llu (%06llo)\n", name, what, (unsigned long long)got,
           (unsigned long long)got, (unsigned long long)want, (unsigned long long)want);
    return 1;
}

/* The differences between the machine and what the manifest expects. */
static unsigned check_state(const char *name, const json_t *expect, const json_t *memory,
                            const struct machine *m)
{
    static const char *const registers[] = {"R0", "R1", "R2", "R3", "R4", "R5", "SP", "PC"};
    unsigned wrong = compare(name, "PSW", octal(json_object_get(expect, "PSW")), cpu_ps(&m->cpu));
    const char *address;
    json_t *value;

    for (unsigned i = 0; i < 8; i++)
        wrong +=
            compare(name, registers[i], octal(json_object_get(expect, registers[i])), m->cpu.r[i]);
    json_object_foreach((json_t *)memory, address, value) wrong +=
        compare(name, address, octal(value), ram_get(&m->ram, (u32)strtoul(address, NULL, 8)));
    return wrong;
}

/* Load the program's tape, set the repeat count, run to the HALT. */
static int run_program(struct machine *m, const char *tape, const json_t *entry, u16 repeat,
                       u64 limit, struct err *err)
{
    struct program *program = NULL;
    int rc = program_read(&program, tape, NULL, err);

    if (!rc)
        rc = program_load(program, m, err);
    if (!rc) {
        ram_put(&m->ram, octal(json_object_get(entry, "niter_addr")), repeat);
        machine_start(m, octal(json_object_get(entry, "start")));
        machine_run(m, limit, EVENT_NEVER);
    }
    program_free(program);
    return rc;
}

/* One program; how much of it is wrong. */
static unsigned test_program(const char *folder, const char *name, const json_t *entry, bool full)
{
    u64 count =
        (u64)json_integer_value(json_object_get(entry, full ? "instructions" : "instructions_n1"));
    u16 repeat = full ? (u16)json_integer_value(json_object_get(entry, "niter")) : 1;
    struct machine_config config = {0};
    struct machine *m;
    struct err err = {0};
    unsigned wrong = 1;
    char tape[512];

    snprintf(tape, sizeof tape, "%s/%s.lda", folder, name);
    config.model = model_find("11/45");
    if (machine_new(&m, &config, &err) == 0) {
        /* One more than expected: a program that runs on is found out. */
        if (run_program(m, tape, entry, repeat, count + 1, &err) == 0) {
            wrong = compare(name, "the number of instructions", count, m->cpu.icount);
            wrong += check_state(name, json_object_get(entry, full ? "expect" : "expect_n1"),
                                 json_object_get(entry, full ? "mem" : "mem_n1"), m);
        }
        machine_free(m);
    }
    if (err.code)
        printf("%s: %s\n", name, err.text);
    return wrong;
}

int main(int argc, char **argv)
{
    const char *shared = getenv("VM11_SHARED");
    unsigned wrong = 0, programs = 0;
    json_error_t error;
    char folder[400], path[512];
    const char *name;
    json_t *manifest, *entry;

    if (argc < 2)
        return 2;
    snprintf(folder, sizeof folder, "%s%s", shared ? shared : argv[1], shared ? "/bench" : "");
    snprintf(path, sizeof path, "%s/manifest.json", folder);
    manifest = json_load_file(path, 0, &error);
    if (!manifest) {
        printf("skipped: %s: %s (set VM11_SHARED)\n", path, error.text);
        return 77;
    }
    json_object_foreach(manifest, name, entry)
    {
        wrong += test_program(folder, name, entry, argc > 2);
        programs++;
    }
    printf("%u programs, %u values wrong\n", programs, wrong);
    json_decref(manifest);
    return wrong || !programs;
}
