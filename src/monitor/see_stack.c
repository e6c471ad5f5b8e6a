/* see_stack.c - who called: frames along R5, links of JSR, the stack with what its words may be.
 *
 * C on UNIX enters every function by JSR R5,csv, which leaves the caller's R5 at 0(R5), the return
 * address at 2(R5) and the arguments from 4(R5) on. Code in assembler has no frames: there a word
 * on the stack that lies behind a JSR PC is taken for a link, if what is called there can have led
 * to the place that it is to lead to: directly, or by way of an interrupt or a trap, whose frame
 * (PC, PS) lies between then. What the caller takes off its stack after the call tells how many
 * words it had put there.
 */
#include <stdio.h>
#include <string.h>

#include "isa/isa.h"
#include "monitor/insn.h"
#include "monitor/parts.h"
#include "monitor/see.h"
#include "monitor/symbols.h"

#define MAX_FRAMES  200
#define MAX_LINKS   512    /* words of stack that are looked at */
#define ENTRY_WORDS 8      /* that a kernel pushes when it is entered, before what it calls */
#define ROUTINE     020000 /* bytes, of the longest that is believed in */

bool see_call(struct monitor *mon, enum mode mode, u16 ret, u16 *at)
{
    struct place place = {.mode = mode, .space = SPACE_I};

    for (unsigned len = 1; len <= 2; len++) {
        u16 word;
        *at = (u16)(ret - 2 * len);
        place.at = *at;
        if (!(ret & 1) && place_read(mon->machine, place, &word) == PLACE_OK &&
            (word & 0177700) == 0004700 && isa_length(word) == len)
            return true;
    }
    return false;
}

/* Words that the code at `ret` takes off the stack: TST (SP)+, CMP (SP)+,(SP)+, ADD #n,SP. */
static unsigned taken_off(struct monitor *mon, enum mode mode, u16 ret)
{
    struct place place = {.mode = mode, .space = SPACE_I, .at = ret};
    u16 words[3] = {0};
    unsigned count = insn_words(mon, place, words);

    if (count >= 1 && words[0] == 0005726)
        return 1;
    if (count >= 1 && words[0] == 0022626)
        return 2;
    if (count >= 2 && words[0] == 0062706 && words[1] <= 020)
        return words[1] / 2u;
    return 0;
}

static bool read_d(struct monitor *mon, enum mode mode, u16 va, u16 *word)
{
    return place_read(mon->machine, (struct place){.mode = mode, .space = SPACE_D, .at = va},
                      word) == PLACE_OK;
}

/* One line of the trace: where, how it was called, with what. `args` points to the first. */
static void show_frame(struct monitor *mon, unsigned number, u16 pc, const char *how, u16 args,
                       unsigned count, enum mode mode)
{
    char name[MON_NAME_MAX];
    u16 word;

    mon_print(mon, "#%-3u %06o %s", number, pc,
              symbols_at(mon->symbols, pc) ? mon_name(mon, pc, name) : "");
    mon_open(mon, NULL, false);
    mon_put_word(mon, "pc", pc);
    mon_put_text(mon, "name", mon_name(mon, pc, name));
    mon_put_text(mon, "how", how);
    mon_open(mon, "arguments", true);
    for (unsigned i = 0; i < count && read_d(mon, mode, (u16)(args + 2 * i), &word); i++) {
        mon_print(mon, "%s%06o", i ? ", " : " (", word);
        mon_put_word(mon, NULL, word);
        if (i + 1 == count)
            mon_print(mon, ")");
    }
    mon_close(mon);
    mon_close(mon);
    mon_print(mon, "%s%s\n", *how ? "  " : "", how);
}

/* Follow R5; the number of frames found. */
static unsigned frames(struct monitor *mon, enum mode mode, unsigned max, u16 sp)
{
    u16 fp = mon->machine->cpu.r[R5], ret, old, at;
    unsigned n = 0;

    while (n < max && !(fp & 1) && fp >= sp && read_d(mon, mode, fp, &old) &&
           read_d(mon, mode, (u16)(fp + 2), &ret) && see_call(mon, mode, ret, &at)) {
        char how[MON_NAME_MAX + 32];
        unsigned args = taken_off(mon, mode, ret) + 1;
        snprintf(how, sizeof how, "frame %06o", fp);
        show_frame(mon, ++n, ret, how, (u16)(fp + 4), args, mode);
        sp = (u16)(fp + 4);
        if (old <= fp)
            break;
        fp = old;
    }
    return n;
}

