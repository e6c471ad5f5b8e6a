/* watch.h - those who look on at a processor (struct cpu_watch of cpu.h), and how they are told.
 *
 * Each call goes through the list. The engine's fast way asks nobody: instructions are told on the
 * way through trap_service(), on which ATTN_WATCH leads; references on the slow way of access.c,
 * which all take while cpu->referenced is set, because the maps then stay empty. Both flags are set
 * only while somebody on the list wants to know.
 */
#ifndef VM11_CPU_WATCH_H
#define VM11_CPU_WATCH_H

#include "cpu/cpu.h"

/* For the processor, where cpu->watch is not NULL. */
void watch_insn(struct cpu *cpu);
void watch_vector(struct cpu *cpu, enum cpu_cause cause, u16 vector, u16 pc, u16 ps);
void watch_io(struct cpu *cpu, u32 pa, enum io_cycle cycle, u16 value, bool answered);
void watch_abort(struct cpu *cpu, const struct mmu_ref *ref);
void watch_reference(struct cpu *cpu, const struct mmu_ref *ref, enum cpu_access access, u32 pa);

#endif
