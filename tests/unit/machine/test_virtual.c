/* test_virtual.c - the Hardware Virtualizer in a machine: its registers on the bus, devices that
 * work for a virtual machine, snapshots of running ones, and that at rest it is not there.
 */
#include "rig.h"

#include <errno.h>

#include "machine/snapshot.h"

#define VMTAB 020u /* clicks */
#define VMCB  021u /* word n of it is at BLOCK + n */
#define IOMAP 040u
#define CHILD 0100u /* its memory */
#define BLOCK (VMCB << 6)

static struct machine *make(enum engine engine, bool kbs)
{
    struct machine_config config = {.options = {.hv = true, .kbs11a = kbs}, .engine = engine};
    struct machine *m = NULL;

    assert_int_equal(machine_new(&m, &config, NULL), 0);
    return m;
}

static void words(struct machine *m, u32 pa, const u16 *list, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        ram_put(&m->ram, pa + 2 * i, list[i]);
}
#define WORDS(m, pa, ...)                                                                          \
    words(m, pa, (const u16[]){__VA_ARGS__}, sizeof((const u16[]){__VA_ARGS__}) / 2)

/* The monitor enables the HV and runs machine 1, whose program is at 1000; VM-faults halt. All of
 * its I/O page is passed through. */
static void load(struct machine *m)
{
    WORDS(m, 01000, 012737, VMTAB, 0164022, /* MOV #VMTAB,@#HVROOT */
          012737, 1, 0164024,               /* MOV #1,@#HVTLEN */
          012737, 041, 0164020,             /* MOV #41,@#HVCSR */
          012706, 0700, 0007427, 1, 0);     /* MOV #700,SP; LVMID #1 */
    WORDS(m, 0110, 02000, 0340, 0);
    ram_put(&m->ram, (VMTAB << 6) + 2, VMCB);
    WORDS(m, BLOCK, 0100001);
    WORDS(m, BLOCK + 016, 01000);
    WORDS(m, BLOCK + 050, 0700, 0, 0, 01000, 0340);
    WORDS(m, BLOCK + 0134, CHILD, 01000, IOMAP);
    for (unsigned i = 0; i < 128; i++)
        ram_put(&m->ram, (IOMAP << 6) + 2 * i, (u16)(0100000 | i));
    machine_start(m, 01000);
}

static void child(struct machine *m, u32 pa, u16 value)
{
    ram_put(&m->ram, (CHILD << 6) + pa, value);
}

static void at_rest_it_is_not_there(void **state)
{
    struct machine_config config = {0};
    struct machine *m = make(ENGINE_INTERP, false), *without = NULL;

    assert_int_equal(machine_new(&without, &config, NULL), 0);
    assert_true(machine_hash(m) == machine_hash(without));
    m->hv->hv.reg.root = 1;
    assert_true(machine_hash(m) != machine_hash(without));
    machine_free(m);
    machine_free(without);
}

static void option_texts(void **state)
{
    struct machine_options options = {0};
    struct err err;

    assert_int_equal(machine_option(&options, "hv=764100", &err), 0);
    assert_true(options.hv && options.hv_base == 0764100 && !options.kbs11a);
    assert_int_equal(machine_option(&options, "kbs11a", &err), 0);
    assert_true(options.hv && options.kbs11a);
    assert_int_equal(machine_option(&options, "hv=7", &err), -EINVAL);
    assert_int_equal(machine_option(&options, "hw", &err), -EINVAL);
}

/* The machine stops where its program has no parent to tell: in the monitor's handler. */
static void runs_and_faults(void **state)
{
    struct machine *m = make(ENGINE_INTERP, false);

    load(m);
    child(m, 01000, 0005237); /* INC @#3000 */
    child(m, 01002, 03000);
    child(m, 01004, 0); /* HALT */
    assert_int_equal(machine_run(m, 1000, EVENT_NEVER), STOP_HALT);
    assert_int_equal(m->cpu.r[PC], 02002);
    assert_int_equal(ram_get(&m->ram, (CHILD << 6) + 03000), 1);
    assert_int_equal(m->hv->hv.reg.csr, 0100000 | HV_HALT << 8 | 041);
    machine_free(m);
}

