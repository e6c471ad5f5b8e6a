/* session.c - see session.h. */
#include "session.h"

#include <errno.h>
#include <stdlib.h>

/* How the reference is cut. */
enum cuts { CUT_NOT, CUT_SOME, CUT_EACH };

/* A session while it is played. */
struct play {
    const struct session *session;
    const struct spot *limit;
    struct pair *pair;
    struct program program;
    struct random random;
    enum cuts cuts;
    u64 slice; /* of the second machine; 0: it is not cut */
    struct outcome *outcome;
    struct totals *totals;
    struct spot at;
};

static u64 mix(u64 a, u64 b)
{
    struct random random = {a * 0x9e3779b97f4a7c15u + b};
    return random_next(&random);
}

static struct pair_config pick_config(const struct session *session)
{
    struct random random = {mix(session->seed, ~(u64)0)};
    struct pair_config config = {.engine = {session->engine[0], session->engine[1]}};

    config.memory = 0140000u + 0100 * random_below(&random, 0401);
    config.fast_io = random_chance(&random, 50);
    config.ticks = random_chance(&random, 50);
    config.jit.threshold = 1 + random_below(&random, 3);
    if (random_chance(&random, 30)) /* hostile: emptied again and again */
        config.jit.code_size = 4096u << random_below(&random, 4);
    config.kbs = random_chance(&random, 40);
    config.assist = random_chance(&random, 50);
    config.disk = random_chance(&random, 15) ? session->disk : NULL;
    if (config.disk && random_chance(&random, 70))
        config.fast_io = true; /* else few programs see the end of a transfer */
    return config;
}

/* A session without room: one or several of 4 KB of code, short blocks, translation at first sight,
 * maps of a few entries. Returns the longest slice, 0: as long as it likes. */
static u64 pick_hostile(const struct session *session, struct pair_config *config)
{
    struct random random = {mix(session->seed, ~(u64)2)};
    unsigned what = 1 + random_below(&random, 31);

    if (!session->hostile)
        return 0;
    config->jit.threshold = what & 1 ? 1 : config->jit.threshold;
    config->jit.code_size = what & 2 ? 4096 : config->jit.code_size;
    config->jit.block_limit = what & 4 ? 1 + random_below(&random, 3) : 0;
    config->map_blocks = what & 8 ? 1 + random_below(&random, 4) : 0;
    return what & 16 ? 1 + random_below(&random, 4) : 0;
}

static u64 pick_budget(struct random *random)
{
    switch (random_below(random, 16)) {
    case 0:
    case 1:
    case 2: return 1;
    case 3:
    case 4:
    case 5:
    case 6: return 2 + random_below(random, 10);
    case 7:
    case 8:
    case 9:
    case 10:
    case 11: return 10 + random_below(random, 100);
    case 15: return 1000 + random_below(random, 5000);
    default: return 100 + random_below(random, 1000);
    }
}

/* A device writes into the program: one instruction after another. */
static void inject_code(struct play *play)
{
    u16 at = pick_code(&play->program.places, &play->random) & 0177776u, words[8];
    struct stream stream = {.random = &play->random,
                            .places = &play->program.places,
                            .taste = &play->program.taste,
                            .va = at,
                            .words = words,
                            .max = 1 + random_below(&play->random, 8)};

    stream_fill(&stream);
    for (unsigned i = 0; i < 2; i++) {
        struct machine *m = play->pair->side[i].machine;
        for (unsigned k = 0; k < stream.count; k++)
            if (at + 2 * k < m->ram.size)
                (void)bus_npr_write(&m->bus, at + 2 * k, words[k]);
    }
}

static void inject_page(struct play *play)
{
    unsigned mode = random_below(&play->random, 4), page = random_below(&play->random, 16);
    unsigned from = random_below(&play->random, 8);

    for (unsigned i = 0; i < 2; i++) {
        struct mmu *mmu = &play->pair->side[i].machine->cpu.mmu;
        mmu->par[mode][page >> 3][page & 7] = (u16)(from << 7);
        mmu_flush(mmu);
    }
}

static void inject_state(struct play *play)
{
    u16 pc = pick_code(&play->program.places, &play->random), ps = pick_psw(&play->random);
    unsigned what = random_below(&play->random, 4);

    for (unsigned i = 0; i < 2; i++) {
        struct cpu *cpu = &play->pair->side[i].machine->cpu;
        switch (what) {
        case 0: cpu->r[PC] = pc; break;
        case 1: cpu_set_ps(cpu, ps); break;
        case 2: cpu->switches = pc; break;
        default: cpu_power_fail(cpu); break;
        }
    }
}

/* What comes from outside between two stops. */
static void inject(struct play *play)
{
    unsigned what = random_below(&play->random, 24);
    struct err err;
    char key = (char)('a' + random_below(&play->random, 26));

    switch (what) {
    case 0:
    case 1:
    case 2:
        for (unsigned i = 0; i < 2; i++)
            machine_tick(play->pair->side[i].machine);
        break;
    case 3:
    case 4:
        for (unsigned i = 0; i < 2; i++)
            if (machine_type(play->pair->side[i].machine, &key, 1, &err))
                abort();
        break;
    case 5:
    case 6: inject_code(play); break;
    case 7: inject_page(play); break;
    case 8: inject_state(play); break;
    default: break;
    }
}

static u64 cut(struct random *random, enum cuts cuts, u64 left)
{
    switch (cuts) {
    case CUT_NOT: return left;
    case CUT_EACH: return 1;
    case CUT_SOME: break;
    }
    return 1 + (random_next(random) >> 16) % left;
}

/* The reference, in slices. */
static enum stop run_cut(struct machine *m, u64 until, u64 time, enum cuts cuts,
                         struct random random)
{
    enum stop stop;

