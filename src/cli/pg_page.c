/* pg_page.c - docs/virtualizability.md: machines by theorems, and how the KBS11-A's ten
 * instructions follow. The page is committed; a test compares.
 */
#include <stdio.h>

#include "cli/pg_work.h"

#define SAMPLES 40u

/* What is compared, on each model or on the first only. */
static const struct {
    bool all_models;
    struct pg_config config;
    const char *about;
} machines[] = {
    {true, {.mmu = false}, "KT11 off"},
    {true, {.mmu = true}, "KT11 on"},
    {false, {.mmu = true, .kbs = true, .vcsr = 0047}, "with the KBS11-A, without MXE"},
    {false, {.mmu = true, .kbs = true, .vcsr = 0107}, "with the KBS11-A, without USLE"},
    {false, {.mmu = true, .kbs = true, .vcsr = 0147}, "with the KBS11-A, all of it"},
    {true, {.mmu = true, .hv = true, .ctl = 06}, "with the Hardware Virtualizer"},
    {false, {.mmu = false, .hv = true, .ctl = 06}, "with it, KT11 off"},
    {false, {.mmu = true, .hv = true}, "with it, RESET not reported"},
};

enum { PLAIN = 1, NO_LIMIT = 3, FULL = 4 };

static const char page_head[] =
    "# Which PDP-11 can be virtualized\n"
    "\n"
    "Made by `vm11 pgcheck --page`; change that, not this page, and then run `ninja\n"
    "virtualizability-update`.\n"
    "\n"
    "Popek and Goldberg's theorems, decided on vm11's own processors: each of the 65,536 first "
    "words "
    "was\nexecuted from 40 random states, in pairs that differ in the mode (kernel or user), the "
    "location of\nthe memory, the previous mode or the priority. An instruction is sensitive if it "
    "changes a resource,\nor if a program sees a difference; a monitor gets control of what traps "
    "in user mode.\n"
    "\n"
    "1. *A monitor can be built* if every sensitive instruction traps in user mode.\n"
    "2. *A recursive one* if moreover the monitor does not depend on timing; no instruction does.\n"
    "3. *A hybrid one*, which interprets the guest's kernel, if every instruction that is "
    "sensitive "
    "in\n   user mode traps. (3\\*: if the monitor runs a guest's user code only while the "
    "previous "
    "mode is\n   not the kernel, which that code cannot change, and lets it have the real "
    "supervisor and user mode.)\n"
    "\n"
    "The page of the I/O registers is not mapped for guests, so that what names the PSW or a "
    "device "
    "is a\nmemory trap. Where the KT11 is off nothing is protected: every instruction that writes "
    "memory writes\nanother's.\n"
    "\n"
    "A guest of [the Hardware Virtualizer](hv.md) is a whole machine, with modes and a KT11 of its "
    "own: there\nthe pairs of states differ in the level, the bare machine or a virtual one, and "
    "in where the virtual\none's memory is. What traps is what ends in a VM-fault; a trap within "
    "the virtual machine is its own.\nAn instruction is sensitive if from within it changes what "
    "is not its machine's, or if it is not what it\nis on the bare machine.\n"
    "\n";

static const char *answer(bool holds)
{
    return holds ? "yes" : "no";
}

static unsigned count_offenders(const struct pg_work *work)
{
    unsigned count = 0;

    for (unsigned op = 0; op < OP_COUNT; op++)
        count += work->insn[op].offends[0] != 0;
    return count;
}

static void print_offenders(const struct pg_work *work)
{
    unsigned count = count_offenders(work), told = 0;

    if (count == 0)
        printf("none");
    else if (count > 12)
        printf("%u instructions", count);
    for (unsigned op = 0; count <= 12 && op < OP_COUNT; op++)
        if (work->insn[op].offends[0])
            printf("%s%s", told++ ? " " : "", pg_name(op));
}

static void print_machine(const struct pg_work *work, const char *about)
{
    struct pg_verdict v;

    pg_judge(work, &v);
    printf("| %s, %s | %s | %s | %s | %s | ", work->model->name, about, answer(v.theorem[0]),
           answer(v.theorem[0]), answer(v.theorem[1]), answer(v.theorem[2]));
    print_offenders(work);
    printf(" | %u |\n", v.limited);
}

/* Instructions of which some words are ... */
static void print_if(const struct pg_work *work, bool (*is)(const struct pg_insn *insn))
{
    bool any = false;

    for (unsigned op = 0; op < OP_COUNT; op++) {
        if (!is(&work->insn[op]))
            continue;
        printf("%s%s", any ? ", " : "", pg_name(op));
        any = true;
    }
    printf(any ? ".\n" : "none.\n");
}

