/* lockstep.c - two engines run random programs in lock step and must agree in everything.
 *
 *     lockstep [--seed FIRST] [--count SESSIONS] [--programs N] [--only P] [--engines A,B]
 *              [--show N] [--spoil] [--hostile] [--float] [--blocks N]
 *
 * Each seed is a session of N programs (session.h). A difference is bisected to the instruction and
 * printed with all values that differ. Exit status 0: none; 1: some; 2: usage, or the host failed;
 * 77: there is no translator for this host.
 *
 * With --hostile the second machine has hardly any room: code memory, blocks, maps and slices are
 * as small as can be, one of these or several.
 *
 * The same engine twice is a test too: the first machine is run in slices that are cut elsewhere.
 * With --spoil every session is spoiled at a known instruction, and the test is whether that is
 * found, and found there. With --float programs are mostly floating point.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report.h"

#define DISK_WORDS 4096u

struct options {
    u64 seed, count;
    unsigned programs, engine[2], show, blocks;
    int only;
    bool spoil, hostile, floats;
};

static bool find_engine(const char *name, size_t len, unsigned *engine)
{
    for (unsigned i = 0; machine_engines[i]; i++) {
        if (strlen(machine_engines[i]) == len && memcmp(machine_engines[i], name, len) == 0) {
            *engine = i;
            return true;
        }
    }
    return false;
}

static bool parse_engines(const char *text, struct options *opt)
{
    const char *comma = strchr(text, ',');

    return comma && find_engine(text, (size_t)(comma - text), &opt->engine[0]) &&
           find_engine(comma + 1, strlen(comma + 1), &opt->engine[1]);
}

/* An option without a value. */
static bool parse_flag(const char *text, struct options *opt)
{
    bool *flag = NULL;

    if (strcmp(text, "--spoil") == 0)
        flag = &opt->spoil;
    else if (strcmp(text, "--hostile") == 0)
        flag = &opt->hostile;
    else if (strcmp(text, "--float") == 0)
        flag = &opt->floats;
    if (flag)
        *flag = true;
    return flag;
}

static bool parse_options(int argc, char **argv, struct options *opt)
{
    *opt = (struct options){.seed = 1, .count = 50, .programs = 64, .show = 3, .only = -1};
    while (machine_engines[opt->engine[1] + 1])
        opt->engine[1]++;
    for (int i = 1; i < argc; i++) {
        const char *value = i + 1 < argc ? argv[i + 1] : "";
        if (parse_flag(argv[i], opt))
            continue;
        i++;
        if (strcmp(argv[i - 1], "--seed") == 0)
            opt->seed = strtoull(value, NULL, 10);
        else if (strcmp(argv[i - 1], "--count") == 0)
            opt->count = strtoull(value, NULL, 10);
        else if (strcmp(argv[i - 1], "--programs") == 0)
            opt->programs = (unsigned)strtoul(value, NULL, 10);
        else if (strcmp(argv[i - 1], "--only") == 0)
            opt->only = (int)strtol(value, NULL, 10);
        else if (strcmp(argv[i - 1], "--blocks") == 0)
            opt->blocks = (unsigned)strtoul(value, NULL, 10);
        else if (strcmp(argv[i - 1], "--show") == 0)
            opt->show = (unsigned)strtoul(value, NULL, 10);
        else if (strcmp(argv[i - 1], "--engines") != 0 || !parse_engines(value, opt))
            return false;
        if (!*value)
            return false;
    }
    return opt->programs > 0;
}

/* A pack whose first sectors are a program like the others, for transfers over code. */
static bool make_disk(char *path)
{
    struct random random = {0x5eed};
    struct places places = {.data = {02000}, .code = {01000}, .datas = 1, .codes = 1};
    static u16 words[DISK_WORDS];
    struct taste taste;
    struct stream stream = {.random = &random,
                            .places = &places,
                            .taste = &taste,
                            .va = 01000,
                            .words = words,
                            .max = DISK_WORDS};
    int fd = mkstemp(path);
    bool good;

    if (fd < 0)
        return false;
    taste_pick(&taste, &random, false);
    stream_fill(&stream);
    for (unsigned i = 0; i < DISK_WORDS; i++)
        word_put((u8 *)&words[i], words[i]);
    good = write(fd, words, sizeof words) == (ssize_t)sizeof words &&
           ftruncate(fd, RK05_CAPACITY) == 0;
    close(fd);
    return good;
}

/* Does this session, which is smaller, show a difference too? Then *outcome is that. */
static bool shows_too(const struct session *smaller, struct outcome *outcome)
{
    struct outcome found;
    struct pair pair;
    struct err err;
    bool differs = session_play(smaller, NULL, &pair, &found, NULL, &err) == 0 && found.differs;

    pair_free(&pair);
    if (differs)
        *outcome = found;
    return differs;
}

/* If possible by the program alone, and with blocks of one instruction: else a difference is seen
 * only when a block as a whole has been executed. */
static void show_difference(const struct session *session, struct outcome *outcome)
{
    struct session shown = *session, smaller = *session;

    smaller.only = (int)outcome->at.program;
    if (shows_too(&smaller, outcome))
        shown = smaller;
    smaller = shown;
    smaller.blocks = 1;
    if (!session->blocks && shown.engine[1] == ENGINE_JIT && shows_too(&smaller, outcome))
        shown = smaller;
    report_print(&shown, outcome, report_bisect(&shown, outcome));
}

