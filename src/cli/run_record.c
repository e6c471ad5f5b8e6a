/* run_record.c - a whole run as a recording: see run_record.h and machine/record.h.
 *
 * With --record everything that comes from outside is kept from power-up on, in virtual and in real
 * time alike, and saved when the run ends. With --replay the run is repeated from such a file as
 * fast as it goes: its input and its clock are the recording's, so nothing is read, and standard
 * input is left alone. The machine must be built alike, with the same disks, which are not written.
 */
#include "cli/run_record.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "cli/report.h"
#include "machine/record.h"

/* At the beginning of a long run, not at its end: can the file be made? */
static int try_to_make(const char *path, struct err *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);

    if (fd < 0)
        return err_set(err, errno, "--record %s: %s", path, strerror(errno));
    close(fd);
    unlink(path);
    return 0;
}

int run_record_open(struct run *run)
{
    const struct run_options *opt = run->opt;
    int rc = 0;

    if (opt->replay)
        return record_load(run->machine, opt->replay, &run->err);
    if (opt->record)
        rc = try_to_make(opt->record, &run->err);
    if (rc == 0 && opt->record)
        rc = record_begin(run->machine, NULL, &run->err);
    return rc;
}

bool run_record_goes_on(const struct run *run)
{
    return run->opt->replay && record_active(run->machine) && record_past(run->machine);
}

static int save(struct run *run, struct err *err)
{
    struct record_info info;

    record_describe(run->machine, &info);
    if (info.first.icount > 0)
        report_note(run->name,
                    "%s: begins after %llu instructions: what the disks held before did "
                    "not fit into memory, or files were changed",
                    run->opt->record, (unsigned long long)info.first.icount);
    return record_save(run->machine, run->opt->record, err);
}

int run_record_close(struct run *run, struct err *err)
{
    struct err why = {0};

    run_record_progress(run);
    if (!record_active(run->machine))
        return 0;
    if (run->opt->record)
        return save(run, err);
    if (!run->opt->replay || record_past(run->machine) || run->end == END_HOST)
        return 0;
    if (record_present(run->machine, &why))
        return err_set(err, why.code, "%s: %s", run->opt->replay, why.text);
    return 0;
}

void run_record_progress(struct run *run)
{
    struct record_info info;

    if (!run->opt->replay)
        return;
    if (!run_record_goes_on(run)) {
        progress_end(&run->progress);
        return;
    }
    if (run->console.out == STDOUT_FILENO && isatty(STDOUT_FILENO))
        return;
    record_describe(run->machine, &info);
    progress_tell(&run->progress, run->opt->replay, info.now.time - info.first.time,
                  info.end.time - info.first.time);
}

void run_record_name_failure(struct run *run)
{
    const struct err why = run->err;

    if (run->opt->replay)
        err_set(&run->err, why.code, "%s: %s", run->opt->replay, why.text);
}
