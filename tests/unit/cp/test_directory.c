/* test_directory.c - CP's directory: every key, what is left out, and what is refused. */
#include "cp/directory.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "../base/rig.h"
#include "cpu/assist.h"

#define OWN 16384u /* bytes of CP */

static struct directory *parsed(const char *text)
{
    struct directory *d = NULL;
    struct err err = {0};

    if (directory_parse(&d, "dir/d.yaml", text, strlen(text), OWN, &err))
        fail_msg("%s", err.text);
    return d;
}

static const char everything[] = "machine:\n"
                                 "  cpu: 11/45\n"
                                 "  real-mem: 512K\n"
                                 "  engine: interp\n"
                                 "  hz: 50\n"
                                 "  fast-io: yes\n"
                                 "  option: [vmassist, hv]\n"
                                 "  clock: real\n"
                                 "  packs:\n"
                                 "    - {name: sys, file: sys.rk, ro: on}\n"
                                 "    - {name: data, file: /data, capacity: 10M, overlay: d.ovl}\n"
                                 "cp: {slice: 5K, report: r.txt, spool: spool}\n"
                                 "machines:\n"
                                 "  - name: V6\n"
                                 "    model: 11/50\n"
                                 "    mem: 128K\n"
                                 "    method: trap\n"
                                 "    assist: [rti, 10]\n"
                                 "    units:\n"
                                 "      - {unit: rk0, pack: DATA, start: 10, blocks: 4872}\n"
                                 "      - {unit: rk1, pack: sys, start: 4000}\n"
                                 "      - {unit: rk2, ram: 100K}\n"
                                 "      - {unit: rk7, file: x.rk, overlay: x.ovl}\n"
                                 "    ipl: rk0\n"
                                 "    set: [sr=173030]\n"
                                 "    console: unix:con.sock\n"
                                 "    reader: none\n"
                                 "    punch: file:p.tape\n"
                                 "    clock: catch-up\n"
                                 "    share: 200\n"
                                 "    reserve: 30\n"
                                 "    moves: yes\n"
                                 "    virtual-real: yes\n"
                                 "    label: top secret\n"
                                 "  - name: diag\n"
                                 "    mem: 56K\n"
                                 "    method: hv\n"
                                 "    pure: no\n"
                                 "    ipl: prog.lda\n"
                                 "    start: 1000\n"
                                 "    console: none\n"
                                 "    expect: d.exp\n"
                                 "    autostart: no\n"
                                 "  - {name: sup, mem: 8K, method: trap, kernel: supervisor}\n";

static void machine_keys(void **state)
{
    struct directory *d = parsed(everything);
    const struct directory_machine *m = &d->machine;

    assert_string_equal(m->model->name, "11/45");
    assert_int_equal(m->real_memory, 512 * 1024);
    assert_int_equal(directory_memory(d), 512 * 1024);
    assert_string_equal(m->engine, "interp");
    assert_int_equal(m->hz, 50);
    assert_true(m->fast_io && m->options.kbs11a && m->options.assist && m->options.hv);
    assert_int_equal(m->clock, DIRECTORY_CLOCK_REAL);
    assert_int_equal(m->packs, 2);
    assert_string_equal(m->pack[0].file, "dir/sys.rk");
    assert_true(m->pack[0].ro);
    assert_int_equal(m->pack[0].capacity, 2494464);
    assert_string_equal(m->pack[1].name, "data");
    assert_string_equal(m->pack[1].file, "/data");
    assert_string_equal(m->pack[1].overlay, "dir/d.ovl");
    assert_int_equal(m->pack[1].capacity, 10 << 20);
    assert_int_equal(d->cp.slice, 5000);
    assert_string_equal(d->cp.report, "dir/r.txt");
    assert_string_equal(d->cp.spool, "dir/spool");
    directory_free(d);
}