/* Where the JSR at `at` leads, if its words tell: JSR R,LABEL or JSR R,@#LABEL to code that does
 * not jump on. */
static bool call_target(struct monitor *mon, enum mode mode, u16 at, u16 *target)
{
    struct place place = {.mode = mode, .space = SPACE_I, .at = at};
    u16 words[3] = {0}, first;

    if (insn_words(mon, place, words) < 2)
        return false;
    switch (words[0] & 077) {
    case 037: *target = words[1]; break;
    case 067: *target = (u16)(at + 4 + words[1]); break;
    default: return false;
    }
    place.at = *target;
    return place_read(mon->machine, place, &first) == PLACE_OK && (first & 0177700) != 0000100;
}

/* Is `pc` in a routine that begins at `target`? */
static bool within(u16 target, u16 pc)
{
    return pc >= target && pc - target < ROUTINE;
}

/* Who is looked for: the caller of the routine in which `pc` is. */
struct trail {
    struct monitor *mon;
    enum mode mode;
    unsigned number, max; /* of the frame shown last; of frames */
    u16 pc;
    u16 sp; /* the stack from here on is not explained yet */
};

static void trail_show(struct trail *t, u16 pc, const char *what, u16 va, u16 behind)
{
    char how[40];

    snprintf(how, sizeof how, "%s %06o", what, va);
    show_frame(t->mon, ++t->number, pc, how, 0, 0, t->mode);
    t->pc = pc;
    t->sp = behind;
}

/* What a vector has left on the stack below `end`, with a PC in the routine at `target`. */
static bool interrupted_in(struct trail *t, u16 target, u16 end)
{
    for (u16 va = t->sp; va + 2 < end; va = (u16)(va + 2)) {
        u16 pc, ps;

        if (!read_d(t->mon, t->mode, va, &pc) || !read_d(t->mon, t->mode, (u16)(va + 2), &ps) ||
            pc & 1 || !within(target, pc) || ps & (u16)~PS_BITS || ps >> 14 != t->mode)
            continue;
        trail_show(t, pc, "interrupted, frame", va, (u16)(va + 4));
        return true;
    }
    return false;
}

/* A kernel that is entered keeps its PSW too: is this one, just above the frame (PC, PS) of the
 * mode that it names as the previous? */
static bool is_status(struct trail *t, u16 va, u16 word)
{
    unsigned previous = word >> 12 & 3;

    if (word & (u16)~PS_BITS || word >> 14 != t->mode || previous == t->mode)
        return false;
    for (unsigned i = 1; i <= ENTRY_WORDS; i++) {
        u16 pc, ps;

        if (!read_d(t->mon, t->mode, (u16)(va + 2 * i), &pc) ||
            !read_d(t->mon, t->mode, (u16)(va + 2 * i + 2), &ps))
            return false;
        if (!(pc & 1) && !(ps & (u16)~PS_BITS) && ps >> 14 == previous)
            return true;
    }
    return false;
}

/* Can the JSR PC at `at`, whose link `ret` stands at `va`, have led to the line above? Of one whose
 * target is not in its words little can be said. */
static bool link_fits(struct trail *t, u16 at, u16 va, u16 ret)
{
    u16 target;

    if (!call_target(t->mon, t->mode, at, &target))
        return !is_status(t, va, ret);
    return within(target, t->pc) || interrupted_in(t, target, va);
}

/* The links of JSR R0 to R5 that are still in their registers. */
static void register_link(struct trail *t)
{
    const struct cpu *cpu = &t->mon->machine->cpu;

    for (unsigned reg = R0; reg <= R5 && t->number < t->max; reg++) {
        struct place place = {.mode = t->mode, .at = (u16)(cpu->r[reg] - 4)};
        u16 word, target;
        char how[24];

        if (place.at & 1 || place_read(t->mon->machine, place, &word) != PLACE_OK ||
            (word & 0177700) != (0004000 | reg << 6) ||
            !call_target(t->mon, t->mode, (u16)place.at, &target) || !within(target, t->pc))
            continue;
        snprintf(how, sizeof how, "link in R%u", reg);
        show_frame(t->mon, ++t->number, cpu->r[reg], how, 0, 0, t->mode);
        t->pc = cpu->r[reg];
        return;
    }
}

