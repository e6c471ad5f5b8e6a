/* registers.h - references to the I/O page: the processor's own registers, then the bus.
 *
 * 177776 PSW, 177774 stack limit, 177772 PIRQ, 177770 micro-break, 177570 switches and display,
 * and the KT11-C's. They are inside the processor: NPR devices cannot reach them. The 11/45 has
 * no CPU error register (177766) and no general registers (177700) for programs: F49, F50.
 */
#ifndef VM11_CPU_REGISTERS_H
#define VM11_CPU_REGISTERS_H

#include "cpu/cpu.h"

/* Read the word at the even address `pa` of the bus, in the I/O page. `ref` is the reference that
 * asks, NULL for a console. False: nobody answers. */
bool registers_read(struct cpu *cpu, u32 pa, const struct mmu_ref *ref, enum io_cycle cycle,
                    u16 *value);

/* The same by a program, with DATI, where reading twice would do no harm: an engine may do it that
 * does not know yet whether all of the instruction succeeds. cpu->icount is the instruction's, and
 * if it belongs to an idle_loop(), as `loop` says, cpu->start and the mode too. False: let the
 * interpreter do it. */
bool registers_poll(struct cpu *cpu, u32 pa, bool loop, u16 *value);

/* Write a word, or with IO_DATOB the byte value<7:0>. */
bool registers_write(struct cpu *cpu, u32 pa, const struct mmu_ref *ref, enum io_cycle cycle,
                     u16 value);

/* PIRQ as it reads: the requests in <15:9>, and the number of the highest in <7:5> and <3:1>. */
u16 registers_pirq(u16 requests);
/* That number; 0: none. */
unsigned registers_pirq_level(u16 requests);

#endif
