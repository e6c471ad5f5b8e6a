/* exec.h - one handler per row of isa.def.
 *
 * A handler executes one instruction whose first word, `insn`, has been fetched: PC is past it.
 * It returns TRAP_NONE, or why the instruction could not be completed, with the state as the
 * KB11-A leaves it then.
 */
#ifndef VM11_CPU_EXEC_H
#define VM11_CPU_EXEC_H

#include "cpu/cpu.h"

typedef enum trap exec_fn(struct cpu *cpu, unsigned insn);

#define INSN(id, text, base, form, dst, nzvc, flow, sens, unit) exec_fn exec_##id;
#include "isa/isa.def"

/* A reserved word. */
exec_fn exec_NONE;

#endif
