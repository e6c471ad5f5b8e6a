/* test_cp.c - VMs in turns: isolation, shares, reservations, waiting, clocks, power. The programs
 * are a few words each.
 */
#include "cp/cp.h"
#include "cp/shadow.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define SIZE 0020000u

static struct cp *make(u32 memory)
{
    struct cp_config config = {.bare = {.memory = memory, .options = {.kbs11a = true}},
                               .slice = 1000};
    struct cp *cp = NULL;

    assert_int_equal(cp_new(&cp, &config, NULL), 0);
    return cp;
}

static struct cp_vm *add_sized(struct cp *cp, const char *name, const char *method, u32 size)
{
    struct vm_config config = {
        .name = name, .method = method_find(method), .machine = {.memory = size}};
    struct cp_vm *entry = NULL;
    struct err err;

    assert_int_equal(cp_add(cp, &config, false, &entry, &err), 0);
    return entry;
}

static struct cp_vm *add(struct cp *cp, const char *name, const char *method)
{
    return add_sized(cp, name, method, SIZE);
}

static void program(struct cp_vm *entry, const u16 *words, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        ram_put(&entry->vm->m->ram, 01000 + 2 * i, words[i]);
    machine_start(entry->vm->m, 01000);
    cp_start(entry);
}
#define PROGRAM(entry, ...)                                                                        \
    program(entry, (const u16[]){__VA_ARGS__}, sizeof((const u16[]){__VA_ARGS__}) / 2)

/* INC R0; BR .-2: never waits. */
#define BUSY 0005200, 0000776

static void shares(void **state)
{
    struct cp *cp = make(0100000);
    struct cp_vm *a = add(cp, "a", "trap"), *b = add(cp, "b", "trap"), *c = add(cp, "c", "hybrid");

    PROGRAM(a, BUSY);
    PROGRAM(b, BUSY);
    PROGRAM(c, BUSY);
    b->share = 300;
    c->share = 50;
    assert_int_equal(cp_run(cp, 10000000), CP_TIME);
    assert_in_range(b->used * 100 / a->used, 290, 310);
    assert_in_range(c->used * 100 / a->used, 45, 55);
    assert_int_equal(cp->idle, 0);
    assert_true(a->used + b->used + c->used == cp->time);
    cp_free(cp);
}

static void a_reservation_is_kept(void **state)
{
    struct cp *cp = make(0200000);
    struct cp_vm *preferred = add(cp, "preferred", "trap");

    for (unsigned i = 0; i < 5; i++)
        PROGRAM(add(cp, (const char *[]){"a", "b", "c", "d", "e"}[i], "trap"), BUSY);
    PROGRAM(preferred, BUSY);
    preferred->reserve = 60;
    assert_int_equal(cp_run(cp, 20000000), CP_TIME);
    assert_in_range(preferred->used * 100 / cp->time, 58, 62);
    cp_free(cp);
}

/* Who had a reservation is not left behind when it is taken away: it has its share. */
static void a_reservation_is_taken_away(void **state)
{
    struct cp *cp = make(0100000);
    struct cp_vm *preferred = add(cp, "preferred", "trap"), *other = add(cp, "other", "trap");
    u64 used;

    PROGRAM(preferred, BUSY);
    PROGRAM(other, BUSY);
    preferred->share = 50;
    assert_int_equal(cp_set_reserve(preferred, 80, NULL), 0);
    assert_int_equal(cp_run(cp, 10 * EVENT_HZ), CP_TIME);
    assert_in_range(preferred->used * 100 / cp->time, 79, 81);
    assert_int_equal(cp_set_reserve(preferred, 0, NULL), 0);
    used = preferred->used;
    assert_int_equal(cp_run(cp, 13 * EVENT_HZ), CP_TIME);
    assert_in_range(preferred->used - used, 950000, 1050000);
    cp_free(cp);
}

