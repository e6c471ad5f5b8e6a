/* diff_simh.c - differential test: every first word on vm11 and on SIMH's pdp11.
 *
 *     diff_simh DRIVER.mac [--seed N] [--passes N] [--words FIRST[-LAST]] [--show N]
 *
 * A pass has one random case for each of the 65,536 words (octal after --words); pass i has the
 * seed N + i. A difference that exclusions.def does not excuse fails, and is printed with what
 * makes its case again. Exit status: 0, 1, 2 for usage, 77 (skipped) without pdp11.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "batch.h"
#include "compare.h"
#include "gen.h"
#include "simh.h"

#define CHUNK    128u /* words whose cases share maps and sandbox: a batch */
#define GROUP    16u  /* batches in one run of the other simulator */
#define ATTEMPTS 50u

struct options {
    const char *driver;
    u64 seed, passes;
    unsigned first, last, show;
};

struct totals {
    u64 cases, aborted, replaced, excluded, failed;
    unsigned dropped, shown, used[64];
};

struct group {
    struct batch *batch[GROUP];
    u16 *ours[GROUP], *theirs[GROUP], *our_log[GROUP], *their_log[GROUP];
    u8 notes[GROUP][CASES_MAX];
    unsigned count;
};

/* Words that no case can be made of. */
static bool is_runnable(u16 word)
{
    return isa_op(word) != OP_WAIT; /* nothing interrupts it: F2, F33 have tests of their own */
}

static u64 mix(u64 a, u64 b)
{
    struct random random = {a * 0x9e3779b97f4a7c15u + b};
    return random_next(&random);
}

/* Case `index` of a batch stops the machine, hangs it or damages the driver: another state. */
static void replace_case(struct batch *batch, unsigned index, u64 seed, unsigned attempt)
{
    struct test_case *tc = &batch->tc[index];

    gen_case(tc, tc->word, mix(mix(seed, tc->word), attempt), batch->set, batch->driver);
}

/* Which case does the damage, if the whole batch does not tell: each alone. */
static unsigned find_damage(const struct batch *batch, struct group *group)
{
    struct batch *one = malloc(sizeof *one);
    unsigned index;

    if (!one)
        abort();
    for (index = 0; index < batch->count; index++) {
        *one = *batch;
        one->count = 0;
        if (!batch_add(one, &batch->tc[index]))
            abort();
        batch_build(one);
        if (batch_run(one, group->ours[group->count], group->our_log[group->count],
                      group->notes[group->count]) != 1)
            break;
    }
    free(one);
    return index;
}

/* Give up a word that has no case. */
static void drop_case(struct batch *batch, unsigned index, unsigned *attempt)
{
    printf("%06o: no case can be made\n", batch->tc[index].word);
    batch->count--;
    memmove(&batch->tc[index], &batch->tc[index + 1], (batch->count - index) * sizeof batch->tc[0]);
    memmove(&attempt[index], &attempt[index + 1], (batch->count - index) * sizeof attempt[0]);
}

/* Run the batch; replace the cases that did not complete or were more than one instruction. False
 * while there were some. */
static bool settle_batch(struct batch *batch, u64 seed, unsigned *attempt, struct group *group,
                         struct totals *totals)
{
    u8 *notes = group->notes[group->count];
    bool settled = true;
    unsigned done;

    batch_build(batch);
    done = batch_run(batch, group->ours[group->count], group->our_log[group->count], notes);
    if (done == 0 && batch->count)
        done = find_damage(batch, group);
    /* Behind the one that did not complete nothing is known yet. */
    memset(notes + done, NOTE_SINGLE, CASES_MAX - done);
    if (done < batch->count)
        notes[done] = 0;
    for (unsigned i = batch->count; i-- > 0;) {
        if (notes[i] & NOTE_SINGLE)
            continue;
        settled = false;
        if (++attempt[i] < ATTEMPTS) {
            replace_case(batch, i, seed, attempt[i]);
            totals->replaced++;
        } else {
            drop_case(batch, i, attempt);
            totals->dropped++;
        }
    }
    return settled;
}

/* Fill a batch with the cases of its words. */
static void make_batch(struct batch *batch, const struct options *opt, u64 seed, unsigned chunk,
                       struct group *group, struct totals *totals)
{
    unsigned attempt[CHUNK] = {0};

    for (unsigned word = chunk; word < chunk + CHUNK; word++) {
        struct test_case tc;
        if (word < opt->first || word > opt->last || !is_runnable((u16)word))
            continue;
        gen_case(&tc, (u16)word, mix(mix(seed, word), 0), batch->set, batch->driver);
        if (!batch_add(batch, &tc))
            abort();
    }
    while (!settle_batch(batch, seed, attempt, group, totals))
        ;
}

static void print_log(const char *who, const u16 *log, unsigned count)
{
    printf("  %-5s changed", who);
    for (unsigned i = 0; i < count && i < 32; i++)
        printf(" %06o:%06o", log[2 * i] - 2, log[2 * i + 1]);
    printf("\n");
}

static void judge(const struct group *group, unsigned number, u64 seed, const struct options *opt,
                  struct totals *totals)
{
    const struct batch *batch = group->batch[number];

