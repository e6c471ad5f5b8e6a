/* report.h - where exactly two engines part, and what each made of it. */
#ifndef VM11_TESTS_LOCKSTEP_REPORT_H
#define VM11_TESTS_LOCKSTEP_REPORT_H

#include "session.h"

/* The number of instructions after the beginning of `outcome`'s stop behind which the sides differ
 * and before which they do not; 0: they differ before the first. Plays the session some times. */
u64 report_bisect(const struct session *session, const struct outcome *outcome);

/* Print the difference: what was executed before, the instruction, and every value that differs
 * with the one before. */
void report_print(const struct session *session, const struct outcome *outcome, u64 steps);

#endif