/* A VM that comes late has its share, and no more. */
static void who_comes_late_starves_nobody(void **state)
{
    struct cp *cp = make(0100000);
    struct cp_vm *first = add(cp, "first", "trap"), *late = add(cp, "late", "trap");
    u64 used;

    PROGRAM(first, BUSY);
    assert_int_equal(cp_run(cp, 10 * EVENT_HZ), CP_TIME);
    first->wake = cp->time + 10; /* it sleeps just now */
    PROGRAM(late, BUSY);
    used = first->used;
    assert_int_equal(cp_run(cp, 14 * EVENT_HZ), CP_TIME);
    assert_in_range(first->used - used, 1900000, 2100000);
    cp_free(cp);
}

/* Who waits has no part in it, and nobody is left behind by one who comes back. */
static void who_waits_gives_its_turn(void **state)
{
    struct cp *cp = make(0100000);
    struct cp_vm *idle = add(cp, "idle", "trap"), *busy = add(cp, "busy", "trap");

    /* MOV #100,@#177546; WAIT; INC R1; BR .-4, with its clock's vector to an RTI */
    ram_put(&idle->vm->m->ram, 0100, 0000500);
    ram_put(&idle->vm->m->ram, 0102, 0340);
    ram_put(&idle->vm->m->ram, 0500, 0000002);
    PROGRAM(idle, 0012706, 0001000, 0012737, 0000100, 0177546, 0000001, 0005201, 0000775);
    PROGRAM(busy, BUSY);
    assert_int_equal(cp_run(cp, 10 * EVENT_HZ), CP_TIME);
    assert_in_range(idle->vm->m->cpu.r[R1], 575, 601); /* 60 a second, but for what CP takes */
    assert_true(busy->used > 9500000);
    cp_free(cp);
}

/* Ends of direct execution of a busy VM in a second: alone, or beside another that waits or not;
 * cp_run() is called for each `step`. */
static u64 turns(bool alone, bool other_waits, u64 step)
{
    struct cp *cp = make(0100000);
    struct cp_vm *busy = add(cp, "busy", "trap");
    u64 slices;

    PROGRAM(busy, BUSY);
    if (!alone && other_waits) { /* for its clock, as above */
        struct cp_vm *idle = add(cp, "idle", "trap");
        ram_put(&idle->vm->m->ram, 0100, 0000500);
        ram_put(&idle->vm->m->ram, 0500, 0000002);
        PROGRAM(idle, 0012706, 0001000, 0012737, 0000100, 0177546, 0000001, 0000776);
    } else if (!alone) {
        PROGRAM(add(cp, "other", "trap"), BUSY);
    }
    for (u64 until = step; until <= EVENT_HZ; until += step)
        assert_int_equal(cp_run(cp, until), CP_TIME);
    slices = busy->vm->stats.slices;
    assert_int_equal(cp->idle, 0);
    assert_true(alone == (busy->used == cp->time));
    assert_true(cp->alone == 0);
    cp_free(cp);
    return slices;
}

/* A turn ends where somebody else is ready, or cp_run() is over; not after each slice. The VM's own
 * clock interrupts it 60 times. */
static void who_is_alone_goes_on(void **state)
{
    assert_in_range(turns(true, false, EVENT_HZ), 60, 62);
    assert_in_range(turns(false, true, EVENT_HZ), 110, 125);
    assert_in_range(turns(false, false, EVENT_HZ), 450, 530);
    assert_in_range(turns(true, false, 5000), 250, 262);
}

/* A turn by the operator's keys is one. */
static void a_single_turn_ends(void **state)
{
    struct cp *cp = make(0100000);
    struct cp_vm *busy = add(cp, "busy", "trap");

    PROGRAM(busy, BUSY);
    assert_int_equal(cp_run(cp, 1500), CP_TIME);
    assert_int_equal(busy->vm->stats.slices, 1);
    assert_int_equal(cp_turn(busy, 10), STOP_LIMIT);
    assert_int_equal(cp_turn(busy, 10), STOP_LIMIT);
    assert_int_equal(busy->vm->stats.slices, 3);
    cp_free(cp);
}

