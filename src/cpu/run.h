/* run.h - the contract of an engine: execute up to an instruction count, exactly.
 *
 * Every engine (the interpreter here, the translator in jit/) has this function's meaning: it
 * executes until cpu->icount == until and returns why it stopped. Called twice with N and M it
 * leaves the state that one call with M would have left; all state, MMR1 and MMR2 and pending
 * requests included, is in struct cpu when it returns. cpu->until may be lowered meanwhile (a
 * device schedules an earlier event), and cpu_stop() asks it to return between two instructions.
 * Requests that are pending when the limit is reached are served by the next call.
 *
 * A debugger's points (debug.h) end a run with EXIT_BREAK before the instruction at PC, which the
 * next call executes, or with EXIT_WATCH behind the instruction or the way into a vector; at the
 * limit EXIT_WATCH goes before EXIT_LIMIT. An engine need not look for points: the blocks in which
 * they lie have no entry in the maps, so it asks access_fetch() and its like.
 */
#ifndef VM11_CPU_RUN_H
#define VM11_CPU_RUN_H

#include "cpu/cpu.h"

enum cpu_exit cpu_run(struct cpu *cpu, u64 until);

/* For an analysis: execute the instruction at PC, whatever requests wait, and say what it ended in;
 * the trap is not taken, nothing is counted. */
enum trap cpu_step(struct cpu *cpu);

/* For another engine, which lets the interpreter do what it cannot: one turn of cpu_run(), an
 * instruction or the service of a request, whatever cpu->until is. True: the engine must return
 * *exit. */
bool cpu_turn(struct cpu *cpu, enum cpu_exit *exit);
/* How cpu_run() returns at the limit. */
enum cpu_exit cpu_limit_exit(struct cpu *cpu);

#endif
