/* run.c - the interpreter, the reference engine: fetch, decode by table, call the handler. */
#include "cpu/run.h"

#include "cpu/access.h"
#include "cpu/debug.h"
#include "cpu/exec.h"
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

enum cpu_exit cpu_run(struct cpu *cpu, u64 until)
{
    cpu->until = until;
    while (cpu->icount < cpu->until) {
        enum trap trap;
        if (unlikely(cpu->attention)) {
            switch (trap_service(cpu)) {
            case SERVICE_NONE: break;
            case SERVICE_DONE: continue;
            case SERVICE_WAIT: return EXIT_WAIT;
            case SERVICE_STOP: return EXIT_STOP;
            case SERVICE_WATCH: debug_complete(cpu); return EXIT_WATCH;
            case SERVICE_DOUBLE: return EXIT_DOUBLE;
            }
        }
        trap = step(cpu);
        cpu->icount++;
        if (unlikely(trap)) {
            if (trap == TRAP_BREAK) {
                cpu->icount--;
                return EXIT_BREAK;
            }
            if (trap == TRAP_STOP)
                return EXIT_HALT;
            if (!trap_take(cpu, trap))
                return EXIT_DOUBLE;
        }
    }
    if (!debug_pending(cpu))
        return EXIT_LIMIT;
    debug_complete(cpu);
    return EXIT_WATCH;
}
