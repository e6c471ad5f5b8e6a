/* test_wide.c - a machine with physical addresses of 22 bits: programs far up in memory in both
 * engines, where memory ends, the I/O page, and what stays at 18 bits: the UNIBUS, virtual
 * machines.
 */
#include "rig.h"

#include <errno.h>
#include <unistd.h>

#include "dev/rom.h"
#include "machine/snapshot.h"

#define MEMORY  017500100u /* 3.9 MB */
#define MEGA    04000000u  /* 1 MB: where a program is, */
#define FAR     017400000u /* and another, or the data of the first */
#define PDR_RW  077406u
#define PS_USER 0170000u
#define COUNT   40000u

#define VMTAB 020u /* clicks */
#define VMCB  021u
#define IOMAP 040u
#define BLOCK (VMCB << 6)
#define CHILD 010000000u /* 2 MB */

static struct machine *make(const struct machine_config *config)
{
    struct machine *m = NULL;
    struct err err = {0};

    assert_int_equal(machine_new(&m, config, &err), 0);
    return m;
}

static struct machine *wide(enum engine engine)
{
    return make(&(struct machine_config){.memory = MEMORY, .wide = true, .engine = engine});
}

static enum engine last_engine(void)
{
    return jit_supported() ? ENGINE_JIT : ENGINE_INTERP;
}

static void words(struct machine *m, u32 pa, const u16 *list, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        ram_put(&m->ram, pa + 2 * i, list[i]);
}
#define WORDS(m, pa, ...)                                                                          \
    words(m, pa, (const u16[]){__VA_ARGS__}, sizeof((const u16[]){__VA_ARGS__}) / 2)

static void map(struct machine *m, enum mode mode, unsigned page, u32 pa)
{
    m->cpu.mmu.par[mode][SPACE_I][page] = (u16)(pa >> 6);
    m->cpu.mmu.pdr[mode][SPACE_I][page] = PDR_RW;
}

/* The KT11 on, kernel pages 0 and 7 as without it. Vectors lead to HALTs, that of n to 1000 + n. */
static void begin(struct machine *m)
{
    for (u16 vector = 4; vector < 0400; vector = (u16)(vector + 4))
        WORDS(m, vector, 01000 + vector, 0);
    machine_start(m, 02000);
    m->cpu.r[SP] = 0700;
    map(m, MODE_K, 0, 0);
    map(m, MODE_K, 7, 017760000);
    m->cpu.mmu.mmr0 = MMR0_ENABLE;
    mmu_flush(&m->cpu.mmu);
}

static void begin_user(struct machine *m, u32 program, u32 data)
{
    begin(m);
    map(m, MODE_U, 0, program);
    map(m, MODE_U, 1, data);
    map(m, MODE_U, 2, MEMORY - 0100);
    cpu_set_ps(&m->cpu, PS_USER);
    m->cpu.r[PC] = 0;
    mmu_flush(&m->cpu.mmu);
}

/* It writes to its own operand each time, and to its own instruction now and then. */
static void load_program(struct machine *m, u32 at)
{
    WORDS(m, at, 012704, 0100, /*  0: MOV #100,R4 */
          0005200,             /*  4: INC R0 */
          062702, 1,           /*  6: ADD #1,R2; the constant changes */
          010237, 020100,      /* 12: MOV R2,@#20100 */
          060037, 010,         /* 16: ADD R0,@#10 */
          032700, 0377,        /* 22: BIT #377,R0 */
          001002,              /* 26: BNE .+6 */
          074437, 034,         /* 30: XOR R4,@#34 */
          0005203,             /* 34: INC R3, or DEC R3 */
          0000762);            /* 36: BR 4 */
}