/* Was the spoiled instruction found? Nothing is proven where the session did not come so far. */
static bool check_spoiled(const struct session *session, const struct outcome *outcome,
                          unsigned *found)
{
    u64 steps;

    if (!outcome->differs)
        return true;
    steps = report_bisect(session, outcome);
    ++*found;
    if (steps == session->spoil.steps && outcome->at.program == session->spoil.program &&
        outcome->at.stop == session->spoil.stop)
        return true;
    printf("FAILED: seed %" PRIu64 ": spoiled in program %u, stop %u behind instruction %" PRIu64
           "; found in %u, %u behind %" PRIu64 "\n",
           session->seed, session->spoil.program, session->spoil.stop, session->spoil.steps,
           outcome->at.program, outcome->at.stop, steps);
    return false;
}

static void print_totals(const struct options *opt, const struct totals *totals)
{
    static const char *const names[STOP_KINDS] = {"limit",  "time", "halt",  "wait",  "request",
                                                  "double", "host", "break", "watch", "present"};

    printf("%s against %s: %" PRIu64 " programs, %" PRIu64 " instructions; stops:",
           machine_engines[opt->engine[0]], machine_engines[opt->engine[1]], totals->programs,
           totals->instructions);
    for (unsigned i = 0; i < STOP_KINDS; i++)
        if (totals->stops[i])
            printf(" %s %" PRIu64, names[i], totals->stops[i]);
    printf("; hash %016" PRIx64 "\n", totals->hash);
}

/* How much of it was really translated: a test of nothing but interpreters proves little. */
static void print_jit(const struct totals *totals)
{
    const struct jit_stats *jit = &totals->jit;
    u64 left = jit->interpreted + jit->steps;

    if (!totals->instructions || !jit->cache.blocks)
        return;
    printf("translated: %.1f %% of the instructions executed; %" PRIu64 " blocks of %.1f "
           "instructions, %" PRIu64 " links, %" PRIu64 " dropped, %" PRIu64 " flushes, %" PRIu64
           " parts evicted, %" PRIu64 " misses, %" PRIu64 " steps\n",
           100.0 - 100.0 * (double)left / (double)totals->instructions, jit->cache.blocks,
           (double)jit->cache.insns / (double)jit->cache.blocks, jit->cache.links,
           jit->cache.dropped, jit->cache.flushes, jit->cache.evicted, jit->misses, jit->steps);
}

/* A line at a terminal, gone at the end. */
static void print_progress(const struct options *opt, u64 sessions, const struct totals *totals,
                           unsigned differences)
{
    if (!isatty(STDERR_FILENO))
        return;
    if (sessions == opt->count)
        fprintf(stderr, "\r\033[K");
    else if (sessions % 20 == 0)
        fprintf(stderr,
                "\r%" PRIu64 " of %" PRIu64 " sessions, %" PRIu64 " programs, %u different ",
                sessions, opt->count, totals->programs, differences);
}

/* All sessions; the number of differences, or -1 if the host failed. */
static int run_sessions(const struct options *opt, const char *disk)
{
    struct totals totals = {0};
    unsigned differences = 0, found = 0;

    for (u64 n = 0; n < opt->count && differences < opt->show; n++) {
        struct session session = {.seed = opt->seed + n,
                                  .engine = {opt->engine[0], opt->engine[1]},
                                  .programs = opt->programs,
                                  .disk = disk,
                                  .hostile = opt->hostile,
                                  .blocks = opt->blocks,
                                  .only = opt->only,
                                  .floats = opt->floats,
                                  .spoils = opt->spoil};
        struct outcome outcome;
        struct pair pair;
        struct err err;
        session.spoil = (struct spot){(unsigned)n % opt->programs, (unsigned)n % 3, 1 + n % 29};
        int rc = session_play(&session, NULL, &pair, &outcome, &totals, &err);
        pair_free(&pair);
        if (rc) {
            fprintf(stderr, "lockstep: %s\n", err.text);
            return -1;
        }
        if (opt->spoil) {
            differences += !check_spoiled(&session, &outcome, &found);
        } else if (outcome.differs) {
            differences++;
            show_difference(&session, &outcome);
        }
        print_progress(opt, n + 1, &totals, differences);
    }
    print_totals(opt, &totals);
    print_jit(&totals);
    if (opt->spoil)
        printf("%u spoiled sessions were found out\n", found);
    return opt->spoil && !found ? 1 : (int)differences;
}

int main(int argc, char **argv)
{
    char disk[] = "/tmp/vm11-lockstep-XXXXXX";
    struct options opt;
    int differences;

    if (!parse_options(argc, argv, &opt)) {
        fprintf(stderr, "lockstep [--seed FIRST] [--count SESSIONS] [--programs N] [--only P] "
                        "[--engines A,B] [--show N] [--spoil] [--hostile] [--float] "
                        "[--blocks N]\n");
        return 2;
    }
    for (unsigned i = 0; i < 2; i++)
        if (opt.engine[i] == ENGINE_JIT && !jit_supported()) {
            printf("skip: this host has no translator: there is nothing to compare\n");
            return 77;
        }
    if (!make_disk(disk)) {
        fprintf(stderr, "lockstep: %s: %s\n", disk, strerror(errno));
        return 2;
    }
    differences = run_sessions(&opt, disk);
    unlink(disk);
    return differences < 0 ? 2 : differences > 0;
}