/* What its owner asks for ends a turn: a place where it is to stop, a tick of its own clock. */
static void a_turn_ends_where_it_must(void **state)
{
    struct cp *cp = make(0100000);
    struct cp_vm *busy = add(cp, "busy", "trap");

    PROGRAM(busy, BUSY);
    busy->pause = 5500;
    assert_int_equal(cp_run(cp, 10000), CP_ASLEEP);
    assert_int_equal(busy->vm->m->cpu.icount, 5500);
    assert_int_equal(busy->vm->stats.slices, 1);
    busy->pause = UINT64_MAX;
    cp_set_clock(busy, CP_CLOCK_REAL);
    assert_int_equal(cp_run(cp, EVENT_HZ), CP_TIME);
    assert_int_equal(busy->ticks, 59);
    assert_in_range(busy->vm->stats.slices, 60, 62);
    cp_free(cp);
}

static void a_clock_by_policy(void **state)
{
    static const enum cp_clock clocks[] = {CP_CLOCK_VIRTUAL, CP_CLOCK_REAL, CP_CLOCK_CATCH_UP};
    struct cp *cp = make(0200000);
    struct cp_vm *entry[3];

    cp->slice = 100000; /* a tenth of a second: ticks are missed */
    for (unsigned i = 0; i < 3; i++) {
        entry[i] = add(cp, (const char *[]){"v", "r", "c"}[i], "trap");
        /* the handler: INC R1; RTI. The program: enable, then be busy */
        ram_put(&entry[i]->vm->m->ram, 0100, 0000500);
        ram_put(&entry[i]->vm->m->ram, 0500, 0005201);
        ram_put(&entry[i]->vm->m->ram, 0502, 0000002);
        cp_set_clock(entry[i], clocks[i]);
        PROGRAM(entry[i], 0012706, 0001000, 0012737, 0000100, 0177546, 0000777);
    }
    assert_int_equal(cp_run(cp, 30 * EVENT_HZ), CP_TIME);
    assert_in_range(entry[0]->vm->m->cpu.r[R1], 580, 610); /* of its own ten seconds */
    assert_in_range(entry[1]->vm->m->cpu.r[R1], 80, 110);  /* one a turn */
    /* One a turn, too: but the rest is owed. */
    assert_true(entry[2]->owed > 1000 && entry[1]->owed == 0);
    assert_in_range(entry[2]->vm->m->cpu.r[R1] + entry[2]->owed, 1780, 1800);
    cp_free(cp);
}

/* A wild VM hurts itself only: it writes wherever it can, by its own addresses and by its disk's.
 */
static void a_wild_store_stays_inside(void **state)
{
    struct cp *cp = make(0100000);
    struct cp_vm *before = add(cp, "before", "trap"), *wild = add(cp, "wild", "trap"),
                 *after = add(cp, "after", "trap");
    u64 hash[2] = {machine_hash(before->vm->m), machine_hash(after->vm->m)};

    /* all its memory, through R0, up to a time-out, whose vector's PC is 177777 */
    PROGRAM(wild, 0012700, 0001012, 0012720, 0177777, 0000775);
    assert_int_equal(cp_run(cp, 1000000), CP_NOBODY);
    assert_int_equal(wild->state, CP_ENDED);
    assert_true(machine_hash(before->vm->m) == hash[0]);
    assert_true(machine_hash(after->vm->m) == hash[1]);
    cp_free(cp);
}

static void memory_is_scrubbed(void **state)
{
    struct cp *cp = make(0100000);
    struct cp_vm *first = add(cp, "first", "trap"), *second;

    PROGRAM(first, 0012737, 0123456, 0004000, 0000000);
    assert_int_equal(cp_run(cp, 10000), CP_NOBODY);
    assert_int_equal(ram_get(&first->vm->m->ram, 04000), 0123456);
    cp_remove(first);
    for (u32 pa = 0; pa < cp->bare->ram.size; pa += 2)
        assert_int_equal(ram_get(&cp->bare->ram, pa), 0);
    second = add(cp, "second", "trap");
    assert_int_equal(second->vm->base, 0);
    cp_free(cp);
}

