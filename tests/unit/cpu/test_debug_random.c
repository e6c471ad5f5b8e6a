/* test_debug_random.c - random stops in random programs: they change nothing of what is done. */
#include "cpu/debug.h"

#include "random.h"

/* Points in some blocks, of every kind. */
static unsigned random_points(struct prng *prng, struct debug_point *points, unsigned max)
{
    unsigned count = 1 + prng_below(prng, max);

    for (unsigned i = 0; i < count; i++) {
        u32 first = prng_below(prng, 0200000);

        points[i] = (struct debug_point){
            .kind = (enum debug_kind)prng_below(prng, DEBUG_OTHER),
            .access = (u8)(1 + prng_below(prng, 7)),
            .modes = (u8)(1 + prng_below(prng, 15)),
            .spaces = (u8)(1 + prng_below(prng, 3)),
            .causes = (u8)(1 + prng_below(prng, 7)),
            .first = first,
            .last = first + prng_below(prng, 02000),
        };
        if (points[i].kind == DEBUG_VECTOR)
            points[i].first = 0, points[i].last = prng_below(prng, 0400);
    }
    return count;
}

/* Run to `until` through all stops; how many there were. */
static unsigned run_through(struct rig *rig, u64 until)
{
    unsigned stops = 0;

    for (;;) {
        switch (cpu_run(&rig->cpu, until)) {
        case EXIT_LIMIT: return stops;
        case EXIT_BREAK:
        case EXIT_WATCH: stops++; break;
        case EXIT_HALT:
        case EXIT_DOUBLE: break;
        case EXIT_WAIT:
            if ((rig->cpu.ps & PS_PRIO) == PS_PRIO)
                return stops; /* nothing can end it */
            cpu_set_br(&rig->cpu, 1 << 7);
            break;
        case EXIT_TRAP:
        case EXIT_STOP: fail_msg("nobody asked it to stop");
        }
        if (rig->cpu.debug)
            debug_clear(&rig->cpu);
    }
}

/* Whatever is set, and wherever the run is cut, the machine does what it does without. */
static void test_stops_change_nothing(void **state)
{
    struct rig *rig = *state;
    struct debug_point points[6];
    struct cpu_debug debug;
    struct prng prng = prng_new(77);
    unsigned stops = 0;

    for (unsigned round = 0; round < 400; round++) {
        struct rig_copy copy;
        u64 free_digest, until;

        random_machine(rig, &prng);
        until = rig->cpu.icount + 60;
        for (unsigned i = 4; i < 8; i++)
            rig->vector[i] = (u16)(i * 010);
        rig_save(rig, &copy);
        run_through(rig, until);
        free_digest = rig_digest(rig);
        rig_restore(rig, &copy);
        debug = (struct cpu_debug){0};
        for (unsigned i = random_points(&prng, points, ARRAY_LEN(points)); i-- > 0;)
            debug_add(&debug, &points[i]);
        debug_use(&rig->cpu, &debug);
        for (u64 at = copy.rig.cpu.icount; at < until; at += 1 + prng_below(&prng, 9))
            stops += run_through(rig, at);
        stops += run_through(rig, until);
        assert_true(rig_digest(rig) == free_digest);
        debug_use(&rig->cpu, NULL);
        rig_discard(&copy);
    }
    assert_true(stops > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(test_stops_change_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