/* A controller transfers to the memory of the machine that wrote its registers last. */
static void transfers_go_through_the_map(void **state)
{
    struct machine *m = make(ENGINE_INTERP, false);
    u16 value;

    load(m);
    child(m, 01000, 012737); /* MOV #1000,@#177410: RKBA */
    child(m, 01002, 01000);
    child(m, 01004, 0177410);
    child(m, 01006, 0777); /* BR . */
    assert_int_equal(machine_run(m, 20, EVENT_NEVER), STOP_LIMIT);
    assert_int_equal(m->hv->hv.level, 1);
    assert_true(npr_write(&m->rk.dev, 04000, 0123));
    assert_int_equal(ram_get(&m->ram, (CHILD << 6) + 04000), 0123);
    assert_true(npr_read(&m->rk.dev, 04000, &value));
    assert_int_equal(value, 0123);
    assert_false(npr_write(&m->rk.dev, 0100000, 1)); /* it has no more */
    assert_true(npr_write(&m->reader.dev, 04000, 0321));
    assert_int_equal(ram_get(&m->ram, 04000), 0321);
    machine_free(m);
}

/* A map that lets a transfer through marks the page; one that is read only does not let it. */
static void transfers_and_protection(void **state)
{
    struct machine *m = make(ENGINE_INTERP, false);
    u16 value;

    load(m);
    WORDS(m, BLOCK, 0100002);
    WORDS(m, BLOCK + 0200, 0140000 | CHILD, 0100000 | 0200);
    child(m, 01000, 012737);
    child(m, 01002, 01000);
    child(m, 01004, 0177410);
    child(m, 01006, 0777);
    assert_int_equal(machine_run(m, 20, EVENT_NEVER), STOP_LIMIT);
    assert_true(npr_write(&m->rk.dev, 04000, 0123));
    assert_int_equal(ram_get(&m->ram, BLOCK + 0200), 0170000 | CHILD);
    assert_false(npr_write(&m->rk.dev, 010000, 0123));
    assert_true(npr_read(&m->rk.dev, 010000, &value));
    assert_int_equal(ram_get(&m->ram, BLOCK + 0202), 0120000 | 0200);
    assert_false(npr_read(&m->rk.dev, 020000, &value));
    machine_free(m);
}

/* A transfer into a page table counts at once. */
static void transfers_into_tables(void **state)
{
    struct machine *m = make(ENGINE_INTERP, false);

    load(m);
    WORDS(m, BLOCK, 0100002);
    WORDS(m, BLOCK + 0200, 0140000 | CHILD, 0100000 | 0200);
    child(m, 01000, 005737); /* TST @#10000 */
    child(m, 01002, 010000);
    child(m, 01004, 0775); /* BR 1000 */
    assert_int_equal(machine_run(m, 20, EVENT_NEVER), STOP_LIMIT);
    assert_int_equal(m->hv->hv.level, 1);
    assert_true(npr_write(&m->rk.dev, BLOCK + 0202, 0));
    assert_int_equal(machine_run(m, 40, EVENT_NEVER), STOP_HALT);
    assert_int_equal(m->hv->hv.reg.csr >> 8 & 15, HV_MAP);
    assert_int_equal(m->hv->hv.reg.fal, 010000);
    machine_free(m);
}

/* The KBS11-A is the bare machine's: it does nothing to a virtual one, and is back afterwards. */
static void the_kbs11a_is_level_0s(void **state)
{
    struct machine *m = make(ENGINE_INTERP, true);

    load(m);
    m->kbs.vmx.vcsr = 0177;
    child(m, 01000, 012737); /* MOV #140000,@#PSW: user mode */
    child(m, 01002, 0140000);
    child(m, 01004, 0177776);
    child(m, 01006, 0230); /* SPL 0 */
    child(m, 01010, 0005200);
    child(m, 01012, 0777);
    machine_run(m, 12, EVENT_NEVER);
    m->kbs.vmx.vcsr = 0177;
    assert_int_equal(machine_run(m, 20, EVENT_NEVER), STOP_LIMIT);
    assert_int_equal(m->hv->hv.level, 1);
    assert_null(m->cpu.vmx);
    assert_int_equal(m->cpu.r[R0], 1);
    machine_start(m, 01000);
    assert_int_equal(m->hv->hv.level, 0);
    assert_ptr_equal(m->cpu.vmx, &m->kbs.vmx);
    machine_free(m);
}