static void vm_keys(void **state)
{
    struct directory *d = parsed(everything);
    const struct directory_vm *vm = &d->vm[0];

    assert_int_equal(d->vms, 3);
    assert_string_equal(vm->name, "V6");
    assert_ptr_equal(directory_find(d, "v6"), vm);
    assert_null(directory_find(d, "v"));
    assert_string_equal(vm->model->name, "11/50");
    assert_int_equal(vm->memory, 128 * 1024);
    assert_int_equal(vm->method, DIRECTORY_TRAP);
    assert_int_equal(vm->assist, VACSR_ON | VACSR_RTI | VACSR_SPL);
    assert_true(!vm->supervisor && vm->pure && vm->moves && vm->virtual_real && vm->autostart);
    assert_string_equal(vm->ipl, "rk0");
    assert_null(vm->load);
    assert_string_equal(vm->sets.set[0], "sr=173030");
    assert_string_equal(vm->console, "unix:dir/con.sock");
    assert_int_equal(vm->printer.kind, DIRECTORY_SPOOL);
    assert_int_equal(vm->reader.kind, DIRECTORY_NONE);
    assert_int_equal(vm->punch.kind, DIRECTORY_PATH);
    assert_string_equal(vm->punch.path, "dir/p.tape");
    assert_int_equal(vm->clock, DIRECTORY_CLOCK_CATCH_UP);
    assert_int_equal(vm->share, 200);
    assert_int_equal(vm->reserve, 30);
    assert_string_equal(vm->label, "top secret");
    vm = &d->vm[1];
    assert_int_equal(vm->method, DIRECTORY_HV);
    assert_false(vm->pure || vm->autostart);
    assert_string_equal(vm->load, "dir/prog.lda");
    assert_true(vm->start.given);
    assert_int_equal(vm->start.at, 01000);
    assert_string_equal(vm->expect, "dir/d.exp");
    assert_true(d->vm[2].supervisor && !d->vm[2].moves);
    directory_free(d);
    directory_free(NULL);
}

static void disks(void **state)
{
    struct directory *d = parsed(everything);
    const struct directory_unit *unit = d->vm[0].unit;

    assert_int_equal(d->vm[0].units, 4);
    assert_int_equal(unit[0].medium, DIRECTORY_EXTENT);
    assert_int_equal(unit[0].pack_at, 1);
    assert_int_equal(unit[0].start, 10);
    assert_int_equal(unit[0].blocks, 4872);
    assert_false(unit[0].ro);
    /* To the end of its pack, and as read-only as that. */
    assert_int_equal(unit[1].blocks, 872);
    assert_true(unit[1].ro);
    assert_int_equal(unit[2].medium, DIRECTORY_RAM);
    assert_int_equal(unit[2].ram, 100 * 1024);
    assert_int_equal(unit[3].medium, DIRECTORY_FILE);
    assert_string_equal(unit[3].file, "dir/x.rk");
    assert_string_equal(unit[3].overlay, "dir/x.ovl");
    directory_free(d);
}

static void what_is_left_out(void **state)
{
    struct directory *d = parsed("machine:\n packs: [{name: p, file: f, capacity: 10M}]\n"
                                 "machines:\n - name: a\n   mem: 64K\n"
                                 "   units: [{unit: rk3, pack: p, start: 100}]\n");
    const struct directory_vm *vm = d->vm;

    assert_int_equal(directory_memory(d), 248 * 1024);
    assert_int_equal(d->cp.slice, 10000);
    assert_int_equal(vm->method, DIRECTORY_HYBRID);
    assert_int_equal(vm->share, 100);
    assert_string_equal(vm->console, "operator");
    assert_int_equal(vm->printer.kind, DIRECTORY_NONE);
    assert_true(vm->pure);
    assert_false(vm->autostart); /* there is nothing to start */
    assert_int_equal(vm->clock, DIRECTORY_CLOCK_VIRTUAL);
    assert_int_equal(vm->unit[0].blocks, 4872); /* of 20480: what a drive reaches */
    directory_free(d);
}

static void refused(const char *text, const char *message)
{
    struct directory *d = NULL;
    struct err err = {0};

    assert_int_equal(directory_parse(&d, "d.yaml", text, strlen(text), OWN, &err), -EINVAL);
    rig_error(&err, EINVAL, message, NULL);
    assert_null(d);
}

