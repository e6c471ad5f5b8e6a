/* report.h - what VMs did, in rows of text: by whom their instructions were executed, why CP was
 * called, what that cost. An account is of one VM, or of several together.
 */
#ifndef VM11_CP_REPORT_H
#define VM11_CP_REPORT_H

#include "cp/vm.h"

struct account {
    unsigned vms;
    const struct vm *vm; /* the last of them */
    struct vm_stats stats;
    u64 elapsed; /* their own times, microseconds */
};

/* One more VM; an account that is all zero has none. */
void account_add(struct account *account, const struct vm *vm);

/* Figures that follow from the counts. */
struct report {
    u64 instructions; /* that were executed; those of loops that only wait are not */
    double direct;    /* share of direct execution */
    double per_mille; /* exits per thousand instructions */
    u64 cost;         /* CP's work, in instructions of the bare machine: cost.h */
    double overhead;  /* processor time beyond the bare machine's, in proportion to that */
    double stretch;   /* elapsed time of bare machine and CP to that of the bare machine */
};

void report_make(const struct account *account, struct report *report);

/* A line of it, without its end: the first is 0. False after the last. */
bool report_line(const struct account *account, unsigned line, char *text, size_t size);

#endif
