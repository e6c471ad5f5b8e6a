/* go_commands.c - let the machine go on: continue, step, over, out, until.
 *
 * A step is one instruction of the program. An interrupt that comes at the same moment is served
 * first, in one go: its handler runs up to its return to this place, unless its instructions are
 * asked for. A call is an instruction that comes back behind itself: JSR, and the instructions that
 * trap.
 */
#include <stdio.h>
#include <string.h>

#include "isa/isa.h"
#include "monitor/insn.h"
#include "monitor/parts.h"
#include "monitor/see.h"
#include "monitor/stop.h"

static enum monitor_result do_continue(struct monitor *mon, struct args *a)
{
    struct stop_verdict verdict;
    u64 icount = EVENT_NEVER;
    char word[24];
    enum stop stop;

    if ((!args_end(a) && !args_count(a, "the count of instructions", UINT64_MAX / 4, &icount)) ||
        !args_done(a))
        return MONITOR_ERROR;
    if (icount < mon->machine->cpu.icount) {
        snprintf(word, sizeof word, "%llu", (unsigned long long)icount);
        return mon_error(mon, word, "more instructions are executed already: see goto");
    }
    stops_pass(mon);
    stop = go_run(mon, icount, &verdict);
    return go_report(mon, stop, &verdict, false);
}

/* A breakpoint of the monitor's own, from `first` to `last`. */
static void own_set(struct stops *stops, unsigned own, enum debug_kind kind, unsigned modes,
                    u32 first, u32 last)
{
    stops->own[own] = (struct debug_point){
        .kind = kind,
        .access = DEBUG_EXEC,
        .modes = (u8)modes,
        .spaces = 3,
        .first = first,
        .last = last,
    };
    stops->own_set[own] = true;
}

/* Stop at a place; `above`: for SP from `sp` on. */
static void own_break(struct monitor *mon, struct place place, bool above, u16 sp)
{
    struct stops *stops = mon->stops;

    own_set(stops, OWN_BREAK, place.physical ? DEBUG_PHYSICAL : DEBUG_VIRTUAL, 1u << place.mode,
            place.at, place.at);
    stops->sp_above = above;
    stops->sp_limit = sp;
    stops_apply(mon);
}

static void own_off(struct monitor *mon)
{
    memset(mon->stops->own_set, 0, sizeof mon->stops->own_set);
    mon->stops->sp_above = false;
    stops_apply(mon);
}

/* Where an instruction of the program is, and its stack. */
struct spot {
    struct place place;
    u16 sp;
};

static struct spot spot_now(const struct monitor *mon)
{
    const struct cpu *cpu = &mon->machine->cpu;

    return (struct spot){{.mode = cpu_mode(cpu), .at = cpu->r[PC]}, cpu->r[SP]};
}

/* The processor has just entered a vector: what it was at. False: that cannot be read. */
static bool spot_interrupted(const struct monitor *mon, struct spot *spot)
{
    const struct cpu *cpu = &mon->machine->cpu;
    struct place frame = {.mode = cpu_mode(cpu), .space = SPACE_D, .at = cpu->r[SP]};
    u16 pc, ps;

    if (place_read(mon->machine, frame, &pc) || place_read(mon->machine, place_at(frame, 2), &ps))
        return false;
    spot->place = (struct place){.mode = (enum mode)(ps >> 14), .at = pc};
    spot->sp = cpu_get_sp(cpu, spot->place.mode);
    if (spot->place.mode == cpu_mode(cpu))
        spot->sp = (u16)(spot->sp + 4);
    return true;
}

/* The interrupt's handler, of which nothing is executed yet, runs until it is back. STOP_BREAK,
 * verdict->own: it is. */
static enum stop through_handler(struct monitor *mon, struct stop_verdict *verdict)
{
    enum stop stop;
    struct spot spot;

    if (!spot_interrupted(mon, &spot))
        return STOP_WATCH;
    own_break(mon, spot.place, true, spot.sp);
    stop = go_run(mon, EVENT_NEVER, verdict);
    own_off(mon);
    return stop;
}

static void catch_interrupts(struct monitor *mon)
{
    struct stops *stops = mon->stops;

    stops->own[OWN_INTERRUPT] =
        (struct debug_point){.kind = DEBUG_VECTOR, .causes = 1 << CAUSE_INTERRUPT, .last = 0374};
    stops->own_set[OWN_INTERRUPT] = true;
    stops_apply(mon);
}

enum stop go_step(struct monitor *mon, u64 count, struct stop_verdict *verdict)
{
    const struct cpu *cpu = &mon->machine->cpu;
    u64 target = cpu->icount + count;

    for (;;) {
        enum stop stop;
        u64 before;

        catch_interrupts(mon);
        stop = go_run(mon, target, verdict);
        own_off(mon);
        if (stop != STOP_WATCH || !verdict->interrupt || verdict->count)
            return stop;
        before = cpu->icount;
        stop = through_handler(mon, verdict);
        if (stop != STOP_BREAK || !verdict->own || verdict->count)
            return stop;
        target += cpu->icount - before;
    }
}

/* Stop at any instruction that is not in the range and the mode. */
static void own_break_outside(struct monitor *mon, enum mode mode, u32 first, u32 end)
{
    struct stops *stops = mon->stops;
    unsigned here = 1u << mode;

    if (end <= 0177777)
        own_set(stops, OWN_BREAK, DEBUG_VIRTUAL, here, end, 0177777);
    if (first > 0)
        own_set(stops, OWN_BELOW, DEBUG_VIRTUAL, here, 0, first - 1);
    own_set(stops, OWN_MODES, DEBUG_VIRTUAL, 017 & ~here, 0, 0177777);
}

