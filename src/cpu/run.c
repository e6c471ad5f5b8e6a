/* run.c - the interpreter, the reference engine: fetch, decode by table, call the handler.
 *
 * As long as instructions are innocuous it takes the short way (fast.h); the first that is not, and
 * the last of a run, it executes by exec.h's handler.
 */
#include "cpu/run.h"

#include "cpu/access.h"
#include "cpu/debug.h"
#include "cpu/exec.h"
#include "cpu/fast.h"
#include "cpu/hv_note.h"
#include "cpu/idle.h"
#include "cpu/trap.h"

static exec_fn *const handlers[OP_COUNT] = {
    [OP_NONE] = exec_NONE,
#define INSN(id, text, base, form, dst, nzvc, flow, sens, unit) [OP_##id] = exec_##id,
#include "isa/isa.def"
};

static inline __attribute__((always_inline)) enum trap step(struct cpu *cpu)
{
    u16 pc = cpu->r[PC], insn;
    map_entry entry = cpu->map[SPACE_I]->read[map_block(pc)];

    if (unlikely(!entry || pc & 1)) {
        u16 slow = 0;
        enum trap trap = access_fetch(cpu, &slow);
        if (trap)
            return trap;
        insn = slow;
    } else {
        cpu->changes = 0;
        cpu->start = pc;
        cpu->r[PC] = (u16)(pc + 2);
        insn = word_get((const u8 *)(entry + pc));
    }
    return handlers[isa_decode[insn]](cpu, insn);
}

enum trap cpu_step(struct cpu *cpu)
{
    return step(cpu);
}

/* No vector was entered. */
static enum cpu_exit dead_end(const struct cpu *cpu)
{
    return cpu->outside ? EXIT_TRAP : EXIT_DOUBLE;
}

static inline __attribute__((always_inline)) enum service attend(struct cpu *cpu)
{
    if (!hv_quiet(cpu))
        return trap_service(cpu);
    hv_note(cpu, ATTN_HV);
    return SERVICE_NONE;
}

/* One turn: a request is served, or an instruction executed. True: the engine returns *exit. */
static inline __attribute__((always_inline)) bool turn(struct cpu *cpu, enum cpu_exit *exit)
{
    enum trap trap;

    if (unlikely(cpu->attention)) {
        switch (attend(cpu)) {
        case SERVICE_NONE: break;
        case SERVICE_DONE: return false;
        case SERVICE_WAIT: *exit = EXIT_WAIT; return true;
        case SERVICE_STOP: *exit = EXIT_STOP; return true;
        case SERVICE_WATCH:
            debug_complete(cpu);
            *exit = EXIT_WATCH;
            return true;
        case SERVICE_DOUBLE: *exit = dead_end(cpu); return true;
        }
    }
    trap = step(cpu);
    cpu->icount++;
    if (likely(!trap))
        return false;
    if (trap == TRAP_BREAK) {
        cpu->icount--;
        *exit = EXIT_BREAK;
        return true;
    }
    *exit = trap == TRAP_STOP ? EXIT_HALT : dead_end(cpu);
    return trap == TRAP_STOP || !trap_take(cpu, trap);
}

bool cpu_turn(struct cpu *cpu, enum cpu_exit *exit)
{
    return turn(cpu, exit);
}

enum cpu_exit cpu_limit_exit(struct cpu *cpu)
{
    if (!debug_pending(cpu))
        return EXIT_LIMIT;
    debug_complete(cpu);
    return EXIT_WATCH;
}

/* The short way is worth a try at PC: not before an instruction of the FP11, say. */
static inline bool may_be_fast(const struct cpu *cpu)
{
    u16 pc = cpu->r[PC];
    map_entry entry = cpu->map[SPACE_I]->read[map_block(pc)];

    return !cpu_requests(cpu) && entry && !(pc & 1) && fast_has(word_get((const u8 *)(entry + pc)));
}

enum cpu_exit cpu_run(struct cpu *cpu, u64 until)
{
    enum cpu_exit exit;

    cpu->until = until;
    idle_begin(cpu);
    while (cpu->icount < cpu->until) {
        u64 limit = cpu_limit_at(cpu);

        if (cpu->icount < limit && may_be_fast(cpu))
            cpu->icount += fast_run(cpu, limit - cpu->icount - 1);
        if (turn(cpu, &exit))
            return exit;
    }
    return cpu_limit_exit(cpu);
}
