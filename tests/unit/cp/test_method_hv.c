/* test_method_hv.c - the ROM of a VM by method hv: what its program sees of it is what the bare
 * machine's program sees, whether the bare machine's ROM stands for it or not, and who looks on
 * hears of all.
 */
#include "cp/cp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "machine/boot.h"

#define SIZE 0020000u
#define MANY 100000u

/* The same machine as a VM and as a bare one. */
struct pair {
    struct cp *cp;
    struct cp_vm *entry;
    struct machine *vm, *bare;
};

/* Both with the bootstrap of a drive. */
static struct pair make(unsigned drive)
{
    struct cp_config config = {.bare = {.memory = 0100000, .options = {.hv = true}},
                               .own = 2 * HW_PLACE};
    struct vm_config vm = {.name = "vm", .method = method_find("hv"), .machine = {.memory = SIZE}};
    struct machine_config bare = {.memory = SIZE};
    struct pair p = {0};

    assert_int_equal(cp_new(&p.cp, &config, NULL), 0);
    assert_int_equal(cp_add(p.cp, &vm, false, &p.entry, NULL), 0);
    assert_int_equal(machine_new(&p.bare, &bare, NULL), 0);
    p.vm = p.entry->vm->m;
    boot_fill_rom(p.vm, drive);
    boot_fill_rom(p.bare, drive);
    return p;
}

static void drop(struct pair *p)
{
    cp_free(p->cp);
    machine_free(p->bare);
}

static void put(struct pair *p, u32 at, u16 word)
{
    ram_put(&p->vm->ram, at, word);
    ram_put(&p->bare->ram, at, word);
}

/* From `pc` on until both halt, in the same state. */
static void run(struct pair *p, u16 pc)
{
    machine_start(p->vm, pc);
    machine_start(p->bare, pc);
    assert_int_equal(machine_run(p->vm, MANY, UINT64_MAX), STOP_HALT);
    assert_int_equal(machine_run(p->bare, MANY, UINT64_MAX), STOP_HALT);
    assert_int_equal(p->vm->cpu.icount, p->bare->cpu.icount);
    assert_true(machine_hash(p->vm) == machine_hash(p->bare));
}

/* Without a disk the bootstrap tries eight times and halts. Of its polls only what refers to the
 * disk's control is simulated, not the instructions in the ROM. */
static void a_bootstrap_runs_directly(void **state)
{
    struct pair p = make(0);
    const struct vm_stats *stats = &p.entry->vm->stats;

    run(&p, ROM_BASE & 0177777);
    assert_int_equal(stats->simulated, stats->event[VM_DEVICE]);
    assert_true(stats->direct > stats->simulated);
    drop(&p);
}

/* Another drive's bootstrap has another first block. */
static void another_rom_is_its_own(void **state)
{
    struct pair p = make(3);

    assert_true(p.cp->bare->rom.words[1] != p.vm->rom.words[1]);
    put(&p, 01000, 0013701); /* MOV @#173002,R1 */
    put(&p, 01002, 0173002);
    put(&p, 01004, 0013702); /* MOV @#173100,R2 */
    put(&p, 01006, 0173100);
    run(&p, 01000);
    assert_int_equal(p.vm->cpu.r[R1], 3);
    assert_int_equal(p.entry->vm->stats.event[VM_DEVICE], 1);
    run(&p, ROM_BASE & 0177777);
    drop(&p);
}

/* INC R5; RTI at 4: a write times out, and changes nothing where the answer to a DATIP was awaited.
 */
static void a_write_times_out(void **state)
{
    static const u16 program[] = {
        0012706, 0001000,          /* MOV #1000,SP */
        0010037, 0173062,          /* MOV R0,@#173062 */
        0110037, 0173063,          /* MOVB R0,@#173063 */
        0005037, 0173062,          /* CLR @#173062 */
        0052737, 0000001, 0173020, /* BIS #1,@#173020 */
        0113702, 0173021,          /* MOVB @#173021,R2 */
        0013703, 0173021,          /* MOV @#173021,R3: odd */
        0000000,
    };
    struct pair p = make(0);

    put(&p, 4, 0500);
    put(&p, 0500, 0005205);
    put(&p, 0502, 0000002);
    for (unsigned i = 0; i < ARRAY_LEN(program); i++)
        put(&p, 02000 + 2 * i, program[i]);
    run(&p, 02000);
    assert_int_equal(p.vm->cpu.r[R5], 3);
    assert_int_equal(p.entry->vm->stats.event[VM_DEVICE], 0);
    assert_memory_equal(p.vm->rom.words, p.cp->bare->rom.words, sizeof p.vm->rom.words);
    drop(&p);
}

static void count_io(void *ctx, u32 pa, enum io_cycle cycle, u16 value, bool answered)
{
    ++*(unsigned *)ctx;
}

static void who_looks_on_sees_it(void **state)
{
    struct pair p = make(0);
    unsigned vm = 0, bare = 0;
    struct cpu_watch of_vm = {.io = count_io, .devices = true, .ctx = &vm};
    struct cpu_watch of_bare = {.io = count_io, .devices = true, .ctx = &bare};

    cpu_watch_add(&p.vm->cpu, &of_vm);
    cpu_watch_add(&p.bare->cpu, &of_bare);
    run(&p, ROM_BASE & 0177777);
    assert_int_equal(vm, bare);
    assert_true(vm > p.vm->cpu.icount);
    cpu_watch_remove(&p.vm->cpu, &of_vm);
    cpu_watch_remove(&p.bare->cpu, &of_bare);
    drop(&p);
}

/* The VM gets another bootstrap: the map follows. */
static void a_rom_that_changes(void **state)
{
    struct pair p = make(0);

    put(&p, 01000, 0013701); /* MOV @#173002,R1 */
    put(&p, 01002, 0173002);
    for (unsigned drive = 0; drive < 3; drive++) {
        boot_fill_rom(p.vm, drive % 2);
        boot_fill_rom(p.bare, drive % 2);
        run(&p, 01000);
        assert_int_equal(p.vm->cpu.r[R1], drive % 2);
        assert_int_equal(p.entry->vm->stats.event[VM_DEVICE], drive > 0);
    }
    drop(&p);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bootstrap_runs_directly), cmocka_unit_test(another_rom_is_its_own),
        cmocka_unit_test(a_write_times_out),         cmocka_unit_test(who_looks_on_sees_it),
        cmocka_unit_test(a_rom_that_changes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