static void run_far(u32 program, u32 data)
{
    struct machine *a = wide(ENGINE_INTERP), *b = wide(last_engine());
    struct jit_stats stats;

    load_program(a, program);
    load_program(b, program);
    begin_user(a, program, data);
    begin_user(b, program, data);
    for (u64 at = 0; at < COUNT; at += 1 + at / 3) {
        assert_int_equal(machine_run(a, at, EVENT_NEVER), STOP_LIMIT);
        assert_int_equal(machine_run(b, at, EVENT_NEVER), STOP_LIMIT);
        assert_true(machine_hash(a) == machine_hash(b));
    }
    assert_true(a->cpu.r[R0] > COUNT / 20);
    assert_int_equal(ram_get(&a->ram, data + 0100), a->cpu.r[R2]);
    /* Nothing at what is left of these addresses in 18 bits. */
    for (u32 pa = 04000; pa < 0200000; pa += 2)
        assert_int_equal(ram_get(&a->ram, pa), 0);
    if (b->jit) {
        jit_describe(b->jit, &stats);
        assert_true(stats.cache.blocks > 2 && stats.cache.dropped > 10);
        assert_true(stats.interpreted < COUNT / 3);
    }
    machine_free(a);
    machine_free(b);
}

static void programs_run_far_up(void **state)
{
    run_far(MEGA, FAR);
    run_far(FAR, MEGA);
    run_far(FAR, FAR + 020000);
}

/* Pages whose addresses are the same in the low 18 bits are told apart: by the maps, and by the
 * keys of what is translated. */
static void pages_are_told_apart(void **state)
{
    struct machine *m = wide(last_engine());

    for (unsigned i = 0; i < 3; i++)
        WORDS(m, 0100000 + i * MEGA, (u16)(0005200 + i), (u16)(0005200 + i),
              0000775); /* INC Ri; BR */
    for (unsigned round = 0; round < 4; round++)
        for (unsigned i = 0; i < 3; i++) {
            begin_user(m, 0100000 + i * MEGA, FAR);
            assert_int_equal(machine_run(m, m->cpu.icount + 3000, EVENT_NEVER), STOP_LIMIT);
        }
    for (unsigned i = 0; i < 3; i++)
        assert_int_equal(m->cpu.r[i], 4 * 2000);
    machine_free(m);
}

/* The last words of memory, and behind them. */
static void memory_ends(void **state)
{
    for (enum engine engine = ENGINE_INTERP; engine <= last_engine(); engine++) {
        struct machine *m = wide(engine);

        WORDS(m, MEGA, 005237, 040076, 005737, 040100); /* INC @#40076; TST @#40100 */
        begin_user(m, MEGA, FAR);
        assert_int_equal(machine_run(m, 100, EVENT_NEVER), STOP_HALT);
        assert_int_equal(ram_get(&m->ram, MEMORY - 2), 1);
        assert_int_equal(m->cpu.r[PC], 01006); /* vector 4 */
        assert_int_equal(ram_get(&m->ram, 0674), 010);
        machine_free(m);
    }
}

/* The I/O page is at the top; at 760000 is memory. */
static void io_page_is_at_the_top(void **state)
{
    struct machine *m = wide(last_engine());

    begin(m);
    map(m, MODE_K, 1, 0760000);
    WORDS(m, 02000, 012737, 0177600, 0172344, /* MOV #177600,@#KIPAR2 */
          012737, PDR_RW, 0172304,            /* MOV #77406,@#KIPDR2 */
          013700, 057776,                     /* MOV @#57776,R0: the PSW through page 2 */
          013701, 037776,                     /* MOV @#37776,R1: memory at 777776 */
          013702, 0172344, 013703, 0177564,   /* MOV @#KIPAR2,R2; MOV @#TPS,R3 */
          012737, 0123, 037564,               /* MOV #123,@#37564: memory at 777564 */
          0000257, 0);                        /* CCC; HALT */
    ram_put(&m->ram, 0777776, 0456);
    assert_int_equal(machine_run(m, 100, EVENT_NEVER), STOP_HALT);
    assert_int_equal(m->cpu.r[R0] & ~PS_CC, 0);
    assert_int_equal(m->cpu.r[R1], 0456);
    assert_int_equal(m->cpu.r[R2], 0177600);
    assert_int_equal(m->cpu.r[R3], 0200);
    assert_int_equal(ram_get(&m->ram, 0777564), 0123);
    assert_int_equal(m->cpu.mmu.par[MODE_K][SPACE_I][2], 0177600);
    machine_free(m);
}