static void errors(void **state)
{
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"machines:\n", "d.yaml:1: machines: this is a list"},
        {"machine: {cpu: 11/50}\n", "d.yaml: there are no machines"},
        {"machin:\n", "d.yaml:1: unknown key 'machin'; did you mean 'machine'?"},
        {"cp: 5\n", "d.yaml:1: cp: this is a mapping: slice: 10000"},
        {"cp:\n  slise: 5\n", "d.yaml:2: unknown key 'slise'; did you mean 'slice'?"},
        {"cp:\n  slice: 0\n", "d.yaml:2: slice: '0' is no count of instructions"},
        {"machine:\n  real-mem: 4M\n", "d.yaml:2: real-mem: '4M': at most 3840K, in steps of 64"},
        {"machine:\n  mem: 64K\n  real-mem: 64K\nmachines: [{name: a, mem: 1K}]\n",
         "d.yaml:2: machine: give either 'mem' or 'real-mem'"},
        {"machine:\n  clock: catch-up\n", "d.yaml:2: clock: unknown 'catch-up'"},
        {"machine:\n packs:\n - file: x\n", "d.yaml:3: packs: this entry has no 'name'"},
        {"machine:\n packs:\n - name: x\n", "d.yaml:3: packs: x has no 'file'"},
        {"machine:\n packs:\n - {name: x, file: f, ro: y}\n", "d.yaml:3: ro: unknown 'y'"},
        {"machine:\n packs:\n - {name: x, file: f, ro: on, new: on}\n",
         "x: a new file cannot be read-only"},
        {"machine:\n packs:\n - {name: x, file: f, ro: on, overlay: o}\n",
         "x: give either 'overlay' or 'ro'"},
        {"machine:\n packs:\n - {name: x, file: f, capacity: 1000.}\n", "in steps of 512 bytes"},
        {"machine:\n packs:\n - {name: x, file: f}\n - {name: X, file: g}\n"
         "machines: [{name: a, mem: 1K}]\n",
         "d.yaml:4: packs: X: line 3 has a pack of that name"},
        {"machines:\n - mem: 64K\n", "d.yaml:2: machines: this entry has no 'name'"},
        {"machines:\n - name: a\n", "d.yaml:2: machines: a has no 'mem' (64K)"},
        {"machines:\n - name: a/b\n", "d.yaml:2: name: 'a/b': a name is up to 15 letters"},
        {"machines:\n - name: abcdefghijklmnop\n", "a name is up to 15"},
        {"machine: {option: [kbs11a]}\nmachines:\n"
         " - {name: a, mem: 1K, method: trap, kernel: supervisor, moves: yes}\n",
         "d.yaml:3: kernel: a: 'supervisor' does not go with 'moves': leave one of them out"},
        {"machine: {option: [vmassist]}\nmachines:\n"
         " - {name: a, mem: 1K, method: trap, kernel: supervisor, assist: [spl]}\n",
         "d.yaml:3: kernel: a: 'supervisor' does not go with 'assist'"},
        {"machines:\n - {name: a, mem: 1K}\n - {name: A, mem: 1K}\n",
         "d.yaml:3: name: A: line 2 has a machine of that name"},
    };

    for (unsigned i = 0; i < ARRAY_LEN(cases); i++)
        refused(cases[i].text, cases[i].message);
}