enum stop go_range(struct monitor *mon, u32 first, u32 end, struct stop_verdict *verdict)
{
    const struct cpu *cpu = &mon->machine->cpu;
    enum mode mode = cpu_mode(cpu);
    enum stop stop = go_step(mon, 1, verdict);

    while (stop == STOP_LIMIT && cpu_mode(cpu) == mode && cpu->r[PC] >= first && cpu->r[PC] < end) {
        own_break_outside(mon, mode, first, end);
        catch_interrupts(mon);
        stop = go_run(mon, EVENT_NEVER, verdict);
        own_off(mon);
        if (stop == STOP_WATCH && verdict->interrupt && !verdict->count)
            stop = through_handler(mon, verdict);
        if (stop == STOP_BREAK && verdict->own && !verdict->count)
            stop = STOP_LIMIT;
    }
    return stop;
}

static enum monitor_result do_step(struct monitor *mon, struct args *a)
{
    struct stop_verdict verdict;
    u64 count = 1;
    enum stop stop;
    bool into = args_key(a, "into");

    if (!into && !args_end(a)) {
        if (!args_count(a, "the count of instructions", UINT64_MAX / 4, &count))
            return MONITOR_ERROR;
        into = args_key(a, "into");
    }
    if (!args_done(a))
        return MONITOR_ERROR;
    stops_pass(mon);
    if (into)
        stop = go_run(mon, mon->machine->cpu.icount + count, &verdict);
    else
        stop = go_step(mon, count, &verdict);
    return go_report(mon, stop, &verdict, true);
}

/* The length of the call at PC; 0: it is none. */
static unsigned call_length(struct monitor *mon)
{
    u16 words[3];

    if (insn_words(mon, spot_now(mon).place, words) == 0)
        return 0;
    switch (isa_op(words[0])) {
    case OP_JSR:
    case OP_EMT:
    case OP_TRAP:
    case OP_IOT:
    case OP_BPT: return 2 * isa_length(words[0]);
    default: return 0;
    }
}

static enum monitor_result run_to(struct monitor *mon, struct place place, bool above, u16 sp)
{
    struct stop_verdict verdict;
    enum stop stop;

    own_break(mon, place, above, sp);
    stops_pass(mon);
    stop = go_run(mon, EVENT_NEVER, &verdict);
    own_off(mon);
    return go_report(mon, stop, &verdict, true);
}

static enum monitor_result do_over(struct monitor *mon, struct args *a)
{
    struct spot spot = spot_now(mon);
    unsigned length = call_length(mon);
    struct stop_verdict verdict;
    enum stop stop;

    if (!args_done(a))
        return MONITOR_ERROR;
    if (length)
        return run_to(mon, place_at(spot.place, length), true, spot.sp);
    stops_pass(mon);
    stop = go_step(mon, 1, &verdict);
    return go_report(mon, stop, &verdict, true);
}

#define OUT_WORDS 512u /* of the stack, in which a link is looked for */

/* Where the subroutine returns to: the nearest word on the stack that lies behind a JSR. */
static bool find_caller(struct monitor *mon, struct place *ret, u16 *sp)
{
    const struct cpu *cpu = &mon->machine->cpu;
    struct place slot = {.mode = cpu_mode(cpu), .space = SPACE_D, .at = cpu->r[SP]};

    *ret = (struct place){.mode = slot.mode, .space = SPACE_I};
    for (unsigned i = 0; i < OUT_WORDS; i++, slot = place_at(slot, 2)) {
        u16 word, at;

        if (slot.at < cpu->r[SP] || place_read(mon->machine, slot, &word))
            return false;
        if (!see_call(mon, slot.mode, word, &at))
            continue;
        ret->at = word;
        *sp = (u16)(slot.at + 2);
        return true;
    }
    return false;
}

static enum monitor_result do_out(struct monitor *mon, struct args *a)
{
    struct place ret;
    u16 sp;

    if (!args_done(a))
        return MONITOR_ERROR;
    if (!find_caller(mon, &ret, &sp))
        return mon_error(mon, NULL, "no caller is found on the stack");
    return run_to(mon, ret, true, sp);
}

static enum monitor_result do_until(struct monitor *mon, struct args *a)
{
    struct place place;

    if (!args_place(a, "an address", SPACE_I, &place) || !args_done(a))
        return MONITOR_ERROR;
    return run_to(mon, place, false, 0);
}

static const struct mon_command table[] = {
    {"continue", "c", GROUP_GO, "[ICOUNT]",
     "let the machine go on, up to so many instructions since power-up", NULL, do_continue},
    {"step", "s", GROUP_GO, "[COUNT] [into]", "one instruction, or COUNT",
     "An interrupt that comes is served first: its handler runs up to its return here. With "
     "`into`\n"
     "its instructions are steps too.\n",
     do_step},
    {"over", "n next", GROUP_GO, "",
     "one instruction; a call (JSR, TRAP, EMT, IOT, BPT) as a whole", NULL, do_over},
    {"out", "finish", GROUP_GO, "", "until the subroutine has returned to its caller",
     "The caller is found on the stack: the nearest word that lies behind a JSR PC.\n", do_out},
    {"until", NULL, GROUP_GO, "PLACE", "until the instruction at PLACE comes next", NULL, do_until},
};

const struct mon_part part_go = {.commands = table, .count = ARRAY_LEN(table)};
