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

int report_finish(const char *command, int status)
{
    struct err err = {0};
    bool failed = ferror(stdout) != 0;

    errno = 0;
    if ((fflush(stdout) == 0 && !failed) || status == STATUS_HOST)
        return status; /* with STATUS_HOST the complaint has been made */
    err_set(&err, errno ? errno : EIO, "standard output: %s", strerror(errno ? errno : EIO));
    report_error(command, &err);
    return STATUS_HOST;
}
