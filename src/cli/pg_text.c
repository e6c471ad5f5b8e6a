/* pg_text.c - an analysis for people. */
#include <stdio.h>
#include <string.h>

#include "cli/pg_work.h"
#include "isa/dis.h"

static void print_names(const struct pg_work *work, unsigned theorem)
{
    for (unsigned op = 0; op < OP_COUNT; op++)
        if (work->insn[op].offends[theorem])
            printf(" %s", pg_name(op));
}

static void print_theorem(const struct pg_work *work, const char *what, bool holds,
                          unsigned theorem)
{
    printf("%s %s", what, holds ? "yes" : "no, against it:");
    print_names(work, theorem);
    printf("\n");
}

static void print_verdict(const struct pg_work *work)
{
    const struct pg_config *config = &work->config;
    struct pg_verdict v;

    pg_judge(work, &v);
    print_theorem(work, "Theorem 1 (a monitor can be built):           ", v.theorem[0], 0);
    print_theorem(work, "Theorem 2 (a recursive one):                  ", v.theorem[0], 0);
    print_theorem(work, "Theorem 3 (a hybrid one):                     ", v.theorem[1], 1);
    print_theorem(work, "Theorem 3, while the previous mode is not K:  ", v.theorem[2], 2);
    printf("Stack limit: %u words meet it in kernel mode and not in %s\n", v.limited,
           pg_guests(config));
    if (config->monitor)
        printf("Under CP, by method %s, not what they are on the bare machine: %u words of a "
               "virtual kernel, %u of a supervisor, %u of a user\n",
               config->how, v.homo[0], v.homo[1], v.homo[2]);
    else if (config->homo)
        printf("Run directly and without a trap not what they are: %u words of a virtual kernel, "
               "%u of a supervisor, %u of a user\n",
               v.homo[0], v.homo[1], v.homo[2]);
    printf("%u words met a memory trap in every state\n\n", v.unseen);
}

/* How many words of the row: "-", "all" or the number. */
static void print_count(unsigned count, unsigned words)
{
    if (count == 0)
        printf(" %9s", "-");
    else if (count == words)
        printf(" %9s", "all");
    else
        printf(" %9u", count);
}

static void print_table(const struct pg_work *work)
{
    static const u8 columns[] = {4, 5, 6, 7, 8, 9};

    printf("%-8s %6s %9s %9s %9s %9s %9s %9s %9s %9s  %-4s %s\n", "", "words", "privilege", "traps",
           "control", "mode", "location", "previous", "priority", "user", "C", "");
    for (unsigned op = 0; op < OP_COUNT; op++) {
        const struct pg_insn *insn = &work->insn[op];
        if (!pg_notable(work, op))
            continue;
        printf("%-8s %6u", pg_name(op), insn->words);
        print_count(insn->privileged, insn->words);
        print_count(insn->trapping, insn->words);
        for (unsigned i = 0; i < ARRAY_LEN(columns); i++)
            print_count(insn->has[columns[i]], insn->words);
        printf("  %-4s %s\n", pg_appendix_c(op), pg_agreement(work, op));
    }
    printf("C: the group in the thesis's appendix C\n");
}

static void print_pair(const struct pg_work *work, u16 word, u32 finding)
{
    u16 words[3] = {word, 0, 0};
    char insn[DIS_TEXT_MAX], text[PG_TEXT];
    struct pg_pair pair;

    if (!pg_example(work->pg, word, finding, &pair))
        return;
    dis_insn(words, isa_length(word), pair.state[0].r[PC], insn, sizeof insn);
    printf("\n%06o %s: %s\n", word, insn, pg_finding_name(work, finding));
    for (unsigned i = 0; i < 2; i++) {
        pg_tell_state(work->pg, &pair.state[i], text, sizeof text);
        printf("  %s\n", text);
        pg_tell_result(&pair.state[i], &pair.result[i], text, sizeof text);
        printf("    %s\n", text);
    }
}

/* The first word of any instruction that has a finding. */
static int first_with(const struct pg_work *work, u32 finding)
{
    for (int word = 0; word < 65536; word++)
        if (work->found[word] & finding)
            return word;
    return -1;
}

/* A state of a guest that its monitor does not treat as the bare machine would. */
static void print_mediated(const struct pg_work *work, u16 word, u32 finding)
{
    u16 words[3] = {word, 0, 0};
    char insn[DIS_TEXT_MAX], text[PG_TEXT];
    struct pg_state state;
    const char *what = pg_mediated_example(work->pg, word, finding, &state);

    if (!what)
        return;
    dis_insn(words, isa_length(word), state.r[PC], insn, sizeof insn);
    pg_tell_state(work->pg, &state, text, sizeof text);
    printf("\n%06o %s: under CP not what it is on the bare machine\n  %s\n    differs: %s\n", word,
           insn, text, what);
}

static void print_pairs(const struct pg_work *work)
{
    static const u32 others[] = {PG_LIMIT, PG_HOMO_K, PG_HOMO_S, PG_HOMO_U};

    for (unsigned op = 0; op < OP_COUNT; op++) {
        int word = work->insn[op].first_off[0];
        if (word >= 0)
            print_pair(work, (u16)word, pg_main_finding(work->found[word]));
    }
    for (unsigned i = 0; i < ARRAY_LEN(others); i++) {
        int word = first_with(work, others[i]);
        if (word >= 0 && others[i] & PG_HOMO && work->config.monitor)
            print_mediated(work, (u16)word, others[i]);
        else if (word >= 0)
            print_pair(work, (u16)word, others[i]);
    }
}

int pg_print_text(const struct pg_work *work, struct err *err)
{
    char name[80];

    pg_machine_name(work, name, sizeof name);
    printf("%s; guests in %s; %u states of each of 65536 words, seed %llu\n\n", name,
           pg_guests(&work->config), work->config.samples, (unsigned long long)work->config.seed);
    print_verdict(work);
    print_table(work);
    print_pairs(work);
    return 0;
}