/* --- a bare machine with more than 248K ------------------------------------------------------ */

#define BIG (200u * 1024)

/* The KT11 on, pages as without it; then page 5 goes through memory above 16K, 4K at a time: a
 * word, and INC R5; RTS PC, which is called. */
static void begin_walk(struct machine *m)
{
    static const u16 words[] = {
        0012706, 0001000, 0012701, 0172340, 0012702, 0172300, 0005000,  0012703, 0000010, 0010021,
        0012722, 0077406, 0062700, 0000200, 0077306, 0012737, 0007600,  0172356, 0005237, 0177572,
        0012700, 0000400, 0010037, 0172352, 0012704, 0120000, 0010024,  0012714, 0005205, 0012764,
        0000207, 0000002, 0004714, 0062700, 0000100, 0020027, BIG / 64, 0103760, 0000000};

    for (unsigned i = 0; i < sizeof words / sizeof *words; i++)
        ram_put(&m->ram, 01000 + 2 * i, words[i]);
    machine_start(m, 01000);
}

static void more_than_a_kt11_reaches(void **state)
{
    static const char *const methods[] = {"trap", "hybrid", "hv"};
    struct cp_config config = {
        .bare = {.memory = 700 * 1024, .wide = true, .options = {.kbs11a = true, .hv = true}},
        .own = 4 * HW_PLACE,
        .slice = 1000};
    struct machine_config alone = {.memory = BIG};
    struct cp_vm *entry[ARRAY_LEN(methods)];
    struct cp *cp = NULL;
    struct machine *m = NULL;

    if (jit_supported())
        config.bare.engine = ENGINE_JIT;
    assert_int_equal(machine_new(&m, &alone, NULL), 0);
    begin_walk(m);
    assert_int_equal(machine_run(m, 100000, EVENT_NEVER), STOP_HALT);
    assert_int_equal(m->cpu.r[R5], (BIG / 64 - 0400) / 0100);
    assert_int_equal(cp_new(&cp, &config, NULL), 0);
    for (unsigned i = 0; i < ARRAY_LEN(methods); i++) {
        entry[i] = add_sized(cp, methods[i], methods[i], BIG);
        assert_int_equal(entry[i]->vm->base, i * BIG / 64);
        begin_walk(entry[i]->vm->m);
        cp_start(entry[i]);
    }
    assert_int_equal(cp_run(cp, 1000000), CP_NOBODY);
    for (unsigned i = 0; i < ARRAY_LEN(methods); i++) {
        assert_int_equal(entry[i]->state, CP_ENDED);
        assert_memory_equal(entry[i]->vm->m->ram.base, m->ram.base, BIG);
        assert_true(machine_hash(entry[i]->vm->m) == machine_hash(m));
    }
    cp_free(cp);
    machine_free(m);
}

/* A VM with virtual = real: what it has at an address the bare machine has there, too, and the
 * shadow map is its own map. */
static void addresses_are_the_real_ones(void **state)
{
    struct cp *cp = make(248u * 1024);
    struct vm_config config = {
        .name = "real", .method = method_find("trap"), .machine = {.memory = BIG}};
    struct cp_vm *real = NULL, *other;
    struct machine *m;
    struct err err;

    assert_int_equal(cp_add(cp, &config, true, &real, &err), 0);
    other = add(cp, "other", "trap");
    m = real->vm->m;
    PROGRAM(other, BUSY);
    begin_walk(m);
    cp_start(real);
    assert_int_equal(cp_run(cp, 1000000), CP_TIME);
    assert_int_equal(real->state, CP_ENDED);
    assert_int_equal(m->cpu.r[R5], (BIG / 64 - 0400) / 0100);
    for (u32 pa = 0; pa < BIG; pa += 2)
        assert_int_equal(ram_get(&cp->bare->ram, pa), ram_get(&m->ram, pa));
    assert_int_equal(ram_get(&cp->bare->ram, 0400 * 64 + 2), 0005205); /* the walk's first INC R5 */
    for (unsigned page = 0; page < 7; page++) {
        u16 par = m->cpu.mmu.par[MODE_K][SPACE_I][page];
        if (par < BIG / 64) /* page 5 has gone on to the end of its memory */
            assert_int_equal(shadow_page(real->vm, MODE_K, SPACE_I, page, MODE_U).par, par);
    }
    /* The other's are not. */
    assert_int_equal(other->vm->base, BIG / 64);
    assert_int_equal(ram_get(&cp->bare->ram, BIG + 01000), 0005200);
    assert_int_equal(shadow_page(other->vm, MODE_K, SPACE_I, 0, MODE_U).par, BIG / 64);
    cp_free(cp);
}

