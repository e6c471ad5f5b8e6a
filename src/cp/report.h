/* report.h - what a VM did, in rows of text: by whom its instructions were executed, why CP was
 * called, what that cost.
 */
#ifndef VM11_CP_REPORT_H
#define VM11_CP_REPORT_H

#include "cp/vm.h"

/* Figures that follow from a VM's counts. */
struct report {
    u64 instructions;
    double direct;    /* share of direct execution */
    double per_mille; /* exits per thousand instructions */
    u64 cost;         /* CP's work, in instructions of the bare machine: cost.h */
    double stretch;   /* elapsed time of bare machine and CP to that of the bare machine */
};

void report_make(const struct vm *vm, struct report *report);

/* A line of it, without its end: the first is 0. False after the last. */
bool report_line(const struct vm *vm, unsigned line, char *text, size_t size);

#endif
