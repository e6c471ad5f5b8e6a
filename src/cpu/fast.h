/* fast.h - the interpreter's short way: innocuous instructions, as long as they are.
 *
 * A handler here executes an instruction if all its references hit in the maps, and nothing about
 * it is special. Else it has changed nothing, and the handler of exec.h, which knows everything,
 * does it. So the short way needs no traps, no I/O page and no requests, and keeps PC and the count
 * of instructions in registers of the host: each handler ends with a jump to the next. fast.def
 * lists who has such a handler, for which kinds of operands (enum operand_kind).
 *
 * Register changes are not recorded for MMR1: the last instruction of a run is never a short one.
 */
#ifndef VM11_CPU_FAST_H
#define VM11_CPU_FAST_H

#include "cpu/cpu.h"

/* `insn` has been fetched, and `pc` is even and behind it; cpu->r[PC] means nothing. The handler
 * jumps to the next one as long as there are `left` instructions to do; `program` is the map of I
 * space. The last gives what fast_stop() packs: PC, what is left, and whether FAST_STOP_LOOK. */
typedef u64 fast_fn(struct cpu *cpu, u32 insn, u32 pc, u32 left, const map_entry *program);

#define FAST_STOP_LOOK 0200000u /* the PSW has changed */

/* By ISA_SHAPE(); fast_none where there is no short way. */
extern fast_fn *const fast_handler[ISA_SHAPES];
fast_fn fast_none;

/* What begins with `word` has a short way, which may miss. */
static inline bool fast_has(u16 word)
{
    return fast_handler[isa_shape[word]] != fast_none;
}

/* Execute up to `limit` innocuous instructions from PC on, which is even: how many they were.
 * Nothing asks for attention, but afterwards it may. MMR1 and MMR2 are not kept, unless cpu->debug
 * may stop the next instruction; so at least one must follow. */
u64 fast_run(struct cpu *cpu, u64 limit);

#endif