/* Without relocation: 56 KB of memory and the I/O page. */
static void unmapped(void **state)
{
    struct machine *m = wide(last_engine());

    machine_start(m, 02000);
    WORDS(m, 02000, 012737, 0340, 0177776, /* MOV #340,@#PSW */
          012737, 7, 0172516,              /* MOV #7,@#MMR3 */
          005237, 0157776, 0);             /* INC @#157776; HALT */
    assert_int_equal(machine_run(m, 100, EVENT_NEVER), STOP_HALT);
    assert_int_equal(cpu_ps(&m->cpu) & PS_PRIO, 0340);
    assert_int_equal(m->cpu.mmu.mmr3, 7);
    assert_int_equal(ram_get(&m->ram, 0157776), 1);
    machine_free(m);
}

static void bus_has_18_bits(void **state)
{
    struct machine *m = wide(ENGINE_INTERP);
    u16 value = 0;

    assert_true(npr_write(&m->rk.dev, 0757776, 0123));
    assert_int_equal(ram_get(&m->ram, 0757776), 0123);
    ram_put(&m->ram, 0760000, 1);
    assert_false(npr_write(&m->rk.dev, 0760000, 0123));
    assert_false(npr_read(&m->rk.dev, 0760000, &value));
    assert_int_equal(ram_get(&m->ram, 0760000), 1);
    assert_true(npr_read(&m->rk.dev, ROM_BASE, &value)); /* the devices' registers answer */
    machine_free(m);
}

/* A debugger's physical addresses have 22 bits, in the I/O page, too. */
static void debugger_points(void **state)
{
    struct debug_point memory = {
        .kind = DEBUG_PHYSICAL, .access = DEBUG_WRITE, .first = 0777564, .last = 0777565};
    struct debug_point device = {
        .kind = DEBUG_PHYSICAL, .access = DEBUG_WRITE, .first = 017777564, .last = 017777565};
    struct machine *m = wide(last_engine());
    struct cpu_debug debug = {0};

    begin(m);
    map(m, MODE_K, 1, 0760000);
    WORDS(m, 02000, 012737, 0123, 037564, 012737, 0100, 0177564, 0);
    debug_add(&debug, &memory);
    debug_add(&debug, &device);
    machine_debug(m, &debug);
    assert_int_equal(machine_run(m, 100, EVENT_NEVER), STOP_WATCH);
    assert_true(memory.hit && !device.hit);
    assert_int_equal(memory.at.pa, 0777564);
    assert_int_equal(memory.at.after, 0123);
    debug_clear(&m->cpu);
    assert_int_equal(machine_run(m, 100, EVENT_NEVER), STOP_WATCH);
    assert_true(device.hit && !memory.hit);
    assert_int_equal(device.at.after, 0100);
    machine_debug(m, NULL);
    machine_free(m);
}

