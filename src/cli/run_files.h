/* run_files.h - no file is read and overwritten by the same run. */
#ifndef VM11_CLI_RUN_FILES_H
#define VM11_CLI_RUN_FILES_H

#include "base/err.h"
#include "cli/run_options.h"

/* -EINVAL, with both uses, where a file of `opt` would be damaged by the run itself. */
int run_files_check(const struct run_options *opt, struct err *err);

#endif
