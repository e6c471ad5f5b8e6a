/* run.c - the interpreter, the reference engine: fetch, decode by table, call the handler. */
#include "cpu/run.h"

#include "cpu/access.h"
#include "cpu/exec.h"
#include "cpu/trap.h"

static exec_fn *const handlers[OP_COUNT] = {
    [OP_NONE] = exec_NONE,
#define INSN(id, text, base, form, dst, nzvc, flow, sens, unit) [OP_##id] = exec_##id,
#include "isa/isa.def"
};

static inline __attribute__((always_inline)) enum trap step(struct cpu *cpu)
{
    enum trap trap;
    u16 insn;

    cpu->changes = 0;
    cpu->start = cpu->r[PC];
    trap = cpu_fetch(cpu, &insn);
    if (unlikely(trap))
        return trap;
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
            case SERVICE_DOUBLE: return EXIT_DOUBLE;
            }
        }
        trap = step(cpu);
        cpu->icount++;
        if (unlikely(trap)) {
            if (trap == TRAP_STOP)
                return EXIT_HALT;
            if (!trap_take(cpu, trap))
                return EXIT_DOUBLE;
        }
    }
    return EXIT_LIMIT;
}
