/* request.h - requests for interrupts, for translated code: which waits, and PIRQ. */
#ifndef VM11_JIT_REQUEST_H
#define VM11_JIT_REQUEST_H

#include "jit/host.h"

/* The highest level of PIRQ and BR that is requested, as a priority in the PSW; 0: none is. It
 * waits while the processor's priority is not lower. */
u16 request_level(const struct cpu *cpu);

/* PIRQ at its address: `value` is written, set (BIS), or all else cleared (BIC). They return what
 * the condition codes are for. hot.request is right then; hot.due tells whether the interrupt comes
 * before the next instruction. */
i32 request_write(struct hot *hot, u32 value, u32 word);
i32 request_set(struct hot *hot, u32 value, u32 word);
i32 request_keep(struct hot *hot, u32 value, u32 word);

#endif
