/* thesis_session.h - `vm11 monitor --thesis`: the thesis's monitor and its user. */
#ifndef VM11_CLI_THESIS_SESSION_H
#define VM11_CLI_THESIS_SESSION_H

#include "cli/run.h"

/* A session on run->machine, from the terminal or from standard input, until it ends (run->end).
 * run->opt->file is preprocessed first. Returns the exit status: STATUS_GUEST where the last job
 * did not end by HALT. */
int thesis_session(struct run *run);

#endif
