/* report.h - how vm11 ends, and what it says about it.
 *
 * What a person asked for goes to stdout, complaints and notes to stderr, one line each, with the
 * subcommand in front.
 */
#ifndef VM11_CLI_REPORT_H
#define VM11_CLI_REPORT_H

#include <jansson.h>

#include "base/err.h"
#include "base/log.h"

/* Exit statuses. */
enum {
    STATUS_OK = 0,      /* the guest ended as asked */
    STATUS_GUEST = 1,   /* the guest failed */
    STATUS_USAGE = 2,   /* usage or configuration */
    STATUS_LIMIT = 124, /* a limit was reached */
    STATUS_HOST = 125,  /* the host failed */
};

/* The exit status for a failure: the host's own (disk full, I/O, memory), else the user's. */
int report_status(const struct err *err);

/* Complain on stderr, "vm11 COMMAND: text"; returns report_status(). */
int report_error(const char *command, const struct err *err);

/* "vm11 COMMAND: note: text" on stderr. */
void report_note(const char *command, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* A log whose lines go to stderr as notes of `command`. */
struct log report_log(const char *command);

/* Print a JSON value as one line on stdout, and free it. NULL is what jansson returns without
 * memory. */
int report_json(json_t *value, struct err *err);

/* Write out what was printed, and hear of what could not be: a full disk, a closed pipe. */
int report_flush(struct err *err);

/* That at the end of `command`: returns `status`, or after a complaint STATUS_HOST. */
int report_finish(const char *command, int status);

#endif