static void snapshots(void **state)
{
    char path[] = "/tmp/vm11-wide-XXXXXX";
    struct machine *m = wide(last_engine()), *other = wide(ENGINE_INTERP);
    struct machine *small = make(&(struct machine_config){.wide = true});
    struct machine *usual = make(&(struct machine_config){0});
    struct snapshot snap = {0};
    struct err err = {0};
    int fd = mkstemp(path);

    load_program(m, MEGA);
    begin_user(m, MEGA, FAR);
    assert_int_equal(machine_run(m, 3001, EVENT_NEVER), STOP_LIMIT);
    assert_int_equal(snapshot_take(&snap, m, NULL), 0);
    assert_int_equal(snapshot_put(other, snap.bytes, snap.size, &err), 0);
    assert_true(machine_hash(other) == machine_hash(m));
    assert_int_equal(machine_run(m, 9001, EVENT_NEVER), STOP_LIMIT);
    assert_int_equal(machine_run(other, 9001, EVENT_NEVER), STOP_LIMIT);
    assert_true(machine_hash(other) == machine_hash(m));
    close(fd);
    unlink(path);
    assert_int_equal(snapshot_save(small, path, &err), 0);
    assert_int_equal(snapshot_load(usual, path, false, &err), -EINVAL);
    assert_non_null(strstr(err.text, "with physical addresses of 22 bits"));
    assert_int_equal(snapshot_load(small, path, false, &err), 0);
    unlink(path);
    snapshot_free(&snap);
    machine_free(m);
    machine_free(other);
    machine_free(small);
    machine_free(usual);
}

/* A virtual machine of the Hardware Virtualizer, 2 MB up: it is an ordinary one, its parent not. */
static void virtual_machines_are_not_wide(void **state)
{
    const struct machine_config config = {
        .memory = MEMORY, .wide = true, .engine = last_engine(), .options = {.hv = true}};
    struct machine *m = make(&config);

    machine_start(m, 01000);
    WORDS(m, 01000, 012737, 0177777, 0172340,                 /* MOV #177777,@#KIPAR0 */
          012737, VMTAB, 0164022, 012737, 1, 0164024,         /* HVROOT, HVTLEN */
          012737, 041, 0164020, 012706, 0700, 0007427, 1, 0); /* HVCSR; SP; LVMID #1 */
    WORDS(m, 0110, 06000, 0340);
    WORDS(m, 06000, 013705, 0172340, 0); /* MOV @#KIPAR0,R5; HALT */
    ram_put(&m->ram, (VMTAB << 6) + 2, VMCB);
    WORDS(m, BLOCK, 0100001);
    WORDS(m, BLOCK + 016, 01000);
    WORDS(m, BLOCK + 050, 0700, 0, 0, 01000, 0340);
    WORDS(m, BLOCK + 0134, CHILD >> 6, 01000, IOMAP);
    for (unsigned i = 0; i < 128; i++)
        ram_put(&m->ram, (IOMAP << 6) + 2 * i, (u16)(0100000 | i));
    WORDS(m, CHILD + 01000, 012737, 0177777, 0172340, /* MOV #177777,@#KIPAR0 */
          013700, 0172340, 010037, 04000,             /* MOV @#KIPAR0,R0; MOV R0,@#4000 */
          013737, 0177564, 04002,                     /* MOV @#TPS,@#4002 */
          012737, 01000, 0177410,                     /* MOV #1000,@#RKBA */
          0);                                         /* HALT, which is the parent's */
    assert_int_equal(machine_run(m, 100, EVENT_NEVER), STOP_HALT);
    assert_int_equal(m->cpu.r[PC], 06006);
    assert_int_equal(m->cpu.r[R5], 0177777);
    assert_int_equal(ram_get(&m->ram, CHILD + 04000), 07777);
    assert_int_equal(ram_get(&m->ram, CHILD + 04002), 0200);
    assert_false(npr_write(&m->rk.dev, 04000, 1)); /* so far the bus does not reach */
    assert_int_equal(ram_get(&m->ram, CHILD + 04000), 07777);
    machine_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(programs_run_far_up),
        cmocka_unit_test(pages_are_told_apart),
        cmocka_unit_test(memory_ends),
        cmocka_unit_test(io_page_is_at_the_top),
        cmocka_unit_test(unmapped),
        cmocka_unit_test(bus_has_18_bits),
        cmocka_unit_test(debugger_points),
        cmocka_unit_test(snapshots),
        cmocka_unit_test(virtual_machines_are_not_wide),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