    do
        stop = machine_run(m, m->cpu.icount + cut(&random, cuts, until - m->cpu.icount), time);
    while (stop == STOP_LIMIT && m->cpu.icount < until);
    return stop;
}

/* The other one, in slices no longer than the session's. */
static enum stop run_slices(const struct play *play, struct machine *m, u64 until, u64 time)
{
    enum stop stop = STOP_LIMIT;

    while (play->slice && stop == STOP_LIMIT && until - m->cpu.icount > play->slice)
        stop = machine_run(m, m->cpu.icount + play->slice, time);
    return stop == STOP_LIMIT ? machine_run(m, until, time) : stop;
}

/* The other, which is spoiled on the way where that is asked for. */
static enum stop run_whole(const struct play *play, struct machine *m, u64 until, u64 time)
{
    const struct session *session = play->session;
    const struct spot *spoil = &session->spoil;
    u64 at = m->cpu.icount + spoil->steps;

    if (session->spoils && spoil->program == play->at.program && spoil->stop == play->at.stop &&
        at <= until) {
        enum stop stop = machine_run(m, at, time);
        if (stop != STOP_LIMIT)
            return stop;
        m->cpu.ubreak ^= 1;
        if (at == until)
            return stop;
    }
    return run_slices(play, m, until, time);
}

/* One stop. False: the session is over. */
static bool run_stop(struct play *play, bool *next)
{
    struct machine *reference = play->pair->side[0].machine, *other = play->pair->side[1].machine;
    struct outcome *outcome = play->outcome;
    struct random cuts = {random_next(&play->random)};
    u64 budget, begin = reference->cpu.icount, time;
    bool last;

    inject(play);
    budget = pick_budget(&play->random);
    last = play->limit && play->limit->program == play->at.program &&
           play->limit->stop == play->at.stop;
    time = machine_time(reference) + budget + 30000;
    if (last && play->limit->steps < budget)
        budget = play->limit->steps;
    play->at.steps = budget;
    outcome->at = play->at;
    outcome->stop[0] = outcome->stop[1] = STOP_LIMIT;
    if (budget) {
        outcome->stop[0] = run_cut(reference, begin + budget, time, play->cuts, cuts);
        outcome->stop[1] = run_whole(play, other, begin + budget, time);
    }
    outcome->differs = outcome->stop[0] != outcome->stop[1] || !pair_equal(play->pair);
    if (play->totals) {
        play->totals->instructions += reference->cpu.icount - begin;
        play->totals->stops[outcome->stop[0]]++;
    }
    for (unsigned i = 0; i < 2; i++)
        debug_clear(&play->pair->side[i].machine->cpu);
    *next = outcome->stop[0] == STOP_DOUBLE ||
            (outcome->stop[0] == STOP_HALT && random_chance(&play->random, 60));
    return !last && !outcome->differs && outcome->stop[0] != STOP_HOST;
}

/* One program. False: the session is over. */
static bool run_program(struct play *play, bool disk)
{
    unsigned stops;
    bool next = false;

    play->random = (struct random){mix(play->session->seed, play->at.program)};
    program_make(&play->program, &play->random, disk, play->session->floats);
    pair_load(play->pair, &play->program);
    stops = 1 + random_below(&play->random, 12);
    play->cuts = (enum cuts)random_below(&play->random, 3);
    if (play->totals)
        play->totals->programs++;
    for (play->at.stop = 0; play->at.stop < stops && !next; play->at.stop++)
        if (!run_stop(play, &next))
            return false;
    return true;
}

static void count_jit(struct totals *totals, const struct jit *jit)
{
    struct jit_stats stats;

    jit_describe(jit, &stats);
    totals->jit.cache.blocks += stats.cache.blocks;
    totals->jit.cache.insns += stats.cache.insns;
    totals->jit.cache.dropped += stats.cache.dropped;
    totals->jit.cache.flushes += stats.cache.flushes;
    totals->jit.cache.evicted += stats.cache.evicted;
    totals->jit.cache.links += stats.cache.links;
    totals->jit.interpreted += stats.interpreted;
    totals->jit.entries += stats.entries;
    totals->jit.misses += stats.misses;
    totals->jit.steps += stats.steps;
}

int session_play(const struct session *session, const struct spot *limit, struct pair *pair,
                 struct outcome *outcome, struct totals *totals, struct err *err)
{
    struct pair_config config = pick_config(session);
    struct play *play = malloc(sizeof *play);
    int rc;

    if (!play)
        return err_set(err, ENOMEM, "no host memory");
    *play = (struct play){
        .session = session, .limit = limit, .pair = pair, .outcome = outcome, .totals = totals};
    *outcome = (struct outcome){.differs = false};
    play->slice = pick_hostile(session, &config);
    if (session->blocks) {
        config.jit.block_limit = session->blocks;
        config.jit.threshold = 1;
    }
    rc = pair_new(pair, &config, err);
    if (!rc) {
        struct random random = {mix(session->seed, ~(u64)1)};
        pair_fill(pair, &random);
        for (play->at.program = 0; play->at.program < session->programs; play->at.program++)
            if (session->only < 0 || session->only == (int)play->at.program)
                if (!run_program(play, config.disk))
                    break;
        for (unsigned i = 0; i < 2 && !rc; i++)
            if (pair->side[i].machine->failure.code) {
                *err = pair->side[i].machine->failure;
                rc = err->code;
            }
    }
    if (!rc && totals) {
        totals->sessions++;
        if (pair->side[1].machine->jit)
            count_jit(totals, pair->side[1].machine->jit);
        totals->hash = mix(totals->hash, machine_hash(pair->side[0].machine));
    }
    free(play);
    return rc;
}
