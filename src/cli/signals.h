/* signals.h - signals as something to read: from a descriptor, between two slices, so that none
 * interrupts anything. */
#ifndef VM11_CLI_SIGNALS_H
#define VM11_CLI_SIGNALS_H

#include "base/err.h"

/* A descriptor from which the signals of a list that ends with 0 are read from now on (struct
 * signalfd_siginfo; it does not block), or -errno. What somebody (nohup, a shell's &) had us ignore
 * stays ignored. */
int signals_open(const int *wanted, struct err *err);

/* What a command ends with that a signal has ended, when all is done: of SIGINT or SIGQUIT it dies,
 * of SIGINT, so that a shell's loop ends with it; after any other (0: none) it returns. */
void signals_end(int sig);

#endif
