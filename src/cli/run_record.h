/* run_record.h - `vm11 run --record FILE` and `--replay FILE`. */
#ifndef VM11_CLI_RUN_RECORD_H
#define VM11_CLI_RUN_RECORD_H

#include "cli/run.h"

/* The machine is built: begin to record it, or take the recording. -errno with run->err set. */
int run_record_open(struct run *run);

/* The run is over: save what was recorded, or see whether what was repeated is the same. */
int run_record_close(struct run *run, struct err *err);

/* The machine repeats what was recorded, and there is more of it. */
bool run_record_goes_on(const struct run *run);

/* Tell how far the repetition is, where nothing else goes to the terminal. */
void run_record_progress(struct run *run);

/* The failure of a repetition names its file. */
void run_record_name_failure(struct run *run);

#endif