static void power_fails_and_comes_back(void **state)
{
    struct cp *cp = make(0100000);
    struct cp_vm *entry = add(cp, "vm", "trap");
    struct machine *m = entry->vm->m;
    struct err err;

    /* 24: 500: MOV #600,@#24; WAIT. 600: INC @#4000; HALT */
    ram_put(&m->ram, 024, 0500);
    ram_put(&m->ram, 026, 0340);
    for (unsigned i = 0; i < 5; i++)
        ram_put(&m->ram, 0500 + 2 * i, (const u16[]){0012737, 0600, 024, 0000001, 0000777}[i]);
    for (unsigned i = 0; i < 3; i++)
        ram_put(&m->ram, 0600 + 2 * i, (const u16[]){0005237, 04000, 0}[i]);
    PROGRAM(entry, 0012706, 0001000, 0000777);
    assert_int_equal(cp_run(cp, 10000), CP_TIME);
    cp_power_off(entry);
    assert_int_equal(cp_run(cp, 100000), CP_NOBODY);
    assert_int_equal(entry->state, CP_STOPPED);
    assert_int_equal(ram_get(&m->ram, 024), 0600);
    assert_int_equal(cp_power_on(entry, &err), 0);
    assert_int_equal(cp_run(cp, 200000), CP_NOBODY);
    assert_int_equal(ram_get(&m->ram, 04000), 1);
    cp_free(cp);
}

static void what_cannot_be(void **state)
{
    struct cp *cp = make(0100000);
    struct vm_config config = {
        .name = "vm", .method = method_find("hv"), .machine = {.memory = SIZE}};
    struct cp_vm *entry;
    struct err err;

    if (config.method)
        assert_int_equal(cp_add(cp, &config, false, &entry, &err), -EINVAL);
    config.method = method_find("trap");
    config.machine.memory = 0200000;
    assert_int_equal(cp_add(cp, &config, false, &entry, &err), -ENOMEM);
    (void)add(cp, "VM", "trap");
    config.machine.memory = SIZE;
    assert_int_equal(cp_add(cp, &config, false, &entry, &err), -EEXIST);
    config.name = "other";
    assert_int_equal(cp_add(cp, &config, true, &entry, &err), -EBUSY);
    cp_free(cp);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shares),
        cmocka_unit_test(a_reservation_is_kept),
        cmocka_unit_test(a_reservation_is_taken_away),
        cmocka_unit_test(who_comes_late_starves_nobody),
        cmocka_unit_test(who_waits_gives_its_turn),
        cmocka_unit_test(who_is_alone_goes_on),
        cmocka_unit_test(a_single_turn_ends),
        cmocka_unit_test(a_turn_ends_where_it_must),
        cmocka_unit_test(a_clock_by_policy),
        cmocka_unit_test(a_wild_store_stays_inside),
        cmocka_unit_test(memory_is_scrubbed),
        cmocka_unit_test(more_than_a_kt11_reaches),
        cmocka_unit_test(addresses_are_the_real_ones),
        cmocka_unit_test(power_fails_and_comes_back),
        cmocka_unit_test(what_cannot_be),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
