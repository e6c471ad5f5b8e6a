/* compare.c - judges differences with the help of exclusions.def. */
#include "compare.h"

#include <stdio.h>
#include <string.h>

#include "batch.h"
#include "cpu/cpu.h"
#include "isa/dis.h"

/* Which vector leads to the stub at `pc`; 1 for none. */
static u16 vector_of(const struct driver *driver, u16 pc)
{
    static const u16 vectors[] = {4, 010, 014, 020, 024, 030, 034, 0240, 0244, 0250};
    unsigned index = (unsigned)(pc - driver->v004) / 8;
    return index < ARRAY_LEN(vectors) ? vectors[index] : 1;
}

static u16 *stack_of(struct result *result, enum mode mode)
{
    return mode == MODE_K ? &result->ksp : mode == MODE_S ? &result->ssp : &result->usp;
}

/* Drop what is not defined: the MMU's tracking registers where no abort froze them, and the marks
 * of the handler's own pages. Gives the first trap. */
static u16 normalise(struct result *result, enum mode handler, const struct driver *driver)
{
    if (!(result->mmr0 & MMR0_FREEZE)) {
        result->mmr0 &= (u16) ~(MMR0_REF | MMR0_DONE);
        result->mmr1 = result->mmr2 = 0;
    }
    memset(result->marks[mode_index(handler)], 0, sizeof result->marks[0]);
    return result->second ? vector_of(driver, result->second) : result->cause;
}

static bool other_stacks_differ(const struct result *a, const struct result *b, enum mode handler)
{
    return (handler != MODE_K && a->ksp != b->ksp) || (handler != MODE_S && a->ssp != b->ssp) ||
           (handler != MODE_U && a->usp != b->usp);
}

/* `a` has marks that `b` has not. */
static bool marks_more(const struct result *a, const struct result *b, u16 mask)
{
    u16 more = 0;

    for (unsigned i = 0; i < 6; i++)
        more |= a->marks[i >> 1][i & 1] & (u16)~b->marks[i >> 1][i & 1];
    return more & mask;
}

static unsigned find_differences(struct view *view)
{
    struct result *a = &view->us, *b = &view->them;
    enum mode handler = view->handler;
    const struct {
        bool differ;
        unsigned field;
    } list[] = {
        {view->our_first != view->their_first, F_FIRST},
        {a->cause != b->cause || a->second != b->second || a->third != b->third ||
             *stack_of(a, handler) != *stack_of(b, handler),
         F_LATER},
        {a->pc != b->pc, F_PC},
        {(a->ps ^ b->ps) & PS_CC, F_CC},
        {(a->ps ^ b->ps) & ~PS_CC, F_PS},
        {memcmp(a->set, b->set, sizeof a->set) != 0, F_REG},
        {other_stacks_differ(a, b, handler), F_SP},
        {(a->mmr0 ^ b->mmr0) & ~(MMR0_TRAP | MMR0_DONE), F_MMR0},
        {(a->mmr0 ^ b->mmr0) & MMR0_TRAP, F_TRAP},
        {(a->mmr0 ^ b->mmr0) & MMR0_DONE, F_DONE},
        {a->mmr1 != b->mmr1, F_MMR1},
        {a->mmr2 != b->mmr2, F_MMR2},
        {a->mmr3 != b->mmr3, F_MMR3},
        {a->pirq != b->pirq || a->slr != b->slr, F_IO},
        {marks_more(a, b, 0125252), F_A},
        {marks_more(b, a, 0125252), F_A_MORE},
        {marks_more(a, b, 052525) || marks_more(b, a, 052525), F_W},
        {a->sum != b->sum || a->changed != b->changed, F_MEM},
        {(a->fps ^ b->fps) & ~FP11_FMM, F_FPS},
        {(a->fps ^ b->fps) & FP11_FMM, F_FMM},
        {a->fec != b->fec, F_FEC},
        {a->fea != b->fea, F_FEA},
        {memcmp(a->ac, b->ac, sizeof a->ac) != 0, F_AC},
    };
    unsigned diff = 0;

    for (unsigned i = 0; i < ARRAY_LEN(list); i++)
        diff |= list[i].differ ? list[i].field : 0;
    return diff;
}

void compare_view(struct view *view, const struct test_case *tc, const struct map_set *set,
                  const struct driver *driver, const struct result *us, const struct result *them)
{
    *view = (struct view){.tc = tc, .us = *us, .them = *them};
    view->mode = (enum mode)(tc->ps >> 14);
    view->prev = (enum mode)(tc->ps >> 12 & 3);
    view->handler = set->handler;
    view->our_first = normalise(&view->us, set->handler, driver);
    view->their_first = normalise(&view->them, set->handler, driver);
    view->diff = find_differences(view);
}

static bool is(const struct view *view, enum op op)
{
    return view->tc->op == op;
}

/* The first trap was an abort of the KT11, or one to 4. */
static bool is_abort(const struct view *view)
{
    return view->us.mmr0 & MMR0_FREEZE || view->our_first == 4;
}

/* Instructions whose destination SIMH writes without reading it first. */
static bool writes_only(const struct view *view)
{
    switch (view->tc->op) {
    case OP_MOV:
    case OP_MOVB:
    case OP_CLR:
    case OP_CLRB:
    case OP_SXT:
    case OP_MFPI:
    case OP_MFPD:
    case OP_MTPI:
    case OP_MTPD: return true;
    default: return false;
    }
}

