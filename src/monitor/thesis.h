/* thesis.h - the monitor of the thesis: Winther and Kruse's `.vmm` (Naval Postgraduate School,
 * 1975), as chapter V and appendix D describe it, on a bare machine of ours.
 *
 * A job is a stand-alone program in a non-shareable a.out. A preprocessor puts TRAP 104450 in place
 * of its sensitive instructions; then the job runs in real user mode, its TRAPs come to the
 * dispatcher, and simulators do what the instructions would have done. docs/thesis.md is the
 * manual. Nothing here is shared with the commands of the monitor of today.
 */
#ifndef VM11_MONITOR_THESIS_H
#define VM11_MONITOR_THESIS_H

#include "machine/machine.h"

/* The user: what the session reads and prints. */
struct thesis_io {
    /* The next line, without its end, as a string of less than `size` characters: what is longer
     * is cut. `prompt` is empty where the job reads. False: there are no more. */
    bool (*read_line)(void *ctx, const char *prompt, char *line, size_t size);
    /* Text, with its line ends; the job's characters as they are, with 7 bits. */
    void (*print)(void *ctx, const char *text, size_t len);
    /* The user wants the job to be stopped: asked every few milliseconds. NULL: never. */
    bool (*interrupted)(void *ctx);
    void *ctx;
};

#define THESIS_MILESTONES 3u

struct thesis_config {
    const char *dir;    /* where .vmm002 and .vmt003 are; NULL: the current directory */
    unsigned milestone; /* what the monitor can do, 1 to 3; 0: 1 */
    u64 limit;          /* instructions that a job may execute; 0: as many as it likes */
    bool stats;         /* tell at a job's end how much of it was executed directly */
};

struct thesis;

/* A session on `machine`, which is borrowed, with its console and all of its processor; it needs
 * 64K of memory. `io` is copied, with what its ctx points to borrowed; the texts of `config` are
 * copied. -EINVAL, -ENOMEM. */
int thesis_new(struct thesis **thesis, struct machine *machine, const struct thesis_io *io,
               const struct thesis_config *config, struct err *err);
/* NULL is allowed. The machine is left as it is. */
void thesis_free(struct thesis *thesis);

/* Carry out one line; what is wrong with it is told to the user. False: the session is over. */
bool thesis_command(struct thesis *thesis, const char *line);

/* The last job that ended did not end by HALT. */
bool thesis_failed(const struct thesis *thesis);

/* A whole session: commands from `io` to `s` or to the end of input. *failed is thesis_failed() at
 * its end. 0, or -errno as thesis_new(), and where the machine's host failed. */
int thesis_run(struct machine *machine, const struct thesis_io *io,
               const struct thesis_config *config, bool *failed, struct err *err);

#endif