/* A program that reads all of memory and of the I/O page, but for what tells the time (line clock,
 * disk's sector) and LEFT in HVCSR, and does what could tell: it counts time-outs and reserved
 * instructions, and ends in a loop. */
static void load_scanner(struct machine *m, u32 base)
{
    static const u16 scan[] = {
        012706,  0700,    005001,  005003, /* 1000: MOV #700,SP; CLR R1; CLR R3 */
        020127,  0164020, 001414,          /* 1010: CMP R1,#HVCSR; BEQ 1046 */
        020127,  0177546, 001411,          /* 1016: CMP R1,#LKS; BEQ 1046 */
        020127,  0177400, 001406,          /* 1024: CMP R1,#RKDS; BEQ 1046 */
        005002,  011102,  060203,  006103, 005503,
        000240,                                     /* 1032: CLR R2; MOV (R1),R2; sum in R3 */
        062701,  2,       001356,                   /* 1046: ADD #2,R1; BNE 1010 */
        010337,  02000,   000233,                   /* 1054: MOV R3,@#2000; SPL 3 */
        013737,  0177776, 02002,                    /* 1062: MOV PS,@#2002 */
        006506,  012637,  02004,                    /* 1070: MFPI SP; MOV (SP)+,@#2004 */
        0007401, 0007501, 0007605,                  /* 1076: LVMID, HVINV, DIAG */
        012746,  0140340, 012746,  01140,  000002}; /* 1104: to user mode */
    static const u16 user[] = {
        012706, 0500,    000237,  000005,       /* 1140: MOV #500,SP; SPL 7; RESET */
        000000, 0007401, 0007605,               /* 1150: HALT, LVMID, DIAG */
        013737, 0177776, 02006,                 /* 1156: MOV PS,@#2006 */
        012746, 0,       012746,  01200,  2, 0, /* 1164: RTI that asks for kernel mode */
        013737, 0177776, 02010,   0777};        /* 1200: MOV PS,@#2010; BR . */

    for (unsigned i = 0; i < ARRAY_LEN(scan); i++)
        ram_put(&m->ram, base + 01000 + 2 * i, scan[i]);
    for (unsigned i = 0; i < ARRAY_LEN(user); i++)
        ram_put(&m->ram, base + 01140 + 2 * i, user[i]);
    WORDS(m, base + 4, 03000, 0340, 03010, 0340);
    WORDS(m, base + 03000, 005237, 02020, 2);
    WORDS(m, base + 03010, 005237, 02022, 2);
}

/* Levels with bounds maps, all of the I/O page passed through; real address of the last one's
 * memory, which is 32 KB. */
static u32 load_levels(struct machine *m, unsigned depth)
{
    u32 base = 0, clicks = 01000 + CHILD * (depth - 1);

    for (unsigned level = 0; level < depth; level++, base += CHILD << 6, clicks -= CHILD) {
        WORDS(m, base + 0600, 0007427, 1, 0); /* LVMID #1; HALT */
        WORDS(m, base + 0110, 0610, 0340);
        ram_put(&m->ram, base + (VMTAB << 6) + 2, VMCB);
        WORDS(m, base + BLOCK, 0100001, 0, VMTAB, 1, 0, 1);
        WORDS(m, base + BLOCK + 016, (u16)clicks);
        WORDS(m, base + BLOCK + 050, 0700, 0, 0, 0600, 0340);
        WORDS(m, base + BLOCK + 0134, CHILD, (u16)clicks, IOMAP);
        for (unsigned i = 0; i < 128; i++)
            ram_put(&m->ram, base + (IOMAP << 6) + 2 * i, (u16)(0100000 | i));
    }
    base -= CHILD << 6; /* the last one's own HV is at rest */
    WORDS(m, base + BLOCK + 4, 0, 0, 0, 0);
    WORDS(m, base + BLOCK + 056, 01000, 0);
    WORDS(m, base + BLOCK + 050, 0);
    machine_start(m, 0600);
    m->hv->hv.reg = (struct hv_regs){.csr = HVCSR_HVE | HVCSR_ASSOC, .root = VMTAB, .tlen = 1};
    return base + (CHILD << 6);
}