static bool offends(const struct pg_insn *insn)
{
    return insn->offends[0];
}

static bool is_privileged(const struct pg_insn *insn)
{
    return insn->privileged;
}

static bool is_idle(const struct pg_insn *insn)
{
    return insn->has[12] && !insn->offends[0];
}

/* What should trap, and what the option makes trap: the same? */
static bool ten_agree(const struct pg_work *plain, const struct pg_work *full)
{
    for (unsigned op = 0; op < OP_COUNT; op++) {
        const struct pg_insn *insn = &plain->insn[op];
        bool wanted = offends(insn) || is_privileged(insn) || is_idle(insn);
        if (wanted != is_privileged(&full->insn[op]))
            return false;
    }
    return true;
}

static void print_ten(const struct pg_work *plain, const struct pg_work *full)
{
    printf("\n## The KBS11-A's ten instructions, derived\n\n- Sensitive and not trapping on the "
           "%s: ",
           plain->model->name);
    print_if(plain, offends);
    printf("- Privileged already: ");
    print_if(plain, is_privileged);
    printf("- Neither, but a guest must not stop the real processor with it: ");
    print_if(plain, is_idle);
    printf("\nTogether these are %s that [the KBS11-A](kbs11a.md) makes trap in user mode.\n",
           ten_agree(plain, full) ? "exactly the instructions" : "NOT the instructions");
}

static void print_limit(const struct pg_work *plain, const struct pg_work *no_limit,
                        const struct pg_work *full)
{
    struct pg_verdict v[3];

    pg_judge(plain, &v[0]);
    pg_judge(no_limit, &v[1]);
    pg_judge(full, &v[2]);
    printf("\n## The stack limit\n\nThe KB11-A checks the stack in kernel mode only, so a guest's "
           "kernel that runs in user mode misses its\nyellow and red traps: %u first words can "
           "tell. With the ten instructions trapping and no user\nstack limit it is %u; with VUSL "
           "equal to the guest's stack limit, %u. The theorems' answers above\nleave this "
           "aside.\n",
           v[0].limited, v[1].limited, v[2].limited);
    printf("\n## Run directly\n\nOf a guest all of whose modes run in user mode, these words do "
           "without a trap what they would not\ndo on the guest's own machine (WAIT counts: it "
           "stops the real processor).\n\n"
           "| machine | virtual kernel | supervisor | user |\n|---|---|---|---|\n");
    for (unsigned i = 0; i < 3; i++)
        printf("| %s | %u | %u | %u |\n",
               i == 0   ? "without the KBS11-A"
               : i == 1 ? "with it, without USLE"
                        : "with all of it",
               v[i].homo[0], v[i].homo[1], v[i].homo[2]);
}

static void print_appendix(const struct pg_work *plain)
{
    printf(
        "\n## The thesis's appendix C, beside the %s\n\n| instruction | group | |\n|---|---|---|\n",
        plain->model->name);
    for (unsigned op = 0; op < OP_COUNT; op++)
        if (*pg_appendix_c(op) || offends(&plain->insn[op]))
            printf("| %s | %s | %s |\n", pg_name(op), pg_appendix_c(op), pg_agreement(plain, op));
}

int pg_print_page(unsigned threads, struct err *err)
{
    struct pg_work *first[ARRAY_LEN(machines)] = {NULL};
    int rc = 0;

    printf("%s| machine | 1 | 2 | 3 | 3\\* | sensitive and not trapping | stack limit |\n"
           "|---|---|---|---|---|---|---|\n",
           page_head);
    for (unsigned i = 0; i < ARRAY_LEN(machines) && rc == 0; i++) {
        for (unsigned m = 0; rc == 0 && model_at(m) && (m == 0 || machines[i].all_models); m++) {
            struct pg_config config = machines[i].config;
            struct pg_work *work;
            config.guest = MODE_U;
            config.samples = SAMPLES;
            config.seed = 1;
            config.homo = config.mmu && !config.hv;
            rc = pg_work_do(&work, model_at(m), &config, threads, err);
            if (rc == 0)
                print_machine(work, machines[i].about);
            if (m == 0)
                first[i] = work;
            else
                pg_work_free(work);
        }
    }
    if (rc == 0) {
        print_ten(first[PLAIN], first[FULL]);
        print_limit(first[PLAIN], first[NO_LIMIT], first[FULL]);
        print_appendix(first[PLAIN]);
    }
    for (unsigned i = 0; i < ARRAY_LEN(machines); i++)
        pg_work_free(first[i]);
    return rc;
}
