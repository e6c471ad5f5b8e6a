/* idle.h - loops that only wait: their instructions are counted, not executed.
 *
 * BR to itself, and two instructions that test a device's register and branch back while it reads
 * the same, go on until an event or a request; nothing of either comes before cpu->until. The
 * instructions up to there change nothing but icount, so the state is that of executing them, and
 * engines that differ in speed stop in the same state.
 */
#ifndef VM11_CPU_IDLE_H
#define VM11_CPU_IDLE_H

#include "cpu/cpu.h"

/* An engine begins: what was before may have been changed from outside. */
static inline void idle_begin(struct cpu *cpu)
{
    cpu->idle.pa = 0;
}

/* BR . is being executed. */
void idle_branch(struct cpu *cpu);

/* The instruction at `pc` and the branch behind it are a loop that only waits, if what the first
 * looks at is a device's register. */
bool idle_loop(const struct cpu *cpu, u16 pc);

/* A program read `value` from the device at `pa`. */
void idle_poll(struct cpu *cpu, u32 pa, u16 value);

/* For an engine that reads as registers_poll() does: it would skip now, so the interpreter is to do
 * it; or else it is noted. */
bool idle_waits(const struct cpu *cpu, u32 pa, u16 value);
void idle_note(struct cpu *cpu, u32 pa, u16 value);

#endif