/* The keys of one machine of 64K in line 5, behind a bare machine with two packs. */
static void vm_errors(void **state)
{
    static const struct {
        const char *keys, *message;
    } cases[] = {
        {"methd: hv", "d.yaml:6: unknown key 'methd'; did you mean 'method'?"},
        {"method: tarp", "d.yaml:6: method: unknown 'tarp'; did you mean 'trap'?"},
        {"method: hv", "d.yaml:6: method: hv needs the Hardware Virtualizer: option: [hv]"},
        {"method: trap", "d.yaml:6: method: trap needs the KBS11-A: option: [kbs11a]"},
        {"assist: [rti]", "d.yaml:6: assist: goes with method: trap, not with hybrid"},
        {"assist: [rtt]", "d.yaml:6: assist: unknown 'rtt'; did you mean 'rti'?"},
        {"assist: [400]", "d.yaml:6: assist: unknown '400'"},
        {"kernel: supervisor", "a: 'supervisor' goes with method: trap, not hybrid"},
        {"kernel: hyper", "d.yaml:6: kernel: unknown 'hyper'; it is one of: user, supervisor"},
        {"ipl: rk0", "d.yaml:6: ipl: a has no rk0: give it one under 'units'"},
        {"start: 1000", "a: 'start' is of a program file"},
        {"share: 0", "d.yaml:6: share: '0' is no count of shares"},
        {"reserve: 101", "d.yaml:6: reserve: '101' is no count of percent"},
        {"console: opertor", "d.yaml:6: console: unknown 'opertor'; did you mean 'operator'?"},
        {"console: tcp", "d.yaml:6: console: write tcp:PORT"},
        {"console: none:1", "d.yaml:6: console: none takes nothing behind it"},
        {"console: a_very_long_word_indeed", "unknown 'a_very_long_wor'"},
        {"printer: spool", "d.yaml:6: printer: a: there is no spool: spool: FOLDER under 'cp'"},
        {"printer: file", "d.yaml:6: printer: write file:PATH"},
        {"punch: spol", "d.yaml:6: punch: unknown 'spol'; did you mean 'spool'?"},
        {"clock: real-time", "clock: unknown 'real-time'; did you mean 'real'?"},
        {"label: 12345678901234567890123456789012345678901", "label: at most 40 characters"},
        {"set: [r0]", "d.yaml:6: set: 'r0' has no '='"},
        {"set: [r0=1, r9=1]", "d.yaml:6: set: r9: no such register"},
        {"units: [{unit: lp, file: x}]", "unit: write 'printer: file:NAME'"},
        {"units: [{unit: rk8, file: x}]", "d.yaml:6: unit: unknown unit 'rk8' (rk0 to rk7)"},
        {"units: [{file: x}]", "d.yaml:6: units: this entry has no 'unit'"},
        {"units: [{unit: rk0}]", "rk0: give one of 'file', 'pack' (with start and blocks)"},
        {"units: [{unit: rk0, file: x, ram: 1K}]", "rk0: give one of"},
        {"units: [{unit: rk0, file: x, start: 0}]", "rk0: 'start' and 'blocks' are of a 'pack'"},
        {"units: [{unit: rk0, pack: p, new: yes}]", "'new' are of a 'file'; a pack has its own"},
        {"units: [{unit: rk0, ram: 1K, ro: yes}]", "leave out 'ro'"},
        {"units: [{unit: rk0, ram: 3M}]", "ram: '3M': at most 2436K, in steps of 512 bytes"},
        {"units: [{unit: rk0, pack: p, blocks: 0}]", "blocks: '0' is no count of blocks"},
        {"units: [{unit: rk0, pack: p, blocks: -1}]", "blocks: '-1' is no count of blocks"},
        {"units: [{unit: rk0, pack: pq}]", "pack: unknown 'pq'; did you mean 'p'?"},
        {"units: [{unit: rk0, pack: zzz}]", "packs are named under machine: packs:"},
        {"units: [{unit: rk0, pack: p, start: 4872}]", "begins at block 4872, but p has 4872"},
        {"units: [{unit: rk0, pack: p, start: 4000, blocks: 873}]",
         "d.yaml:6: rk0: blocks 4000 to 4872, but p has 4872: give it 872 at most"},
        {"units: [{unit: rk0, pack: big, blocks: 4873}]", "4873 blocks, but a drive reaches 4872"},
        {"units: [{unit: rk0, ram: 1K}, {unit: rk0, ram: 1K}]",
         "unit: a has its rk0 already, in line 6"},
    };
    char text[600];

    for (unsigned i = 0; i < ARRAY_LEN(cases); i++) {
        snprintf(text, sizeof text,
                 "machine:\n packs:\n"
                 "  - {name: p, file: f}\n  - {name: big, file: g, capacity: 10M}\n"
                 "machines: [{name: a, mem: 64K,\n   %s}]\n",
                 cases[i].keys);
        refused(text, cases[i].message);
    }
}