/* The scanner finds the same on the bare machine and at levels 1 and 3. */
static void invisible(void **state)
{
    struct machine_config small = {.memory = 0100000, .options.hv = true};
    struct machine *bare = NULL;

    assert_int_equal(machine_new(&bare, &small, NULL), 0);
    load_scanner(bare, 0);
    machine_start(bare, 01000);
    assert_int_equal(machine_run(bare, 600000, EVENT_NEVER), STOP_LIMIT);
    assert_int_equal(bare->cpu.r[PC], 01206);
    assert_in_range(ram_get(&bare->ram, 02020), 10000, 20000); /* time-outs */
    assert_int_equal(ram_get(&bare->ram, 02022), 5);
    for (unsigned depth = 1; depth <= 3; depth += 2) {
        struct machine *m = make(jit_supported() ? ENGINE_JIT : ENGINE_INTERP, false);
        u32 base = load_levels(m, depth);

        load_scanner(m, base);
        assert_int_equal(machine_run(m, 700000, EVENT_NEVER), STOP_LIMIT);
        assert_int_equal(m->hv->hv.level, depth);
        assert_memory_equal(m->ram.base + base, bare->ram.base, 0100000);
        assert_memory_equal(m->cpu.r, bare->cpu.r, sizeof m->cpu.r);
        assert_int_equal(cpu_ps(&m->cpu), cpu_ps(&bare->cpu));
        machine_free(m);
    }
    machine_free(bare);
}

static void load_loop(struct machine *m)
{
    static const u16 loop[] = {0005200, 060001, 010137, 03000, 0104000, 0772};

    load(m);
    for (unsigned i = 0; i < ARRAY_LEN(loop); i++)
        child(m, 01000 + 2 * i, loop[i]);
    child(m, 030, 04000);
    child(m, 032, 0340);
    child(m, 04000, 2); /* RTI */
}

/* A machine goes on from a snapshot of a running virtual machine as the one it was taken of. */
static void snapshots(void **state)
{
    for (unsigned engine = ENGINE_INTERP; engine <= ENGINE_JIT; engine++) {
        struct snapshot snapshot = {0};
        struct machine *m, *other;
        u64 hash;

        if (engine == ENGINE_JIT && !jit_supported())
            continue;
        m = make((enum engine)engine, true);
        other = make((enum engine)engine, true);
        load_loop(m);
        assert_int_equal(machine_run(m, 20000, EVENT_NEVER), STOP_LIMIT);
        assert_int_equal(m->hv->hv.level, 1);
        assert_int_equal(snapshot_take(&snapshot, m, NULL), 0);
        machine_run(m, 50000, EVENT_NEVER);
        hash = machine_hash(m);
        for (unsigned i = 0; i < 2; i++) {
            struct machine *to = i ? other : m;
            assert_int_equal(snapshot_put(to, snapshot.bytes, snapshot.size, NULL), 0);
            assert_int_equal(to->hv->hv.level, 1);
            assert_int_equal(machine_run(to, 50000, EVENT_NEVER), STOP_LIMIT);
            assert_true(machine_hash(to) == hash);
        }
        snapshot_free(&snapshot);
        machine_free(m);
        machine_free(other);
    }
}

/* Whatever stands in a snapshot: refused, or a machine that runs. */
static void damaged_snapshots(void **state)
{
    struct machine *m = make(ENGINE_INTERP, false);
    struct snapshot snapshot = {0};
    unsigned refused = 0;
    size_t where = 0;

    load_loop(m);
    machine_run(m, 2000, EVENT_NEVER);
    assert_int_equal(snapshot_take(&snapshot, m, NULL), 0);
    while (where + 8 < snapshot.size - m->ram.size) {
        u8 was = snapshot.bytes[where];

        snapshot.bytes[where] ^= 0377;
        if (snapshot_put(m, snapshot.bytes, snapshot.size, NULL))
            refused++;
        else
            (void)machine_run(m, m->cpu.icount + 20, EVENT_NEVER);
        snapshot.bytes[where] = was;
        where += 3;
    }
    assert_true(refused > 10);
    snapshot_free(&snapshot);
    machine_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(at_rest_it_is_not_there),
        cmocka_unit_test(option_texts),
        cmocka_unit_test(runs_and_faults),
        cmocka_unit_test(transfers_go_through_the_map),
        cmocka_unit_test(transfers_and_protection),
        cmocka_unit_test(transfers_into_tables),
        cmocka_unit_test(the_kbs11a_is_level_0s),
        cmocka_unit_test(invisible),
        cmocka_unit_test(snapshots),
        cmocka_unit_test(damaged_snapshots),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
