/* report.c - see report.h. */
#include "report.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "isa/dis.h"

#define HISTORY     12u /* instructions that are told before the one in question */
#define WORDS_SHOWN 16u

static void play_to(const struct session *session, const struct outcome *outcome, u64 steps,
                    struct pair *pair, struct outcome *result)
{
    struct spot limit = outcome->at;
    struct err err;

    limit.steps = steps;
    if (session_play(session, &limit, pair, result, NULL, &err)) {
        fprintf(stderr, "lockstep: %s\n", err.text);
        exit(2);
    }
}

u64 report_bisect(const struct session *session, const struct outcome *outcome)
{
    u64 low = 0, high = outcome->at.steps;
    struct outcome result;
    struct pair pair;

    play_to(session, outcome, 0, &pair, &result);
    pair_free(&pair);
    if (result.differs)
        return 0;
    while (high - low > 1) {
        u64 middle = low + (high - low) / 2;
        play_to(session, outcome, middle, &pair, &result);
        pair_free(&pair);
        if (result.differs)
            high = middle;
        else
            low = middle;
    }
    return high;
}

/* The word at `va` of the program, without any effect; false where there is none. */
static bool peek(const struct machine *m, u16 va, u16 *word)
{
    struct mmu_ref ref = {cpu_mode(&m->cpu), SPACE_I, va & 0177776u, false};
    struct mmu *mmu = malloc(sizeof *mmu);
    u32 pa = mmu_bare(&m->cpu.mmu, ref.va);
    bool good = mmu;

    if (good && (m->cpu.mmu.mmr0 & (MMR0_ENABLE | MMR0_MAINT)) == MMR0_ENABLE) {
        *mmu = m->cpu.mmu;
        good = mmu_relocate(mmu, &ref, &pa) == TRAP_NONE;
    }
    free(mmu);
    if (!good || pa >= m->ram.size)
        return false;
    *word = ram_get(&m->ram, pa);
    return true;
}

static void print_insn(const struct machine *m)
{
    u16 words[3], pc = m->cpu.r[PC];
    char text[DIS_TEXT_MAX] = "(cannot be read)";
    unsigned count = 0;

    while (count < 3 && peek(m, (u16)(pc + 2 * count), &words[count]))
        count++;
    if (count)
        dis_insn(words, count, pc, text, sizeof text);
    printf("  %" PRIu64 "  PC %06o  PSW %06o  %s\n", m->cpu.icount, pc, cpu_ps(&m->cpu), text);
}

static void print_history(const struct session *session, const struct outcome *outcome, u64 steps)
{
    u64 first = steps > HISTORY ? steps - HISTORY : 0;

    for (u64 n = first; n < steps; n++) {
        struct outcome result;
        struct pair pair;
        play_to(session, outcome, n, &pair, &result);
        print_insn(pair.side[0].machine);
        pair_free(&pair);
    }
}

static void print_item(const struct item *item)
{
    char name[40];

    if (item->index < 0)
        snprintf(name, sizeof name, "%s", item->name);
    else
        snprintf(name, sizeof name, "%s%d", item->name, item->index);
    printf("  %-20s", name);
}

static void print_states(const struct state *before, const struct state *a, const struct state *b)
{
    unsigned count = a->count < b->count ? a->count : b->count;

    for (unsigned i = 0; i < count; i++) {
        if (a->item[i].value == b->item[i].value && a->item[i].name == b->item[i].name)
            continue;
        print_item(&a->item[i]);
        if (i < before->count)
            printf(" %12" PRIo64, before->item[i].value);
        printf(" %12" PRIo64 " %12" PRIo64 "\n", a->item[i].value, b->item[i].value);
    }
    if (a->count != b->count)
        printf("  (%u values, %u values: the queues of events are not the same)\n", a->count,
               b->count);
}

static void print_memory(const u8 *before, const struct ram *a, const struct ram *b)
{
    unsigned shown = 0;

    for (u32 pa = 0; pa < a->size; pa += 2) {
        if (ram_get(a, pa) == ram_get(b, pa) || ++shown > WORDS_SHOWN)
            continue;
        printf("  word at %06o       %12o %12o %12o\n", pa, word_get(before + pa), ram_get(a, pa),
               ram_get(b, pa));
    }
    if (shown > WORDS_SHOWN)
        printf("  (%u words differ)\n", shown);
}

static void print_differences(const struct session *session, const struct outcome *outcome,
                              u64 steps)
{
    struct pair pair;
    struct outcome result;
    struct state before, a, b;
    u8 *memory;

    play_to(session, outcome, steps ? steps - 1 : 0, &pair, &result);
    state_take(&before, pair.side[0].machine);
    memory = malloc(pair.side[0].machine->ram.size);
    if (!memory)
        abort();
    memcpy(memory, pair.side[0].machine->ram.base, pair.side[0].machine->ram.size);
    pair_free(&pair);
    play_to(session, outcome, steps, &pair, &result);
    state_take(&a, pair.side[0].machine);
    state_take(&b, pair.side[1].machine);
    printf("  %-20s %12s %12s %12s\n", "", "before", machine_engines[session->engine[0]],
           machine_engines[session->engine[1]]);
    if (result.stop[0] != result.stop[1])
        printf("  stop (enum stop)                  %12d %12d\n", result.stop[0], result.stop[1]);
    print_states(&before, &a, &b);
    print_memory(memory, &pair.side[0].machine->ram, &pair.side[1].machine->ram);
    pair_free(&pair);
    free(memory);
}

void report_print(const struct session *session, const struct outcome *outcome, u64 steps)
{
    printf("DIFFERENCE: seed %" PRIu64 ", program %u, stop %u, behind instruction %" PRIu64
           " of %" PRIu64 "\n",
           session->seed, outcome->at.program, outcome->at.stop, steps, outcome->at.steps);
    if (steps == 0)
        printf("  before the first instruction: what came from outside\n");
    print_history(session, outcome, steps);
    if (session->engine[1] == ENGINE_JIT && steps > 1)
        printf("  (the last one is always the interpreter's: translated were those before it)\n");
    print_differences(session, outcome, steps);
    printf("  again: lockstep --seed %" PRIu64 " --programs %u --engines %s,%s", session->seed,
           session->programs, machine_engines[session->engine[0]],
           machine_engines[session->engine[1]]);
    if (session->hostile)
        printf(" --hostile");
    if (session->floats)
        printf(" --float");
    if (session->blocks)
        printf(" --blocks %u", session->blocks);
    if (session->only >= 0)
        printf(" --only %d", session->only);
    printf("\n");
}