/* Words of the stack that look like links of JSR PC. */
static void links(struct trail *t)
{
    u16 from = t->sp;

    for (unsigned i = 0; i < MAX_LINKS && t->number < t->max; i++) {
        u16 va = (u16)(from + 2 * i), ret, at;

        if (va < from || !read_d(t->mon, t->mode, va, &ret))
            return;
        if (!ret || !see_call(t->mon, t->mode, ret, &at) || !link_fits(t, at, va, ret))
            continue;
        if (t->number < t->max)
            trail_show(t, ret, "link at", va, (u16)(va + 2));
    }
}

static enum monitor_result do_backtrace(struct monitor *mon, struct args *a)
{
    const struct cpu *cpu = &mon->machine->cpu;
    struct trail trail = {.mon = mon, .mode = cpu_mode(cpu), .pc = cpu->r[PC], .sp = cpu->r[SP]};
    u64 max = MAX_FRAMES;

    if ((!args_end(a) && !args_count(a, "the count of frames", MAX_FRAMES, &max)) || !args_done(a))
        return MONITOR_ERROR;
    mon_open(mon, "frames", true);
    trail.max = (unsigned)max;
    show_frame(mon, 0, cpu->r[PC], "", 0, 0, cpu_mode(cpu));
    if (frames(mon, cpu_mode(cpu), (unsigned)max, trail.sp) == 0) {
        register_link(&trail);
        links(&trail);
    }
    mon_close(mon);
    return MONITOR_OK;
}

/* A word of the stack, and what it may be. */
static bool show_slot(struct monitor *mon, enum mode mode, u16 va)
{
    char name[MON_NAME_MAX];
    u16 word, at;

    if (!read_d(mon, mode, va, &word))
        return false;
    mon_print(mon, "%06o: %06o", va, word);
    mon_put_word(mon, NULL, word);
    if (see_call(mon, mode, word, &at))
        mon_print(mon, "  return to %s", mon_name(mon, word, name));
    else if (symbols_at(mon->symbols, word))
        mon_print(mon, "  %s", mon_name(mon, word, name));
    mon_print(mon, "%s\n", va == mon->machine->cpu.r[R5] ? "  < R5" : "");
    return true;
}

static enum monitor_result do_stack(struct monitor *mon, struct args *a)
{
    static const char *const modes[] = {"kernel", "supervisor", "user", NULL};
    static const enum mode numbers[] = {MODE_K, MODE_S, MODE_U};
    enum mode mode = cpu_mode(&mon->machine->cpu);
    bool named = !args_end(a) && *a->at && strchr("ksuKSU", *a->at);
    u64 count = 16;
    int i = named ? args_choice(a, "mode", modes) : -1;
    u16 sp;

    if (mon->complaint[0])
        return MONITOR_ERROR;
    if (i >= 0)
        mode = numbers[i];
    if ((!args_end(a) && !args_count(a, "the count of words", 32768, &count)) || !args_done(a))
        return MONITOR_ERROR;
    sp = cpu_get_sp(&mon->machine->cpu, mode);
    mon_put_word(mon, "sp", sp);
    mon_open(mon, "stack", true);
    for (u64 n = 0; n < count && show_slot(mon, mode, (u16)(sp + 2 * n)); n++)
        if (mon_tired(mon, 10) || (u16)(sp + 2 * n + 2) < sp)
            break;
    mon_close(mon);
    return MONITOR_OK;
}

static const struct mon_command table[] = {
    {"backtrace", "bt where", GROUP_SEE, "[COUNT]", "who called: frames along R5, or links of JSR",
     "A frame is what C on UNIX makes (csv). The number of arguments is a guess from what the\n"
     "caller takes off its stack; the first is always shown. Links are guesses too: words of the\n"
     "stack that lie behind a JSR PC to the routine of the line above.\n",
     do_backtrace},
    {"stack", NULL, GROUP_SEE, "[kernel|supervisor|user] [COUNT]",
     "the words on the stack and what they may be", NULL, do_stack},
};

const struct mon_part part_see_stack = {.commands = table, .count = ARRAY_LEN(table)};