static bool pops(const struct view *view)
{
    return is(view, OP_RTS) || is(view, OP_MARK) || is(view, OP_MTPI) || is(view, OP_MTPD) ||
           is(view, OP_RTI) || is(view, OP_RTT);
}

/* The destination is on the stack: modes 1, 2, 4 and 6 of SP. */
static bool is_stack_write(u16 word)
{
    return (word & 7) == SP && (0126 >> (word >> 3 & 7) & 1);
}

/* The pages where only vm11 has the A bit were written. */
static bool lost_by_write(const struct view *view)
{
    for (unsigned i = 0; i < 6; i++) {
        u16 them = view->them.marks[i >> 1][i & 1];
        if (view->us.marks[i >> 1][i & 1] & ~them & 0125252 & ~(them << 1))
            return false;
    }
    return true;
}

static const struct {
    unsigned fields;
    const char *reason;
} exclusions[] = {
#define EXCLUDE(condition, fields, reason) {fields, reason},
#include "exclusions.def"
    {0, NULL}};

unsigned compare_exclusions(void)
{
    return ARRAY_LEN(exclusions) - 1;
}

const char *compare_reason(unsigned index)
{
    return exclusions[index].reason;
}

unsigned compare_unknown(const struct view *view, unsigned *used)
{
    const bool applies[] = {
#define EXCLUDE(condition, fields, reason) condition,
#include "exclusions.def"
        false};
    unsigned unknown = view->diff;

    for (unsigned i = 0; i < compare_exclusions(); i++) {
        if (!applies[i] || !(view->diff & exclusions[i].fields))
            continue;
        used[i]++;
        unknown &= ~exclusions[i].fields;
    }
    return unknown;
}

void compare_names(unsigned fields, char *text, size_t size)
{
    static const char *const names[] = {
        "FIRST", "LATER", "PC", "CC", "PS",  "REG", "SP",  "MMR0", "TRAP", "DONE", "MMR1",  "MMR2",
        "MMR3",  "IO",    "A",  "W",  "MEM", "FPS", "FMM", "FEC",  "FEA",  "AC",   "A_MORE"};
    size_t len = 0;

    text[0] = 0;
    for (unsigned i = 0; i < ARRAY_LEN(names); i++)
        if (fields >> i & 1 && len < size)
            len += (size_t)snprintf(text + len, size - len, "%s%s", len ? " " : "", names[i]);
}

static void print_words(const char *what, const u16 *words, unsigned count)
{
    printf(" %s", what);
    for (unsigned i = 0; i < count; i++)
        printf(" %06o", words[i]);
}

static void print_result(const char *who, u16 first, const struct result *r, bool fp)
{
    printf("  %-5s trap %o pc %06o ps %06o", who, first, r->pc, r->ps);
    print_words("then", &r->cause, 1);
    print_words("", &r->second, 2);
    printf(" ksp %06o ssp %06o usp %06o\n       ", r->ksp, r->ssp, r->usp);
    print_words("r", r->set[0], 6);
    print_words("r'", r->set[1], 6);
    printf("\n       ");
    print_words("mmr", &r->mmr0, 4);
    printf(" pirq %06o slr %06o", r->pirq, r->slr);
    print_words("marks", r->marks[0], 6);
    printf(" memory %u words %06o\n", r->changed, r->sum);
    if (!fp)
        return;
    printf("        fps %06o fec %o fea %06o", r->fps, r->fec, r->fea);
    for (unsigned i = 0; i < 6; i++)
        print_words("ac", r->ac[i], 4);
    printf("\n");
}

static u16 poked(const struct test_case *tc, u16 pa)
{
    u16 value = 0;

    for (unsigned i = 0; i < tc->head.pokes; i++)
        if (tc->poke[i].pa == pa)
            value = tc->poke[i].value;
    return value;
}

void compare_print(const struct view *view, unsigned fields)
{
    const struct test_case *tc = view->tc;
    u16 words[3] = {tc->word}, at = tc->head.pokes ? tc->poke[tc->head.pokes - 3].pa : 0;
    char text[DIS_TEXT_MAX], names[128];

    words[1] = poked(tc, (u16)(at + 2));
    words[2] = poked(tc, (u16)(at + 4));
    dis_insn(words, 3, tc->pc, text, sizeof text);
    compare_names(fields, names, sizeof names);
    printf("%06o %s: %s differ; seed %016llx\n", tc->word, text, names,
           (unsigned long long)tc->seed);
    printf(
        "  case  pc %06o ps %06o handler %u mmr0 %06o mmr3 %o ksp %06o ssp %06o usp %06o\n       ",
        tc->pc, tc->ps, view->handler, tc->head.mmr0, tc->head.mmr3, tc->head.ksp, tc->head.ssp,
        tc->head.usp);
    print_words("r", tc->head.set[0], 6);
    print_words("r'", tc->head.set[1], 6);
    printf("\n");
    if (tc->word >= 0170000) {
        printf("        fps %06o", tc->fps);
        for (unsigned i = 0; i < 6; i++)
            printf(" ac%u %016llx", i, (unsigned long long)tc->ac[i]);
        printf("\n");
    }
    print_result("vm11", view->our_first, &view->us, tc->word >= 0170000);
    print_result("simh", view->their_first, &view->them, tc->word >= 0170000);
}
