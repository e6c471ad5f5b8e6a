/* test_faults.c - containment: three VMs run THIMBLE, by the methods trap, hybrid and hv; one of
 * them is hurt ten thousand times, by bits that flip in its memory and registers, wild stores, wild
 * pointers and wild values in its devices' registers, disk transfers to anywhere among them. It may
 * crash, loop, halt: the other two go through the states of a bare machine that ran alone, compared
 * by their hashes. (Checklist row 89; Buzen, Chen and Goldberg 1973.)
 *
 * usage: test_faults THIMBLE.LDA [RUNS]
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "cp/cp.h"
#include "cpu/registers.h"
#include "dev/image.h"
#include "machine/load.h"

#define SIZE (64u * 1024)
#define STEP 1500u /* instructions between two looks */
#define VMS  3u
#define HURT 1u /* the one in the middle of memory */

static const char *path;
static unsigned runs = 10000;

static u32 next(u32 *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    *seed ^= *seed << 5;
    return *seed;
}

/* THIMBLE begins, with something to do. */
static void begin(struct machine *m)
{
    static const char input[] =
        "count 400 &\rprimes 20000 &\rrace\rdeep 300\rps\rprimes 9000\rps\r";
    struct program *program;
    struct err err;

    memset(m->ram.base, 0, m->ram.size);
    ram_wrote(&m->ram, 0, m->ram.size);
    assert_int_equal(program_read(&program, path, NULL, &err), 0);
    assert_int_equal(program_load(program, m, &err), 0);
    assert_int_equal(program_start(program, m, &err), 0);
    program_free(program);
    feed_clear(&m->feed);
    assert_int_equal(machine_type(m, input, sizeof input - 1, &err), 0);
}

static void give_disk(struct machine *m)
{
    struct attach how = {0};
    struct err err;

    assert_int_equal(image_memory(&how.image, "rk0", 64 * 512, &err), 0);
    assert_int_equal(machine_attach(m, "rk0", &how, &err), 0);
}

/* --- what is done to it -------------------------------------------------------------------------
 */

static void flip_memory(struct machine *m, u32 *seed)
{
    for (unsigned n = next(seed) % 8 + 1; n; n--) {
        u32 pa = next(seed) % m->ram.size & ~1u;
        ram_put(&m->ram, pa, (u16)(ram_get(&m->ram, pa) ^ 1u << next(seed) % 16));
    }
}

static void flip_registers(struct machine *m, u32 *seed)
{
    struct cpu *cpu = &m->cpu;

    switch (next(seed) % 4) {
    case 0: cpu->r[next(seed) % 8] ^= (u16)(1u << next(seed) % 16); break;
    case 1: cpu->r[PC] = (u16)next(seed); break;
    case 2: cpu->r[SP] = (u16)next(seed); break;
    default: cpu_set_ps(cpu, (u16)next(seed)); break;
    }
}

/* A store that went astray: to anywhere, in the mode of the moment. */
static void store_wildly(struct machine *m, u32 *seed)
{
    for (unsigned n = 0; n < 16; n++)
        if (registers_write(&m->cpu, IO_PAGE + (next(seed) % IO_PAGE_LEN & ~1u), NULL, IO_DATO,
                            (u16)next(seed)))
            cpu_update(&m->cpu);
}

/* A disk transfer of anything to anywhere, and maps of anywhere. */
static void program_wildly(struct machine *m, u32 *seed)
{
    static const u32 map[] = {0772300, 0772340, 0777600, 0777640};
    static const u16 functions[] = {03, 05, 07, 011, 013, 0103, 0105, 0165, 0163};

    (void)registers_write(&m->cpu, 0777406, NULL, IO_DATO, (u16)next(seed));
    (void)registers_write(&m->cpu, 0777410, NULL, IO_DATO, (u16)next(seed));
    (void)registers_write(&m->cpu, 0777412, NULL, IO_DATO, (u16)(next(seed) % 64));
    (void)registers_write(&m->cpu, 0777404, NULL, IO_DATO,
                          functions[next(seed) % ARRAY_LEN(functions)]);
    for (unsigned n = 0; n < 4; n++)
        (void)registers_write(&m->cpu, map[n] + 2 * (next(seed) % 8), NULL, IO_DATO,
                              (u16)next(seed));
}

static void hurt(struct cp_vm *entry, u32 *seed)
{
    struct machine *m = entry->vm->m;

    if (entry->state == CP_ENDED || next(seed) % 16 == 0) {
        begin(m);
        cp_start(entry);
    }
    switch (next(seed) % 4) {
    case 0: flip_memory(m, seed); break;
    case 1: flip_registers(m, seed); break;
    case 2: store_wildly(m, seed); break;
    default: program_wildly(m, seed); break;
    }
    m->cpu.attention &= ~ATTN_STOP;
    entry->state = CP_RUNNING;
    entry->wake = 0;
}

/* --- the run ------------------------------------------------------------------------------------
 */

static struct cp_vm *add(struct cp *cp, unsigned n)
{
    static const char *const methods[VMS] = {"trap", "hybrid", "hv"};
    struct vm_config config = {.name = methods[n],
                               .method = method_find(methods[n]),
                               .machine = {.memory = SIZE, .fast_io = true}};
    struct cp_vm *entry;
    struct err err;

    assert_int_equal(cp_add(cp, &config, false, &entry, &err), 0);
    give_disk(entry->vm->m);
    begin(entry->vm->m);
    cp_start(entry);
    return entry;
}

/* Up to so many instructions, whoever else runs. */
static void run_to(struct cp *cp, struct cp_vm *entry, u64 icount)
{
    entry->pause = icount;
    while (entry->vm->m->cpu.icount < icount) {
        assert_int_equal(entry->state, CP_RUNNING);
        (void)cp_run(cp, cp->time + STEP);
    }
}

static void the_others_go_on(void **state)
{
    struct cp_config config = {.bare = {.engine = jit_supported() ? ENGINE_JIT : ENGINE_INTERP,
                                        .options = {.kbs11a = true, .hv = true}},
                               .slice = 500,
                               .own = 4 * HW_PLACE};
    struct machine_config alone = {.memory = SIZE, .fast_io = true};
    struct machine *m;
    struct cp *cp;
    struct cp_vm *entry[VMS];
    u32 seed = 20250101;
    unsigned crashes = 0;

    assert_int_equal(machine_new(&m, &alone, NULL), 0);
    give_disk(m);
    begin(m);
    assert_int_equal(cp_new(&cp, &config, NULL), 0);
    for (unsigned i = 0; i < VMS; i++)
        entry[i] = add(cp, i);
    for (unsigned i = 1; i <= runs; i++) {
        u64 icount = (u64)i * STEP;
        hurt(entry[HURT], &seed);
        (void)machine_run(m, icount, EVENT_NEVER);
        for (unsigned k = 0; k < VMS; k++) {
            if (k == HURT)
                continue;
            run_to(cp, entry[k], icount);
            if (machine_hash(entry[k]->vm->m) != machine_hash(m))
                fail_msg("fault %u of %u changed the VM by %s", i, runs, entry[k]->vm->name);
        }
        crashes += entry[HURT]->state == CP_ENDED;
    }
    print_message("# %u faults, %u of which ended the VM\n", runs, crashes);
    assert_true(crashes > runs / 100); /* they do hurt */
    cp_free(cp);
    machine_free(m);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_others_go_on)};

    if (argc < 2)
        return 2;
    path = argv[1];
    if (argc > 2)
        runs = (unsigned)strtoul(argv[2], NULL, 10);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
