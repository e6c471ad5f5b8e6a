/* see_stack.c - who called: frames along R5, links of JSR, the stack with what its words may be.
 *
 * C on UNIX enters every function by JSR R5,csv, which leaves the caller's R5 at 0(R5), the return
 * address at 2(R5) and the arguments from 4(R5) on. Code in assembler has no frames: there a word
 * on the stack that lies behind a JSR PC is taken for a link. What the caller takes off its stack
 * after the call tells how many words it had put there.
 */
#include <stdio.h>
#include <string.h>

#include "isa/isa.h"
#include "monitor/insn.h"
#include "monitor/parts.h"
#include "monitor/see.h"
#include "monitor/symbols.h"

#define MAX_FRAMES 200
#define MAX_LINKS  512 /* words of stack that are looked at */

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

/* Follow R5; the number of frames found. *sp is the stack behind the last. */
static unsigned frames(struct monitor *mon, enum mode mode, unsigned max, u16 *sp)
{
    u16 fp = mon->machine->cpu.r[R5], ret, old, at;
    unsigned n = 0;

    while (n < max && !(fp & 1) && fp >= *sp && read_d(mon, mode, fp, &old) &&
           read_d(mon, mode, (u16)(fp + 2), &ret) && see_call(mon, mode, ret, &at)) {
        char how[MON_NAME_MAX + 32];
        unsigned args = taken_off(mon, mode, ret) + 1;
        snprintf(how, sizeof how, "frame %06o", fp);
        show_frame(mon, ++n, ret, how, (u16)(fp + 4), args, mode);
        *sp = (u16)(fp + 4);
        if (old <= fp)
            break;
        fp = old;
    }
    return n;
}

/* Words of the stack that look like links of JSR PC. */
static void links(struct monitor *mon, enum mode mode, unsigned number, unsigned max, u16 sp)
{
    for (unsigned i = 0; i < MAX_LINKS && number < max; i++) {
        u16 va = (u16)(sp + 2 * i), ret, at;
        if (va < sp || !read_d(mon, mode, va, &ret))
            return;
        if (ret && see_call(mon, mode, ret, &at)) {
            char how[32];
            snprintf(how, sizeof how, "link at %06o", va);
            show_frame(mon, ++number, ret, how, 0, 0, mode);
        }
    }
}

static enum monitor_result do_backtrace(struct monitor *mon, struct args *a)
{
    const struct cpu *cpu = &mon->machine->cpu;
    u16 sp = cpu->r[SP];
    u64 max = MAX_FRAMES;
    unsigned n;

    if ((!args_end(a) && !args_count(a, "the count of frames", MAX_FRAMES, &max)) || !args_done(a))
        return MONITOR_ERROR;
    mon_open(mon, "frames", true);
    show_frame(mon, 0, cpu->r[PC], "", 0, 0, cpu_mode(cpu));
    n = frames(mon, cpu_mode(cpu), (unsigned)max, &sp);
    if (n == 0)
        links(mon, cpu_mode(cpu), n, (unsigned)max, sp);
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
     "caller takes off its stack; the first is always shown.\n",
     do_backtrace},
    {"stack", NULL, GROUP_SEE, "[kernel|supervisor|user] [COUNT]",
     "the words on the stack and what they may be", NULL, do_stack},
};

const struct mon_part part_see_stack = {.commands = table, .count = ARRAY_LEN(table)};
