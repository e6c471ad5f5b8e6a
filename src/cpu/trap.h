/* trap.h - the way into a vector, and the order in which requests are served. */
#ifndef VM11_CPU_TRAP_H
#define VM11_CPU_TRAP_H

#include "cpu/cpu.h"

/* An instruction ended in `trap` (not TRAP_STOP): enter its vector. False where no vector can be
 * fetched (EXIT_DOUBLE). */
bool trap_take(struct cpu *cpu, enum trap trap) must_check;

/* Where each leads; 0 for what is none. */
extern const u16 trap_vector[TRAP_COUNT];

/* A flow that met a VM-fault goes on, on a processor that has no VM-faults. As trap_take(). */
bool trap_resume(struct cpu *cpu, const struct hv_flow *flow) must_check;

/* What trap_service() found. */
enum service {
    SERVICE_NONE,   /* execute the next instruction */
    SERVICE_DONE,   /* a vector was entered: look again */
    SERVICE_WAIT,   /* a WAIT goes on */
    SERVICE_STOP,   /* cpu_stop() */
    SERVICE_WATCH,  /* a point of the debugger was hit */
    SERVICE_DOUBLE, /* a vector could not be fetched */
};

/* cpu->attention is not 0: serve the most urgent request. */
enum service trap_service(struct cpu *cpu) must_check;

#endif