/* Two machines with an extent each. */
static const char *two(char text[600], const char *first, const char *second)
{
    snprintf(text, 600,
             "machine:\n packs:\n  - {name: p, file: f}\n  - {name: q, file: g}\nmachines:\n"
             " - name: a\n   mem: 1K\n   units:\n    - {unit: rk0, %s}\n"
             " - name: b\n   mem: 1K\n   units:\n    - {unit: rk1, %s}\n",
             first, second);
    return text;
}

static void minidisks_overlap(void **state)
{
    char text[600];

    refused(two(text, "pack: p, start: 0, blocks: 101", "pack: p, start: 100, blocks: 5"),
            "d.yaml:13: rk1: blocks 100 to 104 of p overlap rk0 of a in line 9 (0 to 100): "
            "move one, or make both 'ro'");
    refused(two(text, "pack: p, start: 100, blocks: 5", "pack: P"), "line 9 (100 to 104)");
    refused(two(text, "pack: p, ro: yes", "pack: p"), "overlap rk0 of a");
    directory_free(parsed(two(text, "pack: p, blocks: 100", "pack: p, start: 100")));
    directory_free(parsed(two(text, "pack: p, start: 100", "pack: p, blocks: 100")));
    directory_free(parsed(two(text, "pack: p", "pack: q")));
    directory_free(parsed(two(text, "pack: p, ro: yes", "pack: p, ro: yes")));
    refused("machine: {packs: [{name: p, file: f}]}\nmachines:\n - name: a\n   mem: 1K\n"
            "   units: [{unit: rk0, pack: p}, {unit: rk1, pack: p}]\n",
            "d.yaml:5: rk1: blocks 0 to 4871 of p overlap rk0 of a in line 5");
}

static void what_is_shared(void **state)
{
    /* CP has 16K of 248K. */
    directory_free(parsed("machines:\n - {name: a, mem: 128K}\n - {name: b, mem: 104K}\n"));
    refused("machines:\n - {name: a, mem: 128K}\n - {name: b, mem: 104.0625K}\n", "is no size");
    refused("machines:\n - {name: a, mem: 128K}\n - {name: b, mem: 105K}\n",
            "d.yaml:3: mem: b: 233K for the machines so far and 16K for CP are more than the 248K "
            "there are: give real-mem under 'machine', or a machine less");
    refused("machine: {mem: 64K}\nmachines:\n - {name: a, mem: 64K}\n", "the 64K there are");
    directory_free(parsed("machine: {real-mem: 1M}\nmachines:\n"
                          " - {name: a, mem: 248K}\n - {name: b, mem: 248K}\n"));
    refused("machines:\n - {name: a, mem: 1K, reserve: 60}\n - name: b\n   mem: 1K\n"
            "   reserve: 41\n",
            "d.yaml:5: reserve: b: 101 percent are reserved with it");
    refused("machines:\n - {name: a, mem: 1K, virtual-real: on}\n - {name: b, mem: 1K}\n"
            " - {name: c, mem: 1K, virtual-real: on}\n",
            "d.yaml:4: virtual-real: c: real 0 is that of a in line 2 already");
    refused("machines:\n - {name: a, mem: 1K, console: 'tcp:2311'}\n"
            " - {name: b, mem: 1K, console: 'tcp:2311'}\n",
            "d.yaml:3: console: tcp:2311 is that of a in line 2");
    refused("machine: {option: [kbs11a]}\nmachines:\n"
            " - {name: a, mem: 1K, method: trap, assist: [all]}\n",
            "d.yaml:3: assist: the bare machine has none: option: [vmassist]");
}