    for (unsigned i = 0; i < batch->count; i++) {
        struct result us, them;
        struct view view;
        unsigned unknown;

        batch_result(batch, group->ours[number], i, &us);
        batch_result(batch, group->theirs[number], i, &them);
        compare_view(&view, &batch->tc[i], &batch->set[batch->tc[i].set], batch->driver, &us,
                     &them);
        view.notes = group->notes[number][i];
        totals->cases++;
        totals->aborted += us.mmr0 & MMR0_FREEZE || view.our_first == 4;
        if (!view.diff)
            continue;
        unknown = compare_unknown(&view, totals->used);
        totals->excluded += !unknown;
        totals->failed += unknown != 0;
        if (unknown && totals->shown < opt->show) {
            totals->shown++;
            printf("FAIL --seed %llu --words %o: ", (unsigned long long)seed, batch->tc[i].word);
            compare_print(&view, unknown);
            if (batch->count == 1) {
                print_log("vm11", group->our_log[number], us.changed);
                print_log("simh", group->their_log[number], them.changed);
            }
        }
    }
}

static bool run_group(struct group *group, struct simh *simh, u64 seed, const struct options *opt,
                      struct totals *totals)
{
    if (!simh_run(simh, (const struct batch *const *)group->batch, group->count, group->theirs,
                  group->their_log))
        return false;
    for (unsigned i = 0; i < group->count; i++)
        judge(group, i, seed, opt, totals);
    group->count = 0;
    return true;
}

static bool run_pass(struct group *group, struct simh *simh, const struct driver *driver, u64 seed,
                     const struct options *opt, struct totals *totals)
{
    for (unsigned chunk = 0; chunk < 65536; chunk += CHUNK) {
        struct batch *batch = group->batch[group->count];
        if (chunk + CHUNK <= opt->first || chunk > opt->last)
            continue;
        batch_init(batch, driver, chunk >= 0170000, mix(seed, chunk + 1));
        make_batch(batch, opt, seed, chunk, group, totals);
        if (batch->count) {
            simh_add(simh, batch);
            group->count++;
        }
        if (group->count == GROUP && !run_group(group, simh, seed, opt, totals))
            return false;
    }
    return !group->count || run_group(group, simh, seed, opt, totals);
}

static void group_init(struct group *group)
{
    group->count = 0;
    for (unsigned i = 0; i < GROUP; i++) {
        group->batch[i] = malloc(sizeof *group->batch[i]);
        group->ours[i] = malloc(65536);
        group->theirs[i] = malloc(65536);
        group->our_log[i] = malloc(128);
        group->their_log[i] = malloc(128);
        if (!group->batch[i] || !group->ours[i] || !group->theirs[i] || !group->our_log[i] ||
            !group->their_log[i])
            abort();
    }
}

static void group_fini(struct group *group)
{
    for (unsigned i = 0; i < GROUP; i++) {
        free(group->batch[i]);
        free(group->ours[i]);
        free(group->theirs[i]);
        free(group->our_log[i]);
        free(group->their_log[i]);
    }
}

static bool parse_options(int argc, char **argv, struct options *opt)
{
    *opt = (struct options){.seed = 1, .passes = 1, .last = 0177777, .show = 10};
    if (argc < 2 || argc % 2 != 0)
        return false;
    opt->driver = argv[1];
    for (int i = 2; i < argc; i += 2) {
        char *rest;
        if (strcmp(argv[i], "--seed") == 0) {
            opt->seed = strtoull(argv[i + 1], NULL, 10);
        } else if (strcmp(argv[i], "--passes") == 0) {
            opt->passes = strtoull(argv[i + 1], NULL, 10);
        } else if (strcmp(argv[i], "--show") == 0) {
            opt->show = (unsigned)strtoul(argv[i + 1], NULL, 10);
        } else if (strcmp(argv[i], "--words") == 0) {
            opt->first = opt->last = (unsigned)strtoul(argv[i + 1], &rest, 8);
            if (*rest == '-')
                opt->last = (unsigned)strtoul(rest + 1, NULL, 8);
        } else {
            return false;
        }
    }
    return true;
}

static bool has_program(const char *name)
{
    char command[64];

    snprintf(command, sizeof command, "command -v %.32s >/dev/null 2>&1", name);
    return system(command) == 0;
}

static void print_totals(const struct totals *totals)
{
    printf("%llu cases (%llu aborted, %llu replaced, %u words given up); %llu differ as "
           "exclusions.def says, %llu differ otherwise\n",
           (unsigned long long)totals->cases, (unsigned long long)totals->aborted,
           (unsigned long long)totals->replaced, totals->dropped,
           (unsigned long long)totals->excluded, (unsigned long long)totals->failed);
    for (unsigned i = 0; i < compare_exclusions(); i++)
        printf("%8u  %s\n", totals->used[i], compare_reason(i));
}

int main(int argc, char **argv)
{
    static struct driver driver;
    struct totals totals = {0};
    struct options opt;
    struct group group;
    struct simh simh;
    bool good = true;

    if (!parse_options(argc, argv, &opt) || compare_exclusions() > ARRAY_LEN(totals.used)) {
        fprintf(stderr, "diff_simh DRIVER.mac [--seed N] [--passes N] [--words FIRST[-LAST]] "
                        "[--show N]\n");
        return 2;
    }
    if (!has_program("pdp11")) {
        printf("skipped: there is no pdp11 here (Debian package simh)\n");
        return 77;
    }
    if (!driver_load(&driver, opt.driver) || !simh_init(&simh, "pdp11"))
        return 1;
    group_init(&group);
    for (u64 pass = 0; good && pass < opt.passes; pass++)
        good = run_pass(&group, &simh, &driver, opt.seed + pass, &opt, &totals);
    print_totals(&totals);
    group_fini(&group);
    simh_fini(&simh);
    return good && !totals.failed ? 0 : 1;
}
