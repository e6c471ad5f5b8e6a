/* report.c - exit statuses and complaints: see report.h. */
#include "cli/report.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/types.h"

int report_status(const struct err *err)
{
    static const int host[] = {EIO, ENOSPC, ENOMEM, EDQUOT, EMFILE, ENFILE, EPIPE, EAGAIN};

    for (unsigned i = 0; i < ARRAY_LEN(host); i++)
        if (err->code == host[i])
            return STATUS_HOST;
    return STATUS_USAGE;
}

int report_error(const char *command, const struct err *err)
{
    fflush(stdout);
    fprintf(stderr, "vm11%s%s: %s\n", command ? " " : "", command ? command : "", err->text);
    return report_status(err);
}

void report_note(const char *command, const char *fmt, ...)
{
    va_list args;

    fflush(stdout);
    fprintf(stderr, "vm11 %s: note: ", command);
    va_start(args, fmt);
    vfprintf(stderr, fmt, args);
    va_end(args);
    fputc('\n', stderr);
}

static void sink(void *ctx, enum log_level level, const char *text)
{
    fflush(stdout);
    fprintf(stderr, "vm11 %s: %s: %s\n", (const char *)ctx, level == LOG_WARN ? "warning" : "note",
            text);
}

struct log report_log(const char *command)
{
    return (struct log){.sink = sink, .ctx = (void *)(uintptr_t)command};
}

/* What could not be written may have been found out before now, and then nobody knows why. */
static int stdout_lost(struct err *err)
{
    if (errno)
        return err_set(err, errno, "standard output: %s", strerror(errno));
    return err_set(err, EIO, "standard output: not all of it could be written");
}

int report_json(json_t *value, struct err *err)
{
    bool bad;

    if (!value)
        return err_set(err, ENOMEM, "no host memory for the report");
    errno = 0;
    bad = json_dumpf(value, stdout, JSON_COMPACT) != 0 || putchar('\n') == EOF;
    json_decref(value);
    return bad ? stdout_lost(err) : 0;
}

int report_flush(struct err *err)
{
    bool failed = ferror(stdout) != 0;

    errno = 0;
    return fflush(stdout) || failed ? stdout_lost(err) : 0;
}

int report_finish(const char *command, int status)
{
    struct err err = {0};

    if (status == STATUS_HOST || report_flush(&err) == 0)
        return status; /* with STATUS_HOST the complaint has been made */
    report_error(command, &err);
    return STATUS_HOST;
}