/* CP's table of memory has 32 pieces, and CP's own is one of them. */
static void how_many(void **state)
{
    char text[2000] = "machine: {real-mem: 1M}\nmachines:\n";
    size_t used = strlen(text);

    for (unsigned i = 1; i <= 32; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, " - {name: v%u, mem: 8K}\n", i);
    refused(text, "d.yaml:34: machines: v32: one too many: CP can have 31");
    *strstr(text, " - {name: v32") = '\0';
    directory_free(parsed(text));
}

/* What is found out later has the line of the entry, too. */
static void blamed(void **state)
{
    static const struct {
        const char *key;
        struct err why;
        const char *text;
    } cases[] = {
        {"expect", {ENOENT, "x: not there"}, "dir/d.yaml:7: expect: x: not there: find it"},
        {"expect", {EISDIR, "x: a folder"}, "dir/d.yaml:7: expect: x: a folder: find it"},
        {"expect", {EINVAL, "x:1: wrong"}, "dir/d.yaml:7: expect: x:1: wrong"},
        {"console", {EACCES, "console: x: no"}, "dir/d.yaml:7: console: x: no: find it"},
        {"set", {EINVAL, "--set 0=1: no"}, "dir/d.yaml:7: set: 0=1: no"},
        {"set", {EINVAL, "settings: no"}, "dir/d.yaml:7: set: settings: no"},
    };
    struct directory *d = parsed("machines: [{name: a, mem: 64K}]\n");

    for (unsigned i = 0; i < ARRAY_LEN(cases); i++) {
        struct err err = {0};
        int rc = directory_blame(d, 7, cases[i].key, "find it", &cases[i].why, &err);

        assert_int_equal(rc, -cases[i].why.code);
        assert_string_equal(err.text, cases[i].text);
    }
    directory_free(d);
}

static void lines(void **state)
{
    struct directory *d =
        parsed("machine:\n packs:\n - name: p\n   file: f\ncp:\n  report: r\nmachines:\n"
               " - name: a\n   mem: 8K\n   units:\n    - unit: rk0\n      file: f\n"
               "   ipl: x\n   set:\n    - r0=1\n    - r1=1\n   console: none\n   expect: e\n"
               "   printer: file:p\n   reader: file:r\n   punch: none\n");
    const struct directory_vm *vm = &d->vm[0];

    assert_int_equal(d->machine.pack[0].file_line, 4);
    assert_int_equal(d->cp.report_line, 6);
    assert_int_equal(vm->unit[0].file_line, 12);
    assert_int_equal(vm->ipl_line, 13);
    assert_int_equal(vm->set_line, 16);
    assert_int_equal(vm->console_line, 17);
    assert_int_equal(vm->expect_line, 18);
    assert_int_equal(vm->printer.line, 19);
    assert_int_equal(vm->reader.line, 20);
    assert_int_equal(vm->punch.line, 21);
    directory_free(d);
}

static void files(void **state)
{
    static const char *const names[] = {"d.yaml", NULL};
    static const char text[] = "machines: [{name: a, mem: 64K}]\n";
    struct directory *d = NULL;
    struct err err = {0};
    char dir[32];

    files_begin(dir);
    file_make("d.yaml", text, sizeof text - 1);
    assert_int_equal(directory_read(&d, "d.yaml", OWN, &err), 0);
    assert_string_equal(d->vm[0].name, "a");
    directory_free(d);
    assert_int_equal(directory_read(&d, "none.yaml", OWN, &err), -ENOENT);
    rig_error(&err, ENOENT, "none.yaml", NULL);
    files_end(dir, names);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(machine_keys),
        cmocka_unit_test(vm_keys),
        cmocka_unit_test(disks),
        cmocka_unit_test(what_is_left_out),
        cmocka_unit_test(errors),
        cmocka_unit_test(vm_errors),
        cmocka_unit_test(minidisks_overlap),
        cmocka_unit_test(what_is_shared),
        cmocka_unit_test(how_many),
        cmocka_unit_test(blamed),
        cmocka_unit_test(lines),
        cmocka_unit_test(files),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
